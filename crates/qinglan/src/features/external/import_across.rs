//! Points in other layouts than one result to a row: months across, platforms across, or a table whose title names the platform.

use federation::imports::Context;
use tabular::{Across, Cell, Column, Layout, Row, Table, find_across, fold, month, month_in};

use super::{model::Amounts, rules};

/// The key of an amount of which nothing says what it counts.
pub(super) const AMOUNT: &str = "amount";

/// Words for what is counted, by the column that it belongs to.
const MEASURES: [(&str, &str, &[&str]); 3] = [
    ("points", "积分", &["积分", "分数", "得分"]),
    ("hours", "学时", &["学时", "时长", "课时"]),
    ("classes", "课程数", &["课程", "期数", "门数"]),
];

/// Names by which the platforms that ship are known in headings: one of them at least makes a table one with platforms across.
const PLATFORMS: [&str; 4] = ["强国", "灯塔", "大学习", "平台"];

/// Headings of columns with numbers that are no platform's.
const NO_PLATFORM: [&str; 24] = [
    "序号",
    "序",
    "编号",
    "年龄",
    "排名",
    "名次",
    "排序",
    "合计",
    "总计",
    "小计",
    "总分",
    "总积分",
    "积分合计",
    "总学时",
    "学时合计",
    "平均",
    "平均分",
    "年份",
    "年度",
    "电话",
    "联系电话",
    "手机",
    "手机号",
    "身份证号",
];

/// The table of such a file; `None` if the file is none, or if neither title, sheet nor headings say what is counted.
pub(super) fn table(context: &Context<'_>, columns: &[Column]) -> Option<Table> {
    months(context, columns).or_else(|| platforms(context, columns)).or_else(|| in_title(context, columns))
}

/// What a text says is counted, if it says one thing.
fn measure_in(text: &str) -> Option<(&'static str, &'static str)> {
    let text = fold(text);
    let named: Vec<_> = MEASURES.iter().filter(|(_, _, words)| words.iter().any(|word| text.contains(word))).collect();
    match named.as_slice() {
        [(key, heading, _)] => Some((key, heading)),
        _ => None,
    }
}

/// A heading such as `学习强国（积分）` without the words for what is counted.
fn without_measure(text: &str) -> String {
    let mut text = fold(text);
    for word in MEASURES.iter().flat_map(|(_, _, words)| words.iter()) {
        text = text.replace(word, "");
    }
    text.trim_matches(|letter: char| letter.is_whitespace() || "()[]-—/:,、".contains(letter)).to_owned()
}

