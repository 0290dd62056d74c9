//! The features, one folder each. The application knows them only through this list.

pub mod activities;
pub mod evidence;
pub mod external;
pub mod growth;
pub mod home;
pub mod honours;
pub mod hours;
pub mod joint;
pub mod lectures;
pub mod materials;
pub mod matters;
pub mod notes;
pub mod notices;
pub mod offers;
pub mod openings;
pub mod plans;
pub mod speakers;
pub mod stints;
pub mod studied;
pub mod talks;
pub mod watch;

use desk::{
    feature::{Features, Floor},
    ui::pages,
};

/// Every feature, lowest first.
pub const FEATURES: Features = Features(&[&federation::FLOOR, &figures::FLOOR, &FLOOR]);

/// The features of this crate, lowest first: a feature may use those before it.
pub const FLOOR: Floor = Floor {
    features: &[
        &hours::FEATURE,
        &speakers::FEATURE,
        &offers::FEATURE,
        &activities::FEATURE,
        &evidence::FEATURE,
        &joint::FEATURE,
        &lectures::FEATURE,
        &external::FEATURE,
        &honours::FEATURE,
        &stints::FEATURE,
        &openings::FEATURE,
        &materials::FEATURE,
        &studied::FEATURE,
        &plans::FEATURE,
        &notes::FEATURE,
        &talks::FEATURE,
        &matters::FEATURE,
        &watch::FEATURE,
        &growth::FEATURE,
        &notices::FEATURE,
        &home::FEATURE,
    ],
    templates: pages::embedded::<Templates>,
};

#[derive(rust_embed::RustEmbed)]
#[folder = "src/features"]
#[include = "*/templates/*.html"]
struct Templates;
