//! Study plans: whom an item reaches, ticks and their bookings, progress and reminders.

use axum::http::StatusCode;
use desk::actor::Role;
use federation::{
    groups,
    people::{self, Party},
};
use figures::metrics;
use kernel::{GroupId, Period, PersonId};
use ledger::{Filter, Value};
use qinglan::features::plans::{self, State, actions};

use crate::{
    browser::{Answered, Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, town},
};

on_both!(
    a_new_item_reaches_those_it_is_for_and_nobody_else,
    only_the_tick_is_booked_and_taking_it_back_reverses_it,
    a_correction_of_a_person_confirms_the_readings_again,
    merged_people_have_read_a_thing_once,
    leaders_see_who_is_behind_and_remind_them,
);

struct Planned {
    town: Town,
    plan: i64,
    item: i64,
    here: PersonId,
    there: PersonId,
}

fn wanted(text: &str) -> actions::Wanted {
    actions::Wanted {
        material: None,
        text: Some(text.to_owned()),
        required: true,
        due_on: day("2026-01-04"),
        party_only: false,
        groups: Vec::new(),
    }
}

/// A plan of the city with one item that was due yesterday, a member in each street, and their accounts.
async fn planned(place: &Place) -> Planned {
    let town = town(place).await;
    let here = town.person("郑梦曦", town.street, None).await;
    let there = town.person("何雨桐", town.other, None).await;
    account(&town.app, "here", None, Some(here)).await;
    account(&town.app, "there", None, Some(there)).await;
    let (app, operator) = (&town.app, town.app.operator());
    let said =
        actions::Said { title: "一月计划".to_owned(), from: day("2026-01-01"), to: day("2026-01-31"), theme: None };
    let plan = actions::begin(app, &operator, town.city, said).await.unwrap();
    let item = actions::add_item(app, &operator, plan, wanted("第一章")).await.unwrap();
    Planned { town, plan, item, here, there }
}

impl Planned {
    async fn publish(&self) {
        let version = actions::seen(&self.town.app, &self.town.app.operator(), self.plan).await.unwrap().version;
        let app = &self.town.app;
        actions::set_state(app, &app.operator(), (self.plan, version), State::Published).await.unwrap();
    }

    async fn to_learn(&self, person: PersonId) -> Vec<String> {
        let lines = plans::store::to_learn(&self.town.app.db, person, self.town.app.today(), 9).await.unwrap();
        lines.into_iter().filter_map(|line| line.text).collect()
    }

    async fn tick(&self, account: &str, how: &str) -> Answered {
        let mut browser = Browser::signed_in(&self.town.app, account).await;
        browser.post(&format!("/plans/items/{}/finished", self.item), &[("as", how)]).await
    }

    async fn figure(&self, key: &str, unit: kernel::UnitId, filter: &[(&str, &str)]) -> i64 {
        let app = &self.town.app;
        let period = Period::new(day("2026-01-01"), day("2026-12-31")).unwrap();
        let books = metrics::open(app, unit, period, None, None).await.unwrap();
        let conditions = filter.iter().map(|(facet, value)| ((*facet).to_owned(), [(*value).to_owned()].into()));
        let filter = Filter(conditions.collect());
        let figure = books.figure(&app.metrics().get(key).unwrap(), unit, period, &filter).unwrap();
        match figure.value {
            Value::Whole(count) => count,
            other => panic!("{other:?}"),
        }
    }
}

async fn a_new_item_reaches_those_it_is_for_and_nobody_else(on: On) {
    let place = Place::new(on).await;
    let planned = planned(&place).await;
    let (app, operator) = (&planned.town.app, planned.town.app.operator());
    // A draft reaches nobody, and is seen only by those who maintain it.
    assert!(planned.to_learn(planned.here).await.is_empty());
    let mut here = Browser::signed_in(app, "here").await;
    assert_eq!(here.get(&format!("/plans/{}", planned.plan)).await.status, StatusCode::NOT_FOUND);
    planned.publish().await;
    assert_eq!(planned.to_learn(planned.here).await, ["第一章"]);
    assert_eq!(planned.to_learn(planned.there).await, ["第一章"]);
    // A new item reaches its people at once: of one group, of party members.
    let group = groups::store::default_groups(&app.db, &[planned.town.street]).await.unwrap()[&planned.town.street].id;
    let of_group = actions::Wanted { groups: vec![group], ..wanted("小组的") };
    actions::add_item(app, &operator, planned.plan, of_group).await.unwrap();
    let of_party = actions::Wanted { party_only: true, due_on: day("2026-01-20"), ..wanted("党员的") };
    actions::add_item(app, &operator, planned.plan, of_party).await.unwrap();
    people::actions::set_party(app, &operator, planned.there, Party::Member, day("2026-01-01")).await.unwrap();
    assert_eq!(planned.to_learn(planned.here).await, ["第一章", "小组的"]);
    assert_eq!(planned.to_learn(planned.there).await, ["第一章", "党员的"]);
    // Somebody who joined after the deadline has nothing to catch up on.
    let late =
        people::actions::add(app, &operator, crate::town::new_person("新来的", planned.town.street), day("2026-01-05"))
            .await
            .unwrap();
    assert!(planned.to_learn(late).await.is_empty());
    let listed = here.get("/plans").await.text;
    assert!(listed.contains("第一章") && listed.contains("应在 1月4日 学完"), "{listed}");
    // Once it is withdrawn, nothing is required any more.
    let version = actions::seen(app, &operator, planned.plan).await.unwrap().version;
    actions::set_state(app, &operator, (planned.plan, version), State::Withdrawn).await.unwrap();
    assert!(planned.to_learn(planned.here).await.is_empty());
}

