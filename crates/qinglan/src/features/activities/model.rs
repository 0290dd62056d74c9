//! The types for an activity and its attendance.

use chrono::NaiveDate;
use kernel::{GroupId, PersonId, RecordId, UnitId};

use crate::features::hours::Conversion;

ledger::record! {
    /// A type of activity; editable, its code never changes.
    #[derive(Clone, Debug)]
    pub struct ActivityType in "activity_type" {
        /// The facet's value.
        pub code: String,
        /// Its name.
        pub name: String,
        /// Its English name.
        pub en: String,
        /// The pillar it is on.
        pub pillar: String,
        /// Other names that are used in files, separated by spaces.
        pub aliases: String,
        /// Whether it is no longer used for new activities.
        pub retired: bool,
        /// Whether its sessions count as learning hours.
        pub learning: bool,
    }
}

ledger::codes! {
    /// The state of an activity; only held and closed ones have entries.
    pub enum State {
        /// 草稿.
        Draft = "draft",
        /// 已通知.
        Announced = "announced",
        /// 已举办.
        Held = "held",
        /// 已归档: locked.
        Closed = "closed",
        /// 作废.
        Void = "void",
    }
}

ledger::codes! {
    /// 考勤: the attendance status.
    pub enum Status {
        /// 实到.
        OnTime = "on_time",
        /// 迟到: present.
        Late = "late",
        /// 请假.
        Leave = "leave",
        /// 缺席.
        Absent = "absent",
        /// 列席: never due.
        Observer = "observer",
    }
}

impl Status {
    /// The message that names it.
    pub fn message(self) -> &'static str {
        match self {
            Self::OnTime => "status-on-time",
            Self::Late => "status-late",
            Self::Leave => "status-leave",
            Self::Absent => "status-absent",
            Self::Observer => "status-observer",
        }
    }
}

ledger::codes! {
    /// 纵向联动, 横向联动.
    pub enum Linkage {
        /// Only one unit.
        None = "none",
        /// One of the units is above the other.
        Vertical = "vertical",
        /// None is above another.
        Horizontal = "horizontal",
        /// Both kinds.
        Both = "both",
    }
}

ledger::codes! {
    /// The reason of a leave: stored with the attendance, never a facet, shown only to the leader of the person's own group.
    pub enum LeaveReason {
        /// 公务.
        Duty = "duty",
        /// 病假.
        Ill = "ill",
        /// 事假.
        Private = "private",
        /// 产假.
        Maternity = "maternity",
        /// 其他.
        Other = "other",
    }
}

impl LeaveReason {
    /// The message that names it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Duty => "leave-duty",
            Self::Ill => "leave-ill",
            Self::Private => "leave-private",
            Self::Maternity => "leave-maternity",
            Self::Other => "leave-other",
        }
    }
}

/// A person's attendance as it is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stands {
    /// The status.
    pub status: Status,
    /// 补学: the day on which a leave or absence was made up.
    pub made_up_on: Option<NaiveDate>,
    /// The reason of a leave.
    pub reason: Option<LeaveReason>,
}

impl Stands {
    /// Attendance that was not made up, without a reason.
    pub fn plain(status: Status) -> Self {
        Self { status, made_up_on: None, reason: None }
    }
}

ledger::record! {
    /// A person's attendance, with the person's confirmed facets for that day.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Attendance in "attendance" {
        /// The person.
        pub person: PersonId as "person_id",
        /// The status.
        pub status: Status,
        /// 补学: the day on which a leave or absence was made up.
        pub made_up_on: Option<NaiveDate>,
        /// The reason of a leave; never in the ledger.
        pub reason: Option<LeaveReason>,
        /// The unit it is counted for: that of the group attended for, else the person's own.
        pub unit: UnitId as "unit_id",
        /// That unit's level.
        pub level: String,
        /// Party member on that day.
        pub party: String,
        /// Youth on that day.
        pub youth: String,
        /// Sex.
        pub sex: String,
    }
}

