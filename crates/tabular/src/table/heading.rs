//! Finds the header row of a sheet and matches its headings to columns.

use unicode_normalization::UnicodeNormalization;

use super::{Column, TableError};
use crate::cell::Cell;
use crate::text::{compact, tidy};

/// How many rows of a sheet are searched for the header row.
const ROWS_LOOKED_AT: usize = 40;

/// A header row, of one row or two.
pub(super) struct Header {
    /// Its first row, counted from 0.
    pub(super) first: usize,
    /// How many rows there are down to its last one.
    pub(super) after: usize,
    /// The heading of each column, as it is in the file.
    pub(super) texts: Vec<String>,
    /// The columns that were found, with their index.
    pub(super) places: Vec<(&'static str, usize)>,
    /// The first names of the required columns that it lacks.
    pub(super) missing: Vec<&'static str>,
    /// A requested column that occurs twice.
    pub(super) duplicate: Option<TableError>,
}

/// The columns that are looked for.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) columns: &'a [Column],
    /// Headings that were put to columns by hand, each with the key of its column.
    pub(super) named: &'a [(String, String)],
    /// What stands for columns that may be missing: key and text.
    pub(super) given: &'a [(String, String)],
}

impl Wanted<'_> {
    /// The first names of the columns that have to be found.
    pub(super) fn required(&self) -> Vec<&'static str> {
        self.missing(|_| false)
    }

    fn missing(&self, has: impl Fn(usize) -> bool) -> Vec<&'static str> {
        let given = |column: &Column| self.given.iter().any(|(key, _)| key == column.key);
        let missing =
            self.columns.iter().enumerate().filter(|(at, column)| column.required && !has(*at) && !given(column));
        missing.map(|(_, column)| column.names.first().copied().unwrap_or(column.key)).collect()
    }
}

/// The row, or pair of rows, with the most columns; the first one if there are several.
pub(super) fn find(rows: &[Vec<Cell>], wanted: Wanted<'_>) -> Option<Header> {
    let mut best: Option<Header> = None;
    for (at, cells) in rows.iter().enumerate().take(ROWS_LOOKED_AT) {
        let single = header(at, at, &single_row(cells), wanted);
        let double = rows
            .get(at + 1)
            .and_then(|below| two_rows(cells, below))
            .map(|headings| header(at, at + 1, &headings, wanted));
        for found in [Some(single), double].into_iter().flatten() {
            // One word in common is a coincidence, unless only one column is looked for; a row of headings with all that is
            // required is none.
            let headings = found.texts.iter().filter(|text| !text.is_empty()).count();
            let alone = at == 0 && headings == 1;
            let enough = found.places.len() >= 2.min(wanted.columns.len())
                || (!found.places.is_empty() && found.missing.is_empty() && (headings > 1 || alone));
            if enough && best.as_ref().is_none_or(|best| rank(&found) > rank(best)) {
                best = Some(found);
            }
        }
    }
    best
}

fn rank(header: &Header) -> (usize, std::cmp::Reverse<usize>) {
    (header.places.len(), std::cmp::Reverse(header.missing.len()))
}

/// The header that ends in a row, counted from 1. With 0 there is no header: the data begin in the first row.
pub(super) fn ending_in(rows: &[Vec<Cell>], row: usize, wanted: Wanted<'_>) -> Header {
    let Some(at) = row.checked_sub(1) else {
        let width = rows.iter().map(Vec::len).max().unwrap_or_default();
        let bare = header(0, 0, &vec![Heading::default(); width], wanted);
        return Header { after: 0, ..bare };
    };
    let cells = rows.get(at).map(Vec::as_slice).unwrap_or_default();
    let single = header(at, at, &single_row(cells), wanted);
    let double = at.checked_sub(1).and_then(|above| Some((above, two_rows(rows.get(above)?, cells)?)));
    let double = double.map(|(above, headings)| header(above, at, &headings, wanted));
    double.filter(|double| rank(double) > rank(&single)).unwrap_or(single)
}

/// The row that looks most like a header when no heading is known: the first one with the most texts.
pub(super) fn likeliest(rows: &[Vec<Cell>], wanted: Wanted<'_>) -> Header {
    let texts = |cells: &[Cell]| cells.iter().filter(|cell| !text(cell).is_empty()).count();
    let looked_at = rows.iter().enumerate().take(ROWS_LOOKED_AT).rev();
    let row = looked_at.max_by_key(|(_, cells)| texts(cells)).map_or(0, |(at, _)| at + 1);
    ending_in(rows, row, wanted)
}

