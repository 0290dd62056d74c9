//! Pages: the register of speakers, one speaker with past sessions, its form; what an activity's page shows of its speakers.

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use kernel::{PersonId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    rating,
    store::{self, Line},
};
use crate::{
    actor::Action,
    error::{AppError, Result},
    features::{
        accounts::{actions::settle_once, pages::sent_before},
        activities::{Activity, pages::seen},
        groups::must_lead,
        people,
        speakers::{self, FIELDS, LEVELS, Speaker, actions},
        units,
    },
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Faults, Visit,
        answer::Choice,
        form::version_again,
        language::Words,
        list::{self, Asked, Column, List},
        rows::{By, Rows, Slice},
    },
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
        page("/speakers/{id}/edit", edit_page),
        act("/speakers/{id}", edit),
        act("/speakers/{id}/retire", retire),
        act("/activities/{id}/rate", rate),
    ]
}

/// Past sessions that a speaker's page lists.
const PAST: u64 = 50;

/// Codes with their words, as selects offer them.
fn choices(words: &Words, codes: &[&'static str], word: fn(&str) -> &'static str) -> Vec<(&'static str, String)> {
    codes.iter().map(|code| (*code, words.say(word(code), &[]))).collect()
}

/// The message of a field.
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

/// The message of a level.
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
        Column::new("speaker-field", |line, asked| asked.say(field_word(&line.field)).into()),
        Column::new("speaker-level", |line, asked| asked.say(level_word(&line.level)).into()),
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
                sessions => line.sessions, field => asked.say(field_word(&line.field)),
                level => asked.say(level_word(&line.level)), rated => Serde(rated.remove(&line.id)),
            }
        });
        Ok(context! {
            lines => lines.collect::<Vec<_>>(), fields => Serde(&choices(asked.words, &FIELDS, field_word)),
            levels => Serde(&choices(asked.words, &LEVELS, level_word)),
        })
    }
}

/// Speakers that the form of an activity offers.
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
            beside: line.organisation.unwrap_or_else(|| words.say(field_word(&line.field), &[])),
        })
        .collect();
    visit.choices(&site, &choices)
}

async fn form_page(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    typed: &Fields,
    faults: &Faults,
    old: Option<&Speaker>,
) -> Answer {
    let words = site.pages.words(visit.language);
    let mut form = visit.form(site, typed, faults);
    if let Some(old) = old.filter(|_| status == StatusCode::CONFLICT) {
        let stands = fields_of(site, old).await?;
        let shown = stands.pairs().filter(|(name, _)| !matches!(*name, "unit_id" | "person_id"));
        let stands = Fields::of(shown.map(|(name, value)| (name.to_owned(), value.to_owned())));
        form = form.beside(&stands, |name, value| match name {
            "field" => words.say(field_word(value), &[]),
            "level" => words.say(level_word(value), &[]),
            _ => value.to_owned(),
        });
    }
    let context = context! {
        form => Serde(&form), id => old.map(|old| old.id), old_name => old.map(|old| old.name.clone()),
        version => old.map_or(0, |old| version_again(status, typed, old.version)), fields => Serde(&choices(words, &FIELDS, field_word)),
        levels => Serde(&choices(words, &LEVELS, level_word)),
    };
    visit.page_as(site, status, "lectures/form.html", context)
}

/// The unit that a form names; without script the name alone is handed in.
pub(super) async fn unit_in(
    site: &Site,
    visit: &Visit,
    fields: &Fields,
    faults: &mut Faults,
) -> Result<Option<UnitId>> {
    match (fields.key("unit_id"), fields.some("unit")) {
        (Some(id), _) => Ok(Some(UnitId(id))),
        (None, Some(name)) => match units::unit_named(&site.app.db, name).await {
            Ok(unit) => Ok(Some(unit.id)),
            Err(AppError::Refused(refusal)) => {
                faults.add("unit", refusal);
                Ok(None)
            }
            Err(other) => Err(other),
        },
        (None, None) => {
            let own = visit.unit();
            if own.is_none() {
                faults.add("unit", Refusal::new("field-missing"));
            }
            Ok(own)
        }
    }
}

