//! Pages: a pasted roll-call as it was read, shown before anybody is marked, and the form that marks.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use desk::{
    error::{AppError, Result},
    router::{Route, act},
    serve::Site,
    ui::{Answer, Faults, Visit},
};
use kernel::{PersonId, Refusal};
use minijinja::{context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    member_list::{self, Doubt, Least},
    model::{Activity, LeaveReason, Status},
    pages::{facts, led},
    reading::{self, Line, code, readable},
    roll::{self, Decision, Given},
    roll_pages::{HandedIn, handed_in, roll_faults},
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        act("/activities/{id}/attendance/paste", paste),
        act("/activities/{id}/attendance/file", file),
        act("/activities/{id}/attendance/read", mark),
    ]
}

/// Somebody whom the text names, as the form shows it.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "what the template asks, each by itself")]
struct Shown {
    /// Part of the names of its fields.
    key: String,
    name: String,
    /// The nickname by which the person was recognised.
    nickname: Option<String>,
    words: String,
    /// The status that is chosen; empty if none is.
    says: String,
    mentioned: bool,
    /// Minutes in the meeting, and what is doubtful about them.
    stay: Option<(i64, &'static str)>,
    late: bool,
    /// The reason that is chosen; the field exists only for those who lead the person's group.
    reason: Option<String>,
    made_up_on: String,
    /// The mark that the person has already, in words, and as it is submitted again.
    had: Option<(String, String)>,
    /// Whether that mark was a scan.
    scanned: bool,
    same: bool,
    /// Whether the mark is to be changed.
    change: bool,
    /// The people whom a name may mean.
    may_be: Vec<(String, String)>,
    /// Who was chosen of them.
    who: String,
    /// Whether a new person may be added by this name.
    new: bool,
    /// Whether the name may be remembered for whoever is chosen.
    may_remember: bool,
    remember: bool,
    forget: bool,
}

impl Shown {
    /// A line as the form shows it; what was chosen on the form before is chosen again.
    fn new(site: &Site, visit: &Visit, line: Line, typed: &Fields) -> Self {
        let of = |name: &str| typed.text(&field(name, &line.key)).to_owned();
        let ticked = |name: &str| typed.ticked(&field(name, &line.key));
        let own = typed.pairs().any(|(name, _)| name == field("say", &line.key));
        let person = line.person.map(|person| person.0.to_string()).unwrap_or_default();
        let made_up_on = of("made_up");
        // A person's own name is no nickname.
        let may_remember = line.new && line.person.is_none();
        Self {
            says: if own { of("say") } else { code(line.says).to_owned() },
            reason: line.reason.map(|reason| if own { of("reason") } else { reason }),
            made_up_on: if made_up_on.is_empty() { line.made_up_on } else { made_up_on },
            change: ticked("change"),
            who: if own { of("who") } else { person },
            remember: may_remember && (!own || ticked("remember")),
            forget: ticked("forget"),
            stay: line.stay.map(|stay| (stay.minutes, stay.doubt.map_or("", Doubt::as_str))),
            late: line.stay.is_some_and(|stay| stay.late),
            had: line.had.as_ref().map(|row| (mark_words(site, visit, row), row.was())),
            scanned: line.had.as_ref().is_some_and(|row| row.scanned),
            may_be: line.may_be.into_iter().map(|(person, name)| (person.0.to_string(), name)).collect(),
            key: line.key,
            name: line.name,
            nickname: line.nickname,
            words: line.words,
            mentioned: line.mentioned,
            same: line.same,
            new: line.new,
            may_remember,
        }
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

/// What is read: a text, how long is enough in a meeting, and the sheets of its file that are left out.
pub(super) struct Source<'s> {
    text: &'s str,
    least: &'s str,
    other_sheets: &'s str,
}

impl<'s> Source<'s> {
    /// A pasted text.
    pub(super) fn pasted(text: &'s str) -> Self {
        Self { text, least: Least::DEFAULT, other_sheets: "" }
    }

