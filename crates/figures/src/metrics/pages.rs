//! Pages: every metric for a unit and a period, and one figure with its definition and the rows that it was computed from.

use axum::extract::{Path, State};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, page},
    serve::Site,
    ui::{
        Answer, Faults, Page, Visit,
        export::{export_list, must_fit},
        language::Words,
        pages::grouped,
        period::Chosen,
    },
};
use document::{Cell, SheetOut};
use federation::{
    scope::{self, must},
    themes, units,
};
use kernel::{Period, Refusal, UnitId};
use ledger::{Filter, Metric, Metrics, Place, Value, in_parts};
use minijinja::{context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    Address, Shown,
    actions::{self, ShownRow},
    open,
    small_cells::{self, At},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/metrics", list),
        page("/metrics/export", export),
        page("/metrics/{key}", show),
        page("/metrics/{key}/export", export_rows),
    ]
}

/// A figure's text: `1,214`, `91.9%`; a dash if there is no data.
pub fn text(shown: &Shown) -> String {
    if shown.no_data {
        return "—".to_owned();
    }
    match shown.value {
        Value::Whole(count) => grouped(count),
        Value::Parts { sum, per } => in_parts(sum, per),
        rate @ Value::Rate { .. } => rate.number().map_or_else(|| "—".to_owned(), |rate| format!("{rate:.1}%")),
        mean @ Value::Mean { .. } => mean.number().map_or_else(|| "—".to_owned(), |mean| format!("{mean:.2}")),
    }
}

/// Both numbers of a rate or a mean: `86 中 79`, `430 ÷ 86`.
pub fn both(shown: &Shown, words: &Words) -> Option<String> {
    match shown.value {
        Value::Rate { part, whole } => {
            Some(words.message("rate-both", &[("part", &grouped(part)), ("whole", &grouped(whole))]))
        }
        Value::Mean { sum, per, over } => {
            let sum = if per == 1 { grouped(sum) } else { in_parts(sum, per) };
            Some(words.message("mean-both", &[("sum", &sum), ("over", &grouped(over))]))
        }
        Value::Whole(_) | Value::Parts { .. } => None,
    }
}

/// Whether it is printed with its per cent sign alone.
fn is_rate(metric: &Metric) -> bool {
    metric.over.is_some() && !metric.mean
}

/// The unit of a page: the requested one, else the one that the account is working for.
pub async fn unit_of(site: &Site, visit: &Visit, query: &Fields) -> Result<(UnitId, String)> {
    let mut unit = units::in_field(&site.app.db, query, "unit").await?.or_else(|| visit.unit());
    if unit.is_none() && visit.actor.scope(Action::Figures).all {
        unit = scope::places::tops(&site.app.db).await?.first().copied();
    }
    let unit = unit.ok_or_else(|| Refusal::new("unit-none-yet"))?;
    must(&site.app.db, &visit.actor, Action::Figures, unit).await?;
    let name = units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name);
    Ok((unit, name.ok_or_else(|| Refusal::unknown("unit-unknown").with("name", unit))?))
}

#[derive(Serialize)]
struct Line {
    key: String,
    name: String,
    measure: String,
    definition: String,
    value: String,
    both: Option<String>,
    href: String,
    none: bool,
    rows: usize,
}

#[derive(Serialize)]
struct Group {
    heading: String,
    lines: Vec<Line>,
}

/// The group of a metric's key, for a heading: `groups`, `people`, `activities`, `own`.
fn heading(words: &Words, key: &str) -> String {
    let key = match key.split('.').next() {
        Some("groups") => "metrics-of-groups",
        Some("people") => "metrics-of-people",
        Some("activities") => "metrics-of-activities",
        Some("external") => "metrics-of-external",
        Some("learning" | "notes") => "metrics-of-learning",
        Some("honours" | "practice") => "metrics-of-growth",
        _ => "metrics-of-own",
    };
    words.message(key, &[])
}

