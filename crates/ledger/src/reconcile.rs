//! Reconciling (账实核对): compares the entries that all records should have with those that the ledger has.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use kernel::{RecordId, Refusal};
use sea_orm::ConnectionTrait;

use crate::{Desired, Entry, EntryKey, Facets, Kinds, LedgerError, Row as _, db, facets};

/// What a reconciliation found.
#[must_use]
#[derive(Clone, Debug, Default)]
pub struct Reconciled {
    /// Number of records compared.
    pub records: usize,
    /// Number of live entries compared.
    pub entries: usize,
    /// Records whose entries are not what they should be.
    pub faults: Vec<Refusal>,
}

/// Compares every record's live entries with what its feature computes for it. A facet that an entry doesn't carry has its
/// default on both sides: a kind may have gained it after the entry was booked, and a record's entries may leave it out.
pub async fn reconcile(
    conn: &impl ConnectionTrait,
    kinds: &Kinds,
    desired: Vec<Desired>,
) -> Result<Reconciled, LedgerError> {
    let sets = facets::load(conn).await?;
    let mut found = Reconciled { records: desired.len(), ..Reconciled::default() };
    let mut live: HashMap<RecordId, BTreeMap<Entry, i64>> = HashMap::new();
    let sql = format!(
        "select {} from ledger_entry e where e.reverses is null \
         and not exists (select 1 from ledger_entry r where r.reverses = e.seq)",
        EntryKey::columns("e")
    );
    let mut completed: HashMap<(i64, i64), Facets> = HashMap::new();
    for entry in db::rows::<EntryKey>(conn, &sql, vec![]).await? {
        found.entries += 1;
        let EntryKey { record, day, unit, person, kind, facet_set, quantity } = entry;
        let (Some(of), Some(stored)) = (kinds.by_number(kind), sets.get(&facet_set)) else {
            found.faults.push(fault("reconcile-strange", record, 1, 0));
            continue;
        };
        let facets = completed
            .entry((kind, facet_set))
            .or_insert_with(|| of.completed(stored).unwrap_or_else(|| stored.clone()))
            .clone();
        let entry = Entry { day, unit, person, kind: Cow::Owned(of.name.clone()), facets, quantity };
        *live.entry(record).or_default().entry(entry).or_default() += 1;
    }
    for Desired { record, entries } in desired {
        let mut counts = live.remove(&record).unwrap_or_default();
        for mut entry in entries {
            if let Some(completed) = kinds.get(&entry.kind).ok().and_then(|(_, kind)| kind.completed(&entry.facets)) {
                entry.facets = completed;
            }
            *counts.entry(entry).or_default() -= 1;
        }
        let surplus: i64 = counts.values().filter(|count| **count > 0).sum();
        let missing: i64 = -counts.values().filter(|count| **count < 0).sum::<i64>();
        if surplus + missing > 0 {
            found.faults.push(fault("reconcile-differs", record, surplus, missing));
        }
    }
    let mut orphans: Vec<(RecordId, i64)> =
        live.into_iter().map(|(record, counts)| (record, counts.values().sum())).collect();
    orphans.sort_unstable();
    found.faults.extend(orphans.into_iter().map(|(record, count)| fault("reconcile-orphan", record, count, 0)));
    Ok(found)
}

fn fault(code: &str, record: RecordId, surplus: i64, missing: i64) -> Refusal {
    Refusal::new(code).with("record", record).with("surplus", surplus).with("missing", missing)
}
