//! The books, opened at a position for a unit and a period: figures and their rows, computed from entries read once.
//!
//! Opening reads the tree, the facet sets and the live entries of the scope in a handful of set-based queries; every figure
//! after that is computed in memory. Roll-ups will be added behind the same interface.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use chrono::NaiveDate;
use kernel::{DAY_ONE, Period, PersonId, RecordId, Refusal, UnitId};
use sea_orm::ConnectionTrait;

use crate::{
    Facets, Filter, Kinds, LedgerError, Line, Measure, Metric, Nature, Part, Tree, booking, db, facets, measure, tree,
};

/// Entries of a scope, ready to be counted.
#[derive(Debug)]
pub struct Books {
    kinds: Kinds,
    /// The position: entries up to and including it count.
    pub position: i64,
    /// The unit that the books were opened for; the first one of several.
    pub unit: UnitId,
    /// All units that they were opened for.
    units: Vec<UnitId>,
    /// The period that flows were read for.
    pub period: Period,
    /// The tree under the unit.
    pub tree: Tree,
    facet_sets: HashMap<i64, Facets>,
    /// Facet sets completed with the defaults that they lack for a kind: by the kind's number, then the set's.
    completed: HashMap<i64, HashMap<i64, Facets>>,
    /// Ordered by kind, states in their own order. Figures refer to it.
    lines: Arc<[Line]>,
    /// For each line, the place of its unit in the tree's walk.
    places: Vec<u32>,
    of_kind: BTreeMap<i64, Range<usize>>,
    booked: BTreeSet<(i64, UnitId)>,
}

/// A figure's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A count or a sum.
    Whole(i64),
    /// A sum in small units with the number of small units in one: 27 tenths of an hour.
    Parts {
        /// How many small units.
        sum: i64,
        /// How many of them make one: a power of ten.
        per: i64,
    },
    /// A share: the rows of one measure among those of another.
    Rate {
        /// The part that is counted.
        part: i64,
        /// The whole that it is a part of.
        whole: i64,
    },
}

impl Value {
    /// The number: whole, with the decimals of its small units, or in per cent with one decimal; `None` for a share of nothing.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Whole(count) => Some(count as f64),
            Self::Parts { sum, per } => Some(sum as f64 / per as f64),
            Self::Rate { whole: 0, .. } => None,
            Self::Rate { part, whole } => Some((part as f64 * 1000.0 / whole as f64).round() / 10.0),
        }
    }

    /// The exact count: the small units of a sum, the first half of a rate.
    pub fn count(self) -> i64 {
        match self {
            Self::Whole(count) => count,
            Self::Parts { sum, .. } => sum,
            Self::Rate { part, .. } => part,
        }
    }
}

/// A number of small units with its decimals: 27 tenths are `2.7`.
pub fn in_parts(sum: i64, per: i64) -> String {
    let decimals = per.checked_ilog10().unwrap_or(0) as usize;
    format!("{:.decimals$}", sum as f64 / per as f64)
}

/// One row of a figure: a record, a person, a unit or an entry, with the entries behind it.
#[derive(Clone, Debug)]
pub struct FigureRow {
    /// Which half of a rate it belongs to: 0 or 1.
    pub part: usize,
    /// What it adds to the figure: 1, its quantity in a sum, or days of a person.
    pub counts: i64,
    /// The entries, at least one.
    pub lines: Vec<Line>,
}

/// A figure with all that proves it.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The value.
    pub value: Value,
    /// Whether none of its kinds was ever booked in the scope: then zero would not be a meaningful figure.
    pub no_data: bool,
    /// How many rows it has; for a rate, both lists together.
    pub row_count: usize,
    lines: Arc<[Line]>,
    period: Period,
    parts: Vec<(Measure, Vec<u32>)>,
}

