//! The pages of own registers: defining, filling in, who sees and does what, who has handed in.

use axum::http::StatusCode;
use desk::{
    actor::{Action, Role},
    error::AppError,
};
use figures::own_registers::{
    Draft, actions,
    model::{Every, FieldKind, FilledBy, State},
    store,
};
use kernel::Period;
use ledger::Filter;

use crate::{
    browser::{Answered, Browser, account},
    own_registers::{code, defined, field, figure, import, made, of_day, service, world},
    support::{On, Place, day, on_both},
};

on_both!(
    a_register_is_defined_and_filled_in_on_its_pages,
    a_unit_defines_for_itself_and_those_below,
    members_and_leaders_fill_in_their_own,
    readers_without_names_see_neither_people_nor_texts,
    who_has_handed_in_is_listed,
);

/// Sends a form of a page as a visitor who filled in some fields.
async fn send(page: &Answered, action: &str, browser: &mut Browser, typed: &[(&str, &str)]) -> Answered {
    let mut fields = page.form(action).0;
    fields.retain(|(name, _)| typed.iter().all(|(known, _)| known != name));
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = fields.chain(typed.iter().copied()).collect();
    browser.post(action, &fields).await
}

async fn a_register_is_defined_and_filled_in_on_its_pages(on: On) {
    let place = Place::new(on).await;
    let mut world = world(&place).await;
    let app = world.town.app.clone();
    let city = world.town.city;
    let admin = &mut world.town.admin;
    assert!(admin.get("/own-registers").await.text.contains("志愿服务"), "presets are offered");
    // Adding lines of the bank stores nothing.
    let typed =
        [("name", "走访"), ("code", "visits"), ("p1_name", "走访地点"), ("bank", "人数|number|人|"), ("more", "yes")];
    let page = admin.post("/own-registers", &typed).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("value=\"人数\"") && page.text.contains("value=\"走访地点\""));
    assert!(store::all(&app.db).await.unwrap().is_empty());
    let city_text = city.to_string();
    let fields = [
        ("name", "走访"),
        ("code", "visits"),
        ("unit_id", city_text.as_str()),
        ("filled_by", "units"),
        ("every", "month"),
        ("due_day", "25"),
        ("level", "community"),
        ("p1_name", "走访地点"),
        ("p1_kind", "text"),
        ("p1_required", "on"),
        ("p3_name", "户数"),
        ("p3_kind", "number"),
        ("p3_measure", "户"),
        ("p4_name", "类型"),
        ("p4_kind", "choice"),
        ("p4_choices", "村\n社区"),
        ("p5_name", "参加人员"),
        ("p5_kind", "persons"),
    ];
    // One that is refused names the field, and keeps what was typed.
    let mut odd = fields.to_vec();
    odd.extend([("p6_name", "户 数"), ("p6_kind", "text")]);
    let page = admin.post("/own-registers", &odd).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("href=\"#f-p6_name\"") && page.text.contains("村\n社区"), "{}", page.text);
    let page = admin.post("/own-registers", &fields).await;
    let draft = page.location.expect("a redirect");
    let page = admin.get(&draft).await;
    for part in ["这是草稿", "3 个填报对象 × 4 项 × 一年 12 次 = 一年 144 格", "户数（户）", "参加人员"]
    {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert_eq!(send(&page, &format!("{draft}/open"), admin, &[]).await.status, StatusCode::SEE_OTHER);

    let page = admin.get(&format!("{draft}/rows/new")).await;
    let east = world.communities[0].0.to_string();
    let person = world.people[0].0.to_string();
    let missing = [("unit_id", east.as_str()), ("day", "2025-11-03"), ("v2", "三户")];
    let refused = send(&page, &format!("{draft}/rows"), admin, &missing).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("href=\"#f-v1\"") && refused.text.contains("href=\"#f-v2\""), "{}", refused.text);
    let right = [
        ("unit_id", east.as_str()),
        ("day", "2025-11-03"),
        ("v1", "东岭村"),
        ("v2", "12户"),
        ("v3", "c1"),
        ("v4_people", person.as_str()),
    ];
    let page = admin.get(&format!("{draft}/rows/new")).await;
    let done = send(&page, &format!("{draft}/rows"), admin, &right).await;
    let row = done.location.expect("a redirect");
    let page = admin.get(&row).await;
    for part in ["东岭村", "12 户", "村", "周一", "东社区"] {
        assert!(page.text.contains(part), "{part}");
    }
    let list = admin.get(&format!("{draft}/rows?q=东岭")).await;
    assert!(list.text.contains("东岭村") && list.text.contains("2025-11-03"));
    assert!(!admin.get(&format!("{draft}/rows?q=西岭")).await.text.contains("东岭村"));
    let year = Period::year(2025).unwrap();
    assert_eq!(figure(&app, "reg.visits.f2", city, year, &Filter::default(), None).await, 12);
    let found = admin.get("/metrics/reg.visits.f2?period=own&from=2025-01-01&to=2025-12-31&itself=yes").await;
    assert!(found.status == StatusCode::OK && found.text.contains("青蓝市本级"), "{}", found.text);
    let found = admin.get("/metrics/reg.visits.f2?period=own&from=2025-01-01&to=2025-12-31").await;
    assert!(found.text.contains("走访 2025-11-03") && found.text.contains(&row), "rows open the record");

    // Two who change a row: the second is shown what stands now.
    let mut other = Browser::signed_in(&app, "admin").await;
    let (first, second) = (admin.get(&format!("{row}/edit")).await, other.get(&format!("{row}/edit")).await);
    assert_eq!(send(&first, &row, admin, &[("v2", "15")]).await.status, StatusCode::SEE_OTHER);
    let late = send(&second, &row, &mut other, &[("v2", "16")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("15"), "{}", late.text);
    let page = admin.get(&row).await;
    let voided = send(&page, &format!("{row}/void"), admin, &[("reason", "重复")]).await;
    assert_eq!(voided.status, StatusCode::SEE_OTHER);
    assert!(admin.get(&row).await.text.contains("重复"));
    assert_eq!(figure(&app, "reg.visits.rows", city, year, &Filter::default(), None).await, 0);
    let template = admin.get("/imports/template/reg.visits").await;
    assert_eq!(template.status, StatusCode::OK);
    let export = admin.get(&format!("{draft}/rows/export?state=any")).await;
    assert_eq!(export.status, StatusCode::OK);
    world.town.reconciled().await;
}

