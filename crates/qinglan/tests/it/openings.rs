//! Openings: who publishes and sees them, who comes forward, that people select with reasons, that a place is filled once, and what becomes of
//! it: a stint, a figure, a line of the growth record.

use axum::http::StatusCode;
use desk::{
    actor::{Actor, Role},
    app::App,
    error::{AppError, Result},
};
use federation::{groups, people, themes};
use kernel::{Period, PersonId, RecordId, UnitId};
use ledger::db;
use qinglan::features::{
    growth,
    openings::{
        Closing, Handed, Selecting, State, Step, actions, answers, store,
        visits::{self, Grade, Side},
    },
    stints::{self, Part},
};

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, town},
};

on_both!(
    an_opening_is_published_changed_closed_and_opened_again_by_its_unit,
    a_member_comes_forward_once_and_withdraws_until_the_selection,
    who_is_selected_has_a_stint_from_the_day_of_beginning,
    the_last_place_is_filled_once,
    somebody_is_placed_twice_at_once_only_where_that_was_confirmed,
    names_and_reasons_are_for_those_who_may_see_people,
    a_theme_does_not_end_under_an_open_opening,
    of_merged_people_one_stays,
    a_change_of_the_past_moves_who_came_forward,
    who_is_placed_is_visited_and_appraised_by_both_sides,
);

fn handed(title: &str) -> Handed {
    Handed {
        part: Part::WorkTeam,
        title: title.to_owned(),
        place: Some("青岭村".to_owned()),
        place_unit: None,
        places: 1,
        needs: Some("会开车".to_owned()),
        from: day("2026-01-02"),
        to: Some(day("2026-06-30")),
        contact: None,
        closes: day("2026-01-20"),
        theme: None,
    }
}

fn code(result: Result<impl Sized>) -> String {
    match result {
        Ok(_) => "fine".to_owned(),
        Err(AppError::Refused(refusal)) => refusal.code,
        Err(other) => panic!("{other}"),
    }
}

fn selecting(from: Option<&str>) -> Selecting {
    Selecting { reason: "会开车、懂农业".to_owned(), from: from.map(day), overlapping: false }
}

/// A figure of a unit in 2026.
async fn figure(town: &Town, unit: UnitId, key: &str) -> i64 {
    let app = &town.app;
    let asked = figures::metrics::actions::Asked {
        place: unit.into(),
        period: Period::new(day("2026-01-01"), day("2026-12-31")).unwrap(),
        position: None,
        tree_day: None,
        filter: ledger::Filter::default(),
    };
    let metric = app.metrics().get(key).unwrap();
    let shown = figures::metrics::actions::show(app, &app.operator(), &metric, &asked, true).await.unwrap();
    let rows: i64 = shown.figure.rows().iter().map(|row| row.counts).sum();
    assert_eq!(rows, shown.figure.value.count(), "{key}: the rows add up to the figure");
    rows
}

async fn step(app: &App, id: RecordId) -> Step {
    store::candidate(&app.db, id).await.unwrap().unwrap().step
}

/// A candidate with the version in which it stands.
async fn at(app: &App, id: RecordId) -> (RecordId, i64) {
    (id, store::candidate(&app.db, id).await.unwrap().unwrap().version)
}

async fn came(app: &App, opening: RecordId, person: PersonId) -> RecordId {
    answers::come_forward(app, &app.operator(), opening, (person, "家在山里")).await.unwrap()
}

