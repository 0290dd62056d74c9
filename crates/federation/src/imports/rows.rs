//! The rows of an uploaded file on its page: every verdict, by tabs, a page at a time; and the answers in a form.

use std::collections::BTreeMap;

use desk::ui::{Page, language::Words};
use kernel::Refusal;
use serde::Serialize;
use web::Fields;

use super::{
    Answers, Judged, Question, Summary, Verdict,
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

/// The tab that a query selects; by default the rows with questions, if there are any, else all rows.
pub(super) fn tab(query: &Fields, counts: Counts) -> &'static str {
    let known = ["all", "ask", "refused", "repeated", "take"].into_iter().find(|tab| *tab == query.text("only"));
    known.unwrap_or(if counts.asks > 0 { "ask" } else { "all" })
}

/// What a row of the page is made from.
enum Line<'v> {
    Taking(usize, &'v str),
    Judged(&'v Judged),
}

impl Line<'_> {
    fn number(&self) -> usize {
        match self {
            Self::Taking(row, _) => *row,
            Self::Judged(judged) => judged.row,
        }
    }

    fn verdict(&self) -> &'static str {
        match self {
            Self::Taking(..) => "take",
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

/// A page of a tab, in the order of the file, paged by row numbers.
pub(super) fn page(file: &File, verdicts: &Verdicts, words: &Words, query: &Fields, tab: &str) -> Page<Row> {
    let after = query.key("after").and_then(|row| usize::try_from(row).ok());
    let taking = verdicts.taking.iter().map(|(row, label)| Line::Taking(*row, label));
    let judged = verdicts.summary.judged.iter().map(Line::Judged);
    let wanted =
        |line: &Line<'_>| after.is_none_or(|after| line.number() > after) && (tab == "all" || line.verdict() == tab);
    let mut lines: Vec<Line<'_>> = taking.chain(judged).filter(wanted).collect();
    lines.sort_by_key(Line::number);
    lines.truncate(ROWS + 1);
    let page = Page::new(lines, ROWS, query, &["after"], |line| vec![("after", line.number().to_string())]);
    let Page { rows, next, query, first } = page;
    let rows = rows.iter().map(|line| row(line, file, &verdicts.summary, words)).collect();
    Page { rows, next, query, first }
}

fn row(line: &Line<'_>, file: &File, summary: &Summary, words: &Words) -> Row {
    let number = line.number();
    let plain = Row {
        number,
        at: tabular::row_in_sheet(number),
        label: String::new(),
        verdict: line.verdict(),
        texts: Vec::new(),
        choices: Vec::new(),
        question: String::new(),
        alike: 0,
        answered: file.answers.contains_key(&number),
    };
    let judged = match line {
        Line::Taking(_, label) => return Row { label: (*label).to_owned(), ..plain },
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

/// Identifies the question that a form answers: a form that is sent twice must not answer the row's next question.
fn question_mark(row: usize, answers: &Answers, question: &Question) -> String {
    let given = answers.get(&row).map_or(0, Vec::len);
    web::digest(&format!("{given} {question:?}")).chars().take(16).collect()
}

/// The answers in a form: the choice for each row, and how many rows have another question by now.
pub(super) fn chosen(fields: &Fields, summary: &Summary, answers: &Answers) -> (BTreeMap<usize, usize>, usize) {
    let questions: BTreeMap<usize, &Question> =
        summary.questions().map(|(judged, question)| (judged.row, question)).collect();
    let (mut given, mut late) = (BTreeMap::new(), 0);
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
    (given, late)
}

/// All reasons on one line.
pub(super) fn join_reasons(words: &Words, reasons: &[Refusal]) -> String {
    reasons.iter().map(|reason| words.refusal(reason)).collect::<Vec<_>>().join("；")
}
