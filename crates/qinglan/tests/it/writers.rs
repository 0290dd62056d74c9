//! Two writers at once leave no hole in the positions and lose no entry, and an old position keeps its figures.

use kernel::Period;
use ledger::{Books, Filter, db};
use qinglan::features::{
    self,
    activities::{
        Status,
        actions::{self, Draft, Handed},
    },
    imports::{Answers, Kind},
    people, units,
};

use crate::{
    sample::{CITY, ROSTER, import},
    support::{On, Place, day, on_both},
};

on_both!(two_writers_at_once_leave_no_hole_and_lose_no_entry, an_edit_of_an_old_version_is_refused);

async fn two_writers_at_once_leave_no_hole_and_lose_no_entry(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    import(&app, Kind::Units, CITY, &Answers::new()).await;
    import(&app, Kind::Roster, ROSTER, &Answers::new()).await;
    let people: Vec<_> = people::store::posted_on(&app.db, day("2025-06-01")).await.unwrap();
    let before = ledger::position(&app.db).await.unwrap();
    const EACH: usize = 20;
    let write = |writer: usize| {
        let (place_of, people) = (place.open(), people.clone());
        async move {
            let app = place_of.await;
            for number in 0..EACH {
                let (person, posting) = &people[(writer * 31 + number) % people.len()];
                let title = format!("{writer}-{number}");
                let mut draft = Draft::new("study", &title, day("2025-06-01"), posting.unit);
                draft.attendance = vec![Handed { person: person.id, status: Status::OnTime, made_up_on: None }];
                actions::add(&app, &app.operator(), draft).await.unwrap();
            }
        }
    };
    let city = units::unit_named(&app.db, "9901").await.unwrap().id;
    let period = Period::year(2025).unwrap();
    let read = async |position: Option<i64>| {
        let books = Books::open(&app.db, &app.kinds, &["activities.attended"], city, period, position, None).await;
        let books = books.unwrap();
        let metric = app.metrics.get("activities.person_times").unwrap();
        let figure = books.figure(metric, city, period, &Filter::default()).unwrap();
        (books.position, figure.value.count())
    };
    let watch = async {
        // What was read at a position while others write must read the same when they are done.
        let mut seen = Vec::new();
        for _ in 0..15 {
            seen.push(read(None).await);
        }
        seen
    };
    let ((), (), seen) = tokio::join!(write(0), write(1), watch);
    for (position, count) in seen {
        assert_eq!(read(Some(position)).await.1, count, "position {position}");
    }
    let after = ledger::position(&app.db).await.unwrap();
    let stand: i64 = db::scalar(
        &app.db,
        "select count(*) from (select seq from ledger_entry union select seq from tree_edge) s",
        vec![],
    )
    .await
    .unwrap()
    .unwrap();
    assert_eq!(stand, after, "no hole");
    // Held and attended, two entries an activity.
    assert_eq!(after - before, 2 * 2 * EACH as i64, "no lost entry");
    assert!(features::reconcile(&app).await.unwrap().faults.is_empty());
}

async fn an_edit_of_an_old_version_is_refused(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    import(&app, Kind::Units, CITY, &Answers::new()).await;
    let host = units::unit_named(&app.db, "990101").await.unwrap().id;
    let actor = app.operator();
    let id = actions::add(&app, &actor, Draft::new("study", "一", day("2025-06-01"), host)).await.unwrap();
    let mut draft = Draft::new("seminar", "二", day("2025-06-02"), host);
    draft.activity.id = id;
    actions::edit(&app, &actor, draft.clone(), None).await.unwrap();
    let refused = actions::edit(&app, &actor, draft, None).await.unwrap_err();
    assert!(refused.to_string().contains("changed-meanwhile"), "{refused}");
    assert!(features::reconcile(&app).await.unwrap().faults.is_empty());
}
