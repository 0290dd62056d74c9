//! Kinds and metrics can be extended: a kind gains a facet after entries were booked; own kinds and metrics are added while
//! the application runs.

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, NaiveDate};
use desk::{
    app::App,
    config::Config,
    error::AppError,
    feature::{Feature, Features, Floor, Records},
};
use kernel::{FixedClock, Period, RecordId, UnitId};
use ledger::{
    Allowed, Booked, Books, Desired, Entry, FacetSpec, Facets, Filter, Kind, KindFacet, KindSpec, Labels, Measure,
    Metric, Metrics, Nature, Part, Sensitivity, db, migration::Tables,
};
use qinglan::features::FEATURES;

use crate::{
    support::{On, Place, day, on_both},
    town::{Town, town, unit},
};

on_both!(
    a_kind_gains_a_facet_over_entries_that_are_booked,
    own_kinds_and_metrics_are_added_while_the_application_runs,
    what_another_process_adds_is_noticed_before_the_next_request,
    an_invalid_kind_is_refused,
    invalid_metrics_leave_those_in_force,
    an_own_metric_is_made_by_choosing,
    thresholds_means_and_what_lacks_something_are_counted,
);

/// The facet that every kind gains in [`grown`].
pub const GAINED: FacetSpec = FacetSpec::closed("gained", &["unknown", "known"]).with_default("unknown");

/// The features with one more facet in every kind.
static GROWN: LazyLock<&'static [&'static Floor]> = LazyLock::new(|| {
    let more = |kind: &KindSpec| -> KindSpec {
        let facets: Vec<FacetSpec> = kind.facets.iter().copied().chain([GAINED]).collect();
        KindSpec { facets: facets.leak(), ..*kind }
    };
    let grown = FEATURES.all().map(|feature| -> &'static Feature {
        let kinds: Vec<KindSpec> = feature.kinds.iter().map(more).collect();
        Box::leak(Box::new(Feature { kinds: kinds.leak(), ..*feature }))
    });
    let features: &'static [&'static Feature] = grown.collect::<Vec<_>>().leak();
    let grown: &'static Floor = Box::leak(Box::new(Floor::new(features)));
    vec![grown].leak()
});

async fn try_open(place: &Place, features: Features) -> Result<App, AppError> {
    let now = DateTime::parse_from_rfc3339("2026-01-05T02:00:00Z").unwrap().to_utc();
    let config = Config::new(Some(place.folder.clone()), place.url.clone(), None);
    App::open(features, config, Arc::new(FixedClock(now))).await
}

/// A federation opened by a later program, in which every kind has one more facet.
pub async fn grown(place: &Place) -> App {
    try_open(place, Features(&GROWN)).await.unwrap()
}

fn code<T: std::fmt::Debug>(done: Result<T, impl Into<AppError>>) -> String {
    match done.map_err(Into::into) {
        Err(AppError::Refused(refusal)) => refusal.code,
        other => format!("{other:?}"),
    }
}

/// A feature of the tests: visits, as in the first program, and in a later one with a peril.
const VISITS: Feature = Feature {
    migrations: &[Tables {
        name: "visits_0001",
        sql: "create table visit (id bigint primary key, unit_id bigint not null, day date not null, peril varchar(32) not null);",
    }],
    kinds: &[visits(&[PART])],
    metrics: r#"
        [[metric]]
        key = "visits.held"
        name = { zh = "走访", en = "visits" }
        unit = { zh = "次", en = "visits" }
        definition = { zh = "走访次数", en = "Visits held" }
        count = { kinds = ["visits.held"], measure = "occasions" }
    "#,
    records: &[&Visits],
    ..Feature::new("visits")
};
const LATER_VISITS: Feature = Feature { kinds: &[visits(&[PART, PERIL])], ..VISITS };

