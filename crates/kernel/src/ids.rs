//! Newtypes around the i64 keys, so that a person is never passed for a unit.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A unit of the tree, or an outside organisation beside it.
    UnitId,
    /// A person: a random number of 53 bits that reveals nothing about the person.
    PersonId,
    /// A record that books entries (an activity, a membership, a group): one sequence of numbers for all.
    RecordId,
    /// A study group.
    GroupId,
    /// An account; the command line acts as [`AccountId::OPERATOR`].
    AccountId,
    /// One import of a file.
    ImportId,
    /// A file attached to a record.
    FileId,
}

impl AccountId {
    /// The recorded account under which the log names what somebody did who isn't signed in.
    pub const NOBODY: AccountId = AccountId(0);
    /// The recorded account that the command line acts as.
    pub const OPERATOR: AccountId = AccountId(1);
}

impl From<GroupId> for RecordId {
    fn from(group: GroupId) -> Self {
        RecordId(group.0)
    }
}
