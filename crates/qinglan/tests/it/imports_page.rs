//! The page of an import: the year is asked, what rows ask alike is answered at once, what was understood is shown and mended, and
//! nothing that was handed in is lost.

use axum::http::StatusCode;
use ledger::db;

use crate::{
    imports::{Office, ROSTER, office, says},
    support::{On, on_both},
    town::unit,
};

on_both!(
    the_year_of_a_roster_is_asked_and_changed_on_the_page,
    rows_that_ask_the_same_are_answered_at_once_and_the_cause_is_mended,
    what_was_understood_is_shown_and_a_unit_is_mended_in_place,
    what_was_understood_of_a_register_and_of_a_tree_is_shown,
    a_file_is_kept_while_its_form_is_completed,
);

/// Uploads a file without a year; returns the path of its page.
async fn without_year(office: &mut Office, kind: &str, text: &str) -> String {
    let unit = office.city.to_string();
    let fields = [("kind", kind), ("unit_id", unit.as_str())];
    let answer = office.clerk.upload("/imports/work", &fields, ("file", "文件.csv", text.as_bytes())).await;
    answer.location.unwrap_or_else(|| panic!("{}", answer.text))
}

async fn year(office: &mut Office, work: &str, year: &str) {
    let answer = office.clerk.post(&format!("{work}/year"), &[("year", year)]).await;
    assert_eq!(answer.location.as_deref(), Some(work), "{}", answer.text);
}

