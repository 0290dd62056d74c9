//! Openings (锻炼岗位): a unit asks for people for front-line work, village posts, task forces; young people of the unit and of those
//! under it come forward (主动请缨), people select among them with reasons, and who is selected has a stint.

pub mod actions;
mod answer_pages;
pub mod answers;
pub mod candidate_list;
mod candidate_pages;
mod form_pages;
mod hanging;
pub mod list;
mod model;
pub mod pages;
mod person_page;
mod records;
mod rules;
pub mod store;
mod visit_pages;
pub mod visits;

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

use super::stints::Part;

pub use model::{Candidate, Closing, Handed, Opening, Selecting, State, Step};

/// Tables. A candidate has the opening's part and theme, since its entry is made of the candidate alone, and the standing of the person on
/// the day on which the person came forward.
pub const MIGRATIONS: &[Tables] = &[
    Tables {
        name: "openings_0001",
        sql: "
create table opening (
    id bigint primary key, unit_id bigint not null references unit (id), level varchar(32) not null,
    part varchar(32) not null, title varchar(200) not null, place varchar(200),
    place_unit_id bigint references unit (id), places bigint not null, needs varchar(1000), from_day date not null,
    to_day date, contact varchar(100), closes_on date not null, theme varchar(32), state varchar(16) not null,
    reason varchar(500), opened_on date not null, opened_by bigint not null references account (id),
    version bigint not null);
create index opening_unit on opening (unit_id);
create index opening_place_unit on opening (place_unit_id);
create index opening_closes on opening (state, closes_on);
create index opening_theme on opening (theme);
create table opening_candidate (
    id bigint primary key, opening_id bigint not null references opening (id),
    person_id bigint not null references person (id), words varchar(500) not null, came_on date not null,
    step varchar(16) not null, reason varchar(500), entered_by bigint not null references account (id),
    entered_at varchar(32) not null, decided_by bigint references account (id), decided_at varchar(32),
    stint_id bigint references stint (id), part varchar(32) not null, theme varchar(32),
    unit_id bigint not null references unit (id), level varchar(32) not null, party varchar(8) not null,
    youth varchar(8) not null, sex varchar(8) not null, version bigint not null);
create unique index opening_candidate_live on opening_candidate (opening_id, person_id) where step <> 'withdrawn';
create index opening_candidate_person on opening_candidate (person_id, came_on);
create index opening_candidate_unit on opening_candidate (unit_id);
create index opening_candidate_stint on opening_candidate (stint_id);
",
    },
    Tables {
        name: "openings_0002",
        sql: "
create table opening_visit (
    id bigint primary key, candidate_id bigint not null references opening_candidate (id), day date not null,
    who varchar(100) not null, words varchar(500) not null, void boolean not null,
    entered_by bigint not null references account (id), version bigint not null);
create index opening_visit_candidate on opening_visit (candidate_id);
create table opening_appraisal (
    id bigint primary key, candidate_id bigint not null references opening_candidate (id), side varchar(16) not null,
    grade varchar(16) not null, words varchar(500), entered_by bigint not null references account (id),
    entered_at varchar(32) not null, version bigint not null);
create unique index opening_appraisal_side on opening_appraisal (candidate_id, side);
insert into id_range (name, last) values ('opening_visit', 0), ('opening_appraisal', 0);
",
    },
];

/// Openings, and those who came forward for them, serve themes.
static SERVES: Serves = Serves {
    word: "nav-openings",
    list: Some("/openings?theme="),
    metrics: &["practice.openings", "practice.came_forward"],
    count: "select count(*) from opening where theme = $1 and state <> 'withdrawn'",
    unfinished: Some("select count(*) from opening where theme = $1 and state = 'open' and closes_on > $2"),
};

/// An opening, on the day on which it was entered, at the unit that asks: its quantity are the places. That somebody came forward for it, on
/// that day, at the unit of the person.
pub const KINDS: &[KindSpec] = &[
    KindSpec {
        name: "openings.opened",
        nature: Nature::Flow,
        facets: &[FacetSpec::closed("part", &Part::CODES), MEMBER_FACETS[0], themes::FACET],
        sensitivity: Sensitivity::Plain,
    },
    KindSpec {
        name: "openings.came_forward",
        nature: Nature::Flow,
        facets: &[
            FacetSpec::closed("part", &Part::CODES),
            MEMBER_FACETS[0],
            MEMBER_FACETS[1],
            MEMBER_FACETS[2],
            MEMBER_FACETS[3],
            themes::FACET,
        ],
        sensitivity: Sensitivity::Plain,
    },
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
    menu: &[Entry::new(Area::Records, 64, "/openings", "nav-openings", "map-pin")],
    records: &[&records::Openings, &records::Candidates],
    sweep: &[
        ("GET", "/openings", "yyyyyyyyy"),
        ("GET", "/openings/export", "yyyyyyyyy"),
        ("GET", "/openings/new", "yyy------"),
        ("POST", "/openings", "yyt------"),
        ("GET", "/openings/{id}", "yy-y-y-y-"),
        ("GET", "/openings/{id}/edit", "yy-------"),
        ("POST", "/openings/{id}", "yy-------"),
        ("POST", "/openings/{id}/close", "yy-------"),
        ("POST", "/openings/{id}/reopen", "yy-------"),
        ("POST", "/openings/{id}/withdraw", "yy-------"),
        ("POST", "/openings/{id}/candidates", "yy-y-----"),
        ("GET", "/candidates", "yyyyyyyyy"),
        ("GET", "/candidates/export", "yyyyyyyyy"),
        ("GET", "/candidates/{id}", "yy-y-y---"),
        ("POST", "/candidates/{id}/withdraw", "yy-y-y---"),
        ("POST", "/candidates/{id}/select", "yy-------"),
        ("POST", "/candidates/{id}/decline", "yy-------"),
        ("POST", "/candidates/{id}/reconsider", "yy-------"),
        ("POST", "/candidates/{id}/arrive", "yy-------"),
        ("POST", "/candidates/{id}/visits", "yy-y-----"),
        ("POST", "/candidates/{id}/visits/{visit}/remove", "yy-y-----"),
        ("POST", "/candidates/{id}/appraise", "yy-------"),
    ],
    extensions: &[&SERVES, &hanging::HANGING],
    ..Feature::new("openings")
};

fn routes() -> Vec<Route> {
    [form_pages::routes(), pages::routes(), candidate_pages::routes(), answer_pages::routes(), visit_pages::routes()]
        .into_iter()
        .flatten()
        .collect()
}
