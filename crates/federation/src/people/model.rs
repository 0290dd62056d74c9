//! The types for a person, a posting and a membership.

use chrono::NaiveDate;
use kernel::{DayRange, GroupId, PersonId, RecordId, UnitId};

ledger::codes! {
    /// 性别.
    pub enum Sex {
        /// 女.
        Female = "female",
        /// 男.
        Male = "male",
    }
}

ledger::codes! {
    /// 政治面貌.
    pub enum Party {
        /// 中共党员.
        Member = "member",
        /// 中共预备党员: counts as a party member.
        Probationary = "probationary",
        /// 共青团员.
        League = "league",
        /// 民主党派、无党派人士.
        Other = "other",
        /// 群众.
        Masses = "masses",
    }
}

ledger::codes! {
    /// 学历 in coarse classes, as figures are broken down by it.
    #[derive(Default)]
    pub enum Education {
        /// 博士.
        Doctor = "doctor",
        /// 硕士, 研究生.
        Master = "master",
        /// 本科.
        Bachelor = "bachelor",
        /// 大专.
        College = "college",
        /// 高中、中专及以下.
        Other = "other",
        /// Not entered, or not recognised.
        #[default]
        Unknown = "unknown",
    }
}

ledger::codes! {
    /// 职级 in coarse classes, as figures are broken down by it.
    #[derive(Default)]
    pub enum Rank {
        /// 厅局级.
        Bureau = "bureau",
        /// 县处级.
        Division = "division",
        /// 乡科级.
        Section = "section",
        /// 科员级.
        Clerk = "clerk",
        /// Entered, and none of these.
        Other = "other",
        /// Not entered.
        #[default]
        Unknown = "unknown",
    }
}

ledger::codes! {
    /// 变动类型: how somebody came to a posting.
    pub enum Appointment {
        /// 任职.
        Appointed = "appointed",
        /// 提拔.
        Promoted = "promoted",
        /// 调整.
        Reassigned = "reassigned",
    }
}

impl Appointment {
    /// The message that names it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Appointed => "appointment-appointed",
            Self::Promoted => "appointment-promoted",
            Self::Reassigned => "appointment-reassigned",
        }
    }
}

/// What somebody is at a unit, from one day on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// 职务.
    pub duty: Option<String>,
    /// 职级, as it is written.
    pub rank: Option<String>,
    /// 变动类型.
    pub appointment: Option<Appointment>,
    /// 岗位, one of the unit's.
    pub post: Option<i64>,
}

impl Held {
    /// A duty, nothing more known.
    pub fn duty(duty: &str) -> Self {
        Self { duty: Some(duty.to_owned()), ..Self::default() }
    }
}

ledger::record! {
    /// A person as stored.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Person in "person" {
        /// Key.
        pub id: PersonId,
        /// 姓名.
        pub name: String,
        /// 工号; nobody else has the same.
        pub staff_no: Option<String>,
        /// 性别.
        pub sex: Option<Sex>,
        /// 出生年月 as 199003.
        pub birth_month: Option<i64>,
        /// 学历.
        pub education: Option<String>,
        /// 联系电话.
        pub phone: Option<String>,
        /// 备注.
        pub note: Option<String>,
        /// Raised by every change.
        pub version: i64,
    }
}

/// A person from a roster or entered by hand, to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// 姓名.
    pub name: String,
    /// 工号.
    pub staff_no: Option<String>,
    /// 性别.
    pub sex: Option<Sex>,
    /// 出生年月 as 199003.
    pub birth_month: Option<i64>,
    /// 政治面貌.
    pub party: Option<Party>,
    /// 工作单位.
    pub unit: UnitId,
    /// 职务, 职级, 变动类型, 岗位.
    pub held: Held,
    /// 学历.
    pub education: Option<String>,
    /// 联系电话.
    pub phone: Option<String>,
    /// 备注.
    pub note: Option<String>,
}

/// The facts of a person to be edited, with the version that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The version that was read; the edit is refused if the person has been changed since.
    pub version: i64,
    /// 姓名.
    pub name: String,
    /// 工号.
    pub staff_no: Option<String>,
    /// 性别.
    pub sex: Option<Sex>,
    /// 出生年月 as 199003.
    pub birth_month: Option<i64>,
    /// 学历.
    pub education: Option<String>,
    /// 联系电话.
    pub phone: Option<String>,
    /// 职务, 职级, 变动类型 and 岗位 of the current posting; ignored if there is none.
    pub held: Held,
    /// 备注.
    pub note: Option<String>,
}

