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
use ledger::{Each, Filter, Metric, Part, Place, Tree};

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

/// The people whom a figure counts, without the conditions on some facets, at a unit. Each of its cells is a unit directly under it, or
/// the unit itself for those who count to it and to none under it.
fn people(
    books: &Opened,
    (metric, filter): (&Metric, &Filter),
    without: &BTreeSet<&str>,
    unit: UnitId,
    period: Period,
) -> Result<People> {
    let less = |filter: &Filter| {
        let kept = filter.0.iter().filter(|(facet, _)| !without.contains(facet.as_str()));
        Filter(kept.map(|(facet, values)| (facet.clone(), values.clone())).collect::<BTreeMap<_, _>>())
    };
    let mut metric = metric.clone();
    for half in std::iter::once(&mut metric.count).chain(&mut metric.over) {
        let mut part = Some(half);
        while let Some(of_half) = part {
            of_half.filter = less(&of_half.filter);
            of_half.each = of_half.each.filter(|_| !without.contains(THRESHOLD));
            part = of_half.without.as_deref_mut();
        }
    }
    let mut people = People::default();
    for row in books.figure(&metric, unit, period, &less(filter))?.rows() {
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

/// The cells under a unit: whether each tells something about one or two people, and how many it counts.
fn cells(
    books: &Opened,
    (metric, filter): (&Metric, &Filter),
    unit: UnitId,
    period: Period,
) -> Result<(BTreeMap<UnitId, (bool, usize)>, bool)> {
    let facets: Vec<&str> = personal_facets(metric, filter).into_iter().collect();
    let counted = people(books, (metric, filter), &BTreeSet::new(), unit, period)?;
    let mut cells: BTreeMap<UnitId, (bool, usize)> = BTreeMap::new();
    let all = |half: &HashMap<UnitId, HashSet<PersonId>>| half.values().flatten().copied().collect::<HashSet<_>>();
    let mut tells = counted.iter().any(|half| is_small(all(half).len()));
    for (cell, people) in counted.iter().flatten() {
        let entry = cells.entry(*cell).or_default();
        entry.0 |= is_small(people.len());
        entry.1 = entry.1.max(people.len());
    }
    // A rate tells who of those it divides by is not counted.
    if metric.over.is_some() {
        for (cell, whole) in &counted[1] {
            let part = counted[0].get(cell).map_or(0, |part| whole.intersection(part).count());
            cells.entry(*cell).or_default().0 |= is_small(whole.len() - part);
        }
    }
    // The same with each choice of its conditions left out: the difference is about those whom the condition leaves out.
    for choice in 1..1u32 << facets.len() {
        let without =
            facets.iter().enumerate().filter(|(place, _)| choice & (1 << place) != 0).map(|(_, facet)| *facet);
        let wider = people(books, (metric, filter), &without.collect(), unit, period)?;
        for (half, narrow) in wider.iter().zip(&counted) {
            tells |= is_small(all(half).difference(&all(narrow)).count());
            for (cell, people) in half {
                let left_out = narrow.get(cell).map_or(people.len(), |narrow| people.difference(narrow).count());
                cells.entry(*cell).or_default().0 |= is_small(left_out);
            }
        }
    }
    Ok((cells, tells))
}

/// Whether a figure is withheld from an actor who may not see people by name.
///
/// Under each unit from the top of what the actor sees down to the one that is asked for, every cell that tells something is withheld. If
/// that is one alone, the figure above less the others would be it: the smallest of the others is withheld too. Under a unit that is
/// withheld at least one cell is, or they would add up to it.
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
    // Of two values of a facet the difference to one of them would be a condition that isn't checked here.
    if filter.0.iter().any(|(facet, values)| is_personal_facet(facet) && values.len() > 1) {
        return Ok(true);
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
        let (cells, tells) = cells(&books, (metric, filter), *above, at.period)?;
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
