//! Pages: issued reports; building, previewing, issuing and downloading a report; changes since it was issued.

use std::collections::{BTreeSet, HashMap};

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use desk::{
    actor::{Action, Scope},
    error::{AppError, Result},
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, Send, Visit,
        export::{aside, log_export},
        language::Words,
        list::{self, Asked, Column, List},
        period::{self, Chosen},
        rows::{By, Rows, Slice},
    },
};
use document::{Document, FigureState, Inline};
use federation::units;
use kernel::{Period, Refusal, UnitId};
use ledger::Place;
use minijinja::{Value, context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    Built, Cell, StoredFigure,
    actions::{self, Drift, Order},
    store, withheld,
};
use crate::metrics::{
    self, Address,
    pages::unit_of,
    small_cells::{self, At},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/reports", list::show::<Reports>),
        page("/reports/export", list::export::<Reports>),
        page("/reports/new", new),
        page("/reports/preview", preview),
        page("/reports/preview/{format}", download_preview),
        act("/reports", issue),
        page("/reports/{id}", show),
        page("/reports/{id}/drift", drift),
        page("/reports/{id}/{format}", download),
    ]
}

struct Reports;

impl List for Reports {
    type Line = store::Listed;
    const NAME: &'static str = "nav-reports";
    const TEMPLATE: &'static str = "reports/list.html";
    const LINES: u64 = 20;
    const ORDERS: &'static [By] = store::ORDERS;
    const COLUMNS: &'static [Column<store::Listed>] = &[
        Column::new("reports-title", |line, _| (&line.title).into()),
        Column::new("report-template", |line, asked| {
            let template = templates(asked.words).into_iter().find(|(key, _)| *key == line.template_key);
            template.map_or_else(|| line.template_key.clone(), |(_, name)| name).into()
        }),
        Column::new("report-unit", |line, _| (&line.unit).into()),
        Column::new("period", |line, _| format!("{} — {}", line.from_day, line.to_day).into()),
        Column::new("reports-issued", |line, asked| asked.moment(&line.issued_at).into()),
        Column::new("reports-by", |line, _| (&line.account).into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<store::Listed>> {
        let scope = asked.scope(Action::Figures);
        refuse_nothing(&scope)?;
        let rows = store::list(&asked.app.db, &scope, (asked.query, asked.today()), slice).await?;
        // An account is mostly called after its person.
        let names = !asked.scope(Action::People).is_empty();
        // The list shows a title on one line.
        Ok(rows.map(|line| store::Listed {
            title: line.title.replace('\n', ""),
            account: if names { line.account.clone() } else { String::new() },
            ..line
        }))
    }

    async fn beside(asked: &Asked<'_>, _: &[store::Listed]) -> Result<Value> {
        let this_year = chrono::Datelike::year(&asked.today());
        let years: Vec<String> = (this_year - 4..=this_year).rev().map(|year| year.to_string()).collect();
        Ok(context! { templates => Serde(&templates(asked.words)), years })
    }
}

fn refuse_nothing(scope: &Scope) -> Result<()> {
    if scope.is_empty() { Err(Refusal::forbidden().into()) } else { Ok(()) }
}

/// The shipped templates, with their names.
fn templates(words: &Words) -> Vec<(&'static str, String)> {
    actions::shipped()
        .map(|key| {
            let name = match key {
                "annual" => "template-annual",
                "monthly" => "template-monthly",
                _ => return (key, key.to_owned()),
            };
            (key, words.message(name, &[]))
        })
        .collect()
}

async fn new(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    new_page(&site, &visit, &query, &Faults::new()).await
}

async fn new_page(site: &Site, visit: &Visit, query: &Fields, faults: &Faults) -> Answer {
    let words = site.pages.words(visit.language);
    let (unit, unit_name) = unit_of(site, visit, query).await?;
    let usual = if query.text("template") == "monthly" { "month" } else { "year" };
    let chosen = Chosen::read(query, usual, site.app.today(), words)?;
    let single = query.some("period").filter(|key| key.starts_with(|first: char| first.is_ascii_digit()));
    let values = [
        ("template", query.owned("template").unwrap_or_else(|| "annual".to_owned())),
        ("unit", unit_name),
        ("unit_id", unit.to_string()),
        ("period", single.unwrap_or(chosen.key).to_owned()),
        ("from", chosen.period.from.to_string()),
        ("to", chosen.period.to.to_string()),
    ];
    let form = visit.form(site, &Fields::from_pairs(values), faults);
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let context = context! {
        form => Serde(&form), templates => Serde(&templates(words)), periods => Serde(&period::offered(site.app.today(), words)),
    };
    visit.page_as(site, status, "reports/new.html", context)
}

/// The order in a query or form: a shipped template, a unit, a period.
async fn ordered(site: &Site, visit: &Visit, fields: &Fields) -> Result<(Order, String)> {
    let key = fields.some("template").unwrap_or("annual");
    // Template files can only be used on the command line.
    let known = actions::shipped().any(|known| known == key);
    if !known {
        let shipped = actions::shipped().collect::<Vec<_>>().join(" ");
        let refusal = Refusal::new("template-unknown").with("name", key).with("shipped", shipped).with("fault", "—");
        return Err(refusal.into());
    }
    let (unit, unit_name) = unit_of(site, visit, fields).await?;
    let chosen = Chosen::read(fields, "year", site.app.today(), site.pages.words(visit.language))?;
    Ok((Order { template: actions::template(key)?, unit, period: chosen.period }, unit_name))
}

/// The page that explains a figure of a report that was just built.
fn href_of(cell: &Cell, position: Option<i64>) -> String {
    Address {
        key: &cell.ask.key,
        place: cell.ask.place(),
        period: cell.period(),
        filter: &cell.ask.filter,
        position,
        version: None,
        report: None,
    }
    .href()
}

/// The document as a page, whose figures open in the drawer.
fn body(document: &Document) -> String {
    document::html_body(document).replace("<a class=\"fig", "<a data-drawer class=\"fig")
}

#[derive(Serialize)]
struct Counts {
    /// Whether the figures were compared with the ledger as it is now.
    compared: bool,
    plain: usize,
    drift: usize,
    none: usize,
}

/// Refuses a draft with figures that are withheld from the visitor.
async fn refuse_small_cells(site: &Site, visit: &Visit, built: &Built) -> Result<()> {
    if metrics::actions::sees_people(&site.app, &visit.actor, built.unit).await? {
        return Ok(());
    }
    for cell in &built.figures {
        let metric = site.app.metrics().get(&cell.ask.key)?.clone();
        let at = At { period: cell.period(), position: Some(built.position), tree_day: None };
        let asked = (&*metric, &cell.ask.filter);
        if small_cells::is_withheld(&site.app, &visit.actor, asked, cell.ask.place(), at).await? {
            return Err(Refusal::new("report-small-cells").with("unit", &built.unit_name).into());
        }
    }
    Ok(())
}

async fn preview(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let (order, unit_name) = ordered(&site, &visit, &query).await?;
    let position = ledger::position(&site.app.db).await?;
    let built = actions::build(&site.app, &visit.actor, &order, &|cell| Some(href_of(cell, Some(position)))).await;
    let built = match built {
        // The form again, with the template and the period that don't go together.
        Err(AppError::Refused(refusal)) if refusal.code.starts_with("report-period-") => {
            let faults = Faults::at(refusal.clone(), &[(&refusal.code, "period")]);
            return new_page(&site, &visit, &query, &faults).await;
        }
        built => built?,
    };
    refuse_small_cells(&site, &visit, &built).await?;
    let words = site.pages.words(visit.language);
    let hindrances: Vec<String> = built.hindrances.iter().map(|hindrance| words.refusal(hindrance)).collect();
    let none = built.figures.iter().filter(|cell| cell.missing()).count();
    let counts = Counts { compared: true, plain: built.figures.len() - none, drift: 0, none };
    let may_issue = federation::scope::must(&site.app.db, &visit.actor, Action::Write, order.unit).await.is_ok();
    let form = visit.form(&site, &Fields::default(), &Faults::new());
    let context = context! {
        body => minijinja::Value::from_safe_string(body(&built.document)), form => Serde(&form),
        title => built.document.title.replace('\n', ""), unit_name, unit_id => order.unit.0,
        template => order.template.key.clone(), from => order.period.from.to_string(), to => order.period.to.to_string(),
        position => built.position, figures => built.figures.len(), hindrances, counts => Serde(&counts), may_issue,
        query => query.query_without(&[]),
    };
    visit.page(&site, "reports/preview.html", context)
}

async fn download_preview(State(site): State<Site>, visit: Visit, Path(format): Path<String>) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let (order, _) = ordered(&site, &visit, &query).await?;
    let mut built = actions::build(&site.app, &visit.actor, &order, &|_| None).await?;
    refuse_small_cells(&site, &visit, &built).await?;
    built.document.draft = true;
    let words = site.pages.words(visit.language);
    let name = format!("{}{}", words.message("report-draft-name", &[]), file_name(&built.document.title));
    file(&site, &visit, built.document, &name, &format).await
}

