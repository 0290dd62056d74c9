//! What people earned on other platforms in the last months, and how many took part in online classes.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use desk::{actor::Actor, app::App, error::Result};
use kernel::{RecordId, month_of};

use super::{
    Span,
    city::{COMMUNITY, City, DISTRICT, Level, STREET},
    dice::Dice,
    filling::Numbers,
    people::Person,
};
use crate::features::external::{
    Amounts, Handed, actions,
    classes::{self, Class},
    goals::{self, Goal},
};

/// Months of results.
const MONTHS: u32 = 4;

/// What one person earned in a month.
#[derive(Debug)]
struct Earned {
    person: usize,
    platform: &'static str,
    amounts: Amounts,
}

/// A class of a district.
#[derive(Debug)]
struct Held {
    unit: usize,
    issue: u32,
    opened_on: NaiveDate,
    participants: i64,
    base: i64,
}

/// All results and classes, by the first day of the month.
#[derive(Debug, Default)]
pub(super) struct Online {
    earned: BTreeMap<NaiveDate, Vec<Earned>>,
    held: BTreeMap<NaiveDate, Vec<Held>>,
    /// People whose result of the last month waits to be attested.
    waiting: Vec<usize>,
}

impl Online {
    pub(super) fn new(seed: u64, city: &City, people: &[Person], span: &Span) -> Self {
        let mut dice = Dice::new(seed, 11);
        let mut online = Self::default();
        let this = span.today.with_day(1).unwrap_or(span.today);
        let community = city.of_code(COMMUNITY);
        for before in (1..=MONTHS).rev() {
            let month = this - Months::new(before);
            let earned = online.earned.entry(month).or_default();
            let mut seats = 0;
            for (number, person) in people.iter().enumerate() {
                let Some(stay) = person.stay(month) else { continue };
                let shown = stay.unit == community;
                if !shown && !dice.per_mille(280) {
                    continue;
                }
                seats += usize::from(shown);
                // In the group of the demo account two results still have to be attested by its leader.
                if shown && before == 1 && (2..=3).contains(&seats) {
                    online.waiting.push(number);
                    continue;
                }
                let platform = dice.pick(&["qiangguo", "qiangguo", "dengta"]);
                let hours = dice.per_mille(200).then(|| dice.between(2, 16) * 30);
                let amounts = Amounts { points: Some(dice.between(120, 1_300)), minutes: hours, classes: None };
                earned.push(Earned { person: number, platform, amounts });
            }
        }
        for unit in city.at(Level::District) {
            let code = &city.units[unit].code;
            let base = people.iter().filter(|person| {
                person.stay(this).is_some_and(|stay| city.units[stay.unit].code.starts_with(code.as_str()))
            });
            let base = base.count() as i64;
            for (issue, before) in [(11, 2), (12, 1)] {
                let month = this - Months::new(before);
                let opened_on = month.with_day(6).unwrap_or(month);
                let participants = base * dice.between(62, 97) / 100;
                online.held.entry(month).or_default().push(Held { unit, issue, opened_on, participants, base });
            }
        }
        online
    }

    /// Enters a month once it is over.
    pub(super) async fn fill_month(
        &self,
        app: &App,
        actor: &Actor,
        (city, told): (&City, &Numbers),
        month: NaiveDate,
    ) -> Result<()> {
        let number = month_of(month);
        if let Some(earned) = self.earned.get(&month) {
            if self.earned.first_key_value().is_some_and(|(first, _)| *first == month) {
                self.goals(app, actor, (city, told), number).await?;
            }
            let handed = earned.iter().map(|earned| Handed {
                person: told.person(earned.person),
                platform: earned.platform.to_owned(),
                month: number,
                amounts: earned.amounts,
                note: None,
                theme: None,
            });
            actions::add_all(app, actor, handed.collect()).await?;
        }
        if self.earned.last_key_value().is_some_and(|(last, _)| *last == month) {
            for person in &self.waiting {
                let person = told.person(*person);
                let amounts = Amounts { points: Some(640), ..Amounts::default() };
                let handed =
                    Handed { person, platform: "qiangguo".to_owned(), month: number, amounts, note: None, theme: None };
                // As if the person submitted it: it waits to be attested.
                let own = Actor { person: Some(person), ..actor.clone() };
                actions::add(app, &own, handed).await?;
            }
        }
        if let Some(classes_held) = self.held.get(&month) {
            let season = format!("{}年第{}季", month.year(), month.month0() / 3 + 1);
            let classes = classes_held.iter().map(|class| Class {
                id: RecordId(0),
                unit: told.unit(class.unit),
                platform: "daxuexi".to_owned(),
                season: season.clone(),
                issue: format!("第{}期", class.issue),
                opened_on: class.opened_on,
                participants: class.participants,
                base: class.base,
                level: None,
                void: false,
                void_reason: None,
                replaces: None,
                version: 1,
            });
            classes::add_all(app, actor, classes.collect(), false).await?;
        }
        Ok(())
    }

    /// The street's goal for a month, and the district's for a year.
    async fn goals(&self, app: &App, actor: &Actor, (city, told): (&City, &Numbers), month: i64) -> Result<()> {
        for (code, per, amount) in [(STREET, "month", 300), (DISTRICT, "year", 6_000)] {
            let goal = Goal {
                id: 0,
                unit: told.unit(city.of_code(code)),
                platform: None,
                measure: "points".to_owned(),
                per: per.to_owned(),
                amount,
                from_month: month,
                to_month: None,
                version: 1,
            };
            goals::add(app, actor, goal).await?;
        }
        Ok(())
    }
}
