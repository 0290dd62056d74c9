//! Who acts: an account with its roles, and the scope that results from them: where which action is allowed. Denied by
//! default; lists, pickers, exports, counts and single records all check it.

use std::sync::Arc;

use kernel::{AccountId, GroupId, Moment, PersonId, Refusal, UnitId};
use ledger::{By, db};
use sea_orm::Value;

use crate::{error::Result, ui::language::Language};

/// The first and the last place of a unit's subtree in today's tree.
pub type Places = (i64, i64);

ledger::codes! {
    /// The roles of an account, over a subtree or a group.
    pub enum Role {
        /// The command line: everything.
        Operator = "operator",
        /// 系统管理员: everything in the federation, including accounts and settings.
        Administrator = "administrator",
        /// 单位秘书: maintains the records of a unit and all under it.
        Secretary = "secretary",
        /// 小组负责人: maintains the sessions of a group.
        Leader = "leader",
        /// 查阅人员: reads figures and reports of a unit and all under it, without the names of people.
        Reader = "reader",
        /// 成员: sees what is stored about the person. Every account of a person has it.
        Member = "member",
    }
}

impl Role {
    /// The roles that are assigned to accounts by hand.
    pub const GIVEN: [Role; 4] = [Role::Administrator, Role::Secretary, Role::Leader, Role::Reader];

    /// Whether it is assigned for a unit.
    pub fn of_unit(self) -> bool {
        matches!(self, Self::Secretary | Self::Reader)
    }
}

/// A role that an account has today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The role.
    pub role: Role,
    /// For this unit and all under it; for a leader, the group's unit.
    pub unit: Option<UnitId>,
    /// The places of that subtree in today's tree.
    pub places: Option<Places>,
    /// The group of a leader.
    pub group: Option<GroupId>,
}

ledger::codes! {
    /// Light, dark, or the setting of the device.
    #[derive(Default)]
    pub enum Theme {
        /// The setting of the device.
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
        /// The name for signing in.
        pub name: String,
        /// The name that is shown.
        pub display: String,
        /// The person whose account it is, if it is a member's.
        pub person: Option<PersonId> as "person_id",
        /// Language of the pages.
        pub language: Language,
        /// Theme of the pages.
        pub theme: Theme,
        /// The unit that it is currently working for.
        pub unit: Option<UnitId> as "unit_id",
        /// Whether a new password has to be chosen first.
        pub must_change: bool,
        /// Whether signing in is locked.
        pub locked: bool,
        /// Raised by every change.
        pub version: i64,
        /// When it last signed in.
        pub signed_in_at: Option<String>,
    }
}

/// The signed-in account with its current roles: read again for every request.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The account.
    pub account: Account,
    /// Its roles.
    pub roles: Vec<Held>,
    /// Digest of the session.
    pub session: String,
    /// The name of the unit that it is working for.
    pub unit_name: Option<String>,
    /// The names of the units that the roles are for.
    pub unit_names: Vec<(UnitId, String)>,
    /// The places of that unit's subtree in today's tree.
    pub unit_places: Option<Places>,
}

/// Who acts, the moment of the action, and the roles that allow it.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// The moment.
    pub at: Moment,
    /// The roles of today.
    pub roles: Arc<[Held]>,
    /// The person whose account it is.
    pub person: Option<PersonId>,
}

impl Actor {
    /// An account without any role.
    pub fn plain(account: AccountId, at: Moment) -> Self {
        Self { account, at, roles: Arc::default(), person: None }
    }

    /// The scope in which an action is allowed.
    pub fn scope(&self, action: Action) -> Scope {
        Scope::from_roles(&self.roles, self.person, action)
    }

    /// The same for the ledger.
    pub fn by(&self) -> By<'_> {
        By { account: self.account, at: &self.at }
    }
}

/// The actions that roles allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See records: activities, groups, units.
    Read,
    /// See figures and their rows.
    Figures,
    /// See people by name.
    People,
    /// Maintain the sessions of a group or unit: enter, call the roll, confirm.
    Lead,
    /// Change records.
    Write,
    /// Accounts, settings, the log, the whole tree.
    Administer,
}

/// Where an action is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// In the whole federation.
    pub all: bool,
    /// At and under units, as places in today's tree.
    pub places: Vec<Places>,
    /// The top units of these places.
    pub units: Vec<UnitId>,
    /// In these groups.
    pub groups: Vec<GroupId>,
    /// For this person.
    pub person: Option<PersonId>,
}

