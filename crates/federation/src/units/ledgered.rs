//! Units in the ledger: the entries of each, and the booking of those that were there before units were booked.

use desk::{actor::Actor, app::App, error::Result};
use kernel::UnitId;
use ledger::{Desired, Entry, Facets, Reason, book, db};
use sea_orm::DatabaseTransaction;

use super::{model::Unit, store};

/// The entries that a unit should have in the ledger; `None` for an outside organisation, which is no record.
pub(super) fn entries_of(unit: &Unit) -> Option<Desired> {
    let record = unit.record?;
    let from = unit.opened_on?;
    if unit.void || unit.outside || unit.closed_on.is_some_and(|last| last < from) {
        return Some(Desired { record, entries: Vec::new() });
    }
    let entry = |day, quantity| Entry {
        day,
        unit: unit.id,
        person: None,
        kind: "units.open".into(),
        facets: Facets::none().with("level", unit.level.as_deref().unwrap_or("outside")),
        quantity,
    };
    let mut entries = vec![entry(from, 1)];
    entries.extend(unit.closed_on.and_then(|last| last.succ_opt()).map(|after| entry(after, -1)));
    Some(Desired { record, entries })
}

/// Books units as they are stored now.
pub(super) async fn book_units(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    units: &[UnitId],
    reason: Option<&Reason>,
) -> Result<()> {
    let mut units: Vec<Unit> = store::by_ids(tx, units).await?.into_values().collect();
    units.sort_unstable_by_key(|unit| unit.id);
    let desired: Vec<Desired> = units.iter().filter_map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, reason).await?;
    Ok(())
}

/// The entries that every unit should have, for `reconcile`.
pub(super) async fn all_desired(app: &App) -> Result<Vec<Desired>> {
    Ok(store::with_records(&app.db).await?.iter().filter_map(entries_of).collect())
}

/// Books the units that an earlier version left unbooked, in portions.
pub(super) async fn book_missing(app: &App) -> Result<()> {
    while !store::unbooked(&app.db).await?.is_empty() {
        let tx = db::begin(&app.db).await?;
        // Another process that opens the database at the same moment waits here, and then finds nothing left to do.
        db::take_range(&tx, "unit", 0).await?;
        let units = store::unbooked(&tx).await?;
        book_units(app, &tx, &app.operator(), &units, None).await?;
        store::set_booked(&tx, &units).await?;
        tx.commit().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use kernel::{DAY_ONE, RecordId, parse_day};

    fn unit() -> Unit {
        Unit {
            id: UnitId(3),
            name: "古沟街道".to_owned(),
            level: Some("street".to_owned()),
            outside: false,
            record: Some(RecordId(9)),
            opened_on: Some(DAY_ONE),
            closed_on: None,
            void: false,
            version: 1,
            code: None,
        }
    }

    fn booked(unit: &Unit) -> Option<Vec<(NaiveDate, i64)>> {
        let desired = entries_of(unit)?;
        assert_eq!(desired.record, RecordId(9));
        Some(desired.entries.iter().map(|entry| (entry.day, entry.quantity)).collect())
    }

    #[test]
    fn a_unit_is_in_the_ledger_from_its_first_day_to_its_last() {
        let day = |text: &str| parse_day(text).expect("a day");
        let closed = |last: &str| Unit { closed_on: Some(day(last)), ..unit() };
        let late = Unit { opened_on: Some(day("2025-03-01")), ..closed("2025-02-01") };
        let outside = Unit { outside: true, record: None, opened_on: None, level: None, ..unit() };
        for (unit, wanted) in [
            (unit(), Some(vec![(DAY_ONE, 1)])),
            (closed("2025-02-28"), Some(vec![(DAY_ONE, 1), (day("2025-03-01"), -1)])),
            (Unit { void: true, ..unit() }, Some(vec![])),
            (late, Some(vec![])),
            (outside, None),
        ] {
            assert_eq!(booked(&unit), wanted, "{unit:?}");
        }
    }
}
