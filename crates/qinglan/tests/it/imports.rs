//! Import pages as a clerk uses them: files of every shape in, questions answered, columns chosen, everything taken once.

use axum::http::StatusCode;
use kernel::UnitId;
use qinglan::{
    app::App,
    features::{
        accounts::Role,
        units::{self, actions::Addition},
    },
};
use rust_xlsxwriter::Workbook;

use crate::{
    browser::{Answered, Browser, account},
    support::{On, Place, file, on_both},
};

on_both!(
    the_template_of_units_is_taken_when_filled,
    an_answer_sent_twice_answers_one_question,
    files_that_were_taken_are_kept_for_their_refused_rows,
    columns_are_shown_and_can_be_chosen,
    another_sheet_can_be_read,
    who_may_not_import_is_refused,
    a_file_that_lies_about_its_type_or_name_does_no_harm,
);

/// A city with a street, and an administrator at work.
struct Office {
    place: Place,
    app: App,
    city: UnitId,
    clerk: Browser,
}

async fn office(on: On) -> Office {
    let place = Place::new(on).await;
    let app = place.open().await;
    let addition = |name: &str, level: &str, parent| Addition {
        name: name.to_owned(),
        level: Some(level.to_owned()),
        parent,
        code: None,
        outside: false,
        from: None,
    };
    let city = units::actions::add(&app, &app.operator(), addition("青蓝市", "city", None)).await.unwrap();
    units::actions::add(&app, &app.operator(), addition("古沟街道", "street", Some(city))).await.unwrap();
    units::places::refresh(&app).await.unwrap();
    account(&app, "admin", Some((Role::Administrator, None, None)), None).await;
    let clerk = Browser::signed_in(&app, "admin").await;
    Office { place, app, city, clerk }
}

impl Office {
    /// Hands a file in; the path of its page.
    async fn hand_in(&mut self, kind: &str, name: &str, bytes: &[u8]) -> String {
        let unit = self.city.to_string();
        let fields = [("kind", kind), ("unit_id", unit.as_str()), ("year", "2025")];
        let answer = self.clerk.upload("/imports/work", &fields, ("file", name, bytes)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        answer.location.unwrap()
    }

    /// Presses the button that takes what the page shows; where it led to.
    async fn take(&mut self, work: &str) -> String {
        let shown = self.clerk.get(work).await.value("shown");
        let answer = self.clerk.post(&format!("{work}/take"), &[("shown", &shown)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        answer.location.unwrap()
    }
}

/// A workbook of sheets with rows of texts; what reads as a number is one.
fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0_u32..).zip(*rows) {
            for (column, text) in (0_u16..).zip(*cells) {
                match text.parse::<f64>() {
                    Ok(number) => sheet.write_number(row, column, number).unwrap(),
                    Err(_) => sheet.write_string(row, column, *text).unwrap(),
                };
            }
        }
    }
    book.save_to_buffer().unwrap()
}

fn says(answer: &Answered, text: &str) {
    assert!(answer.text.contains(text), "no {text} in {}", answer.text);
}

