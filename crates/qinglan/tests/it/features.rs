//! The list of features is complete: everything that names people and units is registered, and everything in the log has a
//! page.

use std::collections::BTreeSet;

use desk::{error::AppError, feature::Records, router};
use federation::imports;
use kernel::ImportId;
use qinglan::features::FEATURES;

use crate::{
    support::{On, Place, on_both},
    sweep::federation::Federation,
};

/// Tables whose rows don't prevent undoing: they are part of the person or unit, are deleted with it, or are history.
const NOT_HELD: [(&str, &str); 22] = [
    ("account", "the unit that an account works for is chosen anew"),
    ("external_goal", "a goal of a group or unit is no fact of a person"),
    ("growth_look", "that somebody looked is no record"),
    ("import", "an import is undone by itself"),
    ("import_work", "a file in work is nothing yet"),
    ("ledger_entry", "entries are booked by records"),
    ("log_entry", "the log tells the past"),
    ("membership", "what an import made goes with it; further ones are asked for by people themselves"),
    ("party_status", "a part of the person"),
    ("person_nickname", "a part of the person"),
    ("person_pinyin", "a part of the person"),
    ("person_state", "a change of a person raises the version"),
    ("plan_reminder", "a reminder is no record"),
    ("posting", "what an import made goes with it; further ones are asked for by people themselves"),
    ("study_group_unit", "derived from the group, which is asked for by itself"),
    ("tree_edge", "units that stand under one are asked for by units themselves"),
    ("unit_change", "a part of the unit"),
    ("unit_code", "a part of the unit"),
    ("unit_former_name", "a part of the unit"),
    ("unit_pinyin", "a part of the unit"),
    ("unit_place", "derived from the tree"),
    ("unit_unbooked", "what opening the application has still to book for the unit"),
];

#[tokio::test]
async fn every_table_that_names_people_or_units_is_checked_before_an_import_is_undone() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    let sql = "select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c \
               where m.type = 'table' and (c.name like '%person_id' or c.name like '%unit_id') order by m.name, c.name";
    let columns: Vec<(String, String)> = ledger::db::rows(&app.db, sql, vec![]).await.expect("the tables");
    assert!(columns.len() > 30, "{columns:?}");
    let queries = |of_people: bool| -> Vec<&str> {
        let each = FEATURES.records().flat_map(|records| if of_people { records.people() } else { records.units() });
        each.copied().collect()
    };
    let mut forgotten = Vec::new();
    for (table, column) in &columns {
        let known = queries(column.ends_with("person_id"))
            .iter()
            .any(|query| query.split_whitespace().any(|word| word == table) && query.contains(column.as_str()));
        if !known && !NOT_HELD.iter().any(|(of, _)| of == table) {
            forgotten.push(format!("{table}.{column}"));
        }
    }
    assert!(forgotten.is_empty(), "no records say that they stand on {forgotten:?}");
    // Every query can be run by the database.
    for query in queries(true).into_iter().chain(queries(false)) {
        ledger::db::execute(&app.db, &format!("select count(*) from ({query}) asked"), vec![]).await.expect(query);
    }
}

/// The first argument of each `Object::new(…)` in the sources.
fn logged() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![crate::support::file("crates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.extend((!path.ends_with("target")).then_some(path));
            } else if path.extension().is_some_and(|ending| ending == "rs")
                && !path.to_string_lossy().contains("/tests/")
            {
                let text = std::fs::read_to_string(&path).expect("a source");
                let named = text.split("Object::new(\"").skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(named.map(str::to_owned));
            }
        }
    }
    found
}

#[test]
fn what_the_log_names_has_a_page() {
    let logged = logged();
    assert!(logged.len() > 12, "{logged:?}");
    let routes = router::routes(FEATURES);
    for name in logged {
        let records = FEATURES.records().find(|records| records.name() == name);
        let href = records.and_then(|records| records.href(7)).unwrap_or_else(|| panic!("{name} has no page"));
        let path = href.split('?').next().unwrap_or_default();
        let part = |part: &'static str| if part.starts_with('{') { "7" } else { part };
        let leads = routes.iter().any(|route| {
            let filled: Vec<&str> = route.path.split('/').map(part).collect();
            route.method == axum::http::Method::GET && filled.join("/") == path
        });
        assert!(leads, "{name}: nothing answers at {href}");
    }
    let names: Vec<&str> = FEATURES.records().map(Records::name).collect();
    assert_eq!(names.len(), names.iter().collect::<BTreeSet<_>>().len(), "{names:?}");
}

async fn a_roster_is_not_undone_under_the_notes_of_its_people(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let federation = Federation::new(app.clone()).await;
    let import = federation.key("import");
    let sql = format!("select min(id) from person where import_id = {import}");
    let person: Option<i64> = ledger::db::scalar(&app.db, &sql, vec![]).await.expect("a query").flatten();
    let person = person.expect("a person of the import");
    let sql = format!(
        "insert into study_note (id, person_id, title, body, level, party, youth, sex, tenths, updated_at, version) \
         values (987654, {person}, '读后感', '……', 'street', 'no', 'yes', 'female', 0, '2026-01-05T02:00:00.000Z', 1)"
    );
    ledger::db::execute(&app.db, &sql, vec![]).await.expect("a note");
    let refused = imports::actions::undo(&app, &app.operator(), ImportId(import)).await.expect_err("stood on");
    assert!(matches!(&refused, AppError::Refused(refusal) if refusal.code == "import-stood-on"), "{refused}");
    ledger::db::execute(&app.db, "delete from study_note where id = 987654", vec![]).await.expect("gone");
    imports::actions::undo(&app, &app.operator(), ImportId(import)).await.expect("undone");
}

async fn a_roster_is_undone_under_a_nickname_and_a_look(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let federation = Federation::new(app.clone()).await;
    let import = federation.key("import");
    let sql = format!("select min(id) from person where import_id = {import}");
    let person: Option<i64> = ledger::db::scalar(&app.db, &sql, vec![]).await.expect("a query").flatten();
    let person = person.expect("a person of the import");
    for sql in [
        format!(
            "insert into person_nickname (person_id, nickname, given_at, account_id) \
             values ({person}, '小诺', '2026-01-05T02:00:00.000Z', 1)"
        ),
        format!("insert into growth_look (person_id, account_id, day) values ({person}, 1, '2026-01-05')"),
    ] {
        ledger::db::execute(&app.db, &sql, vec![]).await.expect("what hangs on the person");
    }
    imports::actions::undo(&app, &app.operator(), ImportId(import)).await.expect("undone");
    let found = app.reconcile().await.expect("reconciled");
    assert!(found.faults.is_empty(), "{:?}", found.faults);
}

on_both!(a_roster_is_not_undone_under_the_notes_of_its_people, a_roster_is_undone_under_a_nickname_and_a_look);
