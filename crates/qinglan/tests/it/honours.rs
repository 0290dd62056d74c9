//! Honours: the sample register's known counts; what is asked and refused; who checks; what a correction does.

use std::process::Command;

use axum::http::StatusCode;
use desk::{
    actor::{Actor, Role},
    app::App,
    error::{AppError, Result},
};
use federation::{
    groups,
    imports::{Answers, Context, Source, Summary, actions as imports},
    people,
};
use kernel::{GroupId, ImportId, PersonId, RecordId, UnitId};
use qinglan::features::honours::{For, Handed, Level, actions, import::KIND, store};
use serde_json::Value as Json;

use crate::{
    browser::{Browser, account},
    sample::{CITY, ROSTER, figure, import},
    support::{On, Place, day, file, on_both},
    town::{Town, town},
};

on_both!(
    the_sample_register_gives_the_true_counts,
    a_script_imports_the_sample_register,
    odd_rows_are_answered_one_by_one,
    the_same_title_of_a_year_is_asked_and_undoing_restores_what_was_there,
    a_name_of_nobody_may_be_that_of_a_group_or_a_unit,
    a_member_hands_in_and_the_leader_checks,
    bad_input_is_refused_in_words,
    an_honour_counts_where_the_person_stood_and_follows_corrections,
    of_merged_people_the_same_honour_stays_once,
    title_groups_are_added_and_retired,
);

const HONOURS: &str = "fixtures/ledgers-sample/08-honours.xlsx";

fn truth() -> Json {
    let text = std::fs::read(file("fixtures/ledgers-sample/truth.json")).unwrap();
    serde_json::from_slice::<Json>(&text).unwrap()["honours"].clone()
}

async fn the_sample_register_gives_the_true_counts(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let truth = truth();
    for (kind, name) in [(federation::units::import::KIND, CITY), (federation::people::import::KIND, ROSTER)] {
        import(&app, kind, name, &Answers::new()).await;
    }
    let (id, summary) = import(&app, KIND, HONOURS, &Answers::new()).await;
    assert_eq!(summary.refused(), [], "every row is taken");
    assert_eq!((summary.read as u64, summary.taken as u64), (31, truth["all"].as_u64().unwrap()));
    assert_eq!(figure(&app, "honours.awarded", &[]).await, truth["all"]);
    for (level, known) in truth["by_level"].as_object().unwrap() {
        assert_eq!(figure(&app, "honours.awarded", &[("level", level)]).await, *known, "{level}");
    }
    let by_group = [("优秀共产党员", 6), ("优秀党务工作者", 5), ("其他荣誉", 20)];
    for (group, known) in by_group {
        assert_eq!(figure(&app, "honours.awarded", &[("group", group)]).await, known, "{group}");
    }
    assert_eq!(figure(&app, "honours.persons", &[]).await, 31);
    let before = ledger::position(&app.db).await.unwrap();
    let (_, again) = import(&app, KIND, HONOURS, &Answers::new()).await;
    assert_eq!((again.taken, again.repeated), (0, 31), "nothing is doubled");
    assert_eq!(ledger::position(&app.db).await.unwrap(), before);
    let verdict = app.verify(|_, _| ()).await.unwrap();
    assert!(verdict.faults.is_empty() && verdict.unsealed == 0, "{:?}", verdict.faults);
    assert!(app.reconcile().await.unwrap().faults.is_empty());
    imports::undo(&app, &app.operator(), id).await.unwrap();
    assert_eq!(figure(&app, "honours.awarded", &[]).await, 0);
    assert!(app.reconcile().await.unwrap().faults.is_empty());
    let (_, summary) = import(&app, KIND, HONOURS, &Answers::new()).await;
    assert_eq!(summary.taken, 31, "what an undone import left behind is no match");
}

async fn a_script_imports_the_sample_register(on: On) {
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
    let path = file(HONOURS).display().to_string();
    let taken = run(&["import", "honours", &path, "--unit", "9901", "--yes"]);
    assert_eq!((&taken["taken"], &taken["refused"]), (&31.into(), &Json::Array(vec![])));
    let year = ["--unit", "9901", "--from", "2025-01-01", "--to", "2025-12-31"];
    let shown = run(&[&["metrics", "show", "honours.awarded", "--where", "level=省级", "--rows"], &year[..]].concat());
    assert_eq!((&shown["value"], &shown["unit"]), (&13.into(), &"项".into()));
    assert!(shown["rows"][0]["title"].is_string() && shown["rows"][0]["person"].is_string(), "{}", shown["rows"][0]);
    let listed = run(&["honours", "list", "--level", "county"]);
    assert_eq!(listed.as_array().unwrap().len(), 2);
    let id = listed[0]["id"].to_string();
    run(&["honours", "void", &id, "--reason", "证书作废"]);
    assert_eq!(run(&["honours", "list", "--state", "void"]).as_array().unwrap().len(), 1);
}

