//! 宣讲台账: one row for a session, one for a tour. Source of the columns: CONVENTIONS, 'Registers'.

use std::collections::BTreeMap;

use desk::error::Result;
use document::Cell;
use figures::registers::{Facts, Makes, MakesRegister, Register};
use kernel::RecordId;

use super::tours;
use crate::features::activities::{self, Activity};

/// The register of lectures, 宣讲台账.
struct Lectures;

/// The register of lectures.
pub static LECTURES: Register = Register::new(&Lectures);

#[async_trait::async_trait]
impl MakesRegister for Lectures {
    fn facts(&self) -> &'static Facts {
        &Facts {
            name: "lectures",
            word: "register-lectures",
            text: "register-lectures-text",
            place: 30,
            heads: &HEADS,
            naming: &["宣讲人"],
            of_people: false,
            of_a_day: false,
            phones: false,
        }
    }

    async fn rows(&self, making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
        rows(making).await
    }
}

/// The usual columns.
const HEADS: [&str; 7] = ["序号", "时间", "地点", "宣讲人", "主题", "场次", "受众人次"];

/// Head-count of a session: the entered one, else the number of those present.
fn head_count(activity: &Activity) -> i64 {
    let present = activity.attendance.iter().filter(|one| one.status.present()).count() as i64;
    activity.audience.unwrap_or(present)
}

/// The lectures held at or under a unit, by day; the stops of a tour are one row.
async fn rows(making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
    let app = making.app;
    let mut sessions = activities::registers::held(making).await?;
    sessions.retain(|activity| activity.type_code == "lecture");
    let ids: Vec<RecordId> = sessions.iter().map(|activity| activity.id).collect();
    let toured = tours::of_activities(&app.db, &ids).await?;
    // A tour is listed at the place of its first stop.
    let mut places: BTreeMap<i64, usize> = BTreeMap::new();
    let mut lines: Vec<(Vec<&Activity>, Option<&str>)> = Vec::new();
    for activity in &sessions {
        match toured.get(&activity.id) {
            Some((tour, title)) => {
                let place = *places.entry(*tour).or_insert_with(|| {
                    lines.push((Vec::new(), Some(title)));
                    lines.len() - 1
                });
                lines[place].0.push(activity);
            }
            None => lines.push((vec![activity], None)),
        }
    }
    let rows = lines.into_iter().enumerate().filter_map(|(number, (stops, tour))| {
        let (first, last) = (stops.first()?, stops.last()?);
        let days = if first.day == last.day { first.day.to_string() } else { format!("{}—{}", first.day, last.day) };
        let each = |of: fn(&Activity) -> Option<&str>| {
            let mut seen: Vec<&str> = Vec::new();
            for text in stops.iter().filter_map(|stop| of(stop)) {
                if !seen.contains(&text) {
                    seen.push(text);
                }
            }
            if seen.is_empty() { Cell::Empty } else { Cell::from(seen.join("、")) }
        };
        let topic = first.topic.as_deref().filter(|_| making.names);
        let theme = topic.or(tour).unwrap_or(&first.title);
        Some(vec![
            Cell::Whole(number as i64 + 1),
            Cell::from(days),
            each(|stop| stop.place.as_deref()),
            each(|stop| stop.speakers.as_deref()),
            Cell::from(theme),
            Cell::Whole(stops.len() as i64),
            Cell::Whole(stops.iter().map(|stop| head_count(stop)).sum()),
        ])
    });
    Ok(rows.collect())
}
