//! Writes a list that is numbered, joined by 和 or put behind 全体组员 as a plain list of names.

use crate::text::{fold, is_han};

/// Words before brackets that name everybody one by one.
const EVERYBODY: [&str; 8] =
    ["全体组员", "全体成员", "全体人员", "全体学员", "全体参会人员", "全体参加人员", "小组全体成员", "全体党员"];

/// The list with commas where numbers, 和 or brackets around all of it stood; any other text as it is.
pub(super) fn plain_list(text: &str) -> String {
    let text = opened(text);
    let text = unnumbered(&text);
    unjoined(&text)
}

/// `全体组员（甲、乙）` names 甲 and 乙.
fn opened(text: &str) -> String {
    let folded = fold(text);
    let inner = EVERYBODY.iter().find_map(|word| folded.strip_prefix(word)?.trim_start().strip_prefix('('));
    match inner.and_then(|inner| inner.strip_suffix(')')).filter(|inner| !inner.contains(['(', ')'])) {
        Some(inner) => inner.trim_start_matches([':', ' ']).to_owned(),
        None => text.to_owned(),
    }
}

/// `1、甲 2、乙`, `①甲②乙`: the numbers are taken away if they count from 1 on.
fn unnumbered(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let (mut at, mut expected) = (0, 1_u32);
    while let Some(letter) = letters.get(at).copied() {
        let circled = u32::from(letter).checked_sub(u32::from('①')).filter(|from| *from < 20).map(|from| from + 1);
        if circled == Some(expected) {
            out.push('、');
            expected += 1;
            at += 1;
            continue;
        }
        // （1）甲（2）乙
        let open = usize::from(matches!(letter, '(' | '（'));
        let is_digit = |letter: &char| letter.is_ascii_digit() || ('０'..='９').contains(letter);
        // No digits within digits: a long number is looked at once.
        let begins = at == 0 || letters.get(at - 1).is_some_and(|before| !is_digit(before));
        let digits = if begins { letters[at + open..].iter().take_while(|letter| is_digit(letter)).count() } else { 0 };
        let number: String = letters.iter().skip(at + open).take(digits).collect();
        let marks = if open > 0 { ")）" } else { "、.．)）,，" };
        let mark = letters.get(at + open + digits).filter(|mark| marks.contains(**mark));
        if digits > 0 && mark.is_some() && fold(&number).parse() == Ok(expected) {
            out.push('、');
            expected += 1;
            at += open + digits + 1;
            continue;
        }
        out.push(letter);
        at += 1;
    }
    if expected > 2 { out } else { text.to_owned() }
}

/// `甲某和乙某` are two people. A name may hold the letter too, so both sides have to be long enough for a name, and the whole too
/// long for one.
fn unjoined(text: &str) -> String {
    let is_word = |c: char| is_han(c) || c == '·';
    let mut out = String::new();
    let mut run: Vec<char> = Vec::new();
    let mut depth = 0_usize;
    for letter in text.chars().map(Some).chain([None]) {
        if let Some(letter) = letter.filter(|letter| is_word(*letter)) {
            run.push(letter);
            continue;
        }
        // A label such as 请假人员及原因 stays whole, and so does a note in brackets.
        let is_label = letter.is_some_and(|letter| matches!(letter, ':' | '：'));
        out.extend(if is_label || depth > 0 { run.clone() } else { parted(&run) });
        run.clear();
        out.extend(letter);
        match letter {
            Some('(' | '（' | '[' | '【' | '〔') => depth += 1,
            Some(')' | '）' | ']' | '】' | '〕') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    out
}

fn parted(run: &[char]) -> Vec<char> {
    let mut run = run.to_vec();
    let fits = |length: usize| (2..=4).contains(&length);
    let joint = (1..run.len())
        .find(|at| matches!(run[*at], '和' | '及' | '与') && run.len() >= 5 && fits(*at) && fits(run.len() - at - 1));
    if let Some(joint) = joint.filter(|_| !run.contains(&'·')) {
        run[joint] = '、';
    }
    run
}
