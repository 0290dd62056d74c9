//! Joint sessions (联动): hosted by one unit and offered to others, which accept, name their people and maintain their own lists.
//!
//! An offer books nothing: a unit that accepts becomes a named partner of the activity, and the activity books it.

pub mod actions;
pub mod agenda;
mod following;
mod hanging;
pub mod list;
pub mod pages;
mod records;
pub mod roll_pages;

use desk::{
    actor::Action,
    feature::Feature,
    router::Route,
    ui::shell::{Area, Entry},
};

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    locales: LOCALES,
    routes,
    menu: &[Entry::new(Area::Records, 20, "/joint", "nav-joint", "arrows-left-right").for_those_who(Action::Lead)],
    records: &[&records::Offers],
    extensions: &[&following::FOLLOWING, &hanging::HANGING],
    ..Feature::new("joint")
};

fn routes() -> Vec<Route> {
    [pages::routes(), roll_pages::routes()].into_iter().flatten().collect()
}
