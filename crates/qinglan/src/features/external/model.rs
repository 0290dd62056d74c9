//! What a platform and an external result are.

use chrono::NaiveDate;
use kernel::{AccountId, PersonId, RecordId, UnitId};

ledger::record! {
    /// A learning platform; editable, its code never changes.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Platform in "platform" {
        /// The facet's value.
        pub code: String,
        /// Its name.
        pub name: String,
        /// In English.
        pub en: String,
        /// Other names that files use, divided by blanks.
        pub aliases: String,
        /// No longer used for new results.
        pub retired: bool,
    }
}

ledger::codes! {
    /// Where a result stands; only attested ones book.
    pub enum State {
        /// 待证明: handed in by the person, or for the person.
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
    /// The message of its word.
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
    /// What was earned; each apart, what isn't given is none.
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
    /// Each by the facet's value.
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
        /// Whose.
        pub person: PersonId as "person_id",
        /// Code of the platform.
        pub platform: String as "platform_code",
        /// 202503.
        pub month: i64,
        /// The month's first day, on which it counts.
        pub day: NaiveDate,
        /// What was earned.
        pub amounts: Amounts as "points" and "minutes" and "classes",
        /// 备注.
        pub note: Option<String>,
        /// Where it stands.
        pub state: State,
        /// Why it was returned or made void: as it was said, or the key of a message.
        pub reason: Option<String>,
        /// Who handed it in.
        pub handed_in_by: AccountId,
        /// When.
        pub handed_in_at: String,
        /// Who attested it.
        pub attested_by: Option<AccountId>,
        /// When.
        pub attested_at: Option<String>,
        /// The unit it counts to: where the person stood then.
        pub unit: UnitId as "unit_id",
        /// That unit's level.
        pub level: String,
        /// Party member that day.
        pub party: String,
        /// Youth that day.
        pub youth: String,
        /// Sex.
        pub sex: String,
        /// The result whose place it took in an import, which made that one void.
        pub replaces: Option<RecordId>,
        /// How that one stood before.
        pub replaced_state: Option<State>,
        /// How much of an hour of the platform is a learning hour, in per cent: as it was set when it was handed in.
        pub hour_percent: i64,
        /// Raised by every change of what is said in it; not by being confirmed anew.
        pub version: i64,
    }
}

/// A result as it is handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Whose.
    pub person: PersonId,
    /// Code of the platform.
    pub platform: String,
    /// 202503.
    pub month: i64,
    /// What was earned.
    pub amounts: Amounts,
    /// 备注.
    pub note: Option<String>,
}
