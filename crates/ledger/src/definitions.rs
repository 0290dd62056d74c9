//! Definitions of kinds in the database: every version of every kind, and the revision by which a running server notices
//! changes made by others.

use std::collections::BTreeMap;

use kernel::{Moment, Refusal};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use sha2::{Digest, Sha256};

use crate::{
    Kind, KindSpec, Kinds, LedgerError, Nature, Sensitivity, db,
    facets::hex,
    kinds::{OWN, fault},
};

/// The range whose last number is the revision. Whoever takes a number of it locks the others out until commit.
const RANGE: &str = "definition";

/// The revision of the definitions that are in the database: raised by every new version of a kind, and of a metric whose
/// key begins with [`OWN`]. A single row found by its key, so that it is cheap enough to read before every request.
pub async fn revision(conn: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let last = db::scalar(conn, "select last from id_range where name = $1", vec![RANGE.into()]).await?;
    Ok(last.unwrap_or(0))
}

/// Raises the revision, inside the transaction that writes a definition.
pub(crate) async fn next_revision(tx: &DatabaseTransaction) -> Result<i64, DbErr> {
    db::take_range(tx, RANGE, 1).await
}

/// Locks out others who write definitions, without raising the revision.
pub(crate) async fn hold(tx: &impl ConnectionTrait) -> Result<(), DbErr> {
    db::hold(tx, "select last from id_range where name = $1", vec![RANGE.into()]).await.map(drop)
}

