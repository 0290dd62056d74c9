//! Pages: a pasted roll-call as it was read, shown before anybody is marked, and the form that marks.

use std::collections::{BTreeSet, HashMap};

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use chrono::Datelike;
use desk::{
    error::Result,
    router::{Route, act},
    serve::Site,
    ui::{Answer, Faults, Visit},
};
use federation::people;
use kernel::{PersonId, Refusal};
use minijinja::{context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    chat::{self, MOST_LETTERS, Named, Says},
    model::{Activity, LeaveReason, Status},
    naming,
    pages::{facts, led},
    roll::{self, Decision, Given},
    roll_pages::{HandedIn, handed_in, roll_faults},
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![act("/activities/{id}/attendance/paste", paste), act("/activities/{id}/attendance/read", mark)]
}

/// Somebody whom the text names, as the form shows it.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "what the template asks, each by itself")]
struct Line {
    /// Part of the names of its fields: the person's key, or `n:` and the name where it isn't settled.
    key: String,
    /// The name.
    name: String,
    /// What is written.
    words: String,
    /// The status that is chosen; empty if none is.
    says: String,
    /// Whether the text only mentions the person.
    mentioned: bool,
    /// The reason that is chosen; the field exists only for those who lead the person's group.
    reason: Option<String>,
    /// The day of 补学.
    made_up_on: String,
    /// The mark that the person has already, in words, and as it is submitted again.
    had: Option<(String, String)>,
    /// Whether that mark was a scan.
    scanned: bool,
    /// Whether the person has the mark that the text says.
    same: bool,
    /// Whether the mark is to be changed.
    change: bool,
    /// For a name that isn't settled: the people whom it may mean.
    may_be: Vec<(String, String)>,
    /// Who was chosen of them.
    who: String,
    /// Whether a new person may be added by this name.
    new: bool,
}

/// A text as it was read, with the people of the roll.
#[derive(Default)]
struct Sorted {
    /// Those whom the clerk has to decide about.
    asked: Vec<Line>,
    /// Those who are understood.
    clear: Vec<Line>,
    /// Names of nobody, or of several people.
    strange: Vec<Line>,
    /// People of the roll who aren't in the text.
    absent: Vec<(i64, String)>,
    /// Those of them who have no mark.
    open: Vec<i64>,
    left: Vec<String>,
    rest: Option<String>,
}

fn code(says: Says) -> &'static str {
    match says {
        Says::As(status) => status.as_str(),
        Says::MadeUp(_) => "made_up",
        Says::Ask => "",
    }
}

/// Reads a text for an activity; what was chosen on the form before is chosen again.
async fn sorted(site: &Site, visit: &Visit, activity: &Activity, text: &str, typed: &Fields) -> Result<Sorted> {
    let units = roll::roll(&site.app, &visit.actor, activity).await?;
    let mut by_name = roll::names(&units);
    let on_roll: Vec<String> = by_name.keys().cloned().collect();
    let reading = chat::read(text, &on_roll, activity.day.year());
    let missing: Vec<String> =
        reading.people.iter().filter(|named| !named.known).map(|named| named.name.clone()).collect();
    by_name.extend(naming::of_names(&site.app.db, &visit.actor, activity, &missing).await?);
    let rows: HashMap<i64, &roll::Row> =
        units.iter().flat_map(|unit| &unit.rows).map(|row| (row.person, row)).collect();
    let own = typed.pairs().next().is_some();
    let mut sorted = Sorted { left: reading.left, rest: reading.rest, ..Sorted::default() };
    let mut named_people: BTreeSet<i64> = BTreeSet::new();
    let mut strange: Vec<(Named, Vec<PersonId>)> = Vec::new();
    for named in reading.people {
        let found = by_name.get(&named.name).cloned().unwrap_or_default();
        let [one] = found.as_slice() else {
            named_people.extend(found.iter().map(|person| person.0));
            strange.push((named, found));
            continue;
        };
        named_people.insert(one.0);
        let mut line = line_of(site, activity, one.0.to_string(), &named);
        if let Some(row) = rows.get(&one.0) {
            line.reason = row.reasons.then(|| line.reason.unwrap_or_default());
            let marked = !row.status.is_empty();
            line.had = marked.then(|| (mark_words(site, visit, row), row.was()));
            line.scanned = row.scanned;
            // 补学 without a day says nothing against the day that is marked.
            let day = match named.says {
                Says::MadeUp(None) => row.made_up_on.clone(),
                Says::MadeUp(Some(day)) => Some(day.to_string()),
                _ => None,
            };
            let reason = line.reason.as_deref().filter(|reason| !reason.is_empty());
            line.same = marked && roll::mark_text(&line.says, day.as_deref(), reason) == row.was();
            if let Some(day) = row.made_up_on.as_ref().filter(|_| line.same) {
                line.made_up_on.clone_from(day);
            }
        } else {
            line.reason = None;
        }
        let clear = !line.says.is_empty() && (line.had.is_none() || line.same);
        if own {
            chosen_again(&mut line, typed);
        }
        if clear { sorted.clear.push(line) } else { sorted.asked.push(line) }
    }
    for row in units.iter().flat_map(|unit| &unit.rows).filter(|row| !named_people.contains(&row.person)) {
        sorted.absent.push((row.person, row.name.clone()));
        if row.status.is_empty() {
            sorted.open.push(row.person);
        }
    }
    let may_be_of: Vec<PersonId> = strange.iter().flat_map(|(_, found)| found.clone()).collect();
    let standing = people::Standings::read(&site.app.db, &may_be_of).await?;
    let unit_ids: Vec<_> = may_be_of
        .iter()
        .filter_map(|person| standing.on(*person, activity.day, activity.host_group))
        .map(|standing| standing.unit)
        .collect();
    let unit_names = federation::units::by_ids(&site.app.db, &unit_ids).await?;
    for (named, found) in strange {
        // By the name: once some are settled, the others keep what was chosen for them.
        let mut line = line_of(site, activity, format!("n:{}", named.name), &named);
        line.reason = None;
        line.new = found.is_empty();
        line.may_be = if found.is_empty() {
            sorted.absent.iter().map(|(person, name)| (person.to_string(), name.clone())).collect()
        } else {
            let unit = |person: &PersonId| {
                let standing = standing.on(*person, activity.day, activity.host_group);
                standing.and_then(|standing| unit_names.get(&standing.unit)).map_or("", |unit| unit.name.as_str())
            };
            found.iter().map(|person| (person.0.to_string(), format!("{}（{}）", named.name, unit(person)))).collect()
        };
        if own {
            chosen_again(&mut line, typed);
        }
        sorted.strange.push(line);
    }
    Ok(sorted)
}

