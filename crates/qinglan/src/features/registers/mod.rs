//! Registers (台账): activities, study, attendance, leave, external results and roster in the form that offices keep, derived from the records; and the
//! sign-in sheet of one activity.

pub mod actions;
pub mod pages;
mod sheet;
mod study;
use crate::{
    feature::Feature,
    features::accounts::Action,
    ui::shell::{Area, Entry},
};

pub use sheet::sign_in_sheet;

/// Words.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// What the application knows of it.
pub const FEATURE: Feature = Feature {
    locales: LOCALES,
    routes: pages::routes,
    menu: &[Entry::new(Area::Derived, 40, "/registers", "nav-registers", "table").for_those_who(Action::Figures)],
    ..Feature::new("registers")
};

/// Which register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Register {
    /// 活动记录台账.
    Activities,
    /// 考勤台账.
    Attendance,
    /// 学习台账.
    Study,
    /// 请假及补学.
    Leave,
    /// 线上平台学习情况.
    External,
    /// 收文.
    Notices,
    /// 花名册.
    Roster,
    /// 宣讲台账.
    Lectures,
}

impl Register {
    /// All of them, in their order on the page.
    pub const ALL: [Register; 8] = [
        Self::Activities,
        Self::Study,
        Self::Lectures,
        Self::Attendance,
        Self::Leave,
        Self::External,
        Self::Notices,
        Self::Roster,
    ];

    /// As addresses and the command line have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Activities => "activities",
            Self::Attendance => "attendance",
            Self::Study => "study",
            Self::Leave => "leave",
            Self::External => "external",
            Self::Notices => "notices",
            Self::Roster => "roster",
            Self::Lectures => "lectures",
        }
    }

    /// The message that names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Activities => "register-activities",
            Self::Attendance => "register-attendance",
            Self::Study => "register-study",
            Self::Leave => "register-leave",
            Self::External => "register-external",
            Self::Notices => "register-notices",
            Self::Roster => "register-roster",
            Self::Lectures => "register-lectures",
        }
    }

    /// The message that says what is in it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Activities => "register-activities-text",
            Self::Attendance => "register-attendance-text",
            Self::Study => "register-study-text",
            Self::Leave => "register-leave-text",
            Self::External => "register-external-text",
            Self::Notices => "register-notices-text",
            Self::Roster => "register-roster-text",
            Self::Lectures => "register-lectures-text",
        }
    }

    /// Whether it is of people: then it is for those who may see them.
    pub fn of_people(self) -> bool {
        !matches!(self, Self::Activities | Self::Lectures | Self::Notices)
    }

    /// Whether its rows are sessions or the people of sessions.
    pub fn of_sessions(self) -> bool {
        matches!(self, Self::Activities | Self::Attendance | Self::Study | Self::Leave | Self::Lectures)
    }

    /// From such a text.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|register| register.as_str() == text)
    }
}