/// The verdicts on the rows of a file that is written here.
async fn judge(app: &App, unit: UnitId, text: &str, answers: &Answers, take: bool) -> (i64, Summary) {
    let source = Source::from_file("荣誉.csv", text.as_bytes().to_vec(), KIND).unwrap();
    let context = Context {
        source: &source,
        unit: Some(unit),
        year: Some(2025),
        answers,
        from: None,
        today: app.today(),
        only: None,
        progress: &|_, _| (),
    };
    let shown = imports::preview(app, &app.operator(), KIND, &context).await.unwrap();
    if !take {
        return (0, shown);
    }
    let (id, summary) = imports::confirm(app, &app.operator(), KIND, &context, &shown).await.unwrap();
    (id.0, summary)
}

async fn odd_rows_are_answered_one_by_one(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    town.person("何雨桐", town.street, None).await;
    let long = "长".repeat(201);
    let odd = [
        (",古沟街道,先进个人,市级,市委,2025-03-08".to_owned(), "name-missing"),
        ("何雨桐,古沟街道,,市级,市委,2025-03-08".to_owned(), "honour-title"),
        (format!("何雨桐,古沟街道,{long},市级,市委,2025-03-08"), "cell-too-long"),
        ("何雨桐,古沟街道,先进个人,,市委,2025-03-08".to_owned(), "honour-level-unknown"),
        ("何雨桐,古沟街道,先进个人,最高级,市委,2025-03-08".to_owned(), "honour-level-unknown"),
        ("何雨桐,古沟街道,先进个人,市级,,2025-03-08".to_owned(), "honour-conferrer"),
        ("何雨桐,古沟街道,先进个人,市级,市委,".to_owned(), "date-missing"),
        ("何雨桐,古沟街道,先进个人,市级,市委,2025-02-30".to_owned(), "date-no-such-day"),
        ("何雨桐,古沟街道,先进个人,市级,市委,春天".to_owned(), "date-unreadable"),
        ("何雨桐,古沟街道,先进个人,市级,市委,2026-02-01".to_owned(), "honour-day-ahead"),
        ("何雨桐,天上街道,先进个人,市级,市委,2025-03-08".to_owned(), "unit-not-under"),
        ("查无此人,古沟街道,先进个人,市级,市委,2025-03-08".to_owned(), "honour-nobody"),
        ("何雨桐,古沟街道,先进个人,市级,市委,2024-12-31".to_owned(), "honour-nobody"),
    ];
    let good = ["何　雨桐,,全市“优秀共产党员”,市级,市委,３月８日上午", "何雨桐,古沟街道,先进个人,县级,区委,2025.6.30"];
    let rows: Vec<&str> = odd.iter().map(|(row, _)| row.as_str()).chain(good).collect();
    let text = format!("姓名,单位,荣誉名称,级别,授予单位,授予时间\n{}\n", rows.join("\n"));
    let (_, summary) = judge(&town.app, town.city, &text, &Answers::new(), true).await;
    let refused = summary.refused();
    let codes: Vec<&str> = refused.iter().map(|(_, reasons)| reasons[0].code.as_str()).collect();
    assert_eq!(codes, odd.iter().map(|(_, code)| *code).collect::<Vec<_>>());
    assert_eq!(summary.taken, good.len(), "nothing of the good rows is lost");
    let message = qinglan::words(desk::ui::language::Language::Chinese).refusal(&refused[4].1[0]);
    assert!(message.contains("最高级") && message.contains("区县级"), "{message}");
    let mut admin = town.admin.clone();
    assert_eq!(admin.get("/imports/template/honours").await.status, StatusCode::OK);
    assert!(admin.get("/imports/new?kind=honours").await.text.contains("value=\"honours\" selected"));
    let page = admin.get("/honours?level=municipal&group=party_member").await.text;
    assert!(page.contains("优秀共产党员") && page.contains("2025-03-08") && !page.contains("2025-06-30"), "{page}");
    // Of a month it isn't known on which day the honour counts: the user says so.
    let month = "姓名,荣誉名称,级别,授予单位,授予时间\n何雨桐,劳动模范,省级,省委,2025年4月\n";
    let (_, asked) = judge(&town.app, town.city, month, &Answers::new(), false).await;
    assert_eq!(asked.questions().next().unwrap().1.text.code, "honour-day-which");
    judge(&town.app, town.city, month, &Answers::from([(2, vec![1])]), true).await;
    assert!(admin.get("/honours?level=provincial").await.text.contains("2025-04-30"));
    town.reconciled().await;
}

