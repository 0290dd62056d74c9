//! Units: the nodes of the dated tree and the outside organisations; their names, levels and codes.

pub mod actions;
mod following;
mod history;
pub mod import;
mod import_nested;
mod ledgered;
mod level_pages;
mod matching;
mod model;
pub mod pages;
mod placing;
mod records;
mod rules;
pub mod store;

use crate::scope;
use desk::{
    actor::Action,
    app::App,
    error::Result,
    feature::Feature,
    ui::shell::{Area, Entry},
};
use ledger::{FacetSpec, KindSpec, Nature, Sensitivity, migration::Tables};

pub use following::{Following, FollowsUnits, Link};
pub use matching::{Found, Index};
pub use model::{Level, Unit};
pub use placing::{LineOf, Placing};
pub use rules::office;
pub use store::{by_ids, find_by_code_or_name, in_field, levels, load_index, lock};

/// Tables.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "units_0001",
    sql: "
create table level (
    code varchar(32) primary key, rank bigint not null unique, zh varchar(32) not null, en varchar(32) not null,
    bare varchar(64) not null);
insert into level (code, rank, zh, en, bare) values
    ('province', 1, '省', 'province', '省'), ('city', 2, '市', 'city', '市'), ('district', 3, '区县', 'district', '区 县'),
    ('street', 4, '街道（镇、乡）', 'street', '街道 镇 乡'), ('community', 5, '社区（村）', 'community', '社区 村');
create table unit (
    id bigint primary key, name varchar(200) not null, level varchar(32) references level (code),
    outside boolean not null, closed_on date, merged_into bigint references unit (id), void boolean not null,
    version bigint not null, import_id bigint references import (id));
create index unit_name on unit (name);
create index unit_import on unit (import_id);
create table unit_code (
    unit_id bigint not null references unit (id), code varchar(32) not null, source varchar(64) not null, year bigint,
    primary key (code, unit_id));
create index unit_code_unit on unit_code (unit_id);
create table unit_former_name (
    unit_id bigint not null references unit (id), name varchar(200) not null, until date not null);
create table unit_change (
    import_id bigint not null references import (id), unit_id bigint not null references unit (id),
    version_after bigint not null, old_name varchar(200) not null, old_parent_id bigint, moved_from date,
    primary key (import_id, unit_id));
insert into id_range (name, last) values ('unit', 0);
",
}];

/// Later tables: the pinyin spellings that names are found by. Rows are created empty here and filled when the database is
/// opened.
pub const LATER_MIGRATIONS: &[Tables] = &[
    Tables {
        name: "units_0003",
        sql: "
create table unit_pinyin (unit_id bigint primary key references unit (id), forms text not null);
create index unit_pinyin_unfilled on unit_pinyin (unit_id) where forms = '';
insert into unit_pinyin (unit_id, forms) select id, '' from unit;
",
    },
    // Units get records. Those that exist already are booked when the database is opened, see `ledgered::book_missing`.
    Tables {
        name: "units_0004",
        sql: "
alter table unit add column record_id bigint;
alter table unit add column opened_on date;
update unit set record_id = id + (select r.last from id_range r where r.name = 'record'),
    opened_on = coalesce((select min(e.valid_from) from tree_edge e where e.unit_id = unit.id), '0001-01-01')
    where outside = false;
update id_range set last = last + (select coalesce(max(u.id), 0) from unit u) where name = 'record';
create unique index unit_record on unit (record_id);
create table unit_unbooked (unit_id bigint primary key references unit (id));
insert into unit_unbooked (unit_id) select id from unit where outside = false and void = false;
",
    },
];

/// A unit exists in the tree: +1 on its first day, -1 on the day after its last; the record is the unit. A merged unit ends
/// with the day before the merger. Outside organisations are not booked.
pub const KINDS: &[KindSpec] = &[KindSpec {
    name: "units.open",
    nature: Nature::State,
    facets: &[FacetSpec::code("level")],
    sensitivity: Sensitivity::Plain,
}];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    later_migrations: LATER_MIGRATIONS,
    locales: LOCALES,
    kinds: KINDS,
    metrics: include_str!("metrics.toml"),
    routes: || [pages::routes(), level_pages::routes()].into_iter().flatten().collect(),
    menu: &[
        Entry::new(Area::Rolls, 10, "/units", "nav-units", "sitemap").for_those_who(Action::Figures),
        Entry::new(Area::Settings, 40, "/settings/levels", "settings-levels", "").for_those_who(Action::Administer),
    ],
    on_open: Some(|app| Box::pin(open(app))),
    records: &[&records::Units],
    extensions: &[&import::KIND],
    ..Feature::new("units")
};

/// Fills what a migration could only create empty, books units of before, and fills the places of units in today's tree.
async fn open(app: &App) -> Result<()> {
    store::spell_missing(&app.db).await?;
    ledgered::book_missing(app).await?;
    scope::places::refresh(app).await
}
