//! Seals: entries and tree edges in blocks under Merkle roots; each block contains the hash of the one before; heads are
//! signed.
//!
//! The private key is stored outside the database, the public one in it and in a file beside it. A seal shows that
//! something was changed after sealing; it can't show what was never booked, and doesn't stop someone who has the private
//! key.

use std::{collections::BTreeMap, path::Path};

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use kernel::{Moment, Refusal};
use rs_merkle::{Hasher, MerkleTree};
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult};
use sha2::{Digest, Sha256};

use crate::{LedgerError, db, facets::hex};

/// Positions in a block at most.
const BLOCK: i64 = 4096;
const FIRST_PREVIOUS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The key that signs block heads.
#[derive(Debug)]
pub struct SealKey(SigningKey);

impl SealKey {
    /// Reads the key from a file of 64 hex digits, or creates the file from the given random bytes.
    pub fn load_or_make(file: &Path, random: impl FnOnce() -> [u8; 32]) -> Result<Self, LedgerError> {
        let refuse = |fault: String| {
            LedgerError::Refused(Refusal::new("seal-key-unreadable").with("file", file.display()).with("fault", fault))
        };
        match std::fs::read_to_string(file) {
            Ok(text) => {
                let bytes = unhex::<32>(text.trim()).ok_or_else(|| refuse("64 hex digits expected".to_owned()))?;
                Ok(Self(SigningKey::from_bytes(&bytes)))
            }
            Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => {
                let key = SigningKey::from_bytes(&random());
                write_private(file, &hex(key.as_bytes())).map_err(|fault| refuse(fault.to_string()))?;
                Ok(Self(key))
            }
            Err(fault) => Err(refuse(fault.to_string())),
        }
    }

    /// The public half, in hex.
    pub fn public(&self) -> String {
        hex(self.0.verifying_key().as_bytes())
    }
}

fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(file)?, "{text}")
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(bytes)
}

#[derive(Clone)]
struct Sha(());

impl Hasher for Sha {
    type Hash = [u8; 32];

    fn hash(data: &[u8]) -> Self::Hash {
        Sha256::digest(data).into()
    }
}

/// The result of a sealing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    /// New blocks.
    pub blocks: usize,
    /// The position up to which everything is sealed.
    pub up_to: i64,
}

#[derive(FromQueryResult)]
struct Block {
    id: i64,
    first_seq: i64,
    last_seq: i64,
    root: String,
    previous: String,
    sealed_at: String,
    key_id: i64,
    hash: String,
    signature: String,
}

impl Block {
    fn head(&self) -> String {
        format!(
            "seal|{}|{}|{}|{}|{}|{}",
            self.id, self.first_seq, self.last_seq, self.root, self.previous, self.sealed_at
        )
    }
}

/// Seals all that is not sealed yet.
pub async fn seal(conn: &db::Database, key: &SealKey, at: &Moment) -> Result<Sealed, LedgerError> {
    let tx = db::begin(conn).await?;
    // The head row is locked until commit: no position is taken meanwhile, and two sealers run one after the other.
    let head = crate::booking::take_positions(&tx, 0).await? - 1;
    let last = last_block(&tx).await?;
    let (mut from, mut previous) = match &last {
        Some(block) => (block.last_seq + 1, block.hash.clone()),
        None => (1, FIRST_PREVIOUS.to_owned()),
    };
    let mut sealed = Sealed { blocks: 0, up_to: from - 1 };
    if from <= head {
        let key_id = key_number(&tx, key, at).await?;
        while from <= head {
            let to = head.min(from + BLOCK - 1);
            let leaves = leaves(&tx, from, to).await?;
            if leaves.len() as i64 != to - from + 1 {
                return Err(Refusal::new("seal-hole").with("from", from).with("to", to).into());
            }
            let mut block = Block {
                id: db::take_range(&tx, "seal", 1).await?,
                first_seq: from,
                last_seq: to,
                root: root(&leaves),
                previous,
                sealed_at: at.0.clone(),
                key_id,
                hash: String::new(),
                signature: String::new(),
            };
            block.hash = hex(&Sha256::digest(block.head().as_bytes()));
            block.signature = hex(&key.0.sign(block.head().as_bytes()).to_bytes());
            insert(&tx, &block).await?;
            previous = block.hash;
            sealed = Sealed { blocks: sealed.blocks + 1, up_to: to };
            from = to + 1;
        }
    }
    tx.commit().await?;
    Ok(sealed)
}

