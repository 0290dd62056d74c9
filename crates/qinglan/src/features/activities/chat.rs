//! Reads a roll-call pasted from a chat: numbered lines, names, and sometimes a word for the attendance.

use tabular::Mark;

use super::{model::Status, roll::Given};

/// The content of a pasted text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    /// Names with their attendance, in their order, each once.
    pub(super) named: Vec<(String, Given)>,
    /// Parts in which no name was recognised: shown, never dropped.
    pub(super) unknown: Vec<String>,
}

/// Reads a pasted text line by line.
pub(super) fn read(text: &str) -> Read {
    let mut read = Read::default();
    for line in text.lines() {
        let folded = tabular::fold(line);
        let folded = folded.trim();
        let numbered = numberless(folded);
        // `#接龙`, and the organiser's text above the list.
        if folded.is_empty() || folded.starts_with('#') {
            continue;
        }
        let plain: String =
            numbered.unwrap_or(folded).chars().filter(|letter| *letter != '@' && !is_picture(*letter)).collect();
        let list = tabular::names(&status_last(&plain));
        let mut found = list.present.iter().map(|name| (name.clone(), Given::As(Status::OnTime))).collect::<Vec<_>>();
        for (mark, names) in &list.marked {
            let given = match mark {
                Mark::Leave => Given::As(Status::Leave),
                Mark::Absent => Given::As(Status::Absent),
                Mark::Late => Given::As(Status::Late),
                Mark::MadeUp => Given::MadeUp(None),
                Mark::Observer => Given::As(Status::Observer),
            };
            found.extend(names.iter().map(|name| (name.clone(), given)));
        }
        read.unknown.extend(list.unreadable.iter().cloned());
        if found.is_empty() && list.unreadable.is_empty() {
            read.unknown.push(folded.to_owned());
        }
        for (name, given) in found {
            if !read.named.iter().any(|(known, _)| *known == name) {
                read.named.push((name, given));
            }
        }
    }
    read
}

/// The line without a number such as `3.`, `3、`, `3)`.
fn numberless(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    // `11月25日` and `14:00` don't begin a numbered line.
    let numbered = rest.starts_with(['.', '、', ')', '）', ' ', ','])
        || rest.starts_with(':') && !rest[1..].starts_with(|letter: char| letter.is_ascii_digit());
    let named = rest.starts_with(|letter: char| letter.is_alphabetic() && !"年月日号时点分人场次".contains(letter));
    if rest.len() == line.len() || !(numbered || named) {
        return None;
    }
    Some(rest.trim_start_matches(['.', '、', ')', '）', ':', ' ', ',']).trim())
}

/// Rewrites `李四 请假`, `王五迟到10分钟` as `李四（请假）`, the way in which lists of names mark people.
fn status_last(line: &str) -> String {
    const WORDS: [(&str, &str); 10] = [
        ("迟到", "迟到"),
        ("请假", "请假"),
        ("出差", "请假"),
        ("产假", "请假"),
        ("病假", "请假"),
        ("缺席", "缺席"),
        ("列席", "列席"),
        ("参加", ""),
        ("已到", ""),
        (" 到", ""),
    ];
    for (word, mark) in WORDS {
        if let Some((name, _)) = line.split_once(word) {
            let name = name.trim().trim_end_matches(['（', '(', ',', '，', ' ', ':']);
            if name.chars().count() >= 2 && !name.contains(['、', '：']) {
                return if mark.is_empty() { name.to_owned() } else { format!("{name}（{mark}）") };
            }
        }
    }
    line.to_owned()
}

fn is_picture(letter: char) -> bool {
    matches!(u32::from(letter), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0xFE0F)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chat_lines_are_read_and_unrecognised_parts_are_reported() {
        use Status as S;
        for (text, named) in [
            ("#接龙\n1. 孟晓宁\n2. 李若彤", vec![("孟晓宁", S::OnTime), ("李若彤", S::OnTime)]),
            ("1、王倩 请假（出差）", vec![("王倩", S::Leave)]),
            ("3.赵思涵迟到10分钟", vec![("赵思涵", S::Late)]),
            ("４．陈佳宁", vec![("陈佳宁", S::OnTime)]),
            ("5. 刘子墨 👍", vec![("刘子墨", S::OnTime)]),
            ("宋雨桐、周文静，张一诺", vec![("宋雨桐", S::OnTime), ("周文静", S::OnTime), ("张一诺", S::OnTime)]),
            ("@高雅琪", vec![("高雅琪", S::OnTime)]),
            ("7) 杜欣然 缺席", vec![("杜欣然", S::Absent)]),
            ("8. 许可心 参加", vec![("许可心", S::OnTime)]),
            ("8 许可心 到", vec![("许可心", S::OnTime)]),
            ("9. 孟晓宁\n10. 孟晓宁", vec![("孟晓宁", S::OnTime)]),
        ] {
            let read = read(text);
            let named: Vec<(String, Given)> =
                named.into_iter().map(|(name, status)| (name.to_owned(), Given::As(status))).collect();
            assert_eq!(read.named, named, "{text}");
            assert!(read.unknown.is_empty(), "{text}: {:?}", read.unknown);
        }
        assert_eq!(read("11月25日互动党课").unknown, ["11月25日互动党课"]);
        let made_up = read("孟晓宁（补学：李若彤）").named;
        assert_eq!(made_up[1], ("李若彤".to_owned(), Given::MadeUp(None)));
        assert_eq!(read("\n\n#接龙\n"), Read::default());
    }
}
