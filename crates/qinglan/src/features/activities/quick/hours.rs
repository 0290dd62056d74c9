//! Times in a line, as people write them: 14:00-16:00, 下午2点半, 中午11点半, 2:30pm, 两点到四点.

use tabular::chinese_number;

use super::text::Text;

/// A time in a line, with its end if there is one, in minutes of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) from: usize,
    pub(super) to: usize,
    /// `None` if it can't be said which time it is (晚上12点).
    pub(super) begins: Option<u32>,
    pub(super) ends: Option<u32>,
    /// Whether the half of the day isn't written and was concluded (两点).
    pub(super) concluded: bool,
    /// Whether the end can't be read.
    pub(super) odd_end: bool,
}

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Night,
    Morning,
    Noon,
    Afternoon,
    Evening,
}

const PARTS: [(&str, Part); 21] = [
    ("凌晨", Part::Night),
    ("清晨", Part::Morning),
    ("早晨", Part::Morning),
    ("早上", Part::Morning),
    ("上午", Part::Morning),
    ("中午", Part::Noon),
    ("正午", Part::Noon),
    ("下午", Part::Afternoon),
    ("午后", Part::Afternoon),
    ("傍晚", Part::Evening),
    ("晚上", Part::Evening),
    ("晚间", Part::Evening),
    ("夜间", Part::Evening),
    ("夜里", Part::Evening),
    ("早", Part::Morning),
    ("晨", Part::Morning),
    ("晚", Part::Evening),
    ("am", Part::Morning),
    ("AM", Part::Morning),
    ("pm", Part::Afternoon),
    ("PM", Part::Afternoon),
];

/// A clock as it is written.
struct Clock {
    hour: u32,
    minute: u32,
    part: Option<Part>,
    /// Whether the hour stands with a zero before it, or after twelve: no half of the day is missing.
    full: bool,
    to: usize,
}

/// The first time of a line from a place on.
pub(super) fn first(text: &Text, from: usize) -> Option<Found> {
    first_within(text, from, text.letters.len())
}

/// The first time that begins between two places of a line.
pub(super) fn first_within(text: &Text, from: usize, to: usize) -> Option<Found> {
    (from..to.min(text.letters.len())).filter(|at| may_begin(text.letters[*at])).find_map(|at| {
        let inside = at > 0 && !text.is_taken(at - 1) && {
            let before = text.letters[at - 1];
            before.is_ascii_digit() || ":.第".contains(before) || is_numeral(before)
        };
        if inside || text.is_taken(at) {
            return None;
        }
        let found = at_place(text, at)?;
        // 12月1日17点前: until when something has to be done.
        let deadline = ["前", "之前", "以前"].iter().any(|word| text.starts(found.to, word));
        (!deadline).then_some(found)
    })
}

