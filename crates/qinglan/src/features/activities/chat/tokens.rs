//! Cuts a line of a roll-call into names, words, numbers and signs.

use std::collections::HashMap;

use super::words::{self, Word};

/// What a piece of a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Somebody on the roll, by place in the list of names.
    Person(usize),
    /// What may be the name of somebody who isn't.
    Name(String),
    /// A word with a meaning.
    Word(Word),
    /// `3.`, `(2)`, `①`: the number of an item.
    Index,
    /// `2人`.
    Count(u32),
    /// A day, a time or how long.
    Span {
        /// A clock or a day in digits, as programs print them.
        stamp: bool,
    },
    /// Other digits, such as a telephone number.
    Number,
    /// A bracket opens.
    Open,
    /// A bracket closes.
    Close,
    /// `:`
    Colon,
    /// `,`: it may divide names, or a name from its note.
    Comma,
    /// A column of a table.
    Tab,
    /// `、`, `/`, 和: it divides names.
    List,
    /// The end of a sentence.
    Stop,
    /// White space, or a line such as `-`.
    Space,
    /// `@`
    At,
    /// Anything else.
    Text,
}

/// A piece of a line, with its place among the letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// The names that are looked for.
pub(super) struct Names {
    /// Places of names by their first letter, long names first.
    by_first: HashMap<char, Vec<(usize, Vec<char>)>>,
}

impl Names {
    pub(super) fn new(names: &[String]) -> Self {
        let mut by_first: HashMap<char, Vec<(usize, Vec<char>)>> = HashMap::new();
        for (place, name) in names.iter().enumerate() {
            let letters: Vec<char> = tabular::person_name(name).unwrap_or_default().chars().collect();
            if let Some(first) = letters.first().filter(|_| letters.len() > 1) {
                by_first.entry(*first).or_default().push((place, letters));
            }
        }
        for of in by_first.values_mut() {
            of.sort_by_key(|(_, letters)| std::cmp::Reverse(letters.len()));
        }
        Self { by_first }
    }

    /// Whether a text holds one of the names.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let letters: Vec<char> = text.chars().collect();
        (0..letters.len()).any(|from| self.at(&letters, from).is_some())
    }

    /// The longest name that begins here, and where it ends. There may be blanks within it.
    fn at(&self, letters: &[char], from: usize) -> Option<(usize, usize)> {
        let of = self.by_first.get(letters.get(from)?)?;
        of.iter().find_map(|(place, name)| {
            let mut at = from;
            for (number, wanted) in name.iter().enumerate() {
                while number > 0 && letters.get(at) == Some(&' ') {
                    at += 1;
                }
                if letters.get(at) != Some(wanted) {
                    return None;
                }
                at += 1;
            }
            // A name in Latin letters ends where its word does.
            let latin = |at: Option<&char>| at.is_some_and(char::is_ascii_alphabetic);
            let cut = latin(letters.get(at)) && latin(letters.get(at - 1))
                || from > 0 && latin(letters.get(from - 1)) && latin(letters.get(from));
            (!cut).then_some((*place, at))
        })
    }
}

pub(super) fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{E000}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Brackets within brackets at the most: no roll-call has more.
const DEEPEST: usize = 8;

/// The pieces of a folded line, and whether it has more brackets within brackets than are read.
pub(super) fn tokens(letters: &[char], names: &Names) -> (Vec<Token>, bool) {
    let mut found: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let (kind, to) = next(letters, at, names, &found).unwrap_or_else(|| (sign(letter), at + 1));
        match found.last_mut() {
            Some(last) if kind == last.kind && matches!(kind, Kind::Text | Kind::Space) => last.to = to,
            _ => found.push(Token { kind, from: at, to }),
        }
        at = to;
    }
    let mut tokens = named(letters, &found);
    let deep = flatten(&mut tokens);
    (tokens, deep)
}

/// Makes blanks of the brackets that stand too deep in others. Returns whether there are any.
fn flatten(tokens: &mut [Token]) -> bool {
    let (mut depth, mut deep) = (0_usize, false);
    for token in tokens {
        let before = depth;
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if before.max(depth) > DEEPEST {
            token.kind = Kind::Space;
            deep = true;
        }
    }
    deep
}

