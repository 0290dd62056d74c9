//! Import pages as a clerk uses them: files of all kinds, questions answered, columns chosen, everything imported once.

use std::time::Duration;

use axum::http::StatusCode;
use desk::{actor::Role, app::App, error::AppError, serve::Site};
use federation::{
    imports::{Answers, Context, Jobs, Source, actions},
    scope, units,
};
use kernel::UnitId;
use rust_xlsxwriter::Workbook;

use crate::{
    browser::{Answered, Browser, account},
    sample::{ACTIVITIES, CITY, ROSTER as SAMPLE_ROSTER, figure},
    support::{On, Place, file, on_both},
    town::unit,
};

on_both!(
    the_filled_template_of_units_is_imported,
    an_answer_sent_twice_answers_one_question,
    imported_files_are_kept_for_their_refused_rows,
    columns_are_shown_and_can_be_chosen,
    another_sheet_can_be_read,
    only_what_was_shown_is_imported,
    no_identity_number_stays_in_an_imported_file,
    a_row_that_means_another_unit_by_now_is_not_imported,
    who_may_not_import_is_refused,
    a_file_with_a_false_type_or_name_does_no_harm,
    every_row_is_shown_by_its_verdict_page_by_page,
    the_sample_ledgers_give_the_true_counts_through_the_pages,
);

/// A city with a street, and an administrator who is signed in.
pub struct Office {
    _place: Place,
    pub app: App,
    pub city: UnitId,
    pub clerk: Browser,
}

pub async fn office(on: On) -> Office {
    let place = Place::new(on).await;
    let app = place.open().await;
    let city = unit(&app, "青蓝市", "city", None).await;
    unit(&app, "古沟街道", "street", Some(city)).await;
    scope::places::refresh(&app).await.unwrap();
    account(&app, "admin", Some((Role::Administrator, None, None)), None).await;
    let clerk = with_patience(&app, Duration::from_mins(2)).await;
    Office { _place: place, app, city, clerk }
}

/// Signed in at a server of its own, which waits for `patience` before it shows the progress of an import.
pub async fn with_patience(app: &App, patience: Duration) -> Browser {
    let site = Site::new(app.clone(), desk::outside::Outside::new(false)).unwrap();
    site.app.share(Jobs::waiting(patience));
    Browser::of(site).sign_in("admin").await
}

