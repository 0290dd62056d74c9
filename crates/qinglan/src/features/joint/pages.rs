//! Pages: the list of offers, one offer, and the page on which a host offers a joint session.

use axum::extract::{Path, State as Extract};
use desk::{
    actor::Action,
    error::Result,
    pinyin,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit,
        list::{Asked, Column, List, export, show as show_list},
        rows::{By, Rows, Slice},
    },
};
use federation::{people, scope, units};
use kernel::{PersonId, RecordId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    actions::{self, Known, Offering},
    agenda,
    list::{self, Line},
};
use crate::features::{
    activities::{self, Activity, State, pages::facts},
    offers::{Offer, Said, store},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/joint", show_list::<Offers>),
        page("/joint/export", export::<Offers>),
        page("/joint/call/{activity}", call_page),
        act("/joint/call/{activity}", call),
        page("/joint/{id}", show),
        act("/joint/{id}/answer", answer),
        act("/joint/{id}/guests", guests),
        act("/joint/{id}/people", name),
        act("/joint/{id}/withdraw", withdraw),
    ]
}

struct Offers;

impl List for Offers {
    type Line = Line;
    const NAME: &'static str = "nav-joint";
    const TEMPLATE: &'static str = "joint/list.html";
    const LINES: u64 = 20;
    const ORDERS: &'static [By] = list::ORDERS;
    const COLUMNS: &'static [Column<Line>] = &[
        Column::new("list-day", |line, _| line.day.to_string().into()),
        Column::new("list-title", |line, _| (&line.title).into()),
        Column::new("list-host", |line, _| (&line.host).into()),
        Column::new("joint-unit", |line, _| (&line.unit).into()),
        Column::new("joint-said", |line, asked| {
            let answer = match line.state.as_str() {
                "accepted" => "joint-yes",
                "declined" => "joint-no",
                "left" => "joint-gone",
                _ => "joint-open",
            };
            asked.message(answer).into()
        }),
        Column::new("joint-word", |line, _| line.said.as_deref().into()),
        Column::new("joint-guests", |line, _| line.guests.into()),
        Column::new("joint-handed-in-at", |line, asked| line.handed_in_at.as_deref().map(|at| asked.moment(at)).into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Line>> {
        let scope = asked.scope(Action::Lead);
        if scope.is_empty() {
            return Err(Refusal::forbidden().into());
        }
        Ok(list::list(&asked.app.db, &scope, (asked.query, asked.today()), slice).await?)
    }

    async fn beside(asked: &Asked<'_>, _: &[Line]) -> Result<Value> {
        Ok(context! { side => asked.query.text("side") })
    }
}

/// An offer for a list.
#[derive(Serialize)]
struct Shown {
    id: i64,
    unit: String,
    outside: bool,
    said: &'static str,
    word: Option<String>,
    guests: Option<i64>,
    contact: Option<String>,
    handed_in_at: Option<String>,
    by: Option<String>,
}

async fn shown(site: &Site, id: RecordId) -> Result<Vec<(Offer, Shown)>> {
    let offers = store::of_activity(&site.app.db, id).await?;
    let ids: Vec<UnitId> = offers.iter().map(|offer| offer.unit).collect();
    let named = units::by_ids(&site.app.db, &ids).await?;
    let mut answered = store::answered(&site.app.db, id).await?;
    let each = offers.into_iter().map(|offer| {
        let unit = named.get(&offer.unit);
        let line = Shown {
            id: offer.id,
            unit: unit.map_or_else(String::new, |unit| unit.name.clone()),
            outside: unit.is_some_and(|unit| unit.outside),
            said: offer.said.as_str(),
            word: offer.word.clone(),
            guests: offer.guests,
            contact: offer.contact.clone(),
            handed_in_at: offer.handed_in_at.clone(),
            by: answered.remove(&offer.id),
        };
        (offer, line)
    });
    Ok(each.collect())
}

/// The offers on an activity's own pages: all of them for its host, for a unit's secretary the unit's own.
pub(crate) async fn of_activity(
    site: &Site,
    visit: &Visit,
    activity: &Activity,
    leads: bool,
) -> Result<minijinja::Value> {
    let mut lines = shown(site, activity.id).await?;
    if !leads {
        let own = agenda::own_of(&site.app.db, &visit.actor.scope(Action::Lead), activity.id).await?;
        lines.retain(|(offer, _)| own.contains(&offer.id));
    }
    let accepted = || lines.iter().filter(|(offer, line)| offer.said == Said::Yes && !line.outside);
    let handed: Vec<String> =
        accepted().filter(|(offer, _)| offer.handed_in_at.is_some()).map(|(_, line)| line.unit.clone()).collect();
    let missing: Vec<String> =
        accepted().filter(|(offer, _)| offer.handed_in_at.is_none()).map(|(_, line)| line.unit.clone()).collect();
    let guests = store::guests(&site.app.db, activity.id).await?;
    let lines: Vec<Shown> = lines.into_iter().map(|(_, line)| line).collect();
    Ok(context! { offers => Serde(&lines), handed, missing, guests })
}

/// A session that the visitor maintains; any other is refused as unknown or as not permitted.
async fn called(site: &Site, visit: &Visit, id: i64) -> Result<Activity> {
    activities::pages::led(site, visit, id).await
}

async fn call_with(site: &Site, visit: &Visit, activity: &Activity, state: &FormState) -> Answer {
    let fields = state.fields();
    let words = site.pages.words(visit.language);
    let lines: Vec<Shown> = shown(site, activity.id).await?.into_iter().map(|(_, line)| line).collect();
    let chosen: Vec<UnitId> = fields.every("unit").filter_map(|id| id.parse().ok()).map(UnitId).collect();
    let named = units::by_ids(&site.app.db, &chosen).await?;
    let chosen: Vec<(i64, String)> = chosen.iter().filter_map(|id| Some((id.0, named.get(id)?.name.clone()))).collect();
    let below = scope::places::children(&site.app.db, activity.host).await?.len();
    let facts = facts(site, visit, activity).await?;
    let host = units::by_ids(&site.app.db, &[activity.host]).await?.remove(&activity.host);
    let when = desk::ui::pages::long_day(visit.language, activity.day);
    let time = crate::features::activities::registers::time(activity, words);
    let mut invitation = vec![words.message("joint-invite-title", &[("title", &activity.title)])];
    invitation.push(words.message("notice-when", &[("value", format!("{when} {time}").trim())]));
    for (key, value) in [
        ("notice-where", activity.place.as_deref()),
        ("notice-topic", activity.topic.as_deref()),
        ("notice-speakers", activity.speakers.as_deref()),
        ("notice-host", host.as_ref().map(|host| host.name.as_str())),
    ] {
        invitation.extend(value.map(|value| words.message(key, &[("value", value)])));
    }
    invitation.push(words.message("joint-invite-answer", &[]));
    let form = state.form(site, visit);
    let open = matches!(activity.state, State::Draft | State::Announced);
    let context = context! {
        activity => facts, offers => Serde(&lines), form => Serde(&form), chosen => Serde(&chosen), below, open,
        invitation => invitation.join("\n"), draft => activity.state == State::Draft,
    };
    visit.page_as(site, state.status(), "joint/call.html", context)
}

async fn call_page(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let activity = called(&site, &visit, id).await?;
    call_with(&site, &visit, &activity, &FormState::opened()).await
}

/// Units by key, or by name, one on each line; and outside organisations by name.
async fn offering(site: &Site, fields: &Fields) -> FormResult<Offering> {
    let mut faults = Faults::new();
    let mut offering = Offering { below: fields.text("do") == "below", ..Offering::default() };
    offering.units = fields.every("unit").filter_map(|id| id.parse().ok()).map(UnitId).collect();
    for name in lines(fields.raw("names")) {
        let found = faults.found("names", units::find_by_code_or_name(&site.app.db, name).await)?;
        offering.units.extend(found.map(|unit| unit.id));
    }
    offering.outside = lines(fields.raw("outside")).map(str::to_owned).collect();
    faults.check()?;
    Ok(offering)
}

/// The lines of a text, also split at enumeration commas.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '、', ';', '；']).map(str::trim).filter(|line| !line.is_empty())
}