fn sign(letter: char) -> Kind {
    match letter {
        '(' | '[' | '【' | '〔' | '{' | '<' | '《' | '「' => Kind::Open,
        ')' | ']' | '】' | '〕' | '}' | '>' | '》' | '」' => Kind::Close,
        ':' => Kind::Colon,
        ',' => Kind::Comma,
        '\t' => Kind::Tab,
        '、' | '/' | '|' | '\\' | '&' => Kind::List,
        ';' | '。' | '!' | '…' | '.' => Kind::Stop,
        '@' => Kind::At,
        '?' => Kind::Word(Word::Doubts),
        '-' | '—' | '–' | '~' | '_' | '=' | '*' | '•' | '●' | '▪' | '◆' | '★' | '#' | '"' | '\'' | '“' | '”' | '→' => {
            Kind::Space
        }
        letter if letter.is_whitespace() => Kind::Space,
        letter => words::picture(letter).map_or(Kind::Text, Kind::Word),
    }
}

/// What begins here, but for signs; `None` if nothing is known to.
fn next(letters: &[char], at: usize, names: &Names, before: &[Token]) -> Option<(Kind, usize)> {
    if let Some((place, to)) = names.at(letters, at) {
        return Some((Kind::Person(place), to));
    }
    let rest = &letters[at..];
    let fresh = before.iter().rev().find(|token| token.kind != Kind::Space).is_none_or(|token| {
        matches!(token.kind, Kind::Stop | Kind::Comma | Kind::List | Kind::Colon | Kind::Close | Kind::Tab)
    });
    if let Some(length) = index(rest, fresh, |to| names.at(letters, at + to).is_some()) {
        return Some((Kind::Index, at + length));
    }
    if let Some((kind, length)) = number(rest) {
        return Some((kind, at + length));
    }
    if let Some(length) = day_word(rest) {
        return Some((Kind::Span { stamp: false }, at + length));
    }
    // 晚半小时到, but 晚7点 is the evening.
    if letter_is(rest, '晚')
        && let Some((Kind::Span { stamp: false }, length)) = number(&rest[1..])
        && rest[1..=length].iter().any(|letter| "钟会".contains(*letter) || *letter == '小')
    {
        return Some((Kind::Word(Word::Late), at + 1 + length));
    }
    let (length, word) = words::word_at(rest)?;
    let glued = before.last().is_some_and(|token| token.kind == Kind::Text);
    let followed = rest.get(length).is_some_and(|next| is_han(*next));
    let short = length == 1;
    // One letter is a word only by itself, or behind a name; before one if what follows is a name or a number.
    let next_named = || names.at(letters, at + length).is_some();
    let bound = match word {
        Word::Plain | Word::Listed | Word::All | Word::Proxy => !glued || !followed,
        _ => !glued,
    };
    // 在休产假 says where somebody is, not that the person is there.
    let joins = matches!(word, Word::Plain | Word::Listed | Word::All);
    let before_word = !letter_is(rest, '在')
        && words::word_at(&rest[length..]).is_some_and(|(more, _)| {
            // 其余都到: two words of one letter.
            more > 1 || joins && rest.get(length + more).is_none_or(|next| !is_han(*next))
        });
    let whole = !short || bound && (!followed || next_named() || before_word);
    whole.then_some((Kind::Word(word), at + length))
}

fn letter_is(letters: &[char], letter: char) -> bool {
    letters.first() == Some(&letter)
}

const NUMERALS: &str = "一二三四五六七八九十";

