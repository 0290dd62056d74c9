//! An office's own ledgers imported: every count as it is known to be, nothing duplicated, everything undone as a whole.

use desk::app::App;
use federation::{
    imports::{Answers, Context, Kind, Source, Summary, actions},
    units,
};
use figures::metrics::{self, actions::Asked};
use kernel::{ImportId, Period};
use serde_json::Value as Json;

use crate::support::{On, Place, day, file, on_both};

on_both!(
    the_sample_ledgers_give_the_true_counts,
    a_second_import_doubles_nothing,
    an_undone_import_leaves_nothing_counted_and_can_be_repeated,
    an_import_that_something_depends_on_is_not_undone,
    a_real_tree_can_be_imported_beside_the_invented_one,
    a_tree_file_with_other_data_is_a_question_and_can_be_undone,
);

pub async fn import(app: &App, kind: Kind, name: &str, answers: &Answers) -> (ImportId, Summary) {
    let source = Source::read(&file(name), kind).unwrap();
    let unit = if kind.is_tree() { None } else { Some(units::find_by_code_or_name(&app.db, "9901").await.unwrap().id) };
    let progress = |_, _| ();
    let context = Context {
        source: &source,
        unit,
        year: Some(2025),
        answers,
        from: None,
        today: app.today(),
        only: None,
        progress: &progress,
    };
    let actor = app.operator();
    let shown = actions::preview(app, &actor, kind, &context).await.unwrap();
    actions::confirm(app, &actor, kind, &context, &shown).await.unwrap()
}

pub const CITY: &str = "data/divisions-invented-city.csv";
pub const ROSTER: &str = "fixtures/ledgers-sample/01-roster.xlsx";
pub const ACTIVITIES: &str = "fixtures/ledgers-sample/02-activities.xlsx";

pub async fn with_sample(place: &Place) -> App {
    let app = place.open().await;
    for (kind, name) in [
        (federation::units::import::KIND, CITY),
        (federation::people::import::KIND, ROSTER),
        (qinglan::features::activities::import::KIND, ACTIVITIES),
    ] {
        import(&app, kind, name, &Answers::new()).await;
    }
    app
}

pub async fn figure(app: &App, key: &str, conditions: &[(&str, &str)]) -> i64 {
    let metric = app.metrics().get(key).unwrap();
    let conditions: Vec<(String, String)> =
        conditions.iter().map(|(facet, value)| ((*facet).to_owned(), (*value).to_owned())).collect();
    let asked = Asked {
        place: units::find_by_code_or_name(&app.db, "9901").await.unwrap().id.into(),
        period: Period::new(day("2025-01-01"), day("2025-12-31")).unwrap(),
        position: None,
        tree_day: None,
        filter: metrics::filter_of(app, &metric, &conditions).await.unwrap(),
    };
    let shown = metrics::actions::show(app, &app.operator(), &metric, &asked, true).await.unwrap();
    assert_eq!(shown.rows.len(), shown.figure.row_count, "{key}: every row has a name");
    shown.figure.value.count()
}

async fn the_sample_ledgers_give_the_true_counts(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let truth: Json =
        serde_json::from_slice(&std::fs::read(file("fixtures/ledgers-sample/truth.json")).unwrap()).unwrap();
    let (roster, activities) = (&truth["roster"], &truth["activities"]);
    import(&app, federation::units::import::KIND, CITY, &Answers::new()).await;
    let (_, summary) = import(&app, federation::people::import::KIND, ROSTER, &Answers::new()).await;
    assert_eq!(summary.taken as u64, roster["people"]);
    assert_eq!(summary.repeated as u64, roster["repeated"]);
    assert_eq!(summary.refused().len() as u64, roster["refused"]);
    assert_eq!(summary.refused()[0].0, 253, "the row number is the file's");
    let (_, summary) = import(&app, qinglan::features::activities::import::KIND, ACTIVITIES, &Answers::new()).await;
    assert_eq!(summary.taken as u64, activities["held"]);
    assert_eq!(summary.repeated as u64, activities["repeated"]);
    assert_eq!(summary.refused().iter().map(|(row, _)| *row).collect::<Vec<_>>(), [266, 267, 268]);
    for (key, known) in [
        ("people.members", &roster["people"]),
        ("activities.occasions", &activities["held"]),
        ("activities.person_times", &activities["person_times"]),
        ("activities.audience", &activities["audience"]),
        ("activities.on_leave", &activities["on_leave"]),
        ("activities.persons", &activities["persons"]),
    ] {
        assert_eq!(figure(&app, key, &[]).await, *known, "{key}");
    }
    for (kind, known) in activities["by_kind"].as_object().unwrap() {
        assert_eq!(figure(&app, "activities.occasions", &[("type", kind)]).await, *known, "{kind}");
    }
    let verdict = app.verify(|_, _| ()).await.unwrap();
    assert!(verdict.faults.is_empty() && verdict.unsealed == 0, "{:?}", verdict.faults);
    let found = app.reconcile().await.unwrap();
    assert!(found.faults.is_empty(), "{:?}", found.faults);
}

