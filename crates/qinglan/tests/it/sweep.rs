//! Every route as every role: what may not be seen or done is refused, and a route that this list doesn't know fails it.

use axum::http::{Method, StatusCode};
use kernel::{GroupId, PersonId, RecordId, UnitId};
use qinglan::{
    app::App,
    features::{
        accounts::Role,
        activities::{self, actions::Draft},
        groups,
        imports::{Answers, Context, Kind, Source, actions as imports},
        joint,
        people::NewPerson,
        speakers, units,
    },
};

use crate::{
    browser::{Answered, Browser, account},
    support::{On, Place, day},
    town::{new_person, unit},
};

/// Who knocks: each stands for a column of the list below.
const VISITORS: [&str; 6] = ["admin", "secretary", "elsewhere", "leader", "member", "reader"];

/// Method, path, and for each visitor whether it is let in: `y` or `-`. Paths hold keys of a small federation: a street with
/// a group, a member and an activity. `elsewhere` is the secretary of another district.
const LIST: &[(&str, &str, &str)] = &[
    // Everybody, in their own way.
    ("GET", "/", "yyyyyy"),
    ("GET", "/search", "yyyyyy"),
    ("GET", "/account", "yyyyyy"),
    ("POST", "/account", "yyyyyy"),
    ("GET", "/account/password", "yyyyyy"),
    ("POST", "/account/password", "yyyyyy"),
    ("POST", "/account/theme", "yyyyyy"),
    ("POST", "/account/sessions/end", "yyyyyy"),
    ("POST", "/account/unit", "yy-y-y"),
    // Accounts, settings, the log: administrators alone.
    ("GET", "/accounts", "y-----"),
    ("GET", "/accounts/export", "y-----"),
    ("GET", "/accounts/new", "y-----"),
    ("POST", "/accounts", "y-----"),
    ("GET", "/accounts/{account}", "y-----"),
    ("POST", "/accounts/{account}/reset", "y-----"),
    ("POST", "/accounts/{account}/lock", "y-----"),
    ("POST", "/accounts/{account}/unlock", "y-----"),
    ("POST", "/accounts/{account}/roles", "y-----"),
    ("POST", "/accounts/{account}/roles/{role}/end", "y-----"),
    ("GET", "/log", "y-----"),
    ("GET", "/log/export", "y-----"),
    ("GET", "/settings", "y-----"),
    ("POST", "/settings", "y-----"),
    ("GET", "/settings/levels", "y-----"),
    ("POST", "/settings/levels/{code}", "y-----"),
    ("GET", "/settings/types", "y-----"),
    ("POST", "/settings/types", "y-----"),
    // Units: read by figures, changed by who writes above.
    ("GET", "/units", "yyyy-y"),
    ("GET", "/units/pick", "yyyyyy"),
    ("GET", "/units/choose", "yyyy-y"),
    ("GET", "/units/export", "yyyyyy"),
    ("GET", "/units/{id}", "yy-y-y"),
    ("GET", "/units/{id}/children", "yy-y-y"),
    ("POST", "/units/{id}/units", "yy----"),
    ("POST", "/units/{id}/rename", "y-----"),
    ("POST", "/units/{id}/move", "yy-y-y"),
    ("POST", "/units/{id}/merge", "yy-y-y"),
    ("POST", "/units/{id}/close", "y-----"),
    // Groups.
    ("GET", "/groups", "yyyyyy"),
    ("GET", "/groups/export", "yyyyyy"),
    ("GET", "/groups/pick", "yyyyyy"),
    ("GET", "/groups/new", "yyy---"),
    ("POST", "/groups", "yyy---"),
    ("GET", "/groups/{id}", "yy-yyy"),
    ("POST", "/groups/{id}", "yy----"),
    // People.
    ("GET", "/people", "yyyy--"),
    ("GET", "/people/export", "yyyy--"),
    ("GET", "/people/pick", "yyyyyy"),
    ("GET", "/people/new", "yyy---"),
    ("POST", "/people", "yyy---"),
    ("GET", "/people/{id}", "yy-yy-"),
    ("GET", "/people/doubles", "yyy---"),
    ("GET", "/people/{id}/merge", "yy----"),
    ("POST", "/people/{id}/merge", "yy----"),
    ("GET", "/people/{id}/edit", "yy----"),
    ("POST", "/people/{id}/edit", "yy----"),
    ("GET", "/people/{id}/memberships/{membership}", "yy----"),
    ("POST", "/people/{id}/memberships/{membership}", "yy----"),
    ("GET", "/people/{id}/states/{state}", "yy----"),
    ("POST", "/people/{id}/states/{state}", "yy----"),
    ("POST", "/people/{id}/transfer", "yy----"),
    ("POST", "/people/{id}/leave", "yy----"),
    ("POST", "/people/{id}/party", "yy-yy-"),
    ("POST", "/people/{id}/join", "yy-yy-"),
    ("POST", "/people/{id}/absence", "yy----"),
    ("GET", "/people/{id}/hours", "yy-yy-"),
    ("GET", "/hours", "yy-y--"),
    ("GET", "/hours/export", "yy-y--"),
    ("GET", "/my/hours", "yyyyyy"),
    // Evidence; that it is taken away by its keepers alone is proven where it can be put back.
    ("POST", "/activities/{id}/evidence", "yy-y--"),
    ("GET", "/activities/{id}/evidence/{piece}", "yy-y--"),
    ("POST", "/activities/{id}/evidence/{piece}/show", "yy-y--"),
    ("POST", "/activities/{id}/evidence/{piece}/hide", "yy-y--"),
    ("POST", "/activities/{id}/evidence/{piece}/remove", "------"),
    ("POST", "/external/{id}/evidence", "yy-yy-"),
    ("GET", "/external/{id}/evidence/{piece}", "yy-yy-"),
    ("POST", "/external/{id}/evidence/{piece}/remove", "------"),
    // Notes: the member's own, handed in; who leads the member reads it too, and judges it.
    ("GET", "/notes", "yyyyyy"),
    ("GET", "/notes/export", "yyyyyy"),
    // Who is no person is told so.
    ("GET", "/notes/new", "yyyyyy"),
    ("POST", "/notes", "yyyyyy"),
    ("GET", "/notes/{id}", "yy-yy-"),
    ("GET", "/notes/{id}/edit", "----y-"),
    ("POST", "/notes/{id}", "----y-"),
    ("POST", "/notes/{id}/hand-in", "----y-"),
    ("POST", "/notes/{id}/take-back", "----y-"),
    ("POST", "/notes/{id}/remove", "----y-"),
    ("POST", "/notes/{id}/comment", "yy-yy-"),
    ("POST", "/notes/{id}/recommend", "yy-y--"),
    ("POST", "/notes/{id}/collect", "yy----"),
    ("GET", "/watch", "yy-y--"),
    ("GET", "/watch/export", "yy-y--"),
    ("GET", "/my", "yyyyyy"),
    ("GET", "/my/export", "yyyyyy"),
    // Activities.
    ("GET", "/activities", "yyyyyy"),
    ("GET", "/activities/export", "yyyyyy"),
    ("GET", "/activities/calendar", "yyyyyy"),
    ("GET", "/activities/new", "yyyy--"),
    ("GET", "/activities/quick", "yyyy--"),
    ("POST", "/activities", "yyyyyy"),
    ("GET", "/activities/{id}", "yy-yyy"),
    ("GET", "/activities/{id}/edit", "yy-y--"),
    ("POST", "/activities/{id}", "yy-y--"),
    ("POST", "/activities/{id}/announce", "yy-y--"),
    ("GET", "/activities/{id}/notice", "yy-yyy"),
    ("GET", "/activities/{id}/sheet/{format}", "yy-y--"),
    ("GET", "/activities/{id}/attendance", "yy-y--"),
    ("POST", "/activities/{id}/attendance", "yy-y--"),
    ("POST", "/activities/{id}/attendance/paste", "yy-y--"),
    ("GET", "/activities/{id}/board", "yy-y--"),
    ("POST", "/activities/{id}/check-in", "yy-y--"),
    ("POST", "/activities/{id}/check-in/end", "yy-y--"),
    ("POST", "/activities/{id}/close", "yy-y--"),
    ("POST", "/activities/{id}/void", "yy-y--"),
    ("GET", "/check-in", "yyyyyy"),
    ("POST", "/check-in/{code}", "yyyyyy"),
    // Joint sessions: called by another street, offered to the street.
    ("GET", "/joint", "yyyy--"),
    ("GET", "/joint/export", "yyyy--"),
    ("GET", "/joint/call/{activity}", "y-y---"),
    ("POST", "/joint/call/{activity}", "y-y---"),
    ("GET", "/joint/{id}", "yyyy--"),
    ("POST", "/joint/{id}/answer", "yy-y--"),
    ("POST", "/joint/{id}/guests", "yy-y--"),
    ("POST", "/joint/{id}/people", "yy-y--"),
    ("GET", "/joint/{id}/roll", "yy-y--"),
    ("POST", "/joint/{id}/roll", "yy-y--"),
    ("POST", "/joint/{id}/withdraw", "y-y---"),
    // Speakers and tours: the register is there for all who keep sessions; the entry and the tour are the street's.
    ("GET", "/speakers", "yyyy--"),
    ("GET", "/speakers/export", "yyyy--"),
    ("GET", "/speakers/pick", "yyyy--"),
    ("GET", "/speakers/new", "yyyy--"),
    ("POST", "/speakers", "yyyy--"),
    ("GET", "/speakers/{id}", "yyyy--"),
    ("GET", "/speakers/{id}/edit", "yy-y--"),
    ("POST", "/speakers/{id}", "yy-y--"),
    ("POST", "/speakers/{id}/retire", "yy-y--"),
    ("POST", "/activities/{id}/rate", "----y-"),
    ("GET", "/tours", "yyyy--"),
    ("GET", "/tours/export", "yyyy--"),
    ("GET", "/tours/new", "yyyy--"),
    ("POST", "/tours", "yyyy--"),
    ("GET", "/tours/{id}", "yy-y--"),
    ("POST", "/tours/{id}", "yy-y--"),
    ("POST", "/tours/{id}/stops", "yy-y--"),
    // External results.
    ("GET", "/external", "yyyyyy"),
    ("GET", "/external/export", "yyyyyy"),
    ("GET", "/external/new", "yyyyy-"),
    ("POST", "/external", "yyyyy-"),
    ("POST", "/external/attest", "yyyy--"),
    ("GET", "/external/{id}", "yy-yy-"),
    ("GET", "/external/{id}/edit", "yy-yy-"),
    ("POST", "/external/{id}", "yy-yy-"),
    ("POST", "/external/{id}/attest", "yy-yy-"),
    ("POST", "/external/{id}/return", "yy-y--"),
    ("POST", "/external/{id}/void", "yy-yy-"),
    ("GET", "/external/classes", "yyyy-y"),
    ("GET", "/external/classes/export", "yyyy-y"),
    ("GET", "/external/classes/new", "yyyy--"),
    ("POST", "/external/classes", "yyyy--"),
    ("GET", "/external/classes/{class}", "yy-y-y"),
    ("GET", "/external/classes/{class}/edit", "yy-y--"),
    ("POST", "/external/classes/{class}", "yy-y--"),
    ("POST", "/external/classes/{class}/void", "yy-y--"),
    ("GET", "/external/goals", "yyy---"),
    ("POST", "/external/goals", "yyy---"),
    ("POST", "/external/goals/{goal}/end", "yy----"),
    ("GET", "/external/groups/{group}", "yy-y--"),
    ("GET", "/settings/platforms", "y-----"),
    ("POST", "/settings/platforms", "y-----"),
    // Materials: read by those under the unit; kept by secretaries and by the leaders of the unit's groups.
    ("GET", "/materials", "yyyyyy"),
    ("GET", "/materials/export", "yyyyyy"),
    ("GET", "/materials/pick", "yyyyyy"),
    ("GET", "/materials/new", "yyyy--"),
    ("POST", "/materials", "yyyy--"),
    ("GET", "/materials/{id}", "yy-yyy"),
    ("GET", "/materials/{id}/read", "yy-yyy"),
    ("GET", "/materials/{id}/file", "yy-yyy"),
    ("POST", "/materials/{id}/place", "yy-yyy"),
    ("GET", "/materials/{id}/edit", "yy-y--"),
    ("POST", "/materials/{id}", "yy-y--"),
    ("POST", "/materials/{id}/retire", "yy-y--"),
    // Study plans: seen by those under the unit, ticked by whom an item reaches, progress by who leads them.
    ("GET", "/plans", "yyyyyy"),
    ("GET", "/plans/export", "yyyyyy"),
    ("GET", "/plans/new", "yyyy--"),
    ("POST", "/plans", "yyyy--"),
    ("GET", "/plans/{id}", "yy-yyy"),
    ("GET", "/plans/{id}/edit", "yy-y--"),
    ("POST", "/plans/{id}", "yy-y--"),
    ("POST", "/plans/{id}/state", "yy-y--"),
    ("GET", "/plans/{id}/items/new", "yy-y--"),
    ("POST", "/plans/{id}/items", "yy-y--"),
    ("GET", "/plans/items/{item}/progress", "yy-y--"),
    ("POST", "/plans/items/{item}/remind", "yy-y--"),
    // An account without a person has nothing to tick, which it is told.
    ("POST", "/plans/items/{item}/finished", "yy-yyy"),
    ("POST", "/plans/items/{item}/drop", "yy-y--"),
    // A notice of the city, which the street has answered.
    ("GET", "/notices", "yyyy-y"),
    ("GET", "/notices/export", "yyyy-y"),
    ("GET", "/notices/new", "yyy---"),
    ("POST", "/notices", "yyy---"),
    ("GET", "/notices/{id}", "yy-y-y"),
    ("GET", "/notices/{id}/export", "yy-y--"),
    ("GET", "/notices/{id}/files/{file}", "yy-y-y"),
    ("GET", "/notices/{id}/edit", "y-----"),
    ("POST", "/notices/{id}", "y-----"),
    ("POST", "/notices/{id}/files", "y-----"),
    ("POST", "/notices/{id}/files/{file}/drop", "y-----"),
    ("POST", "/notices/{id}/send", "y-----"),
    ("POST", "/notices/{id}/withdraw", "y-----"),
    ("POST", "/notices/{id}/copy", "y-----"),
    ("POST", "/notices/{id}/drop", "y-----"),
    ("POST", "/notices/{id}/remind", "y-----"),
    ("GET", "/notices/duties/{duty}", "yy-y--"),
    ("GET", "/notices/duties/{duty}/file", "yy-y--"),
    ("POST", "/notices/duties/{duty}/answer", "yy----"),
    ("POST", "/notices/duties/{duty}/activity", "yy----"),
    ("POST", "/notices/duties/{duty}/plan", "yy----"),
    ("POST", "/notices/duties/{duty}/ruling", "y-----"),
    // Imports.
    ("GET", "/imports", "yyy---"),
    ("GET", "/imports/export", "yyy---"),
    ("GET", "/imports/new", "yyy---"),
    ("GET", "/imports/template/{kind}", "yyy---"),
    ("POST", "/imports/work", "yyy---"),
    ("GET", "/imports/work/{work}", "y-----"),
    ("GET", "/imports/work/{work}/refused", "y-----"),
    ("POST", "/imports/work/{work}/answers", "y-----"),
    ("POST", "/imports/work/{work}/layout", "y-----"),
    ("POST", "/imports/work/{work}/take", "y-----"),
    ("GET", "/imports/{id}", "yy----"),
    // The file of an import from the command line is not kept.
    ("GET", "/imports/{id}/refused", "------"),
    ("POST", "/imports/{id}/undo", "yy----"),
    ("POST", "/imports/work/{work}/drop", "y-----"),
    // Figures of the street.
    ("GET", "/metrics", "yy-y-y"),
    ("GET", "/metrics/export", "yy-y-y"),
    ("GET", "/metrics/{key}", "yy-y-y"),
    ("GET", "/metrics/{key}/export", "yy-y-y"),
    ("GET", "/registers", "yy-y-y"),
    ("GET", "/registers/{register}/{format}", "yy----"),
    ("GET", "/reports", "yyyy-y"),
    ("GET", "/reports/export", "yyyy-y"),
    ("GET", "/reports/new", "yy-y-y"),
    ("GET", "/reports/preview", "yy-y-y"),
    ("GET", "/reports/preview/{format}", "yy-y-y"),
    ("POST", "/reports", "yy----"),
    ("GET", "/reports/{id}", "yy-y-y"),
    ("GET", "/reports/{id}/drift", "yy-y-y"),
    ("GET", "/reports/{id}/{format}", "yy-y-y"),
];

