//! Actions on materials: publish, change, retire; and storing the reader's position.

use chrono::NaiveDate;
use desk::{
    actor::Actor,
    app::App,
    decoding::{self, Share},
    error::{AppError, Result},
    log::{self, Object},
};
use federation::{
    files::{self, Incoming, Kept, Media},
    units,
};
use kernel::{Refusal, UnitId};
use ledger::db;
use media::TextError;
use sea_orm::ConnectionTrait;

use super::{
    KINDS_OF_FILE,
    model::{Kind, Material},
    reach::{Reach, must_keep},
    store::{self, ReadingPlace, Section},
};

/// The data of a material.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its kind.
    pub kind: Kind,
    /// 名称; if it is empty for a file, the file's name.
    pub title: String,
    /// 作者或发布单位.
    pub author: Option<String>,
    /// 发布日期.
    pub issued_on: Option<NaiveDate>,
    /// 简介.
    pub summary: Option<String>,
}

/// The content of a material.
#[derive(Debug)]
pub enum What {
    /// A file.
    File(Incoming),
    /// An address on another server.
    Address(String),
}

/// The most characters of an address.
const ADDRESS: usize = 2000;

fn validate(said: &Said) -> Result<()> {
    let (author, summary) = (said.author.as_deref().unwrap_or_default(), said.summary.as_deref().unwrap_or_default());
    let texts = [("title", said.title.as_str(), 300), ("author", author, 200), ("summary", summary, 2000)];
    Ok(Refusal::too_long("material-text-long", &texts)?)
}

/// An address that a browser can open, but none that runs a script in the page.
fn address(text: &str) -> Result<String> {
    let text = text.trim();
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    if !host.contains('.') || !plain || text.chars().count() > ADDRESS {
        return Err(Refusal::new("material-address-odd").into());
    }
    Ok(text.to_owned())
}

/// What is read from a file for the library.
#[derive(Debug, Default)]
struct Read {
    sections: Vec<Section>,
    seconds: Option<i64>,
}

async fn read(app: &App, kept: &Kept) -> Result<Read> {
    match kept.media {
        Media::Mp4 => {
            let film = files::film(app, kept).await?;
            let film = film.ok_or_else(|| Refusal::new("film-broken").with("file", &kept.name))?;
            if !film.plays() {
                return Err(Refusal::new("film-not-played").with("file", &kept.name).into());
            }
            Ok(Read { sections: Vec::new(), seconds: i64::try_from(film.seconds).ok().filter(|seconds| *seconds > 0) })
        }
        Media::Docx | Media::Epub | Media::Text => {
            let turn = decoding::turn(Share::of_bytes(kept.size)).await?;
            let (bytes, media) = (files::content_of(app, kept).await?, kept.media);
            let found = turn.run(move |stop| media::sections(&bytes, media, stop)).await?;
            let found = found.map_err(|fault| -> AppError {
                let refusal = match fault {
                    TextError::Stopped => return decoding::too_long(&kept.name),
                    TextError::Unreadable(_) => Refusal::new("material-unreadable"),
                    TextError::TooLarge => Refusal::too_large("material-too-large")
                        .with("most", media::MOST_TEXT >> 20)
                        .with("sections", media::MOST_SECTIONS),
                    TextError::Empty => Refusal::new("material-without-text"),
                };
                refusal.with("file", &kept.name).into()
            })?;
            let sections = (1..).zip(found);
            let sections =
                sections.map(|(place, part)| Section { place, title: part.title, html: part.html, page: None });
            Ok(Read { sections: sections.collect(), seconds: None })
        }
        _ => Ok(Read::default()),
    }
}

/// Publishes a material for a unit and all under it, or for everybody.
pub async fn publish(app: &App, actor: &Actor, unit: Option<UnitId>, said: Said, what: What) -> Result<i64> {
    must_keep(&app.db, actor, unit).await?;
    validate(&said)?;
    if let Some(unit) = unit
        && !units::by_ids(&app.db, &[unit]).await?.contains_key(&unit)
    {
        return Err(Refusal::new("unit-unknown").with("name", unit).into());
    }
    let mut title = said.title.trim().to_owned();
    let (stored, elsewhere) = match what {
        What::Address(text) => (None, Some(address(&text)?)),
        What::File(incoming) => {
            let kept = files::keep(app, incoming, KINDS_OF_FILE).await?;
            if title.is_empty() {
                kept.name.rsplit_once('.').map_or(kept.name.as_str(), |(stem, _)| stem).clone_into(&mut title);
            }
            (Some(kept), None)
        }
    };
    if title.is_empty() {
        return Err(Refusal::new("material-without-title").into());
    }
    let read = match &stored {
        Some(kept) => read(app, kept).await?,
        None => Read::default(),
    };
    let tx = db::begin(&app.db).await?;
    must_keep(&tx, actor, unit).await?;
    let file = match &stored {
        Some(kept) => Some(files::enter(&tx, actor, kept).await?),
        None => None,
    };
    let id = db::take_range(&tx, "material", 1).await?;
    let material = Material {
        id,
        kind: said.kind,
        title,
        author: said.author,
        issued_on: said.issued_on,
        summary: said.summary,
        unit,
        file,
        address: elsewhere,
        seconds: read.seconds,
        retired: false,
        version: 1,
    };
    store::insert(&tx, &material, (&actor.at.0, actor.account)).await?;
    store::insert_sections(&tx, id, read.sections).await?;
    log::write(&tx, actor, "material-put-up", Object::new("material", id), unit, &[("title", &material.title)]).await?;
    tx.commit().await?;
    Ok(id)
}

