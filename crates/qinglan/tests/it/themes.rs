//! Themes: who adds and sees them, what may serve one, and that everything that serves one is found by it.

use axum::http::StatusCode;
use desk::{
    app::App,
    error::{AppError, Result},
};
use federation::{
    imports::{Answers, Context, Source, Summary, actions as imports},
    themes::{Handed, actions, store},
};
use figures::metrics;
use kernel::{Period, PersonId, RecordId, UnitId};
use ledger::{Filter, Value, db};
use qinglan::features::{
    activities, external, notes, plans,
    stints::{self, Part},
};

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, town, unit},
};

on_both!(
    a_theme_is_added_changed_and_removed_by_its_unit,
    all_that_serves_a_theme_is_counted_under_it,
    a_file_names_themes,
    a_theme_is_chosen_in_a_form_and_seen_by_those_it_concerns,
);

fn campaign(name: &str) -> Handed {
    Handed { name: name.to_owned(), from: day("2025-02-01"), until: Some(day("2026-01-31")), about: None }
}

fn code(result: Result<impl Sized>) -> String {
    match result {
        Ok(_) => "fine".to_owned(),
        Err(AppError::Refused(refusal)) => refusal.code,
        Err(other) => panic!("{other}"),
    }
}

async fn count(app: &App, unit: UnitId, key: &str, theme: Option<&str>) -> i64 {
    let period = Period::new(day("2025-01-01"), day("2026-12-31")).unwrap();
    let books = metrics::open(app, unit, period, None, None).await.unwrap();
    let filter = theme.map_or_else(Filter::default, |theme| Filter::default().with("theme", &[theme]));
    match books.figure(&app.metrics().get(key).unwrap(), unit, period, &filter).unwrap().value {
        Value::Whole(count) => count,
        other => panic!("{other:?}"),
    }
}

async fn a_theme_is_added_changed_and_removed_by_its_unit(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let id = actions::add(app, &operator, town.city, campaign("清风徐来")).await.unwrap();
    for (unit, handed, wanted) in [
        (town.city, campaign(" “ ” "), "theme-without-name"),
        (town.city, campaign(&"长".repeat(101)), "theme-name-long"),
        (town.city, Handed { about: Some("长".repeat(2001)), ..campaign("说明长") }, "theme-about-long"),
        (town.city, Handed { until: Some(day("2024-12-31")), ..campaign("倒") }, "theme-ends-first"),
        // The same name above or under, however it is written.
        (town.street, campaign("“清风 徐来”"), "theme-name-taken"),
        (town.street, campaign("古沟专题"), "fine"),
        // Of two streets each may have its own of one name.
        (town.other, campaign("古沟专题"), "fine"),
        (town.city, campaign("古沟专题"), "theme-name-taken"),
    ] {
        assert_eq!(code(actions::add(app, &operator, unit, handed.clone()).await), wanted, "{handed:?}");
    }
    assert_eq!(code(actions::edit(app, &operator, id, 1, campaign("古沟专题")).await), "theme-name-taken");
    actions::edit(app, &operator, id, 1, campaign("清风")).await.unwrap();
    assert_eq!(code(actions::edit(app, &operator, id, 1, campaign("清风2")).await), "changed-meanwhile");
    let mut secretary = town.secretary("secretary", town.street).await;
    let others: Vec<i64> = db::rows(&app.db, "select id from theme order by id", vec![]).await.unwrap();
    assert_eq!(others.len(), 3);
    let page = secretary.get("/themes").await;
    assert_eq!((page.text.matches("古沟专题").count() > 0, page.text.contains("清风")), (true, true));
    assert!(!page.text.contains(&format!("/themes/{}\"", others[2])), "the other street's is not seen");
    assert_eq!(secretary.get(&format!("/themes/{}", others[2])).await.status, StatusCode::NOT_FOUND);
    // A theme from above is seen and chosen, not changed.
    assert_eq!(secretary.get(&format!("/themes/{id}")).await.status, StatusCode::OK);
    assert_eq!(secretary.get(&format!("/themes/{id}/edit")).await.status, StatusCode::FORBIDDEN);
    let mut draft = activities::actions::Draft::new("study", "学习", day("2025-05-01"), town.street);
    draft.activity.theme = Some(format!("t{id}"));
    let session = activities::actions::add(app, &operator, draft).await.unwrap();
    assert_eq!(code(actions::remove(app, &operator, id, 2).await), "theme-served");
    activities::actions::void(app, &operator, session, "记错了").await.unwrap();
    actions::remove(app, &operator, id, 2).await.unwrap();
    assert_eq!(code(actions::seen(app, &operator, id).await), "theme-unknown-here");
    let done = secretary.post("/themes", &[("name", "新专题"), ("from", "2026-01-01")]).await;
    assert_eq!(done.status, StatusCode::UNPROCESSABLE_ENTITY, "no unit");
    let unit = town.street.to_string();
    let done = secretary.post("/themes", &[("name", "新专题"), ("from", "2026-01-01"), ("unit_id", &unit)]).await;
    let added = done.location.expect("added");
    assert_eq!(secretary.get(&format!("{added}/edit")).await.status, StatusCode::OK);
    let city = town.city.to_string();
    let done = secretary.post("/themes", &[("name", "市里的"), ("from", "2026-01-01"), ("unit_id", &city)]).await;
    assert!(done.location.is_none(), "a secretary adds none above");
}

