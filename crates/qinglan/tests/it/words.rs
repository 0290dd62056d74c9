//! Compares the messages with the sources: every code has a message in both languages with the same arguments, and none is
//! unused.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use desk::ui::language::Language;

const LANGUAGES: [(Language, &str); 2] = [(Language::Chinese, "zh-CN.ftl"), (Language::English, "en.ftl")];

/// What comes directly before a code, in any crate; with these also codes of one word are found.
const OPENERS: [&str; 8] = [
    "Refusal::new(",
    "Refusal::unknown(",
    "Refusal::conflict(",
    "Refusal::wait(",
    "Refusal::too_large(",
    ".message(",
    ".note(",
    "done(out,",
];

/// The crates in which every literal of hyphenated lower-case words is a code, whatever function it is passed to.
const SPEAKING: [&str; 6] = ["kernel", "ledger", "desk", "federation", "figures", "qinglan"];

/// Literals of that form that are not codes: a folder, names of headers, values of a query. Icons are in `web/icons.txt`.
const NOT_CODES: [&str; 15] = [
    "a-b",
    "check-in",
    "not-listed",
    "x-forwarded-for",
    "demo-lantern-42",
    "qinglan-data",
    "hx-request",
    "hx-target",
    "hx-redirect",
    "sec-fetch-site",
    "accept-language",
    "last-year",
    "last-month",
    "last-quarter",
    "en-US",
];

/// Codes composed with a stored value, such as `state-{}`: their prefix, and where the literals of the values are.
const FAMILIES: [(&str, &str, &str); 3] = [
    ("state", "Draft = \"draft\",\n        Announced = ", "}"),
    ("reason", "impl ReasonCode {", "\n}"),
    ("role", "Operator = ", "}"),
];

/// Families whose values are checked where they are written: a line of the log is `log-` and what was done.
const OPEN_FAMILIES: [&str; 5] = ["log", "party", "alike", "question", "column"];

struct Message {
    key: String,
    /// Its value, with all its lines.
    text: String,
    file: PathBuf,
}

impl Message {
    fn args(&self) -> BTreeSet<&str> {
        self.text.split('$').skip(1).filter_map(|rest| rest.split(|letter| !in_key(letter)).next()).collect()
    }
}

