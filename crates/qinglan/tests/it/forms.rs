//! Rules for every form: a change by somebody else is never overwritten unseen, and a form that is sent twice acts once.

use axum::http::StatusCode;
use desk::actor::Role;
use federation::groups;
use kernel::GroupId;

use crate::{
    browser::{Answered, Browser, account},
    support::{On, Place, on_both},
    town::{Town, town},
};

on_both!(
    after_a_fault_a_form_keeps_the_version_it_was_opened_with,
    a_form_that_is_sent_twice_acts_once,
    a_button_sends_the_version_it_was_pressed_on,
);

/// A form that edits a record.
struct Edit {
    /// The page with the form.
    page: String,
    /// The address that it is sent to.
    action: String,
    /// A field with an invalid value.
    wrong: (&'static str, &'static str),
    /// A field that both users change, with the colleague's value and the visitor's.
    both: (&'static str, &'static str, &'static str),
}

impl Edit {
    fn of(
        page: &str,
        action: &str,
        wrong: (&'static str, &'static str),
        both: (&'static str, &'static str, &'static str),
    ) -> Self {
        Self { page: page.to_owned(), action: action.to_owned(), wrong, both }
    }

    /// Two users open the form; the other one saves first.
    async fn check(&self, browser: &mut Browser) {
        let Self { page, action, wrong: (field, wrong), both: (changed, theirs, ours) } = self;
        let opened = browser.get(page).await.form(action);
        let (version, right) = (opened.value("version").to_owned(), opened.value(field).to_owned());
        assert!(!version.is_empty(), "{action} has no version");
        let saved = browser.post(action, &opened.without("once").with(changed, theirs).fields()).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{action} {}", saved.text);
        // First a fault of the visitor's own: the form still has the version that it was opened with.
        let faulty = browser.post(action, &opened.with(changed, ours).with(field, wrong).fields()).await;
        assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY, "{action} {}", faulty.text);
        let again = faulty.form(action);
        assert_eq!(again.value("version"), version, "{action} took a fresh version after a fault");
        let mended = if field == changed { again.with(field, ours) } else { again.with(field, &right) };
        assert_eq!(mended.value(changed), *ours, "{action} lost what was typed");
        let late = browser.post(action, &mended.fields()).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{action} {}", late.text);
        let conflict = late.form(action);
        assert_eq!(conflict.value(changed), *ours, "{action} lost what was typed");
        assert!(late.text.contains(&format!("现在是“{theirs}”")), "{action} {}", late.text);
        assert_ne!(conflict.value("version"), version, "{action} keeps a version that can't be saved");
        let stored = browser.get(page).await.form(action);
        assert_eq!(stored.value(changed), *theirs, "{action} overwrote what it had not seen");
        // Without a version nothing is saved.
        let bare = browser.post(action, &conflict.without("version").fields()).await;
        assert_eq!(bare.status, StatusCode::CONFLICT, "{action} {}", bare.text);
        assert_eq!(browser.get(page).await.form(action).value(changed), *theirs, "{action} saved without a version");
        // The visitor has seen the current values: sent again, the form is saved.
        let done = browser.post(action, &conflict.fields()).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{action} {}", done.text);
        assert_eq!(browser.get(page).await.form(action).value(changed), *ours, "{action}");
    }
}

/// A form that creates something.
struct Enter<'a> {
    page: &'a str,
    action: &'a str,
    fields: &'a [(&'a str, &'a str)],
    /// A page on which `shown` appears once for each that was created.
    listed: &'a str,
    shown: &'a str,
}

