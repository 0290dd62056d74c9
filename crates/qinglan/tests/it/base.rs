//! Facts of the base: units and those with a group, staff in and outside groups, who led, lectured and spoke.

use axum::http::StatusCode;
use desk::app::App;
use federation::{
    groups::{
        self,
        actions::{Change, Opening},
    },
    imports::{Answers, Context, Source, actions as imports},
    people, settings, units,
};
use kernel::{Period, PersonId, RecordId, UnitId};
use ledger::{Books, Filter, Value};
use qinglan::features::activities::{
    self, SpokePart, Status,
    actions::{Draft, Handed},
};

use crate::{
    sample::{CITY, ROSTER, import},
    support::{On, Place, day, on_both},
    town::{Town, settings_version, town, unit},
};

on_both!(
    a_shared_group_covers_each_of_its_units_while_they_exist,
    a_brand_and_sharing_are_facets_of_a_group,
    staff_follow_people_groups_and_the_age_limit,
    education_is_a_facet_of_members_and_staff,
    rank_and_kind_of_posting_are_facets_of_members_and_staff,
    a_roster_says_ranks_and_kinds_of_postings,
    an_undone_roster_leaves_no_staff,
    what_waits_to_be_booked_is_booked_once_on_opening,
    who_spoke_follows_the_session_and_the_person,
    the_form_and_the_roll_call_say_who_spoke,
    a_register_says_who_spoke_and_a_lecturer_from_elsewhere_is_asked,
);

/// A figure of a unit in 2025: the value, or both halves of a rate.
async fn figure(app: &App, key: &str, unit: UnitId, filter: &[(&str, &str)]) -> Vec<i64> {
    at(app, key, unit, "2025-12-31", filter).await
}

async fn at(app: &App, key: &str, unit: UnitId, to: &str, filter: &[(&str, &str)]) -> Vec<i64> {
    let period = Period::new(day("2025-01-01"), day(to)).unwrap();
    let kinds = app.kinds();
    let books = Books::open(&app.db, &kinds, &kinds.names(), unit, period, None, None).await.unwrap();
    let filter = filter.iter().fold(Filter::default(), |filter, (facet, value)| filter.with(facet, &[*value]));
    let figure = books.figure(&app.metrics().get(key).unwrap(), unit, period, &filter).unwrap();
    match figure.value {
        Value::Rate { part, whole } => vec![part, whole],
        other => vec![other.count()],
    }
}

fn opening(town: &Town, brand: Option<&str>, shared_by: &[UnitId]) -> Opening {
    Opening {
        name: "联合小组".to_owned(),
        brand: brand.map(str::to_owned),
        unit: town.street,
        shared_by: shared_by.to_vec(),
        from: day("2025-03-01"),
    }
}

async fn a_shared_group_covers_each_of_its_units_while_they_exist(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, actor) = (&town.app, town.app.operator());
    let third = unit(app, "青石街道", "street", Some(town.city)).await;
    let fourth = unit(app, "柳岸街道", "street", Some(town.city)).await;
    assert_eq!(figure(app, "units.total", town.city, &[]).await, [5]);
    assert_eq!(figure(app, "units.total", town.city, &[("level", "street")]).await, [4]);
    assert_eq!(figure(app, "units.with_group_rate", town.city, &[]).await, [0, 5]);
    let group = groups::actions::open(app, &actor, opening(&town, None, &[town.other, third])).await.unwrap();
    assert_eq!(figure(app, "units.with_group", town.city, &[]).await, [3], "a shared group counts for each unit");
    assert_eq!(at(app, "units.with_group", town.city, "2025-02-28", &[]).await, [0], "not before it was opened");
    assert_eq!(figure(app, "units.with_group", town.other, &[]).await, [1]);
    assert_eq!(figure(app, "groups.open", town.city, &[]).await, [1], "and is one group");
    assert_eq!(figure(app, "groups.open", town.other, &[]).await, [0], "of the unit that leads");
    assert_eq!(figure(app, "units.with_group_rate", town.city, &[("level", "street")]).await, [3, 4]);
    // A unit that ends is neither a unit nor one with a group after that, however it ends.
    units::actions::close(app, &actor, third, day("2025-06-30")).await.unwrap();
    units::actions::merge(app, &actor, town.other, fourth, day("2025-09-01")).await.unwrap();
    assert_eq!(at(app, "units.with_group_rate", town.city, "2025-06-30", &[]).await, [3, 5]);
    assert_eq!(at(app, "units.with_group_rate", town.city, "2025-07-01", &[]).await, [2, 4]);
    assert_eq!(figure(app, "units.with_group_rate", town.city, &[]).await, [1, 3]);
    assert_eq!(figure(app, "units.total", town.city, &[]).await, [5], "during the year there were five");
    let change = Change { closed_on: Some(day("2025-11-30")), ..Change::default() };
    groups::actions::change(app, &actor, group, change).await.unwrap();
    assert_eq!(figure(app, "units.with_group_at", town.city, &[]).await, [0]);
    assert_eq!(figure(app, "units.with_group", town.city, &[]).await, [3]);
    town.reconciled().await;
}

