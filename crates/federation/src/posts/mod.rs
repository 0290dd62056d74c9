//! Posts (岗位) of units: what somebody who holds one needs to know, and how much is at risk. Who holds a post is said by a posting, see
//! `people`.

pub mod actions;
pub mod list;
mod model;
pub mod pages;
mod records;
mod rules;
pub mod store;

use desk::{
    actor::Action,
    feature::Feature,
    ui::shell::{Area, Entry},
};
use ledger::migration::Tables;

pub use model::{Handed, Post, Risk};

/// Tables.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "posts_0001",
    sql: "
create table post (
    id bigint primary key, unit_id bigint not null references unit (id), name varchar(100) not null,
    needs varchar(500) not null, risk varchar(8), about varchar(2000), closed_on date, void boolean not null,
    version bigint not null);
create index post_unit on post (unit_id);
insert into id_range (name, last) values ('post', 0);
",
}];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    routes: pages::routes,
    menu: &[Entry::new(Area::Rolls, 40, "/posts", "nav-posts", "armchair").for_those_who(Action::Figures)],
    records: &[&records::Posts],
    sweep: &[
        ("GET", "/posts", "yyyyy--y-"),
        ("GET", "/posts/export", "yyyyy--y-"),
        ("GET", "/posts/pick", "yyyyyyyyy"),
        ("GET", "/posts/new", "yyy------"),
        ("POST", "/posts", "yyt------"),
        ("GET", "/posts/{id}", "yy-y---y-"),
        ("GET", "/posts/{id}/edit", "yy-------"),
        ("POST", "/posts/{id}", "yy-------"),
        ("POST", "/posts/{id}/close", "yy-------"),
        ("POST", "/posts/{id}/remove", "yy-------"),
    ],
    ..Feature::new("posts")
};
