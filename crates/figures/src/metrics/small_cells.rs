//! Small cells: figures about so few people that a condition on persons singles somebody out. They are withheld from those who may
//! not see people by name, and so is what would give them away by difference.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
};
use federation::scope::places;
use kernel::{Period, PersonId, UnitId};
use ledger::{Allowed, Each, Filter, Metric, Part, Place, Tree};

use super::{Opened, open};

/// A figure of fewer people is withheld.
const LEAST: usize = 3;
/// Facets that say something of a person, not of what was done.
const PERSONAL: [&str; 7] = ["sex", "party", "youth", "member", "education", "rank", "appointment"];

/// Stands among the personal facets for the condition that somebody has at least so much of something.
const THRESHOLD: &str = "at least";

/// When and under which tree a figure is computed.
#[derive(Clone, Copy, Debug)]
pub struct At {
    /// The period.
    pub period: Period,
    /// The position, where it isn't the present one.
    pub position: Option<i64>,
    /// The day of the tree, where it isn't the period's last.
    pub tree_day: Option<NaiveDate>,
}

fn is_personal_facet(facet: &str) -> bool {
    PERSONAL.contains(&facet)
}

/// The facets of a figure's conditions on persons, its own and those that are asked for.
fn personal_facets<'a>(metric: &'a Metric, filter: &'a Filter) -> BTreeSet<&'a str> {
    let parts = || metric.parts().flat_map(Part::chain);
    let own = parts().flat_map(|part| part.filter.0.keys());
    let named = filter.0.keys().chain(own).map(String::as_str).filter(|facet| is_personal_facet(facet));
    let of_each = parts().filter_map(|part| part.each).any(|threshold| threshold.of == Each::Person);
    named.chain(of_each.then_some(THRESHOLD)).collect()
}

/// Whether a figure has a condition on persons, its own or one that is asked for.
pub(super) fn is_personal(metric: &Metric, filter: &Filter) -> bool {
    !personal_facets(metric, filter).is_empty()
}

/// Whether so few people are meant that each of them may be known.
fn is_small(people: usize) -> bool {
    (1..LEAST).contains(&people)
}

/// The people of each half of a figure, by the cell that they count to.
type People = [HashMap<UnitId, HashSet<PersonId>>; 2];

/// Values of facets of the conditions on persons, one of each.
type Choice<'a> = Vec<(&'a str, String)>;

/// Of more choices than these at once nothing is shown.
const CHOICES: usize = 100;

/// Every choice of values of some facets; `None` if they are too many.
fn choices<'a>(books: &Opened, metric: &Metric, facets: &BTreeSet<&'a str>) -> Option<Vec<Choice<'a>>> {
    let kinds = books.books.kinds();
    let mut choices: Vec<Choice<'a>> = vec![Vec::new()];
    for facet in facets.iter().filter(|facet| **facet != THRESHOLD) {
        let mut values = BTreeSet::new();
        for kind in metric.parts().flat_map(Part::chain).flat_map(|part| &part.kinds) {
            let known = kinds.get(kind).ok().and_then(|(_, kind)| kind.facet(facet));
            if let Some(Allowed::Closed(known)) = known.map(|known| &known.values) {
                values.extend(known);
            }
        }
        let with = |choice: &Choice<'a>, value: &String| {
            choice.iter().cloned().chain([(*facet, value.clone())]).collect::<Choice<'a>>()
        };
        choices = choices.iter().flat_map(|choice| values.iter().map(move |value| with(choice, value))).collect();
        if choices.len() > CHOICES {
            return None;
        }
    }
    Some(choices)
}

/// The same conditions with the values of a choice in the place of others.
fn chosen(filter: &Filter, choice: &Choice<'_>) -> Filter {
    let mut filter = filter.clone();
    for (facet, value) in choice {
        if let Some(values) = filter.0.get_mut(*facet) {
            *values = BTreeSet::from([value.clone()]);
        }
    }
    filter
}

