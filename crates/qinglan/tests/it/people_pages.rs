//! Pages of people in daily use: two users edit the same facts, rows are merged, duplicates found, lists filtered.

use axum::http::StatusCode;
use federation::{
    people::{self, NewPerson},
    units,
};
use kernel::UnitId;
use qinglan::features::activities::{
    self, Status,
    actions::{Draft, Handed},
};

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::town,
};

on_both!(
    simultaneous_edits_are_not_lost,
    rows_of_one_person_are_found_compared_and_merged,
    names_are_found_by_pinyin,
    the_list_is_filtered_ordered_and_paged,
    mistakes_are_ended_or_made_void_after_their_effect_was_shown,
);

async fn simultaneous_edits_are_not_lost(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let person = town.person("郑梦曦", town.street, Some(198_001)).await;
    let mut other = town.secretary("secretary", town.street).await;
    let path = format!("/people/{person}/edit");
    let first = town.admin.get(&path).await;
    let second = other.get(&path).await;
    assert_eq!((first.value("name").as_str(), first.value("version").as_str()), ("郑梦曦", "1"));
    let version = first.value("version");
    let young = figures::metrics::open(
        &town.app,
        town.city,
        kernel::Period::new(day("2025-01-01"), day("2025-12-31")).unwrap(),
        None,
        None,
    );
    let metric = town.app.metrics().get("people.members_youth").unwrap();
    let year = kernel::Period::new(day("2025-01-01"), day("2025-12-31")).unwrap();
    let filter = ledger::Filter::default();
    assert_eq!(young.await.unwrap().value(&metric, town.city, year, &filter).unwrap().value.count(), 0);

    let edit = [
        ("version", version.as_str()),
        ("name", "郑孟曦"),
        ("sex", "female"),
        ("birth_month", "1995-04"),
        ("phone", "19900005678"),
        ("duty", "干事"),
    ];
    let saved = town.admin.post(&path, &edit).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let there = people::actions::edit_of(&town.app, person).await.unwrap();
    assert_eq!(
        (there.name.as_str(), there.birth_month, there.held.duty.as_deref()),
        ("郑孟曦", Some(199_504), Some("干事"))
    );
    let books = figures::metrics::open(&town.app, town.city, year, None, None).await.unwrap();
    assert_eq!(books.value(&metric, town.city, year, &filter).unwrap().value.count(), 1, "a youth by the new month");
    town.reconciled().await;

    // The second user is told, sees what was typed and the current values, and overwrites them knowingly.
    let version = second.value("version");
    let late = [("version", version.as_str()), ("name", "郑梦曦"), ("birth_month", "1980-01"), ("note", "在外学习")];
    let conflict = other.post(&path, &late).await;
    assert_eq!(conflict.status, StatusCode::CONFLICT, "{}", conflict.text);
    assert!(conflict.text.contains("刚被改过，你填的还没有保存"), "{}", conflict.text);
    for stands in ["现在是“郑孟曦”", "现在是“1995-04”", "现在是“女”", "现在是“干事”", "现在是空的"]
    {
        assert!(conflict.text.contains(stands), "{stands}: {}", conflict.text);
    }
    assert_eq!((conflict.value("name").as_str(), conflict.value("birth_month").as_str()), ("郑梦曦", "1980-01"));
    assert!(conflict.text.contains("在外学习"));
    assert_eq!(people::actions::edit_of(&town.app, person).await.unwrap().name, "郑孟曦", "nothing was written");
    let version = conflict.value("version");
    let again = [("version", version.as_str()), ("name", "郑梦曦"), ("birth_month", "1980-01"), ("note", "在外学习")];
    assert_eq!(other.post(&path, &again).await.status, StatusCode::SEE_OTHER);
    let there = people::actions::edit_of(&town.app, person).await.unwrap();
    assert_eq!((there.name.as_str(), there.note.as_deref(), there.sex), ("郑梦曦", Some("在外学习"), None));
    town.reconciled().await;

    // A fault is shown beside its field, and what was typed stays.
    let version = there.version.to_string();
    let odd = [("version", version.as_str()), ("name", "郑梦曦2"), ("birth_month", "1980-01"), ("phone", "1")];
    let refused = town.admin.post(&path, &odd).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("不像一个人的姓名"), "{}", refused.text);
    assert_eq!((refused.value("name").as_str(), refused.value("version")), ("郑梦曦2", version));
    // Users from elsewhere may not.
    let mut elsewhere = town.secretary("elsewhere", town.other).await;
    assert_eq!(elsewhere.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(elsewhere.post(&path, &again).await.status, StatusCode::NOT_FOUND);
}

