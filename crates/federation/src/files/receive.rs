//! A form with files: its fields, and its files written to disk as they arrive, so that a film is never held in memory.

use axum::{
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, multipart::Field},
    http::header,
};
use desk::{
    app::App,
    error::{AppError, Result},
};
use kernel::Refusal;
use web::Fields;

use super::{Contents, Media, contents, keep::most_bytes};

/// The largest size of a form's text fields together, in bytes.
const TEXT_LIMIT: usize = 2 * 1024 * 1024;
/// How many times the size of the largest allowed file is read before the request is aborted.
const READ_ON: u64 = 4;
/// The most characters of a file name that are stored.
const NAME: usize = 120;

/// A form that was submitted.
#[derive(Debug, Default)]
pub struct Handed {
    /// Its fields.
    pub fields: Fields,
    files: Vec<(String, Incoming)>,
}

impl Handed {
    /// The file of a field; `None` if none was chosen.
    pub fn take(&mut self, name: &str) -> Option<Incoming> {
        let place = self.files.iter().position(|(of, _)| of == name)?;
        Some(self.files.remove(place).1)
    }

    /// Whether a file was chosen.
    pub fn has(&self, name: &str) -> bool {
        self.files.iter().any(|(of, _)| of == name)
    }
}

/// A file that was uploaded and isn't stored yet; dropping it deletes it.
#[derive(Debug)]
pub struct Incoming {
    /// Its name on the user's machine, without folders.
    pub name: String,
    /// Bytes.
    pub size: u64,
    pub(super) sha256: String,
    pub(super) token: String,
    /// Set if it is larger than any allowed size; then its content was not written.
    pub(super) too_large: Option<u64>,
    contents: Contents,
}

impl Drop for Incoming {
    fn drop(&mut self) {
        let (contents, token) = (self.contents.clone(), std::mem::take(&mut self.token));
        if let (false, Ok(runtime)) = (token.is_empty(), tokio::runtime::Handle::try_current()) {
            // If this doesn't happen, the sweep deletes it.
            runtime.spawn(async move { contents.forget(&token).await });
        }
    }
}

impl Incoming {
    /// A file from bytes in memory, such as one that the command line read.
    pub async fn from_bytes(app: &App, name: &str, bytes: impl Into<axum::body::Bytes>) -> Result<Self> {
        let mut writing = Writing::begin(app, name, u64::MAX).await?;
        writing.piece(bytes.into()).await?;
        writing.end().await
    }
}

/// A file that is being uploaded.
struct Writing {
    incoming: Incoming,
    to: Option<super::contents::Writing>,
    most: u64,
}

impl Writing {
    async fn begin(app: &App, name: &str, most: u64) -> Result<Self> {
        let token = web::Secret::from_bytes(rand::random()).0;
        let to = contents(app)?.begin(&token).await?;
        let contents = Contents::clone(&*contents(app)?);
        let incoming =
            Incoming { name: shortened(name), size: 0, sha256: String::new(), token, too_large: None, contents };
        Ok(Self { incoming, to: Some(to), most })
    }

    /// Beyond the limit nothing more is written; the rest is still read, so that the form can be answered.
    async fn piece(&mut self, piece: axum::body::Bytes) -> Result<()> {
        let Some(to) = &mut self.to else { return Ok(()) };
        if to.size + piece.len() as u64 > self.most {
            self.incoming.too_large = Some(self.most);
            if let Some(to) = self.to.take() {
                to.stop().await?;
            }
            return Ok(());
        }
        to.write(piece).await
    }

    async fn end(self) -> Result<Incoming> {
        let mut incoming = self.incoming;
        if let Some(to) = self.to {
            incoming.size = to.size;
            incoming.sha256 = to.end().await?;
        }
        Ok(incoming)
    }
}

/// A name as it is stored: without folders and control characters, with its whole extension.
fn shortened(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|letter| !letter.is_control()).collect();
    let name = name.trim();
    let count = name.chars().count();
    if count <= NAME {
        return name.to_owned();
    }
    let ending: String = name.chars().skip(count.saturating_sub(10)).collect();
    format!("{}…{ending}", name.chars().take(NAME - 11).collect::<String>())
}

fn malformed() -> AppError {
    Refusal::new("request-odd").into()
}

/// Reads a form with files. Check before whether the visitor may upload anything, since this reads everything. For a file
/// that is larger than any of `kinds` allows, only that fact is remembered: [`super::keep`] refuses it.
pub async fn receive(app: &App, mut request: Request, kinds: &[Media]) -> Result<Handed> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let body = axum::body::to_bytes(request.into_body(), TEXT_LIMIT).await.map_err(|_| malformed())?;
        return Ok(Handed { fields: Fields::parse(&String::from_utf8_lossy(&body)), files: Vec::new() });
    }
    let most = kinds.iter().map(|kind| most_bytes(*kind)).max().unwrap_or_default();
    // A file that is too large is still read, so that the browser shows the response; but not without limit.
    DefaultBodyLimit::max(usize::try_from(most * READ_ON).unwrap_or(usize::MAX)).apply(&mut request);
    let mut multipart = Multipart::from_request(request, &()).await.map_err(|_| malformed())?;
    let (mut pairs, mut files, mut room) = (Vec::new(), Vec::new(), TEXT_LIMIT);
    while let Some(mut field) = multipart.next_field().await.map_err(|_| malformed())? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            // No file was chosen.
            Some(file) if file.is_empty() => {}
            Some(file) => {
                let mut writing = Writing::begin(app, &file, most).await?;
                while let Some(piece) = field.chunk().await.map_err(|_| malformed())? {
                    writing.piece(piece).await?;
                }
                files.push((name, writing.end().await?));
            }
            None => pairs.push((name, text(&mut field, &mut room).await?)),
        }
    }
    Ok(Handed { fields: Fields::from_pairs(pairs), files })
}

async fn text(field: &mut Field<'_>, room: &mut usize) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|_| malformed())? {
        *room = room.checked_sub(piece.len()).ok_or_else(malformed)?;
        bytes.extend(piece);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_ending() {
        assert_eq!(shortened("C:\\文件\\学习\n资料.pdf"), "学习资料.pdf");
        let long = shortened(&format!("{}.docx", "长".repeat(300)));
        assert_eq!((long.rsplit('.').next(), long.chars().count()), (Some("docx"), NAME));
    }
}
