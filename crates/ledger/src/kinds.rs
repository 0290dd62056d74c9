//! Fact kinds, declared by a feature or by the federation itself: each with its closed facets, and rules for how a kind may
//! be extended.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use kernel::Refusal;
use serde::{Deserialize, Serialize};

use crate::{Facets, LedgerError};

/// Whether a fact happens or lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// It happened: held, attended, awarded.
    Flow,
    /// It holds until it ends: joined +1, left -1.
    State,
}

/// Who may see the persons behind the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Those with scope over the unit.
    Plain,
    /// Counts are added up to higher units, persons are not shown there; figures below three are not broken down.
    Sensitive,
}

/// The allowed values of a facet, as a feature declares it.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// One of these.
    Closed(&'static [&'static str]),
    /// The code of an entry in a settings table: lower-case letters, digits, `_`; never free text.
    Code,
}

/// One facet of a kind, as a feature declares it.
#[derive(Clone, Copy, Debug)]
pub struct FacetSpec {
    /// Its name.
    pub name: &'static str,
    /// The allowed values.
    pub values: Values,
    /// The value of an entry that doesn't carry it. Required for a facet that its kind gains later: entries booked before
    /// don't carry it.
    pub default: Option<&'static str>,
}

impl FacetSpec {
    /// A facet that is one of these values.
    pub const fn closed(name: &'static str, values: &'static [&'static str]) -> Self {
        Self { name, values: Values::Closed(values), default: None }
    }

    /// A facet that is the code of an entry in a settings table.
    pub const fn code(name: &'static str) -> Self {
        Self { name, values: Values::Code, default: None }
    }

    /// Sets the value of entries that don't carry the facet, such as `unknown`.
    #[must_use]
    pub const fn with_default(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }
}

/// One fact kind, as a feature declares it.
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

/// The allowed values of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Allowed {
    /// One of these.
    Closed(Vec<String>),
    /// The code of an entry in a settings table.
    Code,
}

impl Allowed {
    /// Whether a facet may have this value.
    pub fn admits(&self, value: &str) -> bool {
        match self {
            Self::Closed(values) => values.iter().any(|allowed| allowed == value),
            Self::Code => is_code(value),
        }
    }
}

/// One facet of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindFacet {
    /// Its name.
    pub name: String,
    /// The allowed values.
    pub values: Allowed,
    /// The value of an entry that doesn't carry it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// One fact kind, declared by a feature or by the federation itself. Versions of kinds store this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// `feature.verb`; one of the federation's own begins with [`OWN`].
    pub name: String,
    /// Flow or state.
    pub nature: Nature,
    /// Who may see the persons.
    pub sensitivity: Sensitivity,
    /// Every facet that an entry of this kind carries.
    pub facets: Vec<KindFacet>,
}

/// The prefix of kind names and metric keys that the federation stores in its database; no feature uses it.
pub const OWN: &str = "reg.";

impl From<&FacetSpec> for KindFacet {
    fn from(spec: &FacetSpec) -> Self {
        let values = match spec.values {
            Values::Closed(values) => Allowed::Closed(values.iter().copied().map(str::to_owned).collect()),
            Values::Code => Allowed::Code,
        };
        Self { name: spec.name.to_owned(), values, default: spec.default.map(str::to_owned) }
    }
}

impl From<&KindSpec> for Kind {
    fn from(spec: &KindSpec) -> Self {
        Self {
            name: spec.name.to_owned(),
            nature: spec.nature,
            sensitivity: spec.sensitivity,
            facets: spec.facets.iter().map(KindFacet::from).collect(),
        }
    }
}

/// Lower-case letters, digits, `_`, at most 32.
fn is_code(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !text.is_empty() && text.len() <= 32 && text.bytes().all(letter)
}

impl Kind {
    /// A facet by its name.
    pub fn facet(&self, name: &str) -> Option<&KindFacet> {
        self.facets.iter().find(|facet| facet.name == name)
    }

