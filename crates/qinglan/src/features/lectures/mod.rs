//! The pages of speakers, their ratings by those present, and lecture tours (宣讲): one speaker, many places.
//!
//! Nothing here is booked: a stop of a tour is an activity and books itself; a rating is an opinion.

mod following;
mod hanging;
pub mod pages;
pub mod rating;
mod records;
pub mod register;
pub mod store;
pub mod tour_pages;
pub mod tours;

use desk::{
    actor::Action,
    feature::Feature,
    router::Route,
    ui::shell::{Area, Entry},
};
use ledger::migration::Tables;

/// Tables. Data folders from before this migration have them already.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "lectures_0001",
    sql: "
create table if not exists speaker_rating (
    activity_id bigint not null references activity (id), speaker_id bigint not null references speaker (id),
    person_id bigint not null references person (id), stars bigint not null, word varchar(200), first_on date not null,
    primary key (activity_id, speaker_id, person_id));
create index if not exists speaker_rating_speaker on speaker_rating (speaker_id);
create table if not exists lecture_tour (
    id bigint primary key, title varchar(300) not null, theme varchar(500), speaker_id bigint references speaker (id),
    unit_id bigint not null references unit (id), from_day date not null, to_day date not null, ended boolean not null,
    version bigint not null);
create index if not exists lecture_tour_unit on lecture_tour (unit_id);
create table if not exists tour_stop (
    activity_id bigint primary key references activity (id), tour_id bigint not null references lecture_tour (id));
create index if not exists tour_stop_tour on tour_stop (tour_id);
",
}];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    // They reference the tables of speakers.
    later_migrations: MIGRATIONS,
    locales: LOCALES,
    routes,
    menu: &[Entry::new(Area::Records, 30, "/speakers", "nav-speakers", "speakerphone").for_those_who(Action::Lead)],
    records: &[&records::Tours],
    extensions: &[&register::LECTURES, &following::FOLLOWING, &hanging::HANGING],
    ..Feature::new("lectures")
};

fn routes() -> Vec<Route> {
    [pages::routes(), tour_pages::routes()].into_iter().flatten().collect()
}