/// Routes that are open to everybody, and the one that ends the visit.
const OPEN: &[(&str, &str)] = &[
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/language"),
    ("POST", "/sign-out"),
    ("GET", "/check-in/{code}"),
];

/// What the paths' keys stand for.
struct Federation {
    street: UnitId,
    other: UnitId,
    group: GroupId,
    person: PersonId,
    activity: RecordId,
    report: i64,
    material: i64,
    plan: i64,
    item: i64,
    notice: i64,
    notice_file: i64,
    duty: i64,
    account: i64,
    import: i64,
    work: String,
    membership: i64,
    state: i64,
    external: i64,
    class: i64,
    goal: i64,
    note: i64,
    pieces: [i64; 2],
    joint: i64,
    called: RecordId,
    speaker: i64,
    tour: i64,
}

async fn federation(app: &App) -> Federation {
    let actor = app.operator();
    let city = unit(app, "青蓝市", "city", None).await;
    let street = unit(app, "古沟街道", "street", Some(city)).await;
    let other = unit(app, "红埠街道", "street", Some(city)).await;
    units::places::refresh(app).await.expect("places");
    let new = |name: &str, unit| NewPerson {
        birth_month: Some(199_001),
        phone: Some("19900001234".to_owned()),
        ..new_person(name, unit)
    };
    let person = qinglan::features::people::actions::add(app, &actor, new("郑梦曦", street), day("2025-01-01"))
        .await
        .expect("one");
    let away = kernel::DayRange { from: day("2025-02-01"), to: Some(day("2025-02-10")) };
    qinglan::features::people::actions::leave_of_absence(app, &actor, person, away).await.expect("a leave");
    let key = async |sql: &str| -> i64 {
        ledger::db::scalar(&app.db, sql, vec![person.0.into()]).await.expect("a query").expect("a key")
    };
    let membership = key("select id from membership where person_id = $1").await;
    let state = key("select id from person_state where person_id = $1").await;
    let group = groups::store::default_groups(&app.db, &[street]).await.expect("groups")[&street].id;
    let mut draft = Draft::new("study", "集中学习", day("2025-06-03"), street);
    draft.attendance.push(activities::actions::Handed::plain(person, activities::Status::OnTime));
    draft.activity.audience = Some(3);
    let activity = activities::actions::add(app, &actor, draft).await.expect("an activity");
    let order = qinglan::features::reports::actions::Order {
        template: qinglan::features::reports::Template {
            key: "annual".to_owned(),
            text: "---\ntitle: 汇报\n---\n\n全年举办活动{{ figure(\"activities.occasions\") }}场。\n".to_owned(),
        },
        unit: street,
        period: kernel::Period::new(day("2025-01-01"), day("2025-12-31")).expect("a period"),
    };
    let (report, _) = qinglan::features::reports::actions::issue(app, &actor, &order).await.expect("a report");
    let material = material(app, street).await;
    let (plan, item) = plan(app, street, person).await;
    let (notice, notice_file, duty) = notice(app, city, street).await;
    account(app, "admin", Some((Role::Administrator, None, None)), None).await;
    account(app, "secretary", Some((Role::Secretary, Some(street), None)), None).await;
    account(app, "elsewhere", Some((Role::Secretary, Some(other), None)), None).await;
    account(app, "leader", Some((Role::Leader, None, Some(group))), None).await;
    account(app, "member", None, Some(person)).await;
    account(app, "reader", Some((Role::Reader, Some(street), None)), None).await;
    let account = account(app, "target", None, None).await.0;
    let file = "姓名,工作单位\n何雨桐,古沟街道\n".as_bytes();
    let source = Source::of("roster.csv", file.to_vec(), Kind::Roster).expect("a file");
    let answers = Answers::new();
    let today = app.today();
    let context = Context {
        source: &source,
        unit: Some(street),
        year: Some(2025),
        answers: &answers,
        from: None,
        today,
        progress: &|_, _| {},
    };
    let shown = imports::preview(app, &actor, Kind::Roster, &context).await.expect("verdicts");
    let (import, _) = imports::confirm(app, &actor, Kind::Roster, &context, &shown).await.expect("an import");
    let mut admin = Browser::signed_in(app, "admin").await;
    let unit_id = street.to_string();
    let fields = [("kind", "roster"), ("unit_id", unit_id.as_str())];
    let kept = admin.upload("/imports/work", &fields, ("file", "r.csv", file)).await;
    let work = kept.location.expect("a file in work").rsplit('/').next().unwrap_or_default().to_owned();
    let (external, class, goal) = external(app, street).await;
    let (note, pieces) = own(app, activity, external).await;
    let (called, joint) = joint(app, other, street).await;
    let (speaker, tour) = lectures(app, street).await;
    Federation {
        street,
        other,
        group,
        person,
        activity,
        report,
        material,
        plan,
        item,
        notice,
        notice_file,
        duty,
        account,
        import: import.0,
        work,
        membership,
        state,
        external,
        class,
        goal,
        note,
        pieces,
        joint,
        called,
        speaker,
        tour,
    }
}

