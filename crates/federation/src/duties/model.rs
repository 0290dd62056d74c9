//! The types for a duty.

use chrono::NaiveDate;
use kernel::{AccountId, FileId, GroupId, PersonId, RecordId, UnitId};

ledger::codes! {
    /// What is owed; also the facet.
    pub enum Kind {
        /// 上报.
        Return = "return",
        /// 开展活动.
        Activity = "activity",
        /// 列入学习计划.
        PlanItem = "plan_item",
        /// 填报台账.
        Rows = "rows",
        /// 参加谈话.
        Talk = "talk",
        /// 办一单.
        Task = "task",
    }
}

ledger::codes! {
    /// The state of a duty. That it is late is derived.
    pub enum State {
        /// 未办; if it was sent back, with the reason.
        Open = "open",
        /// 已办.
        Done = "done",
        /// 免办.
        Excused = "excused",
        /// 不再要求: what opened it was withdrawn before it was done.
        Lapsed = "lapsed",
    }
}

ledger::record! {
    /// What a unit, or a group, a person or a post of it, owes by a day.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Duty in "duty" {
        /// Record.
        pub id: RecordId,
        /// The code of what has opened it.
        pub opener: String,
        /// The opener's key: of a notice, of a register.
        pub source: i64,
        /// What of it: a demand, a period.
        pub part: i64,
        /// The unit that asks.
        pub asker: UnitId as "asker_unit_id",
        /// What is owed.
        pub kind: Kind,
        /// What it belongs to, in words: a notice's title.
        pub title: String,
        /// What is to be done, in words.
        pub wanted: String,
        /// The unit that has the duty.
        pub unit: UnitId as "unit_id",
        /// The group of it that has the duty, if it isn't the unit.
        pub group: Option<GroupId> as "group_id",
        /// The person that has the duty, at that unit.
        pub person: Option<PersonId> as "person_id",
        /// The post whose holder has the duty.
        pub post: Option<i64> as "post_id",
        /// That unit's level when the duty was opened.
        pub level: String,
        /// The last day in time.
        pub due_on: NaiveDate,
        /// Its state.
        pub state: State,
        /// Why it was sent back or excused.
        pub reason: Option<String>,
        /// The day that counts: for a session its day, else when it was answered.
        pub answered_on: Option<NaiveDate>,
        /// When it was answered.
        pub answered_at: Option<String>,
        /// The account that answered.
        pub account: Option<AccountId> as "account_id",
        /// The text of a return; it stays if the return is sent back.
        pub text: Option<String>,
        /// The file of a return.
        pub file: Option<FileId> as "file_id",
        /// The record that is arranged or answers it: a session.
        pub record: Option<RecordId> as "record_id",
        /// The plan item that was created for it.
        pub item: Option<i64> as "item_id",
        /// When somebody who may answer first opened it.
        pub seen_at: Option<String>,
        /// When the asker last sent a reminder.
        pub reminded_at: Option<String>,
        /// Raised by every change.
        pub version: i64,
    }
}

impl Duty {
    /// An open duty of a unit at some level, which has no key yet. What it is called, and whose of the unit it is, is set by its opener.
    pub fn new(
        opener: &str,
        (source, part): (i64, i64),
        (kind, asker): (Kind, UnitId),
        (unit, level): (UnitId, &str),
        due_on: NaiveDate,
    ) -> Self {
        Self {
            id: RecordId(0),
            opener: opener.to_owned(),
            source,
            part,
            asker,
            kind,
            title: String::new(),
            wanted: String::new(),
            unit,
            group: None,
            person: None,
            post: None,
            level: level.to_owned(),
            due_on,
            state: State::Open,
            reason: None,
            answered_on: None,
            answered_at: None,
            account: None,
            text: None,
            file: None,
            record: None,
            item: None,
            seen_at: None,
            reminded_at: None,
            version: 1,
        }
    }

    /// Whether it was answered after its last day.
    pub fn was_late(&self) -> bool {
        self.answered_on.is_some_and(|day| day > self.due_on)
    }
}
