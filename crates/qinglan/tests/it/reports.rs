//! Reports: every figure shows exactly its rows, a report with a missing figure can't be issued, and issued ones are
//! computed again.

use desk::{app::App, error::AppError};
use federation::units;
use figures::reports::{
    Template,
    actions::{Order, build, issue, rebuild, template},
    rows, stored_figures,
};
use kernel::{Period, RecordId, Refusal};
use qinglan::features::activities;

use crate::{
    sample::with_sample,
    support::{On, Place, day, on_both},
};

on_both!(
    the_annual_report_is_built_issued_and_computed_again,
    a_gap_or_a_missing_figure_stops_the_issue,
    bad_templates_are_refused_with_their_place,
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
        if figure.part.is_none() && cell.metric.count.measure != ledger::Measure::Sum {
            assert_eq!(figure.value.as_ref().unwrap().as_i64(), Some(figure.row_count as i64), "{}", figure.key);
        }
        let page = rows::page(&app, &built, cell, "report.html").await.unwrap();
        let rows = page.split("<tr>").filter(|row| row.trim_start().starts_with("<td class=\"n\">"));
        assert_eq!(rows.count(), figure.row_count, "{}", figure.key);
    }
    let html = document::html(&built.document);
    assert!(html.contains("href=\"rows/f1.html\"") && !html.contains("XX"));
    let (id, issued) = issue(&app, &actor, &annual).await.unwrap();
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
    assert_eq!(codes(issue(&app, &actor, &gap).await.unwrap_err()), ["report-not-ready", "leftover-xx"]);
    // A community that never recorded anything.
    let mut empty = order(&app, text("举办{{ figure(\"activities.occasions\") }}场。")).await;
    empty.unit = units::find_by_code_or_name(&app.db, "990101001001").await.unwrap().id;
    assert_eq!(codes(issue(&app, &actor, &empty).await.unwrap_err()), ["report-not-ready", "figure-missing"]);
    // Zero is a figure if the kind was ever booked.
    let zero = order(&app, text("缺席{{ figure(\"activities.absent\") }}人次。")).await;
    let (_, built) = issue(&app, &actor, &zero).await.unwrap();
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
