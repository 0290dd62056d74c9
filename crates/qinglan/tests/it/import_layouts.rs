//! Rosters with numbers of people, points with platforms across, lists of online classes, and trees without codes.

use desk::app::App;
use federation::{
    imports::{Answers, Kind, Source, Summary, actions},
    people, units,
};
use kernel::ImportId;
use ledger::db;
use qinglan::features::external;
use tabular::Cell;

use crate::{
    import_cases::{case, code, office, take, take_source, take_text, take_with, text, verdicts},
    support::{On, Place, day, reconciled},
};

const ROSTER: Kind = people::import::KIND;

/// Verdicts as they are written in the tables of cases.
fn expected(rows: &[(usize, &str)]) -> Vec<(usize, Vec<String>)> {
    rows.iter().map(|(row, code)| (*row, vec![(*code).to_owned()])).collect()
}

/// Imports a text with answers to the rows of the sheet.
async fn answered(app: &App, kind: Kind, source: &str, answers: &[(usize, &[usize])]) -> Summary {
    let answers: Answers = answers.iter().map(|(row, chosen)| (*row, chosen.to_vec())).collect();
    take_source(app, kind, &text(kind, source), &answers).await.unwrap()
}

/// Name, staff number, month of birth and sex of everybody, in order.
async fn people_of(app: &App) -> Vec<String> {
    type Line = (String, Option<String>, Option<i64>, Option<String>);
    let sql = "select name, staff_no, birth_month, sex from person where void = false";
    let lines: Vec<Line> = db::rows(&app.db, sql, vec![]).await.unwrap();
    let shown = |(name, number, birth, sex): Line| {
        let birth = birth.map(|month| month.to_string()).unwrap_or_default();
        format!("{name} {} {birth} {}", number.unwrap_or_default(), sex.unwrap_or_default()).trim_end().to_owned()
    };
    let mut lines: Vec<String> = lines.into_iter().map(shown).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn a_roster_takes_month_of_birth_and_sex_from_the_identity_number() {
    type Case = (&'static str, &'static [&'static str], &'static [(usize, &'static str)]);
    let cases: [Case; 8] = [
        ("姓名,身份证号\n梁见微,99010119930305022X\n", &[], &[(2, "?id-number-check-digit")]),
        ("姓名,身份证号\n梁见微,990101199303050227\n", &["梁见微  199303 female"], &[]),
        ("姓名,身份证号码\n梁见微,990101930305022\n", &["梁见微  199303 female"], &[]),
        ("姓名,性别,出生年月,身份证号\n梁见微,女,1993.03,990101199303050227\n", &["梁见微  199303 female"], &[]),
        ("姓名,性别,身份证号\n梁见微,男,990101199303050227\n", &[], &[(2, "?id-number-other-sex")]),
        ("姓名,出生年月,身份证号\n梁见微,1993.05,990101199303050227\n", &[], &[(2, "?id-number-other-birth")]),
        (
            "姓名,性别,出生年月,身份证号\n梁见微,女,1993.03,990101********0227\n苏沐言,,,990101********0221\n",
            &["梁见微  199303 female"],
            &[(3, "?id-number-masked")],
        ),
        (
            "姓名,身份证号\n柏若溪,99010119910203022X\n柏若溪,990101199102030422\n林一诺,99010119910203022X\n",
            &["柏若溪  199102 female", "柏若溪  199102 female"],
            &[(4, "?roster-id-twice")],
        ),
    ];
    for (source, taken, rows) in cases {
        let (_place, app) = office(false).await;
        let summary = take_text(&app, ROSTER, source).await.unwrap();
        assert_eq!(verdicts(&summary), expected(rows), "{source}");
        assert_eq!(people_of(&app).await, *taken, "{source}");
        reconciled(&app).await;
    }
    // The column says 女, both numbers are those of men.
    let (_place, app) = office(false).await;
    let source = case(ROSTER, "g05-same-name-two-ids.xlsx");
    let asked = take_source(&app, ROSTER, &source, &Answers::new()).await.unwrap();
    assert_eq!(verdicts(&asked), expected(&[(2, "?id-number-other-sex"), (3, "?id-number-other-sex")]));
    let answers = Answers::from([(2, vec![1]), (3, vec![1])]);
    assert_eq!(take_source(&app, ROSTER, &source, &answers).await.unwrap().taken, 2);
    assert_eq!(people_of(&app).await, ["柏若溪  199102 female", "柏若溪  199908 female"]);
}

#[tokio::test]
async fn no_identity_number_is_stored() {
    let (_place, app) = office(false).await;
    let source = "姓名,身份证号,备注\n梁见微,990101199303050227,\n苏沐言,99010119940406022X,\n,990101199404060221,\n";
    let summary = take_text(&app, ROSTER, source).await.unwrap();
    assert_eq!(summary.taken, 1);
    let reasons: Vec<String> = db::rows(&app.db, "select reason from import_refusal", vec![]).await.unwrap();
    assert_eq!(reasons.len(), 2);
    assert!(reasons.iter().all(|reason| !reason.contains("9901011994")), "{reasons:?}");
    let table = crate::import_cases::table_of(ROSTER, &text(ROSTER, source));
    let refused = summary.refused().into_iter().map(|(row, _)| (row, "原因".to_owned())).collect();
    let sheet = federation::imports::refused_sheet(&table, &refused, "原因");
    let cells = format!("{:?}", sheet.rows);
    assert!(cells.contains("**************022X") && !cells.contains("9901011994"), "{cells}");
}

#[tokio::test]
async fn a_staff_number_is_one_persons_and_finds_the_person_again() {
    type Case = (&'static str, &'static [&'static str], &'static [(usize, &'static str)]);
    let cases: [Case; 7] = [
        ("姓名,工号\n柏若溪,A1\n柏若溪,A2\n", &["柏若溪 A1", "柏若溪 A2", "梁见微 Q7"], &[]),
        ("姓名,职工号\n梁见薇,Q7\n", &["梁见微 Q7"], &[(2, "?roster-number-known")]),
        ("姓名,工号\n梁见微,Q7\n", &["梁见微 Q7"], &[(2, "repeated")]),
        ("姓名,工号\n梁见微,Q8\n", &["梁见微 Q7", "梁见微 Q8"], &[]),
        ("姓名,工号\n苏沐言,B1\n许南枝,Ｂ1\n", &["梁见微 Q7", "苏沐言 B1"], &[(3, "?roster-number-twice")]),
        ("编号,姓名\n1,苏沐言\n2,许南枝\n", &["梁见微 Q7", "苏沐言", "许南枝"], &[]),
        ("编号,姓名\nQL-021,苏沐言\nQL-007,许南枝\n", &["梁见微 Q7", "苏沐言 QL-021", "许南枝 QL-007"], &[]),
    ];
    for (source, there, rows) in cases {
        let (_place, app) = office(false).await;
        take_text(&app, ROSTER, "姓名,工号\n梁见微,Q7\n").await.unwrap();
        let summary = take_text(&app, ROSTER, source).await.unwrap();
        assert_eq!(verdicts(&summary), expected(rows), "{source}");
        assert_eq!(people_of(&app).await, *there, "{source}");
        reconciled(&app).await;
    }
}

#[tokio::test]
async fn nobody_is_given_two_numbers() {
    type Case = (&'static [(usize, &'static [usize])], &'static [&'static str], &'static [(usize, &'static str)]);
    let cases: [Case; 4] = [
        (&[], &["梁见微  199303"], &[(2, "?roster-number-new"), (3, "?roster-number-new")]),
        // One answer for both: the second row is asked about by name.
        (&[(2, &[0]), (3, &[0])], &["梁见微 Q7 199303"], &[(3, "?roster-same-key")]),
        (&[(2, &[0]), (3, &[0, 0])], &["梁见微 Q7 199303"], &[(3, "repeated")]),
        (&[(2, &[0]), (3, &[0, 1])], &["梁见微 Q7 199303", "梁见微 Q8 199303"], &[]),
    ];
    for (answers, there, rows) in cases {
        let (_place, app) = office(false).await;
        take_text(&app, ROSTER, "姓名,出生年月\n梁见微,1993.03\n").await.unwrap();
        let source = "姓名,出生年月,工号\n梁见微,1993.03,Q7\n梁见微,1993.03,Q8\n";
        assert_eq!(verdicts(&answered(&app, ROSTER, source, answers).await), expected(rows), "{answers:?}");
        assert_eq!(people_of(&app).await, *there, "{answers:?}");
        reconciled(&app).await;
    }
}

#[tokio::test]
async fn somebody_who_is_there_is_one_row_of_a_unit() {
    type Case = (&'static str, &'static str, &'static [(usize, &'static str)]);
    let cases: [Case; 4] = [
        // Two identity numbers are two people, of whom one is there.
        (
            "姓名,出生年月,性别\n柏若溪,1991.02,女\n",
            "姓名,身份证号\n柏若溪,99010119910203022X\n柏若溪,990101199102030422\n",
            &[(2, "repeated"), (3, "?roster-same-key")],
        ),
        // By the number, and by the name alone.
        ("姓名,工号\n梁见微,Q7\n", "姓名,工号\n梁见微,Q7\n梁见微,\n", &[(2, "repeated"), (3, "?roster-same-key")]),
        ("姓名,工号\n梁见微,Q7\n", "姓名,工号\n梁见微,Q7\n梁见微,Q7\n", &[(2, "repeated"), (3, "repeated")]),
        ("姓名,工号\n梁见微,Q7\n梁见微,Q8\n", "姓名,工号\n梁见微,Q7\n梁见微,\n", &[(2, "repeated"), (3, "repeated")]),
    ];
    for (there, source, rows) in cases {
        let (_place, app) = office(false).await;
        take_text(&app, ROSTER, there).await.unwrap();
        let summary = take_text(&app, ROSTER, source).await.unwrap();
        assert_eq!(verdicts(&summary), expected(rows), "{source}");
        reconciled(&app).await;
    }
}

async fn a_number_is_given_to_somebody_who_is_there(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    crate::sample::import(&app, units::import::KIND, crate::sample::CITY, &Answers::new()).await;
    take_text(&app, ROSTER, "姓名,出生年月\n梁见微,1993.03\n苏沐言,1994.04\n").await.unwrap();
    let again = "姓名,出生年月,工号\n梁见微,1993.03,Q7\n苏沐言,1994.04,Q8\n";
    let asked = take_text(&app, ROSTER, again).await.unwrap();
    let questions: Vec<_> = asked.questions().map(|(_, question)| question.clone()).collect();
    assert_eq!(questions.len(), 2);
    assert_eq!(questions[0], questions[1], "one answer serves for both");
    let summary = answered(&app, ROSTER, again, &[(2, &[0]), (3, &[1])]).await;
    assert_eq!((summary.taken, summary.repeated), (1, 1));
    assert_eq!(people_of(&app).await, ["梁见微 Q7 199303", "苏沐言  199404"]);
    // Nobody else can have it, by hand either.
    let actor = app.operator();
    let who: i64 = db::scalar(&app.db, "select id from person where name = '苏沐言'", vec![]).await.unwrap().unwrap();
    let edit = people::actions::edit_of(&app, kernel::PersonId(who)).await.unwrap();
    let taken = people::Edit { staff_no: Some(" Ｑ7".to_owned()), ..edit.clone() };
    let refused = people::actions::edit(&app, &actor, kernel::PersonId(who), taken).await.unwrap_err();
    assert!(refused.to_string().contains("staff-no-taken"), "{refused}");
    let own = people::Edit { staff_no: Some("Q9".to_owned()), ..edit };
    people::actions::edit(&app, &actor, kernel::PersonId(who), own).await.unwrap();
    // Points find the person by the number, whatever the name.
    let points = "姓名,工号,平台,月份,积分\n梁见薇,Q7,学习强国,2025-03,10\n苏沐言,Q9,学习强国,2025-03,20\n苏沐言,Q1,学习强国,2025-04,20\n";
    let kind = external::import::KIND;
    let asked = take_text(&app, kind, points).await.unwrap();
    assert_eq!(verdicts(&asked), expected(&[(2, "?staff-no-other-name"), (4, "staff-no-other")]));
    assert_eq!(answered(&app, kind, points, &[(2, &[0])]).await.taken, 1);
    // Undone, the number is nobody's again.
    let last: i64 =
        db::scalar(&app.db, "select max(id) from import where kind = 'roster'", vec![]).await.unwrap().unwrap();
    actions::undo(&app, &actor, ImportId(last)).await.unwrap();
    assert_eq!(people_of(&app).await, ["梁见微  199303", "苏沐言 Q9 199404"]);
    reconciled(&app).await;
}

/// The key of somebody by name.
async fn key_of(app: &App, name: &str) -> kernel::PersonId {
    let sql = "select id from person where void = false and name = $1";
    kernel::PersonId(db::scalar(&app.db, sql, vec![name.into()]).await.unwrap().unwrap())
}

async fn a_number_that_a_merge_hands_on_is_taken_back_with_its_import(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    crate::sample::import(&app, units::import::KIND, crate::sample::CITY, &Answers::new()).await;
    take_text(
        &app,
        ROSTER,
        "姓名,出生年月,工号\n梁见微,1993.03,\n梁见薇,1993.03,\n苏沐言,1994.04,\n苏沐颜,1994.04,Q9\n",
    )
    .await
    .unwrap();
    let numbers = "姓名,出生年月,工号\n梁见微,1993.03,Q7\n苏沐言,1994.04,Q8\n";
    assert_eq!(answered(&app, ROSTER, numbers, &[(2, &[0]), (3, &[0])]).await.taken, 2);
    let actor = app.operator();
    for (merged, survivor) in [("梁见微", "梁见薇"), ("苏沐言", "苏沐颜")] {
        let (merged, survivor) = (key_of(&app, merged).await, key_of(&app, survivor).await);
        people::actions::merge(&app, &actor, merged, survivor).await.unwrap();
    }
    let there = async || {
        let sql = "select name, staff_no from person where void = false and merged_into is null order by staff_no";
        db::rows::<(String, Option<String>)>(&app.db, sql, vec![]).await.unwrap()
    };
    let number = |name: &str, number: &str| (name.to_owned(), Some(number.to_owned()));
    assert_eq!(there().await, [number("梁见薇", "Q7"), number("苏沐颜", "Q9")]);
    let last: i64 = db::scalar(&app.db, "select max(id) from import", vec![]).await.unwrap().unwrap();
    actions::undo(&app, &actor, ImportId(last)).await.unwrap();
    let mut left = there().await;
    left.sort();
    assert_eq!(left, [("梁见薇".to_owned(), None), number("苏沐颜", "Q9")], "of two numbers the survivor's own stays");
    let given: i64 = db::scalar(&app.db, "select count(*) from person where staff_no_import_id is not null", vec![])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(given, 0);
    // Somebody else may have it now.
    assert_eq!(take_text(&app, ROSTER, "姓名,工号\n许南枝,Q7\n").await.unwrap().taken, 1);
    reconciled(&app).await;
}

crate::support::on_both!(
    a_number_is_given_to_somebody_who_is_there,
    a_number_that_a_merge_hands_on_is_taken_back_with_its_import,
);

/// Name, platform, month and amounts of all results.
async fn results(app: &App) -> Vec<String> {
    type Line = (String, String, i64, Option<i64>, Option<i64>, Option<i64>);
    let sql = "select p.name, e.platform_code, e.month, e.points, e.minutes, e.classes from external_result e \
               join person p on p.id = e.person_id where e.state <> 'void'";
    let lines: Vec<Line> = db::rows(&app.db, sql, vec![]).await.unwrap();
    let shown = |(name, platform, month, points, minutes, classes): Line| {
        let amounts =
            [points, minutes, classes].map(|amount| amount.map_or("-".to_owned(), |amount| amount.to_string()));
        format!("{name} {platform} {month} {}", amounts.join("/"))
    };
    let mut lines: Vec<String> = lines.into_iter().map(shown).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn points_with_platforms_across_are_results() {
    type Case = (
        &'static str,
        &'static [(&'static str, &'static str)],
        &'static [&'static str],
        &'static [(usize, &'static str)],
    );
    let both = &["温以宁 dengta 202505 30/-/-", "温以宁 qiangguo 202505 1010/-/-", "骆青梧 qiangguo 202505 900/-/-"];
    let cases: [Case; 8] = [
        ("2025年5月学习积分,,\n姓名,学习强国,灯塔-党建在线\n温以宁,1010,30\n骆青梧,900,\n", &[], both, &[]),
        ("姓名,月份,学习强国积分,灯塔积分\n温以宁,2025-05,1010,30\n骆青梧,2025-05,900,\n", &[], both, &[]),
        ("姓名,学习强国积分,灯塔积分,合计\n温以宁,1010,30,1040\n骆青梧,900,,900\n", &[("month", "2025-05")], both, &[]),
        (
            "2025年5月学习情况,,\n姓名,学习强国（积分）,青年大学习（期数）\n温以宁,1010,4\n",
            &[],
            &["温以宁 daxuexi 202505 -/-/4", "温以宁 qiangguo 202505 1010/-/-"],
            &[],
        ),
        (
            "2025年5月学习情况,,\n姓名,学习强国,\n,积分,学时\n温以宁,1010,1.5\n",
            &[],
            &["温以宁 qiangguo 202505 1010/90/-"],
            &[],
        ),
        (
            "2025年5月学习情况,,\n姓名,学习强国,灯塔\n温以宁,1010,\n骆青梧,,5\n",
            &[],
            &[],
            &[(3, "?external-measure-which"), (4, "?external-measure-which")],
        ),
        (
            "2025年5月积分,,\n姓名,学习强国,某某学堂\n温以宁,1010,3\n",
            &[],
            &["温以宁 qiangguo 202505 1010/-/-"],
            &[(3, "platform-unknown")],
        ),
        ("学习积分,\n姓名,学习强国\n温以宁,1010\n", &[], &[], &[(3, "external-month-missing")]),
    ];
    for (source, given, there, rows) in cases {
        let (_place, app) = office(true).await;
        let kind = external::import::KIND;
        let summary = take_with(&app, kind, text(kind, source), given).await;
        assert_eq!(verdicts(&summary), expected(rows), "{source}");
        assert_eq!(results(&app).await, *there, "{source}");
        reconciled(&app).await;
    }
}

