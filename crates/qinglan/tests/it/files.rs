//! Files: streamed in, checked by their content, stored once, served in parts, swept when nothing uses them.

use std::{io::Write, path::PathBuf, sync::Arc};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
};
use chrono::{DateTime, Duration, Utc};
use desk::{app::App, error::AppError};
use federation::files::{self, Incoming, Media, Way};
use kernel::{FileId, FixedClock, Refusal, RefusalKind};
use ledger::db;

use crate::support::{On, Place, on_both};

on_both!(
    a_content_is_stored_once_and_deleted_with_its_last_file,
    a_sweep_waits_for_a_content_that_is_uploaded_again,
    parts_of_a_file_are_served,
    a_picture_of_too_many_pixels_is_refused_in_words,
);

/// A minimal PDF.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";

fn contents(place: &Place) -> Vec<PathBuf> {
    fn under(folder: PathBuf, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                under(entry.path(), found);
            } else {
                found.push(entry.path());
            }
        }
    }
    let mut found = Vec::new();
    under(place.folder.join("files"), &mut found);
    found
}

/// A JPEG that says it is 20,000 pixels wide and high, and ends with its header.
const HUGE: &[u8] = b"\xff\xd8\xff\xc0\0\x11\x08\x4e\x20\x4e\x20\x03\x01\x11\0\x02\x11\0\x03\x11\0\
                      \xff\xda\0\x0c\x03\x01\0\x02\0\x03\0\0\x3f\0\0\xff\xd9";

async fn a_picture_of_too_many_pixels_is_refused_in_words(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let Err(AppError::Refused(refusal)) = keep(&app, "大.jpg", HUGE, files::PICTURES).await else {
        panic!("it is kept")
    };
    assert_eq!(refusal, Refusal::new("picture-too-large").with("file", "大.jpg").with("most", 50));
    assert_eq!(refusal.kind, RefusalKind::TooLarge);
    let held: Option<i64> = db::scalar(&app.db, "select count(*) from file_content", vec![]).await.unwrap();
    assert_eq!(held, Some(0));
}

/// The application at another time.
fn at(app: &App, now: DateTime<Utc>) -> App {
    app.with_clock(Arc::new(FixedClock(now)))
}

async fn keep(app: &App, name: &str, bytes: &'static [u8], kinds: &[Media]) -> Result<files::Kept, AppError> {
    files::keep(app, Incoming::from_bytes(app, name, bytes).await?, kinds).await
}

