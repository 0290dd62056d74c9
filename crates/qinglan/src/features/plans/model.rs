//! The types for a plan, an item and a reading.

use chrono::NaiveDate;
use kernel::{GroupId, PersonId, RecordId, UnitId};

ledger::codes! {
    /// The state of a plan; only a published one reaches anybody.
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
        /// The unit: the plan is for the groups of this unit and all under it.
        pub unit: UnitId as "unit_id",
        /// 名称.
        pub title: String,
        /// First day.
        pub from: NaiveDate as "from_day",
        /// Last day.
        pub to: NaiveDate as "to_day",
        /// The theme that it serves.
        pub theme: Option<String>,
        /// Its state.
        pub state: State,
        /// Raised by every change.
        pub version: i64,
    }
}

ledger::record! {
    /// An item that has to be learned.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Item in "plan_item" {
        /// Key.
        pub id: i64,
        /// Its plan.
        pub plan: i64 as "plan_id",
        /// The material.
        pub material: Option<i64> as "material_id",
        /// The section at which the chapter in the text begins.
        pub section: Option<i64>,
        /// A chapter or pages of the material, or a description of what is to be learned.
        pub text: Option<String>,
        /// The facet: the material's kind when the item was added, else `text`.
        pub kind: String,
        /// Whether it has to be learned.
        pub required: bool,
        /// The deadline.
        pub due_on: NaiveDate,
        /// Only for party members.
        pub party_only: bool,
    } beside {
        /// The groups that it is for; none means every group of the plan's unit and under it.
        pub groups: Vec<GroupId>,
    }
}

ledger::record! {
    /// The fact that a person has finished an item, with the person's confirmed facets for that day.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Reading in "reading" {
        /// Record.
        pub id: RecordId,
        /// The item.
        pub item: i64 as "item_id",
        /// The person.
        pub person: PersonId as "person_id",
        /// The group through which the item reached the person.
        pub group: GroupId as "group_id",
        /// When.
        pub done_on: NaiveDate,
        /// The item's kind.
        pub kind: String,
        /// Whether it had to be learned.
        pub required: bool,
        /// The unit it is counted for.
        pub unit: UnitId as "unit_id",
        /// That unit's level.
        pub level: String,
        /// Party member on that day.
        pub party: String,
        /// Youth on that day.
        pub youth: String,
        /// Sex.
        pub sex: String,
        /// Tenths of a learning hour that it is worth, by the setting when it was finished.
        pub tenths: i64,
        /// The theme that the plan serves.
        pub theme: Option<String>,
        /// Whether it was taken back.
        pub void: bool,
    }
}
