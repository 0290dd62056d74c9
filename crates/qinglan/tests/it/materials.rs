//! The library: publishing, who sees a material, how it is read, and that a reading position is private.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use desk::actor::Role;
use ledger::db;

use crate::{
    browser::{Answered, Browser, account},
    support::{On, Place, on_both},
    town::town,
};

on_both!(
    a_text_is_published_and_read_by_section,
    a_material_is_for_its_unit_and_all_under_it,
    a_reading_position_is_private,
    a_library_is_searched_sorted_and_paged,
    a_late_edit_of_a_material_is_refused_and_loses_nothing,
    a_text_that_unpacks_to_too_much_is_refused_in_words,
);

const LAW: &str =
    "# 某法\n\n说明文字。\n\n## 第一章 总则\n\n第一条 为了学习。\n\n## 第二章 附则\n\n第二条 本法自即日起施行。\n";

async fn publish(browser: &mut Browser, fields: &[(&str, &str)], file: (&str, &[u8])) -> Answered {
    let page = browser.get("/materials/new").await;
    let once = page.value("once");
    let mut all = vec![("once", once.as_str()), ("kind", "law")];
    all.extend(fields);
    browser.upload("/materials", &all, ("file", file.0, file.1)).await
}

async fn law_for(admin: &mut Browser, unit: kernel::UnitId) -> String {
    let unit = unit.to_string();
    let published = publish(admin, &[("unit_id", &unit)], ("某法.md", LAW.as_bytes())).await;
    assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.text);
    published.location.unwrap()
}