async fn rows_of_one_person_are_found_compared_and_merged(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let survivor = town.person("何雨桐", town.street, Some(199_001)).await;
    let loser = town.person("何雨桐", town.other, None).await;
    let older = town.person("何雨桐", town.other, Some(198_512)).await;
    town.person("邓欣芳", town.other, Some(199_001)).await;
    let actor = town.app.operator();
    for (title, on, people) in [
        ("两人都在", "2025-03-01", vec![(survivor, Status::Absent), (loser, Status::OnTime)]),
        ("一人在", "2025-04-01", vec![(loser, Status::OnTime)]),
        ("又一人在", "2025-05-01", vec![(loser, Status::Leave)]),
    ] {
        let mut draft = Draft::new("study", title, day(on), town.street);
        let handed = |(person, status)| Handed::plain(person, status);
        draft.attendance = people.into_iter().map(handed).collect();
        activities::actions::add(&town.app, &actor, draft).await.unwrap();
    }
    account(&town.app, "own", None, Some(loser)).await;
    // Two pairs: the merged row with each of the others, since it has no month; not those born in different months.
    let doubles = town.admin.get("/people/doubles").await;
    assert_eq!(doubles.text.matches("/merge?other_id=").count(), 2, "{}", doubles.text);
    assert!(!doubles.text.contains("邓欣芳") && !doubles.text.contains("19900001234"));
    let mut secretary = town.secretary("secretary", town.street).await;
    let own = secretary.get("/people/doubles").await;
    assert!(own.text.contains("没有疑似重复的人员"), "one of them is elsewhere: {}", own.text);

    let path = format!("/people/{survivor}/merge");
    let choose = town.admin.get(&path).await;
    assert!(choose.text.contains("哪一条是同一个人"));
    let itself = town.admin.get(&format!("{path}?other_id={survivor}")).await;
    assert!(itself.text.contains("两个编号相同"), "{}", itself.text);
    let compared = town.admin.get(&format!("{path}?other_id={loser}")).await;
    assert_eq!(compared.status, StatusCode::OK, "{}", compared.text);
    for told in ["2 次考勤算到留下的这条", "1 场活动两条都有考勤", "1 段小组成员过来", "两人都在", "并入 何雨桐"]
    {
        assert!(compared.text.contains(told), "{told}: {}", compared.text);
    }
    assert!(!compared.text.contains("看清是不是同一个人"));
    let different_month = town.admin.get(&format!("{path}?other_id={older}")).await;
    assert!(different_month.text.contains("看清是不是同一个人"), "born in another month: {}", different_month.text);
    let denied = secretary.get(&format!("{path}?other_id={loser}")).await;
    assert_eq!(denied.status, StatusCode::NOT_FOUND, "the other lies outside the scope");
    let (one, two) = (compared.value("version"), compared.value("other_version"));
    let loser_id = loser.to_string();
    let fields = [("other_id", loser_id.as_str()), ("version", &one), ("other_version", &two)];
    assert_eq!(secretary.post(&path, &fields).await.status, StatusCode::NOT_FOUND);
    // A change meanwhile is reported, and nothing is merged.
    people::actions::set_party(&town.app, &actor, loser, people::Party::Member, day("2025-02-01")).await.unwrap();
    let stale = town.admin.post(&path, &fields).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text.contains("刚被改过"), "{}", stale.text);
    let two = stale.value("other_version");
    let fields = [("other_id", loser_id.as_str()), ("version", &one), ("other_version", &two)];
    let merged = town.admin.post(&path, &fields).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.text);
    let old = town.admin.get(&format!("/people/{loser}")).await;
    assert_eq!(old.location.as_deref(), Some(format!("/people/{survivor}").as_str()), "an old address leads on");
    // The account of the merged row shows the survivor.
    let own = Browser::signed_in(&town.app, "own").await.get("/my?period=last-year").await;
    assert!(own.text.contains("古沟街道") && own.text.contains("两人都在"), "{}", own.text);
    let page = town.admin.get(&format!("/people/{survivor}")).await;
    assert!(page.text.contains("红埠街道") && page.text.contains("古沟街道"));
    let doubles = town.admin.get("/people/doubles").await;
    assert_eq!(doubles.text.matches("/merge?other_id=").count(), 0, "{}", doubles.text);
    // Ten with the same name, none with a month of birth: 45 pairs on two pages, each once.
    for _ in 0..10 {
        town.person("孟晓宁", town.street, None).await;
    }
    let (mut pairs, mut path) = (Vec::new(), "/people/doubles".to_owned());
    for _ in 0..3 {
        let page = town.admin.get(&path).await;
        let links = page.text.split("href=\"").filter(|link| link.contains("/merge?other_id="));
        let links = links.filter_map(|link| Some(link.split_once('"')?.0.to_owned()));
        pairs.extend(links.filter(|link| link.contains("/merge?other_id=")));
        let next = page.text.split("href=\"").find(|link| link.contains("rel=\"next\""));
        let Some(next) = next else { break };
        path = next.split('"').next().unwrap_or_default().replace("&amp;", "&").replace("&#x2f;", "/");
    }
    let all = pairs.len();
    pairs.sort();
    pairs.dedup();
    assert_eq!((all, pairs.len()), (45, 45));
    town.reconciled().await;
}