fn line_of(site: &Site, activity: &Activity, key: String, named: &Named) -> Line {
    let day = match named.says {
        Says::MadeUp(Some(day)) => day,
        _ => site.app.today().max(activity.day),
    };
    Line {
        key,
        name: named.name.clone(),
        words: named.words.clone(),
        says: code(named.says).to_owned(),
        mentioned: named.mentioned,
        reason: named.reason.map(|reason| reason.as_str().to_owned()),
        made_up_on: day.to_string(),
        had: None,
        scanned: false,
        same: false,
        change: false,
        may_be: Vec::new(),
        who: String::new(),
        new: false,
    }
}

fn chosen_again(line: &mut Line, typed: &Fields) {
    let of = |name: &str| typed.text(&field(name, &line.key)).to_owned();
    let (says, who, made_up_on, reason) = (of("say"), of("who"), of("made_up"), of("reason"));
    line.change = typed.ticked(&field("change", &line.key));
    line.reason = line.reason.take().map(|_| reason);
    (line.says, line.who) = (says, who);
    if !made_up_on.is_empty() {
        line.made_up_on = made_up_on;
    }
}

/// A mark in words: 请假（病假）.
fn mark_words(site: &Site, visit: &Visit, row: &roll::Row) -> String {
    let words = site.pages.words(visit.language);
    let message = match row.status {
        "made_up" => "mark-word-made-up",
        "asked" => "mark-word-asked",
        status => Status::from_code(status).map_or("mark-word-off", Status::message),
    };
    let status = words.message(message, &[]);
    let reason = row.reason.and_then(LeaveReason::from_code).map(|reason| words.message(reason.message(), &[]));
    reason.map_or_else(|| status.clone(), |reason| format!("{status} · {reason}"))
}