async fn only_the_tick_is_booked_and_taking_it_back_reverses_it(on: On) {
    let place = Place::new(on).await;
    let planned = planned(&place).await;
    planned.publish().await;
    let app = &planned.town.app;
    let before = ledger::position(&app.db).await.unwrap();
    let mut here = Browser::signed_in(app, "here").await;
    for page in ["/plans".to_owned(), format!("/plans/{}", planned.plan)] {
        assert_eq!(here.get(&page).await.status, StatusCode::OK);
    }
    assert_eq!(ledger::position(&app.db).await.unwrap(), before, "looking books nothing");
    assert_eq!(planned.tick("here", "finished").await.status, StatusCode::SEE_OTHER);
    assert_eq!(planned.tick("here", "finished").await.status, StatusCode::SEE_OTHER, "a second tick is harmless");
    // Two entries: the reading, and its learning hours.
    assert_eq!(ledger::position(&app.db).await.unwrap(), before + 2);
    assert_eq!(planned.tick("there", "finished").await.status, StatusCode::SEE_OTHER);
    let (city, street) = (planned.town.city, planned.town.street);
    assert_eq!(planned.figure("learning.readings", city, &[]).await, 2);
    assert_eq!(planned.figure("learning.readers", street, &[]).await, 1);
    assert_eq!(planned.figure("learning.readers", city, &[("material", "text"), ("required", "yes")]).await, 2);
    assert_eq!(planned.figure("learning.readers", city, &[("required", "no")]).await, 0);
    planned.town.reconciled().await;
    // It is included in the person's own export.
    assert!(here.get("/my/export").await.text.contains("一月计划"));
    // An item that somebody has finished can't be dropped.
    let dropped = actions::drop_item(app, &app.operator(), planned.item).await;
    assert!(dropped.is_err());
    assert_eq!(planned.tick("here", "not").await.status, StatusCode::SEE_OTHER);
    assert_eq!(planned.figure("learning.readings", city, &[]).await, 1);
    assert_eq!(planned.to_learn(planned.here).await, ["第一章"]);
    planned.town.reconciled().await;
    assert_eq!(planned.tick("here", "finished").await.status, StatusCode::SEE_OTHER);
    assert_eq!(planned.figure("learning.readings", city, &[]).await, 2);
    // Somebody whom it doesn't reach can't tick it; nor can a future day be entered.
    account(app, "nobody", None, None).await;
    assert_eq!(planned.tick("nobody", "finished").await.status, StatusCode::NOT_FOUND);
    let ahead = here.post(&format!("/plans/items/{}/finished", planned.item), &[("day", "2026-02-01")]).await;
    assert_eq!(ahead.status, StatusCode::UNPROCESSABLE_ENTITY);
    planned.town.reconciled().await;
}

async fn a_correction_of_a_person_confirms_the_readings_again(on: On) {
    let place = Place::new(on).await;
    let planned = planned(&place).await;
    planned.publish().await;
    planned.tick("here", "finished").await;
    let (app, city) = (&planned.town.app, planned.town.city);
    assert_eq!(planned.figure("learning.readings", city, &[("party", "yes")]).await, 0);
    people::actions::set_party(app, &app.operator(), planned.here, Party::Member, day("2025-06-01")).await.unwrap();
    assert_eq!(planned.figure("learning.readings", city, &[("party", "yes")]).await, 1);
    assert_eq!(planned.figure("learning.readings", city, &[]).await, 1);
    planned.town.reconciled().await;
}