/// The length of the number of an item that begins here.
fn index(rest: &[char], fresh: bool, named_at: impl Fn(usize) -> bool) -> Option<usize> {
    let first = *rest.first()?;
    if matches!(u32::from(first), 0x2460..=0x249B | 0x24EA..=0x24FF | 0x2776..=0x2793 | 0x3220..=0x3229 | 0x1F51F) {
        let dots = rest[1..].iter().take_while(|letter| ".、 ".contains(**letter)).count();
        return Some(1 + dots);
    }
    let bracket = first == '(';
    let body = &rest[usize::from(bracket)..];
    let digits = body.iter().take_while(|letter| letter.is_ascii_digit()).count();
    let numerals = body.iter().take(4).take_while(|letter| NUMERALS.contains(**letter)).count();
    // 1️⃣, of which folding leaves the digit and the frame.
    if !bracket
        && (1..=2).contains(&digits)
        && body.get(digits).is_some_and(|next| matches!(next, '\u{20E3}' | '\u{FE0F}'))
    {
        let frame =
            body[digits..].iter().take_while(|letter| matches!(letter, '\u{20E3}' | '\u{FE0F}' | '.' | '、')).count();
        return Some(digits + frame);
    }
    let length = if digits > 0 { digits } else { numerals };
    if length == 0 || length > 3 {
        return None;
    }
    let next = body.get(length).copied();
    let later = body.get(length + 1).copied();
    if bracket {
        let dots = body[length..].iter().skip(1).take_while(|letter| ".、".contains(**letter)).count();
        return (next == Some(')')).then_some(length + 2 + dots);
    }
    let blanks = body[length..].iter().take_while(|letter| **letter == ' ').count();
    if digits > 0 && named_at(length + blanks) {
        return Some(length + blanks);
    }
    let beyond = |skip: usize| body[length + skip..].iter().find(|letter| **letter != ' ').copied();
    match next {
        Some('.' | '、' | ')') if digits > 0 => {
            let more = body[length..].iter().take_while(|letter| ".、)".contains(**letter)).count();
            (!later.is_some_and(|later| later.is_ascii_digit())).then_some(length + more)
        }
        Some('、' | ')' | '.') if fresh => Some(length + 1),
        Some(',' | ':') if fresh && digits > 0 && !beyond(1).is_some_and(|after| after.is_ascii_digit()) => {
            Some(length + 1)
        }
        Some(' ' | '\t')
            if fresh && digits > 0 && beyond(1).is_some_and(|after| is_han(after) || after.is_alphabetic()) =>
        {
            Some(length + 1)
        }
        Some(next)
            if fresh && digits > 0 && is_han(next) && !"年月日号时点分人场次名位个小天周届期组半刻".contains(next) =>
        {
            Some(length)
        }
        _ => None,
    }
}

/// Numerals in a row at the most; more of them are no number.
const MOST_NUMERALS: usize = 16;

/// The end of `11月28日` or `2点30分`, of which the first number with its unit ends at `to`.
fn end_of_span(rest: &[char], mut to: usize) -> usize {
    loop {
        let next = rest.get(to..).unwrap_or_default();
        if next.first().is_some_and(|letter| letter.is_ascii_digit() || *letter == '半')
            && let Some(length) = number_with_unit(next)
        {
            to += length;
        } else if letter_is(next, '半') {
            to += 1;
        } else {
            return to;
        }
    }
}

/// The length of a number with the unit of a time or of a length of time (`28日`, `半天`).
fn number_with_unit(rest: &[char]) -> Option<usize> {
    const UNITS: [&str; 20] = [
        "个半小时",
        "个小时",
        "小时",
        "分钟",
        "刻钟",
        "点半",
        "点钟",
        "点",
        "时",
        "分",
        "天半",
        "天",
        "次",
        "个月",
        "月",
        "日",
        "号",
        "周",
        "会儿",
        "会",
    ];
    let length = numeral(rest)?;
    let unit = UNITS.iter().find(|unit| starts(&rest[length..], unit))?;
    Some(length + unit.chars().count())
}

fn starts(letters: &[char], word: &str) -> bool {
    word.chars().enumerate().all(|(at, letter)| letters.get(at) == Some(&letter))
}

fn digits(rest: &[char]) -> usize {
    rest.iter().take_while(|letter| letter.is_ascii_digit()).count()
}

/// The length of the digits or Chinese numerals that begin here; `None` if there are none, or more than any number has.
fn numeral(rest: &[char]) -> Option<usize> {
    let digits = digits(rest);
    if digits > 0 {
        return Some(digits);
    }
    let is_numeral = |letter: &&char| NUMERALS.contains(**letter) || "两几半百".contains(**letter);
    let numerals = rest.iter().take(MOST_NUMERALS + 1).take_while(is_numeral).count();
    (1..=MOST_NUMERALS).contains(&numerals).then_some(numerals)
}

/// A number with what it counts: people, a day, a time, how long.
fn number(rest: &[char]) -> Option<(Kind, usize)> {
    let digits = digits(rest);
    if digits > 0 {
        // 2026-11-28, 11/28, 10:23:05, 11.28.
        let mut at = digits;
        while rest.get(at).is_some_and(|sign| ":-/.".contains(*sign))
            && rest.get(at + 1).is_some_and(char::is_ascii_digit)
        {
            at += 1 + self::digits(&rest[at + 1..]);
        }
        if at > digits {
            return Some((Kind::Span { stamp: true }, at));
        }
    }
    let length = numeral(rest)?;
    let behind = &rest[length..];
    if starts(behind, "人次") {
        return Some((Kind::Number, length + 2));
    }
    if let Some(unit) = ["个人", "人", "名", "位"].iter().find(|unit| starts(behind, unit)) {
        let text: String = rest[..length].iter().collect();
        let value =
            text.parse().ok().or_else(|| tabular::chinese_number(&text).and_then(|value| value.try_into().ok()));
        return value.map(|value| (Kind::Count(value), length + unit.chars().count()));
    }
    if let Some(to) = number_with_unit(rest) {
        return Some((Kind::Span { stamp: false }, end_of_span(rest, to)));
    }
    (digits > 0).then_some((Kind::Number, digits))
}

