//! How elements are laid out, as far as it decides whether white space beside them is visible.

use super::parse::{Element, Node};

/// Elements that begin and end a line of their own, or that show nothing.
const BLOCKS: &str = "address article aside body br canvas caption dd details dialog div dl dt fieldset figcaption figure \
    footer form h1 h2 h3 h4 head header hr html legend li link main meta nav noscript ol optgroup option p \
    path rect script section style summary table tbody td template tfoot th thead title tr ul use";

/// Elements that are in a line and have lines of their own inside.
const INLINE_BLOCKS: &str = "button label select svg video";

/// Classes with the layout flex or grid: white space between their children is not visible.
const FLEX: &str = "acts att-u avatar bar btn bulk card-footer card-header cells3 chips drop-x duo eq filters form-check g \
    more-filters note pill4 ql-brand ql-head ql-iconbtn ql-scope ql-top roll-row row-x st steps4 subs tabs \
    three-in-row tick toast-x two-in-row";

/// Those of them that are in a line themselves.
const FLEX_IN_LINE: &str = "btn st tick";

/// Macros whose output has the layout of a block.
const BLOCK_MACROS: &str = "caller card checkbox dialog empty errors fact field history labelled line no_secrets note options_of \
    paging pick refused select sorted table textarea under upload";

/// Macros that print only hidden fields.
const HIDDEN_MACROS: &str = "in_dialog keep_order once version";

/// What is at one side of a gap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    /// White space beside it is not visible.
    Hard,
    /// White space beside it is visible.
    Soft,
    /// It shows nothing itself: what comes after it decides.
    Clear,
}

/// What surrounds a list of nodes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    /// The side at the list's beginning, `Soft` or `Hard`.
    pub start: Side,
    /// The side at its end.
    pub end: Side,
    /// Whether the children have the layout flex or grid.
    pub flex: bool,
    /// Whether they are items of a list of rows, which are flex.
    pub rows: bool,
}

impl Around {
    pub(super) const FILE: Self = Self { start: Side::Soft, end: Side::Soft, flex: false, rows: false };
    const WITHIN: Self = Self { start: Side::Hard, end: Side::Hard, flex: false, rows: false };
}

fn among(list: &str, word: &str) -> bool {
    list.split(' ').any(|other| other == word)
}

fn classes(element: &Element) -> impl Iterator<Item = &str> {
    let value = element.chunks.iter().find_map(|chunk| chunk.strip_prefix("class=\"")).unwrap_or_default();
    value.split(|letter: char| letter.is_whitespace() || letter == '"' || letter == '{')
}

fn is_flex(element: &Element, around: Around) -> bool {
    classes(element).any(|class| among(FLEX, class)) || (around.rows && element.name == "li")
}

fn is_block(element: &Element, around: Around) -> bool {
    let in_line = classes(element).any(|class| among(FLEX_IN_LINE, class));
    among(BLOCKS, &element.name) || (is_flex(element, around) && !in_line)
}

/// Whether the line breaks of an element's text are visible.
pub(super) fn keeps_lines(element: &Element) -> bool {
    classes(element).any(|class| class == "pre")
}

/// What surrounds an element's children.
pub(super) fn inside(element: &Element, around: Around) -> Around {
    let rows = classes(element).any(|class| class == "rows");
    let flex = is_flex(element, around) || classes(element).any(|class| class == "t");
    // An item of a flex container has the layout of a block.
    if is_block(element, around) || flex || around.flex || among(INLINE_BLOCKS, &element.name) {
        return Around { flex, rows, ..Around::WITHIN };
    }
    Around::FILE
}

/// What surrounds the body of a statement within `around`.
pub(super) fn inside_statement(word: &str, around: Around, before: Side, after: Side) -> Around {
    match word {
        "if" | "with" | "set" => Around { start: before, end: after, ..around },
        // The bodies of a loop follow one another.
        "for" => Around { start: Side::Soft, end: Side::Soft, ..around },
        "call" | "block" => Around::WITHIN,
        _ => Around::FILE,
    }
}

/// Whether a node's beginning and end are visibly separate from what is beside them.
pub(super) fn side(node: &Node, around: Around) -> Side {
    match node {
        Node::Element(element) => {
            let hidden = element.name == "input" && element.chunks.iter().any(|chunk| chunk == "type=\"hidden\"");
            if hidden {
                Side::Clear
            } else if is_block(element, around) || around.flex {
                Side::Hard
            } else {
                Side::Soft
            }
        }
        Node::Expression(code) => {
            let name = code.strip_prefix("ui.").unwrap_or(code).split('(').next().unwrap_or_default();
            let element = code.starts_with("ui.") || code.starts_with("icon(");
            if among(HIDDEN_MACROS, name) {
                Side::Clear
            } else if among(BLOCK_MACROS, name) || (around.flex && element) {
                Side::Hard
            } else {
                Side::Soft
            }
        }
        Node::Statement(code) if code.starts_with("include") => Side::Soft,
        Node::Statement(_) | Node::Comment(_) => Side::Clear,
        Node::Block(block) => match block.word() {
            "call" | "macro" => Side::Hard,
            _ => Side::Soft,
        },
        Node::Word(_) | Node::Raw(_) => Side::Soft,
    }
}
