//! The reader: texts by section, PDF and films by parts of their file; the position is private to the reader.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use desk::{
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Visit, answer::unknown_page},
};
use federation::files::{self, Media, Way};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    actions,
    pages::head_of,
    store::{self, ReadingPlace},
};

/// Routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![page("/materials/{id}/read", read), page("/materials/{id}/file", file), act("/materials/{id}/place", remember)]
}

/// How many sections are sent at once: about what a phone shows before scrolling.
const AT_ONCE: u64 = 2;

async fn read(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let material = actions::seen(&site.app, &visit.actor, id).await?;
    let db = &site.app.db;
    let Some(file) = material.file else { return Err(unknown_page()) };
    let file = files::by_id(db, file).await?.ok_or_else(unknown_page)?;
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let requested = query.key("section").filter(|section| *section > 0);
    let stored = store::place_of(db, visit.actor.account, id).await?;
    let from = requested.or(stored.map(|stored| stored.section)).unwrap_or(1);
    // The position within the section, unless another section was requested.
    let block = stored.filter(|stored| stored.section == from).map_or(0, |stored| stored.block);
    let head = head_of(&site, &visit, &material).await?;
    let begun = requested.is_none() && stored.is_some_and(|stored| (stored.section, stored.block) > (1, 0));
    if file.media.is_film() || file.media == Media::Pdf {
        let template = if file.media.is_film() { "materials/film.html" } else { "materials/pdf.html" };
        let chapters = store::chapters(db, id).await?;
        return visit.page(&site, template, context! { chapters => Serde(&chapters), from, block, begun, ..head });
    }
    let last = store::count(db, id).await?;
    let from = from.min(last.max(1));
    let sections = store::sections(db, id, from, AT_ONCE).await?;
    // Without JavaScript the position is that of the page; for a section loaded while scrolling the script sends it.
    if !visit.fragment && requested.is_some() && stored.is_none_or(|stored| stored.section != from) {
        actions::remember(&site.app, &visit.actor, id, ReadingPlace { section: from, block: 0 }).await?;
    }
    let next = sections.last().map(|section| section.place + 1).filter(|next| *next <= last);
    let chapters = if visit.fragment { Vec::new() } else { store::chapters(db, id).await? };
    let now = chapters.iter().rfind(|chapter| chapter.place <= from).and_then(|chapter| chapter.title.clone());
    let context = context! {
        sections => Serde(&sections), chapters => Serde(&chapters), next, from, block, begun, last, now,
        before => (from > 1).then_some(from - 1), ..head
    };
    visit.page(&site, "materials/read.html", context)
}

async fn file(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, headers: HeaderMap) -> Answer {
    let material = actions::seen(&site.app, &visit.actor, id).await?;
    let Some(file) = material.file else { return Err(unknown_page()) };
    let file = files::by_id(&site.app.db, file).await?.ok_or_else(unknown_page)?;
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let way = if query.ticked("save") { Way::Saved } else { Way::Shown };
    files::serve(&site.app, &headers, &file, way).await
}

async fn remember(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let place =
        ReadingPlace { section: fields.key("section").unwrap_or(1), block: fields.key("block").unwrap_or_default() };
    actions::remember(&site.app, &visit.actor, id, place).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
