//! Finds the table in a file: its title, its header row, its columns by their headings, its data rows.

mod across;
mod blocks;
mod form;
mod heading;
mod months;
mod nested;
mod surplus;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::cell::{Cell, EMPTY, Sheet};
use crate::date::year_in;
use crate::text::{compact, fold, tidy, tidy_lines};
pub use across::{Across, AcrossColumn, AcrossPerson, find_across, find_days_across};
pub use form::{Form, Labels, find_forms, forms_table};
use heading::{Header, Wanted, plain};
pub use nested::{Nested, NestedDoubt, Node, find_nested};
pub(crate) use surplus::is_ending;

/// A column that a table may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in the program.
    pub key: &'static str,
    /// Its names in headings, the likeliest first. If two headings fit, the earlier name wins.
    pub names: &'static [&'static str],
    /// Whether a table must have it.
    pub required: bool,
}

/// Why no table was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// No row has the headings of all required columns.
    #[error("no header row, missing {}", missing.join(", "))]
    NoHeader {
        /// The headings of the row that fits best; empty if no row has any.
        best: Vec<String>,
        /// The first names of the required columns that it lacks.
        missing: Vec<&'static str>,
    },
    /// Two columns of the header row have the same heading, and it is a requested column.
    #[error("column {heading} stands twice, in columns {first} and {second}")]
    DuplicateColumn {
        /// The column's key.
        key: &'static str,
        /// The heading.
        heading: String,
        /// Its first place, counted from 1.
        first: usize,
        /// Its second place, counted from 1.
        second: usize,
    },
    /// A heading that was put to a column by hand is on no row that could be the header.
    #[error("no heading {heading}")]
    NoHeading {
        /// The heading.
        heading: String,
        /// The headings of the header row.
        known: Vec<String>,
    },
    /// A form: labels stand beside what they name, and one below another.
    #[error("sheet {sheet} is a form, row {row} has the label {label}")]
    Form {
        /// The sheet.
        sheet: String,
        /// The row in which a label stands where a value is expected, counted from 1.
        row: usize,
        /// The label.
        label: String,
    },
    /// Columns were chosen by hand, but not all that are required.
    #[error("columns not put: {}", missing.join(", "))]
    NotPut {
        /// The first names of the required columns that were left out.
        missing: Vec<&'static str>,
    },
    /// The requested sheet doesn't exist.
    #[error("no sheet {sheet}")]
    NoSheet {
        /// The sheet.
        sheet: String,
        /// The sheets that exist.
        known: Vec<String>,
    },
    /// There is a header row and no data row under it.
    #[error("no data rows in sheet {sheet}")]
    NoRows {
        /// The sheet.
        sheet: String,
        /// The header row, counted from 1.
        header_row: usize,
    },
}

/// A table found in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The sheet that contains it; the first one, if it stands in several.
    pub sheet: String,
    /// The sheets that were read, in their order.
    pub sheets: Vec<String>,
    /// Other sheets with all required headings, which may have been meant instead; if all sheets were read, visible ones that have rows
    /// and no table.
    pub other_sheets: Vec<String>,
    /// The title above it.
    pub title: Option<String>,
    /// The one year named by the title, else by the sheet's name, else by the lines above the header.
    pub title_year: Option<i32>,
    /// The different years that titles and names of sheets say of the same rows, if they disagree.
    pub years: Vec<i32>,
    /// The row of its headings, counted from 1; the lower one of two.
    pub header_row: usize,
    /// Its headings from the first column on, as they are in the file.
    pub headings: Vec<String>,
    /// The headings that match no column.
    pub unmapped: Vec<String>,
    /// The indexes of columns that hold values under no heading, and are not read.
    pub unnamed: Vec<usize>,
    /// Its data rows.
    pub rows: Vec<Row>,
    /// The rows that were left out.
    pub dropped: Dropped,
    /// The numbers of the rows that were left out and are not blank.
    pub left_out: Vec<usize>,
    /// The numbers of the data rows that the file hides.
    pub hidden: Vec<usize>,
    places: Places,
}

/// How many rows under the header are not data, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Empty rows.
    pub blank: usize,
    /// Rows with a total.
    pub totals: usize,
    /// Rows that repeat the header or the title.
    pub headers: usize,
    /// Rows of remarks and signatures, such as `填表人：…  审核人：…`.
    pub footers: usize,
}

