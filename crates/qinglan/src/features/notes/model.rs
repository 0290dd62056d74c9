//! The type for a note.

use chrono::NaiveDate;
use kernel::{PersonId, RecordId, UnitId};

ledger::record! {
    /// A note.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Note in "study_note" {
        /// Key and record.
        pub id: RecordId,
        /// The writer.
        pub person: PersonId as "person_id",
        /// Title.
        pub title: String,
        /// Text.
        pub body: String,
        /// The session that it is about.
        pub activity: Option<RecordId> as "activity_id",
        /// The material that it is about.
        pub material: Option<i64> as "material_id",
        /// The theme that it serves.
        pub theme: Option<String>,
        /// The day it was handed in; `None` for a draft.
        pub handed_in_on: Option<NaiveDate>,
        /// The day it was recommended.
        pub recommended_on: Option<NaiveDate>,
        /// The day it was collected.
        pub collected_on: Option<NaiveDate>,
        /// The collection.
        pub collected_in: Option<String>,
        /// The unit that it is counted for: the writer's unit when it was handed in.
        pub unit: Option<UnitId> as "unit_id",
        /// That unit's level.
        pub level: String,
        /// Party member on that day.
        pub party: String,
        /// Youth on that day.
        pub youth: String,
        /// Sex.
        pub sex: String,
        /// Tenths of a learning hour that it is worth, by the setting when it was handed in.
        pub tenths: i64,
        /// Raised by every change and action.
        pub version: i64,
    }
}

/// The data that a writer enters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// A session whose list includes the writer.
    pub activity: Option<RecordId>,
    /// A material within the writer's reach.
    pub material: Option<i64>,
    /// The theme that it serves.
    pub theme: Option<String>,
}
