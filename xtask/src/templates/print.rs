//! Prints a template's tree: what fits on a line is put on one line, else each part on its own, and `-` strips the white
//! space that a break would add.

use super::{
    code::{broken, width},
    display::{Around, Side, inside, inside_statement, keeps_lines, side},
    parse::{Block, Element, List, Node, first_word},
};

/// The maximum length of a line, if it can be broken.
pub(super) const WIDTH: usize = 120;

/// Elements whose children are on lines of their own even if they would fit on one.
const OPEN: &[&str] =
    &["body", "dialog", "dl", "head", "html", "ol", "section", "select", "table", "tbody", "thead", "ul"];

/// What is between two neighbours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Gap {
    /// White space is not visible there.
    Free,
    /// White space is visible.
    Space,
    /// There is none, and none may be added.
    Glue,
}

/// The gaps of a list, one before each node and one after the last.
fn gaps(list: &List, around: Around, top: bool) -> Vec<Gap> {
    let sides: Vec<Side> = list.items.iter().map(|item| side(&item.node, around)).collect();
    let behind = |begin: Side, sides: &mut dyn Iterator<Item = &Side>| {
        let mut seen = begin;
        let mut found = vec![seen];
        for side in sides {
            if *side != Side::Clear {
                seen = *side;
            }
            found.push(seen);
        }
        found
    };
    let left = behind(around.start, &mut sides.iter());
    let mut right = behind(around.end, &mut sides.iter().rev());
    right.reverse();
    let declares = |place: usize| {
        list.items.get(place).is_some_and(|item| match &item.node {
            Node::Statement(code) => matches!(first_word(code), "extends" | "import" | "from" | "set"),
            Node::Block(block) => matches!(block.word(), "block" | "macro" | "set"),
            Node::Comment(_) => true,
            _ => false,
        })
    };
    let spaces = list.items.iter().map(|item| item.space).chain([list.space_after]);
    spaces
        .enumerate()
        .map(|(place, space)| {
            let begins = top && (place == 0 || declares(place) || declares(place.wrapping_sub(1)));
            if left[place] == Side::Hard || right[place] == Side::Hard || begins {
                Gap::Free
            } else if space {
                Gap::Space
            } else {
                Gap::Glue
            }
        })
        .collect()
}

/// What surrounds the body of the statement at `place`.
fn body_around(place: usize, word: &str, around: Around, gaps: &[Gap]) -> Around {
    let side = |gap: Gap| if gap == Gap::Free { Side::Hard } else { Side::Soft };
    inside_statement(word, around, side(gaps[place]), side(gaps[place + 1]))
}

fn open_tag(element: &Element) -> String {
    let mut text = format!("<{}", element.name);
    for chunk in &element.chunks {
        if !chunk.starts_with("{%") {
            text.push(' ');
        }
        text.push_str(chunk);
    }
    text.push('>');
    text
}

/// The whole template on one line: two templates with the same output have the same.
pub(super) fn flat(list: &List) -> String {
    let mut text = String::new();
    flat_list(list, Around::FILE, true, &mut text);
    text
}

fn flat_list(list: &List, around: Around, top: bool, text: &mut String) {
    let gaps = gaps(list, around, top);
    for place in 0..list.items.len() {
        if gaps[place] == Gap::Space {
            text.push(' ');
        }
        flat_node(list, place, around, &gaps, text);
    }
    if gaps.last() == Some(&Gap::Space) {
        text.push(' ');
    }
}

fn flat_node(list: &List, place: usize, around: Around, gaps: &[Gap], text: &mut String) {
    match &list.items[place].node {
        Node::Word(word) | Node::Raw(word) => text.push_str(word),
        Node::Expression(code) => text.push_str(&format!("{{{{ {code} }}}}")),
        Node::Statement(code) => text.push_str(&format!("{{% {code} %}}")),
        Node::Comment(words) => text.push_str(&format!("{{# {words} #}}")),
        Node::Block(block) => {
            let around = body_around(place, block.word(), around, gaps);
            for (code, body) in &block.bodies {
                text.push_str(&format!("{{% {code} %}}"));
                flat_list(body, around, false, text);
            }
            text.push_str(&format!("{{% {} %}}", block.end));
        }
        Node::Element(element) => {
            text.push_str(&open_tag(element));
            if let Some(children) = &element.children {
                flat_list(children, inside(element, around), false, text);
                text.push_str(&format!("</{}>", element.name));
            }
        }
    }
}

