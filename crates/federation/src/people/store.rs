//! All queries on people, postings and dated states; those on memberships are in a file of their own and re-exported.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use desk::{
    feature::{Features, Records},
    pinyin,
};
use kernel::{DayRange, ImportId, PersonId, RecordId, UnitId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, Value};

pub use super::memberships::groups_on;
pub use super::memberships::memberships_of;
pub(crate) use super::memberships::{all_memberships, group_names_of_memberships, spans_of};
pub(super) use super::memberships::{
    insert_memberships, lock_memberships, memberships_in, set_spans, void_memberships,
};
use super::model::{Appointment, Edit, Facts, Held, NewPerson, Party, Person, Posting, Sex};
use super::{postings, rules};

/// People by their keys.
pub async fn by_ids(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<HashMap<PersonId, Person>, DbErr> {
    db::by_ids(conn, people).await
}

/// A select of people who are neither void nor merged, with their postings; `rest` has joins on both and conditions.
fn posted(rest: &str) -> String {
    format!(
        "select {}, {} from person p join posting o on o.person_id = p.id {rest} \
         and p.void = false and p.merged_into is null and o.void = false",
        Person::columns("p"),
        Posting::columns("o")
    )
}

/// People with these names who are neither void nor merged, with their postings.
pub async fn list_by_names(conn: &impl ConnectionTrait, names: &[String]) -> Result<Vec<(Person, Posting)>, DbErr> {
    let sql = posted("where p.name in ($keys)") + " order by o.id";
    db::by_keys(&sql, names).rows(conn).await
}

/// People with these staff numbers who are neither void nor merged, with their postings.
pub async fn list_by_numbers(conn: &impl ConnectionTrait, numbers: &[String]) -> Result<Vec<(Person, Posting)>, DbErr> {
    let sql = posted("where p.staff_no in ($keys)") + " order by o.id";
    db::by_keys(&sql, numbers).rows(conn).await
}

/// Of these staff numbers, those that somebody has.
pub(super) async fn taken_numbers(conn: &impl ConnectionTrait, numbers: &[&str]) -> Result<Vec<String>, DbErr> {
    let sql = "select staff_no from person where void = false and merged_into is null and staff_no in ($keys)";
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    db::by_keys(sql, &numbers).rows(conn).await
}

/// Those of some people whom an import has stored.
pub async fn of_import(
    conn: &impl ConnectionTrait,
    import: ImportId,
    people: &[PersonId],
) -> Result<HashSet<PersonId>, DbErr> {
    let sql = "select id from person where import_id = $1 and id in ($keys)";
    let people: Vec<PersonId> = db::by_keys(sql, people).with(vec![import.0.into()]).rows(conn).await?;
    Ok(people.into_iter().collect())
}

/// The first `most` people posted at and under a unit on a day, in the order of the tree and their names.
pub async fn posted_under(
    conn: &impl ConnectionTrait,
    unit: UnitId,
    day: NaiveDate,
    most: u64,
) -> Result<Vec<(Person, Posting)>, DbErr> {
    let sql = posted(
        "join unit_place q on q.unit_id = o.unit_id \
         join unit_place top on top.unit_id = $1 and q.place between top.place and top.last \
         where o.from_day <= $2 and (o.to_day is null or o.to_day >= $2)",
    );
    let sql = format!("{sql} order by q.place, p.name, p.id limit {most}");
    db::rows(conn, &sql, vec![unit.0.into(), day.into()]).await
}

/// People with these names who are in post on a day, with the place of their unit.
pub async fn list_by_names_at(
    conn: &impl ConnectionTrait,
    names: &[String],
    day: NaiveDate,
) -> Result<Vec<(Person, Option<i64>)>, DbErr> {
    let sql = format!(
        "select {}, q.place from person p join posting o on o.person_id = p.id \
         left join unit_place q on q.unit_id = o.unit_id \
         where p.void = false and p.merged_into is null and o.void = false and o.from_day <= $1 \
         and (o.to_day is null or o.to_day >= $1) and p.name in ($keys) order by p.id",
        Person::columns("p")
    );
    db::by_keys(&sql, names).with(vec![day.into()]).rows(conn).await
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
pub async fn postings_of(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Posting>, DbErr> {
    let sql = format!(
        "select {} from posting o where o.void = false and o.person_id in ($keys) order by o.id",
        Posting::columns("o")
    );
    db::by_keys(&sql, people).rows(conn).await
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

/// The facts on which the memberships of these people depend.
pub(crate) async fn facts(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<HashMap<PersonId, Facts>, DbErr> {
    let mut facts: HashMap<PersonId, Facts> = HashMap::new();
    for (id, person) in by_ids(conn, people).await? {
        let education = rules::education(person.education.as_deref().unwrap_or_default());
        let known = Facts { sex: person.sex, birth_month: person.birth_month, education, ..Facts::default() };
        facts.insert(id, known);
    }
    let sql = "select person_id, from_day, status from party_status where person_id in ($keys) order by from_day";
    for (person, from, party) in db::by_keys(sql, people).rows::<(PersonId, NaiveDate, Party)>(conn).await? {
        if let Some(facts) = facts.get_mut(&person) {
            facts.party.push((from, party));
        }
    }
    let sql = "select person_id, from_day, to_day, unit_id from person_state where state = 'seconded' and void = false \
         and unit_id is not null and person_id in ($keys) order by from_day, id";
    for (person, days, unit) in db::by_keys(sql, people).rows::<(PersonId, DayRange, UnitId)>(conn).await? {
        if let Some(facts) = facts.get_mut(&person) {
            facts.secondments.push((days, unit));
        }
    }
    let sql = "select person_id, from_day, to_day, rank, appointment from posting where void = false \
         and person_id in ($keys) order by from_day, id";
    let postings = db::by_keys(sql, people);
    for (person, days, rank, appointment) in
        postings.rows::<(PersonId, DayRange, Option<String>, Option<Appointment>)>(conn).await?
    {
        if let Some(facts) = facts.get_mut(&person) {
            facts.postings.push((days, rules::rank(rank.as_deref().unwrap_or_default()), appointment));
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
    let columns = [
        "id",
        "dense",
        "name",
        "staff_no",
        "sex",
        "birth_month",
        "education",
        "phone",
        "note",
        "void",
        "version",
        "import_id",
    ];
    let rows = people.iter().zip(dense..).map(|((id, new), dense)| {
        vec![
            id.0.into(),
            dense.into(),
            new.name.as_str().into(),
            new.staff_no.as_deref().into(),
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
    spell(tx, people.iter().map(|(id, new)| (id.0, new.name.as_str()))).await?;
    let party = people.iter().filter_map(|(id, new)| Some(vec![id.0.into(), new.party?.as_str().into(), from.into()]));
    db::insert_many(tx, "party_status", &["person_id", "status", "from_day"], party).await?;
    let postings: Vec<(PersonId, UnitId, &Held)> = people.iter().map(|(id, new)| (*id, new.unit, &new.held)).collect();
    insert_postings(tx, &postings, from, opening, import).await
}

pub(super) async fn insert_postings(
    tx: &impl ConnectionTrait,
    postings: &[(PersonId, UnitId, &Held)],
    from: NaiveDate,
    opening: bool,
    import: Value,
) -> Result<(), DbErr> {
    let first = db::take_range(tx, "posting", postings.len()).await?;
    let records = db::take_range(tx, "record", postings.len()).await?;
    let days = DayRange { from, to: None };
    let records: Vec<Posting> = postings
        .iter()
        .zip((first..).zip(records..))
        .map(|((person, unit, held), (id, record))| Posting {
            id,
            record: RecordId(record),
            person: *person,
            unit: *unit,
            duty: held.duty.clone(),
            rank: held.rank.clone(),
            appointment: held.appointment,
            post: held.post,
            days,
        })
        .collect();
    let with = [("opening", opening.into()), ("void", false.into()), ("import_id", import)];
    db::insert_with(tx, &records, &with).await
}

/// Ends a posting.
pub(super) async fn end_posting(
    tx: &impl ConnectionTrait,
    posting: i64,
    last: NaiveDate,
    import: Option<ImportId>,
) -> Result<(), DbErr> {
    let sql = "update posting set to_day = $1, ended_import_id = $2 where id = $3";
    db::execute(tx, sql, vec![last.into(), import.map(|import| import.0).into(), posting.into()]).await?;
    Ok(())
}

/// Ends postings and memberships of a person that go on after a day, by an import or by hand.
pub(super) async fn end(
    tx: &impl ConnectionTrait,
    person: PersonId,
    last: NaiveDate,
    import: Option<ImportId>,
) -> Result<(), DbErr> {
    for table in ["posting", "membership"] {
        let sql = format!(
            "update {table} set to_day = $1, ended_import_id = $2 where person_id = $3 and void = false \
             and from_day <= $1 and (to_day is null or to_day > $1)"
        );
        let import = import.map(|import| import.0);
        db::execute(tx, &sql, vec![last.into(), import.into(), person.0.into()]).await?;
    }
    Ok(())
}

/// The people who were there before an import that has appointed them or ended their postings.
pub(super) async fn appointed_by(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<PersonId>, DbErr> {
    let sql = "select o.person_id from posting o join person p on p.id = o.person_id \
         where o.void = false and (o.import_id = $1 or o.ended_import_id = $1) \
         and (p.import_id is null or p.import_id <> $1) union \
         select m.person_id from membership m where m.void = false and m.ended_import_id = $1 order by 1";
    db::rows(conn, sql, vec![import.0.into()]).await
}

/// Those among people who were there before an import.
pub(super) async fn before_import(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    import: ImportId,
) -> Result<Vec<PersonId>, DbErr> {
    let sql = "select id from person where (import_id is null or import_id <> $1) and id in ($keys)";
    db::by_keys(sql, people).with(vec![import.0.into()]).rows(conn).await
}

/// Of those, by name, the people whose postings somebody has changed since.
pub(super) async fn appointed_since(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<String>, DbErr> {
    let sql = "select distinct p.name from posting o join person p on p.id = o.person_id where o.void = false \
         and (p.import_id is null or p.import_id <> $1) and ((o.import_id = $1 and (o.to_day is not null \
         or exists (select 1 from posting l where l.person_id = o.person_id and l.void = false and l.id > o.id \
         and (l.import_id is null or l.import_id <> $1)))) or (o.ended_import_id = $1 and exists \
         (select 1 from posting l where l.person_id = o.person_id and l.void = false and l.from_day > o.to_day \
         and (l.import_id is null or l.import_id <> $1)))) order by p.name";
    db::rows(conn, sql, vec![import.0.into()]).await
}

/// Goes on with the postings and memberships that an import has ended.
pub(super) async fn go_on(tx: &impl ConnectionTrait, import: ImportId) -> Result<(), DbErr> {
    for table in ["posting", "membership"] {
        let sql = format!("update {table} set to_day = null, ended_import_id = null where ended_import_id = $1");
        db::execute(tx, &sql, vec![import.0.into()]).await?;
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

/// Stores 借调 (with the borrowing unit) or a leave of absence.
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

/// Overwrites a person's facts if they have the version that was read; returns how many rows that affected.
pub(super) async fn set_facts(tx: &impl ConnectionTrait, person: PersonId, edit: &Edit) -> Result<u64, DbErr> {
    // A number that is changed by hand is no longer an import's to take back.
    let sql = "update person set name = $1, sex = $2, birth_month = $3, education = $4, phone = $5, note = $6, \
               staff_no_import_id = case when staff_no = $7 then staff_no_import_id end, staff_no = $7 \
               where id = $8 and version = $9";
    let values = vec![
        edit.name.as_str().into(),
        edit.sex.map(Sex::as_str).into(),
        edit.birth_month.into(),
        edit.education.as_deref().into(),
        edit.phone.as_deref().into(),
        edit.note.as_deref().into(),
        edit.staff_no.as_deref().into(),
        person.0.into(),
        edit.version.into(),
    ];
    db::execute(tx, sql, values).await
}

/// Gives numbers to people who have none; returns how many were given one.
pub(super) async fn set_numbers(
    tx: &impl ConnectionTrait,
    numbers: &[(PersonId, String)],
    import: ImportId,
) -> Result<u64, DbErr> {
    let mut given = 0;
    for some in numbers.chunks(200) {
        let mut values: Vec<Value> = vec![import.0.into()];
        let mut cases = String::new();
        let mut keys = Vec::new();
        for (person, number) in some {
            values.extend([person.0.into(), number.as_str().into()]);
            let (key, text) = (values.len() - 1, values.len());
            cases.push_str(&format!(" when ${key} then ${text}"));
            keys.push(format!("${key}"));
        }
        let sql = format!(
            "update person set staff_no = case id{cases} end, staff_no_import_id = $1, version = version + 1 \
             where staff_no is null and id in ({})",
            keys.join(", ")
        );
        given += db::execute(tx, &sql, values).await?;
    }
    Ok(given)
}

/// Takes the numbers back that an import gave to people who were there before.
pub(super) async fn take_numbers_back(tx: &impl ConnectionTrait, import: ImportId) -> Result<(), DbErr> {
    let sql = "update person set staff_no = null, staff_no_import_id = null, version = version + 1 \
               where staff_no_import_id = $1";
    db::execute(tx, sql, vec![import.0.into()]).await?;
    Ok(())
}

/// Stores the pinyin spellings of names.
async fn spell<'n>(tx: &impl ConnectionTrait, names: impl Iterator<Item = (i64, &'n str)>) -> Result<(), DbErr> {
    let rows = names.map(|(id, name)| {
        let spelled = pinyin::of_person(name);
        vec![id.into(), spelled.order.into(), spelled.forms.into()]
    });
    db::insert_many(tx, "person_pinyin", &["person_id", "spelled", "forms"], rows.collect::<Vec<_>>()).await
}

/// Stores the spellings of a changed name.
pub(super) async fn spell_anew(tx: &impl ConnectionTrait, person: PersonId, name: &str) -> Result<(), DbErr> {
    db::execute(tx, "delete from person_pinyin where person_id = $1", vec![person.0.into()]).await?;
    spell(tx, std::iter::once((person.0, name))).await
}

/// Stores the spellings that an older version left empty.
pub(crate) async fn spell_missing(db: &db::Database) -> Result<(), DbErr> {
    let missing = "select y.person_id, p.name from person_pinyin y join person p on p.id = y.person_id \
                   where y.spelled = '' order by y.person_id limit 5000";
    while !db::rows::<(i64, String)>(db, missing, vec![]).await?.is_empty() {
        let tx = db::begin(db).await?;
        // Another process that opens the database at the same moment waits here, and then finds nothing left to do.
        db::take_range(&tx, "person", 0).await?;
        let names: Vec<(i64, String)> = db::rows(&tx, missing, vec![]).await?;
        let people: Vec<i64> = names.iter().map(|(id, _)| *id).collect();
        db::by_keys("delete from person_pinyin where person_id in ($keys)", &people).execute(&tx).await?;
        spell(&tx, names.iter().map(|(id, name)| (*id, name.as_str()))).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Writes what somebody is in a posting.
pub(super) async fn set_held(tx: &impl ConnectionTrait, posting: i64, held: &Held) -> Result<(), DbErr> {
    let sql = "update posting set duty = $1, rank = $2, appointment = $3, post_id = $4 where id = $5";
    let appointment = held.appointment.map(Appointment::as_str);
    let values = vec![
        held.duty.as_deref().into(),
        held.rank.as_deref().into(),
        appointment.into(),
        held.post.into(),
        posting.into(),
    ];
    db::execute(tx, sql, values).await?;
    Ok(())
}

/// Locks the rows of people until the transaction ends, in the order of their keys; returns those who are neither void nor
/// merged.
pub async fn lock(tx: &impl ConnectionTrait, people: &[PersonId]) -> Result<BTreeSet<PersonId>, DbErr> {
    let mut people = people.to_vec();
    people.sort_unstable();
    let sql = "select id from person where void = false and merged_into is null and id in ($keys) order by id";
    Ok(db::by_keys(sql, &people).hold(tx).await?.into_iter().collect())
}

/// The survivor of the merge of a row, followed through later merges.
pub(super) async fn merged_into(conn: &impl ConnectionTrait, person: PersonId) -> Result<Option<PersonId>, DbErr> {
    let sql = "select merged_into from person where id = $1";
    let mut last = None;
    let mut next = person;
    while let Some(into) = db::row::<Option<PersonId>>(conn, sql, vec![next.0.into()]).await?.flatten() {
        next = into;
        last = Some(next);
    }
    Ok(last)
}

/// Voids postings.
pub(super) async fn void_postings(tx: &impl ConnectionTrait, postings: &[i64]) -> Result<(), DbErr> {
    db::by_keys("update posting set void = true where id in ($keys)", postings).execute(tx).await?;
    Ok(())
}

/// Raises the version of people, so that an edit of an old one is refused.
pub(super) async fn touch(tx: &impl ConnectionTrait, people: &[PersonId]) -> Result<(), DbErr> {
    db::by_keys("update person set version = version + 1 where id in ($keys)", people).execute(tx).await?;
    Ok(())
}

/// Changes all references to a merged person to the survivor.
pub(super) async fn repoint(tx: &impl ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    for sql in [
        "update posting set person_id = $1 where person_id = $2",
        "update membership set person_id = $1 where person_id = $2",
        "update person_state set person_id = $1 where person_id = $2",
        "update secondment_offer set person_id = $1 where person_id = $2",
        "update party_status set person_id = $1 where person_id = $2 and from_day not in \
         (select from_day from party_status where person_id = $1)",
        "update person set merged_into = $1, version = version + 1 where id = $2",
    ] {
        db::execute(tx, sql, vec![survivor.0.into(), loser.0.into()]).await?;
    }
    // Facts that the survivor lacks are taken from the merged person, a staff number with the import that takes it back when it is undone.
    let of_merged = |column: &str| format!("(select l.{column} from person l where l.id = $2)");
    let number_from = format!(
        "staff_no_import_id = case when staff_no is null then {} else staff_no_import_id end",
        of_merged("staff_no_import_id")
    );
    let sets = ["staff_no", "birth_month", "sex", "education", "phone", "note"]
        .map(|column| format!("{column} = coalesce({column}, {})", of_merged(column)));
    let sql = format!("update person set {}, {number_from}, version = version + 1 where id = $1", sets.join(", "));
    db::execute(tx, &sql, vec![survivor.0.into(), loser.0.into()]).await?;
    Ok(())
}

/// The people of an import on which something later depends, by name: changes of their data, further postings and
/// memberships, and the records of `features`.
pub(super) async fn stood_on(
    conn: &impl ConnectionTrait,
    features: Features,
    import: ImportId,
) -> Result<Vec<String>, DbErr> {
    let records = features.records().flat_map(Records::people);
    let named: String = records.map(|people| format!("or p.id in ({people}) ")).collect();
    let sql = format!(
        "select p.name from person p where p.import_id = $1 and p.void = false and (p.version > 1 \
         or exists (select 1 from posting o where o.person_id = p.id and o.void = false \
             and (o.import_id is null or o.import_id <> $1)) \
         or exists (select 1 from membership m where m.person_id = p.id and m.void = false \
             and (m.import_id is null or m.import_id <> $1)) {named}) order by p.dense"
    );
    db::rows(conn, &sql, vec![import.0.into()]).await
}

/// Voids the people of an import, and returns the records of their memberships and postings.
pub(super) async fn void_import(tx: &impl ConnectionTrait, import: ImportId) -> Result<Vec<RecordId>, DbErr> {
    let sql = "select id from membership where import_id = $1 and void = false";
    let mut records: Vec<RecordId> = db::rows(tx, sql, vec![import.0.into()]).await?;
    records.extend(postings::records_of_import(tx, import).await?);
    for sql in [
        "update membership set void = true, version = version + 1 where import_id = $1",
        "update posting set void = true where import_id = $1",
        "update person set void = true, version = version + 1 where import_id = $1",
    ] {
        db::execute(tx, sql, vec![import.0.into()]).await?;
    }
    Ok(records)
}

/// Groups of an import that somebody else has joined since.
pub(super) async fn joined_since(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<String>, DbErr> {
    let sql = "select g.name from study_group g where g.import_id = $1 and g.void = false and (exists \
         (select 1 from membership m where m.group_id = g.id and m.void = false \
          and (m.import_id is null or m.import_id <> $1)) \
         or exists (select 1 from activity a where a.host_group_id = g.id and a.state <> 'void'))";
    db::rows(conn, sql, vec![import.0.into()]).await
}
