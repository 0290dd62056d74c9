//! A text or a file that says who took part, against the roll of an activity: what is understood, and what has to be decided.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveTime;
use desk::{
    actor::Actor,
    app::App,
    decoding::{self, Share},
    error::{AppError, Result},
};
use federation::{imports::read_sheets, people};
use kernel::{PersonId, RecordId, Refusal};
use serde::Serialize;
use tabular::Stop;

use super::{
    chat::Says,
    member_list::{self, Known, Least, Member, NoList, Session, Stay},
    model::{Activity, LeaveReason},
    naming, nicknames,
    reach::must_lead_records,
    roll::{self, Decision, Given},
    store,
};

/// Somebody whom a text names.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Part of the names of its fields in the form: the person's key, or `n:` and the name where it isn't settled.
    pub(super) key: String,
    /// The name.
    pub(super) name: String,
    /// The nickname by which the person was recognised.
    pub(super) nickname: Option<String>,
    /// What is written.
    pub(super) words: String,
    /// What follows from it.
    pub(super) says: Says,
    /// Whether the text only mentions the person.
    pub(super) mentioned: bool,
    /// How long the person was in the meeting.
    pub(super) stay: Option<Stay>,
    /// The reason of a leave; the field exists only for those who lead the person's group.
    pub(super) reason: Option<String>,
    /// The day of 补学.
    pub(super) made_up_on: String,
    /// The person's row on the roll, if the name is settled and the person has a mark.
    pub(super) had: Option<roll::Row>,
    /// Whether the person has the mark that the text says.
    pub(super) same: bool,
    /// For a name that isn't settled: the people whom it may mean, each with how a form calls them.
    pub(super) may_be: Vec<(PersonId, String)>,
    /// Whom the name means, if it is settled.
    pub(super) person: Option<PersonId>,
    /// Whether a new person may be added by this name.
    pub(super) new: bool,
}

/// A text as it was read, with the people of the roll.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    /// Those whom the clerk has to decide about.
    pub(super) asked: Vec<Line>,
    /// Those who are understood.
    pub(super) clear: Vec<Line>,
    /// Names of nobody, or of several people.
    pub(super) strange: Vec<Line>,
    /// People of the roll who aren't in the text.
    pub(super) absent: Vec<(PersonId, String)>,
    /// Those of them who have no mark.
    pub(super) open: Vec<PersonId>,
    pub(super) left: Vec<String>,
    pub(super) rest: Option<String>,
    /// Headings of columns that were not read.
    pub(super) unread: Vec<String>,
    /// For the members of a meeting, how many minutes are enough.
    pub(super) enough: Option<i64>,
}

/// The value of a form for what a text says.
pub(super) fn code(says: Says) -> &'static str {
    match says {
        Says::As(status) => status.as_str(),
        Says::MadeUp(_) => "made_up",
        Says::Ask => "",
    }
}

/// The day and times of an activity.
fn session_of(activity: &Activity) -> Session {
    let time = |text: &Option<String>| NaiveTime::parse_from_str(text.as_deref()?, "%H:%M").ok();
    Session { day: activity.day, from: time(&activity.time_from), to: time(&activity.time_to) }
}

/// Whether a text can be read: it isn't empty, and not longer than any roll-call or list.
pub(super) fn readable(text: &str) -> std::result::Result<(), Refusal> {
    let (letters, most) = (text.chars().count(), member_list::most_letters(text));
    if text.trim().is_empty() {
        Err(Refusal::new("paste-empty"))
    } else if letters > most {
        Err(Refusal::new("paste-too-long").with("letters", letters).with("most", most))
    } else {
        Ok(())
    }
}

/// A file as the text that is read, and the names of sheets that are left out.
pub(super) async fn text_of_file(name: &str, bytes: Vec<u8>) -> Result<(String, Vec<String>)> {
    let turn = decoding::turn(Share::of_bytes(bytes.len() as u64)).await?;
    let file = name.to_owned();
    let (text, others) = turn.run(move |stop| read_file(&file, &bytes, stop)).await??;
    readable(&text)?;
    Ok((text, others))
}