async fn an_opening_is_published_changed_closed_and_opened_again_by_its_unit(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let person = town.person("何雨桐", town.street, None).await;
    for (change, wanted) in [
        (Handed { title: " ".to_owned(), ..handed("") }, "opening-without-title"),
        (Handed { places: 0, ..handed("驻村") }, "opening-places"),
        (Handed { to: Some(day("2026-01-01")), ..handed("驻村") }, "opening-reversed"),
        (Handed { closes: day("2026-01-04"), ..handed("驻村") }, "opening-closes-passed"),
        (Handed { closes: day("2026-07-01"), ..handed("驻村") }, "opening-closes-late"),
        (Handed { place_unit: Some(UnitId(999_999)), ..handed("驻村") }, "unit-unknown"),
        (Handed { theme: Some("t9".to_owned()), ..handed("驻村") }, "theme-elsewhere"),
    ] {
        assert_eq!(code(actions::add(&app, &operator, town.street, change.clone()).await), wanted, "{change:?}");
    }
    let mut secretary = town.secretary("secretary", town.street).await;
    let mut elsewhere = town.secretary("elsewhere", town.other).await;
    let street = town.street.to_string();
    let fields = [
        ("title", "驻村工作队队员"),
        ("unit_id", street.as_str()),
        ("part", "work_team"),
        ("places", "2"),
        ("place", "青岭村"),
        ("needs", "会开车，能驻村"),
        ("from", "2026-02-01"),
        ("to", "2026-07-31"),
        ("closes", "2026-01-20"),
        ("contact", "组织部 0000-1234567"),
    ];
    let odd = [&fields[..3], &[("places", "许多"), ("from", "2026-13-01")]].concat();
    let refused = secretary.post("/openings", &odd).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("许多") && refused.text.contains("驻村工作队队员"), "{}", refused.text);
    assert!(elsewhere.post("/openings", &fields).await.location.is_none(), "none of another street");
    let page = secretary.post("/openings", &fields).await.location.expect("published");
    let id = RecordId(page.rsplit('/').next().unwrap().parse().unwrap());
    assert_eq!(
        (
            figure(&town, town.city, "practice.openings").await,
            figure(&town, town.street, "practice.opening_places").await
        ),
        (1, 2)
    );
    assert_eq!(elsewhere.get(&page).await.status, StatusCode::NOT_FOUND);
    assert!(!elsewhere.get("/openings").await.text.contains("驻村工作队队员"));
    let list = secretary.get("/openings?state=taking&part=work_team&q=青岭").await.text;
    assert!(list.contains("驻村工作队队员") && list.contains("0 / 2"), "{list}");
    assert!(secretary.get("/openings?state=completed").await.text.contains("没有符合条件的岗位"));
    let export = crate::names::text_of(&secretary.get("/openings/export").await);
    assert!(export.contains("驻村工作队队员") && export.contains("征集中"), "{export}");
    // Changed: the form has what is stored, and a late one shows what somebody else saved.
    let form = secretary.get(&format!("{page}/edit")).await;
    assert_eq!((form.value("places"), form.value("closes")), ("2".to_owned(), "2026-01-20".to_owned()));
    let edit = [&fields[..3], &[("places", "3")], &fields[4..], &[("version", "1")]].concat();
    assert!(secretary.post(&page, &edit).await.location.is_some());
    let late = secretary.post(&page, &edit).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
    assert_eq!(figure(&town, town.city, "practice.opening_places").await, 3);
    // Nobody who waits is forgotten.
    let candidate = came(&app, id, person).await;
    let refused = secretary.post(&format!("{page}/close"), &[("version", "2")]).await;
    assert!(refused.text.contains("还有 1 人没有答复"), "{}", refused.text);
    let close = [("version", "2"), ("declines", "on"), ("words", "下次再来")];
    assert!(secretary.post(&format!("{page}/close"), &close).await.location.is_some());
    let told = store::candidate(&app.db, candidate).await.unwrap().unwrap();
    assert_eq!((told.step, told.reason.as_deref()), (Step::Declined, Some("下次再来")));
    assert_eq!(code(answers::come_forward(&app, &operator, id, (person, "再来")).await), "opening-is-closed");
    assert_eq!(
        code(answers::select(&app, &operator, at(&app, candidate).await, selecting(None)).await),
        "opening-is-closed"
    );
    assert_eq!(code(actions::edit(&app, &operator, (id, 3), handed("驻村")).await), "opening-is-closed");
    assert_eq!(code(actions::reopen(&app, &operator, (id, 3), day("2026-01-04")).await), "opening-closes-passed");
    actions::reopen(&app, &operator, (id, 3), day("2026-01-25")).await.unwrap();
    assert_eq!(code(actions::reopen(&app, &operator, (id, 4), day("2026-01-25")).await), "opening-is-open");
    // Withdrawn, it counts no more; who came forward did so.
    assert_eq!(code(actions::withdraw(&app, &operator, (id, 4), " ").await), "opening-without-reason");
    answers::reconsider(&app, &operator, at(&app, candidate).await).await.unwrap();
    actions::withdraw(&app, &operator, (id, 4), "任务取消").await.unwrap();
    assert_eq!((step(&app, candidate).await, figure(&town, town.city, "practice.openings").await), (Step::Declined, 0));
    assert_eq!(figure(&town, town.street, "practice.came_forward").await, 1);
    assert!(town.admin.get(&page).await.text.contains("任务取消"));
    assert!(!secretary.get("/openings").await.text.contains("驻村工作队队员"), "only among the withdrawn");
    // The actions ask too.
    let actor = crate::permission::actor(&app, Some((Role::Secretary, town.other, None)), None).await;
    assert_eq!(code(actions::edit(&app, &actor, (id, 5), handed("别人的")).await), "opening-unknown");
    assert_eq!(code(actions::withdraw(&app, &actor, (id, 5), "别人的").await), "opening-unknown");
    assert_eq!(
        code(answers::select(&app, &actor, at(&app, candidate).await, selecting(None)).await),
        "candidate-unknown"
    );
    town.reconciled().await;
}