/// A speaker whose entry a unit keeps, and a tour that it sends round.
async fn lectures(app: &App, unit: UnitId) -> (i64, i64) {
    let actor = app.operator();
    let speaker = speakers::Speaker {
        id: 0,
        name: "温知远".to_owned(),
        person: None,
        field: "theory".to_owned(),
        level: "expert".to_owned(),
        organisation: None,
        note: None,
        unit,
        retired: false,
        version: 1,
    };
    let speaker = speakers::actions::set(app, &actor, speaker).await.expect("a speaker");
    let tour = speakers::tours::Tour {
        id: 0,
        title: "巡讲".to_owned(),
        theme: None,
        speaker: Some(speaker),
        unit,
        from: app.today(),
        to: app.today(),
        ended: false,
        version: 1,
    };
    (speaker, speakers::tours::set(app, &actor, tour).await.expect("a tour"))
}

/// A session that a unit called, and its offer to another, which accepted.
async fn joint(app: &App, host: UnitId, to: UnitId) -> (RecordId, i64) {
    let actor = app.operator();
    let mut draft = Draft::new("joint_study", "联学", app.today(), host);
    draft.activity.state = activities::State::Announced;
    let called = activities::actions::add(app, &actor, draft).await.expect("an activity");
    let offering = joint::actions::Offering { units: vec![to], ..joint::actions::Offering::default() };
    joint::actions::offer(app, &actor, called, offering).await.expect("an offer");
    let offer = joint::store::of_activity(&app.db, called).await.expect("offers").remove(0).id;
    joint::actions::answer(app, &actor, offer, 1, joint::Said::Yes, None).await.expect("accepted");
    // Held, so that no visitor takes the offer away from the next.
    let mut held = activities::actions::draft_of(app, called).await.expect("a draft");
    held.activity.state = activities::State::Held;
    activities::actions::edit(app, &actor, held, None).await.expect("held");
    (called, offer)
}

