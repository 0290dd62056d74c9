//! Learning hours (学时): what every record of learning is worth for a person, in tenths of an hour, by the conversion that
//! was set when it was confirmed.

mod hanging;
pub mod list;
pub mod pages;
mod rules;

use desk::{
    actor::Action,
    feature::Feature,
    ui::shell::{Area, Entry},
};
use ledger::{FacetSpec, KindSpec, Nature, Sensitivity};

pub use rules::{Learner, entry, typed};

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    locales: LOCALES,
    kinds: KINDS,
    metrics: include_str!("metrics.toml"),
    routes: pages::routes,
    menu: &[Entry::new(Area::Derived, 30, "/hours", "nav-hours", "hourglass").for_those_who(Action::Lead)],
    extensions: &[&hanging::HANGING],
    ..Feature::new("hours")
};

/// The fact kind.
pub const TIME: &str = "learning.time";

/// The kind for learning time, booked by the features whose records are worth some: an entry for each person.
pub const KINDS: &[KindSpec] = &[KindSpec {
    name: TIME,
    nature: Nature::Flow,
    facets: &[
        FacetSpec::closed("source", &["session", "external", "reading", "note"]),
        federation::people::MEMBER_FACETS[0],
        federation::people::MEMBER_FACETS[1],
        federation::people::MEMBER_FACETS[2],
        federation::people::MEMBER_FACETS[3],
    ],
    sensitivity: Sensitivity::Plain,
}];

ledger::record! {
    /// How minutes are converted to hours; a record keeps the conversion that it was first confirmed with.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Conversion {
        /// Minutes of one hour; 0 if nothing is counted.
        pub hour_minutes: i64,
        /// Minutes that are counted for a session without times.
        pub session_minutes: i64,
    }
}

impl Conversion {
    /// The conversion of what is not learning.
    pub const NONE: Self = Self { hour_minutes: 0, session_minutes: 0 };

    /// The conversion in the settings.
    pub fn from_settings(settings: &federation::settings::Settings) -> Self {
        Self { hour_minutes: settings.hour_minutes, session_minutes: settings.session_minutes }
    }
}
