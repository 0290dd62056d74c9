//! Templates: MiniJinja with access to open books, so that every figure is computed from rows and leaves a mark in the text.
//!
//! `figure("key", facet="value", unit=…, itself=true, period=…, wording="余")` prints a figure; `has("key", at_least=3)` guards sections;
//! `units(level="district")`, `children()` and `months()` are looped over. A bare number is never printed: every
//! figure has rows behind it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{Datelike, NaiveDate};
use federation::units::{self, Level};
use kernel::{Period, Refusal, UnitId};
use ledger::{Books, Filter, Metrics};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Value,
    value::{Kwargs, ValueKind},
};

use super::{
    model::{Ask, Cell, Frozen},
    wording::{self, Wording},
};
use crate::metrics::filter_in;

/// The most steps of a template: a city's annual report takes some ten thousand.
const FUEL: u64 = 5_000_000;
/// The most characters of a report.
const MOST_LETTERS: usize = 2_000_000;
/// A mark in the rendered text: these characters around the number of a figure.
pub(super) const MARKS: [char; 2] = ['\u{E000}', '\u{E001}'];

/// A unit for templates.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) level: Option<String>,
}

/// Everything that a template can read.
pub(super) struct Desk {
    pub(super) books: Books,
    pub(super) metrics: Metrics,
    pub(super) units: HashMap<UnitId, Named>,
    pub(super) levels: Vec<Level>,
    pub(super) frozen: Frozen,
    pub(super) today: NaiveDate,
    cells: Vec<Cell>,
    places: HashMap<Ask, usize>,
    /// Names and versions that were used: what is frozen when a report is issued.
    used: Frozen,
}

/// The result of a template.
pub(super) struct Rendered {
    pub(super) text: String,
    pub(super) cells: Vec<Cell>,
    pub(super) used: Frozen,
    /// Every appearance of a cell, with the printed text.
    pub(super) marks: Vec<(usize, String)>,
}

impl Desk {
    pub(super) fn new(
        books: Books,
        metrics: Metrics,
        units: HashMap<UnitId, Named>,
        levels: Vec<Level>,
        frozen: Frozen,
        today: NaiveDate,
    ) -> Self {
        let used = Frozen { today: Some(today), words: frozen.words.clone(), ..Frozen::default() };
        Self { books, metrics, units, levels, frozen, today, cells: Vec::new(), places: HashMap::new(), used }
    }

    fn name(&mut self, unit: UnitId) -> String {
        let name = match self.frozen.names.get(&unit.0) {
            Some(name) => name.clone(),
            None => self.units.get(&unit).map(|unit| unit.name.clone()).unwrap_or_default(),
        };
        self.used.names.insert(unit.0, name.clone());
        name
    }

    /// The cell with these parameters, computed when it is first needed.
    fn cell(&mut self, ask: Ask) -> Result<usize, Refusal> {
        if let Some(place) = self.places.get(&ask) {
            return Ok(*place);
        }
        let metric = self.metrics.get(&ask.key)?;
        let period = Period::new(ask.from, ask.to)?;
        let figure = self.books.figure(&metric, ask.place(), period, &ask.filter).map_err(|fault| match fault {
            ledger::LedgerError::Refused(refusal) => refusal,
            other => Refusal::new("failed").with("fault", other),
        })?;
        let mut unit_name = self.name(ask.unit);
        if ask.itself {
            unit_name.push_str("本级");
        }
        self.used.versions.insert(ask.key.clone(), metric.version);
        let place = self.cells.len();
        self.places.insert(ask.clone(), place);
        self.cells.push(Cell { id: String::new(), ask, unit_name, metric, figure, printed: false });
        Ok(place)
    }

