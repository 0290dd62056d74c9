//! Build, issue, rebuild. A report is computed from entries at a position; issuing stores everything that it was computed from.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use desk::{
    actor::{Action, Actor},
    app::App,
    error::{AppError, Result},
    log::{self, Object},
};
use document::{Block, Date, Document, Inline, Lang, Properties, Signature, Timestamp};
use federation::{scope::must, units};
use kernel::{Period, Refusal, UnitId};
use ledger::{Books, Metrics, db};

use super::{
    appendix::{self, appendix},
    engine::{self, Desk, Named},
    markdown::{self, Marked},
    model::{Built, Cell, Frozen, StoredFigure, Template},
    store::{self, Issued},
};
use crate::metrics;

/// The shipped templates.
const SHIPPED: [(&str, &str); 2] = [
    ("annual", include_str!("../../../../data/reports/annual.md")),
    ("monthly", include_str!("../../../../data/reports/monthly.md")),
];
/// A larger file can't be a template.
const TEMPLATE_LIMIT: u64 = 1024 * 1024;

/// The keys of the shipped templates.
pub fn shipped() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(key, _)| *key)
}

/// A shipped template, or one from a file.
pub fn template(name: &str) -> Result<Template> {
    if let Some((key, text)) = SHIPPED.iter().find(|(key, _)| *key == name) {
        return Ok(Template { key: (*key).to_owned(), text: (*text).to_owned() });
    }
    let path = Path::new(name);
    let unreadable = |fault: std::io::Error| -> AppError {
        let shipped = shipped().collect::<Vec<_>>().join(" ");
        Refusal::new("template-unknown").with("name", name).with("shipped", shipped).with("fault", fault).into()
    };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > TEMPLATE_LIMIT {
        return Err(Refusal::too_large("file-too-large")
            .with("file", name)
            .with("size", size >> 20)
            .with("limit", 1)
            .into());
    }
    let text = String::from_utf8(std::fs::read(path).map_err(unreadable)?)
        .map_err(|_| Refusal::new("template-not-text").with("file", name))?;
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let key = path.file_stem().map_or_else(|| name.to_owned(), |stem| stem.to_string_lossy().into_owned());
    Ok(Template { key, text })
}

/// The parameters of a report.
#[derive(Clone, Debug)]
pub struct Order {
    /// The template.
    pub template: Template,
    /// The unit.
    pub unit: UnitId,
    /// The period.
    pub period: Period,
}

/// Builds a report at the current position; figures link to the `href` of their cell.
pub async fn build(app: &App, actor: &Actor, order: &Order, href: &Href<'_>) -> Result<Built> {
    build_for(app, actor, order, None, href).await
}

async fn build_for(app: &App, actor: &Actor, order: &Order, early: Option<String>, href: &Href<'_>) -> Result<Built> {
    must(&app.db, actor, Action::Figures, order.unit).await?;
    let words = metrics::words(app).await?;
    let frozen = Frozen { today: Some(app.today()), words, early, ..Frozen::default() };
    compute(app, order, None, frozen, (*app.metrics()).clone(), href).await
}

/// The address of a figure's rows.
pub type Href<'a> = dyn Fn(&Cell) -> Option<String> + Send + Sync + 'a;

async fn compute(
    app: &App,
    order: &Order,
    position: Option<i64>,
    frozen: Frozen,
    metrics: Metrics,
    href: &Href<'_>,
) -> Result<Built> {
    let kinds = app.kinds();
    let books = Books::open(&app.db, &kinds, &kinds.names(), order.unit, order.period, position, None).await?;
    let position = books.position;
    let units = units::by_ids(&app.db, books.tree.all()).await?;
    let units: HashMap<UnitId, Named> =
        units.into_iter().map(|(id, unit)| (id, Named { name: unit.name, level: unit.level })).collect();
    let today = frozen.today.unwrap_or_else(|| app.today());
    let (words, early) = (frozen.words.clone(), frozen.early.clone());
    let desk = Desk::new(books, metrics, units, units::levels(&app.db).await?, frozen, today);
    let mut rendered = engine::render(desk, &order.template.text)?;
    number(&mut rendered.cells, &rendered.marks);
    let (front, body) = markdown::front(&rendered.text)?;
    if let Some(span) = front.span {
        span.refuse_other(order.period)?;
    }
    rendered.used.early.clone_from(&early);
    let marked = Marked { cells: &rendered.cells, marks: &rendered.marks, href };
    let mut document = Document {
        lang: Lang::ZhCn,
        title: front.title,
        addressee: front.addressee,
        blocks: markdown::blocks(body, &marked),
        attachments: vec![appendix::TITLE.to_owned()],
        signature: front.agency.map(|agency| Signature { agency, date: date(today), sealed: false }),
        properties: Properties {
            created: Some(Timestamp { date: date(today), hour: 0, minute: 0, second: 0 }),
            ..Properties::default()
        },
        ..Document::default()
    };
    markdown::refuse_lost(&document, &rendered.cells)?;
    let hindrances = markdown::hindrances(&document, &rendered.cells);
    let mut figures: Vec<Cell> = rendered.cells.into_iter().filter(|cell| cell.printed).collect();
    figures.sort_by_key(|cell| cell.id[1..].parse::<usize>().unwrap_or(0));
    if let Some(reason) = &early {
        let (to, today) = (engine::written(order.period.to), engine::written(today));
        let note = format!("说明：本报告于{today}定稿，期间至{to}，尚未结束。原因：{reason}");
        document.blocks.push(Block::Note(vec![Inline::from(note.as_str())]));
    }
    document.blocks.extend(appendix(&figures, order.unit, order.period, position, &words));
    let unit_name = rendered.used.names.get(&order.unit.0).cloned().unwrap_or_default();
    Ok(Built {
        template: order.template.clone(),
        unit: order.unit,
        unit_name,
        period: order.period,
        position,
        frozen: rendered.used,
        figures,
        document,
        hindrances,
    })
}

