//! Normalises the widths and spaces of typed text without changing any Chinese character.

/// Turns full-width ASCII into half-width, every kind of space into a plain one, drops invisible marks, and trims.
///
/// NFKC is not used on purpose: it rewrites the CJK compatibility ideographs that occur in some people's names.
pub fn fold(text: &str) -> String {
    let folded: String = text.chars().filter_map(fold_char).collect();
    folded.trim().to_owned()
}

/// Whether nothing is left of a text once it is folded; told by the first letter that is.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().filter_map(fold_char).all(char::is_whitespace)
}

/// Folds full-width letters and digits only, makes each run of white space one space, and trims.
///
/// Chinese punctuation stays as typed, for titles and sentences that are used in documents.
pub fn tidy(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

/// Like [`tidy`], but keeps line breaks: one `\n` between lines, blank lines dropped.
pub(crate) fn tidy_lines(text: &str) -> String {
    let lines = text.split(['\n', '\r']).map(tidy).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| c.is_whitespace()).filter_map(|word| {
        let word: String = word
            .chars()
            .filter_map(|c| match c {
                '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => fold_char(c),
                c if is_invisible(c) => None,
                c => Some(c),
            })
            .collect();
        (!word.is_empty()).then_some(word)
    })
}

/// A person's name in the form used for comparing: folded, without any white space, with one form of the dot between name
/// parts.
///
/// `None` for an empty text. Whether it looks like a name is not checked.
pub fn person_name(text: &str) -> Option<String> {
    let name: Vec<char> = fold(text).chars().filter(|c| !c.is_whitespace()).collect();
    let joined = name.iter().enumerate().map(|(at, &c)| {
        let between_names = c == '.'
            && at > 0
            && name.get(at - 1).is_some_and(|c| is_han(*c))
            && name.get(at + 1).is_some_and(|c| is_han(*c));
        if between_names { '·' } else { one_dot(c) }
    });
    let joined: String = joined.collect();
    (!joined.is_empty()).then_some(joined)
}

/// Whether a character may occur in a Chinese name: an ideograph of any block, or one from the private use area, where
/// older encodings put rare ones.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{E000}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The text without any white space.
pub(crate) fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn one_dot(c: char) -> char {
    match c {
        '\u{2022}' | '\u{2027}' | '\u{22C5}' | '\u{30FB}' | '\u{FF65}' | '\u{2219}' | '\u{16EB}' => '·',
        c => c,
    }
}

fn fold_char(c: char) -> Option<char> {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
        '\n' | '\t' => Some(c),
        c if is_invisible(c) => None,
        c if c.is_whitespace() => Some(' '),
        c => Some(c),
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
        || (c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_changes_widths_and_spaces_and_nothing_else() {
        for (typed, folded) in [
            ("　２０２５年（上）　", "2025年(上)"),
            ("Ａｂ：，；", "Ab:,;"),
            ("\u{FEFF}昇祎玥婳喆堃\u{200B}", "昇祎玥婳喆堃"),
            ("\u{F9D1}①㈠", "\u{F9D1}①㈠"),
            ("", ""),
        ] {
            assert_eq!(fold(typed), folded);
        }
    }

    #[test]
    fn tidying_keeps_chinese_punctuation() {
        assert_eq!(tidy(" 专题研讨：  第２期（上）\n完 "), "专题研讨： 第2期（上） 完");
        assert_eq!(tidy_lines("一、甲　乙\r\n\r\n二、丙\n"), "一、甲 乙\n二、丙");
    }

    #[test]
    fn a_name_loses_its_spaces_and_keeps_its_rare_characters() {
        for (typed, name) in [
            ("张　三", Some("张三")),
            (" 李 小 明 ", Some("李小明")),
            ("阿依古丽•买买提", Some("阿依古丽·买买提")),
            ("阿依古丽．买买提", Some("阿依古丽·买买提")),
            ("朱\u{F9D1}喆", Some("朱\u{F9D1}喆")),
            ("　", None),
        ] {
            assert_eq!(person_name(typed).as_deref(), name);
        }
    }
}