/// A title as a file name.
fn file_name(title: &str) -> String {
    title.chars().filter(|letter| !letter.is_whitespace() && !"\\/:*?\"<>|".contains(*letter)).take(60).collect()
}

async fn file(site: &Site, visit: &Visit, document: Document, name: &str, format: &str) -> Answer {
    log_export(site, visit, name, 1).await?;
    match format {
        "docx" => {
            const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
            let bytes = aside(move || Ok(document::docx(&document)?)).await?;
            visit.file(&format!("{name}.docx"), DOCX, bytes)
        }
        "pdf" => {
            let bytes = site.pdf(document).await?;
            visit.file(&format!("{name}.pdf"), "application/pdf", bytes)
        }
        _ => Err(desk::ui::answer::unknown_page()),
    }
}

async fn issue(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let issue = async |_| {
        let (order, _) = ordered(&site, &visit, &fields).await?;
        let (id, _) = actions::issue(&site.app, &visit.actor, &order, fields.some("early")).await?;
        Ok(Done::new(format!("/reports/{id}"), "report-issued-done"))
    };
    Send::new(&site, &visit, &fields).press(issue).await
}

/// A figure of an issued report, with its address there.
fn stored_href(id: i64, position: i64, figure: &StoredFigure) -> String {
    Address {
        key: &figure.key,
        place: Place::new(UnitId(figure.unit_id), figure.itself),
        period: Period { from: figure.from, to: figure.to },
        filter: &figure.filter,
        position: Some(position),
        version: Some(figure.version),
        report: Some((id, &figure.id)),
    }
    .href()
}

