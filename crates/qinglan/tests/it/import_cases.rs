//! Files as offices keep them: what is read is right, and what isn't read is refused by name.

use desk::app::App;
use federation::{
    imports::{Answers, Context, Kind, Question, Source, Summary, Verdict, actions},
    units,
};
use ledger::db;
use tabular::Cell;

use crate::{
    sample::{CITY, import},
    support::{On, Place, file, reconciled},
};

/// Where the rosters are imported.
const UNIT: &str = "990101001";

/// A federation with the invented city and, if wanted, the eight people of a street.
pub(crate) async fn office(people: bool) -> (Place, App) {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    import(&app, units::import::KIND, CITY, &Answers::new()).await;
    if people {
        let taken = take(&app, federation::people::import::KIND, "base-roster.xlsx").await.unwrap().taken;
        assert_eq!(taken, 8);
    }
    (place, app)
}

pub(crate) async fn take(app: &App, kind: Kind, name: &str) -> Result<Summary, desk::error::AppError> {
    let source = Source::read(&file(&format!("fixtures/import-cases/{name}")), kind)?;
    take_source(app, kind, &source, &Answers::new()).await
}

/// Imports a text, as a file of this name.
pub(crate) async fn take_text(app: &App, kind: Kind, text: &str) -> Result<Summary, desk::error::AppError> {
    let source = Source::from_file("neighbour.csv", text.as_bytes().to_vec(), kind)?;
    take_source(app, kind, &source, &Answers::new()).await
}

pub(crate) async fn take_source(
    app: &App,
    kind: Kind,
    source: &Source,
    answers: &Answers,
) -> Result<Summary, desk::error::AppError> {
    let unit = if kind.is_tree() { None } else { Some(units::find_by_code_or_name(&app.db, UNIT).await?.id) };
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
    let shown = actions::preview(app, &app.operator(), kind, &context).await?;
    Ok(actions::confirm(app, &app.operator(), kind, &context, &shown).await?.1)
}

/// The table of a file, as the command line looks at it.
fn table(kind: Kind, name: &str) -> tabular::Table {
    table_of(kind, &Source::read(&file(&format!("fixtures/import-cases/{name}")), kind).unwrap())
}

pub(crate) fn table_of(kind: Kind, source: &Source) -> tabular::Table {
    let (answers, progress) = (Answers::new(), |_, _| ());
    let context = Context {
        source,
        unit: None,
        year: Some(2025),
        answers: &answers,
        from: None,
        today: chrono::NaiveDate::from_ymd_opt(2026, 11, 28).unwrap(),
        only: None,
        progress: &progress,
    };
    kind.table(&context).unwrap().unwrap()
}

/// The rows that are not taken, each with the codes of what is asked (`?`) or wrong.
pub(crate) fn verdicts(summary: &Summary) -> Vec<(usize, Vec<String>)> {
    let of = |verdict: &Verdict| match verdict {
        Verdict::Ask(question) => vec![format!("?{}", question.text.code)],
        Verdict::Refused(reasons) => reasons.iter().map(|reason| reason.code.clone()).collect(),
        Verdict::Repeated => vec!["repeated".to_owned()],
        Verdict::Take => Vec::new(),
    };
    summary.judged.iter().map(|judged| (tabular::row_in_sheet(judged.row), of(&judged.verdict))).collect()
}

