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

/// A feature of the tests: visits, as in the first program, and in a later one with a theme.
const VISITS: Feature = Feature {
    migrations: &[Tables {
        name: "visits_0001",
        sql: "create table visit (id bigint primary key, unit_id bigint not null, day date not null, theme varchar(32) not null);",
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
const THEMED_VISITS: Feature = Feature { kinds: &[visits(&[PART, THEME])], ..VISITS };

const PART: FacetSpec = FacetSpec::closed("part", &["host", "partner"]);
const THEME: FacetSpec = FacetSpec::closed("theme", &["unknown", "flood", "snow"]).with_default("unknown");
const FIRST: Features = Features(&[FEATURES.0[0], FEATURES.0[1], FEATURES.0[2], &Floor::new(&[&VISITS])]);
const LATER: Features = Features(&[FEATURES.0[0], FEATURES.0[1], FEATURES.0[2], &Floor::new(&[&THEMED_VISITS])]);

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
        /// The theme; the first program doesn't have it.
        pub theme: String,
    }
}

struct Visits;

#[async_trait::async_trait]
impl Records for Visits {
    fn name(&self) -> &'static str {
        "visit"
    }

    async fn desired(&self, app: &App) -> desk::error::Result<Vec<Desired>> {
        let all: Vec<Visit> = db::rows(&app.db, "select v.id, v.unit_id, v.day, v.theme from visit v", vec![]).await?;
        Ok(all.iter().map(|visit| entries_of(app, visit)).collect())
    }
}

fn entries_of(app: &App, visit: &Visit) -> Desired {
    let themed = app.kinds().get("visits.held").unwrap().1.facet("theme").is_some();
    let facets = Facets::none().with("part", "host");
    let facets = if themed { facets.with("theme", &visit.theme) } else { facets };
    let entry =
        Entry { day: visit.day, unit: visit.unit, person: None, kind: "visits.held".into(), facets, quantity: 1 };
    Desired { record: visit.id, entries: vec![entry] }
}

async fn visit(app: &App, unit: UnitId, on: &str, theme: &str) -> Visit {
    let tx = db::begin(&app.db).await.unwrap();
    let id = RecordId(db::take_range(&*tx, "record", 1).await.unwrap());
    let visit = Visit { id, unit, day: day(on), theme: theme.to_owned() };
    db::insert(&*tx, std::slice::from_ref(&visit)).await.unwrap();
    ledger::book(&tx, &app.kinds(), app.operator().by(), &[entries_of(app, &visit)], None).await.unwrap();
    tx.commit().await.unwrap();
    visit
}

