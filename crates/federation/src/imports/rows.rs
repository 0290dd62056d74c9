//! The rows of an uploaded file on its page: every verdict, by tabs, a page at a time; and the answers in a form.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use desk::ui::{Page, language::Words};
use kernel::{PersonId, Refusal, UnitId};
use serde::Serialize;
use web::Fields;

use super::{
    Answers, Judged, Question, Summary, TakenRow, Understood, Verdict,
    groups::{self, question_mark},
    jobs::{Judged as File, Verdicts},
};

/// Rows on a page.
const ROWS: usize = 100;

/// A row for its page.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    #[serde(rename = "row")]
    number: usize,
    /// Its number in its sheet.
    at: usize,
    label: String,
    /// What was understood of it, line by line.
    understood: Vec<String>,
    /// The unit that it belongs to.
    unit: Option<String>,
    /// Whether its unit was chosen by hand.
    mended: bool,
    verdict: &'static str,
    texts: Vec<String>,
    choices: Vec<String>,
    /// Identifies the question.
    question: String,
    /// How many more rows have the same question.
    alike: usize,
    /// Whether something was answered, so that the answer can be changed.
    answered: bool,
}

/// How many rows there are of each verdict; those to be imported and repeated ones are counted by the summary.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    /// Rows with a question.
    pub(super) asks: usize,
    /// Refused.
    pub(super) refused: usize,
}

impl Counts {
    /// The counts for a file.
    pub(super) fn from_summary(summary: &Summary) -> Self {
        let refused = summary.judged.iter().filter(|judged| matches!(judged.verdict, Verdict::Refused(_))).count();
        Self { asks: summary.questions().count(), refused }
    }
}

/// The tab that a query names.
pub(super) fn known_tab(query: &Fields) -> Option<&'static str> {
    ["all", "ask", "refused", "repeated", "take"].into_iter().find(|tab| *tab == query.text("only"))
}

/// The tab that a query selects; by default the rows with questions, if there are any, else all rows.
pub(super) fn tab(query: &Fields, counts: Counts) -> &'static str {
    known_tab(query).unwrap_or(if counts.asks > 0 { "ask" } else { "all" })
}

/// What a row of the page is made from.
enum Line<'v> {
    Taking(&'v TakenRow),
    Judged(&'v Judged),
}

impl Line<'_> {
    fn number(&self) -> usize {
        match self {
            Self::Taking(taken) => taken.row,
            Self::Judged(judged) => judged.row,
        }
    }

    fn verdict(&self) -> &'static str {
        match self {
            Self::Taking(_) => "take",
            Self::Judged(judged) => verdict(&judged.verdict),
        }
    }
}

fn verdict(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Take => "take",
        Verdict::Repeated => "repeated",
        Verdict::Ask(_) => "ask",
        Verdict::Refused(_) => "refused",
    }
}

/// What the rows of a page are shown with.
pub(super) struct With<'a> {
    /// Words of the visitor's language.
    pub(super) words: &'a Words,
    /// The names of units.
    pub(super) units: HashMap<UnitId, String>,
    /// The names of people, each with the unit that the person is in today.
    pub(super) people: HashMap<PersonId, (String, Option<String>)>,
    /// The units that were chosen by hand for rows.
    pub(super) mended: &'a BTreeMap<usize, String>,
}

/// The rows of a page of a tab, in the order of the file, paged by row numbers.
pub(super) struct Lines<'v>(Page<Line<'v>>);

impl Lines<'_> {
    /// The units and people that its rows name.
    pub(super) fn named(&self) -> (BTreeSet<UnitId>, BTreeSet<PersonId>) {
        let understood = self.0.rows.iter().filter_map(|line| match line {
            Line::Taking(taken) => Some(&taken.understood),
            Line::Judged(_) => None,
        });
        let (mut units, mut people) = (BTreeSet::new(), BTreeSet::new());
        for Understood { unit, people: parts, .. } in understood {
            units.extend(*unit);
            people.extend(parts.iter().flat_map(|(_, persons)| persons.iter().take(SHOWN)));
        }
        (units, people)
    }

    /// The same for the page.
    pub(super) fn rows(self, file: &File, verdicts: &Verdicts, with: &With<'_>) -> Page<Row> {
        let Page { rows, next, query, first } = self.0;
        let rows = rows.iter().map(|line| row(line, file, &verdicts.summary, with)).collect();
        Page { rows, next, query, first }
    }
}

/// The rows of a page of a tab.
pub(super) fn page<'v>(verdicts: &'v Verdicts, query: &Fields, tab: &str) -> Lines<'v> {
    let after = query.key("after").and_then(|row| usize::try_from(row).ok());
    let taking = verdicts.taking.iter().map(Line::Taking);
    let judged = verdicts.summary.judged.iter().map(Line::Judged);
    let wanted =
        |line: &Line<'_>| after.is_none_or(|after| line.number() > after) && (tab == "all" || line.verdict() == tab);
    let mut lines: Vec<Line<'_>> = taking.chain(judged).filter(wanted).collect();
    lines.sort_by_key(Line::number);
    lines.truncate(ROWS + 1);
    Lines(Page::new(lines, ROWS, query, &["after"], |line| vec![("after", line.number().to_string())]))
}