async fn the_same_title_of_a_year_is_asked_and_undoing_restores_what_was_there(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    town.person("何雨桐", town.street, None).await;
    let file = |rows: &[&str]| {
        let rows: Vec<String> = rows.iter().map(|row| format!("何雨桐,三八红旗手,市级,市妇联,{row}\n")).collect();
        format!("姓名,荣誉名称,级别,授予单位,授予时间\n{}", rows.concat())
    };
    let (first, _) = judge(app, town.city, &file(&["2025-03-08"]), &Answers::new(), true).await;
    let other = file(&["2025-03-09"]);
    let (_, asked) = judge(app, town.city, &other, &Answers::new(), false).await;
    assert_eq!((asked.taken, asked.questions().count()), (0, 1));
    assert_eq!(asked.questions().next().unwrap().1.text.code, "honour-same-title");
    let (_, unchanged) = judge(app, town.city, &other, &Answers::from([(2, vec![0])]), false).await;
    assert_eq!((unchanged.taken, unchanged.repeated), (0, 1));
    let (id, taken) = judge(app, town.city, &other, &Answers::from([(2, vec![1])]), true).await;
    assert_eq!((taken.taken, awarded(&town).await), (1, 1), "it took the other one's place");
    let refused = imports::undo(app, &app.operator(), ImportId(first)).await.unwrap_err();
    assert!(
        matches!(refused, AppError::Refused(refusal) if refusal.details[0].code == "honour-listed"),
        "undoing the second import later would restore what the first one no longer vouches for"
    );
    imports::undo(app, &app.operator(), ImportId(id)).await.unwrap();
    let live = store::by_ids(&app.db, &ids(app).await).await.unwrap();
    let live: Vec<_> = live.iter().filter(|honour| honour.state.as_str() != "void").map(|honour| honour.day).collect();
    assert_eq!(live, [day("2025-03-08")], "what it took the place of stands again");
    let (_, taken) = judge(app, town.city, &other, &Answers::from([(2, vec![2])]), true).await;
    assert_eq!((taken.taken, awarded(&town).await), (1, 2), "both stay where that was answered");
    town.reconciled().await;
    // In another year it is another honour; twice in one file it is asked too.
    let (_, summary) =
        judge(app, town.city, &file(&["2026-01-01", "2026-01-01", "2026-01-02"]), &Answers::new(), false).await;
    assert_eq!((summary.taken, summary.repeated, summary.questions().count()), (1, 1, 1));
    // An honour that was changed since prevents undoing, and is named.
    let last: i64 = ledger::db::scalar(&app.db, "select max(id) from import", vec![]).await.unwrap().unwrap();
    let id = ids(app).await.pop().unwrap();
    actions::give_back(app, &app.operator(), id, 1, "核对").await.unwrap();
    let refused = imports::undo(app, &app.operator(), ImportId(last)).await.unwrap_err();
    assert!(matches!(refused, AppError::Refused(refusal) if refusal.details[0].code == "honour-listed"));
    town.reconciled().await;
}

/// The keys of all honours.
async fn ids(app: &App) -> Vec<RecordId> {
    ledger::db::rows(&app.db, "select id from honour order by id", vec![]).await.unwrap()
}

async fn figure_of(town: &Town, key: &str, unit: UnitId) -> i64 {
    let app = &town.app;
    let asked = figures::metrics::actions::Asked {
        place: unit.into(),
        period: kernel::Period::new(day("2025-01-01"), day("2026-12-31")).unwrap(),
        position: None,
        tree_day: None,
        filter: ledger::Filter::default(),
    };
    let metric = app.metrics().get(key).unwrap();
    let shown = figures::metrics::actions::show(app, &app.operator(), &metric, &asked, true).await.unwrap();
    shown.figure.value.count()
}