async fn a_text_is_published_and_read_by_section(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let path = law_for(&mut town.admin, town.city).await;
    let shown = town.admin.get(&path).await;
    // Without a title the file's name is used; chapters come from the headings.
    assert!(shown.text.contains("<h1 class=\"row-x wrap\">某法</h1>"), "{}", shown.text);
    assert!(shown.text.contains("第一章 总则") && shown.text.contains("第二章 附则"));
    let read = town.admin.get(&format!("{path}/read")).await;
    assert!(read.text.contains("说明文字。") && read.text.contains("第一条 为了学习。"));
    // The third section is loaded when the reader comes near, and has an address for those without JavaScript.
    assert!(!read.text.contains("第二条") && read.text.contains("/read?section=3"));
    let more = town.admin.part(&format!("{path}/read?section=3"), "more").await;
    assert!(more.text.contains("第二条 本法自即日起施行。") && !more.text.contains("<html"), "{}", more.text);
    let plain = town.admin.get(&format!("{path}/read?section=3")).await;
    assert!(plain.text.contains("第二条") && plain.text.contains("/read?section=2"));
    // The original is sent as it was uploaded.
    let file = town.admin.get(&format!("{path}/file?save=1")).await;
    assert_eq!(file.bytes, LAW.as_bytes());
    assert!(file.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment;"));
    assert_eq!(file.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
}

async fn a_text_that_unpacks_to_too_much_is_refused_in_words(on: On) {
    use std::io::Write;
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let paragraph = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "&amp;".repeat(10_000));
    let document = format!("<w:document>{}</w:document>", paragraph.repeat(500));
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [("[Content_Types].xml", "<Types/>"), ("word/document.xml", &document)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    let docx = archive.finish().unwrap().into_inner();
    assert!(docx.len() < 200_000, "{}", docx.len());
    let put = publish(&mut town.admin, &[], ("讲话.docx", &docx)).await;
    assert_eq!(put.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", put.text);
    assert!(put.text.contains("讲话.docx") && put.text.contains("文字最多 20 MB"), "{}", put.text);
    let stored: Option<i64> = db::scalar(&town.app.db, "select count(*) from material_section", vec![]).await.unwrap();
    assert_eq!(stored, Some(0));
}

async fn a_material_is_for_its_unit_and_all_under_it(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let of_city = law_for(&mut town.admin, town.city).await;
    let of_street = law_for(&mut town.admin, town.street).await;
    let here = town.person("郑梦曦", town.street, None).await;
    let there = town.person("何雨桐", town.other, None).await;
    account(&town.app, "here", None, Some(here)).await;
    account(&town.app, "there", None, Some(there)).await;
    let mut here = Browser::signed_in(&town.app, "here").await;
    let mut there = Browser::signed_in(&town.app, "there").await;
    account(&town.app, "nobody", None, None).await;
    let mut nobody = Browser::signed_in(&town.app, "nobody").await;
    let mut over = town.secretary("over", town.city).await;
    for (browser, sees_city, sees_street) in
        [(&mut here, true, true), (&mut there, true, false), (&mut nobody, false, false), (&mut over, true, true)]
    {
        let listed = browser.get("/materials").await.text;
        for (path, sees) in [(&of_city, sees_city), (&of_street, sees_street)] {
            let status = if sees { StatusCode::OK } else { StatusCode::NOT_FOUND };
            assert_eq!(listed.contains(&format!("\"{path}\"")), sees);
            for page in ["", "/read", "/file"] {
                assert_eq!(browser.get(&format!("{path}{page}")).await.status, status, "{path}{page}");
            }
        }
    }
    // A leader may publish for the group's own unit, and for no other.
    let group = federation::groups::store::default_groups(&town.app.db, &[town.street]).await.unwrap();
    account(&town.app, "leader", Some((Role::Leader, None, Some(group[&town.street].id))), None).await;
    let mut leader = Browser::signed_in(&town.app, "leader").await;
    let (street, other) = (town.street.to_string(), town.other.to_string());
    let published = publish(&mut leader, &[("unit_id", &street)], ("甲.md", LAW.as_bytes())).await;
    assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.text);
    let published = publish(&mut leader, &[("unit_id", &other)], ("甲.md", LAW.as_bytes())).await;
    assert_eq!(published.status, StatusCode::FORBIDDEN);
    // Only those who may write everywhere may publish for everybody.
    let published = publish(&mut leader, &[], ("甲.md", LAW.as_bytes())).await;
    assert_eq!(published.status, StatusCode::UNPROCESSABLE_ENTITY);
    let published = publish(&mut town.admin, &[("title", "给所有人")], ("甲.md", LAW.as_bytes())).await;
    assert_eq!(nobody.get(&published.location.unwrap()).await.status, StatusCode::OK);
}

async fn a_reading_position_is_private(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let path = law_for(&mut town.admin, town.city).await;
    let person = town.person("郑梦曦", town.street, None).await;
    account(&town.app, "reader", None, Some(person)).await;
    let mut reader = Browser::signed_in(&town.app, "reader").await;
    let at = reader.post(&format!("{path}/place"), &[("section", "2"), ("block", "1")]).await;
    assert_eq!(at.status, StatusCode::NO_CONTENT);
    // Opened again, the reader is at the same position; the page and the list say so.
    let again = reader.get(&format!("{path}/read")).await.text;
    assert!(again.contains("data-from=\"2\" data-block=\"1\"") && !again.contains("说明文字。"), "{again}");
    assert!(reader.get(&path).await.text.contains("读到“第一章 总则”"));
    assert!(reader.get("/materials").await.text.contains("接着读"));
    // Without JavaScript the opened section is the position.
    reader.get(&format!("{path}/read?section=3")).await;
    assert!(reader.get(&path).await.text.contains("读到“第二章 附则”"));
    // Nobody else can see it: not on the pages of the material, the person or the log, and in no export.
    let before = ledger::position(&town.app.db).await.unwrap();
    for page in [&path, "/materials", &format!("{path}/read"), &format!("/people/{person}"), "/log"] {
        let shown = town.admin.get(page).await.text;
        assert!(!shown.contains("读到") && !shown.contains("接着读") && !shown.contains("接着上次"), "{page}");
    }
    assert!(!reader.get("/my/export").await.text.contains("section"));
    assert_eq!(ledger::position(&town.app.db).await.unwrap(), before, "nothing is booked");
    let others: Option<i64> = db::scalar(
        &town.app.db,
        "select count(*) from log_entry where object_kind = 'material' and what <> 'material-put-up'",
        vec![],
    )
    .await
    .unwrap();
    assert_eq!(others, Some(0));
    // No position is stored for a material that one can't see.
    account(&town.app, "stranger", None, None).await;
    let mut stranger = Browser::signed_in(&town.app, "stranger").await;
    assert_eq!(stranger.post(&format!("{path}/place"), &[("section", "2")]).await.status, StatusCode::NOT_FOUND);
}

async fn a_library_is_searched_sorted_and_paged(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    for number in 0..33 {
        let (title, day) = (format!("资料{number:02}"), format!("2025-01-{:02}", number % 28 + 1));
        let fields = [
            ("title", title.as_str()),
            ("kind", if number % 2 == 0 { "link" } else { "other" }),
            ("issued_on", if number == 5 { "" } else { day.as_str() }),
            ("address", "https://www.example.cn/"),
        ];
        let published = town.admin.post("/materials", &fields).await;
        assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.text);
    }
    let titles = |answer: &Answered| -> Vec<String> {
        let lines = answer.text.split("<td class=\"c1 b\">").skip(1);
        lines.map(|line| line.split_once("\">").unwrap().1.split('<').next().unwrap().to_owned()).collect()
    };
    for order in ["", "title", "-title", "issued", "-issued", "added"] {
        let first = town.admin.get(&format!("/materials?order={order}")).await;
        let next = first.text.split("href=\"").find(|link| link.contains("after_id=")).expect("a next page");
        let next = next.split('"').next().unwrap().replace("&amp;", "&").replace("&#x2f;", "/");
        let second = town.admin.get(&next).await;
        let mut all = [titles(&first), titles(&second)].concat();
        assert_eq!((titles(&first).len(), all.len()), (30, 33), "{order}");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 33, "{order}");
    }
    assert_eq!(titles(&town.admin.get("/materials").await)[0], "资料32");
    assert_eq!(titles(&town.admin.get("/materials?order=title").await)[0], "资料00");
    assert_eq!(titles(&town.admin.get("/materials?q=07").await), ["资料07"]);
    assert_eq!(titles(&town.admin.get("/materials?kind=other").await).len(), 16);
    let export = town.admin.get("/materials/export?kind=other").await;
    assert!(export.bytes.starts_with(b"PK"));
    let shown = town.admin.get("/materials?q=没有").await.text;
    assert!(shown.contains("没有符合条件的资料"));
}

