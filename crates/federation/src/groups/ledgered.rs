//! Groups in the ledger: the entries of each, and the booking of those that were there before all of them were booked.

use std::collections::HashMap;

use chrono::NaiveDate;
use desk::{actor::Actor, app::App, error::Result};
use kernel::{DayRange, GroupId, UnitId};
use ledger::{Desired, Entry, Facets, Reason, ReasonCode, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::store::{self, Covered, Group};

/// +1 on the first day, -1 on the day after the last; nothing for days that end before they begin.
fn state(kind: &'static str, unit: UnitId, facets: &Facets, days: DayRange) -> Vec<Entry> {
    if days.to.is_some_and(|last| last < days.from) {
        return Vec::new();
    }
    let entry = |day, quantity| Entry { day, unit, person: None, kind: kind.into(), facets: facets.clone(), quantity };
    let after = days.to.and_then(|last| last.succ_opt());
    std::iter::once(entry(days.from, 1)).chain(after.map(|after| entry(after, -1))).collect()
}

/// The entries that a group should have in the ledger, with the units that it covers.
pub(super) fn entries_of(group: &Group, covers: &[Covered]) -> Desired {
    let record = group.id.into();
    if group.void {
        return Desired { record, entries: Vec::new() };
    }
    let yes_no = |is: bool| if is { "yes" } else { "no" };
    let days = DayRange { from: group.opened_on, to: group.closed_on };
    let facets = Facets::none()
        .with("level", &group.level)
        .with("brand", yes_no(group.brand.is_some()))
        .with("shared", yes_no(covers.iter().any(|covered| covered.unit != group.unit)));
    let mut entries = state("groups.open", group.unit, &facets, days);
    for covered in covers {
        let within = DayRange {
            from: covered.opened_on.map_or(days.from, |first| first.max(days.from)),
            to: [days.to, covered.closed_on].into_iter().flatten().min(),
        };
        entries.extend(state("groups.covers", covered.unit, &Facets::none().with("level", &covered.level), within));
    }
    Desired { record, entries }
}

async fn desired(conn: &impl ConnectionTrait, groups: &[Group]) -> Result<Vec<Desired>> {
    let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
    let mut covers: HashMap<GroupId, Vec<Covered>> = HashMap::new();
    for covered in store::covered(conn, &ids).await? {
        covers.entry(covered.group).or_default().push(covered);
    }
    let covers = |group: &Group| covers.get(&group.id).map(Vec::as_slice).unwrap_or_default();
    Ok(groups.iter().map(|group| entries_of(group, covers(group))).collect())
}

/// Books groups as they are stored.
pub(super) async fn book_groups(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    groups: &[Group],
    reason: Option<&Reason>,
) -> Result<()> {
    book(tx, &app.kinds(), actor.by(), &desired(tx, groups).await?, reason).await?;
    Ok(())
}

/// A unit exists up to a last day: from then on no group covers it.
pub(super) async fn unit_ended(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    unit: UnitId,
    last: NaiveDate,
    reason: &Reason,
) -> Result<()> {
    let covering = store::end_cover(tx, unit, last).await?;
    let mut groups: Vec<Group> = store::by_ids(tx, &covering).await?.into_values().collect();
    groups.sort_unstable_by_key(|group| group.id);
    book_groups(app, tx, actor, &groups, Some(reason)).await
}

/// The entries that every group should have, for `reconcile`.
pub(super) async fn all_desired(conn: &impl ConnectionTrait) -> Result<Vec<Desired>> {
    desired(conn, &store::all(conn).await?).await
}

/// Books the groups of an earlier version anew, in portions: whether they have a brand and are shared, and the units that
/// they cover.
pub(super) async fn book_missing(app: &App) -> Result<()> {
    while !store::unbooked(&app.db).await?.is_empty() {
        let tx = db::begin(&app.db).await?;
        // Another process that opens the database at the same moment waits here, and then finds nothing left to do.
        db::take_range(&tx, "record", 0).await?;
        let ids = store::unbooked(&tx).await?;
        let mut groups: Vec<Group> = store::by_ids(&tx, &ids).await?.into_values().collect();
        groups.sort_unstable_by_key(|group| group.id);
        book_groups(app, &tx, &app.operator(), &groups, Some(&Reason::new(ReasonCode::Correction))).await?;
        store::set_booked(&tx, &ids).await?;
        tx.commit().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::parse_day;

    fn day(text: &str) -> NaiveDate {
        parse_day(text).expect("a day")
    }

    fn group() -> Group {
        Group {
            id: GroupId(9),
            unit: UnitId(3),
            level: "street".to_owned(),
            name: "青年理论学习小组".to_owned(),
            brand: None,
            age_limit: 40,
            least_sessions_month: 1,
            least_hours_year: 0,
            least_rate: 0,
            is_default: true,
            opened_on: day("2025-01-01"),
            closed_on: None,
            void: false,
            version: 1,
        }
    }

    fn covered(unit: i64, closed_on: Option<&str>) -> Covered {
        let level = if unit == 3 { "street" } else { "community" };
        let closed_on = closed_on.map(day);
        Covered { group: GroupId(9), unit: UnitId(unit), level: level.to_owned(), opened_on: None, closed_on }
    }

    fn lines(group: &Group, covers: &[Covered]) -> Vec<String> {
        let entries = entries_of(group, covers).entries;
        let line = |entry: Entry| {
            format!("{} {} {} {} {}", entry.day, entry.kind, entry.unit, entry.quantity, entry.facets.canonical())
        };
        entries.into_iter().map(line).collect()
    }

    #[test]
    fn a_shared_group_covers_each_unit_for_as_long_as_both_exist() {
        let own = lines(&group(), &[covered(3, None)]);
        assert_eq!(own.len(), 2, "{own:?}");
        assert!(own[0].contains("groups.open 3 1") && own[0].contains("no"), "{own:?}");
        assert!(own[1].contains("groups.covers 3 1"), "{own:?}");
        let branded = Group { brand: Some("青蓝".to_owned()), closed_on: Some(day("2025-06-30")), ..group() };
        let shared = lines(&branded, &[covered(3, None), covered(4, Some("2025-03-31"))]);
        assert_eq!(shared.len(), 6, "{shared:?}");
        assert!(shared[0].starts_with("2025-01-01 groups.open 3 1") && !shared[0].contains("no"), "{shared:?}");
        assert!(shared[1].starts_with("2025-07-01 groups.open 3 -1"), "{shared:?}");
        assert!(shared[3].starts_with("2025-07-01 groups.covers 3 -1"), "{shared:?}");
        assert!(shared[5].starts_with("2025-04-01 groups.covers 4 -1"), "{shared:?}");
        let late = Covered { opened_on: Some(day("2025-09-01")), ..covered(4, None) };
        assert_eq!(lines(&branded, &[late]).len(), 2, "a unit that came after the group was closed is not covered");
        assert!(lines(&Group { void: true, ..group() }, &[covered(3, None)]).is_empty());
    }
}
