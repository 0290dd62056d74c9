//! Reports: every figure shows exactly its rows, a report with a missing figure can't be issued, and issued ones are
//! computed again.

use axum::http::StatusCode;
use desk::{actor::Role, app::App, error::AppError};
use federation::units;
use figures::reports::{
    Template,
    actions::{Order, build, issue, rebuild, template},
    rows, stored_figures,
};
use kernel::{Period, RecordId, Refusal};
use qinglan::features::activities;

use crate::{
    browser::{Browser, account},
    sample::with_sample,
    support::{On, Place, day, on_both},
};

on_both!(
    the_annual_report_is_built_issued_and_computed_again,
    a_gap_or_a_missing_figure_stops_the_issue,
    bad_templates_are_refused_with_their_place,
    a_template_takes_its_own_kind_of_period,
    before_its_period_has_ended_a_report_is_issued_with_a_reason,
);

async fn order(app: &App, template: Template) -> Order {
    let unit = units::find_by_code_or_name(&app.db, "9901").await.unwrap().id;
    Order { template, unit, period: Period::new(day("2025-01-01"), day("2025-12-31")).unwrap() }
}

async fn the_annual_report_is_built_issued_and_computed_again(on: On) {
    let place = Place::new(on).await;
    let app = with_sample(&place).await;
    let actor = app.operator();
    let annual = order(&app, template("annual").unwrap()).await;
    let built = build(&app, &actor, &annual, &|cell| Some(format!("rows/{}.html", cell.id))).await.unwrap();
    assert!(built.hindrances.is_empty(), "{:?}", built.hindrances);
    let figures = stored_figures(&built);
    assert!(figures.len() > 40);
    for (cell, figure) in built.figures.iter().zip(&figures) {
        // A sum is the total of its rows; any other figure is the number of its rows.
        if figure.part.is_none() && !cell.metric.count.measure.adds_up() {
            assert_eq!(figure.value.as_ref().unwrap().as_i64(), Some(figure.row_count as i64), "{}", figure.key);
        }
        let page = rows::page(&app, &built, cell, "report.html").await.unwrap();
        let rows = page.split("<tr>").filter(|row| row.trim_start().starts_with("<td class=\"n\">"));
        assert_eq!(rows.count(), figure.row_count, "{}", figure.key);
    }
    // The appendix has every figure by its number with its value and rows, and each definition once.
    let tables: Vec<&document::Table> = built.document.blocks.iter().filter_map(table_of).collect();
    let [listed, definitions] = tables.as_slice() else { panic!("{} tables", tables.len()) };
    let mut numbers: Vec<Vec<String>> = listed.rows.iter().flat_map(|row| row.chunks(5)).map(texts).collect();
    numbers.retain(|cells| !cells[0].is_empty());
    numbers.sort_by_key(|cells| cells[0].parse::<usize>().unwrap());
    assert_eq!(numbers.len(), figures.len());
    let defined: Vec<Vec<String>> = definitions.rows.iter().map(|row| texts(row)).collect();
    for ((cells, figure), number) in numbers.iter().zip(&figures).zip(1..) {
        assert_eq!(cells[0], number.to_string());
        assert!(cells[1].starts_with(&figure.name), "{cells:?}");
        assert_eq!(cells[3], figure.row_count.to_string(), "{cells:?}");
        let definition = defined.iter().find(|line| line[0] == cells[4]).unwrap();
        assert_eq!(definition[1], figure.definition, "{cells:?}");
    }
    let once: std::collections::BTreeSet<&String> = defined.iter().map(|line| &line[1]).collect();
    assert_eq!(once.len(), defined.len());
    let html = document::html(&built.document);
    assert!(html.contains("href=\"rows/f1.html\"") && !html.contains("XX"));
    let (id, issued) = issue(&app, &actor, &annual, None).await.unwrap();
    assert_eq!(issued.figures.len(), built.figures.len());
    let rebuilt = rebuild(&app, &actor, id, &|_| None).await.unwrap();
    assert!(rebuilt.faults.is_empty() && rebuilt.drift.is_empty());

    // After issuing: a session is voided, a unit renamed. The report doesn't change; what changed is listed.
    let sql = "select id from activity order by occurred_on desc, id desc limit 1";
    let latest: i64 = ledger::db::scalar(&app.db, sql, vec![]).await.unwrap().unwrap();
    activities::actions::void(&app, &actor, RecordId(latest), "登记重复").await.unwrap();
    let district = units::find_by_code_or_name(&app.db, "990101").await.unwrap().id;
    units::actions::rename(&app, &actor, district, "新江区").await.unwrap();
    let rebuilt = rebuild(&app, &actor, id, &|_| None).await.unwrap();
    assert!(rebuilt.faults.is_empty(), "{:?}", rebuilt.faults);
    let occasions = rebuilt.drift.iter().find(|drift| drift.name == "活动场次").unwrap();
    assert_eq!(occasions.then.as_ref().unwrap().as_i64(), Some(260));
    assert_eq!(occasions.now.as_ref().unwrap().as_i64(), Some(259));
    assert_eq!(occasions.reasons, ["登记重复"]);

    // Manipulation in the database: an entry's quantity.
    let sql = "update ledger_entry set quantity = 9 where seq = (select min(seq) from ledger_entry e \
               join ledger_kind k on k.id = e.kind_id where k.name = 'activities.audience')";
    ledger::db::execute(&app.db, sql, vec![]).await.unwrap();
    let rebuilt = rebuild(&app, &actor, id, &|_| None).await.unwrap();
    assert_eq!(rebuilt.faults[0].code, "rebuild-figure");
}

