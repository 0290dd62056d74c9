//! Reads one line of a roll-call: which words govern which names.

use std::{ops::Range, rc::Rc};

use tabular::Cell;

use super::{
    claim::{Below, Claim, Line, Who},
    may_be_name,
    said::Said,
    tokens::{Kind, Token, closing, has_people, leads, separates, stands_between},
    words::{self, Word},
};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Gap {
    None,
    Space,
    List,
    Comma,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    None,
    Last,
    Applied,
    Governing,
}

/// How often words are given to the same people at the most.
const MOST_REPEATED: usize = 10;

#[expect(clippy::struct_excessive_bools, reason = "what is known at a place of the line, each by itself")]
pub(super) struct Parser<'l> {
    letters: &'l [char],
    year: i32,
    out: Line,
    /// Names for which no words have come yet.
    group: Vec<usize>,
    applied: Vec<usize>,
    /// The first of those who had words several times, and how often.
    repeated: Option<(usize, usize)>,
    target: Target,
    heading: Option<Rc<Said>>,
    governing: Option<Rc<Said>>,
    /// Whether what governs was followed by a colon.
    labelled: bool,
    gap: Gap,
    at: bool,
    reply: bool,
    in_item: bool,
    leading: bool,
    /// Whether somebody is named behind the last label.
    since_label: bool,
    /// Whether what governs stands within a numbered item, not before the first.
    set_in_item: bool,
    /// Whether labels stand in square brackets.
    bracket_labels: bool,
    /// Words that govern nobody yet.
    unused: Option<Range<usize>>,
    counted: Option<Counted>,
    /// A unit right before a name.
    unit: Option<Range<usize>>,
}

/// A number in the words before names: 请假2人.
struct Counted {
    count: u32,
    /// The first of those whom it counts.
    from: usize,
    place: Range<usize>,
    /// Whether it counts those who are present.
    present: bool,
}

/// A run of words between names and signs.
struct Run {
    said: Said,
    /// How many people it counts.
    count: Option<u32>,
    end: usize,
}

impl<'l> Parser<'l> {
    pub(super) fn new(letters: &'l [char], heading: Option<Rc<Said>>, year: i32) -> Self {
        Self {
            letters,
            year,
            out: Line::default(),
            group: Vec::new(),
            applied: Vec::new(),
            repeated: None,
            target: Target::None,
            governing: heading.clone(),
            heading,
            labelled: false,
            gap: Gap::None,
            at: false,
            reply: false,
            in_item: false,
            leading: false,
            since_label: false,
            set_in_item: false,
            bracket_labels: false,
            unused: None,
            counted: None,
            unit: None,
        }
    }

    /// Reads the line.
    pub(super) fn read(mut self, tokens: &[Token]) -> Line {
        self.run(tokens);
        self.flush();
        self.end_count();
        let unused = self.unused.take();
        if self.labelled {
            let governing = self.governing.take().filter(|said| !said.has(Word::Mentions) && !said.only_comes());
            if governing.is_none() {
                self.leave_unused(unused.clone());
            }
            let unused = unused.map(|place| self.text(place));
            self.out.below = match governing {
                None => Below::Ends,
                // 请假：李静雪, and a line with other names below: whether it still holds isn't said.
                Some(said) if self.since_label => Below::Governs { said: doubted(&said), unused },
                // 请假： at the end of a line, and the names below it.
                Some(said) => Below::Governs { said, unused },
            };
        } else {
            self.leave_unused(unused);
        }
        self.out
    }

    fn text(&self, place: Range<usize>) -> String {
        self.letters.get(place).unwrap_or_default().iter().collect::<String>().trim().to_owned()
    }

    fn leave(&mut self, place: Range<usize>) {
        let text = self.text(place);
        let text = text.trim_matches(|letter: char| " ,;:、。!#".contains(letter));
        if !text.is_empty() {
            self.out.left.push(text.to_owned());
        }
    }