async fn call(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = called(&site, &visit, id).await?;
    let call = async |_| {
        let offered = actions::offer(&site.app, &visit.actor, activity.id, offering(&site, &fields).await?).await?;
        let here = format!("/joint/call/{id}");
        if offered.before.is_empty() {
            return Ok(Done::new(here, "joint-offered-done").with("count", offered.asked));
        }
        Ok(Done::new(here, "joint-offered-some").with("count", offered.asked).with("names", offered.before.join("、")))
    };
    let send = Send::new(&site, &visit, &fields).at(&[
        ("outside-name-odd", "outside"),
        ("joint-nobody", "names"),
        ("unit-closed-by-then", "names"),
    ]);
    send.run(call, async |state| call_with(&site, &visit, &activity, &state).await).await
}

#[derive(Serialize)]
struct Member {
    id: i64,
    name: String,
    comes: bool,
}

/// Those whom a unit may send, with the ones who are to come marked.
async fn members(site: &Site, known: &Known) -> Result<Vec<Member>> {
    let ids = actions::members(&site.app.db, &known.activity, known.unit.id).await?;
    let named = store::named_people(&site.app.db, known.activity.id).await?.remove(&known.unit.id);
    let mut members: Vec<(String, Member)> = people::store::by_ids(&site.app.db, &ids)
        .await?
        .into_values()
        .map(|person| {
            let comes = named.as_ref().is_none_or(|named| named.contains(&person.id));
            (pinyin::of_person(&person.name).order, Member { id: person.id.0, name: person.name, comes })
        })
        .collect();
    members.sort_by(|a, b| (&a.0, a.1.id).cmp(&(&b.0, b.1.id)));
    Ok(members.into_iter().map(|(_, member)| member).collect())
}

