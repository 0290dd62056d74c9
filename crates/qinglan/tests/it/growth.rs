//! Growth records: what is on the time line, who sees it and who looked, the person's own words, files.

use axum::http::StatusCode;
use desk::actor::{Actor, Role};
use federation::people;
use kernel::PersonId;
use ledger::db;
use qinglan::features::{
    activities::{self, Status},
    growth::{actions, model::Part},
    honours,
    stints::{self, Part as Stint},
};

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, town},
};

on_both!(
    a_growth_record_has_all_that_is_recorded_and_nothing_else,
    who_may_see_people_sees_it_and_the_person_sees_who_looked,
    a_persons_words_are_the_persons_own,
    a_former_unit_sees_it_up_to_the_last_day_there,
);

async fn session(town: &Town, person: PersonId, title: &str, on: &str, status: Status) {
    let mut draft = activities::actions::Draft::new("warning", title, day(on), town.street);
    draft.attendance = vec![activities::actions::Handed::plain(person, status)];
    if status == Status::OnTime {
        draft.spoke = vec![(person, activities::SpokePart::Led)];
    }
    activities::actions::add(&town.app, &town.app.operator(), draft).await.unwrap();
}

async fn filled(town: &Town) -> PersonId {
    let (app, operator) = (&town.app, town.app.operator());
    let person = town.person("郑梦曦", town.street, None).await;
    session(town, person, "警示教育", "2025-03-01", Status::OnTime).await;
    session(town, person, "廉政党课", "2025-04-01", Status::Absent).await;
    let stint = stints::Handed {
        person,
        part: Stint::Placed,
        volunteered: true,
        task: "到村挂职".to_owned(),
        place: None,
        place_unit: None,
        from: day("2025-12-01"),
        to: None,
        hours: None,
        result: None,
        note: None,
        theme: None,
        overlapping: false,
    };
    stints::actions::add(app, &operator, stint).await.unwrap();
    let honour = honours::Handed {
        of: honours::For::Person(person),
        title: "三八红旗手".to_owned(),
        title_group: None,
        level: honours::Level::Municipal,
        conferrer: "市妇联".to_owned(),
        day: day("2025-03-08"),
        certificate: None,
        note: None,
        another: false,
    };
    honours::actions::add(app, &operator, honour.clone()).await.unwrap();
    // What waits to be checked isn't there.
    let own = Actor { person: Some(person), ..operator };
    honours::actions::add(app, &own, honours::Handed { title: "自报的".to_owned(), ..honour }).await.unwrap();
    person
}

async fn a_growth_record_has_all_that_is_recorded_and_nothing_else(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let person = filled(&town).await;
    let (app, operator) = (&town.app, town.app.operator());
    let growth = actions::build(app, &operator, person, None).await.unwrap();
    let shown: Vec<(&str, &str, Part)> =
        growth.items.iter().map(|item| (item.title.as_str(), item.what, item.part)).collect();
    assert_eq!(
        shown,
        [
            ("到村挂职", "growth-stint", Part::Stage),
            ("三八红旗手", "growth-honour", Part::Outcome),
            ("警示教育", "growth-attended", Part::Firewall),
            ("警示教育", "growth-led", Part::Firewall),
        ]
    );
    let totals = growth.totals;
    assert_eq!((totals.sessions, totals.led, totals.stints, totals.honours), (1, 1, 1, 1));
    assert_eq!(totals.practice_days, 36, "from December 1 to January 5");
    assert_eq!(growth.postings.len(), 1);
    let of_2026 = actions::build(app, &operator, person, Some(2026)).await.unwrap();
    assert_eq!((of_2026.items.len(), of_2026.totals.practice_days, of_2026.totals.sessions), (1, 5, 0));
    let of_2024 = actions::build(app, &operator, person, Some(2024)).await.unwrap();
    assert!(of_2024.items.is_empty() && of_2024.asked.is_empty());
    // The rules of the group ask for hours of this year.
    let group = federation::groups::store::default_groups(&app.db, &[town.street]).await.unwrap()[&town.street].id;
    let change = federation::groups::actions::Change { least_hours_year: Some(120), ..Default::default() };
    federation::groups::actions::change(app, &operator, group, change).await.unwrap();
    let growth = actions::build(app, &operator, person, None).await.unwrap();
    let asked: Vec<(&str, &str)> = growth.asked.iter().map(|asked| (asked.what, asked.wanted.as_str())).collect();
    assert_eq!(asked, [("growth-asks-hours", "10.0")], "a twelfth of 120 by January");
    // A session made void is gone from it.
    let ids: Vec<i64> = db::rows(&app.db, "select id from activity where title = '警示教育'", vec![]).await.unwrap();
    activities::actions::void(app, &operator, kernel::RecordId(ids[0]), "记错了").await.unwrap();
    assert_eq!(actions::build(app, &operator, person, None).await.unwrap().totals.sessions, 0);
}

