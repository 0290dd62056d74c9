//! Lists of a video meeting, a form or a chat on the roll's page: shown before anybody is marked; nicknames are given once.

use axum::http::StatusCode;
use federation::people;
use kernel::PersonId;

use crate::{
    browser::Answered,
    roll::{World, read_fields, send},
    support::{On, Place, file, on_both},
};

on_both!(
    a_list_of_a_meeting_is_checked_before_anybody_is_marked,
    a_nickname_is_given_once_and_follows_the_person,
    a_file_that_is_no_list_is_refused_in_words,
    a_list_that_is_too_much_is_refused_in_words
);

const MEETING: &str = "meeting-members.csv";

async fn upload(world: &mut World, name: &str, bytes: &[u8], least: &str) -> Answered {
    let path = format!("{}/file", world.roll());
    world.leader.upload(&path, &[("least", least)], ("file", name, bytes)).await
}

fn meeting() -> Vec<u8> {
    std::fs::read(file(&format!("fixtures/import-cases/{MEETING}"))).expect("a fixture")
}

/// The session gets its times.
async fn timed(world: &World) {
    let sql = "update activity set time_from = '14:30', time_to = '16:00'";
    ledger::db::execute(&world.app.db, sql, vec![]).await.expect("times");
}

/// The marks of everybody, as the roll's form has them.
async fn marks(world: &mut World) -> String {
    let roll = world.roll();
    format!("{} ", world.leader.get(&roll).await.value("was"))
}

fn has(marks: &str, person: PersonId, mark: &str) -> bool {
    marks.contains(&format!("{person}={mark} "))
}

/// The form as it stands, with a choice for a nickname, and the text that it carries.
fn chosen(shown: &Answered, nickname: &str, person: PersonId, remember: bool) -> Vec<(String, String)> {
    let mut fields = read_fields(shown);
    let text = shown.text.split("name=\"text\" hidden>").nth(1).and_then(|rest| rest.split("</textarea>").next());
    fields[0].1 = text.expect("the text").replace("&#x2f;", "/");
    let who = fields.iter_mut().find(|(name, _)| *name == format!("who-n:{nickname}")).expect("the nickname is asked");
    who.1 = person.to_string();
    if remember {
        fields.push((format!("remember-n:{nickname}"), "on".to_owned()));
    }
    fields
}

async fn a_list_of_a_meeting_is_checked_before_anybody_is_marked(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    timed(&world).await;
    let people = world.people.clone();
    let shown = upload(&mut world, MEETING, &meeting(), "50%").await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    for told in [
        "认出的（2）",
        "要你定的（1）",
        "在会 80 分钟，开始以后才进来",
        "在会 15 分钟，不足",
        "小诺",
        "记住这个昵称",
        "在会满 45 分钟算到",
        "会议主题：一月学习",
    ] {
        assert!(shown.text.contains(told), "{told}: {}", shown.text);
    }
    let stood = marks(&mut world).await;
    assert!(people.iter().all(|person| has(&stood, *person, "")), "nobody is marked by reading: {stood}");
    // With another least time it is read anew.
    let mut again = read_fields(&shown);
    again[0].1.clone_from(&chosen(&shown, "小诺", people[2], false)[0].1);
    again.retain(|(name, _)| name != "least");
    again.push(("least".to_owned(), "10".to_owned()));
    again.push(("do".to_owned(), "again".to_owned()));
    let read = format!("{}/read", world.roll());
    let anew = send(&mut world.leader, &read, &again).await;
    assert_eq!(anew.status, StatusCode::OK, "{}", anew.text);
    assert!(anew.text.contains("认出的（3）") && anew.text.contains("在会满 10 分钟算到"), "{}", anew.text);
    // Handed in: the nickname is whom the clerk says, the one who left early stays open.
    let fields = chosen(&shown, "小诺", people[2], false);
    let taken = send(&mut world.leader, &read, &fields).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let stood = marks(&mut world).await;
    for (person, mark) in [(people[0], "on_time"), (people[1], "late"), (people[2], "on_time"), (people[3], "")] {
        assert!(has(&stood, person, mark), "{person} {mark}: {stood}");
    }
    // Not remembered: asked again. Marks that were made before stay.
    let shown = upload(&mut world, MEETING, &meeting(), "50%").await;
    assert!(shown.text.contains("name=\"who-n:小诺\"") && shown.text.contains("已登记，相同"), "{}", shown.text);
}

