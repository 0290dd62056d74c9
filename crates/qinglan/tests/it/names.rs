//! Who may not see people by name finds the name of nobody, whatever is opened: pages, the rows behind figures, exports.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use axum::http::StatusCode;
use desk::app::App;
use federation::people;
use figures::reports::{self, Template, actions::Order};
use kernel::{Period, PersonId, UnitId};
use ledger::db;
use qinglan::demo;

use crate::{
    browser::{Answered, Browser},
    demo_figures::demo as demo_of,
    support::{On, Place},
    sweep::{self, federation::Federation, list::VISITORS},
};

/// Pages that are opened of each kind: the same path but for its keys, with the same parameters.
const OF_EACH: usize = 4;

/// The names of people, and of those who are named in records without being members.
async fn names(app: &App) -> HashSet<String> {
    let mut names = HashSet::new();
    for sql in ["select name from person", "select name from speaker"] {
        names.extend(db::rows::<String>(&app.db, sql, vec![]).await.unwrap());
    }
    names
}

/// Every sequence of two to four Chinese characters of a text.
fn sequences(text: &str) -> HashSet<String> {
    let letters: Vec<char> = text.chars().collect();
    let chinese = |letter: &char| ('\u{4e00}'..='\u{9fff}').contains(letter);
    let mut found = HashSet::new();
    for run in letters.split(|letter| !chinese(letter)) {
        for length in 3..=4 {
            found.extend(run.windows(length).map(|part| part.iter().collect::<String>()));
        }
        // Two characters are a name only where they stand alone: within a sentence they may be any word.
        if run.len() == 2 {
            found.insert(run.iter().collect());
        }
    }
    found
}

/// What a reader of the file sees.
pub fn text_of(answer: &Answered) -> String {
    if !answer.bytes.starts_with(b"PK") {
        return answer.text.clone();
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&answer.bytes)).unwrap();
    let mut text = String::new();
    for place in 0..archive.len() {
        let mut member = archive.by_index(place).unwrap();
        if std::path::Path::new(member.name()).extension().is_some_and(|end| end == "xml") {
            std::io::Read::read_to_string(&mut member, &mut text).unwrap();
        }
    }
    text
}

/// The addresses that a page leads to.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for attribute in [" href=\"", " hx-get=\"", " src=\"", " data-href=\""] {
        let found = text.split(attribute).skip(1).filter_map(|rest| rest.split('"').next());
        links.extend(found.map(|link| link.replace("&#x2f;", "/").replace("&amp;", "&")));
    }
    links.retain(|link| link.starts_with('/') && !link.starts_with("/assets/"));
    links.into_iter().map(|link| link.split('#').next().unwrap_or_default().to_owned()).collect()
}

/// The kind of an address: its path without keys, with the names of its parameters.
fn kind(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let part =
        |part: &str| if part.bytes().all(|byte| byte.is_ascii_digit()) { "{}".to_owned() } else { part.to_owned() };
    let path: Vec<String> = path.split('/').map(part).collect();
    let parameters: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{}", path.join("/"), parameters.into_iter().collect::<Vec<_>>().join("&"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_of_the_demo_finds_the_name_of_nobody() {
    let place = Place::new(On::Sqlite).await;
    let app = demo_of(&place, true).await;
    let names = names(&app).await;
    let mut reader = Browser::new(&app);
    let form = [("name", "reader"), ("password", demo::PASSWORD)];
    assert_eq!(reader.post("/sign-in", &form).await.status, StatusCode::SEE_OTHER);
    // What no link of a reader's pages leads to is asked for as well.
    let mut waiting: VecDeque<String> = VecDeque::from(["/".to_owned()]);
    for route in desk::router::routes(qinglan::features::FEATURES) {
        if route.method == axum::http::Method::GET {
            for key in 1..=3 {
                let part = |part: &str| if part.starts_with('{') { key.to_string() } else { part.to_owned() };
                waiting.push_back(route.path.split('/').map(part).collect::<Vec<_>>().join("/"));
            }
        }
    }
    let (mut opened, mut counts) = (HashSet::new(), HashMap::<String, usize>::new());
    let (mut found, mut pages) = (BTreeMap::<String, BTreeSet<String>>::new(), 0);
    while let Some(address) = waiting.pop_front() {
        let kind = kind(&address);
        let count = counts.entry(kind.clone()).or_default();
        if *count >= OF_EACH || !opened.insert(address.clone()) {
            continue;
        }
        let answer = reader.get(&address).await;
        assert!(!answer.status.is_server_error(), "{address}: {}", answer.status);
        if answer.status != StatusCode::OK {
            continue;
        }
        *count += 1;
        pages += 1;
        let text = text_of(&answer);
        let named = sequences(&text).intersection(&names).cloned().collect::<BTreeSet<_>>();
        if !named.is_empty() {
            found.entry(kind).or_default().extend(named);
        }
        waiting.extend(links(&text));
    }
    assert!(pages > 100, "{pages} pages were opened");
    let report: Vec<String> = found
        .iter()
        .map(|(kind, names)| {
            format!("{kind}: {} ({})", names.iter().take(3).cloned().collect::<Vec<_>>().join(" "), names.len())
        })
        .collect();
    let all: BTreeSet<&String> = found.values().flatten().collect();
    assert!(found.is_empty(), "{} of {} names on {pages} pages:\n{}", all.len(), names.len(), report.join("\n"));
}