async fn names_are_found_by_pinyin(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let person = town.person("孟晓宁", town.street, Some(199_001)).await;
    town.person("单雪梅", town.street, None).await;
    for (typed, name) in [
        ("mxn", "孟晓宁"),
        ("mengxiaoning", "孟晓宁"),
        ("mengxn", "孟晓宁"),
        ("XN", "孟晓宁"),
        ("孟xn", "孟晓宁"),
        ("晓宁", "孟晓宁"),
        ("sxm", "单雪梅"),
        ("danxuemei", "单雪梅"),
    ] {
        let query = web::Fields::from_pairs([("q", typed.to_owned())]).query_without(&[]);
        let list = town.admin.get(&format!("/people?{query}")).await;
        assert_eq!(list.text.matches("class=\"c1 b\"").count(), 1, "{typed}: {}", list.text);
        assert!(list.text.contains(name), "{typed}");
        let pick = town.admin.get(&format!("/people/pick?{query}")).await;
        assert!(pick.text.contains(name) && pick.text.matches("data-value").count() == 1, "{typed}: {}", pick.text);
    }
    assert_eq!(town.admin.get("/people?q=engx").await.text.matches("class=\"c1 b\"").count(), 0);
    let units = town.admin.get("/units/pick?q=ggj").await;
    assert!(units.text.contains("古沟街道") && !units.text.contains("红埠街道"), "{}", units.text);
    // A changed name is found, the old one no longer.
    let edit = people::actions::edit_of(&town.app, person).await.unwrap();
    let edit = people::Edit { name: "吕宁".to_owned(), ..edit };
    people::actions::edit(&town.app, &town.app.operator(), person, edit).await.unwrap();
    let found = async |admin: &mut Browser, text: &str| {
        admin.get(&format!("/people?q={text}")).await.text.matches("class=\"c1 b\"").count()
    };
    assert_eq!((found(&mut town.admin, "mxn").await, found(&mut town.admin, "lvning").await), (0, 1));
    units::actions::rename(&town.app, &town.app.operator(), town.other, "青石街道").await.unwrap();
    assert!(town.admin.get("/units/pick?q=qsjd").await.text.contains("青石街道"));

    // A database of an older version is filled when it is opened.
    for sql in [
        "drop table person_pinyin",
        "drop table unit_pinyin",
        "delete from seaql_migrations where version in ('people_0002', 'units_0003')",
    ] {
        ledger::db::execute(&town.app.db, sql, vec![]).await.unwrap();
    }
    let app = place.open().await;
    let mut admin = Browser::signed_in(&app, "admin").await;
    assert_eq!((found(&mut admin, "ln").await, found(&mut admin, "shanxuemei").await), (1, 1));
    assert!(admin.get("/units/pick?q=ggjd").await.text.contains("古沟街道"));
}

