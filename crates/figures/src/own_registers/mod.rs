//! Registers of an office's own (自设台账): a form that an office defines, the rows that are filled in, the figures that follow.
//!
//! A row counts to one unit on one day, or from a day to a day. It books `reg.<code>`; choices become facets, numbers sums, people
//! people. Definitions have versions, and a row keeps the version in which it was filled in.

pub mod actions;
mod counted;
mod facets;
mod fillers;
mod hanging;
pub mod import;
pub mod model;
mod owing;
pub mod presets;
mod records;
mod register_pages;
mod row_pages;
pub mod rows;
mod rules;
mod sessions;
pub mod store;
pub mod uploads;

use desk::{
    feature::Feature,
    ui::shell::{Area, Entry},
};
use federation::themes::Serves;
use ledger::migration::Tables;

pub use rules::{Draft, DraftField};
pub use sessions::Sessions;

/// Tables.
pub const MIGRATIONS: &[Tables] = &[
    Tables {
    name: "own_registers_0001",
    sql: "
create table own_register (
    id bigint primary key, code varchar(20) not null unique, unit_id bigint not null references unit (id),
    state varchar(8) not null, current_version bigint not null, version bigint not null);
create table own_register_version (
    register_id bigint not null references own_register (id), number bigint not null, definition text not null,
    recorded_at varchar(32) not null, primary key (register_id, number));
create table own_row (
    id bigint primary key, register_id bigint not null references own_register (id), form_version bigint not null,
    unit_id bigint not null references unit (id), level varchar(32) not null,
    group_id bigint references study_group (id), person_id bigint references person (id),
    day date not null, until_day date, values_text text not null, searched text not null, void boolean not null,
    void_reason varchar(500), entered_by bigint not null references account (id), entered_at varchar(32) not null,
    version bigint not null, import_id bigint references import (id));
create index own_row_of_register on own_row (register_id, day, id);
create index own_row_unit on own_row (unit_id, register_id, day);
create index own_row_person on own_row (person_id);
create index own_row_import on own_row (import_id);
create table own_row_reference (
    row_id bigint not null references own_row (id), field varchar(8) not null, place bigint not null,
    person_id bigint references person (id), unit_id bigint references unit (id),
    group_id bigint references study_group (id), primary key (row_id, field, place));
create index own_row_reference_person on own_row_reference (person_id);
create index own_row_reference_unit on own_row_reference (unit_id);
create table own_nothing (
    id bigint primary key, register_id bigint not null references own_register (id),
    unit_id bigint not null references unit (id), group_id bigint references study_group (id), from_day date not null, to_day date not null,
    account_id bigint not null references account (id), recorded_at varchar(32) not null);
create index own_nothing_of_register on own_nothing (register_id, unit_id, from_day);
insert into id_range (name, last) values ('own_register', 0), ('own_nothing', 0);
",
    },
    // A session that a row names is a record of a feature above this one. The index holds what the list of a long register asks of
    // each row before it knows which to show.
    Tables {
        name: "own_registers_0002",
        sql: "
alter table own_row_reference add column session_id bigint;
alter table own_row_reference add column file_id bigint references file (id);
create index own_row_reference_file on own_row_reference (file_id);
create index own_row_listed on own_row (register_id, void, day, id, unit_id, group_id, person_id);
",
    },
];

/// Rows serve themes.
static SERVES: Serves = Serves {
    word: "nav-own-registers",
    list: None,
    metrics: &[],
    count: "select count(*) from own_row where void = false and values_text like '%{\"theme\":\"' || $1 || '\"}%'",
    unfinished: None,
};

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    routes: || [register_pages::routes(), row_pages::routes(), uploads::routes()].into_iter().flatten().collect(),
    menu: &[Entry::new(Area::Records, 60, "/own-registers", "nav-own-registers", "clipboard-list")],
    on_definitions: Some(|app| Box::pin(import::refresh(app))),
    records: &[&records::Registers, &records::Rows],
    sweep: SWEEP,
    every_minute: Some(|app| Box::pin(owing::settle_all(app))),
    extensions: &[&SERVES, &facets::NAMING, &hanging::HANGING, &import::REGISTERS, &owing::OWED],
    ..Feature::new("own_registers")
};

const SWEEP: &[(&str, &str, &str)] = &[
    ("GET", "/own-registers", "yyyyyyyyy"),
    ("GET", "/own-registers/new", "yyy------"),
    ("POST", "/own-registers", "yy-------"),
    ("POST", "/own-registers/presets", "yyy------"),
    ("GET", "/own-registers/{id}", "yy-y-y-y-"),
    ("GET", "/own-registers/{id}/edit", "yy-------"),
    ("POST", "/own-registers/{id}", "yy-------"),
    ("POST", "/own-registers/{id}/open", "yy-------"),
    ("POST", "/own-registers/{id}/close", "yy-------"),
    ("POST", "/own-registers/{id}/delete", "yy-------"),
    ("GET", "/own-registers/{id}/standing", "yy-y-y-y-"),
    ("POST", "/own-registers/{id}/nothing", "yy-------"),
    ("GET", "/own-registers/{id}/rows", "yy-y-y-y-"),
    ("GET", "/own-registers/{id}/rows/export", "yy-y-y-y-"),
    ("GET", "/own-registers/{id}/rows/new", "yy-------"),
    ("POST", "/own-registers/{id}/rows", "yy-------"),
    ("GET", "/own-rows/{id}", "yy-----y-"),
    ("GET", "/own-rows/{id}/edit", "yy-------"),
    ("GET", "/own-rows/{id}/files/{file}", "yy-------"),
    ("POST", "/own-rows/{id}", "yy-------"),
    ("POST", "/own-rows/{id}/void", "yy-------"),
];