async fn a_brand_and_sharing_are_facets_of_a_group(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, actor) = (&town.app, town.app.operator());
    let shared = groups::actions::open(app, &actor, opening(&town, Some("青蓝读书会"), &[town.other])).await.unwrap();
    let plain = groups::actions::open(app, &actor, opening(&town, None, &[])).await.unwrap();
    assert_eq!(figure(app, "groups.brands", town.city, &[]).await, [1]);
    assert_eq!(figure(app, "groups.shared", town.city, &[]).await, [1]);
    let brand = |brand: &str| Change { brand: Some(brand.to_owned()), ..Change::default() };
    groups::actions::change(app, &actor, plain, brand("晨读")).await.unwrap();
    assert_eq!(figure(app, "groups.brands", town.city, &[]).await, [2]);
    groups::actions::change(app, &actor, shared, brand("")).await.unwrap();
    assert_eq!(figure(app, "groups.brands", town.city, &[]).await, [1]);
    assert_eq!(figure(app, "groups.open", town.city, &[("brand", "no")]).await, [1]);
    assert_eq!(figure(app, "groups.open", town.city, &[("brand", "unknown")]).await, [0]);
    town.reconciled().await;
}

async fn staff_follow_people_groups_and_the_age_limit(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, actor) = (&town.app, town.app.operator());
    let young = town.person("孟晓宁", town.street, Some(199_503)).await;
    let older = town.person("李若彤", town.street, Some(198_801)).await;
    town.person("王一诺", town.other, None).await;
    let rate = "people.young_staff_in_group_rate";
    assert_eq!(figure(app, "people.staff", town.city, &[]).await, [3]);
    assert_eq!(figure(app, "people.young_staff", town.city, &[]).await, [2], "an unknown birth is no youth");
    assert_eq!(figure(app, rate, town.city, &[]).await, [2, 2]);
    assert_eq!(figure(app, "people.staff_without_group", town.city, &[]).await, [0]);
    // The older one leaves the group and stays in post.
    let sql = "select m.id from membership m where m.person_id = $1";
    let membership: Option<i64> = ledger::db::scalar(&app.db, sql, vec![older.0.into()]).await.unwrap();
    let stay = people::stays::Stay::Membership(RecordId(membership.unwrap()));
    let version = people::store::by_ids(&app.db, &[older]).await.unwrap()[&older].version;
    let end = people::stays::Amendment::End(day("2025-05-31"));
    people::stays::amend(app, &actor, older, stay, end, version).await.unwrap();
    assert_eq!(at(app, rate, town.street, "2025-05-31", &[]).await, [2, 2]);
    assert_eq!(figure(app, rate, town.street, &[]).await, [1, 2]);
    assert_eq!(figure(app, "people.staff_without_group", town.street, &[]).await, [1]);
    // Without a group the programme's limit holds, and a change of it holds at once.
    let limit = async |limit| {
        let settings = settings::store::read(&app.db).await.unwrap();
        let settings = settings::Settings { age_limit: limit, ..settings };
        settings::actions::change(app, &actor, &settings, settings_version(app).await).await.unwrap();
    };
    limit(35).await;
    assert_eq!(figure(app, rate, town.street, &[]).await, [1, 1], "over 35 in February 2024");
    town.reconciled().await;
    limit(40).await;
    assert_eq!(figure(app, rate, town.street, &[]).await, [1, 2]);
    // The group's own limit holds for its members.
    let group = groups::store::default_groups(&app.db, &[town.street]).await.unwrap()[&town.street].id;
    let change = Change { age_limit: Some(28), ..Change::default() };
    groups::actions::change(app, &actor, group, change).await.unwrap();
    assert_eq!(figure(app, rate, town.street, &[]).await, [0, 1], "the member is 30");
    town.reconciled().await;
    // On secondment the staff stay with the unit that they are posted to; a transfer takes them along.
    let days = kernel::DayRange { from: day("2025-08-01"), to: None };
    people::actions::second(app, &actor, young, town.street, town.other, days).await.unwrap();
    assert_eq!(figure(app, "people.staff_at", town.street, &[]).await, [2]);
    assert_eq!(figure(app, "people.members_at", town.street, &[]).await, [0]);
    people::actions::transfer(app, &actor, older, town.other, &people::Held::default(), day("2025-10-01"))
        .await
        .unwrap();
    assert_eq!(figure(app, "people.staff_at", town.street, &[]).await, [1]);
    assert_eq!(figure(app, "people.staff_without_group", town.city, &[]).await, [0], "a new unit, a new group");
    people::actions::leave(app, &actor, older, day("2025-11-30")).await.unwrap();
    assert_eq!(figure(app, "people.staff_at", town.city, &[]).await, [2]);
    town.reconciled().await;
    // Two rows of one person at one unit are one posting.
    let double = town.person("孟晓宁", town.street, Some(199_503)).await;
    assert_eq!(figure(app, "people.staff", town.city, &[]).await, [4]);
    people::actions::merge(app, &actor, double, young).await.unwrap();
    assert_eq!(figure(app, "people.staff", town.city, &[]).await, [3]);
    town.reconciled().await;
}

