//! Reads a roll-call pasted from a chat: who is named, and what the text says of each.
//!
//! The text is read as a whole and marks nobody. Only what is understood completely becomes a status; a refusal, a note that no
//! word is known for, or a word that may belong to somebody else has to be asked. Whatever belongs to nobody is returned too.

mod claim;
mod lines;
mod said;
mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use claim::{Below, Claim, Line, Who};
use lines::Parser;
use said::Said;
pub(super) use said::Says;
use tokens::{Kind, Names, Token};
use words::Word;

use super::model::{LeaveReason, Status};

/// The content of a pasted text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// Everybody who is named, in the order of their first line, each once.
    pub(super) people: Vec<Named>,
    /// Text that belongs to nobody.
    pub(super) left: Vec<String>,
    /// What is said of all who aren't named (其余都到), as it is written.
    pub(super) rest: Option<String>,
}

/// Somebody whom a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// The name, as on the list that was handed in, or as written.
    pub(super) name: String,
    /// Whether the name is on the list that was handed in.
    pub(super) known: bool,
    /// What the text says.
    pub(super) says: Says,
    /// The reason of a leave, if one is written.
    pub(super) reason: Option<LeaveReason>,
    /// The piece of the text, and pieces of earlier lines that it corrects.
    pub(super) words: String,
    /// Whether the person is only mentioned, such as after 联系人.
    pub(super) mentioned: bool,
}

/// A line with its pieces.
struct Cut {
    letters: Vec<char>,
    tokens: Vec<Token>,
    /// Whether its words may belong to another line.
    doubtful: bool,
}

impl Cut {
    fn new(text: &str, names: &Names) -> Self {
        let letters: Vec<char> = text.chars().collect();
        let (tokens, doubtful) = tokens::tokens(&letters, names);
        Self { letters, tokens, doubtful }
    }

    fn text(&self) -> String {
        self.letters.iter().collect()
    }

    fn people(&self) -> usize {
        self.tokens.iter().filter(|token| matches!(token.kind, Kind::Person(_) | Kind::Name(_))).count()
    }

    fn solid(&self) -> impl DoubleEndedIterator<Item = &Token> {
        self.tokens.iter().filter(|token| token.kind != Kind::Space)
    }

    /// All words of the line, whatever stands between them.
    fn said(&self) -> Said {
        let mut said = Said::default();
        for token in &self.tokens {
            match &token.kind {
                Kind::Word(word) => said.words.push(*word),
                Kind::Text => said.unknown.extend(&self.letters[token.from..token.to]),
                _ => {}
            }
        }
        said
    }

    fn number(&self) -> Option<u32> {
        let first = self.solid().next().filter(|token| token.kind == Kind::Index)?;
        let digits: String =
            self.letters[first.from..first.to].iter().filter(|letter| letter.is_ascii_digit()).collect();
        digits.parse().ok()
    }

    /// Whether it is a name with a time or a colon, as a chat shows who writes; and whether it has one of both.
    fn speaker(&self) -> Option<bool> {
        let mut marked = false;
        for token in self.solid() {
            match token.kind {
                Kind::Person(_) | Kind::Name(_) | Kind::Number => {}
                Kind::Span { .. } | Kind::Colon => marked = true,
                _ => return None,
            }
        }
        (self.people() == 1).then_some(marked)
    }
}

/// What a line without names does to the lines below.
enum Heading {
    /// It governs them. `bare`: nothing but the word shows that it is a heading.
    Governs { said: Said, count: Option<u32>, bare: bool },
    /// It ends what governed: 请假：无.
    Ends,
    /// It is none.
    None,
}

/// Letters of a text that is read at the most: a thousand people with their notes. Of a longer one everything is left.
pub(super) const MOST_LETTERS: usize = 20_000;

/// Reads a pasted text. `names` are those that are looked for, usually of the roll; days without a year are in `year`.
pub(super) fn read(text: &str, names: &[String], year: i32) -> Reading {
    if text.chars().nth(MOST_LETTERS).is_some() {
        return Reading { left: vec![text.to_owned()], ..Reading::default() };
    }
    // Empty cells at the end of the last row are answers that are missing.
    let cells: String =
        text.trim_end_matches([' ', '\r', '\n']).chars().rev().take_while(|letter| *letter == '\t').collect();
    let folded: String =
        (tabular::fold(text) + &cells).chars().filter(|letter| !matches!(letter, '\u{FE0E}' | '\u{FE0F}')).collect();
    let known = Names::new(names);
    let lines: Vec<String> =
        folded.lines().map(|line| line.trim_matches(' ').to_owned()).filter(|line| !line.trim().is_empty()).collect();
    let cut: Vec<Cut> =
        joined(table::plain(lines, |cell| known.is_in(cell))).iter().map(|line| Cut::new(line, &known)).collect();
    let cut = continued(replies(cut, &known), &known);
    let mut reader = Reader {
        names,
        reading: Reading::default(),
        places: HashMap::new(),
        heading: None,
        unused: None,
        counted: None,
    };
    for line in &cut {
        reader.line(line, year);
    }
    reader.end_heading();
    reader.reading
}

