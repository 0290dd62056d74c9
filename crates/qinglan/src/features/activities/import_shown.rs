//! What the preview of an import shows of a session that was read.

use federation::imports::{Labelled, Understood};
use kernel::Refusal;

use super::{
    actions::Draft,
    model::{SpokePart, Status},
};

impl Labelled for Draft {
    fn label(&self) -> String {
        self.activity.title.clone()
    }

    fn understood(&self) -> Understood {
        let activity = &self.activity;
        let of_status = |status: &Status| {
            let persons = self.attendance.iter().filter(|handed| handed.stands.status == *status);
            (status.message(), persons.map(|handed| handed.person).collect::<Vec<_>>())
        };
        let of_part = |part: &SpokePart| {
            let persons = self.spoke.iter().filter(|(_, of)| of == part).map(|(person, _)| *person);
            let word = match part {
                SpokePart::Led => "spoke-led",
                SpokePart::Lectured => "spoke-lectured",
                SpokePart::Spoke => "spoke-spoke",
            };
            (word, persons.collect::<Vec<_>>())
        };
        let people = Status::ALL.iter().map(of_status).chain(SpokePart::ALL.iter().map(of_part));
        let time = activity.time_from.as_ref().map(|from| match &activity.time_to {
            Some(to) => format!("{from}–{to}"),
            None => from.clone(),
        });
        let time = time.map(|time| Refusal::new("activity-at").with("time", time));
        let audience = activity.audience.map(|count| Refusal::new("activity-heads").with("count", count));
        Understood {
            unit: Some(activity.host),
            days: Some((activity.day, None)),
            people: people.filter(|(_, persons)| !persons.is_empty()).collect(),
            facts: time.into_iter().chain(audience).collect(),
        }
    }
}
