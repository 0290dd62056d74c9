//! Stints (经历): a person in a part at a place for some time (placements, work teams, task forces, volunteering), checked before
//! they count.

pub mod actions;
mod facets;
pub mod form_pages;
mod hanging;
pub mod import;
pub mod list;
mod model;
pub mod pages;
mod person_page;
mod records;
pub mod register;
mod rules;
pub mod store;

use desk::{
    feature::Feature,
    router::Route,
    ui::shell::{Area, Entry},
};
use federation::{
    people::MEMBER_FACETS,
    themes::{self, Serves},
};
use ledger::{FacetSpec, KindSpec, Nature, Sensitivity, migration::Tables};

pub use model::{Finish, Handed, Part, State, Stint};

/// Tables. The place is a text, and a unit beside it where it is one of the federation.
pub const MIGRATIONS: &[Tables] = &[
    Tables {
        name: "stints_0001",
        sql: "
create table stint (
    id bigint primary key, person_id bigint not null references person (id), part varchar(32) not null,
    volunteered boolean not null, task varchar(200) not null, place varchar(200),
    place_unit_id bigint references unit (id), from_day date not null, to_day date, hours bigint, result varchar(200),
    note varchar(500), state varchar(16) not null, reason varchar(500),
    entered_by bigint not null references account (id), entered_at varchar(32) not null,
    checked_by bigint references account (id), checked_at varchar(32),
    unit_id bigint not null references unit (id), level varchar(32) not null, party varchar(8) not null,
    youth varchar(8) not null, sex varchar(8) not null,
    replaces bigint references stint (id), replaced_state varchar(16),
    version bigint not null, import_id bigint references import (id));
create index stint_person on stint (person_id, from_day);
create index stint_unit on stint (unit_id, from_day);
create index stint_day on stint (from_day, id);
create index stint_import on stint (import_id);
",
    },
    Tables {
        name: "stints_0002",
        sql: "
alter table stint add column theme varchar(32);
create index stint_theme on stint (theme);
",
    },
];

const FACETS: &[FacetSpec] = &[
    FacetSpec::closed("part", &Part::CODES),
    FacetSpec::closed("volunteered", &["yes", "no"]),
    MEMBER_FACETS[0],
    MEMBER_FACETS[1],
    MEMBER_FACETS[2],
    MEMBER_FACETS[3],
    themes::FACET,
];

/// Stints serve themes.
static SERVES: Serves = Serves {
    word: "nav-stints",
    list: Some("/stints?theme="),
    metrics: &["practice.stints", "practice.volunteers", "practice.placed", "practice.days"],
    count: "select count(*) from stint where theme = $1 and state <> 'void'",
    unfinished: None,
};

/// A person is in a part: +1 on the first day, -1 on the day after the last. Confirmed hours, on the first day, in tenths.
pub const KINDS: &[KindSpec] = &[
    KindSpec { name: "practice.stint", nature: Nature::State, facets: FACETS, sensitivity: Sensitivity::Plain },
    KindSpec { name: "practice.hours", nature: Nature::Flow, facets: FACETS, sensitivity: Sensitivity::Plain },
];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    kinds: KINDS,
    metrics: include_str!("metrics.toml"),
    routes,
    menu: &[Entry::new(Area::Records, 65, "/stints", "nav-stints", "briefcase")],
    records: &[&records::STINTS],
    sweep: &[
        ("GET", "/stints", "yyyyyyyyy"),
        ("GET", "/stints/export", "yyyyyyyyy"),
        ("GET", "/stints/new", "yyyyyyy--"),
        ("POST", "/stints", "yy-y-y---"),
        ("GET", "/stints/{id}", "yy-y-y---"),
        ("GET", "/stints/{id}/edit", "yy-y-y---"),
        ("POST", "/stints/{id}", "yy-y-y---"),
        ("POST", "/stints/{id}/check", "yy-y-----"),
        ("POST", "/stints/{id}/finish", "yy-y-y---"),
        ("POST", "/stints/{id}/return", "yy-y-----"),
        ("POST", "/stints/{id}/void", "yy-y-y---"),
    ],
    extensions: &[
        &facets::NAMING,
        &SERVES,
        &register::PLACEMENTS,
        &register::VOLUNTEERING,
        &import::KIND,
        &hanging::HANGING,
    ],
    ..Feature::new("stints")
};

fn routes() -> Vec<Route> {
    [form_pages::routes(), pages::routes()].into_iter().flatten().collect()
}
