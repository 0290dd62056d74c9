//! What a line of a roll-call says of people, and what it does to the lines below.

use std::{ops::Range, rc::Rc};

use super::{
    said::{Said, Says, settle},
    shortened,
    words::Word,
};

/// Who is meant: somebody on the roll by place, or a name that isn't there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Who {
    On(usize),
    Off(String),
}

/// Somebody whom a line names, with what it says.
#[expect(clippy::struct_excessive_bools, reason = "what a line says of somebody, each by itself")]
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) who: Who,
    pub(super) own: Said,
    pub(super) governing: Option<Rc<Said>>,
    /// Whether the line only mentions the person.
    pub(super) mentioned: bool,
    /// Whether the words may mean others than this person.
    pub(super) doubtful: bool,
    /// Whether it may be no name at all: it stands for nobody unless words say something of it.
    pub(super) unsure: bool,
    /// Whether a comma stands between this name and the one before.
    pub(super) comma: bool,
    /// The letters that belong to it.
    pub(super) place: Range<usize>,
}

impl Claim {
    pub(super) fn says(&self) -> Says {
        let says_nothing = self.own.is_empty() && self.governing.is_none();
        if self.mentioned || self.doubtful || self.unsure && says_nothing {
            return Says::Ask;
        }
        settle(&self.own, self.governing.as_deref())
    }

    /// Whether the person is only mentioned.
    pub(super) fn mentioned(&self) -> bool {
        let mentions = |said: &Said| said.has(Word::Mentions);
        self.mentioned || mentions(&self.own) || self.governing.as_deref().is_some_and(mentions)
    }

    /// The letters of the line that are about the person; of a long text the beginning and the end.
    pub(super) fn written(&self, letters: &[char]) -> String {
        shortened(letters.get(self.place.clone()).unwrap_or_default().iter().copied())
    }

    pub(super) fn is_listed(&self) -> bool {
        self.governing.as_deref().is_some_and(Said::only_comes) && self.own.is_empty()
    }
}

/// What a line does to those below.
#[derive(Clone, Debug, Default)]
pub(super) enum Below {
    /// Nothing: what governed them goes on.
    #[default]
    Same,
    /// It ends what governed them.
    Ends,
    /// It governs them.
    Governs {
        said: Rc<Said>,
        /// The words, if they govern nobody in the line itself.
        unused: Option<String>,
    },
}

/// The content of a line.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) claims: Vec<Claim>,
    /// What the line does to the lines below.
    pub(super) below: Below,
    /// Text that belongs to nobody.
    pub(super) left: Vec<String>,
    /// 其余都到: what is said of those who aren't named.
    pub(super) rest: Option<String>,
}
