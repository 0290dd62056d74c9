//! Reads the names of people from one cell, and marks such as leave or absence.

mod listed;
mod token;

use token::{Piece, Token};

/// How a person took part, according to the cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// 请假.
    Leave,
    /// 缺席.
    Absent,
    /// 迟到.
    Late,
    /// 补学.
    MadeUp,
    /// 列席.
    Observer,
}

/// The names in a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameList {
    /// Those without a mark, in order, each once.
    pub present: Vec<String>,
    /// Those with a mark, by mark in order of appearance.
    pub marked: Vec<(Mark, Vec<String>)>,
    /// What brackets say of the people with a mark: the name, and the note (`事假`).
    pub notes: Vec<(String, String)>,
    /// Pieces that are no name, or that could be read as names in two ways.
    pub unreadable: Vec<String>,
    /// Names that occur more than once with the same meaning.
    pub repeated: Vec<String>,
    /// How many there are after 等 (`等12人`); 0 if it is given without a number, `None` without 等.
    pub and_others: Option<u32>,
    /// The total that the cell states without 等 (`共12人`).
    pub stated: Option<u32>,
}

impl NameList {
    /// The names with a mark; empty if there are none.
    pub fn with(&self, mark: Mark) -> &[String] {
        self.marked.iter().find(|(found, _)| *found == mark).map_or(&[], |(_, names)| names)
    }

    fn add(&mut self, mark: Option<Mark>, name: String) {
        let list = match mark {
            None => &mut self.present,
            Some(mark) => {
                if !self.marked.iter().any(|(found, _)| *found == mark) {
                    self.marked.push((mark, Vec::new()));
                }
                match self.marked.iter_mut().find(|(found, _)| *found == mark) {
                    Some((_, list)) => list,
                    None => return,
                }
            }
        };
        if !list.contains(&name) {
            list.push(name);
        } else if !self.repeated.contains(&name) {
            self.repeated.push(name);
        }
    }

    fn refuse(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.unreadable.push(text.trim().to_owned());
        }
    }
}

/// Reads the names of a cell.
///
/// Names are separated by `、，,;；/|`, tabs, line breaks or, if none of these occurs, by spaces; `张　三` is one name.
/// Brackets mark people (`（请假：郑曦敏、李四）`, `李四（病假）`) or add a note that is left out (`李四（组长）`).
pub fn names(text: &str) -> NameList {
    let mut list = NameList::default();
    read(&mut list, &listed::plain_list(text), None, 0);
    list
}

/// Words that mark people; a longer word comes before those that it begins with.
const MARKS: [(&str, Mark); 20] = [
    ("请假", Mark::Leave),
    ("病假", Mark::Leave),
    ("事假", Mark::Leave),
    ("产假", Mark::Leave),
    ("公假", Mark::Leave),
    ("休假", Mark::Leave),
    ("年假", Mark::Leave),
    ("婚假", Mark::Leave),
    ("出差", Mark::Leave),
    ("因公", Mark::Leave),
    ("因事", Mark::Leave),
    ("因病", Mark::Leave),
    ("缺席", Mark::Absent),
    ("缺勤", Mark::Absent),
    ("未到", Mark::Absent),
    ("旷课", Mark::Absent),
    ("迟到", Mark::Late),
    ("补学", Mark::MadeUp),
    ("补课", Mark::MadeUp),
    ("列席", Mark::Observer),
];

/// Labels before a colon that mean only that people follow.
const PRESENT: [&str; 16] = [
    "参加", "出席", "参会", "到会", "实到", "与会", "参学", "参训", "人员", "学员", "成员", "名单", "组员", "姓名",
    "应到", "正式",
];

fn read(list: &mut NameList, text: &str, mark: Option<Mark>, depth: usize) {
    let mut current = mark;
    for token in token::tokens(text) {
        let Token { text, notes, ends } = &token;
        let mut name = text.as_str();
        if let Some((label, rest)) = name.split_once(':') {
            match meaning(label) {
                Meaning::Mark(found) => current = Some(found),
                Meaning::Present => current = mark,
                Meaning::Other => {}
            }
            name = rest;
        }
        one(list, name, notes, current, depth);
        if *ends {
            current = mark;
        }
    }
}

enum Meaning {
    Mark(Mark),
    Present,
    Other,
}

fn meaning(label: &str) -> Meaning {
    let label = label.trim();
    match MARKS.iter().find(|(word, _)| label.starts_with(word)) {
        Some((_, mark)) => Meaning::Mark(*mark),
        None if PRESENT.iter().any(|word| label.starts_with(word)) => Meaning::Present,
        None => Meaning::Other,
    }
}

