//! Actions on files: check and store, attach to a record, release, and sweep.

use chrono::{Duration, SecondsFormat};
use desk::{
    actor::Actor,
    app::App,
    decoding::{self, Share},
    error::{AppError, Result},
};
use kernel::{FileId, Refusal};
use ledger::db;
use media::{Boxes, Clean, Film, Media, PictureError, Seen};
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};

use super::{
    contents,
    contents::hex,
    receive::Incoming,
    store::{self, Stored},
};

const MEGABYTE: u64 = 1024 * 1024;
/// For how many hours a content is retained after its upload, so that the record that it was uploaded for can be written.
const HELD_HOURS: i64 = 24;
/// Bytes of memory beyond which a picture is read alone: two that take less may be read at one time.
const LARGE_PICTURE: u64 = 110 * MEGABYTE;
/// Contents that one transaction sweeps away.
const SWEPT: u64 = 100;

/// The most bytes that a file of a kind may have.
pub fn most_bytes(kind: Media) -> u64 {
    let megabytes = match kind {
        Media::Mp4 | Media::Webm => 500,
        Media::Jpeg | Media::Png | Media::Webp => 30,
        Media::Text => 20,
        Media::Pdf | Media::Docx | Media::Xlsx | Media::Pptx | Media::Epub => 100,
    };
    megabytes * MEGABYTE
}

/// A file whose content is stored, and which no record has yet.
#[derive(Clone, Debug)]
pub struct Kept {
    /// SHA-256 of its content.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// Its kind.
    pub media: Media,
    /// The name that it was uploaded with; for a picture that was converted, with the extension of its new kind.
    pub name: String,
}

/// Checks a file by its content and stores that. It refuses a file that is empty, too large, of a kind that is not allowed
/// here, or of another kind than its name says. Pictures are cleaned. It writes in a transaction of its own: call it before
/// that of the record.
pub async fn keep(app: &App, mut incoming: Incoming, kinds: &[Media]) -> Result<Kept> {
    if let Some(limit) = incoming.too_large {
        return Err(too_large(&incoming, limit));
    }
    if incoming.size == 0 {
        return Err(Refusal::new("file-nothing").with("file", &incoming.name).into());
    }
    let media = judge(app, &incoming, kinds).await?;
    let until = app.clock.0.now() + Duration::hours(HELD_HOURS);
    let until = until.to_rfc3339_opts(SecondsFormat::Millis, true);
    if media.is_picture() {
        let Clean { media, bytes, .. } = cleaned(app, &incoming, media).await?;
        let (sha256, size) = (hex(&Sha256::digest(&bytes)), bytes.len() as u64);
        store::hold(&app.db, &sha256, size, media, &until).await?;
        if !contents(app)?.has(&sha256).await? {
            contents(app)?.write(&sha256, bytes).await?;
        }
        return Ok(Kept { sha256, size, media, name: name_with_ending(&incoming.name, media) });
    }
    // The row comes first, so that a sweep sees it before there is anything to sweep.
    store::hold(&app.db, &incoming.sha256, incoming.size, media, &until).await?;
    if !contents(app)?.has(&incoming.sha256).await? {
        contents(app)?.settle(&incoming.token, &incoming.sha256).await?;
        incoming.token.clear();
    }
    Ok(Kept {
        sha256: incoming.sha256.clone(),
        size: incoming.size,
        media,
        name: name_with_ending(&incoming.name, media),
    })
}

fn too_large(incoming: &Incoming, limit: u64) -> AppError {
    Refusal::too_large("file-over-limit").with("file", &incoming.name).with("limit", limit / MEGABYTE).into()
}

async fn judge(app: &App, incoming: &Incoming, kinds: &[Media]) -> Result<Media> {
    let head = contents(app)?.head(&incoming.token, incoming.size, media::HEAD as u64).await?;
    let whole = head.len() as u64 == incoming.size;
    let (seen, ending) = match media::of_head(&head, whole) {
        Seen::Is(media) => (Some(media), None),
        Seen::Archive => (archive(app, incoming).await?, Some("zip")),
        Seen::Other(ending) => (None, ending),
    };
    let Some(media) = seen.filter(|media| kinds.contains(media)) else {
        let allowed: Vec<String> = kinds.iter().map(|kind| kind.code().to_uppercase()).collect();
        let seen = seen.map(Media::code).or(ending);
        let code = if seen.is_some() { "file-kind-seen" } else { "file-kind" };
        let mut refusal = Refusal::new(code).with("file", &incoming.name).with("kinds", allowed.join("、"));
        if let Some(seen) = seen {
            refusal = refusal.with("seen", seen.to_uppercase());
        }
        return Err(refusal.into());
    };
    if incoming.name.contains('.') && !media.fits_name(&incoming.name) {
        let seen = media.code().to_uppercase();
        return Err(Refusal::new("file-lies").with("file", &incoming.name).with("seen", seen).into());
    }
    if incoming.size > most_bytes(media) {
        return Err(too_large(incoming, most_bytes(media)));
    }
    Ok(media)
}

