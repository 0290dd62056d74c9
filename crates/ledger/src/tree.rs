//! The dated tree: edges are only added, each valid from a day and with a position, so that an old figure is computed on
//! its old tree.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use kernel::{DAY_ONE, UnitId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Value};

use crate::{By, booking::take_positions, db};

/// From a day on, a unit is under a parent, or at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The unit.
    pub unit: UnitId,
    /// Its parent; `None` at the top.
    pub parent: Option<UnitId>,
    /// The first day; [`DAY_ONE`] for a tree that has no lower bound.
    pub from: NaiveDate,
}

impl Edge {
    /// An edge without a lower bound.
    pub fn always(unit: UnitId, parent: Option<UnitId>) -> Self {
        Self { unit, parent, from: DAY_ONE }
    }
}

/// Adds edges; each takes a position.
pub async fn plant(tx: &DatabaseTransaction, by: By<'_>, edges: &[Edge]) -> Result<(), DbErr> {
    if edges.is_empty() {
        return Ok(());
    }
    let first = take_positions(tx, edges.len()).await?;
    let rows = edges.iter().zip(first..).map(|(edge, seq)| {
        vec![
            seq.into(),
            edge.unit.0.into(),
            edge.parent.map(|parent| parent.0).into(),
            edge.from.into(),
            by.at.0.as_str().into(),
            by.account.0.into(),
        ]
    });
    let columns = ["seq", "unit_id", "parent_id", "valid_from", "recorded_at", "account_id"];
    db::insert_many(tx, "tree_edge", &columns, rows).await
}

/// The edge valid for a unit on day `$3` at position `$2`: the latest by day, then by position.
const HOLDS: &str = "e.seq <= $2 and e.valid_from <= $3 and not exists (select 1 from tree_edge l \
     where l.unit_id = e.unit_id and l.seq <= $2 and l.valid_from <= $3 \
     and (l.valid_from > e.valid_from or (l.valid_from = e.valid_from and l.seq > e.seq)))";

/// `with recursive scope (unit_id, parent_id) as (…)` for the units at and under some units on day `$3` at position `$2`.
/// The first unit is `$1`, the others follow from `$4` on; each has an edge, unless it is the only one.
pub(crate) fn scope_sql(units: usize) -> String {
    let tops = if units > 1 {
        let others = db::places(4, units - 1);
        format!("select t.unit_id, cast(null as bigint) from tree_edge t where t.unit_id in ($1, {others})")
    } else {
        "select cast($1 as bigint), cast(null as bigint)".to_owned()
    };
    format!(
        "with recursive scope (unit_id, parent_id) as ({tops} \
         union select e.unit_id, e.parent_id from scope s join tree_edge e on e.parent_id = s.unit_id where {HOLDS})"
    )
}

/// The values of [`scope_sql`] for at least one unit.
pub(crate) fn scope_values(units: &[UnitId], day: NaiveDate, position: i64) -> Vec<Value> {
    let (first, others) = units.split_first().map_or((0, units), |(first, others)| (first.0, others));
    let mut values = vec![first.into(), position.into(), day.into()];
    values.extend(others.iter().map(|unit| unit.0.into()));
    values
}

/// The tree at and under a unit, or all of it, in memory in depth-first order (the walk).
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// For each unit its first place in the walk and the place after its last descendant.
    spans: HashMap<UnitId, (usize, usize)>,
    parents: HashMap<UnitId, UnitId>,
    order: Vec<UnitId>,
}

impl Tree {
    /// Loads the tree under `root` (all trees if `None`) as it was on `day`, as known at `position`.
    pub async fn load(
        conn: &impl ConnectionTrait,
        root: Option<UnitId>,
        day: NaiveDate,
        position: i64,
    ) -> Result<Self, DbErr> {
        let edges: Vec<(UnitId, Option<UnitId>)> = if let Some(root) = root {
            let sql = format!("{} select unit_id, parent_id from scope", scope_sql(1));
            db::rows(conn, &sql, vec![root.0.into(), position.into(), day.into()]).await?
        } else {
            let sql = format!("select e.unit_id, e.parent_id from tree_edge e where $1 = $1 and {HOLDS}");
            db::rows(conn, &sql, vec![0i64.into(), position.into(), day.into()]).await?
        };
        Ok(Self::from_edges(&edges))
    }

