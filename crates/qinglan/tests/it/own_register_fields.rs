//! Fields of own registers that hold a session or files; forms that change from month to month; groups that several units share.

use axum::http::StatusCode;
use desk::actor::{Action, Role};
use federation::{
    groups,
    imports::{Answers, Kind, Source, actions as imports},
    themes,
};
use figures::own_registers::{
    Draft, DraftField, actions,
    model::{Every, FieldKind, FilledBy, Value},
    store,
};
use kernel::{Period, UnitId};
use ledger::{Filter, Labels, Measure, Metric, Part};
use qinglan::features::activities;

use crate::{
    browser::{Browser, account},
    own_registers::{World, code, context, defined, field, figure, import, judge, of_day, service, world},
    support::{On, Place, day, on_both},
};

on_both!(
    files_are_kept_with_a_row_and_shown_to_those_who_see_it,
    a_row_names_a_session_by_title_and_day,
    last_months_rows_stay_as_they_were_entered,
    an_import_that_was_judged_in_a_former_form_is_refused,
    a_shared_group_owes_once_and_all_who_share_it_see_it,
    formulas_in_names_stay_texts,
    an_own_metric_counts_several_kinds_over_another,
    a_row_serves_a_theme_by_form_and_file,
);

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";

fn draft(fields: Vec<DraftField>) -> Draft {
    Draft { fields, ..service() }
}

async fn reader(world: &World, name: &str, unit: UnitId) -> Browser {
    account(&world.town.app, name, Some((Role::Reader, Some(unit), None)), None).await;
    Browser::signed_in(&world.town.app, name).await
}

/// The addresses of the files on a page.
fn files_on(text: &str) -> Vec<String> {
    let parts = text.split("href=\"/own-rows/").skip(1).filter_map(|rest| rest.split('"').next());
    parts.filter(|path| path.contains("/files/")).map(|path| format!("/own-rows/{path}")).collect()
}

