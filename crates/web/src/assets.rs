//! Files that ship with the program: compressed once, named by a hash of their content, and cached by browsers without limit.

use std::{collections::HashMap, io::Write};

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};

use crate::digest;

/// A file, ready to be sent.
#[derive(Clone, Debug)]
pub struct Asset {
    kind: &'static str,
    plain: axum::body::Bytes,
    packed: Option<axum::body::Bytes>,
    version: String,
}

/// All files by name.
#[derive(Clone, Debug, Default)]
pub struct Assets(HashMap<String, Asset>);

impl Assets {
    /// Builds the set from names and contents.
    pub fn new(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        Self(files.into_iter().map(|(name, bytes)| (name.clone(), Asset::new(&name, bytes))).collect())
    }

    /// The file's address under `/assets/`, with its version.
    pub fn href(&self, name: &str) -> String {
        match self.0.get(name) {
            Some(asset) => format!("/assets/{name}?v={}", asset.version),
            None => format!("/assets/{name}"),
        }
    }

    /// Answers the request for a file.
    pub fn answer(&self, name: &str, headers: &HeaderMap) -> Response {
        let Some(asset) = self.0.get(name) else {
            return respond(StatusCode::NOT_FOUND, Body::empty(), &[]);
        };
        let tag = format!("\"{}\"", asset.version);
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut lines = vec![
            (header::CONTENT_TYPE, asset.kind.to_owned()),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
            (header::VARY, "accept-encoding".to_owned()),
            (header::ETAG, tag.clone()),
        ];
        if text(header::IF_NONE_MATCH) == tag {
            return respond(StatusCode::NOT_MODIFIED, Body::empty(), &lines);
        }
        match &asset.packed {
            Some(packed) if text(header::ACCEPT_ENCODING).contains("gzip") => {
                lines.push((header::CONTENT_ENCODING, "gzip".to_owned()));
                respond(StatusCode::OK, packed.clone().into(), &lines)
            }
            _ => respond(StatusCode::OK, asset.plain.clone().into(), &lines),
        }
    }
}

fn respond(status: StatusCode, body: Body, lines: &[(header::HeaderName, String)]) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in lines {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

impl Asset {
    fn new(name: &str, bytes: Vec<u8>) -> Self {
        let kind = match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "webmanifest" => "application/manifest+json",
            _ => "application/octet-stream",
        };
        let version: String = digest(&String::from_utf8_lossy(&bytes)).chars().take(10).collect();
        let packed = pack(&bytes).filter(|packed| packed.len() < bytes.len());
        Self { kind, plain: bytes.into(), packed: packed.map(Into::into), version }
    }
}

fn pack(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).ok()?;
    packer.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_content_and_sent_once() {
        let assets = Assets::new([("a.css".to_owned(), "a{}".repeat(100).into_bytes())]);
        let href = assets.href("a.css");
        assert!(href.starts_with("/assets/a.css?v="));
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, "gzip, br".parse().expect("a header"));
        let answer = assets.answer("a.css", &headers);
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip");
        headers.insert(header::IF_NONE_MATCH, answer.headers()[header::ETAG].clone());
        assert_eq!(assets.answer("a.css", &headers).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(assets.answer("b.css", &headers).status(), StatusCode::NOT_FOUND);
    }
}