/// Adds one name with the notes after it.
fn one(list: &mut NameList, text: &str, notes: &[String], current: Option<Mark>, depth: usize) {
    let mut mark = current;
    let mut others: Vec<(Mark, String)> = Vec::new();
    for note in notes {
        match note_of(note, text.trim().is_empty()) {
            Note::Marks(found) => {
                mark = Some(found);
                if let Piece::Name(name) = token::piece(text) {
                    list.notes.push((name, note.trim().to_owned()));
                }
            }
            Note::People(found, rest) => others.push((found, rest)),
            Note::Remark => {}
            Note::Stated(number) => list.stated = Some(number),
            Note::Unclear => {
                let whole = format!("{text}({note})");
                list.refuse(&whole);
                return;
            }
        }
    }
    match token::piece(text) {
        Piece::Nothing => {}
        Piece::Name(name) => list.add(mark, name),
        Piece::Others(name, number) => {
            list.and_others = Some(number);
            if let Some(name) = name {
                list.add(mark, name);
            }
        }
        Piece::Stated(number) => list.stated = Some(number),
        Piece::Unreadable => list.refuse(text),
    }
    for (mark, rest) in others {
        // Brackets within brackets give reasons; deeper nesting does not occur.
        if depth < 2 {
            read(list, &listed::plain_list(&rest), Some(mark), depth + 1);
        } else {
            list.refuse(&rest);
        }
    }
}

enum Note {
    /// It marks the person before it.
    Marks(Mark),
    /// It names people with a mark.
    People(Mark, String),
    /// A remark that is left out.
    Remark,
    /// The total number of people.
    Stated(u32),
    /// It could mean this person or others.
    Unclear,
}