/// Joins lines that end within a list.
fn joined(lines: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for line in lines {
        match joined.last_mut() {
            Some(last) if last.ends_with(['、', ',']) => last.push_str(&line),
            _ => joined.push(line),
        }
    }
    joined
}

/// Puts what somebody writes in a chat behind the name: a line with a name and a time, then lines without names.
fn replies(cut: Vec<Cut>, names: &Names) -> Vec<Cut> {
    let answers = |at: usize| {
        cut.get(at)
            .is_some_and(|next| next.people() == 0 && !matches!(heading(next), Heading::Governs { bare: false, .. }))
    };
    let speakers: Vec<(usize, bool)> =
        cut.iter().enumerate().filter_map(|(at, line)| Some((at, line.speaker()?))).collect();
    let answered = speakers.iter().all(|(at, _)| answers(at + 1));
    let marked = speakers.iter().all(|(_, marked)| *marked);
    let bare = speakers.len() > 1
        && speakers
            .iter()
            .all(|(at, _)| cut.get(at + 1).is_some_and(|next| matches!(heading(next), Heading::Governs { .. })));
    if speakers.is_empty() || !answered || !(marked || bare) {
        return cut;
    }
    let mut told: Vec<Cut> = Vec::new();
    let mut open: Option<(String, Vec<String>)> = None;
    let close = |open: Option<(String, Vec<String>)>, told: &mut Vec<Cut>| {
        if let Some((name, words)) = open {
            told.push(Cut::new(&format!("{name}:{}", words.join(",")), names));
        }
    };
    for line in cut {
        if line.speaker().is_some() {
            close(open.take(), &mut told);
            let name = line.tokens.iter().find(|token| matches!(token.kind, Kind::Person(_) | Kind::Name(_)));
            open = name.map(|token| (line.letters[token.from..token.to].iter().collect(), Vec::new()));
        } else if let Some((_, words)) = open.as_mut().filter(|_| line.people() == 0) {
            words.push(line.text());
        } else {
            close(open.take(), &mut told);
            told.push(line);
        }
    }
    close(open, &mut told);
    told
}

/// Puts a word by itself (请假) behind the line before where it can be no heading: within a numbered list, or at the end.
fn continued(cut: Vec<Cut>, names: &Names) -> Vec<Cut> {
    let last_named = cut.iter().rposition(|line| line.people() > 0).unwrap_or(0);
    let numbers: Vec<Option<u32>> = cut.iter().map(Cut::number).collect();
    let mut lines: Vec<Continued> = Vec::new();
    for (at, line) in cut.into_iter().enumerate() {
        let (bare, comes) = match heading(&line) {
            Heading::Governs { said, bare, .. } => (bare, said.only_comes()),
            _ => (false, false),
        };
        let before = at.checked_sub(1).and_then(|at| numbers[at]);
        let within = matches!((before, numbers.get(at + 1).copied().flatten()), (Some(a), Some(b)) if b == a + 1);
        let behind = at > last_named;
        match lines.last_mut() {
            Some(last) if bare && last.line.people() > 0 && (within || behind) => {
                last.more.push(line.text());
                last.doubtful |= !within && !comes;
            }
            _ => lines.push(Continued { line, more: Vec::new(), doubtful: false }),
        }
    }
    lines.into_iter().map(|line| line.whole(names)).collect()
}

/// A line, and words below it that belong to it.
struct Continued {
    line: Cut,
    more: Vec<String>,
    doubtful: bool,
}

impl Continued {
    fn whole(self, names: &Names) -> Cut {
        if self.more.is_empty() {
            return self.line;
        }
        let mut whole = Cut::new(&format!("{} {}", self.line.text(), self.more.join(" ")), names);
        whole.doubtful |= self.doubtful || self.line.doubtful;
        whole
    }
}