fn is_numeral(letter: char) -> bool {
    matches!(letter, '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '两')
}

/// Whether a time may begin with a letter: a number, or the first letter of a part of the day.
fn may_begin(letter: char) -> bool {
    letter.is_ascii_digit()
        || is_numeral(letter)
        || matches!(
            letter,
            '凌' | '清'
                | '早'
                | '上'
                | '中'
                | '正'
                | '下'
                | '午'
                | '傍'
                | '晚'
                | '夜'
                | '晨'
                | 'a'
                | 'A'
                | 'p'
                | 'P'
        )
}

fn part(text: &Text, at: usize) -> Option<(Part, usize)> {
    let (word, part) = PARTS.iter().find(|(word, _)| text.starts(at, word))?;
    Some((*part, at + word.chars().count()))
}

/// A part of the day without a clock, such as 下午, and where it ends.
pub(super) fn part_only(text: &Text, at: usize) -> Option<usize> {
    if ["全天", "整天", "半天"].iter().any(|word| text.starts(at, word)) {
        return Some(at + 2);
    }
    let (_, to) = part(text, at)?;
    (to - at > 1).then_some(to)
}

fn blanks(text: &Text, at: usize) -> usize {
    text.letters[at.min(text.letters.len())..].iter().take_while(|letter| **letter == ' ').count()
}

fn number(text: &Text, at: usize, numerals: bool) -> Option<(u32, usize)> {
    let rest = &text.letters[at.min(text.letters.len())..];
    let digits = rest.iter().take_while(|letter| letter.is_ascii_digit()).count();
    if digits > 0 {
        return (digits < 3)
            .then(|| text.folded(at, at + digits).parse().ok())
            .flatten()
            .map(|value| (value, at + digits));
    }
    let length = rest.iter().take_while(|letter| is_numeral(**letter)).count();
    let value =
        (numerals && (1..=3).contains(&length)).then(|| chinese_number(&text.folded(at, at + length))).flatten()?;
    Some((value.try_into().ok()?, at + length))
}

/// `14:30`, `2点`, `2点半`, `14时30分`, `2pm`, with the part of the day before or behind it.
fn clock(text: &Text, at: usize) -> Option<Clock> {
    let before = part(text, at);
    let start = before.map_or(at, |(_, to)| to + blanks(text, to));
    let (hour, mut to) = number(text, start, true)?;
    let digits = text.letters[start].is_ascii_digit();
    let mut minute = 0;
    let mut signed = true;
    if digits && text.letters.get(to) == Some(&':') {
        let (value, end) = number(text, to + 1, false).filter(|(_, end)| end - to == 3)?;
        (minute, to) = (value, end);
        // 14:00:00.
        if text.letters.get(to) == Some(&':')
            && let Some((_, end)) = number(text, to + 1, false).filter(|(_, end)| end - to == 3)
        {
            to = end;
        }
    } else if text.letters.get(to).is_some_and(|sign| "点时".contains(*sign)) && !text.starts(to, "时期") {
        to += 1;
        if text.letters.get(to) == Some(&'钟') || text.letters.get(to) == Some(&'整') {
            to += 1;
        } else if text.letters.get(to) == Some(&'半') {
            (minute, to) = (30, to + 1);
        } else if let Some(quarters) = ["一刻", "三刻"].iter().position(|word| text.starts(to, word)) {
            (minute, to) = (if quarters == 0 { 15 } else { 45 }, to + 2);
        } else if let Some((value, end)) = number(text, to, true) {
            let signed = text.letters.get(end) == Some(&'分');
            if signed || text.letters[to].is_ascii_digit() && end - to == 2 {
                (minute, to) = (value, end + usize::from(signed));
            }
        }
    } else {
        signed = false;
    }
    let behind =
        if before.is_none() { part(text, to + blanks(text, to)).filter(|_| latin_part(text, to)) } else { None };
    if !signed && behind.is_none() || hour > 24 || minute > 59 {
        return None;
    }
    let to = behind.map_or(to, |(_, to)| to);
    let goes_on = text.letters.get(to).is_some_and(|next| next.is_ascii_digit() || *next == ':');
    let full = hour > 12 || digits && text.letters[start] == '0';
    (!goes_on).then_some(Clock { hour, minute, part: before.or(behind).map(|(part, _)| part), full, to })
}

fn latin_part(text: &Text, at: usize) -> bool {
    let at = at + blanks(text, at);
    ["am", "pm", "AM", "PM"].iter().any(|word| text.starts(at, word))
}

/// The minutes of the day, and whether the half was concluded. `None` where it could be either.
fn minutes(clock: &Clock, part: Option<Part>) -> Option<(u32, bool)> {
    let (hour, concluded) = match (part, clock.hour) {
        (Some(Part::Afternoon), hour @ 1..=11)
        | (Some(Part::Noon), hour @ 1..=3)
        | (Some(Part::Evening), hour @ 5..=11) => (hour + 12, false),
        // 晚上12点 may be the beginning of the day or its end, 晚上2点 the night before or after.
        // 上午15:00 contradicts itself.
        (Some(Part::Evening), 0..=4 | 12)
        | (_, 24)
        | (Some(Part::Morning), 13..)
        | (Some(Part::Night), 7..)
        | (Some(Part::Noon), 4..=9 | 16..)
        | (Some(Part::Afternoon), 0) => return None,
        (None, hour @ 1..=6) if !clock.full => (hour + 12, true),
        (None, hour @ 7..=8) if !clock.full => (hour, true),
        (_, hour) => (hour, false),
    };
    Some((hour * 60 + clock.minute, concluded))
}

fn at_place(text: &Text, at: usize) -> Option<Found> {
    // `9-11点`, `下午2-4点`: the first hour has no sign of its own.
    let short = short_range(text, at);
    let first = short.map_or_else(|| clock(text, at), |(clock, _)| Some(clock))?;
    let after = first.to;
    let blank = blanks(text, after);
    let signs = text.letters[after + blank..].iter().take_while(|sign| "-—–~至到".contains(**sign)).count();
    let second_at = after + blank + signs + blanks(text, after + blank + signs);
    let second = (signs > 0).then(|| clock(text, second_at)).flatten();
    let begins_part =
        first.part.or(second.as_ref().and_then(|second| second.part.filter(|_| latin_part_at(text, second))));
    let begins = minutes(&first, begins_part);
    let Some(second) = second else {
        return Some(Found {
            from: at,
            to: after,
            begins: begins.map(|(minutes, _)| minutes),
            ends: None,
            concluded: begins.is_some_and(|(_, concluded)| concluded),
            odd_end: false,
        });
    };
    let ends = match (begins, second.part) {
        (None, _) => None,
        (Some(_), Some(part)) => minutes(&second, Some(part)),
        // 下午2点至4点: the part of the day holds for both; 上午9点到12点 ends at noon.
        (Some((begins, concluded)), None) => {
            let plain = second.hour * 60 + second.minute;
            let later = plain + 12 * 60;
            if plain > begins && second.hour < 24 {
                Some((plain, concluded))
            } else if later > begins && second.hour < 12 && !second.full {
                Some((later, concluded || first.part.is_none()))
            } else {
                None
            }
        }
    };
    let ends = ends.filter(|(ends, _)| begins.is_some_and(|(begins, _)| *ends > begins));
    Some(Found {
        from: at,
        to: second.to,
        begins: begins.map(|(minutes, _)| minutes),
        ends: ends.map(|(minutes, _)| minutes),
        concluded: begins.is_some_and(|(_, concluded)| concluded) || ends.is_some_and(|(_, concluded)| concluded),
        odd_end: ends.is_none(),
    })
}

/// Whether the part of a clock stands behind it: 2:30-4:30pm.
fn latin_part_at(text: &Text, clock: &Clock) -> bool {
    clock.to >= 2 && ["am", "pm", "AM", "PM"].iter().any(|word| text.starts(clock.to - 2, word))
}

fn short_range(text: &Text, at: usize) -> Option<(Clock, usize)> {
    let before = part(text, at);
    let start = before.map_or(at, |(_, to)| to + blanks(text, to));
    let (hour, to) = number(text, start, true)?;
    let signs = text.letters[to..].iter().take_while(|sign| "-—–~至到".contains(**sign)).count();
    let second = (signs > 0).then(|| clock(text, to + signs)).flatten()?;
    // 9-11:00 isn't written, 9-11点 is.
    let signed =
        text.letters[to + signs..second.to].iter().any(|sign| "点时".contains(*sign)) || latin_part_at(text, &second);
    let full = hour > 12 || text.letters[start] == '0';
    (signed && hour < 24).then_some((Clock { hour, minute: 0, part: before.map(|(part, _)| part), full, to }, to))
}
