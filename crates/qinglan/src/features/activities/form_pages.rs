//! Pages: the form of an activity, new or existing, and the single line that fills it.

use std::collections::{BTreeSet, HashMap};

use axum::extract::{Path, State as Extract};
use desk::{
    actor::Action,
    app::App,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit,
        answer::chain,
        language::{Language, Words},
    },
};
use federation::{groups, people, scope, themes, training_fields, units};
use kernel::{GroupId, PersonId, RecordId, Refusal, UnitId};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    actions::{self, Draft},
    model::{Activity, Partner, SpokePart, State},
    naming,
    pages::{led, seen},
    quick::{self, Calendar, Remark},
    reading::readable,
    reading_pages::{Source, reading_page},
    store,
};
use crate::features::{hours, speakers};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/activities/new", new),
        page("/activities/quick", quick),
        act("/activities", add),
        page("/activities/{id}/edit", edit_form),
        act("/activities/{id}", edit),
    ]
}

/// The activity in a form, with the faults.
async fn read(site: &Site, visit: &Visit, fields: &Fields, old: Option<&Activity>) -> FormResult<Draft> {
    let mut faults = Faults::new();
    let title = faults.need("title", Ok(fields.owned("title")));
    let day = faults.need("day", fields.day("day"));
    let kind = faults.need("type", Ok(fields.owned("type")));
    let audience = faults.take("audience", fields.number("audience")).flatten();
    let hours = faults.take("hours", fields.some("hours").map(hours::typed).transpose()).flatten();
    let host = faults.found("host", units::in_field(&site.app.db, fields, "host").await)?.flatten();
    let host = host.or_else(|| old.map(|old| old.host)).or_else(|| visit.unit());
    if host.is_none() {
        faults.add("host", Refusal::new("field-missing"));
    }
    for name in ["time_from", "time_to"] {
        let odd = fields.some(name).is_some_and(|time| chrono::NaiveTime::parse_from_str(time, "%H:%M").is_err());
        if odd {
            let field = if name == "time_from" { "time_from" } else { "time_to" };
            faults.add(field, Refusal::new("time-odd").with("text", fields.text(name)));
        }
    }
    if let (Some(from), Some(until)) = (fields.some("time_from"), fields.some("time_to"))
        && until < from
    {
        faults.add("time_to", Refusal::new("time-order").with("from", from).with("until", until));
    }
    let (Some(title), Some(day), Some(kind), Some(host)) = (title, day, kind, host) else { return Err(faults.into()) };
    faults.check()?;
    let mut draft = match old {
        Some(old) => actions::draft_of(&site.app, old.id).await?,
        None => Draft::new(&kind, &title, day, host),
    };
    // A group that was chosen for another host is removed.
    let of_host = groups::store::of_unit(&site.app.db, host).await?;
    let former_group = old.filter(|old| old.host == host).and_then(|old| old.host_group);
    let group = fields.key("host_group").map(GroupId);
    let group = group.filter(|group| former_group == Some(*group) || of_host.iter().any(|known| known.id == *group));
    let activity = &mut draft.activity;
    if activity.type_code != kind {
        activity.type_code = kind;
        // The pillar is taken from the type again.
        activity.pillar.clear();
    }
    activity.title = title;
    activity.day = day;
    activity.host = host;
    activity.host_group = group;
    activity.audience = audience;
    activity.hours_said = hours;
    activity.time_from = fields.owned("time_from");
    activity.time_to = fields.owned("time_to");
    if activity.time_from.is_some() {
        activity.day_part = None;
    }
    activity.theme = fields.owned("theme");
    activity.field = fields.owned("field");
    activity.place = fields.owned("place");
    activity.speakers = fields.owned("speakers");
    activity.topic = fields.owned("topic");
    activity.leaders = fields.owned("leaders");
    activity.chair = fields.owned("chair");
    activity.recorder = fields.owned("recorder");
    activity.minutes = fields.owned("minutes");
    activity.resolutions = fields.owned("resolutions");
    activity.notice_ref = fields.owned("notice_ref");
    activity.note = fields.owned("note");
    draft.speaking = Some(fields.every("speaker").filter_map(|id| id.parse().ok()).collect());
    // What is printed is the text of the speakers; if it is empty, it is the names of the chosen speakers.
    if let Some(chosen) = draft.speaking.as_ref().filter(|chosen| !chosen.is_empty())
        && draft.activity.speakers.is_none()
    {
        draft.activity.speakers = Some(speakers::names(&site.app.db, chosen).await?).filter(|names| !names.is_empty());
    }
    draft.partners = fields.every("partner").filter_map(|id| id.parse().ok()).map(UnitId).collect();
    let mut faults = Faults::new();
    draft.spoke = spoke(site, visit, &draft, fields, &mut faults).await?;
    faults.check()?;
    Ok(draft)
}

