//! Notices from above: sent, answered by 80 units, late, withdrawn after some answers; duties follow their activities.

use axum::http::StatusCode;
use chrono::{DateTime, Days};
use desk::{
    actor::Role,
    app::App,
    error::AppError,
    ui::{language::Language, rows::Slice},
};
use federation::{
    duties::{self, Reach, Ruling},
    files::Incoming,
    units,
};
use figures::{
    metrics,
    registers::actions::{Order, build},
};
use kernel::{FixedClock, Period, RecordId, UnitId};
use ledger::{Filter, Value};
use qinglan::features::{
    activities::{self, actions::Draft},
    notices::{
        self, Duty, DutyState, Kind, Recipients, State,
        actions::{self, Said, Wanted},
        answers::{self, Return},
        board, list, reach,
    },
    plans,
};
use web::Fields;

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, town, unit},
};

on_both!(
    eighty_streets_answer_and_the_sender_watches,
    a_notice_goes_to_those_it_is_for_and_to_no_closed_unit,
    a_return_is_changed_until_its_last_day_and_late_after_it,
    a_form_that_is_sent_twice_and_two_at_once_do_no_harm,
    a_notice_withdrawn_after_answers_keeps_them,
    a_session_answers_once_it_is_held_and_no_longer_once_it_is_void,
    a_plan_item_answers_and_dropping_it_reopens_the_duty,
    a_unit_is_excused_and_a_return_sent_back,
    each_unit_sees_its_own_part_of_a_notice,
    a_form_with_faults_keeps_what_was_typed,
    received_notices_are_in_the_register_and_in_figures,
);

fn wanted(kind: Kind, text: &str) -> Wanted {
    Wanted { kind, wanted: text.to_owned(), type_code: None, material: None, needs_file: false }
}

fn said(title: &str, recipients: Recipients, demands: Vec<Wanted>) -> Said {
    let number = Some(format!("青妇〔2026〕{}号", title.chars().count()));
    let (title, text) = (title.to_owned(), "请各单位按时办理。".to_owned());
    Said { number, title, text, due_on: day("2026-01-10"), recipients, demands }
}

/// Sends a notice of the city.
async fn sent(town: &Town, title: &str, recipients: Recipients, demands: Vec<Wanted>) -> i64 {
    let (app, operator) = (&town.app, town.app.operator());
    let id = actions::draft(app, &operator, town.city, said(title, recipients, demands)).await.unwrap();
    actions::send(app, &operator, (id, 1)).await.unwrap();
    id
}

async fn duty_of(app: &App, notice: i64, unit: UnitId) -> Duty {
    let duties = notices::store::duties_of(&app.db, notice).await.unwrap();
    duties.into_iter().find(|duty| duty.unit == unit).expect("a duty of the unit")
}

/// The application some days later.
fn later(app: &App, days: u64) -> App {
    let now = DateTime::parse_from_rfc3339("2026-01-05T02:00:00Z").unwrap().to_utc() + Days::new(days);
    app.with_clock(std::sync::Arc::new(FixedClock(now)))
}

async fn hand_in(app: &App, duty: RecordId, text: &str) -> Result<(), AppError> {
    let version = duties::store::by_id(&app.db, duty).await.unwrap().unwrap().version;
    let handed = Return { text: text.to_owned(), file: None };
    answers::hand_in(app, &app.operator(), (duty, version), handed).await
}

