//! Duties: the list of all, and reminding.

use clap::Subcommand;
use desk::{app::App, error::Result};
use federation::duties::{
    Ruling, actions,
    list::{OnBoard, Shown},
};
use kernel::RecordId;
use serde_json::json;

use super::{
    arguments::Page,
    lists::{Field, key_of_unit, list},
    out::Out,
};

#[derive(Debug, Subcommand)]
pub(super) enum Duties {
    /// 列出待办 · list
    List {
        /// 承办单位是它及以下的 · owed by this unit and those under it
        #[arg(long, value_name = "U")]
        unit: Option<String>,
        /// late 逾期未办、done 办结、done_late 逾期办结、excused 免办和不再要求、any（缺省未办）· open without it
        #[arg(long, value_parser = ["late", "done", "done_late", "excused", "any"])]
        state: Option<String>,
        /// return 上报、activity 开展活动、plan_item 列入学习计划、rows 填报台账、talk 参加谈话、task 办一单
        #[arg(long, value_parser = ["return", "activity", "plan_item", "rows", "talk", "task"])]
        kind: Option<String>,
        /// 事项、要求或单位含有 · matter, what is wanted or unit contains
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// 催办 · remind
    Remind {
        /// 待办的编号 · keys of duties
        #[arg(required = true)]
        ids: Vec<i64>,
    },
    /// 免办 · excuse
    Excuse {
        /// 待办的编号 · keys of duties
        #[arg(required = true)]
        ids: Vec<i64>,
        /// 原因 · the reason
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// 取消免办 · demand what was excused after all
    Owe {
        /// 待办的编号 · keys of duties
        #[arg(required = true)]
        ids: Vec<i64>,
    },
    /// 退回 · send back
    Back {
        /// 待办的编号 · keys of duties
        #[arg(required = true)]
        ids: Vec<i64>,
        /// 原因 · the reason
        #[arg(long)]
        reason: String,
    },
}

async fn rule(app: &App, out: &Out<'_>, ids: Vec<i64>, ruling: Ruling, reason: &str) -> Result<()> {
    let ids = ids.into_iter().map(RecordId).collect();
    let count = actions::rule(app, &app.operator(), &ids, ruling, reason).await?;
    if out.json {
        return out.json(&json!({ "changed": count }));
    }
    let done = match ruling {
        Ruling::Excuse => "duties-excused",
        Ruling::Owe => "duties-owed-again",
        Ruling::SendBack => "duties-sent-back",
    };
    out.print(done, &[("count", &count.to_string())]);
    Ok(())
}

pub(super) async fn run(app: &App, out: &Out<'_>, what: Duties) -> Result<()> {
    match what {
        Duties::List { unit, state, kind, search, page } => {
            let unit = key_of_unit(app, unit.as_deref()).await?;
            let asked = [
                ("unit_id", unit.as_str()),
                ("state", state.as_deref().unwrap_or_default()),
                ("kind", kind.as_deref().unwrap_or_default()),
                ("q", search.as_deref().unwrap_or_default()),
            ];
            let fields: [Field<Shown>; 11] = [
                ("id", "col-id", |shown| json!(shown.line().id)),
                ("unit", "duty-unit", |shown| json!(shown.line().unit)),
                ("person", "duty-person", |shown| json!(shown.line().of_whom())),
                ("title", "duty-title", |shown| json!(shown.line().title)),
                ("wanted", "duty-wanted", |shown| json!(shown.line().wanted)),
                ("asker", "duty-asker", |shown| json!(shown.line().asker)),
                ("kind", "duty-kind", |shown| json!(shown.line().kind)),
                ("due_on", "duty-due", |shown| json!(shown.line().due_on)),
                ("state", "col-state", |shown| json!(shown.line().state)),
                ("answered_on", "duty-answered-on", |shown| json!(shown.line().answered_on)),
                ("reason", "duty-reason", |shown| json!(shown.line().reason)),
            ];
            list::<OnBoard>(app, out, &asked, &fields, page).await
        }
        Duties::Remind { ids } => {
            let ids = ids.into_iter().map(RecordId).collect();
            let count = actions::remind(app, &app.operator(), &ids).await?;
            if out.json {
                return out.json(&json!({ "reminded": count }));
            }
            out.print("duties-reminded", &[("count", &count.to_string())]);
            Ok(())
        }
        Duties::Excuse { ids, reason } => rule(app, out, ids, Ruling::Excuse, &reason).await,
        Duties::Owe { ids } => rule(app, out, ids, Ruling::Owe, "").await,
        Duties::Back { ids, reason } => rule(app, out, ids, Ruling::SendBack, &reason).await,
    }
}