    /// Loads the tree under several units; one of them may be under another.
    pub(crate) async fn load_under(
        conn: &impl ConnectionTrait,
        units: &[UnitId],
        day: NaiveDate,
        position: i64,
    ) -> Result<Self, DbErr> {
        let sql = format!("{} select unit_id, parent_id from scope", scope_sql(units.len()));
        let edges: Vec<(UnitId, Option<UnitId>)> = db::rows(conn, &sql, scope_values(units, day, position)).await?;
        Ok(Self::from_edges(&edges))
    }

    /// Loads the given units and all units above them, as the tree was on `day`, as known at `position`.
    pub async fn upward(
        conn: &impl ConnectionTrait,
        units: &[UnitId],
        day: NaiveDate,
        position: i64,
    ) -> Result<Self, DbErr> {
        let sql = format!(
            "with recursive up (unit_id, parent_id) as (select e.unit_id, e.parent_id from tree_edge e \
             where $1 = $1 and e.unit_id in ($keys) and {HOLDS} \
             union select e.unit_id, e.parent_id from up u join tree_edge e on e.unit_id = u.parent_id \
             where {HOLDS}) select unit_id, parent_id from up"
        );
        let values = vec![0i64.into(), position.into(), day.into()];
        let edges: BTreeSet<(UnitId, Option<UnitId>)> =
            db::by_keys(&sql, units).with(values).rows(conn).await?.into_iter().collect();
        Ok(Self::from_edges(&edges.into_iter().collect::<Vec<_>>()))
    }

    /// Builds the walk from (unit, parent) pairs; a unit with a parent is not a top, even if a pair without one is given
    /// too. Units in a loop are left out, since no top reaches them.
    pub fn from_edges(edges: &[(UnitId, Option<UnitId>)]) -> Self {
        let mut children: HashMap<UnitId, Vec<UnitId>> = HashMap::new();
        let mut tops = Vec::new();
        let mut parents = HashMap::new();
        for (unit, parent) in edges {
            match parent {
                Some(parent) => {
                    children.entry(*parent).or_default().push(*unit);
                    parents.insert(*unit, *parent);
                }
                None => tops.push(*unit),
            }
        }
        for list in children.values_mut() {
            list.sort_unstable();
        }
        tops.retain(|top| !parents.contains_key(top));
        tops.sort_unstable();
        let mut tree = Self { parents, ..Self::default() };
        let mut stack: Vec<(UnitId, bool)> = tops.into_iter().rev().map(|unit| (unit, false)).collect();
        while let Some((unit, left)) = stack.pop() {
            if left {
                let end = tree.order.len();
                if let Some(span) = tree.spans.get_mut(&unit) {
                    span.1 = end;
                }
                continue;
            }
            let start = tree.order.len();
            tree.order.push(unit);
            tree.spans.insert(unit, (start, start + 1));
            stack.push((unit, true));
            if let Some(list) = children.get(&unit) {
                stack.extend(list.iter().rev().map(|child| (*child, false)));
            }
        }
        tree
    }

    /// How many units it contains.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether it contains none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Whether it contains the unit.
    pub fn holds(&self, unit: UnitId) -> bool {
        self.spans.contains_key(&unit)
    }

    /// Whether `unit` is `above` or is under it.
    pub fn under(&self, unit: UnitId, above: UnitId) -> bool {
        match (self.spans.get(&unit), self.spans.get(&above)) {
            (Some((place, _)), Some((from, to))) => from <= place && place < to,
            _ => false,
        }
    }

