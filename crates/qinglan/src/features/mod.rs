//! The features: a folder each. This list is all that the application knows of them.

pub mod accounts;
pub mod activities;
pub mod evidence;
pub mod external;
pub mod files;
pub mod groups;
pub mod home;
pub mod hours;
pub mod imports;
pub mod joint;
pub mod lectures;
pub mod materials;
pub mod metrics;
pub mod notes;
pub mod notices;
pub mod offers;
pub mod people;
pub mod plans;
pub mod registers;
pub mod reports;
pub mod scope;
pub mod settings;
pub mod speakers;
pub mod units;
pub mod watch;

use crate::feature::{Feature, Features};

/// Every feature, lowest first: a feature uses those before it.
pub const FEATURES: Features = Features(&[LIST]);

const LIST: &[&Feature] = &[
    &scope::FEATURE,
    &settings::FEATURE,
    &imports::FEATURE,
    &units::FEATURE,
    &groups::FEATURE,
    &people::FEATURE,
    &accounts::FEATURE,
    &files::FEATURE,
    &metrics::FEATURE,
    &registers::FEATURE,
    &reports::FEATURE,
    &hours::FEATURE,
    &speakers::FEATURE,
    &offers::FEATURE,
    &activities::FEATURE,
    &evidence::FEATURE,
    &joint::FEATURE,
    &lectures::FEATURE,
    &external::FEATURE,
    &materials::FEATURE,
    &plans::FEATURE,
    &notes::FEATURE,
    &watch::FEATURE,
    &notices::FEATURE,
    &home::FEATURE,
];
