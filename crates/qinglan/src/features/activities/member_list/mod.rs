//! Reads a list of who took part in one session: the members of a video meeting, the answers to a form, the lines of a chat.
//!
//! It comes as a file or pasted. A file becomes text first, so that both go the same way: the text is shown as it was read, and marks
//! nobody. What isn't such a table is a roll-call from a chat.

mod stay;

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, Duration, NaiveDate};
use tabular::{Cell, Column, Layout, Row, Sheet, Table, find_table_as, fold, person_name, tidy};

pub(super) use stay::{Doubt, Least, Session, Stay};
use stay::{Line, length, moment, needed, sum};

use super::{
    chat::{self, Named, Says},
    model::Status,
};

/// The columns that a list may have; what it is follows from those that it has.
const COLUMNS: &[Column] = &[
    Column {
        key: "name",
        names: &[
            "姓名",
            "真实姓名",
            "名字",
            "人员姓名",
            "成员姓名",
            "学员姓名",
            "参会人姓名",
            "参会人",
            "参会人员",
            "参会者",
            "与会人",
            "与会者",
            "成员",
        ],
        required: false,
    },
    Column {
        key: "nickname",
        names: &[
            "昵称",
            "用户昵称",
            "入会昵称",
            "会议昵称",
            "参会昵称",
            "用户名",
            "用户名称",
            "显示名称",
            "名称",
            "name",
            "username",
            "participant",
            "participantname",
        ],
        required: false,
    },
    Column {
        key: "joined",
        names: &[
            "入会时间",
            "首次入会时间",
            "加入时间",
            "加入会议时间",
            "进入时间",
            "进入会议时间",
            "开始参会时间",
            "jointime",
            "firstjointime",
        ],
        required: false,
    },
    Column {
        key: "left",
        names: &[
            "退会时间",
            "最后退会时间",
            "离会时间",
            "退出时间",
            "退出会议时间",
            "离开时间",
            "离开会议时间",
            "结束参会时间",
            "leavetime",
            "lastleavetime",
        ],
        required: false,
    },
    Column {
        key: "length",
        names: &[
            "参会时长",
            "累计参会时长",
            "在会时长",
            "入会时长",
            "累计时长",
            "总时长",
            "会议时长",
            "停留时长",
            "时长",
            "duration",
            "totalduration",
        ],
        required: false,
    },
    Column { key: "waiting", names: &["等候室", "是否在等候室", "inwaitingroom"], required: false },
    Column {
        key: "answer",
        names: &["是否参加", "能否参加", "是否参会", "能否参会", "是否出席", "参加情况", "参会情况", "报名情况"],
        required: false,
    },
    Column {
        key: "reason",
        names: &["请假原因", "请假事由", "不参加原因", "不能参加原因", "原因", "事由", "备注", "说明"],
        required: false,
    },
    Column {
        key: "submitted",
        names: &["提交时间", "提交答卷时间", "填写时间", "填报时间", "报名时间", "接龙时间", "回答时间"],
        required: false,
    },
    Column {
        key: "sender",
        names: &["发送人", "发送者", "发言人", "发言者", "群昵称", "sender", "from"],
        required: false,
    },
    Column {
        key: "content",
        names: &["内容", "消息", "消息内容", "聊天内容", "发言内容", "文字", "message", "content"],
        required: false,
    },
    // Known, so that they aren't told as columns that were not read.
    Column { key: "sent", names: &["时间", "发送时间", "消息时间", "time"], required: false },
    Column { key: "unit", names: &["单位", "工作单位", "所在单位", "部门"], required: false },
];

/// Letters of a table that is read at the most.
pub(super) const MOST_LETTERS: usize = 100_000;

/// A list as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// Everybody who is named, each once.
    pub(super) people: Vec<Member>,
    /// Text that belongs to nobody.
    pub(super) left: Vec<String>,
    /// What is said of all who aren't named.
    pub(super) rest: Option<String>,
    /// Headings of columns that are not read.
    pub(super) unread: Vec<String>,
    /// For the members of a meeting, how many minutes are enough.
    pub(super) enough: Option<i64>,
}

/// Somebody on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) named: Named,
    /// How long they were in the meeting.
    pub(super) stay: Option<Stay>,
    /// The nickname by which the person was recognised.
    pub(super) nickname: Option<String>,
    /// For a name that nobody has: names of the roll that it contains.
    pub(super) may_be: Vec<String>,
}

