//! Pure functions: where a matter stands by the duties of its lists.

use chrono::NaiveDate;
use federation::duties::{Duty, State as Stands};
use kernel::Refusal;

use super::model::{Handed, State, Step};

/// The most characters of a title, as in the table.
const TITLE: usize = 200;
/// The most characters of what it is about, as in the table.
const ABOUT: usize = 2000;
/// The most characters of what is handed in.
pub(super) const ANSWER: usize = 2000;

/// The faults of a matter as it was submitted for lists with these names.
pub(super) fn validate(handed: Handed, names: &[&str]) -> Result<Handed, Refusal> {
    let title = handed.title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        return Err(Refusal::new("matter-without-title"));
    }
    let about = handed.about.map(|about| about.trim().to_owned()).filter(|about| !about.is_empty());
    Refusal::too_long("matter-title-long", &[("", &title, TITLE)])?;
    Refusal::too_long("matter-about-long", &[("", about.as_deref().unwrap_or_default(), ABOUT)])?;
    if handed.steps.len() != names.len() {
        return Err(Refusal::new("matter-steps-odd").with("count", names.len()));
    }
    let dues: Vec<NaiveDate> = handed.steps.iter().map(|step| step.due_on).collect();
    if let Some(at) = dues.windows(2).position(|pair| pair[1] < pair[0]) {
        let [before, after] = [at, at + 1].map(|at| names.get(at).copied().unwrap_or_default());
        return Err(Refusal::new("matter-steps-cross").with("before", before).with("after", after));
    }
    Ok(Handed { title, about, ..handed })
}

/// Where a matter stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Its state.
    pub state: State,
    /// The place of the list that it is in.
    pub current: i64,
    /// The place of a list whose duty has to be opened.
    pub opens: Option<i64>,
    /// Duties that are open now, or lapse since a list before them isn't done any more.
    pub changed: Vec<Duty>,
}

/// Where a matter stands whose lists have these duties: it is in the first list that isn't done or excused, and only that one's duty is
/// open.
pub(super) fn standing(steps: &[Step], duties: &[Duty]) -> Standing {
    let of = |step: &Step| duties.iter().find(|duty| duty.part == step.place);
    let is_ended = |step: &&Step| of(step).is_some_and(|duty| matches!(duty.state, Stands::Done | Stands::Excused));
    let current = steps.iter().find(|step| !is_ended(step));
    let Some(current) = current else {
        let last = steps.last().map_or(0, |step| step.place);
        return Standing { state: State::Done, current: last, opens: None, changed: Vec::new() };
    };
    let mut changed = Vec::new();
    for duty in duties {
        match (duty.part == current.place, duty.state) {
            (true, Stands::Lapsed) => changed.push(Duty { state: Stands::Open, ..duty.clone() }),
            (false, Stands::Open) => changed.push(Duty { state: Stands::Lapsed, ..duty.clone() }),
            _ => {}
        }
    }
    let opens = Some(current.place).filter(|_| of(current).is_none());
    Standing { state: State::Open, current: current.place, opens, changed }
}

#[cfg(test)]
mod tests {
    use federation::duties::Kind;
    use kernel::{RecordId, UnitId, parse_day};

    use super::{super::model::Wanted, *};

    fn day(text: &str) -> NaiveDate {
        parse_day(text).expect("a day")
    }

    fn steps() -> Vec<Step> {
        let step = |(place, name): (i64, &str)| Step {
            matter: 1,
            place,
            name: name.to_owned(),
            unit: UnitId(1),
            person: None,
            due_on: day("2026-03-01"),
        };
        [(1, "点单"), (2, "派单"), (3, "接单")].into_iter().map(step).collect()
    }

    fn duty(part: i64, state: Stands) -> Duty {
        let of = (Kind::Task, UnitId(1));
        let duty = Duty::new("matter", (1, part), of, (UnitId(1), "street"), day("2026-03-01"));
        Duty { id: RecordId(part), state, ..duty }
    }

    #[test]
    fn a_matter_is_in_its_first_list_that_is_not_done() {
        use Stands::{Done, Excused, Lapsed, Open};
        type Case<'c> = (&'c [Stands], State, i64, Option<i64>, &'c [(i64, Stands)]);
        let cases: [Case<'_>; 7] = [
            (&[], State::Open, 1, Some(1), &[]),
            (&[Open], State::Open, 1, None, &[]),
            (&[Done], State::Open, 2, Some(2), &[]),
            (&[Done, Excused], State::Open, 3, Some(3), &[]),
            (&[Done, Done, Done], State::Done, 3, None, &[]),
            // Sent back: what had begun after it waits, and goes on later.
            (&[Open, Done, Open], State::Open, 1, None, &[(3, Lapsed)]),
            (&[Done, Done, Lapsed], State::Open, 3, None, &[(3, Open)]),
        ];
        for (states, state, current, opens, changed) in cases {
            let duties: Vec<Duty> = (1..).zip(states).map(|(place, state)| duty(place, *state)).collect();
            let stands = standing(&steps(), &duties);
            assert_eq!((stands.state, stands.current, stands.opens), (state, current, opens), "{states:?}");
            let changes: Vec<(i64, Stands)> = stands.changed.iter().map(|duty| (duty.part, duty.state)).collect();
            assert_eq!(changes, changed, "{states:?}");
        }
    }

    #[test]
    fn a_matter_has_a_title_and_lists_that_end_one_after_the_other() {
        let step = |due: &str| Wanted { unit: UnitId(1), person: None, due_on: day(due) };
        let handed = |title: &str, dues: &[&str]| Handed {
            title: title.to_owned(),
            about: Some(" ".to_owned()),
            theme: None,
            steps: dues.iter().map(|due| step(due)).collect(),
        };
        let names = ["点单", "派单"];
        let sound = validate(handed(" 入户  走访 ", &["2026-03-01", "2026-03-01"]), &names).expect("valid");
        assert_eq!((sound.title.as_str(), sound.about), ("入户 走访", None));
        for (handed, code) in [
            (handed("", &["2026-03-01", "2026-03-02"]), "matter-without-title"),
            (handed("走访", &["2026-03-01"]), "matter-steps-odd"),
            (handed("走访", &["2026-03-02", "2026-03-01"]), "matter-steps-cross"),
            (handed(&"长".repeat(201), &["2026-03-01", "2026-03-02"]), "matter-title-long"),
        ] {
            assert_eq!(validate(handed, &names).expect_err("a refusal").code, code);
        }
    }
}