/// Honours of the city.
async fn awarded(town: &Town) -> i64 {
    figure_of(town, "honours.awarded", town.city).await
}

async fn a_name_of_nobody_may_be_that_of_a_group_or_a_unit(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    town.person("何雨桐", town.street, None).await;
    let group = group_of(&town).await;
    let name = groups::store::by_ids(&app.db, &[group]).await.unwrap()[&group].name.clone();
    let text = format!(
        "姓名/集体,类型,荣誉名称,级别,授予单位,授予时间\n古沟街道,,先进集体,市级,市委,2025-05-04\n{name},集体,五四红旗团队,市级,团市委,2025-05-04\n\
         何雨桐,全家,先进个人,市级,市委,2025-05-04\n查无此人,个人,先进个人,市级,市委,2025-05-04\n"
    );
    let (_, asked) = judge(app, town.city, &text, &Answers::new(), false).await;
    let questions: Vec<&str> = asked.questions().map(|(_, question)| question.text.code.as_str()).collect();
    assert_eq!(questions, ["honour-collective-which"], "the file says of the second that it is no person");
    let codes: Vec<String> = asked.refused().iter().map(|(_, reasons)| reasons[0].code.clone()).collect();
    assert!(codes.ends_with(&["honour-recipient-unknown".to_owned(), "honour-nobody".to_owned()]), "{codes:?}");
    let (_, taken) = judge(app, town.city, &text, &Answers::from([(2, vec![0])]), true).await;
    assert_eq!(taken.taken, 2);
    assert_eq!((awarded(&town).await, figure_of(&town, "honours.persons", town.city).await), (2, 0));
    assert_eq!(figure_of(&town, "honours.awarded", town.street).await, 2, "a group's counts to its unit");
    let page = town.admin.clone().get("/honours?recipient=unit").await.text;
    assert!(page.contains("先进集体") && !page.contains("五四红旗团队"), "{page}");
    town.reconciled().await;
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

async fn a_member_hands_in_and_the_leader_checks(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (_, mut member, leads, mut leader) = member_and_leader(&town).await;
    let form = member.get("/honours/new").await;
    assert!(!form.text.contains("name=\"person\""), "members enter for themselves");
    let once = form.value("once");
    let odd =
        [("once", &*once), ("title", "优秀共产党员"), ("level", "top"), ("day", "2026-02-30"), ("note", "照片见群")];
    let odd = member.post("/honours", &odd).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    for told in ["top", "2026-02-30", "优秀共产党员", "照片见群"] {
        assert!(odd.text.contains(told), "{told}");
    }
    let good = [("title", "优秀共产党员"), ("level", "county"), ("conferrer", "区委"), ("day", "2025-06-30")];
    let at = member.post("/honours", &good).await.location.expect("on to the honour");
    assert_eq!(awarded(&town).await, 0, "nothing counts before it is checked");
    let again = member.post("/honours", &good).await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.text.contains("已经登记过"), "{}", again.text);
    let alike = [("title", "“优秀共产党员”"), ("level", "county"), ("conferrer", "区委"), ("day", "2025-07-01")];
    let asked = member.post("/honours", &alike).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.text.contains("name=\"another\"") && asked.text.contains("2025-06-30"), "{}", asked.text);
    let ticked = [&alike[..], &[("another", "on")]].concat();
    let second = member.post("/honours", &ticked).await.location.expect("another honour");
    let shown = member.get(&at).await.text;
    assert!(shown.contains("待核实") && !shown.contains(&format!("{at}/check")));
    assert_eq!(member.post(&format!("{at}/check"), &[("version", "1")]).await.status, StatusCode::FORBIDDEN);
    // The leader returns it, the member corrects it, the leader checks it.
    assert!(leader.get("/honours?state=pending").await.text.contains("何雨桐"));
    let bare = leader.post(&format!("{at}/return"), &[("version", "1"), ("reason", " ")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    leader.post(&format!("{at}/return"), &[("version", "1"), ("reason", "日期看错")]).await;
    assert!(member.get(&at).await.text.contains("日期看错"));
    let form = member.get(&format!("{at}/edit")).await;
    assert_eq!((form.value("title"), form.value("day")), ("优秀共产党员".to_owned(), "2025-06-30".to_owned()));
    let version = form.value("version");
    let mend = |day| {
        [
            ("version", version.as_str()),
            ("title", "优秀共产党员"),
            ("level", "county"),
            ("conferrer", "区委"),
            ("day", day),
            ("another", "on"),
        ]
    };
    assert!(member.post(&at, &mend("2025-06-28")).await.location.is_some());
    let late = member.post(&at, &mend("2025-06-27")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("现在是“2025-06-28”"), "{}", late.text);
    let old = leader.post(&format!("{at}/check"), &[("version", &version)]).await;
    assert_eq!(old.status, StatusCode::CONFLICT, "checked is what was looked at");
    let version = leader.get(&at).await.value("version");
    leader.post(&format!("{at}/check"), &[("version", &version)]).await;
    assert_eq!((awarded(&town).await, figure_of(&town, "honours.persons", town.city).await), (1, 1));
    assert_eq!(member.get(&format!("{at}/edit")).await.status, StatusCode::UNPROCESSABLE_ENTITY, "checked is checked");
    let history = leader.get(&at).await.text;
    for word in ["登记了荣誉", "退回了荣誉", "改了荣誉", "核实了荣誉"] {
        assert!(history.contains(word), "{word}");
    }
    assert!(member.get("/my").await.text.contains("优秀共产党员"));
    assert!(member.get("/my/export").await.text.contains("\"title\": \"优秀共产党员\""));
    // Nobody checks their own, nor one of people elsewhere.
    let own = Handed { of: For::Person(leads), ..award("青年岗位能手", "2025-05-04") };
    let by = Actor { person: Some(leads), ..town.app.operator() };
    let own = actions::add(&town.app, &by, own).await.unwrap();
    assert_eq!(code(actions::check(&town.app, &by, own, 1).await), "honour-own");
    let version = leader.get(&second).await.value("version");
    leader.post(&format!("{second}/void"), &[("version", &version), ("reason", "重复登记")]).await;
    assert!(member.get(&second).await.text.contains("重复登记"));
    assert_eq!(awarded(&town).await, 1);
    town.reconciled().await;
}

fn award(title: &str, on: &str) -> Handed {
    Handed {
        of: For::Person(PersonId(0)),
        title: title.to_owned(),
        title_group: None,
        level: Level::Municipal,
        conferrer: "市委".to_owned(),
        day: day(on),
        certificate: None,
        note: None,
        another: false,
    }
}

/// The code of a refusal.
fn code<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "done".to_owned(),
        Err(AppError::Refused(refusal)) => refusal.code,
        Err(other) => panic!("{other}"),
    }
}