async fn groups(site: &Site, visit: &Visit, unit: UnitId, period: Period, find: &str) -> Result<(Vec<Group>, i64)> {
    let words = site.pages.words(visit.language);
    let books = open(&site.app, unit, period, None, None).await?;
    let sees = actions::sees_people(&site.app, &visit.actor, unit).await?;
    let mut groups: Vec<Group> = Vec::new();
    for metric in site.app.metrics().all() {
        let (name, definition) = (words.pick(&metric.name), words.pick(&metric.definition));
        if !find.is_empty() && ![name, definition, &metric.key].iter().any(|text| ledger::db::text_contains(text, find))
        {
            continue;
        }
        let shown = books.value(metric, unit, period, &Filter::default())?;
        let at = At { period, position: None, tree_day: None };
        let withheld = !sees
            && small_cells::is_withheld(&site.app, &visit.actor, (metric, &Filter::default()), unit.into(), at).await?;
        let address = Address {
            key: &metric.key,
            place: unit.into(),
            period,
            filter: &Filter::default(),
            position: None,
            version: None,
            report: None,
        };
        let line = Line {
            key: metric.key.clone(),
            name: name.to_owned(),
            measure: if is_rate(metric) || withheld { String::new() } else { words.pick(&metric.unit).to_owned() },
            definition: definition.to_owned(),
            value: if withheld { words.message("metric-withheld", &[]) } else { text(&shown) },
            both: if withheld { None } else { both(&shown, words) },
            href: address.href(),
            none: shown.no_data || withheld,
            rows: if withheld { 0 } else { shown.row_count },
        };
        let heading = heading(words, &metric.key);
        match groups.iter_mut().find(|group| group.heading == heading) {
            Some(group) => group.lines.push(line),
            None => groups.push(Group { heading, lines: vec![line] }),
        }
    }
    Ok((groups, books.books.position))
}

async fn list(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let words = site.pages.words(visit.language);
    let (unit, unit_name) = unit_of(&site, &visit, &query).await?;
    let chosen = Chosen::read(&query, "year", site.app.today(), words)?;
    let (groups, position) = groups(&site, &visit, unit, chosen.period, query.text("q")).await?;
    let form = visit.form(&site, &query, &Faults::new());
    let context = context! {
        form => Serde(&form), groups => Serde(&groups), unit_id => unit.0, unit_name, period => Serde(&chosen),
        from => chosen.period.from.to_string(), to => chosen.period.to.to_string(), position,
        kept => query.query_without(&["period", "from", "to"]), query => query.query_without(&[]),
    };
    visit.page(&site, "metrics/list.html", context)
}

async fn export(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let words = site.pages.words(visit.language);
    let (unit, unit_name) = unit_of(&site, &visit, &query).await?;
    let chosen = Chosen::read(&query, "year", site.app.today(), words)?;
    let (groups, _) = groups(&site, &visit, unit, chosen.period, query.text("q")).await?;
    let headings = ["metric", "metric-value", "metric-measure", "metric-definition", "metric-rows"];
    let rows = groups.iter().flat_map(|group| &group.lines).map(|line| {
        vec![
            Cell::from(line.name.as_str()),
            Cell::from(match &line.both {
                Some(both) => words.message("figure-both", &[("value", &line.value), ("both", both)]),
                None => line.value.clone(),
            }),
            Cell::from(line.measure.as_str()),
            Cell::from(line.definition.as_str()),
            Cell::Whole(line.rows as i64),
        ]
    });
    let sheet = SheetOut {
        name: words.message("nav-metrics", &[]),
        title: Some(format!("{unit_name} {} — {}", chosen.period.from, chosen.period.to)),
        columns: headings.iter().map(|head| words.message(head, &[]).as_str().into()).collect(),
        rows: rows.collect(),
    };
    export_list(&site, &visit, "nav-metrics", sheet).await
}

/// One figure with the parameters from its address.
struct Asked {
    metric: Metric,
    place: Place,
    unit_name: String,
    period: Period,
    filter: Filter,
    figure: ledger::Figure,
    shown: Shown,
    position: i64,
    words: Vec<super::Word>,
    /// Whether the visitor may see the people behind it.
    sees: bool,
    /// Whether the figure itself is withheld from the visitor.
    withheld: bool,
}

impl Asked {
    /// The rows that the visitor may see. With a condition on persons each row would tell it of somebody.
    fn rows(&self) -> Vec<ledger::FigureRow> {
        let shows = self.sees || !small_cells::is_personal(&self.metric, &self.filter);
        if shows { self.figure.rows() } else { Vec::new() }
    }

    /// The figure as it is shown.
    fn value(&self, words: &Words) -> String {
        if self.withheld { words.message("metric-withheld", &[]) } else { text(&self.shown) }
    }
}

async fn read_query(
    site: &Site,
    visit: &Visit,
    key: &str,
    query: &Fields,
    usual: &'static str,
) -> Result<(Asked, Chosen)> {
    let (unit, unit_name) = unit_of(site, visit, query).await?;
    let chosen = Chosen::read(query, usual, site.app.today(), site.pages.words(visit.language))?;
    let metric = match query.key("version") {
        Some(version) => Metrics::of_version(&site.app.db, key, version).await?,
        None => (*site.app.metrics().get(key)?).clone(),
    };
    let words = super::words(&site.app).await?;
    let kinds = site.app.kinds();
    let allowed = metric.facets(&kinds);
    let filter = super::filter_in(&words, key, &allowed, &super::conditions_in(query.text("where")))?;
    let themed = filter.0.get("theme").into_iter().flatten().map(String::as_str);
    themes::actions::check_seen(&site.app, &visit.actor, themed).await?;
    let tree_day = (query.text("tree") == "today").then(|| site.app.today());
    let books = open(&site.app, unit, chosen.period, query.key("position"), tree_day).await?;
    let place = Place::new(unit, query.text("itself") == "yes");
    let figure = books.figure(&metric, place, chosen.period, &filter)?;
    let shown = Shown { value: figure.value, no_data: figure.no_data, row_count: figure.row_count };
    let position = books.books.position;
    let sees = actions::sees_people(&site.app, &visit.actor, unit).await?;
    let at = At { period: chosen.period, position: query.key("position"), tree_day };
    let withheld = !sees && small_cells::is_withheld(&site.app, &visit.actor, (&metric, &filter), place, at).await?;
    let period = chosen.period;
    Ok((Asked { metric, place, unit_name, period, filter, figure, shown, position, words, sees, withheld }, chosen))
}