/// A dense table, as the appendix has them.
fn table_of(block: &document::Block) -> Option<&document::Table> {
    match block {
        document::Block::Table(table) if table.dense => Some(table),
        _ => None,
    }
}

/// The texts of a row's cells.
fn texts(cells: &[Vec<document::Inline>]) -> Vec<String> {
    cells.iter().map(|cell| cell.iter().map(document::Inline::text).collect()).collect()
}

fn codes(error: AppError) -> Vec<String> {
    let AppError::Refused(Refusal { code, details, .. }) = error else { panic!("{error}") };
    std::iter::once(code).chain(details.into_iter().map(|detail| detail.code)).collect()
}

fn text(body: &str) -> Template {
    Template { key: "own".to_owned(), text: format!("---\ntitle: 报告\n---\n{body}") }
}

async fn a_gap_or_a_missing_figure_stops_the_issue(on: On) {
    let place = Place::new(on).await;
    let app = with_sample(&place).await;
    let actor = app.operator();
    let gap = order(&app, text("# 情况\n\n共有XX名青年参加。")).await;
    assert_eq!(codes(issue(&app, &actor, &gap, None).await.unwrap_err()), ["report-not-ready", "leftover-xx"]);
    // A community that never recorded anything.
    let mut empty = order(&app, text("举办{{ figure(\"activities.occasions\") }}场。")).await;
    empty.unit = units::find_by_code_or_name(&app.db, "990101001001").await.unwrap().id;
    assert_eq!(codes(issue(&app, &actor, &empty, None).await.unwrap_err()), ["report-not-ready", "figure-missing"]);
    // Zero is a figure if the kind was ever booked.
    let zero = order(&app, text("缺席{{ figure(\"activities.absent\") }}人次。")).await;
    let (_, built) = issue(&app, &actor, &zero, None).await.unwrap();
    assert_eq!(built.figures[0].figure.value.count(), 0);
}

