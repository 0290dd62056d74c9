//! What an account, a role and a signed-in visit are.

use kernel::{AccountId, GroupId, PersonId, UnitId};

use crate::{features::units::places::Places, ui::language::Language};

/// What an account may do, over a subtree or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The command line: everything.
    Operator,
    /// 系统管理员: everything in the federation, accounts and settings too.
    Administrator,
    /// 单位秘书: keeps the records of a unit and all under it.
    Secretary,
    /// 小组负责人: keeps the sessions of a group.
    Leader,
    /// 查阅人员: reads figures and reports of a unit and all under it, without the names of people.
    Reader,
    /// 成员: sees what is held on the person. Every account of a person has it.
    Member,
}

impl Role {
    /// Those that are given to accounts by hand.
    pub const GIVEN: [Role; 4] = [Role::Administrator, Role::Secretary, Role::Leader, Role::Reader];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Administrator => "administrator",
            Self::Secretary => "secretary",
            Self::Leader => "leader",
            Self::Reader => "reader",
            Self::Member => "member",
        }
    }

    /// From what is stored.
    pub fn of(text: &str) -> Option<Self> {
        [Self::Operator, Self::Administrator, Self::Secretary, Self::Leader, Self::Reader, Self::Member]
            .into_iter()
            .find(|role| role.as_str() == text)
    }

    /// Whether it is given over a unit.
    pub fn of_unit(self) -> bool {
        matches!(self, Self::Secretary | Self::Reader)
    }
}

/// A role as an account holds it today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub role: Role,
    /// Over this unit and all under it; of a leader, the group's unit.
    pub unit: Option<UnitId>,
    /// Where these stand in today's tree.
    pub places: Option<Places>,
    /// The group of a leader.
    pub group: Option<GroupId>,
}

/// Light, dark, or as the machine is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the machine is set.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// As it is stored and as the page has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// From what is stored.
    pub fn of(text: &str) -> Option<Self> {
        [Self::Auto, Self::Light, Self::Dark].into_iter().find(|theme| theme.as_str() == text)
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Key.
    pub id: AccountId,
    /// What is typed to sign in.
    pub name: String,
    /// What is shown.
    pub display: String,
    /// Whose it is, if it is a member's.
    pub person: Option<PersonId>,
    /// Language of the pages.
    pub language: Language,
    /// Theme of the pages.
    pub theme: Theme,
    /// The unit that it works for now.
    pub unit: Option<UnitId>,
    /// A new password has to be chosen first.
    pub must_change: bool,
    /// Can't sign in.
    pub locked: bool,
    /// Raised by every change.
    pub version: i64,
    /// When it last signed in.
    pub signed_in_at: Option<String>,
}

/// Who is signed in, with the roles of today: read anew with every request.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The account.
    pub account: Account,
    /// Its roles.
    pub roles: Vec<Held>,
    /// Digest of the session.
    pub session: String,
    /// The name of the unit that it works for.
    pub unit_name: Option<String>,
    /// The names of the units that the roles are over.
    pub unit_names: Vec<(UnitId, String)>,
    /// Where that unit stands in today's tree.
    pub unit_places: Option<Places>,
}