fn day_word(rest: &[char]) -> Option<usize> {
    const WORDS: [&str; 24] = [
        "今天",
        "明天",
        "昨天",
        "后天",
        "今日",
        "明日",
        "昨日",
        "今晚",
        "明晚",
        "今早",
        "明早",
        "上午",
        "下午",
        "中午",
        "晚上",
        "早上",
        "傍晚",
        "半天",
        "一会儿",
        "一会",
        "全天",
        "整天",
        "星期",
        "礼拜",
    ];
    let first = *rest.first()?;
    if !"今明昨后上下中晚早傍半一全整星礼周".contains(first) {
        return None;
    }
    let weekday = |at: usize| rest.get(at).is_some_and(|day| "一二三四五六日天末".contains(*day));
    let word = WORDS.iter().find(|word| starts(rest, word));
    match word {
        Some(&("星期" | "礼拜")) => weekday(2).then_some(3),
        Some(word) => Some(word.chars().count()),
        None => (starts(rest, "周") && weekday(1)).then_some(2),
    }
}

/// Tells names from other text, by where it stands and what it looks like.
fn named(letters: &[char], tokens: &[Token]) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    // Whether a name stands before, in the same item.
    let mut behind_name = false;
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        let mut token = token.clone();
        match token.kind {
            Kind::Person(_) => behind_name = true,
            Kind::List | Kind::Stop | Kind::Index => behind_name = false,
            _ => {}
        }
        if token.kind != Kind::Text {
            found.push(token);
            continue;
        }
        let text: String = letters[token.from..token.to].iter().collect();
        // 陈主任: a surname with a title is all that is written of somebody.
        if words::is_surname(&text)
            && let Some((title, after)) = rest.split_first()
            && title.from == token.to
            && title.kind == Kind::Word(Word::Plain)
            && words::is_title(&letters[title.from..title.to].iter().collect::<String>())
            && found.last().is_none_or(|last| !matches!(last.kind, Kind::Text | Kind::Person(_) | Kind::Name(_)))
        {
            rest = after;
            behind_name = true;
            let name = letters[token.from..title.to].iter().collect();
            found.push(Token { kind: Kind::Name(name), from: token.from, to: title.to });
            continue;
        }
        // 李静雪和温天芸: the letter between two names.
        if let Some(Token { kind: Kind::Person(_), .. }) = found.last()
            && let Some(first) = text.chars().next().filter(|first| "和与及跟".contains(*first))
        {
            let after = &text[first.len_utf8()..];
            let joins = match rest.first() {
                Some(Token { kind: Kind::Person(_), .. }) => after.is_empty(),
                _ => words::has_surname(after) && looks_like_name(after),
            };
            if joins {
                found.push(Token { kind: Kind::List, from: token.from, to: token.from + 1 });
                token.from += 1;
                if token.from == token.to {
                    continue;
                }
                found.push(Token { kind: Kind::Name(after.to_owned()), ..token });
                behind_name = true;
                continue;
            }
        }
        if words::is_place(&text) {
            // 李静雪（急诊科）: behind a name it may be why somebody is missing.
            let kind = if !behind_name || words::is_unit(&text) { Kind::Word(Word::Place) } else { Kind::Text };
            found.push(Token { kind, ..token });
            continue;
        }
        // 王芳菲 isn't 王芳, who is on the roll.
        if let Some(Token { kind: Kind::Person(_), from, to }) = found.last()
            && token.to - token.from <= 2
            && token.to - from <= 4
            && *to == token.from
            && text.chars().all(is_han)
            && !words::is_note(&text)
        {
            let from = *from;
            found.pop();
            let text: String = letters[from..token.to].iter().filter(|letter| **letter != ' ').collect();
            found.push(Token { kind: Kind::Name(text), from, to: token.to });
            continue;
        }
        let is_name = is_name(letters, &found, &text, rest);
        behind_name |= is_name;
        found.push(Token { kind: if is_name { Kind::Name(text) } else { Kind::Text }, ..token });
    }
    found
}

/// Two to four Chinese letters, more around a dot, none of which is usual in a note.
pub(super) fn looks_like_name(text: &str) -> bool {
    let length = text.chars().count();
    let dotted = text.contains('·') && (3..=25).contains(&length);
    let fits = dotted || (2..=4).contains(&length);
    fits && text.chars().all(|letter| is_han(letter) || dotted && letter == '·') && (dotted || !words::is_note(text))
}

