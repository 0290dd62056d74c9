//! Themes (专题): named, dated campaigns of a unit and all under it. Sessions, plans, results and more may serve one; their entries carry
//! it as a facet.

pub mod actions;
pub mod list;
mod model;
pub mod pages;
mod records;
pub mod store;

use desk::{
    feature::Feature,
    ui::shell::{Area, Entry},
};
use ledger::{FacetSpec, Facets, migration::Tables};
use tabular::Column;

pub use model::{Handed, Theme, Themes};

/// Tables. `theme_use` holds what each account has chosen last, so that it is offered first.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "themes_0001",
    sql: "
create table theme (
    id bigint primary key, code varchar(32) not null unique, name varchar(100) not null,
    unit_id bigint not null references unit (id), from_day date not null, to_day date, about varchar(2000),
    void boolean not null, version bigint not null);
create index theme_unit on theme (unit_id);
insert into id_range (name, last) values ('theme', 0);
",
}];

/// Tables that reference accounts.
pub const LATER_MIGRATIONS: &[Tables] = &[Tables {
    name: "themes_0002",
    sql: "
create table theme_use (
    account_id bigint not null references account (id), theme_id bigint not null references theme (id),
    used_at varchar(32) not null, primary key (account_id, theme_id));
",
}];

/// The value of the facet where a record serves no theme.
pub const NONE: &str = "none";

/// The facet of what may serve a theme. Entries from before there were themes carry that they serve none.
pub const FACET: FacetSpec = FacetSpec::code("theme").with_default(NONE);

/// Adds the facet of a record that serves a theme.
#[must_use]
pub fn facet(facets: Facets, theme: Option<&str>) -> Facets {
    match theme {
        Some(theme) => facets.with("theme", theme),
        None => facets,
    }
}

/// The column of a file that names the theme of a row.
pub const COLUMN: Column = Column {
    key: "theme",
    names: &["专题", "所属专题", "所属活动", "主题活动名称", "专项活动", "theme"],
    required: false,
};

/// The extension point: what may serve a theme. A feature brings a static of this type for each kind of its records.
#[derive(Debug)]
pub struct Serves {
    /// The message that names these records: 活动.
    pub word: &'static str,
    /// Their list with one theme: the address before the theme's code.
    pub list: Option<&'static str>,
    /// What is counted of them, as metrics with the facet.
    pub metrics: &'static [&'static str],
    /// Counts those that serve a theme (`$1` is its code), void ones not.
    pub count: &'static str,
    /// Counts those that still wait for something after a day (`$2`): the theme doesn't end before.
    pub unfinished: Option<&'static str>,
}

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    later_migrations: LATER_MIGRATIONS,
    locales: LOCALES,
    routes: pages::routes,
    menu: &[Entry::new(Area::Records, 55, "/themes", "nav-themes", "flag")],
    records: &[&records::Campaigns],
    sweep: &[
        ("GET", "/themes", "yyyyyyyyy"),
        ("GET", "/themes/export", "yyyyyyyyy"),
        ("GET", "/themes/new", "yyy------"),
        ("POST", "/themes", "yyt------"),
        ("GET", "/themes/{id}", "yy-y-y-y-"),
        ("GET", "/themes/{id}/edit", "yy-------"),
        ("POST", "/themes/{id}", "yy-------"),
        ("POST", "/themes/{id}/remove", "yy-------"),
    ],
    ..Feature::new("themes")
};