impl Header {
    /// Sets columns that were chosen by hand, whatever the headings say.
    pub(super) fn with_columns(self, chosen: &[(String, usize)], wanted: Wanted<'_>) -> Self {
        let place = |column: &Column| chosen.iter().find(|(key, _)| key == column.key).map(|(_, place)| *place);
        let places = wanted.columns.iter().filter_map(|column| Some((column.key, place(column)?))).collect();
        let missing = wanted.missing(|at| wanted.columns.get(at).and_then(place).is_some());
        Self { places, missing, duplicate: None, ..self }
    }

    /// Whether a heading that was put by hand is there, by its text or as the letters of a column.
    pub(super) fn has_heading(&self, heading: &str) -> bool {
        let text = plain(heading);
        self.texts.iter().any(|known| plain(known) == text) || column_of(heading).is_some()
    }
}

/// The index of a column by its letters, `B`, `AC`, counted from 0.
fn column_of(letters: &str) -> Option<usize> {
    let fits = (1..=2).contains(&letters.len()) && letters.chars().all(|letter| letter.is_ascii_uppercase());
    let value = |letter: char| letter.to_digit(36).map_or(0, |digit| digit as usize - 9);
    fits.then(|| letters.chars().fold(0, |column, letter| column * 26 + value(letter)) - 1)
}

/// What a heading may be matched by: its text, and its text joined with the text above or before it.
#[derive(Default, Clone)]
struct Heading {
    text: String,
    above: String,
    before: String,
}

fn single_row(cells: &[Cell]) -> Vec<Heading> {
    let texts: Vec<String> = cells.iter().map(text).collect();
    let before = |at: usize| texts.get(at.wrapping_sub(1)).cloned().unwrap_or_default();
    texts
        .iter()
        .enumerate()
        .map(|(at, text)| Heading { text: text.clone(), above: String::new(), before: before(at) })
        .collect()
}

/// Two rows with merged cells: a group above several headings, or one heading across both rows.
///
/// `None` if the lower row is filled under every filled cell of the upper one: then it is data.
fn two_rows(upper: &[Cell], lower: &[Cell]) -> Option<Vec<Heading>> {
    let width = upper.len().max(lower.len());
    let at = |cells: &[Cell], column: usize| cells.get(column).map(text).unwrap_or_default();
    let through = (0..width).any(|column| !at(upper, column).is_empty() && at(lower, column).is_empty());
    let texts_only = lower.iter().all(|cell| matches!(cell, Cell::Text(_) | Cell::Empty));
    if !through || !texts_only || lower.iter().all(Cell::is_blank) {
        return None;
    }
    let mut headings: Vec<Heading> = Vec::with_capacity(width);
    let mut group = String::new();
    for column in 0..width {
        let (top, bottom) = (at(upper, column), at(lower, column));
        if !top.is_empty() {
            group.clone_from(&top);
        }
        let heading = if bottom.is_empty() {
            Heading { text: top, ..Heading::default() }
        } else {
            Heading { text: bottom, above: group.clone(), before: String::new() }
        };
        headings.push(heading);
    }
    Some(headings)
}

fn text(cell: &Cell) -> String {
    // Numbers and dates are no headings; a year typed as text may be one.
    if let Cell::Text(text) = cell { tidy(text) } else { String::new() }
}

fn header(first: usize, last: usize, headings: &[Heading], wanted: Wanted<'_>) -> Header {
    let columns = wanted.columns;
    let mut places: Vec<(usize, usize)> = put_by_hand(headings, wanted);
    let by_hand = places.clone();
    let mut fits = fits(headings, columns);
    fits.sort_by_key(|fit| (fit.rank, fit.place, fit.column));
    let mut duplicate = None;
    for fit in &fits {
        let taken = places.iter().any(|(_, place)| *place == fit.place);
        match places.iter().find(|(column, _)| *column == fit.column) {
            None if !taken => places.push((fit.column, fit.place)),
            Some(put) if by_hand.contains(put) => {}
            Some((_, other)) if !taken && same(headings, *other, fit.place) => {
                duplicate = duplicate.or_else(|| twice(headings, columns, fit, *other));
            }
            _ => {}
        }
    }
    take_from_optional(&mut places, &fits, columns);
    let missing = wanted.missing(|index| places.iter().any(|(column, _)| *column == index));
    let places = places.iter().filter_map(|(column, place)| Some((columns.get(*column)?.key, *place))).collect();
    Header { first, after: last + 1, texts: headings.iter().map(shown).collect(), places, missing, duplicate }
}