const PART: FacetSpec = FacetSpec::closed("part", &["host", "partner"]);
const PERIL: FacetSpec = FacetSpec::closed("peril", &["unknown", "flood", "snow"]).with_default("unknown");
const FIRST: Features = Features(&[FEATURES.0[0], FEATURES.0[1], FEATURES.0[2], &Floor::new(&[&VISITS])]);
const LATER: Features = Features(&[FEATURES.0[0], FEATURES.0[1], FEATURES.0[2], &Floor::new(&[&LATER_VISITS])]);

const fn visits(facets: &'static [FacetSpec]) -> KindSpec {
    KindSpec { name: "visits.held", nature: Nature::Flow, facets, sensitivity: Sensitivity::Plain }
}

ledger::record! {
    /// A visit.
    #[derive(Clone, Debug)]
    pub struct Visit in "visit" {
        /// Key.
        pub id: RecordId,
        /// The unit.
        pub unit: UnitId as "unit_id",
        /// The day.
        pub day: NaiveDate,
        /// The peril; the first program doesn't have it.
        pub peril: String,
    }
}

struct Visits;

#[async_trait::async_trait]
impl Records for Visits {
    fn name(&self) -> &'static str {
        "visit"
    }

    async fn desired(&self, app: &App) -> desk::error::Result<Vec<Desired>> {
        let all: Vec<Visit> = db::rows(&app.db, "select v.id, v.unit_id, v.day, v.peril from visit v", vec![]).await?;
        Ok(all.iter().map(|visit| entries_of(app, visit)).collect())
    }
}

fn entries_of(app: &App, visit: &Visit) -> Desired {
    let names_perils = app.kinds().get("visits.held").unwrap().1.facet("peril").is_some();
    let facets = Facets::none().with("part", "host");
    let facets = if names_perils { facets.with("peril", &visit.peril) } else { facets };
    let entry =
        Entry { day: visit.day, unit: visit.unit, person: None, kind: "visits.held".into(), facets, quantity: 1 };
    Desired { record: visit.id, entries: vec![entry] }
}

async fn visit(app: &App, unit: UnitId, on: &str, peril: &str) -> Visit {
    let tx = db::begin(&app.db).await.unwrap();
    let id = RecordId(db::take_range(&*tx, "record", 1).await.unwrap());
    let visit = Visit { id, unit, day: day(on), peril: peril.to_owned() };
    db::insert(&*tx, std::slice::from_ref(&visit)).await.unwrap();
    ledger::book(&tx, &app.kinds(), app.operator().by(), &[entries_of(app, &visit)], None).await.unwrap();
    tx.commit().await.unwrap();
    visit
}

/// Compares the figures with the visits, counted one by one, for each unit and peril, at a position.
async fn compare(app: &App, all: &[Visit], units: &[(UnitId, Vec<UnitId>)], position: Option<i64>) {
    let (kinds, period) = (app.kinds(), Period::year(2025).unwrap());
    let metric = app.metrics().get("visits.held").unwrap();
    for (unit, under) in units {
        let books = Books::open(&app.db, &kinds, &["visits.held"], *unit, period, position, None).await.unwrap();
        let of_unit = || all.iter().filter(|visit| under.contains(&visit.unit));
        let figure = books.figure(&metric, *unit, period, &Filter::default()).unwrap();
        assert_eq!(figure.value.count(), of_unit().count() as i64);
        for perils in [vec!["unknown"], vec!["flood"], vec!["snow"], vec!["unknown", "flood"]] {
            let filter = Filter::default().with("peril", &perils);
            let figure = books.figure(&metric, *unit, period, &filter).unwrap();
            let wanted: Vec<RecordId> =
                of_unit().filter(|visit| perils.contains(&&*visit.peril)).map(|visit| visit.id).collect();
            let rows: Vec<RecordId> = figure.rows().iter().map(|row| row.lines[0].record).collect();
            assert_eq!((figure.value.count(), &rows), (wanted.len() as i64, &wanted), "{perils:?}");
            for line in figure.lines() {
                let peril = books.facets(line).and_then(|facets| facets.get("peril")).unwrap_or_default();
                assert!(perils.contains(&peril), "grouped by peril it stands under {peril}");
            }
        }
    }
}