    /// Whatever governs nobody belongs to nobody: 请假2人 without names.
    fn leave_unused(&mut self, unused: Option<Range<usize>>) {
        if let Some(place) = unused {
            self.leave(place);
        }
    }

    /// Compares the number in words such as 请假2人 with those whom they govern: others than so many have to be asked.
    fn end_count(&mut self) {
        let Some(Counted { count, from, place, present }) = self.counted.take() else { return };
        let claims = &mut self.out.claims[from..];
        if claims.is_empty() || usize::try_from(count).is_ok_and(|count| count == claims.len()) {
            return;
        }
        if !present {
            for claim in claims {
                claim.doubtful = true;
            }
        }
        self.leave(place);
    }

    fn run(&mut self, tokens: &[Token]) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if !matches!(token.kind, Kind::Space | Kind::At | Kind::Person(_) | Kind::Name(_)) {
                self.leave_unit();
            }
            match &token.kind {
                Kind::Space => self.gap = self.gap.max_of(Gap::Space),
                Kind::Comma | Kind::Tab => self.gap = Gap::Comma,
                Kind::List => self.gap = self.gap.max_of(Gap::List),
                Kind::Stop => self.end_sentence(self.text(token.from..token.to).starts_with(['。', '!', '.'])),
                Kind::Index => self.end_item(),
                Kind::At => self.at = true,
                Kind::Colon => {
                    self.reply = !self.group.is_empty();
                    self.gap = Gap::Space;
                }
                Kind::Close => {}
                Kind::Person(place) => self.person(Who::On(*place), token, tokens, at),
                Kind::Name(name) => self.person(Who::Off(name.clone()), token, tokens, at),
                Kind::Open => {
                    let end = closing(tokens, at);
                    let letters = token.from..tokens.get(end).map_or(self.letters.len(), |close| close.to);
                    let people_behind =
                        tokens.get(end + 1..).unwrap_or_default().iter().find(|token| token.kind != Kind::Space);
                    let people_behind =
                        people_behind.is_some_and(|next| matches!(next.kind, Kind::Person(_) | Kind::Name(_)));
                    self.bracket(&tokens[at + 1..end], letters, people_behind);
                    at = end;
                }
                _ => {
                    self.at = false;
                    let run = self.words(tokens, at);
                    let end = run.end;
                    at = self.place(run, tokens, at).max(end) - 1;
                }
            }
            at += 1;
        }
        self.leave_unit();
    }

    fn leave_unit(&mut self) {
        let unit = self.unit.take();
        self.leave_unused(unit);
    }

    fn person(&mut self, who: Who, token: &Token, tokens: &[Token], at: usize) {
        // 请陈岚通知大家: words glued before a name are about it.
        let glued = at
            .checked_sub(1)
            .and_then(|before| tokens.get(before))
            .is_some_and(|before| before.kind == Kind::Text && before.to == token.from);
        let reply = std::mem::take(&mut self.reply);
        if reply {
            // 兰依妍：吴明雯请假: one writes about another.
            for place in std::mem::take(&mut self.group) {
                self.out.claims[place].doubtful = true;
            }
        }
        let unsure = match &who {
            Who::On(_) => false,
            Who::Off(name) => !self.in_item && !may_be_name(name) && !name.is_ascii(),
        };
        let claim = Claim {
            who,
            unsure,
            own: Said::default(),
            governing: None,
            mentioned: std::mem::take(&mut self.at),
            doubtful: glued || reply,
            comma: self.gap == Gap::Comma,
            place: self.unit.take().map_or(token.from, |unit| unit.start)..token.to,
        };
        self.out.claims.push(claim);
        self.group.push(self.out.claims.len() - 1);
        self.target = Target::Last;
        self.gap = Gap::None;
        self.since_label = true;
        self.unused = None;
    }

    /// The run of words that begins here.
    fn words(&self, tokens: &[Token], at: usize) -> Run {
        let mut said = Said::default();
        let (mut count, mut end, mut to) = (None, at, tokens[at].from);
        for (place, token) in tokens.iter().enumerate().skip(at) {
            let text = || self.text(token.from..token.to);
            match &token.kind {
                Kind::Word(word) => said.words.push(*word),
                Kind::Text => said.unknown.push_str(&text()),
                Kind::Count(number) => count = Some(*number),
                Kind::Span { stamp } => {
                    said.timed |= !stamp;
                    let day = tabular::day(&Cell::Text(text()), Some(self.year)).ok();
                    said.day = said.day.or(day.map(|day| day.date));
                }
                // 兰依妍：1 may be a vote for anything.
                Kind::Number if self.reply && token.to - token.from < 7 => said.unknown.push_str(&text()),
                // A column of 0 and 1.
                Kind::Number if text() == "0" => said.unknown.push('0'),
                Kind::Number => {}
                Kind::Space => continue,
                _ => break,
            }
            (end, to) = (place + 1, token.to);
        }
        said.written = self.text(tokens[at].from..to);
        Run { said, count, end }
    }

    /// Gives a run of words to those whom it governs. Returns where reading goes on.
    fn place(&mut self, mut run: Run, tokens: &[Token], at: usize) -> usize {
        let letters = tokens[at].from..tokens[run.end - 1].to;
        let end = run.end;
        // 请假（2人）：, 请假（病假）：: what stands in brackets before a colon belongs to the label.
        let mut next = run.end;
        loop {
            match tokens.get(next).map(|token| &token.kind) {
                Some(Kind::Space) => next += 1,
                Some(Kind::Open) => {
                    let end = closing(tokens, next);
                    if has_people(&tokens[next + 1..end]) {
                        break;
                    }
                    next = end + 1;
                }
                _ => break,
            }
        }
        let following = tokens.get(next).map(|token| &token.kind);
        if following == Some(&Kind::Colon) && !self.is_reply_of_group(&run) {
            for inner in tokens[run.end..next].split(|token| matches!(token.kind, Kind::Open | Kind::Close)) {
                if !inner.is_empty() && inner.iter().any(|token| token.kind != Kind::Space) {
                    let more = self.words(inner, 0);
                    run.said.add(&more.said);
                    run.count = run.count.or(more.count);
                }
            }
            let solid = tokens[next + 1..].iter().filter(|token| token.kind != Kind::Space);
            let mut sentence = solid.take_while(|token| !matches!(token.kind, Kind::Stop | Kind::Index)).peekable();
            if !self.group.is_empty() && matches!(self.gap, Gap::None | Gap::Space) && run.said.speaks() {
                if sentence.peek().is_none() {
                    // 兰依妍 请假： at the end of a line: it may be about her, or about those below.
                    self.trail(&run, letters, tokens);
                    for place in &self.applied {
                        self.out.claims[*place].doubtful = true;
                    }
                    self.governing = Some(doubted(&run.said));
                    self.labelled = true;
                    return next + 1;
                }
                if !sentence.any(|token| matches!(token.kind, Kind::Person(_) | Kind::Name(_))) {
                    // 兰依妍 请假：孩子发烧.
                    self.trail(&run, letters, tokens);
                    return next + 1;
                }
            }
            let count = run.count;
            let letters = letters.start..tokens[next - 1].to;
            self.label(run.said, letters.clone());
            self.begin_count(count, letters);
            return next + 1;
        }
        if run.said.has(Word::Rest) {
            if run.said.others_come() {
                self.out.rest = Some(run.said.written.clone());
            }
            // 李静雪、温天芸，其余都到: those before it are the others.
            for place in std::mem::take(&mut self.group) {
                self.out.claims[place].doubtful |= self.governing.is_none();
                let governing = self.governing.clone();
                self.out.claims[place].governing = governing;
            }
            self.leave(letters);
            return run.end;
        }
        if run.said.has(Word::Proxy) || !run.said.speaks() {
            self.note(&run, letters);
            return run.end;
        }
        let people_next = matches!(tokens.get(run.end).map(|token| &token.kind), Some(Kind::Person(_) | Kind::Name(_)))
            || matches!(following, Some(Kind::Person(_) | Kind::Name(_) | Kind::At))
            || following == Some(&Kind::Open)
            || following == Some(&Kind::Index);
        if self.group.is_empty() {
            if !self.applied.is_empty()
                && !people_next
                && !matches!(self.target, Target::Governing | Target::None)
                && run.count.is_none()
            {
                // 李静雪，病假，请假; 李静雪（出差）请假: more about the same people.
                self.give_applied(&run.said, letters);
                return run.end;
            }
            self.lead(run, letters, following == Some(&Kind::Index));
            return end;
        }
        let apart = matches!(self.gap, Gap::List | Gap::Comma);
        if apart && people_next && following != Some(&Kind::Index) || self.leading && people_next {
            self.flush_group();
            self.lead(run, letters, false);
            return end;
        }
        if apart && run.count.is_some() {
            // 兰依妍、吴明雯，实到2人: a number, not a word about them.
            self.leave(letters);
            return run.end;
        }
        self.trail(&run, letters, tokens);
        run.end
    }

    /// Whether a colon behind a run belongs to a name before it: `兰依妍主任：收到`.
    fn is_reply_of_group(&self, run: &Run) -> bool {
        !self.group.is_empty() && self.gap == Gap::None && !run.said.speaks() && run.said.unknown.is_empty()
    }

    /// 参会：, 请假人员：, 第一组：.
    fn label(&mut self, mut said: Said, letters: Range<usize>) {
        // 今日到会人员: when, not how late.
        said.timed = false;
        self.end_governing();
        self.flush_group();
        self.reply = false;
        self.leading = false;
        self.labelled = true;
        self.set_in_item = self.in_item;
        self.since_label = false;
        self.applied.clear();
        self.target = Target::Governing;
        self.gap = Gap::None;
        if said.speaks() || !said.unknown.is_empty() {
            if said.speaks() {
                self.unused = Some(letters);
            } else {
                self.leave(letters);
            }
            self.governing = Some(Rc::new(said));
        } else {
            self.unit = said.has(Word::Place).then_some(letters);
            self.governing = self.heading.clone();
        }
    }

    /// Ends what governed before other words do.
    fn end_governing(&mut self) {
        self.end_count();
        let unused = self.unused.take();
        self.leave_unused(unused);
    }

    fn begin_count(&mut self, count: Option<u32>, place: Range<usize>) {
        let present = self.governing.as_deref().is_none_or(Said::only_comes);
        let from = self.out.claims.len();
        self.counted = count.map(|count| Counted { count, from, place, present });
    }

    /// 请假 李静雪、温天芸: words before the names that they govern.
    fn lead(&mut self, run: Run, letters: Range<usize>, before_items: bool) {
        let instructs =
            !run.said.unknown.is_empty() && run.said.unknown.contains(['请', '需', '须', '要', '如', '若', '务', '望']);
        let title = run.said.words.iter().all(|word| {
            matches!(word, Word::Comes | Word::Reason(_) | Word::Plain | Word::Listed | Word::All | Word::Mentions)
        });
        let because = run.said.words.iter().any(|word| matches!(word, Word::Reason(_) | Word::Leave(Some(_))));
        let leave = run.said.words.iter().any(|word| matches!(word, Word::Leave(_)));
        let either = run.said.has(Word::Refuses) && leave;
        if instructs || before_items && either || before_items && (title && !run.said.unknown.is_empty() || because) {
            self.leave(letters);
            return;
        }
        self.end_governing();
        if run.said.only_comes() && run.count.is_some() {
            self.leave(letters.clone());
        } else {
            self.unused = Some(letters.clone());
        }
        self.leading = true;
        self.since_label = false;
        self.set_in_item = self.in_item;
        self.labelled = false;
        self.target = Target::Governing;
        self.applied.clear();
        self.gap = Gap::None;
        let count = run.count.filter(|_| !run.said.only_comes());
        self.governing = Some(Rc::new(run.said));
        self.begin_count(count, letters);
    }

    /// 李静雪、温天芸 请假: words behind the names that they govern.
    fn trail(&mut self, run: &Run, letters: Range<usize>, tokens: &[Token]) {
        let spaced = self.gap == Gap::Space && !self.reply;
        self.reply = false;
        let group = std::mem::take(&mut self.group);
        let counted = run.count.is_some_and(|count| usize::try_from(count).is_ok_and(|count| count == group.len()));
        let all = run.said.has(Word::All) || counted || run.said.only_comes();
        // 兰依妍，吴明雯，李静雪请假: what stands before a comma may be meant or not.
        let listed = self.governing.as_deref().is_some_and(Said::only_comes);
        let last_comma = group.iter().rposition(|place| self.out.claims[*place].comma).unwrap_or(0);
        // 兰依妍 请假 吴明雯: the word may belong to either.
        let between = spaced && !run.said.only_comes() && stands_between(tokens, run.end);
        for (number, place) in group.iter().enumerate() {
            let claim = &mut self.out.claims[*place];
            if listed && !all && number < last_comma {
                // 参会：兰依妍，李静雪请假: before the comma are those of the list.
                claim.governing.clone_from(&self.governing);
                continue;
            }
            claim.doubtful |= !all && (number < last_comma || listed && number + 1 < group.len()) || between;
            self.give(*place, &run.said, letters.end);
        }
        if between {
            self.governing = Some(doubted(&run.said));
        }
        self.applied = group;
        self.target = Target::Applied;
    }

    /// Words that say nothing of attendance, or nothing that is known.
    fn note(&mut self, run: &Run, letters: Range<usize>) {
        if let Some(proxy) = run.said.words.iter().find(|word| **word == Word::Proxy) {
            // 吴明雯代李静雪: it isn't known for whom of the two it holds.
            let doubt = Said { words: vec![*proxy], written: run.said.written.clone(), ..Said::default() };
            for place in std::mem::take(&mut self.group) {
                self.give(place, &doubt, letters.end);
            }
            self.governing = Some(Rc::new(doubt));
            return;
        }
        if run.said.unknown.is_empty() && !run.said.timed {
            self.beside(run, letters);
            return;
        }
        match (self.group.last().copied(), self.gap) {
            (Some(place), gap) if gap != Gap::List || words::is_note(&run.said.unknown) => {
                // 李静雪、温天芸在外地: one of them, or both.
                let from = self.group.iter().rposition(|place| self.out.claims[*place].comma).unwrap_or(0);
                for before in &self.group[from..self.group.len() - 1] {
                    self.out.claims[*before].doubtful = true;
                }
                self.give(place, &run.said, letters.end);
            }
            (None, gap) if self.target == Target::Applied && gap != Gap::List => {
                self.give_applied(&run.said, letters);
            }
            _ => {
                if words::is_reversal(&run.said.unknown) {
                    self.governing = Some(Rc::new(run.said.clone()));
                }
                self.leave(letters);
            }
        }
    }

    /// Titles, numbers and stamps: they say nothing, and are shown with the name before them or as belonging to nobody.
    fn beside(&mut self, run: &Run, letters: Range<usize>) {
        if run.count.is_some() && self.target == Target::Governing && self.group.is_empty() && self.counted.is_none() {
            // 请假：2人（李静雪、温天芸）.
            self.begin_count(run.count, letters);
        } else if let Some(place) = self.group.last() {
            let end = &mut self.out.claims[*place].place.end;
            *end = letters.end.max(*end);
        } else if run.said.has(Word::Place) {
            // It belongs to the name behind it, if there is one.
            self.unit = Some(letters);
        } else if !run.said.words.is_empty() || self.target == Target::Applied {
            // Words such as 接龙 and titles before a name.
        } else {
            self.leave(letters);
        }
    }

    fn give(&mut self, place: usize, said: &Said, end: usize) {
        let claim = &mut self.out.claims[place];
        claim.own.add(said);
        claim.place.end = claim.place.end.max(end);
        if claim.governing.is_none() {
            claim.governing.clone_from(&self.governing);
        }
    }

    /// Gives more words to those who had the last ones. So many of them say nothing that could be relied on.
    fn give_applied(&mut self, said: &Said, letters: Range<usize>) {
        let applied = std::mem::take(&mut self.applied);
        let again = self.repeated.as_mut().filter(|(first, _)| Some(first) == applied.first());
        let count = again.map_or(1, |(_, count)| {
            *count += 1;
            *count
        });
        if count == 1 {
            self.repeated = applied.first().map(|first| (*first, 1));
        }
        for place in &applied {
            if count <= MOST_REPEATED {
                self.give(*place, said, letters.end);
            } else if count == MOST_REPEATED + 1 {
                self.out.claims[*place].doubtful = true;
            }
        }
        if count > MOST_REPEATED {
            self.leave(letters);
        }
        self.applied = applied;
    }

    fn bracket(&mut self, inner: &[Token], letters: Range<usize>, people_behind: bool) {
        if inner.iter().all(|token| token.kind == Kind::Space) {
            return;
        }
        if has_people(inner) {
            self.people_in_bracket(inner);
            return;
        }
        let Some(first) = inner.iter().position(|token| !separates(&token.kind)) else { return };
        let mut said = Said::default();
        let mut count = None;
        for part in inner[first..].split(|token| separates(&token.kind)) {
            if part.iter().any(|token| !separates(&token.kind)) {
                let run = self.words(part, 0);
                said.add(&run.said);
                count = count.or(run.count);
            }
        }
        said.noted = !said.unknown.is_empty();
        // 【请假】李静雪、温天芸【到会】兰依妍.
        let square = self.letters.get(letters.start).is_some_and(|sign| "【[〔「".contains(*sign));
        if people_behind && said.speaks() && (self.target == Target::None || square && self.bracket_labels) {
            self.bracket_labels = square;
            said.written = self.text(letters.clone());
            self.label(said, letters);
            return;
        }
        match self.target {
            Target::Last => {
                let speaks = said.speaks() || !said.unknown.is_empty();
                let counted = count.and_then(|count| usize::try_from(count).ok());
                let counts_all = counted.is_some_and(|count| count == self.group.len() && count > 1);
                let all = speaks && (said.has(Word::All) || counts_all);
                let whom = if all { self.group.clone() } else { self.group.last().copied().into_iter().collect() };
                for place in &whom {
                    self.give(*place, &said, letters.end);
                }
                if speaks {
                    self.group.truncate(self.group.len() - whom.len());
                    self.flush_group();
                    self.applied = whom;
                    self.target = Target::Applied;
                }
            }
            Target::Applied => self.give_applied(&said, letters),
            Target::Governing => {
                if let Some(governing) = self.governing.as_mut().filter(|_| said.speaks()) {
                    Rc::make_mut(governing).add(&said);
                } else if !said.unknown.is_empty() || said.timed {
                    self.leave(letters);
                } else if self.counted.is_none() {
                    self.begin_count(count, letters);
                }
            }
            Target::None => self.leave(letters),
        }
    }

    /// 请假2人（李静雪、温天芸）, 兰依妍（补学：李若彤）, 李静雪（吴明雯代接）.
    fn people_in_bracket(&mut self, inner: &[Token]) {
        let word = |wanted: Word| inner.iter().any(|token| token.kind == Kind::Word(wanted));
        let solid = || inner.iter().filter(|token| token.kind != Kind::Space);
        let ends_with_proxy = solid().next_back().is_some_and(|token| token.kind == Kind::Word(Word::Proxy));
        let labelled = inner.iter().any(|token| token.kind == Kind::Colon) || leads(inner);
        // 李静雪（吴明雯代）: somebody else writes for the person.
        let mentions = word(Word::Mentions) || ends_with_proxy;
        let proxy = word(Word::Proxy) && !mentions;
        let mut heading = self.governing.clone();
        // 2人请假（李静雪、温天芸）: those counted, or others.
        let mut doubtful = self.target == Target::Applied && !labelled;
        if self.target == Target::Last && (!labelled || proxy) {
            heading = None;
            doubtful = true;
            if let Some(place) = self.group.last().copied().filter(|_| !mentions) {
                self.out.claims[place].doubtful = true;
            }
        }
        let nested = Parser::new(self.letters, heading.clone(), self.year).read(inner);
        let from = self.out.claims.len();
        self.out.claims.extend(nested.claims);
        for claim in &mut self.out.claims[from..] {
            claim.doubtful |= doubtful;
        }
        let governs = |claim: &Claim| {
            let both = claim.governing.as_ref().zip(heading.as_ref());
            both.is_some_and(|(one, other)| Rc::ptr_eq(one, other))
        };
        if self.out.claims[from..].iter().any(governs) {
            self.unused = None;
        }
        if self.target == Target::None && !labelled {
            // 小兰（兰依妍）请假: the words behind are about the person in brackets.
            self.group.extend(from..self.out.claims.len());
            self.target = Target::Last;
        }
        self.out.left.extend(nested.left);
        self.out.rest = self.out.rest.take().or(nested.rest);
    }

    /// Names for which no words came get what governs.
    fn flush_group(&mut self) {
        for place in std::mem::take(&mut self.group) {
            let claim = &mut self.out.claims[place];
            if claim.governing.is_none() {
                claim.governing.clone_from(&self.governing);
            }
        }
    }

    fn flush(&mut self) {
        self.flush_group();
        self.applied.clear();
        self.target = Target::None;
        self.at = false;
        self.reply = false;
        self.gap = Gap::None;
    }

    fn end_sentence(&mut self, full: bool) {
        let group = self.group.clone();
        self.flush_group();
        let unused =
            self.leading && !self.since_label && self.governing.as_ref().is_some_and(|said| !said.only_comes());
        if unused {
            // 请假。李静雪: whether the word was about the name behind it isn't said.
            self.governing = self.governing.take().as_deref().map(doubted);
        } else if !self.labelled || full {
            self.end_governing();
            self.governing = self.heading.clone();
            self.labelled = false;
            self.leading = false;
        }
        // 李静雪。请假: words in a sentence of their own still are about those before.
        self.applied = if group.is_empty() { std::mem::take(&mut self.applied) } else { group };
        self.target = if self.applied.is_empty() { Target::None } else { Target::Applied };
        self.reply = false;
        self.at = false;
        self.gap = Gap::Comma;
    }

    fn end_item(&mut self) {
        self.flush();
        let own = self.governing != self.heading;
        if own && self.set_in_item {
            // `1. 请假：李静雪 2. 温天芸`: whether it still holds isn't said.
            self.governing = match self.governing.take() {
                Some(said) if !said.only_comes() && !said.has(Word::Mentions) => Some(doubted(&said)),
                _ => self.heading.clone(),
            };
        } else if self.governing.as_ref().is_some_and(|said| said.has(Word::Mentions)) {
            self.governing = self.heading.clone();
        }
        self.leading = false;
        self.in_item = true;
    }
}

impl Gap {
    fn max_of(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
}

/// Words of which it isn't known whether they still hold.
fn doubted(said: &Said) -> Rc<Said> {
    Rc::new(Said { words: vec![Word::Doubts], written: said.written.clone(), ..Said::default() })
}