async fn education_is_a_facet_of_members_and_staff(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, actor) = (&town.app, town.app.operator());
    let person = town.person("孟晓宁", town.street, None).await;
    town.person("王一诺", town.other, None).await;
    let counts = async |class: &str| {
        let members = figure(app, "people.members_at", town.city, &[("education", class)]).await;
        [members, figure(app, "people.staff_at", town.city, &[("education", class)]).await].concat()
    };
    let set = async |text: Option<&str>| {
        let edit = people::actions::edit_of(app, person).await.unwrap();
        let edit = people::Edit { education: text.map(str::to_owned), ..edit };
        people::actions::edit(app, &actor, person, edit).await.unwrap();
        ledger::position(&app.db).await.unwrap()
    };
    assert_eq!(counts("unknown").await, [2, 2]);
    let before = ledger::position(&app.db).await.unwrap();
    let master = set(Some("在职硕士研究生")).await;
    assert!(master > before);
    assert_eq!((counts("master").await, counts("unknown").await), (vec![1, 1], vec![1, 1]));
    assert_eq!(set(Some("硕士")).await, master, "the same class books nothing");
    set(Some("博士在读")).await;
    assert_eq!(counts("unknown").await, [2, 2], "what is still studied for is no education");
    set(Some("大学本科")).await;
    assert_eq!((counts("bachelor").await, counts("doctor").await), (vec![1, 1], vec![0, 0]));
    town.reconciled().await;
    let position = Some(before);
    let period = Period::year(2025).unwrap();
    let kinds = app.kinds();
    let books = Books::open(&app.db, &kinds, &kinds.names(), town.city, period, position, None).await.unwrap();
    let metric = app.metrics().get("people.members_at").unwrap();
    let unknown = Filter::default().with("education", &["unknown"]);
    assert_eq!(books.figure(&metric, town.city, period, &unknown).unwrap().value.count(), 2, "as it was then");
}

