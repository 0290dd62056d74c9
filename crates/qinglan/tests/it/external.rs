//! External results: the sample file's known counts, what is asked and refused, who attests, the effects of a correction.

use std::process::Command;

use axum::http::StatusCode;
use desk::{actor::Role, app::App, error::AppError};
use federation::{
    groups,
    imports::{Answers, Context, Source, Summary, actions as imports},
    people,
};
use kernel::{GroupId, PersonId, Refusal};
use qinglan::features::external::{Amounts, Handed, actions as external, classes};
use serde_json::Value as Json;

use crate::{
    browser::{Browser, account},
    sample::{CITY, ROSTER, figure, import},
    support::{On, Place, day, file, on_both},
    town::{Town, new_person, town},
};

on_both!(
    the_sample_file_gives_the_true_points,
    a_script_imports_the_sample_file,
    odd_rows_are_answered_one_by_one,
    a_differing_row_is_a_question_and_undoing_restores_the_old_result,
    a_member_hands_in_and_the_leader_attests,
    nobody_attests_their_own_results_nor_those_elsewhere,
    several_are_attested_at_once_or_none,
    of_two_who_enter_the_same_at_once_one_is_refused,
    a_result_counts_for_the_persons_unit_of_that_month,
    of_a_merged_person_the_larger_result_stays,
    classes_count_person_times_and_their_rate,
    goals_show_what_is_missing,
    platforms_are_added_and_retired,
);

const EXTERNAL: &str = "fixtures/ledgers-sample/03-external-points.csv";

fn truth() -> Json {
    serde_json::from_slice(&std::fs::read(file("fixtures/ledgers-sample/truth.json")).unwrap()).unwrap()
}

async fn the_sample_file_gives_the_true_points(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let truth = &truth()["external_points"];
    for (kind, name) in [(federation::units::import::KIND, CITY), (federation::people::import::KIND, ROSTER)] {
        import(&app, kind, name, &Answers::new()).await;
    }
    let (id, summary) = import(&app, qinglan::features::external::import::KIND, EXTERNAL, &Answers::new()).await;
    assert_eq!(summary.refused(), [], "every row is taken");
    assert_eq!(
        (summary.read as u64, summary.taken as u64),
        (truth["rows"].as_u64().unwrap(), truth["rows"].as_u64().unwrap())
    );
    assert_eq!(figure(&app, "external.points", &[]).await, truth["points"]);
    assert_eq!(figure(&app, "external.results", &[]).await, truth["rows"]);
    let by_platform = [
        figure(&app, "external.points", &[("platform", "学习强国")]).await,
        figure(&app, "external.points", &[("platform", "灯塔-党建在线")]).await,
    ];
    assert!(by_platform.iter().all(|points| *points > 0));
    assert_eq!(by_platform.iter().sum::<i64>(), truth["points"].as_i64().unwrap());
    let before = ledger::position(&app.db).await.unwrap();
    let (_, again) = import(&app, qinglan::features::external::import::KIND, EXTERNAL, &Answers::new()).await;
    assert_eq!((again.taken, again.repeated), (0, again.read), "nothing is doubled");
    assert_eq!(ledger::position(&app.db).await.unwrap(), before);
    let verdict = app.verify(|_, _| ()).await.unwrap();
    assert!(verdict.faults.is_empty() && verdict.unsealed == 0, "{:?}", verdict.faults);
    assert!(app.reconcile().await.unwrap().faults.is_empty());
    imports::undo(&app, &app.operator(), id).await.unwrap();
    assert_eq!(figure(&app, "external.points", &[]).await, 0);
    assert!(app.reconcile().await.unwrap().faults.is_empty());
    let (_, summary) = import(&app, qinglan::features::external::import::KIND, EXTERNAL, &Answers::new()).await;
    assert_eq!(summary.taken as u64, truth["rows"], "what an undone import left behind is no match");
    assert_eq!(figure(&app, "external.points", &[]).await, truth["points"]);
}