async fn a_second_import_doubles_nothing(on: On) {
    let place = Place::new(on).await;
    let app = with_sample(&place).await;
    let before = ledger::position(&app.db).await.unwrap();
    for (kind, name, read) in [
        (federation::units::import::KIND, CITY, 1476),
        (federation::people::import::KIND, ROSTER, 249),
        (qinglan::features::activities::import::KIND, ACTIVITIES, 265),
    ] {
        let (_, again) = import(&app, kind, name, &Answers::new()).await;
        assert_eq!((again.read, again.taken), (read, 0), "{name}");
        assert_eq!(again.repeated + again.refused().len(), read, "{name}");
    }
    assert_eq!(ledger::position(&app.db).await.unwrap(), before);
}

async fn an_undone_import_leaves_nothing_counted_and_can_be_repeated(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    import(&app, federation::units::import::KIND, CITY, &Answers::new()).await;
    let (roster, _) = import(&app, federation::people::import::KIND, ROSTER, &Answers::new()).await;
    let (activities, _) = import(&app, qinglan::features::activities::import::KIND, ACTIVITIES, &Answers::new()).await;
    for id in [activities, roster] {
        actions::undo(&app, &app.operator(), id).await.unwrap();
    }
    assert_eq!(figure(&app, "people.members", &[]).await, 0);
    assert_eq!(figure(&app, "activities.occasions", &[]).await, 0);
    assert_eq!(figure(&app, "groups.open", &[]).await, 0);
    assert!(app.reconcile().await.unwrap().faults.is_empty());
    let twice = actions::undo(&app, &app.operator(), roster).await.unwrap_err();
    assert!(twice.to_string().contains("import-undone-already"), "{twice}");
    let (_, summary) = import(&app, federation::people::import::KIND, ROSTER, &Answers::new()).await;
    assert_eq!(summary.taken, 243, "what an undone import left behind is no match");
    let (_, summary) = import(&app, qinglan::features::activities::import::KIND, ACTIVITIES, &Answers::new()).await;
    assert_eq!(summary.taken, 260);
    assert_eq!(figure(&app, "activities.person_times", &[]).await, 1027);
    assert!(app.reconcile().await.unwrap().faults.is_empty());
}

async fn an_import_that_something_depends_on_is_not_undone(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let (tree, _) = import(&app, federation::units::import::KIND, CITY, &Answers::new()).await;
    let (roster, _) = import(&app, federation::people::import::KIND, ROSTER, &Answers::new()).await;
    import(&app, qinglan::features::activities::import::KIND, ACTIVITIES, &Answers::new()).await;
    let before = ledger::position(&app.db).await.unwrap();
    for id in [tree, roster] {
        let refused = actions::undo(&app, &app.operator(), id).await.unwrap_err();
        let desk::error::AppError::Refused(refusal) = refused else { panic!("{refused}") };
        assert_eq!(refusal.code, "import-stood-on");
        assert!(refusal.details.len() > 10, "with a list");
    }
    assert_eq!(ledger::position(&app.db).await.unwrap(), before);
    assert_eq!(figure(&app, "people.members", &[]).await, 243);
}

async fn a_real_tree_can_be_imported_beside_the_invented_one(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    import(&app, federation::units::import::KIND, CITY, &Answers::new()).await;
    let (_, summary) =
        import(&app, federation::units::import::KIND, "fixtures/divisions-jinan.csv", &Answers::new()).await;
    assert_eq!((summary.taken, summary.refused().len()), (5936, 0));
    let all = ledger::Tree::load(&app.db, None, app.today(), ledger::position(&app.db).await.unwrap()).await.unwrap();
    assert_eq!(all.len(), 1476 + 5936, "a forest: every unit is reached from a top");
    let top = units::find_by_code_or_name(&app.db, "济南市妇联").await.unwrap();
    assert_eq!(all.at_and_under(top.id).len(), 5936);
}

async fn a_tree_file_with_other_data_is_a_question_and_can_be_undone(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    import(&app, federation::units::import::KIND, CITY, &Answers::new()).await;
    let text = "code,name,level,parent_code\n990101001,新桥街道,street,990102\n";
    let source = Source { name: "again.csv".to_owned(), bytes: text.as_bytes().to_vec(), ..Source::default() };
    let progress = |_, _| ();
    let actor = app.operator();
    let judge = async |answers: &Answers, confirm: bool| {
        let context = Context {
            source: &source,
            unit: None,
            year: None,
            answers,
            from: None,
            today: app.today(),
            only: None,
            progress: &progress,
        };
        let shown = actions::preview(&app, &actor, federation::units::import::KIND, &context).await.unwrap();
        if !confirm {
            return (ImportId(0), shown);
        }
        actions::confirm(&app, &actor, federation::units::import::KIND, &context, &shown).await.unwrap()
    };
    let (_, asked) = judge(&Answers::new(), false).await;
    assert_eq!((asked.taken, asked.questions().count()), (0, 1));
    // Rename: yes. Move: yes.
    let (id, taken) = judge(&Answers::from([(2, vec![1, 1])]), true).await;
    assert_eq!(taken.taken, 1);
    let under = async || {
        let unit = units::find_by_code_or_name(&app.db, "990101001").await.unwrap();
        let position = ledger::position(&app.db).await.unwrap();
        let above = ledger::ancestors(&app.db, unit.id, app.today(), position).await.unwrap();
        (unit.name, units::by_ids(&app.db, &above[..1]).await.unwrap().remove(&above[0]).unwrap().code.unwrap())
    };
    assert_eq!(under().await, ("新桥街道".to_owned(), "990102".to_owned()));
    actions::undo(&app, &actor, id).await.unwrap();
    assert_eq!(under().await, ("上桥街道".to_owned(), "990101".to_owned()));
}
