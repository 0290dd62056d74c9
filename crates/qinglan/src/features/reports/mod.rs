//! Reports: a template, metrics at a unit, a period and a position, a document.

use ledger::migration::Tables;

/// Tables.
pub const MIGRATIONS: &[Tables] = &[];

/// Words.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));