/// A note that the member handed in, and the proofs beside the session and beside the member's result.
async fn own(app: &App, activity: RecordId, external: i64) -> (i64, [i64; 2]) {
    let mut admin = Browser::signed_in(app, "admin").await;
    let mut member = Browser::signed_in(app, "member").await;
    let fields = [("title", "学习心得"), ("body", "读后有三点体会。"), ("as", "hand_in")];
    let note = member.post("/notes", &fields).await.location.expect("a note");
    let note = note.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a key");
    let proof = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n".as_slice();
    admin.upload(&format!("/activities/{activity}/evidence"), &[], ("file", "证明.pdf", proof)).await;
    member.upload(&format!("/external/{external}/evidence"), &[], ("file", "截图.pdf", proof)).await;
    let piece = async |record: i64| -> i64 {
        let sql = "select id from evidence where record_id = $1";
        ledger::db::scalar(&app.db, sql, vec![record.into()]).await.expect("a query").expect("a piece")
    };
    let pieces = [piece(activity.0).await, piece(external).await];
    (note, pieces)
}

/// A result that the member handed in, a class and a goal of the street.
async fn external(app: &App, street: UnitId) -> (i64, i64, i64) {
    let mut member = Browser::signed_in(app, "member").await;
    let fields = [("platform", "qiangguo"), ("month", "2025-06"), ("points", "10")];
    member.post("/external", &fields).await.location.expect("a result");
    let mut admin = Browser::signed_in(app, "admin").await;
    let unit = street.to_string();
    let class = [
        ("unit_id", unit.as_str()),
        ("platform", "daxuexi"),
        ("season", "1"),
        ("issue", "1"),
        ("opened_on", "2025-06-01"),
        ("participants", "1"),
        ("base", "2"),
    ];
    admin.post("/external/classes", &class).await.location.expect("a class");
    let goal = [
        ("unit_id", unit.as_str()),
        ("measure", "points"),
        ("per", "month"),
        ("amount", "9"),
        ("from_month", "2025-01"),
    ];
    admin.post("/external/goals", &goal).await.location.expect("a goal");
    let key = async |table: &str| -> i64 {
        let sql = format!("select max(id) from {table}");
        ledger::db::scalar(&app.db, &sql, vec![]).await.expect("a query").expect("a key")
    };
    (key("external_result").await, key("class_result").await, key("external_goal").await)
}

