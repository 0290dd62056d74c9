//! The types of posts.

use chrono::NaiveDate;
use kernel::UnitId;

ledger::codes! {
    /// 风险等级: how much can go wrong in a post.
    pub enum Risk {
        /// 高.
        High = "high",
        /// 中.
        Medium = "medium",
        /// 低.
        Low = "low",
    }
}

impl Risk {
    /// The message that names it.
    pub fn message(self) -> &'static str {
        match self {
            Self::High => "risk-high",
            Self::Medium => "risk-medium",
            Self::Low => "risk-low",
        }
    }
}

ledger::record! {
    /// A post (岗位).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Post in "post" {
        /// Key.
        pub id: i64,
        /// The unit that it belongs to.
        pub unit: UnitId as "unit_id",
        /// 岗位名称.
        pub name: String,
        /// 所需专长, each once, joined by 、.
        pub needs: String,
        /// 风险等级.
        pub risk: Option<Risk>,
        /// 职责.
        pub about: Option<String>,
        /// The last day of a post that was given up.
        pub closed_on: Option<NaiveDate>,
        /// Whether it was removed.
        pub void: bool,
        /// Raised by every change.
        pub version: i64,
    }
}

/// A post as it is entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handed {
    /// 岗位名称.
    pub name: String,
    /// 所需专长, as typed: separated by commas or spaces.
    pub needs: String,
    /// 风险等级.
    pub risk: Option<Risk>,
    /// 职责.
    pub about: Option<String>,
}