/// What a line without names does to those below.
fn heading(line: &Cut) -> Heading {
    if line.people() > 0 {
        return Heading::None;
    }
    let colon = line.solid().next_back().is_some_and(|token| token.kind == Kind::Colon);
    let cut_off = line.tokens.iter().rposition(|token| matches!(token.kind, Kind::Comma | Kind::Stop | Kind::Tab));
    let tokens = match cut_off {
        Some(at) if colon => &line.tokens[at + 1..],
        // Several parts that lead to nobody: 应到8人，实到6人.
        Some(_) => return Heading::None,
        None => &line.tokens[..],
    };
    let (mut said, mut count, mut empty) = (Said::default(), None, false);
    let (mut signed, mut behind_colon) = (colon, false);
    for token in tokens {
        let text = || line.letters[token.from..token.to].iter().collect::<String>();
        match &token.kind {
            Kind::Word(Word::Refuses) if behind_colon && matches!(text().as_str(), "无" | "没有") => empty = true,
            Kind::Word(word) => {
                signed |= *word == Word::Listed;
                said.words.push(*word);
            }
            Kind::Count(0) => empty = true,
            Kind::Count(number) => {
                signed = true;
                count = Some(*number);
            }
            Kind::Text if behind_colon => return Heading::None,
            Kind::Text => said.unknown.push_str(&text()),
            // `[OK]` is a picture in words.
            Kind::Open => signed |= text() != "[",
            Kind::Colon => {
                signed = true;
                behind_colon = true;
            }
            Kind::Span { .. } | Kind::At => return Heading::None,
            _ => {}
        }
    }
    line.text().trim_matches([' ', ':']).clone_into(&mut said.written);
    if empty {
        return Heading::Ends;
    }
    let says = said.decide();
    let only_mentions = said.has(Word::Mentions);
    let instructs = said.has(Word::Refuses) && said.words.iter().any(|word| matches!(word, Word::Leave(_)))
        || !signed && said.words.iter().any(|word| matches!(word, Word::Reason(_)))
        || said.unknown.contains(['请', '需', '须', '要', '若', '如', '说', '讲', '告']);
    if !said.unknown.is_empty() {
        let other = said.speaks()
            && said.words.iter().any(|word| {
                matches!(
                    word,
                    Word::Leave(_) | Word::Absent | Word::Late | Word::Observer | Word::MadeUp | Word::Refuses
                )
            });
        // 请假的家人们, short and by itself, is about the names below in some way.
        let turned =
            !instructs && (other && (colon || line.letters.len() <= 10) || colon && words::is_reversal(&said.unknown));
        said.words.push(Word::Doubts);
        return if turned { Heading::Governs { said, count, bare: false } } else { Heading::None };
    }
    if instructs
        || only_mentions && !colon
        || said.has(Word::Rest)
        || said.has(Word::All) && !colon
        || says.is_none() && !signed
    {
        return Heading::None;
    }
    if says == Some(Says::As(Status::OnTime)) || says.is_none() && said.words.is_empty() {
        count = None;
    }
    Heading::Governs { said, count, bare: !signed }
}

struct Reader<'r> {
    names: &'r [String],
    reading: Reading,
    places: HashMap<Who, usize>,
    heading: Option<Rc<Said>>,
    /// The heading, as long as it governs nobody.
    unused: Option<String>,
    /// How many a heading says there are, and the people read below it.
    counted: Option<(u32, BTreeSet<usize>)>,
}