    fn from_form(fields: &'s Fields) -> Self {
        let least = fields.some("least").unwrap_or(Least::DEFAULT);
        Self { text: fields.raw("text"), least, other_sheets: fields.text("other_sheets") }
    }
}

/// The page that shows how a text was read.
pub(super) async fn reading_page(
    site: &Site,
    visit: &Visit,
    activity: &Activity,
    source: &Source<'_>,
    (typed, faults): (&Fields, &Faults),
) -> Answer {
    let Source { text, least, other_sheets } = *source;
    let needed = Least::from_text(least).or_else(|_| Least::from_text(Least::DEFAULT))?;
    let sorted = reading::sorted(&site.app, &visit.actor, activity, text, needed).await?;
    let reading::Sorted { asked, clear, strange, absent, open, left, rest, unread, enough } = sorted;
    let shown = |lines: Vec<Line>| -> Vec<Shown> {
        lines.into_iter().map(|line| Shown::new(site, visit, line, typed)).collect()
    };
    let (asked, clear, strange) = (shown(asked), shown(clear), shown(strange));
    let form = visit.form(site, typed, faults);
    let reasons: Vec<&str> = LeaveReason::ALL.into_iter().map(LeaveReason::as_str).collect();
    let none = asked.is_empty() && clear.is_empty() && strange.is_empty();
    let open_count = open.len();
    let open: Vec<String> = open.iter().map(|person| person.0.to_string()).collect();
    let absent: Vec<String> = absent.into_iter().map(|(_, name)| name).collect();
    let context = context! {
        activity => facts(site, visit, activity).await?, form => Serde(&form), text, least, other_sheets, reasons, none,
        asked => Serde(&asked), clear => Serde(&clear), strange => Serde(&strange), absent, left, rest, unread, enough,
        open => open.join(" "), open_count, rest_ticked => typed.ticked("rest"), version => activity.version,
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    visit.page_as(site, status, "activities/reading.html", context)
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
    reading_page(&site, &visit, &activity, &Source::pasted(text), (&Fields::default(), &Faults::new())).await
}

/// Reads a list that comes as a file: the members of a meeting, answers to a form, a chat. It marks nobody.
async fn file(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let read = match (fields.file("file"), Least::from_text(fields.some("least").unwrap_or(Least::DEFAULT))) {
        (_, Err(refusal)) => Err(AppError::from(refusal)),
        (None, _) => Err(Refusal::new("file-missing").into()),
        (Some(file), _) => reading::text_of_file(&file.name, file.bytes.clone()).await,
    };
    let (text, others) = match Faults::from_result(read, &[])? {
        Ok(read) => read,
        Err(faults) => return roll_faults(&site, &visit, &activity, faults).await,
    };
    let others = others.join("、");
    let source = Source { text: &text, other_sheets: &others, ..Source::from_form(&fields) };
    reading_page(&site, &visit, &activity, &source, (&Fields::default(), &Faults::new())).await
}

/// Marks what was chosen on the page that shows how a text was read. Somebody who has a mark keeps it, unless the form says
/// that it is to be changed, and it is still the mark that the form showed.
async fn mark(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let source = Source::from_form(&fields);
    readable(source.text)?;
    if fields.text("do") == "again" {
        // With another least time everybody is read anew: what was chosen before belongs to the old reading.
        let mut faults = Faults::new();
        faults.take("", Least::from_text(source.least));
        return reading_page(&site, &visit, &activity, &source, (&Fields::default(), &faults)).await;
    }
    let decisions = match decisions(&fields)? {
        Ok(decisions) => decisions,
        Err(faults) => return reading_page(&site, &visit, &activity, &source, (&fields, &faults)).await,
    };
    let forgotten = fields.pairs().filter_map(|(name, _)| name.strip_prefix("forget-n:"));
    let forgotten: BTreeSet<String> = forgotten.map(member_list::nickname_of).collect();
    let named = named_on(&fields);
    let open = fields.text("open").split(' ').filter_map(|id| id.parse().ok()).map(PersonId);
    let rest: BTreeSet<PersonId> = open.filter(|person| fields.ticked("rest") && !named.contains(person)).collect();
    let marked = roll::mark_named(&site.app, &visit.actor, activity.id, &decisions, &rest, &forgotten).await;
    let marked = match Faults::from_result(marked, &[])? {
        Ok(marked) => marked,
        Err(faults) => return reading_page(&site, &visit, &activity, &source, (&fields, &faults)).await,
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
        let written = key.strip_prefix("n:").map(member_list::nickname_of);
        let nickname = written.filter(|_| person.is_some() && fields.ticked(&field("remember", key)));
        let reason = reason.map(LeaveReason::from_code);
        decisions.push(Decision { name, person, given, reason, instead_of, nickname });
    }
    Ok(if faults.is_empty() { Ok(decisions) } else { Err(faults) })
}