async fn archive(app: &App, incoming: &Incoming) -> Result<Option<Media>> {
    let limit = most_bytes(Media::Docx);
    if incoming.size > limit {
        return Err(too_large(incoming, limit));
    }
    let turn = decoding::turn(Share::of_bytes(incoming.size)).await?;
    let bytes = contents(app)?.head(&incoming.token, incoming.size, limit).await?;
    turn.run(move |_| media::of_archive(&bytes)).await
}

async fn cleaned(app: &App, incoming: &Incoming, media: Media) -> Result<Clean> {
    let name = &incoming.name;
    let refused = |fault| match fault {
        PictureError::Unreadable(_) => Refusal::new("picture-unreadable").with("file", name).into(),
        PictureError::TooLarge => Refusal::too_large("picture-too-large")
            .with("file", name)
            .with("most", media::MOST_PIXELS / 1_000_000)
            .into(),
        PictureError::Stopped => decoding::too_long(name),
    };
    let load = async || contents(app)?.head(&incoming.token, incoming.size, most_bytes(media)).await;
    // What it takes stands in its header, and decides whether another may be read beside it.
    let turn = decoding::turn(Share::Half).await?;
    let bytes = load().await?;
    let need = turn.run(move |_| media::need(&bytes, media)).await?.map_err(refused)?;
    let turn = decoding::turn(if need > LARGE_PICTURE { Share::All } else { Share::Half }).await?;
    let bytes = load().await?;
    turn.run(move |stop| media::clean(&bytes, media, stop)).await?.map_err(refused)
}

/// Runs work on a thread that answers no requests.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|fault| AppError::Unreadable { what: "file", fault: fault.to_string() })
}

fn name_with_ending(name: &str, media: Media) -> String {
    if media.fits_name(name) {
        return name.to_owned();
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}.{}", media.endings()[0])
}

/// Inserts the row of a stored file, in the transaction that writes the record with its key.
pub async fn enter(tx: &impl ConnectionTrait, actor: &Actor, kept: &Kept) -> Result<FileId> {
    Ok(store::insert(tx, &kept.sha256, &kept.name, (&actor.at.0, actor.account.0)).await?)
}

/// Releases files, in the transaction in which their record stops using them.
pub async fn release(tx: &impl ConnectionTrait, actor: &Actor, files: &[FileId]) -> Result<()> {
    Ok(store::delete(tx, files, &actor.at.0).await?)
}

/// The whole content of a file, for code that has to parse it; not for films.
pub async fn content(app: &App, file: &Stored) -> Result<axum::body::Bytes> {
    contents(app)?.whole(&file.sha256).await?.ok_or_else(|| super::serve::lost(file))
}

/// The whole content of a file that was just stored.
pub async fn content_of(app: &App, kept: &Kept) -> Result<axum::body::Bytes> {
    let lost = || Refusal::new("file-lost").with("file", &kept.name);
    Ok(contents(app)?.whole(&kept.sha256).await?.ok_or_else(lost)?)
}

/// The most bytes that are read of a film's description.
const DESCRIPTION: u64 = 16 * MEGABYTE;
/// Boxes that are looked at, each by a read from the disk.
const MOST_BOXES: usize = 1_000;

/// Length and codecs of an MP4 film that was just stored, read in parts; `None` if it has no description.
pub async fn film(app: &App, kept: &Kept) -> Result<Option<Film>> {
    let mut walk = Boxes::At(0);
    for _ in 0..MOST_BOXES {
        match walk {
            Boxes::At(at) => {
                let head = contents(app)?.part(&kept.sha256, at..(at + 16).min(kept.size)).await?;
                walk = Boxes::next(at, &head, kept.size);
            }
            Boxes::Described(from, to) if to - from <= DESCRIPTION => {
                let turn = decoding::turn(Share::Half).await?;
                let moov = contents(app)?.part(&kept.sha256, from..to).await?;
                return Ok(Some(turn.run(move |_| media::film(&moov)).await?));
            }
            Boxes::Described(..) | Boxes::None => return Ok(None),
        }
    }
    Ok(None)
}

/// Deletes contents that no file uses, and uploads that were never stored. If the same content is uploaded meanwhile, the
/// two wait for each other: here its row is locked until it has been deleted from the disk, and an upload inserts the row
/// before it looks for the content on the disk.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.0.now();
    let contents = contents(app)?;
    let (coming, before) = (std::sync::Arc::clone(&contents), now - Duration::hours(HELD_HOURS));
    aside(move || coming.sweep_coming(before)).await??;
    let now = now.to_rfc3339_opts(SecondsFormat::Millis, true);
    while store::any_free(&app.db, &now).await? {
        let tx = db::begin(&app.db).await?;
        for sha256 in store::take_free(&tx, &now, SWEPT).await? {
            contents.remove(&sha256).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
