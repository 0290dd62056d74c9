//! The queries of materials, their sections, and the places of readers.

use std::collections::HashMap;

use chrono::NaiveDate;
use desk::ui::rows::{By, Filters, Rows, Select, Slice};
use kernel::AccountId;
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;
use web::Fields;

use super::{model::Material, reach::Reach};

/// A select of materials `m` with what comes behind.
fn materials(rest: &str) -> String {
    let columns = Material::columns("m");
    format!("select {columns} from material m left join unit_place p on p.unit_id = m.unit_id {rest}")
}

/// A material that is within reach; another is not known.
pub async fn within(conn: &impl ConnectionTrait, reach: &Reach, id: i64) -> Result<Option<Material>, DbErr> {
    let mut values: Vec<Value> = vec![id.into()];
    let within = reach.within("m.unit_id", ("p.place", "p.last"), &mut values);
    db::row(conn, &materials(&format!("where m.id = $1 and {within}")), values).await
}

/// A material.
pub async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Material>, DbErr> {
    db::row(conn, &materials("where m.id = $1"), vec![id.into()]).await
}

pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    material: &Material,
    (at, account): (&str, AccountId),
) -> Result<(), DbErr> {
    let with = [("put_up_at", at.into()), ("account_id", account.0.into())];
    db::insert_with(tx, std::slice::from_ref(material), &with).await
}

/// Changes a material that still has its version; answers how many rows were touched.
pub(super) async fn update(tx: &impl ConnectionTrait, material: &Material) -> Result<u64, DbErr> {
    db::update(tx, material).await
}

ledger::record! {
    /// A section as it is stored.
    #[derive(Clone, Debug, Default, Serialize)]
    pub struct Section in "material_section" {
        /// Its place in the material, from 1.
        pub place: i64,
        /// Of one that begins a chapter.
        pub title: Option<String>,
        /// Its text, made by [`media::sections`] of escaped words.
        pub html: String,
        /// Of a PDF: the page that the chapter begins on.
        pub page: Option<i64>,
    }
}

pub(super) async fn insert_sections(
    tx: &impl ConnectionTrait,
    material: i64,
    sections: impl IntoIterator<Item = Section>,
) -> Result<(), DbErr> {
    let sections: Vec<Section> = sections.into_iter().collect();
    db::insert_parts(tx, "material_id", sections.iter().map(|section| (material, section))).await
}

pub(super) async fn delete_sections(tx: &impl ConnectionTrait, material: i64) -> Result<(), DbErr> {
    db::execute(tx, "delete from material_section where material_id = $1", vec![material.into()]).await?;
    Ok(())
}

/// The chapters of a material, without their texts.
pub async fn chapters(conn: &impl ConnectionTrait, material: i64) -> Result<Vec<Section>, DbErr> {
    let sql = "select place, title, '' as html, page from material_section where material_id = $1 \
         and title is not null order by place";
    db::rows(conn, sql, vec![material.into()]).await
}

/// Sections from a place on, with their texts.
pub(super) async fn sections(
    conn: &impl ConnectionTrait,
    material: i64,
    from: i64,
    most: u64,
) -> Result<Vec<Section>, DbErr> {
    let sql = format!(
        "select {} from material_section s where s.material_id = $1 and s.place >= $2 order by s.place limit {most}",
        Section::columns("s")
    );
    db::rows(conn, &sql, vec![material.into(), from.into()]).await
}

/// How many sections a material has.
pub(super) async fn count(conn: &impl ConnectionTrait, material: i64) -> Result<i64, DbErr> {
    let sql = "select coalesce(max(place), 0) from material_section where material_id = $1";
    Ok(db::scalar(conn, sql, vec![material.into()]).await?.unwrap_or(0))
}

ledger::record! {
    /// Where an account has got to in a material: a section or a page, and within it the block or the second.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
    pub struct ReadingPlace {
        /// Section; of a PDF the page.
        pub section: i64,
        /// Block within the section; of a film the second.
        pub block: i64,
    }
}

/// Where the account itself has got to. There is no query over other accounts' places, and none that counts them.
pub(super) async fn place_of(
    conn: &impl ConnectionTrait,
    account: AccountId,
    material: i64,
) -> Result<Option<ReadingPlace>, DbErr> {
    let sql = "select section, block from reading_place where account_id = $1 and material_id = $2";
    db::row(conn, sql, vec![account.0.into(), material.into()]).await
}

/// Remembers where an account has got to.
pub(super) async fn remember(
    tx: &impl ConnectionTrait,
    (account, at): (AccountId, &str),
    material: i64,
    place: ReadingPlace,
) -> Result<(), DbErr> {
    let sql = "insert into reading_place (account_id, material_id, section, block, at) values ($1, $2, $3, $4, $5) \
         on conflict (account_id, material_id) do update set section = excluded.section, block = excluded.block, \
         at = excluded.at";
    let values = vec![account.0.into(), material.into(), place.section.into(), place.block.into(), at.into()];
    db::execute(tx, sql, values).await?;
    Ok(())
}

/// A line of the library.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Kind.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Author or issuer.
    pub author: Option<String>,
    /// When it was issued.
    pub issued_on: Option<NaiveDate>,
    /// The unit that it is for; none is everybody.
    pub unit: Option<String>,
    /// What its file is.
    pub media: Option<String>,
    /// Bytes of its file.
    pub size: Option<i64>,
    /// Its address elsewhere.
    pub address: Option<String>,
    /// No longer offered.
    pub retired: bool,
}

/// The orders of the library.
pub const ORDERS: &[By] = &[
    By::number("added", "m.id").falling(),
    By::text("title", "m.title"),
    By::text("issued", "coalesce(cast(m.issued_on as varchar(10)), '')").falling(),
];

/// The materials within reach, as they are asked for.
pub async fn list(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>, DbErr> {
    let mut filters = Filters::new(query, today);
    filters.within(|values| reach.within("m.unit_id", ("p.place", "p.last"), values));
    filters.search(&["m.title", "m.author", "m.summary"]);
    filters.text("kind", "m.kind = ?");
    filters.one_of("state", &[("", "m.retired = false"), ("retired", "m.retired = true")]);
    let select = Select {
        table: "material m",
        id: "m.id",
        joins: "left join unit u on u.id = m.unit_id left join unit_place p on p.unit_id = m.unit_id \
             left join file f on f.id = m.file_id left join file_content c on c.sha256 = f.sha256",
        columns: "m.id, m.kind, m.title, m.author, m.issued_on, u.name as unit, c.media, c.size, m.address, m.retired",
    };
    filters.rows(conn, &select, slice).await
}

/// The account's own places in some materials.
pub(super) async fn places_of(
    conn: &impl ConnectionTrait,
    account: AccountId,
    materials: &[i64],
) -> Result<HashMap<i64, ReadingPlace>, DbErr> {
    let sql = "select material_id, section, block from reading_place where account_id = $1 and material_id in ($keys)";
    db::by_keys(sql, materials).with(vec![account.0.into()]).map(conn).await
}
