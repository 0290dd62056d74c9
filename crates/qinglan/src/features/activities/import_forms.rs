//! Minutes of sessions as forms (会议记录, 学习记录表): labels with what they name beside or below them. Each form becomes a session.

use federation::imports::Context;
use tabular::{Cell, Column, Form, Labels, Layout, Table, find_forms, fold, forms_table, tidy};

/// The key of a column that forms alone have: the sheet that each stands in.
pub(super) const FORM: &str = "form";
/// The key of the day of a second session in the same form.
pub(super) const SECOND: &str = "second_date";

/// The labels that a form may have, by the columns of a register.
const COLUMNS: &[Column] = &[
    Column {
        key: "date",
        names: &[
            "时间",
            "日期",
            "会议时间",
            "活动时间",
            "学习时间",
            "开会时间",
            "会议日期",
            "活动日期",
            "学习日期",
            "开展时间",
            "举办时间",
        ],
        required: true,
    },
    Column {
        key: "title",
        names: &[
            "主题",
            "会议主题",
            "活动主题",
            "学习主题",
            "会议名称",
            "活动名称",
            "名称",
            "题目",
            "学习题目",
            "会议议题",
            "学习专题",
        ],
        required: true,
    },
    Column {
        key: "type",
        names: &["活动形式", "学习形式", "会议形式", "形式", "类型", "活动类型", "会议类型", "学习方式", "方式"],
        required: false,
    },
    Column {
        key: "place", names: &["地点", "会议地点", "活动地点", "学习地点", "开会地点"], required: false
    },
    Column {
        key: "chair", names: &["主持人", "主持", "会议主持", "会议主持人", "主持人员"], required: false
    },
    Column { key: "recorder", names: &["记录人", "记录员", "会议记录人", "记录人员"], required: false },
    Column {
        key: "speakers", names: &["主讲人", "主讲", "授课人", "宣讲人", "讲课人", "辅导人"], required: false
    },
    Column { key: "led", names: &["领学人", "领学", "领学人员"], required: false },
    Column {
        key: "spoke",
        names: &["发言人", "发言人员", "交流发言人", "交流发言人员", "研讨发言人"],
        required: false,
    },
    Column {
        key: "unit",
        names: &["主办单位", "单位", "单位名称", "举办单位", "组织单位", "承办单位"],
        required: false,
    },
    Column {
        key: "group", names: &["所属小组", "学习小组", "小组", "小组名称", "学习小组名称"], required: false
    },
    Column {
        key: "audience",
        names: &["参加人数", "参会人数", "出席人数", "实到人数", "到会人数", "人数"],
        required: false,
    },
    Column {
        key: "names",
        names: &[
            "参加人员",
            "参加人",
            "参会人员",
            "参会人",
            "出席人员",
            "出席人",
            "出席",
            "与会人员",
            "到会人员",
            "实到人员",
            "参学人员",
            "学习人员",
            "参加人员名单",
        ],
        required: false,
    },
    Column {
        key: "on_leave",
        names: &["请假人员", "请假人员及原因", "请假人员及事由", "请假人", "请假情况", "请假"],
        required: false,
    },
    Column {
        key: "absent",
        names: &[
            "缺席人员",
            "缺席人员及原因",
            "缺席人员及事由",
            "缺席人",
            "缺席人及原因",
            "缺席情况",
            "缺席",
            "缺勤人员",
            "缺勤人员及原因",
            "未到人员",
            "未到人员及原因",
            "未参加人员",
            "未参加人员及原因",
        ],
        required: false,
    },
    Column { key: "late", names: &["迟到人员", "迟到"], required: false },
    Column { key: "observers", names: &["列席人员", "列席人", "列席"], required: false },
    Column { key: "leaders", names: &["参会领导", "出席领导"], required: false },
    Column { key: "topic", names: &["议题", "会议议程", "议程"], required: false },
    Column {
        key: "minutes",
        names: &[
            "内容",
            "会议内容",
            "学习内容",
            "活动内容",
            "主要内容",
            "学习主要内容",
            "会议主要内容",
            "会议记录",
            "记录内容",
            "学习记录",
            "活动记录",
            "讨论情况",
            "讨论发言主要精神",
            "发言记录",
        ],
        required: false,
    },
    Column { key: "resolutions", names: &["决议", "会议决议", "决定事项", "议定事项"], required: false },
    Column { key: "hours", names: &["学时", "课时"], required: false },
    Column { key: "notice", names: &["依据文号", "文号"], required: false },
    Column { key: "note", names: &["备注"], required: false },
    Column { key: FORM, names: &["来源"], required: false },
    Column { key: SECOND, names: &["第二场的时间"], required: false },
];

/// The keys of what may fill several cells.
const SEVERAL: [&str; 9] =
    ["names", "on_leave", "absent", "late", "observers", "spoke", "topic", "minutes", "resolutions"];
/// The keys of lists of names.
const LISTS: [&str; 8] = ["names", "on_leave", "absent", "late", "observers", "speakers", "led", "spoke"];