/// The code of what a whole file is refused for.
pub(crate) fn code(refused: Result<Summary, desk::error::AppError>) -> String {
    match refused {
        Err(desk::error::AppError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

/// Unit and name of everybody, in order.
async fn posted(app: &App) -> Vec<(String, String)> {
    let sql = "select u.name, p.name from person p join posting o on o.person_id = p.id join unit u on u.id = o.unit_id \
               where p.void = false";
    let mut posted: Vec<(String, String)> = db::rows(&app.db, sql, vec![]).await.unwrap();
    posted.sort();
    posted
}

const STREET: &str = "上桥街道";
const LIU: &str = "刘家门社区居委会";
const NEW: &str = "长新社区居委会";

/// A case: the file or its text, who is in which unit afterwards, and which rows are not taken and why.
type Roster = (&'static str, &'static [(&'static str, &'static str)], &'static [(usize, &'static [&'static str])]);

const ROSTERS: &[Roster] = &[
    ("g02-department-heading.xlsx", &[(LIU, "梁见微"), (NEW, "苏沐言")], &[]),
    ("姓名,性别,部门\n梁见微,女,长新社区居委会\n苏沐言,女,宣传部\n", &[(NEW, "梁见微")], &[(3, &["?unit-not-here"])]),
    ("姓名,街道,社区\n梁见微,上桥街道,长新社区\n苏沐言,上桥街道,\n", &[(STREET, "苏沐言"), (NEW, "梁见微")], &[]),
    ("g03-unread-columns.xlsx", &[(STREET, "梁见微"), (STREET, "苏沐言")], &[]),
    ("g04-section-lines.xlsx", &[(LIU, "梁见微"), (LIU, "苏沐言"), (NEW, "宋昭宁"), (NEW, "许南枝")], &[]),
    // In the column of names, with a number; then a line that names no unit here.
    (
        "姓名,性别\n一、长新社区居委会,\n梁见微,女\n单位：某某社区,\n苏沐言,女\n",
        &[(NEW, "梁见微")],
        &[(4, &["line-unclear"]), (5, &["?unit-line-unknown"])],
    ),
    ("填报单位：长新社区居委会,\n姓名,性别\n梁见微,女\n", &[(NEW, "梁见微")], &[]),
    ("上桥街道长新社区青年名单,\n姓名,性别\n梁见微,女\n", &[], &[(3, &["?unit-in-title"])]),
    ("序号,姓名,工号\n1,柏若溪,A1\n2,柏若溪,A2\n", &[(STREET, "柏若溪"), (STREET, "柏若溪")], &[]),
    ("序号,姓名,科室\n1,柏若溪,甲\n2,柏若溪,乙\n", &[(STREET, "柏若溪")], &[(3, &["?roster-namesake"])]),
    ("序号,姓名,性别\n1,柏若溪,女\n2,柏若溪,女\n", &[(STREET, "柏若溪")], &[(3, &["repeated"])]),
    (
        "姓名,出生年月\n柏若溪,1991.02\n柏若溪,1999.08\n柏若溪,\n",
        &[(STREET, "柏若溪"), (STREET, "柏若溪")],
        &[(4, &["?roster-same-key"])],
    ),
    // The sheet of 2024 has two people more.
    ("g09-sheets-by-year.xlsx", &[(STREET, "宋昭宁"), (STREET, "梁见微"), (STREET, "苏沐言"), (STREET, "许南枝")], &[]),
    ("g10-formula-unsaved.xlsx", &[], &[(2, &["cell-uncalculated", "cell-uncalculated"]), (3, &["cell-uncalculated"])]),
    ("g20-name-and-office.xlsx", &[(STREET, "梁见微"), (STREET, "苏沐言")], &[]),
    (
        "g24-two-blocks.xlsx",
        &[
            (STREET, "叶清欢"),
            (STREET, "宋昭宁"),
            (STREET, "梁见微"),
            (STREET, "沈落雁"),
            (STREET, "苏沐言"),
            (STREET, "许南枝"),
        ],
        &[],
    ),
    ("g29-survey.xlsx", &[(STREET, "梁见微")], &[]),
    ("g30-footers.xlsx", &[(STREET, "梁见微"), (STREET, "苏沐言")], &[]),
    (
        "姓名,性别,单位\n梁见微,女,上桥街道\n,（盖章）,\n,,2025年5月8日\n以上人员均为正式在编人员,,\n",
        &[(STREET, "梁见微")],
        &[(5, &["line-unclear"])],
    ),
];

#[tokio::test]
async fn rosters_put_everybody_where_the_file_says_or_ask() {
    for (case, people, rows) in ROSTERS {
        let (_place, app) = office(false).await;
        let kind = federation::people::import::KIND;
        let summary =
            if case.contains('\n') { take_text(&app, kind, case).await } else { take(&app, kind, case).await };
        let summary = summary.unwrap_or_else(|fault| panic!("{case}: {fault}"));
        let rows: Vec<(usize, Vec<String>)> =
            rows.iter().map(|(row, codes)| (*row, codes.iter().map(ToString::to_string).collect())).collect();
        assert_eq!(verdicts(&summary), rows, "{case}");
        let mut people: Vec<(String, String)> =
            people.iter().map(|(unit, name)| ((*unit).to_owned(), (*name).to_owned())).collect();
        people.sort();
        assert_eq!(posted(&app).await, people, "{case}");
        reconciled(&app).await;
    }
}

#[tokio::test]
async fn what_is_not_read_is_named() {
    let roster = federation::people::import::KIND;
    assert_eq!(table(roster, "g03-unread-columns.xlsx").unread(), ["人员状态", "离开时间", "入党时间"]);
    assert_eq!(table(roster, "g20-name-and-office.xlsx").unread(), ["科室"]);
    assert_eq!(table(roster, "g29-survey.xlsx").unread(), ["提交答卷时间", "所用时间", "来自IP"]);
    assert_eq!(table(roster, "g25-hidden-rows.xlsx").hidden, [3, 5]);
    let activities = qinglan::features::activities::import::KIND;
    let across = "2025年5月学习,,,,\n姓名,单位,职务,5月8日,\n温以宁,上桥街道,干事,√,补\n";
    assert_eq!(table_of(activities, &text(activities, across)).unread(), ["职务", "单位", "E"]);
    assert_eq!(table(roster, "g30-footers.xlsx").left_out, [4, 5, 6, 7, 8, 9]);
}

#[tokio::test]
async fn files_that_are_something_else_are_named_for_what_they_are() {
    let (_place, app) = office(false).await;
    let roster = federation::people::import::KIND;
    assert_eq!(code(take(&app, roster, "g22-web-page.xls").await), "file-web-page");
    for (text, expected) in [
        ("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"x\"\n\n--x\n", "file-web-page"),
        ("<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>", "file-xml-2003"),
        ("%PDF-1.7 text", "file-pdf"),
        ("姓名,梁见微,性别,女\n出生年月,1993.03,单位,上桥街道\n", "table-is-form"),
        ("2024年名册,\n姓名,性别\n梁见微,女\n", "years-several"),
    ] {
        assert_eq!(code(take_text(&app, roster, text).await), expected, "{text}");
    }
    assert!(people(&app).await.is_empty());
}

/// Sessions with their times and lists, in order.
async fn sessions(app: &App) -> Vec<String> {
    let sql = "select a.title, a.occurred_on, a.time_from, a.time_to, p.name, t.status, t.reason from activity a \
               left join attendance t on t.activity_id = a.id left join person p on p.id = t.person_id \
               where a.state <> 'void'";
    type Line =
        (String, chrono::NaiveDate, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);
    let lines: Vec<Line> = db::rows(&app.db, sql, vec![]).await.unwrap();
    let mut sessions: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for (title, day, from, to, name, status, reason) in lines {
        let time = [from, to].into_iter().flatten().collect::<Vec<_>>().join("-");
        let session = sessions.entry(format!("{} {title} {time}", day.format("%m-%d"))).or_default();
        if let (Some(name), Some(status)) = (name, status) {
            session.push(format!("{name}:{status}{}", reason.map(|reason| format!("/{reason}")).unwrap_or_default()));
        }
    }
    let each = sessions.into_iter().map(|(session, mut people)| {
        people.sort();
        format!("{} {}", session.trim(), people.join(" ")).trim().to_owned()
    });
    each.collect()
}

/// A case: the file or its text, the sessions afterwards, and which rows are not taken and why.
type Register = (&'static str, &'static [&'static str], &'static [(usize, &'static [&'static str])]);

const HEAD: &str = "日期,时间,主题,类型,主办单位,参加人员\n";

const REGISTERS: &[Register] = &[
    ("g11-month-only.xlsx", &[], &[(2, &["date-no-day"]), (3, &["date-no-day"]), (4, &["date-no-day"])]),
    (
        "2025年第一季度,,甲,集中学习,,\n2025.3-2025.4,,乙,集中学习,,\n3月5日至7日,,丙,集中学习,,\n",
        &["03-05 丙"],
        &[(2, &["date-unreadable"]), (3, &["date-no-day"])],
    ),
    ("g12-list-headings.xlsx", &["05-08 甲 晏知秋:leave/private 温以宁:on_time 简书遥:absent 骆青梧:on_time"], &[]),
    (
        "g13-twice-a-day.xlsx",
        &[
            "05-08 周四学习 09:00-10:30 温以宁:on_time 骆青梧:on_time",
            "05-08 周四学习 15:00-16:30 温以宁:on_time 骆青梧:on_time",
        ],
        &[],
    ),
    (
        "2025.5.8,上午,甲,集中学习,,温以宁\n2025.5.8,下午,甲,集中学习,,温以宁\n2025.5.8,上午,甲,集中学习,,温以宁\n",
        &["05-08 甲 温以宁:on_time"],
        &[(3, &["?activity-same-key"]), (4, &["repeated"])],
    ),
    (
        "g14-times.xlsx",
        &["05-08 甲 09:00-11:00 温以宁:on_time", "05-09 乙 14:30 温以宁:on_time"],
        &[(4, &["?time-unreadable"])],
    ),
    (
        "2025.5.8,2:30 p.m.,甲,集中学习,,\n2025.5.9,2:30,乙,集中学习,,\n2025.5.12,下午2:30-4:00,丙,集中学习,,\n",
        &["05-08 甲 14:30", "05-12 丙 14:30-16:00"],
        &[(3, &["?time-at-night"])],
    ),
    (
        "g31-numbered-names.xlsx",
        &[
            "05-08 甲 晏知秋:on_time 温以宁:on_time 骆青梧:on_time",
            "05-09 乙 温以宁:on_time 骆青梧:on_time",
            "05-12 丙 晏知秋:on_time 温以宁:on_time 骆青梧:on_time",
            "05-13 丁 晏知秋:on_time 温以宁:on_time 骆青梧:on_time",
        ],
        &[],
    ),
    (
        "2025.5.8,,甲,集中学习,\"刘家门社区居委会、长新社区居委会\",\n2025.5.9,,乙,集中学习,上桥街道长新社区,\n",
        &["05-09 乙"],
        &[(2, &["?hosts-several"])],
    ),
];

#[tokio::test]
async fn registers_are_read_with_their_days_times_and_lists_or_asked() {
    for (case, expected, rows) in REGISTERS {
        let (_place, app) = office(true).await;
        let kind = qinglan::features::activities::import::KIND;
        let summary = if case.contains('\n') {
            take_text(&app, kind, &format!("{HEAD}{case}")).await
        } else {
            take(&app, kind, case).await
        };
        let summary = summary.unwrap_or_else(|fault| panic!("{case}: {fault}"));
        let rows: Vec<(usize, Vec<String>)> =
            rows.iter().map(|(row, codes)| (*row, codes.iter().map(ToString::to_string).collect())).collect();
        assert_eq!(verdicts(&summary), rows, "{case}");
        assert_eq!(sessions(&app).await, *expected, "{case}");
        reconciled(&app).await;
    }
}

#[tokio::test]
async fn lists_under_other_headings_are_read_or_asked() {
    let head = "日期,主题,类型,实到名单,缺席人员及原因,请假人员,外请名单\n";
    for (cells, expected, rows) in [
        ("温以宁,简书遥（事假）,,", vec!["05-08 甲 温以宁:on_time 简书遥:leave/private"], vec![]),
        ("温以宁,,骆青梧（缺席）,", vec![], vec![(2, vec!["list-contradicts".to_owned()])]),
        ("温以宁,,,骆青梧", vec![], vec![(2, vec!["?list-unknown".to_owned()])]),
    ] {
        let (_place, app) = office(true).await;
        let kind = qinglan::features::activities::import::KIND;
        let summary = take_text(&app, kind, &format!("{head}2025-05-08,甲,集中学习,{cells}\n")).await.unwrap();
        assert_eq!(verdicts(&summary), rows, "{cells}");
        assert_eq!(sessions(&app).await, expected, "{cells}");
    }
}

#[tokio::test]
async fn all_sheets_are_one_import() {
    let (_place, app) = office(true).await;
    let kind = qinglan::features::activities::import::KIND;
    let mut source = Source::read(&file("fixtures/import-cases/g21-sheet-per-month.xlsx"), kind).unwrap();
    source.layout.all_sheets = true;
    let summary = take_source(&app, kind, &source, &Answers::new()).await.unwrap();
    assert_eq!((summary.read, summary.taken, verdicts(&summary)), (3, 3, vec![]));
    let titles: Vec<String> = sessions(&app).await;
    assert!(
        titles
            .iter()
            .zip(["01-08 1月学习", "02-08 2月学习", "03-08 3月学习"])
            .all(|(one, other)| one.starts_with(other))
    );
}

/// Imports a file with what it lacks given by hand: type or platform.
pub(crate) async fn take_with(app: &App, kind: Kind, source: Source, given: &[(&str, &str)]) -> Summary {
    let given = given.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    let source = Source { layout: tabular::Layout { given, ..source.layout.clone() }, ..source };
    take_source(app, kind, &source, &Answers::new()).await.unwrap()
}

pub(crate) fn case(kind: Kind, name: &str) -> Source {
    Source::read(&file(&format!("fixtures/import-cases/{name}")), kind).unwrap()
}

pub(crate) fn text(kind: Kind, text: &str) -> Source {
    Source::from_file("neighbour.csv", text.as_bytes().to_vec(), kind).unwrap()
}

#[tokio::test]
async fn attendance_sheets_become_sessions() {
    let kind = qinglan::features::activities::import::KIND;
    let study = [("type", "集中学习")];
    let title = "上桥街道小组2025年5月学习";
    let cases: Vec<(Source, Vec<String>, Vec<(usize, Vec<&str>)>)> = vec![
        (
            case(kind, "g26-attendance-cross-tab.xlsx"),
            vec![
                format!("05-08 {title} 晏知秋:absent 温以宁:on_time 简书遥:on_time 骆青梧:on_time"),
                format!("05-15 {title} 晏知秋:on_time 温以宁:on_time 简书遥:on_time 骆青梧:leave/private"),
                format!("05-22 {title} 晏知秋:on_time 温以宁:on_time 简书遥:late 骆青梧:on_time"),
            ],
            vec![],
        ),
        // A header of two rows, and a legend that gives a circle its meaning.
        (
            text(kind, "2025年考勤,,\n姓名,5月8日,5月15日\n,读书,党课\n温以宁,○,√\n骆青梧,√,△\n√出勤 ○请假 △病假,,\n"),
            vec![
                "05-08 读书 温以宁:leave 骆青梧:on_time".to_owned(),
                "05-15 党课 温以宁:on_time 骆青梧:leave/ill".to_owned(),
            ],
            vec![],
        ),
        // Nobody knows what a mark without a legend says, or why a cell is blank.
        (
            text(kind, "2025年学习考勤,,,\n姓名,5月8日,5月15日,5月22日\n温以宁,△,√,√\n骆青梧,√,,×\n"),
            vec!["05-22 2025年学习 温以宁:on_time 骆青梧:absent".to_owned()],
            vec![(2, vec!["marks-unknown"]), (2, vec!["?marks-blank"])],
        ),
        // Marks behind their words, a unit column and one without a heading, a line of the person who keeps the list.
        (
            text(
                kind,
                "2025年5月学习考勤表,,,\n姓名,单位,5月8日,\n温以宁,上桥街道,√,补\n骆青梧,上桥街道,△,\n记录人：简书遥,,,\n出勤√ 事假△ 旷课×,,,\n",
            ),
            vec!["05-08 2025年5月学习 温以宁:on_time 骆青梧:leave/private".to_owned()],
            vec![],
        ),
        // Nobody knows which of two rows of a name holds, nor what a denied word means.
        (text(kind, "2025年5月学习,\n姓名,5月8日\n温以宁,√\n温以宁,×\n"), vec![], vec![(2, vec!["names-on-two-rows"])]),
        (text(kind, "2025年5月学习,\n姓名,5月8日\n温以宁,未能出席\n"), vec![], vec![(2, vec!["marks-unknown"])]),
        // A heading over all days names no session.
        (
            text(kind, "2025年5月学习,,\n姓名,出勤情况,\n,5月8日,5月15日\n温以宁,√,√\n"),
            vec!["05-08 2025年5月学习 温以宁:on_time".to_owned(), "05-15 2025年5月学习 温以宁:on_time".to_owned()],
            vec![],
        ),
        // The month above its days, in the row of the names or above that, the days with a word or without.
        (
            text(kind, "2025年学习考勤,,,\n姓名,3月,,4月\n,5日,12日,2日\n温以宁,√,√,×\n"),
            vec![
                "03-05 2025年学习 温以宁:on_time".to_owned(),
                "03-12 2025年学习 温以宁:on_time".to_owned(),
                "04-02 2025年学习 温以宁:absent".to_owned(),
            ],
            vec![],
        ),
        (
            text(kind, "2025年学习考勤,,\n,三月,\n姓名,5,12\n,读书,党课\n温以宁,√,×\n"),
            vec!["03-05 读书 温以宁:on_time".to_owned(), "03-12 党课 温以宁:absent".to_owned()],
            vec![],
        ),
        // A number to a month may be an amount; 2 behind 26 belongs to a month that isn't written; no April has 31 days.
        (
            text(kind, "2025年学习考勤,,\n姓名,3月,4月\n,5,2\n温以宁,1,1\n"),
            vec![],
            vec![(3, vec!["date-unreadable"]), (3, vec!["date-unreadable"])],
        ),
        (
            text(kind, "2025年学习考勤,,\n姓名,3月,\n,26日,2日\n温以宁,√,√\n"),
            vec!["03-26 2025年学习 温以宁:on_time".to_owned()],
            vec![(3, vec!["date-unreadable"])],
        ),
        (
            text(kind, "2025年学习考勤,,,\n姓名,5.8,5.15日,5-22,4.31\n温以宁,√,×,√,√\n"),
            vec![
                "05-08 2025年学习 温以宁:on_time".to_owned(),
                "05-15 2025年学习 温以宁:absent".to_owned(),
                "05-22 2025年学习 温以宁:on_time".to_owned(),
            ],
            vec![(2, vec!["date-no-such-day"])],
        ),
        (
            case(kind, "g27-sign-in-sheet.xlsx"),
            vec!["05-08 五月学习 晏知秋:on_time 温以宁:on_time 简书遥:leave/private 骆青梧:on_time".to_owned()],
            vec![],
        ),
        (
            text(
                kind,
                "五月学习签到表,,\n时间：2025年5月8日14:30,地点：会议室,\n姓名,签到,备注\n温以宁,√,\n骆青梧,√,事假\n",
            ),
            vec![],
            vec![(3, vec!["marks-unknown"])],
        ),
    ];
    for (source, expected, rows) in cases {
        let (_place, app) = office(true).await;
        let name = format!("{} {:?}", source.name, source.sheets.first().map(|sheet| &sheet.name));
        let summary = take_with(&app, kind, source, &study).await;
        let rows: Vec<(usize, Vec<String>)> =
            rows.iter().map(|(row, codes)| (*row, codes.iter().map(ToString::to_string).collect())).collect();
        assert_eq!(verdicts(&summary), rows, "{name}");
        assert_eq!(sessions(&app).await, expected, "{name}");
        reconciled(&app).await;
    }
}

#[tokio::test]
async fn the_type_of_an_attendance_sheet_is_asked_and_a_session_of_the_day_too() {
    let (_place, app) = office(true).await;
    let kind = qinglan::features::activities::import::KIND;
    let summary = take(&app, kind, "g26-attendance-cross-tab.xlsx").await.unwrap();
    let questions: Vec<&Question> = summary.questions().map(|(_, question)| question).collect();
    assert_eq!((summary.taken, questions.len()), (0, 3));
    assert!(questions.iter().all(|other| *other == questions[0]), "one answer serves for all");
    take_text(&app, kind, "日期,主题,类型\n2025-05-08,读书,集中学习\n").await.unwrap();
    let source = case(kind, "g26-attendance-cross-tab.xlsx");
    let summary = take_with(&app, kind, source, &[("type", "集中学习")]).await;
    assert_eq!((summary.taken, verdicts(&summary)), (2, vec![(2, vec!["?activity-on-day".to_owned()])]));
}

#[tokio::test]
async fn a_day_whose_nought_may_be_lost_is_asked() {
    let kind = qinglan::features::activities::import::KIND;
    let cells = |cells: [Cell; 4]| cells.to_vec();
    let mark = || Cell::from_text("√");
    let title = vec![Cell::from_text("2025年学习考勤")];
    let header = cells([Cell::from_text("姓名"), Cell::Number(4.25), Cell::Number(5.1), Cell::from_text("5.1")]);
    let rows = vec![title, header, cells([Cell::from_text("温以宁"), mark(), mark(), Cell::from_text("×")])];
    let sheets = vec![tabular::Sheet { name: "考勤".to_owned(), rows, ..tabular::Sheet::default() }];
    let workbook = Source { name: "考勤.xlsx".to_owned(), sheets, ..Source::default() };
    let layout =
        tabular::Layout { given: vec![("type".to_owned(), "集中学习".to_owned())], ..workbook.layout.clone() };
    let workbook = Source { layout, ..workbook };
    let (_place, app) = office(true).await;
    let asked = take_source(&app, kind, &workbook, &Answers::new()).await.unwrap();
    // What is a text stands as it was typed.
    let said = ["04-25 2025年学习 温以宁:on_time", "05-01 2025年学习 温以宁:absent"];
    assert_eq!(
        (verdicts(&asked), sessions(&app).await),
        (vec![(2, vec!["?heading-day-which".to_owned()])], said.map(str::to_owned).to_vec())
    );
    let (row, question) = asked.questions().map(|(judged, question)| (judged.row, question.clone())).next().unwrap();
    let days: Vec<String> =
        question.choices.iter().flat_map(|choice| choice.args.iter().map(|(_, day)| day.clone())).collect();
    assert_eq!(days, ["2025-05-01", "2025-05-10"]);
    // A session of the day that was chosen is there already: it is looked for on both days.
    take_text(&app, kind, "日期,主题,类型\n2025-05-10,读书,集中学习\n").await.unwrap();
    let tenth = Answers::from([(row, vec![1])]);
    let there = take_source(&app, kind, &workbook, &tenth).await.unwrap();
    assert_eq!(
        there.questions().map(|(_, question)| question.text.code.as_str()).collect::<Vec<_>>(),
        ["activity-on-day"]
    );
    let another = Answers::from([(row, vec![1, 1])]);
    assert_eq!(take_source(&app, kind, &workbook, &another).await.unwrap().taken, 1);
    assert_eq!(sessions(&app).await[2..], ["05-10 2025年学习 温以宁:on_time", "05-10 读书"]);
    reconciled(&app).await;
    // In a text file nobody knows whether it was a number; without a year there is no day to ask about.
    let (_place, app) = office(true).await;
    let csv = |title: &str| format!("{title},\n姓名,5.2\n温以宁,√\n");
    let summary = take_text(&app, kind, &csv("2025年学习考勤")).await.unwrap();
    assert_eq!(verdicts(&summary), [(2, vec!["?heading-day-which".to_owned()])]);
    let summary = take_text(&app, kind, &csv("2024年学习考勤")).await.unwrap();
    assert_eq!(verdicts(&summary), [(2, vec!["years-disagree".to_owned()])]);
}

#[tokio::test]
async fn points_with_months_across_are_results() {
    let (_place, app) = office(true).await;
    let kind = qinglan::features::external::import::KIND;
    let asked = take(&app, kind, "g28-months-across.xlsx").await.unwrap();
    assert_eq!((asked.read, asked.taken), (5, 0));
    assert!(asked.questions().all(|(_, question)| question.text.code == "external-platform-of-title"));
    assert_eq!(asked.questions().next().unwrap().1.choices.len(), 1, "the title names one");
    let summary = take_with(&app, kind, case(kind, "g28-months-across.xlsx"), &[("platform", "学习强国")]).await;
    assert_eq!((summary.taken, verdicts(&summary)), (5, vec![]));
    let sql = "select p.name, e.month, e.points from external_result e join person p on p.id = e.person_id";
    let mut results: Vec<(String, i64, Option<i64>)> = db::rows(&app.db, sql, vec![]).await.unwrap();
    results.sort();
    let of = |name: &str, month, points| (name.to_owned(), month, Some(points));
    assert_eq!(
        results,
        [
            of("温以宁", 202_501, 1010),
            of("温以宁", 202_502, 1120),
            of("温以宁", 202_503, 1230),
            of("骆青梧", 202_501, 900),
            of("骆青梧", 202_502, 0),
        ]
    );
    // Without a word for what is counted nothing is made of the columns.
    let odd = text(kind, "2025年情况,,\n姓名,1月,2月\n温以宁,3,4\n");
    assert_eq!(code(take_source(&app, kind, &odd, &Answers::new()).await), "table-no-header");
}

#[tokio::test]
async fn trees_in_other_words_and_layouts() {
    let (_place, app) = office(false).await;
    let kind = units::import::KIND;
    let summary = take(&app, kind, "g19-tree-level-words.xlsx").await.unwrap();
    assert_eq!((summary.taken, verdicts(&summary)), (4, vec![]));
    let odd = take_text(&app, kind, "代码,名称,层级,上级代码\n7701,云栖市,星系,\n").await.unwrap();
    assert_eq!(verdicts(&odd), [(2, vec!["level-unknown".to_owned()])]);
}

/// The codes of the refused rows, by row.
fn refused(summary: &Summary) -> Vec<(usize, Vec<String>)> {
    let rows = summary.refused();
    rows.iter().map(|(row, why)| (*row, why.iter().map(|refusal| refusal.code.clone()).collect())).collect()
}

/// Name and month of birth of everybody, in the order of names.
async fn people(app: &App) -> Vec<(String, Option<i64>)> {
    db::rows(&app.db, "select name, birth_month from person where void = false order by name", vec![]).await.unwrap()
}

#[tokio::test]
async fn rosters_with_odd_names_dates_and_guards_are_read_or_refused_by_name() {
    type Case = (&'static str, Vec<(&'static str, Option<i64>)>, Vec<(usize, &'static str)>);
    let cases: [Case; 3] = [
        (
            "g06-name-marks.xlsx",
            vec![("梁见微", Some(199_303)), ("苏沐言", Some(199_404))],
            vec![(4, "name-of-two"), (5, "name-of-nobody"), (6, "name-of-nobody")],
        ),
        ("g07-birth-ahead.xlsx", vec![], vec![(2, "birth-ahead"), (3, "birth-too-young")]),
        ("g16-text-guards.csv", vec![("梁见微", Some(199_303)), ("苏沐言", Some(199_404))], vec![]),
    ];
    for (name, taken, codes) in cases {
        let place = Place::new(On::Sqlite).await;
        let app = place.open().await;
        import(&app, units::import::KIND, CITY, &Answers::new()).await;
        let summary = take(&app, federation::people::import::KIND, name).await.unwrap();
        let codes: Vec<(usize, Vec<String>)> =
            codes.iter().map(|(row, code)| (*row, vec![(*code).to_owned()])).collect();
        assert_eq!(refused(&summary), codes, "{name}");
        let mut found = people(&app).await;
        let mut taken: Vec<(String, Option<i64>)> =
            taken.into_iter().map(|(person, birth)| (person.to_owned(), birth)).collect();
        found.sort();
        taken.sort();
        assert_eq!(found, taken, "{name}");
    }
}

#[tokio::test]
async fn a_quotation_mark_that_is_not_closed_swallows_no_rows() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    import(&app, units::import::KIND, CITY, &Answers::new()).await;
    let refused = take(&app, federation::people::import::KIND, "g15-open-quote.csv").await.unwrap_err();
    let desk::error::AppError::Refused(refusal) = refused else { panic!("{refused}") };
    assert_eq!(refusal.code, "file-open-quote");
    assert!(refusal.args.contains(&("line".to_owned(), "2".to_owned())), "{refusal}");
    assert!(people(&app).await.is_empty());
}

#[tokio::test]
async fn a_tree_as_text_may_have_chinese_headings() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    let summary = take(&app, units::import::KIND, "g17-tree-chinese.csv").await.unwrap();
    assert_eq!((summary.taken, refused(&summary)), (2, vec![]));
}

#[tokio::test]
async fn an_error_written_as_text_is_refused_like_that_of_a_formula() {
    let kind = units::import::KIND;
    for (text, expected) in [
        // With codes, of which two are the same error; without codes; as tabs in a sheet.
        (
            "代码,名称,层级,上级代码\n7701,#REF!,city,\n#N/A,听澜区,district,\n#N/A,听澜区,district,\n7704,云栖市,city,\n",
            vec![(2, vec!["cell-error"]), (3, vec!["cell-error"]), (4, vec!["cell-error"])],
        ),
        ("代码,名称,层级,上级代码\n7701,云栖市,#VALUE!,#NAME?\n7702,云渡市,city,\n", vec![(2, vec!["cell-error"; 2])]),
        (
            "市,区县,街道,社区\n云栖市,听澜区,渡口街道,#REF!\n云栖市,听澜区,渡口街道,石桥社区\n",
            vec![(2, vec!["nested-no-text"])],
        ),
    ] {
        let (_place, app) = office(false).await;
        let summary = take_text(&app, kind, text).await.unwrap();
        let expected: Vec<(usize, Vec<String>)> =
            expected.into_iter().map(|(row, codes)| (row, codes.into_iter().map(str::to_owned).collect())).collect();
        assert_eq!(verdicts(&summary), expected, "{text}");
        reconciled(&app).await;
    }
    let (_place, app) = office(false).await;
    let roster = "姓名\t单位\t出生年月\n#N/A\t上桥街道\t1993.3\n温以宁\t#REF!\t1993.4\n骆青梧\t上桥街道\t1993.5\n";
    let summary = take_text(&app, federation::people::import::KIND, roster).await.unwrap();
    let codes = |row| (row, vec!["cell-error".to_owned()]);
    assert_eq!((summary.taken, refused(&summary)), (1, vec![codes(2), codes(3)]));
}

#[tokio::test]
async fn a_merged_cell_holds_for_every_row_that_it_covers() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    import(&app, units::import::KIND, CITY, &Answers::new()).await;
    let summary = take(&app, federation::people::import::KIND, "g01-unit-merged-down.xlsx").await.unwrap();
    assert_eq!((summary.taken, refused(&summary)), (6, vec![]));
    let sql =
        "select u.name, p.name from person p join posting o on o.person_id = p.id join unit u on u.id = o.unit_id";
    let mut posted: Vec<(String, String)> = db::rows(&app.db, sql, vec![]).await.unwrap();
    posted.sort();
    let of = |unit: &str| -> Vec<&str> {
        posted.iter().filter(|(name, _)| name == unit).map(|(_, person)| person.as_str()).collect()
    };
    let sorted = |mut names: Vec<&'static str>| {
        names.sort_unstable();
        names
    };
    assert_eq!(of("刘家门社区居委会"), sorted(vec!["梁见微", "苏沐言", "宋昭宁"]));
    assert_eq!(of("长新社区居委会"), sorted(vec!["许南枝", "叶清欢", "沈落雁"]));
}
