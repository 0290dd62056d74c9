//! Steps through a short text by digits, characters and words.

#[derive(Clone)]
pub(crate) struct Scan {
    chars: Vec<char>,
    at: usize,
}

impl Scan {
    pub(crate) fn new(text: &str) -> Self {
        Self { chars: text.chars().collect(), at: 0 }
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub(crate) fn is_done(&mut self) -> bool {
        self.skip_space();
        self.at >= self.chars.len()
    }

    pub(crate) fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// The next run of digits, at most nine, with the number of digits. White space before it is skipped.
    pub(crate) fn digits(&mut self) -> Option<(u32, usize)> {
        self.skip_space();
        let start = self.at;
        let mut value = 0_u32;
        while let Some(d) = self.peek().and_then(|c| c.to_digit(10)) {
            if self.at - start >= 9 {
                self.at = start;
                return None;
            }
            value = value * 10 + d;
            self.at += 1;
        }
        (self.at > start).then_some((value, self.at - start))
    }

    /// The next run of one or two digits.
    pub(crate) fn short(&mut self) -> Option<u32> {
        let start = self.at;
        let found = self.digits().filter(|(_, length)| *length <= 2);
        if found.is_none() {
            self.at = start;
        }
        found.map(|(value, _)| value)
    }

    /// Takes the next character if it is one of these. White space before it is skipped.
    pub(crate) fn eat(&mut self, any: &[char]) -> Option<char> {
        self.skip_space();
        let c = self.peek().filter(|c| any.contains(c))?;
        self.at += 1;
        Some(c)
    }

    /// Takes the first of these words that comes next, and returns its value. White space before it is skipped.
    pub(crate) fn word<T: Copy>(&mut self, words: &[(&str, T)]) -> Option<T> {
        self.skip_space();
        for (word, meaning) in words {
            let length = word.chars().count();
            let next = self.chars.get(self.at..self.at + length);
            if next.is_some_and(|next| next.iter().copied().eq(word.chars())) {
                self.at += length;
                return Some(*meaning);
            }
        }
        None
    }
}