async fn a_late_edit_of_a_material_is_refused_and_loses_nothing(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let path = law_for(&mut town.admin, town.city).await;
    let form = town.admin.get(&format!("{path}/edit")).await;
    let version = form.value("version");
    let change =
        |title: &'static str| [("version", version.clone()), ("kind", "law".to_owned()), ("title", title.to_owned())];
    let sent = async |browser: &mut Browser, title| {
        let fields = change(title);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(&path, &fields).await
    };
    assert_eq!(sent(&mut town.admin, "甲法").await.status, StatusCode::SEE_OTHER);
    let late = sent(&mut town.admin, "乙法").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("甲法") && late.text.contains("value=\"乙法\""), "{}", late.text);
    // Once retired it is no longer listed, but its page can still be opened.
    let version = late.value("version");
    let retired = town.admin.post(&format!("{path}/retire"), &[("version", &version)]).await;
    assert_eq!(retired.status, StatusCode::SEE_OTHER);
    assert!(!town.admin.get("/materials").await.text.contains("甲法"));
    assert!(town.admin.get("/materials?state=retired").await.text.contains("甲法"));
    assert!(town.admin.get(&path).await.text.contains("已下架"));
}

#[tokio::test]
async fn what_cant_be_shown_is_refused_at_its_field_with_what_was_typed() {
    let place = Place::new(On::Sqlite).await;
    let mut town = town(&place).await;
    let mut film = b"\x00\x00\x00\x10ftypmp42\x00\x00\x00\x00".to_vec();
    let mut samples = b"\x00\x00\x00\x20moov\x00\x00\x00\x18stsd".to_vec();
    samples.extend(b"\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x08");
    samples.extend(b"mp4v");
    film.extend(samples);
    let cases: [(&str, &[u8], &str); 6] = [
        ("旧.mp4", &film, "浏览器放不了影片"),
        ("断.mp4", &film[..16], "不完整"),
        ("空.md", b"  \n", "里没有文字"),
        ("图.png", b"\x89PNG\r\n\x1a\n", "这里不收"),
        ("假.docx", b"%PDF-1.4", "其实是 PDF"),
        ("坏.epub", b"PK\x03\x04", "这里不收"),
    ];
    for (name, bytes, told) in cases {
        let answer = publish(&mut town.admin, &[("author", "某单位")], (name, bytes)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(answer.text.contains(told) && answer.text.contains("value=\"某单位\""), "{name}: {}", answer.text);
        assert!(answer.text.contains("href=\"#f-file\""), "{name}");
        assert!(answer.text.contains("严禁录入涉密内容"));
    }
    for (fields, told) in [
        (vec![("kind", "link"), ("title", "甲")], "选一个文件，或填网址"),
        (vec![("kind", "link"), ("title", "甲"), ("address", "javascript:alert(1)")], "网址要以"),
        (vec![("kind", "link"), ("address", "https://a.cn")], "没有名称"),
        (vec![("kind", "poem"), ("title", "甲"), ("address", "https://a.cn")], "f-kind"),
    ] {
        let answer = town.admin.post("/materials", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        assert!(answer.text.contains(told), "{told}: {}", answer.text);
    }
    let none: Option<i64> = db::scalar(&town.app.db, "select count(*) from material", vec![]).await.unwrap();
    assert_eq!(none, Some(0));
}

#[tokio::test]
async fn a_form_sent_twice_publishes_one_material_and_a_large_file_is_sent_in_parts() {
    let place = Place::new(On::Sqlite).await;
    let mut town = town(&place).await;
    // Larger than other forms may be.
    let mut pdf = b"%PDF-1.4\n".to_vec();
    pdf.resize(40 * 1024 * 1024, b' ');
    let once = town.admin.get("/materials/new").await.value("once");
    let fields = [("once", once.as_str()), ("kind", "document")];
    let first = town.admin.upload("/materials", &fields, ("file", "大.pdf", &pdf)).await;
    let again = town.admin.upload("/materials", &fields, ("file", "大.pdf", &pdf)).await;
    assert_eq!((first.status, &first.location), (StatusCode::SEE_OTHER, &again.location));
    let path = first.location.unwrap();
    let asked = Request::get(format!("{path}/file")).header("range", "bytes=0-4").header("accept-encoding", "gzip");
    let part = town.admin.send(asked, Body::empty()).await;
    assert_eq!((part.status, part.text.as_str()), (StatusCode::PARTIAL_CONTENT, "%PDF-"));
    // The whole file is sent uncompressed, so that a reader knows its length and that parts can be requested.
    let asked = Request::get(format!("{path}/file")).header("accept-encoding", "gzip");
    let whole = town.admin.send(asked, Body::empty()).await;
    assert_eq!((whole.bytes.len(), whole.headers.get(header::CONTENT_ENCODING)), (pdf.len(), None));
    assert_eq!(whole.headers[header::ACCEPT_RANGES], "bytes");
    assert_eq!(whole.headers[header::CONTENT_LENGTH], pdf.len().to_string());
    // Chapters of a PDF are entered by page numbers.
    let version = town.admin.get(&format!("{path}/edit")).await.value("version");
    let fields =
        [("version", version.as_str()), ("kind", "document"), ("title", "大"), ("pages", "第一章 总则 3\n附则 9")];
    assert_eq!(town.admin.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
    let shown = town.admin.get(&path).await.text;
    assert!(shown.contains("/read?section=9") && shown.contains("第 3 页"), "{shown}");
}
