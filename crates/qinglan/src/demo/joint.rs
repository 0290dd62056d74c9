//! Joint sessions with offers and answers, speakers, and a tour: entered last, as of today.

use chrono::{Days, NaiveDate};
use desk::{actor::Actor, app::App, error::Result};
use federation::{scope, units};
use kernel::{RecordId, UnitId};

use super::{
    Plan,
    city::{COMMUNITY, DISTRICT, STREET},
    filling::Numbers,
    sessions::is_workday,
};
use crate::features::{
    activities::{
        self, State, Status,
        actions::Draft,
        roll::{self, Change, Confirming, Given},
    },
    joint::{self, actions::Offering},
    lectures::tours,
    offers::{self, Said},
    speakers::{self, Speaker},
};

/// Name, organisation, field and level of the speakers.
const SPEAKERS: [(&str, &str, &str, &str); 6] = [
    ("温知远", "青蓝市委党校 教师", "theory", "expert"),
    ("顾明澈", "澄江区人民法院 法官", "law", "expert"),
    ("沈亦舟", "青蓝大学 教师", "writing", "expert"),
    ("程望舒", "市三八红旗手", "practice", "model"),
    ("裴思齐", "市妇联青年宣讲团", "policy", "youth"),
    ("陆清和", "青蓝市融媒体中心 记者", "digital", "other"),
];

/// The places of a tour's stops, and the audience of the past ones.
const PLACES: [(&str, i64); 5] =
    [("党群服务中心", 46), ("居民议事厅", 38), ("青年书屋", 31), ("文明实践站", 0), ("妇女儿童之家", 0)];

/// What was added: activities, and attendances of those that were held.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Added {
    pub(super) activities: usize,
    pub(super) attendances: usize,
}

/// Enters all of it.
pub(super) async fn create(app: &App, plan: &Plan, told: &Numbers) -> Result<Added> {
    scope::places::refresh(app).await?;
    let actor = app.operator();
    let [district, street, community] = [DISTRICT, STREET, COMMUNITY].map(|code| plan.city.of_code(code));
    let city = plan.city.units[district].parent.unwrap_or(district);
    let [city, district, street, community] = [city, district, street, community].map(|unit| told.unit(unit));
    let known = speakers(app, &actor, city).await?;
    let mut added = four_levels(app, &actor, (district, &[city, street, community]), told, known[4]).await?;
    upcoming(app, &actor, district, street).await?;
    added.activities += 2;
    added.activities += tour(app, &actor, (district, street), known[3]).await?;
    app.seal().await?;
    Ok(added)
}

async fn speakers(app: &App, actor: &Actor, unit: UnitId) -> Result<Vec<i64>> {
    let mut known = Vec::new();
    for (name, organisation, field, level) in SPEAKERS {
        let speaker = Speaker {
            id: 0,
            name: name.to_owned(),
            person: None,
            field: field.to_owned(),
            level: level.to_owned(),
            organisation: Some(organisation.to_owned()),
            note: None,
            unit,
            retired: false,
            version: 1,
        };
        known.push(speakers::actions::set(app, actor, speaker).await?);
    }
    Ok(known)
}

/// A session of the district with the levels above and below it and two outside organisations, held; all but one have
/// handed in their lists.
async fn four_levels(
    app: &App,
    actor: &Actor,
    (host, others): (UnitId, &[UnitId]),
    told: &Numbers,
    speaker: i64,
) -> Result<Added> {
    let day = workday(app.today(), false);
    let mut draft = Draft::new("joint_study", "四级联学：把群众的事办到家门口", day, host);
    draft.activity.state = State::Announced;
    draft.activity.time_from = Some("09:00".to_owned());
    draft.activity.time_to = Some("11:00".to_owned());
    draft.activity.place = Some("澄江区妇女儿童活动中心".to_owned());
    draft.activity.speakers = Some("裴思齐".to_owned());
    draft.speaking = Some(vec![speaker]);
    let id = activities::actions::add(app, actor, draft).await?;
    let outside: Vec<UnitId> = told.outside(2);
    let units = others.iter().chain(&outside).copied().collect();
    joint::actions::offer(app, actor, id, Offering { units, ..Offering::default() }).await?;
    for offer in offers::store::of_activity(&app.db, id).await? {
        joint::actions::answer(app, actor, offer.id, offer.version, Said::Yes, None).await?;
        if outside.contains(&offer.unit) {
            joint::actions::set_guests(app, actor, offer.id, offer.version + 1, Some(12), Some("办公室")).await?;
        } else if others.first() != Some(&offer.unit) {
            let handed = everyone_present(app, told, id, Some(offer.unit)).await?;
            joint::actions::hand_in(app, actor, offer.id, &handed).await?;
        }
    }
    let handed = Confirming { count_guests: true, ..everyone_present(app, told, id, None).await? };
    roll::confirm(app, actor, id, handed).await?;
    let sessions = activities::store::by_ids(&app.db, &[id]).await?;
    Ok(Added { activities: 1, attendances: sessions.iter().map(|session| session.attendance.len()).sum() })
}