impl Reader<'_> {
    fn line(&mut self, line: &Cut, year: i32) {
        if line.people() == 0 {
            return self.without_people(line);
        }
        // A list that begins anew under its own title.
        if line.letters.first() == Some(&'#') {
            self.end_heading();
            self.heading = None;
        }
        let Line { claims, below, left, rest, .. } =
            Parser::new(&line.letters, self.heading.clone(), year).read(&line.tokens);
        for mut claim in claims {
            claim.doubtful |= line.doubtful;
            self.claim(&claim, &line.letters);
        }
        self.reading.left.extend(left);
        self.reading.rest = self.reading.rest.take().or(rest);
        if !matches!(below, Below::Same) {
            self.end_heading();
        }
        match below {
            Below::Same => {}
            Below::Ends => self.heading = None,
            Below::Governs { said, unused } => {
                self.heading = Some(said);
                self.unused = unused;
            }
        }
    }

    fn without_people(&mut self, line: &Cut) {
        let text = line.text();
        let text = text.trim_matches([' ', '#', '\t', ':']).to_owned();
        if text.contains("以上") || text.contains("上述") {
            return self.about_above(line, text);
        }
        match heading(line) {
            Heading::Governs { said, count, .. } => {
                self.end_heading();
                let neutral = said.decide().is_none();
                let governed = self.heading.as_ref().is_some_and(|heading| !heading.only_comes());
                // 第一组 below 请假人员: whether that still holds isn't said.
                let doubts = Said { words: vec![Word::Doubts], written: said.written.clone(), ..Said::default() };
                let is_shown = !neutral || !said.unknown.is_empty() || said.has(Word::Place);
                self.unused = is_shown.then_some(text);
                self.heading = if !neutral {
                    Some(Rc::new(said))
                } else if governed {
                    Some(Rc::new(doubts))
                } else {
                    None
                };
                self.counted = count.map(|count| (count, BTreeSet::new()));
            }
            Heading::Ends => {
                self.end_heading();
                self.heading = None;
            }
            Heading::None => {
                if line.said().others_come() {
                    self.reading.rest.get_or_insert_with(|| text.clone());
                }
                let empty = line.tokens.iter().all(|token| {
                    let written: String = line.letters[token.from..token.to].iter().collect();
                    matches!(token.kind, Kind::Space | Kind::Index | Kind::Number | Kind::Stop | Kind::Tab)
                        || matches!(written.as_str(), "接龙" | "姓名" | "序号")
                });
                if !empty {
                    self.reading.left.push(text);
                }
            }
        }
    }

    /// 以上三人请假: about those above, of whom some may be meant and some not.
    fn about_above(&mut self, line: &Cut, text: String) {
        let said = line.said();
        if said.speaks() && !said.only_comes() {
            for named in self.reading.people.iter_mut().filter(|named| named.says == Says::As(Status::OnTime)) {
                named.says = Says::Ask;
                named.words = format!("{}；{text}", named.words);
            }
        }
        self.reading.left.push(text);
    }

    fn claim(&mut self, claim: &Claim, letters: &[char]) {
        let says = claim.says();
        let own = claim.written(letters);
        let governing =
            claim.governing.as_ref().map(|said| shortened(said.written.chars())).filter(|text| !text.is_empty());
        let words = governing.map_or_else(|| own.clone(), |governing| format!("{governing}：{own}"));
        let reason = claim.own.reason().filter(|_| claim.own.speaks() || !claim.own.unknown.is_empty());
        let reason = reason.or_else(|| claim.governing.as_deref().and_then(Said::reason));
        let reason = reason
            .filter(|_| matches!(says, Says::As(Status::Leave) | Says::Ask))
            .filter(|reason| says != Says::Ask || *reason != LeaveReason::Other);
        let (name, known) = match &claim.who {
            Who::On(place) => (self.names[*place].clone(), true),
            Who::Off(name) => (name.clone(), false),
        };
        let listed = claim.is_listed();
        let both = claim.governing.as_ref().zip(self.heading.as_ref());
        if both.is_some_and(|(one, other)| Rc::ptr_eq(one, other)) {
            self.unused = None;
        }
        let place = match self.places.get(&claim.who) {
            None => {
                self.reading.people.push(Named { name, known, says, reason, words, mentioned: claim.mentioned() });
                self.reading.people.len() - 1
            }
            Some(&place) => {
                let before = &mut self.reading.people[place];
                before.words.push('；');
                before.words.push_str(&words);
                if claim.mentioned() {
                    // Whatever else is written of the person stays.
                } else if before.mentioned {
                    let words = std::mem::take(&mut before.words);
                    *before = Named { name, known, says, reason, words, mentioned: false };
                } else {
                    // A list of those present that names somebody who is on leave elsewhere corrects nothing.
                    let against = listed && before.says != says && before.says != Says::As(Status::OnTime);
                    before.reason = if before.says == says { reason.or(before.reason) } else { reason };
                    before.says = if against { Says::Ask } else { says };
                }
                place
            }
        };
        self.places.insert(claim.who.clone(), place);
        if let Some((_, below)) = &mut self.counted {
            below.insert(place);
        }
    }

    /// Ends what a heading governs; one that governs nobody belongs to nobody.
    fn end_heading(&mut self) {
        self.end_count();
        self.reading.left.extend(self.unused.take());
    }

    /// 请假2人 above another number of names: who of them is meant has to be asked.
    fn end_count(&mut self) {
        let Some((count, below)) = self.counted.take() else { return };
        if usize::try_from(count).is_ok_and(|count| count != below.len()) {
            for place in below {
                self.reading.people[place].says = Says::Ask;
            }
        }
    }
}

/// Letters of a piece of text that are shown beside a name, from its beginning and its end.
const SHOWN: (usize, usize) = (50, 25);

/// A piece of text as it is shown beside a name: of a long one the beginning and the end.
fn shortened(letters: impl DoubleEndedIterator<Item = char> + Clone) -> String {
    let (first, last) = SHOWN;
    if letters.clone().nth(first + last).is_none() {
        return letters.collect();
    }
    let mut ending: Vec<char> = letters.clone().rev().take(last).collect();
    ending.reverse();
    letters.take(first).chain(['…']).chain(ending).collect()
}

/// Whether a text is nothing but a word of roll-calls: 请假, 收到.
pub(super) fn is_word(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    words::word_at(&letters).is_some_and(|(length, _)| length == letters.len())
}

/// Whether a text looks like the name of a person, with a usual surname.
pub(super) fn may_be_name(text: &str) -> bool {
    tokens::looks_like_name(text) && (words::has_surname(text) || text.contains('·'))
}
