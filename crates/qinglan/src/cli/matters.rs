//! Matters that pass through lists: the list, opening one, handing in a list, withdrawing.

use chrono::NaiveDate;
use clap::Subcommand;
use desk::{app::App, error::Result};
use federation::units;
use kernel::Refusal;
use serde_json::json;

use super::{
    arguments::Page,
    lists::{Field, key_of_unit, list},
    out::Out,
};
use crate::features::matters::{
    Handed, METHODS, Matter, Wanted, actions,
    list::{Matters as MatterList, Shown},
    store,
};

#[derive(Debug, Subcommand)]
pub(super) enum Matters {
    /// 列出事项 · list
    List {
        /// 发起单位是它及以下的 · opened by this unit and those under it
        #[arg(long, value_name = "U")]
        unit: Option<String>,
        /// late 逾期、done 办结、withdrawn 撤回、any（缺省办理中）· going on without it
        #[arg(long, value_parser = ["late", "done", "withdrawn", "any"])]
        state: Option<String>,
        /// 到哪一单，如 派单 · the list that it is in
        #[arg(long)]
        step: Option<String>,
        /// 工作法的代码 · code of the method
        #[arg(long)]
        method: Option<String>,
        /// 事项、单位或承办人含有 · matter, unit or person contains
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// 发起一件事：每一单写一个 --by，承办单位缺省为发起单位 · open: a --by for each list; the unit does what no --owner is given for
    Open {
        title: String,
        /// 发起单位 · the unit that opens it
        #[arg(long, value_name = "U")]
        unit: String,
        /// 工作法：名称或代码 · the method, by name or code
        #[arg(long, default_value = "five_lists")]
        method: String,
        /// 各单的时限，按顺序 · the last day of each list, in order
        #[arg(long = "by", value_name = "DATE", required = true)]
        by: Vec<NaiveDate>,
        /// 各单的承办单位，按顺序 · the unit that does each list, in order
        #[arg(long = "owner", value_name = "U")]
        owners: Vec<String>,
        /// 说明 · what it is about
        #[arg(long)]
        about: Option<String>,
    },
    /// 办结现在这一单 · done with the list that it is in
    HandIn {
        id: i64,
        /// 办理结果 · what was done
        #[arg(long)]
        text: String,
    },
    /// 撤回 · withdraw
    Withdraw {
        id: i64,
        /// 原因 · the reason
        #[arg(long)]
        reason: String,
    },
}

/// A matter as it stands now: who commands names no version.
async fn current(app: &App, id: i64) -> Result<Matter> {
    let unknown = || Refusal::unknown("matter-unknown").with("id", id);
    Ok(store::by_id(&app.db, id).await?.ok_or_else(unknown)?)
}

pub(super) async fn run(app: &App, out: &Out<'_>, what: Matters) -> Result<()> {
    let actor = app.operator();
    match what {
        Matters::List { unit, state, step, method, search, page } => {
            let unit = key_of_unit(app, unit.as_deref()).await?;
            let asked = [
                ("unit_id", unit.as_str()),
                ("state", state.as_deref().unwrap_or_default()),
                ("step", step.as_deref().unwrap_or_default()),
                ("method", method.as_deref().unwrap_or_default()),
                ("q", search.as_deref().unwrap_or_default()),
            ];
            let fields: [Field<Shown>; 9] = [
                ("id", "col-id", |shown| json!(shown.line().id)),
                ("title", "matter-title", |shown| json!(shown.line().title)),
                ("unit", "matter-unit", |shown| json!(shown.line().unit)),
                ("method", "matter-method", |shown| json!(shown.line().method)),
                ("step", "matter-step", |shown| json!(shown.line().step)),
                ("owner", "matter-owner", |shown| json!(shown.line().owner)),
                ("person", "matter-person", |shown| json!(shown.line().person)),
                ("due_on", "duty-due", |shown| json!(shown.line().due_on)),
                ("state", "col-state", |shown| json!(shown.line().state)),
            ];
            list::<MatterList>(app, out, &asked, &fields, page).await
        }
        Matters::Open { title, unit, method, by, owners, about } => {
            let unit = units::find_by_code_or_name(&app.db, &unit).await?.id;
            let methods = METHODS.in_use(&app.db).await?;
            let found = federation::settings::choices::find(&methods, &method);
            let code = found.ok_or_else(|| METHODS.refuse(&methods, &method))?.code.clone();
            let mut steps = Vec::new();
            for (at, due_on) in by.into_iter().enumerate() {
                let owner = match owners.get(at) {
                    Some(owner) => units::find_by_code_or_name(&app.db, owner).await?.id,
                    None => unit,
                };
                steps.push(Wanted { unit: owner, person: None, due_on });
            }
            let id = actions::open(app, &actor, unit, &code, Handed { title, about, theme: None, steps }).await?;
            done(out, "matter-opened-done", id)
        }
        Matters::HandIn { id, text } => {
            actions::hand_in(app, &actor, (id, current(app, id).await?.version), &text).await?;
            done(out, "matter-handed-in-done", id)
        }
        Matters::Withdraw { id, reason } => {
            actions::withdraw(app, &actor, (id, current(app, id).await?.version), &reason).await?;
            done(out, "matter-withdrawn-done", id)
        }
    }
}

fn done(out: &Out<'_>, code: &str, id: i64) -> Result<()> {
    if out.json {
        return out.json(&json!({ "id": id }));
    }
    out.print(code, &[]);
    Ok(())
}
