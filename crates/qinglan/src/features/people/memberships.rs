//! All queries on memberships of groups and their spans.

use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::{DayRange, GroupId, ImportId, PersonId, RecordId, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use super::{
    model::{Membership, Span},
    store::ids,
};

/// The members of groups on a day, each with the unit that the membership counts to, once.
pub(crate) async fn members_on(
    conn: &impl ConnectionTrait,
    groups: &[GroupId],
    day: NaiveDate,
) -> Result<Vec<(PersonId, UnitId)>, DbErr> {
    let mut found: std::collections::BTreeMap<PersonId, UnitId> = std::collections::BTreeMap::new();
    for chunk in db::chunks(groups) {
        let sql = format!(
            "select m.person_id, s.unit_id from membership m join membership_span s on s.membership_id = m.id \
             join person p on p.id = m.person_id where m.void = false and p.void = false and p.merged_into is null \
             and s.from_day <= $1 and (s.to_day is null or s.to_day >= $1) and m.group_id in ({})",
            db::places(2, chunk.len())
        );
        let mut values: Vec<Value> = vec![day.into()];
        values.extend(ids(chunk, |id| id.0));
        for row in db::raw(conn, &sql, values).await? {
            found.insert(PersonId(row.try_get_by_index(0)?), UnitId(row.try_get_by_index(1)?));
        }
    }
    Ok(found.into_iter().collect())
}

/// The names of the groups that people belong to on a day.
pub(crate) async fn groups_on(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    day: NaiveDate,
) -> Result<HashMap<PersonId, Vec<String>>, DbErr> {
    let mut found: HashMap<PersonId, Vec<String>> = HashMap::new();
    for chunk in db::chunks(people) {
        let sql = format!(
            "select m.person_id, g.name from membership m join study_group g on g.id = m.group_id where m.void = false \
             and m.from_day <= $1 and (m.to_day is null or m.to_day >= $1) and m.person_id in ({}) order by m.id",
            db::places(2, chunk.len())
        );
        let mut values: Vec<Value> = vec![day.into()];
        values.extend(ids(chunk, |id| id.0));
        for row in db::raw(conn, &sql, values).await? {
            found.entry(PersonId(row.try_get_by_index(0)?)).or_default().push(row.try_get_by_index(1)?);
        }
    }
    Ok(found)
}

/// Inserts memberships without their spans, which confirmation writes.
pub(super) async fn insert_memberships(
    tx: &impl ConnectionTrait,
    memberships: &[Membership],
    opening: bool,
    import: Option<ImportId>,
) -> Result<(), DbErr> {
    let columns = ["id", "group_id", "person_id", "from_day", "to_day", "opening", "void", "version", "import_id"];
    let rows = memberships.iter().map(|membership| {
        vec![
            membership.id.0.into(),
            membership.group.0.into(),
            membership.person.0.into(),
            membership.days.from.into(),
            membership.days.to.into(),
            opening.into(),
            membership.void.into(),
            1i64.into(),
            import.map(|import| import.0).into(),
        ]
    });
    db::insert_many(tx, "membership", &columns, rows).await
}

const MEMBERSHIP: &str = "select m.id, m.group_id, m.person_id, m.from_day, m.to_day, m.void from membership m";

fn membership(row: &QueryResult) -> Result<Membership, DbErr> {
    Ok(Membership {
        id: RecordId(row.try_get_by_index(0)?),
        group: GroupId(row.try_get_by_index(1)?),
        person: PersonId(row.try_get_by_index(2)?),
        days: DayRange { from: row.try_get_by_index(3)?, to: row.try_get_by_index(4)? },
        void: row.try_get_by_index(5)?,
        spans: Vec::new(),
    })
}

/// The memberships of people, without spans.
pub(super) async fn memberships_of(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Membership>, DbErr> {
    let mut found = Vec::new();
    for chunk in db::chunks(people) {
        let sql = format!("{MEMBERSHIP} where m.person_id in ({}) order by m.id", db::places(1, chunk.len()));
        for row in db::raw(conn, &sql, ids(chunk, |id| id.0)).await? {
            found.push(membership(&row)?);
        }
    }
    Ok(found)
}

/// Names of those who are members of a group after a day.
pub(crate) async fn members_after(
    conn: &impl ConnectionTrait,
    group: GroupId,
    last: NaiveDate,
) -> Result<Vec<String>, DbErr> {
    let sql = "select p.name from membership m join person p on p.id = m.person_id \
               where m.group_id = $1 and m.void = false and (m.to_day is null or m.to_day > $2) order by p.name";
    let rows = db::raw(conn, sql, vec![group.0.into(), last.into()]).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Holds the memberships of people until the transaction ends, so that what is read next is what is confirmed.
pub(super) async fn lock_memberships(tx: &impl ConnectionTrait, people: &[PersonId]) -> Result<(), DbErr> {
    for chunk in db::chunks(people) {
        let sql =
            format!("update membership set version = version where person_id in ({})", db::places(1, chunk.len()));
        db::execute(tx, &sql, ids(chunk, |id| id.0)).await?;
    }
    Ok(())
}

/// The memberships of a group, without spans.
pub(super) async fn memberships_in(conn: &impl ConnectionTrait, group: GroupId) -> Result<Vec<Membership>, DbErr> {
    let sql = format!("{MEMBERSHIP} where m.group_id = $1 order by m.id");
    db::raw(conn, &sql, vec![group.0.into()]).await?.iter().map(membership).collect()
}

/// Every membership with its spans, for `reconcile`.
pub(crate) async fn all_memberships(conn: &impl ConnectionTrait) -> Result<Vec<Membership>, DbErr> {
    let sql = format!("{MEMBERSHIP} order by m.id");
    let mut found: Vec<Membership> =
        db::raw(conn, &sql, vec![]).await?.iter().map(membership).collect::<Result<_, _>>()?;
    let sql = "select membership_id, from_day, to_day, unit_id, level, party, youth, sex from membership_span \
               order by membership_id, from_day";
    let mut spans: HashMap<RecordId, Vec<Span>> = HashMap::new();
    for row in db::raw(conn, sql, vec![]).await? {
        spans.entry(RecordId(row.try_get_by_index(0)?)).or_default().push(span(&row)?);
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
    for chunk in db::chunks(people) {
        let sql = format!(
            "select s.membership_id, s.from_day, s.to_day, s.unit_id, s.level, s.party, s.youth, s.sex, m.person_id, \
             m.group_id from membership_span s join membership m on m.id = s.membership_id \
             where m.void = false and m.person_id in ({}) order by s.membership_id, s.from_day",
            db::places(1, chunk.len())
        );
        for row in db::raw(conn, &sql, ids(chunk, |id| id.0)).await? {
            let person = PersonId(row.try_get_by_index(8)?);
            found.entry(person).or_default().push((GroupId(row.try_get_by_index(9)?), span(&row)?));
        }
    }
    Ok(found)
}

fn span(row: &QueryResult) -> Result<Span, DbErr> {
    let closed = |column: usize, values: [&'static str; 3]| -> Result<&'static str, DbErr> {
        let text: String = row.try_get_by_index(column)?;
        values
            .into_iter()
            .find(|value| *value == text)
            .ok_or_else(|| DbErr::Type(format!("membership_span column {column} holds {text}")))
    };
    Ok(Span {
        days: DayRange { from: row.try_get_by_index(1)?, to: row.try_get_by_index(2)? },
        unit: UnitId(row.try_get_by_index(3)?),
        level: row.try_get_by_index(4)?,
        party: closed(5, ["yes", "no", "unknown"])?,
        youth: closed(6, ["yes", "no", "unknown"])?,
        sex: closed(7, ["female", "male", "unknown"])?,
    })
}

/// The names of the groups that memberships belong to.
pub(crate) async fn group_names_of_memberships(
    conn: &impl ConnectionTrait,
    memberships: &[RecordId],
) -> Result<HashMap<RecordId, String>, DbErr> {
    let mut names = HashMap::new();
    for chunk in db::chunks(memberships) {
        let sql = format!(
            "select m.id, g.name from membership m join study_group g on g.id = m.group_id where m.id in ({})",
            db::places(1, chunk.len())
        );
        for row in db::raw(conn, &sql, ids(chunk, |id| id.0)).await? {
            names.insert(RecordId(row.try_get_by_index(0)?), row.try_get_by_index(1)?);
        }
    }
    Ok(names)
}

/// Writes the spans of memberships anew.
pub(super) async fn set_spans(tx: &impl ConnectionTrait, memberships: &[Membership]) -> Result<(), DbErr> {
    for chunk in db::chunks(memberships) {
        let sql = format!("delete from membership_span where membership_id in ({})", db::places(1, chunk.len()));
        db::execute(tx, &sql, ids(chunk, |membership| membership.id.0)).await?;
    }
    let columns = ["membership_id", "from_day", "to_day", "unit_id", "level", "party", "youth", "sex"];
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
            ]
        })
    });
    db::insert_many(tx, "membership_span", &columns, rows).await
}

/// Voids memberships.
pub(super) async fn void_memberships(tx: &impl ConnectionTrait, memberships: &[RecordId]) -> Result<(), DbErr> {
    for chunk in db::chunks(memberships) {
        let sql = format!(
            "update membership set void = true, version = version + 1 where id in ({})",
            db::places(1, chunk.len())
        );
        db::execute(tx, &sql, ids(chunk, |id| id.0)).await?;
    }
    Ok(())
}
