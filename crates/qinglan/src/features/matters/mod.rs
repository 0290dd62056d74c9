//! Matters (事项) that pass through named lists in their order, such as the five lists (五单) 点单、制单、派单、接单、评单: each list has an owner and a
//! last day, and is a duty; once it is done the next one's begins.

pub mod actions;
mod form_pages;
mod hanging;
pub mod list;
mod model;
mod opening;
mod pages;
mod records;
mod rules;
pub mod store;

use desk::{
    actor::Action,
    feature::Feature,
    router::Route,
    ui::shell::{Area, Entry},
};
use federation::{
    settings::choices::{self, ChoiceList, Words},
    themes::Serves,
};
use ledger::migration::Tables;

pub use model::{Handed, Matter, State, Step, Wanted};

/// Tables and the shipped methods. `current` is the place of the list that a matter is in.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "matters_0001",
    sql: "
create table list_method (
    code varchar(32) primary key, name varchar(64) not null unique, en varchar(64) not null, aliases varchar(500) not null,
    place bigint not null, retired boolean not null);
insert into list_method (code, name, en, aliases, place, retired) values
    ('five_lists', '五单工作法', 'five lists', '点单 制单 派单 接单 评单', 1, false),
    ('four_lists', '四单工作法', 'four lists', '点单 派单 接单 评单', 2, false);
create table matter (
    id bigint primary key, unit_id bigint not null references unit (id), method varchar(32) not null, title varchar(200) not null,
    about varchar(2000), theme varchar(32), state varchar(16) not null, current bigint not null, reason varchar(500),
    entered_by bigint not null references account (id), entered_at varchar(32) not null, version bigint not null);
create index matter_unit on matter (unit_id, state);
create index matter_theme on matter (theme);
create table matter_step (
    matter_id bigint not null references matter (id), place bigint not null, name varchar(64) not null,
    unit_id bigint not null references unit (id), person_id bigint references person (id), due_on date not null,
    primary key (matter_id, place));
insert into id_range (name, last) values ('list_method', 2), ('matter', 0);
",
}];

/// The code of matters among what opens duties.
const OPENER: &str = "matter";

/// The methods: which lists a matter passes through.
pub static METHODS: ChoiceList = ChoiceList {
    table: "list_method",
    path: "/settings/methods",
    title: "settings-methods",
    line: "methods-line",
    changed: "method-changed",
    unknown: "method-unknown",
    rest: None,
    words: Words::Parts(2, 9),
};

/// Matters serve themes.
static SERVES: Serves = Serves {
    word: "nav-matters",
    list: Some("/matters?theme="),
    metrics: &[],
    count: "select count(*) from matter where theme = $1 and state <> 'withdrawn'",
    unfinished: Some(
        "select count(*) from matter m join matter_step s on s.matter_id = m.id where m.theme = $1 and m.state = 'open' \
         and s.place = (select max(l.place) from matter_step l where l.matter_id = m.id) and s.due_on > $2",
    ),
};

fn routes() -> Vec<Route> {
    [form_pages::routes(), pages::routes(), choices::routes(&METHODS)].into_iter().flatten().collect()
}

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl")),
    routes,
    menu: &[
        Entry::new(Area::Records, 77, "/matters", "nav-matters", "list-check"),
        Entry::new(Area::Settings, 60, "/settings/methods", "settings-methods", "").for_those_who(Action::Administer),
    ],
    records: &[&records::Matters],
    extensions: &[&opening::OPENS, &hanging::HANGING, &SERVES],
    sweep: &[
        ("GET", "/matters", "yyyyyyyyy"),
        ("GET", "/matters/export", "yyyyyyyyy"),
        ("GET", "/matters/board", "yyyyyyyyy"),
        ("GET", "/matters/new", "yyy------"),
        ("POST", "/matters", "yyt------"),
        ("GET", "/matters/{id}", "yy-y-y---"),
        ("GET", "/matters/{id}/edit", "yy-------"),
        ("POST", "/matters/{id}", "yy-------"),
        ("POST", "/matters/{id}/withdraw", "yy-------"),
        ("POST", "/matters/{id}/hand-in", "yy---y---"),
        ("POST", "/matters/{id}/rule", "yy-------"),
        ("GET", "/settings/methods", "y--------"),
        ("POST", "/settings/methods", "y--------"),
    ],
    ..Feature::new("matters")
};
