//! What a stranger can do: guess passwords, send long forms, be led to other sites.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use chrono::Duration;
use desk::{
    actor::Role,
    app::App,
    outside::Outside,
    serve::{Site, service},
};
use kernel::FixedClock;
use ledger::db;

use crate::{
    browser::{Answered, Browser, PASSWORD, account},
    support::{On, Place, on_both},
};

on_both!(
    guesses_at_once_are_checked_no_more_often_than_one_by_one,
    strangers_lock_nobody_out_of_a_known_browser,
    strangers_keep_nobody_from_changing_a_password,
    an_address_that_tries_many_names_waits,
    what_is_too_long_is_refused_before_anything_is_asked,
    a_letter_that_cannot_be_stored_is_refused,
    a_failed_sign_in_is_in_the_log,
    a_session_ends_however_much_it_is_used,
);

const WRONG: [(&str, &str); 2] = [("name", "admin"), ("password", "guess")];

async fn with_admin(place: &Place) -> App {
    let app = place.open().await;
    account(&app, "admin", Some((Role::Administrator, None, None)), None).await;
    app
}

async fn attempts(app: &App) -> i64 {
    db::scalar(&app.db, "select count(*) from sign_in_attempt", vec![]).await.unwrap().unwrap()
}

fn waits(answer: &Answered) -> bool {
    let seconds =
        answer.headers.get(header::RETRY_AFTER).and_then(|seconds| seconds.to_str().ok()?.parse::<u64>().ok());
    if answer.status == StatusCode::TOO_MANY_REQUESTS {
        assert!(seconds.is_some_and(|seconds| (60..=3660).contains(&seconds)), "{seconds:?}");
        assert!(answer.text.contains("分钟以后再试"), "{}", answer.text);
        return true;
    }
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    false
}

async fn guesses_at_once_are_checked_no_more_often_than_one_by_one(on: On) {
    let place = Place::new(on).await;
    let app = with_admin(&place).await;
    let guesser = Browser::new(&app);
    let guesses = (0..40).map(|_| {
        let mut guesser = guesser.clone();
        tokio::spawn(async move { guesser.post("/sign-in", &WRONG).await })
    });
    let mut checked = 0;
    for guess in guesses.collect::<Vec<_>>() {
        checked += usize::from(!waits(&guess.await.unwrap()));
    }
    assert_eq!(checked, 5, "of 40 at once");
}

