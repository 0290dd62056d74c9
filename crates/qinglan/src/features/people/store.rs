//! All queries on people, postings, memberships and dated states.

use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::{DayRange, GroupId, ImportId, PersonId, RecordId, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use super::model::{Facts, Membership, NewPerson, Party, Person, Posting, Sex, Span};

const PERSON: &str = "select p.id, p.name, p.sex, p.birth_month, p.education, p.phone, p.note, p.version from person p";

fn person(row: &QueryResult) -> Result<Person, DbErr> {
    let sex: Option<String> = row.try_get_by_index(2)?;
    Ok(Person {
        id: PersonId(row.try_get_by_index(0)?),
        name: row.try_get_by_index(1)?,
        sex: sex.as_deref().and_then(Sex::of),
        birth_month: row.try_get_by_index(3)?,
        education: row.try_get_by_index(4)?,
        phone: row.try_get_by_index(5)?,
        note: row.try_get_by_index(6)?,
        version: row.try_get_by_index(7)?,
    })
}

/// A person's columns with a posting's behind them.
fn posted(row: &QueryResult) -> Result<(Person, Posting), DbErr> {
    let person = person(row)?;
    let posting = Posting {
        id: row.try_get_by_index(8)?,
        person: person.id,
        unit: UnitId(row.try_get_by_index(9)?),
        duty: row.try_get_by_index(10)?,
        days: DayRange { from: row.try_get_by_index(11)?, to: row.try_get_by_index(12)? },
    };
    Ok((person, posting))
}

fn ids<T>(items: &[T], id: impl Fn(&T) -> i64) -> Vec<Value> {
    items.iter().map(|item| id(item).into()).collect()
}

/// People by their keys.
pub async fn by_ids(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<HashMap<PersonId, Person>, DbErr> {
    let mut found = HashMap::new();
    for chunk in db::chunks(people) {
        let sql = format!("{PERSON} where p.id in ({})", db::places(1, chunk.len()));
        for row in db::raw(conn, &sql, ids(chunk, |id| id.0)).await? {
            let person = person(&row)?;
            found.insert(person.id, person);
        }
    }
    Ok(found)
}

/// People of these names who are neither void nor merged, with their postings.
pub async fn named(conn: &impl ConnectionTrait, names: &[String]) -> Result<Vec<(Person, Posting)>, DbErr> {
    let mut found = Vec::new();
    for chunk in db::chunks(names) {
        let sql = format!(
            "select p.id, p.name, p.sex, p.birth_month, p.education, p.phone, p.note, p.version, \
             o.id, o.unit_id, o.duty, o.from_day, o.to_day from person p join posting o on o.person_id = p.id \
             where p.void = false and p.merged_into is null and o.void = false and p.name in ({}) order by o.id",
            db::places(1, chunk.len())
        );
        for row in db::raw(conn, &sql, chunk.iter().map(|name| name.as_str().into()).collect()).await? {
            found.push(posted(&row)?);
        }
    }
    Ok(found)
}

/// Every person with the posting of a day, in the order of units and names.
pub async fn posted_on(conn: &impl ConnectionTrait, day: NaiveDate) -> Result<Vec<(Person, Posting)>, DbErr> {
    let sql = "select p.id, p.name, p.sex, p.birth_month, p.education, p.phone, p.note, p.version, \
         o.id, o.unit_id, o.duty, o.from_day, o.to_day from person p join posting o on o.person_id = p.id \
         where p.void = false and p.merged_into is null and o.void = false \
         and o.from_day <= $1 and (o.to_day is null or o.to_day >= $1) order by o.unit_id, p.name, p.id";
    let rows = db::raw(conn, sql, vec![day.into()]).await?;
    rows.iter().map(posted).collect()
}

/// People posted at and under a unit on a day, in the order of the tree and their names.
pub async fn posted_under(
    conn: &impl ConnectionTrait,
    unit: UnitId,
    day: NaiveDate,
) -> Result<Vec<(Person, Posting)>, DbErr> {
    let sql = "select p.id, p.name, p.sex, p.birth_month, p.education, p.phone, p.note, p.version, \
         o.id, o.unit_id, o.duty, o.from_day, o.to_day from person p join posting o on o.person_id = p.id \
         join unit_place q on q.unit_id = o.unit_id \
         join unit_place top on top.unit_id = $1 and q.place between top.place and top.last \
         where p.void = false and p.merged_into is null and o.void = false \
         and o.from_day <= $2 and (o.to_day is null or o.to_day >= $2) order by q.place, p.name, p.id";
    let rows = db::raw(conn, sql, vec![unit.0.into(), day.into()]).await?;
    rows.iter().map(posted).collect()
}

/// People of these names in post on a day, with the place of their unit.
pub async fn named_at(
    conn: &impl ConnectionTrait,
    names: &[String],
    day: NaiveDate,
) -> Result<Vec<(Person, Option<i64>)>, DbErr> {
    let mut found = Vec::new();
    for chunk in db::chunks(names) {
        let sql = format!(
            "select p.id, p.name, p.sex, p.birth_month, p.education, p.phone, p.note, p.version, q.place \
             from person p join posting o on o.person_id = p.id left join unit_place q on q.unit_id = o.unit_id \
             where p.void = false and p.merged_into is null and o.void = false and o.from_day <= $1 \
             and (o.to_day is null or o.to_day >= $1) and p.name in ({}) order by p.id",
            db::places(2, chunk.len())
        );
        let mut values: Vec<Value> = vec![day.into()];
        values.extend(chunk.iter().map(|name| Value::from(name.as_str())));
        for row in db::raw(conn, &sql, values).await? {
            found.push((person(&row)?, row.try_get_by_index(8)?));
        }
    }
    Ok(found)
}

/// The members of groups on a day, each with the unit that the membership counts to, once.
pub async fn members_on(
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
pub async fn groups_on(
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

/// The duties of people on a day.
pub async fn duties_on(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    day: NaiveDate,
) -> Result<HashMap<PersonId, String>, DbErr> {
    let postings = postings_of(conn, people).await?;
    let then = postings.into_iter().filter(|posting| posting.days.contains(day));
    Ok(then.filter_map(|posting| Some((posting.person, posting.duty?))).collect())
}

/// The postings of people that are not void.
pub(super) async fn postings_of(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Posting>, DbErr> {
    let mut found = Vec::new();
    for chunk in db::chunks(people) {
        let sql = format!(
            "select o.id, o.person_id, o.unit_id, o.duty, o.from_day, o.to_day from posting o \
             where o.void = false and o.person_id in ({}) order by o.id",
            db::places(1, chunk.len())
        );
        for row in db::raw(conn, &sql, ids(chunk, |id| id.0)).await? {
            found.push(Posting {
                id: row.try_get_by_index(0)?,
                person: PersonId(row.try_get_by_index(1)?),
                unit: UnitId(row.try_get_by_index(2)?),
                duty: row.try_get_by_index(3)?,
                days: DayRange { from: row.try_get_by_index(4)?, to: row.try_get_by_index(5)? },
            });
        }
    }
    Ok(found)
}

/// Latest party status of people, by key.
pub async fn party_now(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    day: NaiveDate,
) -> Result<HashMap<PersonId, Party>, DbErr> {
    let facts = facts(conn, people).await?;
    Ok(facts
        .into_iter()
        .filter_map(|(person, facts)| {
            let party = facts.party.iter().rev().find(|(from, _)| *from <= day).map(|(_, party)| *party)?;
            Some((person, party))
        })
        .collect())
}

/// What the memberships of these people hang on.
pub(crate) async fn facts(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<HashMap<PersonId, Facts>, DbErr> {
    let mut facts: HashMap<PersonId, Facts> = HashMap::new();
    for chunk in db::chunks(people) {
        let list = db::places(1, chunk.len());
        for (id, person) in by_ids(conn, chunk).await? {
            facts.insert(id, Facts { sex: person.sex, birth_month: person.birth_month, ..Facts::default() });
        }
        let sql = format!(
            "select person_id, from_day, status from party_status where person_id in ({list}) order by from_day"
        );
        for row in db::raw(conn, &sql, ids(chunk, |id| id.0)).await? {
            let status: String = row.try_get_by_index(2)?;
            if let (Some(facts), Some(party)) = (facts.get_mut(&PersonId(row.try_get_by_index(0)?)), Party::of(&status))
            {
                facts.party.push((row.try_get_by_index(1)?, party));
            }
        }
        let sql = format!(
            "select person_id, from_day, to_day, unit_id from person_state where state = 'seconded' and void = false \
             and unit_id is not null and person_id in ({list}) order by from_day, id"
        );
        for row in db::raw(conn, &sql, ids(chunk, |id| id.0)).await? {
            if let Some(facts) = facts.get_mut(&PersonId(row.try_get_by_index(0)?)) {
                let days = DayRange { from: row.try_get_by_index(1)?, to: row.try_get_by_index(2)? };
                facts.secondments.push((days, UnitId(row.try_get_by_index(3)?)));
            }
        }
    }
    Ok(facts)
}

/// Inserts people, each with posting and party status from a day on.
pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    people: &[(PersonId, NewPerson)],
    from: NaiveDate,
    opening: bool,
    import: Option<ImportId>,
) -> Result<(), DbErr> {
    let import: Value = import.map(|import| import.0).into();
    let dense = db::take_range(tx, "person", people.len()).await?;
    let columns =
        ["id", "dense", "name", "sex", "birth_month", "education", "phone", "note", "void", "version", "import_id"];
    let rows = people.iter().zip(dense..).map(|((id, new), dense)| {
        vec![
            id.0.into(),
            dense.into(),
            new.name.as_str().into(),
            new.sex.map(Sex::as_str).into(),
            new.birth_month.into(),
            new.education.as_deref().into(),
            new.phone.as_deref().into(),
            new.note.as_deref().into(),
            false.into(),
            1i64.into(),
            import.clone(),
        ]
    });
    db::insert_many(tx, "person", &columns, rows).await?;
    let party = people.iter().filter_map(|(id, new)| Some(vec![id.0.into(), new.party?.as_str().into(), from.into()]));
    db::insert_many(tx, "party_status", &["person_id", "status", "from_day"], party).await?;
    let postings: Vec<(PersonId, UnitId, Option<&str>)> =
        people.iter().map(|(id, new)| (*id, new.unit, new.duty.as_deref())).collect();
    insert_postings(tx, &postings, from, opening, import).await
}

pub(super) async fn insert_postings(
    tx: &impl ConnectionTrait,
    postings: &[(PersonId, UnitId, Option<&str>)],
    from: NaiveDate,
    opening: bool,
    import: Value,
) -> Result<(), DbErr> {
    let first = db::take_range(tx, "posting", postings.len()).await?;
    let columns = ["id", "person_id", "unit_id", "duty", "from_day", "opening", "void", "import_id"];
    let rows = postings.iter().zip(first..).map(|((person, unit, duty), id)| {
        vec![
            id.into(),
            person.0.into(),
            unit.0.into(),
            (*duty).into(),
            from.into(),
            opening.into(),
            false.into(),
            import.clone(),
        ]
    });
    db::insert_many(tx, "posting", &columns, rows).await
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

/// Ends postings and memberships of a person that are open after a day.
pub(super) async fn end(tx: &impl ConnectionTrait, person: PersonId, last: NaiveDate) -> Result<(), DbErr> {
    for table in ["posting", "membership"] {
        let sql = format!(
            "update {table} set to_day = $1 where person_id = $2 and void = false and from_day <= $1 \
             and (to_day is null or to_day > $1)"
        );
        db::execute(tx, &sql, vec![last.into(), person.0.into()]).await?;
    }
    Ok(())
}

/// Sets a party status from a day on.
pub(super) async fn set_party(
    tx: &impl ConnectionTrait,
    person: PersonId,
    party: Party,
    from: NaiveDate,
) -> Result<(), DbErr> {
    let sql = "insert into party_status (person_id, status, from_day) values ($1, $2, $3) \
               on conflict (person_id, from_day) do update set status = excluded.status";
    db::execute(tx, sql, vec![person.0.into(), party.as_str().into(), from.into()]).await?;
    Ok(())
}

/// Enters 借调 (with the borrowing unit) or a leave of absence.
pub(super) async fn insert_state(
    tx: &impl ConnectionTrait,
    person: PersonId,
    state: &str,
    units: (Option<UnitId>, Option<UnitId>),
    days: DayRange,
) -> Result<(), DbErr> {
    let id = db::take_range(tx, "person_state", 1).await?;
    let columns = ["id", "person_id", "state", "home_unit_id", "unit_id", "from_day", "to_day", "void"];
    let row = vec![
        id.into(),
        person.0.into(),
        state.into(),
        units.0.map(|unit| unit.0).into(),
        units.1.map(|unit| unit.0).into(),
        days.from.into(),
        days.to.into(),
        false.into(),
    ];
    db::insert_many(tx, "person_state", &columns, [row]).await
}

/// Holds the rows of people until the transaction ends; how many of them are neither void nor merged.
pub(crate) async fn lock(tx: &impl ConnectionTrait, people: &[PersonId]) -> Result<u64, DbErr> {
    let mut held = 0;
    for chunk in db::chunks(people) {
        let sql = format!(
            "update person set version = version where void = false and merged_into is null and id in ({})",
            db::places(1, chunk.len())
        );
        held += db::execute(tx, &sql, ids(chunk, |id| id.0)).await?;
    }
    Ok(held)
}

/// Voids postings.
pub(super) async fn void_postings(tx: &impl ConnectionTrait, postings: &[i64]) -> Result<(), DbErr> {
    for chunk in db::chunks(postings) {
        let sql = format!("update posting set void = true where id in ({})", db::places(1, chunk.len()));
        db::execute(tx, &sql, ids(chunk, |id| *id)).await?;
    }
    Ok(())
}

/// Raises the version of people, so that an edit of an old one is refused.
pub(super) async fn touch(tx: &impl ConnectionTrait, people: &[PersonId]) -> Result<(), DbErr> {
    for chunk in db::chunks(people) {
        let sql = format!("update person set version = version + 1 where id in ({})", db::places(1, chunk.len()));
        db::execute(tx, &sql, ids(chunk, |id| id.0)).await?;
    }
    Ok(())
}

/// Points everything of a merged person to the survivor.
pub(super) async fn repoint(tx: &impl ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    for sql in [
        "update posting set person_id = $1 where person_id = $2",
        "update membership set person_id = $1 where person_id = $2",
        "update person_state set person_id = $1 where person_id = $2",
        "update party_status set person_id = $1 where person_id = $2 and from_day not in \
         (select from_day from party_status where person_id = $1)",
        "update person set merged_into = $1, version = version + 1 where id = $2",
        "update person set birth_month = coalesce(birth_month, (select l.birth_month from person l where l.id = $2)), \
         sex = coalesce(sex, (select l.sex from person l where l.id = $2)), version = version + 1 where id = $1",
    ] {
        db::execute(tx, sql, vec![survivor.0.into(), loser.0.into()]).await?;
    }
    Ok(())
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

/// The people of an import that something later stands on, by name.
pub(super) async fn stood_on(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<String>, DbErr> {
    let sql = "select p.name from person p where p.import_id = $1 and p.void = false and (p.version > 1 \
         or exists (select 1 from attendance t join activity a on a.id = t.activity_id \
             where t.person_id = p.id and a.state <> 'void') \
         or exists (select 1 from posting o where o.person_id = p.id and o.void = false \
             and (o.import_id is null or o.import_id <> $1)) \
         or exists (select 1 from membership m where m.person_id = p.id and m.void = false \
             and (m.import_id is null or m.import_id <> $1))) order by p.dense";
    let rows = db::raw(conn, sql, vec![import.0.into()]).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Takes an import's people out of use and answers their memberships.
pub(super) async fn void_import(tx: &impl ConnectionTrait, import: ImportId) -> Result<Vec<RecordId>, DbErr> {
    let sql = "select id from membership where import_id = $1 and void = false";
    let rows = db::raw(tx, sql, vec![import.0.into()]).await?;
    let memberships =
        rows.iter().map(|row| Ok(RecordId(row.try_get_by_index(0)?))).collect::<Result<Vec<_>, DbErr>>()?;
    for sql in [
        "update membership set void = true, version = version + 1 where import_id = $1",
        "update posting set void = true where import_id = $1",
        "update person set void = true, version = version + 1 where import_id = $1",
    ] {
        db::execute(tx, sql, vec![import.0.into()]).await?;
    }
    Ok(memberships)
}

/// Groups of an import that someone else has joined meanwhile.
pub(super) async fn joined_since(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<String>, DbErr> {
    let sql = "select g.name from study_group g where g.import_id = $1 and g.void = false and (exists \
         (select 1 from membership m where m.group_id = g.id and m.void = false \
          and (m.import_id is null or m.import_id <> $1)) \
         or exists (select 1 from activity a where a.host_group_id = g.id and a.state <> 'void'))";
    let rows = db::raw(conn, sql, vec![import.0.into()]).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// A line of the list of people.
#[derive(Clone, Debug, sea_orm::FromQueryResult, serde::Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Key of the posting.
    pub posting_id: i64,
    /// Name.
    pub name: String,
    /// `female`, `male`.
    pub sex: Option<String>,
    /// 199003.
    pub birth_month: Option<i64>,
    /// Education.
    pub education: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Party status today.
    pub party: Option<String>,
    /// Unit.
    pub unit: String,
    /// Key of the unit.
    pub unit_id: i64,
    /// Duty.
    pub duty: Option<String>,
    /// Where the unit stands in today's tree.
    pub place: i64,
}

/// What the list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'w> {
    /// Part of the name.
    pub text: &'w str,
    /// Posted at or under here.
    pub places: Option<(i64, i64)>,
    /// Party status today.
    pub party: &'w str,
    /// Behind this place and posting.
    pub after: Option<(i64, i64)>,
    /// Lines at the most.
    pub most: u64,
}

/// The condition that person `p`, posted at place `q.place`, lies within a scope today (`$1`).
pub(super) fn in_scope(scope: &crate::features::accounts::Scope, values: &mut Vec<Value>) -> String {
    if scope.all {
        return "1 = 1".to_owned();
    }
    let mut any = vec![scope.within("q.place", values)];
    if !scope.groups.is_empty() {
        let groups = scope.in_groups("m.group_id", values);
        any.push(format!(
            "exists (select 1 from membership m where m.person_id = p.id and m.void = false and m.from_day <= $1 \
             and (m.to_day is null or m.to_day >= $1) and {groups})"
        ));
    }
    if let Some(person) = scope.person {
        values.push(person.0.into());
        any.push(format!("p.id = ${}", values.len()));
    }
    format!("({})", any.join(" or "))
}

const PARTY_TODAY: &str = "(select s.status from party_status s where s.person_id = p.id and s.from_day <= $1 \
     order by s.from_day desc limit 1)";

/// People in post today, in the order of the tree.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &crate::features::accounts::Scope,
    wanted: &Wanted<'_>,
    today: NaiveDate,
) -> Result<Vec<Line>, DbErr> {
    let mut values: Vec<Value> = vec![today.into()];
    let mut conditions = vec![in_scope(scope, &mut values)];
    if !wanted.text.is_empty() {
        values.push(format!("%{}%", wanted.text).into());
        conditions.push(format!("p.name like ${}", values.len()));
    }
    if let Some((place, last)) = wanted.places {
        values.extend([place.into(), last.into()]);
        conditions.push(format!("q.place between ${} and ${}", values.len() - 1, values.len()));
    }
    if !wanted.party.is_empty() {
        values.push(wanted.party.into());
        conditions.push(format!("{PARTY_TODAY} = ${}", values.len()));
    }
    if let Some((place, posting)) = wanted.after {
        values.extend([place.into(), place.into(), posting.into()]);
        let (a, b, c) = (values.len() - 2, values.len() - 1, values.len());
        conditions.push(format!("(coalesce(q.place, -1) > ${a} or (coalesce(q.place, -1) = ${b} and o.id > ${c}))"));
    }
    let sql = format!(
        "select p.id, o.id as posting_id, p.name, p.sex, p.birth_month, p.education, p.phone, {PARTY_TODAY} as party, \
         u.name as unit, u.id as unit_id, o.duty, coalesce(q.place, -1) as place from posting o \
         join person p on p.id = o.person_id join unit u on u.id = o.unit_id left join unit_place q on q.unit_id = o.unit_id \
         where p.void = false and p.merged_into is null and o.void = false and o.from_day <= $1 \
         and (o.to_day is null or o.to_day >= $1) and {} order by coalesce(q.place, -1), o.id limit {}",
        conditions.join(" and "),
        wanted.most
    );
    db::all(conn, &sql, values).await
}

/// Whether a scope reaches a person: by a posting, whenever it was, by a group today, or as the person.
pub async fn sees(
    conn: &impl ConnectionTrait,
    scope: &crate::features::accounts::Scope,
    person: PersonId,
    today: NaiveDate,
) -> Result<bool, DbErr> {
    let mut values: Vec<Value> = vec![today.into()];
    let within = in_scope(scope, &mut values);
    values.push(person.0.into());
    let sql = format!(
        "select p.id from person p left join posting o on o.person_id = p.id and o.void = false \
         left join unit_place q on q.unit_id = o.unit_id where $1 = $1 and p.void = false and p.id = ${} and {within} limit 1",
        values.len()
    );
    Ok(db::scalar::<i64>(conn, &sql, values).await?.is_some())
}

/// What a person attended.
#[derive(Clone, Debug, sea_orm::FromQueryResult, serde::Serialize)]
pub struct Attended {
    /// Key of the activity.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its day.
    pub day: NaiveDate,
    /// Its pillar.
    pub pillar: String,
    /// How: a status, or `made_up`.
    pub status: String,
    /// The status, whether or not it was made up.
    pub missed: String,
    /// The day of 补学.
    pub made_up_on: Option<NaiveDate>,
    /// Why, of a leave: for the person alone.
    pub reason: Option<String>,
}

/// What a person attended in a period, newest first: held and closed activities alone.
pub async fn attended(
    conn: &impl ConnectionTrait,
    person: PersonId,
    period: kernel::Period,
) -> Result<Vec<Attended>, DbErr> {
    let sql = "select a.id, a.title, a.occurred_on as day, a.pillar, \
         case when t.made_up_on is not null then 'made_up' else t.status end as status, t.status as missed, \
         t.made_up_on, t.reason \
         from attendance t join activity a on a.id = t.activity_id where t.person_id = $1 \
         and a.state in ('held', 'closed') and a.occurred_on between $2 and $3 order by a.occurred_on desc, a.id desc";
    db::all(conn, sql, vec![person.0.into(), period.from.into(), period.to.into()]).await
}
