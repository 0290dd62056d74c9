//! Pages: the learning hours of a unit's people, and of one person with every record.

use axum::extract::{Path, State};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, page},
    serve::Site,
    ui::{Answer, Faults, Page, Visit, export::export_list, list::order, period::Chosen, rows::By},
};
use document::{Cell, SheetOut};
use federation::people;
use figures::metrics::{self, pages::unit_of};
use kernel::{PersonId, RecordId, Refusal};
use ledger::db;
use minijinja::{context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::list::{self, Line};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/hours", of_unit),
        page("/hours/export", export),
        page("/people/{id}/hours", of_person),
        page("/my/hours", of_self),
    ]
}

/// Lines on a page.
const PAGE: usize = 30;

/// The orders of the list, which is sorted here, since hours are read from the ledger.
const ORDERS: &[By] = &[By::number("hours", "").falling(), By::text("name", ""), By::text("unit", "")];

/// All lines that a query requests, in their order; the unit's name, and the period. If they are ordered by hours, names
/// are added only once it is known which lines are shown.
async fn lines(site: &Site, visit: &Visit, query: &Fields) -> Result<(Vec<Line>, String, Chosen)> {
    let (unit, unit_name) = unit_of(site, visit, query).await?;
    // A leader sees the people of the groups they lead; somebody who may only see the unit's figures sees nobody.
    let scope = visit.actor.scope(Action::People);
    let all = metrics::actions::sees_people(&site.app, &visit.actor, unit).await?;
    if !all && scope.groups.is_empty() {
        return Err(Refusal::forbidden().into());
    }
    let chosen = Chosen::read(query, "year", site.app.today(), site.pages.words(visit.language))?;
    let mut lines = list::under(&site.app, unit, chosen.period).await?;
    let (by, rising) = By::read(query, ORDERS);
    if by.name != "hours" || query.some("q").is_some() {
        list::name(&site.app, &mut lines).await?;
    }
    if !all {
        let seen = people::list::ids(&site.app.db, &scope, site.app.today()).await?;
        lines.retain(|line| seen.contains(&line.id));
    }
    let (text, below) = (query.text("q"), query.key("below").map(|hours| hours.saturating_mul(10)));
    lines.retain(|line| {
        (text.is_empty() || db::text_contains(&line.name, text)) && below.is_none_or(|below| line.total < below)
    });
    list::sort(&mut lines, by.name, rising);
    Ok((lines, unit_name, chosen))
}

async fn of_unit(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let (lines, unit_name, chosen) = lines(&site, &visit, &query).await?;
    let count = lines.len();
    let behind = query.key("after_id");
    let from = behind.and_then(|id| lines.iter().position(|line| line.id == id)).map_or(0, |place| place + 1);
    let mut rest: Vec<Line> = lines.into_iter().skip(from).take(PAGE + 1).collect();
    list::name(&site.app, &mut rest).await?;
    let page = Page::new(rest, PAGE, &query, &["after_id"], |line: &Line| vec![("after_id", line.id.to_string())]);
    let form = visit.form(&site, &query, &Faults::new());
    let context = context! {
        form => Serde(&form), lines => Serde(&page.rows), next => page.next, query => page.query, first => page.first, count,
        filtered => query.some("q").is_some() || query.some("below").is_some(), order => order(&query, ORDERS),
        unit_name, period => Serde(&chosen), from => chosen.period.from.to_string(), to => chosen.period.to.to_string(),
        path => "/hours", kept => query.query_without(&["period", "from", "to", "after_id"]),
        of_period => Fields::from_pairs([("period", "own".to_owned()), ("from", chosen.period.from.to_string()), ("to", chosen.period.to.to_string())]).query_without(&[]),
    };
    visit.page(&site, "hours/list.html", context)
}

