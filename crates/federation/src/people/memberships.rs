//! All queries on memberships of groups and their spans.

use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::{DayRange, GroupId, ImportId, PersonId, RecordId, UnitId};
use ledger::{Row as _, codes, db};
use sea_orm::{ConnectionTrait, DbErr};

use super::model::{Appointment, Education, Membership, Rank, Span};

/// The names of the groups that people belong to on a day.
pub async fn groups_on(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    day: NaiveDate,
) -> Result<HashMap<PersonId, Vec<String>>, DbErr> {
    let mut found: HashMap<PersonId, Vec<String>> = HashMap::new();
    let sql = "select m.person_id, g.name from membership m join study_group g on g.id = m.group_id where m.void = false \
         and m.from_day <= $1 and (m.to_day is null or m.to_day >= $1) and m.person_id in ($keys) order by m.id";
    for (person, name) in db::by_keys(sql, people).with(vec![day.into()]).rows::<(PersonId, String)>(conn).await? {
        found.entry(person).or_default().push(name);
    }
    Ok(found)
}

/// Inserts memberships without their spans; confirming writes those.
pub(super) async fn insert_memberships(
    tx: &impl ConnectionTrait,
    memberships: &[Membership],
    opening: bool,
    import: Option<ImportId>,
) -> Result<(), DbErr> {
    let with =
        [("opening", opening.into()), ("version", 1i64.into()), ("import_id", import.map(|import| import.0).into())];
    db::insert_with(tx, memberships, &with).await
}

/// The memberships of people, without spans.
pub async fn memberships_of(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Membership>, DbErr> {
    let sql =
        format!("select {} from membership m where m.person_id in ($keys) order by m.id", Membership::columns("m"));
    db::by_keys(&sql, people).rows(conn).await
}

/// Locks the memberships of people until the transaction ends, so that what is read next is what is confirmed.
pub(super) async fn lock_memberships(tx: &impl ConnectionTrait, people: &[PersonId]) -> Result<(), DbErr> {
    db::by_keys("update membership set version = version where person_id in ($keys)", people).execute(tx).await?;
    Ok(())
}

/// The memberships of a group, without spans.
pub(super) async fn memberships_in(conn: &impl ConnectionTrait, group: GroupId) -> Result<Vec<Membership>, DbErr> {
    let sql = format!("select {} from membership m where m.group_id = $1 order by m.id", Membership::columns("m"));
    db::rows(conn, &sql, vec![group.0.into()]).await
}

/// Every membership with its spans, for `reconcile`.
pub(crate) async fn all_memberships(conn: &impl ConnectionTrait) -> Result<Vec<Membership>, DbErr> {
    let sql = format!("select {} from membership m order by m.id", Membership::columns("m"));
    let mut found: Vec<Membership> = db::rows(conn, &sql, vec![]).await?;
    let sql = format!("select s.membership_id, {SPAN} from membership_span s order by s.membership_id, s.from_day");
    let mut spans: HashMap<RecordId, Vec<Span>> = HashMap::new();
    for (id, stretch) in db::rows(conn, &sql, vec![]).await? {
        spans.entry(id).or_default().push(span(stretch));
    }
    for membership in &mut found {
        membership.spans = spans.remove(&membership.id).unwrap_or_default();
    }
    Ok(found)
}

/// The spans of people's live memberships, with group and person.
pub(crate) async fn spans_of(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Vec<(GroupId, Span)>>, DbErr> {
    let mut found: HashMap<PersonId, Vec<(GroupId, Span)>> = HashMap::new();
    let sql = format!(
        "select m.person_id, m.group_id, {SPAN} from membership_span s join membership m on m.id = s.membership_id \
         where m.void = false and m.person_id in ($keys) order by s.membership_id, s.from_day"
    );
    for (person, group, stretch) in db::by_keys(&sql, people).rows::<(PersonId, GroupId, Stretch)>(conn).await? {
        found.entry(person).or_default().push((group, span(stretch)));
    }
    Ok(found)
}

const SPAN: &str =
    "s.from_day, s.to_day, s.unit_id, s.level, s.party, s.youth, s.sex, s.education, s.rank, s.appointment";

/// The columns of [`SPAN`].
type Stretch = (DayRange, UnitId, String, Known, Known, KnownSex, Fixed);

/// What the stretches of memberships and postings have alike at their end.
pub(super) type Fixed = (Education, Rank, String);

codes! {
    /// A fact about a member on a day, as far as it is known.
    pub(super) enum Known {
        /// It is so.
        Yes = "yes",
        /// It is not so.
        No = "no",
        /// Not known.
        Unknown = "unknown",
    }
}

codes! {
    /// The sex, as far as it is known.
    pub(super) enum KnownSex {
        /// Female.
        Female = "female",
        /// Male.
        Male = "male",
        /// Not known.
        Unknown = "unknown",
    }
}

fn span((days, unit, level, party, youth, sex, (education, rank, appointment)): Stretch) -> Span {
    let (party, youth, sex) = (party.as_str(), youth.as_str(), sex.as_str());
    Span { days, unit, level, party, youth, sex, education, rank, appointment: Appointment::from_code(&appointment) }
}

/// The names of the groups that memberships belong to.
pub(crate) async fn group_names_of_memberships(
    conn: &impl ConnectionTrait,
    memberships: &[RecordId],
) -> Result<HashMap<RecordId, String>, DbErr> {
    let sql = "select m.id, g.name from membership m join study_group g on g.id = m.group_id where m.id in ($keys)";
    db::by_keys(sql, memberships).map(conn).await
}

/// Replaces the spans of memberships.
pub(super) async fn set_spans(tx: &impl ConnectionTrait, memberships: &[Membership]) -> Result<(), DbErr> {
    let ids: Vec<RecordId> = memberships.iter().map(|membership| membership.id).collect();
    db::by_keys("delete from membership_span where membership_id in ($keys)", &ids).execute(tx).await?;
    let columns = [
        "membership_id",
        "from_day",
        "to_day",
        "unit_id",
        "level",
        "party",
        "youth",
        "sex",
        "education",
        "rank",
        "appointment",
    ];
    let rows = memberships.iter().flat_map(|membership| {
        membership.spans.iter().map(|span| {
            vec![
                membership.id.0.into(),
                span.days.from.into(),
                span.days.to.into(),
                span.unit.0.into(),
                span.level.as_str().into(),
                span.party.into(),
                span.youth.into(),
                span.sex.into(),
                span.education.as_str().into(),
                span.rank.as_str().into(),
                span.appointment.map_or("unknown", Appointment::as_str).into(),
            ]
        })
    });
    db::insert_many(tx, "membership_span", &columns, rows).await
}

/// Voids memberships.
pub(super) async fn void_memberships(tx: &impl ConnectionTrait, memberships: &[RecordId]) -> Result<(), DbErr> {
    let sql = "update membership set void = true, version = version + 1 where id in ($keys)";
    db::by_keys(sql, memberships).execute(tx).await?;
    Ok(())
}