    fn ask(&self, key: &str, kwargs: &Kwargs) -> Result<Ask, Error> {
        let unit = match kwargs.get::<Option<Value>>("unit")? {
            None => self.books.unit,
            Some(unit) => {
                let id = unit.get_attr("id").ok().and_then(|id| i64::try_from(id).ok());
                UnitId(id.ok_or_else(|| fault("unit=… wants a unit of units() or children()"))?)
            }
        };
        let (from, to) = match kwargs.get::<Option<Value>>("period")? {
            None => (self.books.period.from, self.books.period.to),
            Some(period) => {
                let day = |name: &str| -> Result<NaiveDate, Error> {
                    let text = period.get_attr(name)?;
                    kernel::parse_day(text.as_str().unwrap_or_default())
                        .map_err(|_| fault("period=… wants a period of months()"))
                };
                (day("from")?, day("to")?)
            }
        };
        let mut conditions: Vec<(String, String)> = Vec::new();
        for name in kwargs.args().filter(|name| !["unit", "itself", "period", "wording", "at_least"].contains(name)) {
            let value: Value = kwargs.get(name)?;
            match value.kind() {
                ValueKind::Seq => {
                    let values: Vec<String> = value.try_iter()?.map(|value| value.to_string()).collect();
                    conditions.push((name.to_owned(), values.join(",")));
                }
                _ => conditions.push((name.to_owned(), value.to_string())),
            }
        }
        let filter = match (conditions.is_empty(), self.metrics.get(key)) {
            (true, _) => Filter::default(),
            (false, Ok(metric)) => {
                filter_in(&self.frozen.words, key, &metric.facets(self.books.kinds()), &conditions).map_err(carried)?
            }
            (false, Err(refusal)) => return Err(carried(refusal)),
        };
        let itself = kwargs.get::<Option<bool>>("itself")?.unwrap_or(false);
        Ok(Ask { key: key.to_owned(), filter, unit, itself, from, to })
    }

    fn unit_value(&mut self, unit: UnitId) -> Value {
        let name = self.name(unit);
        let level = self.units.get(&unit).and_then(|unit| unit.level.clone());
        Value::from(BTreeMap::from([
            ("id", Value::from(unit.0)),
            ("office", Value::from(units::office(&name))),
            ("name", Value::from(name)),
            ("level", Value::from(level)),
        ]))
    }
}

fn fault(text: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, text.to_owned())
}

/// Wraps a refusal to carry it through the template engine.
fn carried(refusal: Refusal) -> Error {
    Error::new(ErrorKind::InvalidOperation, refusal.to_string()).with_source(refusal)
}

/// Renders a template; every figure is a mark in the text.
pub(super) fn render(desk: Desk, template: &str) -> Result<Rendered, Refusal> {
    let desk = Arc::new(Mutex::new(desk));
    let marks: Arc<Mutex<Vec<(usize, String)>>> = Arc::default();
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("markdown".into()));
    environment.set_formatter(|out, _, value| {
        if value.kind() == ValueKind::Number {
            return Err(fault("a bare number is printed: use figure(…), so that it has rows behind it"));
        }
        let text = value.to_string();
        let text = if value.is_safe() { text } else { escaped(&text) };
        out.write_str(&text).map_err(Error::from)
    });
    add_functions(&mut environment, &desk, &marks);
    let context = {
        let mut desk = desk.lock().unwrap_or_else(PoisonError::into_inner);
        let unit = desk.books.unit;
        let period = desk.books.period;
        BTreeMap::from([
            ("unit", desk.unit_value(unit)),
            ("year", Value::from(period.to.year().to_string())),
            ("month", Value::from(period.to.month().to_string())),
            ("from", Value::from(written(period.from))),
            ("to", Value::from(written(period.to))),
            ("today", Value::from(written(desk.today))),
        ])
    };
    let text = environment.render_str(template, context).map_err(|error| refused(&error))?;
    if text.chars().count() > MOST_LETTERS {
        return Err(Refusal::new("template-endless"));
    }
    drop(environment);
    let desk = Arc::into_inner(desk).map(|desk| desk.into_inner().unwrap_or_else(PoisonError::into_inner));
    let marks = Arc::into_inner(marks).map(|marks| marks.into_inner().unwrap_or_else(PoisonError::into_inner));
    let (Some(desk), Some(marks)) = (desk, marks) else {
        return Err(Refusal::new("failed").with("fault", "template still in use"));
    };
    Ok(Rendered { text, cells: desk.cells, used: desk.used, marks })
}

