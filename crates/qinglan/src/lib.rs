//! Qinglan 青蓝: record once; every register, roll-up and report follows, and every figure opens onto its records.

pub mod actor;
pub mod app;
pub mod cli;
pub mod config;
pub mod definitions;
pub mod demo;
pub mod error;
pub mod feature;
pub mod features;
pub mod figures;
pub mod log;
pub mod pinyin;
pub mod router;
pub mod serve;
pub mod ui;

use std::sync::Arc;

/// Opens the federation with every feature.
pub async fn open(config: config::Config, clock: Arc<dyn kernel::Clock>) -> error::Result<app::App> {
    app::App::open(features::FEATURES, config, clock).await
}

/// The words of every feature in a language.
pub fn words(language: ui::language::Language) -> ui::language::Words {
    ui::language::Words::load(features::FEATURES, language)
}
