//! Duties (待办): what a unit, or a group, a person or a post of it, owes by a day, and what has answered it. Other features open them and bring
//! their pages; here they are stored, counted, listed for those who owe and for those who asked, reminded of, excused and sent back.

pub mod actions;
mod hanging;
pub mod list;
mod model;
mod opening;
pub mod pages;
mod reach;
mod records;
mod rules;
mod settled;
pub mod store;

use desk::{
    feature::Feature,
    ui::shell::{Area, Entry},
};
use ledger::{FacetSpec, KindSpec, Nature, Sensitivity, migration::Tables};

pub use model::{Duty, Kind, State};
pub use opening::{Address, Opener, Opens, Ruling};
pub use reach::Reach;
pub use rules::{answered, reopened};
pub use settled::Settled;

/// Tables. `source` and `part` are keys of the opener: a notice and one of its demands, a register and one of its
/// periods. `record_id` and `item_id` are what answered it,
/// of a feature above. `booked` is false for those of before duties were counted.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "duties_0001",
    sql: "
create table duty (
    id bigint primary key, opener varchar(16) not null, source bigint not null, part bigint not null,
    asker_unit_id bigint not null references unit (id), kind varchar(16) not null, title varchar(200) not null,
    wanted varchar(500) not null, unit_id bigint not null references unit (id),
    group_id bigint references study_group (id), level varchar(32) not null,
    due_on date not null, state varchar(16) not null, reason varchar(500), answered_on date, answered_at varchar(32),
    account_id bigint references account (id), text text, file_id bigint references file (id), record_id bigint,
    item_id bigint, seen_at varchar(32), reminded_at varchar(32), version bigint not null, booked boolean not null);
create unique index duty_part on duty (opener, source, part, unit_id, coalesce(group_id, 0));
create index duty_of_unit on duty (unit_id, state, due_on);
create index duty_asker on duty (asker_unit_id, state, due_on);
create index duty_record on duty (record_id);
create index duty_item on duty (item_id);
create index duty_booked on duty (booked);
",
}];

/// What notices required before duties were stored here; they drop their table after it.
pub const LATER_MIGRATIONS: &[Tables] = &[Tables {
    name: "duties_0002",
    sql: "
insert into duty (
    id, opener, source, part, asker_unit_id, kind, title, wanted, unit_id, level, due_on, state, answered_on, answered_at,
    account_id, text, file_id, record_id, item_id, seen_at, reminded_at, version, booked)
    select d.id, 'notice', d.notice_id, d.demand_id, n.unit_id, d.kind, n.title, m.wanted, d.unit_id, d.level, d.due_on,
    d.state, d.answered_on, d.answered_at, d.account_id, d.text, d.file_id, d.activity_id, d.item_id, d.seen_at,
    d.reminded_at, d.version, false
    from notice_duty d join notice n on n.id = d.notice_id join notice_demand m on m.id = d.demand_id;
",
}, Tables {
    name: "duties_0003",
    sql: "
alter table duty add column person_id bigint references person (id);
alter table duty add column post_id bigint references post (id);
drop index duty_part;
create unique index duty_part on duty (
    opener, source, part, unit_id, coalesce(group_id, 0), coalesce(person_id, 0), coalesce(post_id, 0));
create index duty_of_person on duty (person_id, state, due_on) where person_id is not null;
create index duty_of_post on duty (post_id, state, due_on) where post_id is not null;
",
}];

/// The facets of every duty.
const OPENER: FacetSpec = FacetSpec::code("opener");
const OWED: FacetSpec = FacetSpec::closed("owed", &Kind::CODES);
const LEVEL: FacetSpec = FacetSpec::code("level");

/// A duty is due, on its last day in time; and a duty was answered, on the day of the answer. Those excused and lapsed are neither.
pub const KINDS: &[KindSpec] = &[
    KindSpec {
        name: "duties.due",
        nature: Nature::Flow,
        facets: &[OPENER, OWED, LEVEL, FacetSpec::closed("outcome", &["open", "in_time", "late"])],
        sensitivity: Sensitivity::Plain,
    },
    KindSpec {
        name: "duties.answered",
        nature: Nature::Flow,
        facets: &[OPENER, OWED, LEVEL, FacetSpec::closed("in_time", &["yes", "no"])],
        sensitivity: Sensitivity::Plain,
    },
];

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    later_migrations: LATER_MIGRATIONS,
    locales: (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl")),
    kinds: KINDS,
    metrics: include_str!("metrics.toml"),
    routes: pages::routes,
    menu: &[Entry::new(Area::Records, 75, "/duties", "nav-duties", "clipboard-check")],
    on_open: Some(|app| Box::pin(actions::book_missing(app))),
    records: &[&records::Duties],
    extensions: &[&hanging::HANGING],
    sweep: &[
        ("GET", "/duties", "yyyyyyyyy"),
        ("GET", "/duties/export", "yyyyyyyyy"),
        ("GET", "/duties/asked", "yyyyy--y-"),
        ("GET", "/duties/asked/export", "yyyyy--y-"),
        ("POST", "/duties/remind", "y-t------"),
        ("POST", "/duties/rule", "y-t------"),
    ],
    ..Feature::new("duties")
};
