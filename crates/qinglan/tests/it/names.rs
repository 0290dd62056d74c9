//! Who may not see people by name finds the name of nobody, whatever is opened: pages, the rows behind figures, exports.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use axum::http::StatusCode;
use desk::app::App;
use ledger::db;
use qinglan::demo;

use crate::{
    browser::{Answered, Browser},
    demo_figures::demo as demo_of,
    support::{On, Place},
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
fn text_of(answer: &Answered) -> String {
    if !answer.bytes.starts_with(b"PK") {
        return answer.text.clone();
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&answer.bytes)).unwrap();
    let mut text = String::new();
    for place in 0..archive.len() {
        let mut member = archive.by_index(place).unwrap();
        if member.name().ends_with(".xml") {
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
    links.iter_mut().for_each(|link| link.truncate(link.find('#').unwrap_or(link.len())));
    links
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
    let mut names = names(&app).await;
    let mut reader = Browser::new(&app);
    let form = [("name", "reader"), ("password", demo::PASSWORD)];
    assert_eq!(reader.post("/sign-in", &form).await.status, StatusCode::SEE_OTHER);
    // A page shows who is signed in.
    let own: Option<String> =
        db::scalar(&app.db, "select display from account where name = 'reader'", vec![]).await.unwrap();
    names.remove(&own.unwrap());
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
