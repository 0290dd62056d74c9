//! Ratings of a speaker by those present: one to five stars and a short remark, by each person's own account, changeable
//! for a week.
//!
//! Ratings are opinions, so they are never booked. Average and count are shown from three ratings on; the remarks only to
//! those who maintain the session, also from three on, in an order that doesn't reveal who wrote which. Nobody is shown who
//! gave a rating.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use desk::{actor::Actor, app::App, error::Result};
use kernel::{PersonId, RecordId, Refusal};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde::Serialize;

use crate::features::{
    activities::{self, Activity, State},
    speakers::{self, Speaker},
};

/// The number of ratings from which on anything is shown.
pub const LEAST: i64 = 3;
/// For how many days after a session a first rating is accepted.
const OPEN: u64 = 30;
/// For how many days it can be changed.
const CHANGEABLE: u64 = 7;
/// The most characters of a remark.
const WORD: usize = 200;

/// Average in tenths of a star, and the number of ratings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rated {
    /// Tenths of a star.
    pub tenths: i64,
    /// How many people rated.
    pub count: i64,
}

/// The average for a sum of stars; `None` if there are fewer than three ratings.
fn shown(sum: i64, count: i64) -> Option<Rated> {
    (count >= LEAST).then(|| Rated { tenths: (sum * 20 + count) / (count * 2), count })
}

/// Whether somebody may rate on a day: a first time within a month of the session, a change within a week of the first rating.
fn open_on(today: NaiveDate, session: NaiveDate, first: Option<NaiveDate>) -> bool {
    match first {
        Some(first) => today <= first + Days::new(CHANGEABLE),
        None => today >= session && today <= session + Days::new(OPEN),
    }
}

/// A person's own rating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Own {
    /// The speaker.
    pub speaker: i64,
    /// The speaker's name.
    pub name: String,
    /// The stars given.
    pub stars: Option<i64>,
    /// The remark.
    pub word: Option<String>,
    /// Whether it can be given or changed.
    pub open: bool,
}

/// Whether the person was present; observers heard the speaker too.
fn was_present(activity: &Activity, person: PersonId) -> bool {
    matches!(activity.state, State::Held | State::Closed)
        && activity
            .attendance
            .iter()
            .any(|one| one.person == person && (one.status.present() || one.status == activities::Status::Observer))
}

/// The actor's own ratings of a session's speakers; none if the actor wasn't present.
pub async fn own(app: &App, actor: &Actor, activity: &Activity) -> Result<Vec<Own>> {
    let Some(person) = actor.person.filter(|person| was_present(activity, *person)) else { return Ok(Vec::new()) };
    let given = load_given(&app.db, activity.id, person).await?;
    let speakers = speakers::store::of_activity(&app.db, activity.id).await?;
    // Nobody rates their own lecture.
    let each = speakers.into_iter().filter(|speaker| speaker.person != Some(person)).map(|speaker| {
        let had = given.get(&speaker.id);
        Own {
            speaker: speaker.id,
            name: speaker.name,
            stars: had.map(|(stars, ..)| *stars),
            word: had.and_then(|(_, word, _)| word.clone()),
            open: open_on(app.today(), activity.day, had.map(|(.., first)| *first)),
        }
    });
    Ok(each.collect())
}

/// By speaker: the stars, the remark, and the day on which the first rating was given.
type Given = BTreeMap<i64, (i64, Option<String>, NaiveDate)>;

async fn load_given(conn: &impl ConnectionTrait, id: RecordId, person: PersonId) -> Result<Given, DbErr> {
    let sql = "select speaker_id, stars, word, first_on from speaker_rating where activity_id = $1 and person_id = $2";
    let rows: Vec<(i64, (i64, Option<String>, NaiveDate))> =
        db::rows(conn, sql, vec![id.0.into(), person.0.into()]).await?;
    Ok(rows.into_iter().collect())
}