/// A result, a stint and a note that serve a theme, and something finished of a plan that serves none: the stint and the plan.
async fn served(town: &Town, person: PersonId, theme: &str) -> (RecordId, i64) {
    let (app, operator) = (&town.app, town.app.operator());
    let some = |theme: &str| Some(theme.to_owned());
    let handed = external::Handed {
        person,
        platform: "qiangguo".to_owned(),
        month: 202_505,
        amounts: external::Amounts { points: Some(300), minutes: None, classes: None },
        note: None,
        theme: some(theme),
    };
    external::actions::add(app, &operator, handed).await.unwrap();
    let stint = stints::Handed {
        person,
        part: Part::Volunteer,
        volunteered: true,
        task: "清扫".to_owned(),
        place: None,
        place_unit: None,
        // It began before the theme and met its days.
        from: day("2025-01-30"),
        to: Some(day("2025-02-03")),
        hours: None,
        result: None,
        note: None,
        theme: some(theme),
        overlapping: false,
    };
    let early = stints::Handed { to: Some(day("2025-01-31")), ..stint.clone() };
    assert_eq!(code(stints::actions::add(app, &operator, early).await), "theme-other-day");
    let stint = stints::actions::add(app, &operator, stint).await.unwrap();
    let plan = plans::actions::Said {
        title: "一月计划".to_owned(),
        from: day("2026-01-01"),
        to: day("2026-01-31"),
        theme: None,
    };
    let plan = plans::actions::begin(app, &operator, town.city, plan).await.unwrap();
    let wanted = plans::actions::Wanted {
        material: None,
        text: some("第一章"),
        required: true,
        due_on: day("2026-01-20"),
        party_only: false,
        groups: Vec::new(),
    };
    let item = plans::actions::add_item(app, &operator, plan, wanted).await.unwrap();
    plans::actions::set_state(app, &operator, (plan, 2), plans::State::Published).await.unwrap();
    let own = desk::actor::Actor { person: Some(person), ..operator.clone() };
    plans::finish(app, &own, item, app.today()).await.unwrap();
    let said = notes::Said {
        title: "体会".to_owned(),
        body: "学而时习之".to_owned(),
        theme: some(theme),
        ..Default::default()
    };
    let note = notes::actions::begin(app, &own, said).await.unwrap();
    notes::actions::hand_in(app, &own, note, 1).await.unwrap();
    (stint, plan)
}

