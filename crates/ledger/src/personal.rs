//! What people have of a kind: their live entries, for the pages that show a person what is counted.

use chrono::NaiveDate;
use kernel::{Period, PersonId, RecordId, UnitId};
use sea_orm::ConnectionTrait;

use crate::{Facets, Kinds, LedgerError, db, facets};

/// An entry of a person that is neither a reversal nor reversed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personal {
    /// Position.
    pub seq: i64,
    /// Whose.
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

/// The entries of one kind that people have in a period, the latest first.
pub async fn of_people(
    conn: &impl ConnectionTrait,
    kinds: &Kinds,
    kind: &str,
    people: &[PersonId],
    period: Period,
) -> Result<Vec<Personal>, LedgerError> {
    let (number, _) = kinds.get(kind)?;
    let sets = facets::load(conn).await?;
    let mut found = Vec::new();
    for chunk in db::chunks(people) {
        let sql = format!(
            "select e.seq, e.person_id, e.unit_id, e.record_id, e.occurred_on, e.quantity, e.facet_set_id from ledger_entry e \
             where e.person_id in ({}) and e.kind_id = $1 and e.occurred_on between $2 and $3 and e.reverses is null \
             and not exists (select 1 from ledger_entry r where r.reverses = e.seq) order by e.occurred_on desc, e.seq desc",
            db::places(4, chunk.len())
        );
        let mut values = vec![number.into(), period.from.into(), period.to.into()];
        values.extend(chunk.iter().map(|person| person.0.into()));
        for row in db::raw(conn, &sql, values).await? {
            found.push(Personal {
                seq: row.try_get_by_index(0)?,
                person: PersonId(row.try_get_by_index(1)?),
                unit: UnitId(row.try_get_by_index(2)?),
                record: RecordId(row.try_get_by_index(3)?),
                day: row.try_get_by_index(4)?,
                quantity: row.try_get_by_index(5)?,
                facets: sets.get(&row.try_get_by_index(6)?).cloned().unwrap_or_default(),
            });
        }
    }
    Ok(found)
}
