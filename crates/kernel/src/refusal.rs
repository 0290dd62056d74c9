//! Refusals: what a user is shown when something is refused, as a stable code with arguments; the texts are in `.ftl` files.

/// The category of a refusal, whatever its code; the HTTP status follows from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// The input can't be accepted as it is.
    #[default]
    Invalid,
    /// The requested thing doesn't exist, or the user may not know that it exists.
    Unknown,
    /// The user may not do it.
    Forbidden,
    /// It was changed by someone else since it was read.
    Conflict,
    /// It was tried too often: it may be tried again later.
    Wait,
    /// The submitted file or text is too large to be read.
    TooLarge,
    /// Others have been writing for too long: it may be tried again later.
    Busy,
    /// There is no space left to store it.
    Full,
}

/// A refusal: what happened and what to do, by code. Translated where it is shown.
///
/// Two refusals are equal if code, arguments and details are equal. The kind is neither compared nor stored: it matters
/// only while the refusal is answered, and so verdicts that were stored earlier can still be read and compare equal.
#[derive(Clone, Debug, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("{code}{}", .args.iter().map(|(name, value)| format!(" {name}={value}")).collect::<String>())]
pub struct Refusal {
    /// The message's key in the `.ftl` files.
    pub code: String,
    /// Named arguments of the message.
    pub args: Vec<(String, String)>,
    /// Further lines, such as the records that prevent it.
    pub details: Vec<Refusal>,
    /// The category.
    #[serde(skip)]
    pub kind: RefusalKind,
}

impl PartialEq for Refusal {
    fn eq(&self, other: &Self) -> bool {
        (&self.code, &self.args, &self.details) == (&other.code, &other.args, &other.details)
    }
}

impl Eq for Refusal {}

impl Refusal {
    /// A refusal of the input, without arguments.
    pub fn new(code: &str) -> Self {
        Self::of_kind(RefusalKind::Invalid, code)
    }

    /// The requested thing doesn't exist, or the user may not know that it exists.
    pub fn unknown(code: &str) -> Self {
        Self::of_kind(RefusalKind::Unknown, code)
    }

    /// The user may not do it.
    pub fn forbidden() -> Self {
        Self::of_kind(RefusalKind::Forbidden, "not-permitted")
    }

    /// It was changed by someone else since it was read.
    pub fn conflict(code: &str) -> Self {
        Self::of_kind(RefusalKind::Conflict, code)
    }

    /// It was tried too often.
    pub fn wait(code: &str) -> Self {
        Self::of_kind(RefusalKind::Wait, code)
    }

    /// The submitted file or text is too large.
    pub fn too_large(code: &str) -> Self {
        Self::of_kind(RefusalKind::TooLarge, code)
    }

    /// Others have been writing for too long.
    pub fn busy(code: &str) -> Self {
        Self::of_kind(RefusalKind::Busy, code)
    }

    /// There is no space left to store it.
    pub fn full(code: &str) -> Self {
        Self::of_kind(RefusalKind::Full, code)
    }

    fn of_kind(kind: RefusalKind, code: &str) -> Self {
        Self { code: code.to_owned(), args: Vec::new(), details: Vec::new(), kind }
    }

    /// Whether the user may not do it.
    pub fn is_forbidden(&self) -> bool {
        self.kind == RefusalKind::Forbidden
    }

    /// Whether it was changed by someone else since it was read.
    pub fn is_conflict(&self) -> bool {
        self.kind == RefusalKind::Conflict
    }

    /// Adds a named argument.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "numbers, days and texts are handed in as they are")]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }

    /// Refuses the first text that is too long. The message of `code` has the arguments `field` and `most`. Each text comes
    /// with the message key of its field and the largest number of characters.
    pub fn too_long(code: &str, texts: &[(&str, &str, usize)]) -> Result<(), Self> {
        match texts.iter().find(|(_, text, most)| text.chars().count() > *most) {
            Some((field, _, most)) => Err(Self::new(code).with("field", field).with("most", most)),
            None => Ok(()),
        }
    }

    /// Adds further lines.
    #[must_use]
    pub fn because(mut self, details: impl IntoIterator<Item = Refusal>) -> Self {
        self.details.extend(details);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_compared_without_their_kind() {
        let conflict = Refusal::conflict("changed-meanwhile").with("id", 7);
        let plain = Refusal::new("changed-meanwhile").with("id", 7);
        assert_eq!(conflict, plain);
        assert_ne!(conflict.kind, plain.kind);
        assert_ne!(conflict, Refusal::conflict("changed-meanwhile"));
        assert_eq!(conflict.to_string(), "changed-meanwhile id=7");
    }
}