async fn the_template_of_units_is_taken_when_filled(on: On) {
    let mut office = office(on).await;
    let template = office.clerk.get("/imports/template/units").await;
    let sheet = tabular::read("template", &template.bytes).unwrap().remove(0);
    let head: Vec<String> = sheet.rows[0].iter().map(tabular::Cell::shown).collect();
    assert_eq!(head, ["code", "name", "level", "parent_code"]);
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let rows: [&[&str]; 3] = [&head, &["8801", "新城区", "district"], &["880101", "新桥街道", "街道", "8801"]];
    let work = office.hand_in("units", "单位表.xlsx", &workbook(&[("单位", &rows)])).await;
    assert!(office.take(&work).await.starts_with("/imports/"));
    let street = units::unit_named(&office.app.db, "880101").await.unwrap();
    let position = ledger::position(&office.app.db).await.unwrap();
    let above = ledger::ancestors(&office.app.db, street.id, office.app.today(), position).await.unwrap();
    let district = units::unit_named(&office.app.db, "新城区").await.unwrap();
    assert_eq!((street.name.as_str(), street.level.as_deref()), ("新桥街道", Some("street")));
    assert_eq!(above, [district.id]);
    // The same as text, packed: all is there already.
    let text = "code,name,level,parent_code\n8801,新城区,district,\n880101,新桥街道,street,8801\n";
    let work = office.hand_in("units", "单位表.csv", text.as_bytes()).await;
    says(&office.clerk.get(&work).await, "重复 <b>2</b>");
    let odd = "code,name,level,parent_code\n8802,西区,district,\n8803,东区,galaxy,\n";
    let work = office.hand_in("units", "单位表.csv", odd.as_bytes()).await;
    let refused = office.clerk.get(&format!("{work}/refused")).await;
    let rows = tabular::read("refused", &refused.bytes).unwrap().remove(0).rows;
    assert_eq!((rows.len(), rows[1][1].shown()), (2, "东区".to_owned()));
}

const ROSTER: &str = "姓名,出生年月,工作单位,职务\n郑梦曦,1990.01,古沟街道,干事\n";

async fn an_answer_sent_twice_answers_one_question(on: On) {
    let mut office = office(on).await;
    let work = office.hand_in("roster", "花名册.csv", ROSTER.as_bytes()).await;
    office.take(&work).await;
    // 1990.1 in a number cell is asked; then the person who is there has another duty, which is asked next.
    let rows: [&[&str]; 2] = [&["姓名", "出生年月", "工作单位", "职务"], &["郑梦曦", "1990.1", "古沟街道", "主任"]];
    let work = office.hand_in("roster", "花名册.xlsx", &workbook(&[("花名册", &rows)])).await;
    let page = office.clerk.get(&work).await;
    says(&page, "1990.1");
    let first = page.value("question-2");
    let fields = [("question-2", first.as_str()), ("answer-2", "0")];
    let answers = format!("{work}/answers");
    office.clerk.post(&answers, &fields).await;
    office.clerk.post(&answers, &fields).await;
    let page = office.clerk.get(&work).await;
    says(&page, "没有算数");
    says(&page, "已有");
    let second = page.value("question-2");
    assert_ne!(first, second, "the next question is still open");
    office.clerk.post(&answers, &[("question-2", &second), ("answer-2", "1")]).await;
    let page = office.clerk.get(&format!("{work}?only=all")).await;
    says(&page, "录入 1 行");
    // Taken back, the first question stands there again.
    office.clerk.post(&answers, &[("again", "2")]).await;
    let page = office.clerk.get(&work).await;
    assert_eq!(page.value("question-2"), first);
    says(&page, "第 2 行的回答已收回");
    let nothing = office.clerk.post(&answers, &[("question-2", first.as_str())]).await;
    assert_eq!(nothing.status, StatusCode::SEE_OTHER);
    says(&office.clerk.get(&work).await, "还没有选答案");
}

async fn files_that_were_taken_are_kept_for_their_refused_rows(on: On) {
    let mut office = office(on).await;
    let rows = "姓名,工作单位\n郑梦曦,古沟街道\n何雨桐,不存在的街道\n";
    let work = office.hand_in("roster", "花名册.csv", rows.as_bytes()).await;
    let import = office.take(&work).await;
    let whole = office.hand_in("roster", "都好.csv", "姓名,工作单位\n何雨晴,古沟街道\n".as_bytes()).await;
    office.take(&whole).await;
    let open = office.hand_in("roster", "没录的.csv", rows.as_bytes()).await;
    let aged = "update import_work set created_at = '2025-01-01T00:00:00.000Z'";
    ledger::db::execute(&office.app.db, aged, vec![]).await.unwrap();
    // Another file dropped sweeps what is old.
    let last = office.hand_in("roster", "不要的.csv", rows.as_bytes()).await;
    let gone = office.clerk.post(&format!("{last}/drop"), &[]).await;
    assert_eq!(gone.location.as_deref(), Some("/imports"));
    for gone in [&last, &open, &whole] {
        assert_eq!(office.clerk.get(gone).await.status, StatusCode::NOT_FOUND, "{gone}");
    }
    // One that was taken can't be dropped, and its refused rows are still there.
    let kept = office.clerk.post(&format!("{work}/drop"), &[]).await;
    assert_eq!(kept.location.as_deref(), Some(import.as_str()));
    let refused = office.clerk.get(&format!("{import}/refused")).await;
    let rows = tabular::read("refused", &refused.bytes).unwrap().remove(0).rows;
    assert_eq!((rows.len(), rows[1][0].shown()), (2, "何雨桐".to_owned()));
}

