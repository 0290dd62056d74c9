//! Study materials: originals, documents, speeches, laws, films and links, published for a unit and all under it, and read
//! in the page.
//!
//! An account's reading position is private: only the account's own pages read it, and it is in no figure and no list.

pub mod actions;
mod model;
pub mod pages;
pub mod reach;
mod reader;
mod records;
pub mod store;

use desk::{
    feature::Feature,
    router::Route,
    ui::shell::{Area, Entry},
};
use federation::files::Media;
use ledger::migration::Tables;

pub use model::{Kind, Material};
pub(crate) use reader::routes as reader_routes;

/// The kinds of files for a material.
pub const KINDS_OF_FILE: &[Media] = &[Media::Pdf, Media::Docx, Media::Epub, Media::Text, Media::Mp4, Media::Webm];

/// Tables. A section with a title begins a chapter; one without continues it. A chapter of a PDF has a page and no text.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "materials_0001",
    sql: "
create table material (
    id bigint primary key, kind varchar(16) not null, title varchar(300) not null, author varchar(200), issued_on date,
    summary varchar(2000), unit_id bigint references unit (id), file_id bigint references file (id), address varchar(2000),
    seconds bigint, retired boolean not null, version bigint not null, put_up_at varchar(32) not null,
    account_id bigint not null references account (id));
create index material_unit on material (unit_id);
create table material_section (
    material_id bigint not null references material (id), place bigint not null, title varchar(300), html text not null,
    page bigint, primary key (material_id, place));
create table reading_place (
    account_id bigint not null references account (id), material_id bigint not null references material (id),
    section bigint not null, block bigint not null, at varchar(32) not null, primary key (account_id, material_id));
insert into id_range (name, last) values ('material', 0);
",
}];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    routes,
    menu: &[Entry::new(Area::Records, 50, "/materials", "nav-materials", "books")],
    records: &[&records::Materials],
    ..Feature::new("materials")
};

fn routes() -> Vec<Route> {
    pages::routes().into_iter().chain(reader_routes()).collect()
}
