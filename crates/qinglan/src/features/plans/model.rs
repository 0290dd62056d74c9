//! What a plan, an item and a reading are.

use chrono::NaiveDate;
use kernel::{GroupId, PersonId, RecordId, UnitId};

/// Where a plan stands; only a published one reaches anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 草稿.
    Draft,
    /// 已发布.
    Published,
    /// 已撤回.
    Withdrawn,
}

impl State {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// From what is stored.
    pub fn of(text: &str) -> Option<Self> {
        [Self::Draft, Self::Published, Self::Withdrawn].into_iter().find(|state| state.as_str() == text)
    }
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Key.
    pub id: i64,
    /// Whose: for the groups of this unit and all under it.
    pub unit: UnitId,
    /// 名称.
    pub title: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Its state.
    pub state: State,
    /// Raised by every change.
    pub version: i64,
}

/// What is to be learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Key.
    pub id: i64,
    /// Its plan.
    pub plan: i64,
    /// The material.
    pub material: Option<i64>,
    /// The section at which the chapter begins that the text names.
    pub section: Option<i64>,
    /// A chapter or pages of the material, or what is to be learned in words.
    pub text: Option<String>,
    /// The facet: the material's kind when it was asked for, else `text`.
    pub kind: String,
    /// Whether it has to be learned.
    pub required: bool,
    /// By when.
    pub due_on: NaiveDate,
    /// Asked of party members alone.
    pub party_only: bool,
    /// The groups that it is for; none is every group of the plan's unit and under it.
    pub groups: Vec<GroupId>,
}

/// That a person has finished an item, with what was confirmed of the person for that day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Record.
    pub id: RecordId,
    /// What.
    pub item: i64,
    /// Who.
    pub person: PersonId,
    /// The group through which the item reached the person.
    pub group: GroupId,
    /// When.
    pub done_on: NaiveDate,
    /// The item's kind.
    pub kind: String,
    /// Whether it had to be learned.
    pub required: bool,
    /// The unit it counts to.
    pub unit: UnitId,
    /// That unit's level.
    pub level: String,
    /// Party member that day.
    pub party: String,
    /// Youth that day.
    pub youth: String,
    /// Sex.
    pub sex: String,
    /// Tenths of a learning hour that it is worth, as it was set when it was finished.
    pub tenths: i64,
    /// Taken back.
    pub void: bool,
}
