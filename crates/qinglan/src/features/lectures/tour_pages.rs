//! Pages: lecture tours, their list, one tour with its stops, its form, and the form that adds stops line by line.

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use kernel::Refusal;
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    pages::unit_in,
    store,
    tours::{self, Line, Tour, Verdict},
};
use crate::{
    actor::Action,
    error::{AppError, Result},
    features::{
        accounts::{actions::settle_once, pages::sent_before},
        speakers::{self, actions::must_read},
        units,
    },
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Faults, Visit,
        form::version_again,
        list::{self, Asked, Column, List},
        rows::{By, Rows, Slice},
    },
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/tours", list::show::<Tours>),
        page("/tours/export", list::export::<Tours>),
        page("/tours/new", new),
        act("/tours", add),
        page("/tours/{id}", show),
        act("/tours/{id}", edit),
        act("/tours/{id}/stops", stops),
    ]
}

struct Tours;

impl List for Tours {
    type Line = Line;
    const NAME: &'static str = "nav-tours";
    const TEMPLATE: &'static str = "lectures/tours.html";
    const LINES: u64 = 20;
    const ORDERS: &'static [By] = tours::ORDERS;
    const COLUMNS: &'static [Column<Line>] = &[
        Column::new("tour-title-field", |line, _| (&line.title).into()),
        Column::new("tour-speaker", |line, _| line.speaker.as_deref().into()),
        Column::new("tour-unit", |line, _| (&line.unit).into()),
        Column::new("tour-from", |line, _| line.from_day.to_string().into()),
        Column::new("tour-to", |line, _| line.to_day.to_string().into()),
        Column::new("tour-stops", |line, _| line.stops.into()),
        Column::new("tour-held", |line, _| line.held.into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Line>> {
        must_read(asked.actor)?;
        Ok(tours::list(&asked.app.db, &asked.scope(Action::Lead), (asked.query, asked.today()), slice).await?)
    }
}

async fn read(
    site: &Site,
    visit: &Visit,
    fields: &Fields,
    old: Option<&Tour>,
) -> Result<std::result::Result<Tour, Faults>> {
    let mut faults = Faults::new();
    let unit = match old {
        Some(old) => Some(old.unit),
        None => unit_in(site, visit, fields, &mut faults).await?,
    };
    let title = faults.need("title", Ok(fields.owned("title")));
    let from = faults.need("from", fields.day("from"));
    let to = faults.need("to", fields.day("to"));
    let speaker = match (fields.key("speaker_id"), fields.some("speaker")) {
        (Some(id), _) => Some(id),
        // Without script the name alone is handed in: taken where one of the register bears it.
        (None, Some(name)) => {
            let asked = Fields::from_pairs([("q", name)]);
            let first = Slice::first(store::ORDERS, 50);
            let found = store::list(&site.app.db, (&asked, site.app.today()), &first).await?.lines();
            let mut bearing = found.iter().filter(|line| line.name == name).map(|line| line.id);
            if let (Some(one), None) = (bearing.next(), bearing.next()) {
                Some(one)
            } else {
                faults.add("speaker", Refusal::new("tour-speaker-unknown").with("name", name));
                None
            }
        }
        (None, None) => None,
    };
    match (unit, title, from, to) {
        (Some(unit), Some(title), Some(from), Some(to)) if faults.is_empty() => Ok(Ok(Tour {
            id: old.map_or(0, |old| old.id),
            title,
            theme: fields.owned("theme"),
            speaker,
            unit,
            from,
            to,
            ended: fields.ticked("ended"),
            version: fields.key("version").unwrap_or(0),
        })),
        _ => Ok(Err(faults)),
    }
}

/// The refusals that a field is named for.
const PLACES: [(&str, &str); 4] = [
    ("tour-title", "title"),
    ("tour-days", "to"),
    ("speaker-unknown", "speaker"),
    ("speaker-text-long:theme", "theme"),
];

fn new_page(site: &Site, visit: &Visit, status: StatusCode, fields: &Fields, faults: &Faults) -> Answer {
    let form = visit.form(site, fields, faults);
    visit.page_as(site, status, "lectures/tour-new.html", context! { form => Serde(&form) })
}

async fn new(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    must_read(&visit.actor)?;
    let unit = visit.unit();
    let name = match unit {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let today = site.app.today();
    let mut values = vec![
        ("unit", name.unwrap_or_default()),
        ("unit_id", unit.map(|unit| unit.to_string()).unwrap_or_default()),
        ("from", today.to_string()),
        ("to", (today + chrono::Days::new(30)).to_string()),
    ];
    if let Some(speaker) = query.key("speaker_id") {
        let known = speakers::store::by_ids(&site.app.db, &[speaker]).await?.remove(&speaker);
        values.extend(known.map(|known| ("speaker", known.name)));
        values.push(("speaker_id", speaker.to_string()));
    }
    let fields = Fields::of(values.into_iter().map(|(name, value)| (name.to_owned(), value)));
    new_page(&site, &visit, StatusCode::OK, &fields, &Faults::new())
}

async fn add(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    must_read(&visit.actor)?;
    let token = fields.text("once");
    if let Some(answer) = sent_before(&site, &visit, token).await? {
        return Ok(answer);
    }
    let done = match read(&site, &visit, &fields, None).await {
        Ok(Ok(tour)) => Faults::of(tours::set(&site.app, &visit.actor, tour).await, &PLACES),
        Ok(Err(faults)) => Ok(Err(faults)),
        Err(other) => Err(other),
    };
    let location = done.as_ref().ok().and_then(|done| done.as_ref().ok()).map(|id| format!("/tours/{id}"));
    settle_once(&site.app, token, location.as_deref()).await?;
    match done? {
        Ok(id) => visit.done(&site, &format!("/tours/{id}"), "tour-saved", &[]),
        Err(faults) => new_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &fields, &faults),
    }
}

/// What is told on a tour's page beside it.
#[derive(Default)]
struct Told {
    typed: Option<Fields>,
    faults: Faults,
    entered: usize,
    /// Lines that could not be taken, with why.
    refused: Vec<(String, String)>,
}

async fn show_with(site: &Site, visit: &Visit, status: StatusCode, id: i64, told: Told) -> Answer {
    let (tour, keeps) = tours::seen(&site.app, &visit.actor, id).await?;
    let stops = tours::stops(&site.app.db, id).await?;
    let (occasions, audience) = tours::totals(&site.app, &tour, &stops).await?;
    let speaker = match tour.speaker {
        Some(speaker) => speakers::store::by_ids(&site.app.db, &[speaker]).await?.remove(&speaker),
        None => None,
    };
    let unit = units::by_ids(&site.app.db, &[tour.unit]).await?.remove(&tour.unit);
    let name = speaker.as_ref().map(|one| one.name.clone());
    let there = [
        ("title", tour.title.clone()),
        ("theme", tour.theme.clone().unwrap_or_default()),
        ("speaker", name.clone().unwrap_or_default()),
        ("speaker_id", tour.speaker.map(|speaker| speaker.to_string()).unwrap_or_default()),
        ("from", tour.from.to_string()),
        ("to", tour.to.to_string()),
        ("ended", if tour.ended { "on".to_owned() } else { String::new() }),
    ];
    let there = Fields::of(there.into_iter().map(|(name, value)| (name.to_owned(), value)));
    let edits = told.typed.as_ref().filter(|typed| typed.pairs().any(|(name, _)| name == "title"));
    let mut form = visit.form(site, edits.unwrap_or(&there), &told.faults);
    if status == StatusCode::CONFLICT {
        let shown = there.pairs().filter(|(name, _)| *name != "speaker_id");
        let stands = Fields::of(shown.map(|(name, value)| (name.to_owned(), value.to_owned())));
        form = form.beside(&stands, |_, value| value.to_owned());
    }
    let version = edits.map_or(tour.version, |typed| version_again(status, typed, tour.version));
    let left: Vec<&str> = told.refused.iter().map(|(line, _)| line.as_str()).collect();
    let lines = told.typed.as_ref().filter(|_| edits.is_none()).map_or_else(
        || left.join("\n"),
        |typed| {
            if told.refused.is_empty() { typed.raw("stops").to_owned() } else { left.join("\n") }
        },
    );
    let lines = visit.filled(site, [("stops", lines)]);
    let context = context! {
        id, title => tour.title, theme => tour.theme, unit => unit.map(|unit| unit.name), speaker => name,
        speaker_id => tour.speaker, from => tour.from.to_string(), to => tour.to.to_string(), ended => tour.ended,
        version, keeps, stops => Serde(&stops), occasions, audience, form => Serde(&form),
        lines => Serde(&lines), entered => told.entered, refused => Serde(&told.refused), edited => edits.is_some(),
    };
    visit.page_as(site, status, "lectures/tour.html", context)
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    must_read(&visit.actor)?;
    show_with(&site, &visit, StatusCode::OK, id, Told::default()).await
}

/// A tour that the visitor keeps; one that is merely seen is not the visitor's to change.
async fn kept(site: &Site, visit: &Visit, id: i64) -> Result<Tour> {
    must_read(&visit.actor)?;
    match tours::seen(&site.app, &visit.actor, id).await? {
        (tour, true) => Ok(tour),
        _ => Err(Refusal::forbidden().into()),
    }
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let old = kept(&site, &visit, id).await?;
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let faults = match read(&site, &visit, &fields, Some(&old)).await? {
        Ok(tour) => {
            let done = tours::set(&site.app, &visit.actor, tour).await;
            if matches!(&done, Err(AppError::Refused(refusal)) if refusal.is_conflict()) {
                status = StatusCode::CONFLICT;
            }
            match Faults::of(done, &PLACES)? {
                Ok(_) => return visit.done(&site, &format!("/tours/{id}"), "tour-saved", &[]),
                Err(faults) => faults,
            }
        }
        Err(faults) => faults,
    };
    show_with(&site, &visit, status, id, Told { typed: Some(fields), faults, ..Told::default() }).await
}

async fn stops(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    kept(&site, &visit, id).await?;
    let words = site.pages.words(visit.language);
    match Faults::of(tours::add_stops(&site.app, &visit.actor, id, fields.raw("stops")).await, &[])? {
        Ok((entered, judged)) => {
            let refused: Vec<(String, String)> = judged
                .into_iter()
                .filter_map(|(line, verdict)| match verdict {
                    Verdict::Refused(refusal) => Some((line, words.refusal(&refusal))),
                    _ => None,
                })
                .collect();
            if refused.is_empty() {
                let count = entered.to_string();
                return visit.done(&site, &format!("/tours/{id}"), "tour-stops-done", &[("count", &count)]);
            }
            let told = Told { typed: Some(fields), entered, refused, ..Told::default() };
            show_with(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, id, told).await
        }
        Err(faults) => {
            let told = Told { typed: Some(fields), faults, ..Told::default() };
            show_with(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, id, told).await
        }
    }
}
