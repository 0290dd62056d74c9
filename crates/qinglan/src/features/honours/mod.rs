//! Honours (荣誉): titles and commendations that persons, groups and units were awarded by others, checked before they count.

pub mod actions;
mod evidence_pages;
mod facets;
mod form_pages;
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
    actor::Action,
    feature::Feature,
    router::Route,
    ui::shell::{Area, Entry},
};
use federation::{
    people::MEMBER_FACETS,
    settings::choices::{self, ChoiceList, Words},
};
use ledger::{FacetSpec, KindSpec, Nature, Sensitivity, migration::Tables};

pub use model::{For, Handed, Honour, Level, Recipient, State};

/// The title groups (称号类别), by which honours are counted. A title that contains a group's name or word belongs to it.
pub static TITLE_GROUPS: ChoiceList = ChoiceList {
    table: "honour_group",
    path: "/settings/honours",
    title: "settings-honours",
    line: "honour-groups-line",
    changed: "honour-group-changed",
    unknown: "honour-group-unknown",
    rest: Some(rules::OTHER),
    words: Words::Aliases,
};

/// Tables and the shipped title groups. The kind of recipient is a code, so that further kinds need no further table.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "honours_0001",
    sql: "
create table honour_group (
    code varchar(32) primary key, name varchar(64) not null unique, en varchar(64) not null, aliases varchar(500) not null,
    place bigint not null, retired boolean not null);
insert into honour_group (code, name, en, aliases, place, retired) values
    ('party_member', '优秀共产党员', 'Outstanding party member', '优秀党员', 1, false),
    ('party_worker', '优秀党务工作者', 'Outstanding party worker', '', 2, false),
    ('other', '其他荣誉', 'other honours', '其他 其它', 99, false);
insert into id_range (name, last) values ('honour_group', 3);
create table honour (
    id bigint primary key, recipient varchar(16) not null, person_id bigint references person (id),
    group_id bigint references study_group (id), unit_id bigint not null references unit (id),
    title varchar(200) not null, title_group varchar(32) not null references honour_group (code),
    level varchar(16) not null, conferrer varchar(200) not null, day date not null, certificate varchar(64),
    note varchar(500), state varchar(16) not null, reason varchar(500),
    entered_by bigint not null references account (id), entered_at varchar(32) not null,
    checked_by bigint references account (id), checked_at varchar(32),
    party varchar(8) not null, youth varchar(8) not null, sex varchar(8) not null,
    replaces bigint references honour (id), replaced_state varchar(16),
    version bigint not null, import_id bigint references import (id));
create index honour_person on honour (person_id, day);
create index honour_unit on honour (unit_id, day);
create index honour_group_of on honour (group_id);
create index honour_day on honour (day, id);
create index honour_import on honour (import_id);
",
}];

/// An honour was awarded, on the day that the certificate names. `level` is the level of the honour, not that of the unit.
pub const KINDS: &[KindSpec] = &[KindSpec {
    name: "honours.awarded",
    nature: Nature::Flow,
    facets: &[
        FacetSpec::closed("level", &Level::CODES),
        FacetSpec::code("group"),
        FacetSpec::closed("recipient", &Recipient::CODES),
        MEMBER_FACETS[1],
        MEMBER_FACETS[2],
        MEMBER_FACETS[3],
    ],
    sensitivity: Sensitivity::Plain,
}];

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
        Entry::new(Area::Records, 70, "/honours", "nav-honours", "award"),
        Entry::new(Area::Settings, 40, "/settings/honours", "settings-honours", "").for_those_who(Action::Administer),
    ],
    records: &[&records::HONOURS],
    sweep: &[
        ("GET", "/honours", "yyyyyyyyy"),
        ("GET", "/honours/export", "yyyyyyyyy"),
        ("GET", "/honours/new", "yyyyyyy--"),
        ("POST", "/honours", "yy-y-y---"),
        ("GET", "/honours/{id}", "yy-y-y---"),
        ("GET", "/honours/{id}/edit", "yy-y-y---"),
        ("POST", "/honours/{id}", "yy-y-y---"),
        ("POST", "/honours/{id}/check", "yy-y-----"),
        ("POST", "/honours/{id}/return", "yy-y-----"),
        ("POST", "/honours/{id}/void", "yy-y-y---"),
        ("POST", "/honours/{id}/evidence", "yy-y-y---"),
        ("GET", "/honours/{id}/evidence/{piece}", "yy-y-y---"),
        ("POST", "/honours/{id}/evidence/{piece}/remove", "yy-y-y---"),
        ("GET", "/settings/honours", "y--------"),
        ("POST", "/settings/honours", "y--------"),
    ],
    extensions: &[&facets::NAMING, &register::HONOURS, &import::KIND, &hanging::HANGING],
    ..Feature::new("honours")
};

fn routes() -> Vec<Route> {
    [form_pages::routes(), pages::routes(), choices::routes(&TITLE_GROUPS), evidence_pages::routes()]
        .into_iter()
        .flatten()
        .collect()
}
