//! External results (线上平台学习情况): earned on other learning platforms, by person and month, attested; classes by season and
//! issue; goals for a month or a year.

pub mod actions;
pub mod class_pages;
pub mod classes;
mod evidence_pages;
mod facets;
pub mod form_pages;
pub mod goal_pages;
pub mod goals;
mod hanging;
pub mod import;
mod import_across;
mod import_class_lists;
pub mod import_classes;
pub mod list;
mod model;
pub mod pages;
mod records;
pub mod register;
mod rules;
pub mod store;

use desk::{
    actor::Action,
    feature::Feature,
    router::Route,
    ui::shell::{Area, Entry},
};
use federation::{
    settings::choices::{self, ChoiceList, Words},
    themes::{self, Serves},
};
use ledger::{FacetSpec, KindSpec, Nature, Sensitivity, migration::Tables};

use super::activities;

pub use model::{Amounts, Earned, Handed, State};

/// The learning platforms.
pub static PLATFORMS: ChoiceList = ChoiceList {
    table: "platform",
    path: "/settings/platforms",
    title: "settings-platforms",
    line: "platforms-line",
    changed: "platform-changed",
    unknown: "platform-unknown",
    rest: None,
    words: Words::Aliases,
};

/// Tables and the shipped platforms.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "external_0001",
    sql: "
create table platform (
    code varchar(32) primary key, name varchar(64) not null unique, en varchar(64) not null, aliases varchar(500) not null,
    place bigint not null, retired boolean not null);
insert into platform (code, name, en, aliases, place, retired) values
    ('qiangguo', '学习强国', 'Xuexi Qiangguo', '强国 学习强国APP 学习强国平台', 1, false),
    ('dengta', '灯塔-党建在线', 'Dengta party building', '灯塔 灯塔党建 灯塔在线', 2, false),
    ('daxuexi', '青年大学习', 'Youth Study', '大学习 青年大学习网上主题团课', 3, false),
    ('other', '其他', 'other', '其它 其他平台', 4, false);
insert into id_range (name, last) values ('platform', 4), ('external_goal', 0);
create table external_result (
    id bigint primary key, person_id bigint not null references person (id),
    platform_code varchar(32) not null references platform (code), month bigint not null, day date not null,
    points bigint, minutes bigint, classes bigint, note varchar(500), state varchar(16) not null, reason varchar(500),
    handed_in_by bigint not null references account (id), handed_in_at varchar(32) not null,
    attested_by bigint references account (id), attested_at varchar(32),
    unit_id bigint not null references unit (id), level varchar(32) not null, party varchar(8) not null,
    youth varchar(8) not null, sex varchar(8) not null,
    replaces bigint references external_result (id), replaced_state varchar(16),
    version bigint not null, import_id bigint references import (id));
create unique index external_result_live on external_result (person_id, platform_code, month) where state <> 'void';
create index external_result_person on external_result (person_id, month);
create index external_result_unit on external_result (unit_id, month);
create index external_result_month on external_result (month, id);
create index external_result_import on external_result (import_id);
create table class_result (
    id bigint primary key, unit_id bigint not null references unit (id),
    platform_code varchar(32) not null references platform (code), season varchar(64) not null, issue varchar(64) not null,
    opened_on date not null, participants bigint not null, base bigint not null, void boolean not null,
    void_reason varchar(500), entered_by bigint not null references account (id), entered_at varchar(32) not null,
    version bigint not null);
create unique index class_result_live on class_result (unit_id, platform_code, season, issue) where void = false;
create index class_result_day on class_result (opened_on, id);
create table external_goal (
    id bigint primary key, unit_id bigint not null references unit (id),
    platform_code varchar(32) references platform (code), measure varchar(16) not null, per varchar(8) not null,
    amount bigint not null, from_month bigint not null, to_month bigint, void boolean not null, version bigint not null);
create index external_goal_unit on external_goal (unit_id);
",
}, Tables {
    name: "external_0002",
    sql: "alter table external_result add column hour_percent bigint not null default 0;",
}, Tables {
    name: "external_0003",
    sql: "
alter table external_result add column theme varchar(32);
create index external_result_theme on external_result (theme);
",
}, Tables {
    // The import that a class came from, and the class that it replaced.
    name: "external_0004",
    sql: "
alter table class_result add column import_id bigint references import (id);
alter table class_result add column replaces bigint references class_result (id);
create index class_result_import on class_result (import_id);
",
}, Tables {
    name: "external_0005",
    sql: "alter table class_result add column level varchar(32);",
}];

/// Points, minutes of learning and classes are separate and never added up.
const MEASURE: FacetSpec = FacetSpec::closed("measure", &["points", "minutes", "classes"]);
const PLATFORM: FacetSpec = FacetSpec::code("platform");

/// What was earned, on the first day of its month; how many took part in a class, of how many expected.
pub const KINDS: &[KindSpec] = &[
    KindSpec {
        name: "external.earned",
        nature: Nature::Flow,
        facets: &[
            PLATFORM,
            MEASURE,
            federation::people::MEMBER_FACETS[0],
            federation::people::MEMBER_FACETS[1],
            federation::people::MEMBER_FACETS[2],
            federation::people::MEMBER_FACETS[3],
            themes::FACET,
        ],
        sensitivity: Sensitivity::Plain,
    },
    KindSpec {
        name: "external.class",
        nature: Nature::Flow,
        facets: &[PLATFORM, FacetSpec::closed("measure", &["participants", "base"]), activities::LEVEL],
        sensitivity: Sensitivity::Plain,
    },
];

/// Results serve themes.
static SERVES: Serves = Serves {
    word: "nav-external",
    list: Some("/external?theme="),
    metrics: &["external.persons", "external.points"],
    count: "select count(*) from external_result where theme = $1 and state <> 'void'",
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
    routes,
    menu: &[
        Entry::new(Area::Records, 40, "/external", "nav-external", "devices"),
        Entry::new(Area::Settings, 30, "/settings/platforms", "settings-platforms", "")
            .for_those_who(Action::Administer),
    ],
    records: &[&records::Results, &records::Classes, &records::Goals],
    extensions: &[
        &facets::NAMING,
        &SERVES,
        &register::RESULTS,
        &import::KIND,
        &import_classes::KIND,
        &hanging::HANGING,
    ],
    ..Feature::new("external")
};

fn routes() -> Vec<Route> {
    [
        pages::routes(),
        form_pages::routes(),
        class_pages::routes(),
        goal_pages::routes(),
        choices::routes(&PLATFORMS),
        evidence_pages::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
