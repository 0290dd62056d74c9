//! Every route as every role: what isn't permitted is refused, a refused request changes nothing, and a route that is
//! missing in the list fails the test.
//!
//! Forms are filled in validly: the same form works for somebody who may, so that a refusal is one of permission. After
//! each form that worked the database is restored, so that every visitor finds the same.

pub mod federation;
pub mod forms;
pub mod list;
mod snapshot;

use axum::http::{Method, StatusCode};

use self::{
    federation::Federation,
    forms::Form,
    list::{LIST, OPEN, VISITORS},
    snapshot::Snapshot,
};
use crate::{
    browser::{Answered, Browser},
    support::{On, Place},
};

impl Federation {
    /// The path of a page with keys instead of names, for the street.
    pub fn page(&self, pattern: &str) -> String {
        let area = pattern.split('/').nth(1).unwrap_or_default();
        let id = match area {
            "reports" => "report",
            "materials" => "material",
            "plans" => "plan",
            "notices" => "notice",
            "units" => "street",
            "groups" => "group",
            "people" | "growth" => "person",
            "activities" => "activity",
            "imports" => "import",
            "external" => "external",
            "honours" => "honour",
            "themes" => "theme",
            "matters" => "matter",
            "posts" => "post",
            "stints" => "stint",
            "openings" => "opening",
            "candidates" => "candidate",
            "notes" if pattern.ends_with("/edit") => "note_draft",
            "notes" => "note",
            "joint" => "joint",
            "speakers" => "speaker",
            "tours" => "tour",
            "own-registers" => "own_register",
            "own-rows" => "own_row",
            _ => "",
        };
        let id = if pattern == "/notices/{id}/edit" { "notice_draft" } else { id };
        let part = |part: &str| match part {
            "{id}" => self.key(id).to_string(),
            "{account}" => self.key("target").to_string(),
            "{stay}" | "{membership}" => self.key("membership").to_string(),
            "{piece}" => {
                let name = match area {
                    "external" => "proof",
                    "honours" => "certificate",
                    _ => "piece",
                };
                self.key(name).to_string()
            }
            "{activity}" => self.key("calling").to_string(),
            "{key}" => "activities.person_times".to_owned(),
            "{register}" | "{kind}" => "roster".to_owned(),
            "{format}" => if matches!(area, "reports" | "growth") { "docx" } else { "xlsx" }.to_owned(),
            "{file}" if area == "own-rows" => self.key("own_file").to_string(),
            "{file}" => self.key("notice_file").to_string(),
            named if named.starts_with('{') => self.key(named.trim_matches(['{', '}'])).to_string(),
            plain => plain.to_owned(),
        };
        let path = pattern.split('/').map(part).collect::<Vec<_>>().join("/");
        format!("{path}?unit_id={}&period=own&from=2025-01-01&to=2025-12-31", self.key("street"))
    }
}

fn is_refused(answer: &Answered) -> bool {
    assert!(!answer.status.is_server_error(), "{}", answer.text);
    matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED)
}

/// The rows of the list and those of the features.
pub fn rows() -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    LIST.iter().chain(qinglan::features::FEATURES.all().flat_map(|feature| feature.sweep))
}