async fn a_script_imports_the_sample_file(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    for (kind, name) in [(federation::units::import::KIND, CITY), (federation::people::import::KIND, ROSTER)] {
        import(&app, kind, name, &Answers::new()).await;
    }
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qinglan"));
        command.args(arguments).arg("--json").env("LANG", "C.UTF-8").arg("--data").arg(&place.folder);
        if let Some(url) = &place.url {
            command.arg("--database-url").arg(url);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Json>(&output.stdout).unwrap()
    };
    let path = file(EXTERNAL).display().to_string();
    let taken = run(&["import", "external", &path, "--unit", "9901", "--yes"]);
    assert_eq!((&taken["taken"], &taken["refused"]), (&2165.into(), &Json::Array(vec![])));
    let year = ["--unit", "9901", "--from", "2025-01-01", "--to", "2025-12-31"];
    let shown = run(&[&["metrics", "show", "external.points", "--rows"], &year[..]].concat());
    assert_eq!((&shown["value"], &shown["unit"]), (&1_627_528.into(), &"分".into()));
    let row = &shown["rows"][0];
    assert!(row["title"].as_str().unwrap().contains("2025-01") && row["person"].is_string(), "{row}");
}

/// The verdicts on the rows of a file that is written here.
async fn judge(app: &App, unit: kernel::UnitId, text: &str, answers: &Answers, take: bool) -> (i64, Summary) {
    let source =
        Source::from_file("积分.csv", text.as_bytes().to_vec(), qinglan::features::external::import::KIND).unwrap();
    let today = app.today();
    let context = Context {
        source: &source,
        unit: Some(unit),
        year: Some(2025),
        answers,
        from: None,
        today,
        only: None,
        progress: &|_, _| (),
    };
    let shown =
        imports::preview(app, &app.operator(), qinglan::features::external::import::KIND, &context).await.unwrap();
    if !take {
        return (0, shown);
    }
    let (id, summary) =
        imports::confirm(app, &app.operator(), qinglan::features::external::import::KIND, &context, &shown)
            .await
            .unwrap();
    (id.0, summary)
}

async fn odd_rows_are_answered_one_by_one(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    town.person("何雨桐", town.street, None).await;
    let head = "姓名,单位,平台,时间,积分,学时,课程数,备注\n";
    let odd = [
        ("何雨桐,古沟街道,学习强国,2025-13,10,,,", "external-no-such-month"),
        ("何雨桐,古沟街道,学习强国,2026-02,10,,,", "external-month-ahead"),
        ("何雨桐,古沟街道,学习强国,上月,10,,,", "external-month-unreadable"),
        ("何雨桐,古沟街道,学习强国,2025-01,-10,,,", "external-below-zero"),
        ("何雨桐,古沟街道,学习强国,2025-01,,-1.5,,", "external-below-zero"),
        ("何雨桐,古沟街道,学习强国,2025-01,10.5,,,", "external-not-whole"),
        ("何雨桐,古沟街道,学习强国,2025-01,99999999,,,", "external-too-much"),
        ("何雨桐,古沟街道,学习强国,2025-01,很多,,,", "count-unreadable"),
        ("何雨桐,古沟街道,学习强国,2025-01,,1.234,,", "hours-unreadable"),
        ("何雨桐,古沟街道,学习强国,2025-01,,,,", "external-nothing"),
        ("何雨桐,古沟街道,慕课,2025-01,10,,,", "platform-unknown"),
        ("何雨桐,天上街道,学习强国,2025-01,10,,,", "unit-not-under"),
        ("查无此人,古沟街道,学习强国,2025-01,10,,,", "external-person-none"),
        ("何雨桐,古沟街道,学习强国,2024-12,10,,,", "external-person-none"),
        (",古沟街道,学习强国,2025-01,10,,,", "name-missing"),
    ];
    let good =
        ["何雨桐,古沟街道,灯塔 — 党建在线,3月,\"１,203分\",１．５学时,２期,好", "何雨桐,,强国,2025.10,,90分钟,,"];
    let text = format!("{head}{}\n{}\n", odd.map(|(row, _)| row).join("\n"), good.join("\n"));
    let (_, summary) = judge(&town.app, town.city, &text, &Answers::new(), true).await;
    let refused = summary.refused();
    let codes: Vec<&str> = refused.iter().map(|(_, reasons)| reasons[0].code.as_str()).collect();
    assert_eq!(codes, odd.map(|(_, code)| code));
    assert_eq!(summary.taken, good.len(), "nothing of the good rows is lost");
    let words = qinglan::words(desk::ui::language::Language::Chinese);
    let message = words.refusal(&refused[10].1[0]);
    assert!(message.contains("慕课") && message.contains("灯塔-党建在线") && message.contains("学习平台"), "{message}");
    let mut admin = town.admin.clone();
    assert_eq!(admin.get("/imports/template/external").await.status, StatusCode::OK);
    assert!(admin.get("/imports/new?kind=external").await.text.contains("value=\"external\" selected"));
    assert!(admin.get("/imports?kind=external").await.text.contains("积分.csv"));
    let page = admin.get("/external?order=month").await.text;
    for part in ["1,203", "1.5", "2025-03", "2025-10", "灯塔-党建在线"] {
        assert!(page.contains(part), "{part}");
    }
    town.reconciled().await;
}

