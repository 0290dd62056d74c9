//! 花名册: who was in post on a day.

use std::collections::HashSet;

use desk::{
    error::Result,
    ui::{export::must_fit, phone::masked},
};
use document::Cell;
use federation::people::{self, Party, Person, Sex};
use kernel::{PersonId, UnitId};

use super::{
    Facts, Makes, MakesRegister, Register,
    actions::{text, unit_names},
};

/// The roster.
struct Roster;

/// The register of people.
pub static ROSTER: Register = Register::new(&Roster);

#[async_trait::async_trait]
impl MakesRegister for Roster {
    fn facts(&self) -> &'static Facts {
        &Facts {
            name: "roster",
            word: "register-roster",
            text: "register-roster-text",
            place: 80,
            heads: &HEADS,
            naming: &[],
            of_people: true,
            of_a_day: true,
            phones: true,
        }
    }

    async fn rows(&self, making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
        rows(making).await
    }
}

const HEADS: [&str; 14] = [
    "序号",
    "姓名",
    "工号",
    "性别",
    "出生年月",
    "政治面貌",
    "工作单位",
    "职务",
    "职级",
    "变动类型",
    "学历",
    "联系电话",
    "备注",
    "所属小组",
];

async fn rows(making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
    let (app, words) = (making.app, making.words);
    let day = making.period.to;
    let posted = people::store::posted_under(&app.db, making.unit, day, app.to_export()).await?;
    must_fit(app, posted.len())?;
    let ids: Vec<PersonId> = posted.iter().map(|(person, _)| person.id).collect();
    let party = people::store::party_now(&app.db, &ids, day).await?;
    let member_of = people::store::groups_on(&app.db, &ids, day).await?;
    let unit_ids: Vec<UnitId> = posted.iter().map(|(_, posting)| posting.unit).collect();
    let units = unit_names(making, &unit_ids).await?;
    // What is written of somebody today is not for a unit that the person has left.
    let today = app.today();
    let now = if day < today {
        people::store::posted_under(&app.db, making.unit, today, app.to_export()).await?
    } else {
        posted.clone()
    };
    let here: HashSet<PersonId> = now.into_iter().map(|(person, _)| person.id).collect();
    let row = |(number, (person, posting)): (usize, &(Person, people::Posting))| {
        let here = here.contains(&person.id);
        let sex = person.sex.map(|sex| words.message(if sex == Sex::Female { "sex-female" } else { "sex-male" }, &[]));
        let born = person.birth_month.map(|month| format!("{}-{:02}", month / 100, month % 100));
        let party = party.get(&person.id).map(|party| {
            let key = match party {
                Party::Member => "party-member",
                Party::Probationary => "party-probationary",
                Party::League => "party-league",
                Party::Other => "party-other",
                Party::Masses => "party-masses",
            };
            words.message(key, &[])
        });
        let phone = person
            .phone
            .as_deref()
            .filter(|_| here)
            .map(|phone| if making.phones { phone.to_owned() } else { masked(phone) });
        vec![
            Cell::Whole(number as i64 + 1),
            Cell::from(person.name.as_str()),
            text(person.staff_no.as_ref()),
            sex.map_or(Cell::Empty, Cell::from),
            born.map_or(Cell::Empty, Cell::from),
            party.map_or(Cell::Empty, Cell::from),
            units.get(&posting.unit).map_or(Cell::Empty, |name| Cell::from(name.as_str())),
            text(posting.duty.as_ref()),
            text(posting.rank.as_ref()),
            posting.appointment.map_or(Cell::Empty, |how| Cell::from(words.message(how.message(), &[]))),
            text(person.education.as_ref()),
            phone.map_or(Cell::Empty, Cell::from),
            text(person.note.as_ref().filter(|_| here)),
            member_of.get(&person.id).map_or(Cell::Empty, |groups| Cell::from(groups.join("、"))),
        ]
    };
    Ok(posted.iter().enumerate().map(row).collect())
}
