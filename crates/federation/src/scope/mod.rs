//! Places of units in today's tree, and who may do what at them. Every feature with units uses this.

mod access;
pub mod places;

use desk::feature::Feature;
use ledger::migration::Tables;

pub use access::{must, must_openly};

/// Tables. They reference those of the units.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "units_0002",
    // Today's tree in depth-first order: the units under a unit have the places between its place and its last place. A
    // cache of the edges.
    sql: "
create table unit_place (
    unit_id bigint primary key references unit (id), place bigint not null, last bigint not null, depth bigint not null,
    parent_id bigint);
create index unit_place_place on unit_place (place);
create index unit_place_parent on unit_place (parent_id);
create table unit_place_state (id bigint primary key, edge_seq bigint not null, day date not null);
insert into unit_place_state (id, edge_seq, day) values (1, -1, '0001-01-01');
",
}];

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    later_migrations: MIGRATIONS,
    every_minute: Some(|app| Box::pin(places::refresh(app))),
    ..Feature::new("scope")
};
