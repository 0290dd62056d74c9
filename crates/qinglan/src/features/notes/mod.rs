//! Notes (心得): what a member writes about what was learned. A draft is private to the writer; once handed in it is read,
//! commented on, recommended, collected, and counted.

pub mod actions;
mod hanging;
mod model;
pub mod pages;
mod records;
mod rules;
pub mod store;
pub mod study;

use desk::{
    feature::Feature,
    ui::shell::{Area, Entry},
};
use federation::themes::{self, Serves};
use ledger::{FacetSpec, KindSpec, Nature, Sensitivity, migration::Tables};

pub use model::{Note, Said};

/// Tables. A note is a record; once handed in, it has its writer's confirmed facets for that day.
pub const MIGRATIONS: &[Tables] = &[
    Tables {
    name: "notes_0001",
    sql: "
create table study_note (
    id bigint primary key, person_id bigint not null references person (id), title varchar(200) not null, body text not null,
    activity_id bigint references activity (id), material_id bigint references material (id),
    handed_in_on date, recommended_on date, collected_on date, collected_in varchar(200),
    unit_id bigint, level varchar(32) not null, party varchar(8) not null, youth varchar(8) not null, sex varchar(8) not null,
    tenths bigint not null, updated_at varchar(32) not null, version bigint not null);
create index study_note_person on study_note (person_id);
create index study_note_day on study_note (handed_in_on, id);
create index study_note_activity on study_note (activity_id);
create table note_comment (
    id bigint primary key, note_id bigint not null references study_note (id), account_id bigint not null references account (id),
    at varchar(32) not null, text varchar(1000) not null);
create index note_comment_note on note_comment (note_id, id);
insert into id_range (name, last) values ('note_comment', 0);
",
    },
    Tables {
        name: "notes_0002",
        sql: "
alter table study_note add column theme varchar(32);
create index study_note_theme on study_note (theme);
",
    },
];

/// The fact kind.
pub const NOTE: &str = "learning.note";

/// A note was handed in, recommended, collected: an entry on the day of each; record: the note.
pub const KINDS: &[KindSpec] = &[KindSpec {
    name: NOTE,
    nature: Nature::Flow,
    facets: &[
        FacetSpec::closed("step", &["handed_in", "recommended", "collected"]),
        federation::people::MEMBER_FACETS[0],
        federation::people::MEMBER_FACETS[1],
        federation::people::MEMBER_FACETS[2],
        federation::people::MEMBER_FACETS[3],
        themes::FACET,
    ],
    sensitivity: Sensitivity::Plain,
}];

/// Notes serve themes.
static SERVES: Serves = Serves {
    word: "nav-notes",
    list: Some("/notes?theme="),
    metrics: &["notes.persons", "notes.handed_in"],
    count: "select count(*) from study_note where theme = $1",
    unfinished: None,
};

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    kinds: KINDS,
    metrics: include_str!("metrics.toml"),
    routes: pages::routes,
    menu: &[Entry::new(Area::Records, 60, "/notes", "nav-notes", "pencil")],
    records: &[&records::Notes],
    extensions: &[&SERVES, &study::STUDY, &study::LEAVE, &hanging::HANGING],
    ..Feature::new("notes")
};