/// The names that a list may use.
pub(super) struct Known<'k> {
    /// Those on the roll.
    pub(super) names: &'k [String],
    /// Nicknames of people on the roll, each with the name of the one who has it; `None` if several have it.
    pub(super) nicknames: &'k HashMap<String, Option<String>>,
}

/// Whom a name of a list means.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    /// A name of the roll, or a nickname that several have.
    name: String,
    nickname: Option<String>,
}

impl Known<'_> {
    /// The names that are looked for in a chat, and those of its senders. A nickname that is a word of roll-calls would hide it.
    fn in_chat(&self, senders: Vec<String>) -> Vec<String> {
        let nicknames = self.nicknames.keys().filter(|nickname| !chat::is_word(nickname));
        self.names.iter().chain(nicknames).cloned().chain(senders).collect()
    }

    /// Whom a name of a list means: 温以宁, 温以宁（主持人）, 上桥街道-温以宁, a nickname. Otherwise the names of the roll that it contains.
    fn find(&self, written: &str) -> Result<Found, Vec<String>> {
        let by_name = |name: String| Found { name, nickname: None };
        let bare = without_brackets(&fold(written));
        let on_roll = |text: &str| person_name(text).filter(|name| self.names.contains(name));
        if let Some(name) = on_roll(&bare) {
            return Ok(by_name(name));
        }
        if let Some((nickname, of)) = self.nicknames.get_key_value(&nickname_of(written)) {
            let name = of.clone().unwrap_or_else(|| nickname.clone());
            return Ok(Found { name, nickname: Some(nickname.clone()) });
        }
        let parts = bare.split(|letter: char| letter.is_whitespace() || "-_—–|/\\@,+.、·:".contains(letter));
        let mut named: Vec<String> = parts.filter_map(on_roll).collect();
        named.dedup();
        match named.as_slice() {
            [one] => Ok(by_name(one.clone())),
            [] => {
                let compact = person_name(written).unwrap_or_default();
                let within = |name: &&String| name.chars().count() > 1 && compact.contains(name.as_str());
                Err(self.names.iter().filter(within).cloned().collect())
            }
            _ => Err(named),
        }
    }
}

/// A nickname in the form in which it is remembered and compared.
pub(super) fn nickname_of(written: &str) -> String {
    tidy(&fold(written))
}

/// A text without what stands in brackets: 温以宁（主持人，我）.
fn without_brackets(text: &str) -> String {
    let (mut depth, mut bare) = (0_usize, String::new());
    for letter in text.chars() {
        match letter {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            letter if depth == 0 => bare.push(letter),
            _ => {}
        }
    }
    bare.trim().to_owned()
}

/// Why a file is no list of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoList {
    /// Several sheets hold one.
    Several(Vec<String>),
    /// It has more letters than are read.
    TooLong(usize),
}

/// Whether a file of delimited text is a table: most of its rows have several cells.
pub(super) fn is_table(sheets: &[Sheet]) -> bool {
    let rows = || sheets.iter().flat_map(|sheet| &sheet.rows).filter(|cells| !cells.is_empty());
    2 * rows().filter(|cells| cells.iter().filter(|cell| !cell.is_blank()).count() > 1).count() > rows().count()
}

/// A file as text: its rows as lines, its cells divided by tabs. Also the names of sheets that are left out.
pub(super) fn text_of(sheets: &[Sheet]) -> Result<(String, Vec<String>), NoList> {
    let filled: Vec<&Sheet> = sheets.iter().filter(|sheet| !sheet.hidden && !sheet.rows.is_empty()).collect();
    let lists: Vec<&Sheet> = filled.iter().copied().filter(|sheet| list(sheet).is_some()).collect();
    let chosen = match lists.as_slice() {
        [one] => vec![*one],
        [] => filled.clone(),
        several => return Err(NoList::Several(several.iter().map(|sheet| sheet.name.clone()).collect())),
    };
    let lines = chosen.iter().flat_map(|sheet| &sheet.rows).map(|cells| {
        let cells: Vec<String> = cells.iter().map(text_of_cell).collect();
        cells.join("\t").trim_end().to_owned()
    });
    let text = lines.collect::<Vec<String>>().join("\n");
    let letters = text.chars().count();
    if letters > MOST_LETTERS {
        return Err(NoList::TooLong(letters));
    }
    let other = |sheet: &&&Sheet| chosen.iter().all(|chosen| chosen.name != sheet.name);
    Ok((text, filled.iter().filter(other).map(|sheet| sheet.name.clone()).collect()))
}

