//! Posts: the list, adding, changing, giving up, removing.

use chrono::NaiveDate;
use clap::Subcommand;
use desk::{app::App, error::Result};
use federation::{
    posts::{
        Handed, Post, Risk, actions,
        list::{Line, PostList},
        store,
    },
    units,
};
use kernel::Refusal;
use serde_json::json;

use super::{
    arguments::Page,
    lists::{Field, key_of_unit, list},
    out::Out,
};

#[derive(Debug, Subcommand)]
pub(super) enum Posts {
    /// 列出岗位 · list
    List {
        /// 只列这个单位及以下的 · of this unit and those under it
        #[arg(long, value_name = "U")]
        unit: Option<String>,
        /// vacant 空岗、closed 已撤销、any
        #[arg(long, value_parser = ["vacant", "closed", "any"])]
        state: Option<String>,
        /// high、medium、low
        #[arg(long, value_parser = ["high", "medium", "low"])]
        risk: Option<String>,
        /// 名称、专长或单位含有 · name, need or unit contains
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// 新增岗位 · add
    Add {
        name: String,
        /// 单位 · the unit that it belongs to
        #[arg(long, value_name = "U")]
        unit: String,
        /// 所需专长，用顿号或逗号隔开 · needs, separated by commas
        #[arg(long, default_value = "")]
        needs: String,
        /// high、medium、low
        #[arg(long, value_parser = ["high", "medium", "low"])]
        risk: Option<String>,
        /// 职责 · what it is about
        #[arg(long)]
        about: Option<String>,
    },
    /// 修改岗位：没有写的不变 · change: what isn't given stays
    Edit {
        id: i64,
        #[arg(long)]
        name: Option<String>,
        #[arg(long)]
        needs: Option<String>,
        /// none 去掉 · none takes it away
        #[arg(long, value_parser = ["high", "medium", "low", "none"])]
        risk: Option<String>,
        #[arg(long)]
        about: Option<String>,
    },
    /// 撤销岗位，用到这天 · give up after this day
    Close {
        id: i64,
        #[arg(long, value_name = "DATE")]
        on: NaiveDate,
    },
    /// 恢复撤销的岗位 · take a post back into use
    Open { id: i64 },
    /// 删除从来没有人在岗的岗位 · remove one that nobody has ever held
    Remove { id: i64 },
}

/// A post as it stands now: who commands names no version.
async fn current(app: &App, id: i64) -> Result<Post> {
    let post = store::by_id(&app.db, id).await?.filter(|post| !post.void);
    Ok(post.ok_or_else(|| Refusal::unknown("post-unknown").with("id", id))?)
}

fn risk_of(code: Option<&str>) -> Option<Risk> {
    code.and_then(Risk::from_code)
}

pub(super) async fn run(app: &App, out: &Out<'_>, what: Posts) -> Result<()> {
    let actor = app.operator();
    match what {
        Posts::List { unit, state, risk, search, page } => {
            let unit = key_of_unit(app, unit.as_deref()).await?;
            let asked = [
                ("unit_id", unit.as_str()),
                ("state", state.as_deref().unwrap_or_default()),
                ("risk", risk.as_deref().unwrap_or_default()),
                ("q", search.as_deref().unwrap_or_default()),
            ];
            let fields: [Field<Line>; 7] = [
                ("id", "col-id", |line| json!(line.id)),
                ("name", "post-name", |line| json!(line.name)),
                ("unit", "col-unit", |line| json!(line.unit)),
                ("needs", "post-needs", |line| json!(line.needs)),
                ("risk", "post-risk", |line| json!(line.risk)),
                ("holders", "post-holders", |line| json!(line.holders)),
                ("closed_on", "post-closed", |line| json!(line.closed_on)),
            ];
            list::<PostList>(app, out, &asked, &fields, page).await
        }
        Posts::Add { name, unit, needs, risk, about } => {
            let unit = units::find_by_code_or_name(&app.db, &unit).await?.id;
            let id =
                actions::add(app, &actor, unit, Handed { name, needs, risk: risk_of(risk.as_deref()), about }).await?;
            done(out, "post-added-done", id)
        }
        Posts::Edit { id, name, needs, risk, about } => {
            let post = current(app, id).await?;
            let handed = Handed {
                name: name.unwrap_or(post.name),
                needs: needs.unwrap_or(post.needs),
                risk: risk.as_deref().map_or(post.risk, |risk| risk_of(Some(risk))),
                about: about.or(post.about),
            };
            actions::edit(app, &actor, (id, post.version), handed).await?;
            done(out, "post-saved", id)
        }
        Posts::Close { id, on } => {
            actions::close(app, &actor, (id, current(app, id).await?.version), Some(on)).await?;
            done(out, "post-saved", id)
        }
        Posts::Open { id } => {
            actions::close(app, &actor, (id, current(app, id).await?.version), None).await?;
            done(out, "post-saved", id)
        }
        Posts::Remove { id } => {
            actions::remove(app, &actor, id, current(app, id).await?.version).await?;
            done(out, "post-removed-done", id)
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
