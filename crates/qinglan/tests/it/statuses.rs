//! The HTTP status of a refusal depends on its kind, whatever its code.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use desk::ui::answer::status_of;
use kernel::Refusal;

use crate::{
    browser::Browser,
    support::{On, Place, on_both},
    sweep::federation::Federation,
};

#[test]
fn a_kind_has_a_status_whatever_the_code() {
    for (refusal, status) in [
        (Refusal::new("type-unknown"), 422),
        (Refusal::new("changed-meanwhile"), 422),
        (Refusal::unknown("unit-unknown"), 404),
        (Refusal::unknown("name-missing"), 404),
        (Refusal::forbidden(), 403),
        (Refusal::conflict("changed-meanwhile"), 409),
        (Refusal::wait("sign-in-wait"), 429),
        (Refusal::too_large("file-too-large"), 413),
        (Refusal::unknown("unit-unknown").with("name", 1).because([Refusal::new("name-missing")]), 404),
    ] {
        assert_eq!(status_of(&refusal.clone().into()).as_u16(), status, "{refusal}");
    }
}

async fn requests_are_refused_with_the_status_of_what_is_wrong(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let federation = Federation::new(app.clone()).await;
    let mut admin = Browser::signed_in(&app, "admin").await;
    let mut secretary = Browser::signed_in(&app, "secretary").await;
    let mut elsewhere = Browser::signed_in(&app, "elsewhere").await;
    let account = federation.key("target");
    let street = federation.key("street").to_string();
    // What doesn't exist, or may not be known to exist.
    for path in [
        "/nowhere",
        "/units/999999",
        "/people/999999",
        "/groups/999999",
        "/activities/999999",
        "/reports/999999",
        "/speakers/999999",
        "/accounts/999999",
        "/metrics/no.such_metric",
    ] {
        assert_eq!(admin.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let hidden = elsewhere.get(&format!("/people/{}", federation.key("person"))).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{}", hidden.text);
    assert_eq!(secretary.get("/accounts").await.status, StatusCode::FORBIDDEN);
    // An unknown value of a field is an invalid value, not a missing page.
    let speaker = [("name", "温知远"), ("field", "nonsense"), ("level", "expert"), ("unit_id", &street)];
    let activity = [("title", "集中学习"), ("day", "2025-06-03"), ("unit_id", &street), ("type", "nonsense")];
    let roles = format!("/accounts/{account}/roles");
    let wrong: [(&str, &[(&str, &str)]); 5] = [
        (&roles, &[("role", "nonsense")]),
        ("/speakers", &speaker),
        ("/activities", &activity),
        ("/account/unit", &[("unit", "乌有街道")]),
        ("/reports", &[("template", "nonsense"), ("unit_id", &street)]),
    ];
    for (path, fields) in wrong {
        let refused = admin.post(path, fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", refused.text);
    }
    // The same for a value of a filter.
    let odd = admin.get(&format!("/metrics/activities.person_times?unit_id={street}&facet.type=nonsense")).await;
    assert_ne!(odd.status, StatusCode::NOT_FOUND, "{}", odd.text);
    // Changed since it was read.
    let group = [("name", "组"), ("age_limit", "35"), ("least_sessions_month", "1"), ("version", "0")];
    let late = admin.post(&format!("/groups/{}", federation.key("group")), &group).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
    // Too large to be read.
    let request = Request::post("/groups")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    let large = admin.send(request, Body::from(vec![b'a'; 3 << 20])).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", large.text);
    assert!(large.text.contains("upload-too-large"), "{}", large.text);
    // Tried too often.
    let mut stranger = admin.another();
    let mut last = StatusCode::OK;
    for _ in 0..6 {
        last = stranger.post("/sign-in", &[("name", "target"), ("password", "falsch-falsch")]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

on_both!(requests_are_refused_with_the_status_of_what_is_wrong);
