//! Themes: the list, adding, changing, removing.

use chrono::NaiveDate;
use clap::Subcommand;
use desk::{app::App, error::Result};
use federation::{
    themes::{
        Handed, Theme, actions,
        list::{Line, ThemeList},
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
pub(super) enum Themes {
    /// 列出专题 · list
    List {
        /// 只列这个单位及以下的 · of this unit and those under it
        #[arg(long, value_name = "U")]
        unit: Option<String>,
        /// current、ahead、ended
        #[arg(long, value_parser = ["current", "ahead", "ended"])]
        state: Option<String>,
        /// 名称或说明含有 · name or text contains
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// 新建专题，本单位和下级都可选用 · add one that the unit and those under it may serve
    Add {
        name: String,
        /// 所属单位 · the unit that it belongs to
        #[arg(long, value_name = "U")]
        unit: String,
        /// 开始时间 · first day
        #[arg(long, value_name = "DATE")]
        from: NaiveDate,
        /// 结束时间 · last day
        #[arg(long, value_name = "DATE")]
        until: Option<NaiveDate>,
        /// 说明 · what it is about
        #[arg(long)]
        about: Option<String>,
    },
    /// 修改专题 · change one
    Edit {
        id: i64,
        #[arg(long)]
        name: Option<String>,
        #[arg(long, value_name = "DATE")]
        from: Option<NaiveDate>,
        #[arg(long, value_name = "DATE")]
        until: Option<NaiveDate>,
        #[arg(long)]
        about: Option<String>,
    },
    /// 删除没有记录选用的专题 · remove one that nothing serves
    Remove { id: i64 },
}

/// A theme as it stands now: who commands names no version.
async fn current(app: &App, id: i64) -> Result<Theme> {
    let theme = store::by_id(&app.db, id).await?.filter(|theme| !theme.void);
    Ok(theme.ok_or_else(|| Refusal::unknown("theme-unknown-here").with("id", id))?)
}

pub(super) async fn run(app: &App, out: &Out<'_>, what: Themes) -> Result<()> {
    let actor = app.operator();
    match what {
        Themes::List { unit, state, search, page } => {
            let unit = key_of_unit(app, unit.as_deref()).await?;
            let asked = [
                ("unit_id", unit.as_str()),
                ("state", state.as_deref().unwrap_or_default()),
                ("q", search.as_deref().unwrap_or_default()),
            ];
            let fields: [Field<Line>; 6] = [
                ("id", "col-id", |line| json!(line.id)),
                ("code", "col-code", |line| json!(line.code)),
                ("name", "theme-name", |line| json!(line.name)),
                ("unit", "col-unit", |line| json!(line.unit)),
                ("from", "theme-from", |line| json!(line.from_day)),
                ("until", "theme-until", |line| json!(line.to_day)),
            ];
            list::<ThemeList>(app, out, &asked, &fields, page).await
        }
        Themes::Add { name, unit, from, until, about } => {
            let unit = units::find_by_code_or_name(&app.db, &unit).await?.id;
            let id = actions::add(app, &actor, unit, Handed { name, from, until, about }).await?;
            done(out, "theme-added-done", id)
        }
        Themes::Edit { id, name, from, until, about } => {
            let theme = current(app, id).await?;
            let handed = Handed {
                name: name.unwrap_or(theme.name),
                from: from.unwrap_or(theme.from),
                until: until.or(theme.until),
                about: about.or(theme.about),
            };
            actions::edit(app, &actor, id, theme.version, handed).await?;
            done(out, "theme-saved", id)
        }
        Themes::Remove { id } => {
            actions::remove(app, &actor, id, current(app, id).await?.version).await?;
            done(out, "theme-removed-done", id)
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
