//! People over time: a transfer changes no past figure, a secondment is counted for the borrowing unit, merged people count
//! once.

use desk::app::App;
use federation::{imports::Answers, people, units};
use kernel::{DayRange, Period, PersonId};
use ledger::{Books, Filter};
use qinglan::features::activities::{
    self, Status,
    actions::{Draft, Handed},
};

use crate::{
    sample::{CITY, ROSTER, figure, import, with_sample},
    support::{On, Place, day, on_both},
};

on_both!(
    a_transfer_changes_no_past_figure,
    a_secondment_counts_to_the_borrowing_unit_while_it_lasts,
    merged_people_count_once,
    a_joint_session_belongs_to_each_unit_and_once_to_those_above,
    an_answered_question_takes_the_row,
);

async fn of_unit(app: &App, key: &str, unit: &str, from: &str, to: &str) -> i64 {
    let unit = units::find_by_code_or_name(&app.db, unit).await.unwrap().id;
    let period = Period::new(day(from), day(to)).unwrap();
    let kinds = app.kinds();
    let books = Books::open(&app.db, &kinds, &kinds.names(), unit, period, None, None).await.unwrap();
    books.figure(&app.metrics().get(key).unwrap(), unit, period, &Filter::default()).unwrap().value.count()
}

async fn person(app: &App, name: &str) -> PersonId {
    people::store::list_by_names(&app.db, &[name.to_owned()]).await.unwrap()[0].0.id
}

async fn a_transfer_changes_no_past_figure(on: On) {
    let place = Place::new(on).await;
    let app = with_sample(&place).await;
    let before = of_unit(&app, "activities.person_times", "古沟街道", "2025-01-01", "2025-06-30").await;
    let members = of_unit(&app, "people.members_at", "古沟街道", "2025-01-01", "2025-06-30").await;
    let there = of_unit(&app, "people.members_at", "红埠街道", "2025-01-01", "2025-12-31").await;
    let moved = person(&app, "何诺芳").await;
    let to = units::find_by_code_or_name(&app.db, "红埠街道").await.unwrap().id;
    people::actions::transfer(&app, &app.operator(), moved, to, &people::Held::duty("科员"), day("2025-07-01"))
        .await
        .unwrap();
    assert_eq!(of_unit(&app, "activities.person_times", "古沟街道", "2025-01-01", "2025-06-30").await, before);
    assert_eq!(of_unit(&app, "people.members_at", "古沟街道", "2025-01-01", "2025-06-30").await, members);
    assert_eq!(of_unit(&app, "people.members_at", "古沟街道", "2025-01-01", "2025-07-01").await, members - 1);
    assert_eq!(of_unit(&app, "people.members_at", "红埠街道", "2025-01-01", "2025-12-31").await, there + 1);
    assert_eq!(figure(&app, "people.members", &[]).await, 243, "above both nothing changes");
    assert_eq!(figure(&app, "activities.person_times", &[]).await, 1027);
    assert!(app.reconcile().await.unwrap().faults.is_empty());
    let again =
        people::actions::transfer(&app, &app.operator(), moved, to, &people::Held::default(), day("2025-03-01"))
            .await
            .unwrap_err();
    assert!(again.to_string().contains("transfer-before-posting"), "{again}");
}

async fn a_secondment_counts_to_the_borrowing_unit_while_it_lasts(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    import(&app, federation::units::import::KIND, CITY, &Answers::new()).await;
    import(&app, federation::people::import::KIND, ROSTER, &Answers::new()).await;
    let seconded = person(&app, "何诺芳").await;
    let [home, to] = ["古沟街道", "红埠街道"].map(|name| units::find_by_code_or_name(&app.db, name));
    let (home, to) = (home.await.unwrap().id, to.await.unwrap().id);
    let at = async |unit: &str, on: &str| of_unit(&app, "people.members_at", unit, "2025-01-01", on).await;
    let (ours, theirs) = (at("古沟街道", "2025-04-15").await, at("红埠街道", "2025-04-15").await);
    let days = DayRange { from: day("2025-04-01"), to: Some(day("2025-05-31")) };
    people::actions::second(&app, &app.operator(), seconded, home, to, days).await.unwrap();
    assert_eq!(at("古沟街道", "2025-04-15").await, ours - 1);
    assert_eq!(at("红埠街道", "2025-04-15").await, theirs + 1);
    assert_eq!(at("古沟街道", "2025-06-01").await, ours, "and comes back");
    assert_eq!(figure(&app, "people.members", &[]).await, 243);
    let odd = DayRange { from: day("2025-04-01"), to: Some(day("2025-03-01")) };
    assert!(people::actions::second(&app, &app.operator(), seconded, home, to, odd).await.is_err());
    assert!(app.reconcile().await.unwrap().faults.is_empty());
}

