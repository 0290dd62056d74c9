//! Metrics are data: read from TOML, copied into versions in the database when they change.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use kernel::{Clock, Moment, Refusal};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Allowed, Filter, Kinds, LedgerError, Measure, Nature, RowOf, Threshold, db, definitions, facets::hex, kinds::OWN,
};

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// Chinese, shown first.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What is counted, of which kinds, with which facets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Fact kinds.
    pub kinds: Vec<String>,
    /// The measure.
    pub measure: Measure,
    /// Which facets pass.
    #[serde(default, rename = "where")]
    pub filter: Filter,
    /// Counts only the units or people that have at least so much of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<Threshold>,
    /// Leaves out the units, people or records that the other part has too: units without a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<Box<Part>>,
}

impl Part {
    /// This part and those that it leaves out.
    pub fn chain(&self) -> impl Iterator<Item = &Part> {
        std::iter::successors(Some(self), |part| part.without.as_deref())
    }

    /// What its rows are.
    pub fn row(&self) -> RowOf {
        match self.each {
            Some(threshold) => threshold.of.row(),
            None => self.measure.row(),
        }
    }
}

/// One metric: a part, or a rate of two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// `people.members`; the prefix [`OWN_METRIC`] marks the federation's own, [`OWN`] those of its registers.
    pub key: String,
    /// The version of its definition; raised when the definition changes.
    #[serde(skip)]
    pub version: i64,
    /// Its name.
    pub name: Labels,
    /// Unit of measure.
    pub unit: Labels,
    /// 统计口径: what counts and what doesn't, in words.
    pub definition: Labels,
    /// What is counted.
    pub count: Part,
    /// The denominator of a rate.
    #[serde(default)]
    pub over: Option<Part>,
    /// Whether `count` divided by `over` is a mean, such as hours by person; otherwise it is a rate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mean: bool,
    /// For a sum: how many of the smallest units, in which entries are booked, make one unit of the figure; a power of ten.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    pub per: i64,
}

fn whole() -> i64 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it in so")]
fn is_whole(per: &i64) -> bool {
    *per == 1
}

impl Metric {
    /// Its parts: one, or the two of a rate.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        std::iter::once(&self.count).chain(&self.over)
    }

    /// The kinds of all its parts.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.parts().flat_map(Part::chain).flat_map(|part| &part.kinds).map(String::as_str)
    }

    /// The facets that every kind of every part carries: those that `where` may name.
    pub fn facets<'k>(&self, kinds: &'k Kinds) -> Vec<&'k str> {
        let mut specs = self
            .kinds()
            .filter_map(|kind| kinds.get(kind).ok())
            .map(|(_, kind)| kind.facets.iter().map(|facet| facet.name.as_str()).collect::<Vec<_>>());
        let first = specs.next().unwrap_or_default();
        specs.fold(first, |mut common, names| {
            common.retain(|name| names.contains(name));
            common
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    metric: Vec<Metric>,
}

/// The metrics in force, by key.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    by_key: BTreeMap<String, Arc<Metric>>,
}

/// The prefix of the keys of metrics that the federation adds by itself, in its file or on a page.
pub const OWN_METRIC: &str = "own.";

const VERSION_COLUMNS: [&str; 5] = ["metric_key", "version", "definition", "hash", "recorded_at"];

impl Metrics {
    /// Reads a TOML text and checks it against the registered kinds.
    pub fn parse(text: &str, kinds: &Kinds) -> Result<Self, LedgerError> {
        let file: File = toml::from_str(text)
            .map_err(|fault| Refusal::new("metrics-unreadable").with("fault", fault.message().to_owned()))?;
        let mut by_key = BTreeMap::new();
        for metric in file.metric {
            check(&metric, kinds)?;
            let key = metric.key.clone();
            if by_key.insert(key.clone(), Arc::new(metric)).is_some() {
                return Err(Refusal::new("metric-twice").with("key", key).into());
            }
        }
        Ok(Self { by_key })
    }

    /// Adds metrics of another text; a key may occur in only one of them.
    pub fn extend(&mut self, other: Metrics) -> Result<(), LedgerError> {
        for (key, metric) in other.by_key {
            if self.by_key.contains_key(&key) {
                return Err(Refusal::new("metric-twice").with("key", key).into());
            }
            self.by_key.insert(key, metric);
        }
        Ok(())
    }