/// The fields of those who lectured, led and spoke.
const SPOKE: [(&str, SpokePart); 3] =
    [("lectured", SpokePart::Lectured), ("led", SpokePart::Led), ("spoke", SpokePart::Spoke)];

/// The people whose names are in the fields of those who lectured, led and spoke: people of the session, else those of the
/// units that take part and those whom the visitor may see.
async fn spoke(
    site: &Site,
    visit: &Visit,
    draft: &Draft,
    fields: &Fields,
    faults: &mut Faults,
) -> Result<Vec<(PersonId, SpokePart)>> {
    let lists = SPOKE.map(|(field, part)| (field, part, tabular::names(fields.text(field))));
    let wanted: Vec<String> = lists.iter().flat_map(|(.., list)| list.present.iter().cloned()).collect();
    let of_session: Vec<PersonId> = draft.people().collect();
    let mut there: HashMap<String, BTreeSet<PersonId>> = HashMap::new();
    for (id, person) in people::store::by_ids(&site.app.db, &of_session).await? {
        there.entry(person.name).or_default().insert(id);
    }
    let named = draft.partners.iter().map(|unit| Partner { unit: *unit, level: String::new(), named: true });
    let session = Activity { partners: named.collect(), ..draft.activity.clone() };
    let others = naming::of_names(&site.app.db, &visit.actor, &session, &wanted).await?;
    let mut found = Vec::new();
    for (field, part, list) in lists {
        let marked = list.marked.iter().flat_map(|(_, names)| names);
        for text in list.unreadable.iter().chain(marked) {
            faults.add(field, Refusal::new("names-unreadable").with("text", text));
        }
        for name in &list.present {
            let of_session = there.get(name).map(|people| people.iter().copied().collect::<Vec<_>>());
            match of_session.as_deref().or(others.get(name).map(Vec::as_slice)).unwrap_or_default() {
                [person] => found.push((*person, part)),
                [] => faults.add(field, Refusal::new("spoke-name-unknown").with("name", name)),
                _ => faults.add(field, Refusal::new("spoke-name-several").with("name", name)),
            }
        }
    }
    Ok(found)
}

/// The refusals that are shown beside a field, with the field's name.
const FIELDS: [(&str, &str); 21] = [
    ("theme-elsewhere", "theme"),
    ("training-field-unknown", "field"),
    ("theme-other-day", "theme"),
    ("spoke-but-missed", "spoke"),
    ("speaker-unknown", "speaker"),
    ("activity-without-title", "title"),
    ("held-ahead", "day"),
    ("type-unknown", "type"),
    ("audience-odd", "audience"),
    ("hours-odd", "hours"),
    ("audience-below-list", "audience"),
    ("unit-closed-by-then", "host"),
    ("unit-unknown", "host"),
    ("group-not-of-host", "host_group"),
    ("text-too-long:title", "title"),
    ("text-too-long:place", "place"),
    ("text-too-long:speakers", "speakers"),
    ("text-too-long:leaders", "leaders"),
    ("text-too-long:chair", "chair"),
    ("text-too-long:recorder", "recorder"),
    ("text-too-long:notice", "notice_ref"),
];