/// A cell on one line; of a time its seconds too.
fn text_of_cell(cell: &Cell) -> String {
    match cell {
        Cell::Date(at) if at.date() < NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default() => {
            at.format("%H:%M:%S").to_string()
        }
        Cell::Date(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
        other => tidy(&other.shown()),
    }
}

/// What a table is a list of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Meeting,
    Form,
    Chat,
}

/// The table of a list, and of what it is.
fn list(sheet: &Sheet) -> Option<(Table, Of)> {
    let table = find_table_as(std::slice::from_ref(sheet), COLUMNS, &Layout::default()).ok()?;
    let has = |key: &str| table.column(key).is_some();
    let of = match (has("name") || has("nickname"), has("sender") && has("content")) {
        (true, _) if has("joined") || has("left") || has("length") => Of::Meeting,
        (true, _) if has("submitted") => Of::Form,
        (_, true) => Of::Chat,
        _ => return None,
    };
    Some((table, of))
}

/// Letters of a text that is read at the most: a list of a meeting may be longer than a roll-call.
pub(super) fn most_letters(text: &str) -> usize {
    // Nothing that is too long for a list too is looked at.
    let is_between = || text.chars().nth(chat::MOST_LETTERS).is_some() && text.chars().nth(MOST_LETTERS).is_none();
    let is_meeting = || text.contains('\t') && matches!(list(&sheet_of(text)), Some((_, Of::Meeting)));
    if is_between() && is_meeting() { MOST_LETTERS } else { chat::MOST_LETTERS }
}

/// Reads a text for a session.
pub(super) fn read(text: &str, known: &Known<'_>, session: Session, least: Least) -> Reading {
    let year = session.day.year();
    let sheet = text.contains('\t').then(|| sheet_of(text));
    let Some((table, of)) = sheet.as_ref().and_then(list) else {
        let (text, senders) = with_plain_senders(text);
        return of_chat(chat::read(&text, &known.in_chat(senders), year), known);
    };
    let mut reading = match of {
        Of::Meeting => of_meeting(&table, known, session, least),
        Of::Form => of_form(&table, known, year),
        Of::Chat => of_lines(&table, known, year),
    };
    reading.unread = table.unread();
    let rows = sheet.iter().flat_map(|sheet| &sheet.rows);
    let lines: Vec<String> = rows.map(|cells| line_of(cells)).collect();
    let left_out = table.left_out.iter().filter_map(|number| lines.get(number.checked_sub(1)?).cloned());
    reading.left.extend(left_out);
    reading
}

fn sheet_of(text: &str) -> Sheet {
    let rows = text.lines().map(|line| line.split('\t').map(Cell::from_text).collect()).collect();
    Sheet { rows, ..Sheet::default() }
}

fn line_of(cells: &[Cell]) -> String {
    let texts = cells.iter().map(|cell| tidy(&cell.shown())).filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join(" ")
}

/// The people of a roll-call. Somebody who is written with the name and with a nickname is one.
fn of_chat(reading: chat::Reading, known: &Known<'_>) -> Reading {
    let mut people: Vec<Member> = Vec::new();
    for named in reading.people {
        let (name, nickname, may_be) = match known.find(&named.name) {
            Ok(found) => (found.name, found.nickname, Vec::new()),
            Err(may_be) => (named.name.clone(), None, may_be),
        };
        let is_known = known.names.contains(&name) || nickname.is_some();
        let words = if name == named.name || named.words.contains(&named.name) {
            named.words
        } else {
            format!("{} {}", named.name, named.words)
        };
        match people.iter_mut().find(|member| member.named.name == name) {
            None => people.push(Member {
                named: Named { name, known: is_known, words, ..named },
                stay: None,
                nickname,
                may_be,
            }),
            Some(before) => {
                let other = &mut before.named;
                other.words = format!("{}；{words}", other.words);
                if other.mentioned && !named.mentioned {
                    (other.says, other.reason, other.mentioned) = (named.says, named.reason, false);
                } else if !named.mentioned && other.says != named.says {
                    other.says = Says::Ask;
                }
                before.nickname = before.nickname.take().filter(|_| nickname.is_some());
            }
        }
    }
    Reading { people, left: reading.left, rest: reading.rest, ..Reading::default() }
}

/// The name on a row of a list, as it is written: that of the person, else the nickname.
fn written(row: &Row) -> Option<String> {
    row.text("name").or_else(|| row.text("nickname")).or_else(|| row.text("sender"))
}