/// A text that is put up for a unit.
async fn material(app: &App, unit: UnitId) -> i64 {
    use qinglan::features::{files::Incoming, materials};
    let said = materials::actions::Said {
        kind: materials::Kind::Law,
        title: "某法".to_owned(),
        author: None,
        issued_on: None,
        summary: None,
    };
    let file = Incoming::of(app, "某法.md", "# 某法\n\n第一条\n").await.expect("a file");
    let what = materials::actions::What::File(file);
    materials::actions::put_up(app, &app.operator(), Some(unit), said, what).await.expect("a material")
}

/// A published plan of a unit, with an item that a person has finished, so that it stays.
async fn plan(app: &App, unit: UnitId, person: PersonId) -> (i64, i64) {
    use qinglan::features::plans::{self, actions};
    let said = actions::Said { title: "学习计划".to_owned(), from: day("2026-01-01"), to: day("2026-01-31") };
    let plan = actions::begin(app, &app.operator(), unit, said).await.expect("a plan");
    let wanted = actions::Wanted {
        material: None,
        text: Some("第一章".to_owned()),
        required: true,
        due_on: day("2026-01-31"),
        party_only: false,
        groups: Vec::new(),
    };
    let item = actions::add_item(app, &app.operator(), plan, wanted).await.expect("an item");
    let version = 2;
    actions::set_state(app, &app.operator(), (plan, version), plans::State::Published).await.expect("published");
    let reader = qinglan::app::Actor { person: Some(person), ..app.operator() };
    plans::finish(app, &reader, item, app.today()).await.expect("finished");
    (plan, item)
}