impl Enter<'_> {
    /// Sends it twice; returns the location it led to.
    async fn check(&self, browser: &mut Browser) -> String {
        let Self { page, action, fields, listed, shown } = self;
        let mut form = browser.get(page).await.form(action);
        assert!(!form.value("once").is_empty(), "{action} has no token");
        for (name, value) in *fields {
            form = form.with(name, value);
        }
        let first = browser.post(action, &form.fields()).await;
        let entered = matches!(first.status, StatusCode::SEE_OTHER | StatusCode::OK);
        assert!(entered, "{action} {} {}", first.status, first.text);
        let count = |answer: &Answered| answer.text.matches(shown).count();
        // The message about what was done is shown once.
        browser.get(listed).await;
        let before = count(&browser.get(listed).await);
        assert!(before > 0, "{action} entered nothing");
        let second = browser.post(action, &form.fields()).await;
        assert_eq!(second.status, StatusCode::SEE_OTHER, "{action} {}", second.text);
        assert!(first.location.is_none() || first.location == second.location, "{action} led elsewhere");
        assert_eq!(count(&browser.get(listed).await), before, "{action} was done twice");
        second.location.unwrap()
    }
}

/// Sends a form twice that creates what appears as `shown` on the page `listed`.
async fn enter(
    browser: &mut Browser,
    page: &str,
    action: &str,
    fields: &[(&str, &str)],
    (listed, shown): (&str, &str),
) -> String {
    Enter { page, action, fields, listed, shown }.check(browser).await
}

async fn group_of(town: &Town) -> GroupId {
    groups::store::default_groups(&town.app.db, &[town.street]).await.unwrap()[&town.street].id
}

/// A member of the street with an account.
async fn member(town: &Town) -> Browser {
    let person = town.person("何雨桐", town.street, None).await;
    account(&town.app, "member", None, Some(person)).await;
    Browser::signed_in(&town.app, "member").await
}

async fn a_form_that_is_sent_twice_acts_once(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let mut member = member(&town).await;
    let street = town.street.to_string();
    let unit = [("unit", "古沟街道"), ("unit_id", street.as_str())];
    let of_unit = |more: &[(&'static str, &'static str)]| -> Vec<(&str, &str)> { [&unit[..], more].concat() };
    let admin = &mut town.admin;
    let host = [("title", "青年学习会"), ("host", "古沟街道"), ("host_id", street.as_str()), ("type", "study")];
    enter(admin, "/activities/new", "/activities", &host, ("/activities", "青年学习会")).await;
    let speaker = of_unit(&[("name", "温知远")]);
    enter(admin, "/speakers/new", "/speakers", &speaker, ("/speakers", "温知远")).await;
    let tour = of_unit(&[("title", "宣讲进社区")]);
    enter(admin, "/tours/new", "/tours", &tour, ("/tours", "宣讲进社区")).await;
    let group = of_unit(&[("name", "第二小组"), ("from", "2025-01-01")]);
    enter(admin, "/groups/new", "/groups", &group, ("/groups", "第二小组")).await;
    let person = of_unit(&[("name", "顾明澈"), ("from", "2025-01-01")]);
    enter(admin, "/people/new", "/people", &person, ("/people", "顾明澈")).await;
    let plan = of_unit(&[("title", "一月学习计划")]);
    let plan = enter(admin, "/plans/new", "/plans", &plan, ("/plans", "一月学习计划")).await;
    let item = [("text", "读一篇讲话")];
    let (page, action) = (format!("{plan}/items/new"), format!("{plan}/items"));
    enter(admin, &page, &action, &item, (&plan, "读一篇讲话")).await;
    let notice = of_unit(&[("title", "关于上报的通知"), ("due_on", "2026-01-20"), ("wanted_1", "上报总结")]);
    enter(admin, "/notices/new", "/notices", &notice, ("/notices?box=sent", "关于上报的通知")).await;
    let class = of_unit(&[("season", "第三季"), ("issue", "第七期"), ("participants", "30"), ("base", "40")]);
    enter(admin, "/external/classes/new", "/external/classes", &class, ("/external/classes", "第七期")).await;
    let goal = of_unit(&[("amount", "4321")]);
    enter(admin, "/external/goals", "/external/goals", &goal, ("/external/goals", "4,321")).await;
    let platform = [("name", "学习微平台")];
    let platforms = "/settings/platforms";
    enter(admin, platforms, platforms, &platform, (platforms, "学习微平台")).await;
    let opened = [("name", "clerk"), ("display", "文员")];
    enter(admin, "/accounts/new", "/accounts", &opened, ("/accounts", "clerk")).await;
    let page = format!("/units/{street}");
    let below = [("name", "塘湾社区"), ("level", "community")];
    enter(admin, &page, &format!("{page}/units"), &below, (&page, "塘湾社区")).await;
    let group = [("name", "三八红旗手")];
    enter(admin, "/settings/honours", "/settings/honours", &group, ("/settings/honours", "三八红旗手")).await;
    let honour = [("title", "优秀青年干部"), ("level", "county"), ("conferrer", "区委"), ("day", "2025-06-30")];
    enter(&mut member, "/honours/new", "/honours", &honour, ("/honours", "优秀青年干部")).await;
    let stint = [("part", "task_force"), ("task", "大会筹备专班"), ("from", "2025-06-01")];
    enter(&mut member, "/stints/new", "/stints", &stint, ("/stints", "大会筹备专班")).await;
    let result = [("month", "2025-12"), ("points", "1203")];
    enter(&mut member, "/external/new", "/external", &result, ("/external", "1,203")).await;
    let note = [("title", "读书心得"), ("body", "有体会"), ("as", "hand_in")];
    let note = enter(&mut member, "/notes/new", "/notes", &note, ("/notes", "读书心得")).await;
    let comment = format!("{note}/comment");
    enter(&mut member, &note, &comment, &[("text", "补充一句")], (&note, "补充一句")).await;
    town.reconciled().await;
}

