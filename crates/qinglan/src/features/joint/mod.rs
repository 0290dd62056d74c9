//! Joint sessions (联动): called by one unit and offered to others, which accept, name their people and keep their own lists.
//!
//! An offer books nothing: what was accepted is a named partner of the activity, and the activity books it.

pub mod actions;
pub mod agenda;
mod following;
mod hanging;
pub mod list;
mod model;
pub mod pages;
mod records;
pub mod roll_pages;
pub mod store;

use crate::{
    actor::Action,
    feature::Feature,
    router::Route,
    ui::shell::{Area, Entry},
};
use ledger::migration::Tables;

pub use model::{Offer, Said};
pub(crate) use store::{comes, guests, named};

/// Tables.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "joint_0001",
    sql: "
create table joint_offer (
    id bigint primary key, activity_id bigint not null references activity (id),
    unit_id bigint not null references unit (id), state varchar(16) not null, said varchar(300), guests bigint,
    contact varchar(200), asked_by bigint not null references account (id), asked_at varchar(32) not null,
    answered_by bigint references account (id), answered_at varchar(32), handed_in_at varchar(32), version bigint not null);
create unique index joint_offer_unit on joint_offer (activity_id, unit_id);
create index joint_offer_state on joint_offer (unit_id, state);
create table joint_person (
    activity_id bigint not null references activity (id), unit_id bigint not null references unit (id),
    person_id bigint not null references person (id), primary key (activity_id, unit_id, person_id));
create index joint_person_person on joint_person (person_id);
insert into id_range (name, last) values ('joint_offer', 0);
",
}];

/// Words.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// What the application knows of it.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
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