async fn columns_are_shown_and_can_be_chosen(on: On) {
    let mut office = office(on).await;
    // No heading is known, so nothing is found: the columns are offered.
    let rows: [&[&str]; 4] =
        [&["某区名单"], &["谁", "在哪里", "管什么"], &["郑梦曦", "古沟街道", "干事"], &["何雨桐", "古沟街道", "主任"]];
    let work = office.hand_in("roster", "名单.xlsx", &workbook(&[("名单", &rows)])).await;
    let page = office.clerk.get(&work).await;
    assert_eq!(page.status, StatusCode::OK);
    says(&page, "找不到表头");
    says(&page, "表头在第 2 行");
    says(&page, "A · 谁 · 郑梦曦");
    let layout = format!("{work}/layout");
    let read = [("sheet", "名单"), ("read_sheet", "名单"), ("header_row", "2"), ("read_row", "2")];
    let choose = |more: &[(&'static str, &'static str)]| [&read, more].concat();
    // What is required and not chosen is said.
    office.clerk.post(&layout, &choose(&[("column-unit", "1")])).await;
    says(&office.clerk.get(&work).await, "还没有说从哪一列读：姓名");
    let twice = choose(&[("column-name", "0"), ("column-unit", "0")]);
    office.clerk.post(&layout, &twice).await;
    says(&office.clerk.get(&work).await, "A 列选了两次");
    office.clerk.post(&layout, &choose(&[("column-name", "0"), ("column-unit", "1"), ("column-duty", "2")])).await;
    let page = office.clerk.get(&work).await;
    says(&page, "录入 2 行");
    says(&page, "郑梦曦，何雨桐");
    // Back to the headings, and to what was chosen again.
    office.clerk.post(&layout, &[("auto", "1")]).await;
    says(&office.clerk.get(&work).await, "找不到表头");
    office.clerk.post(&layout, &choose(&[("column-name", "0"), ("column-unit", "1")])).await;
    let import = office.take(&work).await;
    says(&office.clerk.get(&import).await, "名单.xlsx");
    // What was taken is not read otherwise any more.
    office.clerk.post(&layout, &[("auto", "1")]).await;
    assert_eq!(office.clerk.get(&work).await.location.as_deref(), Some(import.as_str()));
}

async fn another_sheet_can_be_read(on: On) {
    let mut office = office(on).await;
    let one: [&[&str]; 3] =
        [&["姓名", "工作单位", "职务"], &["郑梦曦", "古沟街道", "干事"], &["何雨桐", "古沟街道", "干事"]];
    let two: [&[&str]; 2] = [&["姓名", "工作单位"], &["何雨晴", "古沟街道"]];
    let book = workbook(&[("一组", &one), ("二组", &two)]);
    let work = office.hand_in("roster", "两组.xlsx", &book).await;
    let page = office.clerk.get(&work).await;
    says(&page, "工作表“一组”");
    says(&page, "录入 2 行");
    let fields = [("sheet", "二组"), ("read_sheet", "一组"), ("header_row", "1"), ("read_row", "1")];
    office.clerk.post(&format!("{work}/layout"), &fields).await;
    let page = office.clerk.get(&work).await;
    says(&page, "工作表“二组”");
    says(&page, "录入 1 行");
    // A row beside the header has no headings that are known.
    let fields = [("sheet", "二组"), ("read_sheet", "二组"), ("header_row", "2"), ("read_row", "1")];
    office.clerk.post(&format!("{work}/layout"), &fields).await;
    says(&office.clerk.get(&work).await, "找不到表头");
}

