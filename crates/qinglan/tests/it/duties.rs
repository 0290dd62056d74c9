//! Duties: what is due and answered is counted, listed for those who owe and for those who asked, and reminded of.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::{DateTime, Days, NaiveDate};
use desk::{
    app::App,
    error::{AppError, Result},
};
use federation::{
    duties::{self, Duty, Ruling, State},
    units,
};
use figures::{
    metrics,
    own_registers::{
        Draft,
        model::{Every, FieldKind, FilledBy},
    },
};
use kernel::{FixedClock, Period, RecordId, UnitId};
use ledger::Filter;
use qinglan::features::notices::{
    self, Kind, Recipients,
    actions::{Said, Wanted},
    answers::{self, Return},
};

use crate::{
    own_registers,
    support::{On, Place, day, on_both},
    town::{Town, town, unit},
};

on_both!(
    what_is_due_and_answered_is_counted_where_it_is_due,
    those_who_owe_and_those_who_asked_see_it_in_lists,
    only_who_asked_reminds,
    a_register_with_a_deadline_is_owed_by_those_who_fill_it_in,
    groups_owe_a_register_that_groups_fill_in,
);

/// Sends a notice of the city to the units under it: one return, by 10 January.
async fn sent(town: &Town, title: &str) -> i64 {
    let (app, operator) = (&town.app, town.app.operator());
    let wanted = Wanted {
        kind: Kind::Return,
        wanted: "上报总结".to_owned(),
        type_code: None,
        material: None,
        needs_file: false,
    };
    let said = Said {
        number: None,
        title: title.to_owned(),
        text: String::new(),
        due_on: day("2026-01-10"),
        recipients: Recipients::Children,
        demands: vec![wanted],
    };
    let id = notices::actions::draft(app, &operator, town.city, said).await.unwrap();
    notices::actions::send(app, &operator, (id, 1)).await.unwrap();
    id
}

async fn duty_of(app: &App, notice: i64, unit: UnitId) -> Duty {
    let opened = notices::store::duties_of(&app.db, notice).await.unwrap();
    opened.into_iter().find(|duty| duty.unit == unit).expect("a duty of the unit")
}

/// The application some days later.
fn later(app: &App, days: u64) -> App {
    let now = DateTime::parse_from_rfc3339("2026-01-05T02:00:00Z").unwrap().to_utc() + Days::new(days);
    app.with_clock(std::sync::Arc::new(FixedClock(now)))
}

async fn hand_in(app: &App, duty: RecordId) {
    let version = duties::store::by_id(&app.db, duty).await.unwrap().unwrap().version;
    let handed = Return { text: "总结".to_owned(), file: None };
    answers::hand_in(app, &app.operator(), (duty, version), handed).await.unwrap();
}