/// The members of a meeting: the rows of each together.
fn of_meeting(table: &Table, known: &Known<'_>, session: Session, least: Least) -> Reading {
    let mut reading = Reading::default();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut members: Vec<(Member, Vec<Line>)> = Vec::new();
    let mut remarked: BTreeSet<usize> = BTreeSet::new();
    for row in &table.rows {
        let Some(written) = written(row) else {
            reading.left.push(line_of(&row.cells));
            continue;
        };
        // Both may be told: 姓名 of the account, and what others saw.
        let nickname = row.text("nickname").filter(|nickname| *nickname != written);
        let found = known.find(&written).or_else(|may_be| match &nickname {
            Some(nickname) => known.find(nickname),
            None => Err(may_be),
        });
        let (name, by_nickname, may_be) = match found {
            Ok(found) => (found.name, found.nickname, Vec::new()),
            Err(may_be) => (nickname_of(&written), None, may_be),
        };
        let is_known = known.names.contains(&name) || by_nickname.is_some();
        let [joined, left] = [row.text("joined"), row.text("left")].map(|at| at.unwrap_or_else(|| "?".to_owned()));
        let lasted = row.text("length").map(|length| format!("（{length}）")).unwrap_or_default();
        let times = if row.has("joined") || row.has("left") { format!("{joined} — {left}{lasted}") } else { lasted };
        let place = *places.entry(name.clone()).or_insert_with(|| {
            let named = Named {
                name,
                known: is_known,
                says: Says::Ask,
                reason: None,
                words: nickname.map_or_else(|| written.clone(), |nickname| format!("{written}（{nickname}）")),
                mentioned: false,
            };
            let nickname = by_nickname.clone();
            members.push((Member { named, stay: None, nickname, may_be }, Vec::new()));
            members.len() - 1
        });
        let Some((member, lines)) = members.get_mut(place) else { continue };
        member.nickname = member.nickname.take().filter(|_| by_nickname.is_some());
        member.named.words.push_str(if lines.is_empty() { " " } else { "；" });
        member.named.words.push_str(&times);
        // 未参会, 请假: nobody knows what it says beside a time.
        let remarks = [row.text("answer"), row.text("reason")].into_iter().flatten();
        for remark in remarks.filter(|remark| !["是", "已参会", "已参加", "参会"].contains(&remark.as_str())) {
            member.named.words.push_str(&format!("（{remark}）"));
            remarked.insert(place);
        }
        lines.push(time_of(row, session));
    }
    let sums: Vec<stay::Sum> = members.iter().map(|(_, lines)| sum(lines, session)).collect();
    let longest = sums.iter().map(stay::Sum::time).max().unwrap_or_else(Duration::zero);
    let needed = needed(least, session, longest);
    for (place, ((mut member, _), sum)) in members.into_iter().zip(sums).enumerate() {
        let stay = sum.judged(needed, session);
        member.named.says = match (stay.doubt, stay.late) {
            (Some(_), _) => Says::Ask,
            (None, _) if remarked.contains(&place) => Says::Ask,
            (None, true) => Says::As(Status::Late),
            (None, false) => Says::As(Status::OnTime),
        };
        member.stay = Some(stay);
        reading.people.push(member);
    }
    reading.enough = Some(needed.num_minutes());
    reading
}

/// When a row of a meeting says that somebody was there.
fn time_of(row: &Row, session: Session) -> Line {
    // Whoever waits at the door is not in the meeting.
    if row.text("waiting").is_some_and(|text| ["是", "yes", "true", "1"].contains(&fold(&text).to_lowercase().as_str()))
    {
        return Line { length: Some(Duration::zero()), ..Line::default() };
    }
    let at = |key: &str| row.text(key).map(|text| moment(&text, session.day));
    let (joined, left) = (at("joined"), at("left"));
    let lasted = row.text("length").map(|text| length(&text, row.heading("length").unwrap_or_default()));
    Line {
        joined: joined.flatten(),
        left: left.flatten(),
        length: lasted.flatten(),
        odd: [joined == Some(None), left == Some(None), lasted == Some(None)].contains(&true),
    }
}

