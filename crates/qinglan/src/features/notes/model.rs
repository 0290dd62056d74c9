//! What a note is.

use chrono::NaiveDate;
use kernel::{PersonId, RecordId, UnitId};

ledger::record! {
    /// A note.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Note in "study_note" {
        /// Key and record.
        pub id: RecordId,
        /// Who wrote it.
        pub person: PersonId as "person_id",
        /// Title.
        pub title: String,
        /// Text.
        pub body: String,
        /// The session that it is about.
        pub activity: Option<RecordId> as "activity_id",
        /// The material that it is about.
        pub material: Option<i64> as "material_id",
        /// Handed in on this day; a draft until then.
        pub handed_in_on: Option<NaiveDate>,
        /// Recommended on this day.
        pub recommended_on: Option<NaiveDate>,
        /// Collected on this day.
        pub collected_on: Option<NaiveDate>,
        /// In this collection.
        pub collected_in: Option<String>,
        /// The unit that it counts to: where the writer stood when it was handed in.
        pub unit: Option<UnitId> as "unit_id",
        /// That unit's level.
        pub level: String,
        /// Party member that day.
        pub party: String,
        /// Youth that day.
        pub youth: String,
        /// Sex.
        pub sex: String,
        /// Tenths of a learning hour that it is worth, as it was set when it was handed in.
        pub tenths: i64,
        /// Raised by every change of what is said or done with it.
        pub version: i64,
    }
}

/// What a writer says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// A session that the writer was on the list of.
    pub activity: Option<RecordId>,
    /// A material within the writer's reach.
    pub material: Option<i64>,
}