async fn files_are_kept_with_a_row_and_shown_to_those_who_see_it(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let mut admin = town.admin.clone();
    let fields = vec![field("项目", FieldKind::Text), DraftField { required: true, ..field("附件", FieldKind::File) }];
    let id = defined(app, town.city, "service", draft(fields)).await;
    let rows = format!("/own-registers/{id}/rows");
    let form = admin.get(&format!("{rows}/new")).await;
    assert!(form.text.contains("enctype=\"multipart/form-data\"") && form.text.contains(" multiple"), "{}", form.text);
    let east = world.communities[0].0.to_string();
    let row = [("form_version", "1"), ("unit_id", east.as_str()), ("day", "2025-03-01"), ("v1", "清洁家园")];
    let without = admin.post(&rows, &row).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.text.contains("href=\"#f-v2\"") && without.text.contains("清洁家园"), "{}", without.text);
    let odd = admin.upload(&rows, &row, ("v2", "附件.pdf", b"MZ\x90\x00")).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(odd.text.contains("href=\"#f-v2\""), "{}", odd.text);
    let entered = admin.upload(&rows, &row, ("v2", "附件.pdf", PDF)).await.location.expect("entered");
    let page = admin.get(&entered).await;
    let files = files_on(&page.text);
    assert!(page.text.contains("附件.pdf") && files.len() == 1, "{}", page.text);
    let sent = admin.get(&files[0]).await;
    assert_eq!((sent.status, sent.bytes.as_slice()), (StatusCode::OK, PDF));
    assert!(admin.get(&rows).await.text.contains("附件.pdf"));

    // Whoever sees the row sees the file; in it anybody may be named, so that readers without names don't.
    let mut secretary = town.secretary("street", town.street).await;
    assert_eq!(secretary.get(&files[0]).await.status, StatusCode::OK);
    let mut elsewhere = town.secretary("other", town.other).await;
    assert_eq!(elsewhere.get(&files[0]).await.status, StatusCode::NOT_FOUND);
    let mut reader = reader(&world, "reader", town.city).await;
    assert!(!reader.get(&entered).await.text.contains("附件.pdf"));
    assert_eq!(reader.get(&files[0]).await.status, StatusCode::NOT_FOUND);

    // A second file beside the first; then the first is unticked. Another row can't take it over by its key.
    let form = admin.get(&format!("{entered}/edit")).await.form(&entered);
    assert!(!form.value("v2_kept").is_empty());
    let more = admin.upload(&entered, &form.fields(), ("v2", "第二份.pdf", PDF)).await;
    assert_eq!(more.status, StatusCode::SEE_OTHER, "{}", more.text);
    let both = files_on(&admin.get(&entered).await.text);
    assert_eq!((both.len(), &both[0]), (2, &files[0]));
    let key = files[0].rsplit('/').next().expect("a key");
    let foreign = [row.as_slice(), &[("v2_kept", key)]].concat();
    assert_eq!(admin.post(&rows, &foreign).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = admin.get(&format!("{entered}/edit")).await.form(&entered);
    let kept: Vec<(&str, &str)> =
        form.fields().into_iter().filter(|(name, value)| *name != "v2_kept" || *value != key).collect();
    assert_eq!(admin.post(&entered, &kept).await.status, StatusCode::SEE_OTHER);
    assert_eq!(files_on(&admin.get(&entered).await.text), both[1..]);
    assert_eq!(admin.get(&both[0]).await.status, StatusCode::NOT_FOUND);
    let none: Vec<(&str, &str)> =
        kept.iter().filter(|(name, _)| !["v2_kept", "once"].contains(name)).copied().collect();
    assert_eq!(admin.post(&entered, &none).await.status, StatusCode::CONFLICT, "of a version of before");
    let form = admin.get(&format!("{entered}/edit")).await.form(&entered).without("v2_kept");
    let refused = admin.post(&entered, &form.fields()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "the last file is required");

    // No spreadsheet holds a file: what requires one is entered on the page, and a column of that name is not read.
    let (_, summary) = judge(app, town.city, "reg.service", "单位,日期,项目\n东社区,2025-03-02,清洁\n").await;
    assert_eq!((summary.taken, summary.refused()[0].1[0].code.as_str()), (0, "own-file-by-hand"));
    let free = vec![field("项目", FieldKind::Text), field("附件", FieldKind::File)];
    let free = defined(app, town.city, "free", draft(free)).await;
    let row = [("form_version", "1"), ("unit_id", east.as_str()), ("day", "2025-03-01"), ("v1", "清洁家园")];
    let rows = format!("/own-registers/{free}/rows");
    admin.upload(&rows, &row, ("v2", "附件.pdf", PDF)).await.location.expect("entered");
    let text = "单位,日期,项目,附件\n东社区,2025-03-01,清洁家园,附件.pdf\n东社区,2025-03-02,清洁家园,\n";
    let (_, summary) = judge(app, town.city, "reg.free", text).await;
    assert_eq!((summary.taken, summary.repeated), (1, 1), "the row with its file is known");
    let export = admin.get(&format!("{rows}/export")).await;
    let kind = Kind::by_name(app, "reg.free").unwrap();
    let source = Source::from_file("out.xlsx", export.bytes, kind).unwrap();
    let answers = Answers::new();
    let again =
        imports::preview(app, &app.operator(), kind, &context(app, &source, town.city, &answers)).await.unwrap();
    assert_eq!((again.taken, again.repeated), (0, 1), "what is exported is read again");
    town.reconciled().await;
}