/// Whether a node has to be on several lines.
fn opens(node: &Node) -> bool {
    match node {
        Node::Element(element) => {
            let children = element.children.iter().flat_map(|list| &list.items);
            let blocks = children.clone().filter(|item| is_large(&item.node)).count();
            (OPEN.contains(&element.name.as_str()) && children.clone().next().is_some())
                || blocks > 1
                || children.clone().any(|item| opens(&item.node))
        }
        Node::Block(block) => {
            matches!(block.word(), "for" | "call" | "macro")
                && block.bodies.iter().any(|(_, body)| body.items.iter().any(|item| is_large(&item.node)))
                || block.bodies.iter().any(|(_, body)| body.items.iter().any(|item| opens(&item.node)))
        }
        Node::Raw(text) => text.contains('\n'),
        _ => false,
    }
}

/// Whether a node is an element with child elements, or a statement with one inside.
fn is_large(node: &Node) -> bool {
    match node {
        Node::Element(element) => matches!(
            element.name.as_str(),
            "div"
                | "dd"
                | "dialog"
                | "dt"
                | "footer"
                | "form"
                | "h1"
                | "h2"
                | "header"
                | "li"
                | "nav"
                | "p"
                | "section"
                | "td"
                | "th"
                | "tr"
                | "table"
                | "ul"
        ),
        Node::Block(block) => block.bodies.iter().any(|(_, body)| body.items.iter().any(|item| is_large(&item.node))),
        _ => false,
    }
}

fn is_statement(node: Option<&Node>) -> bool {
    matches!(node, Some(Node::Statement(_) | Node::Comment(_) | Node::Block(_)))
}

/// Whether a statement reads better on a line of its own even if it would fit beside another.
fn needs_own_line(node: &Node) -> bool {
    matches!(node, Node::Block(block) if matches!(block.word(), "block" | "call" | "macro" | "set"))
}

fn is_code(node: Option<&Node>) -> bool {
    is_statement(node) || matches!(node, Some(Node::Expression(_)))
}

/// What is at the beginning or the end of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Tag,
    Statement,
}

pub(super) fn print(list: &List) -> String {
    let mut writer = Writer { text: String::new(), column: 0 };
    let gaps = gaps(list, Around::FILE, true);
    writer.list(list, Around::FILE, &gaps, 0, Edge::Tag);
    let text = writer.text.trim_matches('\n');
    format!("{text}\n")
}

struct Writer {
    text: String,
    column: usize,
}

impl Writer {
    fn write(&mut self, text: &str) {
        self.text.push_str(text);
        match text.rfind('\n') {
            Some(place) => self.column = width(&text[place + 1..]),
            None => self.column += width(text),
        }
    }

