//! Registers (台账): activities, attendance and roster in the form that offices keep, derived from the records; and the
//! sign-in sheet of one activity.

pub mod actions;
pub mod pages;
mod sheet;

pub use sheet::sign_in_sheet;

/// Words.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// Which register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Register {
    /// 活动记录台账.
    Activities,
    /// 考勤台账.
    Attendance,
    /// 花名册.
    Roster,
    /// 宣讲台账.
    Lectures,
}

impl Register {
    /// All of them, in their order on the page.
    pub const ALL: [Register; 4] = [Self::Activities, Self::Attendance, Self::Roster, Self::Lectures];

    /// As addresses and the command line have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Activities => "activities",
            Self::Attendance => "attendance",
            Self::Roster => "roster",
            Self::Lectures => "lectures",
        }
    }

    /// The message that names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Activities => "register-activities",
            Self::Attendance => "register-attendance",
            Self::Roster => "register-roster",
            Self::Lectures => "register-lectures",
        }
    }

    /// From such a text.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|register| register.as_str() == text)
    }
}
