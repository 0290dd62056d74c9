//! Facets: closed dictionaries on an entry. A set of them is interned, so that a filter becomes `facet_set in (…)`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Kind, db};

/// Facet name to value, in the names' order.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facets(pub BTreeMap<String, String>);

impl Facets {
    /// No facets.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds one.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// The value of a facet.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The text that is hashed and stored: JSON with sorted names.
    pub fn canonical(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// SHA-256 of the canonical text, in hex.
    pub fn hash(&self) -> String {
        hex(&Sha256::digest(self.canonical().as_bytes()))
    }
}

/// The allowed values of each named facet; a facet that is not named may have any value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Filter(pub BTreeMap<String, BTreeSet<String>>);

impl Filter {
    /// Whether a facet set passes the filter.
    pub fn admits(&self, facets: &Facets) -> bool {
        self.0.iter().all(|(name, values)| facets.get(name).is_some_and(|value| values.contains(value)))
    }

    /// The filter that passes what both filters pass.
    #[must_use]
    pub fn and(&self, other: &Filter) -> Filter {
        let mut both = self.0.clone();
        for (name, values) in &other.0 {
            both.entry(name.clone())
                .and_modify(|allowed| *allowed = allowed.intersection(values).cloned().collect())
                .or_insert_with(|| values.clone());
        }
        Filter(both)
    }

    /// Adds a facet with its allowed values.
    #[must_use]
    pub fn with(mut self, name: &str, values: &[&str]) -> Self {
        self.0.insert(name.to_owned(), values.iter().map(|value| (*value).to_owned()).collect());
        self
    }
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The numbers of facet sets, created where they are new. Runs inside the booking's transaction.
pub(crate) async fn intern(tx: &impl ConnectionTrait, sets: &BTreeSet<&Facets>) -> Result<HashMap<Facets, i64>, DbErr> {
    let hashes: Vec<(String, &Facets)> = sets.iter().map(|facets| (facets.hash(), *facets)).collect();
    let mut known = numbers(tx, &hashes).await?;
    let missing: Vec<&(String, &Facets)> = hashes.iter().filter(|(_, facets)| !known.contains_key(*facets)).collect();
    if missing.is_empty() {
        return Ok(known);
    }
    let first = db::take_range(tx, "facet_set", missing.len()).await?;
    for (number, (hash, facets)) in (first..).zip(&missing) {
        db::execute(
            tx,
            "insert into facet_set (id, hash, facets) values ($1, $2, $3) on conflict (hash) do nothing",
            vec![number.into(), hash.as_str().into(), facets.canonical().into()],
        )
        .await?;
    }
    known.extend(numbers(tx, &hashes).await?);
    Ok(known)
}

/// The numbers of those facet sets that already have one.
pub(crate) async fn interned(
    conn: &impl ConnectionTrait,
    sets: &BTreeSet<&Facets>,
) -> Result<HashMap<Facets, i64>, DbErr> {
    let hashes: Vec<(String, &Facets)> = sets.iter().map(|facets| (facets.hash(), *facets)).collect();
    numbers(conn, &hashes).await
}

async fn numbers(conn: &impl ConnectionTrait, hashes: &[(String, &Facets)]) -> Result<HashMap<Facets, i64>, DbErr> {
    let by_hash: HashMap<&str, &Facets> = hashes.iter().map(|(hash, facets)| (hash.as_str(), *facets)).collect();
    let hashes: Vec<String> = hashes.iter().map(|(hash, _)| hash.clone()).collect();
    let sql = "select hash, id from facet_set where hash in ($keys)";
    let rows: Vec<(String, i64)> = db::by_keys(sql, &hashes).rows(conn).await?;
    Ok(rows.into_iter().filter_map(|(hash, id)| Some(((*by_hash.get(hash.as_str())?).clone(), id))).collect())
}

/// All facet sets by number as they are stored; a few thousand at most, since their values are closed.
pub(crate) async fn load(conn: &impl ConnectionTrait) -> Result<HashMap<i64, Facets>, DbErr> {
    let mut sets = HashMap::new();
    for (id, text) in db::rows::<(i64, String)>(conn, "select id, facets from facet_set", vec![]).await? {
        let facets = serde_json::from_str(&text).map_err(|fault| DbErr::Json(fault.to_string()))?;
        sets.insert(id, facets);
    }
    Ok(sets)
}

/// All facet sets by number, as the entries of a kind carry them: completed with the defaults that are not stored.
pub async fn of_kind(conn: &impl ConnectionTrait, kind: &Kind) -> Result<HashMap<i64, Facets>, DbErr> {
    let mut sets = load(conn).await?;
    if kind.has_defaults() {
        for facets in sets.values_mut() {
            if let Some(completed) = kind.completed(facets) {
                *facets = completed;
            }
        }
    }
    Ok(sets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_does_not_depend_on_the_order_of_naming() {
        let one = Facets::none().with("type", "study").with("pillar", "wheel");
        let other = Facets::none().with("pillar", "wheel").with("type", "study");
        assert_eq!(one.hash(), other.hash());
    }

    #[test]
    fn two_filters_admit_what_both_admit() {
        let facets = Facets::none().with("status", "late").with("party", "yes");
        let present = Filter::default().with("status", &["on_time", "late"]);
        let party = Filter::default().with("party", &["yes"]);
        assert!(present.and(&party).admits(&facets));
        let absent = Filter::default().with("status", &["absent"]);
        assert!(!present.and(&absent).admits(&facets));
    }

    #[test]
    fn a_filter_on_a_facet_that_an_entry_lacks_does_not_admit_it() {
        assert!(!Filter::default().with("grade", &["first"]).admits(&Facets::none()));
    }
}