async fn bad_templates_are_refused_with_their_place(on: On) {
    let place = Place::new(on).await;
    let app = with_sample(&place).await;
    let actor = app.operator();
    for (body, code) in [
        ("{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}", "template-endless"),
        ("{{ figure(\"activities.nothing\") }}", "template-refused"),
        ("{{ figure(\"activities.occasions\", colour=\"red\") }}", "template-refused"),
        ("{{ figure(\"activities.occasions\", type=\"跳舞\") }}", "template-refused"),
        ("{{ count(\"activities.occasions\") }}", "template-broken"),
        ("{{ unit.id }}", "template-broken"),
        ("{{ nobody }}", "template-broken"),
        ("{% if %}", "template-broken"),
    ] {
        let order = order(&app, text(body)).await;
        let refused = build(&app, &actor, &order, &|_| None).await.unwrap_err();
        assert_eq!(codes(refused)[0], code, "{body}");
    }
    let headless = order(&app, Template { key: "own".to_owned(), text: "没有标题".to_owned() }).await;
    assert_eq!(codes(build(&app, &actor, &headless, &|_| None).await.unwrap_err()), ["template-no-front"]);
    // Texts from the database stay text, never Markdown or figures.
    let street = units::find_by_code_or_name(&app.db, "古沟街道").await.unwrap();
    units::actions::rename(&app, &actor, street.id, "*古沟* <b>{{ 1 }}|# XY").await.unwrap();
    let mut odd = order(&app, text("{{ unit.name }}有{{ figure(\"people.members\", wording=\"余\") }}人。")).await;
    odd.unit = street.id;
    let built = build(&app, &actor, &odd, &|_| None).await.unwrap();
    let html = document::html(&built.document);
    assert!(html.contains("*古沟* &lt;b&gt;{{ 1 }}|# XY有"), "{html}");
}