fn in_key(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-' || letter == '_'
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("a folder's entry").path();
        if path.is_dir() {
            files.extend(files_under(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every message of a language, in the order of the files.
fn messages(file_name: &str) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    let files = files_under(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).into_iter();
    for file in files.filter(|file| file.ends_with(Path::new("locales").join(file_name))) {
        for line in fs::read_to_string(&file).expect("a file of words").lines() {
            match line.split_once(" =") {
                Some((key, text)) if !key.is_empty() && key.chars().all(in_key) => {
                    messages.push(Message { key: key.to_owned(), text: text.to_owned(), file: file.clone() });
                }
                _ if line.is_empty() || line.starts_with('#') => {}
                _ => {
                    assert!(line.starts_with(' '), "{}: neither a message nor a part of one: {line}", file.display());
                    let last = messages.last_mut().expect("a message before its further lines");
                    last.text.push('\n');
                    last.text.push_str(line);
                }
            }
        }
    }
    messages
}

/// The sources with their crates' names, without comments and tests.
fn sources() -> Vec<(String, String)> {
    let mut sources = Vec::new();
    for folder in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).expect("the crates") {
        let folder = folder.expect("a crate").path();
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        for file in files_under(&folder.join("src")) {
            if file.extension().is_some_and(|end| end == "rs") && !file.ends_with("tests.rs") {
                let text = fs::read_to_string(&file).expect("a source");
                let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                sources.push((name.clone(), lines.collect::<Vec<_>>().join("\n")));
            }
        }
    }
    sources
}

/// Whether a literal is hyphenated lower-case words: `unit-unknown`.
fn is_hyphened(text: &str) -> bool {
    text.contains('-')
        && text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && text.split('-').all(|word| !word.is_empty())
        && text.chars().all(|letter| in_key(letter) && letter != '_')
}

/// The keys that templates name in `t("…")`.
fn template_keys() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for (_, text) in desk::ui::pages::templates(qinglan::features::FEATURES) {
        let calls = text.split("t(\"").skip(1).filter_map(|rest| rest.split('"').next());
        keys.extend(calls.filter(|key| !key.is_empty() && key.chars().all(in_key)).map(str::to_owned));
    }
    keys
}

/// Every code that the sources use.
fn codes() -> BTreeSet<String> {
    let mut codes = template_keys();
    let icons = fs::read_to_string(crate::support::file("web/icons.txt")).unwrap_or_default();
    let icons: BTreeSet<&str> = icons.lines().map(str::trim).collect();
    let known: BTreeSet<String> = messages(LANGUAGES[0].1).into_iter().map(|message| message.key).collect();
    let logged: BTreeSet<String> = messages(LANGUAGES[0].1)
        .into_iter()
        .filter_map(|message| Some(message.key.strip_prefix("log-")?.to_owned()))
        .collect();
    for (name, text) in sources() {
        for opener in OPENERS {
            let after = text.split(opener).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
            let literals = after.filter_map(|rest| rest.split('"').next());
            codes.extend(literals.filter(|code| code.chars().all(in_key)).map(str::to_owned));
        }
        if SPEAKING.contains(&name.as_str()) {
            // The text between two literals never has the form of a code, so quotes need no pairing.
            let literals = text.split('"').filter(|piece| is_hyphened(piece) && !NOT_CODES.contains(piece));
            for literal in literals.filter(|literal| !icons.contains(literal)) {
                if logged.contains(literal) {
                    codes.insert(format!("log-{literal}"));
                }
                if !logged.contains(literal) || known.contains(literal) {
                    codes.insert(literal.to_owned());
                }
            }
            // A single word that is logged: `exported`.
            let words = text.split('"').filter(|piece| logged.contains(*piece));
            codes.extend(words.map(|word| format!("log-{word}")));
            // A family that isn't listed is no message either, so that it is reported as missing.
            let families = text.split('"').filter_map(|piece| piece.split_once("-{")).map(|(family, _)| family);
            let known = |family: &str| FAMILIES.iter().any(|(known, ..)| *known == family);
            let unlisted = families.filter(|family| {
                is_hyphened(&format!("{family}-x")) && !known(family) && !OPEN_FAMILIES.contains(family)
            });
            codes.extend(unlisted.map(|family| format!("{family}-{{}}")));
        }
        for (family, begin, end) in FAMILIES {
            for values in text.split(begin).skip(1).filter_map(|rest| rest.split(end).next()) {
                codes.extend(values.split('"').skip(1).step_by(2).map(|value| format!("{family}-{value}")));
            }
        }
    }
    codes
}

#[test]
fn codes_are_found_however_they_are_used() {
    // By `message`, on the next line, in a refusal, a note, by `done`, two helpers, a match, a condition, composed.
    let used = ["failed", "metric-shown", "unit-unknown", "list-more", "unit-added", "verify-chain", "sex-unknown"];
    let more = ["date-missing", "reconcile-clean", "state-void", "reason-undo", "col-id"];
    let codes = codes();
    let missed: Vec<&str> = used.into_iter().chain(more).filter(|code| !codes.contains(*code)).collect();
    assert!(missed.is_empty(), "not found: {missed:?}");
}

#[test]
fn a_key_occurs_once_in_a_language() {
    for (_, file_name) in LANGUAGES {
        let mut known: BTreeMap<String, PathBuf> = BTreeMap::new();
        for Message { key, file, .. } in messages(file_name) {
            if let Some(first) = known.insert(key.clone(), file.clone()) {
                panic!("{key} stands in {} and in {}", first.display(), file.display());
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_keys_in_the_same_folders_with_the_same_arguments() {
    let [chinese, english] = LANGUAGES.map(|(_, file_name)| {
        let shape = |message: &Message| {
            let folder = message.file.parent().expect("a folder of words").display();
            format!("{} {:?} in {folder}", message.key, message.args())
        };
        messages(file_name).iter().map(shape).collect::<BTreeSet<String>>()
    });
    let differ: Vec<&String> = chinese.symmetric_difference(&english).collect();
    assert!(differ.is_empty(), "in one language only: {differ:#?}");
}

#[test]
fn every_message_can_be_formatted() {
    for (language, file_name) in LANGUAGES {
        let words = qinglan::words(language);
        for message in messages(file_name) {
            assert!(words.has(&message.key), "{} of {} can't be parsed", message.key, message.file.display());
            let args: Vec<(&str, &str)> = message.args().into_iter().map(|name| (name, "1")).collect();
            let formatted = words.message(&message.key, &args);
            assert!(!formatted.is_empty() && !formatted.contains('{'), "{}: {formatted}", message.key);
        }
    }
}

#[test]
fn every_code_in_the_sources_has_words_in_both_languages() {
    for (language, file_name) in LANGUAGES {
        let words = qinglan::words(language);
        let missing: Vec<String> = codes().into_iter().filter(|code| !words.has(code)).collect();
        assert!(missing.is_empty(), "not in any {file_name}: {missing:#?}");
    }
}

#[test]
fn every_template_can_be_read_in_both_languages() {
    let assets = std::sync::Arc::new(desk::ui::pages::assets());
    desk::ui::Pages::load(qinglan::features::FEATURES, &assets, kernel::Zone::default()).expect("templates");
}

#[test]
fn no_message_is_stale() {
    let codes = codes();
    for (_, file_name) in LANGUAGES {
        let keys = messages(file_name).into_iter().map(|message| message.key);
        let stale: Vec<String> = keys.filter(|key| !codes.contains(key)).collect();
        assert!(stale.is_empty(), "in {file_name} and in no source: {stale:#?}");
    }
}

/// What a template passes to a message: `t("key", name=…)` with its names, up to the bracket that closes the call.
fn calls_of_templates() -> Vec<(String, String, BTreeSet<String>)> {
    let mut calls = Vec::new();
    for (template, text) in desk::ui::pages::templates(qinglan::features::FEATURES) {
        for (place, _) in text.match_indices("t(\"") {
            let before = text[..place].chars().next_back();
            let rest = &text[place + 3..];
            let Some((key, rest)) = rest.split_once('"') else { continue };
            if before.is_some_and(in_key) || !key.chars().all(in_key) {
                continue;
            }
            let (mut depth, mut word, mut names, mut quoted) = (0, String::new(), BTreeSet::new(), false);
            let mut letters = rest.chars().peekable();
            while let Some(letter) = letters.next() {
                match letter {
                    '"' => quoted = !quoted,
                    _ if quoted => {}
                    '(' | '[' => depth += 1,
                    ')' if depth == 0 => break,
                    ')' | ']' => depth -= 1,
                    '=' if depth == 0 && letters.peek() != Some(&'=') && !word.is_empty() => {
                        names.insert(std::mem::take(&mut word));
                    }
                    _ if in_key(letter) => word.push(letter),
                    _ => word.clear(),
                }
            }
            calls.push((template.clone(), key.to_owned(), names));
        }
    }
    calls
}

/// Refusals that are handed on as soon as they are made, `Refusal::new("code").with("name", …).into()`, with their arguments.
fn refusals_of(source: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut found = Vec::new();
    for (place, _) in source.match_indices("Refusal::") {
        let rest = source[place + 9..].trim_start_matches(|letter: char| letter.is_ascii_lowercase() || letter == '_');
        let Some((code, mut rest)) = rest.strip_prefix("(\"").and_then(|rest| rest.split_once("\")")) else { continue };
        let mut names = BTreeSet::new();
        while let Some(argument) = rest.trim_start().strip_prefix(".with(\"") {
            let Some((name, value)) = argument.split_once('"') else { break };
            names.insert(name.to_owned());
            let mut depth = 1;
            let end = value.char_indices().find(|(_, letter)| {
                depth += i32::from(*letter == '(') - i32::from(*letter == ')');
                depth == 0
            });
            let Some((end, _)) = end else { break };
            rest = &value[end + 1..];
        }
        if code.chars().all(in_key) && rest.trim_start().starts_with(".into()") {
            found.push((code.to_owned(), names));
        }
    }
    found
}

#[test]
fn refusals_have_the_arguments_that_their_messages_name() {
    let messages = messages(LANGUAGES[0].1);
    let wanted: BTreeMap<&str, BTreeSet<&str>> =
        messages.iter().map(|message| (message.key.as_str(), message.args())).collect();
    let (mut faults, mut count) = (Vec::new(), 0);
    for (file, text) in sources() {
        for (code, names) in refusals_of(&text) {
            count += 1;
            let given: BTreeSet<&str> = names.iter().map(String::as_str).collect();
            if let Some(wanted) = wanted.get(code.as_str()).filter(|wanted| !wanted.is_subset(&given)) {
                faults.push(format!("{file}: {code} wants {wanted:?} and is given {given:?}"));
            }
        }
    }
    assert!(faults.is_empty() && count > 200, "{count}: {faults:#?}");
}

#[test]
fn templates_pass_messages_the_arguments_that_they_use() {
    let messages = messages(LANGUAGES[0].1);
    let wanted: BTreeMap<&str, BTreeSet<&str>> =
        messages.iter().map(|message| (message.key.as_str(), message.args())).collect();
    let mut faults = Vec::new();
    for (template, key, names) in calls_of_templates() {
        let given: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        if let Some(wanted) = wanted.get(key.as_str()).filter(|wanted| !wanted.is_subset(&given)) {
            faults.push(format!("{template}: {key} wants {wanted:?} and is given {given:?}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
