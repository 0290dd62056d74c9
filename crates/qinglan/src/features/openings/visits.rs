//! What follows a placement: visits (看望、走访) by those who sent somebody, and at its end the appraisal of both sides.

use chrono::NaiveDate;
use desk::{
    actor::Actor,
    app::App,
    error::Result,
    log::{self, Object},
};
use kernel::{AccountId, RecordId, Refusal};
use ledger::{Record as _, Row as _, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::{answers, model::Candidate, rules};
use crate::features::stints;

/// The most characters of who visited, as in the table.
const WHO: usize = 100;

ledger::codes! {
    /// The two sides of a placement.
    pub enum Side {
        /// 征集单位, where the person works.
        Asking = "asking",
        /// 派出单位, from where the person comes.
        Sending = "sending",
    }
}

ledger::codes! {
    /// How a placement went.
    pub enum Grade {
        /// 好.
        Good = "good",
        /// 较好.
        Fair = "fair",
        /// 一般.
        Plain = "plain",
        /// 差.
        Poor = "poor",
    }
}

impl Grade {
    /// The message with its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "grade-good",
            Self::Fair => "grade-fair",
            Self::Plain => "grade-plain",
            Self::Poor => "grade-poor",
        }
    }
}

ledger::record! {
    /// A visit to somebody who is placed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Visit in "opening_visit" {
        /// Key.
        pub id: i64,
        /// The candidate.
        pub candidate: RecordId as "candidate_id",
        /// The day.
        pub day: NaiveDate,
        /// Who visited, as typed.
        pub who: String,
        /// What it was about.
        pub words: String,
        /// Whether it was removed.
        pub void: bool,
        /// Who entered it.
        pub entered_by: AccountId,
        /// Raised by every change.
        pub version: i64,
    }
}

ledger::record! {
    /// What one side says of a placement.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Appraisal in "opening_appraisal" {
        /// Key.
        pub id: i64,
        /// The candidate.
        pub candidate: RecordId as "candidate_id",
        /// Which side.
        pub side: Side,
        /// How it went.
        pub grade: Grade,
        /// In words.
        pub words: Option<String>,
        /// Who entered it.
        pub entered_by: AccountId,
        /// When.
        pub entered_at: String,
        /// Raised by every change.
        pub version: i64,
    }
}

/// The visits to candidates, the latest first.
pub(super) async fn of_all(conn: &impl ConnectionTrait, candidates: &[RecordId]) -> Result<Vec<Visit>, DbErr> {
    let columns = Visit::columns("v");
    let sql = format!(
        "select {columns} from opening_visit v where v.void = false and v.candidate_id in ($keys) \
         order by v.day desc, v.id desc"
    );
    db::by_keys(&sql, candidates).rows(conn).await
}

/// The visits to a candidate, the latest first.
pub async fn of_candidate(conn: &impl ConnectionTrait, candidate: RecordId) -> Result<Vec<Visit>, DbErr> {
    of_all(conn, &[candidate]).await
}

/// What both sides say of candidates.
pub(super) async fn said_of_all(conn: &impl ConnectionTrait, candidates: &[RecordId]) -> Result<Vec<Appraisal>, DbErr> {
    let columns = Appraisal::columns("a");
    let sql = format!("select {columns} from opening_appraisal a where a.candidate_id in ($keys) order by a.id");
    db::by_keys(&sql, candidates).rows(conn).await
}

/// What both sides say of a candidate.
pub(super) async fn appraisals(conn: &impl ConnectionTrait, candidate: RecordId) -> Result<Vec<Appraisal>, DbErr> {
    said_of_all(conn, &[candidate]).await
}

/// The stint of a candidate who has begun.
async fn begun(conn: &impl ConnectionTrait, candidate: &Candidate, title: &str) -> Result<stints::Stint> {
    let ids: Vec<RecordId> = candidate.stint.into_iter().collect();
    let stint = stints::store::by_ids(conn, &ids).await?.pop().filter(|stint| stint.state != stints::State::Void);
    Ok(stint.ok_or_else(|| Refusal::new("candidate-not-begun").with("title", title))?)
}