fn is_name(letters: &[char], before: &[Token], text: &str, rest: &[Token]) -> bool {
    let next = rest.first();
    let last = before.last().map(|token| &token.kind);
    let item = before.iter().rev().find(|token| token.kind != Kind::Space).map(|token| &token.kind);
    // A place to which a name belongs: the beginning of an item.
    let begins =
        matches!(item, None | Some(Kind::Index | Kind::List | Kind::Open | Kind::Colon | Kind::At | Kind::Tab));
    let glued =
        matches!(last, Some(Kind::Person(_) | Kind::Name(_) | Kind::Word(_) | Kind::Span { .. } | Kind::Count(_)));
    let ends = next.is_none_or(|next| !matches!(next.kind, Kind::Person(_) | Kind::Name(_)));
    if looks_like_name(text) {
        // `小王 请假`: a line of a name and a word for it.
        let behind = rest.iter().find(|token| token.kind != Kind::Space).map(|token| &token.kind);
        let sole = before.is_empty() && (next.is_none() || behind.is_some_and(|kind| matches!(kind, Kind::Word(word) if answers(*word) && (*word != Word::Comes || next.is_some_and(|next| next.kind == Kind::Space)))));
        let sure = begins && (matches!(item, Some(Kind::Index | Kind::List | Kind::At)) || sole);
        let usual = words::has_surname(text) || text.contains('·');
        return ends && (sure || usual && (!glued || after_status(before)));
    }
    // `3. 幸福社区王小二`, `Anna`: the whole of a numbered item.
    let numbered = matches!(item, Some(Kind::Index)) && text.chars().count() <= 12 && !words::is_note(text);
    let alone = next.is_none_or(|next| !matches!(next.kind, Kind::Person(_) | Kind::Name(_)));
    let latin = text.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '·') && text.chars().count() >= 2;
    let shown = letters.len() > text.chars().count() || latin;
    shown && alone && (numbered || latin && begins)
}

/// 请假王小二: a name glued to the word that governs it.
fn after_status(before: &[Token]) -> bool {
    let last = before.last().map(|token| &token.kind);
    matches!(last, Some(Kind::Word(word)) if is_status(*word) || *word == Word::Refuses)
}

/// Whether a word says something of the name before it: 小王 不参加.
fn answers(word: Word) -> bool {
    is_status(word) || matches!(word, Word::Refuses | Word::Reason(_) | Word::Doubts | Word::Arranged)
}

fn is_status(word: Word) -> bool {
    matches!(word, Word::Leave(_) | Word::Absent | Word::Late | Word::Observer | Word::MadeUp | Word::Comes)
}

pub(super) fn separates(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Space
            | Kind::Comma
            | Kind::Tab
            | Kind::List
            | Kind::Stop
            | Kind::Colon
            | Kind::Open
            | Kind::Close
            | Kind::At
            | Kind::Index
    )
}

pub(super) fn has_people(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| matches!(token.kind, Kind::Person(_) | Kind::Name(_)))
}

/// Whether words about attendance stand before the first name.
pub(super) fn leads(tokens: &[Token]) -> bool {
    let first = tokens.iter().position(|token| matches!(token.kind, Kind::Person(_) | Kind::Name(_)));
    tokens[..first.unwrap_or(0)].iter().any(|token| {
        matches!(
            token.kind,
            Kind::Word(
                Word::Leave(_)
                    | Word::Absent
                    | Word::Late
                    | Word::Observer
                    | Word::MadeUp
                    | Word::Comes
                    | Word::Refuses
            )
        )
    })
}

/// The place of the bracket that closes the one at `open`, or the end.
pub(super) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => {
                depth -= 1;
                if depth == 0 {
                    return place;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// Whether names follow after a blank, and no more words about attendance behind them.
pub(super) fn stands_between(tokens: &[Token], end: usize) -> bool {
    if tokens.get(end).is_none_or(|token| token.kind != Kind::Space) {
        return false;
    }
    let mut people = false;
    for token in &tokens[end..] {
        match &token.kind {
            Kind::Person(_) | Kind::Name(_) => people = true,
            Kind::Stop | Kind::Index => break,
            Kind::Word(word) if people && !matches!(word, Word::Plain | Word::All | Word::Listed) => return false,
            Kind::Comma | Kind::Open if !people => return false,
            _ => {}
        }
    }
    people
}