/// A path with all its keys replaced by the same text.
fn plain(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

#[test]
fn the_list_has_every_route_and_says_which_are_open() {
    let mut faults = Vec::new();
    let known: Vec<(Method, String)> = rows()
        .map(|(method, path, _)| (*method, *path))
        .chain(OPEN.iter().copied())
        .map(|(method, path)| (method.parse().expect("a method"), plain(path)))
        .collect();
    for route in desk::router::routes(qinglan::features::FEATURES) {
        if !known.contains(&(route.method.clone(), plain(route.path))) {
            faults.push(format!("not swept: {} {}", route.method, route.path));
        }
        let declared = OPEN.contains(&(route.method.as_str(), route.path)) && route.path != "/sign-out";
        if route.open != declared {
            faults.push(format!("open or not: {} {}", route.method, route.path));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_swept_as_every_role() {
    let place = Place::new(On::Sqlite).await;
    let federation = Federation::new(place.open().await).await;
    let mut faults = Vec::new();
    let mut nobody = Browser::new(&federation.app);
    for (_, pattern, allowed) in rows().filter(|(method, ..)| *method == "GET") {
        let path = federation.page(pattern);
        for ((visitor, browser), expected) in VISITORS.iter().zip(&federation.browsers).zip(allowed.chars()) {
            let answer = browser.clone().get(&path).await;
            if is_refused(&answer) == (expected == 'y') {
                faults.push(format!("{visitor}: GET {pattern}: {}", answer.status));
            }
        }
        let answer = nobody.get(&path).await;
        if !answer.location.unwrap_or_default().starts_with("/sign-in") {
            faults.push(format!("nobody: GET {pattern}: {}", answer.status));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    // Somebody who may see figures but not people gets the same rows without names, in the drawer too.
    let rows = federation.page("/metrics/{key}");
    for (visitor, named) in [("secretary", true), ("reader", false), ("leader", false)] {
        let drawer = federation.browser(visitor).part(&rows, "drawer").await;
        assert!(drawer.text.contains("data-drawer-close") && !drawer.text.contains("<html"), "{}", drawer.text);
        assert_eq!(drawer.text.contains("郑梦曦"), named, "{visitor}");
    }
}

/// A page without what differs each time: the tokens of its forms.
fn lasting(answer: &Answered) -> (StatusCode, String) {
    let mut parts = answer.text.split("name=\"once\" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    (answer.status, parts.fold(first, |text, part| text + part.split_once('"').map_or(part, |(_, rest)| rest)))
}

/// Every visitor finds the same on a server where all the others have opened all pages as on one where nobody has. A cache
/// that is read before the permission check, or whose key lacks what the visitor may see, shows as a difference.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_do_not_depend_on_what_others_have_opened() {
    let place = Place::new(On::Sqlite).await;
    let federation = Federation::new(place.open().await).await;
    // Pages are requested for the street and for the visitor's own unit, as from an issued report of the street.
    let report = format!("&drift=1&report={}&figure=f1", federation.key("report"));
    let street = format!("unit_id={}&", federation.key("street"));
    let pages = rows().filter(|(method, path, _)| *method == "GET" && !path.ends_with("/export"));
    let pages: Vec<String> = pages
        .flat_map(|(_, pattern, _)| {
            let path = federation.page(pattern) + &report;
            [path.replace(&street, ""), path]
        })
        .collect();
    for browser in &federation.browsers {
        for path in &pages {
            browser.clone().get(path).await;
        }
    }
    let mut faults = Vec::new();
    for (visitor, browser) in VISITORS.iter().zip(&federation.browsers) {
        let alone = browser.visiting(&Browser::new(&place.open().await));
        for path in &pages {
            let (first, after) = (alone.clone().get(path).await, browser.clone().get(path).await);
            if lasting(&first) != lasting(&after) {
                faults.push(format!("{visitor}: {path}: {}, {} after others", first.status, after.status));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Sends a form as a visitor.
pub async fn send(browser: &Browser, path: &str, form: &Form) -> Answered {
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut browser = browser.clone();
    match form.file {
        Some((name, bytes)) => browser.upload(path, &fields, ("file", name, bytes)).await,
        None => browser.post(path, &fields).await,
    }
}

/// Forms whose file is read and shown, and nothing is stored.
const READ: [&str; 1] = ["/activities/{id}/attendance/file"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_form_is_swept_as_every_role() {
    let place = Place::new(On::Sqlite).await;
    let federation = Federation::new(place.open().await).await;
    let snapshot = Snapshot::take(&place.folder).await;
    let mut faults = Vec::new();
    let mut nobody = Browser::new(&federation.app);
    for (_, pattern, allowed) in rows().filter(|(method, ..)| *method == "POST") {
        if !allowed.contains('y') {
            faults.push(format!("nobody may: POST {pattern}"));
        }
        let Some(form) = forms::form(&federation, pattern).await else {
            faults.push(format!("no form: POST {pattern}"));
            continue;
        };
        let path = form.path(pattern);
        for ((visitor, browser), expected) in VISITORS.iter().zip(&federation.browsers).zip(allowed.chars()) {
            let before = snapshot.version().await;
            let answer = send(browser, &path, &form).await;
            let written = snapshot.version().await != before;
            let fits = match expected {
                'y' => answer.status.is_success() || answer.status.is_redirection(),
                't' => answer.status == StatusCode::UNPROCESSABLE_ENTITY,
                _ => is_refused(&answer),
            };
            if !fits {
                let wrong = if answer.status == StatusCode::UNPROCESSABLE_ENTITY { &answer.text } else { "" };
                faults.push(format!("{visitor}: POST {pattern}: {} instead of {expected} {wrong}", answer.status));
            }
            let changed = if written { snapshot.changed().await } else { Vec::new() };
            if (expected == 'y') == changed.is_empty() && !READ.contains(pattern) {
                faults.push(format!("{visitor}: POST {pattern}: {expected} changes {changed:?}"));
            }
            if written {
                snapshot.restore().await;
            }
        }
        let before = snapshot.version().await;
        let answer = send(&nobody.another(), &path, &form).await;
        if answer.status.is_success() || snapshot.version().await != before {
            faults.push(format!("nobody: POST {pattern}: {}", answer.status));
        }
    }
    nobody.forget();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The columns that hold so many letters: table, column, letters.
async fn columns(app: &desk::app::App) -> Vec<(String, String, usize)> {
    use ledger::db;
    let tables = "select name from sqlite_master where type = 'table' order by name";
    let mut columns = Vec::new();
    for table in db::rows::<String>(&app.db, tables, vec![]).await.unwrap() {
        let sql = format!("select name, type from pragma_table_info('{table}')");
        let of_table: Vec<(String, String)> = db::rows(&app.db, &sql, vec![]).await.unwrap();
        columns.extend(of_table.into_iter().filter_map(|(column, kind)| {
            let letters = kind.strip_prefix("varchar(")?.strip_suffix(')')?.parse().ok()?;
            Some((table.clone(), column, letters))
        }));
    }
    columns
}

/// SQLite stores a text in a column however long it is, PostgreSQL doesn't: a rule of the feature has to refuse it on both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_field_of_a_form_stores_more_than_its_column_holds() {
    let place = Place::new(On::Sqlite).await;
    let federation = Federation::new(place.open().await).await;
    let snapshot = Snapshot::take(&place.folder).await;
    let columns = columns(&federation.app).await;
    assert!(columns.len() > 100, "{}", columns.len());
    let too_long: Vec<String> = columns
        .iter()
        .map(|(table, column, letters)| {
            format!("select '{table}.{column}' from {table} where length({column}) > {letters}")
        })
        .collect();
    let mut faults = Vec::new();
    let mut fields = 0;
    for (_, pattern, allowed) in rows().filter(|(method, ..)| *method == "POST") {
        let Some(place) = allowed.find('y') else { continue };
        let Some(mut form) = forms::form(&federation, pattern).await else { continue };
        let path = form.path(pattern);
        for field in 0..form.fields.len() {
            let (name, value) = form.fields[field].clone();
            for text in ["长".repeat(70_000), "1".repeat(400), "a\u{1}\u{202e}b".to_owned()] {
                fields += 1;
                form.fields[field].1 = text;
                let before = snapshot.version().await;
                let answer = send(&federation.browsers[place], &path, &form).await;
                if answer.status.is_server_error() {
                    faults.push(format!("POST {pattern}: {name}: {}", answer.status));
                }
                if snapshot.version().await != before {
                    let found: Vec<String> =
                        ledger::db::rows(&federation.app.db, &too_long.join(" union all "), vec![]).await.unwrap();
                    faults.extend(found.iter().map(|column| format!("POST {pattern}: {name} is stored in {column}")));
                    snapshot.restore().await;
                }
            }
            form.fields[field].1 = value;
        }
    }
    faults.dedup();
    assert!(faults.is_empty() && fields > 500, "{fields} fields: {faults:#?}");
}
