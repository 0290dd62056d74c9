//! The demo's accounts: one for each role, all with the password that the command prints.

use desk::{actor::Role, app::App, error::Result};
use federation::accounts::actions::{self, Opening};
use kernel::AccountId;

use super::ForAccounts;

/// The accounts' names, each with its role.
pub const ACCOUNTS: [(&str, Role); 5] = [
    ("admin", Role::Administrator),
    ("secretary", Role::Secretary),
    ("leader", Role::Leader),
    ("member", Role::Member),
    ("reader", Role::Reader),
];

/// The password of all of them. It is printed and known to everybody: a demo contains no real person's data.
pub const PASSWORD: &str = "demo-lantern-42";

/// Opens the accounts.
pub(super) async fn open(app: &App, tied: ForAccounts) -> Result<()> {
    for (name, role) in ACCOUNTS {
        let person = match role {
            Role::Secretary => Some(tied.secretary.1),
            Role::Leader => Some(tied.leader.1),
            Role::Member => Some(tied.member.1),
            Role::Operator | Role::Administrator | Role::Reader => None,
        };
        let display = if role == Role::Reader { "查阅人员" } else { "" };
        let opening = Opening {
            name: name.to_owned(),
            display: display.to_owned(),
            person,
            password: Some(PASSWORD.to_owned()),
            ..Opening::default()
        };
        let id: AccountId = actions::open(app, &app.operator(), opening).await?.0;
        let (unit, group) = match role {
            Role::Secretary => (Some(tied.secretary.0), None),
            Role::Reader => (Some(tied.reader), None),
            Role::Leader => (None, Some(tied.leader.0)),
            Role::Administrator => (None, None),
            Role::Member | Role::Operator => continue,
        };
        actions::give_role(app, &app.operator(), id, role, unit, group).await?;
    }
    Ok(())
}