async fn clean(app: &App) {
    let verdict = app.verify(|_, _| ()).await.unwrap();
    assert!(verdict.faults.is_empty() && verdict.blocks > 0, "{verdict:?}");
    let found = app.reconcile().await.unwrap();
    assert!(found.faults.is_empty(), "{:?}", found.faults);
}

async fn a_kind_gains_a_facet_over_entries_that_are_booked(on: On) {
    let place = Place::new(on).await;
    let first = try_open(&place, FIRST).await.unwrap();
    let city = unit(&first, "青蓝市", "city", None).await;
    let street = unit(&first, "古沟街道", "street", Some(city)).await;
    let other = unit(&first, "红埠街道", "street", Some(city)).await;
    let mut all = Vec::new();
    for (at, on) in [(street, "2025-01-07"), (street, "2025-02-01"), (other, "2025-02-01"), (city, "2025-12-31")] {
        all.push(visit(&first, at, on, "unknown").await);
    }
    first.seal().await.unwrap();

    let later = try_open(&place, LATER).await.unwrap();
    let units = [(city, vec![city, street, other]), (street, vec![street]), (other, vec![other])];
    clean(&later).await;
    compare(&later, &all, &units, None).await;
    let position = ledger::position(&later.db).await.unwrap();
    let tx = db::begin(&later.db).await.unwrap();
    let desired: Vec<Desired> = all.iter().map(|visit| entries_of(&later, visit)).collect();
    let booked = ledger::book(&tx, &later.kinds(), later.operator().by(), &desired, None).await.unwrap();
    assert_eq!(booked, Booked::default(), "the default is what they carry already");
    tx.commit().await.unwrap();

    // New entries have a value, and an old one can be given one and lose it again.
    let before = all.clone();
    all.push(visit(&later, street, "2025-06-01", "flood").await);
    all.push(visit(&later, other, "2025-07-01", "unknown").await);
    compare(&later, &all, &units, None).await;
    for peril in ["snow", "unknown", "flood"] {
        peril.clone_into(&mut all[0].peril);
        let tx = db::begin(&later.db).await.unwrap();
        let sql = "update visit set peril = $1 where id = $2";
        db::execute(&*tx, sql, vec![peril.into(), all[0].id.0.into()]).await.unwrap();
        let desired = [entries_of(&later, &all[0])];
        let booked = ledger::book(&tx, &later.kinds(), later.operator().by(), &desired, None).await.unwrap();
        assert_eq!(booked, Booked { entries: 1, reversals: 1 }, "{peril}");
        tx.commit().await.unwrap();
        compare(&later, &all, &units, None).await;
    }
    compare(&later, &before, &units, Some(position)).await;
    later.seal().await.unwrap();
    clean(&later).await;

    // Neither the earlier program nor one without the facet's default can remove it.
    assert_eq!(code(try_open(&place, FIRST).await), "kind-facet-removed");
    clean(&try_open(&place, LATER).await.unwrap()).await;
}

fn patrols(facets: &[FacetSpec]) -> Kind {
    let facets = facets.iter().map(KindFacet::from).collect();
    Kind { name: "reg.patrols".to_owned(), nature: Nature::Flow, sensitivity: Sensitivity::Plain, facets }
}

fn metric(key: &str, filter: Filter) -> Metric {
    let labels = || Labels { zh: "巡查".to_owned(), en: "patrols".to_owned() };
    Metric {
        key: key.to_owned(),
        version: 0,
        name: labels(),
        unit: labels(),
        definition: labels(),
        count: Part {
            kinds: vec!["reg.patrols".to_owned()],
            measure: Measure::Occasions,
            filter,
            each: None,
            without: None,
        },
        over: None,
        mean: false,
        per: 1,
    }
}

