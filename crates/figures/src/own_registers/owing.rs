//! What units and groups owe to a register with a deadline: a duty for each of them and each period, answered by the first row of the
//! period or by saying that there is nothing to enter.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Datelike, NaiveDate};
use desk::{
    actor::{Actor, Scope},
    app::App,
    error::Result,
};
use federation::{
    duties::{self, Address, Duty, Kind, Opener, Opens, Settled, State as Stands, answered, reopened},
    groups,
};
use kernel::{GroupId, Period, UnitId};
use ledger::{Desired, Reason, ReasonCode, book, db};
use sea_orm::DatabaseTransaction;

use super::{
    model::{Every, FilledBy, Register, State},
    rules,
    store::{self, Filler},
};

/// The code of registers among what opens duties.
const OPENER: &str = "register";

pub(super) static OWED: Opener = Opener(&Registers);

struct Registers;

#[async_trait::async_trait]
impl Opens for Registers {
    fn code(&self) -> &'static str {
        OPENER
    }

    fn word(&self) -> [&'static str; 2] {
        ["自设台账", "register of the office's own"]
    }

    fn object(&self) -> &'static str {
        "duty"
    }

    fn href(&self, duty: Address) -> String {
        let day = first_day(duty.part).map(|day| day.to_string()).unwrap_or_default();
        format!("/own-registers/{}/standing?day={day}", duty.source)
    }

    fn source(&self, source: i64) -> String {
        format!("/own-registers/{source}/standing")
    }
}

/// A period as a part of its register: its first day, such as 20261101.
fn part_of(period: Period) -> i64 {
    let day = period.from;
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

fn first_day(part: i64) -> Option<NaiveDate> {
    let number = |value: i64| u32::try_from(value).ok();
    NaiveDate::from_ymd_opt(i32::try_from(part / 10_000).ok()?, number(part / 100 % 100)?, number(part % 100)?)
}

/// A period in short: `2026-11`, `2026-10 – 2026-12`, `2026`.
fn in_short(period: Period) -> String {
    let month = |day: NaiveDate| day.format("%Y-%m").to_string();
    match (period.from.month(), period.to.month()) {
        (1, 12) => period.from.year().to_string(),
        (first, last) if first == last => month(period.from),
        _ => format!("{} – {}", month(period.from), month(period.to)),
    }
}

/// Whether a register is one that somebody owes.
fn is_owed(register: &Register) -> bool {
    let definition = &register.definition;
    register.stored.state == State::Open
        && definition.due_day.is_some()
        && definition.every != Every::Happening
        && definition.filled_by != FilledBy::Persons
}

/// The periods for which duties are opened today: the present one and the one before, as long as their last day in time isn't over.
fn opening(register: &Register, today: NaiveDate) -> Vec<Period> {
    if !is_owed(register) {
        return Vec::new();
    }
    let present = rules::period_of(register.definition.every, today);
    let before = present.and_then(|present| rules::period_of(register.definition.every, present.from.pred_opt()?));
    let due = |period: &Period| rules::due_on(&register.definition, *period).is_some_and(|due| due >= today);
    [before, present].into_iter().flatten().filter(due).collect()
}

/// Which duties of a register may have changed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Touched<'t> {
    /// Those of these units; of all units if they aren't given.
    pub(super) units: Option<&'t [UnitId]>,
    /// Those of periods with one of these days; of all periods if they aren't given.
    pub(super) days: Option<Period>,
}

impl Touched<'_> {
    /// All of them.
    pub(super) const ALL: Self = Self { units: None, days: None };
}

/// Opens, answers and opens again what is owed to a register, whose row the caller has locked, as its rows stand now. Returns the entries
/// of the changed duties, to be booked with what changed them.
pub(super) async fn settle(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    register: &Register,
    touched: Touched<'_>,
) -> Result<Vec<Desired>> {
    let today = app.today();
    let opening = opening(register, today);
    let mut parts: BTreeSet<i64> = duties::store::parts(tx, OPENER, register.stored.id).await?;
    parts.extend(opening.iter().map(|period| part_of(*period)));
    let mut desired = Vec::new();
    for part in parts {
        let period = first_day(part).and_then(|day| rules::period_of(register.definition.every, day));
        // The part of a rhythm that the register had before is no period any more.
        let period = period.filter(|period| part_of(*period) == part);
        let apart = |days: Period| period.is_some_and(|period| days.to < period.from || days.from > period.to);
        if touched.days.is_some_and(apart) {
            continue;
        }
        let held = duties::store::hold_part(tx, OPENER, (register.stored.id, part), touched.units).await?;
        let owing = match period.filter(|_| is_owed(register)) {
            Some(period) => {
                let everywhere = Scope { all: true, ..Scope::default() };
                store::fillers_among(tx, &everywhere, register, period, touched.units).await?
            }
            None => Vec::new(),
        };
        let due = period.and_then(|period| rules::due_on(&register.definition, period));
        let (opened, changed) = {
            let opens = opening.iter().any(|period| part_of(*period) == part);
            let settling = Settling { app, actor, register, period, due, opens };
            settling.settled(&owing, held)
        };
        if !opened.is_empty() {
            let records = groups::store::new_records(tx, opened.len()).await?;
            let opened: Vec<Duty> = opened.into_iter().zip(records).map(|(duty, id)| Duty { id, ..duty }).collect();
            duties::actions::open(app, tx, actor, &opened).await?;
        }
        desired.extend(duties::actions::replace(app, tx, &changed).await?);
    }
    Ok(desired)
}