/// A session at which the actor was present, and the actor's person; one that the actor may not see is refused as unknown.
async fn must_have_attended(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<(Activity, PersonId)> {
    let unknown = || Refusal::unknown("activity-unknown").with("id", id);
    if !activities::reach::sees(conn, actor, id).await? {
        return Err(unknown().into());
    }
    let activity = activities::store::by_ids(conn, &[id]).await?.pop().ok_or_else(unknown)?;
    let person = actor.person.filter(|person| was_present(&activity, *person));
    Ok((activity, person.ok_or_else(Refusal::forbidden)?))
}

/// Gives a rating, or changes one's own. It is not logged: who rated is confidential.
pub async fn rate(app: &App, actor: &Actor, id: RecordId, speaker: i64, stars: i64, word: Option<&str>) -> Result<()> {
    must_have_attended(&app.db, actor, id).await?;
    let tx = db::begin(&app.db).await?;
    activities::actions::held(&tx, &[id]).await?;
    // The list may have been corrected meanwhile.
    let (activity, person) = must_have_attended(&tx, actor, id).await?;
    if !(1..=5).contains(&stars) {
        return Err(Refusal::new("rating-odd").into());
    }
    if word.is_some_and(|word| word.chars().count() > WORD) {
        return Err(Refusal::new("rating-word-long").with("most", WORD).into());
    }
    let speakers = speakers::store::of_activity(&tx, id).await?;
    if !speakers.iter().any(|one| one.id == speaker && one.person != Some(person)) {
        return Err(Refusal::forbidden().into());
    }
    let first = load_given(&tx, id, person).await?.remove(&speaker).map(|(.., first)| first);
    if !open_on(app.today(), activity.day, first) {
        return Err(Refusal::new("rating-over").into());
    }
    let sql = "insert into speaker_rating (activity_id, speaker_id, person_id, stars, word, first_on) \
         values ($1, $2, $3, $4, $5, $6) on conflict (activity_id, speaker_id, person_id) do update set \
         stars = excluded.stars, word = excluded.word";
    let values: Vec<Value> = vec![
        id.0.into(),
        speaker.into(),
        person.0.into(),
        stars.into(),
        word.into(),
        first.unwrap_or(app.today()).into(),
    ];
    db::execute(&tx, sql, values).await?;
    tx.commit().await?;
    Ok(())
}

/// The averages of speakers over all their sessions that still count.
pub async fn of_speakers(conn: &impl ConnectionTrait, speakers: &[i64]) -> Result<BTreeMap<i64, Rated>, DbErr> {
    let sql = "select r.speaker_id, cast(sum(r.stars) as bigint), count(*) from speaker_rating r \
         join activity a on a.id = r.activity_id where a.state in ('held', 'closed') and r.speaker_id in ($keys) \
         group by r.speaker_id";
    let rows: Vec<(i64, i64, i64)> = db::by_keys(sql, speakers).rows(conn).await?;
    Ok(rows.into_iter().filter_map(|(speaker, sum, count)| Some((speaker, shown(sum, count)?))).collect())
}

/// The ratings of a speaker for those who maintain the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The speaker's name.
    pub name: String,
    /// Average and count.
    pub rated: Rated,
    /// The remarks, sorted by text.
    pub words: Vec<String>,
}

/// Ratings of a session by speaker; `words` adds the remarks, for those who maintain it.
pub async fn of_activity(conn: &impl ConnectionTrait, id: RecordId, words: bool) -> Result<Vec<Told>, DbErr> {
    let sql = "select speaker_id, stars, word from speaker_rating where activity_id = $1";
    let mut by_speaker: BTreeMap<i64, (i64, i64, Vec<String>)> = BTreeMap::new();
    for (speaker, stars, word) in db::rows::<(i64, i64, Option<String>)>(conn, sql, vec![id.0.into()]).await? {
        let (sum, count, remarks) = by_speaker.entry(speaker).or_default();
        *sum += stars;
        *count += 1;
        remarks.extend(word.filter(|_| words));
    }
    let ids: Vec<i64> = by_speaker.keys().copied().collect();
    let mut named = speakers::store::by_ids(conn, &ids).await?;
    let rated = by_speaker.into_iter().filter_map(|(speaker, (sum, count, mut words))| {
        words.sort_unstable();
        Some(Told { name: named.remove(&speaker)?.name, rated: shown(sum, count)?, words })
    });
    Ok(rated.collect())
}

/// What is stored about a person here, for the person's own export: the entry in the register, and the ratings that the
/// person gave.
pub(crate) async fn held_on(conn: &impl ConnectionTrait, person: PersonId) -> Result<serde_json::Value, DbErr> {
    let sql = format!("select {} from speaker s where s.person_id = $1 order by s.id", Speaker::columns("s"));
    let speakers: Vec<Speaker> = db::rows(conn, &sql, vec![person.0.into()]).await?;
    let entries: Vec<_> = speakers
        .into_iter()
        .map(|speaker| {
            serde_json::json!({
                "id": speaker.id, "name": speaker.name, "field": speaker.field, "level": speaker.level,
                "organisation": speaker.organisation, "note": speaker.note,
            })
        })
        .collect();
    let sql = "select r.activity_id, a.title, s.name, r.stars, r.word from speaker_rating r \
         join activity a on a.id = r.activity_id join speaker s on s.id = r.speaker_id \
         where r.person_id = $1 order by r.activity_id, s.id";
    let ratings: Vec<(i64, String, String, i64, Option<String>)> = db::rows(conn, sql, vec![person.0.into()]).await?;
    let given: Vec<_> = ratings
        .into_iter()
        .map(|(id, title, speaker, stars, word)| {
            serde_json::json!({
                "activity": id, "title": title, "speaker": speaker, "stars": stars, "word": word,
            })
        })
        .collect();
    Ok(serde_json::json!({ "entries": entries, "ratings_given": given }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ratings_show_nothing_and_three_show_an_average() {
        assert_eq!(shown(10, 2), None);
        assert_eq!(shown(13, 3), Some(Rated { tenths: 43, count: 3 }));
        assert_eq!(shown(14, 3), Some(Rated { tenths: 47, count: 3 }));
        assert_eq!(shown(18, 4), Some(Rated { tenths: 45, count: 4 }));
    }

    #[test]
    fn a_rating_is_taken_for_a_month_and_changed_for_a_week() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let session = day("2026-01-05");
        for (today, first, open) in [
            ("2026-01-04", None, false),
            ("2026-01-05", None, true),
            ("2026-02-04", None, true),
            ("2026-02-05", None, false),
            ("2026-02-10", Some("2026-02-03"), true),
            ("2026-02-11", Some("2026-02-03"), false),
        ] {
            assert_eq!(open_on(day(today), session, first.map(day)), open, "{today} {first:?}");
        }
    }
}
