//! Records by their declaration, on both databases: inserted, selected, joined, locked, updated if their version matches.

use chrono::NaiveDate;
use kernel::{DayRange, PersonId, RecordId, UnitId};
use ledger::{Row as _, db};

use crate::support::{On, Place, on_both};

on_both! {
    a_record_is_read_as_it_was_inserted,
    a_row_is_read_into_a_tuple_with_records_in_it,
    an_update_needs_the_version_that_was_read,
    an_upsert_keeps_what_only_a_new_row_is_given,
    many_keys_are_queried_in_several_runs,
    what_is_null_or_unknown_where_it_must_not_be_is_an_error,
}

ledger::codes! {
    /// How a visit went.
    pub enum Went {
        /// Well.
        Well = "well",
        /// Not so well.
        Badly = "badly",
    }
}

ledger::record! {
    /// A visit to a unit.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Visit in "visit" {
        /// Key.
        pub id: RecordId,
        /// Where.
        pub host: UnitId as "unit_id",
        /// From when to when.
        pub days: DayRange as "from_day" and "to_day",
        /// How it went.
        pub went: Option<Went>,
        /// By how many.
        pub heads: Option<i32>,
        /// Raised by every change.
        pub version: i64,
    } beside {
        /// Who came.
        pub guests: Vec<Guest>,
    }
}

ledger::record! {
    /// Who came.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Guest in "visit_guest" {
        /// Which person.
        pub person: PersonId as "person_id",
        /// The name.
        pub name: String,
        /// Whether it was announced.
        pub announced: bool,
    }
}

async fn opened(on: On) -> (Place, db::Database) {
    let place = Place::new(on).await;
    let app = place.open().await;
    for sql in [
        "create table visit (id bigint primary key, unit_id bigint not null, from_day date not null, to_day date, \
         went varchar(8), heads bigint, version bigint not null, import_id bigint)",
        "create table visit_guest (visit_id bigint not null, person_id bigint not null, name varchar(20) not null, \
         announced boolean not null)",
    ] {
        db::execute(&app.db, sql, vec![]).await.unwrap();
    }
    (place, app.db.clone())
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn visit(id: i64) -> Visit {
    Visit {
        id: RecordId(id),
        host: UnitId(7),
        days: DayRange { from: day("2025-03-01"), to: None },
        went: None,
        heads: None,
        version: 1,
        guests: Vec::new(),
    }
}

async fn read(db: &db::Database) -> Vec<Visit> {
    db::rows(db, &format!("select {} from visit v order by v.id", Visit::columns("v")), vec![]).await.unwrap()
}

async fn a_record_is_read_as_it_was_inserted(on: On) {
    let (_place, db) = opened(on).await;
    let full = Visit {
        days: DayRange { from: day("2025-03-01"), to: Some(day("2025-03-02")) },
        went: Some(Went::Badly),
        heads: Some(12),
        ..visit(2)
    };
    db::insert_with(&db, &[visit(1), full.clone()], &[("import_id", 5i64.into())]).await.unwrap();
    assert_eq!(read(&db).await, [visit(1), full]);
    let imports: Vec<Option<i64>> = db::rows(&db, "select import_id from visit", vec![]).await.unwrap();
    assert_eq!(imports, [Some(5), Some(5)]);
}

async fn a_row_is_read_into_a_tuple_with_records_in_it(on: On) {
    let (_place, db) = opened(on).await;
    db::insert(&db, &[visit(1), visit(2)]).await.unwrap();
    let guest = Guest { person: PersonId(3), name: "何诺芳".to_owned(), announced: true };
    db::insert_parts(&db, "visit_id", [(RecordId(2), &guest)]).await.unwrap();
    let sql = format!(
        "select {}, {}, count(*) over () from visit v left join visit_guest g on g.visit_id = v.id order by v.id",
        Visit::columns("v"),
        Guest::columns("g")
    );
    let rows: Vec<(Visit, Option<Guest>, i64)> = db::rows(&db, &sql, vec![]).await.unwrap();
    assert_eq!(rows, [(visit(1), None, 2), (visit(2), Some(guest), 2)]);
}

async fn an_update_needs_the_version_that_was_read(on: On) {
    let (_place, db) = opened(on).await;
    db::insert(&db, &[visit(1), visit(2)]).await.unwrap();
    let changed = Visit { heads: Some(3), went: Some(Went::Well), ..visit(1) };
    assert_eq!(db::update_with(&db, &changed, &[("import_id", 9i64.into())]).await.unwrap(), 1);
    assert_eq!(read(&db).await, [Visit { version: 2, ..changed.clone() }, visit(2)]);
    // Version 1 no longer exists.
    let again = db::update(&db, &changed).await.unwrap();
    let refusal = db::touched(again, "a visit").unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.args[0].1.as_str()), ("changed-meanwhile", "a visit"));
}

async fn an_upsert_keeps_what_only_a_new_row_is_given(on: On) {
    let (_place, db) = opened(on).await;
    for (heads, import) in [(3, 5i64), (4, 6)] {
        let visit = Visit { heads: Some(heads), ..visit(1) };
        db::upsert(&db, &visit, "id", &[("import_id", import.into())]).await.unwrap();
    }
    let rows: Vec<(i32, i64)> = db::rows(&db, "select heads, import_id from visit", vec![]).await.unwrap();
    assert_eq!(rows, [(4, 5)]);
}

async fn many_keys_are_queried_in_several_runs(on: On) {
    let (_place, db) = opened(on).await;
    let visits: Vec<Visit> = (1..=1200).map(visit).collect();
    db::insert(&db, &visits).await.unwrap();
    let ids: Vec<RecordId> = (1..=1300).map(RecordId).collect();
    let found = db::by_ids::<RecordId, Visit>(&db, &ids).await.unwrap();
    assert_eq!(found.len(), 1200);
    assert_eq!(found[&RecordId(1200)], visit(1200));
    let sql = "update visit set heads = $1 where unit_id = $2 and id in ($keys)";
    let run = db::by_keys(sql, &ids[..700]).with(vec![2i64.into(), 7i64.into()]);
    assert_eq!(run.execute(&db).await.unwrap(), 700);
    let heads = db::by_keys("select id, heads from visit where heads is not null and id in ($keys)", &ids);
    assert_eq!(heads.map::<RecordId, i32>(&db).await.unwrap().len(), 700);
    let none: [RecordId; 0] = [];
    assert_eq!(db::by_keys(sql, &none).with(vec![2i64.into(), 7i64.into()]).execute(&db).await.unwrap(), 0);
    let tx = db::begin(&db).await.unwrap();
    db::lock(&tx, "visit", &ids).await.unwrap();
    let sql = "select id from visit where id in ($keys) order by id";
    let held: Vec<RecordId> = db::by_keys(sql, &ids[1190..]).hold(&tx).await.unwrap();
    assert_eq!(held.len(), 10);
}

async fn what_is_null_or_unknown_where_it_must_not_be_is_an_error(on: On) {
    let (_place, db) = opened(on).await;
    db::insert(&db, &[visit(1)]).await.unwrap();
    assert!(db::rows::<i64>(&db, "select heads from visit", vec![]).await.is_err());
    assert!(db::rows::<(i64, Went)>(&db, "select id, went from visit", vec![]).await.is_err());
    assert!(db::row::<Went>(&db, "select 'oddly' from visit", vec![]).await.is_err());
    assert_eq!(db::row::<Went>(&db, "select 'well' from visit", vec![]).await.unwrap(), Some(Went::Well));
    assert_eq!(db::row::<i64>(&db, "select id from visit where id = 2", vec![]).await.unwrap(), None);
}