/// The people whom a figure counts with a choice of its conditions' values, at a unit. Each of its cells is a unit directly under it, or
/// the unit itself for those who count to it and to none under it.
fn people(
    books: &Opened,
    (metric, filter): (&Metric, &Filter),
    (choice, threshold): (&Choice<'_>, bool),
    unit: UnitId,
    period: Period,
) -> Result<People> {
    let mut metric = metric.clone();
    for half in std::iter::once(&mut metric.count).chain(&mut metric.over) {
        let mut part = Some(half);
        while let Some(of_half) = part {
            of_half.filter = chosen(&of_half.filter, choice);
            of_half.each = of_half.each.filter(|each| threshold || each.of != Each::Person);
            part = of_half.without.as_deref_mut();
        }
    }
    let mut people = People::default();
    for row in books.figure(&metric, unit, period, &chosen(filter, choice))?.rows() {
        for line in &row.lines {
            if let Some(person) = line.person {
                let cell = cell_of(&books.books.tree, line.unit, unit);
                people[row.part.min(1)].entry(cell).or_default().insert(person);
            }
        }
    }
    Ok(people)
}

/// The unit directly under `top` at or under which a unit stands.
fn cell_of(tree: &Tree, unit: UnitId, top: UnitId) -> UnitId {
    let mut cell = unit;
    while let Some(parent) = tree.parent(cell) {
        if cell == top || parent == top {
            break;
        }
        cell = parent;
    }
    cell
}

/// What is known of the people under a unit.
#[derive(Default)]
struct Cells {
    /// Of each cell, whether some choice of the conditions' values tells something of one or two people, and how many people it has.
    cells: BTreeMap<UnitId, (bool, usize)>,
    /// The same of all of them together.
    tells: bool,
}

impl Cells {
    /// Notes a group of people, as they are together and in each cell.
    fn note(&mut self, people: &HashMap<UnitId, HashSet<PersonId>>) {
        self.note_rest(people, &HashMap::new());
    }

    /// Notes those of a group who don't belong to another.
    fn note_rest(&mut self, whole: &HashMap<UnitId, HashSet<PersonId>>, part: &HashMap<UnitId, HashSet<PersonId>>) {
        let all =
            |cells: &HashMap<UnitId, HashSet<PersonId>>| cells.values().flatten().copied().collect::<HashSet<_>>();
        self.tells |= is_small(all(whole).difference(&all(part)).count());
        for (cell, people) in whole {
            let rest = part.get(cell).map_or(people.len(), |part| people.difference(part).count());
            self.cells.entry(*cell).or_default().0 |= is_small(rest);
        }
    }
}

/// The cells under a unit, whichever values the figure's conditions on persons have: one value that is withheld alone would be what the
/// others leave of the whole. `None` if there are too many values.
fn cells(books: &Opened, (metric, filter): (&Metric, &Filter), unit: UnitId, period: Period) -> Result<Option<Cells>> {
    let facets = personal_facets(metric, filter);
    let Some(choices) = choices(books, metric, &facets) else { return Ok(None) };
    let mut cells = Cells::default();
    for choice in &choices {
        let counted = people(books, (metric, filter), (choice, true), unit, period)?;
        for half in &counted {
            cells.note(half);
        }
        let sizes: BTreeSet<&UnitId> = counted.iter().flat_map(HashMap::keys).collect();
        for cell in sizes {
            let size = counted.iter().filter_map(|half| half.get(cell)).map(HashSet::len).max().unwrap_or(0);
            cells.cells.entry(*cell).or_default().1 += size;
        }
        // A rate tells who of those it divides by is not counted.
        if metric.over.is_some() {
            cells.note_rest(&counted[1], &counted[0]);
        }
        // Who doesn't reach a threshold is known from those who do.
        if facets.contains(THRESHOLD) {
            let wider = people(books, (metric, filter), (choice, false), unit, period)?;
            for (wider, counted) in wider.iter().zip(&counted) {
                cells.note_rest(wider, counted);
            }
        }
    }
    Ok(Some(cells))
}

/// Whether a figure is withheld from an actor who may not see people by name.
///
/// It is withheld or shown alike for all values that its conditions could have. Under each unit from the top of what the actor sees down to
/// the one that is asked for, every cell that tells something is withheld. If that is one alone, the figure above less the others would be
/// it: the smallest of the others is withheld too. Under a unit that is withheld at least one cell is, or they would add up to it.
pub async fn is_withheld(
    app: &App,
    actor: &Actor,
    (metric, filter): (&Metric, &Filter),
    place: Place,
    at: At,
) -> Result<bool> {
    let unit = place.unit();
    if !is_personal(metric, filter) {
        return Ok(false);
    }
    let scope = actor.scope(Action::Figures);
    let path: Vec<UnitId> = places::path(&app.db, unit).await?.into_iter().map(|(unit, _)| unit).collect();
    let seen = path.iter().position(|unit| scope.all || scope.units.contains(unit)).unwrap_or(0);
    let mut path = path.get(seen..).filter(|path| !path.is_empty()).map_or_else(|| vec![unit], <[UnitId]>::to_vec);
    if let Place::Itself(_) = place {
        // Among the cells under a unit it stands for itself.
        path.push(unit);
    }
    let books = open(app, path[0], at.period, at.position, at.tree_day).await?;
    let mut withheld = false;
    for (place, above) in path.iter().enumerate() {
        let Some(Cells { cells, tells }) = cells(&books, (metric, filter), *above, at.period)? else { return Ok(true) };
        if place == 0 {
            withheld = tells;
        }
        let Some(next) = path.get(place + 1) else { break };
        let telling = cells.values().filter(|(tells, _)| *tells).count();
        let protected = match telling {
            0 => withheld,
            1 => true,
            _ => false,
        };
        let others = cells.iter().filter(|(_, (tells, count))| !tells && *count > 0);
        let smallest = others.map(|(cell, (_, count))| (*count, *cell)).min().map(|(_, cell)| cell);
        let (tells, _) = cells.get(next).copied().unwrap_or_default();
        withheld = tells || (protected && smallest == Some(*next));
    }
    Ok(withheld)
}
