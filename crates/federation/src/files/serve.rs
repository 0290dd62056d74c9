//! Sends a file: streamed, in parts if parts are requested, with the MIME type of its content.

use std::ops::Range;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use desk::{app::App, error::AppError, ui::Answer};
use http_range_header::{RangeUnsatisfiableError, parse_range_header};
use kernel::Refusal;

use super::{Media, contents, store::Stored};

/// How a browser should treat a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Show it in the page, if it can.
    Shown,
    /// Save it on the visitor's machine.
    Saved,
}

/// The requested part of a file.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Of(Range<u64>),
    Beyond,
}

pub(super) fn lost(file: &Stored) -> AppError {
    Refusal::new("file-lost").with("file", &file.name).into()
}

/// Sends a file, or the requested part of it. The feature whose record has the file checks before whether the visitor may
/// have it.
pub async fn serve(app: &App, headers: &HeaderMap, file: &Stored, way: Way) -> Answer {
    let tag = format!("\"{}\"", file.sha256);
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let mut response = Response::new(Body::empty());
    let known = text(header::IF_NONE_MATCH).is_some_and(|tags| tags.split(',').any(|of| of.trim() == tag));
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        // If the content has changed, a request for a part is answered with the whole.
        let same = text(header::IF_RANGE).is_none_or(|of| of == tag);
        let part = text(header::RANGE).filter(|_| same).map_or(Part::Whole, |asked| part_of(asked, file.size));
        let (status, range) = match part {
            Part::Whole => (StatusCode::OK, None),
            Part::Of(range) => (StatusCode::PARTIAL_CONTENT, Some(range)),
            Part::Beyond => {
                *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
                set(&mut response, header::CONTENT_RANGE, &format!("bytes */{}", file.size));
                return Ok(response);
            }
        };
        let length = range.as_ref().map_or(file.size, |range| range.end - range.start);
        if let Some(range) = &range {
            let text = format!("bytes {}-{}/{}", range.start, range.end - 1, file.size);
            set(&mut response, header::CONTENT_RANGE, &text);
        }
        let stream = contents(app)?.stream(&file.sha256, range).await?.ok_or_else(|| lost(file))?;
        *response.status_mut() = status;
        *response.body_mut() = Body::from_stream(stream);
        set(&mut response, header::CONTENT_LENGTH, &length.to_string());
        set(&mut response, header::CONTENT_TYPE, file.media.mime());
        let inline = way == Way::Shown && can_be_shown(file.media);
        response.headers_mut().insert(header::CONTENT_DISPOSITION, web::disposition(&file.name, inline));
    }
    set(&mut response, header::ETAG, &tag);
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    // The browser may store it, but has to ask each time whether the visitor may still have it.
    set(&mut response, header::CACHE_CONTROL, "private, no-cache");
    Ok(response)
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// A single part; if several are requested, or the header can't be parsed, the whole is sent, as HTTP allows.
fn part_of(asked: &str, size: u64) -> Part {
    let ranges = match parse_range_header(asked).and_then(|ranges| ranges.validate(size)) {
        Ok(ranges) => ranges,
        Err(RangeUnsatisfiableError::Unsatisfiable) => return Part::Beyond,
        Err(_) => return Part::Whole,
    };
    match ranges.as_slice() {
        [range] => Part::Of(*range.start()..range.end() + 1),
        _ => Part::Whole,
    }
}

/// Kinds that a browser shows by itself without running anything in them.
fn can_be_shown(media: Media) -> bool {
    media == Media::Pdf || media.is_picture() || media.is_film()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_requested_part_is_sent() {
        for (asked, part) in [
            ("bytes=0-1", Part::Of(0..2)),
            ("bytes=4-", Part::Of(4..10)),
            ("bytes=-3", Part::Of(7..10)),
            ("bytes=-30", Part::Of(0..10)),
            ("bytes=4-99", Part::Of(4..10)),
            ("bytes=10-", Part::Beyond),
            ("bytes=0-1,4-5", Part::Whole),
            ("bytes=5-4", Part::Whole),
            ("pages=1-2", Part::Whole),
        ] {
            assert_eq!(part_of(asked, 10), part, "{asked}");
        }
    }
}