    /// The place of a unit in the walk; beyond the end if the tree doesn't contain it.
    pub(crate) fn place(&self, unit: UnitId) -> u32 {
        self.spans.get(&unit).map_or(u32::MAX, |(place, _)| *place as u32)
    }

    /// The places of a unit and all under it.
    pub(crate) fn span(&self, unit: UnitId) -> std::ops::Range<u32> {
        self.spans.get(&unit).map_or(0..0, |(from, to)| *from as u32..*to as u32)
    }

    /// The parent within this tree.
    pub fn parent(&self, unit: UnitId) -> Option<UnitId> {
        self.parents.get(&unit).copied()
    }

    /// The unit and the units above it, upwards.
    pub fn upwards(&self, unit: UnitId) -> impl Iterator<Item = UnitId> + '_ {
        std::iter::successors(Some(unit), |unit| self.parent(*unit))
    }

    /// The units at and under a unit, each after its parent.
    pub fn at_and_under(&self, unit: UnitId) -> &[UnitId] {
        match self.spans.get(&unit) {
            Some((from, to)) => &self.order[*from..*to],
            None => &[],
        }
    }

    /// The units directly under a unit.
    pub fn children(&self, unit: UnitId) -> Vec<UnitId> {
        self.at_and_under(unit)
            .iter()
            .copied()
            .filter(|child| self.parent(*child) == Some(unit) && *child != unit)
            .collect()
    }

    /// Every unit, each after its parent.
    pub fn all(&self) -> &[UnitId] {
        &self.order
    }
}

/// The units above a unit, nearest first.
pub async fn ancestors(
    conn: &impl ConnectionTrait,
    unit: UnitId,
    day: NaiveDate,
    position: i64,
) -> Result<Vec<UnitId>, DbErr> {
    let sql = format!("select e.parent_id from tree_edge e where e.unit_id = $1 and {HOLDS}");
    let mut above = Vec::new();
    let mut current = unit;
    loop {
        let values = vec![current.0.into(), position.into(), day.into()];
        let parent: Option<Option<i64>> = db::scalar(conn, &sql, values).await?;
        match parent.flatten().map(UnitId) {
            Some(parent) if !above.contains(&parent) => {
                above.push(parent);
                current = parent;
            }
            _ => return Ok(above),
        }
    }
}

/// The days on which the tree changed, in their order.
pub async fn changes_of_tree(conn: &impl ConnectionTrait) -> Result<Vec<NaiveDate>, DbErr> {
    db::rows(conn, "select distinct valid_from from tree_edge order by valid_from", vec![]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forest_is_walked_with_each_unit_after_its_parent() {
        let edges = [(3, Some(1)), (1, None), (2, Some(1)), (4, Some(3)), (9, None)]
            .map(|(unit, parent)| (UnitId(unit), parent.map(UnitId)));
        let tree = Tree::from_edges(&edges);
        assert_eq!(tree.all(), [1, 2, 3, 4, 9].map(UnitId));
        assert_eq!(tree.at_and_under(UnitId(3)), [3, 4].map(UnitId));
        assert!(tree.under(UnitId(4), UnitId(1)) && !tree.under(UnitId(9), UnitId(1)));
        assert_eq!(tree.children(UnitId(1)), [2, 3].map(UnitId));
        assert_eq!(tree.upwards(UnitId(4)).collect::<Vec<_>>(), [4, 3, 1].map(UnitId));
    }

    #[test]
    fn a_unit_under_another_requested_one_is_loaded_once() {
        let edges = [(1, None), (3, None), (2, Some(1)), (3, Some(1)), (4, Some(3))]
            .map(|(unit, parent)| (UnitId(unit), parent.map(UnitId)));
        let tree = Tree::from_edges(&edges);
        assert_eq!(tree.all(), [1, 2, 3, 4].map(UnitId));
        assert_eq!(tree.at_and_under(UnitId(3)), [3, 4].map(UnitId));
    }
}