async fn read(
    site: &Site,
    visit: &Visit,
    fields: &Fields,
    old: Option<&Speaker>,
) -> Result<std::result::Result<Speaker, Faults>> {
    let mut faults = Faults::new();
    let unit = unit_in(site, visit, fields, &mut faults).await?;
    let person = fields.key("person_id").map(PersonId);
    let mut name = fields.owned("name");
    if let (None, Some(person)) = (&name, person) {
        name = people::store::by_ids(&site.app.db, &[person]).await?.remove(&person).map(|person| person.name);
    }
    let name = faults.need("name", Ok(name));
    match (name, unit) {
        (Some(name), Some(unit)) if faults.is_empty() => Ok(Ok(Speaker {
            id: old.map_or(0, |old| old.id),
            name,
            person,
            field: fields.text("field").to_owned(),
            level: fields.text("level").to_owned(),
            organisation: fields.owned("organisation"),
            note: fields.owned("note"),
            unit,
            retired: old.is_some_and(|old| old.retired),
            version: fields.key("version").unwrap_or(0),
        })),
        _ => Ok(Err(faults)),
    }
}

/// The refusals that a field is named for.
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
    let fields = Fields::of([
        ("unit".to_owned(), name.unwrap_or_default()),
        ("unit_id".to_owned(), unit.map(|unit| unit.to_string()).unwrap_or_default()),
        ("field".to_owned(), "theory".to_owned()),
        ("level".to_owned(), "expert".to_owned()),
    ]);
    form_page(&site, &visit, StatusCode::OK, &fields, &Faults::new(), None).await
}

async fn add(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    actions::must_read(&visit.actor)?;
    let token = fields.text("once");
    if let Some(answer) = sent_before(&site, &visit, token).await? {
        return Ok(answer);
    }
    let done = match read(&site, &visit, &fields, None).await {
        Ok(Ok(speaker)) => Faults::of(actions::set(&site.app, &visit.actor, speaker).await, &PLACES),
        Ok(Err(faults)) => Ok(Err(faults)),
        Err(other) => Err(other),
    };
    let location = done.as_ref().ok().and_then(|done| done.as_ref().ok()).map(|id| format!("/speakers/{id}"));
    settle_once(&site.app, token, location.as_deref()).await?;
    match done? {
        Ok(id) => visit.done(&site, &format!("/speakers/{id}"), "speaker-saved", &[]),
        Err(faults) => form_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &fields, &faults, None).await,
    }
}

async fn known(site: &Site, visit: &Visit, id: i64) -> Result<Speaker> {
    actions::must_read(&visit.actor)?;
    let found = speakers::store::by_ids(&site.app.db, &[id]).await?.remove(&id);
    Ok(found.ok_or_else(|| Refusal::unknown("speaker-unknown").with("id", id))?)
}

async fn kept(site: &Site, visit: &Visit, id: i64) -> Result<Speaker> {
    let speaker = known(site, visit, id).await?;
    must_lead(&site.app.db, &visit.actor, speaker.unit, None).await?;
    Ok(speaker)
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let speaker = known(&site, &visit, id).await?;
    let words = site.pages.words(visit.language);
    let past = store::past(&site.app.db, &visit.actor.scope(Action::Read), id, PAST).await?;
    let all = store::sessions(&site.app.db, id).await?;
    let rated = rating::of_speakers(&site.app.db, &[id]).await?.remove(&id);
    let unit = units::by_ids(&site.app.db, &[speaker.unit]).await?.remove(&speaker.unit);
    let keeps = must_lead(&site.app.db, &visit.actor, speaker.unit, None).await.is_ok();
    let context = context! {
        id, name => speaker.name, field => words.say(field_word(&speaker.field), &[]),
        level => words.say(level_word(&speaker.level), &[]), organisation => speaker.organisation, note => speaker.note,
        unit => unit.map(|unit| unit.name), retired => speaker.retired, version => speaker.version, keeps,
        past => Serde(&past), all, rated => Serde(&rated),
    };
    visit.page(&site, "lectures/show.html", context)
}