/// Adds addresses and states to the figures of a stored document.
fn mark(document: &mut Document, hrefs: &HashMap<String, String>, drifted: &BTreeSet<String>) {
    document.each_inline(|inline| {
        if let Inline::Figure { id, href, state, .. } = inline {
            *href = hrefs.get(id).cloned();
            if drifted.contains(id) {
                *state = FigureState::Drift;
            }
        }
    });
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let issued = actions::issued(&site.app, &visit.actor, id).await?;
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let figures: Vec<StoredFigure> = serde_json::from_str(&issued.figures)?;
    let mut document: Document = serde_json::from_str(&issued.document)?;
    let words = site.pages.words(visit.language);
    let withheld = withheld::find(&site.app, &visit.actor, &issued, &figures).await?;
    let marked = query.ticked("drift");
    let found = if marked { drifts(&site, &visit, &issued, &figures).await? } else { Vec::new() };
    let differing = found.iter().filter(|drift| drift.differs());
    let drifted: BTreeSet<String> = differing.map(|drift| drift.id.clone()).collect();
    let counts = Counts { compared: marked, plain: figures.len() - drifted.len(), drift: drifted.len(), none: 0 };
    let hrefs: HashMap<String, String> =
        figures.iter().map(|figure| (figure.id.clone(), stored_href(id, issued.position, figure))).collect();
    mark(&mut document, &hrefs, &drifted);
    withheld::take_out(&mut document, &withheld, words);
    let unit = units::by_ids(&site.app.db, &[UnitId(issued.unit_id)]).await?.remove(&UnitId(issued.unit_id));
    let seal = ledger::sealed_at(&site.app.db, issued.position).await?;
    let drift_lines = describe_drift(&site, words, (&issued, &figures), &found).await?;
    let context = context! {
        id, body => minijinja::Value::from_safe_string(body(&document)), title => issued.title.replace('\n', ""),
        unit_name => unit.map(|unit| unit.name), from => issued.from_day.to_string(), to => issued.to_day.to_string(),
        position => issued.position, issued_at => issued.issued_at, figures => figures.len(), counts => Serde(&counts),
        seal => seal.map(|(number, hash)| context! { number, hash => hash.chars().take(8).collect::<String>().to_uppercase() }),
        marked, drift_lines => Serde(&drift_lines),
    };
    visit.page(&site, "reports/show.html", context)
}

