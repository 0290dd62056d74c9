//! Books are read once for all who need them at the same moment, and once for all units of a group.

use federation::groups::{self, actions::Opening};
use figures::metrics::Ledgers;
use futures_util::future::join_all;
use kernel::UnitId;
use qinglan::features::activities::{
    self, Status,
    actions::{Draft, Handed},
};

use crate::{
    browser::Browser,
    support::{On, Place, day, on_both},
    town::{Town, town, unit},
};

on_both!(
    of_many_home_pages_after_a_booking_one_reads_the_books,
    the_sessions_of_a_shared_group_are_read_with_one_opening,
);

async fn session(town: &Town, host: UnitId, on: &str) {
    let person = town.person("孟晓宁", host, None).await;
    let mut draft = Draft::new("study", &format!("集中学习{on}"), day(on), host);
    draft.attendance = vec![Handed::plain(person, Status::OnTime)];
    activities::actions::add(&town.app, &town.app.operator(), draft).await.unwrap();
}

/// Home pages of several visitors at the same moment: returns how often books were read for them.
async fn openings_of_homes(town: &Town, visitors: &[Browser]) -> u64 {
    let before = town.app.shared::<Ledgers>().openings();
    let pages = visitors.iter().cloned().map(|mut visitor| async move { visitor.get("/").await });
    for page in join_all(pages).await {
        assert_eq!(page.status, axum::http::StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("activities.occasions"), "the figures are there");
    }
    town.app.shared::<Ledgers>().openings() - before
}

async fn of_many_home_pages_after_a_booking_one_reads_the_books(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    session(&town, town.street, "2026-01-02").await;
    let visitors = vec![town.admin.clone(); 8];
    // The year and the previous year.
    assert_eq!(openings_of_homes(&town, &visitors).await, 2);
    assert_eq!(openings_of_homes(&town, &visitors).await, 0, "nothing was booked");
    session(&town, town.other, "2026-01-03").await;
    assert_eq!(openings_of_homes(&town, &visitors).await, 2, "after a booking");
}

async fn the_sessions_of_a_shared_group_are_read_with_one_opening(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let third = unit(&town.app, "青石街道", "street", Some(town.city)).await;
    let opening = Opening {
        name: "联合小组".to_owned(),
        brand: None,
        unit: town.street,
        shared_by: vec![town.other, third],
        from: day("2025-01-01"),
    };
    let group = groups::actions::open(&town.app, &town.app.operator(), opening).await.unwrap();
    for (host, on) in [(town.street, "2026-01-01"), (town.other, "2026-01-02"), (third, "2026-01-03")] {
        session(&town, host, on).await;
    }
    let before = town.app.shared::<Ledgers>().openings();
    let page = town.admin.get(&format!("/groups/{group}")).await;
    for title in ["集中学习2026-01-01", "集中学习2026-01-02", "集中学习2026-01-03"] {
        assert!(page.text.contains(title), "{title} in {}", page.text);
    }
    assert_eq!(town.app.shared::<Ledgers>().openings() - before, 1);
    // A secretary of one street also sees the sessions that the others held for the group: two openings, however many units
    // share it.
    let mut keeper = town.secretary("secretary", town.street).await;
    let before = town.app.shared::<Ledgers>().openings();
    let page = keeper.get("/groups?state=short").await;
    assert!(!page.text.contains("联合小组"), "{}", page.text);
    assert_eq!(town.app.shared::<Ledgers>().openings() - before, 2);
}
