//! Pages: the register of speakers, one speaker with past sessions, the form; the speakers on an activity's page.

use axum::extract::{Path, State as Extract};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit,
        answer::Choice,
        language::Words,
        list::{self, Asked, Column, List},
        rows::{By, Rows, Slice},
    },
};
use federation::{groups::must_lead, people, units};
use kernel::{PersonId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    rating,
    store::{self, Line},
};
use crate::features::{
    activities::{Activity, pages::seen, reach::Sees},
    speakers::{self, FIELDS, LEVELS, Speaker, actions},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/speakers", list::show::<Speakers>),
        page("/speakers/export", list::export::<Speakers>),
        page("/speakers/pick", pick),
        page("/speakers/new", new),
        act("/speakers", add),
        page("/speakers/{id}", show),
        page("/speakers/{id}/edit", edit_form),
        act("/speakers/{id}", edit),
        act("/speakers/{id}/retire", retire),
        act("/activities/{id}/rate", rate),
    ]
}

/// How many past sessions a speaker's page lists.
const PAST: u64 = 50;

/// Codes with their names, for selects.
fn choices(words: &Words, codes: &[&'static str], word: fn(&str) -> &'static str) -> Vec<(&'static str, String)> {
    codes.iter().map(|code| (*code, words.message(word(code), &[]))).collect()
}

/// The message that names a field.
pub(super) fn field_word(code: &str) -> &'static str {
    match code {
        "theory" => "speaker-field-theory",
        "policy" => "speaker-field-policy",
        "writing" => "speaker-field-writing",
        "digital" => "speaker-field-digital",
        "law" => "speaker-field-law",
        "practice" => "speaker-field-practice",
        _ => "speaker-field-other",
    }
}

/// The message that names a level.
pub(super) fn level_word(code: &str) -> &'static str {
    match code {
        "expert" => "speaker-level-expert",
        "federation" => "speaker-level-federation",
        "model" => "speaker-level-model",
        "youth" => "speaker-level-youth",
        _ => "speaker-level-other",
    }
}

struct Speakers;

