//! The home page: what is to do, what comes next, how the four pillars stand, what is short this month. And the search.

pub mod pages;
mod standing;
use desk::{
    feature::Feature,
    ui::shell::{Area, Entry},
};

pub use standing::Shorts;

/// Words.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// What the application knows of it.
pub const FEATURE: Feature = Feature {
    locales: LOCALES,
    routes: pages::routes,
    menu: &[Entry::new(Area::Top, 0, "/", "nav-home", "home").in_bar(0)],
    ..Feature::new("home")
};
