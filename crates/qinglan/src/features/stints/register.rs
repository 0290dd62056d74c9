//! The registers of stints: 挂职锻炼 and 志愿服务.

use desk::{actor::Action, error::Result};
use document::Cell;
use figures::registers::{Facts, Makes, MakesRegister, Register};

use super::list::{Line, days_text, part_name, register_lines};

/// Checked stints, of volunteering or of everything else.
struct Stints {
    facts: &'static Facts,
    volunteering: bool,
}

/// The register of placements, work teams, task forces and other practice.
pub static PLACEMENTS: Register = Register::new(&Stints {
    facts: &Facts {
        name: "placements",
        word: "register-placements",
        text: "register-placements-text",
        place: 91,
        heads: &["序号", "姓名", "单位", "锻炼形式", "任务", "锻炼单位", "起止时间", "主动请缨", "评价"],
        naming: &[],
        of_people: true,
        of_a_day: false,
        phones: false,
    },
    volunteering: false,
});

/// The register of volunteering: of people, not of occasions.
pub static VOLUNTEERING: Register = Register::new(&Stints {
    facts: &Facts {
        name: "volunteering",
        word: "register-volunteering",
        text: "register-volunteering-text",
        place: 92,
        heads: &["序号", "日期", "项目", "地点", "参加人员", "单位", "时长", "评价"],
        naming: &[],
        of_people: true,
        of_a_day: false,
        phones: false,
    },
    volunteering: true,
});

fn placement(number: usize, line: &Line) -> Vec<Cell> {
    vec![
        Cell::Whole(number as i64 + 1),
        (&line.name).into(),
        (&line.unit).into(),
        part_name(&line.part).into(),
        (&line.task).into(),
        line.place.as_deref().into(),
        days_text(line).into(),
        if line.volunteered { "是" } else { "否" }.into(),
        line.result.as_deref().into(),
    ]
}

fn volunteering(number: usize, line: &Line) -> Vec<Cell> {
    vec![
        Cell::Whole(number as i64 + 1),
        days_text(line).into(),
        (&line.task).into(),
        line.place.as_deref().into(),
        (&line.name).into(),
        (&line.unit).into(),
        line.hours.map(|hours| ledger::in_parts(hours, 10)).into(),
        line.result.as_deref().into(),
    ]
}

#[async_trait::async_trait]
impl MakesRegister for Stints {
    fn facts(&self) -> &'static Facts {
        self.facts
    }

    async fn rows(&self, making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
        let scope = making.actor.scope(Action::People);
        let lines = register_lines(making.app, &scope, (making.unit, making.period), self.volunteering).await?;
        let cells = if self.volunteering { volunteering } else { placement };
        Ok(lines.iter().enumerate().map(|(number, line)| cells(number, line)).collect())
    }
}
