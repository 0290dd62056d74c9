//! Pages: the list of lecture tours, one tour with its stops, its form, and the form that adds stops line by line.

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit,
        list::{self, Asked, Column, List},
        rows::{By, Rows, Slice},
    },
};
use federation::units;
use kernel::Refusal;
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    pages::unit_in,
    store,
    tours::{self, Line, Tour, Verdict},
};
use crate::features::speakers::{self, actions::must_read};

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

/// The tour in a form; `old` is the one that it changes, with the version it was opened with.
async fn read(site: &Site, visit: &Visit, fields: &Fields, old: Option<(&Tour, i64)>) -> FormResult<Tour> {
    let mut faults = Faults::new();
    let unit = match old {
        Some((old, _)) => Some(old.unit),
        None => unit_in(site, visit, fields, &mut faults).await?,
    };
    let title = faults.need("title", Ok(fields.owned("title")));
    let from = faults.need("from", fields.day("from"));
    let to = faults.need("to", fields.day("to"));
    let speaker = match (fields.key("speaker_id"), fields.some("speaker")) {
        (Some(id), _) => Some(id),
        // Without JavaScript only the name is submitted: accepted if exactly one speaker of the register has it.
        (None, Some(name)) => {
            let filters = Fields::from_pairs([("q", name)]);
            let first = Slice::first(store::ORDERS, 50);
            let found = store::list(&site.app.db, (&filters, site.app.today()), &first).await?.lines();
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
    let (Some(unit), Some(title), Some(from), Some(to)) = (unit, title, from, to) else { return Err(faults.into()) };
    faults.check()?;
    Ok(Tour {
        id: old.map_or(0, |(old, _)| old.id),
        title,
        theme: fields.owned("theme"),
        speaker,
        unit,
        from,
        to,
        ended: fields.ticked("ended"),
        version: old.map_or(0, |(_, version)| version),
    })
}

/// The refusals that are shown beside a field, with the field's name.
const PLACES: [(&str, &str); 4] = [
    ("tour-title", "title"),
    ("tour-days", "to"),
    ("speaker-unknown", "speaker"),
    ("speaker-text-long:theme", "theme"),
];

fn new_page(site: &Site, visit: &Visit, state: &FormState) -> Answer {
    let form = state.form(site, visit);
    visit.page_as(site, state.status(), "lectures/tour-new.html", context! { form => Serde(&form) })
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
    let fields = Fields::from_pairs(values);
    new_page(&site, &visit, &FormState::filled(fields))
}

async fn add(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    must_read(&visit.actor)?;
    let send = Send::new(&site, &visit, &fields).at(&PLACES);
    let add = async |_| {
        let tour = read(&site, &visit, &fields, None).await?;
        let id = tours::set(&site.app, &visit.actor, tour).await?;
        Ok(Done::new(format!("/tours/{id}"), "tour-saved"))
    };
    send.run(add, async |state| new_page(&site, &visit, &state)).await
}

/// The form that adds stops, and the result for its lines.
#[derive(Default)]
struct Stops {
    /// Lines to be shown again.
    lines: String,
    entered: usize,
    /// Lines that were refused, with the reason.
    refused: Vec<(String, String)>,
}

async fn show_with(site: &Site, visit: &Visit, id: i64, state: FormState, shown: Stops) -> Answer {
    let (tour, keeps) = tours::seen(&site.app, &visit.actor, id).await?;
    let stops = tours::stops(&site.app.db, id).await?;
    let (occasions, audience) = tours::totals(&site.app, &tour, &stops).await?;
    let speaker = match tour.speaker {
        Some(speaker) => speakers::store::by_ids(&site.app.db, &[speaker]).await?.remove(&speaker),
        None => None,
    };
    let unit = units::by_ids(&site.app.db, &[tour.unit]).await?.remove(&tour.unit);
    let name = speaker.as_ref().map(|one| one.name.clone());
    let current = [
        ("title", tour.title.clone()),
        ("theme", tour.theme.clone().unwrap_or_default()),
        ("speaker", name.clone().unwrap_or_default()),
        ("speaker_id", tour.speaker.map(|speaker| speaker.to_string()).unwrap_or_default()),
        ("from", tour.from.to_string()),
        ("to", tour.to.to_string()),
        ("ended", if tour.ended { "on".to_owned() } else { String::new() }),
    ];
    let current = Fields::from_pairs(current);
    let words = site.pages.words(visit.language);
    let form = state.form_with(site, visit, (&current, tour.version), |name, value| match name {
        "ended" => words.message("tour-ended-box", &[]),
        _ => value.to_owned(),
    });
    let lines = visit.filled(site, [("stops", shown.lines)]);
    let status = if shown.refused.is_empty() { state.status() } else { StatusCode::UNPROCESSABLE_ENTITY };
    let context = context! {
        id, title => tour.title, theme => tour.theme, unit => unit.map(|unit| unit.name), speaker => name,
        speaker_id => tour.speaker, from => tour.from.to_string(), to => tour.to.to_string(), ended => tour.ended,
        keeps, stops => Serde(&stops), occasions, audience, form => Serde(&form), lines => Serde(&lines),
        entered => shown.entered, refused => Serde(&shown.refused),
        edited => state.is_refused() && shown.refused.is_empty(),
    };
    visit.page_as(site, status, "lectures/tour.html", context)
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    must_read(&visit.actor)?;
    show_with(&site, &visit, id, FormState::opened(), Stops::default()).await
}

/// A tour that the visitor maintains; one that the visitor may only see is refused as not permitted.
async fn load_writable(site: &Site, visit: &Visit, id: i64) -> Result<Tour> {
    must_read(&visit.actor)?;
    match tours::seen(&site.app, &visit.actor, id).await? {
        (tour, true) => Ok(tour),
        _ => Err(Refusal::forbidden().into()),
    }
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let old = load_writable(&site, &visit, id).await?;
    let send = Send::new(&site, &visit, &fields).at(&PLACES);
    let save = async |sent: Sent| {
        let tour = read(&site, &visit, &fields, Some((&old, sent.version()))).await?;
        tours::set(&site.app, &visit.actor, tour).await?;
        Ok(Done::new(format!("/tours/{id}"), "tour-saved"))
    };
    send.run(save, async |state| show_with(&site, &visit, id, state, Stops::default()).await).await
}

async fn stops(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    load_writable(&site, &visit, id).await?;
    let words = site.pages.words(visit.language);
    let add = async |_| {
        let (entered, judged) = tours::add_stops(&site.app, &visit.actor, id, fields.raw("stops")).await?;
        let refused = judged.into_iter().filter_map(|(line, verdict)| match verdict {
            Verdict::Refused(refusal) => Some((line, words.refusal(&refusal))),
            _ => None,
        });
        let refused: Vec<(String, String)> = refused.collect();
        let here = format!("/tours/{id}");
        if refused.is_empty() {
            return Ok(Done::new(here, "tour-stops-done").with("count", entered));
        }
        // The accepted lines are stored: the page shows the remaining ones.
        let lines = refused.iter().map(|(line, _)| line.as_str()).collect::<Vec<_>>().join("\n");
        let shown = Stops { lines, entered, refused };
        Ok(Done::page(here, show_with(&site, &visit, id, FormState::opened(), shown).await?))
    };
    let page = async |state: FormState| {
        let shown = Stops { lines: fields.raw("stops").to_owned(), ..Stops::default() };
        show_with(&site, &visit, id, state.without_fields(), shown).await
    };
    Send::new(&site, &visit, &fields).run(add, page).await
}
