//! Permission is checked before anything is read, again after locking, and what an actor may not see is refused like what
//! doesn't exist.

use std::sync::Arc;

use axum::http::StatusCode;
use desk::{
    actor::{Actor, Held, Role},
    app::App,
    error::{AppError, Result},
};
use federation::{duties, groups, imports, people, posts, scope, units};
use figures::reports;
use kernel::{DayRange, FileId, GroupId, ImportId, PersonId, RecordId, Refusal, UnitId};
use ledger::db;
use qinglan::features::{
    activities::{self, actions::Draft, check_in, roll},
    external, honours, joint, lectures, materials, notes, notices, plans, speakers, stints,
};

use crate::{
    support::{On, Place, day, on_both},
    sweep::{federation::Federation, list::VISITORS},
};

on_both!(
    a_list_of_activities_has_what_may_be_opened,
    what_is_out_of_sight_is_refused_in_the_words_for_what_does_not_exist,
    what_is_seen_and_not_permitted_is_refused_before_it_is_judged,
    a_person_who_was_transferred_meanwhile_is_no_longer_changed,
    a_session_that_was_moved_meanwhile_is_no_longer_made_void,
    an_organisation_is_not_entered_for_an_offer_that_is_refused,
);

/// An actor with a role, acting for a person.
pub async fn actor(app: &App, role: Option<(Role, UnitId, Option<GroupId>)>, person: Option<i64>) -> Actor {
    let mut roles = Vec::new();
    if let Some((role, unit, group)) = role {
        let places = scope::places::of_unit(&app.db, unit).await.unwrap();
        roles.push(Held { role, unit: Some(unit), places, group });
    }
    let plain = app.operator();
    Actor { roles: Arc::from(roles), person: person.map(PersonId), ..Actor::plain(plain.account, plain.at) }
}

/// The text of a refusal, without the requested key.
fn words<T>(result: Result<T>, id: i64) -> (String, Vec<String>) {
    match result {
        Ok(_) => ("done".to_owned(), Vec::new()),
        Err(AppError::Refused(Refusal { code, args, .. })) => {
            let args = args.into_iter().map(|(_, value)| value).filter(|value| *value != id.to_string());
            (code, args.collect())
        }
        Err(other) => panic!("{other}"),
    }
}

/// A key that doesn't exist.
const MISSING: i64 = 987_654_321;

/// Calls an action with the key of something that exists and of something that doesn't; the form is an unusual one.
macro_rules! alike {
    ($faults:ident, $federation:ident, $who:expr, $key:expr, |$id:ident| $call:expr) => {{
        let mut answers = Vec::new();
        for $id in [$federation.key($key), MISSING] {
            answers.push(words($call.await, $id));
        }
        let refused = |(code, _): &(String, Vec<String>)| {
            code == "not-permitted" || code == "note-nobody" || code.ends_with("-unknown")
        };
        if answers[0] != answers[1] || !refused(&answers[0]) {
            $faults.push(format!("{}: {}: {:?}", $who, stringify!($call), answers));
        }
    }};
}

