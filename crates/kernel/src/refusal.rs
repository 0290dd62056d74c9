//! What a user is told when something is refused: a stable code and its arguments; the words live in `.ftl` files.

/// A refusal: what happened and what to do, by code. Translated where it is shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("{code}{}", .args.iter().map(|(name, value)| format!(" {name}={value}")).collect::<String>())]
pub struct Refusal {
    /// The message's key in the `.ftl` files.
    pub code: String,
    /// Named arguments of the message.
    pub args: Vec<(String, String)>,
    /// Further lines, such as the records that stand in the way.
    pub details: Vec<Refusal>,
}

impl Refusal {
    /// A refusal without arguments.
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), args: Vec::new(), details: Vec::new() }
    }

    /// Adds a named argument.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "numbers, days and texts are handed in as they are")]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }

    /// Refuses the first of some texts that is too long, by a code whose message has the arguments `field` and `most`: each
    /// with the key of its field and how many letters fit.
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
