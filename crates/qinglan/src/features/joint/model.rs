//! What an offer is.

use kernel::{RecordId, UnitId};

/// What a unit said to an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// 待答复.
    Nothing,
    /// 参加.
    Yes,
    /// 不参加.
    No,
    /// 退出: it had accepted, or was taken off the activity by its host.
    Left,
}

impl Said {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "offered",
            Self::Yes => "accepted",
            Self::No => "declined",
            Self::Left => "left",
        }
    }

    /// From what is stored.
    pub fn of(text: &str) -> Option<Self> {
        [Self::Nothing, Self::Yes, Self::No, Self::Left].into_iter().find(|said| said.as_str() == text)
    }
}

/// A session offered to a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Key.
    pub id: i64,
    /// The session.
    pub activity: RecordId,
    /// To whom.
    pub unit: UnitId,
    /// What it said.
    pub said: Said,
    /// In a few words.
    pub word: Option<String>,
    /// Head-count of people who are in no group: of an organisation outside, or guests of the unit.
    pub guests: Option<i64>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// When the unit's list was handed in.
    pub handed_in_at: Option<String>,
    /// Raised by every change.
    pub version: i64,
}
