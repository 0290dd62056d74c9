//! What a unit and a level are.

use chrono::NaiveDate;
use kernel::UnitId;

ledger::record! {
    /// A unit as it stands now.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Unit in "unit" {
        /// Key.
        pub id: UnitId,
        /// Name.
        pub name: String,
        /// Code of its level; none for an outside organisation.
        pub level: Option<String>,
        /// Whether it stands beside the tree.
        pub outside: bool,
        /// The day it was closed.
        pub closed_on: Option<NaiveDate>,
        /// Taken out of use by an undone import.
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
        /// As the tree file has it: `street`.
        pub code: String,
        /// 1 is the highest.
        pub rank: i64,
        /// Its name.
        pub zh: String,
        /// Its name in English.
        pub en: String,
        /// Words that stand for it where no name is given: `区 县`.
        pub bare: String,
    }
}
