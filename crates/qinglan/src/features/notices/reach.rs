//! Who sees what of which notice: the sender's own secretaries see all of it; those below see the duties of their units;
//! those who may only read figures see the counts. A draft is visible to those who may write at its sender.

use desk::{actor::Actor, error::Result};
use federation::{
    duties::{self, Duty, Reach},
    scope,
};
use kernel::{RecordId, Refusal};
use sea_orm::{ConnectionTrait, Value};

use super::{OPENER, model::Notice, store};

/// The condition that notice `n`, whose sender has the place `sp`, is visible.
pub(super) fn notices(reach: &Reach, values: &mut Vec<Value>) -> String {
    let (sent, drafted) = (reach.read.within("sp.place", values), reach.write.within("sp.place", values));
    let of_unit = reach.duties("wp.place", "w.unit_id", values);
    format!(
        "((n.state <> 'draft' and {sent}) or {drafted} or (n.state <> 'draft' and exists (select 1 from duty w \
         left join unit_place wp on wp.unit_id = w.unit_id where w.opener = 'notice' and w.source = n.id and {of_unit})))"
    )
}

/// A notice, and what the actor may do with it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The notice.
    pub notice: Notice,
    /// The actor's reach.
    pub reach: Reach,
    /// Whether the actor may send and withdraw it.
    pub keeps: bool,
}

fn unknown(id: i64) -> Refusal {
    Refusal::unknown("notice-unknown").with("id", id)
}

/// A notice that the actor may see.
pub async fn seen(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Seen> {
    let reach = Reach::load(conn, actor).await?;
    let mut values: Vec<Value> = vec![id.into()];
    let condition = notices(&reach, &mut values);
    let notice = store::by_id_where(conn, id, &condition, values).await?.ok_or_else(|| unknown(id))?;
    let place = scope::places::of_unit(conn, notice.unit).await?.map(|(place, _)| place);
    let keeps = reach.write.covers(place);
    Ok(Seen { notice, reach, keeps })
}

/// A notice that the actor sends or has sent.
pub async fn load_writable(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Notice> {
    let seen = seen(conn, actor, id).await?;
    if seen.keeps { Ok(seen.notice) } else { Err(Refusal::forbidden().into()) }
}

/// A duty with its notice, and what the actor may do with it.
#[derive(Clone, Debug)]
pub struct SeenDuty {
    /// The duty.
    pub duty: Duty,
    /// Its notice.
    pub notice: Notice,
    /// Whether the actor may answer for the unit.
    pub answers: bool,
    /// Whether the actor may excuse it or send it back.
    pub keeps: bool,
}

/// A duty whose answer the actor may read.
pub async fn seen_duty(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<SeenDuty> {
    let unknown = || Refusal::unknown("notice-duty-unknown").with("id", id);
    let duty = duties::store::by_id(conn, id).await?.filter(|duty| duty.opener == OPENER).ok_or_else(unknown)?;
    let reach = Reach::load(conn, actor).await?;
    let place = scope::places::of_unit(conn, duty.unit).await?.map(|(place, _)| place);
    if !reach.reads_answers(place, duty.unit) {
        return Err(unknown().into());
    }
    let notice = store::by_id(conn, duty.source).await?.ok_or_else(unknown)?;
    let above = scope::places::of_unit(conn, notice.unit).await?.map(|(place, _)| place);
    Ok(SeenDuty { answers: reach.write.covers(place), keeps: reach.write.covers(above), duty, notice })
}

/// A duty that the actor may answer.
pub(super) async fn answerable(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<SeenDuty> {
    let seen = seen_duty(conn, actor, id).await?;
    if seen.answers { Ok(seen) } else { Err(Refusal::forbidden().into()) }
}