/// A notice of a unit with a file, sent to one under it, which has answered with a file: notice, its file, the duty.
async fn notice(app: &App, sender: UnitId, unit: UnitId) -> (i64, i64, i64) {
    use qinglan::features::{
        files::Incoming,
        notices::{self, Kind, Recipients, actions, answers},
    };
    let operator = app.operator();
    let demand = actions::Wanted {
        kind: Kind::Return,
        wanted: "上报总结".to_owned(),
        type_code: None,
        material: None,
        needs_file: false,
    };
    let said = actions::Said {
        number: Some("青妇〔2026〕1号".to_owned()),
        title: "关于上报总结的通知".to_owned(),
        text: String::new(),
        due_on: day("2026-01-31"),
        recipients: Recipients::Chosen(vec![unit]),
        demands: vec![demand],
    };
    let id = actions::draft(app, &operator, sender, said).await.expect("a draft");
    const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
    let file = Incoming::of(app, "a.pdf", PDF).await.expect("a file");
    actions::attach(app, &operator, id, file).await.expect("attached");
    actions::send(app, &operator, (id, 1)).await.expect("sent");
    let duty = notices::store::duties_of(&app.db, id).await.expect("duties").remove(0).id;
    let file = Incoming::of(app, "b.pdf", PDF).await.expect("a file");
    let handed = answers::Return { text: String::new(), file: Some(file) };
    answers::hand_in(app, &operator, (duty, 1), handed).await.expect("answered");
    let sql = "select file_id from notice_file where notice_id = $1";
    let file = ledger::db::scalar(&app.db, sql, vec![id.into()]).await.expect("a query").expect("a file");
    (id, file, duty.0)
}

