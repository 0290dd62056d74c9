//! Learning hours (学时): what every record of learning is worth to a person, in tenths of an hour, by the conversion that
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

/// Words.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// What the application knows of it.
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

/// What learning time is booked as: by the features whose records are worth some, an entry for a person.
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
    /// How minutes become hours; a record keeps the one that it was first confirmed with.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Conversion {
        /// Minutes of one hour; 0 where nothing is counted.
        pub hour_minutes: i64,
        /// Minutes that a session without times is worth.
        pub session_minutes: i64,
    }
}

impl Conversion {
    /// Of what is no learning.
    pub const NONE: Self = Self { hour_minutes: 0, session_minutes: 0 };

    /// The one that is set.
    pub fn from_settings(settings: &federation::settings::Settings) -> Self {
        Self { hour_minutes: settings.hour_minutes, session_minutes: settings.session_minutes }
    }
}