async fn export(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let (mut lines, unit_name, chosen) = lines(&site, &visit, &query).await?;
    list::name(&site.app, &mut lines).await?;
    let words = site.pages.words(visit.language);
    let headings = [
        "hours-number",
        "person-name",
        "person-unit",
        "field-hours",
        "hours-session",
        "hours-external",
        "hours-reading",
        "hours-note",
    ];
    let rows = lines.into_iter().enumerate().map(|(number, line)| {
        let mut row = vec![Cell::Whole(number as i64 + 1), Cell::from(line.name), Cell::from(line.unit)];
        let tenths = [line.total, line.session, line.external, line.reading, line.note];
        row.extend(tenths.map(|tenths| Cell::Number(tenths as f64 / 10.0)));
        row
    });
    let sheet = SheetOut {
        name: words.message("nav-hours", &[]),
        title: Some(format!(
            "{unit_name}{} {} — {}",
            words.message("nav-hours", &[]),
            chosen.period.from,
            chosen.period.to
        )),
        columns: headings.iter().map(|head| words.message(head, &[]).as_str().into()).collect(),
        rows: rows.collect(),
    };
    export_list(&site, &visit, "nav-hours", sheet).await
}

#[derive(Serialize)]
struct Entry {
    day: String,
    label: String,
    title: String,
    href: Option<String>,
    tenths: i64,
    seq: i64,
}

/// The message that names a source.
fn source(code: Option<&str>) -> &'static str {
    match code {
        Some("session") => "hours-session",
        Some("external") => "hours-external",
        Some("reading") => "hours-reading",
        _ => "hours-note",
    }
}

async fn person_hours(site: &Site, visit: &Visit, id: PersonId, own: bool) -> Answer {
    let app = &site.app;
    let unknown = || Refusal::unknown("person-unknown").with("name", id);
    let reached = if own {
        people::list::Reached::ALL
    } else {
        let scope = visit.actor.scope(Action::People);
        people::list::reach(&app.db, &scope, id, app.today()).await?.ok_or_else(unknown)?
    };
    let person = people::store::by_ids(&app.db, &[id]).await?.remove(&id).ok_or_else(unknown)?;
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let words = site.pages.words(visit.language);
    let chosen = Chosen::read(&query, "year", app.today(), words)?;
    let found = ledger::of_people(&app.db, &app.kinds(), super::TIME, &[id], reached.within(chosen.period)).await?;
    let records: Vec<RecordId> = found.iter().map(|entry| entry.record).collect();
    let mut titles = app.titles(&records).await?;
    let mut sums: Vec<(&'static str, i64)> = Vec::new();
    let entries: Vec<Entry> = found
        .into_iter()
        .map(|entry| {
            let source = source(entry.facets.get("source"));
            match sums.iter_mut().find(|(of, _)| *of == source) {
                Some((_, sum)) => *sum += entry.quantity,
                None => sums.push((source, entry.quantity)),
            }
            let title = titles.remove(&entry.record).unwrap_or_default();
            Entry {
                day: entry.day.to_string(),
                label: words.message(source, &[]),
                title: title.text,
                href: title.href,
                tenths: entry.quantity,
                seq: entry.seq,
            }
        })
        .collect();
    let context = context! {
        name => person.name, id => id.0, own, total => sums.iter().map(|(_, sum)| sum).sum::<i64>(),
        sums => sums.iter().map(|(of, sum)| context! { label => words.message(of, &[]), sum => *sum }).collect::<Vec<_>>(),
        entries => Serde(&entries),
        period => Serde(&chosen), from => chosen.period.from.to_string(), to => chosen.period.to.to_string(),
        path => if own && visit.uri.path() == "/my/hours" { "/my/hours".to_owned() } else { format!("/people/{id}/hours") },
        kept => "",
    };
    visit.page(site, "hours/person.html", context)
}

async fn of_person(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let own = visit.actor.person == Some(PersonId(id));
    person_hours(&site, &visit, PersonId(id), own).await
}

async fn of_self(State(site): State<Site>, visit: Visit) -> Answer {
    match visit.actor.person {
        Some(person) => person_hours(&site, &visit, person, true).await,
        None => visit.page(&site, "people/nobody.html", context! {}),
    }
}
