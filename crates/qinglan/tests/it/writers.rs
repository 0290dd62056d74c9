//! Two writers at once leave no gap in the positions and lose no entry, and an old position keeps its figures.

use federation::{imports::Answers, people, units};
use kernel::Period;
use ledger::{Books, Filter, db};
use qinglan::features::activities::{
    Status,
    actions::{self, Draft, Handed},
};

use crate::{
    sample::{CITY, ROSTER, import},
    support::{On, Place, day, on_both},
};

on_both!(
    two_writers_at_once_leave_no_gap_and_lose_no_entry,
    an_edit_of_an_old_version_is_refused,
    two_at_once_leave_one_posting_one_group_and_one_unit_counted,
    people_of_one_session_are_changed_at_once_without_deadlock,
);

async fn two_writers_at_once_leave_no_gap_and_lose_no_entry(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    import(&app, federation::units::import::KIND, CITY, &Answers::new()).await;
    import(&app, federation::people::import::KIND, ROSTER, &Answers::new()).await;
    let city = federation::units::find_by_code_or_name(&app.db, "9901").await.unwrap().id;
    federation::scope::places::refresh(&app).await.unwrap();
    let people = people::store::posted_under(&app.db, city, day("2025-06-01"), 1000).await.unwrap();
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
                draft.attendance = vec![Handed::plain(person.id, Status::OnTime)];
                actions::add(&app, &app.operator(), draft).await.unwrap();
            }
        }
    };
    let city = units::find_by_code_or_name(&app.db, "9901").await.unwrap().id;
    let period = Period::year(2025).unwrap();
    let read = async |position: Option<i64>| {
        let books = Books::open(&app.db, &app.kinds(), &["activities.attended"], city, period, position, None).await;
        let books = books.unwrap();
        let metric = app.metrics().get("activities.person_times").unwrap();
        let figure = books.figure(&metric, city, period, &Filter::default()).unwrap();
        (books.position, figure.value.count())
    };
    let watch = async {
        // What is read at a position while others write must be the same when they are done.
        let mut seen = Vec::new();
        for _ in 0..15 {
            seen.push(read(None).await);
        }
        seen
    };
    let ((), (), seen) = tokio::join!(db::in_one_task(write(0)), db::in_one_task(write(1)), db::in_one_task(watch));
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
    // Held, attended and its learning hours: three entries for each activity.
    assert_eq!(after - before, 2 * 3 * EACH as i64, "no lost entry");
    assert!(app.reconcile().await.unwrap().faults.is_empty());
}

async fn an_edit_of_an_old_version_is_refused(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    import(&app, federation::units::import::KIND, CITY, &Answers::new()).await;
    let host = units::find_by_code_or_name(&app.db, "990101").await.unwrap().id;
    let actor = app.operator();
    let id = actions::add(&app, &actor, Draft::new("study", "一", day("2025-06-01"), host)).await.unwrap();
    let mut draft = Draft::new("seminar", "二", day("2025-06-02"), host);
    draft.activity.id = id;
    actions::edit(&app, &actor, draft.clone(), None).await.unwrap();
    let refused = actions::edit(&app, &actor, draft, None).await.unwrap_err();
    assert!(refused.to_string().contains("changed-meanwhile"), "{refused}");
    assert!(app.reconcile().await.unwrap().faults.is_empty());
}