async fn rank_and_kind_of_posting_are_facets_of_members_and_staff(on: On) {
    use people::{Appointment, Held};
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, actor) = (&town.app, town.app.operator());
    let person = town.person("孟晓宁", town.street, None).await;
    town.person("王一诺", town.other, None).await;
    let counts = async |conditions: &[(&str, &str)]| {
        let members = figure(app, "people.members_at", town.city, conditions).await;
        [members, figure(app, "people.staff_at", town.city, conditions).await].concat()
    };
    let held = |rank: &str, appointment| Held { rank: Some(rank.to_owned()), appointment, ..Held::default() };
    assert_eq!(counts(&[("rank", "unknown"), ("appointment", "unknown")]).await, [2, 2]);
    let before = ledger::position(&app.db).await.unwrap();
    let groups = people::store::memberships_of(&app.db, &[person]).await.unwrap();
    // Somebody is promoted at the same unit: another posting, the same membership.
    let promoted = held("四级主任科员", Some(Appointment::Promoted));
    people::actions::transfer(app, &actor, person, town.street, &promoted, day("2025-07-01")).await.unwrap();
    assert_eq!(counts(&[("rank", "section"), ("appointment", "promoted")]).await, [1, 1]);
    assert_eq!(figure(app, "people.staff", town.city, &[]).await, [2]);
    let postings = people::store::postings_of(&app.db, &[person]).await.unwrap();
    assert_eq!(postings.len(), 2);
    assert_eq!(people::store::memberships_of(&app.db, &[person]).await.unwrap(), groups);
    town.reconciled().await;
    let again =
        people::actions::transfer(app, &actor, person, town.street, &promoted, day("2025-07-01")).await.unwrap_err();
    assert!(again.to_string().contains("transfer-before-posting"), "{again}");
    // Whoever left and comes back to the same unit is a member again.
    let back = town.person("何诺芳", town.street, None).await;
    people::actions::leave(app, &actor, back, day("2025-06-30")).await.unwrap();
    let none = Held::default();
    people::actions::transfer(app, &actor, back, town.street, &none, day("2025-07-01")).await.unwrap();
    assert_eq!(figure(app, "people.members_at", town.street, &[]).await, [2]);
    people::actions::leave(app, &actor, back, day("2025-12-30")).await.unwrap();
    town.reconciled().await;
    // The rank of the posting of today is corrected; the class decides whether anything is booked.
    let set = async |held: Held| {
        let edit = people::actions::edit_of(app, person).await.unwrap();
        people::actions::edit(app, &actor, person, people::Edit { held, ..edit }).await.unwrap();
        ledger::position(&app.db).await.unwrap()
    };
    let section = set(held("三级主任科员", Some(Appointment::Promoted))).await;
    assert_eq!(set(held("副科级", Some(Appointment::Promoted))).await, section, "the same class books nothing");
    set(held("副处级", Some(Appointment::Reassigned))).await;
    assert_eq!(counts(&[("rank", "division"), ("appointment", "reassigned")]).await, [1, 1]);
    assert_eq!(counts(&[("rank", "section")]).await, [0, 0]);
    // Seconded, somebody keeps the rank.
    let days = kernel::DayRange { from: day("2025-08-01"), to: None };
    people::actions::second(app, &actor, person, town.street, town.other, days).await.unwrap();
    assert_eq!(figure(app, "people.members_at", town.other, &[("rank", "division")]).await, [1]);
    town.reconciled().await;
    let period = Period::year(2025).unwrap();
    let kinds = app.kinds();
    let books = Books::open(&app.db, &kinds, &kinds.names(), town.city, period, Some(before), None).await.unwrap();
    let metric = app.metrics().get("people.members_at").unwrap();
    let unknown = Filter::default().with("rank", &["unknown"]);
    assert_eq!(books.figure(&metric, town.city, period, &unknown).unwrap().value.count(), 2, "as it was then");
}

async fn a_roster_says_ranks_and_kinds_of_postings(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    let roster = "2025年人员花名册\n姓名,单位,职务,职级,变动类型\n孟晓宁,城关街道,副主任,四级主任科员,提拔\n\
                  王一诺,城关街道,干事,一级科员,新录用\n郑梦曦,城关街道,主任,二级主任科员,退休\n\
                  何诺芳,城关街道,干事,,原地踏步\n";
    let roster = roster.replace("城关街道", "古沟街道");
    let source = Source::from_file("花名册.csv", roster.into_bytes(), people::import::KIND).unwrap();
    let context = Context {
        source: &source,
        unit: Some(town.city),
        year: None,
        answers: &Answers::new(),
        from: None,
        today: app.today(),
        only: None,
        progress: &|_, _| (),
    };
    let shown = imports::preview(app, &app.operator(), people::import::KIND, &context).await.unwrap();
    let refused: Vec<String> =
        shown.refused().into_iter().flat_map(|(_, reasons)| reasons.into_iter().map(|reason| reason.code)).collect();
    assert_eq!(refused, ["appointment-leaves", "appointment-unknown"]);
    imports::confirm(app, &app.operator(), people::import::KIND, &context, &shown).await.unwrap();
    assert_eq!(figure(app, "people.staff_at", town.city, &[("appointment", "promoted")]).await, [1]);
    assert_eq!(figure(app, "people.staff_at", town.city, &[("rank", "clerk")]).await, [1]);
    town.reconciled().await;
}