#[derive(Serialize)]
struct Told {
    id: String,
    name: String,
    then: String,
    now: String,
    added: usize,
    reversed: usize,
    reasons: Vec<String>,
    href: Option<String>,
    /// Whether the figure itself has changed, not only the entries it is computed from.
    differs: bool,
}

fn reason(words: &Words, reason: &str) -> String {
    let code = format!("reason-{reason}");
    if words.has(&code) { words.message(&code, &[]) } else { reason.to_owned() }
}

/// A figure's name with what distinguishes it from others of the same name: its conditions, another unit, another period.
fn figure_label(
    site: &Site,
    words: &Words,
    facets: &[metrics::Word],
    issued: &store::Issued,
    figure: &StoredFigure,
) -> String {
    let name = match site.app.metrics().get(&figure.key) {
        Ok(metric) => words.pick(&metric.name).to_owned(),
        Err(_) => figure.name.clone(),
    };
    let mut beside: Vec<String> = Vec::new();
    if !figure.filter.0.is_empty() {
        beside.push(metrics::describe_filter(&figure.filter, facets, words.language));
    }
    if figure.unit_id != issued.unit_id {
        beside.push(figure.of_unit.clone());
    }
    if (figure.from, figure.to) != (issued.from_day, issued.to_day) {
        beside.push(format!("{} — {}", figure.from, figure.to));
    }
    if beside.is_empty() {
        return name;
    }
    words.message("figure-both", &[("value", &name), ("both", &words.list(&beside))])
}

async fn describe_drift(
    site: &Site,
    words: &Words,
    (issued, figures): (&store::Issued, &[StoredFigure]),
    found: &[Drift],
) -> Result<Vec<Told>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let facets = metrics::words(&site.app).await?;
    let figure = |id: &str| figures.iter().find(|figure| figure.id == id);
    let each = found.iter().map(|drift| Told {
        id: drift.id.clone(),
        name: figure(&drift.id)
            .map_or_else(|| drift.name.clone(), |figure| figure_label(site, words, &facets, issued, figure)),
        then: drift.shown().0,
        now: drift.shown().1,
        added: drift.added.len(),
        reversed: drift.reversed.len(),
        reasons: drift.reasons.iter().map(|code| reason(words, code)).collect(),
        href: figure(&drift.id).map(|figure| stored_href(issued.id, issued.position, figure)),
        differs: drift.differs(),
    });
    let mut described: Vec<Told> = each.collect();
    described.sort_by_key(|one| !one.differs);
    Ok(described)
}

/// What has changed since a report was issued, at this position: computed once for all who may see the report. It takes the
/// report itself, which is read with a permission check, so that nobody reaches the cached result without it.
async fn drifts(site: &Site, visit: &Visit, issued: &store::Issued, figures: &[StoredFigure]) -> Result<Vec<Drift>> {
    let id = issued.id;
    let position = ledger::position(&site.app.db).await?;
    let computing = async {
        let rebuilt = actions::rebuild(&site.app, &visit.actor, id, &|_| None).await?;
        if let Some(fault) = rebuilt.faults.first() {
            // The entries no longer result in the issued figures: an alarm for the administrator.
            tracing::error!(report = id, %fault, "an issued report isn't computed again to the same figures");
        }
        Ok::<_, AppError>(rebuilt.drift)
    };
    let mut found = site.app.shared::<Drifts>().0.get_or_insert_async(&(id, position), computing).await?;
    withheld::leave_out_drift(&site.app, &visit.actor, issued, figures, &mut found).await?;
    Ok(found)
}

