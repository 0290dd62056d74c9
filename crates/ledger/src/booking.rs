//! Booking by difference: compares the entries a record should have with those it has, and writes reversals and new entries.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

use chrono::NaiveDate;
use kernel::{AccountId, Moment, PersonId, RecordId, UnitId, month_of};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Value};

use crate::{Facets, Kinds, LedgerError, Row as _, db, facets};

/// One fact as a feature books it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// The day it counts on.
    pub day: NaiveDate,
    /// The unit it counts to.
    pub unit: UnitId,
    /// For whom, or no one.
    pub person: Option<PersonId>,
    /// The fact kind.
    pub kind: Cow<'static, str>,
    /// Its closed facets.
    pub facets: Facets,
    /// In the smallest unit of measure.
    pub quantity: i64,
}

/// A record and all entries that it should have: none once it is void.
#[derive(Clone, Debug)]
pub struct Desired {
    /// The record.
    pub record: RecordId,
    /// What `entries_of` returns for it.
    pub entries: Vec<Entry>,
}

/// Who books, and when.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// The account.
    pub account: AccountId,
    /// The moment it is recorded at.
    pub at: &'a Moment,
}

/// Why entries are reversed: a closed list, so that it can be stored in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonCode {
    /// The record was edited.
    Edit,
    /// The record was voided.
    Void,
    /// The import that made it was undone.
    Undo,
    /// People or units were merged.
    Merge,
    /// A correction, for a past day, of something that the record depends on.
    Correction,
}

impl ReasonCode {
    /// The stored code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Void => "void",
            Self::Undo => "undo",
            Self::Merge => "merge",
            Self::Correction => "correction",
        }
    }
}

/// A reason, and a free text that is stored outside the ledger and can be erased.
#[derive(Clone, Debug)]
pub struct Reason {
    /// The closed part.
    pub code: ReasonCode,
    /// The free part.
    pub note: Option<String>,
}

impl Reason {
    /// A reason without a note.
    pub fn new(code: ReasonCode) -> Self {
        Self { code, note: None }
    }
}

/// What a booking wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Booked {
    /// New entries.
    pub entries: usize,
    /// Reversals.
    pub reversals: usize,
}

/// An entry of the ledger that is neither reversed nor itself a reversal.
#[derive(Clone, Debug)]
pub struct LiveEntry {
    /// Its position.
    pub seq: i64,
    /// Its content.
    pub entry: EntryKey,
}

crate::record! {
    /// An entry's content with its kind and facets as numbers.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct EntryKey {
        /// The record it comes from.
        pub record: RecordId as "record_id",
        /// The day it counts on.
        pub day: NaiveDate as "occurred_on",
        /// The unit it counts to.
        pub unit: UnitId as "unit_id",
        /// For whom.
        pub person: Option<PersonId> as "person_id",
        /// Number of the kind.
        pub kind: i64 as "kind_id",
        /// Number of the facet set.
        pub facet_set: i64 as "facet_set_id",
        /// Quantity.
        pub quantity: i64,
    }
}

const COLUMNS: [&str; 14] = [
    "seq",
    "booking",
    "kind_id",
    "unit_id",
    "person_id",
    "record_id",
    "occurred_on",
    "month",
    "facet_set_id",
    "quantity",
    "reverses",
    "reason",
    "recorded_at",
    "account_id",
];

/// Books the difference between what the records' entries should be and what they are.
///
/// This is the last step of the caller's transaction before the commit: it takes the positions, so that they have no gaps
/// and are committed in order. The caller has locked the records by their versions.
pub async fn book(
    tx: &DatabaseTransaction,
    kinds: &Kinds,
    by: By<'_>,
    desired: &[Desired],
    reason: Option<&Reason>,
) -> Result<Booked, LedgerError> {
    let wanted = wanted(kinds, desired)?;
    let set_numbers = facets::intern(tx, &sets_of(&wanted)).await?;
    let (reversals, new) = differing(tx, desired, &wanted, &set_numbers).await?;
    let booked = Booked { entries: new.len(), reversals: reversals.len() };
    write(tx, by, reversals, new, reason).await?;
    Ok(booked)
}

/// What [`book`] would write for these records. It writes nothing and waits for no lock.
pub async fn difference(
    conn: &impl ConnectionTrait,
    kinds: &Kinds,
    desired: &[Desired],
) -> Result<Booked, LedgerError> {
    let wanted = wanted(kinds, desired)?;
    let sets = sets_of(&wanted);
    let mut set_numbers = facets::interned(conn, &sets).await?;
    // A facet set that was never stored belongs to no live entry, so any unused number will do for it.
    let unknown: Vec<&Facets> = sets.into_iter().filter(|facets| !set_numbers.contains_key(*facets)).collect();
    set_numbers.extend(unknown.into_iter().cloned().zip((i64::MIN..0).rev()));
    let (reversals, new) = differing(conn, desired, &wanted, &set_numbers).await?;
    Ok(Booked { entries: new.len(), reversals: reversals.len() })
}

/// An entry that should exist, with its kind's number and its facets as they are stored.
struct Wanted<'d> {
    record: RecordId,
    entry: &'d Entry,
    kind: i64,
    facets: Cow<'d, Facets>,
}

