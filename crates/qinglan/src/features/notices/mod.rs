//! Notices from above (上级通知): a unit requires activities, plan items and returns of the units under it, each by a deadline;
//! every unit sees its duties, the sender sees who has answered.
//!
//! A notice that was sent can't be edited: it is withdrawn and sent again as a copy, and answers stay. A held activity
//! answers a notice by itself if its 依据文号 names the notice.

pub mod actions;
pub mod answers;
pub mod board;
mod duty_pages;
mod follow;
mod following;
mod form_pages;
pub mod list;
mod model;
mod opening;
pub mod pages;
pub mod reach;
mod records;
mod register;
mod rules;
pub mod store;

use desk::{
    actor::Action,
    feature::Feature,
    router::Route,
    ui::shell::{Area, Entry},
};
use federation::files::Media;
use ledger::{FacetSpec, KindSpec, Nature, Sensitivity, migration::Tables};

pub use federation::duties::{Duty, Kind, State as DutyState};
pub use model::{Demand, Notice, Recipients, State};

/// The code of notices among what opens duties.
pub const OPENER: &str = "notice";

/// What a notice can ask for, in the order in which it is offered.
pub const DEMANDED: [Kind; 3] = [Kind::Return, Kind::Activity, Kind::PlanItem];
pub use register::NOTICES;

/// The kinds of files for a notice and for answers: documents and pictures.
pub const KINDS_OF_FILE: &[Media] =
    &[Media::Docx, Media::Pdf, Media::Xlsx, Media::Pptx, Media::Jpeg, Media::Png, Media::Webp];

/// Tables. `reference` is the number or the title, by which activities name the notice.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "notices_0001",
    sql: "
create table notice (
    id bigint primary key, unit_id bigint not null references unit (id), number varchar(100), title varchar(200) not null,
    reference varchar(200) not null, text text not null, due_on date not null, recipients varchar(40) not null,
    state varchar(16) not null, made_at varchar(32) not null, sent_at varchar(32), sent_on date,
    withdrawn_at varchar(32), withdrawn_reason text, copy_of bigint references notice (id), version bigint not null,
    account_id bigint not null references account (id));
create index notice_unit on notice (unit_id);
create index notice_reference on notice (reference);
create unique index notice_number on notice (unit_id, number) where state <> 'withdrawn';
create table notice_recipient (
    notice_id bigint not null references notice (id), unit_id bigint not null references unit (id),
    primary key (notice_id, unit_id));
create table notice_file (
    notice_id bigint not null references notice (id), file_id bigint not null references file (id),
    primary key (notice_id, file_id));
create table notice_demand (
    id bigint primary key, notice_id bigint not null references notice (id), place bigint not null,
    kind varchar(16) not null, wanted varchar(500) not null, type_code varchar(32) references activity_type (code),
    material_id bigint references material (id), needs_file boolean not null);
create index notice_demand_notice on notice_demand (notice_id);
create table notice_duty (
    id bigint primary key, notice_id bigint not null references notice (id),
    demand_id bigint not null references notice_demand (id), unit_id bigint not null references unit (id),
    level varchar(32) not null, kind varchar(16) not null, due_on date not null, state varchar(16) not null,
    answered_on date, answered_at varchar(32), account_id bigint references account (id), text text,
    file_id bigint references file (id), activity_id bigint references activity (id),
    item_id bigint references plan_item (id), seen_at varchar(32), reminded_at varchar(32), version bigint not null);
create unique index notice_duty_unit on notice_duty (demand_id, unit_id);
create index notice_duty_notice on notice_duty (notice_id, unit_id);
create index notice_duty_of_unit on notice_duty (unit_id, state);
create index notice_duty_activity on notice_duty (activity_id);
create index notice_duty_item on notice_duty (item_id);
insert into id_range (name, last) values ('notice', 0), ('notice_demand', 0);
",
}];

/// A table that is given up: what it held is stored among the duties.
pub const LATER_MIGRATIONS: &[Tables] = &[Tables { name: "notices_0002", sql: "drop table notice_duty;" }];

/// A unit has done what a notice required: one entry on the day of the answer, or of the session; the record is the duty.
pub const KINDS: &[KindSpec] = &[KindSpec {
    name: "notices.answered",
    nature: Nature::Flow,
    facets: &[
        FacetSpec::closed("demand", &["activity", "plan_item", "return"]),
        FacetSpec::closed("in_time", &["yes", "no"]),
        FacetSpec::code("level"),
    ],
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
    routes,
    menu: &[Entry::new(Area::Records, 80, "/notices", "nav-notices", "mail").for_those_who(Action::Figures)],
    records: &[&records::Notices, &records::Duties],
    extensions: &[&opening::OPENER, &NOTICES, &following::ITEMS, &following::FOLLOWING],
    ..Feature::new("notices")
};

/// Routes.
pub fn routes() -> Vec<Route> {
    [pages::routes(), form_pages::routes(), duty_pages::routes()].into_iter().flatten().collect()
}
