//! The sheet, header row and columns by which a file is read: shown on its page, and changed there by hand.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use desk::{
    error::Result,
    router::{Route, act},
    serve::Site,
    ui::{Answer, Visit},
};
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use tabular::{Cell, Layout, MAX_COLUMNS, MAX_ROWS, Sheet, Table, letters, outline, row_in_sheet};
use web::Fields;

use super::{
    Kind, Source, store,
    work_pages::{kept, open_work, warned},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![act("/imports/work/{work}/layout", set)]
}

/// A layout as it is stored with the file.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Kept {
    sheet: Option<String>,
    header_row: Option<usize>,
    columns: Option<BTreeMap<String, usize>>,
    #[serde(default)]
    all_sheets: bool,
}

/// The stored layout; without one the layout is detected.
pub(super) fn from_stored(text: Option<&str>) -> Result<Layout> {
    let Some(text) = text else { return Ok(Layout::default()) };
    let Kept { sheet, header_row, columns, all_sheets } = serde_json::from_str(text)?;
    let columns = columns.map(|columns| columns.into_iter().collect());
    Ok(Layout { sheet, header_row, columns, all_sheets, ..Layout::default() })
}

/// How a file is read, for its page.
#[expect(clippy::struct_excessive_bools, reason = "what a page shows")]
#[derive(Clone, Debug, Serialize)]
pub(super) struct View {
    sheet: String,
    /// The sheets that are read.
    read: Vec<String>,
    sheets: Vec<String>,
    header_row: usize,
    /// Whether anything was chosen by hand.
    by_hand: bool,
    fields: Vec<Field>,
    columns: Vec<Column>,
    /// Whether the rows are made of something else than a row of headings, so that no columns can be chosen.
    made: bool,
    /// Whether all sheets are read.
    all_sheets: bool,
    /// Sheets that are not read, though they might have been meant.
    other_sheets: Vec<String>,
    /// Headings of columns that are not read.
    unread: Vec<String>,
    /// The numbers of rows that the file hides, and that are read like any other.
    hidden: Vec<usize>,
    /// How many fields have a column.
    put: usize,
    /// Whether a required field has none.
    lacks: bool,
    /// How many rows under the header are not data: totals, repeated headers, signatures.
    left_out: usize,
}

/// A field of the kind, and the column that it is read from.
#[derive(Clone, Debug, Serialize)]
struct Field {
    key: &'static str,
    label: &'static str,
    required: bool,
    place: Option<usize>,
    sample: String,
}

/// A column of the sheet.
#[derive(Clone, Debug, Serialize)]
struct Column {
    place: usize,
    letters: String,
    heading: String,
    first: String,
    #[serde(skip)]
    sample: String,
}

/// How many rows are searched for the first values of a column.
const LOOKED_AT: usize = 50;
/// How many values of a column are shown.
const SHOWN: usize = 3;
/// How many characters of each are shown.
const LETTERS: usize = 40;

fn cut(text: &str, most: usize) -> String {
    let cut: String = text.chars().take(most).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}

fn columns(sheet: &Sheet, header_row: usize, headings: &[String]) -> Vec<Column> {
    let below = sheet.rows.iter().skip(header_row).take(LOOKED_AT);
    let below: Vec<&Vec<Cell>> = below.collect();
    let width = below.iter().map(|cells| cells.len()).max().unwrap_or_default().max(headings.len());
    let each = (0..width).map(|place| {
        let values = below.iter().filter_map(|cells| cells.get(place)).map(|cell| tabular::tidy(&cell.shown()));
        let values: Vec<String> = values.filter(|text| !text.is_empty()).take(SHOWN).collect();
        Column {
            place,
            letters: letters(place),
            heading: headings.get(place).cloned().unwrap_or_default(),
            first: values.first().map(|first| cut(first, LETTERS / 2)).unwrap_or_default(),
            sample: cut(&values.join("，"), LETTERS),
        }
    });
    each.filter(|column| !(column.heading.is_empty() && column.first.is_empty())).collect()
}