fn read_file(name: &str, bytes: &[u8], stop: Stop<'_>) -> Result<(String, Vec<String>)> {
    let sheets = match read_sheets(name, bytes, stop) {
        // In a chat a quotation mark need not be closed.
        Err(AppError::Refused(refusal)) if refusal.code == "file-open-quote" => Vec::new(),
        read => read?,
    };
    if let Some(text) = tabular::plain_text(bytes).filter(|_| !member_list::is_table(&sheets)) {
        return Ok((text, Vec::new()));
    }
    member_list::text_of(&sheets).map_err(|fault| {
        let refusal = match fault {
            NoList::Several(sheets) => Refusal::new("list-several").with("sheets", sheets.join("、")),
            NoList::TooLong(letters) => {
                Refusal::new("list-too-long").with("letters", letters).with("most", member_list::MOST_LETTERS)
            }
        };
        refusal.with("file", name).into()
    })
}

/// Reads a text for an activity.
pub(super) async fn sorted(app: &App, actor: &Actor, activity: &Activity, text: &str, least: Least) -> Result<Sorted> {
    let units = roll::roll(app, actor, activity).await?;
    let rows: HashMap<PersonId, &roll::Row> =
        units.iter().flat_map(|unit| &unit.rows).map(|row| (PersonId(row.person), row)).collect();
    let mut by_name = roll::names(&units);
    let on_roll: Vec<String> = by_name.keys().cloned().collect();
    let everybody: Vec<PersonId> = rows.keys().copied().collect();
    let by_nickname = nicknames::of_people(&app.db, &everybody).await?;
    // Whoever has a namesake on the roll is asked about, as if the name were written.
    let called: HashMap<String, Option<String>> = by_nickname
        .iter()
        .map(|(nickname, people)| {
            let of = if let [one] = people.as_slice() { rows.get(one).map(|row| row.name.clone()) } else { None };
            (nickname.clone(), of.filter(|name| by_name.get(name).is_some_and(|found| found.len() == 1)))
        })
        .collect();
    let known = Known { names: &on_roll, nicknames: &called };
    let reading = member_list::read(text, &known, session_of(activity), least);
    let is_missing = |member: &&Member| !member.named.known;
    let missing: Vec<String> =
        reading.people.iter().filter(is_missing).map(|member| member.named.name.clone()).collect();
    by_name.extend(naming::of_names(&app.db, actor, activity, &missing).await?);
    let mut sorted = Sorted {
        left: reading.left,
        rest: reading.rest,
        unread: reading.unread,
        enough: reading.enough,
        ..Sorted::default()
    };
    let mut named_people: BTreeSet<PersonId> = BTreeSet::new();
    let mut strange: Vec<(Member, Vec<PersonId>)> = Vec::new();
    for member in reading.people {
        let name = &member.named.name;
        let found = by_name.get(name).or_else(|| by_nickname.get(name)).cloned().unwrap_or_default();
        let [one] = found.as_slice() else {
            named_people.extend(&found);
            strange.push((member, found));
            continue;
        };
        named_people.insert(*one);
        let mut line = line_of(app, activity, member);
        line.key = line.nickname.as_ref().map_or_else(|| one.0.to_string(), |nickname| format!("n:{nickname}"));
        line.person = Some(*one);
        settle(&mut line, rows.get(one).copied());
        let clear = line.says != Says::Ask && (line.had.is_none() || line.same);
        if clear { sorted.clear.push(line) } else { sorted.asked.push(line) }
    }
    for row in units.iter().flat_map(|unit| &unit.rows).filter(|row| !named_people.contains(&PersonId(row.person))) {
        sorted.absent.push((PersonId(row.person), row.name.clone()));
        if row.status.is_empty() {
            sorted.open.push(PersonId(row.person));
        }
    }
    sorted.strange = unsettled(app, activity, strange, &sorted.absent).await?;
    // Whoever is recognised by a nickname may be somebody else after all.
    for line in sorted.asked.iter_mut().chain(&mut sorted.clear).filter(|line| line.nickname.is_some()) {
        let own = line.person.map(|person| (person, line.name.clone()));
        line.may_be = own.into_iter().chain(sorted.absent.clone()).collect();
    }
    Ok(sorted)
}

