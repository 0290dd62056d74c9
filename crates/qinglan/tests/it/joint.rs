//! Joint sessions: offered, answered, each unit with its own list; counted for each unit, and once for those above them all.

use axum::http::StatusCode;
use desk::{actor::Role, app::App};
use federation::{
    groups, people, scope,
    units::{self, actions::Addition},
};
use figures::metrics;
use kernel::{PersonId, RecordId, UnitId};
use qinglan::features::{
    activities::{self, State, Status, actions::Draft},
    offers::{self, Said},
};

use crate::{
    browser::{Answered, Browser, account},
    support::{On, Place, day, on_both},
    town::{new_person, unit},
};

on_both!(
    a_session_of_four_levels_and_two_outside_counts_for_each_and_once_above,
    a_unit_answers_and_changes_its_mind_until_the_session_is_held,
    who_is_named_is_due_and_sees_the_session,
    a_partners_secretary_marks_its_own_people_and_no_others,
    a_list_handed_in_late_books_only_its_own_rows,
    a_unit_whose_people_were_present_is_not_removed,
    outside_organisations_are_created_once_and_the_host_answers_for_them,
    offers_are_listed_for_those_whom_they_concern,
    a_head_count_that_was_typed_stays,
);

/// City, two districts, a street, a community, with people in each; the session's day is today.
struct World {
    app: App,
    city: UnitId,
    district: UnitId,
    beside: UnitId,
    street: UnitId,
    community: UnitId,
    people: Vec<(UnitId, Vec<PersonId>)>,
    /// Secretary of the district that hosts the session.
    host: Browser,
    /// Administrator.
    admin: Browser,
    activity: RecordId,
}

const TODAY: &str = "2026-01-05";

async fn staff(app: &App, unit: UnitId, names: &[&str]) -> (UnitId, Vec<PersonId>) {
    let new = names.iter().map(|name| new_person(name, unit)).collect();
    (unit, people::actions::add_all(app, &app.operator(), new, day("2025-01-01")).await.unwrap())
}

async fn announced(app: &App, title: &str, host: UnitId) -> RecordId {
    let mut draft = Draft::new("joint_study", title, day(TODAY), host);
    draft.activity.state = State::Announced;
    activities::actions::add(app, &app.operator(), draft).await.unwrap()
}

impl World {
    async fn new(place: &Place) -> Self {
        let app = place.open().await;
        let city = unit(&app, "青蓝市", "city", None).await;
        let district = unit(&app, "澄江区", "district", Some(city)).await;
        let beside = unit(&app, "江北区", "district", Some(city)).await;
        let street = unit(&app, "古沟街道", "street", Some(district)).await;
        let community = unit(&app, "柳岸社区", "community", Some(street)).await;
        let people = vec![
            staff(&app, city, &["孟晓宁", "李若彤"]).await,
            staff(&app, district, &["王一诺", "赵思涵", "陈佳宁"]).await,
            staff(&app, beside, &["周文静"]).await,
            staff(&app, street, &["郑梦曦", "何雨桐"]).await,
            staff(&app, community, &["邓欣芳", "许可心", "宋雨桐"]).await,
        ];
        scope::places::refresh(&app).await.unwrap();
        account(&app, "admin", Some((Role::Administrator, None, None)), None).await;
        let group = default_group(&app, district).await;
        account(&app, "host", Some((Role::Leader, None, Some(group))), None).await;
        let activity = announced(&app, "四级联学", district).await;
        let host = Browser::signed_in(&app, "host").await;
        let admin = Browser::signed_in(&app, "admin").await;
        Self { app, city, district, beside, street, community, people, host, admin, activity }
    }

    fn of(&self, unit: UnitId) -> &[PersonId] {
        &self.people.iter().find(|(of, _)| *of == unit).unwrap().1
    }

    /// A browser of the leader of a unit's group.
    async fn leader(&self, name: &str, unit: UnitId) -> Browser {
        let group = default_group(&self.app, unit).await;
        account(&self.app, name, Some((Role::Leader, None, Some(group))), None).await;
        Browser::signed_in(&self.app, name).await
    }