impl Office {
    /// Uploads a file; returns the path of its page.
    pub async fn hand_in(&mut self, kind: &str, name: &str, bytes: &[u8]) -> String {
        let unit = self.city.to_string();
        let fields = [("kind", kind), ("unit_id", unit.as_str()), ("year", "2025")];
        let answer = self.clerk.upload("/imports/work", &fields, ("file", name, bytes)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        answer.location.unwrap()
    }

    /// Presses the button that imports what the page shows; returns the location it led to.
    pub async fn take(&mut self, work: &str) -> String {
        let shown = self.clerk.get(work).await.value("shown");
        let answer = self.clerk.post(&format!("{work}/take"), &[("shown", &shown)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        answer.location.unwrap()
    }
}

/// A workbook of sheets with rows of texts; a text that looks like a number is stored as one.
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

pub fn says(answer: &Answered, text: &str) {
    assert!(answer.text.contains(text), "no {text} in {}", answer.text);
}

async fn the_filled_template_of_units_is_imported(on: On) {
    let mut office = office(on).await;
    let template = office.clerk.get("/imports/template/units").await;
    let sheet = tabular::read("template", &template.bytes).unwrap().remove(0);
    let head: Vec<String> = sheet.rows[0].iter().map(tabular::Cell::shown).collect();
    assert_eq!(head, ["code", "name", "level", "parent_code"]);
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let rows: [&[&str]; 3] = [&head, &["8801", "新城区", "district"], &["880101", "新桥街道", "街道", "8801"]];
    let work = office.hand_in("units", "单位表.xlsx", &workbook(&[("单位", &rows)])).await;
    assert!(office.take(&work).await.starts_with("/imports/"));
    let street = units::find_by_code_or_name(&office.app.db, "880101").await.unwrap();
    let position = ledger::position(&office.app.db).await.unwrap();
    let above = ledger::ancestors(&office.app.db, street.id, office.app.today(), position).await.unwrap();
    let district = units::find_by_code_or_name(&office.app.db, "新城区").await.unwrap();
    assert_eq!((street.name.as_str(), street.level.as_deref()), ("新桥街道", Some("street")));
    assert_eq!(above, [district.id]);
    // The same as compressed text: everything exists already.
    let text = "code,name,level,parent_code\n8801,新城区,district,\n880101,新桥街道,street,8801\n";
    let work = office.hand_in("units", "单位表.csv", text.as_bytes()).await;
    says(&office.clerk.get(&work).await, "重复 <b>2</b>");
    let odd = "code,name,level,parent_code\n8802,西区,district,\n8803,东区,galaxy,\n";
    let work = office.hand_in("units", "单位表.csv", odd.as_bytes()).await;
    let refused = office.clerk.get(&format!("{work}/refused")).await;
    let rows = tabular::read("refused", &refused.bytes).unwrap().remove(0).rows;
    assert_eq!((rows.len(), rows[1][1].shown()), (2, "东区".to_owned()));
}

pub const ROSTER: &str = "姓名,出生年月,工作单位,职务\n郑梦曦,1990.01,古沟街道,干事\n";

async fn an_answer_sent_twice_answers_one_question(on: On) {
    let mut office = office(on).await;
    let work = office.hand_in("roster", "花名册.csv", ROSTER.as_bytes()).await;
    office.take(&work).await;
    // 1990.1 in a number cell is a question; then the existing person has another duty, which is the next question.
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
    // Once the answer is withdrawn, the first question is there again.
    office.clerk.post(&answers, &[("again", "2")]).await;
    let page = office.clerk.get(&work).await;
    assert_eq!(page.value("question-2"), first);
    says(&page, "第 2 行的回答已收回");
    let nothing = office.clerk.post(&answers, &[("question-2", first.as_str())]).await;
    assert_eq!(nothing.status, StatusCode::SEE_OTHER);
    says(&office.clerk.get(&work).await, "还没有选答案");
}

async fn imported_files_are_kept_for_their_refused_rows(on: On) {
    let mut office = office(on).await;
    let rows = "姓名,工作单位\n郑梦曦,古沟街道\n何雨桐,不存在的街道\n";
    let work = office.hand_in("roster", "花名册.csv", rows.as_bytes()).await;
    let import = office.take(&work).await;
    let whole = office.hand_in("roster", "都好.csv", "姓名,工作单位\n何雨晴,古沟街道\n".as_bytes()).await;
    office.take(&whole).await;
    let open = office.hand_in("roster", "没录的.csv", rows.as_bytes()).await;
    let aged = "update import_work set created_at = '2025-01-01T00:00:00.000Z'";
    ledger::db::execute(&office.app.db, aged, vec![]).await.unwrap();
    // Dropping another file sweeps old ones.
    let last = office.hand_in("roster", "不要的.csv", rows.as_bytes()).await;
    let gone = office.clerk.post(&format!("{last}/drop"), &[]).await;
    assert_eq!(gone.location.as_deref(), Some("/imports"));
    for gone in [&last, &open, &whole] {
        assert_eq!(office.clerk.get(gone).await.status, StatusCode::NOT_FOUND, "{gone}");
    }
    // An imported file can't be dropped, and its refused rows are still there.
    let dropped = office.clerk.post(&format!("{work}/drop"), &[]).await;
    assert_eq!(dropped.location.as_deref(), Some(work.as_str()));
    assert_eq!(office.clerk.get(&work).await.location.as_deref(), Some(import.as_str()));
    let refused = office.clerk.get(&format!("{import}/refused")).await;
    let rows = tabular::read("refused", &refused.bytes).unwrap().remove(0).rows;
    assert_eq!((rows.len(), rows[1][0].shown()), (2, "何雨桐".to_owned()));
}

async fn columns_are_shown_and_can_be_chosen(on: On) {
    let mut office = office(on).await;
    // No heading is known, so no table is found: the columns are offered.
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
    // Missing required columns are reported.
    office.clerk.post(&layout, &choose(&[("column-unit", "1")])).await;
    says(&office.clerk.get(&work).await, "还没有说从哪一列读：姓名");
    let twice = choose(&[("column-name", "0"), ("column-unit", "0")]);
    office.clerk.post(&layout, &twice).await;
    says(&office.clerk.get(&work).await, "A 列选了两次");
    office.clerk.post(&layout, &choose(&[("column-name", "0"), ("column-unit", "1"), ("column-duty", "2")])).await;
    let page = office.clerk.get(&work).await;
    says(&page, "录入 2 行");
    says(&page, "郑梦曦，何雨桐");
    // Back to detecting by headings, and to the choice again.
    office.clerk.post(&layout, &[("auto", "1")]).await;
    says(&office.clerk.get(&work).await, "找不到表头");
    office.clerk.post(&layout, &choose(&[("column-name", "0"), ("column-unit", "1")])).await;
    let import = office.take(&work).await;
    says(&office.clerk.get(&import).await, "名单.xlsx");
    // The layout of an imported file can't be changed any more.
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
    says(&page, "另有工作表没有读：二组");
    says(&page, "录入 2 行");
    let fields = [("sheet", "二组"), ("read_sheet", "一组"), ("header_row", "1"), ("read_row", "1")];
    office.clerk.post(&format!("{work}/layout"), &fields).await;
    let page = office.clerk.get(&work).await;
    says(&page, "工作表“二组”");
    says(&page, "录入 1 行");
    // Both together, on one tick: columns that only one of them has are read there.
    let fields = [("sheet", "二组"), ("read_sheet", "二组"), ("header_row", "1"), ("all_sheets", "on")];
    office.clerk.post(&format!("{work}/layout"), &fields).await;
    let page = office.clerk.get(&work).await;
    says(&page, "工作表“一组”“二组”");
    says(&page, "录入 3 行");
    let fields = [("sheet", "二组"), ("read_sheet", "一组"), ("header_row", "1"), ("read_all", "1")];
    office.clerk.post(&format!("{work}/layout"), &fields).await;
    says(&office.clerk.get(&work).await, "录入 1 行");
    // With a row other than the header no heading is known.
    let fields = [("sheet", "二组"), ("read_sheet", "二组"), ("header_row", "2"), ("read_row", "1")];
    office.clerk.post(&format!("{work}/layout"), &fields).await;
    says(&office.clerk.get(&work).await, "找不到表头");
}

/// The response to importing from an outdated page after the file was answered or read differently; then it is imported
/// from the current page.
async fn imports_the_current_page(office: &mut Office, work: &str, before: &str) {
    let now = office.clerk.get(work).await.value("shown");
    assert_ne!(now, before);
    let stale = office.clerk.post(&format!("{work}/take"), &[("shown", before)]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text);
    says(&stale, "没有录入任何内容");
    assert!(office.take(work).await.starts_with("/imports/"));
}

async fn only_what_was_shown_is_imported(on: On) {
    let mut office = office(on).await;
    let rows: [&[&str]; 2] = [&["姓名", "工作单位", "职务", "学历"], &["郑梦曦", "古沟街道", "干事", "大学"]];
    let work = office.hand_in("roster", "花名册.xlsx", &workbook(&[("花名册", &rows)])).await;
    let before = office.clerk.get(&work).await.value("shown");
    // Two columns are swapped in another tab: the number of accepted rows is the same as before.
    let read = [("sheet", "花名册"), ("read_sheet", "花名册"), ("header_row", "1"), ("read_row", "1")];
    let columns = [("column-name", "0"), ("column-unit", "1"), ("column-duty", "3"), ("column-education", "2")];
    office.clerk.post(&format!("{work}/layout"), &[read, columns].concat()).await;
    imports_the_current_page(&mut office, &work, &before).await;
    let education = "select education from person where name = '郑梦曦'";
    let education: Option<String> = ledger::db::scalar(&office.app.db, education, vec![]).await.unwrap();
    assert_eq!(education.as_deref(), Some("干事"));
    // Answered in one way, shown, and then answered in another way.
    let rows: [&[&str]; 2] = [&["姓名", "出生年月", "工作单位"], &["何雨桐", "1990.1", "古沟街道"]];
    let work = office.hand_in("roster", "又一册.xlsx", &workbook(&[("花名册", &rows)])).await;
    let answers = format!("{work}/answers");
    let question = office.clerk.get(&work).await.value("question-2");
    office.clerk.post(&answers, &[("question-2", &question), ("answer-2", "0")]).await;
    let before = office.clerk.get(&work).await.value("shown");
    office.clerk.post(&answers, &[("again", "2")]).await;
    office.clerk.post(&answers, &[("question-2", &question), ("answer-2", "1")]).await;
    imports_the_current_page(&mut office, &work, &before).await;
    let born = "select birth_month from person where name = '何雨桐'";
    assert_eq!(ledger::db::scalar::<i64>(&office.app.db, born, vec![]).await.unwrap(), Some(199_010));
}

async fn no_identity_number_stays_in_an_imported_file(on: On) {
    let mut office = office(on).await;
    let rows = "姓名,工作单位,身份证号\n郑梦曦,古沟街道,990101199303050227\n何雨桐,古沟街道,99010119940406022X\n";
    let work = office.hand_in("roster", "花名册.csv", rows.as_bytes()).await;
    let import = office.take(&work).await;
    let contents: Vec<String> =
        ledger::db::rows(&office.app.db, "select content from import_work", vec![]).await.unwrap();
    assert_eq!(contents.len(), 1);
    assert!(contents.iter().all(|content| content.contains("郑梦曦") && !content.contains("9901011")), "{contents:?}");
    // Its refused rows are read from what was kept.
    let refused = office.clerk.get(&format!("{import}/refused")).await;
    assert_eq!(refused.status, StatusCode::OK, "{}", refused.text);
    let born = "select birth_month from person where name = '郑梦曦'";
    assert_eq!(ledger::db::scalar::<i64>(&office.app.db, born, vec![]).await.unwrap(), Some(199_303));
}

async fn a_row_that_means_another_unit_by_now_is_not_imported(on: On) {
    let office = office(on).await;
    let (app, actor) = (&office.app, office.app.operator());
    let source = Source::from_file("花名册.csv", ROSTER.as_bytes().to_vec(), federation::people::import::KIND).unwrap();
    let (answers, progress) = (Answers::new(), |_, _| ());
    let context = Context {
        source: &source,
        unit: Some(office.city),
        year: Some(2025),
        answers: &answers,
        from: None,
        today: app.today(),
        only: None,
        progress: &progress,
    };
    let shown = actions::preview(app, &actor, federation::people::import::KIND, &context).await.unwrap();
    assert_eq!(shown.taken, 1);
    let street = units::find_by_code_or_name(&app.db, "古沟街道").await.unwrap();
    units::actions::rename(app, &actor, street.id, "红埠街道").await.unwrap();
    ledger::db::execute(&app.db, "delete from unit_former_name", vec![]).await.unwrap();
    crate::town::unit(app, "古沟街道", "street", Some(office.city)).await;
    let refused = actions::confirm(app, &actor, federation::people::import::KIND, &context, &shown).await.unwrap_err();
    assert!(matches!(&refused, AppError::Refused(refusal) if refusal.code == "import-changed-meanwhile"), "{refused}");
    let shown = actions::preview(app, &actor, federation::people::import::KIND, &context).await.unwrap();
    assert_eq!(
        actions::confirm(app, &actor, federation::people::import::KIND, &context, &shown).await.unwrap().1.taken,
        1
    );
}

async fn who_may_not_import_is_refused(on: On) {
    let mut office = office(on).await;
    let street = units::find_by_code_or_name(&office.app.db, "古沟街道").await.unwrap().id;
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
        // A unit that may not be seen is refused as unknown.
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

async fn a_file_with_a_false_type_or_name_does_no_harm(on: On) {
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
    // A roster with the name of a picture is read by its content.
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
}

/// Different names of two or three characters.
pub fn people(count: usize) -> Vec<String> {
    let letters: Vec<char> = "王李张刘陈杨赵黄周吴徐孙".chars().collect();
    let name = |number: usize| {
        let of = |place: usize| letters[number / place % letters.len()];
        format!("{}{}{}", of(144), of(12), of(1))
    };
    (0..count).map(name).collect()
}

fn rows_on(page: &Answered) -> usize {
    page.text.matches("data-l=\"行\"").count()
}

async fn every_row_is_shown_by_its_verdict_page_by_page(on: On) {
    let mut office = office(on).await;
    let names = people(130);
    let fine: String = names.iter().map(|name| format!("{name},古沟街道\n")).collect();
    let refused: String = (0..120).map(|_| "何雨桐,不存在的街道\n").collect();
    let file = format!("姓名,工作单位\n{fine}{},古沟街道\n{refused}", names[0]);
    let work = office.hand_in("roster", "花名册.csv", file.as_bytes()).await;
    let page = office.clerk.get(&work).await;
    for tab in ["全部 <b>251</b>", "待回答 <b>0</b>", "拒绝 <b>120</b>", "重复 <b>1</b>", "录入 <b>130</b>"]
    {
        says(&page, tab);
    }
    assert_eq!(rows_on(&page), 100);
    for (query, rows) in [
        ("after=101", 100),
        ("after=201", 51),
        ("only=take&after=101", 30),
        ("only=refused", 100),
        ("only=refused&after=232", 20),
        ("only=repeated", 1),
    ] {
        let page = office.clerk.get(&format!("{work}?{query}")).await;
        assert_eq!(rows_on(&page), rows, "{query}");
    }
    says(&office.clerk.get(&format!("{work}?only=take")).await, &names[0]);
    says(&office.clerk.get(&format!("{work}?only=take")).await, "?only=take&amp;after=101");
    says(&office.clerk.get(&format!("{work}?only=ask")).await, "没有这样的行");
    let import = office.take(&work).await;
    let page = office.clerk.get(&import).await;
    assert_eq!(page.text.matches("不存在的街道").count(), 100);
    let page = office.clerk.get(&format!("{import}?after=232")).await;
    assert_eq!(page.text.matches("不存在的街道").count(), 20);
}

/// Answers every question of a file with the first choice, until there are none; returns the rows that were answered.
async fn answer_all(clerk: &mut Browser, work: &str) -> Vec<String> {
    let mut answered = Vec::new();
    loop {
        let page = clerk.get(&format!("{work}?only=ask")).await;
        let names = page.text.split("name=\"question-").skip(1);
        let asked: Vec<String> = names.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect();
        if asked.is_empty() {
            return answered;
        }
        let fields = asked.iter().flat_map(|row| {
            let question = format!("question-{row}");
            [(question.clone(), page.value(&question)), (format!("answer-{row}"), "0".to_owned())]
        });
        let fields: Vec<(String, String)> = fields.collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        clerk.post(&format!("{work}/answers"), &fields).await;
        answered.extend(asked);
    }
}

async fn the_sample_ledgers_give_the_true_counts_through_the_pages(on: On) {
    let mut office = office(on).await;
    let truth = std::fs::read(file("fixtures/ledgers-sample/truth.json")).unwrap();
    let truth: serde_json::Value = serde_json::from_slice(&truth).unwrap();
    let (roster, activities) = (&truth["roster"], &truth["activities"]);
    let bytes = |name: &str| std::fs::read(file(name)).unwrap();
    let work = office.hand_in("units", "单位.csv", &bytes(CITY)).await;
    office.take(&work).await;
    office.city = units::find_by_code_or_name(&office.app.db, "9901").await.unwrap().id;
    let work = office.hand_in("roster", "花名册.xlsx", &bytes(SAMPLE_ROSTER)).await;
    let page = office.clerk.get(&work).await;
    for (tab, known) in [("录入", &roster["people"]), ("重复", &roster["repeated"]), ("拒绝", &roster["refused"])]
    {
        says(&page, &format!("{tab} <b>{known}</b>"));
    }
    office.take(&work).await;
    // Two rows have questions: without answers they are refused, as in the expected counts.
    let work = office.hand_in("activities", "台账.xlsx", &bytes(ACTIVITIES)).await;
    office.take(&work).await;
    for (key, known) in [
        ("people.members", &roster["people"]),
        ("activities.occasions", &activities["held"]),
        ("activities.person_times", &activities["person_times"]),
        ("activities.audience", &activities["audience"]),
        ("activities.on_leave", &activities["on_leave"]),
        ("activities.persons", &activities["persons"]),
    ] {
        assert_eq!(figure(&office.app, key, &[]).await, *known, "{key}");
    }
    // The same file again, answered this time: existing data is not duplicated.
    let work = office.hand_in("activities", "台账.xlsx", &bytes(ACTIVITIES)).await;
    assert_eq!(answer_all(&mut office.clerk, &work).await, ["266", "268"]);
    office.take(&work).await;
    assert_eq!(figure(&office.app, "activities.occasions", &[]).await, 262);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_of_imports_is_filtered_and_reversed() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    for (kind, name) in [
        (federation::units::import::KIND, crate::sample::CITY),
        (federation::people::import::KIND, crate::sample::ROSTER),
    ] {
        crate::sample::import(&app, kind, name, &std::collections::BTreeMap::default()).await;
    }
    crate::browser::account(&app, "admin", Some((Role::Administrator, None, None)), None).await;
    let mut admin = Browser::signed_in(&app, "admin").await;
    let shown = |text: &str| -> Vec<bool> {
        ["divisions-invented-city.csv", "01-roster.xlsx"]
            .iter()
            .map(|name| text.contains(&format!(">{name}</a>")))
            .collect()
    };
    for (query, both) in [
        ("", [true, true]),
        ("?kind=roster", [false, true]),
        ("?q=divisions", [true, false]),
        ("?state=undone", [false, false]),
        ("?state=taken&q=0", [false, true]),
    ] {
        let page = admin.get(&format!("/imports{query}")).await;
        assert_eq!(shown(&page.text), both, "{query}");
        assert_eq!(page.text.contains("没有这样的导入"), both == [false, false], "{query}");
    }
    for (order, rising) in [("", false), ("?order=at", true)] {
        let page = admin.get(&format!("/imports{order}")).await.text;
        assert_eq!(page.find(">divisions") < page.find(">01-roster"), rising, "{order}");
    }
}
