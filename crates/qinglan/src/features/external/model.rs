//! The types for an external result.

use chrono::NaiveDate;
use kernel::{AccountId, PersonId, RecordId, UnitId};

ledger::codes! {
    /// The state of a result; only attested ones have entries.
    pub enum State {
        /// 待证明: submitted by the person, or for the person.
        HandedIn = "handed_in",
        /// 已证明.
        Attested = "attested",
        /// 已退回, with the reason.
        Returned = "returned",
        /// 作废, with the reason.
        Void = "void",
    }
}

impl State {
    /// The message with its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::HandedIn => "external-handed-in",
            Self::Attested => "external-attested",
            Self::Returned => "external-returned",
            Self::Void => "external-void",
        }
    }
}

ledger::record! {
    /// The amounts earned; each is separate, and `None` if it isn't given.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Amounts {
        /// 积分.
        pub points: Option<i64>,
        /// 学时, in minutes.
        pub minutes: Option<i64>,
        /// 课程数.
        pub classes: Option<i64>,
    }
}

impl Amounts {
    /// Each amount with its facet value.
    pub fn each(&self) -> [(&'static str, Option<i64>); 3] {
        [("points", self.points), ("minutes", self.minutes), ("classes", self.classes)]
    }
}

ledger::record! {
    /// An external result.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Earned in "external_result" {
        /// Key and record.
        pub id: RecordId,
        /// The person.
        pub person: PersonId as "person_id",
        /// Code of the platform.
        pub platform: String as "platform_code",
        /// 202503.
        pub month: i64,
        /// The month's first day, on which it counts.
        pub day: NaiveDate,
        /// The amounts earned.
        pub amounts: Amounts as "points" and "minutes" and "classes",
        /// 备注.
        pub note: Option<String>,
        /// Its state.
        pub state: State,
        /// Why it was returned or made void: as typed, or a message id.
        pub reason: Option<String>,
        /// The account that submitted it.
        pub handed_in_by: AccountId,
        /// When it was submitted.
        pub handed_in_at: String,
        /// Who attested it.
        pub attested_by: Option<AccountId>,
        /// When it was attested.
        pub attested_at: Option<String>,
        /// The unit it is counted for: the person's unit at that time.
        pub unit: UnitId as "unit_id",
        /// That unit's level.
        pub level: String,
        /// Party member on that day.
        pub party: String,
        /// Youth on that day.
        pub youth: String,
        /// Sex.
        pub sex: String,
        /// The theme that it serves.
        pub theme: Option<String>,
        /// The result that it replaced in an import, which made that one void.
        pub replaces: Option<RecordId>,
        /// The state of the replaced result before that.
        pub replaced_state: Option<State>,
        /// How much of an hour on the platform counts as a learning hour, in per cent: the setting at the time of submitting.
        pub hour_percent: i64,
        /// Raised by every change of its data; not by confirming it again.
        pub version: i64,
    }
}

/// A result as it is submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// The person.
    pub person: PersonId,
    /// Code of the platform.
    pub platform: String,
    /// 202503.
    pub month: i64,
    /// The amounts earned.
    pub amounts: Amounts,
    /// 备注.
    pub note: Option<String>,
    /// The theme that it serves.
    pub theme: Option<String>,
}
