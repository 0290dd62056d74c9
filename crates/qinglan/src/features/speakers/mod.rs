//! The register of speakers, what those present thought of them, and lecture tours (宣讲): one speaker, many places.
//!
//! Nothing here is booked: a stop of a tour is an activity and books itself; a rating is an opinion.

pub mod actions;
mod following;
mod hanging;
mod model;
pub mod pages;
pub mod rating;
mod records;
pub mod register;
pub mod store;
pub mod tour_pages;
pub mod tours;

use crate::{
    actor::Action,
    feature::Feature,
    router::Route,
    ui::shell::{Area, Entry},
};
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
create table speaker_rating (
    activity_id bigint not null references activity (id), speaker_id bigint not null references speaker (id),
    person_id bigint not null references person (id), stars bigint not null, word varchar(200), first_on date not null,
    primary key (activity_id, speaker_id, person_id));
create index speaker_rating_speaker on speaker_rating (speaker_id);
create table lecture_tour (
    id bigint primary key, title varchar(300) not null, theme varchar(500), speaker_id bigint references speaker (id),
    unit_id bigint not null references unit (id), from_day date not null, to_day date not null, ended boolean not null,
    version bigint not null);
create index lecture_tour_unit on lecture_tour (unit_id);
create table tour_stop (
    activity_id bigint primary key references activity (id), tour_id bigint not null references lecture_tour (id));
create index tour_stop_tour on tour_stop (tour_id);
insert into id_range (name, last) values ('speaker', 0), ('lecture_tour', 0);
",
}];

/// Words.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// What the application knows of it.
pub const FEATURE: Feature = Feature {
    // They point to the tables of sessions.
    later_migrations: MIGRATIONS,
    locales: LOCALES,
    routes,
    menu: &[Entry::new(Area::Records, 30, "/speakers", "nav-speakers", "speakerphone").for_those_who(Action::Lead)],
    records: &[&records::Speakers, &records::Tours],
    extensions: &[&register::LECTURES, &following::FOLLOWING, &hanging::HANGING],
    ..Feature::new("speakers")
};

fn routes() -> Vec<Route> {
    [pages::routes(), tour_pages::routes()].into_iter().flatten().collect()
}
