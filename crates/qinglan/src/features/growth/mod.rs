//! The growth record (成长档案): all that is recorded of a person on one time line, read from the ledger; what the rules still ask; the
//! person's own words on a year; who looked at it.

pub mod actions;
mod document;
mod hanging;
pub mod model;
pub mod pages;
mod records;
mod rules;
mod store;

use desk::feature::Feature;
use ledger::migration::Tables;

pub use document::document;

/// Tables: the person's words on a year, and on which days somebody else looked.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "growth_0001",
    sql: "
create table growth_words (
    person_id bigint not null references person (id), year bigint not null, words varchar(2000) not null,
    version bigint not null, primary key (person_id, year));
create table growth_look (
    person_id bigint not null references person (id), account_id bigint not null references account (id),
    day date not null, primary key (person_id, account_id, day));
",
}];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    routes: pages::routes,
    records: &[&records::Growth],
    sweep: &[
        ("GET", "/growth", "yyyyyyyyy"),
        ("GET", "/growth/{id}", "yy-y-y---"),
        ("GET", "/growth/{id}/file/{format}", "yy-y-y---"),
        ("POST", "/growth/words", "tttttyytt"),
    ],
    extensions: &[&hanging::HANGING],
    ..Feature::new("growth")
};
