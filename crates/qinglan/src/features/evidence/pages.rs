//! Pages: the evidence of a session, and what the pages of other records with evidence share. Whoever maintains the record
//! maintains its evidence; others see only the shown pieces of a session.

use axum::{
    extract::{Path, Request, State},
    http::HeaderMap,
};
use desk::{
    error::{AppError, Result},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, FormState, Send, Visit},
};
use federation::files;
use kernel::{FileId, RecordId, Refusal};
use minijinja::{Value, context};
use sea_orm::ConnectionTrait;
use web::Fields;

use super::{
    actions::{self, Beside, Sessions},
    store::{self, Piece},
};
use crate::features::activities;

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        act("/activities/{id}/evidence", add_to_activity),
        page("/activities/{id}/evidence/{piece}", of_activity),
        act("/activities/{id}/evidence/{piece}/show", show),
        act("/activities/{id}/evidence/{piece}/hide", hide),
        act("/activities/{id}/evidence/{piece}/remove", remove_of_activity),
    ]
}

fn is_picture(media: &str) -> bool {
    matches!(media, "jpg" | "png" | "webp")
}

/// The evidence of a record for a page: all of it for its maintainer, else only what is shown.
pub async fn card(
    conn: &impl ConnectionTrait,
    record: RecordId,
    path: &str,
    keeps: bool,
    shows: bool,
) -> Result<Value> {
    let pieces = store::of_record(conn, record).await?;
    let pieces: Vec<Value> = pieces
        .into_iter()
        .filter(|piece| keeps || (shows && piece.shown))
        .map(|piece| {
            context! {
                id => piece.id, name => piece.name, shown => piece.shown, picture => is_picture(&piece.media),
                until => piece.kept_until.map(|day| day.to_string()),
                size => format!("{:.1}", (piece.size as f64 / 1_048_576.0).max(0.1)),
            }
        })
        .collect();
    Ok(context! { pieces, path, keeps, shows, accept => files::accept(super::KINDS) })
}

/// A session that the visitor may see, and whether the visitor maintains it.
async fn activity(site: &Site, visit: &Visit, id: i64) -> Result<(Beside, bool)> {
    let activity = activities::pages::seen(site, visit, id).await?;
    let keeps = activities::pages::leads(site, visit, &activity).await?;
    Ok((Beside { record: activity.id, of: &Sessions, unit: Some(activity.host) }, keeps))
}

fn must(may: bool) -> Result<()> {
    if may { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

/// A piece of a record's evidence.
pub(crate) async fn piece(site: &Site, beside: Beside, id: i64) -> Result<Piece> {
    let piece = store::by_id(&site.app.db, beside.record, id).await?;
    piece.ok_or_else(|| AppError::from(Refusal::unknown("evidence-unknown").with("id", id)))
}

/// Adds the files of a request.
pub(crate) async fn add(site: &Site, visit: &Visit, beside: Beside, request: Request, back: &str) -> Answer {
    let mut handed = files::receive(&site.app, request, super::KINDS).await?;
    let mut incoming = Vec::new();
    while let Some(file) = handed.take("file") {
        incoming.push(file);
    }
    let fields = std::mem::take(&mut handed.fields);
    let add = async |_| {
        let count = actions::add(&site.app, &visit.actor, beside, incoming).await?;
        Ok(Done::new(back, "evidence-added").with("count", count))
    };
    // A refused file is reported on the page it was sent from; nothing was typed that could be lost.
    let page = async |state: FormState| {
        let why = site.pages.words(visit.language).refusal(&state.into_refusal());
        visit.warned(site, back, "evidence-refused", &[("why", &why)])
    };
    Send::new(site, visit, &fields).run(add, page).await
}

async fn add_to_activity(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, request: Request) -> Answer {
    let (beside, keeps) = activity(&site, &visit, id).await?;
    must(keeps)?;
    add(&site, &visit, beside, request, &format!("/activities/{id}")).await
}

/// Sends the file of a piece.
pub(crate) async fn answer_with(site: &Site, headers: &HeaderMap, piece: &Piece) -> Answer {
    let file = files::by_id(&site.app.db, FileId(piece.file_id)).await?;
    let file = file.ok_or_else(|| Refusal::unknown("evidence-unknown").with("id", piece.id))?;
    // A browser shows pictures and PDF; other files are saved on the visitor's machine.
    let shown = is_picture(&piece.media) || piece.media == "pdf";
    files::serve(&site.app, headers, &file, if shown { files::Way::Shown } else { files::Way::Saved }).await
}

async fn of_activity(
    State(site): State<Site>,
    visit: Visit,
    Path((id, of)): Path<(i64, i64)>,
    headers: HeaderMap,
) -> Answer {
    let (beside, keeps) = activity(&site, &visit, id).await?;
    let piece = piece(&site, beside, of).await?;
    // On a picture, or in its name, anybody may be seen.
    let names = activities::reach::sees_names(&site.app.db, &visit.actor, RecordId(id)).await?;
    if !(keeps || (piece.shown && names)) {
        return Err(Refusal::unknown("evidence-unknown").with("id", of).into());
    }
    answer_with(&site, &headers, &piece).await
}

async fn set_shown(site: &Site, visit: &Visit, (id, of): (i64, i64), shown: bool, fields: &Fields) -> Answer {
    let (beside, keeps) = activity(site, visit, id).await?;
    must(keeps)?;
    let piece = piece(site, beside, of).await?;
    let set = async |_| {
        actions::show(&site.app, &visit.actor, beside, &piece, shown).await?;
        let message = if shown { "evidence-shown" } else { "evidence-hidden" };
        Ok(Done::new(format!("/activities/{id}"), message))
    };
    Send::new(site, visit, fields).press(set).await
}

async fn show(State(site): State<Site>, visit: Visit, Path(of): Path<(i64, i64)>, fields: Fields) -> Answer {
    set_shown(&site, &visit, of, true, &fields).await
}

async fn hide(State(site): State<Site>, visit: Visit, Path(of): Path<(i64, i64)>, fields: Fields) -> Answer {
    set_shown(&site, &visit, of, false, &fields).await
}

/// Deletes a piece, and redirects to the page of its record.
pub(crate) async fn remove(
    site: &Site,
    visit: &Visit,
    beside: Beside,
    id: i64,
    (back, fields): (&str, &Fields),
) -> Answer {
    let piece = piece(site, beside, id).await?;
    let remove = async |_| {
        actions::remove(&site.app, &visit.actor, beside, &piece).await?;
        Ok(Done::new(back, "evidence-removed"))
    };
    Send::new(site, visit, fields).press(remove).await
}

async fn remove_of_activity(
    State(site): State<Site>,
    visit: Visit,
    Path((id, of)): Path<(i64, i64)>,
    fields: Fields,
) -> Answer {
    let (beside, keeps) = activity(&site, &visit, id).await?;
    must(keeps)?;
    remove(&site, &visit, beside, of, (&format!("/activities/{id}"), &fields)).await
}