async fn strangers_lock_nobody_out_of_a_known_browser(on: On) {
    let place = Place::new(on).await;
    let app = with_admin(&place).await;
    let mut known = Browser::signed_in(&app, "admin").await;
    let mut stranger = known.another();
    for _ in 0..5 {
        assert!(!waits(&stranger.post("/sign-in", &WRONG).await));
    }
    let right = [("name", "admin"), ("password", PASSWORD)];
    assert!(waits(&stranger.post("/sign-in", &right).await));
    known.keep_cookie("qinglan_browser");
    assert!(known.cookie("qinglan_browser").is_some());
    let mut known = known.sign_in("admin").await;
    assert!(
        waits(&stranger.post("/sign-in", &right).await),
        "signing in elsewhere gives a stranger no further guesses"
    );
    // The browser's own guesses are counted too.
    known.keep_cookie("qinglan_browser");
    for _ in 0..5 {
        assert!(!waits(&known.post("/sign-in", &WRONG).await));
    }
    assert!(waits(&known.post("/sign-in", &right).await));
    // A cookie that was made up is nobody's.
    let invented = Request::post("/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, "qinglan_browser=made-up");
    assert!(waits(&stranger.send(invented, Body::from("name=admin&password=guess")).await));
}

async fn strangers_keep_nobody_from_changing_a_password(on: On) {
    let place = Place::new(on).await;
    let app = with_admin(&place).await;
    let mut admin = Browser::signed_in(&app, "admin").await;
    let mut stranger = admin.another();
    let id: i64 = db::scalar(&app.db, "select id from account where name = 'admin'", vec![]).await.unwrap().unwrap();
    for name in ["admin".to_owned(), format!("password:{id}"), format!("PASSWORD:{id}")] {
        for _ in 0..6 {
            stranger.post("/sign-in", &[("name", &name), ("password", "guess")]).await;
        }
    }
    let new = "winter-7-lamps";
    let form = |old: &'static str| [("old", old), ("new", new), ("again", new)];
    // Whoever sits at the open browser guesses no faster.
    for _ in 0..4 {
        assert_eq!(admin.post("/account/password", &form("guess")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(admin.post("/account/password", &form(PASSWORD)).await.status, StatusCode::SEE_OTHER);
    let back = [("old", new), ("new", "winter-8-lamps"), ("again", "winter-8-lamps")];
    for _ in 0..5 {
        assert_eq!(admin.post("/account/password", &form("guess")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert!(admin.post("/account/password", &back).await.text.contains("分钟以后再试"));
}

async fn an_address_that_tries_many_names_waits(on: On) {
    let place = Place::new(on).await;
    let app = with_admin(&place).await;
    let known = Browser::signed_in(&app, "admin").await;
    let mut guesser = known.another().from([192, 0, 2, 7]);
    for number in 0..30 {
        let name = format!("name{number}");
        assert!(!waits(&guesser.post("/sign-in", &[("name", &name), ("password", "guess")]).await), "{number}");
    }
    assert!(waits(&guesser.post("/sign-in", &[("name", "another"), ("password", "guess")]).await));
    // Others come in, and so does who is known, from that address too.
    let _other = known.another().from([192, 0, 2, 8]).sign_in("admin").await;
    let mut known = known.from([192, 0, 2, 7]);
    known.keep_cookie("qinglan_browser");
    let _known = known.sign_in("admin").await;
}

async fn what_is_too_long_is_refused_before_anything_is_asked(on: On) {
    let place = Place::new(on).await;
    let app = with_admin(&place).await;
    let mut stranger = Browser::new(&app);
    let (name, password) = ("n".repeat(65), "p".repeat(201));
    for (name, password) in [("admin", password.as_str()), (name.as_str(), "x")] {
        let refused = stranger.post("/sign-in", &[("name", name), ("password", password)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let long = "n".repeat(45 << 20);
    let refused = stranger.post("/sign-in", &[("name", &long), ("password", "x")]).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(refused.text.contains("太长") && refused.bytes.len() < 20_000, "{}", refused.bytes.len());
    assert_eq!(attempts(&app).await, 0, "nothing of it was counted or stored");
    let refused = stranger.post("/language", &[("language", &"x".repeat(web::OPEN_LIMIT))]).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    // A form whose session has ended is carried through the sign-in page, as long as an essay may be, and no longer.
    let essay = "心".repeat(20_000);
    let carried = stranger.post("/accounts", &[("display", &essay)]).await;
    assert_eq!(carried.status, StatusCode::UNAUTHORIZED);
    assert!(carried.text.contains(&essay));
    let fields = [("name", "admin"), ("password", PASSWORD), ("next", "/accounts"), ("carried.display", &essay)];
    assert!(stranger.another().post("/sign-in", &fields).await.text.contains(&essay));
    let many: Vec<(&str, &str)> = (0..300_000).map(|_| ("a", "b")).collect();
    for fields in [&many[..], &many[..2000]] {
        let page = stranger.post("/accounts", fields).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(page.bytes.len() < 20_000 && !page.text.contains("carried."), "{}", page.bytes.len());
    }
}

async fn a_letter_that_cannot_be_stored_is_refused(on: On) {
    let place = Place::new(on).await;
    let app = with_admin(&place).await;
    let mut admin = Browser::signed_in(&app, "admin").await;
    for path in ["/accounts?q=a%00b", "/units?q=%00", "/people?q=%00", "/%00"] {
        assert_eq!(admin.get(path).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
    let refused = admin.post("/accounts", &[("name", "second"), ("display", "a\0b")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = admin.post("/sign-in", &[("name", "a\0b"), ("password", "x")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = admin.upload("/imports/work", &[("kind", "roster\0")], ("file", "a.csv", b"x")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let long = "长".repeat(70_000);
    let refused = admin.post("/accounts", &[("name", "second"), ("display", &long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn a_failed_sign_in_is_in_the_log(on: On) {
    let place = Place::new(on).await;
    let app = with_admin(&place).await;
    let mut admin = Browser::signed_in(&app, "admin").await;
    let mut guesser = admin.another().from([192, 0, 2, 7]);
    guesser.post("/sign-in", &WRONG).await;
    guesser.post("/sign-in", &[("name", "my-secret-password"), ("password", "x")]).await;
    let log = admin.get("/log").await.text;
    assert!(log.contains("登录失败：账号“admin”，来自 192.0.2.7"), "{log}");
    assert!(log.contains("登录失败：账号“—”，来自 192.0.2.7"), "{log}");
    assert!(!log.contains("my-secret-password"), "what was typed may be a password");
    assert!(!admin.get("/accounts").await.text.contains("href=\"/accounts/0\""));
    assert_eq!(admin.get("/accounts/0").await.status, StatusCode::NOT_FOUND);
}

async fn a_session_ends_however_much_it_is_used(on: On) {
    let place = Place::new(on).await;
    let app = with_admin(&place).await;
    let began = app.clock.0.now();
    for (keep, days) in [("", 7), ("1", 90)] {
        let mut browser = Browser::new(&app);
        let form = [("name", "admin"), ("password", PASSWORD), ("keep", keep)];
        assert_eq!(browser.post("/sign-in", &form).await.status, StatusCode::SEE_OTHER);
        // It is used more often than it would end for rest.
        let step = if keep.is_empty() { Duration::hours(11) } else { Duration::days(20) };
        let mut at = began;
        let ended = loop {
            at += step;
            assert!(at < began + Duration::days(days * 2), "it never ends");
            let later = app.with_clock(std::sync::Arc::new(FixedClock(at)));
            if browser.visiting(&Browser::new(&later)).get("/account").await.status != StatusCode::OK {
                break at - began;
            }
        };
        assert!(ended > Duration::days(days) - step && ended < Duration::days(days) + step, "{ended}");
    }
}

#[tokio::test]
async fn an_address_of_another_site_leads_nowhere() {
    let place = Place::new(On::Sqlite).await;
    let app = with_admin(&place).await;
    let mut admin = Browser::signed_in(&app, "admin").await;
    let mut stranger = admin.another();
    for next in ["/\t/evil.example", "//evil.example", "/\\evil.example", "/\u{85}/evil.example"] {
        let query = web::Fields::from_pairs([("next", next)]).query_without(&[]);
        assert_eq!(stranger.get(&format!("/sign-in?{query}")).await.value("next"), "/");
        assert_eq!(admin.get(&format!("/sign-in?{query}")).await.location.as_deref(), Some("/"), "{next:?}");
        let form = [("name", "admin"), ("password", PASSWORD), ("next", next)];
        assert_eq!(stranger.another().post("/sign-in", &form).await.location.as_deref(), Some("/"));
        for (path, field) in [("/language", "language"), ("/account/theme", "theme")] {
            let led = admin.post(path, &[(field, "zh-CN"), ("next", next)]).await;
            assert_eq!(led.location.as_deref(), Some("/"), "{path} {next:?}");
        }
    }
}

#[tokio::test]
async fn over_https_cookies_belong_to_the_host_and_browsers_stay_with_it() {
    let place = Place::new(On::Sqlite).await;
    let app = with_admin(&place).await;
    let site = Site::new(app.clone(), Outside::new(true)).unwrap();
    let mut admin = Browser::of(site).sign_in("admin").await;
    assert!(admin.cookie("__Host-qinglan").is_some() && admin.cookie("__Host-qinglan_browser").is_some());
    let page = admin.get("/account").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers[header::STRICT_TRANSPORT_SECURITY], "max-age=31536000");
    assert_eq!(admin.get("/health").await.headers[header::STRICT_TRANSPORT_SECURITY], "max-age=31536000");
    let plain = Browser::signed_in(&app, "admin").await;
    assert!(plain.cookie("qinglan").is_some());
    assert!(!plain.clone().get("/account").await.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    // A cookie without the prefix could have been set by another host of the same domain.
    let secret = plain.cookie("qinglan").unwrap();
    let request = Request::get("/account").header(header::COOKIE, format!("qinglan={secret}"));
    let answer = tower::ServiceExt::oneshot(
        service(Site::new(app.clone(), Outside::new(true)).unwrap()),
        request.body(Body::empty()).unwrap(),
    );
    assert_eq!(answer.await.unwrap().status(), StatusCode::SEE_OTHER);
}
