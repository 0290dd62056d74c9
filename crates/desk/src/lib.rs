//! What all features are built on: the application, who acts, pages, forms, lists, exports; it knows no feature.

pub mod actor;
pub mod app;
pub mod config;
pub mod connections;
pub mod counting;
pub mod decoding;
pub mod definitions;
pub mod error;
pub mod feature;
pub mod health;
pub mod log;
pub mod outside;
pub mod pinyin;
pub mod router;
pub mod serve;
pub mod ui;
