//! The types for stints.

use chrono::NaiveDate;
use kernel::{AccountId, DayRange, PersonId, RecordId, UnitId};

ledger::codes! {
    /// What a person does in a stint.
    pub enum Part {
        /// 挂职: placed at a village or another unit.
        Placed = "placed",
        /// 跟班、上挂: seconded to learn.
        Seconded = "seconded",
        /// 第一书记.
        FirstSecretary = "first_secretary",
        /// 工作队.
        WorkTeam = "work_team",
        /// 专班.
        TaskForce = "task_force",
        /// 志愿服务.
        Volunteer = "volunteer",
        /// 其他.
        Other = "other",
    }
}

impl Part {
    /// The message with its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Placed => "part-placed",
            Self::Seconded => "part-seconded",
            Self::FirstSecretary => "part-first_secretary",
            Self::WorkTeam => "part-work_team",
            Self::TaskForce => "part-task_force",
            Self::Volunteer => "part-volunteer",
            Self::Other => "part-other",
        }
    }

    /// Its name in registers.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Placed => "挂职锻炼",
            Self::Seconded => "跟班学习",
            Self::FirstSecretary => "第一书记",
            Self::WorkTeam => "工作队",
            Self::TaskForce => "专班",
            Self::Volunteer => "志愿服务",
            Self::Other => "其他实践",
        }
    }

    /// Its English name.
    pub(super) fn en(self) -> &'static str {
        match self {
            Self::Placed => "placement",
            Self::Seconded => "secondment to learn",
            Self::FirstSecretary => "first secretary",
            Self::WorkTeam => "work team",
            Self::TaskForce => "task force",
            Self::Volunteer => "volunteering",
            Self::Other => "other practice",
        }
    }

    /// Words by which a text means it.
    pub(super) fn contained(self) -> &'static [&'static str] {
        match self {
            Self::Placed => &["挂职"],
            Self::Seconded => &["跟班", "上挂", "借调", "抽调"],
            Self::FirstSecretary => &["第一书记"],
            Self::WorkTeam => &["工作队", "帮扶队"],
            Self::TaskForce => &["专班", "攻坚组", "工作组"],
            Self::Volunteer => &["志愿"],
            Self::Other => &["其他实践"],
        }
    }

    /// Whether somebody in it is placed: away from the own post, which nobody is twice at once.
    pub fn is_placement(self) -> bool {
        matches!(self, Self::Placed | Self::Seconded | Self::FirstSecretary | Self::WorkTeam)
    }
}

ledger::codes! {
    /// The state of a stint; only checked ones have entries.
    pub enum State {
        /// 待核实.
        Pending = "pending",
        /// 已核实.
        Checked = "checked",
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
            Self::Pending => "state-pending",
            Self::Checked => "state-checked",
            Self::Returned => "state-returned",
            Self::Void => "state-void",
        }
    }

    /// Whether it may still be edited.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Returned)
    }
}

ledger::record! {
    /// A stint.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Stint in "stint" {
        /// Key and record.
        pub id: RecordId,
        /// The person.
        pub person: PersonId as "person_id",
        /// What the person does.
        pub part: Part,
        /// Whether the person came forward (主动请缨).
        pub volunteered: bool,
        /// 锻炼形式或任务, as it is called.
        pub task: String,
        /// Where: the name of a unit, an organisation, a village or a topic.
        pub place: Option<String>,
        /// The unit that the place is, if it is one of the federation.
        pub place_unit: Option<UnitId> as "place_unit_id",
        /// First and last day; without a last one it goes on.
        pub days: DayRange as "from_day" and "to_day",
        /// Confirmed hours, in tenths.
        pub hours: Option<i64>,
        /// 评价.
        pub result: Option<String>,
        /// 备注.
        pub note: Option<String>,
        /// Its state.
        pub state: State,
        /// Why it was returned or made void: as typed, or a message id.
        pub reason: Option<String>,
        /// The account that entered it.
        pub entered_by: AccountId,
        /// When it was entered.
        pub entered_at: String,
        /// Who checked it.
        pub checked_by: Option<AccountId>,
        /// When it was checked.
        pub checked_at: Option<String>,
        /// The unit it is counted for: the person's unit on the first day.
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
        /// The stint that it replaced in an import, which made that one void.
        pub replaces: Option<RecordId>,
        /// The state of the replaced stint before that.
        pub replaced_state: Option<State>,
        /// Raised by every change of its data; not by confirming it again.
        pub version: i64,
    }
}

/// A stint as it is handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// The person.
    pub person: PersonId,
    /// What the person does.
    pub part: Part,
    /// Whether the person came forward.
    pub volunteered: bool,
    /// 锻炼形式或任务, as it is called.
    pub task: String,
    /// Where.
    pub place: Option<String>,
    /// The unit that the place is.
    pub place_unit: Option<UnitId>,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Hours, in tenths.
    pub hours: Option<i64>,
    /// 评价.
    pub result: Option<String>,
    /// 备注.
    pub note: Option<String>,
    /// The theme that it serves.
    pub theme: Option<String>,
    /// Whether it was confirmed that the person was placed twice at once.
    pub overlapping: bool,
}

/// How a stint ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finish {
    /// Last day; `None` if it goes on.
    pub to: Option<NaiveDate>,
    /// Hours, in tenths.
    pub hours: Option<i64>,
    /// 评价.
    pub result: Option<String>,
}