impl Figure {
    /// The rows that it was computed from; for a rate both lists, distinguished by `part`.
    pub fn rows(&self) -> Vec<FigureRow> {
        let mut rows = Vec::with_capacity(self.row_count);
        for (part, (measure, counted)) in self.parts.iter().enumerate() {
            let lists = measure::rows(*measure, &self.lines, counted);
            rows.extend(lists.into_iter().map(|lines| {
                let counts = measure::weight(*measure, &lines, self.period);
                FigureRow { part, counts, lines }
            }));
        }
        rows
    }

    /// The entries that it was computed from.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.parts.iter().flat_map(|(_, counted)| counted).map(|place| &self.lines[*place as usize])
    }
}

impl Books {
    /// Opens the books for a unit and all under it.
    ///
    /// Without a `position` the current one is taken. `tree_day` is the day of the tree: the period's last day, unless
    /// today's tree was asked for. Only entries of the named kinds are read.
    pub async fn open(
        conn: &impl ConnectionTrait,
        kinds: &Kinds,
        wanted: &[&str],
        unit: UnitId,
        period: Period,
        position: Option<i64>,
        tree_day: Option<NaiveDate>,
    ) -> Result<Self, LedgerError> {
        Self::open_at(conn, kinds, wanted, &[unit], period, position, tree_day).await
    }