fn date(day: chrono::NaiveDate) -> Date {
    use chrono::Datelike;
    Date::new(day.year(), day.month() as u8, day.day() as u8)
}

/// Numbers the printed cells in the order of their first appearance.
fn number(cells: &mut [Cell], marks: &[(usize, String)]) {
    let mut next = 1;
    for (place, _) in marks {
        if let Some(cell) = cells.get_mut(*place).filter(|cell| cell.id.is_empty()) {
            cell.id = format!("f{next}");
            next += 1;
        }
    }
}

/// The most characters of the reason for which a report is issued early.
const REASON: usize = 300;

/// Builds a report as it would be issued now. While its period hasn't ended a reason is needed, `early`, which is printed.
pub async fn build_to_issue(
    app: &App,
    actor: &Actor,
    order: &Order,
    early: Option<&str>,
    href: &Href<'_>,
) -> Result<Built> {
    let early = early.map(str::trim).filter(|reason| !reason.is_empty());
    let early = match early.filter(|_| order.period.to > app.today()) {
        Some(reason) if reason.chars().count() > REASON => {
            return Err(Refusal::new("report-early-long").with("most", REASON).into());
        }
        None if order.period.to > app.today() => {
            return Err(Refusal::new("report-early-reason").with("to", order.period.to).into());
        }
        reason => reason.map(str::to_owned),
    };
    build_for(app, actor, order, early, href).await
}

/// Issues a report as [`build_to_issue`] builds it: refused if a figure has no data or an `XX` is left, else freezes text and
/// figures and seals.
pub async fn issue(app: &App, actor: &Actor, order: &Order, early: Option<&str>) -> Result<(i64, Built)> {
    must(&app.db, actor, Action::Write, order.unit).await?;
    app.refuse_cut_chain().await?;
    let built = build_to_issue(app, actor, order, early, &|_| None).await?;
    if !built.hindrances.is_empty() {
        return Err(Refusal::new("report-not-ready").because(built.hindrances.clone()).into());
    }
    let tx = db::begin(&app.db).await?;
    must(&tx, actor, Action::Write, order.unit).await?;
    let id = store::insert(&tx, &built, actor).await?;
    let title = built.document.title.replace('\n', "");
    log::write(&tx, actor, "report-issued", Object::new("report", id), Some(order.unit), &[("title", &title)]).await?;
    tx.commit().await?;
    app.seal().await?;
    Ok((id, built))
}

/// An issued report, if the actor may see its unit's figures.
pub async fn issued(app: &App, actor: &Actor, id: i64) -> Result<Issued> {
    let unknown = || Refusal::unknown("report-unknown").with("id", id);
    let issued = store::by_id(&app.db, id).await?.ok_or_else(unknown)?;
    match must(&app.db, actor, Action::Figures, UnitId(issued.unit_id)).await {
        Ok(()) => Ok(issued),
        Err(AppError::Refused(_)) => Err(unknown().into()),
        Err(other) => Err(other),
    }
}

/// A report computed again, compared with what was issued and with what would be issued now.
#[derive(Debug)]
pub struct Rebuilt {
    /// As it was issued.
    pub issued: Issued,
    /// Computed again at its position.
    pub built: Built,
    /// Where the recomputed report differs from the issued one: an alarm.
    pub faults: Vec<Refusal>,
    /// Figures that have changed since.
    pub drift: Vec<Drift>,
}

/// A figure that has changed since the issue.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Drift {
    /// `f3`.
    pub id: String,
    /// The metric's name.
    pub name: String,
    /// Whether it is a rate, in per cent.
    pub rate: bool,
    /// The issued value.
    pub then: Option<serde_json::Number>,
    /// The current value.
    pub now: Option<serde_json::Number>,
    /// Entries that are counted now and weren't then.
    pub added: Vec<i64>,
    /// Entries that were counted then and have been reversed since.
    pub reversed: Vec<i64>,
    /// The reasons, as far as they were given.
    pub reasons: Vec<String>,
}