async fn after_a_fault_a_form_keeps_the_version_it_was_opened_with(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let mut member = member(&town).await;
    let street = town.street.to_string();
    let group = group_of(&town).await;
    let person = town.person("郑梦曦", town.street, None).await;
    let admin = &mut town.admin;
    let unit = [("unit", "古沟街道"), ("unit_id", street.as_str())];
    let mut entered = Vec::new();
    for (page, action, more) in [
        (
            "/activities/new",
            "/activities",
            &[("title", "学习会"), ("host", "古沟街道"), ("host_id", street.as_str())][..],
        ),
        ("/speakers/new", "/speakers", &[("name", "温知远")][..]),
        ("/tours/new", "/tours", &[("title", "宣讲进社区")][..]),
        ("/plans/new", "/plans", &[("title", "学习计划")][..]),
        ("/notices/new", "/notices", &[("title", "通知"), ("wanted_1", "上报总结")][..]),
        (
            "/external/classes/new",
            "/external/classes",
            &[("season", "第三季"), ("issue", "第七期"), ("participants", "30"), ("base", "40")][..],
        ),
    ] {
        let mut form = admin.get(page).await.form(action);
        for (name, value) in unit.iter().chain(more) {
            form = form.with(name, value);
        }
        let done = admin.post(action, &form.fields()).await;
        entered.push(done.location.unwrap_or_else(|| panic!("{action} {}", done.text)));
    }
    let form = admin.get("/materials/new").await.form("/materials").with("title", "某法").with("unit_id", &street);
    let published =
        admin.upload("/materials", &form.fields(), ("file", "某法.md", "# 某法\n\n第一条\n".as_bytes())).await;
    let material = published.location.unwrap_or_else(|| panic!("{}", published.text));
    let [activity, speaker, tour, plan, notice, class]: [String; 6] = entered.try_into().unwrap();
    for edit in [
        Edit::of(&format!("{activity}/edit"), &activity, ("title", ""), ("place", "一楼会议室", "二楼会议室")),
        Edit::of(&format!("{speaker}/edit"), &speaker, ("name", ""), ("organisation", "市委党校", "区法院")),
        Edit::of(&tour, &tour, ("title", ""), ("theme", "他人的主题", "自己的主题")),
        Edit::of(&format!("{plan}/edit"), &plan, ("from", ""), ("title", "他人的计划", "自己的计划")),
        Edit::of(&format!("{notice}/edit"), &notice, ("due_on", ""), ("title", "他人的通知", "自己的通知")),
        Edit::of(&format!("{class}/edit"), &class, ("base", ""), ("participants", "31", "32")),
        Edit::of(&format!("{material}/edit"), &material, ("title", ""), ("author", "他人", "自己")),
        Edit::of(
            &format!("/groups/{group}"),
            &format!("/groups/{group}"),
            ("name", ""),
            ("brand", "他人的品牌", "自己的品牌"),
        ),
        Edit::of(
            &format!("/people/{person}/edit"),
            &format!("/people/{person}/edit"),
            ("name", ""),
            ("education", "大专", "本科"),
        ),
        Edit::of(
            &format!("/units/{street}"),
            &format!("/units/{street}/rename"),
            ("name", ""),
            ("name", "古沟新街道", "古沟老街道"),
        ),
    ] {
        edit.check(admin).await;
    }
    let form = member.get("/external/new").await.form("/external").with("points", "1203");
    let result = member.post("/external", &form.fields()).await.location.unwrap();
    let form = member.get("/notes/new").await.form("/notes").with("title", "心得").with("body", "有体会");
    let note = member.post("/notes", &form.fields()).await.location.unwrap();
    for edit in [
        Edit::of(&format!("{result}/edit"), &result, ("points", "-3"), ("note", "他人的说明", "自己的说明")),
        Edit::of(&format!("{note}/edit"), &note, ("title", ""), ("body", "他人的体会", "自己的体会")),
    ] {
        edit.check(&mut member).await;
    }
    town.reconciled().await;
}