/// Sets what the roll says of somebody whose name is settled.
fn settle(line: &mut Line, row: Option<&roll::Row>) {
    let Some(row) = row else {
        line.reason = None;
        return;
    };
    line.name.clone_from(&row.name);
    line.reason = row.reasons.then(|| line.reason.take().unwrap_or_default());
    let marked = !row.status.is_empty();
    line.had = marked.then(|| row.clone());
    // 补学 without a day says nothing against the day that is marked.
    let day = match line.says {
        Says::MadeUp(None) => row.made_up_on.clone(),
        Says::MadeUp(Some(day)) => Some(day.to_string()),
        _ => None,
    };
    let reason = line.reason.as_deref().filter(|reason| !reason.is_empty());
    line.same = marked && roll::mark_text(code(line.says), day.as_deref(), reason) == row.was();
    if let Some(day) = row.made_up_on.as_ref().filter(|_| line.same) {
        line.made_up_on.clone_from(day);
    }
}

/// The most names that nobody has, or several people, on one page.
const MOST_UNSETTLED: usize = 2_000;
/// The most people that a page offers for such names in all; after that only those are offered whose name is within what is written.
const MOST_OFFERED: usize = 50_000;

/// The lines of names that nobody has, or several people.
async fn unsettled(
    app: &App,
    activity: &Activity,
    strange: Vec<(Member, Vec<PersonId>)>,
    absent: &[(PersonId, String)],
) -> Result<Vec<Line>> {
    if strange.len() > MOST_UNSETTLED {
        return Err(Refusal::new("list-many-unknown").with("count", strange.len()).with("most", MOST_UNSETTLED).into());
    }
    let mut offers = MOST_OFFERED;
    let may_be_of: Vec<PersonId> = strange.iter().flat_map(|(_, found)| found.clone()).collect();
    let standing = people::Standings::read(&app.db, &may_be_of).await?;
    let named = people::store::by_ids(&app.db, &may_be_of).await?;
    let unit_ids: Vec<_> = may_be_of
        .iter()
        .filter_map(|person| standing.on(*person, activity.day, activity.host_group))
        .map(|standing| standing.unit)
        .collect();
    let unit_names = federation::units::by_ids(&app.db, &unit_ids).await?;
    let lines = strange.into_iter().map(|(member, found)| {
        // Names of the roll within it come first.
        let within: Vec<String> = member.may_be.clone();
        let mut line = line_of(app, activity, member);
        line.reason = None;
        line.new = found.is_empty();
        line.may_be = if found.is_empty() {
            let is_within = |(_, name): &&(PersonId, String)| within.contains(name);
            let mut offered: Vec<_> = absent.iter().filter(is_within).cloned().collect();
            if let Some(left) = offers.checked_sub(absent.len()) {
                offers = left;
                offered.extend(absent.iter().filter(|person| !is_within(person)).cloned());
            }
            offered
        } else {
            let unit = |person: &PersonId| {
                let standing = standing.on(*person, activity.day, activity.host_group);
                standing.and_then(|standing| unit_names.get(&standing.unit)).map_or("", |unit| unit.name.as_str())
            };
            let name = |person: &PersonId| named.get(person).map_or(line.name.as_str(), |person| person.name.as_str());
            found.iter().map(|person| (*person, format!("{}（{}）", name(person), unit(person)))).collect()
        };
        line
    });
    Ok(lines.collect())
}

fn line_of(app: &App, activity: &Activity, member: Member) -> Line {
    let Member { named, stay, nickname, .. } = member;
    let day = match named.says {
        Says::MadeUp(Some(day)) => day,
        _ => app.today().max(activity.day),
    };
    Line {
        // By the name: once some are settled, the others keep what was chosen for them.
        key: format!("n:{}", named.name),
        name: named.name,
        nickname,
        words: named.words,
        says: named.says,
        mentioned: named.mentioned,
        stay,
        reason: named.reason.map(|reason| reason.as_str().to_owned()),
        made_up_on: day.to_string(),
        had: None,
        same: false,
        may_be: Vec::new(),
        person: None,
        new: false,
    }
}

