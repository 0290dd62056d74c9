//! The register of speakers, ratings by those present, lecture tours and their register.

use axum::http::StatusCode;
use desk::{actor::Role, app::App};
use federation::{people, scope};
use kernel::{PersonId, RecordId, UnitId};
use qinglan::features::{
    activities::{
        self, State, Status,
        actions::{Draft, Handed},
    },
    lectures::{rating, tours},
    speakers::{self, Speaker},
};

use crate::{
    browser::{Answered, Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, new_person, town},
};

on_both!(
    a_speaker_is_entered_found_changed_and_retired,
    an_activity_names_speakers_of_the_register_and_adds_to_their_sessions,
    those_present_rate_once_and_nobody_learns_who,
    a_tour_gets_its_stops_line_by_line_and_loses_none,
    the_register_of_lectures_has_one_row_for_a_session_and_one_for_a_tour,
);

const TODAY: &str = "2026-01-05";

fn speaker(name: &str, unit: UnitId) -> Speaker {
    Speaker {
        id: 0,
        name: name.to_owned(),
        person: None,
        field: "theory".to_owned(),
        level: "expert".to_owned(),
        organisation: Some("市委党校".to_owned()),
        note: None,
        unit,
        retired: false,
        version: 1,
    }
}

async fn entered(town: &Town, name: &str) -> i64 {
    speakers::actions::set(&town.app, &town.app.operator(), speaker(name, town.city)).await.unwrap()
}

/// A held session of the host on a day, with these people present.
async fn held(app: &App, title: &str, host: UnitId, on: &str, there: &[PersonId], speaking: &[i64]) -> RecordId {
    let mut draft = Draft::new("lecture", title, day(on), host);
    draft.attendance = there.iter().map(|person| Handed::plain(*person, Status::OnTime)).collect();
    draft.speaking = Some(speaking.to_vec());
    activities::actions::add(app, &app.operator(), draft).await.unwrap()
}

fn rows(answer: &Answered) -> usize {
    answer.text.matches("c1\">").count()
}

