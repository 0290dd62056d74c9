//! Parses a template into a tree that knows which white space is written to the page: `trim_blocks` and `lstrip_blocks` are
//! on, `-` strips.

/// A list of nodes, and whether white space follows the last.
#[derive(Debug, Default)]
pub(super) struct List {
    pub items: Vec<Item>,
    pub space_after: bool,
}

/// A node and what is before it.
#[derive(Debug)]
pub(super) struct Item {
    /// White space that is written to the page.
    pub space: bool,
    /// An empty line in the source.
    pub blank: bool,
    pub node: Node,
}

#[derive(Debug)]
pub(super) enum Node {
    Word(String),
    /// `{{ … }}` without its braces.
    Expression(String),
    /// `{% … %}` that has no end, without its braces.
    Statement(String),
    Comment(String),
    Block(Block),
    Element(Element),
    /// The content of an element that keeps its text as it is.
    Raw(String),
}

/// A statement with its bodies: `if` has one for each branch.
#[derive(Debug)]
pub(super) struct Block {
    pub bodies: Vec<(String, List)>,
    pub end: String,
}

impl Block {
    /// The statement's first word.
    pub(super) fn word(&self) -> &str {
        self.bodies.first().map_or("", |(code, _)| first_word(code))
    }
}

#[derive(Debug)]
pub(super) struct Element {
    pub name: String,
    /// Attributes, each with its value; statements in the tag with their content.
    pub chunks: Vec<String>,
    /// `None` for an element that has no end, such as `input`.
    pub children: Option<List>,
}

const VOID: &[&str] = &["br", "col", "hr", "img", "input", "link", "meta", "source"];
const RAW: &[&str] = &["pre", "script", "style", "textarea"];

/// An open element or statement.
enum Open {
    Element(Element, bool, bool),
    Block(Block, bool, bool),
}

/// What was read last, as far as it affects the white space after it.
#[derive(PartialEq, Eq)]
enum After {
    Text,
    /// A line break after it is not written.
    Statement,
    /// A tag that ended in `-`.
    Stripping,
}

struct Reader<'a> {
    rest: &'a str,
    lists: Vec<List>,
    open: Vec<Open>,
    /// White space that was read and is written to the page.
    space: bool,
    blank: bool,
    after: After,
}

pub(super) fn parse(source: &str) -> Result<List, String> {
    let mut reader = Reader {
        rest: source,
        lists: vec![List::default()],
        open: Vec::new(),
        space: false,
        blank: false,
        after: After::Text,
    };
    while !reader.rest.is_empty() {
        reader.step()?;
    }
    match reader.open.pop() {
        Some(Open::Element(element, ..)) => Err(format!("<{}> is not closed", element.name)),
        Some(Open::Block(block, ..)) => Err(format!("{{% {} %}} has no end", block.word())),
        None => Ok(reader.lists.pop().unwrap_or_default()),
    }
}

/// White space as HTML defines it: the wide space of Chinese text is an ordinary character.
fn is_white(letter: char) -> bool {
    letter.is_ascii_whitespace()
}

pub(super) fn first_word(code: &str) -> &str {
    code.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default()
}

fn has_end(code: &str) -> bool {
    match first_word(code) {
        "if" | "for" | "block" | "macro" | "call" | "filter" | "with" | "autoescape" => true,
        "set" => !code.contains('='),
        _ => false,
    }
}

impl<'a> Reader<'a> {
    fn step(&mut self) -> Result<(), String> {
        let white = self.rest.len() - self.rest.trim_start_matches(is_white).len();
        if white > 0 {
            self.white(white);
            return Ok(());
        }
        if let Some(rest) = self.rest.strip_prefix("{{") {
            let (code, strips) = self.tag(rest, "}}")?;
            self.push(Node::Expression(super::code::tidy(&code)));
            self.after = if strips { After::Stripping } else { After::Text };
        } else if let Some(rest) = self.rest.strip_prefix("{%") {
            let (code, strips) = self.tag(rest, "%}")?;
            self.statement(super::code::tidy(&code))?;
            self.after = if strips { After::Stripping } else { After::Statement };
        } else if let Some(rest) = self.rest.strip_prefix("{#") {
            let (code, strips) = self.tag(rest, "#}")?;
            self.push(Node::Comment(code.split_whitespace().collect::<Vec<_>>().join(" ")));
            self.after = if strips { After::Stripping } else { After::Statement };
        } else if let Some(rest) = self.rest.strip_prefix("</") {
            let end = rest.find('>').ok_or("`</` without `>`")?;
            self.close(rest[..end].trim())?;
            self.rest = &rest[end + 1..];
            self.after = After::Text;
        } else if self.rest.starts_with('<') && self.rest[1..].starts_with(|letter: char| letter.is_ascii_alphabetic())
        {
            self.element()?;
            self.after = After::Text;
        } else {
            let first = self.rest.chars().next().map_or(0, char::len_utf8);
            let stops = |place: usize| {
                let here = &self.rest[place..];
                here.starts_with(is_white) || ["{{", "{%", "{#", "<"].iter().any(|start| here.starts_with(start))
            };
            let places = self.rest.char_indices().map(|(place, _)| place).skip_while(|place| *place < first);
            let declares = self.rest.starts_with("<!");
            let end = if declares {
                self.rest.find('>').map_or(self.rest.len(), |place| place + 1)
            } else {
                places.into_iter().find(|place| stops(*place)).unwrap_or(self.rest.len())
            };
            let word = self.rest[..end].to_owned();
            self.push(Node::Word(word));
            self.rest = &self.rest[end..];
            self.after = After::Text;
        }
        Ok(())
    }

