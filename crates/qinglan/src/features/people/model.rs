//! What a person, a posting and a membership are.

use chrono::NaiveDate;
use kernel::{DayRange, GroupId, PersonId, RecordId, UnitId};

/// 性别.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// 女.
    Female,
    /// 男.
    Male,
}

/// 政治面貌.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// 中共党员.
    Member,
    /// 中共预备党员: counts as a party member.
    Probationary,
    /// 共青团员.
    League,
    /// 民主党派、无党派人士.
    Other,
    /// 群众.
    Masses,
}

/// A person as the person's row has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Key.
    pub id: PersonId,
    /// 姓名.
    pub name: String,
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

/// A person that a roster or a hand brings in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// 姓名.
    pub name: String,
    /// 性别.
    pub sex: Option<Sex>,
    /// 出生年月 as 199003.
    pub birth_month: Option<i64>,
    /// 政治面貌.
    pub party: Option<Party>,
    /// 工作单位.
    pub unit: UnitId,
    /// 职务.
    pub duty: Option<String>,
    /// 学历.
    pub education: Option<String>,
    /// 联系电话.
    pub phone: Option<String>,
    /// 备注.
    pub note: Option<String>,
}

/// The facts of a person as they are edited, with the version that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The version that was read; an edit of an older one is refused.
    pub version: i64,
    /// 姓名.
    pub name: String,
    /// 性别.
    pub sex: Option<Sex>,
    /// 出生年月 as 199003.
    pub birth_month: Option<i64>,
    /// 学历.
    pub education: Option<String>,
    /// 联系电话.
    pub phone: Option<String>,
    /// 职务 of the present posting; left as it is where there is none.
    pub duty: Option<String>,
    /// 备注.
    pub note: Option<String>,
}

/// Where a person is posted, dated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Key.
    pub id: i64,
    /// Who.
    pub person: PersonId,
    /// Where.
    pub unit: UnitId,
    /// 职务.
    pub duty: Option<String>,
    /// From when to when.
    pub days: DayRange,
}

/// Membership of a group, dated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Key.
    pub id: RecordId,
    /// Which group.
    pub group: GroupId,
    /// Who.
    pub person: PersonId,
    /// From when to when.
    pub days: DayRange,
    /// Void ones book nothing.
    pub void: bool,
    /// As confirmed: what came from posting, group rule and tree, stretch by stretch.
    pub spans: Vec<Span>,
}

/// A stretch of a membership through which nothing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// From when to when.
    pub days: DayRange,
    /// The unit it counts to.
    pub unit: UnitId,
    /// That unit's level.
    pub level: String,
    /// Party member: `yes`, `no`, `unknown`.
    pub party: &'static str,
    /// Youth by the group's rule: `yes`, `no`, `unknown`.
    pub youth: &'static str,
    /// `female`, `male`, `unknown`.
    pub sex: &'static str,
}

/// All of a person that a membership's spans hang on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) sex: Option<Sex>,
    pub(crate) birth_month: Option<i64>,
    /// 政治面貌, each from its day on, in the order of the days.
    pub(crate) party: Vec<(NaiveDate, Party)>,
    /// 借调, each with the borrowing unit.
    pub(crate) secondments: Vec<(DayRange, UnitId)>,
}

impl Sex {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }

    pub(crate) fn of(text: &str) -> Option<Self> {
        [Self::Female, Self::Male].into_iter().find(|sex| sex.as_str() == text)
    }
}

impl Party {
    const ALL: [Self; 5] = [Self::Member, Self::Probationary, Self::League, Self::Other, Self::Masses];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Probationary => "probationary",
            Self::League => "league",
            Self::Other => "other",
            Self::Masses => "masses",
        }
    }

    pub(crate) fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|party| party.as_str() == text)
    }

    /// Whether it counts among party members.
    pub fn counts(self) -> bool {
        matches!(self, Self::Member | Self::Probationary)
    }
}
