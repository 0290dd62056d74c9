//! What is counted and written down: metrics, registers, reports.

pub mod metrics;
pub mod registers;
pub mod reports;

use desk::{feature::Floor, ui::pages};

/// Its features, lowest first: a feature uses those before it.
pub const FLOOR: Floor = Floor {
    features: &[&metrics::FEATURE, &registers::FEATURE, &reports::FEATURE],
    templates: pages::embedded::<Templates>,
};

#[derive(rust_embed::RustEmbed)]
#[folder = "src"]
#[include = "*/templates/*.html"]
struct Templates;