    /// White space between two tags or words: what is left of it after the tags have stripped theirs.
    fn white(&mut self, length: usize) {
        let (white, rest) = self.rest.split_at(length);
        self.blank = white.matches('\n').count() > 1;
        self.rest = rest;
        let mut left = white;
        if self.after == After::Stripping
            || ["{{-", "{%-", "{#-"].iter().any(|start| rest.starts_with(start))
            || rest.is_empty()
        {
            left = "";
        } else if self.after == After::Statement {
            left = left.strip_prefix('\n').unwrap_or(left);
        }
        let stripped_left = rest.starts_with("{%") || rest.starts_with("{#");
        if stripped_left && white.contains('\n') {
            left = left.trim_end_matches([' ', '\t']);
        }
        self.space = !left.is_empty();
    }

    fn push(&mut self, node: Node) {
        let (space, blank) = (std::mem::take(&mut self.space), std::mem::take(&mut self.blank));
        if let Some(list) = self.lists.last_mut() {
            list.items.push(Item { space, blank, node });
        }
    }

    /// The code of a tag, and whether it strips what follows.
    fn tag(&mut self, rest: &'a str, end: &str) -> Result<(String, bool), String> {
        let length =
            super::code::end_of(rest, end).ok_or_else(|| format!("a tag without `{end}`: {:.40}", self.rest))?;
        self.rest = &rest[length + end.len()..];
        let code = &rest[..length];
        let code = code.strip_prefix('-').unwrap_or(code);
        let strips = code.ends_with('-');
        Ok((code.strip_suffix('-').unwrap_or(code).trim().to_owned(), strips))
    }

    fn begin(&mut self, open: Open) {
        self.open.push(open);
        self.lists.push(List::default());
    }

    /// Finishes the list that is being read.
    fn done(&mut self) -> List {
        let mut list = self.lists.pop().unwrap_or_default();
        list.space_after = std::mem::take(&mut self.space);
        self.blank = false;
        list
    }

    fn statement(&mut self, code: String) -> Result<(), String> {
        let word = first_word(&code).to_owned();
        if word.starts_with("end") || word == "else" || word == "elif" {
            let list = self.done();
            let Some(Open::Block(mut block, space, blank)) = self.open.pop() else {
                return Err(format!("{{% {code} %}} stands where something else is open"));
            };
            if let Some((_, body)) = block.bodies.last_mut() {
                *body = list;
            }
            if !word.starts_with("end") {
                block.bodies.push((code, List::default()));
                self.begin(Open::Block(block, space, blank));
                return Ok(());
            }
            if word[3..] != *block.word() {
                return Err(format!("{{% {} %}} is ended by {{% {code} %}}", block.word()));
            }
            block.end = word;
            (self.space, self.blank) = (space, blank);
            self.push(Node::Block(block));
        } else if has_end(&code) {
            let (space, blank) = (std::mem::take(&mut self.space), std::mem::take(&mut self.blank));
            self.begin(Open::Block(Block { bodies: vec![(code, List::default())], end: String::new() }, space, blank));
        } else {
            self.push(Node::Statement(code));
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), String> {
        let list = self.done();
        match self.open.pop() {
            Some(Open::Element(mut element, space, blank)) if element.name == name => {
                element.children = Some(list);
                (self.space, self.blank) = (space, blank);
                self.push(Node::Element(element));
                Ok(())
            }
            Some(Open::Element(element, ..)) => Err(format!("<{}> is closed by </{name}>", element.name)),
            Some(Open::Block(block, ..)) => Err(format!("</{name}> stands within {{% {} %}}", block.word())),
            None => Err(format!("</{name}> closes nothing")),
        }
    }

    fn element(&mut self) -> Result<(), String> {
        let rest = &self.rest[1..];
        let length = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').unwrap_or(rest.len());
        let name = rest[..length].to_owned();
        let (chunks, used) = super::code::chunks(&rest[length..]).map_err(|fault| format!("<{name}>: {fault}"))?;
        self.rest = &rest[length + used..];
        let mut element = Element { name, chunks, children: None };
        if VOID.contains(&element.name.as_str()) {
            self.push(Node::Element(element));
        } else if RAW.contains(&element.name.as_str()) {
            let end = format!("</{}>", element.name);
            let length = self.rest.find(&end).ok_or_else(|| format!("{end} is missing"))?;
            let text = self.rest[..length].to_owned();
            self.rest = &self.rest[length + end.len()..];
            let items = vec![Item { space: false, blank: false, node: Node::Raw(text) }];
            element.children = Some(List { items, space_after: false });
            self.push(Node::Element(element));
        } else {
            let (space, blank) = (std::mem::take(&mut self.space), std::mem::take(&mut self.blank));
            self.begin(Open::Element(element, space, blank));
        }
        Ok(())
    }
}