/// Columns with their places, as far as their headings, or the letters of their places, were put to them by hand.
fn put_by_hand(headings: &[Heading], wanted: Wanted<'_>) -> Vec<(usize, usize)> {
    let each = wanted.named.iter().filter_map(|(heading, key)| {
        let text = plain(heading);
        let by_text = headings.iter().position(|known| !text.is_empty() && plain(&shown(known)) == text);
        let place = by_text.or_else(|| column_of(heading).filter(|place| *place < headings.len()))?;
        Some((wanted.columns.iter().position(|column| column.key == key)?, place))
    });
    each.collect()
}

/// A heading that fits a column; a lower rank is a better fit.
struct Fit {
    rank: usize,
    place: usize,
    column: usize,
}

/// A text in the forms that names are compared in: bare, and plain. Computed once for each, since cells may be long and
/// names are many.
fn folded(text: &str) -> (String, String) {
    (bare(text), plain(text))
}

fn fits(headings: &[Heading], columns: &[Column]) -> Vec<Fit> {
    let names: Vec<Vec<(String, String)>> =
        columns.iter().map(|column| column.names.iter().map(|name| folded(name)).collect()).collect();
    let mut fits = Vec::new();
    for (place, heading) in headings.iter().enumerate().filter(|(_, heading)| !heading.text.is_empty()) {
        // 对象 职务 in one row, or 对象 over 职务 in two: the longer text is more specific.
        let long = if heading.above.is_empty() && heading.before.is_empty() {
            Vec::new()
        } else {
            [&heading.above, &heading.before].map(|over| folded(&format!("{over}{}", heading.text))).to_vec()
        };
        let short = folded(&heading.text);
        for (column, wanted) in names.iter().enumerate() {
            let rank = wanted.iter().enumerate().find_map(|(rank, (bare, plain))| {
                let names_it = |text: &(String, String)| text.0 == *bare || text.1 == *plain;
                if names_it(&short) { Some(2 * rank + 1) } else { long.iter().any(names_it).then_some(2 * rank) }
            });
            fits.extend(rank.map(|rank| Fit { rank, place, column }));
        }
    }
    fits
}

/// A heading that fits both an optional and a required column is given to the required one, if no other heading fits that.
fn take_from_optional(places: &mut [(usize, usize)], fits: &[Fit], columns: &[Column]) {
    let is_required = |index: usize| columns.get(index).is_some_and(|column| column.required);
    for fit in fits.iter().filter(|fit| is_required(fit.column)) {
        if places.iter().any(|(column, _)| *column == fit.column) {
            continue;
        }
        if let Some(taken) = places.iter_mut().find(|(_, place)| *place == fit.place)
            && !is_required(taken.0)
        {
            taken.0 = fit.column;
        }
    }
}

fn same(headings: &[Heading], one: usize, other: usize) -> bool {
    let whole = |at: usize| headings.get(at).map(|heading| (plain(&heading.above), plain(&heading.text)));
    whole(one) == whole(other)
}

fn twice(headings: &[Heading], columns: &[Column], fit: &Fit, other: usize) -> Option<TableError> {
    Some(TableError::DuplicateColumn {
        key: columns.get(fit.column)?.key,
        heading: headings.get(fit.place).map(shown)?,
        first: other.min(fit.place) + 1,
        second: other.max(fit.place) + 1,
    })
}

fn shown(heading: &Heading) -> String {
    if heading.above.is_empty() { heading.text.clone() } else { format!("{} {}", heading.above, heading.text) }
}

/// Words before what a question of a survey asks for.
const ASKING: [&str; 8] = ["请填写", "请输入", "请选择", "您的", "你的", "您", "您所在的", "你所在的"];

/// A heading without white space, colons, the stars of mandatory columns and what a survey puts before it (`1、您的姓名`); headings
/// contain no personal names, so NFKC does no harm.
fn bare(text: &str) -> String {
    let folded: String = compact(text).nfkc().collect();
    let bare = folded.chars().filter(|c| !c.is_whitespace() && !":*★※".contains(*c)).collect::<String>().to_lowercase();
    let unnumbered = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let unnumbered = match unnumbered.strip_prefix(['、', '.', ')']) {
        Some(rest) if unnumbered.len() < bare.len() => rest,
        _ => &bare,
    };
    let asked = ASKING.iter().fold(unnumbered, |text, word| text.strip_prefix(word).unwrap_or(text));
    if asked.is_empty() { bare } else { asked.to_owned() }
}

/// Like [`bare`], and without the text in brackets: `参加人数（人）` is 参加人数.
pub(super) fn plain(text: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::new();
    for c in bare(text).chars() {
        match c {
            '(' | '[' | '【' | '〔' | '{' => depth += 1,
            ')' | ']' | '】' | '〕' | '}' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}