async fn bad_input_is_refused_in_words(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let person = town.person("何雨桐", town.street, None).await;
    let of = For::Person(person);
    let good = || Handed { of, ..award("先进个人", "2025-03-08") };
    let cases = [
        (Handed { title: " ".to_owned(), ..good() }, "honour-title"),
        (Handed { title: "长".repeat(201), ..good() }, "honour-title"),
        (Handed { conferrer: String::new(), ..good() }, "honour-conferrer"),
        (Handed { certificate: Some("9".repeat(65)), ..good() }, "honour-certificate-long"),
        (Handed { note: Some("长".repeat(501)), ..good() }, "honour-note-long"),
        (Handed { day: day("2026-01-06"), ..good() }, "honour-day-ahead"),
        (Handed { day: day("2024-12-31"), ..good() }, "honour-not-posted"),
        (Handed { title_group: Some("nothing".to_owned()), ..good() }, "honour-group-unknown"),
        (Handed { of: For::Person(PersonId(999_999)), ..good() }, "person-unknown"),
        (Handed { of: For::Group(GroupId(999_999)), ..good() }, "group-unknown"),
        (Handed { of: For::Unit(UnitId(999_999)), ..good() }, "unit-unknown"),
        (good(), "done"),
        (good(), "honour-there-already"),
        (Handed { another: true, ..good() }, "honour-there-already"),
        (Handed { level: Level::National, ..good() }, "honour-there-alike"),
        (Handed { level: Level::National, another: true, ..good() }, "done"),
    ];
    for (handed, expected) in cases {
        assert_eq!(code(actions::add(app, &operator, handed.clone()).await), expected, "{handed:?}");
    }
    let id = ids(app).await[0];
    assert_eq!(code(actions::check(app, &operator, id, 1).await), "honour-not-pending");
    assert_eq!(code(actions::edit(app, &operator, id, 1, good()).await), "honour-settled");
    assert_eq!(code(actions::void(app, &operator, id, 9, "重复").await), "changed-meanwhile");
    assert_eq!(code(actions::void(app, &operator, id, 1, " ").await), "void-without-reason");
    assert_eq!(awarded(&town).await, 2, "nothing was lost");
    town.reconciled().await;
}

