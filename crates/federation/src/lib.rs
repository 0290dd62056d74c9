//! Who and where: units, groups, people, accounts and permissions; the framework for imports; files.

pub mod accounts;
pub mod duties;
pub mod files;
pub mod groups;
pub mod imports;
pub mod people;
pub mod posts;
pub mod scope;
pub mod settings;
pub mod themes;
pub mod training_fields;
pub mod units;

use desk::{feature::Floor, ui::pages};

/// The features of this crate, lowest first: a feature may use those before it.
pub const FLOOR: Floor = Floor {
    features: &[
        &scope::FEATURE,
        &settings::FEATURE,
        &training_fields::FEATURE,
        &imports::FEATURE,
        &units::FEATURE,
        &groups::FEATURE,
        &posts::FEATURE,
        &people::FEATURE,
        &themes::FEATURE,
        &accounts::FEATURE,
        &files::FEATURE,
        &duties::FEATURE,
    ],
    templates: pages::embedded::<Templates>,
};

#[derive(rust_embed::RustEmbed)]
#[folder = "src"]
#[include = "*/templates/*.html"]
struct Templates;
