//! The types for matters.

use chrono::NaiveDate;
use kernel::{AccountId, PersonId, UnitId};

ledger::codes! {
    /// The state of a matter.
    pub enum State {
        /// 办理中.
        Open = "open",
        /// 办结: it has passed through all its lists.
        Done = "done",
        /// 撤回.
        Withdrawn = "withdrawn",
    }
}

ledger::record! {
    /// A matter that passes through lists.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Matter in "matter" {
        /// Key.
        pub id: i64,
        /// The unit that asks.
        pub unit: UnitId as "unit_id",
        /// The code of the method by which it goes.
        pub method: String,
        /// 事项.
        pub title: String,
        /// What it is about.
        pub about: Option<String>,
        /// The theme that it serves.
        pub theme: Option<String>,
        /// Its state.
        pub state: State,
        /// The place of the list that it is in; once it is done, of the last one.
        pub current: i64,
        /// Why it was withdrawn.
        pub reason: Option<String>,
        /// Who has opened it.
        pub entered_by: AccountId,
        /// When.
        pub entered_at: String,
        /// Raised by every change.
        pub version: i64,
    }
}

ledger::record! {
    /// One of the lists that a matter passes through. It keeps its name when the method is changed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Step in "matter_step" {
        /// The matter.
        pub matter: i64 as "matter_id",
        /// Its place in the order, from 1 on.
        pub place: i64,
        /// 点单, 派单 …
        pub name: String,
        /// The unit that has to do it.
        pub unit: UnitId as "unit_id",
        /// The person of it who has to.
        pub person: Option<PersonId> as "person_id",
        /// The last day in time.
        pub due_on: NaiveDate,
    }
}

/// Who has to do a list, and by when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The unit.
    pub unit: UnitId,
    /// A person of it.
    pub person: Option<PersonId>,
    /// The last day in time.
    pub due_on: NaiveDate,
}

/// A matter as submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// 事项.
    pub title: String,
    /// What it is about.
    pub about: Option<String>,
    /// The code of a theme.
    pub theme: Option<String>,
    /// One for each list of the method, in order.
    pub steps: Vec<Wanted>,
}