async fn last_block(conn: &impl ConnectionTrait) -> Result<Option<Block>, sea_orm::DbErr> {
    db::one(conn, "select * from seal order by last_seq desc limit 1", vec![]).await
}

/// The last seal's position and hash.
pub async fn last_seal(conn: &impl ConnectionTrait) -> Result<Option<(i64, String)>, LedgerError> {
    Ok(last_block(conn).await?.map(|block| (block.last_seq, block.hash)))
}

/// The hash of the seal that ends at a position.
pub async fn seal_at(conn: &impl ConnectionTrait, position: i64) -> Result<Option<String>, LedgerError> {
    Ok(db::scalar(conn, "select hash from seal where last_seq = $1", vec![position.into()]).await?)
}

/// Number and hash of the block that contains a position; `None` while it isn't sealed.
pub async fn sealed_at(conn: &impl ConnectionTrait, position: i64) -> Result<Option<(i64, String)>, LedgerError> {
    let sql = "select id, hash from seal where last_seq >= $1 order by last_seq limit 1";
    Ok(db::row(conn, sql, vec![position.into()]).await?)
}

async fn insert(tx: &impl ConnectionTrait, block: &Block) -> Result<(), sea_orm::DbErr> {
    let columns = ["id", "first_seq", "last_seq", "root", "previous", "sealed_at", "key_id", "hash", "signature"];
    let row = vec![
        block.id.into(),
        block.first_seq.into(),
        block.last_seq.into(),
        block.root.as_str().into(),
        block.previous.as_str().into(),
        block.sealed_at.as_str().into(),
        block.key_id.into(),
        block.hash.as_str().into(),
        block.signature.as_str().into(),
    ];
    db::insert_many(tx, "seal", &columns, [row]).await
}

async fn key_number(tx: &impl ConnectionTrait, key: &SealKey, at: &Moment) -> Result<i64, LedgerError> {
    let public = key.public();
    let known = db::scalar(tx, "select id from seal_key where public_key = $1", vec![public.as_str().into()]).await?;
    if let Some(known) = known {
        return Ok(known);
    }
    let id = db::take_range(tx, "seal_key", 1).await?;
    let row = vec![id.into(), public.into(), at.0.as_str().into()];
    db::insert_many(tx, "seal_key", &["id", "public_key", "recorded_at"], [row]).await?;
    Ok(id)
}

fn root(leaves: &BTreeMap<i64, [u8; 32]>) -> String {
    let leaves: Vec<[u8; 32]> = leaves.values().copied().collect();
    MerkleTree::<Sha>::from_leaves(&leaves).root().map(|root| hex(&root)).unwrap_or_default()
}

/// The hashes of everything at these positions: entries with the contents of their facets, and tree edges.
///
/// Columns are read by number, and what can't be read becomes `-` or `?`: a damaged row must change the hash, not abort the
/// check.
async fn leaves(conn: &impl ConnectionTrait, from: i64, to: i64) -> Result<BTreeMap<i64, [u8; 32]>, LedgerError> {
    let mut leaves = BTreeMap::new();
    let entries = "select e.seq, e.booking, k.name, e.unit_id, e.person_id, e.record_id, e.occurred_on, e.month, \
         f.facets, e.quantity, e.reverses, e.reason, e.recorded_at, e.account_id from ledger_entry e \
         left join ledger_kind k on k.id = e.kind_id left join facet_set f on f.id = e.facet_set_id \
         where e.seq between $1 and $2";
    for row in db::raw(conn, entries, vec![from.into(), to.into()]).await? {
        let seq: i64 = row.try_get_by_index(0)?;
        let text = format!(
            "entry|{seq}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}",
            row.try_get_by_index::<i64>(1)?,
            text(&row, 2),
            row.try_get_by_index::<i64>(3)?,
            number(&row, 4),
            row.try_get_by_index::<i64>(5)?,
            day(&row, 6),
            row.try_get_by_index::<i64>(7)?,
            text(&row, 8),
            row.try_get_by_index::<i64>(9)?,
            number(&row, 10),
            text(&row, 11),
            text(&row, 12),
            row.try_get_by_index::<i64>(13)?,
        );
        leaves.insert(seq, Sha::hash(text.as_bytes()));
    }
    let edges = "select seq, unit_id, parent_id, valid_from, recorded_at, account_id from tree_edge \
         where seq between $1 and $2";
    for row in db::raw(conn, edges, vec![from.into(), to.into()]).await? {
        let seq: i64 = row.try_get_by_index(0)?;
        let text = format!(
            "edge|{seq}|{}|{}|{}|{}|{}",
            row.try_get_by_index::<i64>(1)?,
            number(&row, 2),
            day(&row, 3),
            text(&row, 4),
            row.try_get_by_index::<i64>(5)?,
        );
        leaves.insert(seq, Sha::hash(text.as_bytes()));
    }
    Ok(leaves)
}