async fn all_that_serves_a_theme_is_counted_under_it(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let person = town.person("郑梦曦", town.street, None).await;
    let theme = format!("t{}", actions::add(app, &operator, town.city, campaign("清风徐来")).await.unwrap());
    let elsewhere = format!("t{}", actions::add(app, &operator, town.other, campaign("别处")).await.unwrap());
    let some = |theme: &str| Some(theme.to_owned());
    let session = |of: Option<String>, on: &str| {
        let mut draft = activities::actions::Draft::new("study", "学习", day(on), town.street);
        draft.attendance = vec![activities::actions::Handed::plain(person, activities::Status::OnTime)];
        draft.spoke = vec![(person, activities::SpokePart::Spoke)];
        draft.activity.audience = Some(7);
        draft.activity.theme = of;
        draft
    };
    for (of, on, wanted) in [
        (some(&elsewhere), "2025-05-01", "theme-elsewhere"),
        (some("t999"), "2025-05-01", "theme-elsewhere"),
        (some(&theme), "2024-12-31", "theme-other-day"),
        (some(&theme), "2025-05-01", "fine"),
        (None, "2025-05-02", "fine"),
    ] {
        assert_eq!(code(activities::actions::add(app, &operator, session(of, on)).await), wanted);
    }
    let (stint, plan) = served(&town, person, &theme).await;
    for (key, of_theme, all) in [
        ("activities.occasions", 1, 2),
        ("activities.person_times", 1, 2),
        ("activities.audience", 7, 14),
        ("activities.spoke_times", 1, 2),
        ("external.points", 300, 300),
        ("notes.handed_in", 1, 1),
        ("learning.readings", 0, 1),
        ("practice.volunteers", 1, 1),
    ] {
        assert_eq!(count(app, town.city, key, Some(&theme)).await, of_theme, "{key}");
        assert_eq!(count(app, town.city, key, None).await, all, "{key}");
        assert_eq!(count(app, town.city, key, Some("none")).await, all - of_theme, "{key}");
    }
    // What was finished follows the plan's theme.
    let version = plans::actions::seen(app, &operator, plan).await.unwrap().version;
    let said = plans::actions::Said {
        title: "一月计划".to_owned(),
        from: day("2026-01-01"),
        to: day("2026-01-31"),
        theme: some(&theme),
    };
    plans::actions::change(app, &operator, (plan, version), said).await.unwrap();
    assert_eq!(count(app, town.city, "learning.readings", Some(&theme)).await, 1);
    assert_eq!(count(app, town.city, "learning.readings", None).await, 1);
    // The page leads to each of them; its figures open onto their rows.
    let mut admin = town.admin.clone();
    let id = theme.trim_start_matches('t').to_owned();
    let page = admin.get(&format!("/themes/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for list in ["/activities?theme=", "/external?theme=", "/stints?theme=", "/plans?theme=", "/notes?theme="] {
        assert!(page.text.contains(&format!("{list}{theme}")), "{list}: {}", page.text);
        assert_eq!(admin.get(&format!("{list}{theme}")).await.status, StatusCode::OK, "{list}");
    }
    let figures = page.text.matches("/metrics/").count();
    assert!(figures >= 8, "{figures}: {}", page.text);
    let list = admin.get(&format!("/activities?theme={theme}&period=any")).await;
    assert_eq!(list.text.matches("<tr>").count(), 2, "the heading and one session");
    // A theme that has ended stays with what serves it.
    let ended = Handed { until: Some(day("2025-02-02")), ..campaign("清风徐来") };
    actions::edit(app, &operator, id.parse().unwrap(), 1, ended).await.unwrap();
    let sessions: Vec<i64> =
        db::rows(&app.db, "select id from activity where theme is not null", vec![]).await.unwrap();
    let mut draft = activities::actions::draft_of(app, RecordId(sessions[0])).await.unwrap();
    draft.activity.audience = Some(9);
    activities::actions::edit(app, &operator, draft, None).await.unwrap();
    assert_eq!(count(app, town.city, "activities.audience", Some(&theme)).await, 9);
    stints::actions::void(app, &operator, stint, 1, "记错了").await.unwrap();
    assert_eq!(count(app, town.city, "practice.volunteers", Some(&theme)).await, 0);
    town.reconciled().await;
}

/// The verdicts on a register of sessions.
async fn judge(app: &App, unit: UnitId, text: &str) -> Summary {
    let kind = activities::import::KIND;
    let source = Source::from_file("活动.csv", text.as_bytes().to_vec(), kind).unwrap();
    let answers = Answers::new();
    let context = Context {
        source: &source,
        unit: Some(unit),
        year: Some(2025),
        answers: &answers,
        from: None,
        today: app.today(),
        only: None,
        progress: &|_, _| (),
    };
    let shown = imports::preview(app, &app.operator(), kind, &context).await.unwrap();
    imports::confirm(app, &app.operator(), kind, &context, &shown).await.unwrap();
    shown
}

async fn a_file_names_themes(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let text = |theme: &str, on: &str| {
        format!("活动时间,活动主题,活动形式,主办单位,专题,参加人数\n{on},学习,集中学习,古沟街道,{theme},5\n")
    };
    let refused = |summary: &Summary| summary.refused()[0].1[0].code.clone();
    assert_eq!(refused(&judge(app, town.city, &text("清风徐来", "2025-05-01")).await), "theme-unknown-none");
    let id = actions::add(app, &operator, town.city, campaign("清风徐来")).await.unwrap();
    assert_eq!(refused(&judge(app, town.city, &text("清风", "2025-05-01")).await), "theme-unknown");
    assert_eq!(refused(&judge(app, town.city, &text("清风徐来", "2024-05-01")).await), "theme-other-day");
    assert_eq!(judge(app, town.city, &text("“清风徐来”", "2025-05-01")).await.taken, 1);
    assert_eq!(judge(app, town.city, &text("", "2025-05-02")).await.taken, 1);
    assert_eq!(count(app, town.city, "activities.occasions", Some(&format!("t{id}"))).await, 1);
    assert_eq!(store::names(&app.db).await.unwrap(), [(format!("t{id}"), "清风徐来".to_owned())]);
}

async fn a_theme_is_chosen_in_a_form_and_seen_by_those_it_concerns(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let person = town.person("郑梦曦", town.street, None).await;
    let mut secretary = town.secretary("secretary", town.street).await;
    let host = town.street.to_string();
    let fields = |theme: &'static str| {
        [("title", "学习"), ("day", "2025-05-01"), ("type", "study"), ("as", "held"), ("theme", theme)]
    };
    let form = secretary.get("/activities/new").await;
    assert!(!form.text.contains("f-theme"), "nothing to choose, no field");
    for name in ["第一", "第二"] {
        actions::add(app, &operator, town.city, Handed { until: None, ..campaign(name) }).await.unwrap();
    }
    let ended = Handed { from: day("2020-01-01"), until: Some(day("2020-12-31")), ..campaign("早年") };
    actions::add(app, &operator, town.city, ended).await.unwrap();
    let themes: Vec<(String, String)> = store::names(&app.db).await.unwrap();
    let of = |name: &str| themes.iter().find(|(_, known)| known == name).unwrap().0.clone();
    let second = of("第二");
    let held = [fields("").as_slice(), &[("host_id", &host)]].concat();
    let mut chosen = held.clone();
    chosen.retain(|(name, _)| *name != "theme");
    chosen.push(("theme", &second));
    let done = secretary.post("/activities", &chosen).await;
    let address = done.location.expect("entered");
    let page = secretary.get(&address).await;
    assert!(page.text.contains(&format!("/themes/{}", second.trim_start_matches('t'))), "{}", page.text);
    // What was chosen last is offered first.
    let form = secretary.get(&format!("/activities/new?host_id={host}&day=2025-06-01")).await.text;
    let at = |name: &str| form.find(&format!(">{name}</option>")).unwrap_or_else(|| panic!("{name}: {form}"));
    assert!(at("第二") < at("第一"));
    assert!(!form.contains(">早年</option>"), "one that has ended long ago is not offered");
    let city = town.city.to_string();
    let other = unit(app, "旧巷街道", "street", Some(town.city)).await;
    actions::add(app, &operator, other, Handed { until: None, ..campaign("别处的") }).await.unwrap();
    for (host, offered) in [(city, true), (other.to_string(), false)] {
        let form = secretary.get(&format!("/activities/new?host_id={host}")).await.text;
        assert_eq!(form.contains(">第二</option>"), offered, "{host}");
        assert!(!form.contains(">别处的</option>"), "another street's is not offered");
    }
    let odd: Vec<(&str, &str)> =
        chosen.iter().map(|(name, value)| (*name, if *name == "day" { "2024-05-01" } else { *value })).collect();
    let refused = secretary.post("/activities", &odd).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("不在专题“第二”的时间"), "{}", refused.text);
    // A member sees the themes of the units above, without figures of the city.
    account(app, "member", None, Some(person)).await;
    let mut member = Browser::signed_in(app, "member").await;
    assert!(member.get("/themes").await.text.contains("第二"));
    let page = member.get(&format!("/themes/{}", second.trim_start_matches('t'))).await;
    assert_eq!((page.status, page.text.contains("/metrics/activities.occasions")), (StatusCode::OK, false));
    // And an account without any role nothing.
    account(app, "nobody", None, None).await;
    let mut nobody = Browser::signed_in(app, "nobody").await;
    assert!(!nobody.get("/themes").await.text.contains("第二"));
}
