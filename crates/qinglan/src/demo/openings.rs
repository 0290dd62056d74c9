//! Openings of the top, of the shown district and of the shown street, and who came forward for them.

use chrono::Days;
use desk::{actor::Actor, app::App, error::Result};
use federation::scope::places;
use kernel::{PersonId, RecordId, UnitId};

use super::{
    ForAccounts, Plan, city,
    dice::Dice,
    filling::{Numbers, morning, then},
};
use crate::features::{
    openings::{Handed, Selecting, actions, answers, store},
    stints::Part,
};

/// Why people come forward.
const WORDS: [&str; 6] = [
    "家在山里，想把学到的带回去。",
    "在窗口干了三年，想到一线见见世面。",
    "会当地方言，和村民说得上话。",
    "学的是农业，正好用得上。",
    "组里几个同志都去过，这次轮到我。",
    "孩子上学了，走得开。",
];

struct Made<'a> {
    plan: &'a Plan,
    numbers: &'a Numbers,
    dice: Dice,
}

impl Made<'_> {
    /// People who work in some units of the plan on the day of the demo and long before, but those of the demo accounts.
    fn people(&mut self, units: &[usize], tied: &ForAccounts, most: usize) -> Vec<PersonId> {
        let (today, before) = (self.plan.span.today, self.plan.span.today - Days::new(60));
        let accounts = [tied.secretary.1, tied.leader.1, tied.member.1];
        let there = self.plan.people.iter().enumerate().filter(|(_, known)| {
            let stay = |day| known.stay(day).map(|stay| stay.unit);
            stay(today).is_some_and(|unit| units.contains(&unit)) && stay(today) == stay(before)
        });
        let mut people: Vec<PersonId> = there.map(|(number, _)| self.numbers.person(number)).collect();
        people.retain(|person| !accounts.contains(person));
        self.dice.shuffle(&mut people);
        people.truncate(most);
        people
    }

    /// People come forward for an opening; the keys of the candidates.
    async fn come_forward(
        &mut self,
        (app, actor): (&App, &Actor),
        opening: RecordId,
        people: Vec<PersonId>,
    ) -> Result<Vec<RecordId>> {
        let mut came = Vec::new();
        for person in people {
            let words = self.dice.pick(&WORDS);
            came.push(answers::come_forward(app, actor, opening, (person, words)).await?);
        }
        Ok(came)
    }
}

/// The version in which a candidate stands.
async fn version(app: &App, id: RecordId) -> Result<(RecordId, i64)> {
    Ok((id, store::candidate(&app.db, id).await?.map_or(0, |candidate| candidate.version)))
}

/// Enters three openings: one for which people may come forward, one for which it is to be decided, and one of the shown street.
pub(super) async fn create(app: &App, (plan, numbers): (&Plan, &Numbers), seed: u64, tied: &ForAccounts) -> Result<()> {
    let Some(top) = places::tops(&app.db).await?.first().copied() else { return Ok(()) };
    let actor = app.operator();
    let today = plan.span.today;
    let mut made = Made { plan, numbers, dice: Dice::new(seed, 15) };
    let opening = |part, title: &str, place: &str, ahead: u64| Handed {
        part,
        title: title.to_owned(),
        place: Some(place.to_owned()),
        place_unit: None,
        places: 2,
        needs: None,
        from: today + Days::new(ahead),
        to: Some(today + Days::new(ahead + 180)),
        contact: Some("组织部 0000-1234567".to_owned()),
        closes: today + Days::new(10),
        theme: None,
    };
    let village = Handed {
        needs: Some("驻村入户、讲政策、带着做产业。会开车、能吃住在村的优先。".to_owned()),
        theme: numbers.village_theme(today),
        ..opening(Part::WorkTeam, "青岭村驻村工作队队员", "青岭村", 20)
    };
    let village = actions::add(app, &actor, top, village).await?;
    let all: Vec<usize> = (0..plan.city.units.len()).collect();
    let people = made.people(&all, tied, 5);
    made.come_forward((app, &actor), village, people).await?;
    // Entered a month ago, and closed since: one was selected, one was not, the others wait.
    let (before, then_by) = then(app, morning(today - Days::new(30)));
    let flood = Handed {
        needs: Some("汛期值班值守、转移群众。身体好、能上夜班。".to_owned()),
        closes: today - Days::new(5),
        ..opening(Part::TaskForce, "防汛值守专班", "区应急指挥中心", 7)
    };
    let district = plan.city.of_code(city::DISTRICT);
    let flood = actions::add(&before, &then_by, numbers.unit(district), flood).await?;
    let under = plan.city.homes_under(district);
    let people = made.people(&under, tied, 4);
    let came = made.come_forward((&before, &then_by), flood, people).await?;
    if let [first, second, ..] = came.as_slice() {
        let reason = "值守三年，熟悉转移路线，单位推荐。".to_owned();
        let selecting = Selecting { reason, from: None, overlapping: true };
        answers::select(app, &actor, version(app, *first).await?, selecting).await?;
        let words = Some("这次要能上夜班的，下次有岗位再报。".to_owned());
        answers::decline(app, &actor, version(app, *second).await?, words).await?;
    }
    let street: UnitId = tied.secretary.0;
    let service = Handed {
        needs: Some("周末半天，陪老人、帮孩子写作业。".to_owned()),
        contact: Some("街道团工委 0000-7654321".to_owned()),
        places: 6,
        ..opening(Part::Volunteer, "社区周末志愿服务", "社区服务站", 12)
    };
    actions::add(app, &actor, street, service).await?;
    Ok(())
}
