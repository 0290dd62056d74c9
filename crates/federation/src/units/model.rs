//! The types for a unit and a level.

use chrono::NaiveDate;
use kernel::{RecordId, UnitId};

ledger::record! {
    /// A unit in its current state.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Unit in "unit" {
        /// Key.
        pub id: UnitId,
        /// Name.
        pub name: String,
        /// Code of its level; `None` for an outside organisation.
        pub level: Option<String>,
        /// Whether it is an outside organisation.
        pub outside: bool,
        /// Its record in the ledger; `None` for an outside organisation.
        pub record: Option<RecordId> as "record_id",
        /// Its first day in the tree, [`DAY_ONE`](kernel::DAY_ONE) if it has no lower bound; `None` for an outside
        /// organisation.
        pub opened_on: Option<NaiveDate>,
        /// Its last day.
        pub closed_on: Option<NaiveDate>,
        /// Whether it was voided by undoing an import.
        pub void: bool,
        /// Raised by every change.
        pub version: i64,
    } beside {
        /// Its code, if it has one.
        pub code: Option<String>,
    }
}

ledger::record! {
    /// A level of the tree; its names are settings.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Level in "level" {
        /// Its code in tree files: `street`.
        pub code: String,
        /// 1 is the highest.
        pub rank: i64,
        /// Its name.
        pub zh: String,
        /// Its name in English.
        pub en: String,
        /// Words that stand for it without a name: `区 县`.
        pub bare: String,
    }
}

impl Level {
    /// A number that is another one when its names are: it has no version of its own.
    pub fn version(&self) -> i64 {
        web::version_of([self.zh.as_str(), &self.en, &self.bare])
    }
}