async fn edit_page(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let speaker = kept(&site, &visit, id).await?;
    let fields = fields_of(&site, &speaker).await?;
    form_page(&site, &visit, StatusCode::OK, &fields, &Faults::new(), Some(&speaker)).await
}

/// The fields of the form, filled with what stands there.
async fn fields_of(site: &Site, speaker: &Speaker) -> Result<Fields> {
    let unit = units::by_ids(&site.app.db, &[speaker.unit]).await?.remove(&speaker.unit);
    let person = match speaker.person {
        Some(person) => people::store::by_ids(&site.app.db, &[person]).await?.remove(&person),
        None => None,
    };
    let fields = [
        ("name", speaker.name.clone()),
        ("person", person.map(|person| person.name).unwrap_or_default()),
        ("person_id", speaker.person.map(|person| person.to_string()).unwrap_or_default()),
        ("field", speaker.field.clone()),
        ("level", speaker.level.clone()),
        ("organisation", speaker.organisation.clone().unwrap_or_default()),
        ("note", speaker.note.clone().unwrap_or_default()),
        ("unit", unit.map(|unit| unit.name).unwrap_or_default()),
        ("unit_id", speaker.unit.to_string()),
    ];
    Ok(Fields::of(fields.into_iter().map(|(name, value)| (name.to_owned(), value))))
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let old = kept(&site, &visit, id).await?;
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let faults = match read(&site, &visit, &fields, Some(&old)).await? {
        Ok(speaker) => {
            let done = actions::set(&site.app, &visit.actor, speaker).await;
            if matches!(&done, Err(AppError::Refused(refusal)) if refusal.is_conflict()) {
                status = StatusCode::CONFLICT;
            }
            match Faults::of(done, &PLACES)? {
                Ok(_) => return visit.done(&site, &format!("/speakers/{id}"), "speaker-saved", &[]),
                Err(faults) => faults,
            }
        }
        Err(faults) => faults,
    };
    let now = if status == StatusCode::CONFLICT { kept(&site, &visit, id).await? } else { old };
    form_page(&site, &visit, status, &fields, &faults, Some(&now)).await
}

async fn retire(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    kept(&site, &visit, id).await?;
    let retired = fields.text("do") != "again";
    let version = fields.key("version").unwrap_or(0);
    actions::retire(&site.app, &visit.actor, id, version, retired).await?;
    let told = if retired { "speaker-retired-done" } else { "speaker-again-done" };
    visit.done(&site, &format!("/speakers/{id}"), told, &[])
}

/// What an activity's page shows of its speakers: their entries for who keeps sessions, the own rating for who was there, what
/// was thought of them from three ratings on, the words for the session's keepers.
pub(crate) async fn of_activity(
    site: &Site,
    visit: &Visit,
    activity: &Activity,
    leads: bool,
) -> Result<minijinja::Value> {
    let mut links = Vec::new();
    if visit.may(Action::Lead) {
        let speakers = speakers::store::of_activity(&site.app.db, activity.id).await?;
        links.extend(speakers.into_iter().map(|speaker| (speaker.id, speaker.name)));
    }
    let own = rating::own(&site.app, &visit.actor, activity).await?;
    let told = rating::of_activity(&site.app.db, activity.id, leads).await?;
    Ok(context! { links => Serde(&links), own => Serde(&own), told => Serde(&told) })
}

async fn rate(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = seen(&site, &visit, id).await?;
    let speaker = fields.key("speaker").unwrap_or(0);
    let stars = fields.key("stars").unwrap_or(0);
    rating::rate(&site.app, &visit.actor, activity.id, speaker, stars, fields.some("word")).await?;
    visit.done(&site, &format!("/activities/{id}"), "rating-done", &[])
}