fn must(permitted: bool) -> Result<()> {
    if permitted { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

async fn written(
    tx: &DatabaseTransaction,
    actor: &Actor,
    what: &'static str,
    (candidate, title): (&Candidate, &str),
) -> Result<()> {
    let object = Object::new("candidate", candidate.id.0);
    log::write(tx, actor, what, object, Some(candidate.unit), &[("title", title)]).await
}

/// Enters a visit to somebody who has begun, on a day from then on that has come.
pub async fn visit(app: &App, actor: &Actor, id: RecordId, (day, who, words): (NaiveDate, &str, &str)) -> Result<i64> {
    let may = |relation: answers::Relation| relation.keeps || relation.writes;
    must(may(answers::seen(app, &app.db, actor, id).await?.2))?;
    let who = who.trim();
    if who.is_empty() {
        return Err(Refusal::new("visit-who").into());
    }
    Refusal::too_long("visit-who-long", &[("", who, WHO)])?;
    let words = rules::required(words, "visit-words")?;
    let tx = db::begin(&app.db).await?;
    answers::hold(&tx, id).await?;
    let (candidate, opening, relation) = answers::seen(app, &tx, actor, id).await?;
    must(may(relation))?;
    let stint = begun(&tx, &candidate, &opening.title).await?;
    if day > app.today() || day < stint.days.from {
        let refusal = Refusal::new("visit-day").with("day", day).with("from", stint.days.from);
        return Err(refusal.with("today", app.today()).into());
    }
    let key = db::take_range(&tx, "opening_visit", 1).await?;
    let visit = Visit {
        id: key,
        candidate: id,
        day,
        who: who.to_owned(),
        words,
        void: false,
        entered_by: actor.account,
        version: 1,
    };
    db::insert(&tx, std::slice::from_ref(&visit)).await?;
    written(&tx, actor, "candidate-visited", (&candidate, &opening.title)).await?;
    tx.commit().await?;
    Ok(key)
}

/// Removes a visit that was entered by mistake.
pub async fn remove_visit(app: &App, actor: &Actor, id: RecordId, (visit, version): (i64, i64)) -> Result<()> {
    let may = |relation: answers::Relation| relation.keeps || relation.writes;
    must(may(answers::seen(app, &app.db, actor, id).await?.2))?;
    let tx = db::begin(&app.db).await?;
    answers::hold(&tx, id).await?;
    let (candidate, opening, relation) = answers::seen(app, &tx, actor, id).await?;
    must(may(relation))?;
    db::lock(&tx, Visit::TABLE, &[visit]).await?;
    let sql = format!("select {} from opening_visit v where v.id = $1 and v.candidate_id = $2", Visit::columns("v"));
    let before: Option<Visit> = db::row(&tx, &sql, vec![visit.into(), id.0.into()]).await?;
    let before =
        before.filter(|before| !before.void).ok_or_else(|| Refusal::unknown("visit-unknown").with("id", visit))?;
    db::touched(db::update(&tx, &Visit { void: true, version, ..before }).await?, &opening.title)?;
    written(&tx, actor, "candidate-visit-removed", (&candidate, &opening.title)).await?;
    tx.commit().await?;
    Ok(())
}

/// What one side says of a placement that is over, entered or changed; `version` is 0 where there was none. Nobody appraises oneself.
pub async fn appraise(
    app: &App,
    actor: &Actor,
    (id, version): (RecordId, i64),
    (side, grade, words): (Side, Grade, Option<String>),
) -> Result<()> {
    let may = |relation: answers::Relation| match side {
        Side::Asking => relation.writes,
        Side::Sending => relation.keeps,
    };
    must(may(answers::seen(app, &app.db, actor, id).await?.2))?;
    let words = rules::optional(words)?;
    let tx = db::begin(&app.db).await?;
    answers::hold(&tx, id).await?;
    let (candidate, opening, relation) = answers::seen(app, &tx, actor, id).await?;
    must(may(relation))?;
    if relation.own {
        return Err(Refusal::new("appraisal-own").into());
    }
    let stint = begun(&tx, &candidate, &opening.title).await?;
    if stint.days.to.is_none_or(|to| to > app.today()) {
        return Err(Refusal::new("appraisal-early").with("title", &opening.title).into());
    }
    let before = appraisals(&tx, id).await?.into_iter().find(|before| before.side == side);
    if before.as_ref().map_or(0, |before| before.version) != version {
        return Err(db::changed_meanwhile(&opening.title).into());
    }
    let key = match &before {
        Some(before) => before.id,
        None => db::take_range(&tx, "opening_appraisal", 1).await?,
    };
    let after = Appraisal {
        id: key,
        candidate: id,
        side,
        grade,
        words,
        entered_by: actor.account,
        entered_at: actor.at.0.clone(),
        version: version.max(1),
    };
    match before {
        Some(_) => db::touched(db::update(&tx, &after).await?, &opening.title)?,
        None => db::insert(&tx, std::slice::from_ref(&after)).await?,
    }
    written(&tx, actor, "candidate-appraised", (&candidate, &opening.title)).await?;
    tx.commit().await?;
    Ok(())
}
