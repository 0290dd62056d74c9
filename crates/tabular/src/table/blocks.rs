//! Tables that stand beside each other in a sheet, or one to a sheet: read one after the other, as one table.

use std::sync::Arc;

use crate::cell::{Merged, Sheet};

use super::heading::{Header, Wanted, plain};
use super::{APART, Layout, Origin, Table, TableError, build, header_of};

/// A sheet has no more columns than this, so that many tables fit beside each other.
const BESIDE: usize = crate::reading::MAX_COLUMNS + 1;

/// The tables of a sheet from left to right, usually one. Several have the same headings.
pub(super) fn tables(sheet: &Sheet, header: &Header, wanted: Wanted<'_>) -> Result<Vec<Table>, TableError> {
    let Some(twice) = &header.duplicate else { return Ok(vec![build(sheet, header, wanted)?]) };
    let starts = starts(header);
    // What stands to the left of the first table would belong to all of them, or to none.
    if header.texts.iter().take(starts.first().copied().unwrap_or_default()).any(|text| !text.is_empty()) {
        return Err(twice.clone());
    }
    let widest = sheet.rows.iter().map(Vec::len).max().unwrap_or_default();
    let ends = starts.iter().skip(1).copied().chain([widest]);
    let blocks: Vec<Sheet> = starts.iter().zip(ends).map(|(start, end)| cropped(sheet, *start, end)).collect();
    let mut tables = Vec::new();
    for (block, start) in blocks.iter().zip(&starts) {
        let layout = Layout { header_row: Some(header.after), ..Layout::default() };
        let of_block = header_of(block, wanted, &layout).filter(|of| of.missing.is_empty() && of.duplicate.is_none());
        let Some(of_block) = of_block.filter(|_| blocks.len() > 1) else { return Err(twice.clone()) };
        let mut table = build(block, &of_block, wanted)?;
        table.unnamed.iter_mut().for_each(|place| *place += start);
        tables.push(table);
    }
    // What stands above all of them stands in the columns of the first.
    if let Some((first, others)) = tables.split_first_mut() {
        for table in others {
            table.title.clone_from(&first.title);
            let Some(own) = table.rows.first().map(|row| (*row.origin).clone()) else { continue };
            let above = first.rows.first().map(|row| row.origin.above.clone()).unwrap_or_default();
            // One for all rows: by it they are known to be of one table.
            let origin = Arc::new(Origin { title: first.title.clone(), year: first.title_year, above, ..own });
            table.rows.iter_mut().for_each(|row| row.origin = Arc::clone(&origin));
        }
    }
    Ok(tables)
}

/// Where the headings begin anew: at each place of the first heading that occurs twice.
fn starts(header: &Header) -> Vec<usize> {
    let texts: Vec<String> = header.texts.iter().map(|text| plain(text)).collect();
    let occurs = |text: &String| texts.iter().filter(|other| *other == text).count();
    let Some(first) = texts.iter().find(|text| !text.is_empty() && occurs(text) > 1) else { return Vec::new() };
    texts.iter().enumerate().filter(|(_, text)| *text == first).map(|(at, _)| at).collect()
}

fn cropped(sheet: &Sheet, start: usize, end: usize) -> Sheet {
    let rows = sheet.rows.iter().map(|cells| cells.get(start..end.min(cells.len())).unwrap_or_default().to_vec());
    let merged = sheet.merged.iter().filter(|area| (start..end).contains(&area.column));
    Sheet {
        rows: rows.collect(),
        merged: merged.map(|area| Merged { column: area.column - start, ..*area }).collect(),
        ..sheet.clone()
    }
}

/// One table of the tables of each sheet, in their order; `None` if there are none. Its title and headings are those of the first.
pub(super) fn joined(sheets: Vec<Vec<Table>>) -> Option<Table> {
    let mut all: Option<Table> = None;
    for (of_sheet, tables) in sheets.into_iter().enumerate() {
        for (beside, mut table) in tables.into_iter().enumerate() {
            let apart = APART * (of_sheet * BESIDE + beside);
            table.rows.iter_mut().for_each(|row| row.number += apart);
            table.left_out.iter_mut().chain(&mut table.hidden).for_each(|number| *number += apart);
            let Some(joined) = &mut all else {
                all = Some(table);
                continue;
            };
            if joined.rows.is_empty() {
                (joined.title_year, joined.header_row) = (table.title_year, table.header_row);
            }
            if !joined.sheets.contains(&table.sheet) {
                joined.sheets.push(table.sheet);
            }
            joined.unmapped.extend(
                table.unmapped.into_iter().filter(|heading| !joined.unmapped.contains(heading)).collect::<Vec<_>>(),
            );
            joined
                .unnamed
                .extend(table.unnamed.into_iter().filter(|place| !joined.unnamed.contains(place)).collect::<Vec<_>>());
            joined.rows.extend(table.rows);
            joined.left_out.extend(table.left_out);
            joined.hidden.extend(table.hidden);
            joined.years.extend(table.years);
            joined.dropped.blank += table.dropped.blank;
            joined.dropped.totals += table.dropped.totals;
            joined.dropped.headers += table.dropped.headers;
            joined.dropped.footers += table.dropped.footers;
        }
    }
    all
}