impl Federation {
    /// The path with keys instead of names, asked for the street.
    fn path(&self, path: &str) -> String {
        let id = match path.split('/').nth(1).unwrap_or_default() {
            "reports" => self.report,
            "materials" => self.material,
            "plans" => self.plan,
            "notices" => self.notice,
            "units" => self.street.0,
            "groups" => self.group.0,
            "people" => self.person.0,
            "activities" => self.activity.0,
            "imports" => self.import,
            "external" => self.external,
            "notes" => self.note,
            "joint" => self.joint,
            "speakers" => self.speaker,
            "tours" => self.tour,
            _ => 0,
        };
        let path = path
            .replace("{account}", &self.account.to_string())
            .replace("{role}", "0")
            .replace("{membership}", &self.membership.to_string())
            .replace("{state}", &self.state.to_string())
            .replace(
                "{piece}",
                &if path.ends_with("/remove") { 0 } else { self.pieces[usize::from(path.starts_with("/ext"))] }
                    .to_string(),
            )
            .replace("{activity}", &self.called.to_string())
            .replace("{class}", &self.class.to_string())
            .replace("{goal}", &self.goal.to_string())
            .replace("{group}", &self.group.to_string())
            .replace("{key}", "activities.person_times")
            .replace("{register}", "roster")
            .replace("{format}", if path.starts_with("/reports") { "docx" } else { "xlsx" })
            .replace("{kind}", "roster")
            .replace("{work}", &self.work)
            .replace("{code}", "street")
            .replace("{item}", &self.item.to_string())
            .replace("{file}", &self.notice_file.to_string())
            .replace("{duty}", &self.duty.to_string())
            .replace("{id}", &id.to_string());
        format!("{path}?unit_id={}&period=own&from=2025-01-01&to=2025-12-31", self.street)
    }
}

