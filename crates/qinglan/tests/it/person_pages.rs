//! Pages of one person: who may be made a member of which group, where old addresses lead, what is shown before a change.

use std::time::Duration;

use axum::http::StatusCode;
use federation::{
    accounts,
    groups::{self, actions::Opening},
    people,
};
use kernel::DayRange;
use qinglan::features::activities::{
    self, State, Status,
    actions::{Draft, Handed},
};

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, town, unit},
};

on_both!(
    a_membership_is_of_a_group_within_the_scope,
    what_names_an_unknown_unit_is_refused,
    an_old_address_redirects_those_who_may_see_the_survivor,
    the_effect_of_an_end_is_shown_without_writing,
    of_two_accounts_one_is_locked_before_their_rows_are_merged,
    the_persons_own_export_is_complete,
    a_unit_that_somebody_has_left_sees_nothing_later,
    somebody_is_lent_to_a_unit_that_has_agreed,
);

fn opening(name: &str, unit: kernel::UnitId, shared_by: Vec<kernel::UnitId>, from: &str) -> Opening {
    Opening { name: name.to_owned(), brand: None, unit, shared_by, from: day(from) }
}

async fn account_named(town: &Town, name: &str) -> kernel::AccountId {
    accounts::store::id_of(&town.app.db, name).await.unwrap().unwrap()
}

async fn memberships(town: &Town, person: kernel::PersonId) -> i64 {
    let sql = "select count(*) from membership where person_id = $1 and void = false";
    ledger::db::scalar(&town.app.db, sql, vec![person.0.into()]).await.unwrap().unwrap()
}

async fn a_membership_is_of_a_group_within_the_scope(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let actor = town.app.operator();
    let person = town.person("郑梦曦", town.street, None).await;
    let open = async |opening| groups::actions::open(&town.app, &actor, opening).await.unwrap();
    let foreign = open(opening("红埠小组", town.other, vec![], "2025-01-01")).await;
    let own = open(opening("古沟夜校", town.street, vec![], "2025-01-01")).await;
    let shared = open(opening("联合小组", town.other, vec![town.street], "2025-01-01")).await;
    let led = open(opening("红埠夜校", town.other, vec![], "2025-01-01")).await;
    let mut secretary = town.secretary("secretary", town.street).await;
    let path = format!("/people/{person}/join");
    let mut join = async |group: kernel::GroupId| {
        let group = group.to_string();
        secretary.post(&path, &[("group_id", group.as_str()), ("from", "2025-06-01")]).await
    };
    for group in [foreign, led] {
        let refused = join(group).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains(&format!("找不到小组 {group}")), "{}", refused.text);
    }
    assert_eq!(memberships(&town, person).await, 1);
    assert_eq!(join(own).await.status, StatusCode::SEE_OTHER);
    assert_eq!(join(shared).await.status, StatusCode::SEE_OTHER, "a group that the person's unit shares");
    let (id, role) = (account_named(&town, "secretary").await, desk::actor::Role::Leader);
    accounts::actions::give_role(&town.app, &actor, id, role, None, Some(led)).await.unwrap();
    assert_eq!(join(led).await.status, StatusCode::SEE_OTHER, "a group that the secretary leads");
    assert_eq!(memberships(&town, person).await, 4);
    town.reconciled().await;
}

