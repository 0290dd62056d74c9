//! The types of themes.

use std::collections::HashMap;

use chrono::NaiveDate;
use desk::actor::Places;
use kernel::{Period, Refusal, UnitId};

ledger::record! {
    /// A theme (专题).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Theme in "theme" {
        /// Key.
        pub id: i64,
        /// The facet's value.
        pub code: String,
        /// Its name.
        pub name: String,
        /// The unit that it belongs to; those under it may serve it.
        pub unit: UnitId as "unit_id",
        /// First day.
        pub from: NaiveDate as "from_day",
        /// Last day, if it is known.
        pub until: Option<NaiveDate> as "to_day",
        /// What it is about.
        pub about: Option<String>,
        /// Whether it was removed.
        pub void: bool,
        /// Raised by every change.
        pub version: i64,
    }
}

impl Theme {
    /// Whether some of these days are its days.
    pub fn meets(&self, days: Period) -> bool {
        self.from <= days.to && self.until.is_none_or(|until| days.from <= until)
    }
}

/// A theme as it is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Its name.
    pub name: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day, if it is known.
    pub until: Option<NaiveDate>,
    /// What it is about.
    pub about: Option<String>,
}

/// All themes with the places of their units and of those that may serve them, for checking many records.
#[derive(Clone, Debug, Default)]
pub struct Themes {
    pub(super) all: Vec<(Theme, Places)>,
    pub(super) places: HashMap<UnitId, i64>,
}

impl Themes {
    /// Those that a unit may serve: its own and those of the units above it.
    pub fn of_unit(&self, unit: UnitId) -> impl Iterator<Item = &Theme> {
        let place = self.places.get(&unit).copied();
        let covers = move |(first, last): Places| place.is_some_and(|place| (first..=last).contains(&place));
        self.all.iter().filter(move |(_, places)| covers(*places)).map(|(theme, _)| theme)
    }

    /// The theme with a name that a unit may serve on some of these days.
    ///
    /// # Errors
    ///
    /// `theme-unknown` with the names there are, or `theme-other-day` with the theme's days.
    pub fn find(&self, name: &str, unit: UnitId, days: Period) -> Result<&Theme, Refusal> {
        let wanted = plain(name);
        let named = || self.of_unit(unit).filter(|theme| plain(&theme.name) == wanted || theme.code == name);
        if let Some(theme) = named().find(|theme| theme.meets(days)) {
            return Ok(theme);
        }
        if let Some(theme) = named().next() {
            return Err(other_day(theme, days.from));
        }
        let known: Vec<&str> = self.of_unit(unit).map(|theme| theme.name.as_str()).collect();
        let code = if known.is_empty() { "theme-unknown-none" } else { "theme-unknown" };
        Err(Refusal::new(code).with("name", name).with("known", known.join("、")))
    }

    /// The places of the unit of a theme, if there is the theme.
    pub(super) fn spans(&self, code: &str) -> impl Iterator<Item = Places> {
        self.all.iter().filter(move |(theme, _)| theme.code == code).map(|(_, places)| *places)
    }
}

/// A name without what people write differently: width, spaces, quotation marks.
pub(super) fn plain(name: &str) -> String {
    tabular::fold(name)
        .chars()
        .filter(|letter| !letter.is_whitespace() && !"“”\"'‘’《》「」".contains(*letter))
        .collect()
}

/// The refusal of a day outside of a theme's days.
pub(super) fn other_day(theme: &Theme, day: NaiveDate) -> Refusal {
    let until = theme.until.map_or_else(|| "…".to_owned(), |until| until.to_string());
    Refusal::new("theme-other-day")
        .with("name", &theme.name)
        .with("day", day)
        .with("from", theme.from)
        .with("until", until)
}