async fn who_may_not_import_is_refused(on: On) {
    let mut office = office(on).await;
    let street = units::unit_named(&office.app.db, "古沟街道").await.unwrap().id;
    account(&office.app, "secretary", Some((Role::Secretary, Some(street), None)), None).await;
    account(&office.app, "reader", Some((Role::Reader, Some(street), None)), None).await;
    let work = office.hand_in("roster", "花名册.csv", ROSTER.as_bytes()).await;
    let city = office.city.to_string();
    let street = street.to_string();
    for (name, kind, unit, allowed) in [
        ("reader", "roster", &street, false),
        ("secretary", "roster", &city, false),
        ("secretary", "units", &street, false),
        ("secretary", "roster", &street, true),
    ] {
        let mut visitor = Browser::signed_in(&office.app, name).await;
        let fields = [("kind", kind), ("unit_id", unit.as_str())];
        let answer = visitor.upload("/imports/work", &fields, ("file", "r.csv", ROSTER.as_bytes())).await;
        // A unit out of sight is not known.
        let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&answer.status);
        assert_eq!((answer.status == StatusCode::SEE_OTHER, refused), (allowed, !allowed), "{name}: {}", answer.text);
        for path in ["", "/refused"] {
            assert_eq!(visitor.get(&format!("{work}{path}")).await.status, StatusCode::NOT_FOUND);
        }
        for path in ["answers", "take", "drop", "layout"] {
            let answer = visitor.post(&format!("{work}/{path}"), &[("auto", "1")]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}: {path}");
        }
    }
}

async fn a_file_that_lies_about_its_type_or_name_does_no_harm(on: On) {
    let mut office = office(on).await;
    let unit = office.city.to_string();
    let web_page = b"<html><table><tr><td>x</td></tr></table></html>";
    for (kind, bytes) in [
        ("roster", b"%PDF-1.7 no sheet".as_slice()),
        ("roster", web_page),
        ("roster", b"PK\x03\x04 and no more"),
        ("units", b"PK\x03\x04 and no more"),
        ("units", b"\x1f\x8b no gzip"),
        ("roster", b""),
    ] {
        let fields = [("kind", kind), ("unit_id", unit.as_str())];
        let answer = office.clerk.upload("/imports/work", &fields, ("file", "台账.xlsx", bytes)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind} {bytes:?}");
        says(&answer, "台账.xlsx");
    }
    // A roster that calls itself a picture is read by its content.
    let work = office.hand_in("roster", "photo.png", ROSTER.as_bytes()).await;
    says(&office.clerk.get(&work).await, "录入 1 行");
    let name = "<img src=x onerror=alert(1)>&amp;.csv";
    let rows = "姓名,工作单位,<b>职务</b>\n<i>郑</i>,<script>街道,干事\n郑梦曦,古沟街道,x\n";
    let work = office.hand_in("roster", name, rows.as_bytes()).await;
    let mut pages = vec![office.clerk.get(&work).await, office.clerk.get("/imports").await];
    let import = office.take(&work).await;
    pages.extend([office.clerk.get(&import).await, office.clerk.get("/imports").await, office.clerk.get("/log").await]);
    for page in pages {
        says(&page, "&lt;img src=x");
        for markup in ["<img src=x", "<i>郑", "<script>街道", "<b>职务"] {
            assert!(!page.text.contains(markup), "{markup} in {}", page.text);
        }
    }
    let refused = office.clerk.get(&format!("{import}/refused")).await;
    let disposition = refused.headers["content-disposition"].to_str().unwrap();
    assert!(!disposition.contains('<') && refused.status == StatusCode::OK, "{disposition}");
    assert!(office.place.folder.exists() && file("fixtures").exists());
}