fn text(row: &QueryResult, column: usize) -> String {
    row.try_get_by_index::<Option<String>>(column).ok().flatten().unwrap_or_else(|| "-".to_owned())
}

fn number(row: &QueryResult, column: usize) -> String {
    row.try_get_by_index::<Option<i64>>(column).ok().flatten().map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn day(row: &QueryResult, column: usize) -> String {
    row.try_get_by_index::<chrono::NaiveDate>(column).map_or_else(|_| "?".to_owned(), |day| day.to_string())
}

/// What `verify` found.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Number of blocks checked.
    pub blocks: usize,
    /// Positions under seals.
    pub sealed: i64,
    /// Positions after the last seal.
    pub unsealed: i64,
    /// What was altered, and where.
    pub faults: Vec<Refusal>,
}

/// Computes every block again and compares. `beside` is the public key stored with the data, if there is one.
pub async fn verify(
    conn: &db::Database,
    beside: &[String],
    mut progress: impl FnMut(i64, i64),
) -> Result<Verdict, LedgerError> {
    let head = crate::booking::position(conn).await?;
    let blocks: Vec<Block> = db::all(conn, "select * from seal order by id", vec![]).await?;
    let keys: Vec<(i64, String)> = db::rows(conn, "select id, public_key from seal_key", vec![]).await?;
    let keys: BTreeMap<i64, String> = keys.into_iter().collect();
    let mut verdict = Verdict { blocks: blocks.len(), ..Verdict::default() };
    let mut next = 1;
    let mut previous = FIRST_PREVIOUS.to_owned();
    for block in &blocks {
        let fault = |code: &str| {
            Refusal::new(code).with("block", block.id).with("from", block.first_seq).with("to", block.last_seq)
        };
        if block.first_seq != next || block.previous != previous {
            verdict.faults.push(fault("verify-chain"));
        }
        let public = keys.get(&block.key_id);
        if !beside.is_empty() && !public.is_some_and(|public| beside.contains(public)) {
            verdict.faults.push(fault("verify-key"));
        }
        if !public.is_some_and(|public| signed(public, block)) || block.hash != hex(&Sha256::digest(block.head())) {
            verdict.faults.push(fault("verify-signature"));
        }
        // A value that no longer has its column's type is a change as well.
        match leaves(conn, block.first_seq, block.last_seq).await {
            Ok(leaves) => {
                let missing: Vec<i64> =
                    (block.first_seq..=block.last_seq).filter(|seq| !leaves.contains_key(seq)).collect();
                if !missing.is_empty() {
                    verdict.faults.push(fault("verify-missing").with("positions", listed(&missing)));
                } else if root(&leaves) != block.root {
                    verdict.faults.push(fault("verify-root"));
                }
            }
            Err(LedgerError::Db(_)) => verdict.faults.push(fault("verify-root")),
            Err(other) => return Err(other),
        }
        next = block.last_seq + 1;
        previous.clone_from(&block.hash);
        progress(block.last_seq, head);
    }
    verdict.sealed = next - 1;
    verdict.unsealed = (head - verdict.sealed).max(0);
    let after: BTreeMap<i64, [u8; 32]> = leaves(conn, next, i64::MAX).await?;
    let holes: Vec<i64> = (next..=head).filter(|seq| !after.contains_key(seq)).collect();
    if !holes.is_empty() {
        verdict.faults.push(Refusal::new("verify-hole").with("positions", listed(&holes)));
    }
    if head < verdict.sealed || after.keys().any(|seq| *seq > head) {
        verdict.faults.push(Refusal::new("verify-head").with("head", head));
    }
    Ok(verdict)
}

fn signed(public: &str, block: &Block) -> bool {
    let key = unhex::<32>(public).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    let signature = unhex::<64>(&block.signature).map(|bytes| Signature::from_bytes(&bytes));
    match (key, signature) {
        (Some(key), Some(signature)) => key.verify(block.head().as_bytes(), &signature).is_ok(),
        _ => false,
    }
}

fn listed(positions: &[i64]) -> String {
    let shown: Vec<String> = positions.iter().take(5).map(i64::to_string).collect();
    let more = if positions.len() > 5 { format!(" … ({})", positions.len()) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}