async fn who_may_see_people_sees_it_and_the_person_sees_who_looked(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let person = filled(&town).await;
    let app = &town.app;
    let path = format!("/growth/{person}");
    account(app, "own", None, Some(person)).await;
    account(app, "reader", Some((Role::Reader, Some(town.city), None)), None).await;
    let mut own = Browser::signed_in(app, "own").await;
    let mut reader = Browser::signed_in(app, "reader").await;
    let mut elsewhere = town.secretary("elsewhere", town.other).await;
    let mut secretary = town.secretary("secretary", town.street).await;
    assert_eq!(reader.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(elsewhere.get(&path).await.status, StatusCode::NOT_FOUND);
    let page = own.get(&path).await;
    assert!(page.text.contains("三八红旗手") && page.text.contains("还没有别人看过"), "{}", page.text);
    assert_eq!(own.get("/growth").await.location.as_deref(), Some(path.as_str()));
    let page = secretary.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("谁看过"), "who looked is for the person");
    secretary.get(&path).await;
    let docx = secretary.get(&format!("{path}/file/docx")).await;
    assert!(docx.bytes.starts_with(b"PK"));
    assert_eq!(elsewhere.get(&format!("{path}/file/docx")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(secretary.get(&format!("{path}/file/xlsx")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(secretary.get(&format!("{path}?year=abc")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = own.get(&path).await;
    assert_eq!(page.text.matches("<span class=\"t\">secretary</span>").count(), 1, "once a day: {}", page.text);
    let file: serde_json::Value = serde_json::from_slice(&own.get("/my/export").await.bytes).unwrap();
    assert_eq!(file["looked_at_by"][0]["account"], "secretary");
}

async fn a_persons_words_are_the_persons_own(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let person = filled(&town).await;
    let app = &town.app;
    account(app, "own", None, Some(person)).await;
    let mut own = Browser::signed_in(app, "own").await;
    let path = format!("/growth/{person}?year=2025");
    let form = own.get(&path).await;
    assert!(form.text.contains("name=\"words\""), "{}", form.text);
    let write = [("year", "2025"), ("words", "这一年走进了村里。"), ("version", "0")];
    assert_eq!(own.post("/growth/words", &write).await.location.as_deref(), Some(path.as_str()));
    assert!(own.get(&format!("/growth/{person}")).await.text.contains("这一年走进了村里。"));
    // Somebody who opened the form before is told what stands there.
    let again = [("year", "2025"), ("words", "另一段"), ("version", "0")];
    let refused = own.post("/growth/words", &again).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("这一年走进了村里。") && refused.text.contains("另一段"), "{}", refused.text);
    let again = [("year", "2025"), ("words", "另一段"), ("version", "1")];
    assert!(own.post("/growth/words", &again).await.location.is_some());
    let long = "长".repeat(2001);
    for (year, words, code) in [("2025", long.as_str(), "2001"), ("1800", "早", "1800"), ("2031", "迟", "2031")] {
        let refused = own.post("/growth/words", &[("year", year), ("words", words), ("version", "2")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{year}");
        assert!(refused.text.contains(code), "{year}: {}", refused.text);
    }
    let mut secretary = town.secretary("secretary", town.street).await;
    assert!(!secretary.get(&path).await.text.contains("name=\"words\""));
    assert_eq!(secretary.post("/growth/words", &again).await.location, None);
    // Of merged people the words stay.
    let other = town.person("郑梦溪", town.street, None).await;
    let operator = app.operator();
    db::execute(&app.db, "update account set locked = true where name = 'own'", vec![]).await.unwrap();
    people::actions::merge(app, &operator, person, other).await.unwrap();
    let growth = actions::build(app, &operator, other, None).await.unwrap();
    assert_eq!((growth.words.len(), growth.totals.honours), (1, 1));
    town.reconciled().await;
}

async fn a_former_unit_sees_it_up_to_the_last_day_there(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let person = filled(&town).await;
    let (app, operator) = (&town.app, town.app.operator());
    people::actions::transfer(app, &operator, person, town.other, &people::Held::default(), day("2025-06-01"))
        .await
        .unwrap();
    let mut former = town.secretary("former", town.street).await;
    let page = former.get(&format!("/growth/{person}")).await;
    assert!(page.text.contains("三八红旗手") && !page.text.contains("到村挂职"), "{}", page.text);
    let mut present = town.secretary("present", town.other).await;
    assert!(present.get(&format!("/growth/{person}")).await.text.contains("到村挂职"));
}