async fn what_names_an_unknown_unit_is_refused(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let person = town.person("郑梦曦", town.street, None).await;
    for path in ["absence", "transfer"] {
        let fields = [("unit_id", "987654"), ("from", "2025-06-01")];
        let refused = town.admin.post(&format!("/people/{person}/{path}"), &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", refused.text);
        assert!(refused.text.contains("找不到单位“987654”"), "{path}: {}", refused.text);
    }
    let fields = [("name", "何雨桐"), ("unit_id", "987654"), ("unit", "某处"), ("from", "2025-06-01")];
    let refused = town.admin.post("/people", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(refused.text.contains("找不到单位“987654”"), "{}", refused.text);
    town.reconciled().await;
}

async fn an_old_address_redirects_those_who_may_see_the_survivor(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let actor = town.app.operator();
    let mut rows = Vec::new();
    for _ in 0..3 {
        rows.push(town.person("何雨桐", town.street, None).await);
    }
    people::actions::merge(&town.app, &actor, rows[0], rows[1]).await.unwrap();
    people::actions::merge(&town.app, &actor, rows[1], rows[2]).await.unwrap();
    let mut secretary = town.secretary("secretary", town.street).await;
    let mut elsewhere = town.secretary("elsewhere", town.other).await;
    for old in &rows[..2] {
        let path = format!("/people/{old}");
        let led = secretary.get(&path).await;
        assert_eq!(led.location.as_deref(), Some(format!("/people/{}", rows[2]).as_str()), "{}", led.text);
        let denied = elsewhere.get(&path).await;
        assert_eq!(denied.status, StatusCode::NOT_FOUND);
        assert!(!denied.text.contains(&rows[2].to_string()), "{}", denied.text);
    }
}

async fn the_effect_of_an_end_is_shown_without_writing(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let actor = town.app.operator();
    let opening = opening("夜校小组", town.street, vec![], "2024-01-01");
    let group = groups::actions::open(&town.app, &actor, opening).await.unwrap();
    let person = town.person("郑梦曦", town.street, Some(199_001)).await;
    people::actions::join(&town.app, &actor, person, group, day("2024-06-01")).await.unwrap();
    let mut draft = Draft::new("study", "夜校第一课", day("2024-07-01"), town.street);
    draft.activity.host_group = Some(group);
    draft.attendance = vec![Handed::plain(person, Status::OnTime)];
    activities::actions::add(&town.app, &actor, draft).await.unwrap();
    let sql = "select id from membership where person_id = $1 and group_id = $2";
    let id: i64 = ledger::db::scalar(&town.app.db, sql, vec![person.0.into(), group.0.into()]).await.unwrap().unwrap();
    let path = format!("/people/{person}/memberships/{id}");

    // While an import writes, the page still responds; and although it can't be made void, it can be ended.
    assert_eq!(town.admin.get(&format!("/people/{person}")).await.status, StatusCode::OK);
    let busy = ledger::db::begin(&town.app.db).await.unwrap();
    ledger::db::execute(&busy, "update ledger_head set seq = seq where id = 1", vec![]).await.unwrap();
    let ending = format!("{path}?last=2024-12-31");
    let answer = tokio::time::timeout(Duration::from_secs(8), town.admin.get(&ending)).await;
    busy.rollback().await.unwrap();
    let answer = answer.expect("an answer while somebody writes");
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains("在 2024-07-01 没有所在单位"), "{}", answer.text);
    assert!(answer.text.contains("到 2024-12-31 为止") && !answer.text.contains("value=\"void\""), "{}", answer.text);
    let early = town.admin.get(&format!("{path}?last=2024-06-15")).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "the session would stand without a unit");
    let version = answer.value("version");
    let end = [("do", "end"), ("last", "2024-12-31"), ("version", version.as_str())];
    let before = ledger::position(&town.app.db).await.unwrap();
    let done = town.admin.post(&path, &end).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let booked = ledger::position(&town.app.db).await.unwrap() - before;
    assert!(answer.text.contains(&format!("账本更正 {booked} 条")), "{booked}: {}", answer.text);
    town.reconciled().await;
}

async fn of_two_accounts_one_is_locked_before_their_rows_are_merged(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let survivor = town.person("何雨桐", town.street, None).await;
    let loser = town.person("何雨桐", town.street, None).await;
    account(&town.app, "stays", None, Some(survivor)).await;
    let mut theirs = {
        account(&town.app, "goes", None, Some(loser)).await;
        Browser::signed_in(&town.app, "goes").await
    };
    let path = format!("/people/{survivor}/merge");
    let look = format!("{path}?other_id={loser}");
    let page = town.admin.get(&look).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("“stays”") && page.text.contains("“goes”"), "both are named: {}", page.text);
    let loser_id = loser.to_string();
    let fields = [("other_id", loser_id.as_str()), ("version", "1"), ("other_version", "1")];
    let refused = town.admin.post(&path, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(refused.text.contains("“stays”") && refused.text.contains("先停用其中一个"), "{}", refused.text);
    let own = theirs.get("/my").await;
    assert!(own.text.contains("何雨桐"), "nothing was merged: {}", own.text);

    let stays = account_named(&town, "stays").await;
    accounts::actions::set_locked(&town.app, &town.app.operator(), stays, true).await.unwrap();
    let page = town.admin.get(&look).await;
    assert!(page.text.contains("账号“goes”归留下的这条"), "{}", page.text);
    assert!(page.text.contains("已停用的账号“stays”不再对应人员"), "{}", page.text);
    let merged = town.admin.post(&path, &fields).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.text);
    let own = theirs.get("/my").await;
    assert!(own.text.contains("何雨桐") && own.text.contains("古沟街道"), "{}", own.text);
    let left = accounts::store::by_id(&town.app.db, stays).await.unwrap().unwrap();
    assert_eq!(left.person, None);
    town.reconciled().await;
}