/// Stores a kind and metrics, in one transaction, and reloads them after the commit.
async fn define(app: &App, kind: &Kind, metrics: &[Metric]) {
    let at = app.clock.0.moment();
    let tx = db::begin(&app.db).await.unwrap();
    let kinds = app.kinds().save(&tx, kind, &at).await.unwrap();
    for metric in metrics {
        Metrics::save(&tx, &kinds, metric, &at).await.unwrap();
    }
    tx.commit().await.unwrap();
    app.reload().await.unwrap();
}

async fn patrol(app: &App, unit: UnitId, facets: Facets) {
    let tx = db::begin(&app.db).await.unwrap();
    let record = RecordId(db::take_range(&*tx, "record", 1).await.unwrap());
    let kind = "reg.patrols".to_owned().into();
    let entry = Entry { day: day("2026-01-02"), unit, person: None, kind, facets, quantity: 1 };
    let desired = Desired { record, entries: vec![entry] };
    ledger::book(&tx, &app.kinds(), app.operator().by(), &[desired], None).await.unwrap();
    tx.commit().await.unwrap();
}

/// The figure on a metric's page for the city and its year.
async fn shown(town: &mut Town, key: &str, conditions: &str) -> String {
    let path =
        format!("/metrics/{key}?unit_id={}&period=own&from=2026-01-01&to=2026-12-31&where={conditions}", town.city);
    let page = town.admin.get(&path).await;
    assert_eq!(page.status, axum::http::StatusCode::OK, "{path}: {}", page.text);
    page.text
}

async fn count(app: &App, key: &str, unit: UnitId, filter: &Filter) -> i64 {
    let (kinds, period) = (app.kinds(), Period::year(2026).unwrap());
    let books = Books::open(&app.db, &kinds, &kinds.names(), unit, period, None, None).await.unwrap();
    books.figure(&app.metrics().get(key).unwrap(), unit, period, filter).unwrap().value.count()
}