async fn an_undone_roster_leaves_no_staff(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let (tree, _) = import(&app, units::import::KIND, CITY, &Answers::new()).await;
    let city = units::find_by_code_or_name(&app.db, "9901").await.unwrap().id;
    assert_eq!(figure(&app, "units.total", city, &[]).await, [1476]);
    let (roster, summary) = import(&app, people::import::KIND, ROSTER, &Answers::new()).await;
    assert_eq!(figure(&app, "people.staff", city, &[]).await, [summary.taken as i64]);
    let actor = app.operator();
    let undo = async |import| federation::imports::actions::undo(&app, &actor, import).await.unwrap();
    undo(roster).await;
    assert_eq!(figure(&app, "people.staff", city, &[]).await, [0]);
    assert_eq!(figure(&app, "units.with_group", city, &[]).await, [0]);
    undo(tree).await;
    assert_eq!(figure(&app, "units.total", city, &[]).await, [0]);
    let found = app.reconcile().await.unwrap();
    assert!(found.faults.is_empty(), "{:?}", found.faults);
}

async fn what_waits_to_be_booked_is_booked_once_on_opening(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let actor = town.app.operator();
    town.person("孟晓宁", town.street, Some(199_503)).await;
    groups::actions::open(&town.app, &actor, opening(&town, None, &[town.other])).await.unwrap();
    // As a migration leaves them. What is booked already is booked no second time.
    for sql in [
        "insert into unit_unbooked (unit_id) select id from unit where outside = false",
        "insert into study_group_unbooked (group_id) select id from study_group",
        "insert into posting_unconfirmed (posting_id) select id from posting",
    ] {
        ledger::db::execute(&town.app.db, sql, vec![]).await.unwrap();
    }
    let before = ledger::position(&town.app.db).await.unwrap();
    let again = place.open().await;
    assert_eq!(ledger::position(&again.db).await.unwrap(), before);
    for table in ["unit_unbooked", "study_group_unbooked", "posting_unconfirmed"] {
        let left: Option<i64> =
            ledger::db::scalar(&again.db, &format!("select count(*) from {table}"), vec![]).await.unwrap();
        assert_eq!(left, Some(0), "{table}");
    }
    town.reconciled().await;
}

/// The people who did something in a session, by what they did.
async fn spoke(app: &App, id: RecordId) -> Vec<(PersonId, &'static str)> {
    let session = activities::store::by_ids(&app.db, &[id]).await.unwrap().remove(0);
    session.spoke.iter().map(|spoke| (spoke.person, spoke.part.as_str())).collect()
}

