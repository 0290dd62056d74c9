//! Finds the table in a file: its title, its header row, its columns by their headings, its data rows.

mod heading;
mod surplus;

use std::collections::HashMap;
use std::sync::Arc;

use crate::cell::{Cell, EMPTY, Sheet};
use crate::date::year_in;
use crate::text::{compact, fold, tidy, tidy_lines};
use heading::{Header, plain};

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
    /// The sheet that contains it.
    pub sheet: String,
    /// Other sheets with all required headings, which may have been meant instead.
    pub other_sheets: Vec<String>,
    /// The title above it.
    pub title: Option<String>,
    /// The one year named by the title, else by the sheet's name, else by the lines above the header.
    pub title_year: Option<i32>,
    /// The row of its headings, counted from 1; the lower one of two.
    pub header_row: usize,
    /// Its headings from the first column on, as they are in the file.
    pub headings: Vec<String>,
    /// The headings that match no column.
    pub unmapped: Vec<String>,
    /// Its data rows.
    pub rows: Vec<Row>,
    /// The rows that were left out.
    pub dropped: Dropped,
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

/// A data row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number in the file, counted from 1.
    pub number: usize,
    /// All its cells, as they are in the file.
    pub cells: Vec<Cell>,
    places: Places,
}

impl Table {
    /// The index of a column, counted from 0, if the table has it.
    pub fn column(&self, key: &str) -> Option<usize> {
        place(&self.places, key)
    }

    /// The heading of a column, if the table has it.
    pub fn heading(&self, key: &str) -> Option<&str> {
        self.headings.get(self.column(key)?).map(String::as_str)
    }
}

impl Row {
    /// The cell of a column; the empty cell if the table lacks the column.
    pub fn cell(&self, key: &str) -> &Cell {
        place(&self.places, key).and_then(|at| self.cells.get(at)).unwrap_or(&EMPTY)
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
    let headers: Vec<(&Sheet, Header)> =
        chosen(sheets, layout).filter_map(|(_, sheet)| Some((sheet, header_of(sheet, columns, layout)?))).collect();
    let complete: Vec<_> = headers.iter().filter(|(_, header)| header.missing.is_empty()).collect();
    let best =
        complete.iter().rev().max_by_key(|(sheet, header)| (!sheet.hidden, header.places.len(), sheet.rows.len()));
    let Some((sheet, header)) = best else {
        let nearest = headers.iter().rev().max_by_key(|(_, header)| header.places.len());
        if let (Some(_), Some((_, header))) = (&layout.columns, nearest) {
            return Err(TableError::NotPut { missing: header.missing.clone() });
        }
        let required = || {
            columns
                .iter()
                .filter(|column| column.required)
                .map(|column| column.names.first().copied().unwrap_or(column.key))
        };
        return Err(TableError::NoHeader {
            best: nearest
                .map(|(_, header)| header.texts.iter().filter(|text| !text.is_empty()).cloned().collect())
                .unwrap_or_default(),
            missing: nearest.map_or_else(|| required().collect(), |(_, header)| header.missing.clone()),
        });
    };
    if let Some(twice) = &header.duplicate {
        return Err(twice.clone());
    }
    let others = complete.iter().filter(|(other, _)| !std::ptr::eq(*other, *sheet));
    let others = others.map(|(other, _)| other.name.clone()).collect();
    let table = build(sheet, header, columns, others);
    if table.rows.is_empty() {
        return Err(TableError::NoRows { sheet: sheet.name.clone(), header_row: table.header_row });
    }
    Ok(table)
}

/// How [`find_table_as`] reads the file, or would read it if nothing required were missing; `None` if no sheet has rows.
pub fn outline(sheets: &[Sheet], columns: &[Column], layout: &Layout) -> Option<Outline> {
    let headers = chosen(sheets, layout).filter(|(_, sheet)| !sheet.rows.is_empty()).map(|(at, sheet)| {
        let header = header_of(sheet, columns, layout).unwrap_or_else(|| heading::likeliest(&sheet.rows, columns));
        (at, sheet, header)
    });
    let headers: Vec<_> = headers.collect();
    let (sheet, _, header) = headers.into_iter().rev().max_by_key(|(_, sheet, header)| {
        (header.missing.is_empty(), !sheet.hidden, header.places.len(), sheet.rows.len())
    })?;
    let Header { after, texts, places, missing, .. } = header;
    Some(Outline { sheet, header_row: after, headings: texts, missing, places })
}

fn chosen<'s>(sheets: &'s [Sheet], layout: &Layout) -> impl Iterator<Item = (usize, &'s Sheet)> {
    let wanted = layout.sheet.clone();
    sheets.iter().enumerate().filter(move |(_, sheet)| wanted.as_ref().is_none_or(|wanted| *wanted == sheet.name))
}

fn header_of(sheet: &Sheet, columns: &[Column], layout: &Layout) -> Option<Header> {
    let found = heading::find(&sheet.rows, columns);
    let header = match (layout.header_row, found) {
        (Some(row), Some(found)) if found.after == row => found,
        (Some(row), _) => heading::ending_in(&sheet.rows, row, columns),
        (None, Some(found)) => found,
        (None, None) if layout.columns.is_some() => heading::likeliest(&sheet.rows, columns),
        (None, None) => return None,
    };
    Some(match &layout.columns {
        Some(chosen) => header.with_columns(chosen, columns),
        None => header,
    })
}

fn build(sheet: &Sheet, header: &Header, columns: &[Column], other_sheets: Vec<String>) -> Table {
    let above = sheet.rows.get(..header.first).unwrap_or_default();
    let title = title(above);
    let years = [title.as_deref().and_then(year_in), year_in(&sheet.name)];
    let title_year = years.into_iter().flatten().next().or_else(|| {
        let lines: Vec<String> = above.iter().flatten().map(Cell::shown).collect();
        year_in(&lines.join(" "))
    });
    let places: Places = header.places.clone().into();
    let is_mapped = |at: usize| places.iter().any(|(_, place)| *place == at);
    let texts = header.texts.iter().enumerate();
    let unmapped =
        texts.filter(|(at, text)| !text.is_empty() && !is_mapped(*at)).map(|(_, text)| text.clone()).collect();
    let required: Vec<usize> =
        columns.iter().filter(|column| column.required).filter_map(|column| place(&places, column.key)).collect();
    let surplus = surplus::Surplus { headings: &header.texts, title: title.as_deref(), required: &required };
    let merged = Covered::new(sheet, header.after);
    let mut rows = Vec::new();
    let mut dropped = Dropped::default();
    for (at, cells) in sheet.rows.iter().enumerate().skip(header.after) {
        match surplus.kind(cells) {
            Some(surplus::Kind::Blank) => dropped.blank += 1,
            Some(surplus::Kind::Total) => dropped.totals += 1,
            Some(surplus::Kind::Header) => dropped.headers += 1,
            Some(surplus::Kind::Footer) => dropped.footers += 1,
            None => rows.push(Row { number: at + 1, cells: merged.fill(at, cells), places: Arc::clone(&places) }),
        }
    }
    Table {
        sheet: sheet.name.clone(),
        other_sheets,
        title,
        title_year,
        header_row: header.after,
        headings: header.texts.clone(),
        unmapped,
        rows,
        dropped,
        places,
    }
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