/// The page with the form of a new or existing activity; `current` are the stored values of an existing one.
async fn form_page(site: &Site, visit: &Visit, state: &FormState, current: Option<(&Activity, &Fields)>) -> Answer {
    let old = current.map(|(old, _)| old);
    let fields = current.filter(|_| !state.is_refused()).map_or(state.fields(), |(_, fields)| fields);
    let english = visit.language == Language::English;
    let types: Vec<(String, String)> = store::types(&site.app.db)
        .await?
        .into_iter()
        .map(|kind| (kind.code, if english { kind.en } else { kind.name }))
        .collect();
    let partner_ids: Vec<UnitId> = fields.every("partner").filter_map(|id| id.parse().ok()).map(UnitId).collect();
    let named = units::by_ids(&site.app.db, &partner_ids).await?;
    let partners: Vec<(i64, String)> =
        partner_ids.iter().filter_map(|id| Some((id.0, named.get(id)?.name.clone()))).collect();
    let chosen: Vec<i64> = fields.every("speaker").filter_map(|id| id.parse().ok()).collect();
    let known = speakers::store::by_ids(&site.app.db, &chosen).await?;
    let chosen: Vec<(i64, String)> =
        chosen.into_iter().filter_map(|id| Some((id, known.get(&id)?.name.clone()))).collect();
    let host = fields.key("host_id").map(UnitId).or_else(|| visit.unit());
    let of_host = match host {
        Some(host) => groups::store::of_unit(&site.app.db, host).await?,
        None => Vec::new(),
    };
    let scope = visit.actor.scope(Action::Lead);
    let place = match host {
        Some(host) => scope::places::of_unit(&site.app.db, host).await?.map(|(place, _)| place),
        None => None,
    };
    let choices: Vec<(i64, String)> = of_host
        .iter()
        .filter(|group| scope.covers_record(place, Some(group.id)))
        .map(|group| (group.id.0, group.name.clone()))
        .collect();
    let old_theme = old.and_then(|old| old.theme.as_deref());
    let themes = themes::pages::choices(site, visit, host, old_theme).await?;
    let old_field = old.and_then(|old| old.field.as_deref());
    let training_fields = training_fields::options(&site.app.db, visit.language, old_field).await?;
    let form = match current {
        None => state.form(site, visit),
        Some((old, stored)) => {
            let stored_ids: Vec<UnitId> =
                stored.every("partner").filter_map(|id| id.parse().ok()).map(UnitId).collect();
            let named = units::by_ids(&site.app.db, &stored_ids).await?;
            let speaking: Vec<i64> = stored.every("speaker").filter_map(|id| id.parse().ok()).collect();
            let speaking = speakers::store::by_ids(&site.app.db, &speaking).await?;
            let group = old.host_group.and_then(|group| of_host.iter().find(|known| known.id == group));
            let label = |name: &str, value: &str| {
                let id = value.parse().unwrap_or(0);
                let found = match name {
                    "type" => types.iter().find(|(code, _)| code == value).map(|(_, name)| name.clone()),
                    "partner" => named.get(&UnitId(id)).map(|unit| unit.name.clone()),
                    "speaker" => speaking.get(&id).map(|speaker| speaker.name.clone()),
                    "host_group" => group.map(|group| group.name.clone()),
                    "theme" => themes.iter().find(|(code, _)| code == value).map(|(_, name)| name.clone()),
                    "field" => training_fields.iter().find(|(code, _)| code == value).map(|(_, name)| name.clone()),
                    _ => None,
                };
                found.unwrap_or_else(|| value.to_owned())
            };
            state.form_with(site, visit, (stored, old.version), label)
        }
    };
    let more = [
        "field",
        "chair",
        "speakers",
        "lectured",
        "led",
        "spoke",
        "recorder",
        "leaders",
        "audience",
        "hours",
        "notice_ref",
        "speaker",
        "topic",
        "minutes",
        "resolutions",
        "note",
    ];
    let words = site.pages.words(visit.language);
    let remarks: Vec<String> = fields.every("remark").filter_map(|remark| remark_in_words(words, remark)).collect();
    let asked: Vec<String> = fields.every("asked").map(str::to_owned).collect();
    let context = context! {
        remarks, asked,
        more => old.is_some() || more.iter().any(|name| fields.some(name).is_some()),
        form => Serde(&form), types => Serde(&types), partners => Serde(&partners), chosen => Serde(&chosen), groups => Serde(&choices), themes => Serde(&themes),
        training_fields => Serde(&training_fields),
        id => old.map(|old| old.id.0), state => old.map_or("", |old| old.state.as_str()),
        old_title => old.map(|old| old.title.clone()),
    };
    visit.page_as(site, state.status(), "activities/form.html", context)
}

async fn new(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    if !visit.may(Action::Lead) {
        return Err(Refusal::forbidden().into());
    }
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let own = visit.actor.scope(Action::Lead).groups.first().copied();
    let group = query.key("group_id").map(GroupId).or(own);
    let group = match group {
        Some(group) => groups::store::by_ids(&site.app.db, &[group]).await?.remove(&group),
        None => None,
    };
    let host = group.as_ref().map(|group| group.unit).or_else(|| visit.unit());
    let host_name = match host {
        Some(host) => units::by_ids(&site.app.db, &[host]).await?.remove(&host).map(|unit| unit.name),
        None => None,
    };
    let mut values: Vec<(String, String)> = vec![
        ("day".to_owned(), site.app.today().to_string()),
        ("type".to_owned(), "study".to_owned()),
        ("host".to_owned(), host_name.unwrap_or_default()),
        ("host_id".to_owned(), host.map(|host| host.to_string()).unwrap_or_default()),
        ("host_group".to_owned(), group.map(|group| group.id.to_string()).unwrap_or_default()),
    ];
    // What has to be asked has no default.
    let asked: Vec<&str> = query.every("asked").collect();
    values.retain(|(name, _)| !asked.contains(&name.as_str()));
    // Values in the address have precedence over defaults.
    for (name, value) in query.pairs().filter(|(_, value)| !value.is_empty()) {
        if !matches!(name, "asked" | "remark") {
            values.retain(|(known, _)| known != name);
        }
        values.push((name.to_owned(), value.to_owned()));
    }
    form_page(&site, &visit, &FormState::filled(Fields::from_pairs(values)), None).await
}