async fn two_at_once_leave_one_posting_one_group_and_one_unit_counted(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    import(&app, federation::units::import::KIND, CITY, &Answers::new()).await;
    let actor = app.operator();
    let unit = async |code: &str| units::find_by_code_or_name(&app.db, code).await.unwrap().id;
    let (home, one, two) = (unit("990101001").await, unit("990101002").await, unit("990101003").await);
    let from = day("2025-01-01");
    let name = |number: usize| ["一", "二", "三", "四", "五", "六", "七", "八"][number].repeat(2);
    let join = async |number: usize| {
        let person = people::import::by_hand(&name(number), home, people::import::Said::default()).unwrap();
        people::actions::add(&app, &actor, person, from).await.unwrap()
    };
    let (first, second) = tokio::join!(db::in_one_task(join(0)), db::in_one_task(join(1)));
    let count: i64 =
        db::scalar(&app.db, "select count(*) from study_group where void = false", vec![]).await.unwrap().unwrap();
    assert_eq!(count, 1, "two first members at once open one group");
    for person in [first, second] {
        let to = async |unit, from: &str| {
            people::actions::transfer(&app, &actor, person, unit, &people::Held::default(), day(from)).await
        };
        let hold = async || {
            let mut draft = Draft::new("study", "会", day("2025-03-01"), home);
            draft.attendance = vec![Handed::plain(person, Status::OnTime)];
            actions::add(&app, &actor, draft).await
        };
        let (first, second) = (db::in_one_task(to(one, "2025-02-01")), db::in_one_task(to(two, "2025-02-01")));
        let (a, b, held) = tokio::join!(first, second, db::in_one_task(hold()));
        assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1, "one of two transfers on a day is refused");
        held.unwrap();
        let open: i64 = db::scalar(
            &app.db,
            "select count(*) from posting where person_id = $1 and to_day is null and void = false",
            vec![person.0.into()],
        )
        .await
        .unwrap()
        .unwrap();
        assert_eq!(open, 1);
        let counted: i64 =
            db::scalar(&app.db, "select unit_id from attendance where person_id = $1", vec![person.0.into()])
                .await
                .unwrap()
                .unwrap();
        assert_eq!(counted, if a.is_ok() { one.0 } else { two.0 }, "the session counts where the person stood");
    }
    assert!(app.reconcile().await.unwrap().faults.is_empty());
}

async fn people_of_one_session_are_changed_at_once_without_deadlock(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    import(&app, federation::units::import::KIND, CITY, &Answers::new()).await;
    let actor = app.operator();
    let unit = async |code: &str| units::find_by_code_or_name(&app.db, code).await.unwrap().id;
    let (home, away) = (unit("990101001").await, unit("990101002").await);
    let from = day("2025-01-01");
    let mut listed = Vec::new();
    for name in ["一一", "二二", "三三", "四四"] {
        let person = people::import::by_hand(name, home, people::import::Said::default()).unwrap();
        listed.push(people::actions::add(&app, &actor, person, from).await.unwrap());
    }
    let session = |listed: Vec<_>| {
        let mut draft = Draft::new("study", "会", day("2025-03-01"), home);
        draft.attendance = listed.into_iter().map(|person| Handed::plain(person, Status::OnTime)).collect();
        draft
    };
    for _ in 0..6 {
        actions::add(&app, &actor, session(listed.clone())).await.unwrap();
    }
    // Everybody in the session is changed by somebody else, while another session is entered.
    for (number, party) in [people::Party::Member, people::Party::Masses, people::Party::League].into_iter().enumerate()
    {
        let set = async |person: usize| people::actions::set_party(&app, &actor, listed[person], party, from).await;
        let hold = async || actions::add(&app, &actor, session(listed.clone())).await;
        let (a, b, c, d, held) = tokio::join!(
            db::in_one_task(set(0)),
            db::in_one_task(set(1)),
            db::in_one_task(set(2)),
            db::in_one_task(set(3)),
            db::in_one_task(hold())
        );
        for done in [a, b, c, d] {
            done.unwrap_or_else(|error| panic!("round {number}: {error:?}"));
        }
        held.unwrap();
    }
    // Two rows are merged while two other people of the session are transferred.
    let to = async |person: usize| {
        people::actions::transfer(&app, &actor, listed[person], away, &people::Held::default(), day("2025-02-01")).await
    };
    let merge = async || people::actions::merge(&app, &actor, listed[0], listed[1]).await;
    let (a, b, merged) = tokio::join!(db::in_one_task(to(2)), db::in_one_task(to(3)), db::in_one_task(merge()));
    a.unwrap();
    b.unwrap();
    merged.unwrap();
    assert!(app.reconcile().await.unwrap().faults.is_empty());
}