async fn the_year_of_a_roster_is_asked_and_changed_on_the_page(on: On) {
    let mut office = office(on).await;
    let work = without_year(&mut office, "roster", ROSTER).await;
    let page = office.clerk.get(&work).await;
    says(&page, "都没有写年份");
    assert!(!page.text.contains("/take\""), "nothing can be taken yet: {}", page.text);
    year(&mut office, &work, "1700").await;
    says(&office.clerk.get(&work).await, "年份 1700 不能用");
    year(&mut office, &work, "2024").await;
    let page = office.clerk.get(&work).await;
    says(&page, "从 2024-01-01 起计为小组成员");
    // It is changed as long as nothing is taken.
    let before = page.value("shown");
    year(&mut office, &work, "2025").await;
    let stale = office.clerk.post(&format!("{work}/take"), &[("shown", &before)]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    says(&office.clerk.get(&work).await, "从 2025-01-01 起计为小组成员");
    office.take(&work).await;
    let from = "select cast(from_day as varchar(10)) from posting where not void";
    let from: Option<String> = db::scalar(&office.app.db, from, vec![]).await.unwrap();
    assert_eq!(from.as_deref(), Some("2025-01-01"));
    // A title says the year itself.
    let work = without_year(&mut office, "roster", "2023年花名册,\n姓名,工作单位\n何雨桐,古沟街道\n").await;
    says(&office.clerk.get(&work).await, "从 2023-01-01 起计为小组成员");
}

async fn rows_that_ask_the_same_are_answered_at_once_and_the_cause_is_mended(on: On) {
    let mut office = office(on).await;
    // A roster without a year, taken for the wrong one.
    let names = ["郑梦曦", "何雨桐", "何雨晴"];
    let roster: String = names.iter().map(|name| format!("{name},古沟街道\n")).collect();
    let roster_work = without_year(&mut office, "roster", &format!("姓名,工作单位\n{roster}")).await;
    year(&mut office, &roster_work, "2026").await;
    let import = office.take(&roster_work).await;
    let page = office.clerk.get(&import).await;
    says(&page, "下一步");
    says(&page, "/imports/new?kind=activities");
    let rows: String = (0..6)
        .map(|row| format!("学习{row},2025-03-0{},集中学习,古沟街道,{}\n", row + 1, names[row % names.len()]))
        .collect();
    let register = format!("名称,日期,类型,主办单位,参加人员\n{rows}");
    let work = without_year(&mut office, "activities", &register).await;
    let page = office.clerk.get(&work).await;
    says(&page, "待回答 <b>6</b>");
    says(&page, "6 行对不上");
    says(&page, "从 2026-01-01 起才在册");
    says(&page, "imports?kind=roster");
    says(&page, "郑梦曦、何雨桐、何雨晴");
    // One answer for all six; the same form sent again answers nothing.
    let mark = page.text.split("name=\"all-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let all = format!("all-{mark}");
    for (told, left) in [("已回答 6 行", "待回答 <b>0</b>"), ("没有算数", "录入 <b>6</b>")] {
        office.clerk.post(&format!("{work}/answers"), &[(&all, "0")]).await;
        let page = office.clerk.get(&work).await;
        says(&page, told);
        says(&page, left);
    }
    // The cause is mended: the roster is undone, its file judged again for the year before.
    office.clerk.post(&format!("{work}/drop"), &[]).await;
    office.clerk.post(&format!("{import}/undo"), &[]).await;
    says(&office.clerk.get(&import).await, "再核对一次这个文件");
    let again = office.clerk.post(&format!("{import}/again"), &[]).await;
    assert_eq!(again.location.as_deref(), Some(roster_work.as_str()));
    year(&mut office, &roster_work, "2025").await;
    office.take(&roster_work).await;
    let work = without_year(&mut office, "activities", &register).await;
    says(&office.clerk.get(&work).await, "录入 <b>6</b>");
    // An import that stands is not opened again.
    let refused = office.clerk.post(&format!("{import}/again"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn what_was_understood_is_shown_and_a_unit_is_mended_in_place(on: On) {
    let mut office = office(on).await;
    let other = unit(&office.app, "红埠街道", "street", Some(office.city)).await;
    let roster = "姓名,出生年月,工作单位\n郑梦曦,1990.11,古沟街道\n何雨桐,1991.12,不存在的街道\n何雨晴,1992.12,\n";
    let work = office.hand_in("roster", "花名册.csv", roster.as_bytes()).await;
    let page = office.clerk.get(&format!("{work}?only=all")).await;
    says(&page, "单位：青蓝市 古沟街道");
    says(&page, "出生年月：1990-11");
    says(&page, "拒绝 <b>2</b>");
    let mend = office.clerk.get(&format!("{work}?only=all&mend=3")).await;
    says(&mend, "第 3 行换单位");
    let key = other.to_string();
    for row in ["3", "4"] {
        let fields = [("row", row), ("unit_id", key.as_str()), ("only", "all")];
        let answer = office.clerk.post(&format!("{work}/unit"), &fields).await;
        assert_eq!(answer.location.as_deref(), Some(format!("{work}?only=all").as_str()));
    }
    let page = office.clerk.get(&format!("{work}?only=all")).await;
    says(&page, "录入 <b>3</b>");
    says(&page, "单位：青蓝市 红埠街道");
    says(&page, "人工选定");
    // Taken back, the row goes by its file again; so do the rows once the file is read otherwise.
    office.clerk.post(&format!("{work}/unit"), &[("row", "4"), ("undo", "on")]).await;
    says(&office.clerk.get(&work).await, "拒绝 <b>1</b>");
    office.take(&work).await;
    let units = "select u.name from person p join posting o on o.person_id = p.id join unit u on u.id = o.unit_id \
                 where p.name = '何雨桐' and not p.void";
    assert_eq!(db::scalar::<String>(&office.app.db, units, vec![]).await.unwrap().as_deref(), Some("红埠街道"));
    // Of a session: day, host, audience, and who was recognised.
    let register =
        "名称,日期,时间,类型,主办单位,参加人员,参加人数\n学习,2025-03-05,09:00,集中学习,古沟街道,郑梦曦,12\n";
    let work = office.hand_in("activities", "台账.csv", register.as_bytes()).await;
    let page = office.clerk.get(&work).await;
    for text in ["2025-03-05", "时间：09:00", "受众 12 人次", "1 人：郑梦曦", "单位：青蓝市 古沟街道"]
    {
        says(&page, text);
    }
    office.clerk.post(&format!("{work}/unit"), &[("row", "2"), ("unit_id", &key)]).await;
    says(&office.clerk.get(&work).await, "单位：青蓝市 红埠街道");
}

async fn a_file_is_kept_while_its_form_is_completed(on: On) {
    let mut office = office(on).await;
    // The only top unit stands in the form.
    let form = office.clerk.get("/imports/new?kind=roster").await;
    assert_eq!(form.value("unit_id"), office.city.to_string());
    let file = ("file", "花名册.csv", ROSTER.as_bytes());
    let answer = office.clerk.upload("/imports/work", &[("kind", "roster"), ("year", "2025")], file).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&answer, "“花名册.csv”已经收下");
    let held = answer.value("held");
    says(&office.clerk.get("/imports").await, "还没有导入过");
    let unit = office.city.to_string();
    let fields = [("kind", "roster"), ("unit_id", unit.as_str()), ("year", "2025"), ("held", held.as_str())];
    // Nobody else's.
    let mut other = office.clerk.another();
    crate::browser::account(&office.app, "other", Some((desk::actor::Role::Administrator, None, None)), None).await;
    other = other.sign_in("other").await;
    let refused = other.post("/imports/work", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    let answer = office.clerk.post("/imports/work", &fields).await;
    let work = answer.location.unwrap_or_else(|| panic!("{}", answer.text));
    assert_eq!(work, format!("/imports/work/{held}"));
    says(&office.clerk.get(&work).await, "录入 1 行");
    // A file that can't be read is not kept, and one whose form is never completed is swept after a day.
    let fields = [("kind", "roster"), ("unit_id", unit.as_str())];
    let broken = office.clerk.upload("/imports/work", &fields, ("file", "a.xlsx", b"%PDF-1.7 no sheet")).await;
    assert!(!broken.text.contains("name=\"held\""), "{}", broken.text);
    office.clerk.upload("/imports/work", &[("kind", "roster")], ("file", "旧.csv", ROSTER.as_bytes())).await;
    let aged = "update import_work set created_at = '2026-01-03T00:00:00.000Z' where kind = ''";
    db::execute(&office.app.db, aged, vec![]).await.unwrap();
    office.hand_in("roster", "又一.csv", ROSTER.as_bytes()).await;
    let left = "select count(*) from import_work where kind = ''";
    assert_eq!(db::scalar::<i64>(&office.app.db, left, vec![]).await.unwrap(), Some(0));
}

async fn what_was_understood_of_a_register_and_of_a_tree_is_shown(on: On) {
    let mut office = office(on).await;
    crate::own_registers::defined(&office.app, office.city, "service", crate::own_registers::service()).await;
    let roster = "2025年花名册\n姓名,工作单位\n郑梦曦,古沟街道\n";
    let work = office.hand_in("roster", "花名册.csv", roster.as_bytes()).await;
    office.take(&work).await;
    let rows = "单位,日期,项目,类型,服务人数,时长,参加人员\n古沟街道,2025-03-01,清洁,社区,12人,2.5,郑梦曦\n";
    let work = office.hand_in("reg.service", "志愿服务.csv", rows.as_bytes()).await;
    let page = office.clerk.get(&format!("{work}?only=all")).await;
    for text in ["单位：青蓝市 古沟街道", "2025-03-01", "服务人数：12 人", "时长：2.5 小时", "类型：社区", "郑梦曦"]
    {
        says(&page, text);
    }
    let tree = "code,name,level,parent_code\n99,新州市,city,\n9901,一街道,street,99\n";
    let work = office.hand_in("units", "单位.csv", tree.as_bytes()).await;
    let page = office.clerk.get(&format!("{work}?only=all")).await;
    for text in ["最上级单位", "上级代码：99"] {
        says(&page, text);
    }
    office.take(&work).await;
    let more = "code,name,level,parent_code\n9901,一街道办事处,street,99\n9902,二街道,street,99\n";
    let work = office.hand_in("units", "单位.csv", more.as_bytes()).await;
    let page = office.clerk.get(&format!("{work}?only=all")).await;
    says(&page, "上级单位：新州市");
    let classes =
        "单位,平台,季,期,开课日期,参学人次,应参学人次\n古沟街道,青年大学习,2025年第3季,第12期,2025-05-12,8,10\n";
    let work = office.hand_in("classes", "青年大学习.csv", classes.as_bytes()).await;
    let page = office.clerk.get(&format!("{work}?only=all")).await;
    for text in ["单位：青蓝市 古沟街道", "2025-05-12", "2025年第3季第12期：参学 8，应参学 10"] {
        says(&page, text);
    }
}
