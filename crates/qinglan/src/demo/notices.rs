//! Notices of the last weeks, entered as if they had come then: one answered by everybody, one still open for a few, one
//! that is late.

use chrono::{Days, NaiveDate};
use desk::{app::App, error::Result};
use kernel::UnitId;

use super::{
    Plan,
    city::DISTRICT,
    filling::{Numbers, morning, then},
};
use crate::features::notices::{
    self, Duty, Kind, Recipients,
    actions::{self, Said, Wanted},
    answers::{self, Return},
};

/// The answers of units.
const ANSWERS: [&str; 4] = [
    "已按要求完成，理论学习、实践锻炼情况和下一步打算见下：集中学习按月开展，青年骨干轮流领学。",
    "已完成自查，台账齐全，缺的两次学习已补。",
    "已报：青年理论学习小组正常运转，联络员已更新。",
    "已落实，结合社区走访开展，群众反映较好。",
];

/// A notice: number, title, text, demand, how many days ago it was sent, how many days it gave, and the percentage of units
/// that have answered.
struct Told {
    number: u32,
    title: &'static str,
    text: &'static str,
    demand: Wanted,
    ago: u64,
    gives: u64,
    answered: usize,
}

fn wanted(kind: Kind, text: &str) -> Wanted {
    Wanted { kind, wanted: text.to_owned(), type_code: None, material: None, needs_file: false }
}

fn notices() -> [Told; 3] {
    [
        Told {
            number: 3,
            title: "关于报送青年理论学习小组半年工作小结的通知",
            text: "各街道：请报送本街道青年理论学习小组半年工作小结，写明做法、数据和下一步打算。",
            demand: wanted(Kind::Return, "报送半年工作小结，500 字以内"),
            ago: 40,
            gives: 20,
            answered: 100,
        },
        Told {
            number: 5,
            title: "关于核对小组成员和联络员的通知",
            text: "各街道：请核对青年理论学习小组成员、组长和联络员，有变动的写明。",
            demand: wanted(Kind::Return, "核对成员名单并上报变动情况"),
            ago: 16,
            gives: 7,
            answered: 75,
        },
        Told {
            number: 6,
            title: "关于开展专题研讨的通知",
            text: "各街道：请围绕青年如何服务基层治理开展一次专题研讨，登记活动时填写本通知文号。",
            demand: Wanted {
                type_code: Some("seminar".to_owned()), ..wanted(Kind::Activity, "开展一次专题研讨")
            },
            ago: 3,
            gives: 25,
            answered: 0,
        },
    ]
}

/// Enters them: those of the district for its streets.
pub(super) async fn create(app: &App, plan: &Plan, told: &Numbers) -> Result<()> {
    let (sender, today) = (told.unit(plan.city.of_code(DISTRICT)), plan.span.today);
    for notice in notices() {
        one(app, sender, today, notice).await?;
    }
    Ok(())
}

async fn one(app: &App, sender: UnitId, today: NaiveDate, told: Told) -> Result<()> {
    let on = today - Days::new(told.ago);
    let (then_app, operator) = then(app, morning(on));
    let said = Said {
        number: Some(format!("青妇组〔{}〕{}号", on.format("%Y"), told.number)),
        title: told.title.to_owned(),
        text: told.text.to_owned(),
        due_on: on + Days::new(told.gives),
        recipients: Recipients::Children,
        demands: vec![told.demand],
    };
    let id = actions::draft(&then_app, &operator, sender, said).await?;
    actions::send(&then_app, &operator, (id, 1)).await?;
    let duties: Vec<Duty> = notices::store::duties_of(&app.db, id).await?;
    let count = duties.len() * told.answered / 100;
    for (place, duty) in duties.iter().take(count).enumerate() {
        let day = on + Days::new(1 + place as u64 % (told.gives - 1));
        let (app, operator) = then(app, morning(day));
        let handed = Return { text: ANSWERS[place % ANSWERS.len()].to_owned(), file: None };
        answers::hand_in(&app, &operator, (duty.id, duty.version), handed).await?;
    }
    Ok(())
}