fn wanted<'d>(kinds: &Kinds, desired: &'d [Desired]) -> Result<Vec<Wanted<'d>>, LedgerError> {
    let entries = desired.iter().flat_map(|record| record.entries.iter().map(|entry| (record.record, entry)));
    let checked = entries.map(|(record, entry)| {
        let (kind, facets) = kinds.check(&entry.kind, &entry.facets)?;
        Ok(Wanted { record, entry, kind, facets })
    });
    checked.collect()
}

fn sets_of<'w>(wanted: &'w [Wanted<'_>]) -> BTreeSet<&'w Facets> {
    wanted.iter().map(|wanted| &*wanted.facets).collect()
}

/// The live entries that should not exist, and the entries that are missing.
async fn differing(
    conn: &impl ConnectionTrait,
    desired: &[Desired],
    entries: &[Wanted<'_>],
    set_numbers: &HashMap<Facets, i64>,
) -> Result<(Vec<LiveEntry>, Vec<EntryKey>), LedgerError> {
    let mut wanted: BTreeMap<EntryKey, i64> = BTreeMap::new();
    for Wanted { record, entry, kind, facets } in entries {
        let facet_set = *set_numbers
            .get(&**facets)
            .ok_or_else(|| LedgerError::Stored { what: "facet set", text: facets.canonical() })?;
        let key = EntryKey {
            record: *record,
            day: entry.day,
            unit: entry.unit,
            person: entry.person,
            kind: *kind,
            facet_set,
            quantity: entry.quantity,
        };
        *wanted.entry(key).or_default() += 1;
    }
    let records: Vec<RecordId> = desired.iter().map(|record| record.record).collect();
    let mut reversals = Vec::new();
    for live in live_entries(conn, &records).await? {
        match wanted.get_mut(&live.entry) {
            Some(count) if *count > 0 => *count -= 1,
            _ => reversals.push(live),
        }
    }
    let new = wanted.into_iter().flat_map(|(key, count)| (0..count).map(move |_| key.clone())).collect();
    Ok((reversals, new))
}

async fn write(
    tx: &DatabaseTransaction,
    by: By<'_>,
    reversals: Vec<LiveEntry>,
    new: Vec<EntryKey>,
    reason: Option<&Reason>,
) -> Result<(), LedgerError> {
    let count = reversals.len() + new.len();
    if count == 0 {
        return Ok(());
    }
    let first = take_positions(tx, count).await?;
    let reason_code = reason.map_or(ReasonCode::Edit, |reason| reason.code).as_str();
    let row = |seq: i64, key: &EntryKey, reverses: Option<i64>| -> Vec<Value> {
        vec![
            seq.into(),
            first.into(),
            key.kind.into(),
            key.unit.0.into(),
            key.person.map(|person| person.0).into(),
            key.record.0.into(),
            key.day.into(),
            month_of(key.day).into(),
            key.facet_set.into(),
            if reverses.is_some() { -key.quantity } else { key.quantity }.into(),
            reverses.into(),
            reverses.map(|_| reason_code).into(),
            by.at.0.as_str().into(),
            by.account.0.into(),
        ]
    };
    let undone = reversals.iter().zip(first..).map(|(live, seq)| row(seq, &live.entry, Some(live.seq)));
    let done = new.iter().zip(first + reversals.len() as i64..).map(|(key, seq)| row(seq, key, None));
    db::insert_many(tx, "ledger_entry", &COLUMNS, undone.chain(done)).await?;
    if let Some(note) = reason.and_then(|reason| reason.note.as_deref()) {
        db::execute(tx, "insert into ledger_note (booking, note) values ($1, $2)", vec![first.into(), note.into()])
            .await?;
    }
    Ok(())
}

/// Takes positions by updating the single head row: whoever takes them holds that row until commit.
pub(crate) async fn take_positions(tx: &impl ConnectionTrait, count: usize) -> Result<i64, DbErr> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let last: Option<i64> =
        db::scalar(tx, "update ledger_head set seq = seq + $1 where id = 1 returning seq", vec![count.into()]).await?;
    last.map(|last| last - count + 1).ok_or_else(|| DbErr::RecordNotFound("ledger head".to_owned()))
}

/// The current position of the ledger.
pub async fn position(conn: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let seq = db::scalar(conn, "select seq from ledger_head where id = 1", vec![]).await?;
    Ok(seq.unwrap_or(0))
}

/// The records' entries that are neither reversals nor reversed, in the order of their positions.
pub async fn live_entries(conn: &impl ConnectionTrait, records: &[RecordId]) -> Result<Vec<LiveEntry>, DbErr> {
    let mut seen: HashSet<RecordId> = HashSet::new();
    let records: Vec<RecordId> = records.iter().copied().filter(|record| seen.insert(*record)).collect();
    let sql = format!(
        "select e.seq, {} from ledger_entry e where e.record_id in ($keys) and e.reverses is null \
         and not exists (select 1 from ledger_entry r where r.reverses = e.seq) order by e.seq",
        EntryKey::columns("e")
    );
    let live = db::by_keys(&sql, &records).rows(conn).await?.into_iter();
    Ok(live.map(|(seq, entry)| LiveEntry { seq, entry }).collect())
}