async fn show_with(site: &Site, visit: &Visit, known: &Known, state: FormState) -> Answer {
    let offer = &known.offer;
    let current = [
        ("word", offer.word.clone().unwrap_or_default()),
        ("guests", offer.guests.map(|count| count.to_string()).unwrap_or_default()),
        ("contact", offer.contact.clone().unwrap_or_default()),
    ];
    let current = current.map(|(name, value)| (name.to_owned(), value));
    // The page has several forms: fields that were not part of the submitted one show the stored values.
    let typed = state.fields().clone();
    let (sent, other): (Vec<_>, Vec<_>) =
        current.into_iter().partition(|(name, _)| !state.is_refused() || typed.pairs().any(|(typed, _)| typed == name));
    let typed = typed.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).chain(other);
    let state = if state.is_refused() { state.with_fields(Fields::from_pairs(typed)) } else { state };
    let form = state.form_of(site, visit, &Fields::from_pairs(sent), offer.version);
    let facts = facts(site, visit, &known.activity).await?;
    let accepted = offer.said == Said::Yes;
    let members =
        if accepted && known.speaks && !known.unit.outside { members(site, known).await? } else { Vec::new() };
    let open = matches!(known.activity.state, State::Draft | State::Announced);
    let context = context! {
        id => offer.id, activity => facts, unit => known.unit.name.clone(), outside => known.unit.outside,
        said => offer.said.as_str(), word => offer.word.clone(), handed_in_at => offer.handed_in_at.clone(),
        guests => offer.guests, contact => offer.contact.clone(), form => Serde(&form),
        members => Serde(&members), coming => members.iter().filter(|member| member.comes).count(), open,
        calls => known.calls, speaks => known.speaks, ahead => known.activity.day > site.app.today(),
        over => matches!(known.activity.state, State::Closed | State::Void),
    };
    visit.page_as(site, state.status(), "joint/show.html", context)
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let known = actions::load(&site.app.db, &visit.actor, id).await?;
    show_with(&site, &visit, &known, FormState::opened()).await
}

/// The refusals that are shown beside a field, with the field's name.
const PLACES: [(&str, &str); 7] = [
    ("joint-word-long", "word"),
    ("joint-guests-odd", "guests"),
    ("joint-guests-first", "guests"),
    ("audience-below-list", "guests"),
    ("joint-contact-long", "contact"),
    ("joint-names-nobody", "person"),
    ("joint-names-strange", "person"),
];

/// Handles a form on an offer's page: shows a message there when it is done, or the page again with what was typed.
async fn on_page(
    (site, visit, fields): (&Site, &Visit, &Fields),
    id: i64,
    message: &'static str,
    action: impl AsyncFnOnce(i64) -> FormResult<()>,
) -> Answer {
    actions::spoken(&site.app.db, &visit.actor, id).await?;
    let act = async |sent: Sent| {
        action(sent.version()).await?;
        Ok(Done::new(format!("/joint/{id}"), message))
    };
    let page = async |state: FormState| {
        let known = actions::load(&site.app.db, &visit.actor, id).await?;
        show_with(site, visit, &known, state).await
    };
    Send::new(site, visit, fields).at(&PLACES).run(act, page).await
}

async fn answer(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let (said, message) = match fields.text("do") {
        "yes" => (Said::Yes, "joint-said-yes"),
        "no" => (Said::No, "joint-said-no"),
        "left" => (Said::Left, "joint-said-left"),
        _ => (Said::Nothing, "joint-said-no"),
    };
    let act =
        async |version| Ok(actions::answer(&site.app, &visit.actor, id, version, said, fields.some("word")).await?);
    on_page((&site, &visit, &fields), id, message, act).await
}

async fn guests(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |version| {
        let mut faults = Faults::new();
        let guests = faults.take("guests", fields.number("guests")).flatten();
        faults.check()?;
        Ok(actions::set_guests(&site.app, &visit.actor, id, version, guests, fields.some("contact")).await?)
    };
    on_page((&site, &visit, &fields), id, "joint-guests-done", act).await
}

async fn name(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let people: Vec<PersonId> = fields.every("person").filter_map(|id| id.parse().ok()).map(PersonId).collect();
    let act = async |version| {
        actions::name(&site.app, &visit.actor, id, version, &people).await?;
        Ok(())
    };
    on_page((&site, &visit, &fields), id, "joint-names-done", act).await
}

async fn withdraw(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let known = actions::load(&site.app.db, &visit.actor, id).await?;
    let withdraw = async |_| {
        actions::withdraw(&site.app, &visit.actor, id).await?;
        let back = format!("/joint/call/{}", known.activity.id);
        Ok(Done::new(back, "joint-withdrawn-done").with("unit", &known.unit.name))
    };
    let send = Send::new(&site, &visit, &fields);
    send.run(withdraw, async |state| call_with(&site, &visit, &known.activity, &state).await).await
}