/// Labels that are known and not read.
const OTHERS: [&str; 19] = [
    "应到人数",
    "应到",
    "缺席人数",
    "请假人数",
    "审核人",
    "审核",
    "填表人",
    "签到",
    "签名",
    "签字",
    "参会人员签名",
    "参加人员签名",
    "参加人员签字",
    "负责人",
    "审阅人",
    "照片",
    "活动照片",
    "会议照片",
    "学习材料",
];

const LABELS: Labels<'static> = Labels { columns: COLUMNS, several: &SEVERAL, others: &OTHERS };

/// The forms of a file as a table of sessions; `None` if there is none.
pub(super) fn table(context: &Context<'_>) -> Option<Table> {
    let layout = Layout { year: context.year, ..context.source.layout.clone() };
    let sheets = &context.source.sheets;
    let is_list = |name: &str| sheets.iter().filter(|sheet| sheet.name == name).any(has_column_of_names);
    let forms = find_forms(sheets, LABELS, &layout).into_iter().filter(|form| !is_list(&form.sheet));
    let forms: Vec<Form> = forms.filter(is_of_session).map(session).collect();
    forms_table(forms, sheets, LABELS, &layout)
}

/// Whether a sheet has a column of people: a list, though labels stand above it.
fn has_column_of_names(sheet: &tabular::Sheet) -> bool {
    let is_name = |cell: &Cell| ["姓名", "名字"].contains(&tidy(&cell.shown()).replace(' ', "").as_str());
    sheet.rows.iter().any(|row| row.iter().any(is_name))
}

/// Whether a form is about a session: a day, and something of what it was about or who was there; a few labels in common say nothing.
fn is_of_session(form: &Form) -> bool {
    let has = |key: &str| form.fields.iter().any(|(known, _)| *known == key);
    let about = ["title", "topic", "minutes", "names", "chair"].iter().filter(|key| has(key)).count();
    has("date") && form.fields.len() > 2 && about > 0
}

/// A form with what its session is called, and without the words for nobody.
fn session(mut form: Form) -> Form {
    for (key, cell) in &mut form.fields {
        let text = fold(&cell.shown());
        if LISTS.contains(key) && ["无", "没有", "无缺席", "无请假", "0", "0人", "-", "—", "/"].contains(&text.as_str())
        {
            *cell = Cell::Empty;
        }
    }
    let is_blank = |form: &Form, key: &str| form.fields.iter().all(|(known, cell)| *known != key || cell.is_blank());
    if is_blank(&form, "title") {
        let title = form.title.as_deref().and_then(bare_title).or_else(|| short_content(&form));
        form.fields.retain(|(key, _)| *key != "title");
        form.fields.extend(title.map(|title| ("title", Cell::from_text(title))));
    }
    form.fields.retain(|(key, _)| ![FORM, SECOND].contains(key));
    form.fields.push((FORM, Cell::from_text(form.sheet.as_str())));
    // 日期 below a signature is a second day too, and no second session.
    let has_second = |keys: &[&str]| form.second.iter().find(|(key, _)| keys.contains(key));
    if let Some((_, day)) =
        has_second(&["date"]).filter(|_| has_second(&["title", "topic", "minutes", "names"]).is_some())
    {
        form.fields.push((SECOND, Cell::from_text(day.shown())));
    }
    form
}

/// 学习内容 of one short line is what the session is called.
fn short_content(form: &Form) -> Option<String> {
    const LETTERS: usize = 40;
    let of = |key: &str| form.fields.iter().find(|(known, _)| *known == key).map(|(_, cell)| cell.shown());
    let text = of("topic").or_else(|| of("minutes"))?;
    let is_short = text.chars().count() <= LETTERS && !text.trim().contains(['\n', '。']);
    Some(tidy(&text)).filter(|text| is_short && !text.is_empty())
}

/// A title without the words for its form: `五月理论学习会议记录` is 五月理论学习; `会议记录` alone is none.
fn bare_title(title: &str) -> Option<String> {
    const FORMS: [&str; 10] =
        ["记录表", "登记表", "记录", "会议", "学习", "活动", "表", "单", "青年理论学习小组", "学习小组"];
    let mut bare = tidy(title);
    let cut = |text: &str, words: &[&str]| words.iter().find_map(|word| text.strip_suffix(word).map(str::to_owned));
    while let Some(shorter) = cut(&bare, &["记录表", "登记表", "记录本", "记录", "纪要"]) {
        bare.truncate(shorter.trim_end_matches(['-', '—', '_', ' ', '（', '(']).len());
    }
    // What is left says only what kind of form it is.
    let mut rest = bare.clone();
    while let Some(shorter) = cut(&rest, &FORMS) {
        rest = shorter;
    }
    Some(bare).filter(|_| !rest.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_loses_the_words_for_its_form() {
        for (title, expected) in [
            ("五月理论学习会议记录", Some("五月理论学习会议")),
            ("“学条例”专题研讨记录表", Some("“学条例”专题研讨")),
            ("会议记录", None),
            ("学习记录表", None),
            ("青年理论学习小组学习活动记录", None),
        ] {
            assert_eq!(bare_title(title).as_deref(), expected, "{title}");
        }
    }
}