async fn own_kinds_and_metrics_are_added_while_the_application_runs(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let (app, city) = (town.app.clone(), town.city);
    // The books of this position are cached without the kind that is added now.
    let list = format!("/metrics?unit_id={city}&period=own&from=2026-01-01&to=2026-12-31");
    assert!(!town.admin.get(&list).await.text.contains("reg.patrols"));
    let flood = Filter::default().with("peril", &["flood"]);
    define(
        &app,
        &patrols(&[PART, PERIL]),
        &[metric("reg.patrols", Filter::default()), metric("reg.floods", flood.clone())],
    )
    .await;
    // Metrics without data are not listed, but they are counted.
    let page = town.admin.get(&list).await;
    assert_eq!(page.status, axum::http::StatusCode::OK, "{}", page.text);
    let host = Facets::none().with("part", "host");
    patrol(&app, town.street, host.clone().with("peril", "flood")).await;
    patrol(&app, town.other, host.clone().with("peril", "snow")).await;
    patrol(&app, town.other, host.clone()).await;
    let page = town.admin.get(&list).await;
    assert!(page.text.contains("reg.patrols") && page.text.contains("reg.floods"), "{}", page.text);
    std::fs::write(
        place.folder.join("metrics.toml"),
        r#"
        [[metric]]
        key = "own.snow"
        name = { zh = "雪天巡查", en = "patrols in snow" }
        unit = { zh = "次", en = "patrols" }
        definition = { zh = "雪天巡查次数", en = "Patrols in snow" }
        count = { kinds = ["reg.patrols"], measure = "occasions", where = { peril = ["snow"] } }
        "#,
    )
    .unwrap();
    app.reload().await.unwrap();
    // A facet that is added later, and a metric that changes.
    let weather = FacetSpec::closed("weather", &["unknown", "rain"]).with_default("unknown");
    let calm = Filter::default().with("peril", &["unknown"]).with("weather", &["unknown"]);
    define(&app, &patrols(&[PART, PERIL, weather]), &[metric("reg.floods", calm)]).await;
    patrol(&app, town.street, host.with("peril", "flood").with("weather", "rain")).await;

    let reopened = place.open().await;
    let rain = Filter::default().with("weather", &["rain"]);
    let dry = Filter::default().with("weather", &["unknown"]);
    for app in [&app, &reopened] {
        let wanted = [
            ("reg.patrols", Filter::default(), 4),
            ("reg.patrols", flood.clone(), 2),
            ("reg.patrols", rain.clone(), 1),
            ("reg.patrols", dry.clone(), 3),
            ("reg.floods", Filter::default(), 1),
            ("own.snow", Filter::default(), 1),
            ("own.snow", rain.clone(), 0),
        ];
        for (key, filter, wanted) in wanted {
            assert_eq!(count(app, key, city, &filter).await, wanted, "{key} {filter:?}");
        }
        let versions = ["reg.patrols", "reg.floods", "own.snow"].map(|key| app.metrics().get(key).unwrap().version);
        assert_eq!(versions, [1, 2, 1]);
        assert_eq!(app.kinds().get("reg.patrols").unwrap().1, &patrols(&[PART, PERIL, weather]));
    }
    let old = Metrics::of_version(&app.db, "reg.floods", 1).await.unwrap();
    assert_eq!(old.count.filter, flood, "issued reports find what they counted");
    // The conditions on pages know the values of own facets.
    shown(&mut town, "reg.patrols", "peril:flood%20weather:rain").await;
    let page = town.admin.get(&format!("/metrics/reg.patrols?unit_id={city}&where=weather:hail")).await;
    assert_eq!(page.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
    app.seal().await.unwrap();
    assert!(app.verify(|_, _| ()).await.unwrap().faults.is_empty());
}

async fn what_another_process_adds_is_noticed_before_the_next_request(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let command_line = place.open().await;
    define(&command_line, &patrols(&[PART]), &[metric("reg.patrols", Filter::default())]).await;
    patrol(&command_line, town.street, Facets::none().with("part", "host")).await;
    assert!(town.app.kinds().get("reg.patrols").is_err(), "nobody has come by yet");
    shown(&mut town, "reg.patrols", "part:host").await;
    assert_eq!(count(&town.app, "reg.patrols", town.city, &Filter::default()).await, 1);
    let revision = ledger::revision(&town.app.db).await.unwrap();
    assert_eq!(town.app.kinds().revision(), revision);
}

async fn an_invalid_kind_is_refused(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let at = app.clock.0.moment();
    define(&app, &patrols(&[PART, PERIL]), &[]).await;
    let kinds = app.kinds();
    let held = kinds.get("activities.held").unwrap().1.clone();
    let odd = KindFacet { name: "peril".to_owned(), values: Allowed::Closed(vec!["汛期".to_owned()]), default: None };
    let cases = [
        (held.clone(), "kind-taken"),
        (Kind { name: "activities.more".to_owned(), ..held }, "kind-not-own"),
        (Kind { name: "reg.巡查".to_owned(), ..patrols(&[]) }, "kind-name-invalid"),
        (patrols(&[PART, PERIL, FacetSpec::code("level")]), "kind-default-missing"),
        (
            patrols(&[PART, PERIL, FacetSpec::closed("wet", &["yes", "no"]).with_default("unknown")]),
            "kind-default-unknown",
        ),
        (patrols(&[PART]), "kind-facet-removed"),
        (patrols(&[PART, FacetSpec::code("peril")]), "kind-facet-changed"),
        (Kind { facets: vec![odd], ..patrols(&[]) }, "kind-facet-invalid"),
        (Kind { nature: Nature::State, ..patrols(&[PART, PERIL]) }, "kind-changed"),
    ];
    for (kind, wanted) in cases {
        let tx = db::begin(&app.db).await.unwrap();
        assert_eq!(code(kinds.save(&tx, &kind, &at).await), wanted, "{kind:?}");
        for language in [desk::ui::language::Language::Chinese, desk::ui::language::Language::English] {
            assert_ne!(qinglan::words(language).message(wanted, &[]), wanted);
        }
    }
    let tx = db::begin(&app.db).await.unwrap();
    for (metric, wanted) in [
        (metric("visits.patrols", Filter::default()), "metric-not-stored"),
        (metric("own.Patrols", Filter::default()), "metric-key-odd"),
        (metric("reg.patrols", Filter::default().with("peril", &["fire"])), "metric-unsound"),
        (metric("reg.patrols", Filter::default().with("level", &["city"])), "metric-unsound"),
    ] {
        assert_eq!(code(Metrics::save(&tx, &kinds, &metric, &at).await), wanted);
    }
    drop(tx);
    assert_eq!(ledger::revision(&app.db).await.unwrap(), kinds.revision(), "nothing of it is stored");
}

async fn invalid_metrics_leave_those_in_force(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let file = place.folder.join("metrics.toml");
    let known = app.metrics().all().count();
    for (text, wanted) in [("[[metric]]\nkey = 1", "metrics-unreadable"), ("metric = 1", "metrics-unreadable")] {
        std::fs::write(&file, text).unwrap();
        assert_eq!(code(app.reload().await), wanted);
        assert_eq!(app.metrics().all().count(), known);
    }
    std::fs::remove_file(&file).unwrap();
    app.reload().await.unwrap();
    assert_eq!(app.metrics().all().count(), known);
}

async fn an_own_metric_is_made_by_choosing(on: On) {
    let place = Place::new(on).await;
    let Town { app, street, mut admin, .. } = town(&place).await;
    let page = admin.get("/metrics/own").await;
    assert!(page.text.contains("自定指标") && page.text.contains("value=\"activities.held\""), "{}", page.text);
    let chosen = [
        ("kind", "people.membership"),
        ("measure", "persons_during"),
        ("where-party", "yes"),
        ("over_kind", "people.membership"),
        ("over_measure", "persons_during"),
        ("look", "yes"),
    ];
    let page = admin.post("/metrics/own", &chosen).await;
    assert!(page.text.contains("（限于党员）") && page.text.contains("的比例"), "{}", page.text);
    // The proposal stands in the form, and follows the choice until it is edited.
    let proposed = page.value("proposed");
    assert!(page.form("/metrics/own").value("definition") == proposed && !proposed.is_empty());
    let other = [("kind", "people.membership"), ("measure", "persons_during"), ("look", "yes")];
    let kept = [other.as_slice(), &[("definition", proposed.as_str()), ("proposed", &proposed)]].concat();
    let page = admin.post("/metrics/own", &kept).await;
    assert!(!page.form("/metrics/own").value("definition").contains("党员"), "{}", page.text);
    let edited = [other.as_slice(), &[("definition", "小组成员"), ("proposed", &proposed)]].concat();
    let page = admin.post("/metrics/own", &edited).await;
    assert_eq!(page.form("/metrics/own").value("definition"), "小组成员");
    assert!(app.metrics().all().all(|metric| !metric.key.starts_with("own.")), "looking stores nothing");
    let labels = [("name", "党员占比"), ("unit_zh", "%"), ("definition", "小组成员里的党员占全部成员的比例。")];
    let save = async |admin: &mut crate::browser::Browser, more: &[(&str, &str)]| {
        let fields: Vec<(&str, &str)> = chosen[..5].iter().chain(&labels).chain(more).copied().collect();
        admin.post("/metrics/own", &fields).await
    };
    for (odd, code) in [("", "metric-key-odd"), ("Rate", "metric-key-odd")] {
        let page = save(&mut admin, &[("code", odd)]).await;
        assert_eq!(page.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY, "{code}");
        assert!(page.text.contains("href=\"#f-code\""), "{}", page.text);
    }
    let never = save(&mut admin, &[("code", "never"), ("where-level", "moon")]).await;
    assert_eq!(never.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY);
    let gone = admin.post("/metrics/own", &[("kind", "visits.gone"), ("code", "gone"), ("name", "x")]).await;
    assert!(gone.text.contains("没有“visits.gone”这类事可以统计"), "{}", gone.text);
    // What the page doesn't offer for the kind is refused, and not left out.
    for (odd, wanted) in [(("measure", "units_of_moon"), "不能这么数"), (("where-weather", "rain"), "不是选中的事的")]
    {
        let others = chosen[..5].iter().filter(|(name, _)| *name != odd.0).chain(&labels).chain([&odd]);
        let fields: Vec<(&str, &str)> = others.copied().chain([("code", "odd")]).collect();
        let page = admin.post("/metrics/own", &fields).await;
        assert_eq!(page.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY, "{odd:?}");
        assert!(page.text.contains(wanted), "{odd:?}: {}", page.text);
    }
    // Booked in tenths, shown in whole hours.
    let hours =
        [("kind", "learning.time"), ("measure", "sum"), ("code", "hours"), ("name", "学习时长"), ("unit_zh", "学时")];
    let hours = [hours.as_slice(), &[("definition", "学习时长之和。")]].concat();
    let done = admin.post("/metrics/own", &hours).await;
    assert_eq!(done.location.as_deref(), Some("/metrics/own.hours"), "{}", done.text);
    assert_eq!(app.metrics().get("own.hours").unwrap().per, app.metrics().get("learning.hours").unwrap().per);
    assert!(app.metrics().get("own.hours").unwrap().per > 1);
    assert_eq!(
        admin.post("/metrics/own/retire", &[("key", "own.hours")]).await.status,
        axum::http::StatusCode::SEE_OTHER
    );
    let built_in = figures::metrics::own::retire(&app, &app.operator(), "learning.hours").await.unwrap_err();
    assert!(built_in.to_string().contains("metric-not-in-database"), "{built_in}");
    let done = save(&mut admin, &[("code", "party_share")]).await;
    assert_eq!(done.location.as_deref(), Some("/metrics/own.party_share"), "{}", done.text);
    assert_eq!(app.metrics().get("own.party_share").unwrap().version, 1);
    let twice = save(&mut admin, &[("code", "party_share")]).await;
    assert_eq!(twice.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY);
    let changed =
        save(&mut admin, &[("code", "own.party_share"), ("known", "own.party_share"), ("where-sex", "female")]);
    assert_eq!(changed.await.status, axum::http::StatusCode::SEE_OTHER);
    assert_eq!(app.metrics().get("own.party_share").unwrap().version, 2);
    // Another process has it too, and the text that is written is read again.
    let other = place.open().await;
    assert_eq!(other.metrics().get("own.party_share").unwrap().version, 2);
    let text = figures::metrics::own::written(&app).unwrap();
    let read = figures::metrics::own::read(&app, &text).unwrap();
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].count, app.metrics().get("own.party_share").unwrap().count);
    let role = Some((desk::actor::Role::Secretary, Some(street), None));
    crate::browser::account(&app, "street", role, None).await;
    let mut secretary = crate::browser::Browser::signed_in(&app, "street").await;
    assert_eq!(secretary.get("/metrics/own").await.status, axum::http::StatusCode::FORBIDDEN);
    let refused = save(&mut secretary, &[("code", "mine")]).await;
    assert_eq!(refused.status, axum::http::StatusCode::FORBIDDEN);
    let retired = admin.post("/metrics/own/retire", &[("key", "own.party_share")]).await;
    assert_eq!(retired.status, axum::http::StatusCode::SEE_OTHER);
    assert!(app.metrics().get("own.party_share").is_err());
    let old = Metrics::of_version(&app.db, "own.party_share", 1).await.unwrap();
    assert!(old.count.filter.0.contains_key("party"), "the version of before is kept for reports");
}

