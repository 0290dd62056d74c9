//! Rows that ask the same: one answer for all of them, and what mends the cause.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashSet},
};

use desk::{app::App, ui::language::Words};
use kernel::Refusal;
use serde::Serialize;

use super::{Answers, Question, Summary, Verdict};

/// What mends the cause of many questions or refusals: a page, and the message that says what to do there. Features add them as
/// extensions.
#[derive(Debug)]
pub struct Cure {
    /// The code of the cause: a question's text, a refusal, or a detail of either.
    pub code: &'static str,
    /// The address of the page.
    pub href: &'static str,
    /// The message.
    pub word: &'static str,
}

/// Rows with the same kind of question and the same choices.
#[derive(Debug)]
pub(super) struct Group<'s> {
    /// Identifies the rows and their questions: a form that is sent late must not answer others.
    pub(super) mark: String,
    /// The numbers of the rows.
    pub(super) rows: Vec<usize>,
    questions: Vec<&'s Question>,
}

impl Group<'_> {
    /// The number of choices.
    pub(super) fn choices(&self) -> usize {
        self.questions.first().map_or(0, |question| question.choices.len())
    }
}

/// A group for its page.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    mark: String,
    count: usize,
    text: String,
    choices: Vec<String>,
}

/// Why rows are asked about or refused, and what mends it, for their page.
#[derive(Debug, Serialize)]
pub(super) struct Cause {
    count: usize,
    text: String,
    href: &'static str,
    label: String,
}

/// How many groups are shown; rows of further ones are answered one by one.
const GROUPS: usize = 20;
/// How many different texts of a group are shown in its question.
const TEXTS: usize = 8;

/// Identifies the question that a form answers: a form that is sent twice must not answer the row's next question.
pub(super) fn question_mark(row: usize, answers: &Answers, question: &Question) -> String {
    let given = answers.get(&row).map_or(0, Vec::len);
    web::digest(&format!("{given} {question:?}")).chars().take(16).collect()
}

/// What questions have in common that one answer may serve. Choices of different meanings, such as keeping or adding, mean the same in
/// every row; choices among units or people don't, so that such questions have to be equal.
fn kind_of(question: &Question) -> String {
    let codes: Vec<&str> = question.choices.iter().map(|choice| choice.code.as_str()).collect();
    let is_told_by_code = codes.iter().enumerate().all(|(at, code)| !codes[..at].contains(code));
    if is_told_by_code {
        // A choice that names a unit names the same one in all rows.
        let of_units: Vec<&Refusal> = question.choices.iter().filter(|choice| choice.code == "choice-unit").collect();
        let details: Vec<&str> = question.text.details.iter().map(|detail| detail.code.as_str()).collect();
        format!("{} {details:?} {codes:?} {of_units:?}", question.text.code)
    } else {
        format!("{question:?}")
    }
}

/// The questions that at least two rows ask, most frequent first.
pub(super) fn groups<'s>(summary: &'s Summary, answers: &Answers) -> Vec<Group<'s>> {
    let mut by_kind: BTreeMap<String, Vec<(usize, &Question)>> = BTreeMap::new();
    for (judged, question) in summary.questions() {
        by_kind.entry(kind_of(question)).or_default().push((judged.row, question));
    }
    let alike = by_kind.into_values().filter(|rows| rows.len() > 1).map(|rows| {
        let marks: String =
            rows.iter().map(|(row, question)| format!("{row} {} ", question_mark(*row, answers, question))).collect();
        let mark = web::digest(&marks).chars().take(16).collect();
        let (rows, questions) = rows.into_iter().unzip();
        Group { mark, rows, questions }
    });
    let mut groups: Vec<Group<'_>> = alike.collect();
    groups.sort_by_key(|group| (Reverse(group.rows.len()), group.rows.first().copied()));
    groups.truncate(GROUPS);
    groups
}