async fn an_honour_counts_where_the_person_stood_and_follows_corrections(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let person = town.person("何雨桐", town.street, None).await;
    let handed = Handed { of: For::Person(person), ..award("先进个人", "2025-03-08") };
    actions::add(app, &operator, handed).await.unwrap();
    people::actions::transfer(app, &operator, person, town.city, &people::Held::default(), day("2025-06-01"))
        .await
        .unwrap();
    assert_eq!(figure_of(&town, "honours.awarded", town.street).await, 1, "a transfer changes no past figure");
    let later = Handed { of: For::Person(person), ..award("劳动模范", "2025-09-01") };
    actions::add(app, &operator, later).await.unwrap();
    assert_eq!((figure_of(&town, "honours.awarded", town.street).await, awarded(&town).await), (1, 2));
    people::actions::set_party(app, &operator, person, people::Party::Member, day("2025-03-01")).await.unwrap();
    town.reconciled().await;
    let parties: Vec<String> = ledger::db::rows(&app.db, "select party from honour order by id", vec![]).await.unwrap();
    assert_eq!(parties, ["yes", "yes"], "confirmed anew with the person");
}

async fn of_merged_people_the_same_honour_stays_once(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let kept = town.person("何雨桐", town.street, None).await;
    let gone = town.person("何雨彤", town.street, None).await;
    for (person, title) in [(kept, "先进个人"), (gone, "先进个人"), (gone, "劳动模范")] {
        let handed = Handed { of: For::Person(person), ..award(title, "2025-03-08") };
        actions::add(app, &operator, handed).await.unwrap();
    }
    let page = town.admin.clone().get(&format!("/people/{kept}/merge?other_id={gone}")).await.text;
    assert!(page.contains("荣誉"), "{page}");
    people::actions::merge(app, &operator, gone, kept).await.unwrap();
    assert_eq!((awarded(&town).await, figure_of(&town, "honours.persons", town.city).await), (2, 1));
    town.reconciled().await;
}

async fn title_groups_are_added_and_retired(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    let person = town.person("何雨桐", town.street, None).await;
    let mut admin = town.admin.clone();
    let form = admin.get("/settings/honours").await;
    let once = form.value("once");
    let fields = [("once", &*once), ("name", "三八红旗手"), ("en", "Red banner"), ("aliases", "红旗手 三八 红旗手")];
    assert!(admin.post("/settings/honours", &fields).await.location.is_some());
    let taken = admin.post("/settings/honours", &[("name", "优秀党员")]).await;
    assert!(taken.text.contains("优秀共产党员"), "{}", taken.text);
    let needed = admin.get("/settings/honours?code=other").await;
    let fields = [("code", "other"), ("version", &*needed.value("version")), ("name", "其他荣誉"), ("retired", "on")];
    assert_eq!(admin.post("/settings/honours", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let handed = Handed { of: For::Person(person), ..award("全国三八红旗手", "2025-03-08") };
    let id = actions::add(app, &app.operator(), handed).await.unwrap();
    let group = store::by_ids(&app.db, &[id]).await.unwrap()[0].title_group.clone();
    assert!(group.starts_with("own_"), "{group}");
    let page = admin.get(&format!("/settings/honours?code={group}")).await;
    let fields = [("code", &*group), ("version", &*page.value("version")), ("name", "三八红旗手"), ("retired", "on")];
    assert!(admin.post("/settings/honours", &fields).await.location.is_some());
    let later = Handed { of: For::Person(person), ..award("三八红旗手标兵", "2025-03-08") };
    let later = actions::add(app, &app.operator(), later).await.unwrap();
    assert_eq!(
        store::by_ids(&app.db, &[later]).await.unwrap()[0].title_group,
        "other",
        "one that is retired isn't used"
    );
    assert!(admin.get(&format!("/honours/{id}")).await.text.contains("三八红旗手"));
    town.reconciled().await;
}
