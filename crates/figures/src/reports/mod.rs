//! Reports: a template, metrics for a unit, a period and a position, a document; once issued they are frozen and can be
//! verified.

pub mod actions;
mod appendix;
mod engine;
mod markdown;
mod model;
pub mod pages;
mod records;
pub mod rows;
pub mod store;
mod withheld;
mod wording;

use desk::{
    actor::Action,
    feature::Feature,
    ui::shell::{Area, Entry},
};
use ledger::migration::Tables;

pub use model::{Built, Cell, Frozen, StoredFigure, Template};

/// The figures of a report, for storing and for JSON.
pub fn stored_figures(built: &Built) -> Vec<StoredFigure> {
    built.figures.iter().map(StoredFigure::from).collect()
}

/// Tables.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "reports_0001",
    sql: "
create table report_issue (
    id bigint primary key, template_key varchar(64) not null, template text not null, title varchar(300) not null,
    unit_id bigint not null references unit (id), from_day date not null, to_day date not null, position bigint not null,
    frozen text not null, figures text not null, document text not null, issued_at varchar(32) not null,
    account_id bigint not null);
insert into id_range (name, last) values ('report', 0);
",
}];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    routes: pages::routes,
    menu: &[Entry::new(Area::Derived, 10, "/reports", "nav-reports", "file-text")
        .for_those_who(Action::Figures)
        .in_bar(30)],
    records: &[&records::Reports],
    extensions: &[&pages::DRIFTING],
    ..Feature::new("reports")
};