async fn a_differing_row_is_a_question_and_undoing_restores_the_old_result(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    town.person("何雨桐", town.street, None).await;
    let file = |points: &str| format!("姓名,平台,月份,积分\n何雨桐,学习强国,2025-05,{points}\n");
    let points = async || town_points(&town).await;
    judge(app, town.city, &file("100"), &Answers::new(), true).await;
    let (_, asked) = judge(app, town.city, &file("150"), &Answers::new(), false).await;
    assert_eq!((asked.taken, asked.questions().count()), (0, 1));
    let question = asked.questions().next().unwrap().1.clone();
    assert_eq!(question.text.code, "external-same-key");
    let (_, unchanged) = judge(app, town.city, &file("150"), &Answers::from([(2, vec![0])]), false).await;
    assert_eq!((unchanged.taken, unchanged.repeated), (0, 1));
    let (id, taken) = judge(app, town.city, &file("150"), &Answers::from([(2, vec![1])]), true).await;
    assert_eq!((taken.taken, points().await), (1, 150));
    town.reconciled().await;
    imports::undo(app, &app.operator(), kernel::ImportId(id)).await.unwrap();
    assert_eq!(points().await, 100, "what it took the place of stands again");
    town.reconciled().await;
    // Twice in one file, the second time with other data: also a question.
    let twice =
        "姓名,平台,月份,积分\n何雨桐,学习强国,2025-06,1\n何雨桐,学习强国,202506,1\n何雨桐,学习强国,2025年6月,2\n";
    let (_, summary) = judge(app, town.city, twice, &Answers::new(), false).await;
    assert_eq!((summary.taken, summary.repeated, summary.questions().count()), (1, 1, 1));
    let (_, summary) = judge(app, town.city, twice, &Answers::from([(4, vec![1])]), true).await;
    assert_eq!((summary.taken, summary.repeated, points().await), (1, 2, 102));
    // A result that was changed since prevents undoing, and is named.
    let last: i64 = ledger::db::scalar(&app.db, "select max(id) from import", vec![]).await.unwrap().unwrap();
    let id: i64 = ledger::db::scalar(&app.db, "select id from external_result where month = 202506", vec![])
        .await
        .unwrap()
        .unwrap();
    external::give_back(app, &app.operator(), kernel::RecordId(id), 1, "核对").await.unwrap();
    let refused = imports::undo(app, &app.operator(), kernel::ImportId(last)).await.unwrap_err();
    assert!(matches!(refused, AppError::Refused(Refusal { details, .. }) if details[0].code == "external-listed"));
    town.reconciled().await;
}

/// Points of the city in 2025.
async fn town_points(town: &Town) -> i64 {
    town_figure(town, "external.points").await
}

async fn town_figure(town: &Town, key: &str) -> i64 {
    let app = &town.app;
    let asked = figures::metrics::actions::Asked {
        place: (town.city).into(),
        period: kernel::Period::new(day("2025-01-01"), day("2025-12-31")).unwrap(),
        position: None,
        tree_day: None,
        filter: ledger::Filter::default(),
    };
    let metric = app.metrics().get(key).unwrap();
    let shown = figures::metrics::actions::show(app, &app.operator(), &metric, &asked, true).await.unwrap();
    shown.figure.value.count()
}

