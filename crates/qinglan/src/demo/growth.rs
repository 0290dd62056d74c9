//! What people were awarded, and where they were placed or volunteered, in the last year.

use chrono::{Days, NaiveDate};
use desk::{actor::Actor, app::App, error::Result};
use kernel::PersonId;

use super::{ForAccounts, Plan, dice::Dice, filling::Numbers};
use crate::features::{
    honours::{self, For, Level},
    stints::{self, Part},
};

/// Titles with their levels and conferrers.
const TITLES: [(&str, Level, &str); 8] = [
    ("优秀共产党员", Level::Municipal, "市直机关工委"),
    ("优秀共产党员", Level::County, "区委"),
    ("优秀党务工作者", Level::Municipal, "市直机关工委"),
    ("三八红旗手", Level::Provincial, "省妇联"),
    ("家庭工作先进个人", Level::National, "全国妇联"),
    ("乡村振兴工作表现突出个人", Level::Municipal, "市委"),
    ("青年岗位能手", Level::Municipal, "团市委"),
    ("先进工作者", Level::Unit, "街道党工委"),
];

/// Parts with what they are called, where, and for how many days.
const PARTS: [(Part, &str, &str, u64); 6] = [
    (Part::Placed, "到村挂职", "何家寨村", 180),
    (Part::FirstSecretary, "驻村第一书记", "青岭村", 330),
    (Part::WorkTeam, "乡村振兴工作队", "文寨镇", 240),
    (Part::TaskForce, "大会筹备专班", "大会筹备办公室", 60),
    (Part::TaskForce, "重点项目专班", "重点项目建设指挥部", 120),
    (Part::Volunteer, "一线志愿服务", "社区服务站", 30),
];

fn honour(person: PersonId, (title, level, conferrer): (&str, Level, &str), day: NaiveDate) -> honours::Handed {
    honours::Handed {
        of: For::Person(person),
        title: title.to_owned(),
        title_group: None,
        level,
        conferrer: conferrer.to_owned(),
        day,
        certificate: None,
        note: None,
        another: false,
    }
}

/// Enters honours and stints of some of the people who were there a year ago; those of the member of the demo account wait to be
/// checked.
pub(super) async fn create(app: &App, (plan, numbers): (&Plan, &Numbers), seed: u64, tied: &ForAccounts) -> Result<()> {
    let mut dice = Dice::new(seed, 13);
    let actor = app.operator();
    for (number, known) in plan.people.iter().enumerate() {
        let person = numbers.person(number);
        let mut day_with_stay = |most: i64| {
            let day = plan.span.today - Days::new(dice.between(20, most).unsigned_abs());
            known.stay(day).map(|_| day)
        };
        let (awarded, began) = (day_with_stay(360), day_with_stay(360));
        if let Some(day) = awarded.filter(|_| dice.per_mille(60)) {
            honours::actions::add(app, &actor, honour(person, dice.pick(&TITLES), day)).await?;
        }
        if let Some(from) = began.filter(|_| dice.per_mille(80)) {
            let (part, task, place, length) = dice.pick(&PARTS);
            let handed = stints::Handed {
                person,
                part,
                volunteered: dice.per_mille(400),
                task: task.to_owned(),
                place: Some(place.to_owned()),
                place_unit: None,
                from,
                to: Some(from + Days::new(length)),
                hours: (part == Part::Volunteer).then(|| dice.between(4, 40) * 10),
                result: Some(dice.pick(&["优秀", "良好", "称职"]).to_owned()),
                note: None,
                theme: matches!(part, Part::Placed | Part::FirstSecretary | Part::WorkTeam)
                    .then(|| numbers.village_theme(from))
                    .flatten(),
                overlapping: false,
            };
            stints::actions::add(app, &actor, handed).await?;
        }
    }
    let own = Actor { person: Some(tied.member.1), ..actor };
    let day = plan.span.today - Days::new(12);
    honours::actions::add(app, &own, honour(tied.member.1, ("优秀志愿者", Level::County, "区文明办"), day)).await?;
    Ok(())
}