#[derive(Serialize)]
struct List {
    caption: String,
    total: usize,
    persons: bool,
    sum: Option<String>,
    rows: Vec<Row>,
    from: usize,
}

#[derive(Serialize)]
struct Row {
    day: String,
    unit: String,
    person: Option<String>,
    title: String,
    href: Option<String>,
    quantity: actions::Amount,
    entries: String,
}

fn row(row: ShownRow, words: &Words) -> Row {
    const SHOWN: usize = 4;
    let mut entries: Vec<String> = row.entries.iter().take(SHOWN).map(|entry| grouped(*entry)).collect();
    if row.entries.len() > SHOWN {
        entries.push(words.message("rows-entries", &[("count", &row.entries.len().to_string())]));
    }
    Row {
        day: row.day_text(),
        unit: row.unit,
        title: match row.records {
            0 | 1 => row.title,
            records => words.message("rows-and-more", &[("title", &row.title), ("records", &records.to_string())]),
        },
        person: row.person,
        href: row.href,
        quantity: row.quantity,
        entries: entries.join("、"),
    }
}

/// Rows of a figure on a page; a drawer shows fewer.
const ROWS: usize = 100;
const DRAWER: usize = 20;

async fn show(State(site): State<Site>, visit: Visit, Path(key): Path<String>) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let words = site.pages.words(visit.language);
    let (asked, chosen) = read_query(&site, &visit, &key, &query, "year").await?;
    let drawer = visit.fragment && visit.target.as_deref() == Some("drawer");
    let most = if drawer { DRAWER } else { ROWS };
    let after = usize::try_from(query.key("after").unwrap_or(0)).unwrap_or(0);
    let all = asked.rows();
    let sees = asked.sees;
    let mut lists = Vec::new();
    let rowless = !sees && small_cells::is_personal(&asked.metric, &asked.filter);
    for (number, part) in asked.metric.parts().enumerate().filter(|_| !rowless) {
        let of_part = all.iter().filter(|row| row.part == number);
        let total = of_part.clone().count();
        let sum: i64 = of_part.clone().map(|row| row.counts).sum();
        let slice: Vec<ledger::FigureRow> = of_part.skip(after).take(most).cloned().collect();
        let per = if number == 0 { asked.metric.per } else { 1 };
        let mut named = actions::with_names(&site.app, &slice, per).await?;
        if !sees {
            actions::mask(&mut named, &words.message("one-person", &[]));
        }
        let caption = match (asked.metric.over.is_some(), number) {
            (false, _) => "rows-of-figure",
            (true, 0) => "rows-of-part",
            (true, _) => "rows-of-whole",
        };
        lists.push(List {
            caption: words.message(caption, &[("count", &grouped(total as i64))]),
            total,
            persons: named.iter().any(|row| row.person.is_some()),
            sum: (part.measure.adds_up() && part.each.is_none())
                .then(|| if per == 1 { grouped(sum) } else { in_parts(sum, per) }),
            rows: named.into_iter().map(|named| row(named, words)).collect(),
            from: after,
        });
    }
    let longest = lists.iter().map(|list| list.total).max().unwrap_or(0);
    let base_query = query.query_without(&["after"]);
    let next = (after + most < longest).then(|| format!("{base_query}&after={}", after + most));
    let seal = ledger::sealed_at(&site.app.db, asked.position).await?;
    let drift = match (query.key("report"), query.some("figure")) {
        (Some(report), Some(figure)) if !asked.withheld => {
            match site.app.features.extensions::<super::Drifting>().next() {
                Some(drifting) => drifting.0.drift(&site, &visit, report, figure).await?,
                None => None,
            }
        }
        _ => None,
    };
    let before = figure_before(&site, &visit, &asked, &query).await?;
    let page = Page { rows: Vec::<()>::new(), next, query: base_query, first: after == 0 };
    let context = context! {
        key, name => words.pick(&asked.metric.name), value => asked.value(words),
        measure => if is_rate(&asked.metric) || asked.withheld { "" } else { words.pick(&asked.metric.unit) },
        both => if asked.withheld { None } else { both(&asked.shown, words) }, none => asked.shown.no_data,
        rowless,
        definition => words.pick(&asked.metric.definition),
        conditions => super::describe_filter(&asked.filter, &asked.words, visit.language),
        from => asked.period.from.to_string(), to => asked.period.to.to_string(), unit_name => asked.unit_name.clone(),
        unit_id => asked.place.unit().0, itself => query.text("itself") == "yes",
        whole => query.query_without(&["itself", "after"]), before, position => asked.position, version => asked.metric.version,
        seal => seal.map(|(number, hash)| context! { number, hash => short_hash(&hash) }),
        lists => Serde(&lists), next => page.next, query => page.query, first => page.first, masked => !sees,
        period => Serde(&chosen), kept => query.query_without(&["after", "period", "from", "to"]),
        drift, pinned => query.key("position").is_some(),
        tree_today => query.text("tree") == "today",
        untreed => query.query_without(&["tree", "after"]),
    };
    visit.page(&site, "metrics/figure.html", context)
}

