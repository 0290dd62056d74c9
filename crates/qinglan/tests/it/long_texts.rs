//! Texts that are too long to be stored: the row or the field is named, on both databases alike.

use desk::error::{AppError, Result};
use federation::{
    people::{self, Held, NewPerson},
    units,
};
use kernel::{PersonId, Refusal};
use qinglan::features::activities::{self, actions::Draft};

use crate::{
    imports::{office, says},
    support::{On, day, on_both},
};

on_both!(
    a_row_of_a_roster_with_a_long_cell_is_refused_by_itself,
    a_row_of_a_register_with_a_long_cell_is_refused_by_itself,
    a_unit_with_a_long_name_is_refused_by_itself,
    a_file_with_a_long_name_is_imported,
    a_person_with_a_long_text_is_refused,
    an_activity_with_a_long_text_is_refused,
    a_type_with_a_long_word_is_refused_at_its_field,
);

fn long(letters: usize) -> String {
    "长".repeat(letters)
}

async fn a_row_of_a_roster_with_a_long_cell_is_refused_by_itself(on: On) {
    let mut office = office(on).await;
    // One cell in each row: as long as it may be, then one character longer.
    let cells = [("职务", 2, 100), ("学历", 3, 64), ("联系电话", 4, 32), ("备注", 5, 500)];
    let names = ["郑一", "郑二", "郑三", "郑四", "郑五", "郑六", "郑七", "郑八"];
    let mut file = "姓名,工作单位,职务,学历,联系电话,备注\n".to_owned();
    for (place, (_, column, most)) in cells.into_iter().enumerate() {
        for (more, name) in names[place * 2..place * 2 + 2].iter().enumerate() {
            let mut row = ["", "", "", "", "", ""].map(str::to_owned);
            row[0].push_str(name);
            row[1].push_str("古沟街道");
            row[column] = long(most + more);
            file.push_str(&format!("{}\n", row.join(",")));
        }
    }
    let work = office.hand_in("roster", "花名册.csv", file.as_bytes()).await;
    let page = office.clerk.get(&work).await;
    says(&page, "录入 <b>4</b>");
    for (heading, _, most) in cells {
        says(&page, &format!("“{heading}”有 {} 个字，最多 {most} 个字", most + 1));
    }
    office.take(&work).await;
}

async fn a_row_of_a_register_with_a_long_cell_is_refused_by_itself(on: On) {
    let mut office = office(on).await;
    let cells = [
        ("活动主题", 300),
        ("地点", 300),
        ("主讲人", 500),
        ("参会领导", 500),
        ("主持人", 200),
        ("记录人", 200),
        ("依据文号", 200),
    ];
    let headings: Vec<&str> = cells.iter().map(|(heading, _)| *heading).collect();
    let mut file = format!("活动时间,活动形式,{},议题,决议,备注\n", headings.join(","));
    // The rows in which a header is searched are short.
    for number in 0..40 {
        file.push_str(&format!("2025-03-01,集中学习,第{number}次,,,,,,,,,\n"));
    }
    // A text without a limit may have any length.
    let free = long(1000);
    for more in 0..2 {
        let row: Vec<String> = cells.iter().map(|(_, most)| long(most + more)).collect();
        file.push_str(&format!("2025-03-02,集中学习,{},{free},{free},{free}\n", row.join(",")));
    }
    let work = office.hand_in("activities", "台账.csv", file.as_bytes()).await;
    let page = office.clerk.get(&work).await;
    says(&page, "录入 <b>41</b>");
    for (heading, most) in cells {
        says(&page, &format!("“{heading}”有 {} 个字，最多 {most} 个字", most + 1));
    }
    office.take(&work).await;
}

async fn a_unit_with_a_long_name_is_refused_by_itself(on: On) {
    let mut office = office(on).await;
    let (fits, too_long, code) = (long(200), long(201), "1".repeat(33));
    let file = format!(
        "code,name,level,parent_code\n8801,{fits},district,\n8802,{too_long},district,\n{code},东区,district,\n"
    );
    let work = office.hand_in("units", "单位表.csv", file.as_bytes()).await;
    let page = office.clerk.get(&work).await;
    says(&page, "录入 <b>1</b>");
    says(&page, "“名称”有 201 个字，最多 200 个字");
    says(&page, "“代码”有 33 个字，最多 32 个字");
    office.take(&work).await;
    assert_eq!(units::find_by_code_or_name(&office.app.db, "8801").await.unwrap().name, fits);
}