#[tokio::test]
async fn the_platform_and_the_month_may_stand_in_the_title_alone() {
    let (_place, app) = office(true).await;
    let kind = external::import::KIND;
    let source = "2025年5月学习强国积分,\n姓名,积分\n温以宁,1010\n";
    let asked = take_text(&app, kind, source).await.unwrap();
    assert_eq!(verdicts(&asked), expected(&[(3, "?external-platform-of-title")]));
    answered(&app, kind, source, &[(3, &[0])]).await;
    assert_eq!(results(&app).await, ["温以宁 qiangguo 202505 1010/-/-"]);
    // A platform over its months.
    let source = "2025年积分,,,\n姓名,学习强国,,灯塔\n,1月,2月,1月\n骆青梧,7,8,9\n";
    let summary = take_text(&app, kind, source).await.unwrap();
    assert_eq!((summary.taken, verdicts(&summary)), (3, vec![]));
}

/// Unit, season, issue, day and numbers of all classes.
async fn classes(app: &App) -> Vec<String> {
    type Line = (String, String, String, chrono::NaiveDate, i64, i64);
    let sql = "select u.name, c.season, c.issue, c.opened_on, c.participants, c.base from class_result c \
               join unit u on u.id = c.unit_id where c.void = false";
    let lines: Vec<Line> = db::rows(&app.db, sql, vec![]).await.unwrap();
    let shown = |(unit, season, issue, day, done, base): Line| format!("{unit} {season}{issue} {day} {done}/{base}");
    let mut lines: Vec<String> = lines.into_iter().map(shown).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn lists_of_online_classes_become_classes() {
    type Case = (&'static str, &'static [&'static str], &'static [(usize, &'static str)]);
    let cases: [Case; 8] = [
        (
            "单位,平台,季,期,开课日期,参学人次,应参学人次\n上桥街道,青年大学习,第三季,第12期,2025-05-12,8,10\n",
            &["上桥街道 第3季第12期 2025-05-12 8/10"],
            &[],
        ),
        (
            "姓名,平台,课程,开课日期,学习情况\n温以宁,青年大学习,2025年第5期,2025-05-12,已学\n骆青梧,青年大学习,2025年第5期,2025-05-12,未学\n\
             温以宁,青年大学习,2025年第6期,2025-05-19,已学\n骆青梧,青年大学习,2025年第6期,2025-05-19,已学\n",
            &["上桥街道 2025年第5期 2025-05-12 1/2", "上桥街道 2025年第6期 2025-05-19 2/2"],
            &[],
        ),
        // A column for each class, with their days below.
        (
            "青年大学习2025年第三季,,\n姓名,第1期,第2期\n,2025-05-12,2025-05-19\n温以宁,√,√\n骆青梧,√,×\n简书遥,,√\n",
            &[],
            &[(4, "?external-platform-of-title"), (4, "?external-platform-of-title")],
        ),
        (
            "姓名,平台,课程,学习时间\n温以宁,青年大学习,2025年第5期,2025-05-13 09:00\n骆青梧,青年大学习,2025年第5期,2025-05-14\n",
            &[],
            &[(2, "?class-day-which")],
        ),
        ("姓名,平台,课程,开课日期\n温以宁,青年大学习,2025年第5期,2025-05-12\n", &[], &[(2, "?class-base-which")]),
        (
            "姓名,平台,课程,开课日期,学习情况\n温以宁,青年大学习,2025年第5期,2025-05-12,看了一半\n",
            &[],
            &[(2, "class-marks-unknown")],
        ),
        (
            "姓名,平台,课程,开课日期,学习情况\n查无此,青年大学习,2025年第5期,2025-05-12,已学\n",
            &[],
            &[(2, "?class-strangers")],
        ),
        ("姓名,平台,课程,开课日期,学习情况\n温以宁,青年大学习,第5期,2025-05-12,已学\n", &[], &[(2, "class-no-season")]),
    ];
    for (source, there, rows) in cases {
        let (_place, app) = office(true).await;
        let summary = take_text(&app, external::import_classes::KIND, source).await.unwrap();
        assert_eq!(verdicts(&summary), expected(rows), "{source}");
        assert_eq!(classes(&app).await, *there, "{source}");
        reconciled(&app).await;
    }
}

#[tokio::test]
async fn what_a_list_of_a_class_does_not_say_is_asked_or_refused() {
    const HEAD: &str = "姓名,平台,课程,开课日期,学习情况\n";
    type Case = (&'static [&'static str], &'static [(&'static [usize], &'static [&'static str], Option<&'static str>)]);
    let cases: [Case; 6] = [
        // Nothing is said of somebody.
        (
            &["温以宁,青年大学习,2025年第5期,2025-05-12,已学", "骆青梧,青年大学习,2025年第5期,2025-05-12,"],
            &[(&[], &[], Some("?class-blank")), (&[0], &["1/2"], None), (&[1], &["1/1"], None)],
        ),
        // Somebody stands twice, once as having missed it.
        (
            &["温以宁,青年大学习,2025年第5期,2025-05-12,已学", "温以宁,青年大学习,2025年第5期,2025-05-12,未学"],
            &[(&[], &[], Some("?class-names-twice")), (&[0], &["1/1"], None), (&[1], &["1/2"], None)],
        ),
        (
            &["查无此,青年大学习,2025年第5期,2025-05-12,已学", "温以宁,青年大学习,2025年第5期,2025-05-12,已学"],
            &[(&[], &[], Some("?class-strangers")), (&[0], &["2/2"], None), (&[1], &["1/1"], None)],
        ),
        (&["温以宁,青年大学习,2025年第3季,2025-05-12,已学"], &[(&[], &[], Some("class-no-issue"))]),
        (&["温以宁,青年大学习,2025年第5期,,已学"], &[(&[], &[], Some("class-no-day"))]),
        (&["温以宁,某某学堂,2025年第5期,2025-05-12,已学"], &[(&[], &[], Some("platform-unknown"))]),
    ];
    for (lines, each) in cases {
        let source = HEAD.to_owned() + &lines.join("\n") + "\n";
        for (answers, done, asked) in each {
            let (_place, app) = office(true).await;
            let summary = answered(&app, external::import_classes::KIND, &source, &[(2, answers)]).await;
            let rows: Vec<(usize, &str)> = asked.iter().map(|code| (2, *code)).collect();
            assert_eq!(verdicts(&summary), expected(&rows), "{source} {answers:?}");
            let there: Vec<String> =
                done.iter().map(|done| format!("上桥街道 2025年第5期 2025-05-12 {done}")).collect();
            assert_eq!(classes(&app).await, there, "{source} {answers:?}");
            reconciled(&app).await;
        }
    }
}

#[tokio::test]
async fn a_class_with_its_numbers_is_asked_or_refused_for_them() {
    type Case = (&'static str, &'static str, &'static str);
    let cases: [Case; 5] = [
        ("青年大学习,2025年第3季,第12期,2025-05-12,12,10", "?class-more-ask", "12/10"),
        ("青年大学习,2025年第3季,第12期,2025-05-12,,10", "class-no-number", ""),
        ("青年大学习,2025年第3季,第12期,,8,10", "class-no-day", ""),
        ("青年大学习,2025年第3季,第12期,2029-05-12,8,10", "class-ahead", ""),
        ("青年大学习,2025年第3季,第12期,2025-05-12,-8,10", "external-below-zero", ""),
    ];
    for (line, asked, sure) in cases {
        let (_place, app) = office(false).await;
        let kind = external::import_classes::KIND;
        let source = format!("平台,季,期,开课日期,参学人次,应参学人次\n{line}\n");
        let summary = take_text(&app, kind, &source).await.unwrap();
        assert_eq!(verdicts(&summary), expected(&[(2, asked)]), "{source}");
        if !sure.is_empty() {
            answered(&app, kind, &source, &[(2, &[0])]).await;
            assert_eq!(classes(&app).await, [format!("上桥街道 2025年第3季第12期 2025-05-12 {sure}")]);
        }
        reconciled(&app).await;
    }
}

async fn imported_classes_are_replaced_and_undone(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    crate::sample::import(&app, units::import::KIND, crate::sample::CITY, &Answers::new()).await;
    take(&app, ROSTER, "base-roster.xlsx").await.unwrap();
    let kind = external::import_classes::KIND;
    let head = "平台,季,期,开课日期,参学人次,应参学人次\n青年大学习,2025年第3季,第12期,2025-05-12,";
    take_text(&app, kind, &format!("{head}8,10\n")).await.unwrap();
    let again = take_text(&app, kind, &format!("{head}8,10\n")).await.unwrap();
    assert_eq!(again.repeated, 1);
    let other = format!("{head}9,10\n");
    assert_eq!(verdicts(&take_text(&app, kind, &other).await.unwrap()), expected(&[(2, "?class-same-key")]));
    answered(&app, kind, &other, &[(2, &[1])]).await;
    assert_eq!(classes(&app).await, ["上桥街道 2025年第3季第12期 2025-05-12 9/10"]);
    reconciled(&app).await;
    let last: i64 = db::scalar(&app.db, "select max(id) from import", vec![]).await.unwrap().unwrap();
    actions::undo(&app, &app.operator(), ImportId(last)).await.unwrap();
    assert_eq!(classes(&app).await, ["上桥街道 2025年第3季第12期 2025-05-12 8/10"]);
    reconciled(&app).await;
}

/// A file with a class of 青年大学习 of 12 May 2025.
fn class_file(rows: &[(&str, &str, i64)]) -> String {
    let mut text = "平台,季,期,开课日期,参学人次,应参学人次\n".to_owned();
    for (season, issue, participants) in rows {
        text.push_str(&format!("青年大学习,{season},{issue},2025-05-12,{participants},10\n"));
    }
    text
}

#[tokio::test]
async fn of_two_seasons_alike_the_same_one_is_meant() {
    let (_place, app) = office(false).await;
    let kind = external::import_classes::KIND;
    take_text(&app, kind, &class_file(&[("2025年第3季", "第12期", 8)])).await.unwrap();
    let alike = class_file(&[("第3季", "第12期", 5)]);
    assert_eq!(verdicts(&take_text(&app, kind, &alike).await.unwrap()), expected(&[(2, "?class-same-key")]));
    assert_eq!(answered(&app, kind, &alike, &[(2, &[2])]).await.taken, 1);
    assert_eq!(take_text(&app, kind, &alike).await.unwrap().repeated, 1, "the same one is there");
    let other = class_file(&[("第3季", "第12期", 6)]);
    assert_eq!(answered(&app, kind, &other, &[(2, &[1])]).await.taken, 1);
    let there = ["上桥街道 2025年第3季第12期 2025-05-12 8/10", "上桥街道 第3季第12期 2025-05-12 6/10"];
    assert_eq!(classes(&app).await, there);
    // Of several that are alike nobody knows which one is to be replaced.
    let two = class_file(&[("2024年第3季", "第13期", 7), ("2025年第3季", "第13期", 8), ("第3季", "第13期", 9)]);
    let asked = take_text(&app, kind, &two).await.unwrap();
    let (_, question) = asked.questions().next().unwrap();
    let choices: Vec<&str> = question.choices.iter().map(|choice| choice.code.as_str()).collect();
    assert_eq!((asked.taken, choices), (2, vec!["keep-as-is", "class-another"]));
    reconciled(&app).await;
}

async fn a_class_recorded_again_hinders_undoing(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    crate::sample::import(&app, units::import::KIND, crate::sample::CITY, &Answers::new()).await;
    let kind = external::import_classes::KIND;
    take_text(&app, kind, &class_file(&[("第3季", "第12期", 8)])).await.unwrap();
    answered(&app, kind, &class_file(&[("2025年第3季", "第12期", 9)]), &[(2, &[1])]).await;
    let last: i64 = db::scalar(&app.db, "select max(id) from import", vec![]).await.unwrap().unwrap();
    // By hand, in the words of the one that was replaced.
    let replaced = "select id from class_result where void = true";
    let replaced: i64 = db::scalar(&app.db, replaced, vec![]).await.unwrap().unwrap();
    let unit = units::find_by_code_or_name(&app.db, "990101001").await.unwrap().id;
    let again = external::classes::Class {
        id: kernel::RecordId(0),
        unit,
        platform: "daxuexi".to_owned(),
        season: "第3季".to_owned(),
        issue: "第12期".to_owned(),
        opened_on: day("2025-05-12"),
        participants: 7,
        base: 10,
        level: None,
        void: false,
        void_reason: None,
        replaces: None,
        version: 1,
    };
    let actor = app.operator();
    let again = external::classes::add_all(&app, &actor, vec![again], false).await.unwrap()[0];
    let before = (classes(&app).await, ledger::position(&app.db).await.unwrap());
    let refused = actions::undo(&app, &actor, ImportId(last)).await.unwrap_err();
    let desk::error::AppError::Refused(refusal) = refused else { panic!("{refused}") };
    let why: Vec<&str> = refusal.details.iter().map(|detail| detail.code.as_str()).collect();
    assert_eq!((refusal.code.as_str(), why), ("import-stood-on", vec!["class-recorded-again"]));
    assert_eq!((classes(&app).await, ledger::position(&app.db).await.unwrap()), before, "nothing half undone");
    external::classes::void(&app, &actor, again.0, 1, "重复").await.unwrap();
    actions::undo(&app, &actor, ImportId(last)).await.unwrap();
    assert_eq!(classes(&app).await, ["上桥街道 第3季第12期 2025-05-12 8/10"]);
    let live: i64 =
        db::scalar(&app.db, "select id from class_result where void = false", vec![]).await.unwrap().unwrap();
    assert_eq!(live, replaced);
    reconciled(&app).await;
}

crate::support::on_both!(imported_classes_are_replaced_and_undone, a_class_recorded_again_hinders_undoing);

/// The path and level of every unit without the invented city, in order.
async fn tree(app: &App) -> Vec<String> {
    let sql =
        "select u.id, u.name, u.level, c.code from unit u join unit_code c on c.unit_id = u.id where u.void = false";
    let units: Vec<(i64, String, Option<String>, String)> = db::rows(&app.db, sql, vec![]).await.unwrap();
    let position = ledger::position(&app.db).await.unwrap();
    let tree = ledger::Tree::load(&app.db, None, day("2026-01-01"), position).await.unwrap();
    let name =
        |id: kernel::UnitId| units.iter().find(|unit| unit.0 == id.0).map(|unit| unit.1.clone()).unwrap_or_default();
    let mut paths = Vec::new();
    for (id, _, level, code) in units.iter().filter(|unit| unit.3.contains('U')) {
        let mut path: Vec<String> = tree.upwards(kernel::UnitId(*id)).map(name).collect();
        path.reverse();
        paths.push(format!("{code} {} {}", path.join("/"), level.clone().unwrap_or_default()));
    }
    paths.sort();
    paths
}

const TREE: [&str; 7] = [
    "U001 云栖市 city",
    "U001001 云栖市/听澜区 district",
    "U001001001 云栖市/听澜区/渡口街道 street",
    "U001001001001 云栖市/听澜区/渡口街道/渡口社区 community",
    "U001001001002 云栖市/听澜区/渡口街道/石桥社区 community",
    "U001001002 云栖市/听澜区/柳岸镇 street",
    "U001001002001 云栖市/听澜区/柳岸镇/柳岸村 community",
];

#[tokio::test]
async fn trees_without_codes_are_read_in_any_layout() {
    let kind = units::import::KIND;
    let texts = [
        "云栖市,听澜区,渡口街道,渡口社区\n云栖市,听澜区,渡口街道,石桥社区\n云栖市,听澜区,柳岸镇,柳岸村\n",
        "市,区县,街道,社区\n云栖市,听澜区,渡口街道,渡口社区\n,,,石桥社区\n,,柳岸镇,柳岸村\n",
        "单位名称\n云栖市\n  听澜区\n    渡口街道\n      渡口社区\n      石桥社区\n    柳岸镇\n      柳岸村\n",
        "编号,单位名称\n1,云栖市\n1.1,听澜区\n1.1.1,渡口街道\n1.1.1.1,渡口社区\n1.1.1.2,石桥社区\n1.1.2,柳岸镇\n1.1.2.1,柳岸村\n",
    ];
    let sources = texts.iter().map(|source| text(kind, source)).chain([case(kind, "g18-tree-wide.xlsx")]);
    for source in sources {
        let (_place, app) = office(false).await;
        let summary = take_source(&app, kind, &source, &Answers::new()).await.unwrap();
        assert_eq!((summary.taken, verdicts(&summary)), (7, vec![]), "{source:?}");
        assert_eq!(tree(&app).await, TREE, "{source:?}");
        let again = take_source(&app, kind, &source, &Answers::new()).await.unwrap();
        assert_eq!((again.taken, again.repeated), (0, 7), "{source:?}");
        reconciled(&app).await;
    }
}

#[tokio::test]
async fn what_a_tree_without_codes_does_not_say_is_asked() {
    let kind = units::import::KIND;
    type Case = (&'static str, &'static [(usize, &'static str)]);
    let cases: [Case; 6] = [
        ("单位名称\n云栖妇联\n  听澜区\n", &[(2, "?nested-level"), (3, "nested-above-open")]),
        ("澄江区\n  新设街道\n", &[(1, "?nested-top-known"), (2, "nested-above-open")]),
        ("1 云栖市\n1.1 听澜区\n1.1 望江区\n", &[(3, "nested-number-twice")]),
        ("云栖市\n    听澜区\n  望江区\n", &[(3, "nested-indent")]),
        ("市,区县,街道,社区\n云栖市,听澜区,渡口街道,渡口社区\n云栖市,听澜区,,石桥社区\n", &[(3, "?nested-blank")]),
        ("青蓝市\n  澄江区\n    上桥街道\n", &[(1, "repeated"), (2, "repeated"), (3, "repeated")]),
    ];
    for (source, rows) in cases {
        let (_place, app) = office(false).await;
        let summary = take_text(&app, kind, source).await.unwrap();
        assert_eq!(verdicts(&summary), expected(rows), "{source}");
        reconciled(&app).await;
    }
    // A cell that is no text is no unit's name, and nothing under it is placed elsewhere.
    let (_place, app) = office(false).await;
    let name = Cell::from_text;
    let rows = vec![
        ["市", "区县", "街道", "社区"].map(name).to_vec(),
        vec![name("云栖市"), name("听澜区"), name("渡口街道"), Cell::Error("#REF!".to_owned())],
        vec![Cell::Empty, Cell::Empty, Cell::Number(12.0), name("石桥社区")],
    ];
    let sheets = vec![tabular::Sheet { name: "单位".to_owned(), rows, ..tabular::Sheet::default() }];
    let source = Source { name: "单位.xlsx".to_owned(), sheets, ..Source::default() };
    let summary = take_source(&app, kind, &source, &Answers::new()).await.unwrap();
    let refused = [(3, "nested-no-text"), (2, "nested-no-text"), (3, "nested-above-open")];
    assert_eq!((summary.taken, verdicts(&summary)), (3, expected(&refused)));
    reconciled(&app).await;
    let (_place, app) = office(false).await;
    let below = "澄江区\n  新设街道\n";
    assert_eq!(answered(&app, kind, below, &[(1, &[0])]).await.taken, 1);
    assert_eq!(tree(&app).await, ["990101U001 青蓝市/澄江区/新设街道 street"]);
    assert_eq!(code(take_text(&app, kind, "温以宁,女\n骆青梧,女\n").await), "tree-header");
}