async fn a_member_comes_forward_once_and_withdraws_until_the_selection(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let person = town.person("何雨桐", town.street, None).await;
    let far = town.person("孙予安", town.other, None).await;
    account(&app, "member", None, Some(person)).await;
    account(&app, "outsider", None, Some(far)).await;
    let (mut member, mut outsider) =
        (Browser::signed_in(&app, "member").await, Browser::signed_in(&app, "outsider").await);
    let id = actions::add(&app, &operator, town.street, handed("驻村工作队队员")).await.unwrap();
    let page = format!("/openings/{id}");
    assert!(member.get("/").await.text.contains("驻村工作队队员"), "on the home page");
    assert!(!outsider.get("/").await.text.contains("驻村工作队队员"));
    let come = format!("{page}/candidates");
    assert_eq!(outsider.post(&come, &[("words", "想去")]).await.status, StatusCode::NOT_FOUND);
    let silent = member.post(&come, &[("words", " ")]).await;
    assert!(silent.text.contains("没有写请缨理由"), "{}", silent.text);
    assert!(member.post(&come, &[("words", "家在山里")]).await.location.is_some());
    assert!(member.post(&come, &[("words", "又来")]).await.text.contains("已经请缨过"));
    assert_eq!(figure(&town, town.street, "practice.came_forward").await, 1);
    assert_eq!(figure(&town, town.city, "practice.volunteers").await, 0, "two figures");
    let candidate = store::candidate_of(&app.db, id, person).await.unwrap().unwrap();
    assert!(member.get("/").await.text.contains("待答复"));
    assert!(member.get(&page).await.text.contains("等征集单位答复"));
    assert!(member.get(&format!("/people/{person}")).await.text.contains("家在山里"));
    // Others neither see nor withdraw it; the member does, and comes again.
    let own = format!("/candidates/{}", candidate.id);
    assert_eq!(outsider.get(&own).await.status, StatusCode::NOT_FOUND);
    assert_eq!(outsider.post(&format!("{own}/withdraw"), &[("version", "1")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        member.post(&format!("{own}/select"), &[("version", "1"), ("reason", "我")]).await.status,
        StatusCode::FORBIDDEN
    );
    assert!(member.post(&format!("{own}/withdraw"), &[("version", "1")]).await.location.is_some());
    assert_eq!(figure(&town, town.street, "practice.came_forward").await, 0);
    assert!(member.post(&come, &[("words", "想好了")]).await.location.is_some());
    let again = store::candidate_of(&app.db, id, person).await.unwrap().unwrap();
    answers::decline(&app, &operator, at(&app, again.id).await, Some("这次不合适".to_owned())).await.unwrap();
    let late = member.post(&format!("/candidates/{}/withdraw", again.id), &[("version", "2")]).await;
    assert!(late.text.contains("已经有了结果"), "{}", late.text);
    let told = member.get(&page).await.text;
    assert!(told.contains("这次未入选") && told.contains("这次不合适"), "{told}");
    // A clerk enters somebody of the unit; nobody of another one, and nobody after the last day.
    let mut secretary = town.secretary("secretary", town.street).await;
    let second = town.person("郑梦曦", town.street, None).await;
    let entered = [("person_id", second.to_string()), ("words", "本人口头报名".to_owned())];
    let entered: Vec<(&str, &str)> = entered.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert!(secretary.post(&come, &entered).await.location.is_some());
    assert_eq!(code(answers::come_forward(&app, &operator, id, (far, "想去")).await), "candidate-elsewhere");
    assert_eq!(code(answers::come_forward(&app, &operator, id, (PersonId(999_999), "想去")).await), "person-unknown");
    let later = app.with_clock(std::sync::Arc::new(kernel::FixedClock("2026-01-21T02:00:00Z".parse().unwrap())));
    let third = town.person("周文静", town.street, None).await;
    assert_eq!(code(answers::come_forward(&later, &operator, id, (third, "想去")).await), "opening-is-over");
    // What is held on the person is in the person's own file.
    let list = secretary.get(&format!("/candidates?opening_id={id}&step=declined")).await.text;
    assert!(list.contains("何雨桐") && list.contains("想好了") && list.contains("这次不合适"), "{list}");
    let export = crate::names::text_of(&secretary.get(&format!("/candidates/export?opening_id={id}")).await);
    assert!(export.contains("本人口头报名") && export.contains("未入选"), "{export}");
    town.reconciled().await;
}

async fn who_is_selected_has_a_stint_from_the_day_of_beginning(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let person = town.person("何雨桐", town.street, None).await;
    let second = town.person("郑梦曦", town.street, None).await;
    let theme = themes::actions::add(
        &app,
        &operator,
        town.city,
        themes::Handed { name: "乡村振兴".to_owned(), from: day("2025-01-01"), until: None, about: None },
    )
    .await
    .unwrap();
    let theme = themes::store::by_id(&app.db, theme).await.unwrap().unwrap();
    let of = Handed { places: 2, theme: Some(theme.code.clone()), ..handed("驻村工作队队员") };
    let id = actions::add(&app, &operator, town.city, of).await.unwrap();
    let (one, two) = (came(&app, id, person).await, came(&app, id, second).await);
    let mut secretary = town.secretary("secretary", town.city).await;
    assert!(secretary.get("/").await.text.contains("2 人等答复"), "the unit has to select");
    let without = Selecting { reason: " ".to_owned(), ..selecting(None) };
    assert_eq!(code(answers::select(&app, &operator, (one, 1), without).await), "candidate-without-reason");
    // At once, since that day has come.
    let form = [("version", "1"), ("reason", "会开车、懂农业"), ("from", "2026-01-03")];
    assert!(secretary.post(&format!("/candidates/{one}/select"), &form).await.location.is_some());
    assert_eq!(code(answers::select(&app, &operator, (one, 1), selecting(None)).await), "changed-meanwhile");
    assert_eq!(code(answers::select(&app, &operator, (one, 2), selecting(None)).await), "candidate-settled");
    let stint = store::candidate(&app.db, one).await.unwrap().unwrap().stint.expect("a stint");
    let stint = stints::store::by_ids(&app.db, &[stint]).await.unwrap().remove(0);
    assert_eq!((stint.person, stint.part, stint.task.as_str()), (person, Part::WorkTeam, "驻村工作队队员"));
    assert_eq!((stint.days.from, stint.days.to), (day("2026-01-03"), Some(day("2026-06-30"))));
    assert_eq!((stint.volunteered, stint.state), (true, stints::State::Checked));
    assert_eq!((stint.place.as_deref(), stint.theme.as_ref()), (Some("青岭村"), Some(&theme.code)));
    for (key, wanted) in [("practice.came_forward", 2), ("practice.volunteers", 1), ("practice.placed", 1)] {
        assert_eq!(figure(&town, town.street, key).await, wanted, "{key}");
    }
    // Later: selected now, with a stint on arrival.
    answers::select(&app, &operator, (two, 1), selecting(Some("2026-02-01"))).await.unwrap();
    assert_eq!(figure(&town, town.city, "practice.placed").await, 1);
    assert_eq!(code(answers::arrive(&app, &operator, (two, 2), (day("2026-02-01"), false)).await), "stint-ahead");
    answers::reconsider(&app, &operator, (two, 2)).await.unwrap();
    assert_eq!(step(&app, two).await, Step::Waiting);
    answers::select(&app, &operator, (two, 3), selecting(Some("2026-02-01"))).await.unwrap();
    let arrive = [("version", "4"), ("from", "2026-01-05")];
    assert!(secretary.post(&format!("/candidates/{two}/arrive"), &arrive).await.location.is_some());
    assert_eq!(figure(&town, town.city, "practice.placed").await, 2);
    assert_eq!(code(answers::arrive(&app, &operator, (two, 5), (day("2026-01-05"), false)).await), "candidate-settled");
    // Nothing of that is taken back unseen.
    assert_eq!(code(answers::reconsider(&app, &operator, (one, 2)).await), "candidate-begun");
    assert_eq!(code(actions::withdraw(&app, &operator, (id, 1), "不办了").await), "opening-has-selected");
    let fewer = Handed { places: 1, theme: Some(theme.code.clone()), ..handed("驻村工作队队员") };
    assert_eq!(code(actions::edit(&app, &operator, (id, 1), fewer).await), "opening-places-taken");
    // A stint that was made void can be entered again.
    stints::actions::void(&app, &operator, stint.id, 1, "日期写错").await.unwrap();
    answers::arrive(&app, &operator, (one, 2), (day("2026-01-04"), false)).await.unwrap();
    assert_eq!(figure(&town, town.city, "practice.placed").await, 2);
    // The theme's page, the person's page and the growth record lead to it.
    let page = town.admin.get(&format!("/themes/{}", theme.id)).await.text;
    assert!(page.contains("锻炼岗位") && page.contains("请缨报名的人数"), "{page}");
    assert!(town.admin.get(&format!("/candidates/{one}")).await.text.contains("会开车、懂农业"));
    assert!(town.admin.get(&format!("/people/{person}")).await.text.contains("驻村工作队队员"));
    let growth = growth::actions::build(&app, &operator, person, None).await.unwrap();
    let lines: Vec<&str> = growth.items.iter().map(|item| item.what).collect();
    assert_eq!(lines, ["growth-came-forward", "growth-stint"]);
    assert_eq!(growth.items[0].href, Some(format!("/candidates/{one}")));
    town.reconciled().await;
}

async fn the_last_place_is_filled_once(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let mut candidates = Vec::new();
    let id = actions::add(&app, &operator, town.street, handed("驻村工作队队员")).await.unwrap();
    for name in ["何雨桐", "郑梦曦", "周文静"] {
        candidates.push(came(&app, id, town.person(name, town.street, None).await).await);
    }
    let select = async |candidate: RecordId| {
        code(answers::select(&app, &app.operator(), (candidate, 1), selecting(Some("2026-01-05"))).await)
    };
    let (one, two, three) = tokio::join!(
        db::in_one_task(select(candidates[0])),
        db::in_one_task(select(candidates[1])),
        db::in_one_task(select(candidates[2])),
    );
    let mut codes = [one, two, three];
    codes.sort();
    assert_eq!(codes, ["fine", "opening-full", "opening-full"]);
    assert_eq!(figure(&town, town.street, "practice.placed").await, 1);
    assert_eq!(figure(&town, town.street, "practice.came_forward").await, 3);
    // The same person at the same moment comes forward once.
    let other = actions::add(&app, &operator, town.street, handed("护林")).await.unwrap();
    let person = town.person("孙予安", town.street, None).await;
    let come = async || code(answers::come_forward(&app, &app.operator(), other, (person, "想去")).await);
    let (one, two) = tokio::join!(db::in_one_task(come()), db::in_one_task(come()));
    let mut codes = [one, two];
    codes.sort();
    assert_eq!(codes, ["candidate-there-already", "fine"]);
    // Who withdraws while being selected has one of the two.
    let candidate = store::candidate_of(&app.db, other, person).await.unwrap().unwrap().id;
    let withdraw = async || code(answers::withdraw(&app, &app.operator(), (candidate, 1)).await);
    let (selected, withdrew) = tokio::join!(db::in_one_task(select(candidate)), db::in_one_task(withdraw()));
    assert!(
        [("fine", "changed-meanwhile"), ("changed-meanwhile", "fine")].contains(&(&*selected, &*withdrew)),
        "{selected} {withdrew}"
    );
    town.reconciled().await;
}

async fn somebody_is_placed_twice_at_once_only_where_that_was_confirmed(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let person = town.person("何雨桐", town.street, None).await;
    let mut candidates = Vec::new();
    for title in ["驻村", "援建", "护林"] {
        let id = actions::add(&app, &operator, town.street, handed(title)).await.unwrap();
        candidates.push(came(&app, id, person).await);
    }
    let mut secretary = town.secretary("secretary", town.street).await;
    // Selected for what begins later, then for another one that overlaps.
    answers::select(&app, &operator, (candidates[0], 1), selecting(Some("2026-02-01"))).await.unwrap();
    let (form, there) = ([("version", "1"), ("reason", "合适"), ("from", "2026-02-01")], candidates[1]);
    let asked = secretary.post(&format!("/candidates/{there}/select"), &form).await;
    assert!(asked.text.contains("已入选“驻村”") && asked.text.contains("name=\"overlapping\""), "{}", asked.text);
    let sure = [&form[..], &[("overlapping", "on")]].concat();
    assert!(secretary.post(&format!("/candidates/{there}/select"), &sure).await.location.is_some());
    // Beside a stint, which asks too.
    answers::arrive(&app, &operator, (candidates[0], 2), (day("2026-01-05"), true)).await.unwrap();
    let refused = answers::select(&app, &operator, (candidates[2], 1), selecting(Some("2026-01-05"))).await;
    assert_eq!(code(refused), "stint-overlaps");
    let sure = Selecting { overlapping: true, ..selecting(Some("2026-01-05")) };
    answers::select(&app, &operator, (candidates[2], 1), sure).await.unwrap();
    assert_eq!(figure(&town, town.street, "practice.placed").await, 1, "one person");
    town.reconciled().await;
}

async fn names_and_reasons_are_for_those_who_may_see_people(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let person = town.person("何雨桐", town.street, None).await;
    let far = town.person("孙予安", town.other, None).await;
    let id = actions::add(&app, &operator, town.city, handed("驻村工作队队员")).await.unwrap();
    let (one, two) = (came(&app, id, person).await, came(&app, id, far).await);
    account(&app, "reader", Some((Role::Reader, Some(town.city), None)), None).await;
    account(&app, "member", None, Some(person)).await;
    let group = groups::store::default_groups(&app.db, &[town.street]).await.unwrap()[&town.street].id;
    account(&app, "leader", Some((Role::Leader, None, Some(group))), None).await;
    let page = format!("/openings/{id}");
    for (visitor, sees) in [("reader", [false, false]), ("member", [true, false]), ("leader", [true, false])] {
        let mut browser = Browser::signed_in(&app, visitor).await;
        for path in [page.as_str(), "/candidates", "/candidates/export"] {
            let answer = browser.get(path).await;
            let text = if path.ends_with("export") { crate::names::text_of(&answer) } else { answer.text };
            assert_eq!([text.contains("何雨桐"), text.contains("孙予安")], sees, "{visitor} {path}: {text}");
        }
        for (candidate, seen) in [one, two].into_iter().zip(sees) {
            let status = browser.get(&format!("/candidates/{candidate}")).await.status;
            assert_eq!(status == StatusCode::OK, seen, "{visitor}");
        }
    }
    // The sending unit sees its own; the unit that asks sees all and selects.
    let mut street = town.secretary("street", town.street).await;
    let mut city = town.secretary("city", town.city).await;
    let text = street.get(&page).await.text;
    assert!(text.contains("何雨桐") && !text.contains("孙予安") && !text.contains("d-close"), "{text}");
    let select = [("version", "1"), ("reason", "合适")];
    let refused = street.post(&format!("/candidates/{one}/select"), &select).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    assert_eq!(street.post(&format!("/candidates/{two}/select"), &select).await.status, StatusCode::NOT_FOUND);
    assert!(city.post(&format!("/candidates/{two}/select"), &select).await.location.is_some());
    // Nobody checks the own stint: who selects herself waits.
    let own = Actor { person: Some(person), ..operator };
    let other = actions::add(&app, &own, town.city, handed("护林")).await.unwrap();
    let mine = answers::come_forward(&app, &own, other, (person, "想去")).await.unwrap();
    answers::select(&app, &own, (mine, 1), selecting(Some("2026-01-05"))).await.unwrap();
    let stint = store::candidate(&app.db, mine).await.unwrap().unwrap().stint.unwrap();
    assert_eq!(stints::store::by_ids(&app.db, &[stint]).await.unwrap()[0].state, stints::State::Pending);
    town.reconciled().await;
}

async fn a_theme_does_not_end_under_an_open_opening(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let theme = |until: Option<&str>| themes::Handed {
        name: "乡村振兴".to_owned(),
        from: day("2025-01-01"),
        until: until.map(day),
        about: None,
    };
    let id = themes::actions::add(&app, &operator, town.city, theme(None)).await.unwrap();
    let code_of = themes::store::by_id(&app.db, id).await.unwrap().unwrap().code;
    let of = Handed { theme: Some(code_of.clone()), ..handed("驻村工作队队员") };
    let opening = actions::add(&app, &operator, town.street, of).await.unwrap();
    let end = async |until: &str, version| {
        code(themes::actions::edit(&app, &operator, id, version, theme(Some(until))).await)
    };
    assert_eq!(end("2026-01-03", 1).await, "theme-unfinished", "it would have ended");
    assert_eq!(end("2026-01-19", 1).await, "theme-unfinished", "people may come forward after that day");
    let form = [("name", "乡村振兴"), ("from", "2025-01-01"), ("until", "2026-01-19"), ("version", "1")];
    let refused = town.admin.post(&format!("/themes/{id}"), &form).await;
    assert!(refused.text.contains("还有 1 项没有办完"), "{}", refused.text);
    assert_eq!(end("2026-01-20", 1).await, "fine");
    actions::close(&app, &operator, (opening, 1), Closing::default()).await.unwrap();
    assert_eq!(end("2026-01-03", 2).await, "fine");
    assert_eq!(code(themes::actions::remove(&app, &operator, id, 3).await), "theme-served");
    // Nor is an opening opened again, or published, beyond the theme's last day.
    assert_eq!(code(actions::reopen(&app, &operator, (opening, 2), day("2026-01-25")).await), "theme-other-day");
    let of = Handed { theme: Some(code_of.clone()), ..handed("护林") };
    assert_eq!(code(actions::add(&app, &operator, town.street, of).await), "theme-other-day");
    let stands = store::by_id(&app.db, opening).await.unwrap().unwrap();
    assert_eq!((stands.state, stands.theme), (State::Closed, Some(code_of)));
    town.reconciled().await;
}

async fn of_merged_people_one_stays(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let kept = town.person("何雨桐", town.street, None).await;
    let gone = town.person("何雨彤", town.street, None).await;
    let both = actions::add(&app, &operator, town.street, Handed { places: 2, ..handed("驻村") }).await.unwrap();
    let one = actions::add(&app, &operator, town.street, handed("护林")).await.unwrap();
    let (waits, selected, alone) =
        (came(&app, both, kept).await, came(&app, both, gone).await, came(&app, one, gone).await);
    answers::select(&app, &operator, (selected, 1), selecting(Some("2026-01-05"))).await.unwrap();
    let preview = town.admin.get(&format!("/people/{kept}/merge?other_id={gone}")).await;
    assert!(preview.text.contains("主动请缨 2 条"), "{}", preview.text);
    people::actions::merge(&app, &operator, gone, kept).await.unwrap();
    assert_eq!(
        [step(&app, waits).await, step(&app, selected).await, step(&app, alone).await],
        [Step::Withdrawn, Step::Selected, Step::Waiting]
    );
    assert_eq!(store::candidate(&app.db, selected).await.unwrap().unwrap().person, kept);
    assert_eq!(figure(&town, town.street, "practice.came_forward").await, 1);
    assert!(town.admin.get(&format!("/candidates/{waits}")).await.text.contains("合并人员"));
    town.reconciled().await;
}

async fn a_change_of_the_past_moves_who_came_forward(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let person = town.person("何雨桐", town.street, None).await;
    let id = actions::add(&app, &operator, town.city, handed("驻村")).await.unwrap();
    came(&app, id, person).await;
    people::actions::transfer(&app, &operator, person, town.other, &people::Held::default(), day("2026-01-01"))
        .await
        .unwrap();
    assert_eq!(figure(&town, town.street, "practice.came_forward").await, 0);
    assert_eq!(figure(&town, town.other, "practice.came_forward").await, 1);
    // The part that the opening has is that of its candidates.
    actions::edit(&app, &operator, (id, 1), Handed { part: Part::TaskForce, ..handed("驻村") }).await.unwrap();
    let parts: Vec<String> = db::rows(&app.db, "select part from opening_candidate", vec![]).await.unwrap();
    assert_eq!(parts, ["task_force"]);
    town.reconciled().await;
}

async fn who_is_placed_is_visited_and_appraised_by_both_sides(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let person = town.person("何雨桐", town.street, None).await;
    account(&app, "member", None, Some(person)).await;
    let id = actions::add(&app, &operator, town.city, handed("驻村工作队队员")).await.unwrap();
    let candidate = came(&app, id, person).await;
    let (mut street, mut city) = (town.secretary("street", town.street).await, town.secretary("city", town.city).await);
    let page = format!("/candidates/{candidate}");
    let visit = [("day", "2026-01-04"), ("who", "街道组织委员"), ("words", "看了住处，一切都好")];
    let early = street.post(&format!("{page}/visits"), &visit).await;
    assert!(early.text.contains("还没有登记到岗"), "{}", early.text);
    answers::select(&app, &operator, (candidate, 1), selecting(Some("2026-01-03"))).await.unwrap();
    assert!(street.post(&format!("{page}/visits"), &visit).await.location.is_some());
    for (day, who, words, wanted) in [
        ("2026-01-02", "同事", "好", "visit-day"),
        ("2026-01-06", "同事", "好", "visit-day"),
        ("2026-01-04", " ", "好", "visit-who"),
        ("2026-01-04", "同事", " ", "visit-words"),
    ] {
        let said = (crate::support::day(day), who, words);
        assert_eq!(code(visits::visit(&app, &operator, candidate, said).await), wanted);
    }
    // The person sees it and changes nothing of it.
    let mut member = Browser::signed_in(&app, "member").await;
    let seen = member.get(&page).await.text;
    assert!(seen.contains("一切都好") && !seen.contains("d-visit"), "{seen}");
    assert_eq!(member.post(&format!("{page}/visits"), &visit).await.status, StatusCode::FORBIDDEN);
    let line = visits::of_candidate(&app.db, candidate).await.unwrap().remove(0);
    let remove = format!("{page}/visits/{}/remove", line.id);
    assert!(street.post(&remove, &[("version", "1")]).await.location.is_some());
    assert!(street.post(&remove, &[("version", "2")]).await.text.contains("没有这次走访"));
    // Appraised once it is over, by each side for itself.
    let grade = |side: &'static str| [("version", "0"), ("side", side), ("grade", "good"), ("words", "踏实肯干")];
    let appraise = format!("{page}/appraise");
    assert!(city.post(&appraise, &grade("asking")).await.text.contains("还没有返岗"));
    let stint = store::candidate(&app.db, candidate).await.unwrap().unwrap().stint.unwrap();
    let finish = stints::Finish { to: Some(day("2026-01-05")), hours: None, result: None };
    stints::actions::finish(&app, &operator, stint, 1, finish).await.unwrap();
    assert_eq!(street.post(&appraise, &grade("asking")).await.status, StatusCode::FORBIDDEN);
    assert!(
        city.post(&appraise, &[("version", "0"), ("side", "asking"), ("grade", "")]).await.text.contains("没有选等次")
    );
    assert!(city.post(&appraise, &grade("asking")).await.location.is_some());
    assert!(street.post(&appraise, &grade("sending")).await.location.is_some());
    assert_eq!(city.post(&appraise, &grade("asking")).await.status, StatusCode::CONFLICT, "somebody has said it");
    let changed = (Side::Asking, Grade::Fair, Some("后期请假多".to_owned()));
    visits::appraise(&app, &operator, (candidate, 1), changed).await.unwrap();
    let own = Actor { person: Some(person), ..operator };
    let said = visits::appraise(&app, &own, (candidate, 2), (Side::Asking, Grade::Good, None)).await;
    assert_eq!(code(said), "appraisal-own");
    let seen = member.get(&page).await.text;
    assert!(seen.contains("较好 · 后期请假多") && seen.contains("好 · 踏实肯干"), "{seen}");
    town.reconciled().await;
}
