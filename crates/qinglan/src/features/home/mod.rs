//! The home page: tasks, upcoming sessions, the figures of the four pillars, groups with too few sessions this month. And
//! the search.

pub mod pages;
mod standing;
use desk::{
    feature::Feature,
    ui::shell::{Area, Entry},
};

pub use standing::Shorts;

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    locales: LOCALES,
    routes: pages::routes,
    menu: &[Entry::new(Area::Top, 0, "/", "nav-home", "home").in_bar(0)],
    ..Feature::new("home")
};