type Places = Arc<[(&'static str, usize)]>;

/// By how much the numbers of rows differ that stand beside each other, or in sheets that follow each other.
const APART: usize = 1_000_000;

/// The number that a row has in its sheet, counted from 1, by its number in the table.
pub fn row_in_sheet(number: usize) -> usize {
    number % APART
}

/// Where rows stand, and what stands above them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// The name of their sheet.
    pub sheet: String,
    /// The title above them.
    pub title: Option<String>,
    /// The one year that title, sheet or lines above the header name.
    pub year: Option<i32>,
    /// The filled cells of the lines above the header, line by line.
    pub above: Vec<Vec<String>>,
    /// The headings from the first column on.
    pub headings: Vec<String>,
    places: Vec<(&'static str, usize)>,
    /// What stands for the columns that the table lacks, or leaves blank.
    given: Vec<(&'static str, Cell)>,
}

impl Origin {
    /// The year that the title or the name of the sheet says; lines above the header say when a table was filled in.
    pub fn said_year(&self) -> Option<i32> {
        self.title.as_deref().and_then(year_in).or_else(|| year_in(&self.sheet))
    }
}

/// A data row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number in the table: that in the file, counted from 1, as [`row_in_sheet`] tells it; no other row has the same.
    pub number: usize,
    /// All its cells, as they are in the file; shared, so that a table is copied without them.
    pub cells: Arc<Vec<Cell>>,
    /// Where it stands.
    pub origin: Arc<Origin>,
    /// Whether it has one filled cell alone, though the table has several columns.
    pub lone: bool,
    /// What was put in place of its cells by hand.
    mended: Vec<(&'static str, Cell)>,
}

impl Table {
    /// The index of a column, counted from 0, if the table has it.
    pub fn column(&self, key: &str) -> Option<usize> {
        place(&self.places, key)
    }

    /// The headings of all columns that are not read, and the letters of those that have values and no heading. A column that only
    /// counts the rows is not among them.
    pub fn unread(&self) -> Vec<String> {
        let counts = |heading: &&String| matches!(plain(heading).as_str(), "序号" | "序" | "no." | "no");
        let headed = self.unmapped.iter().filter(|heading| !counts(heading)).cloned();
        headed.chain(self.unnamed.iter().map(|place| letters(*place))).collect()
    }

    /// A table with these columns and rows, made of its rows; each has its number, where it comes from, and the cells of the columns.
    #[must_use]
    pub fn remade(self, keys: &[&'static str], headings: &[&str], rows: Vec<(usize, Arc<Origin>, Vec<Cell>)>) -> Self {
        let places: Vec<(&'static str, usize)> = keys.iter().enumerate().map(|(place, key)| (*key, place)).collect();
        let headings: Vec<String> = headings.iter().map(ToString::to_string).collect();
        let row = |(number, origin, cells): (usize, Arc<Origin>, Vec<Cell>)| {
            let origin = Origin { headings: headings.clone(), places: places.clone(), ..(*origin).clone() };
            Row { number, cells: Arc::new(cells), origin: Arc::new(origin), lone: false, mended: Vec::new() }
        };
        Self { rows: rows.into_iter().map(row).collect(), headings: headings.clone(), places: places.into(), ..self }
    }

    /// The heading of a column, if the table has it.
    pub fn heading(&self, key: &str) -> Option<&str> {
        self.headings.get(self.column(key)?).map(String::as_str)
    }

    /// Puts texts in place of what rows have in a column, by their numbers, whether or not the table has the column. The cells stay as
    /// they are in the file.
    pub fn mend(&mut self, key: &'static str, texts: &BTreeMap<usize, String>) {
        for row in &mut self.rows {
            if let Some(text) = texts.get(&row.number) {
                row.mended.push((key, Cell::from_text(text.as_str())));
            }
        }
    }
}

impl Row {
    /// The cell of a column; the empty cell if the table lacks the column.
    pub fn cell(&self, key: &str) -> &Cell {
        if let Some((_, cell)) = self.mended.iter().find(|(known, _)| *known == key) {
            return cell;
        }
        let own = place(&self.origin.places, key).and_then(|at| self.cells.get(at)).filter(|cell| !cell.is_blank());
        let given = || self.origin.given.iter().find(|(known, _)| *known == key).map(|(_, cell)| cell);
        own.or_else(given).unwrap_or(&EMPTY)
    }

    /// Whether its table has a column.
    pub fn has(&self, key: &str) -> bool {
        let given = self.origin.given.iter().chain(&self.mended);
        place(&self.origin.places, key).is_some() || given.map(|(known, _)| known).any(|known| *known == key)
    }

    /// The heading of a column, if its table has the column.
    pub fn heading(&self, key: &str) -> Option<&str> {
        self.origin.headings.get(place(&self.origin.places, key)?).map(String::as_str)
    }

    /// The filled cells that are read for no column, each with its heading.
    pub fn unread(&self) -> impl Iterator<Item = (&str, &Cell)> {
        let is_read = |at: usize| self.origin.places.iter().any(|(_, place)| *place == at);
        let filled = self.cells.iter().enumerate().filter(move |(at, cell)| !cell.is_blank() && !is_read(*at));
        filled.map(|(at, cell)| (self.origin.headings.get(at).map_or("", String::as_str), cell))
    }

    /// The text of its only filled cell, normalised by [`tidy`], if it has no more than one.
    pub fn lone_text(&self) -> Option<String> {
        let only = self.cells.iter().find(|cell| !cell.is_blank()).filter(|_| self.lone)?;
        Some(tidy(&only.shown()))
    }

    /// The text of a column on one line, normalised by [`tidy`]; `None` if the cell is blank.
    pub fn text(&self, key: &str) -> Option<String> {
        Some(tidy(&self.cell(key).shown())).filter(|text| !text.is_empty())
    }

    /// The text of a column with its line breaks; `None` if the cell is blank.
    pub fn lines(&self, key: &str) -> Option<String> {
        Some(tidy_lines(&self.cell(key).shown())).filter(|text| !text.is_empty())
    }
}

/// The letters of a column by its index: `A`, `Z`, `AA`.
pub fn letters(place: usize) -> String {
    let mut rest = place + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

fn place(places: &[(&'static str, usize)], key: &str) -> Option<usize> {
    places.iter().find(|(known, _)| *known == key).map(|(_, at)| *at)
}

/// Where the table is and which column is which, as far as that was chosen by hand; the rest is detected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The sheet, by its name.
    pub sheet: Option<String>,
    /// The row in which the header ends, counted from 1; 0 for a table without one.
    pub header_row: Option<usize>,
    /// The keys of the columns, each with its index, counted from 0. A column that isn't listed is not read.
    pub columns: Option<Vec<(String, usize)>>,
    /// Headings that were put to columns by hand, each with the key of its column; beside them the columns are detected.
    pub named: Vec<(String, String)>,
    /// What stands for a column that the table lacks, or leaves blank: key and text.
    pub given: Vec<(String, String)>,
    /// Whether all visible sheets are read that have the required columns; then columns are not chosen by their index.
    pub all_sheets: bool,
    /// The year that is looked for: a sheet whose title or name says so comes before one that says another.
    pub year: Option<i32>,
}

/// How a file is read, whether or not it has everything that is required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The index of the sheet, counted from 0.
    pub sheet: usize,
    /// The row in which its header ends, counted from 1; 0 for a table without one.
    pub header_row: usize,
    /// The headings from the first column on, as they are in the file.
    pub headings: Vec<String>,
    /// The first names of the required columns that are missing.
    pub missing: Vec<&'static str>,
    places: Vec<(&'static str, usize)>,
}

impl Outline {
    /// The index of a column, counted from 0, if there is one.
    pub fn column(&self, key: &str) -> Option<usize> {
        place(&self.places, key)
    }
}

/// Finds the table whose header row has the most of these columns; visible sheets are searched before hidden ones.
pub fn find_table(sheets: &[Sheet], columns: &[Column]) -> Result<Table, TableError> {
    find_table_as(sheets, columns, &Layout::default())
}

/// Like [`find_table`], but sheet, header row or columns may have been chosen by hand.
pub fn find_table_as(sheets: &[Sheet], columns: &[Column], layout: &Layout) -> Result<Table, TableError> {
    if let Some(sheet) = layout.sheet.as_ref().filter(|sheet| sheets.iter().all(|known| known.name != **sheet)) {
        let known = sheets.iter().map(|known| known.name.clone()).collect();
        return Err(TableError::NoSheet { sheet: sheet.clone(), known });
    }
    let wanted = Wanted { columns, named: &layout.named, given: &layout.given };
    let headers: Vec<(&Sheet, Header)> =
        chosen(sheets, layout).filter_map(|(_, sheet)| Some((sheet, header_of(sheet, wanted, layout)?))).collect();
    let complete: Vec<_> = headers.iter().filter(|(_, header)| header.missing.is_empty()).collect();
    let best = complete.iter().rev().max_by_key(|(sheet, header)| {
        (!sheet.hidden, says_year(sheet, header, layout.year), header.places.len(), sheet.rows.len())
    });
    let Some((sheet, header)) = best else {
        return Err(not_found(sheets, wanted, layout));
    };
    if let Some((heading, _)) = layout.named.iter().find(|(heading, _)| !header.has_heading(heading)) {
        let known = header.texts.iter().filter(|text| !text.is_empty()).cloned().collect();
        return Err(TableError::NoHeading { heading: heading.clone(), known });
    }
    let tables = if layout.all_sheets {
        let visible: Vec<_> = complete.iter().filter(|(sheet, _)| !sheet.hidden).collect();
        let read: Vec<_> = if visible.is_empty() { complete.iter().collect() } else { visible };
        read.into_iter().map(|(sheet, header)| blocks::tables(sheet, header, wanted)).collect::<Result<Vec<_>, _>>()?
    } else {
        vec![blocks::tables(sheet, header, wanted)?]
    };
    let mut table = blocks::joined(tables).ok_or_else(|| not_found(sheets, wanted, layout))?;
    table.other_sheets = if layout.all_sheets {
        let unread = sheets
            .iter()
            .filter(|other| !other.hidden && !other.rows.is_empty() && !table.sheets.contains(&other.name));
        unread.map(|other| other.name.clone()).collect()
    } else {
        complete.iter().map(|(other, _)| other.name.clone()).filter(|other| *other != table.sheet).collect()
    };
    if table.rows.is_empty() {
        return Err(TableError::NoRows { sheet: table.sheet, header_row: table.header_row });
    }
    Ok(table)
}

/// Why no sheet has a table: what the row that fits best lacks.
fn not_found(sheets: &[Sheet], wanted: Wanted<'_>, layout: &Layout) -> TableError {
    let likely = chosen(sheets, layout)
        .filter(|(_, sheet)| !sheet.rows.is_empty())
        .map(|(_, sheet)| header_of(sheet, wanted, layout).unwrap_or_else(|| heading::likeliest(&sheet.rows, wanted)));
    let likely: Vec<Header> = likely.collect();
    let Some(nearest) = likely.iter().rev().max_by_key(|header| (header.places.len(), header.texts.len())) else {
        return TableError::NoHeader { best: Vec::new(), missing: wanted.required() };
    };
    if layout.columns.is_some() {
        return TableError::NotPut { missing: nearest.missing.clone() };
    }
    let best: Vec<String> = nearest.texts.iter().filter(|text| !text.is_empty()).cloned().collect();
    if let Some((heading, _)) = layout.named.iter().find(|(heading, _)| !nearest.has_heading(heading)) {
        return TableError::NoHeading { heading: heading.clone(), known: best };
    }
    TableError::NoHeader { best, missing: nearest.missing.clone() }
}

/// 2 if the title or the name of a sheet says the year that is looked for, 0 if it says another one, else 1.
fn says_year(sheet: &Sheet, header: &Header, year: Option<i32>) -> u8 {
    let above = sheet.rows.get(..header.first).unwrap_or_default();
    match (title(above).as_deref().and_then(year_in).or_else(|| year_in(&sheet.name)), year) {
        (Some(said), Some(year)) if said == year => 2,
        (Some(_), Some(_)) => 0,
        _ => 1,
    }
}

/// How [`find_table_as`] reads the file, or would read it if nothing required were missing; `None` if no sheet has rows.
pub fn outline(sheets: &[Sheet], columns: &[Column], layout: &Layout) -> Option<Outline> {
    let wanted = Wanted { columns, named: &layout.named, given: &layout.given };
    let headers = chosen(sheets, layout).filter(|(_, sheet)| !sheet.rows.is_empty()).map(|(at, sheet)| {
        let header = header_of(sheet, wanted, layout).unwrap_or_else(|| heading::likeliest(&sheet.rows, wanted));
        (at, sheet, header)
    });
    let headers: Vec<_> = headers.collect();
    let (sheet, _, header) = headers.into_iter().rev().max_by_key(|(_, sheet, header)| {
        let says_year = says_year(sheet, header, layout.year);
        (header.missing.is_empty(), !sheet.hidden, says_year, header.places.len(), sheet.rows.len())
    })?;
    let Header { after, texts, places, missing, .. } = header;
    Some(Outline { sheet, header_row: after, headings: texts, missing, places })
}

fn chosen<'s>(sheets: &'s [Sheet], layout: &Layout) -> impl Iterator<Item = (usize, &'s Sheet)> {
    let wanted = layout.sheet.clone();
    sheets.iter().enumerate().filter(move |(_, sheet)| wanted.as_ref().is_none_or(|wanted| *wanted == sheet.name))
}

fn header_of(sheet: &Sheet, wanted: Wanted<'_>, layout: &Layout) -> Option<Header> {
    let found = heading::find(&sheet.rows, wanted);
    let header = match (layout.header_row, found) {
        (Some(row), Some(found)) if found.after == row => found,
        (Some(row), _) => heading::ending_in(&sheet.rows, row, wanted),
        (None, Some(found)) => found,
        (None, None) if layout.columns.is_some() => heading::likeliest(&sheet.rows, wanted),
        (None, None) => return None,
    };
    Some(match &layout.columns {
        Some(chosen) if !layout.all_sheets => header.with_columns(chosen, wanted),
        _ => header,
    })
}

/// The table under a header. A sheet without data rows is a table without rows.
fn build(sheet: &Sheet, header: &Header, wanted: Wanted<'_>) -> Result<Table, TableError> {
    let columns = wanted.columns;
    let above = sheet.rows.get(..header.first).unwrap_or_default();
    let origin = Arc::new(origin(sheet, header, wanted));
    let places: Places = header.places.clone().into();
    let is_mapped = |at: usize| places.iter().any(|(_, place)| *place == at);
    let texts = header.texts.iter().enumerate();
    let unmapped =
        texts.filter(|(at, text)| !text.is_empty() && !is_mapped(*at)).map(|(_, text)| text.clone()).collect();
    let required: Vec<usize> =
        columns.iter().filter(|column| column.required).filter_map(|column| place(&places, column.key)).collect();
    let below = sheet.rows.get(header.after..).unwrap_or_default();
    let surplus = surplus::Surplus {
        headings: &header.texts,
        title: origin.title.as_deref(),
        required: &required,
        dated: surplus::dated(below),
    };
    let merged = Covered::new(sheet, header.after);
    let width = header.texts.iter().filter(|text| !text.is_empty()).count();
    let (mut rows, mut left_out, mut hidden) = (Vec::new(), Vec::new(), Vec::new());
    let mut dropped = Dropped::default();
    for (at, cells) in sheet.rows.iter().enumerate().skip(header.after) {
        let number = at + 1;
        match surplus.kind(cells) {
            Some(surplus::Kind::Blank) => {
                dropped.blank += 1;
                continue;
            }
            Some(surplus::Kind::Total) => dropped.totals += 1,
            Some(surplus::Kind::Header) => dropped.headers += 1,
            Some(surplus::Kind::Footer) => dropped.footers += 1,
            None => {
                if sheet.hidden_rows.binary_search(&at).is_ok() {
                    hidden.push(number);
                }
                let lone = width > 1 && cells.iter().filter(|cell| !cell.is_blank()).count() == 1;
                rows.push(Row {
                    number,
                    cells: Arc::new(merged.fill(at, cells)),
                    origin: Arc::clone(&origin),
                    lone,
                    mended: Vec::new(),
                });
                continue;
            }
        }
        left_out.push(number);
    }
    refuse_form(sheet, &rows, columns)?;
    let holds = |at: usize| rows.iter().any(|row| row.cells.get(at).is_some_and(|cell| !cell.is_blank()));
    let widest = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let bare = |at: usize| header.texts.get(at).is_none_or(String::is_empty) && !is_mapped(at) && holds(at);
    let years: Vec<i32> =
        [origin.title.as_deref().and_then(year_in), year_in(&sheet.name)].into_iter().flatten().collect();
    let disagree = years.first() != years.last();
    Ok(Table {
        sheet: sheet.name.clone(),
        sheets: vec![sheet.name.clone()],
        other_sheets: Vec::new(),
        title: title(above),
        title_year: origin.year,
        years: if disagree { years } else { Vec::new() },
        header_row: header.after,
        headings: header.texts.clone(),
        unmapped,
        unnamed: (0..widest).filter(|at| bare(*at)).collect(),
        rows,
        dropped,
        left_out,
        hidden,
        places,
    })
}

fn origin(sheet: &Sheet, header: &Header, wanted: Wanted<'_>) -> Origin {
    let above = sheet.rows.get(..header.first).unwrap_or_default();
    let title = title(above);
    let texts = |cells: &Vec<Cell>| -> Vec<String> {
        cells.iter().filter(|cell| !cell.is_blank()).map(|cell| tidy(&cell.shown())).collect()
    };
    let above: Vec<Vec<String>> = above.iter().map(texts).filter(|line| !line.is_empty()).collect();
    let years = [title.as_deref().and_then(year_in), year_in(&sheet.name)];
    let year = years.into_iter().flatten().next().or_else(|| year_in(&above.concat().join(" ")));
    let of_key = |key: &str| wanted.columns.iter().find(|column| column.key == key).map(|column| column.key);
    let given = wanted.given.iter().filter_map(|(key, text)| Some((of_key(key)?, Cell::from_text(text.as_str()))));
    Origin {
        sheet: sheet.name.clone(),
        title,
        year,
        above,
        headings: header.texts.clone(),
        places: header.places.clone(),
        given: given.collect(),
    }
}

/// Refuses a form, in which the label of one column stands where another column should have its value.
fn refuse_form(sheet: &Sheet, rows: &[Row], columns: &[Column]) -> Result<(), TableError> {
    let labels: Vec<(&str, String)> =
        columns.iter().flat_map(|column| column.names.iter().map(|name| (column.key, plain(name)))).collect();
    for row in rows {
        for column in columns.iter().filter(|column| column.required) {
            let Some(text) = row.text(column.key) else { continue };
            let label = plain(&text);
            let names_another = labels.iter().any(|(key, name)| *key != column.key && *name == label);
            // A title of a session such as 学习内容 may stand in one row; in a form labels stand beside each other.
            let beside = row.cells.iter().filter(|cell| labels.iter().any(|(_, name)| *name == plain(&cell.shown())));
            if names_another && (beside.count() > 1 || rows.len() == 1 || column.key == "name") {
                return Err(TableError::Form { sheet: sheet.name.clone(), row: row.number, label: text });
            }
        }
    }
    Ok(())
}

/// Merged cells below a header: what stands in one holds for every row that it covers.
struct Covered<'s> {
    sheet: &'s Sheet,
    /// For the index of a row, the columns that are covered, each with the row that holds the value.
    by_row: HashMap<usize, Vec<(usize, usize)>>,
}

impl<'s> Covered<'s> {
    fn new(sheet: &'s Sheet, header_end: usize) -> Self {
        let mut by_row: HashMap<usize, Vec<(usize, usize)>> = HashMap::new();
        for area in sheet.merged.iter().filter(|area| area.first >= header_end) {
            for row in area.first + 1..=area.last {
                by_row.entry(row).or_default().push((area.column, area.first));
            }
        }
        Self { sheet, by_row }
    }

    /// The cells of a row, with the values of the merged cells that cover it.
    fn fill(&self, row: usize, cells: &[Cell]) -> Vec<Cell> {
        let mut cells = cells.to_vec();
        for (column, first) in self.by_row.get(&row).into_iter().flatten() {
            let Some(value) = self.sheet.rows.get(*first).and_then(|cells| cells.get(*column)) else { continue };
            if cells.len() <= *column {
                cells.resize(column + 1, Cell::Empty);
            }
            if let Some(place) = cells.get_mut(*column).filter(|place| place.is_blank()) {
                *place = value.clone();
            }
        }
        cells
    }
}

/// The first line above the header with a single filled cell that is no label such as `填报单位：`.
fn title(above: &[Vec<Cell>]) -> Option<String> {
    above.iter().find_map(|cells| {
        let mut filled = cells.iter().filter(|cell| !cell.is_blank()).map(|cell| tidy(&cell.shown()));
        let only = filled.next()?;
        // An attachment number (附件1) may come above the title.
        let attachment = compact(&only).strip_prefix("附件").is_some_and(|rest| rest.chars().count() <= 3);
        let alone = filled.all(|other| other == only);
        (alone && !attachment && !surplus::is_label(&fold(&only)) && !plain(&only).is_empty()).then_some(only)
    })
}
