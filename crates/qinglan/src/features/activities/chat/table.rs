//! Rows copied from a spreadsheet: under a heading line, each becomes lines as a chat has them.

use super::words::{self, Word};

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    Name,
    /// An answer: an empty cell is asked.
    Answer,
    Note,
    /// When somebody is on leave or was late: a filled cell is asked unless the answer says it.
    Times(String),
    /// Names under a status.
    Under(String),
    /// Telephone numbers, units and the like.
    Beside,
}

fn column(heading: &str) -> Option<Column> {
    let heading = heading.trim().trim_matches(':');
    if ["姓名", "名字", "参加人员", "人员", "人员姓名", "参会人员"].contains(&heading) {
        return Some(Column::Name);
    }
    let answers = [
        "是否",
        "能否",
        "考勤",
        "状态",
        "签到",
        "签名",
        "出勤",
        "参加情况",
        "参会情况",
        "到会情况",
        "回复",
        "回执",
        "反馈",
        "情况",
    ];
    if answers.iter().any(|word| heading.contains(word)) {
        return Some(Column::Answer);
    }
    if ["备注", "事由", "原因", "说明", "请假事由", "请假原因", "缺席原因", "未到原因"].contains(&heading)
    {
        return Some(Column::Note);
    }
    // 请假时间: a filled cell says something of attendance, whatever else it says.
    let times = ["时间", "日期", "天数", "时长"];
    let of_status = ["请假", "缺席", "补学", "迟到", "补课"];
    if times.iter().any(|word| heading.contains(word)) && of_status.iter().any(|word| heading.contains(word)) {
        return Some(Column::Times(heading.to_owned()));
    }
    let beside = [
        "序号",
        "编号",
        "单位",
        "部门",
        "科室",
        "职务",
        "职位",
        "电话",
        "手机",
        "联系",
        "性别",
        "出生",
        "政治面貌",
        "民族",
        "小组",
        "学历",
        "年龄",
        "日期",
        "时间",
        "社区",
        "街道",
        "工号",
    ];
    if beside.iter().any(|word| heading.contains(word)) {
        return Some(Column::Beside);
    }
    let letters: Vec<char> = heading.chars().collect();
    let (length, word) = words::word_at(&letters)?;
    let rest: String = letters[length..].iter().collect();
    let status = matches!(
        word,
        Word::Comes | Word::Late | Word::Leave(_) | Word::Absent | Word::Observer | Word::MadeUp | Word::Refuses
    );
    (status && matches!(rest.as_str(), "" | "人员" | "名单" | "人" | "的")).then(|| Column::Under(heading.to_owned()))
}

/// Turns tables among lines into lines for a person each.
pub(super) fn plain(lines: Vec<String>, named: impl Fn(&str) -> bool) -> Vec<String> {
    let mut plain = Vec::new();
    let mut columns: Vec<Column> = Vec::new();
    for line in lines {
        if !line.contains('\t') {
            columns.clear();
            plain.push(line);
            continue;
        }
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let headings: Vec<Option<Column>> = cells.iter().map(|cell| column(cell).filter(|_| !named(cell))).collect();
        let heads = headings.iter().any(|column| matches!(column, Some(Column::Name)))
            || headings.iter().flatten().filter(|column| matches!(column, Column::Under(_))).count() > 1;
        if heads && headings.iter().all(Option::is_some) {
            columns = headings.into_iter().flatten().collect();
            continue;
        }
        if columns.is_empty() {
            // A dash behind a name is a cell that was left open.
            let cells: Vec<&str> = cells.iter().map(|cell| if is_dash(cell) { "?" } else { cell }).collect();
            plain.push(cells.join("\t"));
        } else {
            plain.extend(rows(&columns, &cells, &named));
        }
    }
    plain
}

/// Whether a cell holds nothing but a sign for nothing.
fn is_dash(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|letter| "-—–－―/\\_~·.".contains(letter) || letter == ' ')
}

fn rows(columns: &[Column], cells: &[&str], named: &impl Fn(&str) -> bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut beside: Vec<String> = Vec::new();
    let mut of_name = false;
    for (place, column) in columns.iter().enumerate() {
        let cell = cells.get(place).copied().filter(|cell| !is_dash(cell)).unwrap_or_default();
        match column {
            Column::Name => {
                of_name = !cell.is_empty();
                if of_name {
                    lines.push(cell.to_owned());
                }
            }
            Column::Under(status) if !cell.is_empty() => {
                of_name = false;
                lines.push(format!("{status}:{cell}"));
            }
            Column::Answer | Column::Note | Column::Times(_) if of_name => {
                let Some(line) = lines.last_mut() else { continue };
                let signed = !cell.is_empty() && line.starts_with(cell);
                let note = match (column, cell) {
                    (Column::Answer, "") => "(?)".to_owned(),
                    (Column::Answer, _) if signed => "(√)".to_owned(),
                    (_, "") | (Column::Note, "无" | "没有" | "暂无") => continue,
                    (Column::Times(heading), cell) if line.ends_with(')') => format!("({heading} {cell})"),
                    (Column::Times(heading), cell) => format!("({heading} {cell} ?)"),
                    (_, cell) => format!("({cell})"),
                };
                line.push_str(&note);
            }
            // Somebody in a column such as 联系人 is only mentioned.
            Column::Beside if named(cell) => beside.push(format!("联系人:{cell}")),
            Column::Answer | Column::Note | Column::Times(_) if !cell.is_empty() => beside.push(cell.to_owned()),
            _ => {}
        }
    }
    lines.append(&mut beside);
    // What stands behind the last column belongs to the row all the same.
    let beyond = cells.get(columns.len()..).unwrap_or_default().join(" ");
    if !beyond.trim().is_empty() {
        lines.push(beyond.trim().to_owned());
    }
    lines
}
