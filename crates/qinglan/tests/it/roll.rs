//! The roll-call and check-in through their pages: no mark or scan is lost, nothing counts before it is confirmed.

use axum::http::StatusCode;
use desk::{actor::Role, app::App};
use federation::{groups, people};
use kernel::{GroupId, PersonId, RecordId, UnitId};
use qinglan::features::activities::{self, State, Status, actions::Draft};

use crate::{
    browser::{Answered, Browser, account},
    support::{On, Place, day, on_both},
    town::{new_person, unit},
};

on_both!(
    a_list_is_confirmed_once_and_an_outdated_form_is_reported,
    a_form_hands_in_only_what_was_changed_on_it,
    only_people_within_reach_come_onto_a_list,
    who_is_not_on_the_list_asks_to_join,
    a_scan_after_the_confirmation_changes_nothing,
    reasons_of_leave_are_for_the_leader_of_the_group,
    members_of_a_partner_see_the_session_and_are_due,
    marks_follow_a_person_who_is_merged,
    a_session_is_held_in_the_name_of_a_group_of_its_host,
    those_who_share_a_group_see_its_sessions,
    nobody_is_entered_by_a_roll_that_is_refused,
    what_was_made_up_stays_when_people_are_merged,
    a_user_who_overwrites_a_mark_is_told,
    a_void_session_says_why_to_those_who_keep_it,
    a_pasted_roll_call_is_checked_before_anybody_is_marked,
    a_refusal_linked_by_hand_is_not_one_of_the_rest,
    new_people_of_a_text_are_entered_with_its_marks_or_not_at_all
);

/// A street with two communities, four people in the first, two in the second; a leader, a secretary and two members.
pub(crate) struct World {
    pub(crate) app: App,
    second: UnitId,
    pub(crate) people: Vec<PersonId>,
    away: Vec<PersonId>,
    pub(crate) leader: Browser,
    pub(crate) secretary: Browser,
    pub(crate) member: Browser,
    pub(crate) stranger: Browser,
    activity: RecordId,
}

async fn staff(app: &App, unit: UnitId, names: &[&str]) -> Vec<PersonId> {
    let new = names.iter().map(|name| new_person(name, unit)).collect();
    people::actions::add_all(app, &app.operator(), new, day("2025-01-01")).await.expect("people")
}

async fn default_group(app: &App, unit: UnitId) -> GroupId {
    groups::store::default_groups(&app.db, &[unit]).await.expect("groups")[&unit].id
}

async fn announced(app: &App, title: &str, host: UnitId, partners: Vec<UnitId>) -> RecordId {
    let mut draft = Draft::new("study", title, day("2026-01-05"), host);
    draft.activity.state = State::Announced;
    draft.partners = partners;
    activities::actions::add(app, &app.operator(), draft).await.expect("an activity")
}

impl World {
    pub(crate) async fn new(place: &Place) -> Self {
        let app = place.open().await;
        let street = unit(&app, "青石街道", "street", None).await;
        let first = unit(&app, "柳岸社区", "community", Some(street)).await;
        let second = unit(&app, "松风社区", "community", Some(street)).await;
        let people = staff(&app, first, &["孟晓宁", "李若彤", "王一诺", "赵思涵"]).await;
        let away = staff(&app, second, &["陈佳宁", "周文静"]).await;
        federation::scope::places::refresh(&app).await.expect("places");
        let group = default_group(&app, first).await;
        account(&app, "leader", Some((Role::Leader, None, Some(group))), None).await;
        account(&app, "secretary", Some((Role::Secretary, Some(street), None)), None).await;
        account(&app, "member", None, Some(people[0])).await;
        account(&app, "stranger", None, Some(away[0])).await;
        let activity = announced(&app, "集中学习", first, vec![]).await;
        Self {
            leader: Browser::signed_in(&app, "leader").await,
            secretary: Browser::signed_in(&app, "secretary").await,
            member: Browser::signed_in(&app, "member").await,
            stranger: Browser::signed_in(&app, "stranger").await,
            app,
            second,
            people,
            away,
            activity,
        }
    }

    pub(crate) fn roll(&self) -> String {
        format!("/activities/{}/attendance", self.activity)
    }

    async fn attendance(&self) -> Vec<(PersonId, Status)> {
        let activity = activities::store::by_ids(&self.app.db, &[self.activity]).await.expect("read").remove(0);
        activity.attendance.iter().map(|attended| (attended.person, attended.status)).collect()
    }

    /// Opens the check-in and returns the address in the board's code.
    async fn scan_address(&mut self) -> String {
        let opened = self.leader.post(&format!("/activities/{}/check-in", self.activity), &[]).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
        // Whatever the address of the board contains, the code leads to this server.
        let board = self.leader.get(&format!("/activities/{}/board?base=http://evil.example", self.activity)).await;
        let address = board.text.split("data-address=\"").nth(1).and_then(|rest| rest.split('"').next());
        let address = address.expect("a code").replace("&#x2f;", "/");
        assert!(!address.contains("evil.example"), "{address}");
        address[address.find("/check-in/").expect("a path")..].to_owned()
    }
}

