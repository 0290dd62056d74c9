//! Cuts a cell's text into pieces, each with the brackets after it, and classifies a piece.

use crate::numeral::chinese_number;
use crate::text::{compact, fold, is_han, person_name};

/// A piece of text between separators.
#[derive(Default)]
pub(super) struct Token {
    pub(super) text: String,
    /// The text of the brackets after it.
    pub(super) notes: Vec<String>,
    /// Whether a sentence ends here.
    pub(super) ends: bool,
}

/// The meaning of a piece.
pub(super) enum Piece {
    Nothing,
    Name(String),
    /// A name, if there is one, and the number after 等.
    Others(Option<String>, u32),
    /// How many there are in all.
    Stated(u32),
    Unreadable,
}

const SEPARATORS: [char; 9] = ['、', ',', ';', '/', '|', '\t', '\n', '\\', '。'];

/// The pieces of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = vec![Token::default()];
    let mut depth = 0_usize;
    let mut spaces_only = true;
    for c in fold(text).trim_matches(SEPARATORS).chars() {
        let Some(token) = tokens.last_mut() else { break };
        match c {
            '(' | '[' | '【' | '〔' if depth == 0 => {
                depth = 1;
                token.notes.push(String::new());
            }
            ')' | ']' | '】' | '〕' if depth <= 1 => depth = 0,
            c if depth > 0 => {
                match c {
                    '(' | '[' | '【' | '〔' => depth += 1,
                    ')' | ']' | '】' | '〕' => depth -= 1,
                    _ => {}
                }
                if let Some(note) = token.notes.last_mut() {
                    note.push(c);
                }
            }
            c if SEPARATORS.contains(&c) => {
                token.ends = c == '。';
                spaces_only = false;
                tokens.push(Token::default());
            }
            c => {
                // Text after a bracket begins a new piece.
                if !token.notes.is_empty() && !c.is_whitespace() && c != ':' {
                    tokens.push(Token::default());
                }
                if let Some(token) = tokens.last_mut() {
                    token.text.push(c);
                }
            }
        }
    }
    tokens.into_iter().flat_map(|token| spaced(token, spaces_only)).collect()
}

/// Takes the spaces out of a piece, or cuts it at them. The brackets go to the last part.
fn spaced(token: Token, spaces_only: bool) -> Vec<Token> {
    let words: Vec<&str> = token.text.split_whitespace().collect();
    let is_long = |word: &&str| word.chars().count() >= 2 && !word.starts_with('·') && !word.ends_with('·');
    if words.len() < 2 || !(spaces_only || words.iter().all(is_long)) {
        return vec![Token { text: compact(&token.text), ..token }];
    }
    let mut parts: Vec<String> = Vec::new();
    let mut singles = String::new();
    for word in words.iter().copied().chain([""]) {
        if word.chars().count() == 1 {
            singles.push_str(word);
            continue;
        }
        parts.extend(paired(&singles));
        singles.clear();
        match parts.last_mut() {
            // A middle dot joins words, whatever space is around it; a label and its colon stay with what follows.
            Some(last) if word.starts_with(['·', ':']) || last.ends_with(['·', ':']) => last.push_str(word),
            _ => parts.push(word.to_owned()),
        }
    }
    parts.retain(|part| !part.is_empty());
    let mut tokens: Vec<Token> = parts.into_iter().map(|text| Token { text, ..Token::default() }).collect();
    if let Some(last) = tokens.last_mut() {
        last.notes = token.notes;
        last.ends = token.ends;
    }
    tokens
}

/// Single characters in a row are names of two each; an odd number of them stays one piece, unreadable through its spaces.
fn paired(singles: &str) -> Vec<String> {
    let chars: Vec<char> = singles.chars().collect();
    if chars.len().is_multiple_of(2) {
        chars.chunks(2).map(|pair| pair.iter().collect()).collect()
    } else {
        vec![chars.iter().map(char::to_string).collect::<Vec<_>>().join(" ")]
    }
}

/// Classifies a piece.
pub(super) fn piece(text: &str) -> Piece {
    let text = text.trim().trim_matches(['.', '"', '\'', '“', '”', ':']).trim();
    let is_nothing = text.chars().all(|c| "-—_/.·".contains(c) || c.is_ascii_digit());
    if is_nothing || matches!(text, "无" | "暂无" | "没有" | "全勤" | "和" | "及") {
        return Piece::Nothing;
    }
    if let Some(number) = stated(text) {
        return Piece::Stated(number);
    }
    if let Some((name, tail)) = text.rsplit_once('等')
        && let Some(number) = others(tail)
    {
        let name = name.trim();
        return match readable(name) {
            Some(name) => Piece::Others(Some(name), number),
            None if name.is_empty() => Piece::Others(None, number),
            None => Piece::Unreadable,
        };
    }
    readable(text).map_or(Piece::Unreadable, Piece::Name)
}

/// `共12人`, `12人`, `十二人`.
fn stated(text: &str) -> Option<u32> {
    let bare = text.trim_start_matches(['共', '计', '合']);
    let digits = bare.strip_suffix("人").or_else(|| bare.strip_suffix('名')).unwrap_or_default();
    number(digits)
}

/// The number after 等: there may be nothing, a number of people, or what they are called.
fn others(tail: &str) -> Option<u32> {
    let tail = tail.trim().trim_start_matches(['共', '计']);
    let digits = ["名同志", "位同志", "人", "名", "位"].iter().find_map(|unit| tail.strip_suffix(unit)).unwrap_or(tail);
    if matches!(tail, "" | "人" | "同志" | "人员") { Some(0) } else { number(digits) }
}

fn number(digits: &str) -> Option<u32> {
    digits.parse().ok().or_else(|| chinese_number(digits).and_then(|value| value.try_into().ok()))
}

/// The name, if the piece looks like one: two to six Chinese characters, more around a dot, or a name in Latin letters.
fn readable(text: &str) -> Option<String> {
    if text.contains(' ') && text.chars().any(is_han) {
        return None;
    }
    // Numbering: 1.张三, 2)李四.
    let bare = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let bare = if bare.len() < text.len() { bare.trim_start_matches(['.', ' ', ')']) } else { text };
    let bare = bare.strip_suffix("同志").unwrap_or(bare);
    let name = person_name(bare)?;
    let length = name.chars().count();
    let chinese = name.chars().all(|c| is_han(c) || c == '·');
    let dotted = name.contains('·') && name.split('·').all(|part| !part.is_empty());
    let fits =
        if chinese && dotted { (3..=25).contains(&length) } else { (2..=6).contains(&length) && !name.contains('·') };
    let latin = length >= 2 && name.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '·' | '\'' | '-' | '.'));
    ((chinese && fits && !is_crowd(&name)) || latin).then_some(name)
}

/// Words for many people, which are not a name.
fn is_crowd(name: &str) -> bool {
    ["全体", "所有", "各", "部分", "其他", "其余", "机关", "班子", "有关", "相关"]
        .iter()
        .any(|word| name.starts_with(word))
        || [
            "人员", "干部", "群众", "党员", "职工", "妇联", "代表", "成员", "社区", "街道", "家长", "居民", "村民",
            "学员",
        ]
        .iter()
        .any(|word| name.ends_with(word))
}
