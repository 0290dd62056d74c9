//! The letters of a line: folded for reading, and as they were typed for what is kept.

/// A line, with what has been read of it already.
pub(super) struct Text {
    /// Folded: half-width letters, digits and signs, plain blanks.
    pub(super) letters: Vec<char>,
    typed: Vec<char>,
    taken: Vec<bool>,
}

/// The signs that divide the parts of a line.
pub(super) fn divides(letter: char) -> bool {
    letter == ' ' || matches!(letter, ',' | ';' | '。' | '/' | '|' | '\t')
}

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let (mut letters, mut typed) = (Vec::new(), Vec::new());
        for letter in text.trim().chars() {
            if letter.is_whitespace() {
                letters.push(' ');
                typed.push(' ');
            } else if letter.is_ascii_graphic() || ('\u{4E00}'..='\u{9FFF}').contains(&letter) {
                letters.push(letter);
                typed.push(letter);
            } else if let Some(folded) = tabular::fold(letter.encode_utf8(&mut [0; 4])).chars().next() {
                letters.push(folded);
                // Digits and letters are kept half-width, signs as they were typed.
                typed.push(if folded.is_ascii_alphanumeric() { folded } else { letter });
            }
        }
        let taken = vec![false; letters.len()];
        Self { letters, typed, taken }
    }

    pub(super) fn take(&mut self, from: usize, to: usize) {
        self.taken[from..to].fill(true);
    }

    pub(super) fn is_taken(&self, at: usize) -> bool {
        self.taken.get(at).copied().unwrap_or(false)
    }

    pub(super) fn folded(&self, from: usize, to: usize) -> String {
        self.letters[from..to].iter().collect()
    }

    pub(super) fn typed(&self, from: usize, to: usize) -> String {
        self.typed[from..to].iter().collect::<String>().trim().to_owned()
    }

    pub(super) fn starts(&self, at: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(more, letter)| self.letters.get(at + more) == Some(&letter))
    }

    /// The parts between signs that divide, without what was taken. A sign within brackets divides nothing.
    pub(super) fn parts(&self) -> Vec<(usize, usize)> {
        let mut parts = Vec::new();
        let (mut from, mut depth) = (None, 0_usize);
        for (at, letter) in self.letters.iter().enumerate() {
            match letter {
                '(' | '[' | '【' | '《' | '“' | '「' => depth += 1,
                ')' | ']' | '】' | '》' | '”' | '」' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if self.taken[at] || depth == 0 && divides(*letter) {
                parts.extend(from.take().map(|from| (from, at)));
            } else {
                from.get_or_insert(at);
            }
        }
        parts.extend(from.map(|from| (from, self.letters.len())));
        parts
    }

    /// These parts as they were typed: with the signs between them where nothing was read out of the middle.
    pub(super) fn joined(&self, parts: &[(usize, usize)]) -> String {
        let mut text = String::new();
        let mut last: Option<usize> = None;
        for (from, to) in parts {
            if let Some(last) = last {
                let whole = self.letters[last..*from].iter().all(|letter| divides(*letter));
                let between = self.typed(last, *from);
                text.push_str(if whole && !between.is_empty() { &between } else { " " });
            }
            text.push_str(&self.typed(*from, *to));
            last = Some(*to);
        }
        text.trim().to_owned()
    }
}
