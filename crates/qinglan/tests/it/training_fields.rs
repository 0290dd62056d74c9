//! Training fields and levels: what sessions are about and whose they are, as facets that entries of before don't carry.

use axum::http::StatusCode;
use desk::{actor::Role, app::App};
use federation::{
    imports::{Answers, Context, Source, Summary, actions as imports},
    training_fields::FIELDS,
};
use figures::metrics;
use kernel::{Period, UnitId};
use ledger::{Filter, Value};
use qinglan::features::activities;

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::town,
};

on_both!(
    a_session_has_a_field_and_is_counted_by_it,
    a_file_names_fields,
    sessions_are_counted_by_the_level_of_their_units,
);

async fn count(app: &App, unit: UnitId, key: &str, facet: &str, value: &str) -> i64 {
    let period = Period::new(day("2025-01-01"), day("2026-12-31")).unwrap();
    let books = metrics::open(app, unit, period, None, None).await.unwrap();
    let filter = Filter::default().with(facet, &[value]);
    match books.figure(&app.metrics().get(key).unwrap(), unit, period, &filter).unwrap().value {
        Value::Whole(count) => count,
        other => panic!("{other:?}"),
    }
}

async fn a_session_has_a_field_and_is_counted_by_it(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    let mut secretary = town.secretary("secretary", town.street).await;
    let host = town.street.to_string();
    let fields = |field: &'static str| {
        [("title", "讲法律"), ("day", "2025-05-01"), ("type", "training"), ("as", "held"), ("field", field)]
    };
    let form = secretary.get("/activities/new").await;
    assert!(form.text.contains(">法律法规</option>"), "{}", form.text);
    let refused = secretary.post("/activities", &[fields("cooking").as_slice(), &[("host_id", &host)]].concat()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("不认识领域“cooking”"), "{}", refused.text);
    let done = secretary
        .post("/activities", &[fields("law").as_slice(), &[("host_id", &host), ("audience", "30")]].concat())
        .await;
    let at = done.location.expect("entered");
    assert!(secretary.get(&at).await.text.contains("法律法规"));
    for (key, of_law) in [("activities.occasions", 1), ("activities.audience", 30)] {
        assert_eq!(count(app, town.city, key, "field", "law").await, of_law, "{key}");
        assert_eq!(count(app, town.city, key, "field", "none").await, 0, "{key}");
    }
    let list = |field: &str| format!("/activities?field={field}&period=any");
    assert!(secretary.get(&list("law")).await.text.contains("讲法律"));
    assert!(!secretary.get(&list("writing")).await.text.contains("讲法律</"));
    let figure = "/metrics/activities.occasions?period=own&from=2025-01-01&to=2025-12-31&where=field:law";
    assert!(secretary.get(&format!("{figure}&unit_id={host}")).await.text.contains("法律法规"));
    // One that is no longer used stays where it is, and is not given to others.
    account(app, "chief", Some((Role::Administrator, None, None)), None).await;
    let mut admin = Browser::signed_in(app, "chief").await;
    let version = admin.get("/settings/fields?code=law").await.value("version");
    let retired = [("code", "law"), ("name", "法律法规"), ("retired", "on"), ("version", &version)];
    assert!(admin.post("/settings/fields", &retired).await.location.is_some());
    let edit = format!("{at}/edit");
    let page = secretary.get(&edit).await;
    assert!(page.text.contains(">法律法规</option>"), "{}", page.text);
    assert!(!secretary.get("/activities/new").await.text.contains(">法律法规</option>"));
    let version = page.value("version");
    let again = [fields("law").as_slice(), &[("host_id", &host), ("audience", "31"), ("version", &version)]].concat();
    assert!(secretary.post(&at, &again).await.location.is_some());
    assert_eq!(count(app, town.city, "activities.audience", "field", "law").await, 31);
    assert_eq!(secretary.get("/settings/fields").await.status, StatusCode::FORBIDDEN);
    town.reconciled().await;
}

async fn a_file_names_fields(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    let judge = async |text: &str| -> Summary {
        let kind = activities::import::KIND;
        let source = Source::from_file("活动.csv", text.as_bytes().to_vec(), kind).unwrap();
        let answers = Answers::new();
        let context = Context {
            source: &source,
            unit: Some(town.city),
            year: Some(2025),
            answers: &answers,
            from: None,
            today: app.today(),
            only: None,
            progress: &|_, _| (),
        };
        let shown = imports::preview(app, &app.operator(), kind, &context).await.unwrap();
        imports::confirm(app, &app.operator(), kind, &context, &shown).await.unwrap();
        shown
    };
    let text = |field: &str, on: &str| {
        format!("活动时间,活动主题,活动形式,主办单位,培训领域,参加人数\n{on},培训,业务培训,古沟街道,{field},5\n")
    };
    let refused = judge(&text("烹饪", "2025-05-01")).await;
    assert_eq!(refused.refused()[0].1[0].code, "training-field-unknown");
    assert_eq!(judge(&text("公文 写作", "2025-05-01")).await.taken, 1);
    assert_eq!(judge(&text("", "2025-05-02")).await.taken, 1);
    assert_eq!(count(app, town.city, "activities.occasions", "field", "writing").await, 1);
    assert_eq!(count(app, town.city, "activities.occasions", "field", "none").await, 1);
    let known = FIELDS.all(&app.db).await.unwrap();
    assert_eq!(known.len(), 13);
}

async fn sessions_are_counted_by_the_level_of_their_units(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let mut draft = activities::actions::Draft::new("study", "联学", day("2025-05-01"), town.city);
    draft.partners = vec![town.street];
    draft.activity.audience = Some(7);
    activities::actions::add(app, &operator, draft).await.unwrap();
    let by = async |key: &str, level: &str| count(app, town.city, key, "level", level).await;
    assert_eq!([by("activities.occasions", "city").await, by("activities.occasions", "street").await], [1, 1]);
    assert_eq!([by("activities.audience", "city").await, by("activities.audience", "street").await], [7, 0]);
    town.reconciled().await;
}