    /// The metrics that the database defines, in their latest versions, without those taken back.
    pub async fn load(conn: &impl ConnectionTrait, kinds: &Kinds) -> Result<Self, LedgerError> {
        let sql = "select v.metric_key, v.version, v.definition from metric_version v join metric_stored s \
             on s.metric_key = v.metric_key where s.retired = false order by v.version";
        let rows: Vec<(String, i64, String)> = db::rows(conn, sql, vec![]).await?;
        let mut by_key = BTreeMap::new();
        for (key, version, text) in rows {
            by_key.insert(key, (version, text));
        }
        let mut metrics = Self::default();
        for (version, text) in by_key.into_values() {
            let metric = Metric { version, ..stored(text)? };
            check(&metric, kinds)?;
            metrics.insert(metric);
        }
        Ok(metrics)
    }

    /// Stores a metric of the database, or a changed version of it. Its kinds are those in force or saved before it in the
    /// transaction. Once that is committed, the application has to reload its metrics.
    pub async fn save(
        tx: &DatabaseTransaction,
        kinds: &Kinds,
        metric: &Metric,
        at: &Moment,
    ) -> Result<(), LedgerError> {
        if !metric.key.starts_with(OWN) && !metric.key.starts_with(OWN_METRIC) {
            return Err(Refusal::new("metric-not-stored").with("key", &metric.key).with("prefix", OWN_METRIC).into());
        }
        let parts: Vec<&str> = metric.key.split('.').collect();
        let odd =
            |part: &&str| part.is_empty() || !part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        if metric.key.len() > 64 || parts.len() < 2 || parts.iter().any(odd) {
            return Err(Refusal::new("metric-key-odd").with("key", &metric.key).into());
        }
        check(metric, kinds)?;
        // From here on two who save run one after the other.
        definitions::next_revision(tx).await?;
        let mut one = Self::default();
        one.insert(metric.clone());
        let rows = one.number(tx, at).await?;
        db::insert_many(tx, "metric_version", &VERSION_COLUMNS, rows).await?;
        set_stored(tx, &metric.key, false).await
    }

    /// Takes back a metric of the database: it is in force no more, and its versions stay for the reports that were issued with
    /// it. One that isn't in the database is refused.
    pub async fn retire(tx: &DatabaseTransaction, key: &str) -> Result<(), LedgerError> {
        definitions::next_revision(tx).await?;
        let sql = "select metric_key from metric_stored where metric_key = $1 and retired = false";
        let known: Option<String> = db::scalar(tx, sql, vec![key.into()]).await?;
        if known.is_none() {
            return Err(Refusal::new("metric-not-in-database").with("key", key).into());
        }
        set_stored(tx, key, true).await
    }

    /// Adds the metrics of another text, but for those whose key occurs here already; returns the keys of those.
    pub fn extend_missing(&mut self, other: Metrics) -> Vec<String> {
        let mut known = Vec::new();
        for (key, metric) in other.by_key {
            match self.by_key.entry(key) {
                Entry::Occupied(taken) => known.push(taken.key().clone()),
                Entry::Vacant(free) => {
                    free.insert(metric);
                }
            }
        }
        known
    }

    /// Stores what is new or changed as versions, and numbers every metric.
    ///
    /// This doesn't raise the [`revision`](crate::revision): if two servers had different files, each would notice the
    /// other's version as a change, forever.
    pub async fn record(&mut self, conn: &db::Database, clock: &dyn Clock) -> Result<(), LedgerError> {
        let at = clock.moment();
        if self.number(conn, &at).await?.is_empty() {
            return Ok(());
        }
        let tx = db::begin(conn).await?;
        // Another process may be storing the same versions.
        definitions::hold(&*tx).await?;
        let rows = self.number(&*tx, &at).await?;
        db::insert_many(&*tx, "metric_version", &VERSION_COLUMNS, rows).await?;
        Ok(tx.commit().await?)
    }

    /// Numbers every metric by the stored versions, and returns the rows of those that are not stored yet.
    async fn number(&mut self, conn: &impl ConnectionTrait, at: &Moment) -> Result<Vec<Vec<db::Value>>, LedgerError> {
        let sql = "select metric_key, version, hash from metric_version order by version";
        let versions: Vec<(String, (i64, String))> = db::rows(conn, sql, vec![]).await?;
        let latest: BTreeMap<String, (i64, String)> = versions.into_iter().collect();
        let mut missing = Vec::new();
        for metric in self.by_key.values_mut() {
            let text = serde_json::to_string(&**metric)
                .map_err(|fault| LedgerError::Stored { what: "metric", text: fault.to_string() })?;
            let hash = hex(&Sha256::digest(text.as_bytes()));
            let known = latest.get(&metric.key);
            let metric = Arc::make_mut(metric);
            match known {
                Some((version, known)) if *known == hash => metric.version = *version,
                known => {
                    metric.version = known.map_or(1, |(version, _)| version + 1);
                    missing.push(vec![
                        metric.key.as_str().into(),
                        metric.version.into(),
                        text.into(),
                        hash.into(),
                        at.0.as_str().into(),
                    ]);
                }
            }
        }
        Ok(missing)
    }