async fn the_list_is_filtered_ordered_and_paged(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let actor = town.app.operator();
    let seconded = town.person("孟晓宁", town.street, Some(199_001)).await;
    let away = town.person("安宁", town.other, Some(195_001)).await;
    let gone = town.person("邓欣芳", town.street, None).await;
    let since = |from: &str| kernel::DayRange { from: day(from), to: None };
    people::actions::second(&town.app, &actor, seconded, town.street, town.other, since("2025-06-01")).await.unwrap();
    people::actions::leave_of_absence(&town.app, &actor, away, since("2025-06-01")).await.unwrap();
    people::actions::leave(&town.app, &actor, gone, day("2025-09-30")).await.unwrap();
    // Between two postings a person counts as having left, too.
    let between = town.person("白露", town.street, None).await;
    people::actions::leave(&town.app, &actor, between, day("2025-12-31")).await.unwrap();
    people::actions::transfer(&town.app, &actor, between, town.other, &people::Held::default(), day("2026-03-01"))
        .await
        .unwrap();
    let names = |text: &str| -> Vec<String> {
        let cells = text.split("class=\"c1 b\"").skip(1);
        cells.filter_map(|cell| Some(cell.split_once("\">")?.1.split('<').next()?.to_owned())).collect()
    };
    let group = federation::groups::store::default_groups(&town.app.db, &[town.other]).await.unwrap();
    let group = group[&town.other].id;
    for (query, expected) in [
        ("", vec!["孟晓宁", "安宁"]),
        ("order=name", vec!["安宁", "孟晓宁"]),
        ("state=seconded", vec!["孟晓宁"]),
        ("state=on_leave", vec!["安宁"]),
        ("state=left", vec!["邓欣芳", "白露"]),
        ("state=any&order=name", vec!["安宁", "白露", "邓欣芳", "孟晓宁"]),
        ("youth=yes", vec!["孟晓宁"]),
        ("youth=no", vec!["安宁"]),
        ("youth=unknown", vec![]),
        (&format!("group_id={group}"), vec!["安宁"]),
    ] {
        let list = town.admin.get(&format!("/people?{query}")).await;
        assert_eq!(list.status, StatusCode::OK, "{query}: {}", list.text);
        assert_eq!(names(&list.text), expected, "{query}");
    }
    let list = town.admin.get("/people?state=any").await;
    for shown in ["2025-09-30 离开", "借调", "离岗"] {
        assert!(list.text.contains(shown), "{shown}: {}", list.text);
    }
    let sheet = town.admin.get("/people/export?state=left").await;
    assert_eq!((sheet.status, &sheet.bytes[..2]), (StatusCode::OK, &b"PK"[..]));
    // Pages follow each other in either order, with nobody left out and nobody twice.
    let many = (0..70).map(|number| NewPerson {
        name: format!("{}一{}", ["安", "白", "单", "曾"][number % 4], ["丹", "凤", "兰"][number % 3]),
        staff_no: None,
        sex: None,
        birth_month: None,
        party: None,
        unit: if number % 2 == 0 { town.street } else { town.other },
        held: people::Held::default(),
        education: None,
        phone: None,
        note: None,
    });
    people::actions::add_all(&town.app, &actor, many.collect(), day("2025-01-01")).await.unwrap();
    for order in ["", "order=name"] {
        let (mut seen, mut path) = (Vec::new(), format!("/people?{order}"));
        for _ in 0..4 {
            let list = town.admin.get(&path).await;
            let ids = list.text.split("href=\"/people/").skip(1).filter_map(|rest| rest.split('"').next());
            seen.extend(ids.filter(|id| id.parse::<i64>().is_ok()).map(str::to_owned).collect::<Vec<_>>());
            let next = list.text.split("href=\"").find(|link| link.contains("rel=\"next\""));
            let Some(next) = next else { break };
            path = next.split('"').next().unwrap_or_default().replace("&amp;", "&").replace("&#x2f;", "/");
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((all, seen.len()), (72, 72), "{order}");
    }
}

async fn mistakes_are_ended_or_made_void_after_their_effect_was_shown(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let actor = town.app.operator();
    let person = town.person("郑梦曦", town.street, Some(199_001)).await;
    let days = kernel::DayRange { from: day("2025-03-01"), to: None };
    people::actions::second(&town.app, &actor, person, town.street, town.other, days).await.unwrap();
    for on in ["2025-02-01", "2025-04-01", "2024-05-01"] {
        let mut draft = Draft::new("study", &format!("学习{on}"), day(on), town.street);
        draft.attendance = vec![Handed::plain(person, Status::OnTime)];
        if activities::actions::add(&town.app, &actor, draft).await.is_err() {
            assert_eq!(on, "2024-05-01", "before the posting nobody attends");
        }
    }
    let counted = async |unit: UnitId| {
        let year = kernel::Period::new(day("2025-01-01"), day("2025-12-31")).unwrap();
        let books = figures::metrics::open(&town.app, unit, year, None, None).await.unwrap();
        let value = |key: &str| {
            let metric = town.app.metrics().get(key).unwrap();
            books.value(&metric, unit, year, &ledger::Filter::default()).unwrap().value.count()
        };
        (value("people.members_at"), value("activities.person_times"))
    };
    assert_eq!((counted(town.street).await, counted(town.other).await), ((0, 1), (1, 1)));
    let page = town.admin.get(&format!("/people/{person}?period=last-year")).await;
    assert!(page.text.contains("学习2025-04-01") && page.text.contains("借调和离岗"), "{}", page.text);
    assert!(page.text.contains("古沟街道 → 红埠街道"), "{}", page.text);
    let now = town.admin.get(&format!("/people/{person}")).await;
    assert!(!now.text.contains("学习2025-04-01") && now.text.contains("这段时间没有记录"), "2026 is the present year");
    let link = |text: &str, kind: &str| {
        let begin = format!("/people/{person}/{kind}/");
        let key = text.split(&begin).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        format!("{begin}{key}")
    };
    let (state, membership) = (link(&page.text, "states"), link(&page.text, "memberships"));

    // An end that is too early, a valid one, and the numbers before it is done.
    let odd = town.admin.get(&format!("{state}?last=2025-02-01")).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(odd.text.contains("早于开始日期"), "{}", odd.text);
    let before = ledger::position(&town.app.db).await.unwrap();
    let preview = town.admin.get(&format!("{state}?last=2025-03-31")).await;
    assert_eq!(ledger::position(&town.app.db).await.unwrap(), before, "telling writes nothing");
    let said = |text: &str, head: &str| -> i64 {
        let rest = text.split(head).nth(1).and_then(|rest| rest.split("账本更正 ").nth(1)).unwrap_or_default();
        rest.split(' ').next().and_then(|count| count.parse().ok()).unwrap_or(-1)
    };
    let count = said(&preview.text, "到 2025-03-31 为止");
    let version = preview.value("version");
    let end = [("do", "end"), ("last", "2025-03-31"), ("version", version.as_str())];
    let done = town.admin.post(&state, &end).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(ledger::position(&town.app.db).await.unwrap() - before, count, "as it was told");
    assert!(count > 0);
    assert_eq!((counted(town.street).await, counted(town.other).await), ((1, 2), (0, 0)));
    let stale = town.admin.post(&state, &[("do", "void"), ("version", version.as_str())]).await;
    assert!(stale.text.contains("刚被改过"), "{}", stale.text);

    // A membership that was made void counts nowhere.
    let preview = town.admin.get(&membership).await;
    let (before, count) = (ledger::position(&town.app.db).await.unwrap(), said(&preview.text, "从来没有过"));
    let version = preview.value("version");
    let void = [("do", "void"), ("version", version.as_str())];
    let mut elsewhere = town.secretary("elsewhere", town.other).await;
    assert_eq!(elsewhere.post(&membership, &void).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.admin.post(&membership, &void).await.status, StatusCode::SEE_OTHER);
    assert_eq!(ledger::position(&town.app.db).await.unwrap() - before, count, "as it was told");
    assert_eq!(counted(town.street).await.0, 0);
    assert_eq!(town.admin.get(&membership).await.status, StatusCode::NOT_FOUND);
    town.reconciled().await;
}
