//! A register of the demo's own: volunteering, with the rows of the last months.

use chrono::Days;
use desk::{app::App, error::Result};
use federation::scope::places;
use figures::own_registers::{
    actions::{self, Defining},
    model::{Entered, Value, Values},
    presets,
};

use super::{Plan, dice::Dice, filling::Numbers};

/// How many people lead an occasion.
const LEADING: usize = 40;
/// What was done, and where.
const PROJECTS: [(&str, &str); 6] = [
    ("清洁家园", "社区广场"),
    ("反诈宣传", "便民服务中心"),
    ("护学岗", "小学门口"),
    ("敬老陪伴", "养老服务站"),
    ("图书整理", "社区书屋"),
    ("河道巡护", "河长公园"),
];

/// Installs the ready-made form for volunteering at the top, and fills it in for the units of some people.
pub(super) async fn create(app: &App, (plan, numbers): (&Plan, &Numbers), seed: u64) -> Result<()> {
    let mut dice = Dice::new(seed, 14);
    let actor = app.operator();
    let Some(top) = places::tops(&app.db).await?.first().copied() else { return Ok(()) };
    let preset = presets::by_code("volunteering")?;
    let id = actions::define(app, &actor, Defining { code: preset.code, unit: top, draft: preset.draft }).await?;
    actions::open(app, &actor, id, 1).await?;
    for (number, known) in plan.people.iter().enumerate().take(LEADING) {
        let day = plan.span.today - Days::new(dice.between(5, 300).unsigned_abs());
        let (project, place) = dice.pick(&PROJECTS);
        let values = [
            ("f1", Value::Text(project.to_owned())),
            ("f2", Value::Text(place.to_owned())),
            ("f3", Value::People(vec![numbers.person(number)])),
            ("f5", Value::Number(dice.between(3, 20))),
            ("f6", Value::Number(dice.between(2, 8) * 5)),
            ("f7", Value::Text("社区居民".to_owned())),
        ];
        let Some(stay) = known.stay(day) else { continue };
        let entered = Entered {
            unit: numbers.unit(stay.unit),
            group: None,
            person: None,
            day,
            until: None,
            values: values.map(|(field, value)| (field.to_owned(), value)).into_iter().collect::<Values>(),
        };
        actions::enter(app, &actor, id, 1, entered).await?;
    }
    Ok(())
}
