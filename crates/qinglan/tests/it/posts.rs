//! Posts of units: who adds and sees them, who holds one, and that one with a holder is not given up.

use axum::http::StatusCode;
use desk::{
    actor::Role,
    error::{AppError, Result},
};
use federation::{
    people::{self, Held},
    posts::{Handed, Post, Risk, actions, store},
};
use ledger::db;

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, new_person, town},
};

on_both!(
    a_post_is_added_changed_and_removed_by_its_unit,
    a_posting_holds_a_post_of_its_unit,
    a_post_with_a_holder_is_not_given_up,
    two_rows_of_one_person_leave_what_each_says_of_the_post,
    a_merged_unit_keeps_its_posts,
    who_holds_a_post_is_for_those_who_may_see_people,
);

fn handed(name: &str) -> Handed {
    Handed { name: name.to_owned(), needs: "法律，心理咨询".to_owned(), risk: Some(Risk::High), about: None }
}

fn code(result: Result<impl Sized>) -> String {
    match result {
        Ok(_) => "fine".to_owned(),
        Err(AppError::Refused(refusal)) => refusal.code,
        Err(other) => panic!("{other}"),
    }
}

async fn post(town: &Town, id: i64) -> Post {
    store::by_id(&town.app.db, id).await.unwrap().unwrap()
}

fn holding(post: i64) -> Held {
    Held { post: Some(post), ..Held::default() }
}