/// Compares the figures with the visits, counted one by one, for each unit and theme, at a position.
async fn compare(app: &App, all: &[Visit], units: &[(UnitId, Vec<UnitId>)], position: Option<i64>) {
    let (kinds, period) = (app.kinds(), Period::year(2025).unwrap());
    let metric = app.metrics().get("visits.held").unwrap();
    for (unit, under) in units {
        let books = Books::open(&app.db, &kinds, &["visits.held"], *unit, period, position, None).await.unwrap();
        let of_unit = || all.iter().filter(|visit| under.contains(&visit.unit));
        let figure = books.figure(&metric, *unit, period, &Filter::default()).unwrap();
        assert_eq!(figure.value.count(), of_unit().count() as i64);
        for themes in [vec!["unknown"], vec!["flood"], vec!["snow"], vec!["unknown", "flood"]] {
            let filter = Filter::default().with("theme", &themes);
            let figure = books.figure(&metric, *unit, period, &filter).unwrap();
            let wanted: Vec<RecordId> =
                of_unit().filter(|visit| themes.contains(&&*visit.theme)).map(|visit| visit.id).collect();
            let rows: Vec<RecordId> = figure.rows().iter().map(|row| row.lines[0].record).collect();
            assert_eq!((figure.value.count(), &rows), (wanted.len() as i64, &wanted), "{themes:?}");
            for line in figure.lines() {
                let theme = books.facets(line).and_then(|facets| facets.get("theme")).unwrap_or_default();
                assert!(themes.contains(&theme), "grouped by theme it stands under {theme}");
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
    for theme in ["snow", "unknown", "flood"] {
        theme.clone_into(&mut all[0].theme);
        let tx = db::begin(&later.db).await.unwrap();
        let sql = "update visit set theme = $1 where id = $2";
        db::execute(&*tx, sql, vec![theme.into(), all[0].id.0.into()]).await.unwrap();
        let desired = [entries_of(&later, &all[0])];
        let booked = ledger::book(&tx, &later.kinds(), later.operator().by(), &desired, None).await.unwrap();
        assert_eq!(booked, Booked { entries: 1, reversals: 1 }, "{theme}");
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
        count: Part { kinds: vec!["reg.patrols".to_owned()], measure: Measure::Occasions, filter },
        over: None,
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
    let flood = Filter::default().with("theme", &["flood"]);
    define(
        &app,
        &patrols(&[PART, THEME]),
        &[metric("reg.patrols", Filter::default()), metric("reg.floods", flood.clone())],
    )
    .await;
    // Metrics without data are not listed, but they are counted.
    let page = town.admin.get(&list).await;
    assert_eq!(page.status, axum::http::StatusCode::OK, "{}", page.text);
    let host = Facets::none().with("part", "host");
    patrol(&app, town.street, host.clone().with("theme", "flood")).await;
    patrol(&app, town.other, host.clone().with("theme", "snow")).await;
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
        count = { kinds = ["reg.patrols"], measure = "occasions", where = { theme = ["snow"] } }
        "#,
    )
    .unwrap();
    app.reload().await.unwrap();
    // A facet that is added later, and a metric that changes.
    let weather = FacetSpec::closed("weather", &["unknown", "rain"]).with_default("unknown");
    let calm = Filter::default().with("theme", &["unknown"]).with("weather", &["unknown"]);
    define(&app, &patrols(&[PART, THEME, weather]), &[metric("reg.floods", calm)]).await;
    patrol(&app, town.street, host.with("theme", "flood").with("weather", "rain")).await;

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
        assert_eq!(app.kinds().get("reg.patrols").unwrap().1, &patrols(&[PART, THEME, weather]));
    }
    let old = Metrics::of_version(&app.db, "reg.floods", 1).await.unwrap();
    assert_eq!(old.count.filter, flood, "issued reports find what they counted");
    // The conditions on pages know the values of own facets.
    shown(&mut town, "reg.patrols", "theme:flood%20weather:rain").await;
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
    define(&app, &patrols(&[PART, THEME]), &[]).await;
    let kinds = app.kinds();
    let held = kinds.get("activities.held").unwrap().1.clone();
    let odd = KindFacet { name: "theme".to_owned(), values: Allowed::Closed(vec!["汛期".to_owned()]), default: None };
    let cases = [
        (held.clone(), "kind-taken"),
        (Kind { name: "activities.more".to_owned(), ..held }, "kind-not-own"),
        (Kind { name: "reg.巡查".to_owned(), ..patrols(&[]) }, "kind-name-invalid"),
        (patrols(&[PART, THEME, FacetSpec::code("level")]), "kind-default-missing"),
        (
            patrols(&[PART, THEME, FacetSpec::closed("wet", &["yes", "no"]).with_default("unknown")]),
            "kind-default-unknown",
        ),
        (patrols(&[PART]), "kind-facet-removed"),
        (patrols(&[PART, FacetSpec::code("theme")]), "kind-facet-changed"),
        (Kind { facets: vec![odd], ..patrols(&[]) }, "kind-facet-invalid"),
        (Kind { nature: Nature::State, ..patrols(&[PART, THEME]) }, "kind-changed"),
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
        (metric("own.patrols", Filter::default()), "metric-not-stored"),
        (metric("reg.patrols", Filter::default().with("theme", &["fire"])), "metric-unsound"),
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
