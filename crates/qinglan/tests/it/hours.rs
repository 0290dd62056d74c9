//! Learning hours: what a session is worth for those present, by the conversion on its day, each hour traceable.

use desk::app::App;
use federation::settings;
use figures::metrics;
use kernel::Period;
use ledger::Filter;
use qinglan::features::{
    activities::{self, Stands, Status, actions::Draft},
    external, hours,
};

use crate::{
    support::{On, Place, day, on_both},
    town::{Town, settings_version, town},
};

on_both!(
    a_session_is_worth_its_duration_for_those_present,
    a_changed_conversion_applies_to_later_sessions,
    a_page_shows_the_ledgers_hours,
    hours_of_other_platforms_are_converted_by_the_setting,
);

fn year() -> Period {
    Period::new(day("2025-01-01"), day("2025-12-31")).unwrap()
}

async fn total(app: &App, unit: kernel::UnitId) -> i64 {
    let books = metrics::open(app, unit, year(), None, None).await.unwrap();
    books.figure(&app.metrics().get("learning.hours").unwrap(), unit, year(), &Filter::default()).unwrap().value.count()
}

async fn session(town: &Town, times: Option<(&str, &str)>, list: &[(kernel::PersonId, Stands)]) -> kernel::RecordId {
    let mut draft = Draft::new("study", "集中学习", day("2025-06-03"), town.street);
    draft.activity.time_from = times.map(|(from, _)| from.to_owned());
    draft.activity.time_to = times.map(|(_, until)| until.to_owned());
    draft.attendance =
        list.iter().map(|(person, stands)| activities::actions::Handed { person: *person, stands: *stands }).collect();
    activities::actions::add(&town.app, &town.app.operator(), draft).await.unwrap()
}

async fn a_session_is_worth_its_duration_for_those_present(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, actor) = (&town.app, town.app.operator());
    let mut people = Vec::new();
    for name in ["孟晓宁", "何雨桐", "安宁", "白露", "邓欣芳"] {
        people.push(town.person(name, town.street, Some(199_001)).await);
    }
    let plain = Stands::plain;
    let made_up = Stands { made_up_on: Some(day("2025-06-20")), ..plain(Status::Leave) };
    let list = [
        (people[0], plain(Status::OnTime)),
        (people[1], plain(Status::Late)),
        (people[2], plain(Status::Absent)),
        (people[3], made_up),
        (people[4], plain(Status::Observer)),
    ];
    // 135 minutes are three hours of 45: for those on time, late and those who made it up.
    let id = session(&town, Some(("09:00", "11:15")), &list).await;
    assert_eq!(total(app, town.city).await, 90);
    let of_made_up = ledger::of_people(&app.db, &app.kinds(), hours::TIME, &[people[3]], year()).await.unwrap();
    assert_eq!(of_made_up.iter().map(|one| (one.day, one.quantity)).collect::<Vec<_>>(), [(day("2025-06-20"), 30)]);
    // Entered hours have precedence over the times; what isn't learning is worth nothing.
    let mut draft = activities::actions::draft_of(app, id).await.unwrap();
    draft.activity.hours_said = Some(15);
    activities::actions::edit(app, &actor, draft, None).await.unwrap();
    assert_eq!(total(app, town.city).await, 45);
    let mut draft = Draft::new("practice", "志愿服务", day("2025-07-03"), town.street);
    draft.attendance.push(activities::actions::Handed::plain(people[0], Status::OnTime));
    activities::actions::add(app, &actor, draft).await.unwrap();
    assert_eq!(total(app, town.city).await, 45);
    activities::actions::void(app, &actor, id, "没有开成").await.unwrap();
    assert_eq!(total(app, town.city).await, 0);
    town.reconciled().await;
}

