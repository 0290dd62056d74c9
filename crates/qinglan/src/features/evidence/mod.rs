//! Evidence: photos and files for a session or an external result. Hidden unless its maintainer shows it, without camera
//! metadata, and retained for as long as the settings say.

mod actions;
mod following;
pub mod pages;
pub(crate) mod store;

use desk::feature::Feature;
use ledger::migration::Tables;

pub use actions::{Bears, Beside, sweep};

/// The accepted kinds: photos, and office documents.
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

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    routes: pages::routes,
    every_minute: Some(|app| Box::pin(sweep(app))),
    extensions: &[&following::FOLLOWING],
    ..Feature::new("evidence")
};
