//! Collective talks after an appointment (任职集体廉政谈话): whoever is promoted or moved owes one within the days that the settings say; a
//! session of that type answers it for everybody who was there.

pub mod actions;
mod following;
mod hanging;
pub mod list;
mod opening;
mod pages;
mod rules;
mod settling;
mod store;

use desk::{
    actor::Action,
    feature::Feature,
    ui::shell::{Area, Entry},
};
use ledger::migration::Tables;

pub use settling::open_all;

/// Tables: the last posting of before talks were asked for; those up to it owe none.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "talks_0001",
    sql: "
create table talk_begin (posting_id bigint not null);
insert into talk_begin (posting_id) select coalesce(max(id), 0) from posting;
",
}];

/// The code of talks among what opens duties.
const OPENER: &str = "talk";

/// The type of the sessions that answer.
const TYPE: &str = "integrity_talk";

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl")),
    routes: pages::routes,
    menu: &[Entry::new(Area::Records, 76, "/talks", "nav-talks", "messages").for_those_who(Action::Lead)],
    every_minute: Some(|app| Box::pin(open_all(app))),
    extensions: &[&opening::OPENS, &hanging::HANGING, &following::FOLLOWING],
    sweep: &[
        ("GET", "/talks", "yyyyy----"),
        ("GET", "/talks/export", "yyyyy----"),
        ("POST", "/talks/hold", "yytyt----"),
    ],
    ..Feature::new("talks")
};