    /// Refuses what no kind may be, whatever its earlier version was.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.name.len() > 64 || !self.name.contains('.') || !self.name.split('.').all(is_code) {
            return Err(self.refuse("kind-name-invalid"));
        }
        let mut names = BTreeSet::new();
        for facet in &self.facets {
            let closed = match &facet.values {
                Allowed::Closed(values) => {
                    let different: BTreeSet<&String> = values.iter().collect();
                    !values.is_empty() && different.len() == values.len() && values.iter().all(|value| is_code(value))
                }
                Allowed::Code => true,
            };
            if !is_code(&facet.name) || !names.insert(&facet.name) || !closed {
                return Err(self.refuse("kind-facet-invalid").with("facet", &facet.name));
            }
            if let Some(default) = facet.default.as_ref().filter(|default| !facet.values.admits(default)) {
                return Err(self.refuse("kind-default-unknown").with("facet", &facet.name).with("value", default));
            }
        }
        Ok(())
    }

    /// Refuses what would change the meaning of entries booked under the previous version: a kind may gain facets that have
    /// a default, and a closed facet may gain values; nothing else may change.
    pub fn check_growth(&self, former: &Kind) -> Result<(), Refusal> {
        if (self.nature, self.sensitivity) != (former.nature, former.sensitivity) {
            return Err(self.refuse("kind-changed"));
        }
        for old in &former.facets {
            let new = self.facet(&old.name);
            let new = new.ok_or_else(|| self.refuse("kind-facet-removed").with("facet", &old.name))?;
            let same = match (&old.values, &new.values) {
                (Allowed::Closed(old), Allowed::Closed(new)) => old.iter().all(|value| new.contains(value)),
                (old, new) => old == new,
            };
            if !same || old.default != new.default {
                return Err(self.refuse("kind-facet-changed").with("facet", &old.name));
            }
        }
        let added = self.facets.iter().find(|facet| former.facet(&facet.name).is_none() && facet.default.is_none());
        match added {
            Some(facet) => Err(self.refuse("kind-default-missing").with("facet", &facet.name)),
            None => Ok(()),
        }
    }

    fn refuse(&self, code: &str) -> Refusal {
        Refusal::new(code).with("kind", &self.name)
    }

    /// The facets of an entry as they are stored: those with their default value are left out. So an entry that was booked
    /// before its kind had a facet is stored like one that carries the facet's default, and booking by difference finds
    /// them equal.
    fn stored<'f>(&self, facets: &'f Facets) -> Cow<'f, Facets> {
        let is_default =
            |name: &str, value: &str| self.facet(name).is_some_and(|facet| facet.default.as_deref() == Some(value));
        if !facets.0.iter().any(|(name, value)| is_default(name, value)) {
            return Cow::Borrowed(facets);
        }
        let stored_facets = facets.0.iter().filter(|(name, value)| !is_default(name, value));
        Cow::Owned(Facets(stored_facets.map(|(name, value)| (name.clone(), value.clone())).collect()))
    }

    /// Stored facets completed with the defaults that are not stored; `None` if nothing is missing, or if they belong to
    /// another kind.
    pub fn completed(&self, stored: &Facets) -> Option<Facets> {
        let missing: Vec<&KindFacet> = self.facets.iter().filter(|facet| stored.get(&facet.name).is_none()).collect();
        let of_this_kind = stored.0.len() + missing.len() == self.facets.len();
        if missing.is_empty() || !of_this_kind {
            return None;
        }
        let mut facets = stored.clone();
        for facet in missing {
            facets.0.insert(facet.name.clone(), facet.default.clone()?);
        }
        Some(facets)
    }

    /// Whether stored facets may lack some facets of the kind.
    pub(crate) fn has_defaults(&self) -> bool {
        self.facets.iter().any(|facet| facet.default.is_some())
    }
}

/// The kinds in force, those of features and the federation's own, with their numbers in this database. The value is
/// immutable: when kinds are added, a new one with a higher revision replaces it.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    by_name: BTreeMap<String, (i64, Arc<Kind>)>,
    by_number: HashMap<i64, Arc<Kind>>,
    built_in: BTreeSet<String>,
    revision: i64,
}

