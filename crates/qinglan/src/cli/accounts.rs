//! `accounts`: opens, resets and lists accounts; the first administrator is created here.

use clap::Subcommand;
use desk::{actor::Role, app::App, error::Result, ui::rows::Slice};
use federation::{
    accounts::{
        actions::{self, Opening},
        store,
    },
    units,
};
use kernel::{AccountId, GroupId, PersonId, Refusal};
use serde_json::json;
use web::Fields;

use super::out::Out;

#[derive(Debug, Subcommand)]
pub(super) enum Accounts {
    /// 开通账号，显示初始密码 · open an account and show its first password
    Open {
        /// 账号 · what is typed to sign in
        name: String,
        /// 显示的名字 · name that is shown
        #[arg(long)]
        display: Option<String>,
        /// 角色：administrator secretary leader reader · role
        #[arg(long)]
        role: Option<String>,
        /// 单位（秘书、查阅人员） · unit of a secretary or reader
        #[arg(long)]
        unit: Option<String>,
        /// 小组编号（负责人） · number of the leader's group
        #[arg(long)]
        group: Option<i64>,
        /// 人员编号 · number of the person whose account it is
        #[arg(long)]
        person: Option<i64>,
    },
    /// 重设密码 · reset a password
    Reset {
        /// 账号 · the account
        name: String,
    },
    /// 列出账号 · list accounts
    List,
}

pub(super) async fn run(app: &App, out: &Out<'_>, what: Accounts) -> Result<()> {
    let actor = app.operator();
    match what {
        Accounts::Open { name, display, role, unit, group, person } => {
            let role = match &role {
                Some(text) => {
                    let known = Role::from_code(text).filter(|role| Role::GIVEN.contains(role));
                    Some(known.ok_or_else(|| Refusal::new("role-unknown").with("role", text))?)
                }
                None => None,
            };
            let unit = match &unit {
                Some(unit) => Some(units::find_by_code_or_name(&app.db, unit).await?.id),
                None => None,
            };
            let opening = Opening {
                name,
                display: display.unwrap_or_default(),
                person: person.map(PersonId),
                password: None,
                must_change: true,
            };
            let name = opening.name.clone();
            let (id, password) = actions::open(app, &actor, opening).await?;
            if let Some(role) = role {
                actions::give_role(app, &actor, id, role, unit, group.map(GroupId)).await?;
            }
            print_password(out, &name, id, &password)
        }
        Accounts::Reset { name } => {
            let id = store::id_of(&app.db, &name.to_lowercase()).await?;
            let id = id.ok_or_else(|| Refusal::unknown("account-unknown").with("id", &name))?;
            let password = actions::reset(app, &actor, id).await?;
            print_password(out, &name, id, &password)
        }
        Accounts::List => {
            let every = Slice::first(store::ORDERS, u64::MAX);
            let found = store::list(&app.db, (&Fields::default(), app.today()), &every).await?.lines();
            if out.json {
                return out.json(&found);
            }
            for account in found {
                let state = if account.locked { "accounts-locked" } else { "accounts-open" };
                super::out::line(format!("{}\t{}\t{}", account.name, account.display, out.words.message(state, &[])));
            }
            Ok(())
        }
    }
}

fn print_password(out: &Out<'_>, name: &str, id: AccountId, password: &str) -> Result<()> {
    if out.json {
        return out.json(&json!({ "account": id.0, "name": name, "password": password }));
    }
    out.print("account-told", &[("name", name), ("password", password)]);
    Ok(())
}
