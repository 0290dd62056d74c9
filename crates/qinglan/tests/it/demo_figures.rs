//! The figures of the demo, exactly: a code change that should change no figure is compared with these files.
//!
//! `QINGLAN_WRITE_FIGURES=1` writes the files again, for a change that is meant to change figures; the diff then shows which.

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use chrono::DateTime;
use desk::{app::App, config::Config};
use federation::units;
use figures::reports::{
    actions::{Order, build, template},
    stored_figures,
};
use kernel::{FixedClock, Period, UnitId};
use ledger::{Books, Figure, Filter, Value};
use qinglan::demo::{Outcome, Wanted, fill};

use crate::support::{On, Place, day, file, on_both};

on_both!(the_small_demo_has_the_figures_of_its_file);

const SMALL: &str = "fixtures/figures/demo-small.txt";
const FULL: &str = "fixtures/figures/demo-full.txt";

/// The moment at which the demo is created. Its years end in the middle of a month.
const NOW: &str = "2026-11-26T02:00:00Z";

/// The previous year, and the current one up to the day of the demo.
const PERIODS: [(&str, &str); 2] = [("2025-01-01", "2025-12-31"), ("2026-01-01", "2026-11-26")];

async fn the_small_demo_has_the_figures_of_its_file(on: On) {
    let place = Place::new(on).await;
    let app = demo(&place, true).await;
    compare(&all_figures(&app, &["city", "district", "street"], PERIODS).await, SMALL);
}

/// The whole city takes minutes without optimisation: `bin/bench` runs it, `bin/test` does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_full_demo_has_the_figures_of_its_file() {
    if std::env::var_os("QINGLAN_FULL_DEMO").is_none() {
        eprintln!("not run: QINGLAN_FULL_DEMO is not set");
        return;
    }
    let place = Place::new(On::Sqlite).await;
    let app = demo(&place, false).await;
    compare(&all_figures(&app, &["city", "district"], PERIODS).await, FULL);
}

/// The demo federation.
pub async fn demo(place: &Place, small: bool) -> App {
    let now = DateTime::parse_from_rfc3339(NOW).unwrap().to_utc();
    let config = Config::new(Some(place.folder.clone()), place.url.clone(), None);
    let app = qinglan::open(config, Arc::new(FixedClock(now))).await.unwrap();
    let made = fill(&app, Wanted { seed: 1, small }, &|_, _| ()).await.unwrap();
    assert!(matches!(made, Outcome::Made(..)), "{made:?}");
    app
}

/// Every metric and the figures of the annual report, one on each line: scope, period, key, value, unit of measure, rows.
pub async fn all_figures(app: &App, levels: &[&str], periods: [(&str, &str); 2]) -> String {
    let mut text = String::new();
    for (from, to) in periods {
        let period = Period::new(day(from), day(to)).unwrap();
        for (unit, name) in scopes(app, levels).await {
            metrics(app, (unit, &name), period, &mut text).await;
        }
        report(app, period, &mut text).await;
    }
    text
}

/// The top of the tree and the units under it of some levels, in the order of the tree, with their codes and names.
async fn scopes(app: &App, levels: &[&str]) -> Vec<(UnitId, String)> {
    let sql = "select u.id from unit u join unit_place q on q.unit_id = u.id where u.outside = false order by q.place";
    let rows = ledger::db::raw(&app.db, sql, vec![]).await.unwrap();
    let ids: Vec<UnitId> = rows.iter().map(|row| UnitId(row.try_get_by_index(0).unwrap())).collect();
    let known = units::by_ids(&app.db, &ids).await.unwrap();
    let wanted = ids.iter().filter(|id| levels.contains(&known[id].level.as_deref().unwrap_or_default()));
    wanted.map(|id| (*id, known[id].name.clone())).collect()
}

async fn metrics(app: &App, (unit, name): (UnitId, &str), period: Period, text: &mut String) {
    let kinds = app.kinds();
    let books = Books::open(&app.db, &kinds, &kinds.names(), unit, period, None, None).await.unwrap();
    for metric in app.metrics().all() {
        let figure = books.figure(metric, unit, period, &Filter::default()).unwrap();
        assert_eq!(figure.rows().len(), figure.row_count, "{} of {name}", metric.key);
        let (key, measure, rows, value) = (&metric.key, &metric.unit.zh, figure.row_count, shown(&figure));
        writeln!(text, "{name} {} {key} {value} {measure} {rows}", period.to).unwrap();
    }
}

/// A value with both halves of a rate, so that a change hidden by rounding is visible.
fn shown(figure: &Figure) -> String {
    match figure.value {
        _ if figure.no_data => "none".to_owned(),
        Value::Whole(count) => count.to_string(),
        Value::Parts { sum, per } => format!("{sum}/{per}"),
        Value::Rate { part, whole } => format!("{part}:{whole}"),
        Value::Mean { sum, per, over } => format!("{sum}/{per}/{over}"),
    }
}

/// The figures of the annual report of the top unit, as the report returns them.
async fn report(app: &App, period: Period, text: &mut String) {
    let unit = scopes(app, &["city"]).await[0].0;
    // Up to a day in the middle of the year too: the figures are meant here, not the words about a whole year.
    let mut template = template("annual").unwrap();
    template.text = template.text.replace("period: year\n", "");
    let order = Order { template, unit, period };
    let built = build(app, &app.operator(), &order, &|_| None).await.unwrap();
    for figure in stored_figures(&built) {
        let value = figure.value.map_or_else(|| "none".to_owned(), |value| value.to_string());
        let halves = figure.part.zip(figure.whole).map(|(part, whole)| format!(" ({part}:{whole})"));
        let filter: Vec<String> = figure.filter.0.iter().map(|(facet, values)| format!("{facet}={values:?}")).collect();
        writeln!(
            text,
            "report {} {} {} {}..{} [{}] {value}{} {} {}",
            figure.id,
            figure.of_unit,
            figure.key,
            figure.from,
            figure.to,
            filter.join(" "),
            halves.unwrap_or_default(),
            figure.unit,
            figure.row_count
        )
        .unwrap();
    }
}

/// Compares with a file and reports every line that is in only one of them; moved lines are reported as well.
pub fn compare(found: &str, name: &str) {
    let path = file(name);
    if std::env::var_os("QINGLAN_WRITE_FIGURES").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, found).unwrap();
    }
    let wanted = std::fs::read_to_string(&path).unwrap();
    let of = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<String>>();
    let (before, after) = (of(&wanted), of(found));
    let gone = before.difference(&after).map(|line| format!("- {line}"));
    let differing: Vec<String> = gone.chain(after.difference(&before).map(|line| format!("+ {line}"))).collect();
    assert!(differing.is_empty(), "{} lines differ from {name}:\n{}", differing.len(), differing.join("\n"));
    assert!(wanted == found, "{name} has the same lines in another order, or one of them more often");
}
