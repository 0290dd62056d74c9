//! The type for a speaker.

use kernel::{PersonId, UnitId};

/// 领域, in the order in which they are offered.
pub const FIELDS: [&str; 7] = ["theory", "policy", "writing", "digital", "law", "practice", "other"];

/// 层级: who they are, in the order in which they are offered.
pub const LEVELS: [&str; 5] = ["expert", "federation", "model", "youth", "other"];

ledger::record! {
    /// A speaker of the register.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Speaker in "speaker" {
        /// Key.
        pub id: i64,
        /// Name.
        pub name: String,
        /// The person, if the speaker belongs to the federation.
        pub person: Option<PersonId> as "person_id",
        /// One of [`FIELDS`].
        pub field: String,
        /// One of [`LEVELS`].
        pub level: String,
        /// Organisation and position of the speaker.
        pub organisation: Option<String>,
        /// 备注.
        pub note: Option<String>,
        /// The unit that maintains the entry.
        pub unit: UnitId as "unit_id",
        /// Whether the speaker is no longer invited.
        pub retired: bool,
        /// Raised by every change.
        pub version: i64,
    }
}
