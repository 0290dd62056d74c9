//! Files as offices keep them: what is read is right, and what isn't read is refused by name.

use desk::app::App;
use federation::{
    imports::{Answers, Context, Kind, Source, Summary, actions},
    units,
};
use ledger::db;

use crate::{
    sample::{CITY, import},
    support::{On, Place, file},
};

/// Where the rosters are imported.
const UNIT: &str = "990101001";

async fn take(app: &App, kind: Kind, name: &str) -> Result<Summary, desk::error::AppError> {
    let source = Source::read(&file(&format!("fixtures/import-cases/{name}")), kind)?;
    let unit = if kind.is_tree() { None } else { Some(units::find_by_code_or_name(&app.db, UNIT).await?.id) };
    let (answers, progress) = (Answers::new(), |_, _| ());
    let context = Context {
        source: &source,
        unit,
        year: Some(2025),
        answers: &answers,
        from: None,
        today: app.today(),
        only: None,
        progress: &progress,
    };
    let shown = actions::preview(app, &app.operator(), kind, &context).await?;
    Ok(actions::confirm(app, &app.operator(), kind, &context, &shown).await?.1)
}

/// The codes of the refused rows, by row.
fn refused(summary: &Summary) -> Vec<(usize, Vec<String>)> {
    let rows = summary.refused();
    rows.iter().map(|(row, why)| (*row, why.iter().map(|refusal| refusal.code.clone()).collect())).collect()
}

/// Name and month of birth of everybody, in the order of names.
async fn people(app: &App) -> Vec<(String, Option<i64>)> {
    db::rows(&app.db, "select name, birth_month from person where void = false order by name", vec![]).await.unwrap()
}

#[tokio::test]
async fn rosters_with_odd_names_dates_and_guards_are_read_or_refused_by_name() {
    type Case = (&'static str, Vec<(&'static str, Option<i64>)>, Vec<(usize, &'static str)>);
    let cases: [Case; 3] = [
        (
            "g06-name-marks.xlsx",
            vec![("梁见微", Some(199_303)), ("苏沐言", Some(199_404))],
            vec![(4, "name-of-two"), (5, "name-of-nobody"), (6, "name-of-nobody")],
        ),
        ("g07-birth-ahead.xlsx", vec![], vec![(2, "birth-ahead"), (3, "birth-too-young")]),
        ("g16-text-guards.csv", vec![("梁见微", Some(199_303)), ("苏沐言", Some(199_404))], vec![]),
    ];
    for (name, taken, codes) in cases {
        let place = Place::new(On::Sqlite).await;
        let app = place.open().await;
        import(&app, units::import::KIND, CITY, &Answers::new()).await;
        let summary = take(&app, federation::people::import::KIND, name).await.unwrap();
        let codes: Vec<(usize, Vec<String>)> =
            codes.iter().map(|(row, code)| (*row, vec![(*code).to_owned()])).collect();
        assert_eq!(refused(&summary), codes, "{name}");
        let mut found = people(&app).await;
        let mut taken: Vec<(String, Option<i64>)> =
            taken.into_iter().map(|(person, birth)| (person.to_owned(), birth)).collect();
        found.sort();
        taken.sort();
        assert_eq!(found, taken, "{name}");
    }
}

#[tokio::test]
async fn a_quotation_mark_that_is_not_closed_swallows_no_rows() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    import(&app, units::import::KIND, CITY, &Answers::new()).await;
    let refused = take(&app, federation::people::import::KIND, "g15-open-quote.csv").await.unwrap_err();
    let desk::error::AppError::Refused(refusal) = refused else { panic!("{refused}") };
    assert_eq!(refusal.code, "file-open-quote");
    assert!(refusal.args.contains(&("line".to_owned(), "2".to_owned())), "{refusal}");
    assert!(people(&app).await.is_empty());
}

#[tokio::test]
async fn a_tree_as_text_may_have_chinese_headings() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    let summary = take(&app, units::import::KIND, "g17-tree-chinese.csv").await.unwrap();
    assert_eq!((summary.taken, refused(&summary)), (2, vec![]));
}

#[tokio::test]
async fn a_merged_cell_holds_for_every_row_that_it_covers() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    import(&app, units::import::KIND, CITY, &Answers::new()).await;
    let summary = take(&app, federation::people::import::KIND, "g01-unit-merged-down.xlsx").await.unwrap();
    assert_eq!((summary.taken, refused(&summary)), (6, vec![]));
    let sql =
        "select u.name, p.name from person p join posting o on o.person_id = p.id join unit u on u.id = o.unit_id";
    let mut posted: Vec<(String, String)> = db::rows(&app.db, sql, vec![]).await.unwrap();
    posted.sort();
    let of = |unit: &str| -> Vec<&str> {
        posted.iter().filter(|(name, _)| name == unit).map(|(_, person)| person.as_str()).collect()
    };
    let sorted = |mut names: Vec<&'static str>| {
        names.sort_unstable();
        names
    };
    assert_eq!(of("刘家门社区居委会"), sorted(vec!["梁见微", "苏沐言", "宋昭宁"]));
    assert_eq!(of("长新社区居委会"), sorted(vec!["许南枝", "叶清欢", "沈落雁"]));
}
