//! The ledger's tables. A migration is never edited once it is on the main branch.

use sea_orm::DatabaseConnection;
use sea_orm_migration::{MigratorTraitSelf, prelude::*};

/// A migration in plain SQL that both databases understand; statements are separated by `;`.
pub struct Tables {
    /// Its name, as it is stored: `<feature>_<number>`.
    pub name: &'static str,
    /// The statements.
    pub sql: &'static str,
}

impl MigrationName for Tables {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in self.sql.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

struct Migrator(Vec<&'static Tables>);

impl MigratorTraitSelf for Migrator {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        self.0.iter().map(|tables| Box::new(Tables { ..**tables }) as Box<dyn MigrationTrait>).collect()
    }
}

/// Runs, in their order, those of these migrations that have not been run on the database yet.
pub async fn migrate(db: &DatabaseConnection, all: impl Iterator<Item = &'static Tables>) -> Result<(), DbErr> {
    let migrator = Migrator(all.collect());
    migrator.up(db, None).await
}

/// The ledger's tables: ranges, kinds, facet sets, entries, notes, edges, seals, metric versions; versions of kinds.
pub const LEDGER: &[Tables] = &[
    Tables { name: "ledger_0001", sql: LEDGER_0001 },
    Tables { name: "ledger_0002", sql: LEDGER_0002 },
    Tables { name: "ledger_0003", sql: LEDGER_0003 },
];

const LEDGER_0001: &str = "
create table id_range (name varchar(32) primary key, last bigint not null);
create table ledger_head (id bigint primary key, seq bigint not null);
create table ledger_kind (
    id bigint primary key, name varchar(64) not null unique, nature varchar(8) not null, sensitivity varchar(16) not null);
create table facet_set (id bigint primary key, hash varchar(64) not null unique, facets text not null);
create table ledger_entry (
    seq bigint primary key,
    booking bigint not null,
    kind_id bigint not null references ledger_kind (id),
    unit_id bigint not null,
    person_id bigint,
    record_id bigint not null,
    occurred_on date not null,
    month bigint not null,
    facet_set_id bigint not null references facet_set (id),
    quantity bigint not null,
    reverses bigint references ledger_entry (seq),
    reason varchar(16),
    recorded_at varchar(32) not null,
    account_id bigint not null);
create unique index ledger_entry_reverses on ledger_entry (reverses) where reverses is not null;
create index ledger_entry_kind_day on ledger_entry (kind_id, occurred_on);
create index ledger_entry_unit_kind on ledger_entry (unit_id, kind_id, occurred_on);
create index ledger_entry_record on ledger_entry (record_id);
create index ledger_entry_person on ledger_entry (person_id, occurred_on);
create table ledger_note (booking bigint primary key, note text not null);
create table tree_edge (
    seq bigint primary key,
    unit_id bigint not null,
    parent_id bigint,
    valid_from date not null,
    recorded_at varchar(32) not null,
    account_id bigint not null);
create index tree_edge_parent on tree_edge (parent_id);
create index tree_edge_unit on tree_edge (unit_id, valid_from, seq);
create table seal_key (id bigint primary key, public_key varchar(64) not null unique, recorded_at varchar(32) not null);
create table seal (
    id bigint primary key,
    first_seq bigint not null unique,
    last_seq bigint not null unique,
    root varchar(64) not null,
    previous varchar(64) not null,
    sealed_at varchar(32) not null,
    key_id bigint not null references seal_key (id),
    hash varchar(64) not null,
    signature varchar(128) not null);
create table metric_version (
    metric_key varchar(96) not null, version bigint not null, definition text not null,
    hash varchar(64) not null, recorded_at varchar(32) not null, primary key (metric_key, version));
insert into ledger_head (id, seq) values (1, 0);
insert into id_range (name, last) values ('kind', 0), ('facet_set', 0), ('record', 0), ('seal', 0), ('seal_key', 0);
";

/// Metrics that the database defines, as opposed to those of the program and of a file; those taken back are kept for reports.
const LEDGER_0003: &str = "
create table metric_stored (metric_key varchar(64) primary key, retired boolean not null);
";

/// The number of a version is the revision of the definitions after it was stored.
const LEDGER_0002: &str = "
create table kind_version (
    id bigint primary key, kind_id bigint not null references ledger_kind (id), version bigint not null, definition text not null,
    hash varchar(64) not null, recorded_at varchar(32) not null, unique (kind_id, version));
insert into id_range (name, last) values ('definition', 0);
";