async fn who_spoke_follows_the_session_and_the_person(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, actor) = (&town.app, town.app.operator());
    let one = town.person("孟晓宁", town.street, Some(199_503)).await;
    let other = town.person("李若彤", town.street, None).await;
    let guest = town.person("王一诺", town.other, None).await;
    let mut draft = Draft::new("study", "集中学习", day("2025-05-10"), town.street);
    draft.attendance = vec![Handed::plain(one, Status::OnTime), Handed::plain(other, Status::Absent)];
    draft.spoke = vec![(one, SpokePart::Led), (one, SpokePart::Spoke), (other, SpokePart::Spoke)];
    let refused = activities::actions::add(app, &actor, draft.clone()).await.unwrap_err();
    assert!(refused.to_string().contains("spoke-but-missed"), "{refused}");
    // A lecturer need not be on the list, and counts to the own unit.
    draft.spoke = vec![(one, SpokePart::Led), (one, SpokePart::Spoke), (guest, SpokePart::Lectured)];
    let id = activities::actions::add(app, &actor, draft).await.unwrap();
    assert_eq!(figure(app, "activities.spoke_persons", town.city, &[]).await, [2]);
    assert_eq!(figure(app, "activities.led_persons", town.street, &[]).await, [1]);
    assert_eq!(figure(app, "activities.spoke_times", town.street, &[("youth", "yes")]).await, [1]);
    assert_eq!(figure(app, "activities.lectured_persons", town.other, &[]).await, [1]);
    assert_eq!(figure(app, "activities.units", town.city, &[]).await, [1], "a lecturer is no unit that took part");
    // Facts about people are corrected with what they did.
    people::actions::set_party(app, &actor, guest, people::Party::Member, day("2025-01-01")).await.unwrap();
    assert_eq!(figure(app, "activities.lectured_persons", town.city, &[("party", "yes")]).await, [1]);
    // A transfer from a later day on changes nothing.
    people::actions::transfer(app, &actor, guest, town.street, &people::Held::default(), day("2025-06-01"))
        .await
        .unwrap();
    assert_eq!(figure(app, "activities.lectured_persons", town.other, &[]).await, [1]);
    town.reconciled().await;
    // Who did the same in one session counts once after a merge.
    let double = town.person("孟晓宁", town.street, Some(199_503)).await;
    let mut draft = activities::actions::draft_of(app, id).await.unwrap();
    draft.spoke.extend([(double, SpokePart::Spoke), (double, SpokePart::Lectured)]);
    activities::actions::edit(app, &actor, draft, None).await.unwrap();
    assert_eq!(figure(app, "activities.spoke_times", town.city, &[]).await, [2]);
    people::actions::merge(app, &actor, double, one).await.unwrap();
    assert_eq!(figure(app, "activities.spoke_times", town.city, &[]).await, [1]);
    assert_eq!(figure(app, "activities.lectured_persons", town.city, &[]).await, [2]);
    town.reconciled().await;
    activities::actions::void(app, &actor, id, "重复").await.unwrap();
    assert_eq!(figure(app, "activities.spoke_persons", town.city, &[]).await, [0]);
    town.reconciled().await;
}

async fn the_form_and_the_roll_call_say_who_spoke(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let one = town.person("孟晓宁", town.street, None).await;
    let other = town.person("李若彤", town.street, None).await;
    let mut draft = Draft::new("study", "集中学习", day("2025-05-10"), town.street);
    draft.attendance = vec![Handed::plain(one, Status::OnTime), Handed::plain(other, Status::OnTime)];
    let id = activities::actions::add(&town.app, &town.app.operator(), draft).await.unwrap();
    let form = format!("/activities/{id}/edit");
    let fields = |page: &crate::browser::Answered, led: &str| {
        let street = town.street.to_string();
        [
            ("version", page.value("version")),
            ("title", "集中学习".to_owned()),
            ("day", "2025-05-10".to_owned()),
            ("type", "study".to_owned()),
            ("host_id", street),
            ("led", led.to_owned()),
            ("lectured", "李若彤".to_owned()),
        ]
    };
    let page = town.admin.get(&form).await;
    let unknown = fields(&page, "孟晓宁、某教授");
    let sent: Vec<(&str, &str)> = unknown.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = town.admin.post(&format!("/activities/{id}"), &sent).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("没有“某教授”"), "{}", refused.text);
    let known = fields(&page, "孟晓宁");
    let sent: Vec<(&str, &str)> = known.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let saved = town.admin.post(&format!("/activities/{id}"), &sent).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let mut wanted = vec![(one, "led"), (other, "lectured")];
    wanted.sort_unstable();
    assert_eq!(spoke(&town.app, id).await, wanted);
    assert!(town.admin.get(&form).await.text.contains("李若彤"), "the form shows who lectured");
    assert!(town.admin.get(&format!("/activities/{id}")).await.text.contains("领学"), "and so does the page");
    // At the roll-call: the one led and now only spoke, the other is left as it was.
    let roll = format!("/activities/{id}/attendance");
    let page = town.admin.get(&roll).await;
    let part = format!("part-{one}");
    let mut sent = vec![("version", page.value("version")), ("was", page.value("was"))];
    sent.extend([("was_parts", page.value("was_parts")), (part.as_str(), "spoke".to_owned())]);
    let noted = [("do", "save".to_owned())];
    let send = |more: &[(&'static str, String)]| -> Vec<(String, String)> {
        sent.iter().chain(more).map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    };
    let save = send(&noted);
    let save: Vec<(&str, &str)> = save.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(town.admin.post(&roll, &save).await.status, StatusCode::SEE_OTHER);
    assert_eq!(spoke(&town.app, id).await, wanted, "what is noted counts nothing");
    let confirm = send(&[("do", "confirm".to_owned())]);
    let confirm: Vec<(&str, &str)> = confirm.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let confirmed = town.admin.post(&roll, &confirm).await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", confirmed.text);
    let mut wanted = vec![(one, "spoke"), (other, "lectured")];
    wanted.sort_unstable();
    assert_eq!(spoke(&town.app, id).await, wanted);
    assert_eq!(figure(&town.app, "activities.spoke_times", town.city, &[]).await, [1]);
    // Whoever is taken off the list spoke no more, and what is noted of somebody who isn't on it loses no mark.
    let page = town.admin.get(&roll).await;
    let (status, version) = (format!("status-{one}"), page.value("version"));
    let mut sent = vec![("version", version.as_str()), (status.as_str(), "off"), ("reason", "点错了")];
    let stranger = format!("part-{}", town.person("路过", town.other, None).await);
    let (was, was_parts) = (page.value("was"), page.value("was_parts"));
    sent.extend([("was", was.as_str()), ("was_parts", was_parts.as_str()), (stranger.as_str(), "led")]);
    let confirm: Vec<(&str, &str)> = sent.iter().copied().chain([("do", "confirm")]).collect();
    let confirmed = town.admin.post(&roll, &confirm).await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", confirmed.text);
    assert_eq!(spoke(&town.app, id).await, [(other, "lectured")]);
    assert_eq!(figure(&town.app, "activities.spoke_times", town.city, &[]).await, [0]);
    town.reconciled().await;
}