/// One period of a register.
struct Settling<'s> {
    app: &'s App,
    actor: &'s Actor,
    register: &'s Register,
    period: Option<Period>,
    due: Option<NaiveDate>,
    opens: bool,
}

impl Settling<'_> {
    /// The duties to open, and those that change.
    fn settled(&self, owing: &[Filler], held: Vec<Duty>) -> (Vec<Duty>, Vec<Duty>) {
        let key = |duty: &Duty| (duty.unit, duty.group);
        let mut held: HashMap<(UnitId, Option<GroupId>), Duty> =
            held.into_iter().map(|duty| (key(&duty), duty)).collect();
        let (mut opened, mut changed) = (Vec::new(), Vec::new());
        for filler in owing {
            let key = (UnitId(filler.unit_id), filler.group_id.map(GroupId));
            match (held.remove(&key), self.due) {
                (Some(before), due) => {
                    let titled = Duty {
                        title: self.register.definition.name.clone(),
                        due_on: due.filter(|_| before.state != Stands::Done).unwrap_or(before.due_on),
                        ..before.clone()
                    };
                    let after = self.as_it_stands(titled, filler);
                    if after != before {
                        changed.push(after);
                    }
                }
                (None, Some(due)) if self.opens => {
                    let duty = self.duty(key, filler, due);
                    opened.push(self.as_it_stands(duty, filler));
                }
                (None, _) => {}
            }
        }
        // Whoever is asked no more owes no more; what was handed in stays.
        let lapsed = held.into_values().filter(|duty| duty.state == Stands::Open);
        changed.extend(lapsed.map(|duty| Duty { state: Stands::Lapsed, ..duty }));
        changed.sort_unstable_by_key(|duty| duty.id);
        (opened, changed)
    }

    /// A duty by what its unit or group has handed in.
    fn as_it_stands(&self, duty: Duty, filler: &Filler) -> Duty {
        match (self.handed_in(filler), duty.state) {
            (_, Stands::Excused) | (None, Stands::Open) => duty,
            (Some(day), _) => answered(duty, day, (&self.actor.at.0, self.actor.account)),
            (None, Stands::Done | Stands::Lapsed) => reopened(duty, Stands::Open),
        }
    }

    /// The day on which the first row was entered, or that there is none was said; within the period or after it.
    fn handed_in(&self, filler: &Filler) -> Option<NaiveDate> {
        let at = [&filler.entered_at, &filler.nothing_at].into_iter().flatten().min()?;
        let day = self.app.zone.local(DateTime::parse_from_rfc3339(at).ok()?.to_utc()).date();
        Some(self.period.map_or(day, |period| day.max(period.from)))
    }

    fn duty(&self, (unit, group): (UnitId, Option<GroupId>), filler: &Filler, due: NaiveDate) -> Duty {
        let part = self.period.map(part_of).unwrap_or_default();
        let of = (Kind::Rows, self.register.stored.unit);
        Duty {
            title: self.register.definition.name.clone(),
            wanted: self.period.map(in_short).unwrap_or_default(),
            group,
            ..Duty::new(OPENER, (self.register.stored.id, part), of, (unit, &filler.level), due)
        }
    }
}

/// Up to where registers are settled.
#[derive(Debug, Default)]
struct OfRegisters(Settled);

/// Opens what is owed for periods that have begun, and follows units and groups that were opened and closed. Every minute, if anything
/// was done since.
pub(super) async fn settle_all(app: &App) -> Result<()> {
    let settled = app.shared::<OfRegisters>();
    let Some(stand) = settled.0.waits(app).await? else { return Ok(()) };
    for register in store::all(&app.db).await? {
        let open = duties::store::is_any_open(&app.db, OPENER, register.stored.id).await?;
        if !open && opening(&register, app.today()).is_empty() {
            continue;
        }
        let tx = db::begin(&app.db).await?;
        store::lock(&tx, register.stored.id).await?;
        if let Some(register) = store::by_id(&tx, register.stored.id).await? {
            let actor = app.operator();
            let desired = settle(app, &tx, &actor, &register, Touched::ALL).await?;
            book(&tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Edit))).await?;
        }
        tx.commit().await?;
    }
    settled.0.set(stand);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_part_by_its_first_day_and_told_in_short() {
        let period = |from: &str, to: &str| Period {
            from: kernel::parse_day(from).expect("a day"),
            to: kernel::parse_day(to).expect("a day"),
        };
        for (period, part, short) in [
            (period("2026-11-01", "2026-11-30"), 20_261_101, "2026-11"),
            (period("2026-10-01", "2026-12-31"), 20_261_001, "2026-10 – 2026-12"),
            (period("2026-01-01", "2026-12-31"), 20_260_101, "2026"),
        ] {
            assert_eq!((part_of(period), in_short(period).as_str()), (part, short));
            assert_eq!(first_day(part), Some(period.from));
        }
        assert_eq!(first_day(20_261_301), None);
    }
}