/// People of the sweep's federation: two of a street, the second of whom is offered to the other street; one of the other
/// street; a speaker, who is no member. And for each visitor, who of them is named on any page or in any file: `y`.
const NAMED: [(&str, &str); 4] =
    [("郑梦曦", "yy-y-y---"), ("周文静", "yyyy-----"), ("孙予安", "y-y-y-y--"), ("温知远", "yyyyy----")];

/// Figures about few people, and what each visitor finds: `y` the figure, `w` that it is withheld, `-` a refusal.
const FEW: [(&str, &str, &str); 3] = [
    ("people.members_at", "", "yy-y---y-"),
    ("people.members_at", "youth:yes", "yy-w---w-"),
    // One value shown would say of whom the others are, even if it is nobody.
    ("people.members_at", "youth:no", "yy-w---w-"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_role_finds_the_names_and_small_figures_that_it_may_see() {
    let place = Place::new(On::Sqlite).await;
    let federation = Federation::new(place.open().await).await;
    let mut found: BTreeMap<&str, String> = BTreeMap::new();
    let mut few: Vec<String> = vec![String::new(); FEW.len()];
    for (visitor, browser) in VISITORS.iter().zip(&federation.browsers) {
        let mut browser = browser.clone();
        let mut seen = HashSet::new();
        for (_, pattern, _) in sweep::rows().filter(|(method, ..)| *method == "GET") {
            // For the street, and for whatever the visitor's pages show by themselves.
            let path = federation.page(pattern);
            for path in [path.as_str(), path.split('?').next().unwrap_or_default()] {
                let answer = browser.get(path).await;
                assert!(!answer.status.is_server_error(), "{visitor}: {path}: {}", answer.status);
                let text = text_of(&answer);
                seen.extend(NAMED.iter().map(|(name, _)| *name).filter(|name| text.contains(name)));
            }
        }
        for (name, _) in NAMED {
            found.entry(name).or_default().push(if seen.contains(name) { 'y' } else { '-' });
        }
        for ((metric, condition, _), few) in FEW.iter().zip(&mut few) {
            let unit = federation.key("street");
            let path =
                format!("/metrics/{metric}?unit_id={unit}&period=own&from=2025-01-01&to=2025-12-31&where={condition}");
            let answer = browser.get(&path).await;
            few.push(match answer.status {
                StatusCode::OK if figure(&answer.text).contains("不显示") => 'w',
                StatusCode::OK => 'y',
                _ => '-',
            });
        }
    }
    for (name, expected) in NAMED {
        assert_eq!(found[name], expected, "{name} by {VISITORS:?}");
    }
    for ((metric, condition, expected), found) in FEW.iter().zip(few) {
        assert_eq!(found, *expected, "{metric} {condition} by {VISITORS:?}");
    }
}

/// The figure at the head of a metric's page.
fn figure(page: &str) -> String {
    let head = page.split("<div class=\"num\">").nth(1).unwrap_or_else(|| panic!("no figure in {page}"));
    head.split('<').next().unwrap_or_default().trim().to_owned()
}

/// Facets of people with all their values, and figures to which they are a condition.
const FACETS: [(&str, &[&str]); 7] = [
    ("sex", &["female", "male", "unknown"]),
    ("party", &["yes", "no", "unknown"]),
    ("youth", &["yes", "no", "unknown"]),
    ("education", &["doctor", "master", "bachelor", "college", "other", "unknown"]),
    ("rank", &["bureau", "division", "section", "clerk", "other", "unknown"]),
    ("appointment", &["appointed", "promoted", "reassigned", "unknown"]),
    ("member", &["yes", "no"]),
];

/// Conditions by which few people may be left, and figures that have such conditions of their own.
const SMALL: [(&str, &str); 12] = [
    ("people.members_at", "sex:female"),
    ("people.members_at", "sex:male"),
    ("people.members_at", "party:yes"),
    ("people.members_at", "party:no"),
    ("people.members_at", "youth:yes"),
    ("people.members_at", "youth:no"),
    ("people.members_at", "sex:female party:yes"),
    ("people.members_party", ""),
    ("people.members_party", "sex:female"),
    ("people.members_party", "sex:male"),
    ("people.members_youth", ""),
    ("people.members_young_party", "sex:female"),
];

/// Figures of 2026 as two accounts are shown them.
struct Asked {
    browsers: Vec<Browser>,
}

const READER: usize = 0;
const ADMIN: usize = 1;

impl Asked {
    /// The figure of a unit, or `None` where it is withheld.
    async fn figure(&mut self, who: usize, unit: i64, metric: &str, condition: &str) -> Option<i64> {
        let condition = condition.replace(' ', "+");
        let address =
            format!("/metrics/{metric}?unit_id={unit}&period=own&from=2026-01-01&to=2026-11-26&where={condition}");
        let answer = self.browsers[who].get(&address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        let shown = figure(&answer.text);
        if shown.contains("不显示") {
            assert!(!answer.text.contains("<td class=\"nw\">"), "{address}: rows");
            return None;
        }
        let value = match shown.as_str() {
            "—" => 0,
            shown => shown.replace(',', "").parse().unwrap_or_else(|_| panic!("{address}: {shown}")),
        };
        Some(value)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_is_given_no_figure_of_one_or_two_people() {
    let place = Place::new(On::Sqlite).await;
    let app = demo_of(&place, true).await;
    let district: i64 = db::scalar(
        &app.db,
        "select r.unit_id from account_role r join account a on a.id = r.account_id where a.name = 'reader'",
        vec![],
    )
    .await
    .unwrap()
    .unwrap();
    let units: Vec<(i64, Option<i64>)> = db::rows(
        &app.db,
        "select p.unit_id, p.parent_id from unit_place p join unit_place top on top.unit_id = $1 \
         where p.place between top.place and top.last",
        vec![district.into()],
    )
    .await
    .unwrap();
    let mut browsers = Vec::new();
    for name in ["reader", "admin"] {
        let mut browser = Browser::new(&app);
        let form = [("name", name), ("password", demo::PASSWORD)];
        assert_eq!(browser.post("/sign-in", &form).await.status, StatusCode::SEE_OTHER);
        browsers.push(browser);
    }
    let mut asked = Asked { browsers };
    let (mut faults, mut withheld) = (Vec::new(), 0);
    let mut hidden_women = None;
    let mut all: HashMap<(&str, &str, i64), i64> = HashMap::new();
    for (metric, condition) in SMALL {
        let mut known: HashMap<i64, Option<i64>> = HashMap::new();
        let mut truths: HashMap<i64, i64> = HashMap::new();
        for (unit, _) in &units {
            let (shown, truth) = (
                asked.figure(READER, *unit, metric, condition).await,
                asked.figure(ADMIN, *unit, metric, condition).await,
            );
            let base = asked.figure(ADMIN, *unit, "people.members_at", "").await.unwrap();
            match shown {
                None => {
                    withheld += 1;
                    if (metric, condition) == ("people.members_at", "sex:female") {
                        hidden_women = Some((*unit, truth.unwrap()));
                    }
                }
                Some(value) => {
                    assert_eq!(Some(value), truth, "what is shown is true");
                    if (1..3).contains(&value) || (1..3).contains(&(base - value)) {
                        faults.push(format!("{metric} {condition}: {value} of {base} at {unit}"));
                    }
                }
            }
            known.insert(*unit, shown);
            truths.insert(*unit, truth.unwrap());
            all.extend(shown.map(|value| ((metric, condition, *unit), value)));
        }
        // A parent's figure less those of all units under it but one is that one's.
        for (parent, _) in units.iter().filter(|(parent, _)| known[parent].is_some()) {
            let below: Vec<i64> =
                units.iter().filter(|(_, above)| *above == Some(*parent)).map(|(unit, _)| *unit).collect();
            let hidden = below.iter().filter(|unit| known[unit].is_none()).count();
            let others = below.iter().filter(|unit| known[unit].is_some_and(|value| value > 0)).count();
            // The people of the parent's own are shown nowhere alone: where there are some, they stand for a second one.
            let direct = truths[parent] - below.iter().map(|unit| truths[unit]).sum::<i64>();
            if hidden == 1 && others > 0 && direct == 0 {
                faults.push(format!("{metric} {condition}: one alone is withheld under {parent}"));
            }
        }
    }
    // One figure less another with one condition more is about those whom the condition leaves out.
    for (wide, narrow) in [
        (("people.members_party", ""), ("people.members_party", "sex:female")),
        (("people.members_party", ""), ("people.members_party", "sex:male")),
        (("people.members_at", "party:yes"), ("people.members_at", "sex:female party:yes")),
        (("people.members_at", "sex:female"), ("people.members_at", "sex:female party:yes")),
    ] {
        for (unit, _) in &units {
            let of = |(metric, condition): (&'static str, &'static str)| all.get(&(metric, condition, *unit)).copied();
            if let (Some(wide_value), Some(value)) = (of(wide), of(narrow))
                && (1..3).contains(&(wide_value - value))
            {
                faults.push(format!("{wide:?} less {narrow:?}: {} at {unit}", wide_value - value));
            }
        }
    }
    faults.extend(faults_of_facets(&mut asked, &units).await);
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(withheld > 20, "{withheld} were withheld");
    let (unit, women) = hidden_women.unwrap();
    an_issued_report_withholds_them_too(&app, asked.browsers, unit, women).await;
}

/// The values of a facet are shown together or not at all: of several the last would be what the others leave. And under a unit that is
/// shown no unit is withheld alone.
async fn faults_of_facets(asked: &mut Asked, units: &[(i64, Option<i64>)]) -> Vec<String> {
    let mut faults = Vec::new();
    for (facet, values) in FACETS {
        let metric = if facet == "member" { "people.staff_at" } else { "people.members_at" };
        let mut hidden = BTreeSet::new();
        for (unit, _) in units {
            let mut shown = Vec::new();
            for value in values {
                shown.push(asked.figure(READER, *unit, metric, &format!("{facet}:{value}")).await);
            }
            let small = shown.iter().flatten().any(|value| (1..3).contains(value));
            if small || (shown.iter().any(Option::is_some) && shown.iter().any(Option::is_none)) {
                faults.push(format!("{metric} by {facet} at {unit}: {shown:?}"));
            }
            if shown[0].is_none() {
                hidden.insert(*unit);
            }
        }
        for (parent, _) in units.iter().filter(|(parent, _)| !hidden.contains(parent)) {
            let below = units.iter().filter(|(_, above)| *above == Some(*parent)).map(|(unit, _)| *unit);
            let below: Vec<i64> = below.collect();
            let mut inhabited = 0;
            let mut direct = asked.figure(ADMIN, *parent, metric, "").await.unwrap();
            for unit in &below {
                let people = asked.figure(ADMIN, *unit, metric, "").await.unwrap();
                inhabited += usize::from(people > 0);
                direct -= people;
            }
            if below.iter().filter(|unit| hidden.contains(unit)).count() == 1 && inhabited > 1 && direct == 0 {
                faults.push(format!("{metric} by {facet}: one alone is withheld under {parent}"));
            }
        }
    }
    faults
}

/// A report whose women's number is withheld from a reader: on its page, in its files, in its list of figures.
async fn an_issued_report_withholds_them_too(app: &App, browsers: Vec<Browser>, unit: i64, women: i64) {
    let text = "---\ntitle: 小组情况\n---\n\n成员{{ figure(\"people.members_at\") }}人，其中女性{{ figure(\"people.members_at\", sex=\"female\") }}人。\n";
    let order = Order {
        template: Template { key: "women".to_owned(), text: text.to_owned() },
        unit: UnitId(unit),
        period: Period::new("2026-01-01".parse().unwrap(), "2026-11-26".parse().unwrap()).unwrap(),
    };
    let (id, _) = reports::actions::issue(app, &app.operator(), &order, None).await.unwrap();
    // Since then one of the women has become unknown: what has changed tells as much as the figure.
    let woman: i64 = db::scalar(
        &app.db,
        "select p.id from person p join membership m on m.person_id = p.id join membership_span s on s.membership_id = m.id \
         where s.unit_id = $1 and s.sex = 'female' and m.void = false and s.from_day <= $2 \
         and (s.to_day is null or s.to_day >= $2) order by p.id limit 1",
        vec![unit.into(), order.period.to.into()],
    )
    .await
    .unwrap()
    .unwrap();
    let edit = people::actions::edit_of(app, PersonId(woman)).await.unwrap();
    let name = edit.name.clone();
    let edit = people::Edit { sex: None, ..edit };
    people::actions::edit(app, &app.operator(), PersonId(woman), edit).await.unwrap();
    for (mut browser, sees) in browsers.into_iter().zip([false, true]) {
        let page = browser.get(&format!("/reports/{id}?drift=1")).await.text;
        let banner = browser.part(&format!("/reports/{id}/drift"), "drift").await.text;
        for text in [page, banner] {
            assert_eq!(text.contains("定稿以后有 1 个数字变了"), sees, "{text}");
        }
        // Nor is a draft shown, or anybody found by name.
        let draft = format!("/reports/preview?template=annual&unit_id={unit}&period=own&from=2026-01-01&to=2026-12-31");
        let draft = browser.get(&draft).await;
        assert_eq!(draft.text.contains("不能预览"), !sees, "{}", draft.text);
        for address in ["/search?q=", "/people/pick?q=", "/people/pick?any=on&q=", "/groups/pick?q=", "/posts?q="] {
            // What is asked for stands on the page in any case.
            let nobody = "无此人名";
            let echoed = browser.get(&format!("{address}{nobody}")).await.text.matches(nobody).count();
            let found = browser.get(&format!("{address}{name}")).await.text.matches(&name).count();
            assert_eq!(found > echoed, sees && !address.contains("groups") && !address.contains("posts"), "{address}");
        }
        let page = browser.get(&format!("/reports/{id}?drift=1")).await;
        assert_eq!(page.status, StatusCode::OK);
        let appendix = page.text.contains("数据来源和统计口径") && page.text.contains("指标（单位、期间）");
        assert_eq!((page.text.contains("不显示"), page.text.contains("个别人的数字")), (!sees, !sees));
        assert_eq!(appendix, sees, "{}", page.text);
        let json = browser.get(&format!("/reports/{id}/json")).await;
        let json: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
        assert_eq!(json["figures"][1]["value"].as_i64(), sees.then_some(women));
        assert_eq!(json["figures"][1].get("row_count").is_some(), sees);
        assert!(json["figures"][0]["value"].is_i64());
        let docx = browser.get(&format!("/reports/{id}/docx")).await;
        assert_eq!(text_of(&docx).contains("不显示"), !sees);
    }
}