async fn a_unit_defines_for_itself_and_those_below(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let mut secretary = town.secretary("street", town.street).await;
    let mut elsewhere = town.secretary("other", town.other).await;
    let street = town.street.to_string();
    let city = town.city.to_string();
    let fields = |unit: &str, code: &str| {
        [("name", "走访"), ("code", code), ("unit_id", unit), ("p1_name", "地点")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let define = async |browser: &mut Browser, unit: &str, code: &str| {
        let fields = fields(unit, code);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post("/own-registers", &fields).await
    };
    assert_eq!(define(&mut secretary, &city, "above").await.status, StatusCode::FORBIDDEN);
    let own = define(&mut secretary, &street, "own").await.location.expect("defined");
    assert_eq!(elsewhere.get(&own).await.status, StatusCode::NOT_FOUND, "a register of another unit");
    assert!(!elsewhere.get("/own-registers").await.text.contains("走访</a>"));
    let page = secretary.get(&own).await;
    send(&page, &format!("{own}/open"), &mut secretary, &[]).await;
    assert_eq!(elsewhere.get(&format!("{own}/rows")).await.status, StatusCode::NOT_FOUND);
    // One of the city is filled in by both, and each sees its own rows.
    let id = defined(app, town.city, "service", service()).await;
    let (text, known) = made(&world, 12);
    import(app, town.city, "reg.service", &text).await;
    let of_street = known.iter().filter(|row| row.unit != world.communities[2].0).count();
    let page = secretary.get(&format!("/own-registers/{id}/rows")).await;
    assert_eq!(page.text.matches("/own-rows/").count(), of_street);
    let foreign = of_day(app, id, known[2].day).await;
    assert_eq!(secretary.get(&format!("/own-rows/{foreign}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(elsewhere.get(&format!("/own-rows/{foreign}")).await.status, StatusCode::OK);
    let outside = town.other.to_string();
    let fields = [("form_version", "1"), ("unit_id", outside.as_str()), ("day", "2025-03-01"), ("v1", "清洁")];
    let refused = secretary.post(&format!("/own-registers/{id}/rows"), &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    // Nobody is named whom one doesn't see.
    let stranger = world.people.iter().find(|(.., unit)| *unit == world.communities[2].0).unwrap();
    let (east, picked) = (world.communities[0].0.to_string(), stranger.0.to_string());
    let fields = [
        ("form_version", "1"),
        ("unit_id", east.as_str()),
        ("day", "2025-03-01"),
        ("v1", "清洁"),
        ("v5", "谁"),
        ("v5_id", picked.as_str()),
    ];
    let refused = secretary.post(&format!("/own-registers/{id}/rows"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.text.contains(&stranger.1), "the name is not told");
    let defining = secretary.get(&format!("/own-registers/{id}/edit")).await;
    assert_eq!(defining.status, StatusCode::FORBIDDEN);
}

async fn members_and_leaders_fill_in_their_own(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let of = |filled_by: FilledBy| Draft {
        filled_by,
        fields: vec![field("心愿", FieldKind::Text), field("是否完成", FieldKind::YesNo)],
        ..service()
    };
    let by_person = defined(app, town.city, "wishes", of(FilledBy::Persons)).await;
    let by_group = defined(app, town.city, "groups", of(FilledBy::Groups)).await;
    let (person, _, unit) = world.people[0].clone();
    account(app, "member", None, Some(person)).await;
    let mut member = Browser::signed_in(app, "member").await;
    let fields = [("form_version", "1"), ("day", "2025-03-01"), ("v1", "读完一本书"), ("v2", "yes")];
    let done = member.post(&format!("/own-registers/{by_person}/rows"), &fields).await;
    let row = done.location.expect("entered");
    assert!(member.get(&row).await.text.contains("读完一本书"));
    let other = world.people[1].0.to_string();
    let mut for_other = fields.to_vec();
    for_other.push(("person_id", other.as_str()));
    let refused = member.post(&format!("/own-registers/{by_person}/rows"), &for_other).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    account(app, "colleague", None, Some(world.people[3].0)).await;
    let mut colleague = Browser::signed_in(app, "colleague").await;
    assert_eq!(colleague.get(&row).await.status, StatusCode::NOT_FOUND, "others' rows are not seen");
    let year = Period::year(2025).unwrap();
    assert_eq!(figure(app, "reg.wishes.people", unit, year, &Filter::default(), None).await, 1);

    let group = federation::groups::store::default_groups(&app.db, &[unit]).await.unwrap().remove(&unit).unwrap();
    account(app, "leader", Some((Role::Leader, None, Some(group.id))), None).await;
    let mut leader = Browser::signed_in(app, "leader").await;
    let page = leader.get(&format!("/own-registers/{by_group}/rows/new")).await;
    assert!(page.text.contains(&format!("value=\"{}\"", group.name)), "the leader's group is filled in");
    let action = format!("/own-registers/{by_group}/rows");
    let done = send(&page, &action, &mut leader, &[("v1", "办好读书会")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let elsewhere = world.communities[2].0;
    let foreign = federation::groups::store::default_groups(&app.db, &[elsewhere]).await.unwrap();
    let foreign = foreign.get(&elsewhere).unwrap().id.to_string();
    let fields = [("form_version", "1"), ("day", "2025-03-01"), ("group_id", foreign.as_str()), ("v1", "x")];
    assert_eq!(leader.post(&action, &fields).await.status, StatusCode::FORBIDDEN);
    town.reconciled().await;
}

async fn readers_without_names_see_neither_people_nor_texts(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let id = defined(app, town.city, "service", service()).await;
    let (text, known) = made(&world, 12);
    import(app, town.city, "reg.service", &text).await;
    account(app, "reader", Some((Role::Reader, Some(town.city), None)), None).await;
    let mut reader = Browser::signed_in(app, "reader").await;
    let row = of_day(app, id, known[1].day).await;
    for path in [
        format!("/own-registers/{id}"),
        format!("/own-registers/{id}/rows"),
        format!("/own-rows/{row}"),
        "/metrics/reg.service.people?period=own&from=2025-01-01&to=2025-12-31".to_owned(),
    ] {
        let page = reader.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(world.people.iter().all(|(_, name, _)| !page.text.contains(name.as_str())), "{path}");
        assert!(!page.text.contains("项目1"), "{path}: free text");
    }
    assert!(reader.get(&format!("/own-rows/{row}")).await.text.contains("不显示"));
    // A search would say what the texts hold that it finds.
    let found = format!("/own-registers/{id}/rows?q=项目1");
    assert!(!reader.get(&found).await.text.contains("/own-rows/"), "texts are not searched");
    assert!(world.town.admin.clone().get(&found).await.text.contains("/own-rows/"));
    // Nor does the history say who filled in what people fill in.
    let wish = Draft { filled_by: FilledBy::Persons, fields: vec![field("心愿", FieldKind::Text)], ..service() };
    let by_person = defined(app, town.city, "wishes", wish).await;
    account(app, "zhouyi", None, Some(world.people[0].0)).await;
    let mut member = Browser::signed_in(app, "zhouyi").await;
    let fields = [("form_version", "1"), ("day", "2025-03-01"), ("v1", "读完一本书")];
    let wish = member.post(&format!("/own-registers/{by_person}/rows"), &fields).await.location.expect("entered");
    let (seen, whole) = (reader.get(&wish).await, world.town.admin.clone().get(&wish).await);
    assert_eq!(seen.status, StatusCode::OK);
    let writer = world.people[0].1.as_str();
    assert!(whole.text.contains(writer) && !seen.text.contains(writer), "{}", seen.text);
    let export = reader.get(&format!("/own-registers/{id}/rows/export")).await;
    let sheets = tabular::read_until("rows.xlsx", &export.bytes, &|| false).unwrap();
    let cells: Vec<String> = sheets[0].rows.iter().flatten().map(tabular::Cell::shown).collect();
    assert!(cells.iter().any(|cell| cell == "东社区"));
    assert!(world.people.iter().all(|(_, name, _)| cells.iter().all(|cell| !cell.contains(name.as_str()))));
    assert_eq!(reader.get(&format!("/own-registers/{id}/rows/new")).await.status, StatusCode::FORBIDDEN);
    let east = world.communities[0].0.to_string();
    let fields = [("form_version", "1"), ("unit_id", east.as_str()), ("day", "2025-03-01"), ("v1", "清洁")];
    let refused = reader.post(&format!("/own-registers/{id}/rows"), &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

async fn who_has_handed_in_is_listed(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let monthly = Draft {
        every: Every::Month,
        due_day: Some(25),
        levels: vec!["community".to_owned()],
        fields: vec![field("情况", FieldKind::Text)],
        ..service()
    };
    let id = defined(app, town.city, "monthly", monthly).await;
    let period = Period::new(day("2025-11-01"), day("2025-11-30")).unwrap();
    import(app, town.city, "reg.monthly", "单位,日期,情况\n东社区,2025-11-03,正常\n西社区,2025-10-30,上月\n").await;
    let mut secretary = town.secretary("street", town.street).await;
    let path = format!("/own-registers/{id}/standing?day=2025-11-10");
    let page = secretary.get(&path).await;
    assert!(page.text.contains("2 个该报，已报 1 个，还差 1 个"), "{}", page.text);
    assert!(page.text.contains("2025-11-25 前报"));
    let west = world.communities[1].0.to_string();
    let fields = [("day", "2025-11-10"), ("unit_id", west.as_str()), ("nothing", "yes")];
    let said = secretary.post(&format!("/own-registers/{id}/nothing"), &fields).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    assert!(secretary.get(&path).await.text.contains("2 个该报，已报 2 个，还差 0 个"));
    assert!(!secretary.get(&path).await.text.contains("南社区"), "another street's");
    let south = world.communities[2].0.to_string();
    let foreign = [("day", "2025-11-10"), ("unit_id", south.as_str()), ("nothing", "yes")];
    let refused = secretary.post(&format!("/own-registers/{id}/nothing"), &foreign).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let taken_back = [("day", "2025-11-10"), ("unit_id", west.as_str()), ("nothing", "no")];
    secretary.post(&format!("/own-registers/{id}/nothing"), &taken_back).await;
    let register = store::by_id(&app.db, id).await.unwrap().unwrap();
    let everywhere = app.operator().scope(Action::Read);
    let fillers = store::fillers(&app.db, &everywhere, &register, period).await.unwrap();
    let open: Vec<&str> =
        fillers.iter().filter(|filler| !filler.has_handed_in()).map(|filler| filler.unit.as_str()).collect();
    assert_eq!(open, ["西社区", "南社区"]);
    assert_eq!(register.stored.state, State::Open);
    let odd: Result<(), AppError> = actions::set_nothing(
        app,
        &app.operator(),
        id,
        (world.communities[1].0, None),
        Period::new(day("2025-11-02"), day("2025-11-30")).unwrap(),
        true,
    )
    .await;
    assert_eq!(code(odd), "own-nothing-owed");
}
