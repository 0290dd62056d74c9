//! Evidence: photos and files beside a session or an external result. Hidden unless its keeper shows it, cleaned of what a
//! camera writes into it, and kept for as long as is set.

mod actions;
mod following;
pub mod pages;
pub(crate) mod store;

use desk::feature::Feature;
use ledger::migration::Tables;

pub use actions::{Bears, Beside, sweep};

/// What is taken: photos, and documents of an office.
const KINDS: &[federation::files::Media] = {
    use federation::files::Media as M;
    &[M::Jpeg, M::Png, M::Webp, M::Pdf, M::Docx, M::Xlsx, M::Pptx]
};

/// Tables.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "evidence_0001",
    sql: "
create table evidence (
    id bigint primary key, record_id bigint not null, file_id bigint not null references file (id), shown boolean not null,
    kept_until date, at varchar(32) not null, account_id bigint not null references account (id));
create index evidence_record on evidence (record_id, id);
create index evidence_until on evidence (kept_until);
insert into id_range (name, last) values ('evidence', 0);
",
}];

/// Words.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// What the application knows of it.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    routes: pages::routes,
    every_minute: Some(|app| Box::pin(sweep(app))),
    extensions: &[&following::FOLLOWING],
    ..Feature::new("evidence")
};
