//! A growth record as a document.

use desk::ui::language::Words;
use document::{Align, Block, Document, Inline, Lang, Properties, Table};

use super::model::{Growth, Item, Part};
use desk::ui::language::Language;

/// The totals that are more than nothing: message and value.
pub(super) fn totals(growth: &Growth) -> Vec<(&'static str, String)> {
    let totals = &growth.totals;
    let tenths = |tenths: i64| ledger::in_parts(tenths, 10);
    let count = |count: usize| count.to_string();
    let all = [
        ("growth-total-sessions", totals.sessions > 0, count(totals.sessions)),
        ("growth-total-hours", totals.hours > 0, tenths(totals.hours)),
        ("growth-total-led", totals.led > 0, count(totals.led)),
        ("growth-total-lectured", totals.lectured > 0, count(totals.lectured)),
        ("growth-total-spoke", totals.spoke > 0, count(totals.spoke)),
        ("growth-total-readings", totals.readings > 0, count(totals.readings)),
        ("growth-total-notes", totals.notes > 0, count(totals.notes)),
        ("growth-total-points", totals.points > 0, totals.points.to_string()),
        ("growth-total-stints", totals.stints > 0, count(totals.stints)),
        ("growth-total-days", totals.practice_days > 0, totals.practice_days.to_string()),
        ("growth-total-practice-hours", totals.practice_hours > 0, tenths(totals.practice_hours)),
        ("growth-total-honours", totals.honours > 0, count(totals.honours)),
    ];
    all.into_iter().filter(|(_, some, _)| *some).map(|(what, _, value)| (what, value)).collect()
}

/// The message that names a part.
pub(super) fn part_name(part: Part) -> &'static str {
    match part {
        Part::Wheel => "growth-part-wheel",
        Part::Station => "growth-part-station",
        Part::Stage => "growth-part-stage",
        Part::Firewall => "growth-part-firewall",
        Part::Outcome => "growth-part-outcome",
    }
}

/// `2025-03-01`, or from–to of what lasts.
pub(super) fn days(item: &Item, words: &Words) -> String {
    match item.until {
        Some(until) => format!("{} — {until}", item.day),
        None if item.goes_on => words.message("growth-since", &[("day", &item.day.to_string())]),
        None => item.day.to_string(),
    }
}

/// What it was, with its amount.
pub(super) fn what(item: &Item, words: &Words) -> String {
    let amount = item.amount.map(|amount| match item.what {
        "growth-practice-hours" => ledger::in_parts(amount, 10),
        _ => amount.to_string(),
    });
    words.message(item.what, &[("amount", amount.as_deref().unwrap_or_default())])
}

fn text(text: impl Into<String>) -> Vec<Inline> {
    vec![Inline::Text(text.into())]
}

fn table(heads: &[String], rows: Vec<Vec<String>>, widths: Vec<u32>) -> Block {
    Block::Table(Table {
        head: heads.iter().map(text).collect(),
        rows: rows.into_iter().map(|row| row.into_iter().map(text).collect()).collect(),
        align: vec![Align::Left; widths.len()],
        widths: Some(widths),
        dense: true,
        ..Table::default()
    })
}

/// The record as a document, in the language of the words.
pub fn document(growth: &Growth, words: &Words) -> Document {
    let say = |key: &str| words.message(key, &[]);
    let heading = |key: &str| Block::Heading { level: 1, run_in: false, content: text(say(key)) };
    let until = growth.period.to.to_string();
    let mut blocks = vec![Block::Paragraph(text(words.message("growth-covers", &[("until", &until)])))];
    if !growth.postings.is_empty() {
        let heads = ["growth-unit", "growth-duty", "growth-days"].map(say);
        let rows = growth.postings.iter().map(|(unit, duty, from, to)| {
            let days = match to {
                Some(to) => format!("{from} — {to}"),
                None => words.message("growth-since", &[("day", &from.to_string())]),
            };
            vec![unit.clone(), duty.clone().unwrap_or_default(), days]
        });
        blocks.extend([heading("growth-postings"), table(&heads, rows.collect(), vec![40, 30, 30])]);
    }
    let totals = totals(growth);
    if !totals.is_empty() {
        let heads = ["growth-total", "growth-value"].map(say);
        let rows = totals.into_iter().map(|(what, value)| vec![say(what), value]);
        blocks.extend([heading("growth-totals"), table(&heads, rows.collect(), vec![70, 30])]);
    }
    for part in Part::ALL {
        let items: Vec<&Item> = growth.items.iter().filter(|item| item.part == part).collect();
        if items.is_empty() {
            continue;
        }
        let heads = ["growth-days", "growth-what", "growth-title"].map(say);
        let rows = items.into_iter().map(|item| vec![days(item, words), what(item, words), item.title.clone()]);
        blocks.extend([heading(part_name(part)), table(&heads, rows.collect(), vec![28, 18, 54])]);
    }
    let written: Vec<_> = growth.words.iter().filter(|written| !written.words.trim().is_empty()).collect();
    if !written.is_empty() {
        blocks.push(heading("growth-own-words"));
        for of_year in written {
            let year = words.message("growth-year-of", &[("year", &of_year.year.to_string())]);
            blocks.push(Block::Heading { level: 2, run_in: false, content: text(year) });
            let lines = of_year.words.lines().filter(|line| !line.trim().is_empty());
            blocks.extend(lines.map(|line| Block::Paragraph(text(line))));
        }
    }
    Document {
        lang: if words.language == Language::English { Lang::En } else { Lang::ZhCn },
        title: words.message("growth-document", &[("name", &growth.name)]),
        blocks,
        properties: Properties { subject: Some(say("growth")), ..Properties::default() },
        ..Document::default()
    }
}