    /// Opens the books once for several units, at least one, and all under them. One of them may be under another.
    pub async fn open_at(
        conn: &impl ConnectionTrait,
        kinds: &Kinds,
        wanted: &[&str],
        units: &[UnitId],
        period: Period,
        position: Option<i64>,
        tree_day: Option<NaiveDate>,
    ) -> Result<Self, LedgerError> {
        let head = booking::position(conn).await?;
        let position = match position {
            None => head,
            Some(requested) if (0..=head).contains(&requested) => requested,
            Some(requested) => {
                return Err(Refusal::new("position-unknown").with("position", requested).with("head", head).into());
            }
        };
        let day = tree_day.unwrap_or(period.to);
        let mut books = Self {
            kinds: kinds.clone(),
            position,
            unit: units.first().copied().unwrap_or(UnitId(0)),
            units: units.to_vec(),
            period,
            tree: Tree::load_under(conn, units, day, position).await?,
            facet_sets: facets::load(conn).await?,
            completed: HashMap::new(),
            lines: Arc::default(),
            places: Vec::new(),
            of_kind: BTreeMap::new(),
            booked: BTreeSet::new(),
        };
        let mut read: BTreeMap<i64, Vec<Line>> = BTreeMap::new();
        for nature in [Nature::Flow, Nature::State] {
            let mut numbers = Vec::new();
            for kind in wanted {
                let (number, spec) = kinds.get(kind)?;
                if spec.nature == nature && !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
            let from = if nature == Nature::Flow { period.from } else { DAY_ONE };
            books.read(conn, &numbers, from, day, &mut read).await?;
            if nature == Nature::State {
                for number in &numbers {
                    read.entry(*number).or_default().sort_unstable_by_key(measure::order_of_states);
                }
            }
        }
        let mut lines = Vec::with_capacity(read.values().map(Vec::len).sum());
        for (number, of_kind) in read {
            books.of_kind.insert(number, lines.len()..lines.len() + of_kind.len());
            lines.extend(of_kind);
        }
        books.complete();
        books.places = lines.iter().map(|line| books.tree.place(line.unit)).collect();
        books.lines = lines.into();
        Ok(books)
    }

    async fn read(
        &mut self,
        conn: &impl ConnectionTrait,
        numbers: &[i64],
        from: NaiveDate,
        tree_day: NaiveDate,
        read: &mut BTreeMap<i64, Vec<Line>>,
    ) -> Result<(), LedgerError> {
        if numbers.is_empty() {
            return Ok(());
        }
        let mut values = tree::scope_values(&self.units, tree_day, self.position);
        let kinds = db::places(values.len() + 1, numbers.len());
        values.extend(numbers.iter().map(|number| (*number).into()));
        let scope = tree::scope_sql(self.units.len());
        // One index look-up for each unit and kind, instead of a scan of all entries.
        let sql = format!(
            "{scope} select k.id, s.unit_id from scope s cross join ledger_kind k where k.id in ({kinds}) and exists \
             (select 1 from ledger_entry e where e.unit_id = s.unit_id and e.kind_id = k.id and e.seq <= $2)"
        );
        self.booked.extend(db::rows::<(i64, UnitId)>(conn, &sql, values.clone()).await?);
        values.push(from.into());
        values.push(self.period.to.into());
        let sql = format!(
            "{scope} select e.seq || ' ' || e.record_id || ' ' || coalesce(e.person_id, 0) || ' ' || e.unit_id || ' ' || \
             e.kind_id || ' ' || e.facet_set_id || ' ' || e.quantity || ' ' || e.occurred_on \
             from ledger_entry e where e.kind_id in ({kinds}) and e.unit_id in (select unit_id from scope) \
             and e.occurred_on between ${} and ${} and e.seq <= $2 and e.reverses is null \
             and not exists (select 1 from ledger_entry r where r.reverses = e.seq and r.seq <= $2)",
            values.len() - 1,
            values.len()
        );
        // Read by column number, one by one: this is the hot path of every report, see `line_of`.
        for row in db::raw(conn, &sql, values).await? {
            let text: String = row.try_get_by_index(0)?;
            let line = line_of(&text).ok_or(LedgerError::Stored { what: "entry", text })?;
            read.entry(line.kind).or_default().push(line);
        }
        Ok(())
    }

    /// Adds to the facet sets of the kinds that were read the defaults that are not stored in them.
    fn complete(&mut self) {
        for number in self.of_kind.keys() {
            let Some(kind) = self.kinds.by_number(*number).filter(|kind| kind.has_defaults()) else { continue };
            let sets = self.facet_sets.iter();
            let sets = sets.filter_map(|(set, facets)| Some((*set, kind.completed(facets)?))).collect();
            self.completed.insert(*number, sets);
        }
    }

    /// About how many bytes of memory they take.
    pub fn size(&self) -> usize {
        let line = size_of::<Line>() + size_of::<u32>();
        // For each unit the walk holds its span, its parent and its place; for each facet set some texts.
        let sets = self.facet_sets.len() + self.completed.values().map(HashMap::len).sum::<usize>();
        self.lines.len() * line + self.tree.len() * 96 + self.booked.len() * 32 + sets * 512
    }

    /// The kinds in force for these books.
    pub fn kinds(&self) -> &Kinds {
        &self.kinds
    }

    /// All facets of a line, including the defaults of its kind.
    pub fn facets(&self, line: &Line) -> Option<&Facets> {
        let completed = self.completed.get(&line.kind).and_then(|sets| sets.get(&line.facet_set));
        completed.or_else(|| self.facet_sets.get(&line.facet_set))
    }

    /// The name of a line's kind.
    pub fn kind(&self, line: &Line) -> &str {
        self.kinds.by_number(line.kind).map_or("", |kind| &kind.name)
    }

    /// A figure for a unit of the tree and a part of the period, with a further filter.
    pub fn figure(
        &self,
        metric: &Metric,
        unit: UnitId,
        period: Period,
        filter: &Filter,
    ) -> Result<Figure, LedgerError> {
        if !self.tree.holds(unit) {
            return Err(Refusal::new("unit-outside-books").with("unit", unit).into());
        }
        self.figure_within(metric, &self.tree.span(unit), period, filter)
    }

    /// A figure for all that the books were opened for.
    pub fn figure_of_all(&self, metric: &Metric, period: Period, filter: &Filter) -> Result<Figure, LedgerError> {
        self.figure_within(metric, &(0..self.tree.len() as u32), period, filter)
    }

    fn figure_within(
        &self,
        metric: &Metric,
        scope: &Range<u32>,
        period: Period,
        filter: &Filter,
    ) -> Result<Figure, LedgerError> {
        if period.to > self.period.to || period.from < self.period.from {
            return Err(Refusal::new("period-outside-books").with("from", period.from).with("to", period.to).into());
        }
        let allowed = metric.facets(&self.kinds);
        if let Some(odd) = filter.0.keys().find(|name| !allowed.contains(&name.as_str())) {
            return Err(Refusal::new("facet-unknown")
                .with("facet", odd)
                .with("key", &metric.key)
                .with("allowed", allowed.join(" "))
                .into());
        }
        let mut values = Vec::new();
        let mut parts = Vec::new();
        let mut row_count = 0;
        let mut no_data = true;
        for part in metric.parts() {
            let passing = self.passing(part, scope, period, filter)?;
            no_data = no_data && !self.was_booked(part, scope)?;
            let counted = measure::counted(part.measure, &self.lines, passing, period);
            values.push(measure::value(part.measure, &self.lines, &counted, period));
            row_count += measure::row_count(part.measure, &self.lines, &counted);
            parts.push((part.measure, counted));
        }
        let value = match values[..] {
            [part, whole] => Value::Rate { part, whole },
            [sum] if metric.per > 1 => Value::Parts { sum, per: metric.per },
            _ => Value::Whole(values.first().copied().unwrap_or(0)),
        };
        Ok(Figure { value, no_data, row_count, lines: Arc::clone(&self.lines), period, parts })
    }

    /// The one predicate of all figures: the live entries of these kinds, in this scope and period, whose facets pass.
    fn passing(
        &self,
        part: &Part,
        scope: &Range<u32>,
        period: Period,
        filter: &Filter,
    ) -> Result<Vec<u32>, LedgerError> {
        let filter = part.filter.and(filter);
        let sets: HashSet<i64> =
            self.facet_sets.iter().filter(|(_, facets)| filter.admits(facets)).map(|(number, _)| *number).collect();
        let mut passing = Vec::new();
        for kind in &part.kinds {
            let (number, spec) = self.kinds.get(kind)?;
            let sets = self.passing_of(number, &sets, &filter);
            let range = self.of_kind.get(&number).cloned().unwrap_or_default();
            passing.extend(
                range
                    .filter(|place| {
                        let line = &self.lines[*place];
                        scope.contains(&self.places[*place])
                            && (spec.nature == Nature::State || period.contains(line.day))
                            && sets.contains(&line.facet_set)
                    })
                    .map(|place| place as u32),
            );
        }
        Ok(passing)
    }

    /// The facet sets that pass for entries of this kind; `plain` are those that pass as they are stored.
    fn passing_of<'s>(&self, kind: i64, plain: &'s HashSet<i64>, filter: &Filter) -> Cow<'s, HashSet<i64>> {
        let Some(completed) = self.completed.get(&kind).filter(|completed| !completed.is_empty()) else {
            return Cow::Borrowed(plain);
        };
        let mut sets = plain.clone();
        for (number, facets) in completed {
            if filter.admits(facets) {
                sets.insert(*number);
            } else {
                sets.remove(number);
            }
        }
        Cow::Owned(sets)
    }

    fn was_booked(&self, part: &Part, scope: &Range<u32>) -> Result<bool, LedgerError> {
        for kind in &part.kinds {
            let (number, _) = self.kinds.get(kind)?;
            let mut units = self.booked.range((number, UnitId(i64::MIN))..=(number, UnitId(i64::MAX)));
            if units.any(|(_, booked)| scope.contains(&self.tree.place(*booked))) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Reads a line from the single text that the query returns for it: the driver copies a row column by column, which took
/// twice as long as everything else for the many rows of a report. No person has the number 0.
fn line_of(text: &str) -> Option<Line> {
    let mut parts = text.split(' ');
    let mut number = || parts.next()?.parse::<i64>().ok();
    Some(Line {
        seq: number()?,
        record: RecordId(number()?),
        person: Some(number()?).filter(|person| *person != 0).map(PersonId),
        unit: UnitId(number()?),
        kind: number()?,
        facet_set: number()?,
        quantity: number()?,
        day: {
            let mut date = parts.next()?.split('-');
            let year = date.next()?.parse().ok()?;
            NaiveDate::from_ymd_opt(year, date.next()?.parse().ok()?, date.next()?.parse().ok()?)?
        },
    })
}
