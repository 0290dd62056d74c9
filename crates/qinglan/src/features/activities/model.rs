//! What an activity and an attendance are.

use chrono::NaiveDate;
use kernel::{GroupId, PersonId, RecordId, UnitId};
use sea_orm::FromQueryResult;

use crate::features::hours::Conversion;

/// A type of activity; editable, its code never changes.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ActivityType {
    /// The facet's value.
    pub code: String,
    /// Its name.
    pub name: String,
    /// In English.
    pub en: String,
    /// The pillar it is on.
    pub pillar: String,
    /// Other names that files use, divided by blanks.
    pub aliases: String,
    /// No longer used for new activities.
    pub retired: bool,
    /// Whether its sessions are worth learning hours.
    pub learning: bool,
}

/// Where an activity stands; only held and closed ones book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 草稿.
    Draft,
    /// 已通知.
    Announced,
    /// 已举办.
    Held,
    /// 已归档: locked.
    Closed,
    /// 作废.
    Void,
}

/// 考勤: how a person stood to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// 实到.
    OnTime,
    /// 迟到: present.
    Late,
    /// 请假.
    Leave,
    /// 缺席.
    Absent,
    /// 列席: never due.
    Observer,
}

/// 纵向联动, 横向联动.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linkage {
    /// One unit alone.
    None,
    /// One is above the other.
    Vertical,
    /// Neither is.
    Horizontal,
    /// Both kinds.
    Both,
}

/// Why somebody was on leave: a code beside the attendance, never a facet, shown to the person's own group leader alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeaveReason {
    /// 公务.
    Duty,
    /// 病假.
    Ill,
    /// 事假.
    Private,
    /// 产假.
    Maternity,
    /// 其他.
    Other,
}

impl LeaveReason {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Duty, Self::Ill, Self::Private, Self::Maternity, Self::Other];
}

/// How a person stood to a session, as it is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stands {
    /// How.
    pub status: Status,
    /// 补学: the day on which a leave or absence was made up.
    pub made_up_on: Option<NaiveDate>,
    /// Of a leave.
    pub reason: Option<LeaveReason>,
}

impl Stands {
    /// Without making up and without a reason.
    pub fn plain(status: Status) -> Self {
        Self { status, made_up_on: None, reason: None }
    }
}

/// A person's attendance, with what was confirmed of the person for that day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendance {
    /// Who.
    pub person: PersonId,
    /// How.
    pub status: Status,
    /// 补学: the day on which a leave or absence was made up.
    pub made_up_on: Option<NaiveDate>,
    /// Of a leave; the ledger never has it.
    pub reason: Option<LeaveReason>,
    /// The unit it counts to: of the group attended for, else the person's own.
    pub unit: UnitId,
    /// That unit's level.
    pub level: String,
    /// Party member that day.
    pub party: String,
    /// Youth that day.
    pub youth: String,
    /// Sex.
    pub sex: String,
}

/// A unit that took part beside the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Which.
    pub unit: UnitId,
    /// Its level, or `outside`.
    pub level: String,
    /// Whether it was named; others took part through their people.
    pub named: bool,
}

/// An activity with its attendance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Key and record.
    pub id: RecordId,
    /// Code of its type.
    pub type_code: String,
    /// 名称.
    pub title: String,
    /// The day it counts on: its first.
    pub day: NaiveDate,
    /// `09:00`.
    pub time_from: Option<String>,
    /// `11:00`.
    pub time_to: Option<String>,
    /// `morning`, `afternoon`, `evening`.
    pub day_part: Option<String>,
    /// 地点.
    pub place: Option<String>,
    /// 主办单位.
    pub host: UnitId,
    /// 所属小组.
    pub host_group: Option<GroupId>,
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
    /// 受众: head-count with guests.
    pub audience: Option<i64>,
    /// 学时 in tenths, where they were said; else they follow from the times.
    pub hours_said: Option<i64>,
    /// The conversion that it was first confirmed with.
    pub conversion: Option<Conversion>,
    /// Its state.
    pub state: State,
    /// The type's pillar when it was confirmed.
    pub pillar: String,
    /// Computed from the units.
    pub linkage: Linkage,
    /// How many levels took part.
    pub levels: i64,
    /// Raised by every change.
    pub version: i64,
    /// Units beside the host.
    pub partners: Vec<Partner>,
    /// Who attended how.
    pub attendance: Vec<Attendance>,
}

macro_rules! stored {
    ($name:ident: $($variant:ident = $text:literal),* $(,)?) => {
        impl $name {
            /// As it is stored and as the facet has it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// From what is stored.
            pub fn of(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

stored!(State: Draft = "draft", Announced = "announced", Held = "held", Closed = "closed", Void = "void");
stored!(Status: OnTime = "on_time", Late = "late", Leave = "leave", Absent = "absent", Observer = "observer");
stored!(LeaveReason: Duty = "duty", Ill = "ill", Private = "private", Maternity = "maternity", Other = "other");
stored!(Linkage: None = "none", Vertical = "vertical", Horizontal = "horizontal", Both = "both");

impl Status {
    /// Whether the person was there and due: on time or late.
    pub fn present(self) -> bool {
        matches!(self, Self::OnTime | Self::Late)
    }
}