async fn group_of(town: &Town) -> GroupId {
    groups::store::default_groups(&town.app.db, &[town.street]).await.unwrap()[&town.street].id
}

/// A member, and the leader of the member's group, who is a member too.
async fn member_and_leader(town: &Town) -> (PersonId, Browser, PersonId, Browser) {
    let member = town.person("何雨桐", town.street, None).await;
    let leads = town.person("郑梦曦", town.street, None).await;
    account(&town.app, "member", None, Some(member)).await;
    account(&town.app, "leader", Some((Role::Leader, None, Some(group_of(town).await))), Some(leads)).await;
    let browser = Browser::signed_in(&town.app, "member").await;
    (member, browser, leads, Browser::signed_in(&town.app, "leader").await)
}

async fn a_member_hands_in_and_the_leader_attests(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (_, mut member, _, mut leader) = member_and_leader(&town).await;
    let form = member.get("/external/new").await;
    assert_eq!(form.value("month"), "2025-12", "last month");
    assert!(!form.text.contains("name=\"person\""), "members enter for themselves");
    let once = form.value("once");
    let odd = member
        .post(
            "/external",
            &[("once", &once), ("platform", "qiangguo"), ("month", "2025-13"), ("points", "-3"), ("note", "截图见群")],
        )
        .await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    for told in ["2025-13", "不是月份", "小于 0", "截图见群"] {
        assert!(odd.text.contains(told), "{told}");
    }
    let fields = [
        ("once", odd.value("once")),
        ("platform", "qiangguo".into()),
        ("month", "2025-12".into()),
        ("points", "１,203".into()),
        ("hours", "1.5".into()),
    ];
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value): &(&str, String)| (*name, value.as_str())).collect();
    let done = member.post("/external", &fields).await;
    let at = done.location.expect("on to the result");
    let again = member.post("/external", &fields).await;
    assert_eq!(again.location.as_deref(), Some(at.as_str()), "a form sent twice enters once");
    assert_eq!(town_points(&town).await, 0, "nothing counts before it is attested");
    let shown = member.get(&at).await.text;
    assert!(shown.contains("待证明") && shown.contains("1,203") && !shown.contains(&format!("{at}/attest")));
    assert_eq!(member.post(&format!("{at}/attest"), &[("version", "1")]).await.status, StatusCode::FORBIDDEN);
    // The leader returns it, the member corrects it, the leader attests it.
    let page = leader.get(&at).await;
    assert!(page.text.contains(&format!("{at}/attest")), "{}", page.text);
    let bare = leader.post(&format!("{at}/return"), &[("version", "1"), ("reason", " ")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    leader.post(&format!("{at}/return"), &[("version", "1"), ("reason", "积分看错一位")]).await;
    assert!(member.get(&at).await.text.contains("积分看错一位"));
    let form = member.get(&format!("{at}/edit")).await;
    assert_eq!((form.value("points"), form.value("hours")), ("1203".to_owned(), "1.5".to_owned()));
    let version = form.value("version");
    let mend = |points| {
        [
            ("version", version.as_str()),
            ("platform", "qiangguo"),
            ("month", "2025-12"),
            ("points", points),
            ("hours", "1.5"),
        ]
    };
    assert!(member.post(&at, &mend("1230")).await.location.is_some());
    let late = member.post(&at, &mend("1231")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("现在是“1230”") && late.text.contains("1231"), "{}", late.text);
    let old = leader.post(&format!("{at}/attest"), &[("version", &version)]).await;
    assert_eq!(old.status, StatusCode::CONFLICT, "attested is what was looked at");
    let version = leader.get(&at).await.value("version");
    leader.post(&format!("{at}/attest"), &[("version", &version)]).await;
    assert_eq!((town_points(&town).await, town_figure(&town, "external.minutes").await), (1230, 90));
    assert_eq!((town_figure(&town, "external.persons").await, town_figure(&town, "external.results").await), (1, 1));
    assert_eq!(
        member.get(&format!("{at}/edit")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "what is attested stands"
    );
    let history = leader.get(&at).await.text;
    for word in ["登记了 2025-12", "退回了", "改了", "证明了"] {
        assert!(history.contains(word), "{word}");
    }
    assert!(member.get("/my").await.text.contains("1,230"));
    assert!(member.get("/my/export").await.text.contains("\"points\": 1230"));
    let version = leader.get(&at).await.value("version");
    leader.post(&format!("{at}/void"), &[("version", &version), ("reason", "重复登记")]).await;
    assert_eq!(town_points(&town).await, 0);
    assert!(member.get(&at).await.text.contains("重复登记"));
    town.reconciled().await;
}

async fn nobody_attests_their_own_results_nor_those_elsewhere(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (member, _, leads, mut leader) = member_and_leader(&town).await;
    let stranger = town.person("林小雨", town.other, None).await;
    let fields = |person: PersonId| {
        [
            ("person_id", person.to_string()),
            ("platform", "dengta".into()),
            ("month", "2025-11".into()),
            ("classes", "2".into()),
        ]
    };
    let another = leader.clone();
    let enter = async |person: PersonId| {
        let fields: [(&str, String); 4] = fields(person);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        another.clone().post("/external", &fields).await
    };
    assert_eq!(enter(stranger).await.status, StatusCode::FORBIDDEN);
    // Without JavaScript only the name is submitted: it is enough if nobody else has it.
    let by_name = async |name: &str| {
        let fields =
            [("person", name), ("person_id", ""), ("platform", "dengta"), ("month", "2025-10"), ("classes", "0")];
        another.clone().post("/external", &fields).await
    };
    assert!(by_name("何雨桐").await.location.is_some());
    let unknown = by_name("林小雨").await;
    assert!(unknown.status == StatusCode::UNPROCESSABLE_ENTITY && unknown.text.contains("没有选人"));
    let of_member = enter(member).await.location.unwrap();
    let own = enter(leads).await.location.unwrap();
    assert_eq!(
        town_figure(&town, "external.classes").await,
        2,
        "entered for a member it is attested, for oneself it waits"
    );
    let refused = leader.post(&format!("{own}/attest"), &[("version", "1")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("不能由自己证明"), "{}", refused.text);
    let mut elsewhere = town.secretary("elsewhere", town.other).await;
    assert_eq!(elsewhere.get(&own).await.status, StatusCode::NOT_FOUND);
    assert_eq!(elsewhere.post(&format!("{own}/attest"), &[("version", "1")]).await.status, StatusCode::NOT_FOUND);
    assert!(!elsewhere.get("/external").await.text.contains("何雨桐"));
    let mut secretary = town.secretary("secretary", town.street).await;
    assert!(secretary.get("/external").await.text.contains("何雨桐"));
    assert!(secretary.post(&format!("{own}/attest"), &[("version", "1")]).await.location.is_some());
    assert_eq!(town_figure(&town, "external.classes").await, 4);
    let again = secretary.post(&format!("{of_member}/attest"), &[("version", "1")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "it waits no more");
    // A result for the same person, platform and month exists.
    let double = enter(member).await;
    assert_eq!(double.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(double.text.contains("已有一条"));
    let sheet = secretary.get("/external/export").await;
    assert_eq!(sheet.status, StatusCode::OK);
    town.reconciled().await;
}

fn handed(person: PersonId, month: i64, points: i64) -> Handed {
    let amounts = Amounts { points: Some(points), ..Amounts::default() };
    Handed { person, platform: "qiangguo".to_owned(), month, amounts, note: None, theme: None }
}

async fn several_are_attested_at_once_or_none(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (_, mut member, _, mut leader) = member_and_leader(&town).await;
    for month in ["2025-09", "2025-10", "2025-11"] {
        let fields = [("platform", "qiangguo"), ("month", month), ("points", "10")];
        assert!(member.post("/external", &fields).await.location.is_some());
    }
    let list = leader.get("/external?state=handed_in").await.text;
    let chosen: Vec<String> = list
        .split("name=\"chosen\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(chosen.len(), 3, "{list}");
    let none = leader.post("/external/attest", &[("back", "state=handed_in")]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text.contains("一条也没有选"));
    let mut fields: Vec<(&str, &str)> = chosen.iter().map(|value| ("chosen", value.as_str())).collect();
    let stale = chosen[0].replace(".1", ".7");
    fields.push(("chosen", &stale));
    assert_eq!(leader.post("/external/attest", &fields).await.status, StatusCode::CONFLICT);
    assert_eq!(town_points(&town).await, 0, "all or none");
    fields.pop();
    assert!(leader.post("/external/attest", &fields).await.location.is_some());
    assert_eq!(town_points(&town).await, 30);
    assert_eq!(member.post("/external/attest", &fields).await.status, StatusCode::FORBIDDEN);
    town.reconciled().await;
}

async fn of_two_who_enter_the_same_at_once_one_is_refused(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, actor) = (&town.app, town.app.operator());
    let person = town.person("何雨桐", town.street, None).await;
    for month in [202_503, 202_504, 202_505] {
        let enter = |points| external::add(app, &actor, handed(person, month, points));
        let (one, other) = tokio::join!(ledger::db::in_one_task(enter(3)), ledger::db::in_one_task(enter(4)));
        let refused = [one, other].into_iter().filter_map(Result::err).collect::<Vec<_>>();
        assert!(
            matches!(refused.as_slice(), [AppError::Refused(refusal)] if refusal.code == "external-there-already"),
            "{refused:?}"
        );
    }
    assert_eq!(town_figure(&town, "external.results").await, 3);
    town.reconciled().await;
}

async fn a_result_counts_for_the_persons_unit_of_that_month(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, actor) = (&town.app, town.app.operator());
    let person = town.person("何雨桐", town.street, None).await;
    let came = people::actions::add(app, &actor, new_person("林小雨", town.street), day("2025-03-17")).await.unwrap();
    external::add_all(
        app,
        &actor,
        vec![handed(person, 202_505, 10), handed(person, 202_508, 20), handed(came, 202_503, 5)],
    )
    .await
    .unwrap();
    let refused = external::add(app, &actor, handed(came, 202_502, 5)).await.unwrap_err();
    assert!(matches!(refused, AppError::Refused(refusal) if refusal.code == "external-not-posted"));
    let at = async |unit: kernel::UnitId| -> i64 {
        let sql = "select cast(coalesce(sum(quantity), 0) as bigint) from ledger_entry where unit_id = $1 and facet_set_id in (select id from facet_set where facets like '%points%') \
                   and reverses is null and not exists (select 1 from ledger_entry r where r.reverses = ledger_entry.seq)";
        ledger::db::scalar(&app.db, sql, vec![unit.0.into()]).await.unwrap().unwrap()
    };
    assert_eq!((at(town.street).await, at(town.other).await), (35, 0));
    // A transfer that is entered late moves what was earned after it, but nothing before.
    people::actions::transfer(app, &actor, person, town.other, &people::Held::default(), day("2025-07-10"))
        .await
        .unwrap();
    assert_eq!((at(town.street).await, at(town.other).await), (15, 20));
    town.reconciled().await;
    // The result can still be edited with the version that was seen: confirming again is no edit.
    let version: i64 =
        ledger::db::scalar(&app.db, "select max(version) from external_result", vec![]).await.unwrap().unwrap();
    assert_eq!(version, 1);
    people::actions::set_party(app, &actor, person, people::Party::Member, day("2025-01-01")).await.unwrap();
    town.reconciled().await;
    let party: i64 = ledger::db::scalar(&app.db, "select count(*) from external_result where party = 'yes'", vec![])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(party, 2);
}

async fn of_a_merged_person_the_larger_result_stays(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, actor) = (&town.app, town.app.operator());
    let one = town.person("何雨桐", town.street, None).await;
    let other = town.person("何雨桐", town.other, None).await;
    let all = vec![
        handed(one, 202_503, 100),
        handed(other, 202_503, 130),
        handed(one, 202_504, 50),
        handed(other, 202_504, 40),
        handed(other, 202_505, 7),
    ];
    external::add_all(app, &actor, all).await.unwrap();
    assert_eq!(town_points(&town).await, 327);
    let preview = town.admin.clone().get(&format!("/people/{one}/merge?other_id={other}")).await.text;
    assert!(preview.contains("线上学习情况 3 条") && preview.contains("2 对"), "{preview}");
    people::actions::merge(app, &actor, other, one).await.unwrap();
    assert_eq!(town_points(&town).await, 187);
    assert_eq!((town_figure(&town, "external.persons").await, town_figure(&town, "external.results").await), (1, 3));
    let page = town.admin.clone().get("/external?state=void").await.text;
    let lost = page.split("/external/").find_map(|rest| rest.split('"').next()?.parse::<i64>().ok()).unwrap();
    assert!(town.admin.clone().get(&format!("/external/{lost}")).await.text.contains("保留了较大的一条"));
    town.reconciled().await;
}

async fn classes_count_person_times_and_their_rate(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    town.person("何雨桐", town.street, None).await;
    let mut secretary = town.secretary("secretary", town.street).await;
    let unit = town.street.to_string();
    let fields = |participants: &'static str, base: &'static str| {
        vec![
            ("unit_id", unit.as_str()),
            ("platform", "daxuexi"),
            ("season", "2025年第3季"),
            ("issue", "第12期"),
            ("opened_on", "2025-09-08"),
            ("participants", participants),
            ("base", base),
        ]
    };
    let asked = secretary.post("/external/classes", &fields("50", "40")).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.text.contains("多于应参学") && asked.text.contains("name=\"sure\""), "{}", asked.text);
    let below = secretary.post("/external/classes", &fields("-1", "40")).await;
    assert!(below.status == StatusCode::UNPROCESSABLE_ENTITY && below.text.contains("小于 0"));
    let at = secretary.post("/external/classes", &fields("30", "40")).await.location.unwrap();
    let double = secretary.post("/external/classes", &fields("31", "40")).await;
    assert!(double.status == StatusCode::UNPROCESSABLE_ENTITY && double.text.contains("已有一条"));
    assert!(secretary.get("/external/classes").await.text.contains("75.0%"));
    let rate = async || {
        let figures = ["external.class_participants", "external.class_base", "external.class_rate"];
        let mut found = Vec::new();
        for key in figures {
            found.push(town_figure(&town, key).await);
        }
        found
    };
    assert_eq!(rate().await, [30, 40, 30], "of a rate its first half");
    assert_eq!(town_figure(&town, "external.persons").await, 0, "person-times are no people");
    let mut sure = fields("50", "40");
    sure.extend([("sure", "on"), ("version", "1")]);
    assert!(secretary.post(&at, &sure).await.location.is_some());
    assert_eq!(rate().await, [50, 40, 50]);
    assert_eq!(secretary.post(&at, &sure).await.status, StatusCode::CONFLICT);
    let mut elsewhere = town.secretary("elsewhere", town.other).await;
    assert_eq!(elsewhere.get(&at).await.status, StatusCode::NOT_FOUND);
    assert_eq!(elsewhere.post("/external/classes", &fields("1", "2")).await.status, StatusCode::FORBIDDEN);
    secretary.post(&format!("{at}/void"), &[("version", "2"), ("reason", "统计口径不对")]).await;
    assert_eq!(rate().await, [0, 0, 0]);
    assert!(secretary.get(&at).await.text.contains("统计口径不对"));
    let export = secretary.get("/external/classes/export").await;
    assert_eq!(export.status, StatusCode::OK);
    town.reconciled().await;
    let class = classes::Class {
        id: kernel::RecordId(0),
        unit: town.street,
        platform: "daxuexi".to_owned(),
        season: "2025年第3季".to_owned(),
        issue: "第12期".to_owned(),
        opened_on: day("2025-09-08"),
        participants: 0,
        base: 0,
        level: None,
        void: false,
        void_reason: None,
        replaces: None,
        version: 1,
    };
    classes::add_all(&town.app, &town.app.operator(), vec![class], false).await.unwrap();
    assert_eq!(rate().await, [0, 0, 0], "a void one is no match");
}

async fn goals_show_what_is_missing(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    let (person, mut member, leads, mut leader) = member_and_leader(&town).await;
    let mut secretary = town.secretary("secretary", town.street).await;
    let mut city = town.secretary("city", town.city).await;
    let unit = |unit: kernel::UnitId| unit.to_string();
    let (city_id, street_id) = (unit(town.city), unit(town.street));
    let goal = |unit: &str, per: &str, amount: &str| {
        [("unit_id", unit), ("measure", "points"), ("per", per), ("amount", amount), ("from_month", "2025-12")]
            .map(|(name, value)| (name, value.to_owned()))
    };
    let set = async |browser: &mut Browser, fields: [(&'static str, String); 5]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/external/goals", &fields).await
    };
    assert!(set(&mut city, goal(&city_id, "month", "300")).await.location.is_some());
    assert!(set(&mut secretary, goal(&street_id, "year", "1,000")).await.location.is_some());
    let odd = set(&mut secretary, goal(&street_id, "month", "0")).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    let above = set(&mut secretary, goal(&city_id, "month", "5")).await;
    assert!(above.location.is_none() && !above.status.is_success());
    // Today is 2026-01-05: last year's points don't count for this year's goals.
    let all = vec![handed(person, 202_512, 900), handed(person, 202_601, 1200), handed(leads, 202_601, 250)];
    external::add_all(app, &app.operator(), all).await.unwrap();
    let my = member.get("/my").await.text;
    assert!(my.contains("1,200，目标 300") && my.contains("1,200，目标 1,000") && my.contains("已达到"), "{my}");
    assert!(!my.contains("还差"));
    let group = format!("/external/groups/{}", group_of(&town).await);
    let shown = leader.get(&group).await.text;
    for part in ["250，目标 300", "还差 50", "250，目标 1,000", "还差 750", "1 人还差"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(shown.find("郑梦曦").unwrap() < shown.find("何雨桐").unwrap(), "who is short stands first");
    assert_eq!(member.get(&group).await.status, StatusCode::FORBIDDEN);
    // A goal that has ended no longer applies.
    let goals = secretary.get("/external/goals").await;
    let end = goals
        .text
        .split("action=\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|path| path.ends_with("/end"))
        .unwrap()
        .to_owned();
    let version = goals.form(&end).value("version").to_owned();
    assert!(secretary.post(&end, &[("version", &version)]).await.location.is_some());
    assert!(!member.get("/my").await.text.contains("目标 1,000"));
}

async fn platforms_are_added_and_retired(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    town.person("何雨桐", town.street, None).await;
    let mut admin = town.admin.clone();
    let add = [("name", "慕课"), ("aliases", "MOOC 中国大学慕课")];
    assert!(admin.post("/settings/platforms", &add).await.location.is_some());
    let taken = admin.post("/settings/platforms", &[("name", "新平台"), ("aliases", "强国")]).await;
    assert!(taken.status == StatusCode::UNPROCESSABLE_ENTITY && taken.text.contains("学习强国"));
    let file = "姓名,平台,月份,积分\n何雨桐,ｍｏｏｃ,2025-05,9\n";
    let (_, summary) = judge(&town.app, town.city, file, &Answers::new(), true).await;
    assert_eq!(summary.taken, 1);
    let page = admin.get("/settings/platforms").await.text;
    let code = page
        .split("?code=")
        .map(|rest| rest.split('"').next().unwrap())
        .find(|code| code.starts_with("own_"))
        .unwrap()
        .to_owned();
    let version = admin.get(&format!("/settings/platforms?code={code}")).await.value("version");
    let renamed =
        [("code", code.as_str()), ("version", &version), ("name", "中国慕课"), ("aliases", "MOOC"), ("retired", "on")];
    assert!(admin.post("/settings/platforms", &renamed).await.location.is_some());
    let again = "姓名,平台,月份,积分\n何雨桐,MOOC,2025-06,9\n";
    let (_, summary) = judge(&town.app, town.city, again, &Answers::new(), false).await;
    assert_eq!(summary.refused()[0].1[0].code, "platform-unknown", "a retired one takes nothing new");
    assert!(admin.get("/external").await.text.contains("中国慕课"), "what was earned there stays");
    assert_eq!(town_points(&town).await, 9);
    let mut secretary = town.secretary("secretary", town.city).await;
    assert_eq!(secretary.get("/settings/platforms").await.status, StatusCode::FORBIDDEN);
}
