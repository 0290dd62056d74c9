//! Manipulation of the database is found: any one byte of a sealed entry, edge or seal.

use desk::app::App;
use ledger::db;
use sea_orm::ConnectionTrait;

use crate::{
    sample::with_sample,
    support::{On, Place, on_both},
};

on_both!(
    any_change_of_what_is_sealed_is_found,
    a_deleted_entry_and_a_cut_end_are_found,
    removed_seals_are_noticed_and_not_created_again,
);

async fn faults(app: &App) -> Vec<String> {
    let verdict = app.verify(|_, _| ()).await.unwrap();
    verdict.faults.into_iter().map(|fault| fault.code).collect()
}

async fn alter(app: &App, sql: &str) {
    // Somebody who manipulates the database doesn't care about foreign keys.
    if app.backend() == "SQLite" {
        let alone = db::connect_alone(&app.config.database_url()).await.unwrap();
        let pool = alone.get_sqlite_connection_pool();
        let mut conn = pool.acquire().await.unwrap();
        for sql in ["pragma foreign_keys = off", sql, "pragma foreign_keys = on"] {
            sea_orm::sqlx::raw_sql(sea_orm::sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut *conn).await.unwrap();
        }
    } else {
        let sql = format!("set session_replication_role = replica; {sql}; set session_replication_role = default");
        app.db.execute_unprepared(&sql).await.unwrap();
    }
}

async fn any_change_of_what_is_sealed_is_found(on: On) {
    let place = Place::new(on).await;
    let app = with_sample(&place).await;
    assert!(faults(&app).await.is_empty());
    let seq: i64 = db::scalar(&app.db, "select max(seq) from ledger_entry where person_id is not null", vec![])
        .await
        .unwrap()
        .unwrap();
    // Column, how it is changed, how it is restored.
    let numbers =
        ["booking", "kind_id", "unit_id", "person_id", "record_id", "month", "facet_set_id", "quantity", "account_id"];
    let mut changes: Vec<(String, String)> = numbers
        .iter()
        .map(|column| {
            let set = |sign: &str| format!("update ledger_entry set {column} = {column} {sign} 1 where seq = {seq}");
            (set("+"), set("-"))
        })
        .collect();
    let texts = [
        ("ledger_entry", "recorded_at", format!("seq = {seq}")),
        ("facet_set", "facets", format!("id = (select facet_set_id from ledger_entry where seq = {seq})")),
        ("ledger_kind", "name", "name like '%attended%' or name like '%bttended%'".to_owned()),
        ("tree_edge", "recorded_at", "seq = 7".to_owned()),
        ("seal", "root", "id = 2".to_owned()),
        ("seal", "previous", "id = 2".to_owned()),
        ("seal", "sealed_at", "id = 2".to_owned()),
        ("seal", "hash", "id = 2".to_owned()),
        ("seal", "signature", "id = 2".to_owned()),
        ("seal_key", "public_key", "id = 1".to_owned()),
    ];
    for (table, column, condition) in texts {
        let before: String = db::scalar(&app.db, &format!("select {column} from {table} where {condition}"), vec![])
            .await
            .unwrap()
            .unwrap();
        let last = before.chars().last().unwrap();
        let other = if last == '0' { '1' } else { '0' };
        let after = format!("{}{other}", &before[..before.len() - last.len_utf8()]);
        let set = |text: &str| format!("update {table} set {column} = '{text}' where {condition}");
        changes.push((
            set(&after),
            set(&before).replace("name like '%attended%' or name like '%bttended%'", &format!("name = '{after}'")),
        ));
    }
    changes.push((
        format!("update ledger_entry set occurred_on = '2025-06-02', reason = 'edit' where seq = {seq}"),
        "select 1".to_owned(),
    ));
    for (change, back) in &changes {
        alter(&app, change).await;
        assert!(!faults(&app).await.is_empty(), "not found: {change}");
        alter(&app, back).await;
        if back != "select 1" {
            assert!(faults(&app).await.is_empty(), "put back: {back}");
        }
    }
}

async fn a_deleted_entry_and_a_cut_end_are_found(on: On) {
    let place = Place::new(on).await;
    let app = with_sample(&place).await;
    let head = ledger::position(&app.db).await.unwrap();
    alter(&app, &format!("delete from ledger_entry where seq = {head}")).await;
    assert_eq!(faults(&app).await, ["verify-missing"]);
    alter(&app, "update ledger_head set seq = seq - 1").await;
    let found = faults(&app).await;
    assert!(found.contains(&"verify-missing".to_owned()) && found.contains(&"verify-head".to_owned()), "{found:?}");
}

async fn removed_seals_are_noticed_and_not_created_again(on: On) {
    let place = Place::new(on).await;
    let app = with_sample(&place).await;
    alter(&app, "update ledger_entry set quantity = 5000 where seq = (select max(seq) from ledger_entry)").await;
    alter(&app, "delete from seal").await;
    assert_eq!(faults(&app).await, ["verify-cut"]);
    let refused = app.seal().await.unwrap_err();
    assert!(refused.to_string().contains("verify-cut"), "{refused}");
}