async fn a_file_with_a_long_name_is_imported(on: On) {
    let mut office = office(on).await;
    let name = format!("{}.csv", long(300));
    let work = office.hand_in("roster", &name, crate::imports::ROSTER.as_bytes()).await;
    let import = office.take(&work).await;
    // The extension is still at its end.
    says(&office.clerk.get(&import).await, "长….csv");
}

fn refused<T: std::fmt::Debug>(result: Result<T>) -> Refusal {
    match result {
        Err(AppError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

async fn a_person_with_a_long_text_is_refused(on: On) {
    let office = office(on).await;
    let street = units::find_by_code_or_name(&office.app.db, "古沟街道").await.unwrap().id;
    let plain = NewPerson {
        name: "郑梦曦".to_owned(),
        staff_no: None,
        sex: None,
        birth_month: None,
        party: None,
        unit: street,
        held: Held::default(),
        education: None,
        phone: None,
        note: None,
    };
    let (app, actor) = (&office.app, office.app.operator());
    for (code, new) in [
        ("name-odd", NewPerson { name: long(31), ..plain.clone() }),
        ("duty-long", NewPerson { held: Held::duty(&long(101)), ..plain.clone() }),
        ("rank-long", NewPerson { held: Held { rank: Some(long(33)), ..Held::default() }, ..plain.clone() }),
        ("education-long", NewPerson { education: Some(long(65)), ..plain.clone() }),
        ("phone-long", NewPerson { phone: Some(long(33)), ..plain.clone() }),
        ("note-long", NewPerson { note: Some(long(501)), ..plain.clone() }),
    ] {
        let entered: Result<PersonId> = people::actions::add(app, &actor, new, day("2025-01-01")).await;
        assert_eq!(refused(entered).code, code);
    }
    people::actions::add(app, &actor, plain, day("2025-01-01")).await.unwrap();
}

async fn an_activity_with_a_long_text_is_refused(on: On) {
    let office = office(on).await;
    let (app, actor) = (&office.app, office.app.operator());
    let draft = |title: &str| Draft::new("study", title, day("2025-06-01"), office.city);
    let mut long_place = draft("一");
    long_place.activity.place = Some(long(301));
    let refusal = refused(activities::actions::add(app, &actor, long_place.clone()).await);
    assert_eq!((refusal.code.as_str(), refusal.args[1].1.as_str()), ("text-too-long", "300"));
    refused(activities::actions::add(app, &actor, draft(&long(301))).await);
    let mut fits = draft(&long(300));
    fits.activity.minutes = Some(long(5000));
    let id = activities::actions::add(app, &actor, fits).await.unwrap();
    long_place.activity.id = id;
    assert_eq!(refused(activities::actions::edit(app, &actor, long_place, None).await).code, "text-too-long");
}

async fn a_type_with_a_long_word_is_refused_at_its_field(on: On) {
    let place = crate::support::Place::new(on).await;
    let mut town = crate::town::town(&place).await;
    for (field, most) in [("name", 64), ("en", 64), ("aliases", 500)] {
        let text = long(most + 1);
        let mut fields = vec![("name", "线上读书会"), ("en", "reading online"), ("pillar", "wheel"), ("aliases", "")];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, &text));
        let page = town.admin.post("/settings/types", &fields).await;
        assert_eq!(page.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        says(&page, &format!("href=\"#f-{field}\""));
        assert!(page.text.contains(&text), "{field}: what was typed is there");
    }
    let fields = [("name", "线上读书会"), ("en", "reading online"), ("pillar", "wheel"), ("aliases", "")];
    town.admin.post("/settings/types", &fields).await;
    // Retired with the button in its row: its English name stays.
    town.admin.post("/settings/types", &[("name", "线上读书会"), ("pillar", "wheel"), ("retired", "on")]).await;
    says(&town.admin.get("/settings/types").await, "reading online");
}