impl List for Speakers {
    type Line = Line;
    const NAME: &'static str = "nav-speakers";
    const TEMPLATE: &'static str = "lectures/list.html";
    const LINES: u64 = 20;
    const ORDERS: &'static [By] = store::ORDERS;
    const COLUMNS: &'static [Column<Line>] = &[
        Column::new("speaker-name", |line, _| (&line.name).into()),
        Column::new("speaker-field", |line, asked| asked.message(field_word(&line.field)).into()),
        Column::new("speaker-level", |line, asked| asked.message(level_word(&line.level)).into()),
        Column::new("speaker-organisation", |line, _| line.organisation.as_deref().into()),
        Column::new("speaker-unit", |line, _| (&line.unit).into()),
        Column::new("speaker-sessions", |line, _| line.sessions.into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Line>> {
        actions::must_read(asked.actor)?;
        Ok(store::list(&asked.app.db, (asked.query, asked.today()), slice).await?)
    }

    async fn beside(asked: &Asked<'_>, lines: &[Line]) -> Result<Value> {
        let ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
        let mut rated = rating::of_speakers(&asked.app.db, &ids).await?;
        let lines = lines.iter().map(|line| {
            context! {
                id => line.id, name => &line.name, organisation => &line.organisation, unit => &line.unit,
                sessions => line.sessions, field => asked.message(field_word(&line.field)),
                level => asked.message(level_word(&line.level)), rated => Serde(rated.remove(&line.id)),
            }
        });
        Ok(context! {
            lines => lines.collect::<Vec<_>>(), fields => Serde(&choices(asked.words, &FIELDS, field_word)),
            levels => Serde(&choices(asked.words, &LEVELS, level_word)),
        })
    }
}

/// Speakers for the form of an activity.
async fn pick(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    actions::must_read(&visit.actor)?;
    let words = site.pages.words(visit.language);
    let query = Fields::from_pairs([("q", visit.query().text("q"))]);
    let choices: Vec<Choice> = store::list(&site.app.db, (&query, site.app.today()), &Slice::first(store::ORDERS, 12))
        .await?
        .lines()
        .into_iter()
        .map(|line| Choice {
            value: line.id,
            text: line.name,
            beside: line.organisation.unwrap_or_else(|| words.message(field_word(&line.field), &[])),
        })
        .collect();
    visit.choices(&site, &choices)
}

/// The page with the form of a new or existing speaker.
fn form_page(site: &Site, visit: &Visit, state: &FormState, old: Option<(&Speaker, &Fields)>) -> Answer {
    let words = site.pages.words(visit.language);
    let (fields, levels) = (choices(words, &FIELDS, field_word), choices(words, &LEVELS, level_word));
    let form = match old {
        None => state.form(site, visit),
        Some((old, current)) => state.form_with(site, visit, (current, old.version), |name, value| match name {
            "field" => words.message(field_word(value), &[]),
            "level" => words.message(level_word(value), &[]),
            _ => value.to_owned(),
        }),
    };
    let context = context! {
        form => Serde(&form), id => old.map(|(old, _)| old.id), old_name => old.map(|(old, _)| old.name.clone()),
        fields => Serde(&fields), levels => Serde(&levels),
    };
    visit.page_as(site, state.status(), "lectures/form.html", context)
}

/// The unit in a form; without JavaScript only the name is submitted.
pub(super) async fn unit_in(
    site: &Site,
    visit: &Visit,
    fields: &Fields,
    faults: &mut Faults,
) -> Result<Option<UnitId>> {
    match faults.found("unit", units::in_field(&site.app.db, fields, "unit").await)? {
        Some(None) => Ok(faults.need("unit", Ok(visit.unit()))),
        named => Ok(named.flatten()),
    }
}

/// The speaker in a form; `old` is the entry that it changes, with the version it was opened with.
async fn read(site: &Site, visit: &Visit, fields: &Fields, old: Option<(&Speaker, i64)>) -> FormResult<Speaker> {
    let mut faults = Faults::new();
    let unit = unit_in(site, visit, fields, &mut faults).await?;
    let person = fields.key("person_id").map(PersonId);
    let mut name = fields.owned("name");
    if let (None, Some(person)) = (&name, person) {
        name = people::store::by_ids(&site.app.db, &[person]).await?.remove(&person).map(|person| person.name);
    }
    let name = faults.need("name", Ok(name));
    let (Some(name), Some(unit)) = (name, unit) else { return Err(faults.into()) };
    faults.check()?;
    Ok(Speaker {
        id: old.map_or(0, |(old, _)| old.id),
        name,
        person,
        field: fields.text("field").to_owned(),
        level: fields.text("level").to_owned(),
        organisation: fields.owned("organisation"),
        note: fields.owned("note"),
        unit,
        retired: old.is_some_and(|(old, _)| old.retired),
        version: old.map_or(0, |(_, version)| version),
    })
}

/// The refusals that are shown beside a field, with the field's name.
const PLACES: [(&str, &str); 6] = [
    ("speaker-name-odd", "name"),
    ("speaker-field-unknown", "field"),
    ("speaker-level-unknown", "level"),
    ("speaker-text-long:organisation", "organisation"),
    ("speaker-text-long:note", "note"),
    ("person-unknown", "person"),
];

async fn new(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    actions::must_read(&visit.actor)?;
    let unit = visit.unit();
    let name = match unit {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let fields = Fields::from_pairs([
        ("unit", name.unwrap_or_default()),
        ("unit_id", unit.map(|unit| unit.to_string()).unwrap_or_default()),
        ("field", "theory".to_owned()),
        ("level", "expert".to_owned()),
    ]);
    form_page(&site, &visit, &FormState::filled(fields), None)
}

async fn add(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    actions::must_read(&visit.actor)?;
    let send = Send::new(&site, &visit, &fields).at(&PLACES);
    let add = async |_| {
        let speaker = read(&site, &visit, &fields, None).await?;
        let id = actions::set(&site.app, &visit.actor, speaker).await?;
        Ok(Done::new(format!("/speakers/{id}"), "speaker-saved"))
    };
    send.run(add, async |state| form_page(&site, &visit, &state, None)).await
}

async fn load_speaker(site: &Site, visit: &Visit, id: i64) -> Result<Speaker> {
    actions::must_read(&visit.actor)?;
    let found = speakers::store::by_ids(&site.app.db, &[id]).await?.remove(&id);
    Ok(found.ok_or_else(|| Refusal::unknown("speaker-unknown").with("id", id))?)
}

async fn load_writable(site: &Site, visit: &Visit, id: i64) -> Result<Speaker> {
    let speaker = load_speaker(site, visit, id).await?;
    must_lead(&site.app.db, &visit.actor, speaker.unit, None).await?;
    Ok(speaker)
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let speaker = load_speaker(&site, &visit, id).await?;
    let words = site.pages.words(visit.language);
    let past = store::past(&site.app.db, &visit.actor.scope(Action::Read), id, PAST).await?;
    let all = store::sessions(&site.app.db, id).await?;
    let rated = rating::of_speakers(&site.app.db, &[id]).await?.remove(&id);
    let unit = units::by_ids(&site.app.db, &[speaker.unit]).await?.remove(&speaker.unit);
    let keeps = must_lead(&site.app.db, &visit.actor, speaker.unit, None).await.is_ok();
    let context = context! {
        id, name => speaker.name, field => words.message(field_word(&speaker.field), &[]),
        level => words.message(level_word(&speaker.level), &[]), organisation => speaker.organisation, note => speaker.note,
        unit => unit.map(|unit| unit.name), retired => speaker.retired, version => speaker.version, keeps,
        past => Serde(&past), all, rated => Serde(&rated),
    };
    visit.page(&site, "lectures/show.html", context)
}

async fn edit_page(site: &Site, visit: &Visit, id: i64, state: FormState) -> Answer {
    let speaker = load_writable(site, visit, id).await?;
    let unit = units::by_ids(&site.app.db, &[speaker.unit]).await?.remove(&speaker.unit);
    let person = match speaker.person {
        Some(person) => people::store::by_ids(&site.app.db, &[person]).await?.remove(&person),
        None => None,
    };
    let current = [
        ("name", speaker.name.clone()),
        ("field", speaker.field.clone()),
        ("level", speaker.level.clone()),
        ("organisation", speaker.organisation.clone().unwrap_or_default()),
        ("note", speaker.note.clone().unwrap_or_default()),
        ("person", person.map(|person| person.name).unwrap_or_default()),
        ("person_id", speaker.person.map(|person| person.to_string()).unwrap_or_default()),
        ("unit", unit.map(|unit| unit.name).unwrap_or_default()),
        ("unit_id", speaker.unit.to_string()),
    ];
    let current = Fields::from_pairs(current);
    form_page(site, visit, &state, Some((&speaker, &current)))
}

async fn edit_form(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    edit_page(&site, &visit, id, FormState::opened()).await
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let old = load_writable(&site, &visit, id).await?;
    let send = Send::new(&site, &visit, &fields).at(&PLACES);
    let save = async |sent: Sent| {
        let speaker = read(&site, &visit, &fields, Some((&old, sent.version()))).await?;
        actions::set(&site.app, &visit.actor, speaker).await?;
        Ok(Done::new(format!("/speakers/{id}"), "speaker-saved"))
    };
    send.run(save, async |state| edit_page(&site, &visit, id, state).await).await
}

async fn retire(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    load_writable(&site, &visit, id).await?;
    let retired = fields.text("do") != "again";
    let retire = async |sent: Sent| {
        actions::retire(&site.app, &visit.actor, id, sent.version(), retired).await?;
        let message = if retired { "speaker-retired-done" } else { "speaker-again-done" };
        Ok(Done::new(format!("/speakers/{id}"), message))
    };
    Send::new(&site, &visit, &fields).press(retire).await
}

/// The speakers on an activity's page: their entries for those who maintain sessions, the visitor's own rating if they were
/// present, the average from three ratings on, and the remarks for those who maintain the session.
pub(crate) async fn of_activity(
    site: &Site,
    visit: &Visit,
    activity: &Activity,
    sees: Sees,
) -> Result<minijinja::Value> {
    let mut links = Vec::new();
    if sees.names && visit.may(Action::Lead) {
        let speakers = speakers::store::of_activity(&site.app.db, activity.id).await?;
        links.extend(speakers.into_iter().map(|speaker| (speaker.id, speaker.name)));
    }
    let own = rating::own(&site.app, &visit.actor, activity).await?;
    let told = if sees.names { rating::of_activity(&site.app.db, activity.id, sees.leads).await? } else { Vec::new() };
    Ok(context! { links => Serde(&links), own => Serde(&own), told => Serde(&told) })
}

async fn rate(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = seen(&site, &visit, id).await?;
    let (speaker, stars) = (fields.key("speaker").unwrap_or(0), fields.key("stars").unwrap_or(0));
    let rate = async |_| {
        rating::rate(&site.app, &visit.actor, activity.id, speaker, stars, fields.some("word")).await?;
        Ok(Done::new(format!("/activities/{id}"), "rating-done"))
    };
    Send::new(&site, &visit, &fields).press(rate).await
}