/// Whoever may open an activity finds it in the list, and nothing else.
async fn a_list_of_activities_has_what_may_be_opened(on: On) {
    let place = Place::new(on).await;
    let federation = Federation::new(place.open().await).await;
    let ids: Vec<i64> = db::rows(&federation.app.db, "select id from activity order by id", vec![]).await.unwrap();
    let (mut faults, mut listed, mut hidden) = (Vec::new(), 0, 0);
    for (visitor, browser) in VISITORS.iter().zip(&federation.browsers) {
        let mut browser = browser.clone();
        let list = browser.get("/activities?state=any").await.text;
        for id in &ids {
            let opens = browser.get(&format!("/activities/{id}")).await.status == StatusCode::OK;
            let is_listed = list.contains(&format!("href=\"/activities/{id}\""));
            if opens != is_listed {
                faults.push(format!("{visitor}: activity {id} opens: {opens}, is listed: {is_listed}"));
            }
            *(if opens { &mut listed } else { &mut hidden }) += 1;
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(listed > 20 && hidden > 20, "{listed} {hidden}");
}

async fn what_is_out_of_sight_is_refused_in_the_words_for_what_does_not_exist(on: On) {
    let place = Place::new(on).await;
    let federation = Federation::new(place.open().await).await;
    let app = &federation.app;
    let other = UnitId(federation.key("other"));
    let group = groups::store::default_groups(&app.db, &[other]).await.unwrap()[&other].id;
    let outsider = db::scalar(&app.db, "select id from person where name = '孙予安'", vec![]).await.unwrap();
    let mut faults: Vec<String> = Vec::new();
    for (who, actor) in [
        ("secretary", actor(app, Some((Role::Secretary, other, None)), None).await),
        ("leader", actor(app, Some((Role::Leader, other, Some(group))), None).await),
        ("member", actor(app, None, outsider).await),
        ("bare", actor(app, None, None).await),
    ] {
        let actor = &actor;
        activities_alike(&federation, (who, actor), &mut faults).await;
        people_alike(&federation, (who, actor), &mut faults).await;
        learning_alike(&federation, (who, actor), &mut faults).await;
        notices_alike(&federation, (who, actor), &mut faults).await;
        records_alike(&federation, (who, actor), &mut faults).await;
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

async fn activities_alike(federation: &Federation, (who, actor): (&str, &Actor), faults: &mut Vec<String>) {
    let app = &federation.app;
    let other = UnitId(federation.key("other"));
    let edited = |id: i64| {
        let mut draft = Draft::new("nothing", "", day("2030-01-01"), other);
        draft.activity.id = RecordId(id);
        draft
    };
    let (nobody, record) = (PersonId(MISSING), RecordId);
    alike!(faults, federation, who, "activity", |id| activities::actions::void(app, actor, record(id), ""));
    alike!(faults, federation, who, "activity", |id| activities::actions::edit(app, actor, edited(id), None));
    alike!(faults, federation, who, "draft", |id| activities::actions::close(app, actor, record(id)));
    alike!(faults, federation, who, "activity", |id| {
        activities::actions::make_up(app, actor, record(id), nobody, day("2020-01-01"))
    });
    alike!(faults, federation, who, "activity", |id| roll::save(app, actor, record(id), &[], &roll::Parts::new()));
    alike!(faults, federation, who, "activity", |id| roll::enter_new(app, actor, record(id), ""));
    alike!(faults, federation, who, "activity", |id| {
        roll::confirm(app, actor, record(id), roll::Confirming::default())
    });
    alike!(faults, federation, who, "activity", |id| check_in::open(app, actor, record(id), "", ""));
    alike!(faults, federation, who, "checking", |id| check_in::end(app, actor, record(id)));
    alike!(faults, federation, who, "activity", |id| {
        joint::actions::offer(app, actor, record(id), joint::actions::Offering::default())
    });
    alike!(faults, federation, who, "lecture", |id| lectures::rating::rate(app, actor, record(id), 0, 99, None));
    alike!(faults, federation, who, "tour", |id| lectures::tours::add_stops(app, actor, id, "?"));
}

async fn people_alike(federation: &Federation, (who, actor): (&str, &Actor), faults: &mut Vec<String>) {
    let app = &federation.app;
    let other = UnitId(federation.key("other"));
    let reversed = DayRange { from: day("2025-03-01"), to: Some(day("2025-02-01")) };
    let edit = || people::Edit {
        version: 0,
        name: String::new(),
        staff_no: None,
        sex: None,
        birth_month: None,
        education: None,
        phone: None,
        held: people::Held::default(),
        note: None,
    };
    let early = day("1900-01-01");
    let (person, held) = (PersonId, people::Held::default());
    alike!(faults, federation, who, "person", |id| people::actions::edit(app, actor, person(id), edit()));
    let post = || posts::Handed { name: "综合".to_owned(), ..posts::Handed::default() };
    alike!(faults, federation, who, "post", |id| posts::actions::edit(app, actor, (id, 1), post()));
    alike!(faults, federation, who, "post", |id| posts::actions::close(app, actor, (id, 1), Some(early)));
    alike!(faults, federation, who, "post", |id| posts::actions::remove(app, actor, id, 1));
    alike!(faults, federation, who, "person", |id| people::actions::leave(app, actor, person(id), early));
    alike!(faults, federation, who, "person", |id| {
        people::actions::transfer(app, actor, person(id), other, &held, early)
    });
    alike!(faults, federation, who, "person", |id| people::actions::join(app, actor, person(id), GroupId(0), early));
    alike!(faults, federation, who, "person", |id| {
        people::actions::second(app, actor, person(id), UnitId(0), UnitId(0), reversed)
    });
    alike!(faults, federation, who, "person", |id| {
        people::actions::leave_of_absence(app, actor, person(id), reversed)
    });
    alike!(faults, federation, who, "person", |id| {
        people::actions::set_party(app, actor, person(id), people::Party::Member, early)
    });
    alike!(faults, federation, who, "person", |id| people::actions::merge(app, actor, person(id), person(id)));
    let stay = people::stays::Stay::State(0);
    alike!(faults, federation, who, "person", |id| {
        people::stays::amend(app, actor, person(id), stay, people::stays::Amendment::Void, 0)
    });
    let odd = groups::actions::Change { age_limit: Some(1), ..groups::actions::Change::default() };
    alike!(faults, federation, who, "group", |id| groups::actions::change(app, actor, GroupId(id), odd.clone()));
    let unit = UnitId;
    alike!(faults, federation, who, "street", |id| units::actions::rename(app, actor, unit(id), ""));
    alike!(faults, federation, who, "street", |id| units::actions::close(app, actor, unit(id), early));
    alike!(faults, federation, who, "street", |id| units::actions::move_under(app, actor, unit(id), None, early));
    alike!(faults, federation, who, "street", |id| units::actions::merge(app, actor, unit(id), unit(id), early));
}

async fn learning_alike(federation: &Federation, (who, actor): (&str, &Actor), faults: &mut Vec<String>) {
    let app = &federation.app;
    let empty = || materials::actions::Said {
        kind: materials::Kind::Law,
        title: String::new(),
        author: None,
        issued_on: None,
        summary: None,
    };
    alike!(faults, federation, who, "material", |id| materials::actions::change(app, actor, (id, 0), empty(), None));
    alike!(faults, federation, who, "material", |id| materials::actions::retire(app, actor, (id, 0), true));
    let odd =
        || plans::actions::Said { title: String::new(), from: day("2026-02-01"), to: day("2026-01-01"), theme: None };
    let item = || plans::actions::Wanted {
        material: None,
        text: None,
        required: true,
        due_on: day("2030-01-01"),
        party_only: false,
        groups: Vec::new(),
    };
    alike!(faults, federation, who, "plan", |id| plans::actions::change(app, actor, (id, 0), odd()));
    alike!(faults, federation, who, "plan", |id| {
        plans::actions::set_state(app, actor, (id, 0), plans::State::Published)
    });
    alike!(faults, federation, who, "plan", |id| plans::actions::add_item(app, actor, id, item()));
    alike!(faults, federation, who, "item", |id| plans::actions::drop_item(app, actor, id));
    alike!(faults, federation, who, "item", |id| plans::actions::remind(app, actor, id, (None, None)));
    let (note, text) = (RecordId, notes::Said::default);
    alike!(faults, federation, who, "note", |id| notes::actions::edit(app, actor, note(id), 0, text()));
    alike!(faults, federation, who, "note", |id| notes::actions::remove(app, actor, note(id), 0));
    alike!(faults, federation, who, "note", |id| notes::actions::hand_in(app, actor, note(id), 0));
    alike!(faults, federation, who, "note", |id| notes::actions::take_back(app, actor, note(id), 0));
    alike!(faults, federation, who, "note", |id| notes::actions::comment(app, actor, note(id), ""));
    alike!(faults, federation, who, "note", |id| notes::actions::recommend(app, actor, note(id), 0, true));
    alike!(faults, federation, who, "note", |id| notes::actions::collect(app, actor, note(id), 0, Some("")));
}

async fn notices_alike(federation: &Federation, (who, actor): (&str, &Actor), faults: &mut Vec<String>) {
    use notices::{actions, answers};
    let app = &federation.app;
    let empty = || actions::Said {
        number: None,
        title: String::new(),
        text: String::new(),
        due_on: day("2020-01-01"),
        recipients: notices::Recipients::Chosen(Vec::new()),
        demands: Vec::new(),
    };
    alike!(faults, federation, who, "notice", |id| actions::change(app, actor, (id, 0), empty()));
    alike!(faults, federation, who, "notice", |id| actions::drop_draft(app, actor, (id, 0)));
    alike!(faults, federation, who, "notice", |id| actions::detach(app, actor, id, FileId(0)));
    alike!(faults, federation, who, "notice", |id| actions::send(app, actor, (id, 0)));
    alike!(faults, federation, who, "notice", |id| actions::withdraw(app, actor, (id, 0), ""));
    alike!(faults, federation, who, "notice", |id| actions::copy(app, actor, id));
    alike!(faults, federation, who, "notice", |id| actions::remind(app, actor, id));
    let duty = RecordId;
    alike!(faults, federation, who, "duty_plan", |id| {
        answers::hand_in(app, actor, (duty(id), 0), answers::Return::default())
    });
    alike!(faults, federation, who, "duty", |id| answers::name_activity(app, actor, duty(id), RecordId(0)));
    alike!(faults, federation, who, "duty", |id| answers::add_to_plan(app, actor, duty(id), 0));
    alike!(faults, federation, who, "duty", |id| answers::rule(app, actor, duty(id), duties::Ruling::Owe, ""));
}

async fn records_alike(federation: &Federation, (who, actor): (&str, &Actor), faults: &mut Vec<String>) {
    let app = &federation.app;
    let result = RecordId;
    let handed = || external::Handed {
        person: PersonId(MISSING),
        platform: "nothing".to_owned(),
        month: 1,
        amounts: external::Amounts::default(),
        note: None,
        theme: None,
    };
    alike!(faults, federation, who, "external", |id| external::actions::edit(app, actor, result(id), 0, handed()));
    alike!(faults, federation, who, "external", |id| external::actions::attest(app, actor, &[(result(id), 0)]));
    alike!(faults, federation, who, "external", |id| external::actions::give_back(app, actor, result(id), 0, ""));
    alike!(faults, federation, who, "external", |id| external::actions::void(app, actor, result(id), 0, ""));
    let handed = || honours::Handed {
        of: honours::For::Person(PersonId(MISSING)),
        title: String::new(),
        title_group: None,
        level: honours::Level::Unit,
        conferrer: String::new(),
        day: day("2030-01-01"),
        certificate: None,
        note: None,
        another: false,
    };
    alike!(faults, federation, who, "honour", |id| honours::actions::edit(app, actor, result(id), 0, handed()));
    alike!(faults, federation, who, "honour", |id| honours::actions::check(app, actor, result(id), 0));
    alike!(faults, federation, who, "honour", |id| honours::actions::give_back(app, actor, result(id), 0, ""));
    alike!(faults, federation, who, "honour", |id| honours::actions::void(app, actor, result(id), 0, ""));
    let handed = || stints::Handed {
        person: PersonId(MISSING),
        part: stints::Part::Other,
        volunteered: false,
        task: String::new(),
        place: None,
        place_unit: None,
        from: day("2030-01-01"),
        to: None,
        hours: None,
        result: None,
        note: None,
        theme: None,
        overlapping: false,
    };
    let finish = || stints::Finish { to: Some(day("1900-01-01")), hours: Some(-1), result: None };
    alike!(faults, federation, who, "stint", |id| stints::actions::edit(app, actor, result(id), 0, handed()));
    alike!(faults, federation, who, "stint", |id| stints::actions::check(app, actor, result(id), 0));
    alike!(faults, federation, who, "stint", |id| stints::actions::finish(app, actor, result(id), 0, finish()));
    alike!(faults, federation, who, "stint", |id| stints::actions::give_back(app, actor, result(id), 0, ""));
    alike!(faults, federation, who, "stint", |id| stints::actions::void(app, actor, result(id), 0, ""));
    alike!(faults, federation, who, "class", |id| external::classes::void(app, actor, id, 0, ""));
    alike!(faults, federation, who, "goal", |id| external::goals::end(app, actor, id, 0, 1));
    alike!(faults, federation, who, "import", |id| imports::actions::undo(app, actor, ImportId(id)));
    alike!(faults, federation, who, "report", |id| reports::actions::issued(app, actor, id));
}

/// The code of a refusal.
fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(AppError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

async fn what_is_seen_and_not_permitted_is_refused_before_it_is_judged(on: On) {
    let place = Place::new(on).await;
    let federation = Federation::new(place.open().await).await;
    let app = &federation.app;
    let street = UnitId(federation.key("street"));
    let (person, group) = (federation.key("person"), GroupId(federation.key("group")));
    let leader = actor(app, Some((Role::Leader, street, Some(group))), None).await;
    let member = actor(app, None, Some(person)).await;
    let reader = actor(app, Some((Role::Reader, street, None)), None).await;
    let activity = RecordId(federation.key("activity"));
    for actor in [&member, &reader] {
        assert_eq!(code(activities::actions::void(app, actor, activity, "").await), "not-permitted");
        assert_eq!(code(roll::enter_new(app, actor, activity, "").await), "not-permitted");
    }
    let reversed = DayRange { from: day("2025-03-01"), to: Some(day("2025-02-01")) };
    for actor in [&leader, &member] {
        let done = people::actions::second(app, actor, PersonId(person), UnitId(0), UnitId(0), reversed).await;
        assert_eq!(code(done), "not-permitted");
    }
    let new = people::NewPerson { name: String::new(), ..crate::town::new_person("", street) };
    assert_eq!(code(people::actions::add(app, &reader, new, day("2025-01-01")).await), "not-permitted");
    let result = RecordId(federation.key("external"));
    assert_eq!(code(external::actions::attest(app, &member, &[(result, 0)]).await), "not-permitted");
    assert_eq!(code(external::actions::give_back(app, &member, result, 0, "").await), "not-permitted");
    let note = RecordId(federation.key("note"));
    assert_eq!(code(notes::actions::collect(app, &leader, note, 0, Some("")).await), "not-permitted");
    // The host of a session can't answer for a unit that it is offered to, whatever the form contains.
    let other = UnitId(federation.key("other"));
    let host = actor(app, Some((Role::Secretary, other, None)), None).await;
    let (offer, long) = (federation.key("offer_open"), "长".repeat(1000));
    let answered =
        joint::actions::answer(app, &host, offer, 1, qinglan::features::offers::Said::Yes, Some(&long)).await;
    assert_eq!(code(answered), "not-permitted");
    assert_eq!(code(joint::actions::set_guests(app, &host, offer, 1, Some(-1), None).await), "not-permitted");
    let unit = actor(app, Some((Role::Secretary, street, None)), None).await;
    assert_eq!(code(joint::actions::withdraw(app, &unit, offer).await), "not-permitted");
    // An entry, retired or not, can't be changed by others.
    let speaker = federation.key("speaker");
    assert_eq!(code(speakers::actions::retire(app, &host, speaker, 1, false).await), "not-permitted");
    // To share a group one has to write at every unit whose people it includes.
    let opening = groups::actions::Opening {
        name: "联合小组".to_owned(),
        brand: None,
        unit: street,
        shared_by: vec![other],
        from: day("2026-01-01"),
    };
    assert_eq!(code(groups::actions::open(app, &unit, opening).await), "unit-unknown");
}

/// Lets an action begin and wait for a lock, while another transaction has changed what it needs; that one is committed then.
async fn meanwhile<T>(app: &App, changes: &[String], action: impl Future<Output = Result<T>>) -> Result<T> {
    let tx = db::begin(&app.db).await.unwrap();
    for change in changes {
        db::execute(&tx, change, vec![]).await.unwrap();
    }
    let mut action = std::pin::pin!(db::in_one_task(action));
    // The action reads within a few milliseconds, and then waits for the other one's lock.
    let looked = tokio::time::timeout(std::time::Duration::from_secs(2), &mut action).await;
    assert!(looked.is_err(), "it did not wait");
    tx.commit().await.unwrap();
    action.await
}

async fn a_person_who_was_transferred_meanwhile_is_no_longer_changed(on: On) {
    let place = Place::new(on).await;
    let federation = Federation::new(place.open().await).await;
    let app = &federation.app;
    let secretary = actor(app, Some((Role::Secretary, UnitId(federation.key("street")), None)), None).await;
    let (person, other) = (federation.key("person"), federation.key("other"));
    let moved = [
        format!("update person set version = version + 1 where id = {person}"),
        format!("update posting set unit_id = {other} where person_id = {person}"),
    ];
    let leave = people::actions::leave(app, &secretary, PersonId(person), day("2026-01-05"));
    let left = meanwhile(app, &moved, leave).await;
    assert_eq!(code(left), "person-unknown");
    let open = format!("select count(*) from posting where person_id = {person} and to_day is null");
    assert_eq!(db::scalar::<i64>(&app.db, &open, vec![]).await.unwrap(), Some(1));
}

async fn a_session_that_was_moved_meanwhile_is_no_longer_made_void(on: On) {
    let place = Place::new(on).await;
    let federation = Federation::new(place.open().await).await;
    let app = &federation.app;
    let secretary = actor(app, Some((Role::Secretary, UnitId(federation.key("street")), None)), None).await;
    let (today, other) = (federation.key("today"), federation.key("other"));
    let moved = format!("update activity set host_unit_id = {other}, version = version + 1 where id = {today}");
    let done = activities::actions::void(app, &secretary, RecordId(today), "重复登记");
    assert_eq!(code(meanwhile(app, &[moved], done).await), "activity-unknown");
    let activity = activities::store::by_ids(&app.db, &[RecordId(today)]).await.unwrap().remove(0);
    assert_eq!(activity.state, activities::State::Announced);
}

async fn an_organisation_is_not_entered_for_an_offer_that_is_refused(on: On) {
    let place = Place::new(on).await;
    let federation = Federation::new(place.open().await).await;
    let app = &federation.app;
    let count = "select count(*) from unit where outside = true";
    let before: Option<i64> = db::scalar(&app.db, count, vec![]).await.unwrap();
    let offering = joint::actions::Offering {
        outside: vec!["青云科技公司".to_owned(), "一".to_owned()],
        ..joint::actions::Offering::default()
    };
    let calling = RecordId(federation.key("calling"));
    let offered = joint::actions::offer(app, &app.operator(), calling, offering).await;
    assert_eq!(code(offered), "outside-name-odd");
    assert_eq!(db::scalar::<i64>(&app.db, count, vec![]).await.unwrap(), before);
}
