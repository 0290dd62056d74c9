//! Matters of a street that pass through the five lists: one done, one under way, one just begun. And the talks that are owed since appointments.

use chrono::Days;
use desk::{app::App, error::Result};
use federation::people::{self, Appointment, Held};

use super::{
    Plan,
    city::{COMMUNITY, STREET},
    filling::{Numbers, morning, then},
};
use crate::features::{
    matters::{Handed, Wanted, actions, store},
    talks,
};

/// A matter: what is to be done, how many days ago it was opened, and what was handed in for its lists.
struct Told {
    title: &'static str,
    about: &'static str,
    ago: u64,
    done: &'static [&'static str],
}

const MATTERS: [Told; 3] = [
    Told {
        title: "社区法律咨询日",
        about: "走访中有居民提出需要婚姻家庭方面的法律咨询。",
        ago: 34,
        done: &[
            "走访收集到咨询需求 12 件，集中在婚姻家庭和劳动权益。",
            "列出咨询主题三个，场次两场，联系志愿律师两名。",
            "派给城南社区，青年小组两人协助。",
            "已办两场，接待 31 人次。",
            "回访 20 人，19 人满意；一人希望有后续的调解，已转介。",
        ],
    },
    Told {
        title: "暑期儿童托管点",
        about: "双职工家庭提出寒暑假托管需求，先在一个社区试点。",
        ago: 12,
        done: &["登记需求 26 户，孩子 31 名。", "定下课程表和安全办法，招募志愿者 9 名。"],
    },
    Told {
        title: "新就业女性需求走访", about: "外卖、网约车从业女性的需求摸底。", ago: 2, done: &[]
    },
];

/// Enters them.
pub(super) async fn create(app: &App, plan: &Plan, told: &Numbers) -> Result<()> {
    let [street, community] = [STREET, COMMUNITY].map(|code| told.unit(plan.city.of_code(code)));
    for matter in MATTERS {
        let on = plan.span.today - Days::new(matter.ago);
        let (then_app, operator) = then(app, morning(on));
        let step = |place: u64| Wanted {
            unit: if place == 4 { community } else { street },
            person: None,
            due_on: on + Days::new(place * 6),
        };
        let handed = Handed {
            title: matter.title.to_owned(),
            about: Some(matter.about.to_owned()),
            theme: None,
            steps: (1..=5).map(step).collect(),
        };
        let id = actions::open(&then_app, &operator, street, "five_lists", handed).await?;
        for (place, text) in (1..).zip(matter.done) {
            let (then_app, operator) = then(app, morning(on + Days::new(place * 6 - 1)));
            let version = store::by_id(&app.db, id).await?.map_or(1, |matter| matter.version);
            actions::hand_in(&then_app, &operator, (id, version), text).await?;
        }
    }
    promote(app, plan, told).await?;
    talks::open_all(app).await
}

/// Three people of the street who were promoted or moved lately.
async fn promote(app: &App, plan: &Plan, told: &Numbers) -> Result<()> {
    let of_street = plan.city.of_code(STREET);
    let people = (0..plan.people.len()).filter(|number| {
        let stays = &plan.people[*number].stays;
        stays.len() == 1 && stays[0].unit == of_street && stays[0].days.to.is_none()
    });
    let changes = [
        (Appointment::Promoted, "副主任"),
        (Appointment::Promoted, "办公室主任"),
        (Appointment::Reassigned, "权益专干"),
    ];
    // The first are the people of the demo's accounts.
    for ((number, (appointment, duty)), ago) in people.skip(2).zip(changes).zip([20, 12, 6]) {
        let on = plan.span.today - Days::new(ago);
        let (then_app, operator) = then(app, morning(on));
        let held = Held { appointment: Some(appointment), ..Held::duty(duty) };
        people::actions::transfer(&then_app, &operator, told.person(number), told.unit(of_street), &held, on).await?;
    }
    Ok(())
}
