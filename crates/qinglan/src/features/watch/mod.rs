//! What is missing by the groups' own rules, while there is still time: sessions of the month, attendance rate and hours of
//! the year.

pub mod pages;
mod rules;
mod short;

use desk::{
    actor::Action,
    feature::Feature,
    ui::shell::{Area, Entry},
};

pub(crate) use rules::wanted_by;

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    locales: LOCALES,
    routes: pages::routes,
    menu: &[Entry::new(Area::Derived, 20, "/watch", "nav-watch", "alert-triangle").for_those_who(Action::Lead)],
    ..Feature::new("watch")
};
