//! `registers`: own registers, their definitions and rows.

use std::path::PathBuf;

use clap::Subcommand;
use desk::{app::App, error::Result, ui::rows::Slice};
use federation::units;
use figures::own_registers::{
    actions::{self, Defining},
    model::{Register, Row},
    presets,
    rows::{Named, headings},
    store,
};
use kernel::{RecordId, Refusal, UnitId};
use serde_json::{Value, json};
use web::Fields;

use super::{arguments::Page, lists, out::Out};

#[derive(Debug, Subcommand)]
pub(super) enum Registers {
    /// 列出自设台账 · list
    List,
    /// 现成的表 · definitions that ship
    Presets,
    /// 定一张表，或者改表样：TOML 文件，或现成的表 · define a register or change its form
    Define {
        file: Option<PathBuf>,
        /// 用现成的表 · a definition that ships
        #[arg(long, conflicts_with = "file")]
        preset: Option<String>,
        /// 定表单位 · the unit: it and those under it fill it in
        #[arg(long, value_name = "U")]
        unit: String,
        /// 台账代码（缺省：文件里的 code） · its code
        #[arg(long)]
        code: Option<String>,
        /// 只存草稿 · keep it as a draft
        #[arg(long)]
        draft: bool,
    },
    /// 看表样和指标 · its form and figures
    Show { code: String },
    /// 发布或重新启用 · let it out, or open it again
    Open { code: String },
    /// 停用 · close
    Close { code: String },
    /// 列出记录 · rows
    Rows {
        code: String,
        #[arg(long, value_name = "U")]
        unit: Option<String>,
        /// 文字里有 · contained in its texts
        #[arg(long)]
        find: Option<String>,
        /// void 或 any（缺省：有效的） · void or any
        #[arg(long, value_parser = ["void", "any"])]
        state: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// 作废一条记录 · make a row void
    Void {
        id: i64,
        #[arg(long)]
        reason: String,
    },
}

pub(super) async fn run(app: &App, out: &Out<'_>, what: Registers) -> Result<()> {
    match what {
        Registers::List => list(app, out).await,
        Registers::Presets => {
            let fields = [("code", "col-code"), ("name", "col-name"), ("fields", "col-fields")];
            let lines = presets::all().into_iter().map(|preset| {
                let asked: Vec<String> = preset.draft.fields.into_iter().map(|field| field.name).collect();
                vec![preset.code.into(), preset.draft.name.into(), asked.join("、").into()]
            });
            lists::page(out, &fields, lines.collect(), lists::WHOLE)
        }
        Registers::Define { file, preset, unit, code, draft } => {
            let (named, definition) = match (file, preset) {
                (Some(file), _) => {
                    let text = std::fs::read_to_string(&file).map_err(|fault| {
                        Refusal::new("file-unreadable").with("file", file.display()).with("fault", fault)
                    })?;
                    presets::read(&text)?
                }
                (None, Some(preset)) => {
                    let preset = presets::by_code(&preset)?;
                    (Some(preset.code), preset.draft)
                }
                (None, None) => return Err(Refusal::new("own-file-missing").into()),
            };
            let code = code.or(named).ok_or_else(|| Refusal::new("own-code-odd").with("code", ""))?;
            let unit = units::find_by_code_or_name(&app.db, &unit).await?.id;
            let actor = app.operator();
            let id = match store::by_code(&app.db, &code).await? {
                Some(known) => {
                    actions::revise(app, &actor, known.stored.id, known.stored.version, &definition).await?;
                    known.stored.id
                }
                None => actions::define(app, &actor, Defining { code, unit, draft: definition }).await?,
            };
            let mut register = actions::seen(app, &actor, id).await?;
            if !draft && register.stored.state == figures::own_registers::model::State::Draft {
                actions::open(app, &actor, id, register.stored.version).await?;
                register = actions::seen(app, &actor, id).await?;
            }
            shown(app, out, &register)
        }
        Registers::Open { code } => {
            let register = actions::by_code(app, &code).await?;
            actions::open(app, &app.operator(), register.stored.id, register.stored.version).await?;
            shown(app, out, &actions::by_code(app, &code).await?)
        }
        Registers::Close { code } => {
            let register = actions::by_code(app, &code).await?;
            actions::close(app, &app.operator(), register.stored.id, register.stored.version).await?;
            shown(app, out, &actions::by_code(app, &code).await?)
        }
        Registers::Show { code } => shown(app, out, &actions::by_code(app, &code).await?),
        Registers::Rows { code, unit, find, state, page } => {
            let register = actions::by_code(app, &code).await?;
            let unit = match unit {
                Some(unit) => Some(units::find_by_code_or_name(&app.db, &unit).await?.id),
                None => None,
            };
            rows(app, out, &register, (unit, find, state), page).await
        }
        Registers::Void { id, reason } => {
            let row = actions::row(app, &app.operator(), RecordId(id)).await?;
            actions::void(app, &app.operator(), RecordId(id), row.row.head.version, &reason).await?;
            if out.json {
                return out.json(&json!({ "void": id }));
            }
            out.print("own-row-voided-done", &[]);
            Ok(())
        }
    }
}

async fn list(app: &App, out: &Out<'_>) -> Result<()> {
    let registers = store::all(&app.db).await?;
    let keys: Vec<i64> = registers.iter().map(|register| register.stored.id).collect();
    let counts = store::row_counts(&app.db, &keys).await?;
    let unit_ids: Vec<UnitId> = registers.iter().map(|register| register.stored.unit).collect();
    let named = units::by_ids(&app.db, &unit_ids).await?;
    let lines = registers.into_iter().map(|Register { stored, definition }| {
        vec![
            stored.code.into(),
            definition.name.into(),
            named.get(&stored.unit).map(|unit| unit.name.clone()).into(),
            stored.state.as_str().into(),
            stored.current.into(),
            counts.get(&stored.id).copied().unwrap_or(0).into(),
        ]
    });
    let fields = [
        ("code", "col-code"),
        ("name", "col-name"),
        ("unit", "col-unit"),
        ("state", "col-state"),
        ("version", "col-version"),
        ("rows", "own-rows"),
    ];
    lists::page(out, &fields, lines.collect(), lists::WHOLE)
}

/// Prints a register with its fields and the keys of its figures.
fn shown(app: &App, out: &Out<'_>, register: &Register) -> Result<()> {
    let Register { stored, definition } = register;
    let prefix = format!("reg.{}.", stored.code);
    let metrics = app.metrics();
    let keys: Vec<&str> =
        metrics.all().map(|metric| metric.key.as_str()).filter(|key| key.starts_with(&prefix)).collect();
    if out.json {
        return out.json(&json!({
            "code": stored.code, "state": stored.state.as_str(), "version": stored.current, "definition": definition,
            "headings": headings(definition), "metrics": keys,
        }));
    }
    let state = out.words.message(stored.state.message(), &[]);
    let version = stored.current.to_string();
    let args = [
        ("name", definition.name.as_str()),
        ("code", &stored.code),
        ("state", &state),
        ("version", &version),
        ("headings", &headings(definition).join("、")),
        ("metrics", &keys.join(" ")),
    ];
    out.print("own-register-shown", &args);
    Ok(())
}

async fn rows(
    app: &App,
    out: &Out<'_>,
    register: &Register,
    (unit, find, state): (Option<UnitId>, Option<String>, Option<String>),
    page: Page,
) -> Result<()> {
    let actor = app.operator();
    let mut asked = vec![("register".to_owned(), register.stored.id.to_string())];
    asked.extend(unit.map(|unit| ("unit_id".to_owned(), unit.to_string())));
    asked.extend(find.map(|find| ("q".to_owned(), find)));
    asked.extend(state.map(|state| ("state".to_owned(), state)));
    let query = Fields::from_pairs(asked);
    let scope = actor.scope(desk::actor::Action::Read);
    let most = lists::limit(out, page).map_or(u64::MAX, |limit| page.skip.saturating_add(limit) as u64);
    let slice = Slice::from_query(&query, store::ORDERS, most).counted(u64::MAX);
    let found = store::list(&app.db, (&scope, &scope), (&query, app.today()), &slice).await?;
    let all = found.total.and_then(|total| usize::try_from(total).ok()).unwrap_or_default();
    let lines = found.lines();
    let ids: Vec<RecordId> = lines.iter().skip(page.skip).map(|line| RecordId(line.id)).collect();
    let mut loaded: Vec<Row> = store::rows_by_ids(&app.db, &ids).await?;
    loaded.sort_by_key(|row| ids.iter().position(|id| *id == row.head.id));
    let named = Named::load(app, &actor, &loaded.iter().collect::<Vec<_>>(), true).await?;
    let definition = &register.definition;
    let text = |text: String| if text.is_empty() { Value::Null } else { text.into() };
    let shown = loaded.iter().map(|row| {
        let mut line: Vec<Value> = vec![
            row.head.id.0.into(),
            named.unit(row.head.unit).into(),
            row.head.group.map_or(Value::Null, |group| named.group(group).into()),
            row.head.person.map_or(Value::Null, |person| named.person(person).into()),
            row.head.day.to_string().into(),
            row.head.until.map_or(Value::Null, |until| until.to_string().into()),
        ];
        line.extend(definition.fields.iter().map(|field| {
            text(row.values.get(&field.code).map(|value| named.text(field, value, out.words)).unwrap_or_default())
        }));
        line.push(row.head.void.into());
        line
    });
    let mut fields = vec![
        ("id", "col-id"),
        ("unit", "col-unit"),
        ("group", "own-row-groups"),
        ("person", "own-row-persons"),
        ("day", "col-day"),
        ("until", "own-until"),
    ];
    fields.extend(definition.fields.iter().map(|field| (field.name.as_str(), field.name.as_str())));
    fields.push(("void", "own-void"));
    lists::table(out, &fields, shown.collect(), (all, page))
}
