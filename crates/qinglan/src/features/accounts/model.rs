//! What an account, a role and a signed-in visit are.

use kernel::{AccountId, GroupId, PersonId, UnitId};

use crate::{features::units::places::Places, ui::language::Language};

ledger::codes! {
    /// What an account may do, over a subtree or a group.
    pub enum Role {
        /// The command line: everything.
        Operator = "operator",
        /// 系统管理员: everything in the federation, accounts and settings too.
        Administrator = "administrator",
        /// 单位秘书: keeps the records of a unit and all under it.
        Secretary = "secretary",
        /// 小组负责人: keeps the sessions of a group.
        Leader = "leader",
        /// 查阅人员: reads figures and reports of a unit and all under it, without the names of people.
        Reader = "reader",
        /// 成员: sees what is held on the person. Every account of a person has it.
        Member = "member",
    }
}

impl Role {
    /// Those that are given to accounts by hand.
    pub const GIVEN: [Role; 4] = [Role::Administrator, Role::Secretary, Role::Leader, Role::Reader];

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

ledger::codes! {
    /// Light, dark, or as the machine is set.
    #[derive(Default)]
    pub enum Theme {
        /// As the machine is set.
        #[default]
        Auto = "auto",
        /// Light.
        Light = "light",
        /// Dark.
        Dark = "dark",
    }
}

ledger::record! {
    /// An account.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Account in "account" {
        /// Key.
        pub id: AccountId,
        /// What is typed to sign in.
        pub name: String,
        /// What is shown.
        pub display: String,
        /// Whose it is, if it is a member's.
        pub person: Option<PersonId> as "person_id",
        /// Language of the pages.
        pub language: Language,
        /// Theme of the pages.
        pub theme: Theme,
        /// The unit that it works for now.
        pub unit: Option<UnitId> as "unit_id",
        /// A new password has to be chosen first.
        pub must_change: bool,
        /// Can't sign in.
        pub locked: bool,
        /// Raised by every change.
        pub version: i64,
        /// When it last signed in.
        pub signed_in_at: Option<String>,
    }
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
