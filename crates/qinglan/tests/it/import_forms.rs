//! Minutes of sessions as forms: each becomes a session, several files at once; what is no such form is refused.

use axum::http::StatusCode;
use desk::{actor::Role, app::App};
use federation::{
    imports::{Answers, Context, Kind, Source, Summary, Verdict, actions},
    units,
};
use ledger::db;

use crate::{
    browser::{Browser, account},
    sample::{CITY, import},
    support::{On, Place, file, reconciled},
};

const UNIT: &str = "990101001";

/// The invented city and the eight people of a street.
async fn office() -> (Place, App) {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    import(&app, units::import::KIND, CITY, &Answers::new()).await;
    let roster =
        Source::read(&file("fixtures/import-cases/base-roster.xlsx"), federation::people::import::KIND).unwrap();
    let taken = take(&app, federation::people::import::KIND, &roster, &Answers::new()).await;
    assert_eq!(taken.taken, 8);
    (place, app)
}

async fn judged(app: &App, kind: Kind, source: &Source, answers: &Answers) -> Result<Summary, String> {
    let unit = Some(units::find_by_code_or_name(&app.db, UNIT).await.unwrap().id);
    let progress = |_, _| ();
    let context = Context {
        source,
        unit,
        year: Some(2025),
        answers,
        from: None,
        today: app.today(),
        only: None,
        progress: &progress,
    };
    match actions::preview(app, &app.operator(), kind, &context).await {
        Ok(shown) => Ok(actions::confirm(app, &app.operator(), kind, &context, &shown).await.unwrap().1),
        Err(desk::error::AppError::Refused(refusal)) => Err(refusal.code),
        Err(fault) => panic!("{fault}"),
    }
}

async fn take(app: &App, kind: Kind, source: &Source, answers: &Answers) -> Summary {
    judged(app, kind, source, answers).await.unwrap()
}

fn sessions_of(files: &[(&str, &str)]) -> Source {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    Source::from_files_until(files, qinglan::features::activities::import::KIND, &|| false).unwrap()
}

fn codes(summary: &Summary) -> Vec<String> {
    let of = |verdict: &Verdict| match verdict {
        Verdict::Ask(question) => format!("?{}", question.text.code),
        // The first reason names the sheet where there are several.
        Verdict::Refused(reasons) => reasons.last().map(|reason| reason.code.clone()).unwrap_or_default(),
        other => format!("{other:?}"),
    };
    summary.judged.iter().map(|judged| of(&judged.verdict)).collect()
}

/// Day, times, title, place, chair, recorder and minutes of each session, with its people.
async fn sessions(app: &App) -> Vec<String> {
    type Line = (i64, String, chrono::NaiveDate, Option<String>, Option<String>, Option<String>, Option<String>);
    let sql = "select a.id, a.title, a.occurred_on, a.time_from, a.place, a.chair, a.minutes from activity a where a.state <> 'void'";
    let lines: Vec<Line> = db::rows(&app.db, sql, vec![]).await.unwrap();
    let mut all = Vec::new();
    for (id, title, day, from, place, chair, minutes) in lines {
        let sql =
            "select p.name, t.status from attendance t join person p on p.id = t.person_id where t.activity_id = $1";
        let mut people: Vec<(String, String)> = db::rows(&app.db, sql, vec![id.into()]).await.unwrap();
        people.sort();
        let people: Vec<String> = people.into_iter().map(|(name, status)| format!("{name}:{status}")).collect();
        let texts = [from, place, chair, minutes].map(|text| text.unwrap_or_else(|| "-".to_owned()).replace('\n', "/"));
        all.push(format!("{} {title} {} {}", day.format("%m-%d"), texts.join(" "), people.join(" ")));
    }
    all.sort();
    all
}

fn text(name: &str) -> String {
    std::fs::read_to_string(file(&format!("fixtures/import-cases/{name}"))).unwrap()
}

const BESIDE: &str = "05-08 学习《条例》 14:30 三楼会议室 骆青梧 一、集体学习《条例》。/二、交流体会。 \
    晏知秋:on_time 温以宁:on_time 简书遥:leave 骆青梧:on_time";
const BELOW: &str = "06-05 读书分享：《乡土中国》 09:00 会议室 温以宁 各人谈一章。 温以宁:on_time 骆青梧:on_time";

