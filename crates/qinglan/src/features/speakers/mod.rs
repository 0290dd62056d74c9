//! The register of speakers: who they are, and in which sessions they spoke. Their pages, ratings and tours are in `lectures`.

pub mod actions;
mod hanging;
mod model;
mod records;
pub mod store;

use desk::feature::Feature;
use ledger::migration::Tables;

pub(crate) use actions::{link, names};
pub use model::{FIELDS, LEVELS, Speaker};

/// Tables.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "speakers_0001",
    sql: "
create table speaker (
    id bigint primary key, name varchar(100) not null, spelled varchar(255) not null, forms text not null,
    person_id bigint references person (id), field varchar(16) not null, level varchar(16) not null,
    organisation varchar(200), note varchar(500), unit_id bigint not null references unit (id), retired boolean not null,
    version bigint not null);
create index speaker_spelled on speaker (spelled, id);
create index speaker_name on speaker (name);
create table activity_speaker (
    activity_id bigint not null references activity (id), speaker_id bigint not null references speaker (id),
    primary key (activity_id, speaker_id));
create index activity_speaker_speaker on activity_speaker (speaker_id);
insert into id_range (name, last) values ('speaker', 0), ('lecture_tour', 0);
",
}];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    // They reference the tables of sessions.
    later_migrations: MIGRATIONS,
    locales: LOCALES,
    records: &[&records::Speakers],
    extensions: &[&hanging::HANGING],
    ..Feature::new("speakers")
};