    fn line(&mut self, indent: usize) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
        self.text.push_str(&" ".repeat(indent));
        self.column = indent;
    }

    /// Makes the last tag strip what follows it.
    fn strip_after(&mut self) {
        if self.text.ends_with(" %}") || self.text.ends_with(" }}") {
            let at = self.text.len() - 2;
            self.text.insert(at, '-');
            self.column += 1;
        }
    }

    /// Prints the nodes of a list on several lines; its first gap was not written yet, its last is left to the caller.
    fn list(&mut self, list: &List, around: Around, gaps: &[Gap], indent: usize, edge: Edge) {
        let mut begun = self.text.len();
        for (place, item) in list.items.iter().enumerate() {
            let several = self.text.get(begun..).is_some_and(|text| text.trim_start().contains('\n'));
            let before = place.checked_sub(1).map(|before| &list.items[before].node);
            let statement_before = if place == 0 { edge == Edge::Statement } else { is_statement(before) };
            let code_before = if place == 0 { edge == Edge::Statement } else { is_code(before) };
            let node = &item.node;
            let fits = self.fits(list, place, around, gaps);
            let mut strips = false;
            match gaps[place] {
                Gap::Free if place == 0 && indent == 0 && self.text.is_empty() => {}
                Gap::Free => {
                    if item.blank && place > 0 {
                        self.line(0);
                    }
                    self.line(indent);
                }
                Gap::Space => {
                    let lost = statement_before && (is_statement(Some(node)) || indent == 0);
                    if lost || (fits && !(is_statement(Some(node)) && opens(node))) {
                        self.write(" ");
                    } else {
                        self.line(indent);
                    }
                }
                Gap::Glue if statement_before && is_statement(Some(node)) => {
                    let apart = needs_own_line(node) || before.is_some_and(needs_own_line);
                    if !fits || opens(node) || apart || (several && place > 0) {
                        self.line(indent);
                    }
                }
                Gap::Glue if fits && !opens(node) => {}
                Gap::Glue if is_code(Some(node)) && !matches!(node, Node::Comment(_)) => {
                    self.line(indent);
                    strips = true;
                }
                Gap::Glue if code_before => {
                    self.strip_after();
                    self.line(indent);
                }
                Gap::Glue => {}
            }
            begun = self.text.len();
            self.node(list, place, around, gaps, indent, strips);
        }
    }

    /// Whether a node, and what is attached to it, ends within the line.
    fn fits(&self, list: &List, place: usize, around: Around, gaps: &[Gap]) -> bool {
        let mut text = String::new();
        flat_node(list, place, around, gaps, &mut text);
        let mut next = place + 1;
        while next < list.items.len()
            && gaps[next] == Gap::Glue
            && !is_code(Some(&list.items[next].node))
            && !is_code(Some(&list.items[next - 1].node))
        {
            flat_node(list, next, around, gaps, &mut text);
            next += 1;
        }
        !text.contains('\n') && self.column + 1 + width(&text) <= WIDTH
    }

    fn node(&mut self, list: &List, place: usize, around: Around, gaps: &[Gap], indent: usize, strips: bool) {
        let node = &list.items[place].node;
        let mut text = String::new();
        flat_node(list, place, around, gaps, &mut text);
        let mark = if strips { "-" } else { "" };
        if !opens(node) && self.column + width(&text) + mark.len() <= WIDTH {
            if strips {
                text.insert(2, '-');
            }
            self.write(&text);
            return;
        }
        match node {
            Node::Expression(code) => {
                self.write(&format!("{{{{{mark} "));
                let code = broken(code, indent, self.column, 3);
                self.write(&format!("{code} }}}}"));
            }
            Node::Statement(code) => self.tag(code, indent, mark),
            Node::Comment(words) => self.comment(words, indent),
            Node::Block(block) => self.block(block, body_around(place, block.word(), around, gaps), indent, mark),
            Node::Element(element) => self.element(element, around, indent),
            Node::Word(text) | Node::Raw(text) => self.write(text),
        }
    }

    fn tag(&mut self, code: &str, indent: usize, mark: &str) {
        self.write(&format!("{{%{mark} "));
        let code = broken(code, indent, self.column, 3);
        self.write(&format!("{code} %}}"));
    }

    fn comment(&mut self, words: &str, indent: usize) {
        self.write("{# ");
        for (place, word) in words.split(' ').enumerate() {
            if place > 0 && self.column + 1 + width(word) + 3 > WIDTH {
                self.line(indent + 3);
            } else if place > 0 {
                self.write(" ");
            }
            self.write(word);
        }
        self.write(" #}");
    }

    fn block(&mut self, block: &Block, around: Around, indent: usize, mark: &str) {
        let mut mark = mark;
        let top = matches!(block.word(), "block" | "macro") && indent == 0;
        for (code, body) in &block.bodies {
            self.tag(code, indent, mark);
            let gaps = gaps(body, around, false);
            let deeper = if top && block.word() == "block" { 0 } else { indent + 2 };
            self.list(body, around, &gaps, deeper, Edge::Statement);
            let last = body.items.last().map(|item| &item.node);
            let ends_in_statement = body.items.is_empty() || is_statement(last);
            mark = "";
            match gaps.last() {
                Some(Gap::Space) if ends_in_statement => self.write(" "),
                Some(Gap::Glue) if !ends_in_statement => {
                    self.line(indent);
                    mark = "-";
                }
                _ => self.line(indent),
            }
        }
        self.write(&format!("{{%{mark} {} %}}", block.end));
    }

    fn element(&mut self, element: &Element, around: Around, indent: usize) {
        let open = open_tag(element);
        if self.column + width(&open) <= WIDTH {
            self.write(&open);
        } else {
            self.attributes(element, indent);
        }
        let Some(children) = &element.children else { return };
        let within = inside(element, around);
        let end = format!("</{}>", element.name);
        if keeps_lines(element) || matches!(children.items.first(), Some(item) if matches!(item.node, Node::Raw(_))) {
            let mut text = String::new();
            flat_list(children, within, false, &mut text);
            self.write(&text);
            self.write(&end);
            return;
        }
        let gaps = gaps(children, within, false);
        let begun = self.text.len();
        self.list(children, within, &gaps, indent + 2, Edge::Tag);
        let last = children.items.last().map(|item| &item.node);
        let several = self.text[begun..].contains('\n');
        match gaps.last() {
            Some(Gap::Free | Gap::Space) if several => self.line(indent),
            Some(Gap::Space) => self.write(" "),
            Some(Gap::Glue) if several && is_code(last) => {
                self.strip_after();
                self.line(indent);
            }
            _ => {}
        }
        self.write(&end);
    }

    /// Prints an opening tag that is too long for its line.
    fn attributes(&mut self, element: &Element, indent: usize) {
        self.write(&format!("<{}", element.name));
        for (place, chunk) in element.chunks.iter().enumerate() {
            let statement = chunk.starts_with("{%");
            if place == 0 || self.column + 2 + width(chunk) > WIDTH {
                self.line(indent + 2);
            } else if !statement {
                self.write(" ");
            }
            self.write(chunk);
        }
        self.write(">");
    }
}
