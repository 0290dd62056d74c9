//! Memberships and dated states that were entered by mistake: ended earlier, or made void; the effect on the ledger is
//! shown before.

use chrono::NaiveDate;
use desk::{
    actor::Actor,
    app::App,
    error::Result,
    log::{self, Object},
};
use kernel::{DayRange, PersonId, RecordId, Refusal, UnitId};
use ledger::{Desired, Reason, ReasonCode, Row as _, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::{
    actions, hanging,
    rules::{entries_of, entries_of_posting},
    staff, store,
};

ledger::record! {
    /// 借调 or 离岗 of a person, dated.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct State in "person_state" {
        /// Key.
        pub id: i64,
        /// `seconded`, `on_leave`.
        pub state: String,
        /// The lending unit.
        pub home: Option<UnitId> as "home_unit_id",
        /// The borrowing unit.
        pub unit: Option<UnitId> as "unit_id",
        /// From when to when.
        pub days: DayRange as "from_day" and "to_day",
    }
}

/// The states of a person that are not void, the newest first.
pub(super) async fn states_of(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<State>, DbErr> {
    let sql = format!(
        "select {} from person_state t where t.person_id = $1 and t.void = false order by t.from_day desc, t.id desc",
        State::columns("t")
    );
    db::rows(conn, &sql, vec![person.0.into()]).await
}

/// A membership or state that was entered by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stay {
    /// A membership.
    Membership(RecordId),
    /// A dated state.
    State(i64),
}

/// How it is corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amendment {
    /// It ends on this day.
    End(NaiveDate),
    /// It is made void.
    Void,
}

/// The current days; void ones and those of other people are refused as unknown.
pub(super) async fn days_of(conn: &impl ConnectionTrait, person: PersonId, stay: Stay) -> Result<DayRange> {
    let found = match stay {
        Stay::Membership(id) => {
            let of = store::memberships_of(conn, &[person]).await?;
            of.into_iter().find(|membership| membership.id == id && !membership.void).map(|membership| membership.days)
        }
        Stay::State(id) => {
            states_of(conn, person).await?.into_iter().find(|state| state.id == id).map(|state| state.days)
        }
    };
    Ok(found.ok_or_else(|| Refusal::unknown("stay-unknown"))?)
}

/// Ends it or makes it void, if the person still has the version that was read.
pub async fn amend(
    app: &App,
    actor: &Actor,
    person: PersonId,
    stay: Stay,
    amendment: Amendment,
    version: i64,
) -> Result<()> {
    actions::must_keep(&app.db, actor, person, app.today()).await?;
    let tx = db::begin(&app.db).await?;
    write(app, &tx, actor, person, stay, amendment, version).await?;
    log::write(&tx, actor, "person-changed-by", Object::new("person", person.0), None, &[]).await?;
    tx.commit().await?;
    Ok(())
}

/// How many entries it would add to the ledger. It writes nothing and waits for no lock.
pub(super) async fn entries_of_amendment(
    app: &App,
    actor: &Actor,
    person: PersonId,
    stay: Stay,
    amendment: Amendment,
) -> Result<usize> {
    actions::must_keep(&app.db, actor, person, app.today()).await?;
    let conn = &app.db;
    let days = days_of(conn, person, stay).await?;
    let after = amended(days, amendment)?;
    let mut memberships = store::memberships_of(conn, &[person]).await?;
    let mut facts = store::facts(conn, &[person]).await?;
    match stay {
        Stay::Membership(id) => {
            for membership in memberships.iter_mut().filter(|membership| membership.id == id) {
                membership.void = after.is_none();
                membership.days = after.unwrap_or(membership.days);
            }
        }
        Stay::State(id) => {
            let state = states_of(conn, person).await?.into_iter().find(|state| state.id == id);
            let borrowing = state.filter(|state| state.state == "seconded").and_then(|state| state.unit);
            let secondments = facts.get_mut(&person).map(|facts| &mut facts.secondments);
            if let (Some(unit), Some(secondments)) = (borrowing, secondments)
                && let Some(place) = secondments.iter().position(|secondment| *secondment == (days, unit))
            {
                match after {
                    Some(after) => secondments[place].0 = after,
                    None => drop(secondments.remove(place)),
                }
            }
        }
    }
    actions::fill_spans(conn, &mut memberships, &facts).await?;
    let mut desired: Vec<Desired> = memberships.iter().map(entries_of).collect();
    let staffed = staff::computed(conn, &[person], &memberships, &facts).await?;
    desired.extend(staffed.iter().map(entries_of_posting));
    let live = memberships.into_iter().filter(|membership| !membership.void);
    let spans: Vec<_> = live.flat_map(|of| of.spans.into_iter().map(move |span| (of.group, span))).collect();
    desired.extend(hanging::desired_with(app, person, &spans).await?);
    let booked = ledger::difference(conn, &app.kinds(), &desired).await?;
    Ok(booked.entries + booked.reversals)
}

/// The days that are left; `None` if it is made void.
fn amended(days: DayRange, amendment: Amendment) -> Result<Option<DayRange>> {
    match amendment {
        Amendment::End(last) if last < days.from => {
            Err(Refusal::new("period-reversed").with("from", days.from).with("to", last).into())
        }
        Amendment::End(last) => match days.to.filter(|to| *to < last) {
            Some(ended) => Err(Refusal::new("stay-ended").with("day", ended).into()),
            None => Ok(Some(DayRange { from: days.from, to: Some(last) })),
        },
        Amendment::Void => Ok(None),
    }
}

async fn write(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    person: PersonId,
    stay: Stay,
    amendment: Amendment,
    version: i64,
) -> Result<()> {
    actions::lock_writable(app, tx, actor, &[person]).await?;
    let stored = store::by_ids(tx, &[person]).await?.remove(&person);
    if let Some(stored) = stored.filter(|stored| stored.version != version) {
        return Err(db::changed_meanwhile(&stored.name).into());
    }
    let days = days_of(tx, person, stay).await?;
    let (table, id) = match stay {
        Stay::Membership(id) => ("membership", id.0),
        Stay::State(id) => ("person_state", id),
    };
    let raised = if table == "membership" { ", version = version + 1" } else { "" };
    let (sql, values) = if let Some(days) = amended(days, amendment)? {
        (format!("update {table} set to_day = $1{raised} where id = $2"), vec![days.to.into(), id.into()])
    } else {
        (format!("update {table} set void = true{raised} where id = $1"), vec![id.into()])
    };
    db::execute(tx, &sql, values).await?;
    store::touch(tx, &[person]).await?;
    actions::confirm_people(app, tx, actor, &[person], &Reason::new(ReasonCode::Correction)).await
}