    async fn offer(&mut self, units: &[UnitId], outside: &str) {
        let path = format!("/joint/call/{}", self.activity);
        let ids: Vec<String> = units.iter().map(ToString::to_string).collect();
        let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("unit", id.as_str())).collect();
        fields.extend([("outside", outside), ("do", "offer")]);
        let answer = self.host.post(&path, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }

    async fn offers(&self) -> Vec<offers::Offer> {
        offers::store::of_activity(&self.app.db, self.activity).await.unwrap()
    }

    async fn offer_of(&self, unit: UnitId) -> offers::Offer {
        self.offers().await.into_iter().find(|offer| offer.unit == unit).unwrap()
    }

    async fn outside(&self, name: &str) -> UnitId {
        let all = units::store::outside(&self.app.db).await.unwrap();
        let mut found = all.into_iter().filter(|unit| unit.name == name);
        let one = found.next().unwrap();
        assert!(found.next().is_none(), "{name} is there once");
        one.id
    }

    async fn activity(&self) -> activities::Activity {
        activities::store::by_ids(&self.app.db, &[self.activity]).await.unwrap().remove(0)
    }

    async fn figure(&self, unit: UnitId, key: &str) -> i64 {
        let period = kernel::Period::new(day("2026-01-01"), day("2026-12-31")).unwrap();
        let books = metrics::open(&self.app, unit, period, None, None).await.unwrap();
        let metric = self.app.metrics().get(key).unwrap();
        books.value(&metric, unit, period, &ledger::Filter::default()).unwrap().value.count()
    }

    async fn figures(&self, key: &str) -> Vec<i64> {
        let mut figures = Vec::new();
        for unit in [self.city, self.district, self.beside, self.street, self.community] {
            figures.push(self.figure(unit, key).await);
        }
        figures
    }

    async fn reconciled(&self) {
        assert!(self.app.reconcile().await.unwrap().faults.is_empty());
    }

    fn roll(&self) -> String {
        format!("/activities/{}/attendance", self.activity)
    }
}

async fn default_group(app: &App, unit: UnitId) -> kernel::GroupId {
    groups::store::default_groups(&app.db, &[unit]).await.unwrap()[&unit].id
}

async fn say(browser: &mut Browser, offer: &offers::Offer, what: &str, word: &str) -> Answered {
    let version = offer.version.to_string();
    let fields = [("version", version.as_str()), ("word", word), ("do", what)];
    browser.post(&format!("/joint/{}/answer", offer.id), &fields).await
}

/// Sends a roll's form with these marks.
async fn mark(
    browser: &mut Browser,
    path: &str,
    marks: &[(PersonId, &str)],
    press: &str,
    more: &[(&str, &str)],
) -> Answered {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    send(browser, path, &page, marks, press, more).await
}

async fn send(
    browser: &mut Browser,
    path: &str,
    page: &Answered,
    marks: &[(PersonId, &str)],
    press: &str,
    more: &[(&str, &str)],
) -> Answered {
    let names: Vec<String> = marks.iter().map(|(person, _)| format!("status-{person}")).collect();
    let (version, was) = (page.value("version"), page.value("was"));
    let mut fields = vec![("version", version.as_str()), ("was", was.as_str()), ("do", press)];
    fields.extend(names.iter().zip(marks).map(|(name, (_, status))| (name.as_str(), *status)));
    fields.extend(more);
    browser.post(path, &fields).await
}