impl Drift {
    /// The issued value and the current one as texts.
    pub fn shown(&self) -> (String, String) {
        let per_cent = if self.rate { "%" } else { "" };
        let shown = |value: &Option<serde_json::Number>| {
            value.as_ref().map_or_else(|| "—".to_owned(), |value| format!("{value}{per_cent}"))
        };
        (shown(&self.then), shown(&self.now))
    }

    /// Whether the value has changed, not only the records that it is made of.
    pub fn differs(&self) -> bool {
        self.then != self.now
    }
}

/// Computes an issued report again from the entries at its position, with its own template, metrics and names.
pub async fn rebuild(app: &App, actor: &Actor, id: i64, href: &Href<'_>) -> Result<Rebuilt> {
    let issued = issued(app, actor, id).await?;
    let frozen: Frozen = serde_json::from_str(&issued.frozen)?;
    let order = Order {
        template: Template { key: issued.template_key.clone(), text: issued.template.clone() },
        unit: UnitId(issued.unit_id),
        period: Period::new(issued.from_day, issued.to_day)?,
    };
    let mut then = Metrics::default();
    for (key, version) in &frozen.versions {
        then.insert(Metrics::of_version(&app.db, key, *version).await?);
    }
    let plain = compute(app, &order, Some(issued.position), frozen.clone(), then.clone(), &|_| None).await?;
    let faults = differences(&issued, &plain)?;
    let now = compute(app, &order, None, frozen.clone(), then.clone(), &|_| None).await?;
    let drift = drift(app, &plain, &now).await?;
    let built = compute(app, &order, Some(issued.position), frozen, then, href).await?;
    Ok(Rebuilt { issued, built, faults, drift })
}

fn differences(issued: &Issued, built: &Built) -> Result<Vec<Refusal>> {
    let mut faults = Vec::new();
    let figures: Vec<StoredFigure> = serde_json::from_str(&issued.figures)?;
    let again = super::stored_figures(built);
    let by_id: BTreeMap<&str, &StoredFigure> = again.iter().map(|figure| (figure.id.as_str(), figure)).collect();
    for figure in &figures {
        if by_id.get(figure.id.as_str()) != Some(&figure) {
            let now = by_id.get(figure.id.as_str()).and_then(|figure| figure.value.as_ref());
            faults.push(
                Refusal::new("rebuild-figure")
                    .with("id", &figure.id)
                    .with("name", &figure.name)
                    .with("then", shown(figure.value.as_ref()))
                    .with("again", shown(now)),
            );
        }
    }
    let document: Document = serde_json::from_str(&issued.document)?;
    if faults.is_empty() && body(document) != body(built.document.clone()) {
        faults.push(Refusal::new("rebuild-text"));
    }
    Ok(faults)
}

/// A document without its appendix, whose wording may change with the program; its figures are compared one by one.
fn body(mut document: Document) -> Document {
    if let Some(end) = document.blocks.iter().position(|block| matches!(block, document::Block::Attachment { .. })) {
        document.blocks.truncate(end);
    }
    document
}

fn shown(value: Option<&serde_json::Number>) -> String {
    value.map_or_else(|| "—".to_owned(), ToString::to_string)
}

/// The figures that differ, matched by their parameters, with the entries that were added and reversed.
async fn drift(app: &App, then: &Built, now: &Built) -> Result<Vec<Drift>> {
    let entries = |cell: &Cell| -> BTreeSet<i64> { cell.figure.lines().map(|line| line.seq).collect() };
    let reversals: HashMap<i64, store::Later> = store::reversals_after(&app.db, then.position)
        .await?
        .into_iter()
        .filter_map(|later| Some((later.reverses?, later)))
        .collect();
    let mut drift = Vec::new();
    for cell in &then.figures {
        let current = now.figures.iter().find(|other| other.ask == cell.ask);
        let before = entries(cell);
        let after = current.map(entries).unwrap_or_default();
        let (old, new) = (StoredFigure::from(cell), current.map(StoredFigure::from));
        let value_now = new.as_ref().and_then(|figure| figure.value.clone());
        if old.value == value_now && before == after {
            continue;
        }
        let reversed: Vec<i64> = before.difference(&after).copied().collect();
        let reasons: BTreeSet<String> = reversed
            .iter()
            .filter_map(|seq| reversals.get(seq))
            .flat_map(|later| [later.note.clone(), later.reason.clone()].into_iter().flatten().take(1))
            .collect();
        drift.push(Drift {
            id: old.id,
            name: old.name,
            rate: old.part.is_some(),
            then: old.value,
            now: value_now,
            added: after.difference(&before).copied().collect(),
            reversed,
            reasons: reasons.into_iter().collect(),
        });
    }
    Ok(drift)
}