async fn a_speaker_is_entered_found_changed_and_retired(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let mut keeper = town.secretary("secretary", town.street).await;
    let empty = keeper.get("/speakers").await;
    assert!(empty.text.contains("还没有宣讲人"), "{}", empty.text);
    let form = keeper.get("/speakers/new").await;
    let once = form.value("once");
    let street = town.street.to_string();
    let mut fields = vec![
        ("once", once.as_str()),
        ("name", "温"),
        ("field", "law"),
        ("level", "model"),
        ("organisation", "区法院"),
        ("unit_id", street.as_str()),
    ];
    let refused = keeper.post("/speakers", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("宣讲人姓名“温”不对") && refused.value("organisation") == "区法院",
        "{}",
        refused.text
    );
    fields[1].1 = "温知远";
    let done = keeper.post("/speakers", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    // Sent twice: one entry.
    assert_eq!(keeper.post("/speakers", &fields).await.location, done.location);
    let path = done.location.unwrap();
    entered(&town, "顾明澈").await;
    assert_eq!(rows(&town.admin.get("/speakers").await), 2);
    assert_eq!(rows(&town.admin.get("/speakers?q=wenzhi").await), 1, "found by pinyin");
    assert_eq!(rows(&town.admin.get("/speakers?field=law&level=model").await), 1);
    assert_eq!(rows(&town.admin.get("/speakers?field=policy").await), 0);
    let ordered = town.admin.get("/speakers?order=-name").await.text;
    assert!(ordered.find("温知远") < ordered.find("顾明澈"));
    assert!(town.admin.get("/speakers/export").await.bytes.starts_with(b"PK"));
    // Another street may invite the speaker, but not change the entry.
    let mut other = town.secretary("other", town.other).await;
    assert_eq!(other.get(&path).await.status, StatusCode::OK);
    assert_eq!(other.get(&format!("{path}/edit")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(other.post(&path, &fields).await.status, StatusCode::FORBIDDEN);
    // Two users at once: the second is told.
    let version = keeper.get(&format!("{path}/edit")).await.value("version");
    let mut edit = fields.clone();
    edit[0] = ("version", &version);
    edit[4].1 = "区法院 庭长";
    assert_eq!(keeper.post(&path, &edit).await.status, StatusCode::SEE_OTHER);
    edit[4].1 = "市法院";
    let late = keeper.post(&path, &edit).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert_eq!(late.value("organisation"), "市法院");
    let version = keeper.get(&format!("{path}/edit")).await.value("version");
    let retired = keeper.post(&format!("{path}/retire"), &[("version", &version), ("do", "retire")]).await;
    assert_eq!(retired.status, StatusCode::SEE_OTHER, "{}", retired.text);
    assert_eq!(rows(&town.admin.get("/speakers").await), 1);
    assert_eq!(rows(&town.admin.get("/speakers?state=retired").await), 1);
    assert!(!town.admin.get("/speakers/pick?q=%E6%B8%A9").await.text.contains("温知远"), "not offered any more");
}

async fn an_activity_names_speakers_of_the_register_and_adds_to_their_sessions(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let one = town.person("郑梦曦", town.street, None).await;
    let (first, second) = (entered(&town, "温知远").await, entered(&town, "顾明澈").await);
    let mut keeper = town.secretary("secretary", town.street).await;
    let (street, keys) = (town.street.to_string(), [first.to_string(), second.to_string()]);
    let fields = [
        ("title", "理论宣讲"),
        ("day", TODAY),
        ("type", "lecture"),
        ("host_id", street.as_str()),
        ("speaker", keys[0].as_str()),
        ("speaker", keys[1].as_str()),
        ("as", "announced"),
    ];
    let done = keeper.post("/activities", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let path = done.location.unwrap();
    let id = RecordId(path.rsplit('/').next().unwrap().parse().unwrap());
    let there = activities::store::by_ids(&town.app.db, &[id]).await.unwrap().remove(0);
    assert_eq!(there.speakers.as_deref(), Some("温知远、顾明澈"), "an empty field is filled with the names");
    assert!(keeper.get(&path).await.text.contains("温知远的宣讲记录"));
    // Changed with one chip less; the printed text stays the same.
    let form = keeper.get(&format!("{path}/edit")).await;
    assert!(form.text.contains(&format!("name=\"speaker\" value=\"{second}\"")), "{}", form.text);
    let version = form.value("version");
    let mut edit = fields.to_vec();
    edit.remove(5);
    edit.extend([("version", version.as_str()), ("speakers", "温知远教授")]);
    assert_eq!(keeper.post(&path, &edit).await.status, StatusCode::SEE_OTHER);
    assert!(!keeper.get(&path).await.text.contains("顾明澈的宣讲记录"));
    let unknown = keeper
        .post(
            "/activities",
            &[("title", "x"), ("day", TODAY), ("type", "lecture"), ("host_id", &street), ("speaker", "999")],
        )
        .await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unknown.text);
    // Past sessions: only held ones, only those that the reader may see, with the head-count.
    let shown = format!("/speakers/{first}");
    assert!(keeper.get(&shown).await.text.contains("还没有你能看到的场次"));
    held(&town.app, "进社区", town.street, TODAY, &[one], &[first]).await;
    held(&town.app, "进机关", town.other, TODAY, &[], &[first]).await;
    let page = keeper.get(&shown).await;
    assert!(page.text.contains("共 2 场，你能看到 1 场"), "{}", page.text);
    assert!(page.text.contains("进社区") && !page.text.contains("进机关"));
    assert_eq!(rows(&town.admin.get(&shown).await), 2);
    town.reconciled().await;
}

async fn those_present_rate_once_and_nobody_learns_who(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let known = entered(&town, "温知远").await;
    let names = ["郑梦曦", "何雨桐", "邓欣芳", "许可心"];
    let mut people = Vec::new();
    for name in names {
        people.push(town.person(name, town.street, None).await);
    }
    let id = held(&town.app, "宣讲", town.street, TODAY, &people[..3], &[known]).await;
    let mut members = Vec::new();
    for (number, person) in people.iter().enumerate() {
        let name = format!("m{number}");
        account(&town.app, &name, None, Some(*person)).await;
        members.push(Browser::signed_in(&town.app, &name).await);
    }
    let mut keeper = town.secretary("secretary", town.street).await;
    let (path, rate, key) = (format!("/activities/{id}"), format!("/activities/{id}/rate"), known.to_string());
    let give = async |browser: &mut Browser, stars: &str, word: &str| {
        browser.post(&rate, &[("speaker", &key), ("stars", stars), ("word", word)]).await.status
    };
    assert!(members[0].get(&path).await.text.contains("评价宣讲人 温知远"));
    // People who weren't present, or only maintain the session, can't rate.
    assert_eq!(give(&mut members[3], "5", "").await, StatusCode::FORBIDDEN);
    assert_eq!(give(&mut keeper, "5", "").await, StatusCode::FORBIDDEN);
    assert_eq!(give(&mut members[0], "6", "").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(give(&mut members[0], "1", "听不清").await, StatusCode::SEE_OTHER);
    assert_eq!(give(&mut members[1], "4", "讲得实在").await, StatusCode::SEE_OTHER);
    let stands = async |town: &Town| rating::of_speakers(&town.app.db, &[known]).await.unwrap().remove(&known);
    assert_eq!(stands(&town).await, None, "two say nothing");
    let page = keeper.get(&path).await;
    assert!(!page.text.contains("讲得实在") && !page.text.contains("人评"), "{}", page.text);
    // Changed, not given twice.
    assert_eq!(give(&mut members[0], "5", "第二次才听清").await, StatusCode::SEE_OTHER);
    assert_eq!(give(&mut members[2], "4", "").await, StatusCode::SEE_OTHER);
    let stands = stands(&town).await.unwrap();
    assert_eq!((stands.tenths, stands.count), (43, 3));
    let page = keeper.get(&path).await;
    assert!(page.text.contains("4.3 分（3 人评）") && page.text.contains("讲得实在"), "{}", page.text);
    let own = members[1].get(&path).await;
    assert!(
        own.text.contains("4.3 分（3 人评）") && !own.text.contains("第二次才听清"),
        "the words are the host's: {}",
        own.text
    );
    assert!(town.admin.get(&format!("/speakers/{known}")).await.text.contains("4.3 分（3 人评）"));
    let logged: Option<i64> =
        ledger::db::scalar(&town.app.db, "select count(*) from log_entry where what like '%rat%'", vec![])
            .await
            .unwrap();
    assert_eq!(logged, Some(0), "the log doesn't say who rated");
    // The person's own export has the ratings they gave, and nobody else's.
    let own = members[0].get("/my/export").await;
    assert!(own.text.contains("第二次才听清") && !own.text.contains("讲得实在"), "{}", own.text);
    // A merged person's rating is moved, once.
    let double =
        people::actions::add(&town.app, &town.app.operator(), new_person("何雨桐", town.street), day("2025-01-01"))
            .await
            .unwrap();
    people::actions::merge(&town.app, &town.app.operator(), double, people[1]).await.unwrap();
    assert_eq!(rating::of_speakers(&town.app.db, &[known]).await.unwrap()[&known].count, 3);
    // After it is made void, its ratings no longer count.
    activities::actions::void(&town.app, &town.app.operator(), id, "没有办").await.unwrap();
    assert!(rating::of_speakers(&town.app.db, &[known]).await.unwrap().is_empty());
    town.reconciled().await;
}

async fn a_tour_gets_its_stops_line_by_line_and_loses_none(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    scope::places::refresh(&town.app).await.unwrap();
    let known = entered(&town, "程望舒").await;
    let (city, key) = (town.city.to_string(), known.to_string());
    let fields = [
        ("title", "身边榜样进社区"),
        ("theme", "在平凡岗位上"),
        ("speaker_id", key.as_str()),
        ("unit_id", city.as_str()),
        ("from", "2025-12-20"),
        ("to", "2026-01-31"),
    ];
    let turned = [&fields[..5], &[("to", "2025-12-01")]].concat();
    let refused = town.admin.post("/tours", &turned).await;
    assert!(
        refused.text.contains("结束日期早于开始日期") && refused.value("title") == "身边榜样进社区",
        "{}",
        refused.text
    );
    let made = town.admin.post("/tours", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let path = made.location.unwrap();
    let stops = format!("{path}/stops");
    let lines =
        "12月22日 14:00 古沟街道 在三楼会议室\n1月4日 红埠街道\n3月1日 红埠街道\n下周 红埠街道\n1月6日 没有的街道\n";
    let answer = town.admin.post(&stops, &[("stops", lines)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (line, why) in
        [("3月1日 红埠街道", "不在巡讲期间"), ("下周 红埠街道", "没有认出日期"), ("没有的街道", "没有的街道")]
    {
        assert!(answer.text.contains(line) && answer.text.contains(why), "{line}: {}", answer.text);
    }
    assert!(answer.text.contains("3 行没有添加") && answer.text.contains("已添加 2 站"), "{}", answer.text);
    // What a stop has no use for, and what isn't clear, is refused in words.
    for (line, why) in [("1月8日 3点 古沟街道", "“3点”没有读懂"), ("1月8日 古沟街道 42人", "“42”没有读懂")]
    {
        let answer = town.admin.post(&stops, &[("stops", line)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{line}");
        assert!(answer.text.contains(why), "{line}: {}", answer.text);
    }
    let typed = answer.text.split("<textarea").nth(1).unwrap().split("</textarea>").next().unwrap();
    assert!(typed.contains("下周") && !typed.contains("古沟街道"), "what was taken is gone from the form: {typed}");
    // The same lines once more add nothing twice.
    let again = town.admin.post(&stops, &[("stops", "12月22日 古沟街道\n2026-01-04 红埠街道")]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
    let id: i64 = path.rsplit('/').next().unwrap().parse().unwrap();
    let there = tours::stops(&town.app.db, id).await.unwrap();
    let days: Vec<String> = there.iter().map(|stop| stop.day.to_string()).collect();
    assert_eq!(days, ["2025-12-22", "2026-01-04"], "over the turn of the year");
    // Each unit has its stop as an announced lecture with the speaker.
    let first = activities::store::by_ids(&town.app.db, &[RecordId(there[0].id)]).await.unwrap().remove(0);
    assert_eq!((first.host, first.state, first.type_code.as_str()), (town.street, State::Announced, "lecture"));
    assert_eq!((first.place.as_deref(), first.time_from.as_deref()), (Some("三楼会议室"), Some("14:00")));
    assert_eq!((first.speakers.as_deref(), first.topic.as_deref()), (Some("程望舒"), Some("在平凡岗位上")));
    let mut keeper = town.secretary("secretary", town.street).await;
    assert!(keeper.get("/activities").await.text.contains("身边榜样进社区"));
    assert_eq!(keeper.get(&path).await.status, StatusCode::OK, "the tour is known where it stops");
    assert_eq!(keeper.post(&stops, &[("stops", "1月9日 古沟街道")]).await.status, StatusCode::FORBIDDEN);
    // Totals from the ledger: only what was held.
    assert!(keeper.get(&path).await.text.contains("已办 0 场，受众 0 人次"));
    let mut draft = activities::actions::draft_of(&town.app, RecordId(there[0].id)).await.unwrap();
    draft.activity.state = State::Held;
    draft.activity.audience = Some(46);
    activities::actions::edit(&town.app, &town.app.operator(), draft, None).await.unwrap();
    held(&town.app, "不在巡讲里", town.street, "2025-12-23", &[], &[known]).await;
    let page = town.admin.get(&path).await;
    assert!(page.text.contains("已办 1 场，受众 46 人次"), "{}", page.text);
    activities::actions::void(&town.app, &town.app.operator(), RecordId(there[0].id), "没有办").await.unwrap();
    let page = town.admin.get(&path).await;
    assert!(page.text.contains("已办 0 场，受众 0 人次"), "{}", page.text);
    // A street maintains its own tours and can't put a stop at a unit elsewhere.
    let street = town.street.to_string();
    let own = [&[("unit_id", street.as_str())], &fields[..3], &fields[4..]].concat();
    let own = keeper.post("/tours", &own).await.location.unwrap();
    let beyond = keeper.post(&format!("{own}/stops"), &[("stops", "1月9日 红埠街道")]).await;
    assert!(beyond.text.contains("红埠街道不在你的范围里"), "{}", beyond.text);
    assert_eq!(rows(&keeper.get("/tours").await), 2);
    let mut other = town.secretary("other", town.other).await;
    assert_eq!(rows(&other.get("/tours").await), 1, "the one that stops there");
    assert_eq!(other.get(&own).await.status, StatusCode::NOT_FOUND);
    assert!(town.admin.get("/tours/export").await.bytes.starts_with(b"PK"));
    // The tour is ended: the user is told, and what was typed stays.
    let version = town.admin.get(&path).await.value("version");
    let end = [&fields[..], &[("version", version.as_str()), ("ended", "on")]].concat();
    assert_eq!(town.admin.post(&path, &end).await.status, StatusCode::SEE_OTHER);
    let over = town.admin.post(&stops, &[("stops", "1月9日 古沟街道")]).await;
    assert!(over.text.contains("已结束：去掉"), "{}", over.text);
    town.reconciled().await;
}

async fn the_register_of_lectures_has_one_row_for_a_session_and_one_for_a_tour(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    scope::places::refresh(&town.app).await.unwrap();
    let one = town.person("郑梦曦", town.street, None).await;
    let known = entered(&town, "程望舒").await;
    held(&town.app, "单独一场", town.street, "2026-01-02", &[one], &[known]).await;
    let actor = town.app.operator();
    let tour = tours::Tour {
        id: 0,
        title: "巡讲".to_owned(),
        theme: Some("榜样".to_owned()),
        speaker: Some(known),
        unit: town.city,
        from: day("2026-01-01"),
        to: day("2026-01-31"),
        ended: false,
        version: 1,
    };
    let id = tours::set(&town.app, &actor, tour).await.unwrap();
    tours::add_stops(&town.app, &actor, id, "1月3日 古沟街道 在甲处\n1月4日 红埠街道 在乙处\n1月9日 红埠街道")
        .await
        .unwrap();
    for stop in tours::stops(&town.app.db, id).await.unwrap().iter().take(2) {
        let mut draft = activities::actions::draft_of(&town.app, RecordId(stop.id)).await.unwrap();
        draft.activity.state = State::Held;
        draft.activity.audience = Some(20);
        activities::actions::edit(&town.app, &actor, draft, None).await.unwrap();
    }
    let query = format!("unit_id={}&period=own&from=2026-01-01&to=2026-12-31", town.city);
    let file = town.admin.get(&format!("/registers/lectures/csv?{query}")).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text);
    let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
    assert!(lines.iter().any(|line| line.ends_with("序号,时间,地点,宣讲人,主题,场次,受众人次")), "{lines:?}");
    assert!(lines.contains(&"1,2026-01-02,,,单独一场,1,1"), "{lines:?}");
    assert!(lines.contains(&"2,2026-01-03—2026-01-04,甲处、乙处,程望舒,榜样,2,40"), "{lines:?}");
    let book = town.admin.get(&format!("/registers/lectures/xlsx?{query}")).await;
    assert!(book.bytes.starts_with(b"PK"));
    account(&town.app, "reader", Some((Role::Reader, Some(town.street), None)), None).await;
    let mut reader = Browser::signed_in(&town.app, "reader").await;
    assert_eq!(
        reader.get(&format!("/registers/lectures/csv?unit_id={}&period=year", town.street)).await.status,
        StatusCode::OK
    );
}