async fn a_row_names_a_session_by_title_and_day(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let mut admin = town.admin.clone();
    let (east, south) = (world.communities[0].0, world.communities[2].0);
    let mut sessions = Vec::new();
    for (title, on, unit) in [
        ("读书会", "2025-03-01", east),
        ("读书会", "2025-04-01", east),
        ("读书会", "2025-04-01", east),
        ("茶话会", "2025-03-05", south),
    ] {
        let draft = activities::actions::Draft::new("study", title, day(on), unit);
        sessions.push(activities::actions::add(app, &app.operator(), draft).await.unwrap());
    }
    let fields = vec![field("项目", FieldKind::Text), field("所属活动", FieldKind::Activity)];
    let id = defined(app, town.city, "service", draft(fields)).await;
    let picked = admin.get("/activities/pick?q=茶话").await;
    assert!(picked.text.contains("2025-03-05 茶话会"), "{}", picked.text);

    let head = "单位,日期,项目,所属活动\n";
    for (line, wanted) in [
        ("东社区,2025-03-01,清洁,读书会", "taken"),
        ("东社区,2025-06-01,清洁,2025-03-01 读书会", "taken"),
        ("东社区,2025-06-01,清洁,读书会（2025-03-01）", "taken"),
        ("东社区,2025-04-01,清洁,读书会", "?own-activity-which"),
        ("东社区,2025-06-01,清洁,读书会", "?own-activity-which"),
        ("东社区,2025-06-01,清洁,茶话会", "?own-activity-which"),
        ("东社区,2025-06-01,清洁,没有的会", "own-activity-none"),
    ] {
        let (_, summary) = judge(app, town.city, "reg.service", &format!("{head}{line}\n")).await;
        let found = match (summary.questions().next(), summary.refused().first()) {
            (Some((_, question)), _) => format!("?{}", question.text.code),
            (None, Some((_, reasons))) => reasons[0].code.clone(),
            (None, None) => if summary.taken == 1 { "taken" } else { "nothing" }.to_owned(),
        };
        assert_eq!(found, wanted, "{line}");
    }
    // Another unit's session is not found by whoever imports for this one.
    let (_, summary) = judge(app, town.street, "reg.service", &format!("{head}东社区,2025-03-05,清洁,茶话会\n")).await;
    assert_eq!(summary.refused()[0].1[0].code, "own-activity-none");
    import(
        app,
        town.city,
        "reg.service",
        &format!("{head}东社区,2025-03-01,清洁,读书会\n东社区,2025-03-05,茶,茶话会\n"),
    )
    .await;
    let row = of_day(app, id, day("2025-03-01")).await;
    let seen = actions::row(app, &app.operator(), row).await.unwrap();
    assert_eq!(seen.row.values.get("f2"), Some(&Value::Activity(sessions[0])));
    let page = admin.get(&format!("/own-rows/{row}")).await;
    assert!(page.text.contains(&format!("href=\"/activities/{}\"", sessions[0])), "{}", page.text);
    assert!(page.text.contains("2025-03-01 读书会"));

    // A secretary who sees the row but not the session sees neither its title nor a link, and can't choose it.
    let tea = of_day(app, id, day("2025-03-05")).await;
    let mut secretary = town.secretary("street", town.street).await;
    let page = secretary.get(&format!("/own-rows/{tea}")).await;
    assert!(page.text.contains("看不到的活动") && !page.text.contains("茶话会"), "{}", page.text);
    assert!(!secretary.get("/activities/pick?q=茶话").await.text.contains("茶话会"));
    let (east, hidden) = (east.to_string(), sessions[3].to_string());
    let typed = [("form_version", "1"), ("unit_id", east.as_str()), ("day", "2025-03-06"), ("v1", "茶")];
    let fields = [typed.as_slice(), &[("v2", "茶话会"), ("v2_id", hidden.as_str())]].concat();
    let refused = secretary.post(&format!("/own-registers/{id}/rows"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("href=\"#f-v2\""), "{}", refused.text);
    // What it names already stays when something else is changed.
    let form = secretary.get(&format!("/own-rows/{tea}/edit")).await.form(&format!("/own-rows/{tea}"));
    let done = secretary.post(&format!("/own-rows/{tea}"), &form.with("v1", "茶点").fields()).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let seen = actions::row(app, &app.operator(), tea).await.unwrap();
    assert_eq!(seen.row.values.get("f2"), Some(&Value::Activity(sessions[3])));
    // Typed without a script: title and day.
    let fields = [typed.as_slice(), &[("v2", "2025-03-01 读书会")]].concat();
    let done = secretary.post(&format!("/own-registers/{id}/rows"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    town.reconciled().await;
}

async fn last_months_rows_stay_as_they_were_entered(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let mut admin = town.admin.clone();
    let number =
        |name: &str, measure: &str| DraftField { measure: measure.to_owned(), ..field(name, FieldKind::Number) };
    let first = vec![field("项目", FieldKind::Text), number("人数", "人"), number("场次", "场")];
    let id = defined(app, town.city, "monthly", Draft { every: Every::Month, ..draft(first) }).await;
    let october = "单位,日期,项目,人数,场次\n东社区,2025-10-08,清洁,12,2\n南社区,2025-10-20,护学,7,1\n";
    import(app, town.city, "reg.monthly", october).await;
    let months = [("2025-10-01", "2025-10-31"), ("2025-11-01", "2025-11-30")]
        .map(|(from, to)| Period::new(day(from), day(to)).unwrap());
    let counts = async |period: Period, keys: &[&str], position: Option<i64>| {
        let mut counts = Vec::new();
        for key in keys {
            let key = format!("reg.monthly.{key}");
            counts.push(figure(app, &key, town.city, period, &Filter::default(), position).await);
        }
        counts
    };
    let of_before = ["rows", "units", "f2", "f3"];
    assert_eq!(counts(months[0], &of_before, None).await, [2, 2, 19, 3]);
    let position = ledger::position(&app.db).await.unwrap();

    // This month one field is added, one retires, one has another name.
    let register = store::by_id(&app.db, id).await.unwrap().unwrap();
    let mut changed = Draft::from(&register.definition);
    "服务项目".clone_into(&mut changed.fields[0].name);
    changed.fields.remove(2);
    changed.fields.push(number("时长", "小时"));
    actions::revise(app, &app.operator(), id, register.stored.version, &changed).await.unwrap();
    import(app, town.city, "reg.monthly", "单位,日期,服务项目,人数,时长\n西社区,2025-11-03,敬老,5,8\n").await;

    assert_eq!(counts(months[0], &of_before, None).await, [2, 2, 19, 3]);
    assert_eq!(counts(months[0], &of_before, Some(position)).await, [2, 2, 19, 3]);
    assert_eq!(counts(months[0], &["f4"], None).await, [0]);
    assert_eq!(counts(months[1], &["rows", "units", "f2", "f3", "f4"], None).await, [1, 1, 5, 0, 8]);

    let last = of_day(app, id, day("2025-10-08")).await;
    let page = admin.get(&format!("/own-rows/{last}")).await;
    for part in ["<dt>\n          项目", "清洁", "12 人", "场次", "2 场", "第 1 版，现在的表样已经改过"]
    {
        let (text, part) = (page.text.replace(['\n', ' '], ""), part.replace(['\n', ' '], ""));
        assert!(text.contains(&part), "{part}: {}", page.text);
    }
    assert!(!page.text.contains("服务项目") && !page.text.contains("时长"), "{}", page.text);
    let form = admin.get(&format!("/own-rows/{last}/edit")).await;
    assert!(form.text.contains("场次（场）") && form.form(&format!("/own-rows/{last}")).value("v3") == "2");
    let this = of_day(app, id, day("2025-11-03")).await;
    let page = admin.get(&format!("/own-rows/{this}")).await;
    assert!(
        page.text.contains("服务项目") && page.text.contains("8 小时") && !page.text.contains("场次"),
        "{}",
        page.text
    );
    // The export has what is asked no more behind what is asked.
    let export = admin.get(&format!("/own-registers/{id}/rows/export")).await;
    let sheets = tabular::read_until("rows.xlsx", &export.bytes, &|| false).unwrap();
    let cells: Vec<String> = sheets[0].rows.iter().flatten().map(tabular::Cell::shown).collect();
    assert!(cells.iter().any(|cell| cell == "场次（已不再填）") && cells.iter().any(|cell| cell == "2"), "{cells:?}");
    town.reconciled().await;
}

async fn an_import_that_was_judged_in_a_former_form_is_refused(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let id = defined(app, town.city, "service", draft(vec![field("项目", FieldKind::Text)])).await;
    let (source, shown) = judge(app, town.city, "reg.service", "单位,日期,项目\n东社区,2025-03-01,清洁\n").await;
    assert_eq!(shown.taken, 1);
    let former = Kind::by_name(app, "reg.service").unwrap();
    let mut renamed = Draft::from(&store::by_id(&app.db, id).await.unwrap().unwrap().definition);
    "服务项目".clone_into(&mut renamed.fields[0].name);
    actions::revise(app, &app.operator(), id, 2, &renamed).await.unwrap();
    let answers = Answers::new();
    let asked = context(app, &source, town.city, &answers);
    let done = imports::confirm(app, &app.operator(), former, &asked, &shown).await;
    assert_eq!(code(done), "own-form-changed");
    let present = Kind::by_name(app, "reg.service").unwrap();
    let done = imports::confirm(app, &app.operator(), present, &asked, &shown).await;
    assert!(done.is_err(), "the present form has no such column");
    let year = Period::year(2025).unwrap();
    assert_eq!(figure(app, "reg.service.rows", town.city, year, &Filter::default(), None).await, 0);
    town.reconciled().await;
}

async fn a_shared_group_owes_once_and_all_who_share_it_see_it(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let (east, south) = (world.communities[0].0, world.communities[2].0);
    let opening = groups::actions::Opening {
        name: "东南联学组".to_owned(),
        brand: None,
        unit: east,
        shared_by: vec![south],
        from: day("2025-01-01"),
    };
    let group = groups::actions::open(app, &app.operator(), opening).await.unwrap();
    let monthly = Draft {
        filled_by: FilledBy::Groups,
        every: Every::Month,
        levels: vec!["community".to_owned()],
        ..draft(vec![field("情况", FieldKind::Text)])
    };
    let id = defined(app, town.city, "monthly", monthly).await;
    let register = store::by_id(&app.db, id).await.unwrap().unwrap();
    let period = Period::new(day("2025-11-01"), day("2025-11-30")).unwrap();
    let everywhere = app.operator().scope(Action::Read);
    let owing = async || {
        let fillers = store::fillers(&app.db, &everywhere, &register, period).await.unwrap();
        let of_group: Vec<_> = fillers.into_iter().filter(|filler| filler.group_id == Some(group.0)).collect();
        assert_eq!(of_group.len(), 1, "it owes once");
        (of_group[0].unit.clone(), of_group[0].sharing.clone(), of_group[0].row_count)
    };
    assert_eq!(owing().await, ("东社区".to_owned(), Some("南社区".to_owned()), 0));
    // The other street's secretary, whose community shares it, sees that it owes, and what it handed in.
    let mut other = town.secretary("other", town.other).await;
    let standing = format!("/own-registers/{id}/standing?day=2025-11-10");
    let page = other.get(&standing).await;
    assert!(page.text.contains("东南联学组") && page.text.contains("与南社区共用"), "{}", page.text);
    import(app, town.city, "reg.monthly", "单位,小组,日期,情况\n东社区,东南联学组,2025-11-03,正常\n").await;
    assert_eq!(owing().await.2, 1);
    let row = of_day(app, id, day("2025-11-03")).await;
    assert_eq!(other.get(&format!("/own-rows/{row}")).await.status, StatusCode::OK);
    let by_unit = other.get(&format!("/own-registers/{id}/rows?unit_id={south}")).await;
    assert!(by_unit.text.contains(&format!("/own-rows/{row}")), "{}", by_unit.text);
    assert!(!by_unit.text.contains("正常"), "its members are named only where one may see them");
    let fields = [("version", "1"), ("reason", "错")];
    assert_eq!(other.post(&format!("/own-rows/{row}/void"), &fields).await.status, StatusCode::FORBIDDEN);
    let third = unit_without_share(&world).await;
    assert!(!third.clone().get(&standing).await.text.contains("东南联学组"));
    // It counts once, to the unit that leads it.
    for (unit, count) in [(east, 1), (south, 0), (town.city, 1)] {
        assert_eq!(figure(app, "reg.monthly.rows", unit, period, &Filter::default(), None).await, count);
    }
    town.reconciled().await;
}

/// The secretary of a community that shares no group.
async fn unit_without_share(world: &World) -> Browser {
    world.town.secretary("west", world.communities[1].0).await
}

async fn formulas_in_names_stay_texts(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let mut admin = town.admin.clone();
    let fields = vec![field("=1+1", FieldKind::Text), field("=HYPERLINK(\"a\")", FieldKind::Choice)];
    let mut named = Draft { name: "=SUM(A1:A9)".to_owned(), ..draft(fields) };
    named.fields[1].choices = ["=2+2", "@x"].map(str::to_owned).to_vec();
    let id = defined(app, town.city, "odd", named).await;
    let east = world.communities[0].0.to_string();
    let row = [("form_version", "1"), ("unit_id", east.as_str()), ("day", "2025-03-01"), ("v1", "=3+3"), ("v2", "c1")];
    admin.post(&format!("/own-registers/{id}/rows"), &row).await.location.expect("entered");
    let page = admin.get(&format!("/own-registers/{id}/rows")).await;
    assert!(page.text.contains("=SUM(A1:A9)") && page.text.contains("=3+3"), "{}", page.text);
    let export = admin.get(&format!("/own-registers/{id}/rows/export")).await;
    let sheets = tabular::read_until("rows.xlsx", &export.bytes, &|| false).unwrap();
    let cells: Vec<String> = sheets[0].rows.iter().flatten().map(tabular::Cell::shown).collect();
    for text in ["=SUM(A1:A9)", "=1+1", "=HYPERLINK(\"a\")", "=2+2", "=3+3"] {
        assert!(cells.iter().any(|cell| cell == text), "{text}: {cells:?}");
    }
    let kind = Kind::by_name(app, "reg.odd").unwrap();
    let source = Source::from_file("out.xlsx", export.bytes, kind).unwrap();
    let answers = Answers::new();
    let again =
        imports::preview(app, &app.operator(), kind, &context(app, &source, town.city, &answers)).await.unwrap();
    assert_eq!((again.taken, again.repeated), (0, 1), "{:?}", again.refused().first());
    let template = admin.get("/imports/template/reg.odd").await;
    let sheets = tabular::read_until("form.xlsx", &template.bytes, &|| false).unwrap();
    assert!(sheets[0].rows.iter().flatten().any(|cell| cell.shown() == "=1+1"));
}

async fn an_own_metric_counts_several_kinds_over_another(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let mut admin = town.admin.clone();
    for name in ["one", "two"] {
        defined(app, town.city, name, draft(vec![field("项目", FieldKind::Text)])).await;
    }
    import(app, town.city, "reg.one", "单位,日期,项目\n东社区,2025-03-01,清洁\n西社区,2025-03-02,清洁\n").await;
    import(app, town.city, "reg.two", "单位,日期,项目\n东社区,2025-03-05,护学\n").await;
    let chosen = [("kind", "reg.one"), ("measure", "occasions"), ("more", "reg.two"), ("look", "yes")];
    let page = admin.post("/metrics/own", &chosen).await;
    let ticked = |text: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        text.contains("name=\"more\" value=\"reg.two\" checked")
    };
    assert!(ticked(&page.text), "{}", page.text);
    let boxes = page.text.matches("value=\"people.membership\"").count();
    assert_eq!(boxes, 2, "offered alone, here and as the base, but not together with what happens");
    let labels =
        [("code", "both"), ("name", "两表条数"), ("unit_zh", "条"), ("definition", "两张表的记录，每条计一次。")];
    let save = async |admin: &mut Browser, fields: &[(&str, &str)]| {
        let fields: Vec<(&str, &str)> = fields.iter().chain(&labels).copied().collect();
        admin.post("/metrics/own", &fields).await
    };
    for (more, wanted) in [("people.membership", "不能合在一起算"), ("reg.gone", "没有“reg.gone”这类事")]
    {
        let refused = save(&mut admin, &[("kind", "reg.one"), ("measure", "occasions"), ("more", more)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{more}");
        assert!(refused.text.contains(wanted), "{more}: {}", refused.text);
    }
    let base = [("over_kind", "units.open"), ("over_measure", "units_at"), ("mean", "on")];
    let done = save(&mut admin, &[&chosen[..3], &base].concat()).await;
    assert_eq!(done.location.as_deref(), Some("/metrics/own.both"), "{}", done.text);
    let metric = app.metrics().get("own.both").unwrap();
    assert_eq!(metric.count.kinds, ["reg.one", "reg.two"]);
    let year = Period::year(2025).unwrap();
    let books = figures::metrics::open(app, town.city, year, None, None).await.unwrap();
    let value = books.figure(&metric, town.city, year, &Filter::default()).unwrap();
    assert_eq!((value.value.count(), value.row_count), (3, 3 + 6), "three rows over six units");
    // It can be changed on the page, and is found in another process and in the text that is written.
    let form = admin.get("/metrics/own?key=own.both").await;
    assert!(ticked(&form.text), "{}", form.text);
    assert_eq!(place.open().await.metrics().get("own.both").unwrap().count, metric.count);
    let text = figures::metrics::own::written(app).unwrap();
    assert_eq!(figures::metrics::own::read(app, &text).unwrap()[0].count, metric.count);

    // A condition that nothing can meet, and a kind that is gone, are refused wherever a metric comes from.
    let of = |kind: &str, facet: &str, value: &str| Metric {
        key: "own.never".to_owned(),
        version: 0,
        name: labels_of("从不"),
        unit: labels_of("条"),
        definition: labels_of("永远没有的。"),
        count: Part {
            kinds: vec![kind.to_owned()],
            measure: Measure::Occasions,
            filter: Filter::default().with(facet, &[value]),
            each: None,
            without: None,
        },
        over: None,
        mean: false,
        per: 1,
    };
    for (metric, wanted) in [
        (of("reg.one", "level", "moon"), "metric-never-true"),
        (of("activities.held", "part", "guest"), "metric-never-true"),
        (of("reg.gone", "level", "street"), "metric-kind-gone"),
    ] {
        assert_eq!(code(figures::metrics::own::define(app, &app.operator(), &[metric]).await), wanted);
    }
    assert!(app.metrics().get("own.never").is_err());
}

fn labels_of(text: &str) -> Labels {
    Labels { zh: text.to_owned(), en: text.to_owned() }
}

async fn a_row_serves_a_theme_by_form_and_file(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let operator = app.operator();
    let fields = vec![field("项目", FieldKind::Text), field("专题", FieldKind::Theme)];
    let twice = [fields.clone(), vec![field("又一专题", FieldKind::Theme)]].concat();
    let defining = actions::Defining { code: "twice".to_owned(), unit: town.city, draft: draft(twice) };
    assert_eq!(code(actions::define(app, &operator, defining).await), "own-theme-once");
    let id = defined(app, town.city, "service", draft(fields)).await;
    let campaign = |name: &str| themes::Handed {
        name: name.to_owned(),
        from: day("2025-02-01"),
        until: Some(day("2025-12-31")),
        about: None,
    };
    let theme = themes::actions::add(app, &operator, town.city, campaign("到乡村去")).await.unwrap();
    let other = themes::actions::add(app, &operator, town.other, campaign("别处的")).await.unwrap();
    let mut admin = town.admin.clone();
    let (east, value) = (world.communities[0].0.to_string(), format!("t{theme}"));
    let form = admin.get(&format!("/own-registers/{id}/rows/new?unit_id={east}&day=2025-03-01")).await;
    assert!(form.text.contains("到乡村去"), "{}", form.text);
    let row = |on: &'static str, theme: &'static str| {
        [("form_version", "1"), ("day", on), ("v1", "清洁"), ("v2", theme)]
            .map(|(name, value)| (name, value.to_owned()))
    };
    let send = async |on: &'static str, theme: &str| {
        let mut fields = row(on, "").to_vec();
        theme.clone_into(&mut fields[3].1);
        fields.push(("unit_id", east.clone()));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        town.admin.clone().post(&format!("/own-registers/{id}/rows"), &fields).await
    };
    let entered = send("2025-03-01", &value).await.location.expect("entered");
    assert!(admin.get(&entered).await.text.contains("到乡村去"));
    for (on, theme) in
        [("2025-03-01", format!("t{other}")), ("2025-01-01", value.clone()), ("2025-03-01", "t99".to_owned())]
    {
        assert_eq!(send(on, &theme).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{on} {theme}");
    }
    let text = "单位,日期,项目,专题\n东社区,2025-04-01,走访,到乡村去\n东社区,2025-04-02,走访,没有的\n";
    let (_, summary) = import(app, town.city, "reg.service", text).await;
    assert_eq!((summary.taken, summary.refused()[0].1[0].code.as_str()), (1, "theme-unknown"));
    let year = Period::new(day("2025-01-01"), day("2025-12-31")).unwrap();
    let served = Filter::default().with("theme", &[value.as_str()]);
    assert_eq!(figure(app, "reg.service.rows", town.city, year, &served, None).await, 2);
    let page = admin.get(&format!("/own-registers/{id}/rows/export")).await;
    let sheets = tabular::read_until("rows.xlsx", &page.bytes, &|| false).unwrap();
    let cells: Vec<String> = sheets[0].rows.iter().flatten().map(tabular::Cell::shown).collect();
    assert_eq!(cells.iter().filter(|cell| *cell == "到乡村去").count(), 2);
    assert_eq!(code(themes::actions::remove(app, &operator, theme, 1).await), "theme-served");
    town.reconciled().await;
}