async fn a_post_is_added_changed_and_removed_by_its_unit(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let id = actions::add(&app, &operator, town.street, handed("权益维护")).await.unwrap();
    assert_eq!(post(&town, id).await.needs, "法律、心理咨询");
    for (unit, name, wanted) in [
        (town.street, " ", "post-without-name"),
        (town.street, "权益 维护", "post-name-taken"),
        (town.other, "权益维护", "fine"),
    ] {
        assert_eq!(code(actions::add(&app, &operator, unit, handed(name)).await), wanted, "{name}");
    }
    actions::edit(&app, &operator, (id, 1), handed("权益")).await.unwrap();
    assert_eq!(code(actions::edit(&app, &operator, (id, 1), handed("权益2")).await), "changed-meanwhile");
    let mut secretary = town.secretary("secretary", town.street).await;
    let others: Vec<i64> = db::rows(&app.db, "select id from post order by id", vec![]).await.unwrap();
    let list = secretary.get("/posts").await;
    assert!(list.text.contains("权益") && list.text.contains("法律、心理咨询") && !list.text.contains("红埠街道"));
    assert_eq!(secretary.get(&format!("/posts/{}", others[1])).await.status, StatusCode::NOT_FOUND);
    assert!(secretary.get("/posts?risk=low").await.text.contains("没有符合条件的岗位"));
    assert!(secretary.get("/posts?state=vacant&q=心理").await.text.contains("权益"));
    let unit = town.street.to_string();
    let added = secretary
        .post("/posts", &[("name", "财务出纳"), ("needs", "财务"), ("risk", "high"), ("unit_id", &unit)])
        .await
        .location
        .expect("added");
    let other = town.other.to_string();
    let refused = secretary.post("/posts", &[("name", "别处的"), ("unit_id", &other)]).await;
    assert!(refused.location.is_none(), "a secretary adds none elsewhere");
    let refused = secretary.post("/posts", &[("name", ""), ("unit_id", &unit)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(secretary.post(&format!("{added}/remove"), &[("version", "1")]).await.location.is_some());
    assert_eq!(secretary.get(&added).await.status, StatusCode::NOT_FOUND);
    // The export is what the visitor sees.
    for (browser, wanted) in [(&mut town.admin, true), (&mut secretary, false)] {
        let export = crate::names::text_of(&browser.get("/posts/export").await);
        assert!(export.contains("法律、心理咨询"), "{export}");
        assert_eq!(export.contains("红埠街道"), wanted, "{export}");
    }
    // The actions ask too.
    let actor = crate::permission::actor(&app, Some((Role::Secretary, town.street, None)), None).await;
    let there = (others[1], 1);
    for answer in [
        code(actions::edit(&app, &actor, there, handed("别人的")).await),
        code(actions::close(&app, &actor, there, Some(day("2025-06-30"))).await),
        code(actions::remove(&app, &actor, others[1], 1).await),
    ] {
        assert_eq!(answer, "post-unknown");
    }
    assert_eq!(code(actions::add(&app, &actor, town.other, handed("别人的")).await), "unit-unknown");
}

async fn a_posting_holds_a_post_of_its_unit(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let here = actions::add(&app, &operator, town.street, handed("权益维护")).await.unwrap();
    let there = actions::add(&app, &operator, town.other, handed("综合管理")).await.unwrap();
    let new = |post| people::NewPerson { held: holding(post), ..new_person("郑梦曦", town.street) };
    let add = async |post| people::actions::add(&app, &operator, new(post), day("2025-01-01")).await;
    assert_eq!(code(add(there).await), "post-elsewhere");
    assert_eq!(code(add(999).await), "post-elsewhere");
    let person = add(here).await.unwrap();
    let edit = people::actions::edit_of(&app, person).await.unwrap();
    assert_eq!(edit.held.post, Some(here));
    let wrong = people::Edit { held: holding(there), ..edit };
    assert_eq!(code(people::actions::edit(&app, &operator, person, wrong).await), "post-elsewhere");
    let moved = people::actions::transfer(&app, &operator, person, town.other, &holding(here), day("2025-07-01")).await;
    assert_eq!(code(moved), "post-elsewhere");
    people::actions::transfer(&app, &operator, person, town.other, &holding(there), day("2025-07-01")).await.unwrap();
    assert_eq!(code(actions::remove(&app, &operator, here, 1).await), "post-was-held");
    // On the person's page, and on the forms.
    let page = town.admin.get(&format!("/people/{person}")).await;
    assert!(page.text.contains("权益维护") && page.text.contains("综合管理"), "{}", page.text);
    let form = town.admin.get(&format!("/people/{person}/edit")).await;
    assert_eq!((form.value("post"), form.value("post_id")), ("综合管理".to_owned(), there.to_string()));
    let version = form.value("version");
    let fields = [("name", "郑梦曦"), ("version", &version), ("post", "没有选"), ("rank", "科员")];
    let refused = town.admin.post(&format!("/people/{person}/edit"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "what is typed is the name of a post");
    assert!(refused.text.contains("可选 综合管理"), "{}", refused.text);
    // Without a script the name alone is sent.
    let fields = [("name", "郑梦曦"), ("version", version.as_str()), ("post", "综合 管理"), ("duty", "干事")];
    let saved = town.admin.post(&format!("/people/{person}/edit"), &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let held = people::actions::edit_of(&app, person).await.unwrap().held;
    assert_eq!((held.post, held.duty.as_deref()), (Some(there), Some("干事")));
    let version = town.admin.get(&format!("/people/{person}/edit")).await.value("version");
    let fields = [("name", "郑梦曦"), ("version", &version), ("rank", "科员"), ("appointment", "promoted")];
    let saved = town.admin.post(&format!("/people/{person}/edit"), &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let held = people::actions::edit_of(&app, person).await.unwrap().held;
    assert_eq!((held.post, held.rank.as_deref()), (None, Some("科员")));
    town.reconciled().await;
}

async fn a_post_with_a_holder_is_not_given_up(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let id = actions::add(&app, &operator, town.street, handed("权益维护")).await.unwrap();
    let new = people::NewPerson { held: holding(id), ..new_person("郑梦曦", town.street) };
    let person = people::actions::add(&app, &operator, new, day("2025-01-01")).await.unwrap();
    let close =
        async |version, last: Option<&str>| code(actions::close(&app, &operator, (id, version), last.map(day)).await);
    assert_eq!(close(1, Some("2025-06-30")).await, "post-held");
    let fields = [("version", "1"), ("last", "2025-06-30")];
    let refused = town.admin.post(&format!("/posts/{id}/close"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("还有 1 人"), "{}", refused.text);
    people::actions::leave(&app, &operator, person, day("2025-06-30")).await.unwrap();
    assert_eq!(close(1, Some("2025-06-29")).await, "post-held");
    assert_eq!(close(1, Some("2025-06-30")).await, "fine");
    let early = people::NewPerson { held: holding(id), ..new_person("孙予安", town.street) };
    let refused = people::actions::add(&app, &operator, early, day("2025-03-01")).await;
    assert_eq!(code(refused), "post-closed-by-then", "who comes before its last day would stay after it");
    let late = people::NewPerson { held: holding(id), ..new_person("何雨桐", town.street) };
    let refused = people::actions::add(&app, &operator, late.clone(), day("2025-07-01")).await;
    assert_eq!(code(refused), "post-closed-by-then");
    // Nor is it given to somebody who is posted since before.
    let since =
        people::actions::add(&app, &operator, new_person("温知远", town.street), day("2025-01-01")).await.unwrap();
    let edit = people::actions::edit_of(&app, since).await.unwrap();
    let edit = people::Edit { held: holding(id), ..edit };
    assert_eq!(code(people::actions::edit(&app, &operator, since, edit.clone()).await), "post-closed-by-then");
    let form = [("name", "温知远"), ("version", "1"), ("post", "权益维护")];
    let refused = town.admin.post(&format!("/people/{since}/edit"), &form).await;
    assert!(refused.text.contains("还没有岗位"), "a post that was given up is not offered: {}", refused.text);
    assert_eq!(close(2, None).await, "fine");
    people::actions::add(&app, &operator, late, day("2025-07-01")).await.unwrap();
    people::actions::edit(&app, &operator, since, edit).await.unwrap();
    town.reconciled().await;
}

async fn two_rows_of_one_person_leave_what_each_says_of_the_post(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let id = actions::add(app, &operator, town.street, handed("权益维护")).await.unwrap();
    let held = Held { post: Some(id), rank: Some("一级科员".to_owned()), ..Held::default() };
    let later = people::NewPerson { held, ..new_person("郑梦曦", town.street) };
    let loser = people::actions::add(app, &operator, later, day("2025-03-01")).await.unwrap();
    let first = people::NewPerson { held: Held::duty("干事"), ..new_person("郑梦曦", town.street) };
    let survivor = people::actions::add(app, &operator, first, day("2025-01-01")).await.unwrap();
    people::actions::merge(app, &operator, loser, survivor).await.unwrap();
    let held = people::actions::edit_of(app, survivor).await.unwrap().held;
    assert_eq!((held.duty.as_deref(), held.rank.as_deref(), held.post), (Some("干事"), Some("一级科员"), Some(id)));
    assert_eq!(code(actions::remove(app, &operator, id, 1).await), "post-was-held");
    town.reconciled().await;
}

async fn a_merged_unit_keeps_its_posts(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let id = actions::add(app, &operator, town.street, handed("权益维护")).await.unwrap();
    federation::units::actions::merge(app, &operator, town.street, town.other, day("2025-07-01")).await.unwrap();
    assert_eq!(post(&town, id).await.unit, town.street);
    let late = actions::add(app, &operator, town.street, handed("新的")).await;
    assert_eq!(code(late), "unit-closed-by-then");
}

async fn who_holds_a_post_is_for_those_who_may_see_people(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let (app, operator) = (town.app.clone(), town.app.operator());
    let id = actions::add(&app, &operator, town.street, handed("权益维护")).await.unwrap();
    let new = people::NewPerson { held: holding(id), ..new_person("郑梦曦", town.street) };
    people::actions::add(&app, &operator, new, day("2025-01-01")).await.unwrap();
    assert!(town.admin.get(&format!("/posts/{id}")).await.text.contains("郑梦曦"));
    account(&app, "reader", Some((Role::Reader, Some(town.street), None)), None).await;
    let mut reader = Browser::signed_in(&app, "reader").await;
    let page = reader.get(&format!("/posts/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("权益维护") && !page.text.contains("郑梦曦"), "{}", page.text);
    assert_eq!(reader.get(&format!("/posts/{id}/edit")).await.status, StatusCode::FORBIDDEN);
}