async fn thresholds_means_and_what_lacks_something_are_counted(on: On) {
    let place = Place::new(on).await;
    let Town { app, city, street, other, .. } = town(&place).await;
    let tx = db::begin(&app.db).await.unwrap();
    let patrols = app.kinds().save(&tx, &patrols(&[PART]), &app.clock.0.moment()).await.unwrap();
    let entry = |unit: UnitId, on: &str, quantity| Entry {
        day: day(on),
        unit,
        person: None,
        kind: "reg.patrols".into(),
        facets: Facets::none().with("part", "host"),
        quantity,
    };
    let desired: Vec<Desired> =
        [(1, street, "2025-01-05", 30), (2, street, "2025-02-05", 10), (3, other, "2025-01-07", 5)]
            .map(|(record, unit, on, quantity)| Desired {
                record: RecordId(9_000_000 + record),
                entries: vec![entry(unit, on, quantity)],
            })
            .to_vec();
    let (actor, at) = (app.operator(), app.clock.0.moment());
    let by = ledger::By { account: actor.account, at: &at };
    ledger::book(&tx, &patrols, by, &desired, None).await.unwrap();
    tx.commit().await.unwrap();
    app.reload().await.unwrap();
    let text = r#"
        [[metric]]
        key = "own.busy"
        name = { zh = "至少两次的单位", en = "units with two" }
        unit = { zh = "个", en = "units" }
        definition = { zh = "至少巡查两次的单位。", en = "Units with two patrols." }
        count = { kinds = ["reg.patrols"], measure = "occasions", each = { of = "unit", at_least = 2 } }
        [[metric]]
        key = "own.lazy"
        name = { zh = "不足两次的单位", en = "units with fewer" }
        unit = { zh = "个", en = "units" }
        definition = { zh = "巡查过但不足两次的单位。", en = "Units with one patrol." }
        count = { kinds = ["reg.patrols"], measure = "units", without = { kinds = ["reg.patrols"], measure = "occasions", each = { of = "unit", at_least = 2 } } }
        [[metric]]
        key = "own.mean"
        name = { zh = "单位平均", en = "mean" }
        unit = { zh = "次", en = "times" }
        definition = { zh = "数量合计除以单位数。", en = "The sum over units." }
        count = { kinds = ["reg.patrols"], measure = "sum" }
        over = { kinds = ["reg.patrols"], measure = "units" }
        mean = true
    "#;
    let read = figures::metrics::own::read(&app, text).unwrap();
    figures::metrics::own::define(&app, &actor, &read).await.unwrap();
    let year = Period::year(2025).unwrap();
    let books = figures::metrics::open(&app, city, year, None, None).await.unwrap();
    let value = |key: &str, unit: ledger::Place| {
        let figure = books.figure(&app.metrics().get(key).unwrap(), unit, year, &Filter::default()).unwrap();
        assert_eq!(figure.rows().len(), figure.row_count, "{key}");
        figure.value
    };
    let with = ledger::Place::With;
    assert_eq!(value("own.busy", with(city)), ledger::Value::Whole(1));
    assert_eq!(value("own.lazy", with(city)), ledger::Value::Whole(1));
    assert_eq!(value("own.lazy", with(street)), ledger::Value::Whole(0));
    let mean = value("own.mean", with(city));
    assert_eq!((mean, mean.number()), (ledger::Value::Mean { sum: 45, per: 1, over: 2 }, Some(22.5)));
    assert_eq!(value("own.mean", ledger::Place::Itself(city)).number(), None, "nothing at the city itself");
    assert_eq!(value("own.mean", ledger::Place::Itself(street)).number(), Some(40.0));
    let odd = [
        "count = { kinds = [\"reg.patrols\"], measure = \"sum\", each = { of = \"unit\", at_least = 0 } }",
        "count = { kinds = [\"reg.patrols\"], measure = \"sum\" }\nmean = true",
        "count = { kinds = [\"reg.patrols\"], measure = \"units\", without = { kinds = [\"reg.patrols\"], measure = \"occasions\" } }",
        "count = { kinds = [\"reg.patrols\"], measure = \"units_at\" }",
    ];
    let labels =
        "name = { zh = \"a\", en = \"a\" }\nunit = { zh = \"a\", en = \"a\" }\ndefinition = { zh = \"a\", en = \"a\" }";
    for count in odd {
        let text = format!("[[metric]]\nkey = \"own.odd\"\n{labels}\n{count}");
        assert_eq!(code(figures::metrics::own::read(&app, &text)), "metric-unsound", "{count}");
    }
}
