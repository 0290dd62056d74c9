//! All queries on growth records' own tables.

use chrono::NaiveDate;
use kernel::{AccountId, PersonId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr};

use super::model::{Look, Words};

/// A person's words on years, the latest first.
pub(super) async fn words_of(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Words>, DbErr> {
    let sql = "select year, words, version from growth_words where person_id = $1 order by year desc";
    let rows: Vec<(i64, String, i64)> = db::rows(conn, sql, vec![person.0.into()]).await?;
    Ok(rows.into_iter().map(|(year, words, version)| Words { year, words, version }).collect())
}

/// Stores a person's words on a year in place of the version that was read, 0 if there are none; returns whether it was still that one.
pub(super) async fn set_words(tx: &impl ConnectionTrait, person: PersonId, words: &Words) -> Result<bool, DbErr> {
    if words.version == 0 {
        let sql =
            "insert into growth_words (person_id, year, words, version) values ($1, $2, $3, 1) on conflict do nothing";
        let values = vec![person.0.into(), words.year.into(), words.words.as_str().into()];
        return Ok(db::execute(tx, sql, values).await? == 1);
    }
    let sql =
        "update growth_words set words = $1, version = version + 1 where person_id = $2 and year = $3 and version = $4";
    let values = vec![words.words.as_str().into(), person.0.into(), words.year.into(), words.version.into()];
    Ok(db::execute(tx, sql, values).await? == 1)
}

/// Whether an account has looked at a growth record on a day.
pub(super) async fn has_looked(
    conn: &impl ConnectionTrait,
    (person, account): (PersonId, AccountId),
    day: NaiveDate,
) -> Result<bool, DbErr> {
    let sql = "select account_id from growth_look where person_id = $1 and account_id = $2 and day = $3";
    Ok(db::row::<i64>(conn, sql, vec![person.0.into(), account.0.into(), day.into()]).await?.is_some())
}

/// Notes that an account looks at a growth record on a day.
pub(super) async fn add_look(
    tx: &impl ConnectionTrait,
    (person, account): (PersonId, AccountId),
    day: NaiveDate,
) -> Result<(), DbErr> {
    let sql = "insert into growth_look (person_id, account_id, day) values ($1, $2, $3) on conflict do nothing";
    db::execute(tx, sql, vec![person.0.into(), account.0.into(), day.into()]).await?;
    Ok(())
}

/// Who looked at a person's growth record, the latest first; `most` days.
pub(super) async fn looks(conn: &impl ConnectionTrait, person: PersonId, most: u64) -> Result<Vec<Look>, DbErr> {
    let sql = format!(
        "select k.day, case when a.display = '' then a.name else a.display end from growth_look k \
         join account a on a.id = k.account_id where k.person_id = $1 order by k.day desc, k.account_id limit {most}"
    );
    let rows: Vec<(NaiveDate, String)> = db::rows(conn, &sql, vec![person.0.into()]).await?;
    Ok(rows.into_iter().map(|(day, account)| Look { day, account }).collect())
}

/// Assigns what a merged person wrote to the survivor, where the survivor wrote nothing on the year, and who looked.
pub(super) async fn repoint(tx: &impl ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    for sql in [
        "update growth_words set person_id = $1 where person_id = $2 \
             and not exists (select 1 from growth_words w where w.person_id = $1 and w.year = growth_words.year)",
        "update growth_look set person_id = $1 where person_id = $2 and not exists \
             (select 1 from growth_look k where k.person_id = $1 and k.account_id = growth_look.account_id \
             and k.day = growth_look.day)",
    ] {
        db::execute(tx, sql, vec![survivor.0.into(), loser.0.into()]).await?;
    }
    Ok(())
}