impl Scope {
    /// Computes the scope that roles allow.
    pub fn from_roles(roles: &[Held], person: Option<PersonId>, action: Action) -> Self {
        use Action as A;
        let mut scope = Self::default();
        for held in roles {
            let over_unit = match held.role {
                Role::Operator | Role::Administrator => {
                    scope.all = true;
                    continue;
                }
                Role::Secretary => action != A::Administer,
                Role::Reader => matches!(action, A::Read | A::Figures),
                Role::Leader => {
                    if matches!(action, A::Read | A::People | A::Lead) {
                        scope.groups.extend(held.group);
                    }
                    action == A::Figures
                }
                Role::Member => false,
            };
            if over_unit && let (Some(unit), Some(places)) = (held.unit, held.places) {
                scope.units.push(unit);
                scope.places.push(places);
            }
        }
        if matches!(action, A::Read | A::People) {
            scope.person = person;
        }
        scope
    }

    /// Whether it covers nothing.
    pub fn is_empty(&self) -> bool {
        !self.all && self.places.is_empty() && self.groups.is_empty() && self.person.is_none()
    }

    /// Whether it covers a unit at this place.
    pub fn covers(&self, place: Option<i64>) -> bool {
        self.all || place.is_some_and(|place| self.places.iter().any(|(first, last)| (*first..=*last).contains(&place)))
    }

    /// Whether it covers a record of a group, or of a unit at this place.
    pub fn covers_record(&self, place: Option<i64>, group: Option<GroupId>) -> bool {
        self.covers(place) || group.is_some_and(|group| self.groups.contains(&group))
    }

    /// The condition that a column with places is within the scope; its values are appended to `values`.
    pub fn within(&self, column: &str, values: &mut Vec<Value>) -> String {
        if self.all {
            return "1 = 1".to_owned();
        }
        let mut any = vec!["1 = 0".to_owned()];
        for (first, last) in &self.places {
            values.extend([(*first).into(), (*last).into()]);
            any.push(format!("{column} between ${} and ${}", values.len() - 1, values.len()));
        }
        format!("({})", any.join(" or "))
    }

    /// The condition that a column with groups is within the scope.
    pub fn in_groups(&self, column: &str, values: &mut Vec<Value>) -> String {
        if self.groups.is_empty() {
            return "1 = 0".to_owned();
        }
        let first = values.len() + 1;
        values.extend(self.groups.iter().map(|group| group.0.into()));
        format!("{column} in ({})", db::places(first, self.groups.len()))
    }
}

/// Refuses an actor without scope over the whole federation.
pub fn must_all(actor: &Actor, action: Action) -> Result<()> {
    if actor.scope(action).all { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(role: Role, unit: i64, places: Places) -> Held {
        Held { role, unit: Some(UnitId(unit)), places: Some(places), group: None }
    }

    #[test]
    fn roles_allow_what_they_say_and_nothing_else() {
        let secretary = [held(Role::Secretary, 3, (10, 20))];
        let scope = Scope::from_roles(&secretary, None, Action::Write);
        assert!(scope.covers(Some(10)) && scope.covers(Some(20)) && !scope.covers(Some(21)) && !scope.covers(None));
        assert!(Scope::from_roles(&secretary, None, Action::Administer).is_empty());
        let reader = [held(Role::Reader, 3, (10, 20))];
        assert!(Scope::from_roles(&reader, None, Action::Figures).covers(Some(12)));
        assert!(Scope::from_roles(&reader, None, Action::People).is_empty());
        assert!(Scope::from_roles(&reader, None, Action::Write).is_empty());
        let leader =
            [Held { role: Role::Leader, unit: Some(UnitId(3)), places: Some((5, 5)), group: Some(GroupId(7)) }];
        assert!(Scope::from_roles(&leader, None, Action::Lead).covers_record(None, Some(GroupId(7))));
        assert!(!Scope::from_roles(&leader, None, Action::Lead).covers(Some(5)));
        assert!(Scope::from_roles(&leader, None, Action::Write).is_empty());
        assert!(Scope::from_roles(&[], None, Action::Read).is_empty());
        assert_eq!(Scope::from_roles(&[], Some(PersonId(4)), Action::Read).person, Some(PersonId(4)));
        assert!(Scope::from_roles(&[], Some(PersonId(4)), Action::Lead).is_empty());
    }

    #[test]
    fn conditions_number_their_places_after_existing_values() {
        let scope = Scope::from_roles(&[held(Role::Secretary, 3, (10, 20))], None, Action::Read);
        let mut values: Vec<Value> = vec![1i64.into()];
        assert_eq!(scope.within("p.place", &mut values), "(1 = 0 or p.place between $2 and $3)");
        assert_eq!(Scope::default().within("p.place", &mut values), "(1 = 0)");
        assert_eq!(values.len(), 3);
    }
}
