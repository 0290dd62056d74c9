//! The sign-in sheet of one activity: blank, to be signed, or as confirmed; as a document for printing and as a table.

use desk::{app::App, error::Result, ui::language::Words};
use document::{Align, Block, Document, Inline, Lang, SheetOut, Table};
use federation::{people, units};
use kernel::{PersonId, UnitId};

use super::{status, time};
use crate::features::activities::{Activity, State, Status};

/// A person on the sheet.
struct Line {
    name: String,
    /// The unit that the person is counted for.
    unit: String,
    duty: String,
    /// The person's attendance, for a session that was held.
    status: String,
}

/// Empty lines at the end for people who come unannounced.
const SPARE: usize = 5;

#[expect(clippy::too_many_lines, reason = "one sheet, line by line")]
/// The sheet of an activity as a document and as a table. `due` are the expected people, for a session that is not held yet.
pub async fn sign_in_sheet(
    app: &App,
    activity: &Activity,
    due: &[(PersonId, UnitId)],
    words: &Words,
) -> Result<(Document, SheetOut)> {
    let held = matches!(activity.state, State::Held | State::Closed);
    let listed: Vec<(PersonId, UnitId, String)> = if held {
        let each = activity.attendance.iter();
        each.map(|attended| (attended.person, attended.unit, status(words, attended.status))).collect()
    } else {
        due.iter().map(|(person, unit)| (*person, *unit, String::new())).collect()
    };
    let ids: Vec<PersonId> = listed.iter().map(|(person, ..)| *person).collect();
    let unit_ids: Vec<UnitId> = listed.iter().map(|(_, unit, _)| *unit).chain([activity.host]).collect();
    let people = people::store::by_ids(&app.db, &ids).await?;
    let duties = people::store::duties_on(&app.db, &ids, activity.day).await?;
    let units = units::by_ids(&app.db, &unit_ids).await?;
    let unit = |id: &UnitId| units.get(id).map_or_else(String::new, |unit| unit.name.clone());
    let lines: Vec<Line> = listed
        .into_iter()
        .map(|(person, of, status)| Line {
            name: people.get(&person).map_or_else(String::new, |person| person.name.clone()),
            unit: unit(&of),
            duty: duties.get(&person).cloned().unwrap_or_default(),
            status,
        })
        .collect();
    let present = activity.attendance.iter().filter(|attended| attended.status.present()).count();
    let due_count = if held {
        activity.attendance.iter().filter(|attended| attended.status != Status::Observer).count()
    } else {
        lines.len()
    };
    let due_text = due_count.to_string();
    let present_text = if held { present.to_string() } else { String::new() };
    let day = activity.day.to_string();
    let head = [
        ("sheet-when", format!("{day} {}", time(activity, words))),
        ("sheet-where", activity.place.clone().unwrap_or_default()),
        ("sheet-host", unit(&activity.host)),
    ];
    let head: Vec<String> = head.iter().map(|(key, value)| words.message(key, &[("value", value)])).collect();
    let counts = words.message("sheet-counts", &[("due", &due_text), ("present", &present_text)]);
    let spare = if held { 0 } else { SPARE };
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(Some)
        .chain(std::iter::repeat_n(None, spare))
        .enumerate()
        .map(|(number, line)| match line {
            Some(line) => vec![
                (number + 1).to_string(),
                line.name.clone(),
                line.unit.clone(),
                line.duty.clone(),
                String::new(),
                String::new(),
                line.status.clone(),
            ],
            None => vec![
                (number + 1).to_string(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ],
        })
        .collect();
    let columns = ["序号", "姓名", "单位", "职务", "签名", "时间", "备注"];
    let inline = |text: &str| vec![Inline::from(text)];
    let title = words.message("sheet-title", &[("title", &activity.title)]);
    let document = Document {
        lang: Lang::ZhCn,
        title: title.clone(),
        blocks: vec![
            Block::Note(inline(&head.join("　"))),
            Block::Note(inline(&counts)),
            Block::Table(Table {
                caption: None,
                dense: false,
                head: columns.iter().map(|head| inline(head)).collect(),
                rows: rows.iter().map(|row| row.iter().map(|cell| inline(cell)).collect()).collect(),
                align: vec![
                    Align::Center,
                    Align::Center,
                    Align::Left,
                    Align::Left,
                    Align::Center,
                    Align::Center,
                    Align::Left,
                ],
                widths: Some(vec![7, 13, 26, 16, 17, 11, 10]),
            }),
        ],
        ..Document::default()
    };
    let sheet = SheetOut {
        name: words.message("sheet", &[]),
        title: Some(format!("{title}（{}　{counts}）", head.join("　"))),
        columns: columns.iter().map(|head| (*head).into()).collect(),
        rows: rows
            .into_iter()
            .map(|row| {
                row.into_iter().map(|cell| if cell.is_empty() { document::Cell::Empty } else { cell.into() }).collect()
            })
            .collect(),
    };
    Ok((document, sheet))
}