async fn a_button_sends_the_version_it_was_pressed_on(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    account(&town.app, "second", Some((Role::Administrator, None, None)), None).await;
    let mut second = Browser::signed_in(&town.app, "second").await;
    let street = town.street.to_string();
    let form = town.admin.get("/speakers/new").await.form("/speakers").with("name", "温知远").with("unit_id", &street);
    let speaker = town.admin.post("/speakers", &form.fields()).await.location.unwrap();
    let retire = format!("{speaker}/retire");
    let pressed = town.admin.get(&speaker).await.form(&retire);
    let edit = second.get(&format!("{speaker}/edit")).await.form(&speaker).with("organisation", "市委党校");
    assert_eq!(second.post(&speaker, &edit.fields()).await.status, StatusCode::SEE_OTHER);
    assert_eq!(town.admin.post(&retire, &pressed.fields()).await.status, StatusCode::CONFLICT);
    let bare = town.admin.post(&retire, &pressed.without("version").fields()).await;
    assert_eq!(bare.status, StatusCode::CONFLICT, "{}", bare.text);
    let pressed = town.admin.get(&speaker).await.form(&retire);
    assert_eq!(town.admin.post(&retire, &pressed.fields()).await.status, StatusCode::SEE_OTHER);
}

#[test]
fn every_form_takes_its_token_and_version_from_one_place() {
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<_> = ["federation", "figures", "qinglan"].map(|name| crates.join(name).join("src")).into();
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let kind = std::path::Path::new(&name).extension().and_then(|kind| kind.to_str());
            let (html, rust) = (kind == Some("html"), kind == Some("rs"));
            if !(html || rust) {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            read += 1;
            for by_hand in ["name=\"version\"", "name=\"once\"", "fields.key(\"version\")", "fields.text(\"once\")"] {
                assert!(!text.contains(by_hand), "{name}: {by_hand} is for `ui.token` and `Send` alone");
            }
        }
    }
    assert!(read > 200, "{read} files were read");
}