fn add_functions(environment: &mut Environment<'_>, desk: &Arc<Mutex<Desk>>, marks: &Arc<Mutex<Vec<(usize, String)>>>) {
    let (shared, marks) = (Arc::clone(desk), Arc::clone(marks));
    environment.add_function("figure", move |key: String, kwargs: Kwargs| -> Result<Value, Error> {
        let mut desk = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let ask = desk.ask(&key, &kwargs)?;
        let word = kwargs.get::<Option<String>>("wording")?.unwrap_or_default();
        let wording = Wording::from_text(&word).ok_or_else(|| fault("wording is one of 余 多 近"))?;
        kwargs.assert_all_used()?;
        let place = desk.cell(ask).map_err(carried)?;
        desk.cells[place].printed = true;
        let cell = &desk.cells[place];
        let text = if cell.missing() { "（缺）".to_owned() } else { wording::text(cell.figure.value, wording) };
        let mut marks = marks.lock().unwrap_or_else(PoisonError::into_inner);
        marks.push((place, text));
        Ok(Value::from_safe_string(format!("{}{}{}", MARKS[0], marks.len() - 1, MARKS[1])))
    });
    let shared = Arc::clone(desk);
    environment.add_function("has", move |key: String, kwargs: Kwargs| -> Result<bool, Error> {
        let mut desk = shared.lock().unwrap_or_else(PoisonError::into_inner);
        // A metric of a feature that doesn't exist yet has no data: its section is left out.
        if desk.metrics.get(&key).is_err() {
            return Ok(false);
        }
        let ask = desk.ask(&key, &kwargs)?;
        let least = kwargs.get::<Option<i64>>("at_least")?.unwrap_or(1);
        kwargs.assert_all_used()?;
        let place = desk.cell(ask).map_err(carried)?;
        Ok(desk.cells[place].figure.value.count() >= least)
    });
    let shared = Arc::clone(desk);
    environment.add_function("units", move |kwargs: Kwargs| -> Result<Vec<Value>, Error> {
        let mut desk = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let level: String = kwargs.get("level")?;
        kwargs.assert_all_used()?;
        let known = desk
            .levels
            .iter()
            .find(|known| known.code == level || known.zh == level || known.bare.split(' ').any(|bare| bare == level));
        let Some(level) = known.map(|known| known.code.clone()) else {
            let known: Vec<&str> = desk.levels.iter().map(|known| known.code.as_str()).collect();
            return Err(carried(Refusal::new("level-unknown").with("level", level).with("known", known.join(" "))));
        };
        let of_level = |id: &&UnitId| desk.units.get(id).is_some_and(|unit| unit.level.as_deref() == Some(&level));
        let units: Vec<UnitId> = desk.books.tree.all().iter().filter(of_level).copied().collect();
        Ok(units.into_iter().map(|unit| desk.unit_value(unit)).collect())
    });
    let shared = Arc::clone(desk);
    environment.add_function("children", move || -> Vec<Value> {
        let mut desk = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let units = desk.books.tree.children(desk.books.unit);
        units.into_iter().map(|unit| desk.unit_value(unit)).collect()
    });
    let shared = Arc::clone(desk);
    environment.add_function("months", move || -> Vec<Value> {
        let desk = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let month = |period: Period| {
            Value::from(BTreeMap::from([
                ("name", format!("{}月", period.from.month())),
                ("from", period.from.to_string()),
                ("to", period.to.to_string()),
            ]))
        };
        desk.books.period.months().into_iter().map(month).collect()
    });
    let shared = Arc::clone(desk);
    environment.add_function("level_names", move || -> Result<String, Error> {
        let mut desk = shared.lock().unwrap_or_else(PoisonError::into_inner);
        level_names(&mut desk).map_err(carried)
    });
}

/// `市、区、街道三级`: the levels whose units have members, computed from the units and never stored.
fn level_names(desk: &mut Desk) -> Result<String, Refusal> {
    let Period { from, to } = desk.books.period;
    let ask = Ask {
        key: "people.members".to_owned(),
        filter: Filter::default(),
        unit: desk.books.unit,
        itself: false,
        from,
        to,
    };
    let place = desk.cell(ask)?;
    let lines = desk.cells[place].figure.lines();
    let present: Vec<&str> = lines.filter_map(|line| desk.books.facets(line)?.get("level")).collect();
    let names: Vec<&str> = desk
        .levels
        .iter()
        .filter(|level| present.contains(&level.code.as_str()))
        .filter_map(|level| level.bare.split(' ').next())
        .collect();
    let count = ["", "一", "两", "三", "四", "五", "六"].get(names.len()).copied().unwrap_or("各");
    Ok(match names.len() {
        0 => "各级".to_owned(),
        1 => format!("{}级", names.join("、")),
        _ => format!("{}{count}级", names.join("、")),
    })
}

/// `2025年12月31日`.
pub(super) fn written(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// Escapes Markdown syntax with backslashes; removes characters that would be marks of figures.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| !MARKS.contains(letter)) {
        if letter == '\n' || letter == '\r' {
            safe.push(' ');
            continue;
        }
        if letter.is_ascii_punctuation() {
            safe.push('\\');
        }
        safe.push(letter);
    }
    safe
}

fn refused(error: &Error) -> Refusal {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if let Some(refusal) = cause.downcast_ref::<Refusal>() {
            return Refusal::new("template-refused").with("line", error.line().unwrap_or(0)).because([refusal.clone()]);
        }
        source = cause.source();
    }
    if error.kind() == ErrorKind::OutOfFuel {
        return Refusal::new("template-endless");
    }
    let text = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    Refusal::new("template-broken").with("line", error.line().unwrap_or(0)).with("fault", text)
}
