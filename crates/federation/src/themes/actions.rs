//! Actions on themes: adding, changing, removing; and what a record that serves one goes through.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor, Places, Scope},
    app::App,
    error::Result,
    log::{self, Object},
};
use kernel::{DAY_ONE, Period, Refusal, UnitId};
use ledger::db;
use sea_orm::DatabaseTransaction;

use super::{
    NONE, Serves,
    model::{Handed, Theme, other_day, plain},
    store,
};
use crate::{
    groups, people,
    scope::{must, must_openly, places},
};

/// The most characters of a name, as in the table.
const NAME: usize = 100;
/// The most characters of what it is about, as in the table.
const ABOUT: usize = 2000;

fn unknown(id: i64) -> Refusal {
    Refusal::unknown("theme-unknown-here").with("id", id)
}

/// The faults of a theme as it was entered.
fn validate(handed: Handed) -> Result<Handed, Refusal> {
    let name = handed.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain(&name).is_empty() {
        return Err(Refusal::new("theme-without-name"));
    }
    let about = handed.about.filter(|about| !about.trim().is_empty());
    for (code, text, most) in
        [("theme-name-long", name.as_str(), NAME), ("theme-about-long", about.as_deref().unwrap_or_default(), ABOUT)]
    {
        Refusal::too_long(code, &[("", text, most)])?;
    }
    if let Some(until) = handed.until.filter(|until| *until < handed.from) {
        return Err(Refusal::new("theme-ends-first").with("from", handed.from).with("until", until));
    }
    Ok(Handed { name, about, ..handed })
}

/// Refuses a name that another theme above or under the unit has: a file that names it would mean either.
async fn check_name(tx: &DatabaseTransaction, unit: UnitId, name: &str, but: Option<i64>) -> Result<()> {
    let taken = store::names_around(tx, unit, but).await?.into_iter().find(|known| plain(known) == plain(name));
    match taken {
        Some(known) => Err(Refusal::new("theme-name-taken").with("name", known).into()),
        None => Ok(()),
    }
}

/// Adds a theme of a unit.
pub async fn add(app: &App, actor: &Actor, unit: UnitId, handed: Handed) -> Result<i64> {
    must(&app.db, actor, Action::Write, unit).await?;
    let Handed { name, from, until, about } = validate(handed)?;
    let tx = db::begin(&app.db).await?;
    must(&tx, actor, Action::Write, unit).await?;
    // Whoever adds another one waits here, so that two don't get the same name.
    let id = db::take_range(&tx, "theme", 1).await?;
    check_name(&tx, unit, &name, None).await?;
    let theme = Theme { id, code: format!("t{id}"), name, unit, from, until, about, void: false, version: 1 };
    store::insert(&tx, &theme).await?;
    log::write(&tx, actor, "theme-added", Object::new("theme", id), Some(unit), &[("name", &theme.name)]).await?;
    tx.commit().await?;
    Ok(id)
}

/// A theme that is not removed and that the actor may change, held until the transaction ends.
async fn changeable(tx: &DatabaseTransaction, actor: &Actor, id: i64) -> Result<Theme> {
    store::lock(tx, &[id]).await?;
    let theme = store::by_id(tx, id).await?.filter(|theme| !theme.void).ok_or_else(|| unknown(id))?;
    must_openly(tx, actor, Action::Write, theme.unit).await?;
    Ok(theme)
}

/// Refuses a last day after which something that serves the theme still waits: an opening that people may come forward for.
async fn refuse_unfinished(app: &App, tx: &DatabaseTransaction, theme: &Theme, until: Option<NaiveDate>) -> Result<()> {
    let Some(until) = until.filter(|until| theme.until.is_none_or(|before| *until < before)) else { return Ok(()) };
    // A theme that has ended leaves nothing open, whatever the day until which it would be.
    let after = if until < app.today() { DAY_ONE } else { until };
    for serves in app.features.extensions::<Serves>() {
        let Some(sql) = serves.unfinished else { continue };
        let count = store::count_after(tx, sql, &theme.code, after).await?;
        if count > 0 {
            let refusal = Refusal::new("theme-unfinished").with("name", &theme.name).with("until", until);
            return Err(refusal.with("count", count).into());
        }
    }
    Ok(())
}