fn note_of(note: &str, stands_alone: bool) -> Note {
    let note = note.trim();
    if let Piece::Stated(number) = token::piece(note) {
        return Note::Stated(number);
    }
    let Some((word, mark)) = MARKS.iter().find(|(word, _)| note.starts_with(word)) else {
        let list = note.contains(['、', ',', ';', ':', '/']);
        let marks = MARKS.iter().any(|(word, _)| note.contains(word));
        return if stands_alone || list || marks { Note::Unclear } else { Note::Remark };
    };
    let rest = note.strip_prefix(word).unwrap_or_default();
    let named =
        ["人员", "名单", "者", "的"].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest).trim_start();
    let digits = named.trim_start_matches(|c: char| c.is_ascii_digit());
    let named = if digits.len() < named.len() { digits.strip_prefix(['人', '名']).unwrap_or(digits) } else { named };
    if let Some(people) = named.trim_start().strip_prefix(':') {
        let empty = people.trim().is_empty();
        return if empty && !stands_alone { Note::Marks(*mark) } else { Note::People(*mark, people.to_owned()) };
    }
    if rest.is_empty()
        || (rest.starts_with([',', ';', '、', '-', ' ', '一', '半']) && !stands_alone)
        || rest.starts_with(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
    {
        return if stands_alone { Note::Unclear } else { Note::Marks(*mark) };
    }
    // 请假李四 without a colon names people only if nobody comes before it.
    if stands_alone { Note::People(*mark, named.to_owned()) } else { Note::Unclear }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn present(text: &str) -> Vec<String> {
        names(text).present
    }

    #[test]
    fn any_separator_separates() {
        for text in [
            "张三、李四、王五",
            "张三，李四，王五",
            "张三,李四,王五",
            "张三;李四；王五",
            "张三/李四/王五",
            "张三\n李四\n王五",
            "张三\t李四\t王五",
            "张三 李四 王五",
            "张三　李四　王五",
            "1.张三 2.李四 3.王五",
            "张三、李四、王五。",
            "张三 李四、王五",
        ] {
            assert_eq!(present(text), ["张三", "李四", "王五"], "{text}");
        }
    }

    #[test]
    fn a_name_of_two_characters_may_have_a_space_in_it() {
        for (text, expected) in [
            ("张　三、李小明", vec!["张三", "李小明"]),
            ("张 三，李 小 明", vec!["张三", "李小明"]),
            ("张　三 李小明 王　五", vec!["张三", "李小明", "王五"]),
            ("张 三 李 四", vec!["张三", "李四"]),
            ("张　三", vec!["张三"]),
            ("阿依古丽·买买提、迪丽 · 艾力", vec!["阿依古丽·买买提", "迪丽·艾力"]),
            ("昇祎、玥婳喆堃", vec!["昇祎", "玥婳喆堃"]),
        ] {
            assert_eq!(present(text), expected, "{text}");
        }
        let odd = names("张 三 丰 李四");
        assert_eq!((odd.present, odd.unreadable), (vec!["李四".to_owned()], vec!["张 三 丰".to_owned()]));
    }

    #[test]
    fn brackets_mark_people() {
        for (text, there, mark, marked) in [
            ("张三、李四（请假：郑曦敏、王五）", vec!["张三", "李四"], Mark::Leave, vec!["郑曦敏", "王五"]),
            ("张三 李四（请假：郑曦敏）", vec!["张三", "李四"], Mark::Leave, vec!["郑曦敏"]),
            ("董颖晨;唐媛祎（请假:朱婷晨）", vec!["董颖晨", "唐媛祎"], Mark::Leave, vec!["朱婷晨"]),
            ("张三(缺席：李四)", vec!["张三"], Mark::Absent, vec!["李四"]),
            ("张三（迟到：李四）", vec!["张三"], Mark::Late, vec!["李四"]),
            ("张三（补学：李四，王五）", vec!["张三"], Mark::MadeUp, vec!["李四", "王五"]),
            ("张三（列席人员：李四）", vec!["张三"], Mark::Observer, vec!["李四"]),
            ("张三、李四（请假）、王五", vec!["张三", "王五"], Mark::Leave, vec!["李四"]),
            ("张三、李四（病假）", vec!["张三"], Mark::Leave, vec!["李四"]),
            ("张三（请假：李四（产假）、王五（出差））", vec!["张三"], Mark::Leave, vec!["李四", "王五"]),
            ("张三、李四；请假：王五、赵六", vec!["张三", "李四"], Mark::Leave, vec!["王五", "赵六"]),
            ("张三（请假2人：李四、王五）", vec!["张三"], Mark::Leave, vec!["李四", "王五"]),
            ("（请假李四）", vec![], Mark::Leave, vec!["李四"]),
            ("张三 李四 （请假：王 五）", vec!["张三", "李四"], Mark::Leave, vec!["王五"]),
        ] {
            let list = names(text);
            assert_eq!(list.present, there, "{text}");
            assert_eq!(list.with(mark), marked, "{text}");
            assert!(list.unreadable.is_empty(), "{text}: {list:?}");
        }
    }

    #[test]
    fn notes_and_labels_leave_the_name() {
        for text in ["张三（组长）、李四", "参加人员：张三、李四", "组长：张三；李四（记录人）", "张三同志、李四同志"]
        {
            let list = names(text);
            assert_eq!(
                (list.present, list.unreadable.len()),
                (vec!["张三".to_owned(), "李四".to_owned()], 0),
                "{text}"
            );
        }
    }

    #[test]
    fn others_and_totals_are_reported() {
        for (text, others, stated) in [
            ("张三、李四等12人", Some(12), None),
            ("张三、李四等十二人", Some(12), None),
            ("张三、李四等", Some(0), None),
            ("张三、李四等同志", Some(0), None),
            ("张三、李四（共12人）", None, Some(12)),
            ("张三、李四，共12人", None, Some(12)),
        ] {
            let list = names(text);
            assert_eq!((list.and_others, list.stated), (others, stated), "{text}");
            assert_eq!(
                (list.present, list.unreadable.len()),
                (vec!["张三".to_owned(), "李四".to_owned()], 0),
                "{text}"
            );
        }
    }

    #[test]
    fn numbered_and_joined_lists_are_lists() {
        for (text, expected) in [
            ("1、温以宁 2、骆青梧 3、晏知秋", vec!["温以宁", "骆青梧", "晏知秋"]),
            ("①温以宁②骆青梧", vec!["温以宁", "骆青梧"]),
            ("（1）温以宁（2）骆青梧", vec!["温以宁", "骆青梧"]),
            ("温以宁、骆青梧和晏知秋", vec!["温以宁", "骆青梧", "晏知秋"]),
            ("张三和李四", vec!["张三", "李四"]),
            ("郁清和、李和平、张三", vec!["郁清和", "李和平", "张三"]),
            ("温以宁和郁清和", vec!["温以宁", "郁清和"]),
            ("全体组员（温以宁、骆青梧、晏知秋）", vec!["温以宁", "骆青梧", "晏知秋"]),
        ] {
            let list = names(text);
            assert_eq!(
                (list.present, list.unreadable),
                (expected.iter().map(ToString::to_string).collect(), vec![]),
                "{text}"
            );
        }
        assert_eq!(
            names("晏知秋（事假）、简书遥（病假）").notes,
            [("晏知秋".to_owned(), "事假".to_owned()), ("简书遥".to_owned(), "病假".to_owned())]
        );
        assert!(!names("全体组员").unreadable.is_empty());
        // Labels and notes stay whole.
        let labelled = names("张三（组长和联络员）；请假人员及原因：李四和王五；迟到：赵六");
        assert_eq!((labelled.present, labelled.unreadable), (vec!["张三".to_owned()], vec![]));
        assert_eq!(names("张三（请假：李四和王五）").with(Mark::Leave), ["李四", "王五"]);
    }

    #[test]
    fn a_name_given_twice_is_kept_once() {
        let list = names("张三、李四、张　三");
        assert_eq!(
            (list.present, list.repeated),
            (vec!["张三".to_owned(), "李四".to_owned()], vec!["张三".to_owned()])
        );
    }

    #[test]
    fn what_is_no_name_stays_visible() {
        for text in ["全体机关干部", "市妇联（张三、李四）", "张三、李四（均请假）", "张三丰李四王五赵六", "张", "张3"]
        {
            assert!(!names(text).unreadable.is_empty(), "{text}");
        }
        for text in ["", "　", "无", "/", "—"] {
            assert_eq!(names(text), NameList::default(), "{text}");
        }
    }
}