/// The refusals of several rows as one: where they differ, it has the texts of all, as far as they can be shown.
fn together(refusals: &[&Refusal], words: &Words) -> Option<Refusal> {
    let mut whole = (*refusals.first()?).clone();
    for (name, value) in &mut whole.args {
        let of_name = refusals.iter().flat_map(|refusal| refusal.args.iter().filter(|(other, _)| other == name));
        // A list of names is counted by its names.
        let mut texts: Vec<&str> = of_name.flat_map(|(_, text)| text.split('、')).collect();
        let mut seen = HashSet::new();
        texts.retain(|text| seen.insert(*text));
        *value = match texts.get(..TEXTS) {
            Some(some) if texts.len() > TEXTS => {
                let count = texts.len().to_string();
                words.message("import-texts-more", &[("some", &some.join("、")), ("count", &count)])
            }
            _ => texts.join("、"),
        };
    }
    for (at, detail) in whole.details.iter_mut().enumerate() {
        let of_place: Vec<&Refusal> = refusals.iter().filter_map(|refusal| refusal.details.get(at)).collect();
        if let Some(all) = together(&of_place, words) {
            *detail = all;
        }
    }
    Some(whole)
}

/// Why rows are asked about or refused, where a page mends the cause of all of them.
pub(super) fn causes(app: &App, summary: &Summary, words: &Words) -> Vec<Cause> {
    let mut found: Vec<(&'static Cure, BTreeSet<usize>, Vec<&Refusal>)> = Vec::new();
    for judged in &summary.judged {
        let texts: Vec<&Refusal> = match &judged.verdict {
            Verdict::Ask(question) => vec![&question.text],
            Verdict::Refused(reasons) => reasons.iter().collect(),
            Verdict::Take | Verdict::Repeated => continue,
        };
        for text in texts.into_iter().flat_map(|text| std::iter::once(text).chain(&text.details)) {
            let Some(cure) = app.features.extensions::<Cure>().find(|cure| cure.code == text.code) else { continue };
            match found.iter_mut().find(|(of, ..)| of.code == cure.code) {
                Some((_, rows, texts)) => {
                    rows.insert(judged.row);
                    texts.push(text);
                }
                None => found.push((cure, BTreeSet::from([judged.row]), vec![text])),
            }
        }
    }
    let each = found.into_iter().filter_map(|(cure, rows, texts)| {
        let text = words.refusal(&together(&texts, words)?);
        Some(Cause { count: rows.len(), text, href: cure.href, label: words.message(cure.word, &[]) })
    });
    each.collect()
}

/// The groups for their page.
pub(super) fn shown(summary: &Summary, answers: &Answers, words: &Words) -> Vec<Shown> {
    let each = groups(summary, answers).into_iter().filter_map(|group| {
        let first = group.questions.first()?;
        let texts: Vec<&Refusal> = group.questions.iter().map(|question| &question.text).collect();
        let text = together(&texts, words)?;
        let choices = (0..first.choices.len()).filter_map(|at| {
            let of_all: Vec<&Refusal> =
                group.questions.iter().filter_map(|question| question.choices.get(at)).collect();
            together(&of_all, words)
        });
        Some(Shown {
            choices: choices.map(|choice| words.refusal(&choice)).collect(),
            text: words.refusal(&text),
            count: group.rows.len(),
            mark: group.mark,
        })
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::Plan;

    fn question(code: &str, names: &str, choices: &[(&str, &str)]) -> Question {
        let choices = choices.iter().map(|(code, of)| Refusal::new(code).with("of", of)).collect();
        Question { text: Refusal::new(code).with("names", names), choices }
    }

    #[test]
    fn rows_that_ask_the_same_are_answered_together_unless_the_choices_differ() {
        let mut plan: Plan<()> = Plan::new();
        let asked = [
            (2, question("names-unknown", "甲、乙", &[("without", "甲、乙")])),
            (3, question("names-unknown", "丙", &[("without", "丙")])),
            (4, question("same-key", "甲", &[("keep", ""), ("another", "")])),
            // Which unit is meant differs from row to row.
            (5, question("unit", "一", &[("choice-unit", "1"), ("choice-unit", "2")])),
            (6, question("unit", "二", &[("choice-unit", "3"), ("choice-unit", "4")])),
            (7, question("unit", "二", &[("choice-unit", "3"), ("choice-unit", "4")])),
            (8, question("line", "一", &[("choice-unit", "1")])),
            (9, question("line", "二", &[("choice-unit", "2")])),
        ];
        for (row, question) in asked {
            plan.ask(row, String::new(), question);
        }
        let (summary, answers) = (plan.summary(), Answers::new());
        let groups = groups(&summary, &answers);
        let rows: Vec<&[usize]> = groups.iter().map(|group| group.rows.as_slice()).collect();
        assert_eq!(rows, [[2, 3], [6, 7]]);
        let later = Answers::from([(3, vec![0])]);
        assert_ne!(super::groups(&summary, &later)[0].mark, groups[0].mark, "another question of row 3");
    }
}