/// The page that shows how a text was read.
pub(super) async fn reading_page(
    site: &Site,
    visit: &Visit,
    activity: &Activity,
    text: &str,
    (typed, faults): (&Fields, &Faults),
) -> Answer {
    let Sorted { asked, clear, strange, absent, open, left, rest } = sorted(site, visit, activity, text, typed).await?;
    let form = visit.form(site, typed, faults);
    let reasons: Vec<&str> = LeaveReason::ALL.into_iter().map(LeaveReason::as_str).collect();
    let none = asked.is_empty() && clear.is_empty() && strange.is_empty();
    let open_count = open.len();
    let open: Vec<String> = open.iter().map(ToString::to_string).collect();
    let absent: Vec<String> = absent.into_iter().map(|(_, name)| name).collect();
    let context = context! {
        activity => facts(site, visit, activity).await?, form => Serde(&form), text, reasons, none,
        asked => Serde(&asked), clear => Serde(&clear), strange => Serde(&strange), absent, left, rest,
        open => open.join(" "), open_count, rest_ticked => typed.ticked("rest"), version => activity.version,
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    visit.page_as(site, status, "activities/reading.html", context)
}

/// Whether a text can be read: it isn't empty, and not longer than any roll-call.
pub(super) fn readable(text: &str) -> std::result::Result<(), Refusal> {
    let letters = text.chars().count();
    if text.trim().is_empty() {
        Err(Refusal::new("paste-empty"))
    } else if letters > MOST_LETTERS {
        Err(Refusal::new("paste-too-long").with("letters", letters).with("most", MOST_LETTERS))
    } else {
        Ok(())
    }
}

/// Reads a roll-call pasted from a chat, and shows what it says. It marks nobody.
async fn paste(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = led(&site, &visit, id).await?;
    // The marks on the page are submitted too, so that nothing is lost.
    let HandedIn { changes, parts, .. } = handed_in(&fields)?;
    let saved = roll::save(&site.app, &visit.actor, activity.id, &changes, &parts).await;
    let mut faults = Faults::from_result(saved, &[])?.err().unwrap_or_default();
    let text = fields.raw("paste");
    if faults.is_empty() {
        faults.take("", readable(text));
    }
    if !faults.is_empty() {
        return roll_faults(&site, &visit, &activity, faults).await;
    }
    reading_page(&site, &visit, &activity, text, (&Fields::default(), &Faults::new())).await
}

/// Marks what was chosen on the page that shows how a text was read. Somebody who has a mark keeps it, unless the form says
/// that it is to be changed, and it is still the mark that the form showed.
async fn mark(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let text = fields.raw("text");
    readable(text)?;
    let decisions = match decisions(&fields)? {
        Ok(decisions) => decisions,
        Err(faults) => return reading_page(&site, &visit, &activity, text, (&fields, &faults)).await,
    };
    let named = named_on(&fields);
    let open = fields.text("open").split(' ').filter_map(|id| id.parse().ok()).map(PersonId);
    let rest: BTreeSet<PersonId> = open.filter(|person| fields.ticked("rest") && !named.contains(person)).collect();
    let marked = roll::mark_named(&site.app, &visit.actor, activity.id, &decisions, &rest).await;
    let marked = match Faults::from_result(marked, &[])? {
        Ok(marked) => marked,
        Err(faults) => return reading_page(&site, &visit, &activity, text, (&fields, &faults)).await,
    };
    let here = format!("/activities/{id}/attendance");
    let count = marked.count.to_string();
    if !marked.unchanged.is_empty() {
        let names = marked.unchanged.join("、");
        return visit.warned(&site, &here, "reading-kept", &[("count", &count), ("names", &names)]);
    }
    visit.done(&site, &here, "reading-done", &[("count", &count)])
}

/// Everybody whom the form names, by a line or as chosen for a name, whatever was decided: none of them is one of the others
/// of whom a text says that they came.
fn named_on(fields: &Fields) -> BTreeSet<PersonId> {
    let keys = fields.pairs().filter_map(|(name, value)| match name.strip_prefix("who-") {
        Some(_) => value.parse().ok(),
        None => name.strip_prefix("say-").or(name.strip_prefix("name-"))?.parse().ok(),
    });
    keys.map(PersonId).collect()
}

/// The name of a field of somebody's line.
fn field(name: &str, key: &str) -> String {
    format!("{name}-{key}")
}

/// Reads the form. A name that isn't settled is skipped unless somebody was chosen for it.
fn decisions(fields: &Fields) -> Result<std::result::Result<Vec<Decision>, Faults>> {
    let mut faults = Faults::new();
    let mut decisions: Vec<Decision> = Vec::new();
    for (name, value) in fields.pairs().filter(|(_, value)| !value.is_empty()) {
        let Some(key) = name.strip_prefix("say-") else { continue };
        let mut name = fields.text(&field("name", key)).to_owned();
        let person = match (key.parse::<i64>(), fields.text(&field("who", key))) {
            (Ok(person), _) => Some(PersonId(person)),
            (Err(_), "") => continue,
            (Err(_), "new") => {
                let Some(new) = tabular::person_name(&name) else { continue };
                name = new;
                None
            }
            (Err(_), who) => Some(PersonId(who.parse().map_err(|_| Refusal::new("request-odd"))?)),
        };
        let made_up_on = match value {
            "made_up" => faults.take("", fields.day(&field("made_up", key))).flatten(),
            _ => None,
        };
        let given = Given::from_form(value, made_up_on).ok_or_else(|| Refusal::new("request-odd"))?;
        let reason_field = field("reason", key);
        let reason = fields.pairs().any(|(name, _)| name == reason_field).then(|| fields.text(&reason_field));
        let same = |other: &&Decision| match person {
            Some(_) => other.person == person,
            None => other.person.is_none() && other.name == name,
        };
        if let Some(other) = decisions.iter().find(same).filter(|other| other.given != given) {
            faults.add("", Refusal::new("reading-twice").with("name", &other.name).with("other", &name));
        }
        let instead_of = fields.ticked(&field("change", key)).then(|| fields.text(&field("had", key)).to_owned());
        decisions.push(Decision { name, person, given, reason: reason.map(LeaveReason::from_code), instead_of });
    }
    Ok(if faults.is_empty() { Ok(decisions) } else { Err(faults) })
}
