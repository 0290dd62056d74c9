//! All queries on postings as they are booked: their stretches, and those that have to be confirmed anew.

use std::collections::HashMap;

use kernel::{DayRange, ImportId, PersonId, RecordId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    memberships::{Fixed, Known, KnownSex},
    model::{Appointment, StaffSpan, Staffed},
};

/// The postings of people, including void ones, without stretches.
pub(super) async fn staffed(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Staffed>, DbErr> {
    let sql = format!("select {} from posting o where o.person_id in ($keys) order by o.id", Staffed::columns("o"));
    db::by_keys(&sql, people).rows(conn).await
}

/// Every posting with its stretches, for `reconcile`.
pub(super) async fn all_staffed(conn: &impl ConnectionTrait) -> Result<Vec<Staffed>, DbErr> {
    let sql = format!("select {} from posting o order by o.id", Staffed::columns("o"));
    let mut found: Vec<Staffed> = db::rows(conn, &sql, vec![]).await?;
    let sql = "select s.posting_id, s.from_day, s.to_day, s.level, s.party, s.youth, s.sex, s.member, s.education, \
         s.rank, s.appointment \
         from posting_span s order by s.posting_id, s.from_day";
    let mut spans: HashMap<i64, Vec<StaffSpan>> = HashMap::new();
    for (posting, stretch) in db::rows::<(i64, Stretch)>(conn, sql, vec![]).await? {
        let (days, level, party, youth, sex, member, (education, rank, appointment)) = stretch;
        let appointment = Appointment::from_code(&appointment);
        let (party, youth, sex, member) = (party.as_str(), youth.as_str(), sex.as_str(), member.as_str());
        spans.entry(posting).or_default().push(StaffSpan {
            days,
            level,
            party,
            youth,
            sex,
            member,
            education,
            rank,
            appointment,
        });
    }
    for posting in &mut found {
        posting.spans = spans.remove(&posting.id).unwrap_or_default();
    }
    Ok(found)
}

/// The columns of a stretch.
type Stretch = (DayRange, String, Known, Known, KnownSex, Known, Fixed);

/// Replaces the stretches of postings.
pub(super) async fn set_spans(tx: &impl ConnectionTrait, postings: &[Staffed]) -> Result<(), DbErr> {
    let ids: Vec<i64> = postings.iter().map(|posting| posting.id).collect();
    db::by_keys("delete from posting_span where posting_id in ($keys)", &ids).execute(tx).await?;
    let columns = [
        "posting_id",
        "from_day",
        "to_day",
        "level",
        "party",
        "youth",
        "sex",
        "member",
        "education",
        "rank",
        "appointment",
    ];
    let rows = postings.iter().flat_map(|posting| {
        posting.spans.iter().map(|span| {
            vec![
                posting.id.into(),
                span.days.from.into(),
                span.days.to.into(),
                span.level.as_str().into(),
                span.party.into(),
                span.youth.into(),
                span.sex.into(),
                span.member.into(),
                span.education.as_str().into(),
                span.rank.as_str().into(),
                span.appointment.map_or("unknown", Appointment::as_str).into(),
            ]
        })
    });
    db::insert_many(tx, "posting_span", &columns, rows).await
}

/// The records of an import's postings that are not void.
pub(super) async fn records_of_import(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<RecordId>, DbErr> {
    let sql = "select record_id from posting where import_id = $1 and void = false";
    db::rows(conn, sql, vec![import.0.into()]).await
}

/// What postings are called where their records are listed: the duty, else the unit.
pub(super) async fn titles(
    conn: &impl ConnectionTrait,
    records: &[RecordId],
) -> Result<HashMap<RecordId, String>, DbErr> {
    let sql = "select o.record_id, coalesce(o.duty, u.name) from posting o join unit u on u.id = o.unit_id \
         where o.record_id in ($keys)";
    db::by_keys(sql, records).map(conn).await
}

/// The people of the first postings, up to 2,000, that have to be confirmed anew.
pub(super) async fn unconfirmed(conn: &impl ConnectionTrait) -> Result<Vec<(i64, PersonId)>, DbErr> {
    let sql = "select n.posting_id, o.person_id from posting_unconfirmed n join posting o on o.id = n.posting_id \
         order by n.posting_id limit 2000";
    db::rows(conn, sql, vec![]).await
}

/// Stores that postings are confirmed.
pub(super) async fn set_confirmed(tx: &impl ConnectionTrait, postings: &[i64]) -> Result<(), DbErr> {
    db::by_keys("delete from posting_unconfirmed where posting_id in ($keys)", postings).execute(tx).await?;
    Ok(())
}

/// Stores that every posting has to be confirmed anew.
pub(super) async fn set_all_unconfirmed(tx: &impl ConnectionTrait) -> Result<(), DbErr> {
    let sql = "insert into posting_unconfirmed (posting_id) select id from posting where void = false \
         on conflict do nothing";
    db::execute(tx, sql, vec![]).await?;
    Ok(())
}
