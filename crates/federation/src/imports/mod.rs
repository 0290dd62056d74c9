//! Imports of users' own files. Every row gets a verdict before anything is imported; an import can only be undone as a whole.

pub mod actions;
mod bundle;
mod groups;
mod importer;
mod jobs;
pub mod layout;
mod model;
pub mod pages;
mod records;
mod rows;
pub mod store;
mod taking;
pub mod work_pages;

use desk::{
    actor::Action,
    feature::Feature,
    router::Route,
    ui::shell::{Area, Entry},
};
use ledger::migration::Tables;

pub use groups::Cure;
pub use importer::{Facts, Importer, Kind, KindsOfApp};
pub use jobs::Jobs;
pub use model::{
    Again, Answers, Context, Judged, Labelled, Plan, Question, Source, Summary, TakenRow, Understood, Unread, Verdict,
    cell_fault, error_in, read_sheets, refused_file, refused_sheet, too_long,
};

/// Tables.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "imports_0001",
    sql: "
create table import (
    id bigint primary key, kind varchar(16) not null, file_name varchar(255) not null, sha256 varchar(64) not null,
    unit_id bigint, year bigint, taken bigint not null, repeated bigint not null, refused bigint not null,
    recorded_at varchar(32) not null, account_id bigint not null, undone_at varchar(32), undone_by bigint);
create table import_refusal (import_id bigint not null references import (id), row_number bigint not null, reason text not null);
create index import_refusal_import on import_refusal (import_id);
insert into id_range (name, last) values ('import', 0);
",
}];

/// Files that were uploaded on a page and aren't imported yet, as base64: the same text on every database.
pub const LATER_MIGRATIONS: &[Tables] = &[
    Tables {
        name: "imports_0002",
        sql: "
create table import_work (
    id bigint primary key, kind varchar(16) not null, unit_id bigint references unit (id), year bigint,
    file_name varchar(255) not null, content text not null, answers text not null, account_id bigint not null,
    created_at varchar(32) not null, import_id bigint references import (id));
insert into id_range (name, last) values ('import_work', 0);
",
    },
    Tables {
        // The sheet and columns of such a file that were chosen by hand, as JSON.
        name: "imports_0003",
        sql: "alter table import_work add column layout text;",
    },
    Tables {
        // Whether such a file is being imported (`taking`), or why that failed (`failed`), a refusal as JSON.
        name: "imports_0004",
        sql: "
alter table import_work add column state varchar(16) not null default '';
alter table import_work add column fault text;
",
    },
    Tables {
        // Whether an import is complete (`done`), has further parts to come (`taking`), or was broken off, and when its last
        // part was imported.
        name: "imports_0005",
        sql: "
alter table import add column state varchar(16) not null default 'done';
alter table import add column touched_at varchar(32);
",
    },
    Tables {
        // The units that were chosen by hand for rows of such a file, as JSON.
        name: "imports_0006",
        sql: "alter table import_work add column units text;",
    },
];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    later_migrations: LATER_MIGRATIONS,
    locales: LOCALES,
    routes,
    menu: &[Entry::new(Area::Data, 10, "/imports", "nav-imports", "file-import").for_those_who(Action::Write)],
    records: &[&records::Imports],
    every_minute: Some(|app| Box::pin(taking::undo_broken_off(app))),
    ..Feature::new("imports")
};

fn routes() -> Vec<Route> {
    [pages::routes(), work_pages::routes(), layout::routes()].into_iter().flatten().collect()
}
