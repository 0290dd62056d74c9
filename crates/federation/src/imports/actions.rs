//! Preview, confirm, undo. A confirmation judges the rows again and imports only what was shown.

use desk::{
    actor::{Action, Actor, must_all},
    app::App,
    error::{AppError, Result},
    log::{self, Object},
};
use kernel::{ImportId, Refusal};
use ledger::db;
use sea_orm::ConnectionTrait;

use super::{
    Context, Kind, Summary, TakenRow, store,
    taking::{self, Stand, Taking},
};
use crate::scope::{self, must};

/// Who may import: for a tree, whoever may write everywhere; else whoever may write at the unit that the file is for.
pub async fn must_import(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    kind: Kind,
    unit: Option<kernel::UnitId>,
) -> Result<()> {
    match (unit, kind.is_tree()) {
        (Some(unit), false) => must(conn, actor, Action::Write, unit).await,
        _ => must_all(actor, Action::Administer),
    }
}

/// Judges every row without writing anything.
pub async fn preview(app: &App, actor: &Actor, kind: Kind, context: &Context<'_>) -> Result<Summary> {
    must_import(&app.db, actor, kind, context.unit).await?;
    Ok(kind.plan(app, None, context).await?.summary())
}

/// The same, also returning the rows to be imported with what was understood of each.
pub(super) async fn judge(
    app: &App,
    actor: &Actor,
    kind: Kind,
    context: &Context<'_>,
) -> Result<(Summary, Vec<TakenRow>)> {
    must_import(&app.db, actor, kind, context.unit).await?;
    let planned = kind.plan(app, None, context).await?;
    Ok((planned.summary(), planned.taking()))
}

/// Imports what was shown, and seals it. Rows with open questions count as refused.
pub async fn confirm(
    app: &App,
    actor: &Actor,
    kind: Kind,
    context: &Context<'_>,
    shown: &Summary,
) -> Result<(ImportId, Summary)> {
    confirm_if(app, actor, kind, context, |summary| summary == shown, None, context.progress).await
}

/// The same for an uploaded file, which is imported only once. `wrote` is called with the number of rows that are imported,
/// and of those that are to be.
pub(super) async fn confirm_if(
    app: &App,
    actor: &Actor,
    kind: Kind,
    context: &Context<'_>,
    is_shown: impl Fn(&Summary) -> bool + Send,
    work: Option<i64>,
    wrote: &(dyn Fn(usize, usize) + Send + Sync),
) -> Result<(ImportId, Summary)> {
    must_import(&app.db, actor, kind, context.unit).await?;
    app.refuse_cut_chain().await?;
    let _turn = taking::turn(app).await?;
    let stand = Stand::load(&app.db).await?;
    let planned = kind.plan(app, None, context).await?;
    let summary = planned.summary();
    if !is_shown(&summary) {
        return Err(Refusal::conflict("import-changed-meanwhile").into());
    }
    let id = Taking { app, actor, kind, context, summary: &summary, work, wrote }.run(planned, stand).await?;
    app.seal_or_later().await?;
    Ok((id, summary))
}

/// An import that the actor may undo, and its kind; any other is refused as unknown.
pub(super) async fn load_undoable(
    app: &App,
    conn: &impl ConnectionTrait,
    actor: &Actor,
    id: ImportId,
) -> Result<(store::Import, Kind)> {
    let unknown = || AppError::from(Refusal::unknown("import-unknown").with("id", id));
    let import = store::by_id(conn, id).await?.ok_or_else(unknown)?;
    let kind = Kind::by_name(app, &import.kind).ok_or_else(unknown)?;
    match must_import(conn, actor, kind, import.unit_id.map(kernel::UnitId)).await {
        Err(AppError::Refused(_)) => Err(unknown()),
        answer => answer.map(|()| (import, kind)),
    }
}

/// Undoes a whole import; refused, with a list, if later changes depend on it.
pub async fn undo(app: &App, actor: &Actor, id: ImportId) -> Result<store::Import> {
    load_undoable(app, &app.db, actor, id).await?;
    app.refuse_cut_chain().await?;
    let tx = db::begin(&app.db).await?;
    db::take_range(&tx, "import", 0).await?;
    let (import, kind) = load_undoable(app, &tx, actor, id).await?;
    if taking::is_going_on(app, &import) {
        return Err(Refusal::new("import-going-on").with("id", id).into());
    }
    if let Some(at) = &import.undone_at {
        return Err(Refusal::new("import-undone-already").with("id", id).with("at", at).into());
    }
    let hindrances = kind.undo(app, &tx, actor, id).await?;
    if !hindrances.is_empty() {
        return Err(Refusal::new("import-stood-on").with("id", id).because(hindrances).into());
    }
    store::set_undone(&tx, id, actor).await?;
    let args = [("file", import.file_name.as_str())];
    log::write(&tx, actor, "import-undone-by", Object::new("import", id.0), None, &args).await?;
    scope::places::refresh_in(&tx, app.today()).await?;
    tx.commit().await?;
    app.seal_or_later().await?;
    Ok(import)
}