/// A row that is made of cells of such a table.
struct Made {
    number: usize,
    name: String,
    unit: Option<String>,
    platform: String,
    month: Cell,
    staff_no: Cell,
    note: Cell,
    theme: Cell,
    /// The keys of the columns, each with its amount.
    amounts: Vec<(&'static str, Cell)>,
}

/// People down, months across. Each filled cell becomes a result.
fn months(context: &Context<'_>, columns: &[Column]) -> Option<Table> {
    let layout = Layout { year: context.year, ..context.source.layout.clone() };
    let is_month =
        |cell: &Cell, year: Option<i32>| !matches!(cell, Cell::Number(_)) && month(cell, year.or(context.year)).is_ok();
    let across = find_across(&context.source.sheets, columns, &layout, 2, is_month)?;
    let said = measure_in(&format!("{} {}", across.origin.title.as_deref().unwrap_or_default(), across.origin.sheet));
    let mut plan = Vec::new();
    for column in &across.columns {
        // A heading over several months names their platform, or what is counted.
        let topic = column.topic.clone().unwrap_or_default();
        let (measure, _) = measure_in(&topic).or(said)?;
        plan.push((column.place, without_measure(&topic), column.heading.clone(), measure));
    }
    Some(made(across, columns, &plan))
}

/// People down, platforms across; the month stands in a column, in the title, in the name of the sheet, or is given.
fn platforms(context: &Context<'_>, columns: &[Column]) -> Option<Table> {
    let layout = Layout { year: context.year, ..context.source.layout.clone() };
    let is_measure = |text: &str| measure_in(text).is_some() && without_measure(text).is_empty();
    let is_known = |text: &str| columns.iter().any(|column| column.names.contains(&text));
    let is_heading = |cell: &Cell, _: Option<i32>| {
        let text = fold(&cell.shown()).trim().to_lowercase();
        let is_text = matches!(cell, Cell::Text(_)) && !text.is_empty() && text.chars().count() <= 30;
        is_text
            && (is_measure(&text) || !is_known(&text))
            && !NO_PLATFORM.contains(&text.as_str())
            && month(cell, context.year).is_err()
    };
    let mut across = find_across(&context.source.sheets, columns, &layout, 1, is_heading)?;
    // What a column holds says whether it is a platform's: amounts and nothing else.
    let holds_amounts = |place: usize, across: &Across| {
        let mut filled =
            across.people.iter().map(|person| person.cell(place)).filter(|cell| !cell.is_blank()).peekable();
        filled.peek().is_some()
            && filled.all(|cell| {
                matches!(cell, Cell::Error(_))
                    || rules::amount("", cell).is_ok_and(|amount| amount.is_some())
                    || rules::minutes("", cell).is_ok_and(|minutes| minutes.is_some())
            })
    };
    let (own, others): (Vec<_>, Vec<_>) =
        across.columns.clone().into_iter().partition(|column| holds_amounts(column.place, &across));
    across.others.extend(others.iter().map(|column| (column.place, fold(&column.heading.shown()))));
    across.others.sort();
    let said = measure_in(&format!("{} {}", across.origin.title.as_deref().unwrap_or_default(), across.origin.sheet));
    let mut plan = Vec::new();
    for column in own {
        let text = fold(&column.heading.shown());
        let topic = column.topic.unwrap_or_default();
        let platform = Some(without_measure(&text)).filter(|name| !name.is_empty()).unwrap_or(without_measure(&topic));
        let measure = measure_in(&text).or_else(|| measure_in(&topic)).or(said).map_or(AMOUNT, |(key, _)| key);
        plan.push((column.place, platform, Cell::Empty, measure));
    }
    let is_named = plan.iter().any(|(_, platform, ..)| PLATFORMS.iter().any(|name| platform.contains(name)));
    is_named.then(|| made(across, columns, &plan))
}

/// The results in the cells of columns: index, platform, month and the key of what is counted.
fn made(mut across: Across, columns: &[Column], plan: &[(usize, String, Cell, &'static str)]) -> Table {
    // Columns that hold for all results of a person.
    let mut beside = |key: &str| {
        let names = columns.iter().find(|column| column.key == key).map(|column| column.names).unwrap_or_default();
        let at = across.others.iter().position(|(_, heading)| names.contains(&fold(heading).trim()))?;
        Some(across.others.remove(at).0)
    };
    let [month_at, staff_no_at, note_at, theme_at] = ["month", "staff_no", "note", "theme"].map(&mut beside);
    let cell = |cells: &tabular::AcrossPerson, at: Option<usize>| at.map_or(Cell::Empty, |at| cells.cell(at).clone());
    let mut rows: Vec<Made> = Vec::new();
    for person in &across.people {
        let first = rows.len();
        for (place, platform, month, measure) in plan {
            let amount = person.cell(*place);
            if amount.is_blank() {
                continue;
            }
            let month = if month.is_blank() { cell(person, month_at) } else { month.clone() };
            // Points and hours of a month are one result.
            let is_same = |row: &&mut Made| {
                row.platform == *platform && row.month == month && row.amounts.iter().all(|(key, _)| key != measure)
            };
            if let Some(row) = rows.iter_mut().skip(first).find(is_same) {
                row.amounts.push((*measure, amount.clone()));
                continue;
            }
            rows.push(Made {
                number: Across::number(person.number, *place),
                name: person.name.clone(),
                unit: person.unit.clone(),
                platform: platform.clone(),
                month,
                staff_no: cell(person, staff_no_at),
                note: cell(person, note_at),
                theme: cell(person, theme_at),
                amounts: vec![(*measure, amount.clone())],
            });
        }
    }
    // What stands in the column of names and is no name is refused like any name that isn't known.
    for (at, name) in std::mem::take(&mut across.odd).into_iter().enumerate() {
        let (platform, month) =
            plan.first().map(|(_, platform, month, _)| (platform.clone(), month.clone())).unwrap_or_default();
        rows.push(Made {
            number: Across::number(across.header_row, at + 1),
            name,
            unit: None,
            platform,
            month,
            staff_no: Cell::Empty,
            note: Cell::Empty,
            theme: Cell::Empty,
            amounts: Vec::new(),
        });
    }
    rows.sort_by_key(|row| row.number);
    into_table(across, plan, month_at.is_some(), rows)
}

fn into_table(
    across: Across,
    plan: &[(usize, String, Cell, &'static str)],
    has_months: bool,
    rows: Vec<Made>,
) -> Table {
    let mut keys = vec!["name", "unit", "staff_no", "note", "theme"];
    let mut headings = vec!["姓名", "单位", "工号", "备注", "专题"];
    let has_platforms = plan.iter().any(|(_, platform, ..)| !platform.is_empty());
    if has_platforms {
        keys.push("platform");
        headings.push("平台");
    }
    // A month that isn't there is looked for elsewhere.
    if has_months || plan.iter().any(|(_, _, month, _)| !month.is_blank()) {
        keys.push("month");
        headings.push("月份");
    }
    let measures = MEASURES.iter().map(|(key, heading, _)| (*key, *heading)).chain([(AMOUNT, "数量")]);
    for (key, heading) in measures.filter(|(key, _)| plan.iter().any(|(.., measure)| measure == key)) {
        keys.push(key);
        headings.push(heading);
    }
    let cells_of = |row: Made| {
        let cells = keys.iter().map(|key| match *key {
            "name" => Cell::from_text(&*row.name),
            "unit" => Cell::from_text(row.unit.clone().unwrap_or_default()),
            "platform" => Cell::from_text(&*row.platform),
            "month" => row.month.clone(),
            "staff_no" => row.staff_no.clone(),
            "note" => row.note.clone(),
            "theme" => row.theme.clone(),
            key => row.amounts.iter().find(|(of, _)| *of == key).map_or(Cell::Empty, |(_, amount)| amount.clone()),
        });
        (row.number, cells.collect())
    };
    let rows = rows.into_iter().map(cells_of).collect();
    across.into_table(&keys, &headings, rows)
}

/// A result to a row, without a column for the platform or the month, which the title may say.
fn in_title(context: &Context<'_>, columns: &[Column]) -> Option<Table> {
    MEASURES.iter().find_map(|(measure, ..)| {
        let relaxed = columns.iter().map(|column| match column.key {
            "platform" | "month" => Column { required: false, ..*column },
            key if key == *measure => Column { required: true, ..*column },
            _ => *column,
        });
        context.table(&relaxed.collect::<Vec<_>>()).ok()
    })
}

/// The cell with the month of a row: its own, else what the title or the name of the sheet says.
pub(super) fn month_cell(row: &Row, year: Option<i32>) -> Cell {
    if row.has("month") {
        return row.cell("month").clone();
    }
    let title = row.origin.title.as_deref().unwrap_or_default();
    let said = month_in(title, year).or_else(|| month_in(&row.origin.sheet, year));
    said.map_or(Cell::Empty, |said| Cell::from_text(format!("{}-{:02}", said.year, said.month)))
}

/// The amounts with one of which nothing says what it counts, once that was answered.
pub(super) fn with_amount(row: &Row, amounts: Amounts, choice: usize) -> Result<Amounts, kernel::Refusal> {
    let cell = row.cell(AMOUNT);
    Ok(match choice {
        0 => Amounts { points: rules::amount("积分", cell)?, ..amounts },
        1 => Amounts { minutes: rules::minutes("学时", cell)?, ..amounts },
        _ => Amounts { classes: rules::amount("课程数", cell)?, ..amounts },
    })
}
