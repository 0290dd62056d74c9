//! Signing in, roles that are given and withdrawn, sessions that end, requests from other sites; the log of it all.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use desk::actor::Role;
use kernel::UnitId;

use crate::{
    browser::{Browser, account},
    support::{On, Place, on_both},
    town::unit,
};

on_both!(a_first_password_is_changed_first, a_role_taken_away_ends_at_once, what_was_typed_outlives_the_session);

async fn city(app: &desk::app::App) -> UnitId {
    let unit = unit(app, "青蓝市妇联", "city", None).await;
    federation::scope::places::refresh(app).await.expect("places");
    unit
}

async fn a_first_password_is_changed_first(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    account(&app, "admin", Some((Role::Administrator, None, None)), None).await;
    let mut admin = Browser::signed_in(&app, "admin").await;
    let form = [("name", "Mengxn"), ("display", "孟晓宁<b>")];
    let page = admin.post("/accounts", &form).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("孟晓宁&lt;b&gt;") && !page.text.contains("孟晓宁<b>"), "markup is shown as text");
    let again = admin.post("/accounts", &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("已经有了") && again.text.contains("value=\"Mengxn\""), "what was typed is kept");
    let password =
        page.text.split("id=\"first-password\">").nth(1).and_then(|rest| rest.split('<').next()).expect("a password");

    let mut visitor = admin.another();
    let signed_in = visitor.post("/sign-in", &[("name", "mengxn"), ("password", password), ("next", "/account")]).await;
    assert_eq!(signed_in.location.as_deref(), Some("/account"));
    assert_eq!(visitor.get("/account").await.location.as_deref(), Some("/account/password"));
    let wrong = [("old", "no"), ("new", "winter-7-lamps"), ("again", "winter-7-lamps")];
    assert_eq!(visitor.post("/account/password", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = [("old", password), ("new", "winter-7-lamps"), ("again", "winter-7-lamps")];
    assert_eq!(visitor.post("/account/password", &right).await.location.as_deref(), Some("/"));
    assert_eq!(visitor.get("/account").await.status, StatusCode::OK);
    assert_eq!(visitor.get("/accounts").await.status, StatusCode::FORBIDDEN);
    let log = admin.get("/log").await;
    assert!(log.text.contains("开通了账号“mengxn”") && log.text.contains("改了自己的密码"), "{}", log.text);
    let export = admin.get("/log/export").await;
    assert!(export.bytes.starts_with(b"PK"));
}

async fn a_role_taken_away_ends_at_once(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let city = city(&app).await;
    account(&app, "admin", Some((Role::Administrator, None, None)), None).await;
    let id = account(&app, "second", Some((Role::Administrator, None, None)), None).await;
    let mut second = Browser::signed_in(&app, "second").await;
    assert_eq!(second.get("/accounts").await.status, StatusCode::OK);
    let mut admin = Browser::signed_in(&app, "admin").await;
    let page = admin.get(&format!("/accounts/{id}")).await;
    let end = page.text.split("action=\"").find(|rest| rest.contains("/end\"")).and_then(|rest| rest.split('"').next());
    let end = end.expect("a role to take away").to_owned();
    assert_eq!(admin.post(&end, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(second.get("/accounts").await.status, StatusCode::FORBIDDEN);
    assert_eq!(second.post("/accounts", &[("name", "third")]).await.status, StatusCode::FORBIDDEN);
    let give = [("role", "secretary"), ("unit_id", &city.to_string())];
    assert_eq!(admin.post(&format!("/accounts/{id}/roles"), &give).await.status, StatusCode::SEE_OTHER);
    assert_eq!(admin.post(&format!("/accounts/{id}/roles"), &give).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(admin.post(&format!("/accounts/{id}/lock"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(second.get("/account").await.status, StatusCode::SEE_OTHER, "a locked account is signed out");
}

async fn what_was_typed_outlives_the_session(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    account(&app, "admin", Some((Role::Administrator, None, None)), None).await;
    let mut admin = Browser::signed_in(&app, "admin").await;
    admin.forget();
    let asked = admin.post("/accounts", &[("name", "liruotong"), ("display", "李若彤")]).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    assert!(asked.text.contains("name=\"carried.display\" value=\"李若彤\""), "{}", asked.text);
    let fields = [
        ("name", "admin"),
        ("password", "清风徐来水波不兴"),
        ("next", "/accounts"),
        ("carried.name", "liruotong"),
        ("carried.display", "李若彤"),
    ];
    let carried = admin.post("/sign-in", &fields).await;
    assert_eq!(carried.status, StatusCode::OK);
    assert_eq!((carried.value("name"), carried.value("display")), ("liruotong".to_owned(), "李若彤".to_owned()));
    let sent = admin.post("/accounts", &[("name", "liruotong"), ("display", "李若彤")]).await;
    assert!(sent.text.contains("first-password"));
}

#[tokio::test]
async fn guessing_has_to_wait_and_other_sites_are_refused() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    account(&app, "admin", Some((Role::Administrator, None, None)), None).await;
    let mut visitor = Browser::signed_in(&app, "admin").await;
    let foreign = Request::post("/accounts").header("sec-fetch-site", "cross-site");
    assert_eq!(visitor.send(foreign, Body::from("name=x1")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let silent = visitor.send(Request::post("/accounts"), Body::from("name=x1")).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "a cookie without an origin");
    let mut guesser = visitor.another();
    for _ in 0..5 {
        let refused = guesser.post("/sign-in", &[("name", "admin"), ("password", "guess")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let waits = guesser.post("/sign-in", &[("name", "admin"), ("password", "清风徐来水波不兴")]).await;
    assert!(waits.text.contains("分钟以后再试"), "{}", waits.text);
    assert_eq!(visitor.get("/account").await.status, StatusCode::OK, "who is signed in stays so");
    let led = guesser.get("/sign-in?next=//evil.example/").await;
    assert_eq!(led.value("next"), "/");
    let unknown = visitor.get("/no-such-page").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
}
