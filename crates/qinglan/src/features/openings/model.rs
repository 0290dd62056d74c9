//! The types for openings and those who come forward for them.

use chrono::NaiveDate;
use kernel::{AccountId, DayRange, PersonId, RecordId, UnitId};

use crate::features::stints::Part;

ledger::codes! {
    /// The state of an opening.
    pub enum State {
        /// 征集中: until the last day people come forward; then people select.
        Open = "open",
        /// 已办结.
        Closed = "completed",
        /// 已撤回, with the reason.
        Withdrawn = "withdrawn",
    }
}

impl State {
    /// The message with its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "state-open",
            Self::Closed => "state-completed",
            Self::Withdrawn => "state-withdrawn",
        }
    }
}

ledger::codes! {
    /// How far somebody who came forward has come; only one who was withdrawn isn't counted.
    pub enum Step {
        /// 待答复.
        Waiting = "waiting",
        /// 入选.
        Selected = "selected",
        /// 未入选.
        Declined = "declined",
        /// 已撤回.
        Withdrawn = "withdrawn",
    }
}

impl Step {
    /// The message with its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "step-waiting",
            Self::Selected => "step-selected",
            Self::Declined => "step-declined",
            Self::Withdrawn => "step-withdrawn",
        }
    }
}

ledger::record! {
    /// An opening.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Opening in "opening" {
        /// Key and record.
        pub id: RecordId,
        /// The unit that asks; people of it and of those under it come forward.
        pub unit: UnitId as "unit_id",
        /// That unit's level on the day on which the opening was entered.
        pub level: String,
        /// What the person will do.
        pub part: Part,
        /// What it is called.
        pub title: String,
        /// Where.
        pub place: Option<String>,
        /// The unit that the place is, if it is one of the federation.
        pub place_unit: Option<UnitId> as "place_unit_id",
        /// 名额.
        pub places: i64,
        /// What is needed.
        pub needs: Option<String>,
        /// First and last day of the work.
        pub days: DayRange as "from_day" and "to_day",
        /// Whom to ask: name and telephone.
        pub contact: Option<String>,
        /// The last day to come forward.
        pub closes: NaiveDate as "closes_on",
        /// The theme that it serves.
        pub theme: Option<String>,
        /// Its state.
        pub state: State,
        /// Why it was withdrawn.
        pub reason: Option<String>,
        /// The day on which it was entered.
        pub opened_on: NaiveDate,
        /// Who entered it.
        pub opened_by: AccountId,
        /// Raised by every change.
        pub version: i64,
    }
}

impl Opening {
    /// Whether somebody may come forward on a day.
    pub fn takes(&self, day: NaiveDate) -> bool {
        self.state == State::Open && day <= self.closes
    }
}

ledger::record! {
    /// Somebody who came forward for an opening (请缨人).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Candidate in "opening_candidate" {
        /// Key and record.
        pub id: RecordId,
        /// The opening.
        pub opening: RecordId as "opening_id",
        /// The person.
        pub person: PersonId as "person_id",
        /// Why the person comes forward.
        pub words: String,
        /// The day on which the person came forward.
        pub came: NaiveDate as "came_on",
        /// How far it has come.
        pub step: Step,
        /// Why the person was selected, or what is said to one who wasn't: as typed, or a message id.
        pub reason: Option<String>,
        /// Who entered it.
        pub entered_by: AccountId,
        /// When it was entered.
        pub entered_at: String,
        /// Who selected the person or not.
        pub decided_by: Option<AccountId>,
        /// When that was.
        pub decided_at: Option<String>,
        /// The stint of the person in this opening.
        pub stint: Option<RecordId> as "stint_id",
        /// The opening's part.
        pub part: Part,
        /// The opening's theme.
        pub theme: Option<String>,
        /// The unit it is counted for: the person's unit on that day.
        pub unit: UnitId as "unit_id",
        /// That unit's level.
        pub level: String,
        /// Party member on that day.
        pub party: String,
        /// Youth on that day.
        pub youth: String,
        /// Sex.
        pub sex: String,
        /// Raised by every change of its data; not by confirming it again.
        pub version: i64,
    }
}

/// An opening as it is handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// What the person will do.
    pub part: Part,
    /// What it is called.
    pub title: String,
    /// Where.
    pub place: Option<String>,
    /// The unit that the place is.
    pub place_unit: Option<UnitId>,
    /// 名额.
    pub places: i64,
    /// What is needed.
    pub needs: Option<String>,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// The last day to come forward.
    pub closes: NaiveDate,
    /// The theme that it serves.
    pub theme: Option<String>,
}

/// How an opening is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closing {
    /// Whether those who still wait are told that they weren't selected; otherwise none may wait.
    pub declines: bool,
    /// What they are told.
    pub words: Option<String>,
}

/// How somebody is selected, or begins the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selecting {
    /// Why this person.
    pub reason: String,
    /// The day on which the person begins, if it is known and has come.
    pub from: Option<NaiveDate>,
    /// Whether it was confirmed that the person is placed twice at once.
    pub overlapping: bool,
}