/// Redirects from a session in one line to the form with what was recognised.
async fn quick(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    if !visit.may(Action::Lead) {
        return Err(Refusal::forbidden().into());
    }
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let text = query.text("text");
    let letters = text.chars().count();
    if letters > quick::MOST_LETTERS {
        return Err(Refusal::new("paste-too-long").with("letters", letters).with("most", quick::MOST_LETTERS).into());
    }
    let types = store::types(&site.app.db).await?;
    let calendar = Calendar { today: site.app.today(), within: None };
    let found = quick::read(text, &types, calendar);
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: Option<String>| pairs.extend(value.map(|value| (name.to_owned(), value)));
    let days: Vec<String> = found.days.iter().map(ToString::to_string).collect();
    for (remark, words) in &found.remarks {
        let beside = if matches!(remark, Remark::DayEither) { days.join("、") } else { String::new() };
        add("remark", Some(format!("{}|{words}|{beside}", remark.as_str())));
    }
    let asks_day = found.remarks.iter().any(|(remark, _)| remark.asks_day());
    add("asked", found.day.is_none().then(|| if asks_day { "day" } else { "undated" }.to_owned()));
    add("asked", found.kind.is_none().then(|| "type".to_owned()));
    // What a label calls the title isn't left over.
    add("rest", (!found.is_titled).then(|| found.title.clone()));
    add("left", found.left);
    add("title", Some(found.title));
    add("day", found.day.map(|day| day.to_string()));
    add("time_from", found.time);
    add("time_to", found.until);
    add("type", found.kind);
    add("place", found.place);
    add("speakers", found.speakers);
    add("chair", found.chair);
    add("audience", found.audience.map(|count| count.to_string()));
    add("names", found.names);
    Ok(visit.go(&format!("/activities/new?{}", Fields::from_pairs(pairs).query_without(&[]))))
}

/// What has to be asked or said about a line, as `quick` puts it into the address: code, words, and what belongs to them.
fn remark_in_words(words: &Words, remark: &str) -> Option<String> {
    let mut parts = remark.splitn(3, '|');
    let (remark, text) = (Remark::from_code(parts.next()?)?, parts.next()?);
    let args = [("text", text), ("days", parts.next().unwrap_or_default())];
    let code = match remark {
        Remark::DayEither => "quick-day-either",
        Remark::DayNone => "quick-day-none",
        Remark::DayOther => "quick-day-other",
        Remark::DaysSeveral => "quick-days-several",
        Remark::Weekday => "quick-weekday",
        Remark::Half => "quick-half",
        Remark::TimeOdd => "quick-time-odd",
        Remark::PartOnly => "quick-part-only",
        Remark::CountVague => "quick-count-vague",
    };
    Some(words.message(code, if remark == Remark::DayEither { &args } else { &args[..1] }))
}

/// The state for the pressed button.
fn state_from_form(fields: &Fields, old: State) -> State {
    match fields.text("as") {
        "draft" => State::Draft,
        "announced" => State::Announced,
        "held" => State::Held,
        _ => old,
    }
}

async fn add(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Lead) {
        return Err(Refusal::forbidden().into());
    }
    let add = async |_| {
        let mut draft = read(&site, &visit, &fields, None).await?;
        draft.activity.state = state_from_form(&fields, State::Announced);
        let id = actions::add(&site.app, &visit.actor, draft).await?;
        // The activity is stored, even if something is wrong with the names.
        match with_names(&site, &visit, id, fields.raw("names")).await {
            Ok(done) => Ok(done),
            Err(error) => {
                tracing::warn!(fault = %chain(&error), "the names of a new activity were not read");
                Ok(Done::new(format!("/activities/{id}"), "activity-entered-without-names").warning())
            }
        }
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(add, async |state| form_page(&site, &visit, &state, None).await).await
}