/// Due, of these answered in time, and answered, in a month.
async fn counts(app: &App, unit: UnitId) -> [i64; 3] {
    let period = Period::new(day("2026-01-01"), day("2026-01-31")).unwrap();
    let books = metrics::open(app, unit, period, None, None).await.unwrap();
    ["duties.due", "duties.in_time_rate", "duties.answered"].map(|key| {
        let metric = app.metrics().get(key).unwrap();
        books.figure(&metric, unit, period, &Filter::default()).unwrap().value.count()
    })
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(AppError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

async fn what_is_due_and_answered_is_counted_where_it_is_due(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let notice = sent(&town, "总结").await;
    let (here, there) = (duty_of(app, notice, town.street).await.id, duty_of(app, notice, town.other).await.id);
    assert_eq!((counts(app, town.city).await, counts(app, town.street).await), ([2, 0, 0], [1, 0, 0]));
    hand_in(app, here).await;
    hand_in(&later(app, 9), there).await;
    assert_eq!((counts(app, town.city).await, counts(app, town.other).await), ([2, 1, 2], [1, 0, 1]));
    // What was sent back is due again, in the words of who asked.
    assert_eq!(code(answers::rule(app, &operator, here, Ruling::SendBack, " ").await), "duty-back-without-reason");
    answers::rule(app, &operator, here, Ruling::SendBack, "补上数字").await.unwrap();
    let back = duty_of(app, notice, town.street).await;
    assert_eq!((back.state, back.reason.as_deref()), (State::Open, Some("补上数字")));
    assert_eq!(counts(app, town.city).await, [2, 0, 1]);
    answers::rule(app, &operator, here, Ruling::Excuse, "没有这项工作").await.unwrap();
    assert_eq!(counts(app, town.city).await, [1, 0, 1]);
    // What nobody has answered when it is withdrawn is no longer due.
    let second = sent(&town, "另一个").await;
    assert_eq!(counts(app, town.city).await, [3, 0, 1]);
    notices::actions::withdraw(app, &operator, (second, 2), "不做了").await.unwrap();
    assert_eq!(counts(app, town.city).await, [1, 0, 1]);
    assert_eq!(duty_of(app, second, town.street).await.state, State::Lapsed);
    town.reconciled().await;
}

async fn those_who_owe_and_those_who_asked_see_it_in_lists(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let mut secretary = town.secretary("secretary", town.street).await;
    let mut city = town.secretary("chief", town.city).await;
    assert!(secretary.get("/duties").await.text.contains("没有要办的事"));
    assert!(city.get("/duties/asked").await.text.contains("没有交办的事"));
    let notice = sent(&town, "报送总结").await;
    let duty = duty_of(app, notice, town.street).await.id;
    let owed = secretary.get("/duties").await.text;
    assert!(owed.contains(&format!("/notices/duties/{duty}")) && owed.contains("上报总结"), "{owed}");
    assert!(
        !owed.contains("旧巷") && !owed.contains("name=\"chosen\""),
        "of the own unit alone, to be answered: {owed}"
    );
    assert!(city.get("/duties").await.text.contains("没有要办的事"), "what one has asked for is on the board");
    let board = city.get("/duties/asked").await.text;
    assert!(board.contains(&format!("value=\"{duty}\"")) && board.contains("还没有看"), "{board}");
    assert!(!secretary.get("/duties/asked").await.text.contains("报送总结"));
    // Late ones, by the day.
    assert!(city.get("/duties/asked?state=late").await.text.contains("没有符合条件的待办"));
    // One that was sent back says why.
    hand_in(app, duty).await;
    assert!(secretary.get("/duties").await.text.contains("没有要办的事"));
    assert!(secretary.get("/duties?state=done").await.text.contains("报送总结"));
    answers::rule(app, &operator, duty, Ruling::SendBack, "补上数字").await.unwrap();
    assert!(secretary.get("/duties").await.text.contains("退回：补上数字"));
    for address in ["/duties/export", "/duties/asked/export"] {
        assert_eq!(city.get(address).await.status, StatusCode::OK, "{address}");
    }
    assert!(secretary.get("/").await.text.contains(&format!("/notices/{notice}\"")));
}

async fn only_who_asked_reminds(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    let notice = sent(&town, "报送总结").await;
    let (here, there) = (duty_of(app, notice, town.street).await.id, duty_of(app, notice, town.other).await.id);
    let mut secretary = town.secretary("secretary", town.street).await;
    let mut city = town.secretary("chief", town.city).await;
    let (own, other) = (here.to_string(), there.to_string());
    let refused = secretary.post("/duties/remind", &[("chosen", &own)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    let unseen = secretary.post("/duties/remind", &[("chosen", &other)]).await;
    assert_eq!(unseen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unseen.text.contains("或者您看不到"), "{}", unseen.text);
    let none = city.post("/duties/remind", &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text.contains("没有选待办") && none.text.contains("报送总结"), "{}", none.text);
    // Of two one is answered meanwhile: it is left out.
    hand_in(app, there).await;
    let done = city.post("/duties/remind", &[("chosen", &own), ("chosen", &other)]).await;
    assert_eq!(done.location.as_deref(), Some("/duties/asked"));
    assert!(city.get("/duties/asked").await.text.contains("已催办 1 项"));
    assert!(duty_of(app, notice, town.street).await.reminded_at.is_some());
    assert!(duty_of(app, notice, town.other).await.reminded_at.is_none());
    assert!(secretary.get("/").await.text.contains("催办"));
    let gone = BTreeSet::from([RecordId(999_999)]);
    assert_eq!(code(duties::actions::remind(app, &app.operator(), &gone).await), "duty-unknown");
}

/// What is owed to a register: unit, period, state, and the day of the answer.
async fn owed_to(app: &App, register: i64) -> Vec<(String, String, State, Option<NaiveDate>)> {
    let opened = duties::store::of_source(&app.db, "register", register).await.unwrap();
    let ids: Vec<UnitId> = opened.iter().map(|duty| duty.unit).collect();
    let named = units::by_ids(&app.db, &ids).await.unwrap();
    let name = |duty: &Duty| named[&duty.unit].name.clone();
    opened.iter().map(|duty| (name(duty), duty.wanted.clone(), duty.state, duty.answered_on)).collect()
}

/// What runs in the background every minute.
async fn a_minute_later(app: &App) {
    for work in app.features.all().filter_map(|feature| feature.every_minute) {
        work(app).await.unwrap();
    }
}

async fn a_register_with_a_deadline_is_owed_by_those_who_fill_it_in(on: On) {
    let place = Place::new(on).await;
    let world = own_registers::world(&place).await;
    let (app, town, operator) = (&world.town.app, &world.town, world.town.app.operator());
    let monthly = Draft {
        name: "每月情况".to_owned(),
        every: Every::Month,
        due_day: Some(25),
        levels: vec!["community".to_owned()],
        fields: vec![own_registers::field("情况", FieldKind::Text)],
        ..own_registers::service()
    };
    let id = own_registers::defined(app, town.city, "monthly", monthly).await;
    let line = |unit: &str, month: &str, state: State, on: Option<&str>| {
        (unit.to_owned(), month.to_owned(), state, on.map(day))
    };
    let open = |unit: &str| line(unit, "2026-01", State::Open, None);
    assert_eq!(owed_to(app, id).await, [open("东社区"), open("西社区"), open("南社区")]);
    assert_eq!(counts(app, town.city).await, [3, 0, 0]);
    // A row answers, be it of a file; who has nothing to enter says so.
    own_registers::import(app, town.city, "reg.monthly", "单位,日期,情况\n东社区,2026-01-03,正常\n").await;
    let said = async |nothing| {
        let january = Period::new(day("2026-01-01"), day("2026-01-31")).unwrap();
        let west = (world.communities[1].0, None);
        figures::own_registers::actions::set_nothing(app, &operator, id, west, january, nothing).await.unwrap();
    };
    said(true).await;
    let done = |unit: &str| line(unit, "2026-01", State::Done, Some("2026-01-05"));
    assert_eq!(owed_to(app, id).await, [done("东社区"), done("西社区"), open("南社区")]);
    assert_eq!(counts(app, town.city).await, [3, 2, 2]);
    let mut secretary = town.secretary("secretary", town.other).await;
    let owed = secretary.get("/duties").await.text;
    assert!(owed.contains(&format!("/own-registers/{id}/standing?day=2026-01-01")), "{owed}");
    assert!(owed.contains("每月情况") && owed.contains("南社区") && !owed.contains("西社区"), "{owed}");
    assert!(secretary.get("/").await.text.contains("每月情况"));
    // What is taken back or void is owed again.
    said(false).await;
    let row = own_registers::of_day(app, id, day("2026-01-03")).await;
    figures::own_registers::actions::void(app, &operator, row, 1, "填错了").await.unwrap();
    assert_eq!(owed_to(app, id).await, [open("东社区"), open("西社区"), open("南社区")]);
    // A unit that is added owes, one that is closed before the period doesn't; the next month is owed once it has begun.
    let north = unit(app, "北社区", "community", Some(town.other)).await;
    a_minute_later(app).await;
    assert_eq!(owed_to(app, id).await[3], open("北社区"));
    units::actions::close(app, &operator, north, day("2025-12-31")).await.unwrap();
    a_minute_later(app).await;
    assert_eq!(owed_to(app, id).await[3], line("北社区", "2026-01", State::Lapsed, None));
    let february = later(app, 31);
    a_minute_later(&february).await;
    a_minute_later(&february).await;
    let next = |unit: &str| line(unit, "2026-02", State::Open, None);
    assert_eq!(owed_to(app, id).await[4..], [next("东社区"), next("西社区"), next("南社区")]);
    // Late for January, in time for February.
    let text = "单位,日期,情况\n东社区,2026-01-20,迟报\n东社区,2026-02-03,正常\n";
    own_registers::import(&february, town.city, "reg.monthly", text).await;
    assert_eq!(owed_to(app, id).await[0], line("东社区", "2026-01", State::Done, Some("2026-02-05")));
    assert_eq!(owed_to(app, id).await[4], line("东社区", "2026-02", State::Done, Some("2026-02-05")));
    assert_eq!(counts(app, town.city).await, [3, 0, 0], "answered in February");
    // A register that is closed is owed no more.
    let version = figures::own_registers::store::by_id(&app.db, id).await.unwrap().unwrap().stored.version;
    figures::own_registers::actions::close(app, &operator, id, version).await.unwrap();
    let left: Vec<State> = owed_to(app, id).await.into_iter().map(|(_, _, state, _)| state).collect();
    let (done, lapsed) = (State::Done, State::Lapsed);
    assert_eq!(left, [done, lapsed, lapsed, lapsed, done, lapsed, lapsed]);
    town.reconciled().await;
}

async fn groups_owe_a_register_that_groups_fill_in(on: On) {
    let place = Place::new(on).await;
    let world = own_registers::world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let of_groups = Draft {
        name: "小组小结".to_owned(),
        filled_by: FilledBy::Groups,
        every: Every::Quarter,
        due_day: Some(10),
        due_after: true,
        levels: Vec::new(),
        fields: vec![own_registers::field("小结", FieldKind::Text)],
        ..own_registers::service()
    };
    let id = own_registers::defined(app, town.city, "summary", of_groups).await;
    let opened = duties::store::of_source(&app.db, "register", id).await.unwrap();
    // The last quarter's are due on 10 January, this one's in April.
    let parts: BTreeSet<i64> = opened.iter().map(|duty| duty.part).collect();
    assert_eq!(parts, [20_251_001, 20_260_101].into());
    assert!(!opened.is_empty() && opened.iter().all(|duty| duty.group.is_some() && duty.state == State::Open));
    let mut city = town.secretary("chief", town.city).await;
    let board = city.get("/duties/asked?kind=rows").await.text;
    assert!(board.contains("小组小结") && board.contains("2025-10 – 2025-12"), "{board}");
    town.reconciled().await;
}