async fn a_register_says_who_spoke_and_a_lecturer_from_elsewhere_is_asked(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, actor) = (&town.app, town.app.operator());
    let one = town.person("孟晓宁", town.street, None).await;
    let elsewhere = town.person("王一诺", town.other, None).await;
    let judge = async |day: &str, speaker: &str, answers: &Answers| {
        let text = format!(
            "主办单位,活动名称,活动类型,日期,出席人员,主讲人,领学人,交流发言\n古沟街道,集中学习,集中学习,{day},孟晓宁,{speaker},孟晓宁,孟晓宁\n"
        );
        let source = Source::from_file("活动.csv", text.into_bytes(), activities::import::KIND).unwrap();
        let context = Context {
            source: &source,
            unit: Some(town.city),
            year: Some(2025),
            answers,
            from: None,
            today: app.today(),
            only: None,
            progress: &|_, _| (),
        };
        let shown = imports::preview(app, &actor, activities::import::KIND, &context).await.unwrap();
        let asked: Vec<String> = shown.questions().map(|(_, question)| question.text.code.clone()).collect();
        if asked.is_empty() {
            imports::confirm(app, &actor, activities::import::KIND, &context, &shown).await.unwrap();
        }
        asked
    };
    let guests = async |title: &str| figure(app, title, town.city, &[]).await;
    assert!(judge("2025-05-10", "孟晓宁", &Answers::new()).await.is_empty(), "who is there is meant");
    assert!(judge("2025-05-11", "某教授", &Answers::new()).await.is_empty(), "a guest stays a text");
    assert_eq!(judge("2025-05-12", "王一诺", &Answers::new()).await, ["lecturer-elsewhere"]);
    assert!(judge("2025-05-12", "王一诺", &Answers::from([(2, vec![1])])).await.is_empty());
    assert_eq!(guests("activities.lectured_persons").await, [1], "called alike, and somebody else");
    assert!(judge("2025-05-13", "王一诺", &Answers::from([(2, vec![0])])).await.is_empty());
    assert_eq!(guests("activities.lectured_persons").await, [2]);
    assert_eq!(guests("activities.led_persons").await, [1]);
    assert_eq!(guests("activities.spoke_times").await, [4]);
    let sessions =
        ledger::db::rows(&app.db, "select id from activity order by occurred_on desc", vec![]).await.unwrap();
    let mut wanted = [(one, "led"), (one, "spoke"), (elsewhere, "lectured")];
    wanted.sort_unstable();
    let mut last = spoke(app, sessions[0]).await;
    last.sort_unstable();
    assert_eq!(last, wanted);
    town.reconciled().await;
}
