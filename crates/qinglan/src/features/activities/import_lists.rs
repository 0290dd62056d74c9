//! The columns of a register of sessions, and the lists of names in them.

use federation::{imports::too_long, themes, training_fields};
use kernel::Refusal;
use tabular::{Cell, Column, Mark, NameList, Row, count, names};

use super::{
    actions::Draft,
    model::{LeaveReason, SpokePart, Status},
};

/// The columns that a file may have.
pub(super) const COLUMNS: &[Column] = &[
    Column { key: "group", names: &["所属小组", "小组", "学习小组"], required: false },
    Column { key: "present", names: &["实到", "实到人数"], required: false },
    Column {
        key: "date",
        names: &["活动时间", "日期", "活动日期", "举办时间", "开展时间", "学习时间", "date", "时间"],
        required: true,
    },
    Column {
        key: "title",
        names: &["活动主题", "名称", "活动名称", "主题", "内容", "学习内容", "title"],
        required: true,
    },
    Column {
        key: "type", names: &["活动形式", "类型", "活动类型", "形式", "方式", "type"], required: true
    },
    Column { key: "time", names: &["时间", "具体时间", "time"], required: false },
    Column { key: "place", names: &["地点", "活动地点", "place"], required: false },
    themes::COLUMN,
    training_fields::COLUMN,
    Column { key: "speakers", names: &["主讲人", "主讲", "宣讲人", "授课人", "speakers"], required: false },
    Column { key: "led", names: &["领学人", "领学", "领学人员"], required: false },
    Column {
        key: "spoke",
        names: &["发言人", "发言", "发言人员", "交流发言", "交流发言人", "交流发言人员", "研讨发言", "研讨发言人"],
        required: false,
    },
    Column { key: "unit", names: &["主办单位", "单位", "举办单位", "组织单位", "unit"], required: false },
    Column {
        key: "audience",
        names: &["参加人数", "受众人次", "受众人数", "参会人数", "人数", "audience"],
        required: false,
    },
    Column {
        key: "names",
        names: &[
            "参加人员",
            "名单",
            "参会人员",
            "参加人员名单",
            "names",
            "实到名单",
            "实到人员",
            "出席人员",
            "出席名单",
            "参会名单",
            "参加名单",
            "与会人员",
            "到会人员",
            "学习人员",
            "参学人员",
            "参训人员",
            "出勤人员",
            "出勤名单",
        ],
        required: false,
    },
    Column {
        key: "on_leave",
        names: &["请假人员", "请假", "请假名单", "请假人员名单", "请假人", "请假人员及原因", "请假人员及事由"],
        required: false,
    },
    Column {
        key: "absent",
        names: &[
            "缺席人员",
            "缺席",
            "缺席名单",
            "缺席人员名单",
            "缺席人员及原因",
            "未参加人员",
            "未参加人员及原因",
            "未到人员",
            "缺勤人员",
            "缺勤名单",
            "缺勤",
        ],
        required: false,
    },
    Column { key: "late", names: &["迟到人员", "迟到", "迟到名单"], required: false },
    Column { key: "observers", names: &["列席人员", "列席", "列席名单"], required: false },
    Column { key: "leaders", names: &["参会领导"], required: false },
    Column { key: "chair", names: &["主持人"], required: false },
    Column { key: "recorder", names: &["记录人"], required: false },
    Column { key: "notice", names: &["依据文号", "文号"], required: false },
    Column { key: "topic", names: &["议题"], required: false },
    Column { key: "resolutions", names: &["决议"], required: false },
    Column { key: "hours", names: &["学时", "课时"], required: false },
    Column { key: "note", names: &["备注"], required: false },
];

/// The cells of a row that are too long for an activity.
pub(super) fn too_long_for_a_session(draft: &Draft) -> Vec<Refusal> {
    let heading = |key: &'static str| {
        let column = COLUMNS.iter().find(|column| column.key == key);
        column.and_then(|column| column.names.first()).copied().unwrap_or(key)
    };
    let each = draft.over_long().into_iter();
    each.filter_map(|(key, length, most)| too_long(heading(key), length, most)).collect()
}

/// The names in a column of a row.
pub(super) fn listed(row: &Row, key: &str) -> NameList {
    match row.lines(key) {
        // A column such as 请假 may contain a number of people instead of their names.
        Some(text) if count(&Cell::from_text(text.clone())).is_ok() => NameList::default(),
        Some(text) => names(&text),
        None => NameList::default(),
    }
}

/// The columns of those who lectured, led and spoke; the people of the first may be guests, who stay a text.
pub(super) const PARTS: [(&str, SpokePart); 3] =
    [("speakers", SpokePart::Lectured), ("led", SpokePart::Led), ("spoke", SpokePart::Spoke)];

/// A name in a list, with what the list says of it.
pub(super) struct Marked {
    pub(super) status: Status,
    /// 补学.
    pub(super) made_up: bool,
    pub(super) reason: Option<LeaveReason>,
    pub(super) name: String,
}

fn status_of(mark: Mark) -> Status {
    match mark {
        Mark::Late => Status::Late,
        Mark::Absent => Status::Absent,
        Mark::Observer => Status::Observer,
        Mark::Leave | Mark::MadeUp => Status::Leave,
    }
}

/// The reason of a leave in the note behind a name: `事假`, `病假`, `出差`.
fn reason_in(list: &NameList, name: &str) -> Option<LeaveReason> {
    const WORDS: [(&str, LeaveReason); 10] = [
        ("事假", LeaveReason::Private),
        ("因事", LeaveReason::Private),
        ("病假", LeaveReason::Ill),
        ("因病", LeaveReason::Ill),
        ("产假", LeaveReason::Maternity),
        ("公假", LeaveReason::Duty),
        ("出差", LeaveReason::Duty),
        ("因公", LeaveReason::Duty),
        ("年假", LeaveReason::Other),
        ("婚假", LeaveReason::Other),
    ];
    let note = list.notes.iter().find(|(of, _)| of == name).map(|(_, note)| note)?;
    WORDS.iter().find(|(word, _)| note.contains(word)).map(|(_, reason)| *reason)
}

/// Everybody in a list; those without a mark were present.
pub(super) fn marked(list: &NameList) -> Vec<Marked> {
    let present = |name: &String| Marked { status: Status::OnTime, made_up: false, reason: None, name: name.clone() };
    let mut marked: Vec<Marked> = list.present.iter().map(present).collect();
    for (mark, names) in &list.marked {
        let status = status_of(*mark);
        marked.extend(names.iter().map(|name| Marked {
            status,
            made_up: *mark == Mark::MadeUp,
            reason: reason_in(list, name).filter(|_| status == Status::Leave),
            name: name.clone(),
        }));
    }
    marked
}

/// Whether a heading that isn't known says that people stand under it, other than those who prepared the session.
pub(super) fn lists_people(heading: &str) -> bool {
    const OTHERS: [&str; 11] = ["主持", "记录", "工作", "负责", "领导", "联系", "讲", "填", "审核", "应到", "组织"];
    (heading.contains("名单") || heading.contains("人员")) && !OTHERS.iter().any(|word| heading.contains(word))
}