ledger::record! {
    /// A dated posting of a person at a unit.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Posting in "posting" {
        /// Key.
        pub id: i64,
        /// Its record in the ledger.
        pub record: RecordId as "record_id",
        /// The person.
        pub person: PersonId as "person_id",
        /// The unit.
        pub unit: UnitId as "unit_id",
        /// 职务.
        pub duty: Option<String>,
        /// 职级, as it is written.
        pub rank: Option<String>,
        /// 变动类型.
        pub appointment: Option<Appointment>,
        /// 岗位, one of the unit's.
        pub post: Option<i64> as "post_id",
        /// From when to when.
        pub days: DayRange as "from_day" and "to_day",
    }
}

impl Posting {
    /// What the person is there.
    pub fn held(&self) -> Held {
        Held { duty: self.duty.clone(), rank: self.rank.clone(), appointment: self.appointment, post: self.post }
    }
}

ledger::record! {
    /// A posting as it is booked: with the stretches that were confirmed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(super) struct Staffed in "posting" {
        /// Key.
        pub id: i64,
        /// Its record in the ledger.
        pub record: RecordId as "record_id",
        /// The person.
        pub person: PersonId as "person_id",
        /// The unit.
        pub unit: UnitId as "unit_id",
        /// 职级, as it is written.
        pub rank: Option<String>,
        /// 变动类型.
        pub appointment: Option<Appointment>,
        /// From when to when.
        pub days: DayRange as "from_day" and "to_day",
        /// Void ones book nothing.
        pub void: bool,
    } beside {
        /// The confirmed stretches.
        pub spans: Vec<StaffSpan>,
    }
}

/// A stretch of a posting during which nothing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StaffSpan {
    /// From when to when.
    pub days: DayRange,
    /// The level of the posting's unit.
    pub level: String,
    /// Party member: `yes`, `no`, `unknown`.
    pub party: &'static str,
    /// Youth by the rule of the person's group, else by the programme's: `yes`, `no`, `unknown`.
    pub youth: &'static str,
    /// `female`, `male`, `unknown`.
    pub sex: &'static str,
    /// Whether the person is a member of any group: `yes`, `no`.
    pub member: &'static str,
    /// 学历.
    pub education: Education,
    /// 职级.
    pub rank: Rank,
    /// 变动类型.
    pub appointment: Option<Appointment>,
}

ledger::record! {
    /// A dated membership of a group.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Membership in "membership" {
        /// Key.
        pub id: RecordId,
        /// The group.
        pub group: GroupId as "group_id",
        /// The person.
        pub person: PersonId as "person_id",
        /// From when to when.
        pub days: DayRange as "from_day" and "to_day",
        /// Void ones book nothing.
        pub void: bool,
    } beside {
        /// The confirmed spans: what results from posting, group rule and tree, stretch by stretch.
        pub spans: Vec<Span>,
    }
}

/// A stretch of a membership during which nothing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// From when to when.
    pub days: DayRange,
    /// The unit that it is counted for.
    pub unit: UnitId,
    /// That unit's level.
    pub level: String,
    /// Party member: `yes`, `no`, `unknown`.
    pub party: &'static str,
    /// Youth according to the group's rule: `yes`, `no`, `unknown`.
    pub youth: &'static str,
    /// `female`, `male`, `unknown`.
    pub sex: &'static str,
    /// 学历.
    pub education: Education,
    /// 职级 where the person is posted.
    pub rank: Rank,
    /// 变动类型 of that posting.
    pub appointment: Option<Appointment>,
}

/// The facts about a person on which the spans of memberships depend.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub sex: Option<Sex>,
    pub birth_month: Option<i64>,
    pub education: Education,
    /// 政治面貌, each with its first day, in the order of the days.
    pub party: Vec<(NaiveDate, Party)>,
    /// 借调, each with the borrowing unit.
    pub secondments: Vec<(DayRange, UnitId)>,
    /// 职级 and 变动类型 of the postings, in the order of their first days.
    pub postings: Vec<(DayRange, Rank, Option<Appointment>)>,
}

impl Party {
    /// Whether it counts as party membership.
    pub fn counts(self) -> bool {
        matches!(self, Self::Member | Self::Probationary)
    }
}