fn unknown(id: i64) -> Refusal {
    Refusal::unknown("material-unknown").with("id", id)
}

/// A material that the actor may see.
pub async fn seen(app: &App, actor: &Actor, id: i64) -> Result<Material> {
    seen_in(&app.db, actor, id, app.today()).await
}

/// The same within a transaction.
pub(crate) async fn seen_in(conn: &impl ConnectionTrait, actor: &Actor, id: i64, today: NaiveDate) -> Result<Material> {
    let reach = Reach::load(conn, actor, today).await?;
    Ok(store::within(conn, &reach, id).await?.ok_or_else(|| unknown(id))?)
}

/// A material that the actor maintains; one that the actor may not see is refused as unknown.
async fn load_writable(conn: &impl ConnectionTrait, actor: &Actor, id: i64, today: NaiveDate) -> Result<Material> {
    let material = seen_in(conn, actor, id, today).await?;
    must_keep(conn, actor, material.unit).await?;
    Ok(material)
}

/// Changes the data of a material, and the chapters of a PDF: each has a title and the page that it begins on.
pub async fn change(
    app: &App,
    actor: &Actor,
    (id, version): (i64, i64),
    said: Said,
    pages: Option<Vec<(String, i64)>>,
) -> Result<()> {
    load_writable(&app.db, actor, id, app.today()).await?;
    validate(&said)?;
    if said.title.trim().is_empty() {
        return Err(Refusal::new("material-without-title").into());
    }
    let tx = db::begin(&app.db).await?;
    let stored = load_writable(&tx, actor, id, app.today()).await?;
    let material = Material {
        kind: said.kind,
        title: said.title.trim().to_owned(),
        author: said.author,
        issued_on: said.issued_on,
        summary: said.summary,
        version,
        ..stored
    };
    db::touched(store::update(&tx, &material).await?, &material.title)?;
    if let Some(pages) = pages {
        store::delete_sections(&tx, id).await?;
        let chapters = (1..).zip(pages).map(|(place, (title, page))| Section {
            place,
            title: Some(title),
            page: Some(page),
            html: String::new(),
        });
        store::insert_sections(&tx, id, chapters).await?;
    }
    let args = [("title", material.title.as_str())];
    log::write(&tx, actor, "material-changed", Object::new("material", id), material.unit, &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Retires a material or restores it. Readings, and what was booked for them, stay.
pub async fn retire(app: &App, actor: &Actor, (id, version): (i64, i64), retired: bool) -> Result<()> {
    load_writable(&app.db, actor, id, app.today()).await?;
    let tx = db::begin(&app.db).await?;
    let stored = load_writable(&tx, actor, id, app.today()).await?;
    let material = Material { retired, version, ..stored };
    db::touched(store::update(&tx, &material).await?, &material.title)?;
    let what = if retired { "material-retired" } else { "material-back" };
    let args = [("title", material.title.as_str())];
    log::write(&tx, actor, what, Object::new("material", id), material.unit, &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Stores the actor's reading position. It is shown to nobody else, and not logged.
pub async fn remember(app: &App, actor: &Actor, id: i64, place: ReadingPlace) -> Result<()> {
    seen(app, actor, id).await?;
    let place = ReadingPlace { section: place.section.clamp(0, 1_000_000), block: place.block.clamp(0, 1_000_000) };
    let tx = db::begin(&app.db).await?;
    store::remember(&tx, (actor.account, &actor.at.0), id, place).await?;
    tx.commit().await?;
    Ok(())
}

/// Parses the chapters of a PDF, one on each line: title and the page that it begins on.
pub fn chapters(text: &str) -> Result<Vec<(String, i64)>, Refusal> {
    let mut found: Vec<(String, i64)> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let folded = tabular::fold(line);
        let odd = || Refusal::new("material-chapter-odd").with("line", line);
        let (title, page) = folded.rsplit_once([' ', '\t', '　']).ok_or_else(odd)?;
        let page: i64 = page.parse().ok().filter(|page| (1..=100_000).contains(page)).ok_or_else(odd)?;
        let title = title.trim();
        if title.is_empty()
            || title.chars().count() > media::LONGEST_TITLE
            || found.last().is_some_and(|(_, last)| *last > page)
        {
            return Err(odd());
        }
        found.push((title.to_owned(), page));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_chapters_are_judged() {
        for (text, good) in [
            ("https://www.example.cn/a?b=c", true),
            (" http://example.cn ", true),
            ("javascript:alert(1)//a.b", false),
            ("https://", false),
            ("https://a b.cn", false),
            ("ftp://a.cn", false),
        ] {
            assert_eq!(address(text).is_ok(), good, "{text}");
        }
        assert_eq!(
            chapters("第一章 总则 1\n\n第二章　学习　１２\n"),
            Ok(vec![("第一章 总则".to_owned(), 1), ("第二章 学习".to_owned(), 12)])
        );
        for odd in ["第一章", "第一章 0", "甲 5\n乙 3", "12"] {
            assert!(chapters(odd).is_err(), "{odd}");
        }
    }
}