async fn the_persons_own_export_is_complete(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let actor = town.app.operator();
    let person = town.person("郑梦曦", town.street, Some(199_001)).await;
    let edit = people::actions::edit_of(&town.app, person).await.unwrap();
    let edit = people::Edit { sex: Some(people::Sex::Female), ..edit };
    people::actions::edit(&town.app, &actor, person, edit).await.unwrap();
    people::actions::set_party(&town.app, &actor, person, people::Party::Member, day("2025-07-01")).await.unwrap();
    let seconded = DayRange { from: day("2025-03-01"), to: Some(day("2025-05-31")) };
    people::actions::second(&town.app, &actor, person, town.street, town.other, seconded).await.unwrap();
    let mut draft = Draft::new("study", "还没确认的一场", day("2026-01-04"), town.street);
    draft.activity.state = State::Announced;
    let activity = activities::actions::add(&town.app, &actor, draft).await.unwrap();
    let sql = "insert into roll_mark (activity_id, person_id, status, by_scan, marked_at, account_id) \
               values ($1, $2, 'late', true, '2026-01-04T01:02:03Z', 1)";
    ledger::db::execute(&town.app.db, sql, vec![activity.0.into(), person.0.into()]).await.unwrap();
    let community = unit(&town.app, "华德亭社区", "community", Some(town.street)).await;
    people::actions::transfer(&town.app, &actor, person, community, &people::Held::duty("干事"), day("2025-09-01"))
        .await
        .unwrap();
    account(&town.app, "own", None, Some(person)).await;
    let answer = Browser::signed_in(&town.app, "own").await.get("/my/export").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let held: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(held["sex"], "female");
    assert_eq!(held["party"], serde_json::json!([{ "status": "member", "from": "2025-07-01" }]));
    let posted: Vec<_> = held["postings"].as_array().unwrap().iter().map(|posting| &posting["unit_name"]).collect();
    assert_eq!(posted, ["古沟街道", "华德亭社区"]);
    let groups: Vec<_> = held["memberships"].as_array().unwrap().iter().map(|of| &of["group_name"]).collect();
    assert_eq!(groups, ["古沟街道青年理论学习小组", "华德亭社区青年理论学习小组"]);
    let state = &held["states"][0];
    assert_eq!((&state["state"], &state["unit_name"]), (&"seconded".into(), &"红埠街道".into()));
    assert_eq!((&state["home_unit_name"], &state["to"]), (&"古沟街道".into(), &"2025-05-31".into()));
    let mark = &held["marks"][0];
    assert_eq!((&mark["title"], &mark["status"]), (&"还没确认的一场".into(), &"late".into()));
    assert_eq!((&mark["scanned"], &mark["at"]), (&true.into(), &"2026-01-04T01:02:03Z".into()));
}

async fn a_unit_that_somebody_has_left_sees_nothing_later(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let actor = town.app.operator();
    let person = town.person("郑梦曦", town.street, None).await;
    let colleague = town.person("周文静", town.other, None).await;
    people::actions::transfer(
        &town.app,
        &actor,
        person,
        town.other,
        &people::Held::duty("主任科员"),
        day("2025-07-01"),
    )
    .await
    .unwrap();
    for (title, on, unit) in [("春季学习", "2025-03-01", town.street), ("秋季学习", "2025-09-01", town.other)] {
        let mut draft = Draft::new("study", title, day(on), unit);
        draft.activity.state = State::Held;
        draft.activity.time_from = Some("09:00".to_owned());
        draft.activity.time_to = Some("11:00".to_owned());
        draft.attendance = vec![Handed::plain(person, Status::OnTime)];
        if unit == town.other {
            draft.attendance.push(Handed::plain(colleague, Status::OnTime));
        }
        activities::actions::add(&town.app, &actor, draft).await.unwrap();
    }
    people::actions::set_party(&town.app, &actor, person, people::Party::Member, day("2025-10-01")).await.unwrap();
    let mut former = town.secretary("former", town.street).await;
    let mut present = town.secretary("present", town.other).await;
    let year = "period=own&from=2025-01-01&to=2025-12-31";
    for (path, later) in [
        (format!("/people/{person}?{year}"), vec!["秋季学习", "主任科员", "2025-07-01"]),
        (format!("/people/{person}/hours?{year}"), vec!["秋季学习"]),
    ] {
        let (before, now) = (former.get(&path).await, present.get(&path).await);
        assert_eq!((before.status, now.status), (StatusCode::OK, StatusCode::OK));
        assert!(before.text.contains("春季学习") && now.text.contains("春季学习"), "{path}");
        for text in later {
            assert!(!before.text.contains(text) && now.text.contains(text), "{path}: {text}");
        }
    }
    // A period after the posting shows nothing of it.
    let autumn = former.get(&format!("/people/{person}/hours?period=own&from=2025-08-01&to=2025-12-31")).await;
    assert!(!autumn.text.contains("秋季学习"), "{}", autumn.text);
    // Who comes back is seen as anybody of the unit.
    people::actions::transfer(&town.app, &actor, person, town.street, &people::Held::default(), day("2025-12-01"))
        .await
        .unwrap();
    assert!(former.get(&format!("/people/{person}/hours?{year}")).await.text.contains("秋季学习"));
}