impl Kinds {
    /// Loads the kinds that features declare, and the federation's own in their latest versions. Kinds of the program that
    /// are new or have been extended are first stored as a version; a kind of the program that lost something is refused.
    pub async fn load(db: &db::Database, built_in: &[&'static KindSpec], at: &Moment) -> Result<Self, LedgerError> {
        let built_in: BTreeMap<String, Kind> =
            built_in.iter().map(|spec| (spec.name.to_owned(), Kind::from(*spec))).collect();
        if let Some(name) = built_in.keys().find(|name| name.starts_with(OWN)) {
            return Err(fault(name, "has a name of the federation's own kinds"));
        }
        let (mut revision, mut stored) = read(db).await?;
        let known = |stored: &BTreeMap<String, (i64, Option<Kind>)>, kind: &Kind| {
            stored.get(&kind.name).is_some_and(|(_, known)| known.as_ref() == Some(kind))
        };
        if !built_in.values().all(|kind| known(&stored, kind)) {
            let tx = db::begin(db).await?;
            for kind in built_in.values().filter(|kind| !known(&stored, kind)) {
                save(&tx, kind, at).await?;
            }
            tx.commit().await?;
            (revision, stored) = read(db).await?;
        }
        let in_force = stored.into_iter().filter_map(|(name, (number, kind))| {
            let kind = kind.filter(|_| name.starts_with(OWN) || built_in.contains_key(&name))?;
            Some((number, kind))
        });
        Ok(Self::new(in_force, built_in.keys().cloned(), revision))
    }

    /// Stores a kind of the federation's own, or an extended version of it, and returns the kinds including it, for the
    /// rest of the transaction. Once that is committed, the application has to reload its kinds.
    pub async fn save(&self, tx: &DatabaseTransaction, kind: &Kind, at: &Moment) -> Result<Self, LedgerError> {
        if self.is_built_in(&kind.name) {
            return Err(Refusal::new("kind-taken").with("kind", &kind.name).into());
        }
        if !kind.name.starts_with(OWN) {
            return Err(Refusal::new("kind-not-own").with("kind", &kind.name).with("prefix", OWN).into());
        }
        let number = save(tx, kind, at).await?;
        let mut kinds = self.clone();
        kinds.insert(number, kind.clone());
        Ok(kinds)
    }
}

/// The revision, and the kinds of the database with their numbers and latest versions. Data from the time before versions
/// were stored has kinds without one.
async fn read(conn: &impl ConnectionTrait) -> Result<(i64, BTreeMap<String, (i64, Option<Kind>)>), LedgerError> {
    // The revision is read first: what is stored meanwhile is noticed the next time it is read.
    let revision = revision(conn).await?;
    let sql = "select k.name, k.id, v.definition from ledger_kind k left join kind_version v on v.kind_id = k.id \
               and not exists (select 1 from kind_version o where o.kind_id = v.kind_id and o.version > v.version)";
    let rows: Vec<(String, i64, Option<String>)> = db::rows(conn, sql, vec![]).await?;
    let mut kinds = BTreeMap::new();
    for (name, number, text) in rows {
        kinds.insert(name, (number, text.map(parse).transpose()?));
    }
    Ok((revision, kinds))
}

fn parse(text: String) -> Result<Kind, LedgerError> {
    serde_json::from_str(&text).map_err(|_| LedgerError::Stored { what: "kind", text })
}

/// Stores a version unless it is the latest already, and returns the kind's number.
async fn save(tx: &DatabaseTransaction, kind: &Kind, at: &Moment) -> Result<i64, LedgerError> {
    kind.check()?;
    // From here on two who save run one after the other: what is compared with below is the latest version.
    let id = next_revision(tx).await?;
    let number = number(tx, kind).await?;
    let sql = "select version, definition from kind_version where kind_id = $1 order by version desc limit 1";
    let former: Option<(i64, String)> = db::row(tx, sql, vec![number.into()]).await?;
    let version = match former {
        None => 1,
        Some((version, text)) => {
            let former = parse(text)?;
            if former == *kind {
                return Ok(number);
            }
            kind.check_growth(&former)?;
            version + 1
        }
    };
    let text =
        serde_json::to_string(kind).map_err(|fault| LedgerError::Stored { what: "kind", text: fault.to_string() })?;
    let hash = hex(&Sha256::digest(text.as_bytes()));
    let columns = ["id", "kind_id", "version", "definition", "hash", "recorded_at"];
    let row = vec![id.into(), number.into(), version.into(), text.into(), hash.into(), at.0.as_str().into()];
    db::insert_many(tx, "kind_version", &columns, [row]).await?;
    Ok(number)
}

/// The kind's number, created for a new kind.
async fn number(tx: &DatabaseTransaction, kind: &Kind) -> Result<i64, LedgerError> {
    let nature = if kind.nature == Nature::Flow { "flow" } else { "state" };
    let sensitivity = if kind.sensitivity == Sensitivity::Plain { "plain" } else { "sensitive" };
    let sql = "select id, nature, sensitivity from ledger_kind where name = $1";
    let known: Option<(i64, String, String)> = db::row(tx, sql, vec![kind.name.as_str().into()]).await?;
    match known {
        Some((number, old_nature, old_sensitivity))
            if (old_nature.as_str(), old_sensitivity.as_str()) == (nature, sensitivity) =>
        {
            Ok(number)
        }
        Some(_) => Err(Refusal::new("kind-changed").with("kind", &kind.name).into()),
        None => {
            let number = db::take_range(tx, "kind", 1).await?;
            let row = vec![number.into(), kind.name.as_str().into(), nature.into(), sensitivity.into()];
            db::insert_many(tx, "ledger_kind", &["id", "name", "nature", "sensitivity"], [row]).await?;
            Ok(number)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        path::{Path, PathBuf},
        sync::Arc,
    };

    use chrono::DateTime;
    use kernel::{AccountId, Clock, FixedClock, RecordId, UnitId, parse_day};

    use super::*;
    use crate::{
        Booked, By, Desired, Entry, EntryKey, FacetSpec, Facets, SealKey, book, difference, live_entries, migration,
        reconcile,
    };

    const PART: FacetSpec = FacetSpec::closed("part", &["host", "partner"]);
    const THEME: FacetSpec = FacetSpec::closed("theme", &["unknown", "flood"]).with_default("unknown");
    const BEFORE: &KindSpec = &held(&[PART]);
    const GROWN: &KindSpec = &held(&[PART, THEME]);

    const fn held(facets: &'static [FacetSpec]) -> KindSpec {
        KindSpec { name: "visits.held", nature: Nature::Flow, facets, sensitivity: Sensitivity::Plain }
    }

    /// A database file of its own, deleted with the test.
    struct Folder(PathBuf);

    impl Folder {
        async fn new(name: &str) -> (Self, db::Database) {
            let folder = std::env::temp_dir().join(format!("ledger-kinds-{}-{name}", std::process::id()));
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).expect("a folder");
            let url = format!("sqlite:{}?mode=rwc", folder.join("test.db").display());
            let alone = db::connect_alone(&url).await.expect("a connection");
            migration::migrate(&alone, migration::LEDGER.iter()).await.expect("tables");
            alone.close().await.expect("closed");
            (Self(folder), db::connect(&url).await.expect("a database"))
        }

        fn path(&self) -> &Path {
            &self.0
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn clock() -> Arc<dyn Clock> {
        Arc::new(FixedClock(DateTime::parse_from_rfc3339("2026-01-05T02:00:00Z").expect("a moment").to_utc()))
    }

    fn visit(record: i64, facets: Facets) -> Desired {
        let (day, unit) = (parse_day("2025-03-01").expect("a day"), UnitId(1));
        let entry = Entry { day, unit, person: None, kind: "visits.held".into(), facets, quantity: 1 };
        Desired { record: RecordId(record), entries: vec![entry] }
    }

    fn host() -> Facets {
        Facets::none().with("part", "host")
    }

    async fn booked(db: &db::Database, kinds: &Kinds, desired: &[Desired]) -> Booked {
        let at = clock().moment();
        let tx = db::begin(db).await.expect("a transaction");
        let by = By { account: AccountId::OPERATOR, at: &at };
        let booked = book(&tx, kinds, by, desired, None).await.expect("booked");
        tx.commit().await.expect("committed");
        booked
    }

    /// Positions and contents of the live entries.
    async fn live(db: &db::Database) -> Vec<(i64, EntryKey)> {
        let live = live_entries(db, &[RecordId(1), RecordId(2)]).await.expect("entries");
        live.into_iter().map(|live| (live.seq, live.entry)).collect()
    }

    fn code<T: std::fmt::Debug>(done: Result<T, LedgerError>) -> String {
        match done {
            Err(LedgerError::Refused(refusal)) => refusal.code,
            other => format!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn entries_from_before_a_facet_was_gained_have_its_default() {
        let (folder, db) = Folder::new("grown").await;
        let at = clock().moment();
        let kinds = Kinds::load(&db, &[BEFORE], &at).await.expect("kinds");
        booked(&db, &kinds, &[visit(1, host()), visit(2, host())]).await;
        let key = SealKey::load_or_make(&folder.path().join("seal.key"), || [7; 32]).expect("a key");
        crate::seal(&db, &key, &at).await.expect("sealed");
        let before = live(&db).await;

        let kinds = Kinds::load(&db, &[GROWN], &at).await.expect("kinds");
        let unknown = host().with("theme", "unknown");
        // Once with the default, and once without the facet, as the record's own older definition has it.
        let desired = [visit(1, unknown.clone()), visit(2, host())];
        assert_eq!(difference(&db, &kinds, &desired).await.expect("a difference"), Booked::default());
        assert_eq!(booked(&db, &kinds, &desired).await, Booked::default());
        assert_eq!(live(&db).await, before);
        let found = reconcile(&db, &kinds, desired.to_vec()).await.expect("reconciled");
        assert!(found.faults.is_empty() && found.entries == 2, "{found:?}");

        let flood = visit(1, host().with("theme", "flood"));
        assert_eq!(booked(&db, &kinds, std::slice::from_ref(&flood)).await, Booked { entries: 1, reversals: 1 });
        assert_eq!(booked(&db, &kinds, &[visit(3, unknown.clone())]).await, Booked { entries: 1, reversals: 0 });
        let found = reconcile(&db, &kinds, vec![flood, visit(2, unknown.clone()), visit(3, host())]).await;
        assert!(found.expect("reconciled").faults.is_empty());
        let differs = reconcile(&db, &kinds, vec![visit(1, unknown), visit(2, host()), visit(3, host())]).await;
        assert_eq!(differs.expect("reconciled").faults.len(), 1, "the flood is not the default");

        crate::seal(&db, &key, &at).await.expect("sealed");
        let verdict = crate::verify(&db, &[key.public()], |_, _| ()).await.expect("verified");
        assert!(verdict.faults.is_empty() && verdict.blocks == 2, "{verdict:?}");
    }

    #[tokio::test]
    async fn a_kind_of_the_program_never_loses_what_it_had() {
        let (_folder, db) = Folder::new("lost").await;
        let at = clock().moment();
        assert_eq!(Kinds::load(&db, &[GROWN], &at).await.expect("kinds").revision(), 1);
        assert_eq!(Kinds::load(&db, &[GROWN], &at).await.expect("kinds").revision(), 1, "nothing is new");
        assert_eq!(code(Kinds::load(&db, &[BEFORE], &at).await), "kind-facet-removed");
        let state = KindSpec { nature: Nature::State, ..*GROWN };
        assert_eq!(code(Kinds::load(&db, &[Box::leak(Box::new(state))], &at).await), "kind-changed");
        assert_eq!(revision(&db).await.expect("a revision"), 1, "what was refused is not stored");
    }

    #[tokio::test]
    async fn an_own_kind_is_stored_in_versions() {
        let (_folder, db) = Folder::new("own").await;
        let at = clock().moment();
        let kinds = Kinds::load(&db, &[BEFORE], &at).await.expect("kinds");
        let own = |facets: &[FacetSpec]| Kind {
            name: "reg.patrols".to_owned(),
            facets: facets.iter().map(Into::into).collect(),
            ..Kind::from(BEFORE)
        };
        let tx = db::begin(&db).await.expect("a transaction");
        let with = kinds.save(&tx, &own(&[PART]), &at).await.expect("saved");
        with.save(&tx, &own(&[PART, THEME]), &at).await.expect("grown");
        with.save(&tx, &own(&[PART, THEME]), &at).await.expect("as it is");
        assert_eq!(code(with.save(&tx, &own(&[PART]), &at).await), "kind-facet-removed");
        assert_eq!(code(with.save(&tx, &Kind::from(BEFORE), &at).await), "kind-taken");
        let other = Kind { name: "visits.paid".to_owned(), ..own(&[]) };
        assert_eq!(code(with.save(&tx, &other, &at).await), "kind-not-own");
        tx.commit().await.expect("committed");
        assert!(kinds.get("reg.patrols").is_err(), "kinds that were loaded before stay as they are");
        let kinds = Kinds::load(&db, &[BEFORE], &at).await.expect("kinds");
        assert_eq!(kinds.names(), ["reg.patrols", "visits.held"]);
        assert_eq!(kinds.get("reg.patrols").expect("a kind").1, &own(&[PART, THEME]));
        let sql =
            "select v.version from kind_version v join ledger_kind k on k.id = v.kind_id where k.name = $1 order by 1";
        let versions: Vec<i64> = db::rows(&db, sql, vec!["reg.patrols".into()]).await.expect("versions");
        assert_eq!(versions, [1, 2]);
        assert_eq!(kinds.revision(), revision(&db).await.expect("a revision"));
    }
}