async fn merged_people_count_once(on: On) {
    let place = Place::new(on).await;
    let app = with_sample(&place).await;
    let times = figure(&app, "activities.person_times", &[]).await;
    let (loser, survivor) = (person(&app, "何诺芳").await, person(&app, "邓欣芳").await);
    let host = units::find_by_code_or_name(&app.db, "古沟街道").await.unwrap().id;
    let mut draft = Draft::new("study", "两人都在", day("2025-09-01"), host);
    draft.attendance = [loser, survivor].map(|person| Handed::plain(person, Status::OnTime)).to_vec();
    activities::actions::add(&app, &app.operator(), draft).await.unwrap();
    assert_eq!(figure(&app, "activities.person_times", &[]).await, times + 2);
    people::actions::merge(&app, &app.operator(), loser, survivor).await.unwrap();
    assert_eq!(figure(&app, "people.members", &[]).await, 242);
    let after = figure(&app, "activities.person_times", &[]).await;
    assert!(after < times + 2 && after > times - 20, "double attendance collapses: {after}");
    assert!(app.reconcile().await.unwrap().faults.is_empty());
    assert!(people::actions::merge(&app, &app.operator(), survivor, survivor).await.is_err());
}

async fn a_joint_session_belongs_to_each_unit_and_once_to_those_above(on: On) {
    let place = Place::new(on).await;
    let app = with_sample(&place).await;
    let year = ("2025-01-01", "2025-12-31");
    let of = async |unit: &str| of_unit(&app, "activities.occasions", unit, year.0, year.1).await;
    let before = [of("古沟街道").await, of("红埠街道").await, of("澄江区").await, of("青蓝市").await];
    let outside = units::actions::Addition {
        name: "市委党校".to_owned(),
        level: None,
        parent: None,
        code: None,
        outside: true,
        from: None,
    };
    let school = units::actions::add(&app, &app.operator(), outside).await.unwrap();
    let [street, other] = ["古沟街道", "红埠街道"].map(|name| units::find_by_code_or_name(&app.db, name));
    let (street, other) = (street.await.unwrap().id, other.await.unwrap().id);
    let mut draft = Draft::new("joint_study", "联学", day("2025-10-01"), street);
    draft.partners = vec![other, school];
    draft.activity.audience = Some(40);
    let id = activities::actions::add(&app, &app.operator(), draft).await.unwrap();
    let after = [of("古沟街道").await, of("红埠街道").await, of("澄江区").await, of("青蓝市").await];
    assert_eq!(after, before.map(|count| count + 1));
    let activity = activities::store::by_ids(&app.db, &[id]).await.unwrap().remove(0);
    assert_eq!((activity.linkage, activity.levels), (activities::Linkage::Horizontal, 1), "the school has no level");
    let audience = of_unit(&app, "activities.audience", "红埠街道", "2025-10-01", "2025-10-01").await;
    assert_eq!(audience, 0, "audience counts to the host");
}

async fn an_answered_question_takes_the_row(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    import(&app, federation::units::import::KIND, CITY, &Answers::new()).await;
    import(&app, federation::people::import::KIND, ROSTER, &Answers::new()).await;
    // Row 266 names somebody who is in no roster: imported without that name. Row 268 names a unit that matches several.
    let answers = Answers::from([(266, vec![0]), (268, vec![0, 0])]);
    let (_, summary) =
        import(&app, qinglan::features::activities::import::KIND, crate::sample::ACTIVITIES, &answers).await;
    assert_eq!(summary.taken, 262);
    assert_eq!(summary.refused().iter().map(|(row, _)| *row).collect::<Vec<_>>(), [267]);
    assert!(app.reconcile().await.unwrap().faults.is_empty());
}
