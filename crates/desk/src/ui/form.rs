//! A form for its template: what was typed, and what is wrong with it, field by field. Nothing that was typed is lost.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Refusal;
use serde::Serialize;
use web::Fields;

use super::language::Words;
use crate::error::{AppError, Result};

/// What is wrong with a form, in the order of its fields; the field's name is empty for faults of the whole form.
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<(&'static str, Refusal)>);

impl Faults {
    /// No faults yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fault of a field.
    pub fn add(&mut self, field: &'static str, refusal: Refusal) {
        self.0.push((field, refusal));
    }

    /// The value; if it was refused, adds the fault and returns `None`.
    pub fn take<T>(&mut self, field: &'static str, value: Result<T, Refusal>) -> Option<T> {
        value.map_err(|refusal| self.add(field, refusal)).ok()
    }

    /// The value of a required field.
    pub fn need<T>(&mut self, field: &'static str, value: Result<Option<T>, Refusal>) -> Option<T> {
        match value {
            Ok(Some(value)) => Some(value),
            Ok(None) => {
                self.add(field, Refusal::new("field-missing"));
                None
            }
            Err(refusal) => {
                self.add(field, refusal);
                None
            }
        }
    }

    /// The value that a search found; a refusal is added as a fault of the field, any other error is returned.
    pub fn found<T>(&mut self, field: &'static str, value: Result<T>) -> Result<Option<T>> {
        match value {
            Ok(value) => Ok(Some(value)),
            Err(AppError::Refused(refusal)) => {
                self.add(field, refusal);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// Whether there are no faults.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the collected faults as an error, if there are any.
    pub fn check(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    /// The first refusal.
    pub(super) fn into_first(self) -> Option<Refusal> {
        self.0.into_iter().next().map(|(_, refusal)| refusal)
    }

    /// A refusal as the fault of a field: `places` maps codes to fields; `text-too-long:place` is for refusals whose
    /// argument `field` names that one. A refusal without a place concerns the whole form.
    pub fn at(refusal: Refusal, places: &[(&str, &'static str)]) -> Self {
        let of = refusal.args.iter().find(|(name, _)| name == "field").map(|(_, value)| value.as_str());
        let fits = |code: &str| {
            code == refusal.code
                || code.split_once(':').is_some_and(|(code, field)| code == refusal.code && Some(field) == of)
        };
        let field = places.iter().find(|(code, _)| fits(code)).map_or("", |(_, field)| field);
        Self(vec![(field, refusal)])
    }

    /// The refusal of an action as a fault of the field that its code belongs to (`text-too-long:place` if its argument
    /// `field` names that one); any other error is returned.
    pub fn from_result<T>(result: Result<T>, fields: &[(&str, &'static str)]) -> Result<Result<T, Self>> {
        match result {
            Ok(done) => Ok(Ok(done)),
            Err(AppError::Refused(refusal)) if !refusal.is_forbidden() => Ok(Err(Self::at(refusal, fields))),
            Err(other) => Err(other),
        }
    }
}

/// A fault as text.
#[derive(Clone, Debug, Serialize)]
struct Told {
    field: &'static str,
    text: String,
}

/// A form for its template.
#[derive(Clone, Debug, Serialize)]
pub struct Form {
    /// The first value of each field, as it was typed.
    values: BTreeMap<String, String>,
    /// Every value of each field.
    all: BTreeMap<String, Vec<String>>,
    /// The faults by field.
    faults: BTreeMap<&'static str, String>,
    /// The faults in order.
    told: Vec<Told>,
    /// For a form that was sent too late: the current values by field; a value may be empty.
    now: BTreeMap<String, String>,
    /// The version of the record that the form edits.
    version: Option<i64>,
}

impl Form {
    /// A form with what was typed, or with existing values; with faults.
    pub fn new(fields: &Fields, faults: &Faults, words: &Words) -> Self {
        let mut form = Self {
            values: BTreeMap::new(),
            all: BTreeMap::new(),
            faults: BTreeMap::new(),
            told: Vec::new(),
            now: BTreeMap::new(),
            version: None,
        };
        for (name, value) in fields.pairs() {
            form.values.entry(name.to_owned()).or_insert_with(|| value.to_owned());
            form.all.entry(name.to_owned()).or_default().push(value.to_owned());
        }
        for (field, refusal) in &faults.0 {
            let text = words.refusal(refusal);
            form.told.push(Told { field, text: text.clone() });
            form.faults.entry(field).or_insert(text);
        }
        form
    }

    /// The form of a record at this version.
    #[must_use]
    pub(super) fn at_version(self, version: Option<i64>) -> Self {
        Self { version, ..self }
    }

    /// For a form that was sent too late: shows, at each field that differs from what was typed, its current value.
    /// `stands` has every field of the form, empty ones too; `shown` gives the text of values that are codes.
    #[must_use]
    pub(super) fn beside(mut self, stands: &Fields, shown: impl Fn(&str, &str) -> String) -> Self {
        let names: BTreeSet<&str> = stands.pairs().map(|(name, _)| name).collect();
        for name in names.iter().copied() {
            // The key behind a picker is represented by the picker's name.
            if name.strip_suffix("_id").is_some_and(|picked| names.contains(picked)) {
                continue;
            }
            let now: BTreeSet<&str> = stands.every(name).map(str::trim).filter(|value| !value.is_empty()).collect();
            let typed = self.all.get(name).map(Vec::as_slice).unwrap_or_default();
            let typed: BTreeSet<&str> =
                typed.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
            if now != typed {
                let text: Vec<String> = now.into_iter().map(|value| shown(name, value)).collect();
                self.now.insert(name.to_owned(), text.join("、"));
            }
        }
        self
    }

    /// A form filled with existing values: name and value.
    pub fn filled<'v>(values: impl IntoIterator<Item = (&'v str, String)>, words: &Words) -> Self {
        let fields = Fields::from_pairs(values);
        Self::new(&fields, &Faults::new(), words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::language::Language;

    #[test]
    fn a_refusal_is_shown_at_the_field_of_its_code() {
        let fields = [("text-too-long:place", "where"), ("name-missing", "name")];
        for (refusal, field) in [
            (Refusal::new("text-too-long").with("field", "place"), "where"),
            (Refusal::new("text-too-long").with("field", "title"), ""),
            (Refusal::new("name-missing"), "name"),
            (Refusal::new("other"), ""),
        ] {
            let faults =
                Faults::from_result::<()>(Err(refusal.clone().into()), &fields).expect("refused").expect_err("refused");
            assert_eq!(faults.0, [(field, refusal)]);
        }
    }

    #[test]
    fn a_late_form_shows_current_values_where_they_differ() {
        let words = Words::load(crate::feature::Features(&[]), Language::Chinese);
        let typed = Fields::parse("title=b&place=+x+&sex=male&part=1&part=2&note=n");
        let stands = Fields::parse("title=a&place=x&sex=female&part=2&part=1&note=&topic=");
        let form = Form::new(&typed, &Faults::new(), &words).beside(&stands, |name, value| match name {
            "sex" => format!("<{value}>"),
            _ => value.to_owned(),
        });
        let changes: Vec<(&str, &str)> = form.now.iter().map(|(name, now)| (name.as_str(), now.as_str())).collect();
        assert_eq!(changes, [("note", ""), ("sex", "<female>"), ("title", "a")]);
    }
}
