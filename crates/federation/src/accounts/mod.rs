//! Accounts, roles and scopes; signing in; the log of who did what. The command line acts as the account `operator`.

pub mod actions;
pub mod attempts;
mod hanging;
pub mod pages;
pub mod password;
mod records;
pub mod store;

use desk::{
    actor::Action,
    feature::Feature,
    serve::SignIn,
    ui::shell::{Area, Entry},
};
use ledger::migration::Tables;

/// Tables.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "accounts_0001",
    sql: "
create table account (id bigint primary key, name varchar(64) not null unique, person_id bigint);
create table role (
    account_id bigint not null references account (id), role varchar(32) not null,
    unit_id bigint, from_day date not null, to_day date);
insert into account (id, name) values (1, 'operator');
insert into role (account_id, role, unit_id, from_day) values (1, 'operator', null, '0001-01-01');
",
}];

/// Tables that reference units and groups, so that they come after those.
pub const LATER_MIGRATIONS: &[Tables] = &[Tables {
    name: "accounts_0002",
    sql: "
alter table account add column display varchar(100) not null default '';
alter table account add column password varchar(200);
alter table account add column must_change boolean not null default false;
alter table account add column locked boolean not null default false;
alter table account add column language varchar(8) not null default 'zh-CN';
alter table account add column theme varchar(8) not null default 'auto';
alter table account add column unit_id bigint;
alter table account add column version bigint not null default 1;
alter table account add column created_at varchar(32) not null default '';
alter table account add column signed_in_at varchar(32);
create unique index account_person on account (person_id) where person_id is not null;
create table account_role (
    id bigint primary key, account_id bigint not null references account (id), role varchar(32) not null,
    unit_id bigint references unit (id), group_id bigint references study_group (id),
    from_day date not null, to_day date);
create index account_role_account on account_role (account_id);
insert into account_role (id, account_id, role, from_day) values (1, 1, 'operator', '0001-01-01');
drop table role;
create table session (
    digest varchar(64) primary key, account_id bigint not null references account (id),
    created_at varchar(32) not null, seen_at varchar(32) not null, ends_at varchar(32) not null, keep boolean not null);
create index session_account on session (account_id);
create table failed_sign_in (name varchar(64) not null, at varchar(32) not null);
create index failed_sign_in_name on failed_sign_in (name, at);
create table form_once (
    token varchar(64) primary key, account_id bigint not null, at varchar(32) not null, location varchar(500));
create index form_once_at on form_once (at);
create table log_entry (
    id bigint primary key, at varchar(32) not null, account_id bigint not null references account (id),
    what varchar(64) not null, object_kind varchar(32), object_id bigint, unit_id bigint, args text not null);
create index log_entry_account on log_entry (account_id, id);
create index log_entry_object on log_entry (object_kind, object_id);
insert into id_range (name, last) values ('account', 1), ('account_role', 1), ('log', 0);
",
}, Tables {
    name: "accounts_0003",
    sql: "
create table sign_in_attempt (
    id bigint primary key, name varchar(64) not null, address varchar(64), browser varchar(64), at varchar(32) not null);
create index sign_in_attempt_name on sign_in_attempt (name, at);
create index sign_in_attempt_address on sign_in_attempt (address, at);
create table known_browser (
    digest varchar(64) not null, account_id bigint not null references account (id), seen_at varchar(32) not null,
    primary key (digest, account_id));
drop table failed_sign_in;
insert into account (id, name) values (0, '-');
insert into id_range (name, last) values ('sign_in_attempt', 0);
",
}];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// How visitors sign in, for the server.
static SIGN_IN: SignIn =
    SignIn { visit: |app, secret| Box::pin(actions::visit(app, secret)), again: pages::sign_in_again };

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    later_migrations: LATER_MIGRATIONS,
    locales: LOCALES,
    routes: pages::routes,
    menu: &[
        Entry::new(Area::Data, 20, "/accounts", "nav-accounts", "user-cog").for_those_who(Action::Administer),
        Entry::new(Area::Data, 40, "/log", "nav-log", "history").for_those_who(Action::Administer),
    ],
    records: &[&records::Accounts],
    extensions: &[&hanging::HANGING, &SIGN_IN],
    ..Feature::new("accounts")
};
