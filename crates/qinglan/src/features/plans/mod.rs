//! Study plans: what has to be learned by whom and by when; people tick what they have finished, and only that is booked.
//!
//! Whom an item reaches is computed from the memberships on its days and stored nowhere.

pub mod actions;
mod hanging;
mod model;
pub mod pages;
mod progress;
mod records;
mod rules;
pub mod store;
mod ticks;

use sea_orm::DatabaseTransaction;

use desk::{
    actor::Actor,
    app::App,
    feature::{Feature, Work},
    router::Route,
    ui::shell::{Area, Entry},
};
use federation::themes::{self, Serves};
use ledger::{FacetSpec, KindSpec, Nature, Sensitivity, migration::Tables};

pub use model::{Item, Plan, Reading, State};
pub(crate) use progress::routes as progress_routes;
pub use ticks::{finish, unfinish};

/// Tables. A reading is a record; it has its person's confirmed facets for its day.
pub const MIGRATIONS: &[Tables] = &[
    Tables {
        name: "plans_0001",
        sql: "
create table study_plan (
    id bigint primary key, unit_id bigint not null references unit (id), title varchar(200) not null,
    from_day date not null, to_day date not null, state varchar(16) not null, version bigint not null);
create index study_plan_unit on study_plan (unit_id);
create table plan_item (
    id bigint primary key, plan_id bigint not null references study_plan (id),
    material_id bigint references material (id), section bigint, text varchar(300), kind varchar(16) not null,
    required boolean not null, due_on date not null, party_only boolean not null, chosen boolean not null,
    dropped boolean not null);
create index plan_item_plan on plan_item (plan_id);
create table plan_item_group (
    item_id bigint not null references plan_item (id), group_id bigint not null references study_group (id),
    primary key (item_id, group_id));
create table reading (
    id bigint primary key, item_id bigint not null references plan_item (id),
    person_id bigint not null references person (id), group_id bigint not null, done_on date not null,
    kind varchar(16) not null, required boolean not null, unit_id bigint not null, level varchar(32) not null,
    party varchar(8) not null, youth varchar(8) not null, sex varchar(8) not null, void boolean not null);
create unique index reading_live on reading (item_id, person_id) where void = false;
create index reading_person on reading (person_id);
create table plan_reminder (
    id bigint primary key, item_id bigint not null references plan_item (id),
    person_id bigint not null references person (id), at varchar(32) not null, account_id bigint not null);
create index plan_reminder_item on plan_reminder (item_id, person_id);
insert into id_range (name, last) values ('plan', 0), ('plan_item', 0), ('plan_reminder', 0);
",
    },
    Tables { name: "plans_0002", sql: "alter table reading add column tenths bigint not null default 0;" },
    Tables {
        name: "plans_0003",
        sql: "
alter table study_plan add column theme varchar(32);
alter table reading add column theme varchar(32);
create index study_plan_theme on study_plan (theme);
",
    },
];

/// What is read: a kind of material, or a text in the plan.
const WHAT: &[&str] = &["original", "document", "speech", "law", "film", "link", "other", "text"];

/// A person has finished an item: one entry on its day, for the unit of the person's group; the record is the reading.
pub const KINDS: &[KindSpec] = &[KindSpec {
    name: "learning.read",
    nature: Nature::Flow,
    facets: &[
        FacetSpec::closed("material", WHAT),
        FacetSpec::closed("required", &["yes", "no"]),
        federation::people::MEMBER_FACETS[0],
        federation::people::MEMBER_FACETS[1],
        federation::people::MEMBER_FACETS[2],
        federation::people::MEMBER_FACETS[3],
        themes::FACET,
    ],
    sensitivity: Sensitivity::Plain,
}];

/// Plans serve themes, and with them what is finished of them.
static SERVES: Serves = Serves {
    word: "nav-plans",
    list: Some("/plans?theme="),
    metrics: &["learning.readers", "learning.readings"],
    count: "select count(*) from study_plan where theme = $1",
    unfinished: None,
};

/// An extension point: what else has to happen, in the same transaction, when an item is removed from its plan.
pub struct ItemFollowing(pub for<'a> fn(&'a App, &'a DatabaseTransaction, &'a Actor, i64) -> Work<'a>);

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    kinds: KINDS,
    metrics: include_str!("metrics.toml"),
    routes,
    menu: &[Entry::new(Area::Records, 70, "/plans", "nav-plans", "checklist")],
    records: &[&records::Plans, &records::Readings],
    extensions: &[&SERVES, &hanging::HANGING],
    ..Feature::new("plans")
};

fn routes() -> Vec<Route> {
    pages::routes().into_iter().chain(progress_routes()).collect()
}