async fn a_changed_conversion_applies_to_later_sessions(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let person = town.person("孟晓宁", town.street, None).await;
    let list = [(person, Stands::plain(Status::OnTime))];
    let first = session(&town, None, &list).await;
    assert_eq!(total(&town.app, town.city).await, 20, "90 minutes of 45");
    let mut changed = settings::store::read(&town.app.db).await.unwrap();
    changed.hour_minutes = 60;
    settings::actions::change(&town.app, &town.app.operator(), &changed, settings_version(&town.app).await)
        .await
        .unwrap();
    session(&town, None, &list).await;
    assert_eq!(total(&town.app, town.city).await, 35, "2.0 as before, and 1.5");
    // An edit of the earlier one keeps its conversion.
    let mut draft = activities::actions::draft_of(&town.app, first).await.unwrap();
    draft.activity.place = Some("三楼会议室".to_owned());
    activities::actions::edit(&town.app, &town.app.operator(), draft, None).await.unwrap();
    assert_eq!(total(&town.app, town.city).await, 35);
    for odd in [
        settings::Settings { hour_minutes: 0, ..changed.clone() },
        settings::Settings { session_minutes: 601, ..changed.clone() },
    ] {
        assert!(
            settings::actions::change(&town.app, &town.app.operator(), &odd, settings_version(&town.app).await)
                .await
                .is_err()
        );
    }
    town.reconciled().await;
}

async fn a_page_shows_the_ledgers_hours(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let first = town.person("孟晓宁", town.street, None).await;
    town.person("何雨桐", town.other, None).await;
    session(&town, Some(("14:00", "16:00")), &[(first, Stands::plain(Status::OnTime))]).await;
    let of_year = "period=own&from=2025-01-01&to=2025-12-31";
    let page = town.admin.get(&format!("/hours?{of_year}")).await.text;
    assert!(page.contains("孟晓宁") && page.contains(">2.7</a>"), "{page}");
    assert!(page.contains("何雨桐") && page.contains(">0.0</a>"), "who has none is there: {page}");
    let below = town.admin.get(&format!("/hours?{of_year}&below=2")).await.text;
    assert!(!below.contains("孟晓宁") && below.contains("何雨桐"), "{below}");
    let one = town.admin.get(&format!("/people/{first}/hours?{of_year}")).await.text;
    assert!(one.contains("集中学习") && one.contains("2.7"), "{one}");
    let figure = town.admin.get(&format!("/metrics/learning.hours?{of_year}&unit_id={}", town.city)).await.text;
    assert!(figure.contains("2.7"), "{figure}");
    let mut elsewhere = town.secretary("elsewhere", town.other).await;
    let page = elsewhere.get(&format!("/hours?{of_year}")).await.text;
    assert!(page.contains("何雨桐") && !page.contains("孟晓宁"), "{page}");
    assert_eq!(elsewhere.get(&format!("/people/{first}/hours")).await.status, axum::http::StatusCode::NOT_FOUND);
    let sheet = town.admin.get(&format!("/hours/export?{of_year}")).await;
    let sheets = tabular::read("hours.xlsx", &sheet.bytes).unwrap();
    assert_eq!(sheets[0].rows.len(), 4, "title, headings and two people");
}

async fn hours_of_other_platforms_are_converted_by_the_setting(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, actor) = (&town.app, town.app.operator());
    let person = town.person("孟晓宁", town.street, None).await;
    let handed = |month: i64| external::Handed {
        person,
        platform: "qiangguo".to_owned(),
        month,
        amounts: external::Amounts { points: Some(300), minutes: Some(150), classes: None },
        note: None,
        theme: None,
    };
    external::actions::add(app, &actor, handed(202_503)).await.unwrap();
    assert_eq!(total(app, town.city).await, 25, "two and a half hours, each one");
    let changed = settings::Settings { external_percent: 50, ..settings::store::read(&app.db).await.unwrap() };
    settings::actions::change(app, &actor, &changed, settings_version(app).await).await.unwrap();
    external::actions::add(app, &actor, handed(202_504)).await.unwrap();
    assert_eq!(total(app, town.city).await, 25 + 13, "rounded from 1.25");
    town.reconciled().await;
}
