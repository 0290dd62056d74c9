//! The type for an offer.

use kernel::{RecordId, UnitId};

ledger::codes! {
    /// A unit's answer to an offer.
    pub enum Said {
        /// 待答复.
        Nothing = "offered",
        /// 参加.
        Yes = "accepted",
        /// 不参加.
        No = "declined",
        /// 退出: it had accepted, or was removed from the activity by its host.
        Left = "left",
    }
}

ledger::record! {
    /// A session offered to a unit.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Offer in "joint_offer" {
        /// Key.
        pub id: i64,
        /// The session.
        pub activity: RecordId as "activity_id",
        /// The unit.
        pub unit: UnitId as "unit_id",
        /// Its answer.
        pub said: Said as "state",
        /// The remark with the answer.
        pub word: Option<String> as "said",
        /// Head-count of people who are in no group: of an outside organisation, or guests of the unit.
        pub guests: Option<i64>,
        /// The contact.
        pub contact: Option<String>,
        /// When the unit's list was handed in.
        pub handed_in_at: Option<String>,
        /// Raised by every change.
        pub version: i64,
    }
}
