//! The live entries of people of one kind, for the pages that show a person what is counted for them.

use chrono::NaiveDate;
use kernel::{Period, PersonId, RecordId, UnitId};
use sea_orm::ConnectionTrait;

use crate::{Facets, Kinds, LedgerError, db, facets};

/// An entry of a person that is neither a reversal nor reversed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personal {
    /// Position.
    pub seq: i64,
    /// The person.
    pub person: PersonId,
    /// The unit that it counts to.
    pub unit: UnitId,
    /// The record it comes from.
    pub record: RecordId,
    /// The day.
    pub day: NaiveDate,
    /// The quantity, in the kind's smallest unit.
    pub quantity: i64,
    /// The facets.
    pub facets: Facets,
}

/// The entries of one kind for some people in a period, the latest first.
pub async fn of_people(
    conn: &impl ConnectionTrait,
    kinds: &Kinds,
    kind: &str,
    people: &[PersonId],
    period: Period,
) -> Result<Vec<Personal>, LedgerError> {
    let (number, kind) = kinds.get(kind)?;
    let sets = facets::of_kind(conn, kind).await?;
    let sql = "select e.seq, e.person_id, e.unit_id, e.record_id, e.occurred_on, e.quantity, e.facet_set_id from ledger_entry e \
         where e.person_id in ($keys) and e.kind_id = $1 and e.occurred_on between $2 and $3 and e.reverses is null \
         and not exists (select 1 from ledger_entry r where r.reverses = e.seq) order by e.occurred_on desc, e.seq desc";
    let values = vec![number.into(), period.from.into(), period.to.into()];
    let rows = db::by_keys(sql, people).with(values).rows(conn).await?.into_iter();
    let found = rows.map(|(seq, person, unit, record, day, quantity, set)| {
        let facets = sets.get(&set).cloned().unwrap_or_default();
        Personal { seq, person, unit, record, day, quantity, facets }
    });
    Ok(found.collect())
}