async fn a_template_takes_its_own_kind_of_period(on: On) {
    let place = Place::new(on).await;
    let app = with_sample(&place).await;
    let actor = app.operator();
    for (name, from, to, refused) in [
        ("annual", "2025-01-01", "2025-12-31", None),
        ("annual", "2025-01-01", "2025-01-31", Some("report-period-year")),
        ("annual", "2025-02-01", "2026-01-31", Some("report-period-year")),
        ("annual", "2025-01-01", "2025-12-30", Some("report-period-year")),
        ("monthly", "2025-06-01", "2025-06-30", None),
        ("monthly", "2025-01-01", "2025-12-31", Some("report-period-month")),
        ("monthly", "2025-06-01", "2025-06-29", Some("report-period-month")),
        ("monthly", "2025-06-02", "2025-07-01", Some("report-period-month")),
    ] {
        let mut order = order(&app, template(name).unwrap()).await;
        order.period = Period::new(day(from), day(to)).unwrap();
        let built = build(&app, &actor, &order, &|_| None).await;
        assert_eq!(built.err().map(|refusal| codes(refusal)[0].clone()).as_deref(), refused, "{name} {from} {to}");
    }
    for (line, from, to, refused) in [
        ("quarter", "2025-04-01", "2025-06-30", None),
        ("quarter", "2025-05-01", "2025-07-31", Some("report-period-quarter")),
        ("half", "2025-07-01", "2025-12-31", None),
        ("half", "2025-04-01", "2025-09-30", Some("report-period-half")),
        ("week", "2025-04-01", "2025-04-07", Some("template-odd-front")),
    ] {
        let text = format!("---\ntitle: 报告\nperiod: {line}\n---\n没有数字。");
        let mut order = order(&app, Template { key: "own".to_owned(), text }).await;
        order.period = Period::new(day(from), day(to)).unwrap();
        let built = build(&app, &actor, &order, &|_| None).await;
        assert_eq!(built.err().map(|refusal| codes(refusal)[0].clone()).as_deref(), refused, "{line} {from} {to}");
    }
    // The page shows the form again, with the fault at the period.
    account(&app, "admin", Some((Role::Administrator, None, None)), None).await;
    let mut clerk = Browser::signed_in(&app, "admin").await;
    let path = format!(
        "/reports/preview?unit_id={}&period=2025-06&template=",
        order(&app, template("annual").unwrap()).await.unit
    );
    let refused = clerk.get(&format!("{path}annual")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("不是一整年") && refused.text.contains("id=\"h-period\""), "{}", refused.text);
    let built = clerk.get(&format!("{path}monthly")).await;
    assert!(built.status == StatusCode::OK && built.text.contains("2025年6月"), "{}", built.text);
    // A draft says so on each page; an issued report doesn't.
    let draft = clerk.get(&format!("{}monthly", path.replace("preview?", "preview/docx?"))).await;
    let footer = part(&draft.bytes, "word/footer1.xml");
    assert!(footer.contains("草稿，未定稿"), "{footer}");
    let (id, _) = issue(&app, &actor, &order(&app, template("annual").unwrap()).await, None).await.unwrap();
    let issued = clerk.get(&format!("/reports/{id}/docx")).await;
    assert!(!part(&issued.bytes, "word/footer1.xml").contains("草稿"));
    // The legend says no more than was compared, and counts what the banner counts; a rate carries its per cent sign.
    let latest: i64 = ledger::db::scalar(&app.db, "select max(id) from activity where state = 'held'", vec![])
        .await
        .unwrap()
        .unwrap();
    activities::actions::void(&app, &actor, RecordId(latest), "登记重复").await.unwrap();
    let plain = clerk.get(&format!("/reports/{id}")).await.text;
    assert!(plain.contains("定稿时的数字") && !plain.contains("与账本一致"), "{plain}");
    let marked = clerk.get(&format!("/reports/{id}?drift=1")).await.text;
    let rebuilt = rebuild(&app, &actor, id, &|_| None).await.unwrap();
    let differing = rebuilt.drift.iter().filter(|drift| drift.differs()).count();
    assert!(differing > 0);
    assert!(marked.contains(&format!("定稿后有变动 {differing}")), "{marked}");
    assert!(marked.contains(&format!("有 {differing} 个数字变了")), "{marked}");
    let rate = rebuilt.drift.iter().find(|drift| drift.rate && drift.differs()).unwrap();
    let (then, now) = rate.shown();
    assert!(then.ends_with('%') && marked.contains(&format!("{then} → {now}")), "{then} {now}: {marked}");
}

/// A member of a DOCX.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

async fn before_its_period_has_ended_a_report_is_issued_with_a_reason(on: On) {
    let place = Place::new(on).await;
    let app = with_sample(&place).await;
    let actor = app.operator();
    // The clock stands at 5 January 2026.
    let mut early = order(&app, text("共有小组{{ figure(\"groups.open\") }}个。")).await;
    early.period = Period::new(day("2026-01-01"), day("2026-01-31")).unwrap();
    for reason in [None, Some("  ")] {
        assert_eq!(codes(issue(&app, &actor, &early, reason).await.unwrap_err()), ["report-early-reason"]);
    }
    let long = "长".repeat(301);
    assert_eq!(codes(issue(&app, &actor, &early, Some(&long)).await.unwrap_err()), ["report-early-long"]);
    let (id, built) = issue(&app, &actor, &early, Some("年度考核提前到本月")).await.unwrap();
    let html = document::html(&built.document);
    assert!(html.contains("尚未结束") && html.contains("年度考核提前到本月"), "{html}");
    let rebuilt = rebuild(&app, &actor, id, &|_| None).await.unwrap();
    assert!(rebuilt.faults.is_empty(), "{:?}", rebuilt.faults);
    // After it has ended nothing is said, whatever was typed.
    early.period = Period::new(day("2025-12-01"), day("2025-12-31")).unwrap();
    let (_, built) = issue(&app, &actor, &early, Some("年度考核提前到本月")).await.unwrap();
    assert!(!document::html(&built.document).contains("提前到本月"));
}