fn code<T: std::fmt::Debug>(result: Result<T, AppError>) -> String {
    match result {
        Err(AppError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

async fn figure(app: &App, key: &str, unit: UnitId, filter: &[(&str, &str)]) -> Value {
    let period = Period::new(day("2026-01-01"), day("2026-12-31")).unwrap();
    let books = metrics::open(app, unit, period, None, None).await.unwrap();
    let conditions = filter.iter().map(|(facet, value)| ((*facet).to_owned(), [(*value).to_owned()].into()));
    let filter = Filter(conditions.collect());
    books.figure(&app.metrics().get(key).unwrap(), unit, period, &filter).unwrap().value
}

async fn counts(app: &App, notice: i64) -> board::Counts {
    let reach = Reach::load(&app.db, &app.operator()).await.unwrap();
    board::counts(&app.db, &reach, notice).await.unwrap()
}

async fn eighty_streets_answer_and_the_sender_watches(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let mut streets = vec![town.street, town.other];
    for number in 3..=80 {
        streets.push(unit(&town.app, &format!("第{number}街道"), "street", Some(town.city)).await);
    }
    let notice =
        sent(&town, "总结", Recipients::Level("street".to_owned()), vec![wanted(Kind::Return, "上报总结")]).await;
    let page = format!("/notices/{notice}");
    let mut watching = town.admin.clone();
    assert_eq!(counts(&town.app, notice).await.units, 80);
    for (answered, street) in streets.iter().enumerate() {
        let board = watching.part(&page, "board").await;
        assert!(!board.text.contains("<html"), "{}", board.text);
        assert!(board.text.contains(&format!("data-units-done>{answered}<")), "{}", board.text);
        let duty = duty_of(&town.app, notice, *street).await;
        let fields = [("text", "已完成"), ("version", "1")];
        let answer = town.admin.post(&format!("/notices/duties/{}/answer", duty.id), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }
    let board = watching.part(&page, "board").await;
    assert!(board.text.contains("data-units-done>80<") && board.text.contains("data-units>80<"), "{}", board.text);
    assert_eq!(figure(&town.app, "notices.answered", town.city, &[]).await, Value::Whole(80));
    assert_eq!(figure(&town.app, "notices.units", town.city, &[("level", "street")]).await, Value::Whole(80));
    town.reconciled().await;
}

async fn a_notice_goes_to_those_it_is_for_and_to_no_closed_unit(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let community = unit(app, "东社区", "community", Some(town.street)).await;
    let elsewhere = unit(app, "云溪市", "city", None).await;
    let closed = unit(app, "旧街道", "street", Some(town.city)).await;
    units::actions::close(app, &operator, closed, day("2026-01-02")).await.unwrap();
    let goes = async |recipients: Recipients| {
        let id = actions::draft(
            app,
            &operator,
            town.city,
            Said { number: None, ..said("通知", recipients, vec![wanted(Kind::Return, "报")]) },
        );
        let id = id.await.unwrap();
        let sent = actions::send(app, &operator, (id, 1)).await.unwrap();
        let mut units: Vec<UnitId> =
            notices::store::duties_of(&app.db, id).await.unwrap().into_iter().map(|duty| duty.unit).collect();
        units.sort();
        assert_eq!(units.len(), sent.units);
        (units, sent.left_out)
    };
    let old = vec!["旧街道".to_owned()];
    assert_eq!(goes(Recipients::Children).await, (vec![town.street, town.other], old.clone()));
    assert_eq!(goes(Recipients::All).await, (vec![town.street, town.other, community], old.clone()));
    assert_eq!(goes(Recipients::Level("community".to_owned())).await, (vec![community], Vec::new()));
    assert_eq!(goes(Recipients::Chosen(vec![closed, town.other])).await, (vec![town.other], old));
    for (recipients, refused) in [
        (Recipients::Chosen(vec![elsewhere]), "notice-unit-elsewhere"),
        (Recipients::Chosen(vec![town.city]), "notice-unit-elsewhere"),
        (Recipients::Chosen(Vec::new()), "notice-nobody-chosen"),
    ] {
        let draft = actions::draft(app, &operator, town.city, said("另", recipients, vec![wanted(Kind::Return, "报")]));
        assert_eq!(code(draft.await), refused);
    }
    let nobody = said("空", Recipients::Level("province".to_owned()), vec![wanted(Kind::Return, "报")]);
    let id = actions::draft(app, &operator, town.city, nobody).await.unwrap();
    assert_eq!(code(actions::send(app, &operator, (id, 1)).await), "notice-nobody");
    // What was not sent is still a draft, and nobody has a duty.
    let draft = notices::store::by_id(&app.db, id).await.unwrap().unwrap();
    assert_eq!((draft.state, draft.version), (State::Draft, 1));
    // A unit that closes later keeps its duty, which can be excused.
    let id = sent(&town, "后来撤销的", Recipients::Chosen(vec![town.other]), vec![wanted(Kind::Return, "报")]).await;
    units::actions::close(app, &operator, town.other, day("2026-01-05")).await.unwrap();
    let duty = duty_of(app, id, town.other).await;
    assert_eq!(duty.state, DutyState::Open);
    answers::rule(app, &operator, duty.id, Ruling::Excuse, "").await.unwrap();
    assert_eq!(counts(app, id).await.open, 0);
}

async fn a_return_is_changed_until_its_last_day_and_late_after_it(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    let notice = sent(&town, "总结", Recipients::Children, vec![wanted(Kind::Return, "上报总结")]).await;
    let (here, there) = (duty_of(app, notice, town.street).await.id, duty_of(app, notice, town.other).await.id);
    assert_eq!(code(hand_in(app, here, "  ").await), "notice-answer-empty");
    hand_in(app, here, "初稿").await.unwrap();
    hand_in(&later(app, 5), here, "定稿").await.unwrap();
    let answered = duty_of(app, notice, town.street).await;
    assert_eq!((answered.text.as_deref(), answered.answered_on), (Some("定稿"), Some(day("2026-01-10"))));
    assert_eq!(code(hand_in(&later(app, 6), here, "再改").await), "notice-answer-fixed");
    hand_in(&later(app, 6), there, "晚了").await.unwrap();
    let app = &later(app, 6);
    assert_eq!(counts(app, notice).await.done_late, 1);
    assert_eq!(figure(app, "notices.answered", town.city, &[("in_time", "yes")]).await, Value::Whole(1));
    assert_eq!(figure(app, "notices.answered", town.other, &[("in_time", "no")]).await, Value::Whole(1));
    let Value::Rate { part, whole } = figure(app, "notices.in_time_rate", town.city, &[]).await else {
        panic!("a rate")
    };
    assert_eq!((part, whole), (1, 2));
    town.reconciled().await;
}

async fn a_form_that_is_sent_twice_and_two_at_once_do_no_harm(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let city = town.city.to_string();
    let form = town.admin.get("/notices/new").await;
    let once = form.value("once");
    let fields = [
        ("once", once.as_str()),
        ("title", "关于上报的通知"),
        ("number", "1号"),
        ("unit_id", city.as_str()),
        ("due_on", "2026-01-20"),
        ("recipients", "children"),
        ("kind_1", "return"),
        ("wanted_1", "上报"),
    ];
    let first = town.admin.post("/notices", &fields).await.location.unwrap();
    assert_eq!(town.admin.post("/notices", &fields).await.location.as_deref(), Some(first.as_str()));
    let again = [&fields[1..], &[("once", "another")]].concat();
    let taken = town.admin.post("/notices", &again).await;
    assert!(taken.status == StatusCode::UNPROCESSABLE_ENTITY && taken.text.contains("已经用在"), "{}", taken.text);
    let draft = town.admin.get(&first).await;
    let send = [("once", draft.value("once")), ("version", "1".to_owned())];
    let send: Vec<(&str, &str)> = send.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let at = format!("{first}/send");
    for _ in 0..2 {
        assert_eq!(town.admin.post(&at, &send).await.status, StatusCode::SEE_OTHER);
    }
    let id: i64 = first.rsplit('/').next().unwrap().parse().unwrap();
    assert_eq!(counts(&town.app, id).await.total, 2);
    // Two users answer the same duty at once: one is accepted, the other is told that it changed.
    let (app, duty) = (&town.app, duty_of(&town.app, id, town.street).await.id);
    let operator = app.operator();
    let hand = |text: &str| {
        let handed = Return { text: text.to_owned(), file: None };
        answers::hand_in(app, &operator, (duty, 1), handed)
    };
    let (one, two) = tokio::join!(ledger::db::in_one_task(hand("甲")), ledger::db::in_one_task(hand("乙")));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert_eq!(code(if one.is_err() { one } else { two }), "changed-meanwhile");
    // Answered and withdrawn at once: in whatever order, nothing is lost and the ledger is right.
    let other = duty_of(app, id, town.other).await.id;
    let handed = Return { text: "丙".to_owned(), file: None };
    let answer = answers::hand_in(app, &operator, (other, 1), handed);
    let (answered, withdrawn) = tokio::join!(
        ledger::db::in_one_task(answer),
        ledger::db::in_one_task(actions::withdraw(app, &operator, (id, 2), "重发"))
    );
    withdrawn.unwrap();
    let state = duty_of(app, id, town.other).await.state;
    assert_eq!(state, if answered.is_ok() { DutyState::Done } else { DutyState::Lapsed });
    town.reconciled().await;
}

async fn a_notice_withdrawn_after_answers_keeps_them(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let notice = sent(&town, "总结", Recipients::Children, vec![wanted(Kind::Return, "上报总结")]).await;
    let duty = duty_of(app, notice, town.street).await.id;
    hand_in(app, duty, "古沟的总结").await.unwrap();
    assert_eq!(code(actions::withdraw(app, &operator, (notice, 2), " ").await), "notice-without-reason");
    actions::withdraw(app, &operator, (notice, 2), "文号有误").await.unwrap();
    assert_eq!(code(actions::withdraw(app, &operator, (notice, 3), "又撤").await), "notice-withdrawn-already");
    let [answered, open] = [town.street, town.other].map(|unit| duty_of(app, notice, unit));
    let (answered, open) = (answered.await, open.await);
    assert_eq!((answered.state, answered.text.as_deref()), (DutyState::Done, Some("古沟的总结")));
    assert_eq!(open.state, DutyState::Lapsed);
    // What was answered is still counted.
    assert_eq!(figure(app, "notices.answered", town.city, &[]).await, Value::Whole(1));
    // A user who answers too late is told so, and what was typed stays.
    let mut other = town.secretary("other", town.other).await;
    let typed = [("text", "红埠写了很久的总结"), ("version", "1")];
    let answer = other.post(&format!("/notices/duties/{}/answer", open.id), &typed).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("已经撤回") && answer.text.contains("红埠写了很久的总结"), "{}", answer.text);
    // Both recipients see that it was withdrawn and why; one of them also sees its answer.
    let mut street = town.secretary("street", town.street).await;
    let page = street.get(&format!("/notices/{notice}")).await.text;
    assert!(page.contains("文号有误") && page.contains("古沟的总结"), "{page}");
    assert!(other.get(&format!("/notices/{notice}")).await.text.contains("文号有误"));
    // A corrected one is created as a copy and sent with the same number.
    let copy = actions::copy(app, &operator, notice).await.unwrap();
    let draft = notices::store::by_id(&app.db, copy).await.unwrap().unwrap();
    assert_eq!((draft.state, draft.copy_of, draft.number.is_some()), (State::Draft, Some(notice), true));
    actions::send(app, &operator, (copy, 1)).await.unwrap();
    assert_eq!(counts(app, copy).await.open, 2);
    assert_eq!(
        code(actions::change(app, &operator, (copy, 2), said("改", Recipients::All, vec![])).await),
        "notice-sent-already"
    );
    town.reconciled().await;
}

async fn a_session_answers_once_it_is_held_and_no_longer_once_it_is_void(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let demands = vec![
        Wanted { type_code: Some("seminar".to_owned()), ..wanted(Kind::Activity, "开展专题研讨") },
        wanted(Kind::Activity, "再开展一次学习"),
    ];
    let notice = sent(&town, "研讨", Recipients::Children, demands).await;
    let reference = notices::store::by_id(&app.db, notice).await.unwrap().unwrap().number.unwrap();
    let duties_of_street = async || -> Vec<Duty> {
        let duties = notices::store::duties_of(&app.db, notice).await.unwrap();
        duties.into_iter().filter(|duty| duty.unit == town.street).collect()
    };
    let session = |kind: &str, on: &str, state| {
        let mut draft = Draft::new(kind, "专题研讨", day(on), town.street);
        draft.activity.notice_ref = Some(reference.clone());
        draft.activity.state = state;
        draft
    };
    // An announced session is arranged, a held one answers, and only one of the two duties.
    let id = activities::actions::add(app, &operator, session("seminar", "2026-01-05", activities::State::Announced))
        .await
        .unwrap();
    let duties = duties_of_street().await;
    assert_eq!((duties[0].state, duties[0].record, duties[1].record), (DutyState::Open, Some(id), None));
    let mut draft = activities::actions::draft_of(app, id).await.unwrap();
    draft.activity.state = activities::State::Held;
    activities::actions::edit(app, &operator, draft, None).await.unwrap();
    let duties = duties_of_street().await;
    assert_eq!((duties[0].state, duties[0].answered_on), (DutyState::Done, Some(day("2026-01-05"))));
    assert_eq!(duties[1].state, DutyState::Open);
    assert_eq!(figure(app, "notices.answered", town.street, &[("demand", "activity")]).await, Value::Whole(1));
    // A session from before the notice, and one of another type, don't answer the first demand; the second accepts any type.
    activities::actions::add(app, &operator, session("study", "2026-01-04", activities::State::Held)).await.unwrap();
    assert_eq!(duties_of_street().await[1].state, DutyState::Open);
    activities::actions::add(app, &operator, session("study", "2026-01-05", activities::State::Held)).await.unwrap();
    assert_eq!(duties_of_street().await[1].state, DutyState::Done);
    // After the session is made void, the duty is open again, and the entry is reversed; another session may be named for it.
    activities::actions::void(app, &operator, id, "没有办").await.unwrap();
    let first = duties_of_street().await[0].clone();
    assert_eq!((first.state, first.record, first.answered_on), (DutyState::Open, None, None));
    assert_eq!(figure(app, "notices.answered", town.street, &[]).await, Value::Whole(1));
    let mut plain = Draft::new("seminar", "后来的研讨", day("2026-01-05"), town.street);
    let unnamed = activities::actions::add(app, &operator, plain.clone()).await.unwrap();
    plain.activity.host = town.other;
    let unrelated = activities::actions::add(app, &operator, plain).await.unwrap();
    let named = async |activity| answers::name_activity(app, &operator, first.id, activity).await;
    assert_eq!(code(named(unrelated).await), "activity-unknown");
    assert_eq!(code(named(duties_of_street().await[1].record.unwrap()).await), "notice-activity-type");
    named(unnamed).await.unwrap();
    assert_eq!(duties_of_street().await[0].state, DutyState::Done);
    assert_eq!(figure(app, "notices.answered", town.street, &[]).await, Value::Whole(2));
    town.reconciled().await;
}

async fn a_plan_item_answers_and_dropping_it_reopens_the_duty(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let notice = sent(&town, "学习", Recipients::Children, vec![wanted(Kind::PlanItem, "学习第一章")]).await;
    let duty = duty_of(app, notice, town.street).await;
    let plan = plans::actions::Said {
        title: "一月计划".to_owned(),
        from: day("2026-01-01"),
        to: day("2026-01-08"),
        theme: None,
    };
    let foreign_plan = plans::actions::begin(app, &operator, town.other, plan.clone()).await.unwrap();
    assert_eq!(code(answers::add_to_plan(app, &operator, duty.id, foreign_plan).await), "plan-unknown");
    let plan = plans::actions::begin(app, &operator, town.street, plan).await.unwrap();
    for _ in 0..2 {
        answers::add_to_plan(app, &operator, duty.id, plan).await.unwrap();
    }
    let sql = "select count(*) from plan_item where plan_id = $1 and due_on = $2";
    let values = vec![plan.into(), day("2026-01-08").into()];
    assert_eq!(ledger::db::scalar::<i64>(&app.db, sql, values).await.unwrap(), Some(1));
    let item = duty_of(app, notice, town.street).await.item.unwrap();
    assert_eq!(duty_of(app, notice, town.street).await.state, DutyState::Done);
    plans::actions::drop_item(app, &operator, item).await.unwrap();
    assert_eq!(duty_of(app, notice, town.street).await.state, DutyState::Open);
    town.reconciled().await;
}

async fn a_unit_is_excused_and_a_return_sent_back(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let notice =
        sent(&town, "总结", Recipients::Children, vec![Wanted { needs_file: true, ..wanted(Kind::Return, "报") }])
            .await;
    let (here, there) = (duty_of(app, notice, town.street).await.id, duty_of(app, notice, town.other).await.id);
    assert_eq!(code(hand_in(app, here, "没有文件").await), "notice-answer-needs-file");
    let file = Incoming::from_bytes(app, "总结.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n".as_slice())
        .await
        .unwrap();
    let handed = Return { text: String::new(), file: Some(file) };
    answers::hand_in(app, &operator, (here, 1), handed).await.unwrap();
    answers::rule(app, &operator, here, Ruling::SendBack, "补上数字").await.unwrap();
    let back = duty_of(app, notice, town.street).await;
    assert!(back.state == DutyState::Open && back.file.is_some() && back.answered_on.is_none(), "{back:?}");
    assert_eq!(figure(app, "notices.answered", town.city, &[]).await, Value::Whole(0));
    // The file is still there, so a text is enough.
    hand_in(app, here, "补充说明").await.unwrap();
    answers::rule(app, &operator, there, Ruling::Excuse, "").await.unwrap();
    assert_eq!(code(hand_in(app, there, "还是报").await), "notice-answer-excused");
    assert_eq!((counts(app, notice).await.units_done, counts(app, notice).await.excused), (2, 1));
    answers::rule(app, &operator, there, Ruling::Owe, "").await.unwrap();
    assert_eq!(counts(app, notice).await.open, 1);
    town.reconciled().await;
}

async fn each_unit_sees_its_own_part_of_a_notice(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    let person = town.person("郑梦曦", town.street, None).await;
    let group = federation::groups::store::default_groups(&app.db, &[town.street]).await.unwrap()[&town.street].id;
    account(app, "leader", Some((Role::Leader, None, Some(group))), None).await;
    account(app, "member", None, Some(person)).await;
    account(app, "reader", Some((Role::Reader, Some(town.city), None)), None).await;
    account(app, "nothing", None, None).await;
    let mut street = town.secretary("street", town.street).await;
    let mut other = town.secretary("other", town.other).await;
    let mut city = town.secretary("city", town.city).await;
    let notice = sent(&town, "总结", Recipients::Children, vec![wanted(Kind::Return, "上报总结")]).await;
    let alone = sent(&town, "只给红埠的", Recipients::Chosen(vec![town.other]), vec![wanted(Kind::Return, "报")]).await;
    let (here, there) = (duty_of(app, notice, town.street).await, duty_of(app, notice, town.other).await);
    hand_in(app, there.id, "红埠的内容").await.unwrap();
    let page = format!("/notices/{notice}");
    // It is on the home page of the unit that has the duty until it is answered, and not on the sender's.
    assert!(street.get("/").await.text.contains(&page) && !city.get("/").await.text.contains(&page));
    assert!(!street.get("/notices").await.text.contains(&format!("/notices/{alone}")));
    // The street sees its own part and nothing of the other's.
    let text = street.get(&page).await.text;
    assert!(text.contains(&format!("/notices/duties/{}/answer", here.id)) && !text.contains("红埠"), "{text}");
    assert_eq!(street.get(&format!("/notices/duties/{}", there.id)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(street.get(&format!("/notices/{alone}")).await.status, StatusCode::NOT_FOUND);
    assert!(duty_of(app, notice, town.street).await.seen_at.is_some());
    // The sender reads every answer; somebody who may only read figures sees the counts.
    assert!(city.get(&page).await.text.contains("红埠的内容"));
    let mut reader = Browser::signed_in(app, "reader").await;
    let text = reader.get(&page).await.text;
    assert!(text.contains("data-units-done>1<") && !text.contains("红埠"), "{text}");
    // The leader may read, but not answer; members see no notices.
    let mut leader = Browser::signed_in(app, "leader").await;
    let text = leader.get(&page).await.text;
    assert!(text.contains("上报总结") && !text.contains("/answer\""), "{text}");
    let answer = leader.post(&format!("/notices/duties/{}/answer", here.id), &[("text", "甲"), ("version", "1")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    for name in ["member", "nothing"] {
        let mut nobody = Browser::signed_in(app, name).await;
        assert_eq!(nobody.get("/notices").await.status, StatusCode::FORBIDDEN, "{name}");
        assert_eq!(nobody.get(&page).await.status, StatusCode::NOT_FOUND, "{name}");
    }
    // After a reminder the page says so; after the answer it leaves the home page.
    let reminded = city.post(&format!("{page}/remind"), &[]).await;
    assert_eq!(reminded.status, StatusCode::SEE_OTHER);
    assert!(street.get("/").await.text.contains("已催办"));
    assert_eq!(street.post(&format!("{page}/remind"), &[]).await.status, StatusCode::FORBIDDEN);
    let version = duty_of(app, notice, town.street).await.version.to_string();
    let answer = street
        .post(&format!("/notices/duties/{}/answer", here.id), &[("text", "古沟的内容"), ("version", version.as_str())])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert!(!street.get("/").await.text.contains(&page));
    // Lists have the same limits.
    let reach = Reach::load(&app.db, &app.operator()).await.unwrap();
    let (asked, first) = (Fields::from_pairs([("q", "红埠")]), Slice::first(list::ORDERS, 9));
    let found = list::list(&app.db, (&reach, list::Side::Both), (&asked, app.today()), &first).await.unwrap();
    assert_eq!(found.lines().iter().map(|line| line.id).collect::<Vec<_>>(), [alone]);
    assert!(reach::seen(&app.db, &app.operator(), notice).await.unwrap().keeps);
    let export = other.get("/notices/export?box=received").await;
    assert_eq!(export.status, StatusCode::OK);
}

async fn a_form_with_faults_keeps_what_was_typed(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let city = town.city.to_string();
    let base = [
        ("title", "通知"),
        ("unit_id", city.as_str()),
        ("due_on", "2026-01-20"),
        ("recipients", "children"),
        ("kind_1", "return"),
        ("wanted_1", "上报"),
        ("text", "一段正文"),
    ];
    for (name, value, told) in [
        ("title", "", "这一项要填"),
        ("due_on", "2026-01-01", "不能早于今天"),
        ("due_on", "下周", "下周"),
        ("recipients", "chosen", "没有选单位"),
        ("recipients", "level:none", "没有可以发给"),
        ("wanted_1", "", "没有办理要求"),
        ("material_1", "没有这本书", "没有找到这份资料"),
        ("unit_named", "没有的街道", "没有的街道"),
        ("number", &"长".repeat(101), "最多 100 个字"),
    ] {
        let mut fields: Vec<(&str, &str)> = base.iter().filter(|(of, _)| *of != name).copied().collect();
        fields.push((name, value));
        let answer = town.admin.post("/notices", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={value}: {}", answer.text);
        assert!(answer.text.contains("一段正文"), "{name}={value}");
        assert!(answer.text.contains(told), "{name}={value}: {}", answer.text);
    }
    // If a draft was changed meanwhile, the user is told, and what was typed stays.
    let location = town.admin.post("/notices", &base).await.location.unwrap();
    let mut fields: Vec<(&str, &str)> = base[3..].to_vec();
    fields.extend([("title", "另一个标题"), ("due_on", "2026-01-20"), ("version", "1")]);
    assert_eq!(town.admin.post(&location, &fields).await.status, StatusCode::SEE_OTHER);
    let late = town.admin.post(&location, &fields).await;
    assert!(late.status == StatusCode::CONFLICT && late.text.contains("另一个标题"), "{}", late.text);
    // It is deleted as a whole.
    assert_eq!(town.admin.post(&format!("{location}/drop"), &[("version", "2")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(town.admin.get(&location).await.status, StatusCode::NOT_FOUND);
}

async fn received_notices_are_in_the_register_and_in_figures(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let demands = vec![wanted(Kind::Return, "上报总结"), wanted(Kind::Activity, "开展活动")];
    let notice = sent(&town, "总结", Recipients::Children, demands).await;
    let duties = notices::store::duties_of(&app.db, notice).await.unwrap();
    let duty = duties.iter().find(|duty| duty.unit == town.street && duty.kind == Kind::Return).unwrap();
    hand_in(app, duty.id, "内容").await.unwrap();
    let words = qinglan::words(Language::Chinese);
    let period = Period::new(day("2026-01-01"), day("2026-12-31")).unwrap();
    let rows = async |unit| {
        let order = Order { register: notices::NOTICES, unit, period, phones: false };
        build(app, &operator, order, &words).await.unwrap().rows
    };
    let street = rows(town.street).await;
    assert_eq!(street.len(), 1);
    let text = format!("{:?}", street[0]);
    for part in
        ["2026-01-05", "青蓝市", "青妇〔2026〕2号", "总结", "上报总结；开展活动", "2026-01-10", "2026-01-05 办结；未办"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    // The sender received nothing.
    assert!(rows(town.city).await.is_empty());
    // The figure opens onto the duty, by the notice's title.
    let asked = metrics::actions::Asked {
        place: (town.city).into(),
        period,
        position: None,
        tree_day: None,
        filter: Filter::default(),
    };
    let metric = app.metrics().get("notices.answered").unwrap();
    let shown = metrics::actions::show(app, &operator, &metric, &asked, true).await.unwrap();
    assert_eq!(shown.rows.len(), 1);
    assert_eq!(shown.rows[0].href, Some(format!("/notices/duties/{}", duty.id)));
    assert!(shown.rows[0].title.contains("总结"), "{}", shown.rows[0].title);
    assert_eq!(shown.rows[0].day, day("2026-01-05"));
}
