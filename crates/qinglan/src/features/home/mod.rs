//! The home page: what is to do, what comes next, how the four pillars stand, what is short this month. And the search.

pub mod pages;
mod standing;

pub use standing::Shorts;

/// Words.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));