    /// A metric as it was defined in a version.
    pub async fn of_version(conn: &db::Database, key: &str, version: i64) -> Result<Metric, LedgerError> {
        let sql = "select definition from metric_version where metric_key = $1 and version = $2";
        let text: Option<String> = db::scalar(conn, sql, vec![key.into(), version.into()]).await?;
        let text =
            text.ok_or_else(|| Refusal::unknown("metric-version-unknown").with("key", key).with("version", version))?;
        Ok(Metric { version, ..stored(text)? })
    }

    /// Replaces a metric, for example by an older version for a report that is computed again.
    pub fn insert(&mut self, metric: Metric) {
        self.by_key.insert(metric.key.clone(), Arc::new(metric));
    }

    /// A metric by its key.
    pub fn get(&self, key: &str) -> Result<Arc<Metric>, Refusal> {
        self.by_key.get(key).cloned().ok_or_else(|| {
            let stem = key.split('.').next().unwrap_or(key);
            let similar: Vec<&str> =
                self.by_key.keys().filter(|known| known.starts_with(stem)).map(String::as_str).collect();
            Refusal::unknown("metric-unknown")
                .with("key", key)
                .with("near", if similar.is_empty() { "—".to_owned() } else { similar.join(" ") })
        })
    }

    /// Every metric, in the keys' order.
    pub fn all(&self) -> impl Iterator<Item = &Metric> {
        self.by_key.values().map(|metric| &**metric)
    }
}

/// A part and one that it leaves out.
const DEEPEST: usize = 2;

async fn set_stored(tx: &DatabaseTransaction, key: &str, retired: bool) -> Result<(), LedgerError> {
    db::execute(tx, "delete from metric_stored where metric_key = $1", vec![key.into()]).await?;
    let row = vec![key.into(), retired.into()];
    Ok(db::insert_many(tx, "metric_stored", &["metric_key", "retired"], [row]).await?)
}

fn stored(text: String) -> Result<Metric, LedgerError> {
    serde_json::from_str(&text).map_err(|_| LedgerError::Stored { what: "metric", text })
}

fn check(metric: &Metric, kinds: &Kinds) -> Result<(), LedgerError> {
    let refuse = |fault: String| {
        LedgerError::Refused(Refusal::new("metric-unsound").with("key", &metric.key).with("fault", fault))
    };
    let tens = metric.per.checked_ilog10().is_some_and(|tens| 10_i64.checked_pow(tens) == Some(metric.per));
    let of_sum = metric.count.measure == Measure::Sum && metric.count.each.is_none();
    if !tens || (metric.per > 1 && ((metric.over.is_some() && !metric.mean) || !of_sum)) {
        return Err(refuse(format!("per = {}", metric.per)));
    }
    if metric.mean && metric.over.is_none() {
        return Err(refuse("mean = true without over".to_owned()));
    }
    for part in metric.parts() {
        if part.chain().count() > DEEPEST {
            return Err(refuse("without, more than once".to_owned()));
        }
        if part.without.as_ref().is_some_and(|other| other.row() != part.row()) {
            return Err(refuse("without counts something else".to_owned()));
        }
        if part.row() == RowOf::Entry && part.without.is_some() {
            return Err(refuse(format!("without, for measure {:?}", part.measure)));
        }
    }
    for part in metric.parts().flat_map(Part::chain) {
        if let Some(Threshold { at_least: ..=0, .. }) = part.each {
            return Err(refuse("at_least below 1".to_owned()));
        }
        if part.kinds.is_empty() {
            return Err(refuse("kinds = []".to_owned()));
        }
        for kind in &part.kinds {
            let (_, spec) = kinds.get(kind).map_err(|_| refuse(format!("kind {kind}")))?;
            if (spec.nature == Nature::State) != part.measure.of_state() {
                return Err(refuse(format!("measure {:?} of {kind}", part.measure)));
            }
            for (name, values) in &part.filter.0 {
                let facet = spec.facet(name).ok_or_else(|| refuse(format!("facet {name} of {kind}")))?;
                if let Allowed::Closed(_) = facet.values
                    && let Some(odd) = values.iter().find(|value| !facet.values.admits(value))
                {
                    return Err(refuse(format!("{name} = {odd}")));
                }
            }
        }
    }
    Ok(())
}