async fn somebody_is_lent_to_a_unit_that_has_agreed(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let person = town.person("郑梦曦", town.street, None).await;
    let mut lends = town.secretary("lends", town.street).await;
    let mut receives = town.secretary("receives", town.other).await;
    let page = format!("/people/{person}");
    let members = async |unit: kernel::UnitId| -> i64 {
        let sql = "select count(*) from membership_span s join membership m on m.id = s.membership_id \
                   where m.person_id = $1 and s.unit_id = $2 and s.to_day is null";
        ledger::db::scalar(&town.app.db, sql, vec![person.0.into(), unit.0.into()]).await.unwrap().unwrap()
    };
    let offer = async |browser: &mut Browser, from: &str| {
        let (unit, form) = (town.other.to_string(), format!("{page}/absence"));
        browser.post(&form, &[("unit_id", unit.as_str()), ("from", from)]).await
    };
    let last = async || -> String {
        let sql = "select max(id) from secondment_offer";
        let id: Option<Option<i64>> = ledger::db::scalar(&town.app.db, sql, vec![]).await.unwrap();
        format!("/people/lending/{}", id.flatten().unwrap())
    };
    // Offered, it counts nowhere yet; offered again, it is refused.
    assert_eq!(offer(&mut lends, "2025-12-01").await.status, StatusCode::SEE_OTHER);
    assert_eq!((members(town.street).await, members(town.other).await), (1, 0));
    assert!(lends.get(&page).await.text.contains("已提请 红埠街道 接收"));
    assert_eq!(offer(&mut lends, "2025-12-01").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Who lends can't accept for the other unit; taken back, it can be offered again.
    let form = last().await;
    assert_eq!(lends.post(&form, &[("as", "accepted")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(receives.post(&form, &[("as", "withdrawn")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(lends.post(&form, &[("as", "withdrawn")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(receives.post(&form, &[("as", "accepted")]).await.status, StatusCode::CONFLICT);
    offer(&mut lends, "2025-12-01").await;
    let form = last().await;
    // The receiving unit finds it on its list, and declines one and accepts another.
    assert!(receives.get("/people").await.text.contains("有 1 人等你同意借入"));
    let list = receives.get("/people/lending").await;
    assert!(list.text.contains("郑梦曦") && list.text.contains("古沟街道 借到 红埠街道"), "{}", list.text);
    assert!(lends.get("/people/lending").await.text.contains("没有等待接收的借调"));
    assert_eq!(receives.post(&form, &[("as", "declined")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!((members(town.street).await, members(town.other).await), (1, 0));
    offer(&mut lends, "2025-12-01").await;
    assert_eq!(receives.post(&last().await, &[("as", "accepted")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!((members(town.street).await, members(town.other).await), (0, 1));
    assert!(lends.get(&page).await.text.contains("古沟街道 → 红埠街道"));
    let log = town.admin.get("/log").await.text;
    for line in ["提请借调一人", "收回了一人的借调请求", "没有接收借调的一人", "同意借入一人"]
    {
        assert!(log.contains(line), "{line}: {log}");
    }
    // Who keeps both units lends at once.
    let second = town.person("周文静", town.street, None).await;
    let unit = town.other.to_string();
    let entered = town
        .admin
        .post(&format!("/people/{second}/absence"), &[("unit_id", unit.as_str()), ("from", "2025-12-01")])
        .await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    assert!(town.admin.get(&format!("/people/{second}")).await.text.contains("古沟街道 → 红埠街道"));
    town.reconciled().await;
}