/// The least time in a meeting that is taken unless another is given.
pub(crate) const LEAST: &str = Least::DEFAULT;

/// What is said beside a list on the command line.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// How long is enough in a meeting.
    pub(crate) least: String,
    /// Whose nicknames are; they are remembered.
    pub(crate) assigned: Vec<(String, PersonId)>,
    /// Whether marks that were made before are changed.
    pub(crate) change: bool,
}

/// A list as it was read, and what is marked.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) people: Vec<OfPerson>,
    pub(crate) absent: Vec<String>,
    pub(crate) left: Vec<String>,
    pub(crate) unread: Vec<String>,
    pub(crate) other_sheets: Vec<String>,
    pub(crate) enough: Option<i64>,
    pub(crate) decisions: Vec<Decision>,
}

/// Somebody on a list.
#[derive(Debug, Serialize)]
pub(crate) struct OfPerson {
    pub(crate) name: String,
    pub(crate) person: Option<PersonId>,
    pub(crate) nickname: Option<String>,
    pub(crate) words: String,
    /// The status; empty if it is asked.
    pub(crate) says: &'static str,
    pub(crate) minutes: Option<i64>,
    /// Why nobody is marked: `asked`, `unknown`, `marked` for a mark that stays; empty for somebody who is marked.
    pub(crate) open: &'static str,
}

/// Reads a list that comes as a file, for the command line. It marks nobody.
pub(crate) async fn of_file(
    app: &App,
    actor: &Actor,
    id: RecordId,
    (name, bytes): (&str, Vec<u8>),
    wanted: &Wanted,
) -> Result<Told> {
    must_lead_records(&app.db, actor, &[id]).await?;
    let unknown = || Refusal::unknown("activity-unknown").with("id", id);
    let activity = store::by_ids(&app.db, &[id]).await?.pop().ok_or_else(unknown)?;
    let (text, other_sheets) = text_of_file(name, bytes).await?;
    let sorted = sorted(app, actor, &activity, &text, Least::from_text(&wanted.least)?).await?;
    let written: BTreeSet<String> = sorted.strange.iter().map(|line| member_list::nickname_of(&line.name)).collect();
    let is_written = |(nickname, _): &&(String, PersonId)| !written.contains(&member_list::nickname_of(nickname));
    if let Some((nickname, _)) = wanted.assigned.iter().find(is_written) {
        return Err(Refusal::new("nickname-not-there").with("nickname", nickname).into());
    }
    let (mut people, mut decisions) = (Vec::new(), Vec::new());
    for line in sorted.clear.into_iter().chain(sorted.asked).chain(sorted.strange) {
        let nickname = member_list::nickname_of(&line.name);
        let given = wanted.assigned.iter().find(|(known, _)| member_list::nickname_of(known) == nickname);
        let given = given.filter(|_| line.person.is_none()).map(|(_, person)| *person);
        let person = line.person.or(given);
        let stays = line.had.is_some() && !line.same && !wanted.change;
        let open = match (person, line.says) {
            (None, _) => "unknown",
            (Some(_), Says::Ask) => "asked",
            (Some(_), _) if stays => "marked",
            _ => "",
        };
        if let Some(person) = person.filter(|_| open.is_empty()) {
            let made_up_on = if let Says::MadeUp(day) = line.says { day } else { None };
            let given_as = Given::from_form(code(line.says), made_up_on).unwrap_or(Given::Clear);
            decisions.push(Decision {
                name: line.name.clone(),
                person: Some(person),
                given: given_as,
                reason: line.reason.as_deref().map(LeaveReason::from_code),
                instead_of: line.had.as_ref().filter(|_| wanted.change).map(roll::Row::was),
                nickname: given.map(|_| nickname),
            });
        }
        people.push(OfPerson {
            person,
            words: line.words,
            says: code(line.says),
            minutes: line.stay.map(|stay| stay.minutes),
            nickname: line.nickname,
            name: line.name,
            open,
        });
    }
    Ok(Told {
        people,
        absent: sorted.absent.into_iter().map(|(_, name)| name).collect(),
        left: sorted.left,
        unread: sorted.unread,
        other_sheets,
        enough: sorted.enough,
        decisions,
    })
}
