//! Qinglan 青蓝: record once; every register, roll-up and report follows, and every figure opens onto its records.

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod error;
pub mod features;
pub mod pinyin;
pub mod router;
pub mod serve;
pub mod ui;
