//! Qinglan 青蓝: record once; every register, roll-up and report is derived, and every figure shows its records.

pub mod cli;
pub mod demo;
pub mod features;

use std::sync::Arc;

use desk::{
    app::App,
    config::Config,
    error::Result,
    ui::language::{Language, Words},
};

/// Opens the federation with every feature.
pub async fn open(config: Config, clock: Arc<dyn kernel::Clock>) -> Result<App> {
    App::open(features::FEATURES, config, clock).await
}

/// The messages of all features in a language.
pub fn words(language: Language) -> Words {
    Words::load(features::FEATURES, language)
}
