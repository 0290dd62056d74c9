//! Files of rows: kept with a row, shown and sent to whoever sees what the row says.

use axum::{
    extract::{Path, State as Extract},
    http::HeaderMap,
};
use desk::{
    actor::Actor,
    app::App,
    error::{AppError, Result},
    router::{Route, page},
    serve::Site,
    ui::{Answer, Visit},
};
use federation::files::{self, Handed, Incoming, Kept, Media, Way};
use kernel::{FileId, RecordId, Refusal};
use sea_orm::ConnectionTrait;

use super::{
    actions,
    import::VALUES,
    model::{Definition, Entered, FieldKind, Value, Values},
    row_pages::with_rights,
    rules::MOST_FILES,
};

/// What may be attached to a row.
pub const KINDS: &[Media] = &[Media::Jpeg, Media::Png, Media::Webp, Media::Pdf, Media::Docx, Media::Xlsx, Media::Pptx];

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![page("/own-rows/{id}/files/{file}", file)]
}

/// A file for a field, by the field's code.
pub type Upload = (String, Incoming);

/// The files of a form, each with the code of its field.
pub(super) fn uploads_in(definition: &Definition, handed: &mut Handed) -> Vec<Upload> {
    let mut uploads = Vec::new();
    for (name, field) in VALUES.into_iter().zip(definition.asked()) {
        while let Some(incoming) = handed.take(name).filter(|_| field.kind == FieldKind::File) {
            uploads.push((field.code.clone(), incoming));
        }
    }
    uploads
}

/// Stores the contents of files, before the transaction of their row.
pub(super) async fn keep(app: &App, definition: &Definition, uploads: Vec<Upload>) -> Result<Vec<(String, Kept)>> {
    let mut kept = Vec::with_capacity(uploads.len());
    for field in definition.asked() {
        if uploads.iter().filter(|(code, _)| *code == field.code).count() > MOST_FILES {
            let many = Refusal::new("own-files-many").with("field", &field.code).with("name", &field.name);
            return Err(many.with("most", MOST_FILES).into());
        }
    }
    for (code, incoming) in uploads {
        let stored = files::keep(app, incoming, KINDS).await;
        kept.push((code.clone(), stored.map_err(|fault| of_field(fault, &code))?));
    }
    Ok(kept)
}

/// A refused file, with the field that it was sent in.
fn of_field(fault: AppError, code: &str) -> AppError {
    match fault {
        AppError::Refused(refusal) => AppError::Refused(refusal.with("field", code)),
        other => other,
    }
}

fn files_of(values: &Values) -> impl Iterator<Item = FileId> {
    let lists = values.values().filter_map(|value| match value {
        Value::Files(files) => Some(files.as_slice()),
        _ => None,
    });
    lists.flatten().copied()
}

/// Adds files to a row, in its transaction. Of those that it names already, it may only name what it had: nobody gets somebody else's
/// file by its key.
pub(super) async fn enter(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    entered: &mut Entered,
    former: Option<&Values>,
    kept: &[(String, Kept)],
) -> Result<()> {
    for (code, value) in &entered.values {
        let Value::Files(named) = value else { continue };
        let had = match former.and_then(|former| former.get(code)) {
            Some(Value::Files(had)) => had.as_slice(),
            _ => &[],
        };
        if named.iter().any(|file| !had.contains(file)) {
            return Err(Refusal::new("own-file-gone").with("field", code).into());
        }
    }
    for (code, kept) in kept {
        let id = files::enter(tx, actor, kept).await?;
        match entered.values.entry(code.clone()).or_insert_with(|| Value::Files(Vec::new())) {
            Value::Files(files) => files.push(id),
            other => *other = Value::Files(vec![id]),
        }
    }
    Ok(())
}

/// Releases the files that a changed row has no more, once it is stored.
pub(super) async fn release(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    (former, after): (&Values, &Values),
) -> Result<()> {
    let still: Vec<FileId> = files_of(after).collect();
    let gone: Vec<FileId> = files_of(former).filter(|file| !still.contains(file)).collect();
    files::release(tx, actor, &gone).await
}

/// Sends a file of a row.
async fn file(
    Extract(site): Extract<Site>,
    visit: Visit,
    Path((id, file)): Path<(i64, i64)>,
    headers: HeaderMap,
) -> Answer {
    let unknown = || Refusal::unknown("own-file-unknown").with("id", file);
    let seen = actions::row(&site.app, &visit.actor, RecordId(id)).await?;
    let sees = with_rights(&site, &visit, &[id]).await?.first().is_some_and(|(_, sees)| *sees);
    if !sees || !files_of(&seen.row.values).any(|known| known == FileId(file)) {
        return Err(unknown().into());
    }
    let stored = files::by_id(&site.app.db, FileId(file)).await?.ok_or_else(unknown)?;
    // A browser shows pictures and PDF; other files are saved on the visitor's machine.
    let shown = stored.media.is_picture() || stored.media == Media::Pdf;
    files::serve(&site.app, &headers, &stored, if shown { Way::Shown } else { Way::Saved }).await
}