/// The same figure of the period before: its text and the address of its page. A figure at a position has none.
async fn figure_before(site: &Site, visit: &Visit, asked: &Asked, query: &Fields) -> Result<Option<minijinja::Value>> {
    let Some(period) = asked.period.before().filter(|_| query.key("position").is_none()) else { return Ok(None) };
    let (unit, tree_day) = (asked.place.unit(), (query.text("tree") == "today").then(|| site.app.today()));
    let books = open(&site.app, unit, period, None, tree_day).await?;
    if !books.books.tree.holds(unit) {
        return Ok(None);
    }
    let shown = books.value(&asked.metric, asked.place, period, &asked.filter)?;
    let at = At { period, position: None, tree_day };
    let cell = (&asked.metric, &asked.filter);
    if !asked.sees && small_cells::is_withheld(&site.app, &visit.actor, cell, asked.place, at).await? {
        return Ok(None);
    }
    let query = query.query_without(&["after", "period", "from", "to"]);
    let href = format!("/metrics/{}?{query}&period=own&from={}&to={}", asked.metric.key, period.from, period.to);
    Ok(Some(context! { text => text(&shown), href, from => period.from.to_string(), to => period.to.to_string() }))
}

/// `7F3A-92C1` of a hash: long enough to compare by eye.
fn short_hash(hash: &str) -> String {
    let letters: String = hash.chars().take(8).collect::<String>().to_uppercase();
    match letters.split_at_checked(4) {
        Some((first, second)) => format!("{first}-{second}"),
        None => letters,
    }
}

async fn export_rows(State(site): State<Site>, visit: Visit, Path(key): Path<String>) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let words = site.pages.words(visit.language);
    let (asked, _) = read_query(&site, &visit, &key, &query, "year").await?;
    let sees = asked.sees;
    let rows = asked.rows();
    must_fit(&site.app, rows.len())?;
    let (sums, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.part == 0);
    let mut named = actions::with_names(&site.app, &sums, asked.metric.per).await?;
    named.extend(actions::with_names(&site.app, &others, 1).await?);
    if !sees {
        actions::mask(&mut named, &words.message("one-person", &[]));
    }
    let rate = asked.metric.over.is_some();
    let mut headings = vec!["rows-number", "rows-day", "rows-unit", "rows-person", "rows-record", "rows-quantity"];
    headings.push("rows-positions");
    if rate {
        headings.push("rows-half");
    }
    let rows = named.into_iter().enumerate().map(|(number, row)| {
        let positions: Vec<String> = row.entries.iter().map(i64::to_string).collect();
        let mut cells = vec![
            Cell::Whole(number as i64 + 1),
            Cell::from(row.day_text()),
            Cell::from(row.unit),
            Cell::from(row.person.unwrap_or_default()),
            Cell::from(row.title),
            if row.quantity.per == 1 { Cell::Whole(row.quantity.small) } else { Cell::Number(row.quantity.number()) },
            Cell::from(positions.join(" ")),
        ];
        if rate {
            cells.push(Cell::from(words.message(if row.part == 0 { "rows-part" } else { "rows-whole" }, &[])));
        }
        cells
    });
    let sheet = SheetOut {
        name: words.message("rows", &[]),
        title: Some(format!(
            "{} {} {} {} — {}",
            words.pick(&asked.metric.name),
            asked.value(words),
            asked.unit_name,
            asked.period.from,
            asked.period.to
        )),
        columns: headings.iter().map(|head| words.message(head, &[]).as_str().into()).collect(),
        rows: rows.collect(),
    };
    export_list(&site, &visit, &key, sheet).await
}