/// Changes a theme. Records that serve it stay with it, also where they are outside of its new days.
pub async fn edit(app: &App, actor: &Actor, id: i64, version: i64, handed: Handed) -> Result<()> {
    let seen = seen(app, actor, id).await?;
    must_openly(&app.db, actor, Action::Write, seen.unit).await?;
    let Handed { name, from, until, about } = validate(handed)?;
    let tx = db::begin(&app.db).await?;
    db::take_range(&tx, "theme", 0).await?;
    let theme = changeable(&tx, actor, id).await?;
    check_name(&tx, theme.unit, &name, Some(id)).await?;
    refuse_unfinished(app, &tx, &theme, until).await?;
    let theme = Theme { name, from, until, about, version, ..theme };
    store::update(&tx, &theme).await?;
    log::write(&tx, actor, "theme-changed", Object::new("theme", id), Some(theme.unit), &[("name", &theme.name)])
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Removes a theme that nothing serves.
pub async fn remove(app: &App, actor: &Actor, id: i64, version: i64) -> Result<()> {
    let seen = seen(app, actor, id).await?;
    must_openly(&app.db, actor, Action::Write, seen.unit).await?;
    let tx = db::begin(&app.db).await?;
    let theme = changeable(&tx, actor, id).await?;
    for serves in app.features.extensions::<Serves>() {
        let count = store::count(&tx, serves.count, &theme.code).await?;
        if count > 0 {
            return Err(Refusal::new("theme-served").with("name", &theme.name).with("count", count).into());
        }
    }
    store::update(&tx, &Theme { void: true, version, ..theme.clone() }).await?;
    log::write(&tx, actor, "theme-removed", Object::new("theme", id), Some(theme.unit), &[("name", &theme.name)])
        .await?;
    tx.commit().await?;
    Ok(())
}

/// The units where somebody is at home: those of the led groups, and the own one.
async fn home_places(app: &App, actor: &Actor) -> Result<Vec<i64>> {
    let led = groups::store::by_ids(&app.db, &actor.scope(Action::Read).groups).await?;
    let mut units: Vec<UnitId> = led.into_values().map(|group| group.unit).collect();
    if let Some(person) = actor.person {
        let standings = people::Standings::read(&app.db, &[person]).await?;
        units.extend(standings.on(person, app.today(), None).map(|standing| standing.unit));
    }
    Ok(places::of_all(&app.db, &units).await?.into_iter().map(|(place, _)| place).collect())
}

/// Which units' themes somebody sees: those of units that are seen or that stand above one.
#[derive(Debug)]
pub struct Sight {
    pub(super) scopes: [Scope; 2],
    pub(super) homes: Vec<i64>,
}

impl Sight {
    /// That of an account.
    pub async fn of(app: &App, actor: &Actor) -> Result<Self> {
        let scopes = [Action::Read, Action::Figures].map(|action| actor.scope(action));
        Ok(Self { scopes, homes: home_places(app, actor).await? })
    }

    /// Whether it reaches a unit, by the place of the unit and the last one under it.
    pub fn reaches(&self, (first, last): Places) -> bool {
        let related = |(from, to): &Places| (first..=last).contains(from) || (*from..=*to).contains(&first);
        self.scopes.iter().any(|scope| scope.all || scope.places.iter().any(related))
            || self.homes.iter().any(|place| (first..=last).contains(place))
    }
}

/// A theme that the actor sees. Any other is refused as unknown.
pub async fn seen(app: &App, actor: &Actor, id: i64) -> Result<Theme> {
    let theme = store::by_id(&app.db, id).await?.filter(|theme| !theme.void).ok_or_else(|| unknown(id))?;
    match places::of_unit(&app.db, theme.unit).await? {
        Some(span) if Sight::of(app, actor).await?.reaches(span) => Ok(theme),
        _ => Err(unknown(id).into()),
    }
}

/// Refuses the codes of themes that the actor doesn't see, as those that don't exist.
pub async fn check_seen<'c>(app: &App, actor: &Actor, codes: impl Iterator<Item = &'c str>) -> Result<()> {
    let codes: BTreeSet<&str> = codes.filter(|code| *code != NONE).collect();
    if codes.is_empty() {
        return Ok(());
    }
    let (sight, themes) = (Sight::of(app, actor).await?, store::all(&app.db).await?);
    match codes.into_iter().find(|code| !themes.spans(code).any(|span| sight.reaches(span))) {
        Some(code) => Err(Refusal::unknown("theme-unknown-here").with("id", code).into()),
        None => Ok(()),
    }
}

/// What a record is to serve.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'a> {
    /// The theme's code.
    pub code: Option<&'a str>,
    /// The one that the record has, which it may keep, also when that has ended since.
    pub old: Option<&'a str>,
    /// The unit whose record it is.
    pub unit: UnitId,
    /// The record's days.
    pub days: Period,
}

/// Checks the themes that records are to serve, and notes that the account has chosen them.
pub async fn choose(tx: &DatabaseTransaction, actor: &Actor, chosen: &[Chosen<'_>]) -> Result<()> {
    let new = || chosen.iter().filter_map(|chosen| Some((chosen.code.filter(|_| chosen.code != chosen.old)?, chosen)));
    if new().next().is_none() {
        return Ok(());
    }
    let codes: BTreeSet<&str> = new().map(|(code, _)| code).collect();
    // Held before they are read, so that none is removed or changed before the records are stored.
    store::lock_by_codes(tx, &codes).await?;
    let themes = store::all(tx).await?;
    for (code, Chosen { unit, days, .. }) in new() {
        let theme = themes.of_unit(*unit).find(|theme| theme.code == code);
        let theme = theme.ok_or_else(|| Refusal::new("theme-elsewhere"))?;
        if !theme.meets(*days) {
            return Err(other_day(theme, days.from).into());
        }
    }
    for code in codes {
        store::set_used(tx, actor.account, code, &actor.at).await?;
    }
    Ok(())
}