async fn a_session_of_four_levels_and_two_outside_counts_for_each_and_once_above(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let (city, street, community, beside) = (world.city, world.street, world.community, world.beside);
    world.offer(&[city, street, community, beside], "市青年志愿者协会\n澄江中学").await;
    let offers = world.offers().await;
    assert_eq!(offers.len(), 6);
    let mut admin = world.admin.clone();
    for offer in &offers {
        let what = if offer.unit == beside { "no" } else { "yes" };
        let answer = say(&mut admin, offer, what, "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }
    for (name, guests) in [("市青年志愿者协会", "12"), ("澄江中学", "30")] {
        let offer = world.offer_of(world.outside(name).await).await;
        let version = offer.version.to_string();
        let fields = [("version", version.as_str()), ("guests", guests), ("contact", "刘老师")];
        let answer = world.host.post(&format!("/joint/{}/guests", offer.id), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }
    // The street hands in its list before the session is confirmed; the host marks the city's people; the community is late.
    let offer = world.offer_of(street).await.id;
    let mut keeper = world.leader("street", street).await;
    let own: Vec<(PersonId, &str)> = world.of(street).iter().map(|person| (*person, "on_time")).collect();
    let done = mark(&mut keeper, &format!("/joint/{offer}/roll"), &own, "hand_in", &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(
        world.figures("activities.occasions").await,
        [0; 5],
        "handing in books nothing before the host confirms"
    );
    let roll = world.roll();
    let page = world.host.get(&roll).await;
    assert!(page.text.contains("已交名单：") && page.text.contains("古沟街道"), "{}", page.text);
    assert!(page.text.contains("还没交名单：") && page.text.contains("实到加来宾 42 人"), "{}", page.text);
    let mut marks: Vec<(PersonId, &str)> = world.of(world.district).iter().map(|person| (*person, "on_time")).collect();
    marks[2].1 = "leave";
    marks.extend(world.of(city).iter().map(|person| (*person, "late")));
    let asked = send(&mut world.host, &roll, &page, &marks, "confirm", &[("count_guests", "on")]).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.text.contains("还有 3 人未登记") && asked.text.contains("没交的单位以后补交"), "{}", asked.text);
    let done = send(&mut world.host, &roll, &asked, &[], "without", &[("count_guests", "on")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);

    // 场: one for each unit that took part, one for those above them all; a unit that declined has none.
    assert_eq!(world.figures("activities.occasions").await, [1, 1, 0, 1, 1]);
    assert_eq!(world.figures("activities.person_times").await, [6, 4, 0, 2, 0], "the community's list is missing");
    assert_eq!(world.figure(city, "activities.audience").await, 6 + 42);
    let offer = world.offer_of(community).await.id;
    let mut keeper = world.leader("community", community).await;
    let own: Vec<(PersonId, &str)> =
        world.of(community).iter().copied().zip(["on_time", "on_time", "absent"]).collect();
    let done = mark(&mut keeper, &format!("/joint/{offer}/roll"), &own, "hand_in", &[("reason", "补交名单")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);

    assert_eq!(world.figures("activities.occasions").await, [1, 1, 0, 1, 1]);
    assert_eq!(world.figures("activities.person_times").await, [8, 6, 0, 4, 2]);
    assert_eq!(world.figures("activities.persons").await, [8, 6, 0, 4, 2]);
    // The audience is computed from those present and the guests, for the host and those above it only.
    assert_eq!(world.figures("activities.audience").await, [50, 50, 0, 0, 0]);
    let activity = world.activity().await;
    assert_eq!((activity.linkage.as_str(), activity.levels), ("both", 4));
    for name in ["市青年志愿者协会", "澄江中学"] {
        let outside = world.outside(name).await;
        for key in ["activities.occasions", "activities.person_times", "activities.audience"] {
            assert_eq!(world.figure(outside, key).await, 0, "{name}: {key}");
        }
    }
    assert_eq!(world.figure(city, "activities.units").await, 4);
    world.reconciled().await;

    // 作废 reverses all of it.
    activities::actions::void(&world.app, &world.app.operator(), world.activity, "重复登记").await.unwrap();
    for key in ["activities.occasions", "activities.person_times", "activities.persons", "activities.audience"] {
        assert_eq!(world.figures(key).await, [0; 5], "{key}");
    }
    world.reconciled().await;
}

async fn a_unit_answers_and_changes_its_mind_until_the_session_is_held(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    world.offer(&[world.street], "").await;
    // Offered again while the unit hasn't answered: nobody is asked twice.
    world.offer(&[world.street], "").await;
    assert_eq!(world.offers().await.len(), 1);
    let mut keeper = world.leader("street", world.street).await;
    let home = keeper.get("/").await;
    assert!(home.text.contains("答复邀请：四级联学"), "{}", home.text);
    let offer = world.offer_of(world.street).await;
    let shown = keeper.get(&format!("/joint/{}", offer.id)).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);

    assert_eq!(say(&mut keeper, &offer, "yes", "准时到").await.status, StatusCode::SEE_OTHER);
    let named =
        |activity: &activities::Activity| activity.partners.iter().any(|one| one.unit == world.street && one.named);
    assert!(named(&world.activity().await));
    assert_eq!(world.activity().await.linkage.as_str(), "vertical");
    // The same form once more is harmless; an outdated form with another answer is refused.
    assert_eq!(say(&mut keeper, &offer, "yes", "准时到").await.status, StatusCode::SEE_OTHER);
    let late = say(&mut keeper, &offer, "left", "").await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
    assert!(named(&world.activity().await));
    let offer = world.offer_of(world.street).await;
    assert_eq!(say(&mut keeper, &offer, "left", "有检查").await.status, StatusCode::SEE_OTHER);
    assert!(!named(&world.activity().await));
    let offer = world.offer_of(world.street).await;
    assert_eq!((offer.said, offer.word.as_deref()), (Said::Left, Some("有检查")));
    assert_eq!(say(&mut keeper, &offer, "yes", "").await.status, StatusCode::SEE_OTHER);

    // The host removes the unit with the form of the activity: the offer follows.
    let mut draft = activities::actions::draft_of(&world.app, world.activity).await.unwrap();
    draft.partners.clear();
    activities::actions::edit(&world.app, &world.app.operator(), draft, None).await.unwrap();
    assert_eq!(world.offer_of(world.street).await.said, Said::Left);
    // Once it is held, it can't be answered any more.
    let district = world.of(world.district).to_vec();
    let all: Vec<(PersonId, &str)> = district.iter().map(|person| (*person, "on_time")).collect();
    let roll = world.roll();
    assert_eq!(mark(&mut world.host, &roll, &all, "confirm", &[]).await.status, StatusCode::SEE_OTHER);
    let offer = world.offer_of(world.street).await;
    let refused = say(&mut keeper, &offer, "yes", "还想来").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("已举办：要改参加单位"), "{}", refused.text);
    assert_eq!(world.figure(world.street, "activities.occasions").await, 0);
    world.reconciled().await;
}

async fn who_is_named_is_due_and_sees_the_session(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let (street, community) = (world.street, world.community);
    world.offer(&[community], "").await;
    let members = world.of(community).to_vec();
    account(&world.app, "first", None, Some(members[0])).await;
    account(&world.app, "second", None, Some(members[1])).await;
    let mut keeper = world.leader("community", community).await;
    let offer = world.offer_of(community).await;
    say(&mut keeper, &offer, "yes", "").await;
    let due = async |world: &World| -> Vec<PersonId> {
        let activity = world.activity().await;
        let due = activities::roll::due(&world.app.db, &activity).await.unwrap();
        due.into_iter().filter(|(_, unit)| *unit == community).map(|(person, _)| person).collect()
    };
    assert_eq!(due(&world).await.len(), 3, "the whole group");
    let name = async |browser: &mut Browser, version: i64, people: &[PersonId]| {
        let (version, ids): (_, Vec<String>) = (version.to_string(), people.iter().map(ToString::to_string).collect());
        let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("person", id.as_str())).collect();
        fields.push(("version", &version));
        browser.post(&format!("/joint/{}/people", offer.id), &fields).await
    };
    let version = world.offer_of(community).await.version;
    let outsider = world.of(street)[0];
    let refused = name(&mut keeper, version, &[members[0], outsider]).await;
    assert!(refused.text.contains("不在本单位的小组里"), "{}", refused.text);
    assert!(name(&mut keeper, version, &[]).await.text.contains("一个人也没有选"));
    assert_eq!(due(&world).await.len(), 3);
    assert_eq!(name(&mut keeper, version, &members[..1]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(due(&world).await, members[..1]);
    let path = format!("/activities/{}", world.activity);
    for (member, sees) in [("first", StatusCode::OK), ("second", StatusCode::NOT_FOUND)] {
        let mut browser = Browser::signed_in(&world.app, member).await;
        assert_eq!(browser.get(&path).await.status, sees, "{member}");
    }
    // A merged person stays named; naming everyone is the same as naming nobody.
    let double = staff(&world.app, community, &["邓欣芳"]).await.1[0];
    people::actions::merge(&world.app, &world.app.operator(), members[0], double).await.unwrap();
    assert_eq!(due(&world).await, [double]);
    let version = world.offer_of(community).await.version;
    assert_eq!(name(&mut keeper, version, &[double, members[1], members[2]]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(due(&world).await.len(), 3);
}

async fn a_partners_secretary_marks_its_own_people_and_no_others(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let (street, community) = (world.street, world.community);
    world.offer(&[street, community], "").await;
    let mut keeper = world.leader("community", community).await;
    let mut other = world.leader("street", street).await;
    let offer = world.offer_of(community).await;
    let roll = format!("/joint/{}/roll", offer.id);
    let early = keeper.get(&roll).await;
    assert!(early.text.contains("还没有答复参加"), "{}", early.text);
    say(&mut keeper, &offer, "yes", "").await;
    let of_street = world.offer_of(street).await;
    say(&mut other, &of_street, "yes", "").await;
    let page = keeper.get(&roll).await;
    assert!(
        page.text.contains("邓欣芳") && !page.text.contains("郑梦曦") && !page.text.contains("王一诺"),
        "{}",
        page.text
    );
    assert!(page.text.contains("古沟街道") && page.text.contains("应到 2 人"), "{}", page.text);
    // Somebody else's offer is refused as unknown, and so are the activity's own pages.
    assert_eq!(other.get(&roll).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.post(&roll, &[("do", "hand_in")]).await.status, StatusCode::NOT_FOUND);
    for path in [world.roll(), format!("/activities/{}/edit", world.activity)] {
        assert_eq!(keeper.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(
        keeper.post(&format!("/activities/{}/void", world.activity), &[("reason", "x")]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(keeper.get(&format!("/joint/call/{}", world.activity)).await.status, StatusCode::FORBIDDEN);
    // A forged form with somebody of another unit is refused, and so is one with the host's own people.
    let foreign = [(world.of(street)[0], "on_time"), (world.of(community)[0], "on_time")];
    let refused = send(&mut keeper, &roll, &page, &foreign, "save", &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    let host = [(world.of(world.district)[0], "absent")];
    assert_eq!(send(&mut keeper, &roll, &page, &host, "hand_in", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.host.get(&roll).await.status, StatusCode::FORBIDDEN, "the host has a roll of its own");
    // Not everyone is marked yet: the page asks, nothing is assumed.
    let open = send(&mut keeper, &roll, &page, &[(world.of(community)[0], "on_time")], "hand_in", &[]).await;
    assert_eq!(open.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(open.text.contains("还有 2 人未登记") && world.offer_of(community).await.handed_in_at.is_none());
    let done = send(&mut keeper, &roll, &open, &[], "absent", &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert!(world.offer_of(community).await.handed_in_at.is_some());
    assert!(world.activity().await.attendance.is_empty(), "nothing is booked before the host confirms");
    // Somebody of the unit who isn't in its group can be added by name; a stranger can't.
    let unknown = mark(&mut keeper, &roll, &[], "save", &[("person", "郑梦曦")]).await;
    assert!(unknown.text.contains("本单位没有“郑梦曦”"), "{}", unknown.text);
    let of_list = world.of(community).to_vec();
    let host_roll = world.roll();
    let district: Vec<(PersonId, &str)> = world.of(world.district).iter().map(|person| (*person, "on_time")).collect();
    let done = mark(&mut world.host, &host_roll, &district, "absent", &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let held = world.activity().await;
    let status = |person: PersonId| held.attendance.iter().find(|one| one.person == person).unwrap().status;
    assert_eq!(
        of_list.iter().map(|person| status(*person)).collect::<Vec<_>>(),
        [Status::OnTime, Status::Absent, Status::Absent]
    );
    world.reconciled().await;
}

async fn a_list_handed_in_late_books_only_its_own_rows(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let (street, community) = (world.street, world.community);
    world.offer(&[street, community], "").await;
    let mut keeper = world.leader("community", community).await;
    for offer in world.offers().await {
        say(&mut world.admin, &offer, "yes", "").await;
    }
    let host_roll = world.roll();
    let district: Vec<(PersonId, &str)> = world.of(world.district).iter().map(|person| (*person, "on_time")).collect();
    let done = mark(&mut world.host, &host_roll, &district, "without", &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let roll = format!("/joint/{}/roll", world.offer_of(community).await.id);
    let first = keeper.get(&roll).await;
    assert!(first.text.contains("直接计入账本") && first.text.contains("许可心"), "{}", first.text);
    let stale = keeper.get(&roll).await;
    let own = world.of(community).to_vec();
    let all: Vec<(PersonId, &str)> = own.iter().map(|person| (*person, "on_time")).collect();
    let done = send(&mut keeper, &roll, &first, &all, "hand_in", &[("reason", "补交")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(world.figures("activities.person_times").await, [6, 6, 0, 3, 3]);
    // An outdated form is refused and nothing of it is booked; its marks are stored.
    let conflict = send(&mut keeper, &roll, &stale, &[(own[0], "absent")], "hand_in", &[]).await;
    assert_eq!(conflict.status, StatusCode::CONFLICT, "{}", conflict.text);
    assert_eq!(world.figures("activities.person_times").await, [6, 6, 0, 3, 3]);
    let done = send(&mut keeper, &roll, &conflict, &[], "hand_in", &[("reason", "记错了")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(world.figures("activities.person_times").await, [5, 5, 0, 2, 2], "corrected for its own unit");
    let reversed = "select count(*) from ledger_entry where reverses is not null and unit_id <> $1";
    let others: Option<i64> = ledger::db::scalar(&world.app.db, reversed, vec![community.0.into()]).await.unwrap();
    assert_eq!(others, Some(0), "no entry of another unit was touched");
    world.reconciled().await;
    // Once it is closed, nothing more is accepted.
    activities::actions::close(&world.app, &world.app.operator(), world.activity).await.unwrap();
    let late = send(&mut keeper, &roll, &conflict, &[(own[1], "absent")], "hand_in", &[]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text.contains("已归档"), "{}", late.text);
    world.reconciled().await;
}

async fn a_unit_whose_people_were_present_is_not_removed(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let community = world.community;
    world.offer(&[community], "").await;
    let mut keeper = world.leader("community", community).await;
    let offer = world.offer_of(community).await;
    say(&mut keeper, &offer, "yes", "").await;
    let roll = format!("/joint/{}/roll", offer.id);
    let own = world.of(community).to_vec();
    let marks = [(own[0], "on_time"), (own[1], "leave"), (own[2], "absent")];
    assert_eq!(mark(&mut keeper, &roll, &marks, "save", &[]).await.status, StatusCode::SEE_OTHER);
    let offer = world.offer_of(community).await;
    let refused = say(&mut keeper, &offer, "left", "临时有事").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("邓欣芳") && refused.text.contains("先在本单位名单里改过来"), "{}", refused.text);
    assert_eq!(refused.value("word"), "临时有事", "nothing typed is lost");
    let back = world.host.post(&format!("/joint/{}/withdraw", offer.id), &[]).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "nor does the host take it out: {}", back.text);
    // Once the session is held, the refusal is the same, with what to do first.
    let host_roll = world.roll();
    let district: Vec<(PersonId, &str)> = world.of(world.district).iter().map(|person| (*person, "on_time")).collect();
    assert_eq!(mark(&mut world.host, &host_roll, &district, "confirm", &[]).await.status, StatusCode::SEE_OTHER);
    let before = world.activity().await;
    let offer = world.offer_of(community).await;
    let refused = say(&mut keeper, &offer, "left", "").await;
    assert!(refused.text.contains("先在本单位名单里更正并交上"), "{}", refused.text);
    assert_eq!(world.activity().await, before);
    assert_eq!(world.figure(community, "activities.occasions").await, 1);
    // After doing that, nobody was present, and the unit can leave, with its rows.
    let done = mark(&mut keeper, &roll, &[(own[0], "absent")], "hand_in", &[("reason", "记错了")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let offer = world.offer_of(community).await;
    let left = say(&mut keeper, &offer, "left", "没有去成").await;
    assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.text);
    assert_eq!(world.figure(community, "activities.occasions").await, 0);
    assert_eq!(world.figures("activities.person_times").await, [3, 3, 0, 0, 0]);
    assert_eq!(world.offer_of(community).await.said, Said::Left);
    world.reconciled().await;
}

async fn outside_organisations_are_created_once_and_the_host_answers_for_them(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let addition =
        Addition { name: "市检察院".to_owned(), level: None, parent: None, code: None, outside: true, from: None };
    let there = units::actions::add(&world.app, &world.app.operator(), addition).await.unwrap();
    world.offer(&[], "市检察院\n 青蓝大学 ").await;
    world.offer(&[], "青蓝大学").await;
    assert_eq!(world.offers().await.len(), 2);
    assert_eq!(world.outside("市检察院").await, there);
    let university = world.outside("青蓝大学").await;
    let path = format!("/joint/call/{}", world.activity);
    let odd = world.host.post(&path, &[("outside", "校"), ("do", "offer")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(odd.text.contains("外单位名称“校”不对") && odd.text.contains(">校</textarea>"), "{}", odd.text);
    // Guests before the answer are refused; a unit's secretary can't answer for the organisation.
    let offer = world.offer_of(university).await;
    let guests = format!("/joint/{}/guests", offer.id);
    let version = offer.version.to_string();
    let early = world.host.post(&guests, &[("version", &version), ("guests", "5")]).await;
    assert!(early.text.contains("先答复"), "{}", early.text);
    let mut stranger = world.leader("street", world.street).await;
    assert_eq!(stranger.get(&format!("/joint/{}", offer.id)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(say(&mut stranger, &offer, "yes", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(say(&mut world.host, &offer, "yes", "团委").await.status, StatusCode::SEE_OTHER);
    let version = world.offer_of(university).await.version.to_string();
    for (typed, told) in [("-1", "来宾人数 -1 不对"), ("很多", "很多")] {
        let refused =
            world.host.post(&guests, &[("version", &version), ("guests", typed), ("contact", "李老师")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains(told) && refused.text.contains("李老师"), "{}", refused.text);
    }
    // Offers to all units one level below with one button.
    let below = world.host.post(&path, &[("do", "below")]).await;
    assert_eq!(below.status, StatusCode::SEE_OTHER, "{}", below.text);
    assert_eq!(world.offer_of(world.street).await.said, Said::Nothing);
    assert_eq!(world.offers().await.len(), 3);
    let page = world.host.get(&path).await;
    assert!(page.text.contains("【联动邀请】四级联学") && page.text.contains("全部下级（1 个）"), "{}", page.text);
    world.reconciled().await;
}

async fn offers_are_listed_for_those_whom_they_concern(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    world.offer(&[world.street, world.community], "青蓝大学").await;
    let second = announced(&world.app, "读书接力", world.beside).await;
    let path = format!("/joint/call/{second}");
    let street = world.street.to_string();
    world.admin.post(&path, &[("unit", &street), ("do", "offer")]).await;
    let mut keeper = world.leader("street", world.street).await;
    let list = keeper.get("/joint").await;
    assert_eq!(list.text.matches("<td class=\"b c1\">").count(), 2, "its own two: {}", list.text);
    assert!(list.text.contains("读书接力") && !list.text.contains("青蓝大学"), "{}", list.text);
    let by_host = world.host.get("/joint?side=by").await;
    assert_eq!(by_host.text.matches("<td class=\"b c1\">").count(), 3, "{}", by_host.text);
    assert!(!by_host.text.contains("读书接力"));
    assert_eq!(world.host.get("/joint?side=to").await.text.matches("<td class=\"b c1\">").count(), 0);
    let found = world.admin.get("/joint?q=%E8%AF%BB%E4%B9%A6&state=offered&order=unit").await;
    assert_eq!(found.text.matches("<td class=\"b c1\">").count(), 1, "{}", found.text);
    let sheet = keeper.get("/joint/export").await;
    assert_eq!(sheet.status, StatusCode::OK);
    assert!(sheet.bytes.starts_with(b"PK"));
    // A draft's offers are shown to its host only.
    let mut draft = Draft::new("joint_study", "还没定", day(TODAY), world.district);
    draft.activity.state = State::Draft;
    let draft = activities::actions::add(&world.app, &world.app.operator(), draft).await.unwrap();
    world.host.post(&format!("/joint/call/{draft}"), &[("unit", &street), ("do", "offer")]).await;
    assert!(!keeper.get("/joint").await.text.contains("还没定"));
    assert!(world.host.get("/joint").await.text.contains("还没定"));
    let hidden = offers::store::of_activity(&world.app.db, draft).await.unwrap()[0].id;
    assert_eq!(keeper.get(&format!("/joint/{hidden}")).await.status, StatusCode::NOT_FOUND);
    let mut english = keeper.clone();
    english.post("/account", &[("display", "街道"), ("language", "en"), ("theme", "auto")]).await;
    for path in ["/joint".to_owned(), format!("/joint/{}", world.offer_of(world.street).await.id), "/".to_owned()] {
        assert_eq!(english.get(&path).await.status, StatusCode::OK, "{path}");
    }
}

async fn a_head_count_that_was_typed_stays(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let community = world.community;
    let mut draft = activities::actions::draft_of(&world.app, world.activity).await.unwrap();
    draft.activity.audience = Some(4);
    activities::actions::edit(&world.app, &world.app.operator(), draft, None).await.unwrap();
    world.offer(&[community], "青蓝大学").await;
    for offer in world.offers().await {
        say(&mut world.admin, &offer, "yes", "").await;
    }
    let university = world.offer_of(world.outside("青蓝大学").await).await;
    let version = university.version.to_string();
    world.host.post(&format!("/joint/{}/guests", university.id), &[("version", &version), ("guests", "9")]).await;
    let roll = world.roll();
    let page = world.host.get(&roll).await;
    assert!(!page.text.contains("count_guests"), "a typed one is not asked about: {}", page.text);
    let district: Vec<(PersonId, &str)> = world.of(world.district).iter().map(|person| (*person, "on_time")).collect();
    let done = mark(&mut world.host, &roll, &district, "without", &[("count_guests", "on")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(world.activity().await.audience, Some(4));
    // One person more than the typed head-count: refused, and the marks are stored.
    let own: Vec<(PersonId, &str)> = world.of(community).iter().map(|person| (*person, "on_time")).collect();
    let mut keeper = world.leader("community", community).await;
    let path = format!("/joint/{}/roll", world.offer_of(community).await.id);
    let refused = mark(&mut keeper, &path, &own, "hand_in", &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("受众人次是 4，名单里实到有 6 人"), "{}", refused.text);
    assert_eq!(refused.value("was").matches("=on_time").count(), 3, "{}", refused.value("was"));
    assert_eq!(world.figure(community, "activities.person_times").await, 0);
    world.reconciled().await;
}
