//! Materials studied in sessions: they count once the session was held, and follow it.

use axum::http::StatusCode;
use desk::error::{AppError, Result};
use federation::files::Incoming;
use figures::metrics;
use kernel::{Period, RecordId, UnitId};
use ledger::{Filter, Value};
use qinglan::features::{
    activities::{self, State, actions::Draft},
    materials::{
        self,
        actions::{Said, What},
    },
    studied,
};

use crate::{
    support::{On, Place, day, on_both},
    town::{Town, town},
};

on_both!(what_was_studied_counts_with_its_session, materials_are_added_on_the_page_by_those_who_lead);

async fn count(town: &Town, unit: UnitId, key: &str) -> i64 {
    let period = Period::new(day("2025-01-01"), day("2026-12-31")).unwrap();
    let books = metrics::open(&town.app, unit, period, None, None).await.unwrap();
    match books.figure(&town.app.metrics().get(key).unwrap(), unit, period, &Filter::default()).unwrap().value {
        Value::Whole(count) => count,
        other => panic!("{other:?}"),
    }
}

async fn published(town: &Town, kind: materials::Kind, title: &str, unit: Option<UnitId>) -> i64 {
    let (app, actor) = (&town.app, town.app.operator());
    let said = Said { kind, title: title.to_owned(), author: None, issued_on: None, summary: None };
    let file = Incoming::from_bytes(app, "text.md", "# 原著\n\n第一章\n").await.unwrap();
    materials::actions::publish(app, &actor, unit, said, What::File(file)).await.unwrap()
}

fn code(result: Result<()>) -> String {
    match result {
        Ok(()) => "fine".to_owned(),
        Err(AppError::Refused(refusal)) => refusal.code,
        Err(other) => panic!("{other}"),
    }
}

async fn what_was_studied_counts_with_its_session(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let original = published(&town, materials::Kind::Original, "共产党宣言", None).await;
    let law = published(&town, materials::Kind::Law, "妇女权益保障法", None).await;
    let mut draft = Draft::new("study", "学习", day("2026-01-04"), town.street);
    draft.activity.state = State::Announced;
    let session = activities::actions::add(app, &operator, draft).await.unwrap();
    studied::add(app, &operator, session, original).await.unwrap();
    studied::add(app, &operator, session, law).await.unwrap();
    assert_eq!(code(studied::add(app, &operator, session, law).await), "studied-already");
    assert_eq!(code(studied::add(app, &operator, session, 99).await), "material-unknown");
    assert_eq!(code(studied::remove(app, &operator, session, 99).await), "material-unknown");
    let figures = async || {
        let keys = ["activities.originals", "activities.studied"];
        (
            count(&town, town.city, keys[0]).await,
            count(&town, town.other, keys[1]).await,
            count(&town, town.city, keys[1]).await,
        )
    };
    assert_eq!(figures().await, (0, 0, 0), "announced only");
    let mut draft = activities::actions::draft_of(app, session).await.unwrap();
    draft.activity.state = State::Held;
    activities::actions::edit(app, &operator, draft, None).await.unwrap();
    assert_eq!(figures().await, (1, 0, 2));
    // It moves with the session.
    let mut draft = activities::actions::draft_of(app, session).await.unwrap();
    draft.activity.host = town.other;
    activities::actions::edit(app, &operator, draft, None).await.unwrap();
    assert_eq!(figures().await, (1, 2, 2));
    studied::remove(app, &operator, session, original).await.unwrap();
    assert_eq!(figures().await, (0, 1, 1));
    studied::add(app, &operator, session, original).await.unwrap();
    assert_eq!(figures().await, (1, 2, 2));
    town.reconciled().await;
    activities::actions::void(app, &operator, session, "记错了").await.unwrap();
    assert_eq!(figures().await, (0, 0, 0));
    assert_eq!(code(studied::add(app, &operator, session, law).await), "activity-locked");
    town.reconciled().await;
}

async fn materials_are_added_on_the_page_by_those_who_lead(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let film = published(&town, materials::Kind::Film, "影片", Some(town.street)).await;
    let foreign = published(&town, materials::Kind::Law, "别处的", Some(town.other)).await;
    let draft = Draft::new("warning", "警示教育", day("2026-01-04"), town.street);
    let session: RecordId = activities::actions::add(app, &operator, draft).await.unwrap();
    let path = format!("/activities/{session}");
    let mut secretary = town.secretary("secretary", town.street).await;
    assert!(secretary.get(&path).await.text.contains("加一份资料"));
    let add = async |browser: &mut crate::browser::Browser, material: i64| {
        browser.post(&format!("{path}/materials"), &[("material_id", &material.to_string())]).await
    };
    assert!(add(&mut secretary, film).await.location.is_some());
    assert!(secretary.get(&path).await.text.contains(&format!("/materials/{film}\"")));
    assert_eq!(count(&town, town.city, "activities.films").await, 1);
    assert!(add(&mut secretary, foreign).await.location.is_none(), "what one may not see is not added");
    let refused = secretary.post(&format!("{path}/materials"), &[("material", "没有的")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut elsewhere = town.secretary("elsewhere", town.other).await;
    assert_eq!(add(&mut elsewhere, foreign).await.status, StatusCode::NOT_FOUND);
    let done = secretary.post(&format!("{path}/materials/{film}/remove"), &[]).await;
    assert_eq!(done.location.as_deref(), Some(path.as_str()));
    assert_eq!(count(&town, town.city, "activities.films").await, 0);
}
