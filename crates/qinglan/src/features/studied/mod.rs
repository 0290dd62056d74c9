//! What was studied in a session: materials of the library, such as originals and films, each counted once for every session that was held.

mod actions;
mod following;
mod pages;
mod records;
mod store;

use desk::feature::Feature;
use federation::themes;
use kernel::{RecordId, UnitId};
use ledger::{Desired, Entry, FacetSpec, Facets, KindSpec, Nature, Sensitivity, migration::Tables};

use crate::features::activities;

pub use actions::{add, remove};

/// Tables. A link is a record; it has the session's confirmed facts, and counts while the session is held.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "studied_0001",
    sql: "
create table studied (
    id bigint primary key, activity_id bigint not null references activity (id),
    material_id bigint not null references material (id), material varchar(16) not null, held boolean not null,
    day date not null, unit_id bigint not null references unit (id), type_code varchar(32) not null, pillar varchar(16) not null,
    theme varchar(32), void boolean not null);
create unique index studied_live on studied (activity_id, material_id) where void = false;
create index studied_material on studied (material_id);
create index studied_unit on studied (unit_id);
",
}, Tables { name: "studied_0002", sql: "alter table studied add column level varchar(32);" }];

/// A material was studied in a session: one entry, on the session's day, for its host.
pub const KINDS: &[KindSpec] = &[KindSpec {
    name: "activities.studied",
    nature: Nature::Flow,
    facets: &[
        FacetSpec::closed("material", &["original", "document", "speech", "law", "film", "link", "other"]),
        FacetSpec::code("type"),
        FacetSpec::closed("pillar", &["wheel", "station", "stage", "firewall"]),
        activities::LEVEL,
        themes::FACET,
    ],
    sensitivity: Sensitivity::Plain,
}];

ledger::record! {
    /// That a material was studied in a session.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Studied in "studied" {
        /// Record.
        pub id: RecordId,
        /// The session.
        pub activity: RecordId as "activity_id",
        /// The material.
        pub material: i64 as "material_id",
        /// The material's kind when it was added: the facet.
        pub kind: String as "material",
        /// Whether the session is held or closed.
        pub held: bool,
        /// The session's day.
        pub day: chrono::NaiveDate,
        /// Its host.
        pub unit: UnitId as "unit_id",
        /// Its type.
        pub type_code: String,
        /// Its pillar.
        pub pillar: String,
        /// The theme that it serves.
        pub theme: Option<String>,
        /// The host's level.
        pub level: Option<String>,
        /// Whether it was removed.
        pub void: bool,
    }
}

/// The entries that it should have.
fn entries_of(studied: &Studied) -> Desired {
    let facets = activities::facet_of_level(Facets::none(), studied.level.as_deref());
    let entry = Entry {
        day: studied.day,
        unit: studied.unit,
        person: None,
        kind: "activities.studied".into(),
        facets: themes::facet(facets, studied.theme.as_deref())
            .with("material", &studied.kind)
            .with("type", &studied.type_code)
            .with("pillar", &studied.pillar),
        quantity: 1,
    };
    let counts = studied.held && !studied.void;
    Desired { record: studied.id, entries: if counts { vec![entry] } else { Vec::new() } }
}

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    kinds: KINDS,
    metrics: include_str!("metrics.toml"),
    routes: pages::routes,
    records: &[&records::Links],
    sweep: &[
        ("POST", "/activities/{id}/materials", "yy-y-----"),
        ("POST", "/activities/{id}/materials/{material}/remove", "yy-y-----"),
    ],
    extensions: &[&following::FOLLOWING],
    ..Feature::new("studied")
};