async fn merged_people_have_read_a_thing_once(on: On) {
    let place = Place::new(on).await;
    let planned = planned(&place).await;
    planned.publish().await;
    planned.tick("here", "finished").await;
    planned.tick("there", "finished").await;
    let (app, city) = (&planned.town.app, planned.town.city);
    let account: Option<i64> =
        ledger::db::scalar(&app.db, "select id from account where name = 'there'", vec![]).await.unwrap();
    federation::accounts::actions::set_locked(app, &app.operator(), kernel::AccountId(account.unwrap()), true)
        .await
        .unwrap();
    people::actions::merge(app, &app.operator(), planned.there, planned.here).await.unwrap();
    assert_eq!(planned.figure("learning.readings", city, &[]).await, 1);
    assert_eq!(planned.figure("learning.readers", city, &[]).await, 1);
    planned.town.reconciled().await;
}

async fn leaders_see_who_is_behind_and_remind_them(on: On) {
    let place = Place::new(on).await;
    let planned = planned(&place).await;
    planned.publish().await;
    planned.tick("there", "finished").await;
    let app = &planned.town.app;
    let group = groups::store::default_groups(&app.db, &[planned.town.street]).await.unwrap()[&planned.town.street].id;
    let leader_of = async |name: &str, group: GroupId| {
        account(app, name, Some((Role::Leader, None, Some(group))), None).await;
        Browser::signed_in(app, name).await
    };
    let mut leader = leader_of("leader", group).await;
    let path = format!("/plans/items/{}/progress", planned.item);
    let shown = leader.get(&path).await.text;
    assert!(shown.contains("郑梦曦") && shown.contains("1 人中 0 人学完"), "{shown}");
    assert!(!shown.contains("何雨桐") && !shown.contains("红埠街道"), "another group's people");
    let over = planned.town.admin.clone().get(&path).await.text;
    assert!(over.contains("1 人中 1 人学完") && over.contains("还没学完：郑梦曦"), "{over}");
    // The person sees what is due, and nobody else's state.
    let mut here = Browser::signed_in(app, "here").await;
    assert_eq!(here.get(&path).await.status, StatusCode::FORBIDDEN);
    assert!(!here.get("/plans").await.text.contains("提醒过"));
    let reminded = leader.post(&format!("/plans/items/{}/remind", planned.item), &[]).await;
    assert_eq!(reminded.status, StatusCode::SEE_OTHER);
    assert!(here.get("/plans").await.text.contains("提醒过"));
    assert!(leader.get(&path).await.text.contains("提醒过"));
    let count: Option<i64> = ledger::db::scalar(&app.db, "select count(*) from plan_reminder", vec![]).await.unwrap();
    assert_eq!(count, Some(1), "who has finished is not reminded");
}

#[tokio::test]
async fn a_plan_is_made_on_its_pages_and_faults_lose_nothing() {
    let place = Place::new(On::Sqlite).await;
    let mut town = town(&place).await;
    town.person("郑梦曦", town.street, None).await;
    let unit = town.street.to_string();
    let form = [("title", ""), ("unit_id", unit.as_str()), ("from", "2026-01-01"), ("to", "2025-12-01")];
    let refused = town.admin.post("/plans", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("value=\"2025-12-01\""), "{}", refused.text);
    let once = town.admin.get("/plans/new").await.value("once");
    let form = [
        ("once", once.as_str()),
        ("title", "一月计划"),
        ("unit_id", unit.as_str()),
        ("from", "2026-01-01"),
        ("to", "2026-01-31"),
    ];
    let made = town.admin.post("/plans", &form).await;
    assert_eq!(made.location, town.admin.post("/plans", &form).await.location);
    let path = made.location.unwrap();
    // It has no items yet: it can't be published.
    let version = actions::seen(&town.app, &town.app.operator(), path[7..].parse().unwrap()).await.unwrap().version;
    let published = town.admin.post(&format!("{path}/state"), &[("version", &version.to_string())]).await;
    assert_eq!(published.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (fields, told) in [
        (vec![("due_on", "2026-01-09")], "选一份资料，或写上要学的内容"),
        (vec![("due_on", "2026-02-09"), ("text", "第一章")], "之间"),
        (vec![("due_on", "2026-01-09"), ("material", "没选中的")], "从列出的资料里选一份"),
    ] {
        let refused = town.admin.post(&format!("{path}/items"), &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        assert!(refused.text.contains(told), "{told}: {}", refused.text);
    }
    let added = town.admin.post(&format!("{path}/items"), &[("due_on", "2026-01-09"), ("text", "第一章")]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let shown = town.admin.get(&path).await;
    assert!(shown.text.contains("第一章") && shown.text.contains("还没发布"));
    let version = shown.value("version");
    assert_eq!(town.admin.post(&format!("{path}/state"), &[("version", &version)]).await.status, StatusCode::SEE_OTHER);
    let late = [("version", version.as_str()), ("title", "乙"), ("from", "2026-01-01"), ("to", "2026-01-31")];
    assert_eq!(town.admin.post(&path, &late).await.status, StatusCode::CONFLICT);
    assert!(town.admin.get("/plans/export").await.bytes.starts_with(b"PK"));
}
