//! Fact kinds: registered by features, each with its closed facets.

use std::collections::BTreeMap;

use crate::{Facets, LedgerError, db};

/// Whether a fact happens or lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// It happened: held, attended, awarded.
    Flow,
    /// It holds until it ends: joined +1, left -1.
    State,
}

/// Who may see the persons behind the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    /// Those with scope over the unit.
    Plain,
    /// Counts go up, persons don't; figures below three are not broken down.
    Sensitive,
}

/// What a facet may be.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// One of these.
    Closed(&'static [&'static str]),
    /// The code of an entry in a settings table: lower-case letters, digits, `_`; never free text.
    Code,
}

/// One facet of a kind.
#[derive(Clone, Copy, Debug)]
pub struct FacetSpec {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub values: Values,
}

/// One fact kind.
#[derive(Clone, Copy, Debug)]
pub struct KindSpec {
    /// `feature.verb`.
    pub name: &'static str,
    /// Flow or state.
    pub nature: Nature,
    /// Every facet that an entry of this kind carries.
    pub facets: &'static [FacetSpec],
    /// Who may see the persons.
    pub sensitivity: Sensitivity,
}

/// The registered kinds with their numbers in this database.
#[derive(Clone, Debug)]
pub struct Kinds {
    by_name: BTreeMap<&'static str, (i64, &'static KindSpec)>,
}

impl Kinds {
    /// Enters the kinds that the database doesn't know yet.
    pub async fn register(db: &db::Database, specs: &[&'static KindSpec]) -> Result<Self, LedgerError> {
        let mut by_name = BTreeMap::new();
        for spec in specs {
            let sql = "select id from ledger_kind where name = $1";
            let mut id: Option<i64> = db::scalar(db, sql, vec![spec.name.into()]).await?;
            if id.is_none() {
                let tx = db::begin(db).await?;
                let new = db::take_range(&tx, "kind", 1).await?;
                db::execute(
                    &tx,
                    "insert into ledger_kind (id, name, nature, sensitivity) values ($1, $2, $3, $4) \
                     on conflict (name) do nothing",
                    vec![
                        new.into(),
                        spec.name.into(),
                        if spec.nature == Nature::Flow { "flow" } else { "state" }.into(),
                        if spec.sensitivity == Sensitivity::Plain { "plain" } else { "sensitive" }.into(),
                    ],
                )
                .await?;
                tx.commit().await?;
                id = db::scalar(db, sql, vec![spec.name.into()]).await?;
            }
            let id = id.ok_or_else(|| fault(spec.name, "was not entered"))?;
            by_name.insert(spec.name, (id, *spec));
        }
        Ok(Self { by_name })
    }

    /// Number and specification of a kind.
    pub fn get(&self, name: &str) -> Result<(i64, &'static KindSpec), LedgerError> {
        self.by_name.get(name).copied().ok_or_else(|| fault(name, "is not registered"))
    }

    /// The specification of a number.
    pub fn by_number(&self, number: i64) -> Option<&'static KindSpec> {
        self.by_name.values().find(|(id, _)| *id == number).map(|(_, spec)| *spec)
    }

    /// Every kind, in the names' order.
    pub fn all(&self) -> impl Iterator<Item = &'static KindSpec> {
        self.by_name.values().map(|(_, spec)| *spec)
    }

    /// An entry must carry exactly its kind's facets, each with a value of its dictionary.
    pub(crate) fn check(&self, kind: &str, facets: &Facets) -> Result<i64, LedgerError> {
        let (id, spec) = self.get(kind)?;
        if facets.0.len() != spec.facets.len() {
            return Err(fault(kind, &format!("wants {} facets, got {facets:?}", spec.facets.len())));
        }
        for facet in spec.facets {
            let value = facets.get(facet.name).ok_or_else(|| fault(kind, &format!("lacks facet {}", facet.name)))?;
            let allowed = match facet.values {
                Values::Closed(values) => values.contains(&value),
                Values::Code => {
                    !value.is_empty()
                        && value.len() <= 32
                        && value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
                }
            };
            if !allowed {
                return Err(fault(kind, &format!("facet {} can't be {value}", facet.name)));
            }
        }
        Ok(id)
    }
}

fn fault(kind: &str, fault: &str) -> LedgerError {
    LedgerError::Kind { kind: kind.to_owned(), fault: fault.to_owned() }
}
