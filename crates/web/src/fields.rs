//! The submitted form: fields in their order, several of one name, and uploaded files. Read once; the feature validates them.

use axum::{
    extract::{FromRequest, Multipart, Request},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use http_body_util::LengthLimitError;
use kernel::{Refusal, parse_day};

/// Bytes of a form's texts at the most.
const TEXT_LIMIT: usize = 2 * 1024 * 1024;
/// Fields of a form at the most: a large group's roll has some thousands.
const MOST_FIELDS: usize = 20_000;
/// Bytes that a form may have which is open to everybody.
pub const OPEN_LIMIT: usize = 16 * 1024;
/// Bytes of a form whose session has ended, that are carried through the sign-in page: a long essay, not more. What is carried comes
/// back in hidden fields, so that this is also what a stranger can make the server answer with.
pub const CARRIED_LIMIT: usize = 256 * 1024;

/// An uploaded file.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its name on the user's machine, without folders.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The fields of a form.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    pairs: Vec<(String, String)>,
    files: Vec<(String, Upload)>,
}

impl Fields {
    /// Parses the query of an address or the body of a form.
    pub fn parse(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Self { pairs: pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect(), files: Vec::new() }
    }

    /// Builds fields from pairs.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { pairs: pairs.collect(), files: Vec::new() }
    }

    /// All pairs in their order, as they were typed.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value of a name, as it was typed; empty if there is none.
    pub fn raw(&self, name: &str) -> &str {
        self.pairs.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value)
    }

    /// The first value of a name without blanks around it; empty if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The value of a name, if it is more than blanks.
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// The same, owned.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.some(name).map(str::to_owned)
    }

    /// Every value of a name that is more than blanks.
    pub fn every<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.pairs
            .iter()
            .filter(move |(of, _)| of == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        matches!(self.text(name), "on" | "1" | "true" | "yes")
    }

    /// A whole number; `None` if the field is empty.
    pub fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.some(name) else { return Ok(None) };
        let plain: String = text.chars().filter(|letter| !matches!(letter, ',' | '，' | ' ')).collect();
        plain.parse().map(Some).map_err(|_| Refusal::new("number-unreadable").with("text", text))
    }

    /// A key, as pickers and hidden fields submit it; `None` if the field is empty or holds no key.
    pub fn key(&self, name: &str) -> Option<i64> {
        self.some(name)?.parse().ok()
    }

    /// A day; `None` if the field is empty.
    pub fn day(&self, name: &str) -> Result<Option<NaiveDate>, Refusal> {
        self.some(name).map(parse_day).transpose()
    }

    /// An uploaded file; `None` if none was chosen.
    pub fn file(&self, name: &str) -> Option<&Upload> {
        self.files(name).next()
    }

    /// The uploaded files of a name, in their order.
    pub fn files(&self, name: &str) -> impl Iterator<Item = &Upload> {
        self.files.iter().filter(move |(of, file)| of == name && !file.name.is_empty()).map(|(_, file)| file)
    }

    /// The fields as the query of an address, without the named ones.
    pub fn query_without(&self, names: &[&str]) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.pairs {
            if !names.contains(&name.as_str()) && !value.trim().is_empty() {
                text.append_pair(name, value);
            }
        }
        text.finish()
    }
}

fn too_large() -> Response {
    StatusCode::PAYLOAD_TOO_LARGE.into_response()
}

/// The answer to a body that could not be read: too long, or it didn't come.
fn unread(fault: axum::Error) -> Response {
    let fault = fault.into_inner();
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(fault.as_ref());
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return too_large();
        }
        cause = error.source();
    }
    StatusCode::REQUEST_TIMEOUT.into_response()
}

/// A text that the database can store; PostgreSQL has no letter NUL.
fn storable(text: &str) -> Result<(), StatusCode> {
    if text.contains('\0') { Err(StatusCode::BAD_REQUEST) } else { Ok(()) }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let body = axum::body::to_bytes(request.into_body(), TEXT_LIMIT).await.map_err(unread)?;
            if form_urlencoded::parse(&body).nth(MOST_FIELDS).is_some() {
                return Err(too_large());
            }
            let fields = Self::parse(&String::from_utf8_lossy(&body));
            for (name, value) in fields.pairs() {
                storable(name).map_err(IntoResponse::into_response)?;
                storable(value).map_err(IntoResponse::into_response)?;
            }
            return Ok(fields);
        }
        let mut multipart = Multipart::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let mut fields = Self::default();
        let mut text_bytes = 0;
        while let Some(field) = multipart.next_field().await.map_err(IntoResponse::into_response)? {
            let name = field.name().unwrap_or_default().to_owned();
            storable(&name).map_err(IntoResponse::into_response)?;
            let file = field.file_name().map(|file| file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned());
            let bytes = field.bytes().await.map_err(IntoResponse::into_response)?;
            if let Some(file) = file {
                storable(&file).map_err(IntoResponse::into_response)?;
                fields.files.push((name, Upload { name: file, bytes: bytes.to_vec() }));
                continue;
            }
            text_bytes += bytes.len();
            if text_bytes > TEXT_LIMIT || fields.pairs.len() >= MOST_FIELDS {
                return Err(too_large());
            }
            let value = String::from_utf8_lossy(&bytes).into_owned();
            storable(&value).map_err(IntoResponse::into_response)?;
            fields.pairs.push((name, value));
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_they_were_typed() {
        let fields = Fields::parse("name=+%E5%BC%A0%E4%B8%89+&person=1&person=2&person=&day=2025-02-30&n=1%2C200");
        assert_eq!(fields.text("name"), "张三");
        assert_eq!(fields.every("person").collect::<Vec<_>>(), ["1", "2"]);
        assert!(fields.day("day").is_err());
        assert_eq!(fields.day("none"), Ok(None));
        assert_eq!(fields.number("n"), Ok(Some(1200)));
        assert!(fields.number("name").is_err());
        assert_eq!(fields.query_without(&["person", "n"]), "name=+%E5%BC%A0%E4%B8%89+&day=2025-02-30");
    }
}
