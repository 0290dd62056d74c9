//! Offers of sessions to units, and the people whom units chose to send: the part of joint sessions that sessions
//! themselves need.

mod model;
pub mod store;

use desk::feature::Feature;
use ledger::migration::Tables;

pub use model::{Offer, Said};

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

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    // They reference the tables of sessions and accounts.
    later_migrations: MIGRATIONS,
    ..Feature::new("offers")
};