/// The banner that shows what has changed since: requested once the page is loaded.
async fn drift(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let issued = actions::issued(&site.app, &visit.actor, id).await?;
    if !visit.fragment {
        return Ok(visit.go(&format!("/reports/{id}?drift=1")));
    }
    let figures: Vec<StoredFigure> = serde_json::from_str(&issued.figures)?;
    let found = drifts(&site, &visit, &issued, &figures).await?;
    let words = site.pages.words(visit.language);
    let context = context! { id, drift_lines => Serde(&describe_drift(&site, words, (&issued, &figures), &found).await?), marked => false };
    visit.page_as(&site, StatusCode::OK, "reports/drift.html", context)
}

pub(super) static DRIFTING: metrics::Drifting = metrics::Drifting(&Issued);

/// Issued reports.
struct Issued;

#[async_trait::async_trait]
impl metrics::Drifts for Issued {
    async fn drift(&self, site: &Site, visit: &Visit, report: i64, figure: &str) -> Result<Option<minijinja::Value>> {
        Ok(drift_of(site, visit, report, figure).await?.map(|drift| Serde(drift).into()))
    }
}

/// A figure of an issued report that has changed since, for its drawer.
#[derive(Clone, Debug, Serialize)]
struct FigureDrift {
    then: String,
    now: String,
    added: usize,
    reversed: usize,
    reasons: Vec<String>,
}

/// How one figure of an issued report has changed, if it has.
async fn drift_of(site: &Site, visit: &Visit, id: i64, figure: &str) -> Result<Option<FigureDrift>> {
    let words = site.pages.words(visit.language);
    let issued = actions::issued(&site.app, &visit.actor, id).await?;
    let figures: Vec<StoredFigure> = serde_json::from_str(&issued.figures)?;
    let found = drifts(site, visit, &issued, &figures).await?.into_iter().find(|drift| drift.id == figure);
    Ok(found.map(|drift| FigureDrift {
        then: drift.shown().0,
        now: drift.shown().1,
        added: drift.added.len(),
        reversed: drift.reversed.len(),
        reasons: drift.reasons.iter().map(|code| reason(words, code)).collect(),
    }))
}

async fn download(State(site): State<Site>, visit: Visit, Path((id, format)): Path<(i64, String)>) -> Answer {
    let issued = actions::issued(&site.app, &visit.actor, id).await?;
    let name = file_name(&issued.title);
    let figures: Vec<StoredFigure> = serde_json::from_str(&issued.figures)?;
    let withheld = withheld::find(&site.app, &visit.actor, &issued, &figures).await?;
    if format == "json" {
        let figures = figures.into_iter().map(|figure| withheld::as_json(&figure, &withheld));
        let answer = serde_json::json!({
            "id": issued.id, "title": issued.title, "unit": issued.unit_id, "from": issued.from_day, "to": issued.to_day,
            "position": issued.position, "issued_at": issued.issued_at,
            "figures": figures.collect::<serde_json::Result<Vec<_>>>()?,
        });
        return visit.file(&format!("{name}.json"), "application/json", serde_json::to_vec_pretty(&answer)?);
    }
    let mut document: Document = serde_json::from_str(&issued.document)?;
    withheld::take_out(&mut document, &withheld, site.pages.words(visit.language));
    file(&site, &visit, document, &name, &format).await
}

/// What has changed since reports were issued, by report and position of the ledger. If several requests need the same at
/// the same moment, one computes it, and the others wait.
#[derive(Debug)]
pub struct Drifts(quick_cache::sync::Cache<(i64, i64), Vec<Drift>>);

/// The most results in the cache.
const DRIFTS: usize = 200;

impl Default for Drifts {
    fn default() -> Self {
        Self(quick_cache::sync::Cache::new(DRIFTS))
    }
}
