//! Pages of units and groups: their history, their figures, and what a change affects, shown before.

use axum::http::StatusCode;
use federation::{
    groups::{self, actions::Opening},
    units,
};
use qinglan::features::activities::{self, actions::Draft};

use crate::{
    support::{On, Place, day, on_both},
    town::{town, unit},
};

on_both!(
    a_unit_shows_its_history_and_what_a_change_takes_along,
    faults_of_a_dialogs_form_are_shown_in_that_dialog,
    a_group_shows_its_rules_its_units_and_the_months_sessions,
    groups_are_missing_the_same_number_everywhere,
    a_close_is_told_of_every_unit_below,
);

async fn a_unit_shows_its_history_and_what_a_change_takes_along(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let actor = town.app.operator();
    let community = unit(&town.app, "华德亭社区", "community", Some(town.street)).await;
    let small = unit(&town.app, "和平社区", "community", Some(town.street)).await;
    town.person("郑梦曦", community, None).await;
    town.person("何雨桐", community, None).await;
    let page = town.admin.get(&format!("/units/{}", town.street)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for told in ["连同下级 2 个单位、1 个小组、2 名成员一起移", "还有 2 个下级单位、2 名成员"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    assert!(page.text.contains("groups.open_at"), "the number of groups opens onto its rows");
    let empty = town.admin.get(&format!("/units/{small}")).await;
    assert!(empty.text.contains("0 个小组同时结束"), "{}", empty.text);

    units::actions::rename(&town.app, &actor, community, "华德亭新村社区").await.unwrap();
    units::actions::move_under(&town.app, &actor, community, Some(town.other), day("2025-06-01")).await.unwrap();
    units::actions::merge(&town.app, &actor, small, community, day("2025-09-01")).await.unwrap();
    let page = town.admin.get(&format!("/units/{community}")).await;
    let history = page.text.split("沿革").nth(1).unwrap_or_default();
    for (day, told) in [
        ("2026-01-05", "改名，以前叫“华德亭社区”"),
        ("2025-09-01", "“和平社区”并进来"),
        ("2025-06-01", "划到“红埠街道”下面"),
        ("一直", "在“古沟街道”下面"),
    ] {
        let line = history.split("<li>").find(|line| line.contains(told)).unwrap_or_default();
        assert!(line.contains(day), "{told}: {history}");
    }
    let gone = town.admin.get(&format!("/units/{small}")).await;
    let history = gone.text.split("沿革").nth(1).unwrap_or_default();
    assert!(history.contains("并入“华德亭新村社区”") && !history.contains("这天是最后一天"), "{history}");

    // The search leads to the chosen unit.
    let chosen = town.admin.get(&format!("/units?q=hdt&q_id={community}")).await;
    assert_eq!(chosen.location.as_deref(), Some(format!("/units/{community}").as_str()));
    let hits = town.admin.get("/units?q=hdt").await;
    assert!(hits.text.contains("找到 1 个") && hits.text.contains("华德亭新村社区"), "{}", hits.text);
}

async fn faults_of_a_dialogs_form_are_shown_in_that_dialog(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let of_unit = format!("/units/{}", town.street);
    let person = town.person("郑梦曦", town.street, None).await;
    let of_person = format!("/people/{person}");
    for (path, dialog, fields) in [
        (format!("{of_unit}/move"), "d-move", vec![("parent", "没有的街道"), ("from", "2025-06-01")]),
        (format!("{of_unit}/merge"), "d-merge", vec![("survivor", ""), ("from", "2025-06-01")]),
        (format!("{of_unit}/rename"), "d-rename", vec![("name", "")]),
        (format!("{of_person}/transfer"), "d-transfer", vec![("unit", "没有的街道"), ("from", "2025-06-01")]),
        (format!("{of_person}/leave"), "d-leave", vec![("last", "2020-01-01")]),
    ] {
        let mut fields = fields;
        fields.push(("dialog", dialog));
        let page = town.admin.post(&path, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", page.text);
        assert!(page.text.contains(&format!("data-errors data-of=\"{dialog}\"")), "{path}: {}", page.text);
        assert!(page.text.contains(&format!("<dialog class=\"dlg\" id=\"{dialog}\"")), "{path}");
        let (name, typed) = fields[0];
        assert!(typed.is_empty() || page.text.contains(typed), "{path}: {name} is kept");
    }
}

async fn a_group_shows_its_rules_its_units_and_the_months_sessions(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let actor = town.app.operator();
    let opening = Opening {
        name: "双街联合小组".to_owned(),
        brand: Some("青蓝同行".to_owned()),
        unit: town.street,
        shared_by: vec![town.other],
        from: day("2025-01-01"),
    };
    let group = groups::actions::open(&town.app, &actor, opening).await.unwrap();
    let second = Opening {
        name: "夜校小组".to_owned(),
        brand: None,
        unit: town.street,
        shared_by: vec![],
        from: day("2025-01-01"),
    };
    let second = groups::actions::open(&town.app, &actor, second).await.unwrap();
    town.person("郑梦曦", town.street, Some(198_801)).await;
    for (title, on, unit, of) in [
        ("默认小组的", "2026-01-04", town.street, None),
        ("共用单位的", "2026-01-03", town.other, None),
        ("夜校的", "2026-01-02", town.street, Some(second)),
        ("上个月的", "2025-12-31", town.street, None),
    ] {
        let mut draft = Draft::new("study", title, day(on), unit);
        draft.activity.host_group = of;
        draft.activity.audience = Some(3);
        activities::actions::add(&town.app, &actor, draft).await.unwrap();
    }
    let path = format!("/groups/{group}");
    let page = town.admin.get(&path).await;
    for shown in ["本月已办 2 场，每月至少 1 场", "已达到", "红埠街道", "默认小组的", "共用单位的", "郑梦曦"]
    {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    assert!(!page.text.contains("夜校的") && !page.text.contains("上个月的"), "{}", page.text);
    let other = town.admin.get(&format!("/groups/{second}")).await;
    assert!(other.text.contains("本月已办 1 场") && other.text.contains("夜校的"), "{}", other.text);

    let version = page.value("version");
    let change = [
        ("version", version.as_str()),
        ("name", "双街联合学习小组"),
        ("brand", ""),
        ("age_limit", "35"),
        ("least_sessions_month", "3"),
    ];
    assert_eq!(town.admin.post(&path, &change).await.status, StatusCode::SEE_OTHER);
    let page = town.admin.get(&path).await;
    for shown in ["双街联合学习小组", "还差 1 场", "每月至少 3 场"] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    assert!(!page.text.contains("青蓝同行"), "an emptied brand is gone");
    // A user who was too late is told, with the current values, and nothing typed is lost.
    let late =
        [("version", version.as_str()), ("name", "又一个名称"), ("age_limit", "40"), ("least_sessions_month", "1")];
    let conflict = town.admin.post(&path, &late).await;
    assert_eq!(conflict.status, StatusCode::CONFLICT, "{}", conflict.text);
    for shown in ["刚被改过", "现在是“双街联合学习小组”", "现在是“35”"] {
        assert!(conflict.text.contains(shown), "{shown}: {}", conflict.text);
    }
    assert_eq!(conflict.value("name"), "又一个名称");
    let version = conflict.value("version");
    for (name, age, least, refused) in [
        ("", "40", "1", "这一项要填"),
        ("小组", "70", "1", "年龄上限不能是 70 岁"),
        ("小组", "40", "-1", "每月最少不能是 -1 场"),
    ] {
        let odd = [("version", version.as_str()), ("name", name), ("age_limit", age), ("least_sessions_month", least)];
        let answer = town.admin.post(&path, &odd).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains(refused), "{refused}: {}", answer.text);
    }
    let list = town.admin.get("/groups?q=ggjd").await;
    assert!(
        list.text.contains("双街联合学习小组") && list.text.contains("夜校小组"),
        "by the unit's pinyin: {}",
        list.text
    );
    let none = town.admin.get(&format!("/groups?unit_id={}", town.other)).await;
    assert!(!none.text.contains("夜校小组"), "{}", none.text);
    let sheet = town.admin.get("/groups/export?q=ggjd").await;
    assert_eq!((sheet.status, &sheet.bytes[..2]), (StatusCode::OK, &b"PK"[..]));
    town.reconciled().await;
}

async fn groups_are_missing_the_same_number_everywhere(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let actor = town.app.operator();
    let third = unit(&town.app, "青石街道", "street", Some(town.city)).await;
    let fourth = unit(&town.app, "白塔街道", "street", Some(town.city)).await;
    let elsewhere = unit(&town.app, "临江市", "city", None).await;
    let opening = Opening {
        name: "双街联合小组".to_owned(),
        brand: None,
        unit: town.street,
        shared_by: vec![town.other],
        from: day("2025-01-01"),
    };
    let shared = groups::actions::open(&town.app, &actor, opening).await.unwrap();
    // The first person of a unit opens its default group.
    for (name, unit) in [("甲甲", third), ("乙乙", fourth), ("丙丙", elsewhere)] {
        town.person(name, unit, None).await;
    }
    for (title, unit) in [("共用单位的", town.other), ("青石的", third), ("临江的", elsewhere)] {
        let mut draft = Draft::new("study", title, day("2026-01-03"), unit);
        draft.activity.audience = Some(3);
        activities::actions::add(&town.app, &actor, draft).await.unwrap();
    }
    // A group shared by a sibling is counted with the sibling's sessions, wherever it is shown.
    let today = town.app.today();
    let held = groups::sessions::held_under(&town.app, town.street, today).await.unwrap();
    assert_eq!(held.by_group.get(&shared), Some(&1));
    assert_eq!(held.by_unit.get(&town.other), None, "the sibling doesn't stand under it");
    let held = groups::sessions::held_under(&town.app, town.city, today).await.unwrap();
    assert_eq!((held.by_group.get(&shared), held.by_unit.get(&town.other)), (Some(&1), Some(&1)));
    let page = town.admin.get(&format!("/groups/{shared}")).await;
    assert!(page.text.contains("本月已办 1 场"), "{}", page.text);
    let short = town.admin.get(&format!("/groups?state=short&unit_id={}", town.street)).await;
    assert!(!short.text.contains("双街联合小组"), "{}", short.text);

    // A user who works for one unit and looks at all groups sees what all of them held.
    for unit in [None, Some(fourth)] {
        if let Some(unit) = unit {
            let chosen = town.admin.post("/account/unit", &[("unit_id", unit.to_string().as_str())]).await;
            assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.text);
        }
        let short = town.admin.get("/groups?state=short").await;
        for (name, listed) in
            [("白塔街道青年", true), ("青石街道青年", false), ("临江市青年", false), ("双街联合小组", false)]
        {
            assert_eq!(short.text.contains(name), listed, "{unit:?} {name}: {}", short.text);
        }
    }
    let mut secretary = town.secretary("secretary", third).await;
    let own = secretary.get("/groups?state=short").await;
    assert!(!own.text.contains("青石街道青年") && !own.text.contains("白塔街道青年"), "{}", own.text);
}

async fn a_close_is_told_of_every_unit_below(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let mut last = town.street;
    for number in 0..203 {
        last = unit(&town.app, &format!("第{number}社区"), "community", Some(town.street)).await;
    }
    units::actions::close(&town.app, &town.app.operator(), last, day("2026-01-05")).await.unwrap();
    let page = town.admin.get(&format!("/units/{}", town.street)).await;
    assert!(page.text.contains("还有 202 个下级单位"), "{}", page.text);
}
