//! Every list in each of its orders, in both directions and paged to its end: each line once, the order kept across pages.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use desk::actor::Role;
use federation::imports::{Answers, Context, Source, actions as imports};
use figures::reports::{Template, actions as reports};

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, town},
};

/// The addresses of the lines of a list, page by page to its end.
async fn walked(browser: &mut Browser, list: &str, order: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut path = format!("{list}?order={order}");
    for _ in 0..10 {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let body = page.text.split("<tbody>").nth(1).unwrap_or_default();
        let cells = body.split("<td class=\"").filter(|cell| cell.starts_with("c1") || cell.starts_with("b c1"));
        seen.extend(cells.filter_map(|cell| cell.split("href=\"").nth(1)?.split('"').next()).map(str::to_owned));
        let mut links = page.text.split("<a class=\"btn btn-sm btn-plain\" href=\"");
        let Some(next) = links.find(|rest| rest.contains("rel=\"next\"")) else { return seen };
        path = next.split('"').next().unwrap_or_default().replace("&amp;", "&").replace("&#x2f;", "/");
    }
    panic!("{list} has no end");
}

async fn peopled(place: &Place) -> (Town, Browser) {
    let town = town(place).await;
    for number in 0..55 {
        account(&town.app, &format!("clerk{:02}", (number * 7) % 55), None, None).await;
    }
    for unit in [town.city, town.street, town.other] {
        town.person("孟晓宁", unit, None).await;
    }
    for number in 0..24 {
        let unit = [town.city, town.street, town.other][number % 3];
        let month = 1 + (number * 5) % 12;
        let last = kernel::last_of_month(day(&format!("2025-{month:02}-01")));
        let order = reports::Order {
            template: Template {
                key: "annual".to_owned(),
                text: "---\ntitle: 汇报\n---\n\n共有{{ figure(\"people.members\") }}人。\n".to_owned(),
            },
            unit,
            period: kernel::Period::new(day("2025-01-01"), last).unwrap(),
        };
        reports::issue(&town.app, &town.app.operator(), &order, None).await.unwrap();
    }
    for number in 0..24 {
        let name = format!("花名册{:02}.csv", (number * 5) % 24);
        let file = format!("姓名,工作单位\n何雨{},古沟街道\n", ["桐", "晴", "欣"][number % 3]);
        let source = Source::from_file(&name, file.into_bytes(), federation::people::import::KIND).unwrap();
        let context = Context {
            source: &source,
            unit: Some(town.city),
            year: Some(2025),
            answers: &Answers::new(),
            from: None,
            today: town.app.today(),
            only: None,
            progress: &|_, _| {},
        };
        let actor = town.app.operator();
        let shown = imports::preview(&town.app, &actor, federation::people::import::KIND, &context).await.unwrap();
        imports::confirm(&town.app, &actor, federation::people::import::KIND, &context, &shown).await.unwrap();
    }
    account(&town.app, "secretary", Some((Role::Secretary, Some(town.street), None)), None).await;
    let secretary = Browser::signed_in(&town.app, "secretary").await;
    (town, secretary)
}

async fn a_reversed_list_has_the_same_lines_in_reverse(on: On) {
    let place = Place::new(on).await;
    let (mut town, mut secretary) = peopled(&place).await;
    let lists: [(&str, &[&str], usize); 3] = [
        ("/accounts", &["name", "signed_in"], 57),
        ("/reports", &["issued", "period", "unit"], 24),
        ("/imports", &["at", "name"], 24),
    ];
    for (list, orders, lines) in lists {
        for order in orders {
            let rising = walked(&mut town.admin, list, order).await;
            let mut falling = walked(&mut town.admin, list, &format!("-{order}")).await;
            falling.reverse();
            assert_eq!(rising, falling, "{list} by {order}");
            assert_eq!(rising.iter().collect::<BTreeSet<_>>().len(), lines, "{list} by {order}: each once");
        }
        assert_eq!(walked(&mut town.admin, list, "nonsense").await.len(), lines, "{list}");
    }
    // The scope is applied on every page, whatever the order.
    assert_eq!(walked(&mut secretary, "/reports", "-period").await.len(), 8);
    let names = walked(&mut town.admin, "/accounts", "name").await;
    let first = town.admin.get(&names[1]).await;
    assert!(first.text.contains("clerk00"), "{}", first.text);
}

async fn the_reversed_log_begins_with_the_oldest(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let newest = town.admin.get("/log").await.text;
    let oldest = town.admin.get("/log?order=at").await.text;
    let (street, other) = ("古沟街道", "红埠街道");
    assert!(newest.contains(street) && oldest.contains(street), "{newest}");
    assert!(newest.find(other) < newest.find(street), "{newest}");
    assert!(oldest.find(street) < oldest.find(other), "{oldest}");
}

async fn an_exported_list_has_the_lines_of_its_pages_and_is_logged(on: On) {
    let place = Place::new(on).await;
    let (mut town, mut secretary) = peopled(&place).await;
    for (list, name, lines) in [("accounts", "账号与角色", 57), ("reports", "报告", 24), ("imports", "导入", 24)]
    {
        let file = town.admin.get(&format!("/{list}/export")).await;
        assert_eq!(file.status, StatusCode::OK, "{list}");
        let log = town.admin.get("/log?kind=list").await.text;
        assert!(log.contains(&format!("导出了 {name}，{lines} 行")), "{list}: {log}");
    }
    assert_eq!(secretary.get("/reports/export").await.status, StatusCode::OK);
    let sheets = tabular::read("reports.xlsx", &secretary.get("/reports/export?order=period").await.bytes).unwrap();
    assert_eq!(sheets[0].rows.len(), 2 + 8, "title, headings and the reports of the street");
}

on_both!(
    a_reversed_list_has_the_same_lines_in_reverse,
    the_reversed_log_begins_with_the_oldest,
    an_exported_list_has_the_lines_of_its_pages_and_is_logged
);