async fn entered(app: &App, kept: &files::Kept) -> FileId {
    let tx = db::begin(&app.db).await.unwrap();
    let id = files::enter(&tx, &app.operator(), kept).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn released(app: &App, file: FileId) {
    let tx = db::begin(&app.db).await.unwrap();
    files::release(&tx, &app.operator(), &[file]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_content_is_stored_once_and_deleted_with_its_last_file(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let now = app.clock.0.now();
    let first = keep(&app, "一.pdf", PDF, files::PROOFS).await.unwrap();
    let second = keep(&app, "二.pdf", PDF, files::PROOFS).await.unwrap();
    assert_eq!(first.sha256, second.sha256);
    let (first, second) = (entered(&app, &first).await, entered(&app, &second).await);
    assert_eq!(contents(&place).len(), 1);
    let there = files::by_ids(&app.db, &[first, second]).await.unwrap();
    assert_eq!((there[&first].name.as_str(), there[&second].name.as_str()), ("一.pdf", "二.pdf"));
    // One that no record used, and one that was uploaded and dropped: both are deleted after a day.
    keep(&app, "三.md", "# 三\n".as_bytes(), &[Media::Text]).await.unwrap();
    let left = Incoming::from_bytes(&app, "四.md", "# 四\n").await.unwrap();
    std::mem::forget(left);
    released(&app, first).await;
    files::sweep(&app).await.unwrap();
    assert_eq!(contents(&place).len(), 3, "held for a day");
    // A half-written file of a server that was killed.
    std::fs::write(place.folder.join("files/incoming/half#1"), "half").unwrap();
    // The time of an upload in progress is set by the disk: this is later than the test's and the machine's time.
    let later = at(&app, now + Duration::days(365 * 100));
    files::sweep(&later).await.unwrap();
    assert_eq!(contents(&place).len(), 1, "the second file still holds it");
    released(&later, second).await;
    files::sweep(&at(&app, later.clock.0.now() + Duration::seconds(1))).await.unwrap();
    assert!(contents(&place).is_empty());
    let rows: Option<i64> = db::scalar(&app.db, "select count(*) from file_content", vec![]).await.unwrap();
    assert_eq!(rows, Some(0));
}

/// While a sweep has deleted a content's row and not yet ended, the same content is uploaded again: it stays.
async fn a_sweep_waits_for_a_content_that_is_uploaded_again(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    keep(&app, "一.pdf", PDF, files::PROOFS).await.unwrap();
    let later = at(&app, app.clock.0.now() + Duration::days(2));
    for _ in 0..20 {
        let (sweeping, keeping) = (later.clone(), later.clone());
        let swept = tokio::spawn(async move { files::sweep(&sweeping).await });
        let again = tokio::spawn(async move { keep(&keeping, "二.pdf", PDF, files::PROOFS).await });
        swept.await.unwrap().unwrap();
        let again = again.await.unwrap().unwrap();
        let id = entered(&later, &again).await;
        let file = files::by_id(&app.db, id).await.unwrap().unwrap();
        assert_eq!(&files::content(&app, &file).await.unwrap()[..], PDF);
        released(&app, id).await;
        db::execute(&app.db, "update file_content set held_until = '2000'", vec![]).await.unwrap();
    }
}

async fn parts_of_a_file_are_served(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let id = entered(&app, &keep(&app, "学习 资料(1).pdf", PDF, files::PROOFS).await.unwrap()).await;
    let file = files::by_id(&app.db, id).await.unwrap().unwrap();
    let asked = async |name: header::HeaderName, value: &str| {
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())]);
        let response = files::serve(&app, &headers, &file, Way::Shown).await.unwrap();
        let (head, body) = response.into_parts();
        (head, axum::body::to_bytes(body, usize::MAX).await.unwrap())
    };
    let (head, body) = asked(header::RANGE, "bytes=5-7").await;
    assert_eq!((head.status, &body[..]), (StatusCode::PARTIAL_CONTENT, &b"1.4"[..]));
    assert_eq!(head.headers[header::CONTENT_RANGE], format!("bytes 5-7/{}", PDF.len()));
    assert_eq!(head.headers[header::CONTENT_LENGTH], "3");
    let (head, body) = asked(header::RANGE, "bytes=9999-").await;
    assert_eq!((head.status, body.len()), (StatusCode::RANGE_NOT_SATISFIABLE, 0));
    assert_eq!(head.headers[header::CONTENT_RANGE], format!("bytes */{}", PDF.len()));
    let (head, body) = asked(header::ACCEPT, "*/*").await;
    assert_eq!((head.status, &body[..]), (StatusCode::OK, PDF));
    assert_eq!(head.headers[header::CONTENT_TYPE], "application/pdf");
    assert_eq!(head.headers[header::ACCEPT_RANGES], "bytes");
    let disposition = head.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(disposition.starts_with("inline; filename=\"______1_.pdf\"; filename*=UTF-8''%E5%AD%A6"), "{disposition}");
    let tag = head.headers[header::ETAG].to_str().unwrap().to_owned();
    assert_eq!(asked(header::IF_NONE_MATCH, &tag).await.0.status, StatusCode::NOT_MODIFIED);
    // A content that is missing on disk is reported, not served empty.
    for path in contents(&place) {
        std::fs::remove_file(path).unwrap();
    }
    let refused = files::serve(&app, &HeaderMap::new(), &file, Way::Saved).await;
    assert!(matches!(refused, Err(AppError::Refused(refusal)) if refusal.code == "file-lost"));
}