ledger::codes! {
    /// 领学, 主讲, 发言: what somebody did in a session for the others.
    pub enum SpokePart {
        /// 领学: read out or led through the text.
        Led = "led",
        /// 主讲.
        Lectured = "lectured",
        /// 发言.
        Spoke = "spoke",
    }
}

ledger::record! {
    /// Somebody who led, lectured or spoke in a session, with the person's confirmed facets for that day.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Spoke in "activity_spoke" {
        /// The person.
        pub person: PersonId as "person_id",
        /// What the person did.
        pub part: SpokePart,
        /// The unit it is counted for, as attendance is.
        pub unit: UnitId as "unit_id",
        /// That unit's level.
        pub level: String,
        /// Party member on that day.
        pub party: String,
        /// Youth on that day.
        pub youth: String,
        /// Sex.
        pub sex: String,
    }
}

ledger::record! {
    /// A unit that took part in addition to the host.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Partner in "activity_unit" {
        /// The unit.
        pub unit: UnitId as "unit_id",
        /// Its level, or `outside`.
        pub level: String,
        /// Whether it was named; other units took part through their people.
        pub named: bool,
    }
}

ledger::record! {
    /// An activity with its attendance.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Activity in "activity" {
        /// Key and record.
        pub id: RecordId,
        /// Code of its type.
        pub type_code: String,
        /// 名称.
        pub title: String,
        /// The day it counts on: its first.
        pub day: NaiveDate as "occurred_on",
        /// `09:00`.
        pub time_from: Option<String>,
        /// `11:00`.
        pub time_to: Option<String>,
        /// `morning`, `afternoon`, `evening`.
        pub day_part: Option<String>,
        /// 地点.
        pub place: Option<String>,
        /// 主办单位.
        pub host: UnitId as "host_unit_id",
        /// 所属小组.
        pub host_group: Option<GroupId> as "host_group_id",
        /// 主讲人.
        pub speakers: Option<String>,
        /// 议题.
        pub topic: Option<String>,
        /// 参会领导.
        pub leaders: Option<String>,
        /// 主持人.
        pub chair: Option<String>,
        /// 记录人.
        pub recorder: Option<String>,
        /// 记录.
        pub minutes: Option<String>,
        /// 决议.
        pub resolutions: Option<String>,
        /// 依据文号.
        pub notice_ref: Option<String>,
        /// 备注.
        pub note: Option<String>,
        /// 受众: head-count including guests.
        pub audience: Option<i64>,
        /// 学时 in tenths, if they were entered; otherwise they are computed from the times.
        pub hours_said: Option<i64>,
        /// The conversion of hours with which it was first confirmed.
        pub conversion: Option<Conversion> as "hour_minutes" and "session_minutes",
        /// Its state.
        pub state: State,
        /// The type's pillar when it was confirmed.
        pub pillar: String,
        /// The theme that it serves.
        pub theme: Option<String>,
        /// 领域: what it is about.
        pub field: Option<String>,
        /// Computed from the units.
        pub linkage: Linkage,
        /// How many levels took part.
        pub levels: i64,
        /// The host's level when it was confirmed; `None` for those of before levels were counted by.
        pub level: Option<String>,
        /// Raised by every change.
        pub version: i64,
    } beside {
        /// Units in addition to the host.
        pub partners: Vec<Partner>,
        /// The attendance list.
        pub attendance: Vec<Attendance>,
        /// Who led, lectured and spoke, in the order of people and parts.
        pub spoke: Vec<Spoke>,
    }
}

impl Status {
    /// Whether the person was present and due: on time or late.
    pub fn present(self) -> bool {
        matches!(self, Self::OnTime | Self::Late)
    }
}

impl Activity {
    /// The same for those who may not see people by name: without who led, spoke and came from above, and without free text, in which
    /// anybody may be named. Title and place stay: a session has to be called something.
    #[must_use]
    pub fn without_names(self) -> Self {
        Self {
            speakers: None,
            topic: None,
            leaders: None,
            chair: None,
            recorder: None,
            minutes: None,
            resolutions: None,
            note: None,
            spoke: Vec::new(),
            ..self
        }
    }
}
