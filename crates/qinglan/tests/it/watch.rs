//! What is missing by the groups' rules: sessions of the month, the year's rate and hours, with the people and the days.

use desk::actor::Role;
use federation::groups::{self, actions::Change};
use kernel::{GroupId, PersonId};
use qinglan::features::activities::{self, Stands, Status, actions::Draft};

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, town},
};

on_both!(
    what_is_missing_is_shown_with_people_and_days,
    a_leader_sees_what_is_missing_in_the_groups_led,
    rules_of_a_group_are_changed_and_bounded,
);

async fn session(town: &Town, on: &str, list: &[(PersonId, Status)]) {
    let mut draft = Draft::new("study", &format!("集中学习{on}"), day(on), town.street);
    draft.activity.time_from = Some("09:00".to_owned());
    draft.activity.time_to = Some("10:30".to_owned());
    draft.attendance = list
        .iter()
        .map(|(person, status)| activities::actions::Handed { person: *person, stands: Stands::plain(*status) })
        .collect();
    activities::actions::add(&town.app, &town.app.operator(), draft).await.unwrap();
}

async fn group_of(town: &Town) -> GroupId {
    groups::store::default_groups(&town.app.db, &[town.street]).await.unwrap()[&town.street].id
}

async fn rules(town: &Town, sessions: i64, rate: i64, hours: i64) {
    let change = Change {
        least_sessions_month: Some(sessions),
        least_rate: Some(rate),
        least_hours_year: Some(hours),
        ..Change::default()
    };
    groups::actions::change(&town.app, &town.app.operator(), group_of(town).await, change).await.unwrap();
}

// The clock is fixed at 5 January 2026.
async fn what_is_missing_is_shown_with_people_and_days(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let (one, other) = (town.person("孟晓宁", town.street, None).await, town.person("何雨桐", town.street, None).await);
    session(&town, "2026-01-02", &[(one, Status::OnTime), (other, Status::Absent)]).await;
    session(&town, "2026-01-03", &[(one, Status::OnTime), (other, Status::Leave)]).await;
    // Two sessions held, half of those due were present; one person has 4.0 hours, the other none.
    rules(&town, 2, 50, 0).await;
    let page = town.admin.get("/watch").await.text;
    assert!(page.contains("没有要补的"), "{page}");
    rules(&town, 3, 51, 24).await;
    let page = town.admin.get("/watch").await.text;
    for told in [
        "本月办了 2 场，至少要 3 场",
        "本月还没有安排",
        "今年出勤率 50.0%（应到 4 人次，实到 2 人次），要求不低于 51%",
        "缺 2 次（应到 2 次）：",
        "1月2日",
        "1月3日",
        "1 人学时落后（每年至少 24 学时）",
        "0.0 学时，到月底应有 2.0",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains(&format!("/people/{one}/hours")), "who has enough isn't behind: {page}");
    // Sessions announced for the month are shown beside the missing ones; a day that was made up is removed.
    let mut draft = Draft::new("study", "月底集中学习", day("2026-01-30"), town.street);
    draft.activity.state = activities::State::Announced;
    activities::actions::add(&town.app, &town.app.operator(), draft).await.unwrap();
    let page = town.admin.get("/watch").await.text;
    assert!(page.contains("1月30日 月底集中学习"), "{page}");
    let only = town.admin.get("/watch?kind=hours").await.text;
    assert!(only.contains("学时落后") && !only.contains("本月办了"), "{only}");
    assert!(town.admin.get("/watch?q=没有的").await.text.contains("没有这样的小组"));
    let sheet = town.admin.get("/watch/export").await;
    let sheets = tabular::read("watch.xlsx", &sheet.bytes).unwrap();
    assert_eq!(sheets[0].rows.len(), 2 + 3, "title, headings, a row for each rule and person");
}

async fn a_leader_sees_what_is_missing_in_the_groups_led(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    town.person("孟晓宁", town.street, None).await;
    town.person("何雨桐", town.other, None).await;
    let group = group_of(&town).await;
    account(&town.app, "leader", Some((Role::Leader, None, Some(group))), None).await;
    let mut leader = Browser::signed_in(&town.app, "leader").await;
    let page = leader.get("/watch").await.text;
    assert!(page.contains("古沟街道青年理论学习小组") && !page.contains("红埠街道"), "{page}");
    let mut elsewhere = town.secretary("elsewhere", town.other).await;
    let page = elsewhere.get("/watch").await.text;
    assert!(page.contains("红埠街道") && !page.contains("孟晓宁"), "{page}");
}

async fn rules_of_a_group_are_changed_and_bounded(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    town.person("孟晓宁", town.street, None).await;
    let path = format!("/groups/{}", group_of(&town).await);
    let page = town.admin.get(&path).await;
    // A new group has the values of the settings.
    assert_eq!((page.value("least_hours_year"), page.value("least_rate")), ("24".to_owned(), "80".to_owned()));
    let fields = |version: String, hours: &'static str, rate: &'static str| {
        vec![
            ("version", version),
            ("name", "古沟学习小组".to_owned()),
            ("age_limit", "40".to_owned()),
            ("least_sessions_month", "1".to_owned()),
            ("least_hours_year", hours.to_owned()),
            ("least_rate", rate.to_owned()),
        ]
    };
    let mut version = page.value("version");
    for (hours, rate, saved) in [("1001", "80", false), ("40", "101", false), ("-1", "80", false), ("60", "0", true)] {
        let fields = fields(version.clone(), hours, rate);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = town.admin.post(&path, &fields).await;
        assert_eq!(answer.location.is_some(), saved, "{hours} {rate}: {}", answer.text);
        let page = town.admin.get(&path).await;
        version = page.value("version");
        assert_eq!(page.value("least_hours_year"), if saved { "60" } else { "24" }, "{hours} {rate}");
    }
}
