//! What is said of somebody, and what follows from it.

use chrono::NaiveDate;

use super::words::{self, Word};
use crate::features::activities::model::{LeaveReason, Status};

/// What words say, before it is decided what follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) words: Vec<Word>,
    /// Text that no word was found in.
    pub(super) unknown: String,
    /// A day among the words, for 补学.
    pub(super) day: Option<NaiveDate>,
    /// Whether text that no word was found in stands in brackets.
    pub(super) noted: bool,
    /// Whether a time is said that isn't a stamp.
    pub(super) timed: bool,
    /// As it is written, for the reader.
    pub(super) written: String,
}

/// The attendance that follows from a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::features::activities) enum Says {
    /// A status.
    As(Status),
    /// 补学, on that day if one is written.
    MadeUp(Option<NaiveDate>),
    /// It has to be asked.
    Ask,
}

impl Said {
    pub(super) fn has(&self, word: Word) -> bool {
        self.words.contains(&word)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.unknown.is_empty()
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.words.extend(&other.words);
        self.unknown.push_str(&other.unknown);
        self.day = self.day.or(other.day);
        self.timed |= other.timed;
        self.noted |= other.noted;
        if !self.written.is_empty() && !other.written.is_empty() {
            self.written.push(' ');
        }
        self.written.push_str(&other.written);
    }

    /// Whether the words mean anything for attendance.
    pub(super) fn speaks(&self) -> bool {
        use Word::{Absent, Arranged, Comes, Doubts, Late, Leave, MadeUp, Mentions, Observer, Proxy, Reason, Refuses};
        let speaks = |word: &Word| {
            matches!(
                word,
                Comes
                    | Late
                    | Leave(_)
                    | Absent
                    | MadeUp
                    | Observer
                    | Reason(_)
                    | Refuses
                    | Doubts
                    | Mentions
                    | Proxy
                    | Arranged
            )
        };
        self.words.iter().any(speaks)
    }

    /// Whether it says nothing else than that people come.
    pub(super) fn only_comes(&self) -> bool {
        self.decide() == Some(Says::As(Status::OnTime))
    }

    /// Whether it says of all who aren't named, or of all, that they came, and nothing else.
    pub(super) fn others_come(&self) -> bool {
        let mut plain = self.clone();
        plain.words.retain(|word| *word != Word::Rest);
        (self.has(Word::Rest) || self.has(Word::All)) && plain.only_comes()
    }

    /// The reason of a leave, if one is written. A note that names none of the others is another reason.
    pub(super) fn reason(&self) -> Option<LeaveReason> {
        let named = self.words.iter().find_map(|word| match word {
            // 孩子发烧 is no illness of one's own.
            Word::Reason(LeaveReason::Ill) if words::is_of_family(&self.unknown) => Some(LeaveReason::Private),
            Word::Leave(Some(reason)) | Word::Reason(reason) => Some(*reason),
            _ => None,
        });
        let other = self.noted || self.unknown.contains(['因', '由', '家', '孩', '事']);
        named.or(other.then_some(LeaveReason::Other))
    }

    /// Whether it is why somebody may be missing, without saying so.
    fn explains(&self) -> bool {
        self.words.iter().any(|word| matches!(word, Word::Reason(_) | Word::Arranged))
    }

    /// What follows from the words themselves; `None` if they say nothing.
    pub(super) fn decide(&self) -> Option<Says> {
        let has = |word| self.has(word);
        let leave = self.words.iter().any(|word| matches!(word, Word::Leave(_)));
        let refuses = has(Word::Refuses);
        let statuses = [leave, has(Word::Absent), has(Word::Late), has(Word::Observer), has(Word::MadeUp)];
        let said = statuses.iter().filter(|said| **said).count();
        let reversed = !self.unknown.is_empty() && words::is_reversal(&self.unknown);
        if has(Word::Doubts) || has(Word::Mentions) || has(Word::Proxy) || has(Word::Rest) || said > 0 && reversed {
            return Some(Says::Ask);
        }
        let comes = has(Word::Comes);
        Some(match (said, comes, refuses) {
            (0, true, false) if !self.unknown.is_empty() || self.timed => Says::Ask,
            (0, true, false) if self.explains() => Says::Ask,
            (0, true, false) => Says::As(Status::OnTime),
            (0, false, false) => {
                return (self.explains() || self.timed || !self.unknown.is_empty()).then_some(Says::Ask);
            }
            (1, false, _) if leave => Says::As(Status::Leave),
            (1, false, _) if has(Word::Absent) => Says::As(Status::Absent),
            (1, _, false) if has(Word::Late) => Says::As(Status::Late),
            (1, _, false) if has(Word::Observer) => Says::As(Status::Observer),
            (1, _, _) if has(Word::MadeUp) => Says::MadeUp(self.day),
            (2, false, _) if leave && has(Word::MadeUp) => Says::MadeUp(self.day),
            // 未到（请假）: why somebody wasn't there.
            (2, false, _) if leave && has(Word::Absent) => Says::As(Status::Leave),
            _ => Says::Ask,
        })
    }
}

/// What follows for a person: the own words, and those that govern the list.
pub(super) fn settle(own: &Said, governing: Option<&Said>) -> Says {
    let present = Says::As(Status::OnTime);
    let outer = governing.and_then(Said::decide);
    let inner = own.decide();
    let explains = |word: &Word| {
        matches!(word, Word::Reason(_) | Word::Arranged | Word::Place | Word::Plain | Word::All | Word::Listed)
    };
    let bare = own.words.iter().all(explains);
    match (inner, outer) {
        (None, None) => present,
        (None, Some(outer)) => outer,
        (Some(inner), None) => inner,
        (Some(inner), Some(outer)) if inner == outer || outer == present => inner,
        // 请假：李静雪（孩子发烧）: the note is the reason.
        (Some(Says::Ask), Some(outer)) if bare && outer != Says::Ask && !words::is_reversal(&own.unknown) => outer,
        (Some(Says::As(Status::Leave)), Some(Says::As(Status::Absent))) => Says::As(Status::Leave),
        (Some(Says::MadeUp(day)), Some(Says::As(Status::Leave))) => Says::MadeUp(day),
        // 不能参加：李静雪（请假）.
        (Some(inner @ Says::As(Status::Leave | Status::Absent)), Some(Says::Ask))
            if governing.is_some_and(|governing| governing.has(Word::Refuses) && !governing.has(Word::Doubts)) =>
        {
            inner
        }
        _ => Says::Ask,
    }
}