async fn a_nickname_is_given_once_and_follows_the_person(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    timed(&world).await;
    let (people, read) = (world.people.clone(), format!("{}/read", world.roll()));
    let shown = upload(&mut world, MEETING, &meeting(), "50%").await;
    let fields = chosen(&shown, "小诺", people[2], true);
    let taken = send(&mut world.leader, &read, &fields).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    // In a list and in a text, and the page says how.
    let paste = format!("{}/paste", world.roll());
    for shown in [
        upload(&mut world, MEETING, &meeting(), "50%").await,
        world.leader.post(&paste, &[("paste", "1. 孟晓宁\n2. 小诺 请假")]).await,
    ] {
        assert!(shown.text.contains("昵称“小诺”") && shown.text.contains("不再记住这个昵称"), "{}", shown.text);
        assert!(shown.text.contains("<b>王一诺</b>"), "{}", shown.text);
    }
    // On the person's page, where whoever keeps the person removes it.
    let page = format!("/people/{}", people[2]);
    let shown = world.secretary.get(&page).await;
    assert!(shown.text.contains("小诺") && shown.text.contains("/nicknames"), "{}", shown.text);
    // It follows a merge; two people with it are asked about.
    people::actions::merge(&world.app, &world.app.operator(), people[2], people[3]).await.expect("merged");
    let shown = world.leader.post(&paste, &[("paste", "1. 小诺")]).await;
    assert!(shown.text.contains("昵称“小诺”") && shown.text.contains("<b>赵思涵</b>"), "{}", shown.text);
    let sql = "insert into person_nickname (person_id, nickname, given_at, account_id) values ($1, '小诺', '2026', 1)";
    ledger::db::execute(&world.app.db, sql, vec![people[0].0.into()]).await.expect("a second one");
    let shown = world.leader.post(&paste, &[("paste", "1. 小诺")]).await;
    assert!(shown.text.contains("name=\"who-n:小诺\"") && shown.text.contains("孟晓宁（柳岸社区）"), "{}", shown.text);
    // Removed by the secretary; a member may not.
    let page = format!("/people/{}/nicknames", people[0]);
    let forbidden = world.stranger.post(&page, &[("nickname", "小诺")]).await;
    assert!(forbidden.status.is_client_error(), "{}", forbidden.text);
    let removed = world.secretary.post(&page, &[("nickname", "小诺")]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", removed.text);
    // Forgotten where it was read.
    let shown = world.leader.post(&paste, &[("paste", "1. 小诺")]).await;
    let mut fields = read_fields(&shown);
    "1. 小诺".clone_into(&mut fields[0].1);
    fields.push(("forget-n:小诺".to_owned(), "on".to_owned()));
    let taken = send(&mut world.leader, &read, &fields).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let left: Option<i64> =
        ledger::db::scalar(&world.app.db, "select count(*) from person_nickname", vec![]).await.expect("read");
    assert_eq!(left, Some(0));
}

async fn a_file_that_is_no_list_is_refused_in_words(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let long = "长".repeat(20_001);
    for (name, bytes, least, told) in [
        ("一.pdf", &b"%PDF-1.7"[..], "50%", "一.pdf"),
        ("一.csv", &b""[..], "50%", "一.csv"),
        ("一.txt", long.as_bytes(), "50%", "最多"),
        ("一.csv", "姓名,入会时间\n孟晓宁,14:30\n".as_bytes(), "一半", "读不懂"),
    ] {
        let refused = upload(&mut world, name, bytes, least).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", refused.text);
        assert!(refused.text.contains(told), "{told}: {}", refused.text);
    }
    let path = format!("{}/file", world.roll());
    let forbidden = world.member.upload(&path, &[], ("file", "一.txt", "孟晓宁".as_bytes())).await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    // An exported chat is read as a pasted one.
    let chat = "2026-01-05 14:02:11 孟晓宁(10001)\n收到\n\n2026-01-05 14:03:00 李若彤(10002)\n请假\n";
    let shown = upload(&mut world, "群聊.txt", chat.as_bytes(), "50%").await;
    assert!(shown.text.contains("认出的（2）"), "{}", shown.text);
}

async fn a_list_that_is_too_much_is_refused_in_words(on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    timed(&world).await;
    let letters = ["安", "白", "岑", "丁", "方", "葛", "何", "江", "康", "林", "孟", "宁", "潘"];
    let names = |count: usize| {
        let name = |at: usize| [at / 169, at / 13 % 13, at % 13].map(|at| letters[at]).concat();
        let lines: Vec<String> = (0..count).map(|at| format!("{},14:30,16:00", name(at))).collect();
        format!("姓名,入会时间,离会时间\n{}\n", lines.join("\n"))
    };
    let shown = upload(&mut world, "名单.csv", names(2_000).as_bytes(), "50%").await;
    assert_eq!(shown.status, StatusCode::OK, "as many as a page holds");
    let refused = upload(&mut world, "名单.csv", names(2_001).as_bytes(), "50%").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(refused.text.contains("选错了活动或文件"), "{}", refused.text);
    // Tabs divide cells: two million of them are no list either.
    let tabs = format!("姓名{}", "\t".repeat(2_000_000));
    let refused = upload(&mut world, "名单.txt", tabs.as_bytes(), "50%").await;
    assert!(refused.status.is_client_error(), "{}", refused.text);
    let paste = format!("{}/paste", world.roll());
    let refused = world.leader.post(&paste, &[("paste", tabs.as_str())]).await;
    assert!(refused.status.is_client_error(), "{}", refused.text);
}
