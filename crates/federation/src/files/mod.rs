//! Files that people upload: stored by their content, cleaned, served in parts. A file can be reached only through the
//! record that it belongs to: it has no address of its own.
//!
//! A feature reads a form with files with [`receive`], after checking the visitor's permission; stores each file with
//! [`keep`], before its transaction; inserts it with [`enter`], in the transaction that writes the record with its key;
//! releases it with [`release`]; and sends it with [`serve`], after checking its own scope. Contents that no file uses are
//! swept.

mod contents;
mod keep;
mod receive;
mod serve;
mod store;

use desk::{
    app::App,
    error::{AppError, Result},
    feature::Feature,
};
use ledger::migration::Tables;

pub use contents::Contents;
pub use keep::{Kept, content, content_of, enter, film, keep, most_bytes, release, sweep};
pub use media::Media;
pub use receive::{Handed, Incoming, receive};
pub use serve::{Way, serve};
pub use store::{Stored, by_id, by_ids};

/// Photos and pictures.
pub const PICTURES: &[Media] = &[Media::Jpeg, Media::Png, Media::Webp];
/// The kinds of files for a certificate or another proof.
pub const PROOFS: &[Media] = &[Media::Pdf, Media::Jpeg, Media::Png, Media::Webp];
/// The kinds of files for papers and other texts.
pub const PAPERS: &[Media] = &[Media::Docx, Media::Pdf];

/// Tables. A content is stored once, however many files use it: for a day after its upload, then for as long as a file uses it.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "files_0001",
    sql: "
create table file_content (
    sha256 varchar(64) primary key, size bigint not null, media varchar(8) not null, held_until varchar(32) not null);
create table file (
    id bigint primary key, sha256 varchar(64) not null references file_content (sha256), name varchar(200) not null,
    stored_at varchar(32) not null, account_id bigint not null references account (id));
create index file_content_until on file_content (held_until);
create index file_of_content on file (sha256);
insert into id_range (name, last) values ('file', 0);
",
}];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    on_open: Some(|app| Box::pin(async { open(app) })),
    every_minute: Some(|app| Box::pin(sweep(app))),
    ..Feature::new("files")
};

/// The value of the attribute `accept` of a file field: `.pdf,.docx`.
pub fn accept(kinds: &[Media]) -> String {
    let endings = kinds.iter().flat_map(|kind| kind.endings()).map(|ending| format!(".{ending}"));
    endings.collect::<Vec<_>>().join(",")
}

/// Opens the folder of contents.
fn open(app: &App) -> Result<()> {
    app.share(Contents::open(&app.config.files_folder())?);
    Ok(())
}

/// The folder of contents.
fn contents(app: &App) -> Result<std::sync::Arc<Contents>> {
    let opened = app.shared_if::<Contents>();
    opened.ok_or_else(|| AppError::Unreadable { what: "folder of files", fault: "it was not opened".to_owned() })
}