#[tokio::test]
async fn each_form_of_several_files_is_a_session() {
    let (_place, app) = office().await;
    let kind = qinglan::features::activities::import::KIND;
    let (beside, below) = (text("minutes-beside.csv"), text("minutes-below.csv"));
    let source = sessions_of(&[("五月.csv", &beside), ("六月.csv", &below), ("通知.csv", "各单位：\n请报材料\n")]);
    // The type is asked: one form says none, the other one that isn't known.
    let asked = take(&app, kind, &source, &Answers::new()).await;
    assert_eq!((asked.read, asked.taken, codes(&asked)), (2, 0, vec!["?type-not-said".into(), "?type-which".into()]));
    assert!(asked.judged[0].label.starts_with("五月 · "), "{:?}", asked.judged);
    let answers: Answers = asked.judged.iter().map(|judged| (judged.row, vec![0])).collect();
    let progress = |_, _| ();
    let context = Context {
        source: &source,
        unit: None,
        year: Some(2025),
        answers: &answers,
        from: None,
        today: app.today(),
        only: None,
        progress: &progress,
    };
    let table = kind.table(&context).unwrap().unwrap();
    assert_eq!((table.unread(), table.other_sheets), (vec!["天气".to_owned()], vec!["通知".to_owned()]));
    let taken = take(&app, kind, &source, &answers).await;
    assert_eq!((taken.taken, codes(&taken)), (2, Vec::<String>::new()));
    assert_eq!(sessions(&app).await, [BESIDE, BELOW]);
    // A second time they are there already.
    let again = take(&app, kind, &source, &answers).await;
    assert_eq!((again.taken, again.repeated), (0, 2));
    reconciled(&app).await;
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A table of a Word document: rows of cells, each with the columns that it covers.
fn word_table(rows: &[&[(&str, usize)]]) -> String {
    let cell = |(text, span): &(&str, usize)| {
        let merge = if *text == "会议内容" { r#"<w:vMerge w:val="restart"/>"# } else { "" };
        let merge = if text.is_empty() { "<w:vMerge/>" } else { merge };
        let lines: String = text.split('/').map(paragraph).collect();
        format!(r#"<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{merge}</w:tcPr>{lines}</w:tc>"#)
    };
    let rows = rows.iter().map(|cells| format!("<w:tr>{}</w:tr>", cells.iter().map(cell).collect::<String>()));
    format!("<w:tbl>{}</w:tbl>", rows.collect::<String>())
}

fn word(body: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let document = format!(r#"<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>"#);
    std::io::Write::write_all(&mut archive, document.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}

/// The form of [`BESIDE`], as a table.
fn word_beside() -> String {
    let table = word_table(&[
        &[("会议名称", 1), ("学习《条例》", 3)],
        &[("时　间", 1), ("2025年5月8日/14:30-16:00", 1), ("地　点", 1), ("三楼会议室", 1)],
        &[("主持人", 1), ("骆青梧", 1), ("记录人", 1), ("晏知秋", 1)],
        &[("参加人员", 1), ("温以宁、骆青梧、/晏知秋", 3)],
        &[("缺席人员", 1), ("简书遥（出差）", 3)],
        &[("会议内容", 1), ("一、集体学习《条例》。", 3)],
        &[("", 1), ("二、交流体会。", 3)],
    ]);
    paragraph("上桥街道青年理论学习小组会议记录") + &table
}

/// The form of [`BELOW`], in paragraphs.
fn word_below() -> String {
    let lines = [
        "会 议 记 录",
        "会议时间：2025年6月5日 9:00    会议地点：会议室",
        "会议主题：读书分享：《乡土中国》",
        "主持人：温以宁",
        "参加人员：温以宁、骆青梧",
        "缺席人员：无",
        "会议内容：",
        "各人谈一章。",
    ];
    lines.map(paragraph).concat()
}

fn words_of(files: &[(&str, Vec<u8>)]) -> Result<Source, desk::error::AppError> {
    let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect();
    Source::from_files_until(files, qinglan::features::activities::import::KIND, &|| false)
}

#[tokio::test]
async fn forms_in_word_files_are_sessions() {
    let kind = qinglan::features::activities::import::KIND;
    let two_files = words_of(&[("五月.docx", word(&word_beside())), ("六月.docx", word(&word_below()))]).unwrap();
    // A second table is a session of its own.
    let june = word_table(&[
        &[("会议时间", 1), ("2025年6月5日 9:00", 1), ("会议地点", 1), ("会议室", 1)],
        &[("会议主题", 1), ("读书分享：《乡土中国》", 1), ("主持人", 1), ("温以宁", 1)],
        &[("参加人员/（签名）", 1), ("温以宁、骆青梧", 3)],
        &[("会议内容：/各人谈一章。", 4)],
    ]);
    let both = word_beside() + &paragraph("六月会议记录") + &june;
    let one_file = words_of(&[("两场.docx", word(&both))]).unwrap();
    for source in [two_files, one_file] {
        let (_place, app) = office().await;
        let asked = take(&app, kind, &source, &Answers::new()).await;
        assert_eq!(codes(&asked), ["?type-not-said", "?type-not-said"], "{asked:?}");
        let answers: Answers = asked.judged.iter().map(|judged| (judged.row, vec![0])).collect();
        let taken = take(&app, kind, &source, &answers).await;
        assert_eq!((taken.taken, codes(&taken)), (2, Vec::<String>::new()));
        assert_eq!(sessions(&app).await, [BESIDE, BELOW]);
        reconciled(&app).await;
    }
}

#[tokio::test]
async fn what_is_no_form_in_word_is_refused_by_name() {
    let kind = qinglan::features::activities::import::KIND;
    let code = |bytes: &[u8]| match words_of(&[("一.docx", bytes.to_vec())]) {
        Err(desk::error::AppError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(&word(&paragraph("关于开展学习的通知"))), "file-word-no-table");
    assert_eq!(code(b"{\\rtf1 text}"), "file-old-word");
    let (_place, app) = office().await;
    // Two sessions in paragraphs: nothing of the second is put into the first.
    let twice = words_of(&[("一.docx", word(&(word_below() + &word_below().replace("6月5日", "6月6日"))))]).unwrap();
    assert_eq!(codes(&take(&app, kind, &twice, &Answers::new()).await), ["form-of-two"]);
    // Labels between two tables belong to neither, and are named.
    let time = |day: &str| {
        word_table(&[&[("时间", 1), (day, 1)], &[("主题", 1), ("学党章", 1)], &[("形式", 1), ("集中学习", 1)]])
    };
    let between = time("2025年5月8日") + &paragraph("主持人：温以宁") + &time("2025年5月9日");
    let source = words_of(&[("一.docx", word(&between))]).unwrap();
    let progress = |_, _| ();
    let answers = Answers::new();
    let context = Context {
        source: &source,
        unit: None,
        year: None,
        answers: &answers,
        from: None,
        today: app.today(),
        only: None,
        progress: &progress,
    };
    let table = kind.table(&context).unwrap().unwrap();
    assert_eq!((table.rows.len(), table.other_sheets), (2, vec!["表1与表2之间".to_owned()]));
    // Rosters may be tables of Word too.
    let roster = word_table(&[&[("姓名", 1), ("单位", 1)], &[("顾南乔", 1), ("上桥街道", 1)]]);
    let source = Source::from_file("名单.docx", word(&roster), federation::people::import::KIND).unwrap();
    assert_eq!(take(&app, federation::people::import::KIND, &source, &Answers::new()).await.taken, 1);
    reconciled(&app).await;
}

#[tokio::test]
async fn forms_are_read_or_refused_for_what_they_are() {
    let kind = qinglan::features::activities::import::KIND;
    let cases: Vec<(&str, Result<Vec<&str>, &str>)> = vec![
        // All in single cells; a title that says only what form it is, so that the topic names the session.
        (
            "会议记录,\n时间：2025年5月8日14:30　地点：会议室,\n会议议程：学党章,\n参加人员：温以宁、骆青梧,\n形式：集中学习,\n",
            Ok(vec![]),
        ),
        ("会议记录,\n时间,2025年5月\n主题,学党章\n参加人员,温以宁\n形式,集中学习\n", Ok(vec!["date-no-day"])),
        ("会议记录,\n时间,2025年5月8日\n主题,\n参加人员,温以宁\n形式,集中学习\n", Ok(vec!["activity-without-title"])),
        (
            "会议记录,\n时间,2025年5月8日\n主题,学党章\n参加人员,温以宁、王大锤\n形式,集中学习\n",
            Ok(vec!["?names-unknown"]),
        ),
        (
            "时间：2025年5月8日,\n主题：学党章,\n形式：集中学习,\n时间：2025年5月9日,\n主题：学条例,\n",
            Ok(vec!["form-of-two"]),
        ),
        // A form about a person, a letter, and a list with labels above it.
        ("姓名,梁见微,性别,女\n时间,2025.5.8,地点,会议室\n主题,学党章,参加人员,温以宁\n", Err("table-no-header")),
        ("时间,2025年5月8日\n物品,矿泉水\n数量,12\n", Err("table-no-header")),
    ];
    for (text, expected) in cases {
        let (_place, app) = office().await;
        let result = judged(&app, kind, &sessions_of(&[("一.csv", text)]), &Answers::new()).await;
        let result = result.map(|summary| codes(&summary));
        let expected = expected.map(|codes| codes.into_iter().map(str::to_owned).collect()).map_err(str::to_owned);
        assert_eq!(result, expected, "{text}");
    }
}

#[tokio::test]
async fn several_files_are_uploaded_at_once() {
    let (_place, app) = office().await;
    let unit = units::find_by_code_or_name(&app.db, UNIT).await.unwrap().id;
    account(&app, "secretary", Some((Role::Secretary, Some(unit), None)), None).await;
    let mut browser = Browser::signed_in(&app, "secretary").await;
    let (beside, below) = (text("minutes-beside.csv"), text("minutes-below.csv"));
    let of_unit = unit.to_string();
    let fields = [("kind", "activities"), ("unit_id", of_unit.as_str()), ("year", "2025")];
    let files = [("file", "五月.csv", beside.as_bytes()), ("file", "六月.csv", below.as_bytes())];
    let sent = browser.upload_all("/imports/work", &fields, &files).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let shown = browser.get(sent.location.as_deref().unwrap()).await;
    for told in ["五月.csv (+1)", "五月 · 学习《条例》", "六月 · 读书分享：《乡土中国》", "天气"]
    {
        assert!(shown.text.contains(told), "{told}: {}", shown.text);
    }
    let word_files =
        [("file", "五月.docx", &word(&word_beside())[..]), ("file", "六月.docx", &word(&word_below())[..])];
    let sent = browser.upload_all("/imports/work", &fields, &word_files).await;
    let shown = browser.get(sent.location.as_deref().unwrap()).await;
    for told in ["五月.docx (+1)", "五月 · 学习《条例》", "六月 · 读书分享：《乡土中国》"] {
        assert!(shown.text.contains(told), "{told}: {}", shown.text);
    }
    // A tree is one file; an unreadable one refuses all, by its name.
    let bad = [("file", "五月.csv", beside.as_bytes()), ("file", "六月.pdf", &b"%PDF-1.7"[..])];
    let refused = browser.upload_all("/imports/work", &fields, &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("六月.pdf"), "{}", refused.text);
}

#[test]
fn several_files_are_bounded_together() {
    let kind = qinglan::features::activities::import::KIND;
    let refused = |files: Vec<(String, Vec<u8>)>| match Source::from_files_until(files, kind, &|| false) {
        Err(desk::error::AppError::Refused(refusal)) => Err(refusal.code),
        Err(fault) => panic!("{fault}"),
        Ok(source) => Ok(source.sheets.len()),
    };
    let small = |count: usize| (0..count).map(|at| (format!("{at}.csv"), "日期,主题\n".as_bytes().to_vec())).collect();
    assert_eq!(refused(small(60)), Ok(60));
    assert_eq!(refused(small(61)), Err("files-too-many".to_owned()));
    // Cells of one letter take many times what they take in the file: each of the two can be read, both together can't.
    let line = vec!["a"; 1000].join(",") + "\n";
    let full = || line.repeat(1450).into_bytes();
    let head = || "日期,主题\n".as_bytes().to_vec();
    assert_eq!(refused(vec![("一.csv".to_owned(), full()), ("二.csv".to_owned(), head())]), Ok(2));
    let both = refused(vec![("一.csv".to_owned(), full()), ("二.csv".to_owned(), full())]);
    assert_eq!(both, Err("file-too-full".to_owned()));
}

#[test]
fn a_table_is_looked_for_anew_with_other_columns() {
    let kind = federation::people::import::KIND;
    let source = Source::from_file("名单.csv", "姓名,工号\n梁见微,Q7\n".as_bytes().to_vec(), kind).unwrap();
    let column = |key, names| tabular::Column { key, names, required: true };
    // At the same place in memory.
    let mut columns = vec![column("name", &["姓名"])];
    assert_eq!(source.table(&columns).unwrap().rows[0].text("name").as_deref(), Some("梁见微"));
    columns[0] = column("number", &["工号"]);
    assert_eq!(source.table(&columns).unwrap().rows[0].text("number").as_deref(), Some("Q7"));
}
