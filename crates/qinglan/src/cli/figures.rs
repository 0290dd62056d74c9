//! `metrics`: the list, and one figure with its definition and rows.

use desk::{app::App, error::Result};
use federation::units;
use figures::metrics::{
    actions::{Asked, Shown, ShownRow, show},
    filter_of, own,
};
use kernel::Period;
use ledger::{Place, Value, in_parts};
use serde_json::json;

use super::{arguments::Metrics, out::Out};

pub(super) async fn run(app: &App, out: &Out<'_>, what: Metrics) -> Result<()> {
    match what {
        Metrics::List => list(app, out),
        Metrics::Define { file } => define(app, out, &file).await,
        Metrics::Retire { key } => {
            own::retire(app, &app.operator(), &key).await?;
            if out.json {
                return out.json(&json!({ "retired": key }));
            }
            out.print("metric-retired-done", &[]);
            Ok(())
        }
        Metrics::Export => {
            super::out::line(own::written(app)?);
            Ok(())
        }
        Metrics::Show { key, unit, from, to, as_of, rows, todays_tree, itself, previous, conditions } => {
            let metric = app.metrics().get(&key)?;
            let filter = filter_of(app, &metric, &conditions).await?;
            let unit = units::find_by_code_or_name(&app.db, &unit).await?;
            let asked = Asked {
                place: Place::new(unit.id, itself),
                period: Period::new(from, to)?,
                position: as_of,
                tree_day: todays_tree.then(|| app.today()),
                filter: filter.clone(),
            };
            let shown = show(app, &app.operator(), &metric, &asked, rows).await?;
            let before = match asked.period.before().filter(|_| previous) {
                Some(period) => {
                    let asked = Asked { period, ..asked };
                    Some((period, show(app, &app.operator(), &metric, &asked, rows).await?))
                }
                None => None,
            };
            if out.json {
                let mut answer = json!({
                    "key": metric.key,
                    "version": metric.version,
                    "name": out.words.pick(&metric.name),
                    "value": number(shown.figure.value),
                    "unit": out.words.pick(&metric.unit),
                    "definition": out.words.pick(&metric.definition),
                    "of_unit": unit.name,
                    "from": from,
                    "to": to,
                    "position": shown.position,
                    "where": filter,
                    "no_data": shown.figure.no_data,
                    "row_count": shown.figure.row_count,
                    "itself": itself,
                });
                add_halves_and_rows(&mut answer, &shown, rows)?;
                if previous {
                    answer["previous"] = in_json(before.as_ref(), rows)?;
                }
                return out.json(&answer);
            }
            let texts: Vec<String> = conditions.iter().map(|(facet, value)| format!("{facet}={value}")).collect();
            let name = match texts.as_slice() {
                [] => out.words.pick(&metric.name).to_owned(),
                shown => format!("{} [{}]", out.words.pick(&metric.name), shown.join(", ")),
            };
            out.print(
                "metric-shown",
                &[
                    ("name", &name),
                    ("value", &value_text(shown.figure.value, shown.figure.no_data, out)),
                    ("measure", out.words.pick(&metric.unit)),
                    ("unit", &unit.name),
                    ("itself", if itself { "yes" } else { "no" }),
                    ("from", &from.to_string()),
                    ("to", &to.to_string()),
                    ("position", &shown.position.to_string()),
                    ("definition", out.words.pick(&metric.definition)),
                ],
            );
            if rows {
                print_rows(out, &shown.rows);
            }
            if previous {
                print_before(out, before.as_ref(), rows);
            }
            Ok(())
        }
    }
}

async fn define(app: &App, out: &Out<'_>, file: &std::path::Path) -> Result<()> {
    let text = std::fs::read_to_string(file)
        .map_err(|fault| kernel::Refusal::new("file-unreadable").with("file", file.display()).with("fault", fault))?;
    let metrics = own::read(app, &text)?;
    own::define(app, &app.operator(), &metrics).await?;
    let keys: Vec<&str> = metrics.iter().map(|metric| metric.key.as_str()).collect();
    if out.json {
        return out.json(&json!({ "defined": keys }));
    }
    out.print("metrics-defined", &[("keys", &keys.join(" "))]);
    Ok(())
}

