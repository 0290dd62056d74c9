//! Actions on growth records: building one, the person's own words, who looked.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
};
use federation::{
    groups,
    people::{self, list},
    units,
};
use kernel::{DAY_ONE, GroupId, Period, PersonId, Refusal, UnitId};
use ledger::db;

use super::{
    model::{Asked, Growth, Words},
    rules::{self, Entries},
    store,
};
use crate::features::{hours, plans, watch};

fn unknown(person: PersonId) -> Refusal {
    Refusal::unknown("person-unknown").with("name", person)
}

/// The growth record of a person whom the actor may see, of one year or of all. To a unit that the person has left it ends with the last
/// day there.
pub async fn build(app: &App, actor: &Actor, person: PersonId, year: Option<i32>) -> Result<Growth> {
    let (db, today) = (&app.db, app.today());
    let scope = actor.scope(Action::People);
    let reached = list::reach(db, &scope, person, today).await?.ok_or_else(|| unknown(person))?;
    let name = people::store::by_ids(db, &[person]).await?.remove(&person).ok_or_else(|| unknown(person))?.name;
    let last = reached.no_later(today);
    let period = match year {
        None => Period { from: DAY_ONE, to: last },
        Some(year) => {
            let first = first_of(year, today)?;
            let end = kernel::last_of_month(first.with_month(12).unwrap_or(first));
            reached.within(Period { from: first, to: end.min(last).max(first) })
        }
    };
    let kinds = app.kinds();
    let all = Period { from: DAY_ONE, to: last };
    let mut entries = Entries::new();
    for kind in rules::KINDS {
        entries.insert(kind, ledger::of_people(db, &kinds, kind, &[person], all).await?);
    }
    let learned = ledger::of_people(db, &kinds, hours::TIME, &[person], all).await?;
    let titles = app.titles(&rules::records(&entries)).await?;
    // What the person wrote on the year in which a unit was left is not written for that unit.
    let mut written = store::words_of(db, person).await?;
    written.retain(|words| !reached.has_ended() || words.year < i64::from(last.year()));
    let years = rules::years(
        &rules::items(&entries, &titles, all),
        learned
            .iter()
            .map(|entry| entry.day.year())
            .chain(written.iter().filter_map(|words| words.year.try_into().ok())),
        last,
    );
    let learned = learned.iter().filter(|entry| period.contains(entry.day)).map(|entry| entry.quantity).sum();
    let items = rules::items(&entries, &titles, period);
    let totals = rules::totals(&items, learned, period, today);
    let mut postings = people::store::postings_of(db, &[person]).await?;
    postings.retain(|posting| reached.days(posting.days).is_some());
    postings.sort_by_key(|posting| std::cmp::Reverse(posting.days.from));
    let units: Vec<UnitId> = postings.iter().map(|posting| posting.unit).collect();
    let named = units::by_ids(db, &units).await?;
    let postings = postings.into_iter().map(|posting| {
        let unit = named.get(&posting.unit).map(|unit| unit.name.clone()).unwrap_or_default();
        let until = reached.days(posting.days).and_then(|days| days.to);
        (unit, posting.duty, posting.days.from, until)
    });
    written.retain(|words| (i64::from(period.from.year())..=i64::from(period.to.year())).contains(&words.year));
    let asked = if reached.has_ended() || !period.contains(today) { Vec::new() } else { asked(app, person).await? };
    let postings = postings.collect();
    Ok(Growth { person, name, postings, period, years, items, totals, words: written, asked })
}

/// The first day of a year that may be asked for.
fn first_of(year: i32, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    let is_year = (1900..=today.year()).contains(&year);
    let first = NaiveDate::from_ymd_opt(year, 1, 1).filter(|_| is_year);
    first.ok_or_else(|| Refusal::new("growth-year").with("year", year))
}

/// What the rules of a person's groups still ask this year, and what should have been learned by now.
async fn asked(app: &App, person: PersonId) -> Result<Vec<Asked>> {
    /// Texts that are named.
    const TEXTS: u64 = 10;
    let today = app.today();
    let year = Period { from: today.with_ordinal(1).unwrap_or(today), to: today };
    let learned = ledger::of_people(&app.db, &app.kinds(), hours::TIME, &[person], year).await?;
    let has: i64 = learned.iter().map(|entry| entry.quantity).sum();
    let mut asked = Vec::new();
    let memberships = people::store::memberships_of(&app.db, &[person]).await?;
    let current = memberships.into_iter().filter(|membership| !membership.void && membership.days.contains(today));
    let since: HashMap<GroupId, NaiveDate> =
        current.map(|membership| (membership.group, membership.days.from)).collect();
    let groups = groups::store::by_ids(&app.db, &since.keys().copied().collect::<Vec<_>>()).await?;
    let mut groups: Vec<_> = groups.into_values().filter(|group| group.least_hours_year > 0).collect();
    groups.sort_by_key(|group| group.id);
    for group in groups {
        let wanted = watch::wanted_by(group.least_hours_year, today, since[&group.id]);
        if has < wanted {
            let [has, wanted] = [has, wanted].map(|tenths| ledger::in_parts(tenths, 10));
            asked.push(Asked { what: "growth-asks-hours", has, wanted, of: group.name });
        }
    }
    for item in plans::store::to_learn(&app.db, person, today, TEXTS).await? {
        if item.required && item.due_on < today {
            let parts: Vec<String> = [item.material, item.text].into_iter().flatten().collect();
            let (has, wanted) = (String::new(), item.due_on.to_string());
            asked.push(Asked { what: "growth-asks-reading", has, wanted, of: parts.join(" ") });
        }
    }
    Ok(asked)
}

/// Stores the person's own words on a year; only the person may write them.
pub async fn write_words(app: &App, actor: &Actor, words: Words) -> Result<()> {
    let person = actor.person.ok_or_else(|| Refusal::new("growth-nobody"))?;
    let length = words.words.chars().count();
    if length > rules::WORDS {
        return Err(Refusal::new("growth-words-long").with("length", length).with("most", rules::WORDS).into());
    }
    first_of(words.year.try_into().unwrap_or(0), app.today())?;
    let tx = db::begin(&app.db).await?;
    if !store::set_words(&tx, person, &words).await? {
        return Err(db::changed_meanwhile(words.year).into());
    }
    tx.commit().await?;
    Ok(())
}

/// Notes that somebody else looks at a person's growth record, once a day; the person sees it.
pub async fn note_look(app: &App, actor: &Actor, person: PersonId) -> Result<()> {
    let (looker, today) = ((person, actor.account), app.today());
    if actor.person == Some(person) || store::has_looked(&app.db, looker, today).await? {
        return Ok(());
    }
    let tx = db::begin_apart(&app.db).await?;
    store::add_look(&tx, looker, today).await?;
    tx.commit().await?;
    Ok(())
}
