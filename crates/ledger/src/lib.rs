//! The ledger: append-only facts, the dated tree they are counted over, the metrics computed from them, and their seals.
//!
//! It uses the database, but knows no feature and no HTTP. A feature declares its fact kinds ([`KindSpec`]) and books
//! through [`book`]; everything that shows a number asks [`Books`].

mod booking;
mod books;
mod database;
pub mod db;
mod definitions;
mod error;
mod facets;
mod kinds;
mod measure;
mod metric;
pub mod migration;
mod personal;
mod reconcile;
mod record;
mod seal;
mod tree;

pub use booking::{
    Booked, By, Desired, Entry, EntryKey, LiveEntry, Reason, ReasonCode, book, difference, live_entries, position,
};
pub use books::{Books, Figure, FigureRow, Place, Value, in_parts};
pub use definitions::revision;
pub use error::LedgerError;
pub use facets::{Facets, Filter, of_kind as facet_sets};
pub use kinds::{Allowed, FacetSpec, Kind, KindFacet, KindSpec, Kinds, Nature, OWN, Sensitivity, Values};
pub use measure::{Each, Line, Measure, RowOf, Threshold};
pub use metric::{Labels, Metric, Metrics, OWN_METRIC, Part};
pub use personal::{Personal, of_people};
pub use reconcile::{Reconciled, reconcile};
pub use record::{Columns, Record, Row};
pub use seal::{SealKey, Sealed, Verdict, last_seal, seal, seal_at, sealed_at, verify};
pub use tree::{Edge, Tree, ancestors, changes_of_tree, plant};