/// A book or document with these entries.
fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn files_that_are_not_allowed_or_have_a_false_name_are_refused() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    let docx = archive(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>")]);
    let macros =
        archive(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>"), ("word/vbaProject.bin", "x")]);
    let epub = archive(&[("mimetype", "application/epub+zip"), ("META-INF/container.xml", "<container/>")]);
    let every = Media::ALL;
    type Case<'c> = (&'c str, &'c [u8], &'c [Media], Result<Media, &'c str>);
    let cases: [Case<'_>; 12] = [
        ("a.docx", &docx, files::PAPERS, Ok(Media::Docx)),
        ("a.epub", &epub, &every, Ok(Media::Epub)),
        ("a.md", "# 一\n".as_bytes(), &every, Ok(Media::Text)),
        ("没有后缀", PDF, &every, Ok(Media::Pdf)),
        ("a.pdf", b"", &every, Err("file-nothing")),
        ("a.docx", &docx, files::PICTURES, Err("file-kind-seen")),
        ("a.docx", &macros, &every, Err("file-kind-seen")),
        ("a.docx", PDF, &every, Err("file-lies")),
        ("a.exe", PDF, &every, Err("file-lies")),
        ("a.pdf", b"MZ\x90\x00\x03\x00\x00", &every, Err("file-kind-seen")),
        ("a.md", b"<html><script>alert(1)</script>", &every, Err("file-kind-seen")),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF broken", &every, Err("picture-unreadable")),
    ];
    for (name, bytes, kinds, expected) in cases {
        let incoming = Incoming::from_bytes(&app, name, Bytes::copy_from_slice(bytes)).await.unwrap();
        let done = match files::keep(&app, incoming, kinds).await {
            Ok(kept) => Ok(kept.media),
            Err(AppError::Refused(refusal)) => Err(refusal.code),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(done.as_ref().map_err(String::as_str), expected.as_ref().map_err(|code| *code), "{name}");
    }
}

fn form(pieces: Vec<Bytes>) -> Request<Body> {
    let head = "--edge\r\ncontent-disposition: form-data; name=\"title\"\r\n\r\n标题\r\n--edge\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"影片.mp4\"\r\n\r\n";
    let tail = "\r\n--edge\r\ncontent-disposition: form-data; name=\"note\"\r\n\r\n说明\r\n--edge--\r\n";
    let all = [vec![Bytes::from(head)], pieces, vec![Bytes::from(tail)]].concat();
    let stream = futures_util::stream::iter(all.into_iter().map(Ok::<_, std::io::Error>));
    Request::post("/")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .body(Body::from_stream(stream))
        .unwrap()
}

#[tokio::test]
async fn a_large_film_is_written_as_it_arrives_and_a_larger_one_refused_with_its_fields_read() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    let megabyte = Bytes::from(vec![7u8; 1024 * 1024]);
    let film = |megabytes| {
        let mut pieces = vec![Bytes::from_static(b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")];
        pieces.extend(std::iter::repeat_n(megabyte.clone(), megabytes));
        form(pieces)
    };
    let mut handed = files::receive(&app, film(60), &[Media::Mp4]).await.unwrap();
    assert_eq!((handed.fields.text("title"), handed.fields.text("note")), ("标题", "说明"));
    let incoming = handed.take("file").unwrap();
    assert_eq!((incoming.name.as_str(), incoming.size), ("影片.mp4", 24 + 60 * 1024 * 1024));
    let stored = files::keep(&app, incoming, &[Media::Mp4]).await.unwrap();
    assert_eq!((stored.media, contents(&place).len()), (Media::Mp4, 1));
    // Pictures may have 30 MB: beyond that nothing more is written, and the rest of the form is read.
    let mut handed = files::receive(&app, film(40), files::PICTURES).await.unwrap();
    assert_eq!(handed.fields.text("note"), "说明");
    let refused = files::keep(&app, handed.take("file").unwrap(), files::PICTURES).await;
    assert!(matches!(refused, Err(AppError::Refused(refusal)) if refusal.code == "file-over-limit"));
    assert_eq!(contents(&place).len(), 1);
    // An empty file field is no file.
    let empty = "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--edge--\r\n";
    let request = Request::post("/").header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    let handed = files::receive(&app, request.body(Body::from(empty)).unwrap(), files::PICTURES).await.unwrap();
    assert!(!handed.has("file"));
}