impl Kinds {
    pub(crate) fn new(
        kinds: impl Iterator<Item = (i64, Kind)>,
        built_in: impl Iterator<Item = String>,
        revision: i64,
    ) -> Self {
        let mut made = Self { built_in: built_in.collect(), revision, ..Self::default() };
        for (number, kind) in kinds {
            made.insert(number, kind);
        }
        made
    }

    pub(crate) fn insert(&mut self, number: i64, kind: Kind) {
        let kind = Arc::new(kind);
        self.by_number.insert(number, Arc::clone(&kind));
        self.by_name.insert(kind.name.clone(), (number, kind));
    }

    /// The revision of the definitions in the database that this was loaded from; see [`revision`](crate::revision).
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// Number and definition of a kind.
    pub fn get(&self, name: &str) -> Result<(i64, &Kind), LedgerError> {
        let known = self.by_name.get(name);
        known.map(|(number, kind)| (*number, &**kind)).ok_or_else(|| fault(name, "is not registered"))
    }

    /// The definition of the kind with a number.
    pub fn by_number(&self, number: i64) -> Option<&Kind> {
        self.by_number.get(&number).map(|kind| &**kind)
    }

    /// Every kind, in the names' order.
    pub fn all(&self) -> impl Iterator<Item = &Kind> {
        self.by_name.values().map(|(_, kind)| &**kind)
    }

    /// The names of every kind, in their order.
    pub fn names(&self) -> Vec<&str> {
        self.by_name.keys().map(String::as_str).collect()
    }

    /// Whether a feature declares it.
    pub(crate) fn is_built_in(&self, name: &str) -> bool {
        self.built_in.contains(name)
    }

    /// The number of the kind, and the facets as they are stored. An entry must carry exactly its kind's facets, each with
    /// an allowed value; a facet with a default may be missing.
    pub(crate) fn check<'f>(&self, name: &str, facets: &'f Facets) -> Result<(i64, Cow<'f, Facets>), LedgerError> {
        let (number, kind) = self.get(name)?;
        let mut carried = 0;
        for facet in &kind.facets {
            match facets.get(&facet.name) {
                Some(value) if facet.values.admits(value) => carried += 1,
                Some(value) => return Err(fault(name, &format!("facet {} can't be {value}", facet.name))),
                None if facet.default.is_some() => {}
                None => return Err(fault(name, &format!("lacks facet {}", facet.name))),
            }
        }
        if carried != facets.0.len() {
            return Err(fault(name, &format!("has other facets than {facets:?}")));
        }
        Ok((number, kind.stored(facets)))
    }
}

