//! What a plan, an item and a reading are.

use chrono::NaiveDate;
use kernel::{GroupId, PersonId, RecordId, UnitId};

ledger::codes! {
    /// Where a plan stands; only a published one reaches anybody.
    pub enum State {
        /// 草稿.
        Draft = "draft",
        /// 已发布.
        Published = "published",
        /// 已撤回.
        Withdrawn = "withdrawn",
    }
}

ledger::record! {
    /// A plan.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Plan in "study_plan" {
        /// Key.
        pub id: i64,
        /// Whose: for the groups of this unit and all under it.
        pub unit: UnitId as "unit_id",
        /// 名称.
        pub title: String,
        /// First day.
        pub from: NaiveDate as "from_day",
        /// Last day.
        pub to: NaiveDate as "to_day",
        /// Its state.
        pub state: State,
        /// Raised by every change.
        pub version: i64,
    }
}

ledger::record! {
    /// What is to be learned.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Item in "plan_item" {
        /// Key.
        pub id: i64,
        /// Its plan.
        pub plan: i64 as "plan_id",
        /// The material.
        pub material: Option<i64> as "material_id",
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
    } beside {
        /// The groups that it is for; none is every group of the plan's unit and under it.
        pub groups: Vec<GroupId>,
    }
}

ledger::record! {
    /// That a person has finished an item, with what was confirmed of the person for that day.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Reading in "reading" {
        /// Record.
        pub id: RecordId,
        /// What.
        pub item: i64 as "item_id",
        /// Who.
        pub person: PersonId as "person_id",
        /// The group through which the item reached the person.
        pub group: GroupId as "group_id",
        /// When.
        pub done_on: NaiveDate,
        /// The item's kind.
        pub kind: String,
        /// Whether it had to be learned.
        pub required: bool,
        /// The unit it counts to.
        pub unit: UnitId as "unit_id",
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
}