/// How many people of a row are shown by name.
const SHOWN: usize = 60;

/// What was understood of a row, line by line; its unit stands beside it.
fn understood(of: &Understood, with: &With<'_>) -> Vec<String> {
    let words = with.words;
    let mut lines = Vec::new();
    if let Some((from, to)) = of.days {
        lines.push(match to {
            Some(to) if to != from => {
                words.message("import-days", &[("from", &from.to_string()), ("to", &to.to_string())])
            }
            _ => from.to_string(),
        });
    }
    lines.extend(of.facts.iter().map(|fact| words.refusal(fact)));
    for (part, persons) in &of.people {
        let shown = persons.iter().take(SHOWN).filter_map(|person| with.people.get(person));
        let shown: Vec<String> = shown
            .map(|(name, unit)| match unit {
                // Of a single person the unit tells namesakes apart.
                Some(unit) if persons.len() == 1 => format!("{name} · {unit}"),
                _ => name.clone(),
            })
            .collect();
        let count = persons.len().to_string();
        let more = if shown.len() < persons.len() { "…" } else { "" };
        let (part, shown) = (words.message(part, &[]), words.list(&shown) + more);
        lines.push(words.message("import-people", &[("part", &part), ("count", &count), ("names", &shown)]));
    }
    lines
}

fn row(line: &Line<'_>, file: &File, summary: &Summary, with: &With<'_>) -> Row {
    let words = with.words;
    let number = line.number();
    let plain = Row {
        number,
        at: tabular::row_in_sheet(number),
        label: String::new(),
        understood: Vec::new(),
        unit: None,
        mended: with.mended.contains_key(&number),
        verdict: line.verdict(),
        texts: Vec::new(),
        choices: Vec::new(),
        question: String::new(),
        alike: 0,
        answered: file.answers.contains_key(&number),
    };
    let judged = match line {
        Line::Taking(taken) => {
            let unit = taken.understood.unit.and_then(|unit| with.units.get(&unit).cloned());
            let understood = understood(&taken.understood, with);
            return Row { label: taken.label.clone(), understood, unit, ..plain };
        }
        Line::Judged(judged) => judged,
    };
    let plain = Row { label: judged.label.clone(), ..plain };
    match &judged.verdict {
        Verdict::Take | Verdict::Repeated => plain,
        Verdict::Refused(reasons) => {
            Row { texts: reasons.iter().map(|reason| words.refusal(reason)).collect(), ..plain }
        }
        Verdict::Ask(question) => Row {
            texts: vec![words.refusal(&question.text)],
            choices: question.choices.iter().map(|choice| words.refusal(choice)).collect(),
            question: question_mark(number, &file.answers, question),
            alike: summary.questions().filter(|(_, other)| *other == question).count() - 1,
            ..plain
        },
    }
}

/// The answers in a form: the choice for each row, and how many rows have another question by now.
pub(super) fn chosen(fields: &Fields, summary: &Summary, answers: &Answers) -> (BTreeMap<usize, usize>, usize) {
    let questions: BTreeMap<usize, &Question> =
        summary.questions().map(|(judged, question)| (judged.row, question)).collect();
    let (mut given, mut late) = (BTreeMap::new(), 0);
    let together = groups::groups(summary, answers);
    for (name, value) in fields.pairs() {
        let Some(row) = name.strip_prefix("answer-").and_then(|row| row.parse::<usize>().ok()) else { continue };
        let Ok(choice) = value.parse::<usize>() else { continue };
        let Some(question) = questions
            .get(&row)
            .filter(|question| choice < question.choices.len())
            .filter(|question| fields.text(&format!("question-{row}")) == question_mark(row, answers, question))
        else {
            late += 1;
            continue;
        };
        given.insert(row, choice);
        if fields.ticked(&format!("alike-{row}")) {
            let same = questions.iter().filter(|(_, other)| *other == question).map(|(row, _)| *row);
            for row in same {
                given.entry(row).or_insert(choice);
            }
        }
    }
    // What was chosen for a row alone goes before what was chosen for all that ask the same.
    for (name, value) in fields.pairs() {
        let Some(mark) = name.strip_prefix("all-") else { continue };
        let Ok(choice) = value.parse::<usize>() else { continue };
        let group = together.iter().find(|group| group.mark == mark && choice < group.choices());
        let Some(group) = group else {
            late += 1;
            continue;
        };
        for row in &group.rows {
            given.entry(*row).or_insert(choice);
        }
    }
    (given, late)
}

/// All reasons on one line.
pub(super) fn join_reasons(words: &Words, reasons: &[Refusal]) -> String {
    reasons.iter().map(|reason| words.refusal(reason)).collect::<Vec<_>>().join("；")
}
