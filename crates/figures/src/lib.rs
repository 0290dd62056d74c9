//! What is counted and reported: metrics, registers, reports.

pub mod metrics;
pub mod own_registers;
pub mod registers;
pub mod reports;

use desk::{feature::Floor, ui::pages};

/// The features of this crate, lowest first: a feature may use those before it.
pub const FLOOR: Floor = Floor {
    features: &[&metrics::FEATURE, &registers::FEATURE, &own_registers::FEATURE, &reports::FEATURE],
    templates: pages::embedded::<Templates>,
};

#[derive(rust_embed::RustEmbed)]
#[folder = "src"]
#[include = "*/templates/*.html"]
struct Templates;
