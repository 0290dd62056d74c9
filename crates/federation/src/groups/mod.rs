//! Study groups (青年理论学习小组): of one unit or several, with a brand name and rules; a unit's first member opens its default group.

mod access;
pub mod actions;
mod following;
mod ledgered;
pub mod pages;
mod records;
pub mod sessions;
pub mod store;
mod units;

use desk::{
    feature::Feature,
    ui::shell::{Area, Entry},
};
use ledger::{FacetSpec, KindSpec, Nature, Sensitivity, migration::Tables};

pub use access::must_lead;
pub use following::{Following, FollowsGroups};
pub use store::Group;

/// Tables.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "groups_0001",
    sql: "
create table study_group (
    id bigint primary key, unit_id bigint not null references unit (id), level varchar(32) not null,
    name varchar(200) not null, brand varchar(100),
    age_limit bigint not null, least_sessions_month bigint not null, is_default boolean not null,
    opened_on date not null, closed_on date, void boolean not null, version bigint not null,
    import_id bigint references import (id));
create index study_group_of_unit on study_group (unit_id);
create table study_group_shared (
    group_id bigint not null references study_group (id), unit_id bigint not null references unit (id),
    primary key (group_id, unit_id));
",
}];

/// The yearly requirements of a group for its members: 0 means not checked.
pub const LATER_MIGRATIONS: &[Tables] = &[
    Tables {
        name: "groups_0002",
        sql: "
alter table study_group add column least_hours_year bigint not null default 0;
alter table study_group add column least_rate bigint not null default 0;
",
    },
    // The units that a group covers, as they are booked: the one that leads and those that share it, each with the last day
    // on which it exists. Groups that exist already are booked anew when the database is opened.
    Tables {
        name: "groups_0003",
        sql: "
create table study_group_unit (
    group_id bigint not null references study_group (id), unit_id bigint not null references unit (id),
    level varchar(32) not null, opened_on date, closed_on date, primary key (group_id, unit_id));
create index study_group_unit_unit on study_group_unit (unit_id);
insert into study_group_unit (group_id, unit_id, level, opened_on, closed_on)
    select g.id, u.id, g.level, u.opened_on, u.closed_on from study_group g join unit u on u.id = g.unit_id;
insert into study_group_unit (group_id, unit_id, level, opened_on, closed_on)
    select s.group_id, u.id, coalesce(u.level, 'outside'), u.opened_on, u.closed_on
    from study_group_shared s join study_group g on g.id = s.group_id and g.unit_id <> s.unit_id
    join unit u on u.id = s.unit_id;
create table study_group_unbooked (group_id bigint primary key references study_group (id));
insert into study_group_unbooked (group_id) select id from study_group where void = false;
",
    },
];

/// What entries of before lack is `unknown`.
const YES_NO: &[&str] = &["yes", "no", "unknown"];

/// A group exists, counted to the unit that leads it; and it covers a unit, counted to the one that leads it and to each
/// that shares it, for as long as that unit exists. Both are +1 on the first day and -1 on the day after the last; the record
/// is the group.
pub const KINDS: &[KindSpec] = &[
    KindSpec {
        name: "groups.open",
        nature: Nature::State,
        facets: &[
            FacetSpec::code("level"),
            FacetSpec::closed("brand", YES_NO).with_default("unknown"),
            FacetSpec::closed("shared", YES_NO).with_default("unknown"),
        ],
        sensitivity: Sensitivity::Plain,
    },
    KindSpec {
        name: "groups.covers",
        nature: Nature::State,
        facets: &[FacetSpec::code("level")],
        sensitivity: Sensitivity::Plain,
    },
];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    later_migrations: LATER_MIGRATIONS,
    locales: LOCALES,
    kinds: KINDS,
    metrics: include_str!("metrics.toml"),
    routes: pages::routes,
    on_open: Some(|app| Box::pin(ledgered::book_missing(app))),
    menu: &[Entry::new(Area::Rolls, 20, "/groups", "nav-groups", "users-group")],
    records: &[&records::Groups],
    extensions: &[&units::FOLLOWING],
    ..Feature::new("groups")
};