/// The figure of the period before; null if the calendar has no such period.
fn in_json(before: Option<&(Period, Shown)>, rows: bool) -> Result<serde_json::Value> {
    let Some((period, shown)) = before else { return Ok(serde_json::Value::Null) };
    let mut answer = json!({
        "from": period.from,
        "to": period.to,
        "value": number(shown.figure.value),
        "no_data": shown.figure.no_data,
        "row_count": shown.figure.row_count,
    });
    add_halves_and_rows(&mut answer, shown, rows)?;
    Ok(answer)
}

fn print_before(out: &Out<'_>, before: Option<&(Period, Shown)>, rows: bool) {
    let Some((period, shown)) = before else { return out.print("metric-previous-none", &[]) };
    let value = value_text(shown.figure.value, shown.figure.no_data, out);
    let (from, to) = (period.from.to_string(), period.to.to_string());
    out.print("metric-previous", &[("value", &value), ("from", &from), ("to", &to)]);
    if rows {
        print_rows(out, &shown.rows);
    }
}

fn print_rows(out: &Out<'_>, rows: &[ShownRow]) {
    let lines = rows.iter().map(|row| {
        let entries: Vec<String> = row.entries.iter().take(5).map(i64::to_string).collect();
        let more = if row.entries.len() > 5 { " …" } else { "" };
        vec![
            row.day_text(),
            row.unit.clone(),
            row.person.clone().unwrap_or_default(),
            row.title.clone(),
            row.quantity.to_string(),
            entries.join(" ") + more,
        ]
    });
    let lines: Vec<Vec<String>> = lines.collect();
    out.table(&["col-day", "col-unit", "col-person", "col-title", "col-quantity", "col-entries"], &lines);
}

/// Adds both halves of a rate or a mean, and the rows if they were asked for.
fn add_halves_and_rows(answer: &mut serde_json::Value, shown: &Shown, rows: bool) -> Result<()> {
    match shown.figure.value {
        Value::Rate { part, whole } => {
            answer["part"] = part.into();
            answer["whole"] = whole.into();
        }
        Value::Mean { sum, per, over } => {
            answer["sum"] = number(if per == 1 { Value::Whole(sum) } else { Value::Parts { sum, per } });
            answer["over"] = over.into();
        }
        Value::Whole(_) | Value::Parts { .. } => {}
    }
    if rows {
        answer["rows"] = serde_json::to_value(&shown.rows)?;
    }
    Ok(())
}

/// A JSON number, whole if the measure is whole; null for a share of nothing.
fn number(value: Value) -> serde_json::Value {
    match value {
        Value::Whole(count) => count.into(),
        Value::Parts { .. } | Value::Rate { .. } | Value::Mean { .. } => {
            value.number().map_or(serde_json::Value::Null, serde_json::Value::from)
        }
    }
}

fn value_text(value: Value, no_data: bool, out: &Out<'_>) -> String {
    if no_data {
        return out.words.message("no-data", &[]);
    }
    match value {
        Value::Whole(count) => count.to_string(),
        Value::Parts { sum, per } => in_parts(sum, per),
        Value::Rate { part, whole } => {
            value.number().map_or_else(|| "—".to_owned(), |rate| format!("{rate:.1} ({part}/{whole})"))
        }
        Value::Mean { sum, per, over } => {
            let sum = in_parts(sum, per);
            value.number().map_or_else(|| "—".to_owned(), |mean| format!("{mean:.2} ({sum}/{over})"))
        }
    }
}

fn list(app: &App, out: &Out<'_>) -> Result<()> {
    if out.json {
        let metrics: Vec<_> = app
            .metrics()
            .all()
            .map(|metric| {
                json!({
                    "key": metric.key, "version": metric.version, "name": out.words.pick(&metric.name),
                    "unit": out.words.pick(&metric.unit), "definition": out.words.pick(&metric.definition),
                    "facets": metric.facets(&app.kinds()),
                })
            })
            .collect();
        return out.json(&metrics);
    }
    let rows: Vec<Vec<String>> = app
        .metrics()
        .all()
        .map(|metric| {
            vec![
                metric.key.clone(),
                out.words.pick(&metric.name).to_owned(),
                out.words.pick(&metric.unit).to_owned(),
                metric.facets(&app.kinds()).join(" "),
                out.words.pick(&metric.definition).to_owned(),
            ]
        })
        .collect();
    out.table(&["col-key", "col-name", "col-measure", "col-facets", "col-definition"], &rows);
    Ok(())
}