/// Everyone who is due, as present; one in five is on leave, in the order of the plan, since the keys of people differ each
/// time.
async fn everyone_present(app: &App, told: &Numbers, id: RecordId, unit: Option<UnitId>) -> Result<Confirming> {
    let mut handed = Confirming::default();
    if let Some(activity) = activities::store::by_ids(&app.db, &[id]).await?.pop() {
        handed.version = activity.version;
        let mut due = roll::due(&app.db, &activity).await?;
        due.retain(|(_, of)| unit.is_none_or(|unit| unit == *of));
        due.sort_by_key(|(person, _)| told.place_of(*person));
        handed.changes = due
            .into_iter()
            .enumerate()
            .map(|(number, (person, _))| {
                let status = if number % 5 == 4 { Status::Leave } else { Status::OnTime };
                Change::plain(person, Given::As(status))
            })
            .collect();
    }
    Ok(handed)
}

/// Two future sessions: one that the district offers to everything below it, one offered to the district and not answered.
async fn upcoming(app: &App, actor: &Actor, district: UnitId, street: UnitId) -> Result<()> {
    let day = workday(app.today() + Days::new(8), true);
    for (title, host, offering) in [
        ("区街联学：基层治理案例交流", district, Offering { below: true, ..Offering::default() }),
        ("街区共学：青年走访观察", street, Offering { units: vec![district], ..Offering::default() }),
    ] {
        let mut draft = Draft::new("joint_study", title, day, host);
        draft.activity.state = State::Announced;
        draft.activity.time_from = Some("14:30".to_owned());
        let id = activities::actions::add(app, actor, draft).await?;
        joint::actions::offer(app, actor, id, offering).await?;
        let offers = offers::store::of_activity(&app.db, id).await?;
        for (number, offer) in offers.iter().enumerate().filter(|_| host == district) {
            let (said, word) = match number % 3 {
                0 => (Said::Yes, None),
                1 if offer.unit != street => (Said::No, Some("当天有检查")),
                _ => continue,
            };
            joint::actions::answer(app, actor, offer.id, offer.version, said, word).await?;
        }
    }
    Ok(())
}

/// Five stops under the street: three past, two in the future. Returns how many.
async fn tour(app: &App, actor: &Actor, (district, street): (UnitId, UnitId), speaker: i64) -> Result<usize> {
    let today = app.today();
    let tour = tours::Tour {
        id: 0,
        title: "身边榜样进社区".to_owned(),
        theme: Some("在平凡岗位上".to_owned()),
        speaker: Some(speaker),
        unit: district,
        from: today - Days::new(20),
        to: today + Days::new(20),
        ended: false,
        version: 1,
    };
    let id = tours::set(app, actor, tour).await?;
    let below = scope::places::children(&app.db, street).await?;
    let named = units::by_ids(&app.db, &below).await?;
    let mut lines = String::new();
    for (number, (unit, (place, _))) in below.iter().zip(PLACES).enumerate() {
        let day_of_stop = today + Days::new(4 * number as u64) - Days::new(12);
        let day = workday(day_of_stop, number > 2);
        let Some(unit) = named.get(unit) else { continue };
        let name = unit.code.as_deref().unwrap_or(&unit.name);
        lines.push_str(&format!("{day} 15:00 {name} 在{place}\n"));
    }
    let (entered, _) = tours::add_stops(app, actor, id, &lines).await?;
    for (stop, (_, heard)) in
        tours::stops(&app.db, id).await?.into_iter().zip(PLACES).filter(|(_, (_, heard))| *heard > 0)
    {
        let mut draft = activities::actions::draft_of(app, RecordId(stop.id)).await?;
        draft.activity.state = State::Held;
        draft.activity.audience = Some(heard);
        activities::actions::edit(app, actor, draft, None).await?;
    }
    Ok(entered)
}

/// The last workday up to a day, or the first one from it on.
fn workday(day: NaiveDate, behind: bool) -> NaiveDate {
    let mut days = (0..10).map(|number| if behind { day + Days::new(number) } else { day - Days::new(number) });
    days.find(|day| is_workday(*day)).unwrap_or(day)
}
