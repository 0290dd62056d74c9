//! Training fields (领域): what sessions are about, whatever their form, and what a post asks for. A list that the office maintains; a
//! session may have one, and its entries carry it as a facet.

use desk::{
    actor::Action,
    error::Result,
    feature::Feature,
    ui::{
        language::Language,
        shell::{Area, Entry},
    },
};
use ledger::{FacetSpec, Facets, migration::Tables};
use sea_orm::{ConnectionTrait, DbErr};
use tabular::Column;

use crate::settings::choices::{self, ChoiceList, Words};

/// Tables and the shipped fields.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "training_fields_0001",
    sql: "
create table training_field (
    code varchar(32) primary key, name varchar(64) not null unique, en varchar(64) not null, aliases varchar(500) not null,
    place bigint not null, retired boolean not null);
insert into training_field (code, name, en, aliases, place, retired) values
    ('theory', '政治理论', 'political theory', '理论 理论武装 政治能力', 1, false),
    ('law', '法律法规', 'law', '法律 法治 法律知识', 2, false),
    ('rights', '权益维护', 'protection of rights', '维权 权益 权益保障', 3, false),
    ('family', '家庭工作', 'work with families', '家庭教育 家教家风 家庭', 4, false),
    ('children', '儿童工作', 'work with children', '儿童 儿童关爱 未成年人保护', 5, false),
    ('counselling', '心理疏导', 'counselling', '心理 心理健康 心理辅导', 6, false),
    ('writing', '文字写作', 'writing', '写作 文字 公文写作 公文', 7, false),
    ('digital', '数字技能', 'digital skills', '数字 信息化 计算机 新媒体', 8, false),
    ('projects', '项目管理', 'project work', '项目 项目运作', 9, false),
    ('community', '基层治理', 'community work', '群众工作 社区治理 社会治理', 10, false),
    ('enterprise', '创业就业', 'jobs and enterprise', '创业 就业 就业创业', 11, false),
    ('emergency', '应急处置', 'emergencies', '应急 应急管理', 12, false),
    ('integrity', '廉洁从业', 'integrity', '廉政 廉洁', 13, false);
insert into id_range (name, last) values ('training_field', 13);
",
}];

/// The value of the facet where a session has no field.
pub const NONE: &str = "none";

/// The facet. Entries from before there were fields carry that they have none.
pub const FACET: FacetSpec = FacetSpec::code("field").with_default(NONE);

/// The column of a file that names the field of a row.
pub const COLUMN: Column =
    Column {
        key: "field", names: &["领域", "培训领域", "业务领域", "培训方向", "field"], required: false
    };

/// The list.
pub static FIELDS: ChoiceList = ChoiceList {
    table: "training_field",
    path: "/settings/fields",
    title: "settings-fields",
    line: "fields-line",
    changed: "field-changed",
    unknown: "training-field-unknown",
    rest: None,
    words: Words::Aliases,
};

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl")),
    routes: || choices::routes(&FIELDS),
    menu: &[Entry::new(Area::Settings, 50, "/settings/fields", "settings-fields", "").for_those_who(Action::Administer)],
    sweep: &[("GET", "/settings/fields", "y--------"), ("POST", "/settings/fields", "y--------")],
    ..Feature::new("training_fields")
};

/// Adds the facet of a record that has a field.
#[must_use]
pub fn facet(facets: Facets, field: Option<&str>) -> Facets {
    match field {
        Some(field) => facets.with("field", field),
        None => facets,
    }
}

/// Checks fields that records are given, each with the one that it had: one that is no longer used only stays where it is.
pub async fn check<'f>(
    conn: &impl ConnectionTrait,
    fields: impl IntoIterator<Item = (Option<&'f str>, Option<&'f str>)>,
) -> Result<()> {
    let new: Vec<&str> =
        fields.into_iter().filter(|(field, old)| field != old).filter_map(|(field, _)| field).collect();
    if new.is_empty() {
        return Ok(());
    }
    let known = FIELDS.in_use(conn).await?;
    match new.into_iter().find(|code| !known.iter().any(|field| field.code == **code)) {
        Some(unknown) => Err(FIELDS.refuse(&known, unknown).into()),
        None => Ok(()),
    }
}

/// The fields to choose from: code and name; those in use, and the one that a record has.
pub async fn options(
    conn: &impl ConnectionTrait,
    language: Language,
    old: Option<&str>,
) -> Result<Vec<(String, String)>, DbErr> {
    let known = FIELDS.all(conn).await?.into_iter();
    let offered = known.filter(|field| !field.retired || old == Some(&field.code));
    Ok(offered.map(|field| (field.code.clone(), field.name_in(language).to_owned())).collect())
}