/// The next page after entering: if names were submitted, how they were read, before anybody is marked.
async fn with_names(site: &Site, visit: &Visit, id: RecordId, names: &str) -> Result<Done> {
    if names.trim().is_empty() {
        return Ok(Done::new(format!("/activities/{id}"), "activity-entered-done"));
    }
    readable(names)?;
    let activity = led(site, visit, id.0).await?;
    let page =
        reading_page(site, visit, &activity, &Source::pasted(names), (&Fields::default(), &Faults::new())).await?;
    Ok(Done::page(format!("/activities/{id}/attendance"), page))
}

/// The fields of an activity's form.
fn fields_of(activity: &Activity, host: &str, speaking: &[speakers::Speaker], spoke: &[String; 3]) -> Fields {
    let some = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut pairs = vec![
        ("title", activity.title.clone()),
        ("day", activity.day.to_string()),
        ("type", activity.type_code.clone()),
        ("host", host.to_owned()),
        ("host_id", activity.host.to_string()),
        ("host_group", activity.host_group.map(|group| group.to_string()).unwrap_or_default()),
        ("audience", activity.audience.map(|count| count.to_string()).unwrap_or_default()),
        ("hours", activity.hours_said.map(|said| ledger::in_parts(said, 10)).unwrap_or_default()),
        ("time_from", some(&activity.time_from)),
        ("time_to", some(&activity.time_to)),
        ("theme", some(&activity.theme)),
        ("field", some(&activity.field)),
        ("place", some(&activity.place)),
        ("speakers", some(&activity.speakers)),
        ("lectured", spoke[0].clone()),
        ("led", spoke[1].clone()),
        ("spoke", spoke[2].clone()),
        ("topic", some(&activity.topic)),
        ("leaders", some(&activity.leaders)),
        ("chair", some(&activity.chair)),
        ("recorder", some(&activity.recorder)),
        ("minutes", some(&activity.minutes)),
        ("resolutions", some(&activity.resolutions)),
        ("notice_ref", some(&activity.notice_ref)),
        ("note", some(&activity.note)),
    ];
    // If there are no units taking part, or no speakers from the register, the field exists and is empty.
    if !activity.partners.iter().any(|partner| partner.named) {
        pairs.push(("partner", String::new()));
    }
    if speaking.is_empty() {
        pairs.push(("speaker", String::new()));
    }
    pairs.extend(
        activity.partners.iter().filter(|partner| partner.named).map(|partner| ("partner", partner.unit.to_string())),
    );
    pairs.extend(speaking.iter().map(|speaker| ("speaker", speaker.id.to_string())));
    Fields::from_pairs(pairs)
}

/// The names of those who lectured, led and spoke, in this order.
pub(super) async fn spoke_names(app: &App, activity: &Activity) -> Result<[String; 3]> {
    let ids: Vec<PersonId> = activity.spoke.iter().map(|spoke| spoke.person).collect();
    let known = people::store::by_ids(&app.db, &ids).await?;
    Ok(SPOKE.map(|(_, part)| {
        let of_part = activity.spoke.iter().filter(|spoke| spoke.part == part);
        let mut names: Vec<&str> =
            of_part.filter_map(|spoke| known.get(&spoke.person)).map(|person| person.name.as_str()).collect();
        names.sort_unstable();
        names.join("、")
    }))
}

/// The form of an existing activity, with the current values.
async fn edit_page(site: &Site, visit: &Visit, activity: &Activity, state: &FormState) -> Answer {
    let host = units::by_ids(&site.app.db, &[activity.host]).await?.remove(&activity.host);
    let speaking = speakers::store::of_activity(&site.app.db, activity.id).await?;
    let spoke = spoke_names(&site.app, activity).await?;
    let current = fields_of(activity, &host.map(|host| host.name).unwrap_or_default(), &speaking, &spoke);
    form_page(site, visit, state, Some((activity, &current))).await
}

async fn edit_form(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let activity = led(&site, &visit, id).await?;
    if matches!(activity.state, State::Closed | State::Void) {
        let state = activity.state.as_str();
        return Err(Refusal::new("activity-locked").with("title", &activity.title).with("state", state).into());
    }
    edit_page(&site, &visit, &activity, &FormState::opened()).await
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let save = async |sent: Sent| {
        let mut draft = read(&site, &visit, &fields, Some(&activity)).await?;
        draft.activity.state = state_from_form(&fields, activity.state);
        draft.activity.version = sent.version();
        actions::edit(&site.app, &visit.actor, draft, fields.owned("reason")).await?;
        Ok(Done::new(format!("/activities/{id}"), "activity-saved"))
    };
    let page = async |state: FormState| {
        let now = seen(&site, &visit, id).await?;
        edit_page(&site, &visit, &now, &state).await
    };
    Send::new(&site, &visit, &fields).at(&FIELDS).run(save, page).await
}