pub(crate) fn fault(kind: &str, fault: &str) -> LedgerError {
    LedgerError::Kind { kind: kind.to_owned(), fault: fault.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: FacetSpec = FacetSpec::code("type");
    const PART: FacetSpec = FacetSpec::closed("part", &["host", "partner"]);
    const THEME: FacetSpec = FacetSpec::closed("theme", &["unknown", "flood"]).with_default("unknown");

    fn kind(facets: &[FacetSpec]) -> Kind {
        let facets = facets.iter().map(KindFacet::from).collect();
        Kind { name: "visits.held".to_owned(), nature: Nature::Flow, sensitivity: Sensitivity::Plain, facets }
    }

    fn code(checked: Result<(), Refusal>) -> String {
        checked.map_or_else(|refusal| refusal.code, |()| "fine".to_owned())
    }

    #[test]
    fn a_kind_gains_facets_and_values_and_loses_nothing() {
        let former = kind(&[TYPE, PART]);
        let state = Kind { nature: Nature::State, ..former.clone() };
        let sensitive = Kind { sensitivity: Sensitivity::Sensitive, ..former.clone() };
        let cases = [
            (kind(&[TYPE, PART]), "fine"),
            (kind(&[PART, TYPE]), "fine"),
            (kind(&[TYPE, PART, THEME]), "fine"),
            (kind(&[TYPE, FacetSpec::closed("part", &["guest", "partner", "host"])]), "fine"),
            (kind(&[TYPE]), "kind-facet-removed"),
            (kind(&[TYPE, PART, FacetSpec::code("theme")]), "kind-default-missing"),
            (kind(&[TYPE, FacetSpec::closed("part", &["host"])]), "kind-facet-changed"),
            (kind(&[TYPE, FacetSpec::code("part")]), "kind-facet-changed"),
            (kind(&[FacetSpec::closed("type", &["study"]), PART]), "kind-facet-changed"),
            (kind(&[TYPE, PART.with_default("host")]), "kind-facet-changed"),
            (state, "kind-changed"),
            (sensitive, "kind-changed"),
        ];
        for (later, wanted) in cases {
            assert_eq!(code(later.check_growth(&former)), wanted, "{later:?}");
        }
        let grown = kind(&[THEME]);
        assert_eq!(code(kind(&[THEME.with_default("flood")]).check_growth(&grown)), "kind-facet-changed");
    }

    #[test]
    fn a_kind_that_can_not_be_booked_is_refused() {
        let named = |name: &str| Kind { name: name.to_owned(), ..kind(&[]) };
        let cases = [
            (kind(&[]), "fine"),
            (kind(&[TYPE.with_default("none"), PART, THEME]), "fine"),
            (named("visits"), "kind-name-invalid"),
            (named("visits."), "kind-name-invalid"),
            (named("Visits.held"), "kind-name-invalid"),
            (named(&format!("reg.{}", "a".repeat(33))), "kind-name-invalid"),
            (kind(&[FacetSpec::code("the type")]), "kind-facet-invalid"),
            (kind(&[TYPE, TYPE]), "kind-facet-invalid"),
            (kind(&[FacetSpec::closed("part", &[])]), "kind-facet-invalid"),
            (kind(&[FacetSpec::closed("part", &["host", "host"])]), "kind-facet-invalid"),
            (kind(&[FacetSpec::closed("part", &["the host"])]), "kind-facet-invalid"),
            (kind(&[PART.with_default("unknown")]), "kind-default-unknown"),
            (kind(&[TYPE.with_default("Not a code")]), "kind-default-unknown"),
        ];
        for (kind, wanted) in cases {
            assert_eq!(code(kind.check()), wanted, "{kind:?}");
        }
    }

    #[test]
    fn facets_are_stored_without_defaults_and_read_with_them() {
        let kinds = Kinds::new([(7, kind(&[TYPE, THEME]))].into_iter(), std::iter::empty(), 1);
        let old = Facets::none().with("type", "study");
        let unknown = old.clone().with("theme", "unknown");
        let flood = old.clone().with("theme", "flood");
        for (carried, stored) in [(&old, &old), (&unknown, &old), (&flood, &flood)] {
            let checked = kinds.check("visits.held", carried).expect("allowed");
            assert_eq!((checked.0, &*checked.1), (7, stored));
        }
        let kind = kinds.by_number(7).expect("a kind");
        assert_eq!(kind.completed(&old), Some(unknown));
        assert_eq!(kind.completed(&flood), None, "nothing is missing");
        assert_eq!(kind.completed(&Facets::none().with("level", "city")), None, "another kind's");
        assert_eq!(kind.completed(&Facets::none()), None, "no default for the type");
        let odd = [Facets::none().with("theme", "flood"), old.clone().with("theme", "fire"), old.with("sex", "male")];
        for facets in odd {
            assert!(kinds.check("visits.held", &facets).is_err(), "{facets:?}");
        }
    }

    #[test]
    fn a_stored_kind_is_read_as_it_was() {
        let kind = kind(&[TYPE, PART, THEME]);
        let text = serde_json::to_string(&kind).expect("a text");
        assert_eq!(serde_json::from_str::<Kind>(&text).expect("a kind"), kind);
        assert!(
            text.contains(r#"{"name":"theme","values":{"closed":["unknown","flood"]},"default":"unknown"}"#),
            "{text}"
        );
    }
}
