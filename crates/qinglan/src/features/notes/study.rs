//! The registers 学习台账 and 请假及补学.

use desk::error::Result;
use document::Cell;
use figures::registers::{Facts, Makes, MakesRegister, Register, actions::text};

use super::store;
use crate::features::activities::{
    Activity, Attendance, Status,
    registers::{Names, held, status, time},
};

/// The register of study, 学习台账.
struct Study;

/// The register of study.
pub static STUDY: Register = Register::new(&Study);

#[async_trait::async_trait]
impl MakesRegister for Study {
    fn facts(&self) -> &'static Facts {
        &Facts {
            name: "study",
            word: "register-study",
            text: "register-study-text",
            place: 20,
            heads: &STUDY_HEADS,
            naming: &[],
            of_people: true,
            of_a_day: false,
            phones: false,
        }
    }

    async fn rows(&self, making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
        study_rows(making).await
    }
}

/// The register of leave and what was made up, 请假及补学.
struct Leave;

/// The register of leave and what was made up.
pub static LEAVE: Register = Register::new(&Leave);

#[async_trait::async_trait]
impl MakesRegister for Leave {
    fn facts(&self) -> &'static Facts {
        &Facts {
            name: "leave",
            word: "register-leave",
            text: "register-leave-text",
            place: 50,
            heads: &LEAVE_HEADS,
            naming: &[],
            of_people: true,
            of_a_day: false,
            phones: false,
        }
    }

    async fn rows(&self, making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
        leave_rows(making).await
    }
}

const STUDY_HEADS: [&str; 10] = [
    "时间",
    "地点",
    "主持人",
    "参加人员",
    "缺席人员及原因",
    "学习内容",
    "方式",
    "讨论发言主要精神",
    "心得(篇)",
    "主办单位",
];
const LEAVE_HEADS: [&str; 8] = ["序号", "姓名", "单位", "活动", "时间", "事由类别", "补学时间", "补学方式"];

/// Sessions that count as learning, each with who was present and who wasn't; reasons are included for those who may lead
/// there.
async fn study_rows(making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
    let (app, words, leads) = (making.app, making.words, making.leads);
    let mut sessions = held(making).await?;
    sessions.retain(|one| one.pillar == "wheel");
    let names = Names::load(making, &sessions).await?;
    let ids: Vec<_> = sessions.iter().map(|one| one.id).collect();
    let notes = store::counts_of(&app.db, &ids).await?;
    let missing = |attended: &Attendance| {
        let name = names.person(attended.person);
        let mut why = vec![status(words, attended.status)];
        if leads {
            why.extend(attended.reason.map(|reason| words.message(reason.message(), &[])));
        }
        if attended.made_up_on.is_some() {
            why.push(words.message("mark-word-made-up", &[]));
        }
        format!("{name}（{}）", why.join("、"))
    };
    let row = |one: &Activity| {
        let present = one.attendance.iter().filter(|attended| attended.status.present());
        let present: Vec<&str> = present.map(|attended| names.person(attended.person)).collect();
        let missed = one.attendance.iter().filter(|one| matches!(one.status, Status::Leave | Status::Absent));
        let missed: Vec<String> = missed.map(missing).collect();
        vec![
            Cell::from(format!("{} {}", one.day, time(one, words)).trim_end().to_owned()),
            text(one.place.as_ref()),
            text(one.chair.as_ref()),
            Cell::from(present.join("、")),
            Cell::from(missed.join("、")),
            Cell::from(one.topic.as_deref().unwrap_or(&one.title)),
            Cell::from(names.kind(&one.type_code)),
            text(one.minutes.as_ref()),
            notes.get(&one.id).map_or(Cell::Empty, |count| Cell::Whole(*count)),
            Cell::from(names.unit(one.host)),
        ]
    };
    Ok(sessions.iter().map(row).collect())
}

/// Who was on leave or absent, and whether and when it was made up.
async fn leave_rows(making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
    let (words, leads) = (making.words, making.leads);
    let sessions = held(making).await?;
    let names = Names::load(making, &sessions).await?;
    let mut rows = Vec::new();
    for one in &sessions {
        for missed in one.attendance.iter().filter(|one| matches!(one.status, Status::Leave | Status::Absent)) {
            let why = match (missed.reason, missed.status) {
                (Some(reason), _) if leads => words.message(reason.message(), &[]),
                (_, missed) => status(words, missed),
            };
            let made_up = missed.made_up_on.map(|day| day.to_string());
            rows.push(vec![
                Cell::Whole(rows.len() as i64 + 1),
                Cell::from(names.person(missed.person)),
                Cell::from(names.unit(missed.unit)),
                Cell::from(one.title.as_str()),
                Cell::from(one.day.to_string()),
                Cell::from(why),
                made_up.clone().map_or(Cell::Empty, Cell::from),
                made_up.map_or(Cell::Empty, |_| Cell::from(words.message("mark-word-made-up", &[]))),
            ]);
        }
    }
    Ok(rows)
}
