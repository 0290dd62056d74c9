//! A search text is literal: `%`, `_` and `\` are no wildcards, and case is ignored for A to Z, on both databases and in
//! every list.

use axum::http::StatusCode;

use crate::{
    browser::Browser,
    support::{On, Place, on_both},
    sweep::federation::Federation,
};

/// The stored text, the search text, and whether it is found.
const CASES: [(&str, &str, bool); 9] = [
    ("甲50%", "50%", true),
    ("甲500", "50%", false),
    ("甲a_b", "a_b", true),
    ("甲axb", "a_b", false),
    ("甲Ab乙", "aB乙", true),
    ("甲ab乙", "AB乙", true),
    ("甲a\\b", "A\\B", true),
    ("甲Ä", "Ä", true),
    ("甲Ä", "ä", false),
];

/// Each list with a column that its search uses.
const LISTS: [(&str, &str, &str); 20] = [
    ("/people", "person", "name"),
    ("/groups", "study_group", "name"),
    ("/activities", "activity", "title"),
    ("/joint", "activity", "title"),
    ("/materials", "material", "title"),
    ("/plans", "study_plan", "title"),
    ("/notices", "notice", "title"),
    ("/notes", "study_note", "title"),
    ("/reports", "report_issue", "title"),
    ("/imports", "import", "file_name"),
    ("/speakers", "speaker", "name"),
    ("/speakers", "speaker", "organisation"),
    ("/tours", "lecture_tour", "title"),
    ("/external", "person", "name"),
    ("/external/classes", "class_result", "season"),
    ("/honours", "honour", "title"),
    ("/honours", "honour", "conferrer"),
    ("/stints", "stint", "task"),
    ("/stints", "stint", "place"),
    ("/accounts", "account", "display"),
];

async fn a_search_text_is_literal(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    Federation::new(app.clone()).await;
    let mut admin = Browser::signed_in(&app, "admin").await;
    let mut faults = Vec::new();
    for (list, table, column) in LISTS {
        for (stands, typed, expected) in CASES {
            // The stored pinyin of the name would be found too.
            let sql = format!("update {table} set {column} = $1");
            ledger::db::execute(&app.db, &sql, vec![stands.into()]).await.expect("a text");
            let query = web::Fields::from_pairs([("q", typed.to_owned())]).query_without(&[]);
            let page = admin.get(&format!("{list}?{query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{list}: {}", page.text);
            let rows = page.text.split("<tbody").nth(1).is_some_and(|body| body.contains("<td"));
            if rows != expected {
                faults.push(format!("{list}, {column}: {stands} by {typed}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

async fn units_and_the_log_are_searched_alike(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let federation = Federation::new(app.clone()).await;
    let mut admin = Browser::signed_in(&app, "admin").await;
    let mut faults = Vec::new();
    for (stands, typed, expected) in CASES {
        let query = web::Fields::from_pairs([("q", typed.to_owned())]).query_without(&[]);
        let values = vec![stands.into(), federation.key("street").into()];
        ledger::db::execute(&app.db, "update unit set name = $1 where id = $2", values).await.expect("a name");
        let page = admin.get(&format!("/units/pick?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        if page.text.contains('甲') != expected {
            faults.push(format!("units: {stands} by {typed}"));
        }
        // The log is searched by account: it contains what the operator did.
        let sql = "update account set display = $1 where id = 1";
        ledger::db::execute(&app.db, sql, vec![stands.into()]).await.expect("a name");
        let page = admin.get(&format!("/log?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        if page.text.split("<tbody").nth(1).is_some_and(|body| body.contains("<td")) != expected {
            faults.push(format!("log: {stands} by {typed}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

on_both!(a_search_text_is_literal, units_and_the_log_are_searched_alike);