fn let_in(answer: &Answered) -> bool {
    assert!(!answer.status.is_server_error(), "{}", answer.text);
    !matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED)
}

/// A role that is unknown (`/roles/0/end`) is told only to who may see roles: told apart by the code on the page.
fn unknown_within(answer: &Answered, path: &str) -> bool {
    path.ends_with("/roles/{role}/end") && answer.text.contains("role-unknown")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_is_swept_as_every_role() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    let federation = federation(&app).await;
    let mut faults = Vec::new();
    let known: Vec<(Method, String)> = LIST
        .iter()
        .map(|(method, path, _)| (*method, *path))
        .chain(OPEN.iter().copied())
        .map(|(method, path)| (method.parse().expect("a method"), plain(path)))
        .collect();
    for route in qinglan::router::routes(qinglan::features::FEATURES) {
        if !known.contains(&(route.method.clone(), plain(route.path))) {
            faults.push(format!("not swept: {} {}", route.method, route.path));
        }
        let declared = OPEN.contains(&(route.method.as_str(), route.path)) && route.path != "/sign-out";
        if route.open != declared {
            faults.push(format!("open or not: {} {}", route.method, route.path));
        }
    }
    let mut nobody = Browser::new(&app);
    for (number, visitor) in VISITORS.iter().enumerate() {
        let mut browser = Browser::signed_in(&app, visitor).await;
        for (method, pattern, allowed) in LIST {
            let path = federation.path(pattern);
            let fields = [("unit_id", federation.street.to_string()), ("period", "own".to_owned())];
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = match *method {
                "GET" => browser.get(&path).await,
                _ => browser.post(&path, &fields).await,
            };
            let expected = allowed.as_bytes()[number] == b'y';
            if (let_in(&answer) || unknown_within(&answer, pattern)) != expected {
                faults.push(format!("{visitor}: {method} {pattern}: {}", answer.status));
            }
            if number == 0 && *method == "GET" {
                let answer = nobody.get(&path).await;
                let led = answer.location.unwrap_or_default();
                if !led.starts_with("/sign-in") {
                    faults.push(format!("nobody: {method} {pattern}: {}", answer.status));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    // Who may see figures and not people gets the same rows without names, in the drawer too.
    let rows = federation.path("/metrics/{key}");
    for (visitor, named) in [("secretary", true), ("reader", false), ("leader", false)] {
        let drawer = Browser::signed_in(&app, visitor).await.part(&rows, "drawer").await;
        assert!(drawer.text.contains("data-drawer-close") && !drawer.text.contains("<html"), "{}", drawer.text);
        assert_eq!(drawer.text.contains("郑梦曦"), named, "{visitor}");
    }
    assert_ne!(federation.street, federation.other);
}

/// A path with every key written the same.
fn plain(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}