/// How a file is read; `None` for a tree that is too large for a sheet, and if no sheet has rows.
pub(super) fn view(source: &Source, kind: Kind, year: Option<i32>, table: Option<&Table>) -> Option<View> {
    let layout = Layout { year, ..source.layout.clone() };
    let read = outline(&source.sheets, kind.columns(), &layout)?;
    let sheet = source.sheets.get(read.sheet)?;
    let columns = columns(sheet, read.header_row, &read.headings);
    let fields = kind.columns().iter().map(|column| {
        let place = read.column(column.key);
        let sample = columns.iter().find(|of| Some(of.place) == place).map(|of| of.sample.clone());
        Field {
            key: column.key,
            label: column.names.first().copied().unwrap_or(column.key),
            required: column.required,
            place,
            sample: sample.unwrap_or_default(),
        }
    });
    let fields: Vec<Field> = fields.collect();
    let unread = columns.iter().filter(|column| fields.iter().all(|field| field.place != Some(column.place)));
    let unread = unread.map(|column| column.heading.clone()).filter(|heading| !heading.is_empty()).collect();
    let made = table.is_some() && source.table_by(kind.columns(), &layout).is_err();
    let others = |other: &&Sheet| !other.rows.is_empty() && !other.hidden && other.name != sheet.name;
    Some(View {
        sheet: sheet.name.clone(),
        read: table.map_or_else(|| vec![sheet.name.clone()], |table| table.sheets.clone()),
        sheets: source.sheets.iter().filter(|of| !of.rows.is_empty()).map(|of| of.name.clone()).collect(),
        header_row: read.header_row,
        by_hand: source.layout != Layout::default(),
        put: fields.iter().filter(|field| field.place.is_some()).count(),
        made,
        left_out: table.map_or(0, |table| table.left_out.len()),
        all_sheets: layout.all_sheets,
        other_sheets: match table {
            Some(table) if layout.all_sheets || made => table.other_sheets.clone(),
            _ => source.sheets.iter().filter(others).map(|other| other.name.clone()).collect(),
        },
        hidden: table.into_iter().flat_map(|table| &table.hidden).map(|row| row_in_sheet(*row)).collect(),
        lacks: !made && fields.iter().any(|field| field.required && field.place.is_none()),
        fields,
        columns,
        unread: table.map_or(unread, Table::unread),
    })
}

/// The choice in a form: with another sheet or header row the columns are detected again, else each field has its column.
fn chosen_layout(fields: &Fields, of_kind: &[tabular::Column]) -> Result<Option<Kept>, Refusal> {
    if fields.ticked("auto") || fields.raw("read_sheet").is_empty() {
        return Ok(None);
    }
    let sheet = Some(fields.raw("sheet").to_owned()).filter(|sheet| !sheet.is_empty());
    if fields.ticked("all_sheets") {
        return Ok(Some(Kept { all_sheets: true, ..Kept::default() }));
    }
    if !fields.raw("read_all").is_empty() {
        return Ok(Some(Kept { sheet, ..Kept::default() }));
    }
    let row = |name: &str| fields.number(name).map(|row| row.and_then(|row| usize::try_from(row).ok()));
    let header_row = row("header_row")?.filter(|row| *row <= MAX_ROWS);
    if fields.raw("sheet") != fields.raw("read_sheet") {
        return Ok(Some(Kept { sheet, ..Kept::default() }));
    }
    if header_row != row("read_row")? {
        return Ok(Some(Kept { sheet, header_row, ..Kept::default() }));
    }
    let mut columns: BTreeMap<String, usize> = BTreeMap::new();
    let mut places: BTreeMap<usize, &str> = BTreeMap::new();
    for column in of_kind {
        let Some(place) = row(&format!("column-{}", column.key))?.filter(|place| *place < MAX_COLUMNS) else {
            continue;
        };
        let label = column.names.first().copied().unwrap_or(column.key);
        if let Some(other) = places.insert(place, label) {
            let twice = Refusal::new("layout-column-twice").with("column", letters(place));
            return Err(twice.with("first", other).with("second", label));
        }
        columns.insert(column.key.to_owned(), place);
    }
    Ok(Some(Kept { sheet, header_row, columns: Some(columns), all_sheets: false }))
}

async fn set(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let here = format!("/imports/work/{id}");
    let Some((work, kind)) = open_work(&site, &visit, id).await? else { return Ok(visit.go(&here)) };
    let layout = match chosen_layout(&fields, kind.columns()) {
        Ok(layout) => layout,
        Err(refusal) => return warned(&site, &visit, &here, &refusal),
    };
    let text = layout.map(|layout| serde_json::to_string(&layout)).transpose()?;
    store::set_layout(&site.app.db, id, text.as_deref()).await?;
    visit.done(&site, &here, kept(&work), &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Fields {
        Fields::from_pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn another_sheet_or_row_clears_the_chosen_columns() {
        let read = [("read_sheet", "一"), ("read_row", "3"), ("column-name", "2"), ("column-duty", "")];
        let columns = ["name", "duty", "sex"].map(|key| tabular::Column { key, names: &[], required: false });
        let of = |more: &[(&str, &str)]| chosen_layout(&form(&[&read, more].concat()), &columns);
        let layout = |more: &[(&str, &str)]| of(more).expect("a layout").expect("kept");
        let another = layout(&[("sheet", "二"), ("header_row", "3")]);
        assert_eq!((another.sheet.as_deref(), another.header_row, another.columns), (Some("二"), None, None));
        let row = layout(&[("sheet", "一"), ("header_row", "0")]);
        assert_eq!((row.header_row, row.columns), (Some(0), None));
        let same = layout(&[("sheet", "一"), ("header_row", "3")]);
        assert_eq!(same.columns, Some(BTreeMap::from([("name".to_owned(), 2)])));
        let twice = of(&[("sheet", "一"), ("header_row", "3"), ("column-sex", "2")]).expect_err("one column twice");
        assert_eq!(twice.code, "layout-column-twice");
        assert!(of(&[("auto", "1")]).expect("a layout").is_none());
        let all = layout(&[("sheet", "一"), ("header_row", "3"), ("all_sheets", "on")]);
        assert!(all.all_sheets && all.columns.is_none());
    }
}