/// The fields that a form of the roll submits: the status of each person, with the value when the page was made.
fn form(page: &Answered, marks: &[(PersonId, &str)], press: &str) -> Vec<(String, String)> {
    let was = page.value("was");
    let mut fields = vec![
        ("version".to_owned(), page.value("version")),
        ("was".to_owned(), was.clone()),
        ("do".to_owned(), press.to_owned()),
    ];
    for (person, stood) in was.split(' ').filter_map(|one| one.split_once('=')) {
        let chosen = marks.iter().find(|(id, _)| id.0.to_string() == person).map(|(_, status)| *status);
        let (status, beside) = stood.split_once('/').unwrap_or((stood, ""));
        fields.push((format!("status-{person}"), chosen.unwrap_or(status).to_owned()));
        if status == "made_up" && chosen.is_none() {
            fields.push((format!("made_up-{person}"), beside.to_owned()));
        }
        if page.text.contains(&format!("name=\"reason-{person}\"")) {
            fields
                .push((format!("reason-{person}"), if status == "leave" { beside.to_owned() } else { String::new() }));
        }
    }
    fields
}

pub(crate) async fn send(browser: &mut Browser, path: &str, fields: &[(String, String)]) -> Answered {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(path, &fields).await
}

async fn a_list_is_confirmed_once_and_an_outdated_form_is_reported(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let roll = world.roll();
    let first = world.leader.get(&roll).await;
    let second = world.secretary.get(&roll).await;
    let all = |status| world.people.iter().map(|person| (*person, status)).collect::<Vec<_>>();
    let open = send(&mut world.leader, &roll, &form(&first, &all("on_time")[..3], "confirm")).await;
    assert_eq!(open.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(open.text.contains("还有 1 人未登记"), "{}", open.text);
    assert_eq!(world.attendance().await, vec![], "nothing is assumed");
    let done = send(&mut world.leader, &roll, &form(&first, &all("on_time"), "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let stale = send(&mut world.secretary, &roll, &form(&second, &all("absent"), "confirm")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text.contains("刚被别人改过"));
    assert!(world.attendance().await.iter().all(|(_, status)| *status == Status::OnTime), "the first list stands");
    // The second user's marks are stored to be looked at again, and then confirmed.
    let again = send(&mut world.secretary, &roll, &form(&stale, &[], "confirm")).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
    assert!(world.attendance().await.iter().all(|(_, status)| *status == Status::Absent));
}

async fn a_form_hands_in_only_what_was_changed_on_it(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let roll = world.roll();
    let before = world.leader.get(&roll).await;
    let address = world.scan_address().await;
    let scanned = world.member.post(&address, &[]).await;
    assert!(scanned.text.contains("已签到"), "{}", scanned.text);
    // The page was opened before the scan: saving it removes nothing.
    let marks = [(world.people[1], "leave")];
    assert_eq!(send(&mut world.leader, &roll, &form(&before, &marks, "save")).await.status, StatusCode::SEE_OTHER);
    let now = world.leader.get(&roll).await;
    assert!(now.value("was").contains(&format!("{}=on_time", world.people[0])), "{}", now.value("was"));
    assert!(now.value("was").contains(&format!("{}=leave", world.people[1])));
    assert_eq!(world.attendance().await, vec![], "marks book nothing");
    // Nor does “the rest are absent”.
    let done = send(&mut world.leader, &roll, &form(&before, &[], "absent")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let expected: Vec<(PersonId, Status)> = {
        let status = [Status::OnTime, Status::Leave, Status::Absent, Status::Absent];
        let mut each: Vec<_> = world.people.iter().copied().zip(status).collect();
        each.sort();
        each
    };
    assert_eq!(world.attendance().await, expected);
    assert!(ledger_is_clean(&world.app).await);
}

async fn ledger_is_clean(app: &App) -> bool {
    app.reconcile().await.expect("reconciled").faults.is_empty()
}

async fn only_people_within_reach_come_onto_a_list(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let roll = world.roll();
    let page = world.leader.get(&roll).await;
    let mut fields = form(&page, &[], "save");
    fields.push(("person_id".to_owned(), world.away[0].to_string()));
    let refused = send(&mut world.leader, &roll, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("不在参加的单位里"), "{}", refused.text);
    let mut fields = form(&page, &[], "save");
    fields.push((format!("status-{}", world.away[0]), "on_time".to_owned()));
    assert_eq!(send(&mut world.leader, &roll, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The secretary maintains both communities; a name is enough if it is unambiguous.
    let mut fields = form(&page, &[], "save");
    fields.push(("person_id".to_owned(), world.away[0].to_string()));
    assert_eq!(send(&mut world.secretary, &roll, &fields).await.status, StatusCode::SEE_OTHER);
    let page = world.leader.get(&roll).await;
    let mut fields = form(&page, &[(world.people[2], "late")], "save");
    fields.push(("person".to_owned(), "周文敬".to_owned()));
    let unknown = send(&mut world.leader, &roll, &fields).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.text.contains("没有“周文敬”") && unknown.text.contains("value=\"周文敬\""), "{}", unknown.text);
    assert!(unknown.value("was").contains(&format!("{}=late", world.people[2])), "no mark is lost");
    // A new person sent twice is one person.
    for _ in 0..2 {
        let page = world.leader.get(&roll).await;
        let mut fields = form(&page, &[], "save");
        fields.push(("new_name".to_owned(), "宋雨桐".to_owned()));
        assert_eq!(send(&mut world.leader, &roll, &fields).await.status, StatusCode::SEE_OTHER);
    }
    let page = world.leader.get(&roll).await;
    assert_eq!(page.text.matches("data-name=\"宋雨桐\"").count(), 1);
    // Somebody added by mistake can be removed from the list.
    let off = form(&page, &[(world.away[0], "off")], "save");
    assert_eq!(send(&mut world.leader, &roll, &off).await.status, StatusCode::SEE_OTHER);
    assert!(!world.leader.get(&roll).await.text.contains("data-name=\"陈佳宁\""));
}

async fn who_is_not_on_the_list_asks_to_join(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let roll = world.roll();
    let address = world.scan_address().await;
    let asked = world.stranger.post(&address, &[]).await;
    assert!(asked.text.contains("名单里没有你"), "{}", asked.text);
    let joined = world.stranger.post(&address, &[("join", "on")]).await;
    assert!(joined.text.contains("已申请加入") && joined.text.contains("组织者同意后"), "{}", joined.text);
    let page = world.leader.get(&roll).await;
    assert!(page.text.contains("1 人扫码申请加入") && page.text.contains("data-count=\"due\">4<"), "{}", page.text);
    let marks: Vec<_> = world.people.iter().map(|person| (*person, "on_time")).collect();
    let undecided = send(&mut world.leader, &roll, &form(&page, &marks, "absent")).await;
    assert_eq!(undecided.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(undecided.text.contains("还有 1 人申请加入"), "{}", undecided.text);
    assert_eq!(world.attendance().await, vec![]);
    let decided = form(&undecided, &[(world.away[0], "observer")], "confirm");
    assert_eq!(send(&mut world.leader, &roll, &decided).await.status, StatusCode::SEE_OTHER);
    assert!(world.attendance().await.contains(&(world.away[0], Status::Observer)));
    // Removed from a confirmed list, the person is no longer on it.
    let page = world.leader.get(&roll).await;
    let off = form(&page, &[(world.away[0], "off")], "confirm");
    assert_eq!(send(&mut world.leader, &roll, &off).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.attendance().await.len(), 4);
    assert!(ledger_is_clean(&world.app).await);
}

async fn a_scan_after_the_confirmation_changes_nothing(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let roll = world.roll();
    let address = world.scan_address().await;
    assert!(world.member.post(&address, &[]).await.text.contains("已签到"));
    assert!(world.member.post(&address, &[]).await.text.contains("你已经签过到了"), "once more is harmless");
    let page = world.leader.get(&roll).await;
    assert_eq!(send(&mut world.leader, &roll, &form(&page, &[], "absent")).await.status, StatusCode::SEE_OTHER);
    let late = world.stranger.post(&address, &[("join", "on")]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text.contains("签到已截止"), "{}", late.text);
    assert!(world.member.post(&address, &[]).await.text.contains("你已经签过到了"));
    let marks: Option<i64> =
        ledger::db::scalar(&world.app.db, "select count(*) from roll_mark", vec![]).await.expect("counted");
    assert_eq!(marks, Some(0));
    // An activity on another day can't open a check-in.
    let mut draft = Draft::new("study", "读书分享", day("2026-01-09"), world.second);
    draft.activity.state = State::Announced;
    let other = activities::actions::add(&world.app, &world.app.operator(), draft).await.expect("an activity");
    let refused = world.secretary.post(&format!("/activities/{other}/check-in"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("签到在活动当天"), "{}", refused.text);
}

async fn reasons_of_leave_are_for_the_leader_of_the_group(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let roll = world.roll();
    let page = world.leader.get(&roll).await;
    let marks: Vec<_> = world.people.iter().map(|person| (*person, "on_time")).skip(1).collect();
    let mut fields = form(&page, &[marks, vec![(world.people[0], "leave")]].concat(), "confirm");
    let reason = format!("reason-{}", world.people[0]);
    fields.retain(|(name, _)| *name != reason);
    fields.push((reason.clone(), "ill".to_owned()));
    let done = send(&mut world.leader, &roll, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let own = format!("{}=leave/ill", world.people[0]);
    assert!(world.leader.get(&roll).await.value("was").contains(&own));
    let others = world.secretary.get(&roll).await;
    assert!(!others.text.contains("ill") || !others.value("was").contains("/ill"), "{}", others.value("was"));
    assert!(!others.text.contains(&reason));
    // A user who doesn't see the reason can't delete it.
    let late_form = form(&others, &[(world.people[1], "late")], "confirm");
    assert_eq!(send(&mut world.secretary, &roll, &late_form).await.status, StatusCode::SEE_OTHER);
    assert!(world.leader.get(&roll).await.value("was").contains(&own));
    // Nor can such a user set one, whatever is sent.
    let mut forged = form(&world.secretary.get(&roll).await, &[], "confirm");
    forged.push((reason.clone(), "private".to_owned()));
    assert_eq!(send(&mut world.secretary, &roll, &forged).await.status, StatusCode::SEE_OTHER);
    assert!(world.leader.get(&roll).await.value("was").contains(&own));
    // The person sees it, and it is in the person's export.
    assert!(world.member.get("/my").await.text.contains("病假"));
    assert!(world.member.get("/my/export").await.text.contains("\"reason\": \"ill\""));
    assert!(!world.secretary.get(&format!("/people/{}", world.people[0])).await.text.contains("病假"));
}

async fn members_of_a_partner_see_the_session_and_are_due(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let alone = world.stranger.get(&format!("/activities/{}", world.activity)).await;
    assert_eq!(alone.status, StatusCode::NOT_FOUND);
    let host = activities::store::by_ids(&world.app.db, &[world.activity]).await.expect("read")[0].host;
    let joint = announced(&world.app, "联学活动", host, vec![world.second]).await;
    assert_eq!(world.stranger.get(&format!("/activities/{joint}")).await.status, StatusCode::OK);
    assert!(world.stranger.get("/my").await.text.contains("联学活动"));
    assert!(world.stranger.get("/activities").await.text.contains("联学活动"));
    world.activity = joint;
    let address = world.scan_address().await;
    assert!(world.stranger.post(&address, &[]).await.text.contains("已签到"));
}

async fn marks_follow_a_person_who_is_merged(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let roll = world.roll();
    let page = world.leader.get(&roll).await;
    let marks = form(&page, &[(world.people[3], "late")], "save");
    assert_eq!(send(&mut world.leader, &roll, &marks).await.status, StatusCode::SEE_OTHER);
    let operator = world.app.operator();
    people::actions::merge(&world.app, &operator, world.people[3], world.people[2]).await.expect("merged");
    let page = world.leader.get(&roll).await;
    let was = page.value("was");
    assert!(was.contains(&format!("{}=late", world.people[2])) && !was.contains(&world.people[3].to_string()), "{was}");
}

#[tokio::test]
async fn a_list_is_sorted_and_paged_by_every_order() {
    let place = Place::new(On::Sqlite).await;
    let mut world = World::new(&place).await;
    let host = activities::store::by_ids(&world.app.db, &[world.activity]).await.expect("read")[0].host;
    for number in 0..44 {
        let at = if number % 2 == 0 { host } else { world.second };
        announced(&world.app, &format!("第{:02}场", (number * 7) % 44), at, vec![]).await;
    }
    for order in ["", "day", "-day", "rising", "title", "-title", "host", "-host", "present", "-present"] {
        let mut seen: Vec<String> = Vec::new();
        let mut path = format!("/activities?order={order}");
        for _ in 0..3 {
            let page = world.secretary.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{order}");
            let cells = page.text.split("class=\"b c1\">").skip(1);
            seen.extend(cells.filter_map(|cell| cell.split("href=\"").nth(1)?.split('"').next()).map(str::to_owned));
            let Some(next) =
                page.text.split("<a class=\"btn btn-sm btn-plain\" href=\"").find(|rest| rest.contains("rel=\"next\""))
            else {
                break;
            };
            path = next.split('"').next().expect("an address").replace("&amp;", "&").replace("&#x2f;", "/");
        }
        let once: std::collections::BTreeSet<&String> = seen.iter().collect();
        assert_eq!((seen.len(), once.len()), (45, 45), "{order}: each once");
    }
    let by_title = world.secretary.get("/activities?order=title").await.text;
    assert!(by_title.find("第00场") < by_title.find("第01场") && by_title.contains("aria-sort=\"ascending\""));
}

#[tokio::test]
async fn names_that_come_with_a_new_activity_are_marked_on_its_roll() {
    let place = Place::new(On::Sqlite).await;
    let mut world = World::new(&place).await;
    let line = "今天 14:00-16:00 集中学习 案例 参加：孟晓宁、周文静".to_owned();
    let line = web::Fields::from_pairs([("text", line)]).query_without(&[]);
    let quick = world.leader.get(&format!("/activities/quick?{line}")).await;
    let form = world.leader.get(&quick.location.expect("a form")).await;
    assert!(form.text.contains(">孟晓宁、周文静</textarea>"), "{}", form.text);
    let fields: Vec<(&str, String)> = ["title", "day", "time_from", "time_to", "type", "host_id", "once"]
        .map(|name| (name, if name == "type" { "study".to_owned() } else { form.value(name) }))
        .to_vec();
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([("as", "announced"), ("names", "孟晓宁、周文静、李若彤（请假）")]);
    let sent = world.leader.post("/activities", &fields).await;
    // They are shown as they were read, and nobody is marked yet.
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    assert!(sent.text.contains("认出的（2）") && sent.text.contains("周文静"), "{}", sent.text);
    let path =
        sent.text.split("action=\"").find_map(|rest| rest.split('"').next().filter(|path| path.ends_with("read")));
    let read = path.expect("a form").to_owned();
    let roll = read.trim_end_matches("/read").to_owned();
    let page = world.leader.get(&roll).await;
    assert!(page.value("was").contains(&format!("{}= ", world.people[0])), "{}", page.value("was"));
    let (first, second) = (format!("say-{}", world.people[0]), format!("say-{}", world.people[1]));
    let taken = world.leader.post(&read, &[("text", "孟晓宁"), (&first, "on_time"), (&second, "leave")]).await;
    assert_eq!(taken.location.as_deref(), Some(roll.as_str()), "{}", taken.text);
    let was = world.leader.get(&roll).await.value("was");
    assert!(
        was.contains(&format!("{}=on_time", world.people[0])) && was.contains(&format!("{}=leave", world.people[1])),
        "{was}"
    );
    // Sent twice it is one activity.
    assert_eq!(world.leader.post("/activities", &fields).await.location.as_deref(), Some(roll.as_str()));
}

#[tokio::test]
async fn what_a_line_leaves_open_is_asked_and_has_no_default() {
    let place = Place::new(On::Sqlite).await;
    let mut world = World::new(&place).await;
    for (line, told, day, kind) in [
        ("周三 走访慰问", "“周三”可能是", "", ""),
        ("2月30日 集中学习 案例", "没有“2月30日”这一天", "", "study"),
        ("今天 走访慰问", "没有认出类型", "2026-01-05", ""),
        ("今天 集中学习 案例", "名称是没有认出的部分：“案例”", "2026-01-05", "study"),
        ("集中学习 案例", "没有认出日期，先填了今天", "2026-01-05", "study"),
        ("今天下午 集中学习 案例", "“下午”没有钟点", "2026-01-05", "study"),
    ] {
        let query = web::Fields::from_pairs([("text", line)]).query_without(&[]);
        let quick = world.leader.get(&format!("/activities/quick?{query}")).await;
        let form = world.leader.get(&quick.location.expect("a form")).await;
        assert!(form.text.contains(told), "{line}: {}", form.text);
        assert_eq!(form.value("day"), day, "{line}");
        let types = form.text.split("<select").find(|part| part.contains("name=\"type\"")).expect("the types");
        let types = types.split("</select>").next().unwrap_or_default();
        let chosen = types.split("<option").find(|option| option.contains(" selected"));
        let code = chosen.and_then(|option| option.split("value=\"").nth(1)?.split('"').next()).unwrap_or_default();
        assert_eq!(code, kind, "{line}: {types}");
    }
}

/// The fields of the page that shows how a text was read, as they stand there.
pub(crate) fn read_fields(page: &Answered) -> Vec<(String, String)> {
    let form = page.text.split("attendance/read\"").nth(1).expect("the form").split("</form>").next().expect("its end");
    let mut fields = vec![("text".to_owned(), "接龙".to_owned())];
    for tag in form.split('<').filter(|tag| tag.starts_with("input") && !tag.contains("checkbox")) {
        let of = |name: &str| tag.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        if let (Some(name), Some(value)) = (of("name"), of("value")) {
            fields.push((name.to_owned(), value.to_owned()));
        }
    }
    for select in form.split("<select").skip(1) {
        let select = select.split("</select>").next().expect("its end");
        let name = select.split("name=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a name");
        let chosen = select.split("<option").find(|option| option.contains(" selected"));
        let value = chosen.and_then(|option| option.split("value=\"").nth(1)?.split('"').next()).unwrap_or_default();
        fields.push((name.to_owned(), value.to_owned()));
    }
    fields
}

async fn a_pasted_roll_call_is_checked_before_anybody_is_marked(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let (roll, people) = (world.roll(), world.people.clone());
    let (paste, read) = (format!("{roll}/paste"), format!("{roll}/read"));
    let page = world.leader.get(&roll).await;
    // 王一诺 was marked by hand before.
    let marks = form(&page, &[(people[2], "leave")], "save");
    assert_eq!(send(&mut world.leader, &roll, &marks).await.status, StatusCode::SEE_OTHER);
    let text = "1. 孟晓宁\n2. 李若彤 不参加\n3. 王一诺\n4. 宋雨桐\n其余都到";
    let shown = world.leader.post(&paste, &[("paste", text)]).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    for told in
        ["认出的（1）", "要你定的（2）", "李若彤 不参加", "已登记：请假", "宋雨桐", "其余都到", "原文里没有的（1）"]
    {
        assert!(shown.text.contains(told), "{told}: {}", shown.text);
    }
    let was = async |world: &mut World| world.leader.get(&roll).await.value("was");
    let stood = was(&mut world).await;
    assert!(stood.contains(&format!("{}= ", people[0])), "nobody is marked by reading: {stood}");
    // Handed in as it stands: the refusal, the one who has a mark, and the unknown name are left alone.
    let fields = read_fields(&shown);
    let at = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(at(&format!("say-{}", people[1])), Some(""), "a refusal has no default");
    let taken = send(&mut world.leader, &read, &fields).await;
    assert_eq!(taken.location.as_deref(), Some(roll.as_str()), "{}", taken.text);
    let stood = was(&mut world).await;
    for (person, mark) in [(people[0], "=on_time"), (people[1], "="), (people[2], "=leave"), (people[3], "=")] {
        assert!(format!("{stood} ").contains(&format!("{person}{mark} ")), "{person}{mark}: {stood}");
    }
    assert!(world.leader.get(&roll).await.text.contains("data-name=\"孟晓宁\""));
    // Said by the clerk: the mark is changed, the unknown name is a new person, and the rest came.
    let shown = world.leader.post(&paste, &[("paste", text)]).await;
    let mut fields = read_fields(&shown);
    for (name, value) in &mut fields {
        if *name == format!("say-{}", people[1]) {
            "absent".clone_into(value);
        } else if name == "who-n:宋雨桐" {
            "new".clone_into(value);
        }
    }
    fields.push((format!("change-{}", people[2]), "on".to_owned()));
    fields.push(("rest".to_owned(), "on".to_owned()));
    // Meanwhile the secretary marked 赵思涵 as late: that stays.
    let page = world.secretary.get(&roll).await;
    assert_eq!(
        send(&mut world.secretary, &roll, &form(&page, &[(people[3], "late")], "save")).await.status,
        StatusCode::SEE_OTHER
    );
    let taken = send(&mut world.leader, &read, &fields).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let stood = was(&mut world).await;
    for (person, mark) in
        [(people[0], "=on_time"), (people[1], "=absent"), (people[2], "=on_time"), (people[3], "=late")]
    {
        assert!(format!("{stood} ").contains(&format!("{person}{mark} ")), "{person}{mark}: {stood}");
    }
    let page = world.leader.get(&roll).await;
    assert!(page.text.contains("data-name=\"宋雨桐\""), "{}", page.text);
    // Two names for one person with different attendance are refused, and nothing is marked.
    let one = people[0].to_string();
    let twice = [
        ("text", text),
        ("name-n0", "小孟"),
        ("who-n0", one.as_str()),
        ("say-n0", "late"),
        ("name-n1", "晓宁"),
        ("who-n1", one.as_str()),
        ("say-n1", "absent"),
    ];
    let refused = world.leader.post(&read, &twice).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("选成同一位"), "{}", refused.text);
    // Nothing, and more than any roll-call, are refused in words.
    let long = "兰".repeat(20_001);
    for (text, why) in [(" ", "没有粘贴文字"), (long.as_str(), "分几次粘贴")] {
        let refused = world.leader.post(&paste, &[("paste", text)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains(why), "{}", refused.text);
    }
    // Who may not keep the roll may neither read nor mark.
    let forbidden = world.member.post(&read, &[("text", "孟晓宁"), (&format!("say-{}", people[0]), "late")]).await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
}

async fn a_refusal_linked_by_hand_is_not_one_of_the_rest(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let (roll, people) = (world.roll(), world.people.clone());
    let shown = world.leader.post(&format!("{roll}/paste"), &[("paste", "1. 孟晓宁\n2. 小宋 不参加\n其余都到")]).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let before = world.leader.get(&roll).await.value("was");
    assert!(people.iter().all(|person| format!("{before} ").contains(&format!("{person}= "))), "nobody yet: {before}");
    let mut fields = read_fields(&shown);
    let who = fields.iter_mut().find(|(name, _)| name == "who-n:小宋").expect("the name is asked");
    who.1 = people[3].to_string();
    let says = fields.iter().find(|(name, _)| name == "say-n:小宋").map(|(_, value)| value.as_str());
    assert_eq!(says, Some(""), "a refusal has no default");
    fields.push(("rest".to_owned(), "on".to_owned()));
    let taken = send(&mut world.leader, &format!("{roll}/read"), &fields).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let stood = world.leader.get(&roll).await.value("was");
    for (person, mark) in [(people[0], "=on_time"), (people[1], "=on_time"), (people[2], "=on_time"), (people[3], "=")]
    {
        assert!(format!("{stood} ").contains(&format!("{person}{mark} ")), "{person}{mark}: {stood}");
    }
}

async fn new_people_of_a_text_are_entered_with_its_marks_or_not_at_all(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let read = format!("{}/read", world.roll());
    let bearing = async |app: &App, name: &str| {
        let found = people::store::list_by_names_at(&app.db, &[name.to_owned()], day("2026-01-05")).await;
        found.expect("read").len()
    };
    // A mark of somebody out of reach is refused: the new person isn't entered either.
    let away = world.away[0].to_string();
    let mut fields = vec![
        ("text".to_owned(), "宋雨桐".to_owned()),
        ("name-n:宋雨桐".to_owned(), "宋雨桐".to_owned()),
        ("who-n:宋雨桐".to_owned(), "new".to_owned()),
        ("say-n:宋雨桐".to_owned(), "late".to_owned()),
    ];
    let mut refused = fields.clone();
    refused.push((format!("say-{away}"), "late".to_owned()));
    let answer = send(&mut world.leader, &read, &refused).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    assert_eq!(bearing(&world.app, "宋雨桐").await, 0, "nobody was entered");
    // Sent twice, the person is entered once, and keeps the mark.
    for said in ["late", "absent"] {
        said.clone_into(&mut fields[3].1);
        let taken = send(&mut world.leader, &read, &fields).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    }
    assert_eq!(bearing(&world.app, "宋雨桐").await, 1);
    let stood = world.leader.get(&world.roll()).await.value("was");
    assert!(format!("{stood} ").contains("=late ") && !stood.contains("=absent"), "{stood}");
}

async fn a_session_is_held_in_the_name_of_a_group_of_its_host(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let host = activities::store::by_ids(&world.app.db, &[world.activity]).await.expect("read")[0].host;
    let (own, other) = (default_group(&world.app, host).await, default_group(&world.app, world.second).await);
    let send = |title: &str, host: UnitId, group: GroupId| {
        [
            ("title", title.to_owned()),
            ("day", "2026-01-05".to_owned()),
            ("type", "study".to_owned()),
            ("as", "announced".to_owned()),
            ("host_id", host.to_string()),
            ("host_group", group.to_string()),
        ]
    };
    let of = |fields: &[(&'static str, String); 6]| fields.clone();
    // A group that was chosen for another host is removed: nobody else's people come onto the roll.
    let fields = of(&send("甲", host, other));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let entered = world.secretary.post("/activities", &fields).await.location.expect("an activity");
    let roll = world.secretary.get(&format!("{entered}/attendance")).await;
    assert!(roll.text.contains("data-name=\"孟晓宁\"") && !roll.text.contains("data-name=\"陈佳宁\""));
    // A leader can't maintain a session elsewhere in the name of the own group.
    let fields = of(&send("乙", world.second, own));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(world.leader.post("/activities", &fields).await.status, StatusCode::FORBIDDEN);
    // The action refuses values that no form sends.
    for group in [other, GroupId(987_654)] {
        let mut draft = Draft::new("study", "丙", day("2026-01-05"), host);
        draft.activity.host_group = Some(group);
        let refused = activities::actions::add(&world.app, &world.app.operator(), draft).await.unwrap_err();
        assert!(matches!(refused, desk::error::AppError::Refused(refusal) if refusal.code == "group-not-of-host"));
    }
    // If two users edit one activity, the second sees the current values.
    let edit = world.secretary.get(&format!("{entered}/edit")).await;
    let fields = [
        ("title", "甲一"),
        ("day", "2026-01-05"),
        ("type", "study"),
        ("host_id", &host.to_string()),
        ("version", &edit.value("version")),
    ];
    assert_eq!(world.leader.post(&entered, &fields).await.status, StatusCode::SEE_OTHER);
    let second = [
        ("title", "甲二"),
        ("day", "2026-01-05"),
        ("type", "study"),
        ("host_id", &host.to_string()),
        ("version", &edit.value("version")),
    ];
    let conflict = world.secretary.post(&entered, &second).await;
    assert_eq!(conflict.status, StatusCode::CONFLICT);
    assert!(conflict.text.contains("现在是“甲一”") && conflict.value("title") == "甲二", "{}", conflict.text);
}

async fn those_who_share_a_group_see_its_sessions(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let host = activities::store::by_ids(&world.app.db, &[world.activity]).await.expect("read")[0].host;
    let above = ledger::Tree::load(&world.app.db, None, day("2026-01-05"), i64::MAX)
        .await
        .expect("a tree")
        .parent(host)
        .expect("a street");
    let third = unit(&world.app, "竹园社区", "community", Some(above)).await;
    federation::scope::places::refresh(&world.app).await.expect("places");
    let group = default_group(&world.app, host).await;
    let opening = groups::actions::Opening {
        name: "联合小组".to_owned(),
        brand: None,
        unit: host,
        shared_by: vec![third],
        from: day("2025-01-01"),
    };
    let shared = groups::actions::open(&world.app, &world.app.operator(), opening).await.expect("a group");
    assert_ne!(shared, group);
    people::actions::join(&world.app, &world.app.operator(), world.people[0], shared, day("2025-06-01"))
        .await
        .expect("joined");
    let session = announced(&world.app, "共用的小组", third, vec![]).await;
    let page = world.member.get(&format!("/activities/{session}")).await;
    assert_eq!(page.status, StatusCode::OK, "who is due sees it");
}

async fn nobody_is_entered_by_a_roll_that_is_refused(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let roll = world.roll();
    let page = world.leader.get(&roll).await;
    let all: Vec<_> = world.people.iter().map(|person| (*person, "on_time")).collect();
    assert_eq!(send(&mut world.leader, &roll, &form(&page, &all, "confirm")).await.status, StatusCode::SEE_OTHER);
    let closed = world.leader.post(&format!("/activities/{}/close", world.activity), &[]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.text);
    let mut fields = form(&page, &[], "save");
    fields.push(("new_name".to_owned(), "宋雨桐".to_owned()));
    let refused = send(&mut world.leader, &roll, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    let there =
        people::store::list_by_names_at(&world.app.db, &["宋雨桐".to_owned()], day("2026-01-05")).await.expect("read");
    assert!(there.is_empty(), "nobody was entered");
}

async fn what_was_made_up_stays_when_people_are_merged(on: On) {
    let place = Place::new(on).await;
    let world = World::new(&place).await;
    let operator = world.app.operator();
    let (loser, survivor) = (world.people[3], world.people[2]);
    let host = activities::store::by_ids(&world.app.db, &[world.activity]).await.expect("read")[0].host;
    let mut draft = Draft::new("study", "补学", day("2026-01-02"), host);
    let leave = activities::Stands::plain(Status::Leave);
    let made_up =
        activities::Stands { made_up_on: Some(day("2026-01-04")), ..activities::Stands::plain(Status::Absent) };
    draft.attendance = [(survivor, leave), (loser, made_up)]
        .map(|(person, stands)| activities::actions::Handed { person, stands })
        .to_vec();
    let id = activities::actions::add(&world.app, &operator, draft).await.expect("an activity");
    people::actions::merge(&world.app, &operator, loser, survivor).await.expect("merged");
    let after = activities::store::by_ids(&world.app.db, &[id]).await.expect("read").remove(0);
    let [one] = after.attendance.as_slice() else { panic!("one stays: {:?}", after.attendance) };
    assert_eq!((one.person, one.status, one.made_up_on), (survivor, Status::Leave, Some(day("2026-01-04"))));
    assert!(ledger_is_clean(&world.app).await);
}

async fn a_user_who_overwrites_a_mark_is_told(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let roll = world.roll();
    let first = world.leader.get(&roll).await;
    let second = world.secretary.get(&roll).await;
    let marks = [(world.people[0], "leave"), (world.people[1], "late")];
    assert_eq!(send(&mut world.leader, &roll, &form(&first, &marks, "save")).await.status, StatusCode::SEE_OTHER);
    let marks = [(world.people[0], "absent"), (world.people[1], "late"), (world.people[2], "late")];
    assert_eq!(send(&mut world.secretary, &roll, &form(&second, &marks, "save")).await.status, StatusCode::SEE_OTHER);
    let page_now = world.secretary.get(&roll).await;
    assert!(page_now.text.contains("别人刚把 孟晓宁 标成了别的"), "{}", page_now.text);
    assert!(page_now.value("was").contains(&format!("{}=absent", world.people[0])));
}

async fn a_void_session_says_why_to_those_who_keep_it(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let page = format!("/activities/{}", world.activity);
    let nothing = world.leader.post(&format!("{page}/void"), &[("reason", " ")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    // It was only announced: nothing was booked, but the reason is stored anyway.
    let void = world.leader.post(&format!("{page}/void"), &[("reason", "改到下周")]).await;
    assert_eq!(void.status, StatusCode::SEE_OTHER, "{}", void.text);
    let shown = world.leader.get(&page).await.text;
    assert!(shown.contains("原因：改到下周") && shown.contains("2026-01-05 10:00 作废"), "{shown}");
    assert!(!world.member.get(&page).await.text.contains("改到下周"));
}