/// The answers to a form: read like a table of a roll-call, the earliest first, since a later answer corrects an earlier one.
fn of_form(table: &Table, known: &Known<'_>, year: i32) -> Reading {
    const ASKS: [&str; 8] = ["参加", "参会", "出席", "到会", "请假", "报名", "签到", "能来"];
    let mut left = Vec::new();
    let mut rows: Vec<&Row> = table.rows.iter().collect();
    let submitted = |row: &Row| moment(&row.text("submitted")?, NaiveDate::default());
    rows.sort_by_key(|row| submitted(row));
    // A later answer corrects an earlier one: where nobody knows which is later, it is asked.
    let ordered = rows.iter().all(|row| submitted(row).is_some());
    let mut lines = Vec::new();
    let mut senders: Vec<String> = Vec::new();
    let asks = |heading: &str| ASKS.iter().any(|word| heading.contains(word));
    let has_answer = table.column("answer").is_some() || table.unmapped.iter().any(|heading| asks(heading));
    for row in rows {
        let Some(written) = written(row) else {
            left.push(line_of(&row.cells));
            continue;
        };
        let mut answers: Vec<String> = row.text("answer").into_iter().collect();
        answers.extend(row.unread().filter(|(heading, _)| asks(heading)).map(|(_, cell)| tidy(&cell.shown())));
        let name = known.find(&written).map_or_else(|_| nickname_of(&written), |found| found.name);
        if !ordered && senders.contains(&name) {
            answers.push("?".to_owned());
        }
        let answer = answers.join(")(");
        let reason = row.text("reason").unwrap_or_default();
        lines.push(if has_answer { format!("{name}\t{answer}\t{reason}") } else { format!("{name}\t{reason}") });
        senders.push(name);
    }
    let head = if has_answer { "姓名\t是否参加\t备注" } else { "姓名\t备注" };
    let text = format!("{head}\n{}", lines.join("\n"));
    let mut reading = of_chat(chat::read(&text, &known.in_chat(senders), year), known);
    reading.left.append(&mut left);
    reading
}

/// The lines of a chat in a table: who, and what they wrote.
fn of_lines(table: &Table, known: &Known<'_>, year: i32) -> Reading {
    let mut left = Vec::new();
    let (mut lines, mut senders) = (Vec::new(), Vec::new());
    let sent = |row: &Row| moment(&row.text("sent")?, NaiveDate::default());
    let mut rows: Vec<&Row> = table.rows.iter().collect();
    if rows.iter().all(|row| sent(row).is_some()) {
        rows.sort_by_key(|row| sent(row));
    }
    for row in rows {
        let (Some(written), Some(content)) = (row.text("sender"), row.text("content")) else {
            left.push(line_of(&row.cells));
            continue;
        };
        let name = known.find(&written).map_or_else(|_| nickname_of(&written), |found| found.name);
        lines.push(format!("{name}:{content}"));
        senders.push(name);
    }
    let mut reading = of_chat(chat::read(&lines.join("\n"), &known.in_chat(senders), year), known);
    reading.left.append(&mut left);
    reading
}

/// An exported chat with its senders: lines with nothing but a name and a moment, `2026-05-08 14:02:11 小宁(12345)`, lose what stands in
/// brackets. Fewer than two of them are none.
fn with_plain_senders(text: &str) -> (String, Vec<String>) {
    let is_moment = |text: &str| text.contains(['-', '/', '年']) && moment(text, NaiveDate::default()).is_some();
    let sender = |line: &str| -> Option<(String, String)> {
        let line = fold(line);
        let words: Vec<&str> = line.split_whitespace().collect();
        let behind = words.len().checked_sub(2).filter(|behind| *behind > 0)?;
        let (first, last) = (words.get(..2)?.join(" "), words.get(behind..)?.join(" "));
        let (at, name) = if is_moment(&first) {
            (first, words.get(2..)?.join(" "))
        } else if is_moment(&last) {
            (last, words.get(..behind)?.join(" "))
        } else {
            return None;
        };
        let name = without_brackets(&name);
        (2..=20).contains(&name.chars().count()).then_some((at, name))
    };
    let found: Vec<Option<(String, String)>> = text.lines().map(sender).collect();
    if found.iter().flatten().count() < 2 {
        return (text.to_owned(), Vec::new());
    }
    let lines = text.lines().zip(&found).map(|(line, sender)| match sender {
        Some((at, name)) => format!("{name} {at}"),
        None => line.to_owned(),
    });
    let mut senders: Vec<String> = found.iter().flatten().map(|(_, name)| name.clone()).collect();
    senders.sort_unstable();
    senders.dedup();
    (lines.collect::<Vec<String>>().join("\n"), senders)
}

#[cfg(test)]
mod tests;
