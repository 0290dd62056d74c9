//! What is short by the groups' own rules, while there is time: sessions of the month, attendance rate and hours of the year.

pub mod pages;
mod rules;
mod short;

/// Words.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));
