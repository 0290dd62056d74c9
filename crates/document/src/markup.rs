//! A small builder for HTML and XML that escapes its input.

use quick_xml::escape::escape;

use crate::flow::clean;

/// Markup under construction. Texts and attribute values are cleaned and escaped; names are taken as they are.
#[derive(Default)]
pub(crate) struct Markup(String);

impl Markup {
    /// Begins with `head`, unescaped.
    pub(crate) fn new(head: &str) -> Self {
        Self(head.to_owned())
    }

    /// Adds an opening tag.
    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> &mut Self {
        self.tag(name, attributes, ">")
    }

    /// Adds an empty element, closed in itself.
    pub(crate) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> &mut Self {
        self.tag(name, attributes, "/>")
    }

    /// Adds a closing tag.
    pub(crate) fn close(&mut self, name: &str) -> &mut Self {
        self.raw("</").raw(name).raw(">")
    }

    /// Adds text, cleaned and escaped.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(&escape(clean(text).as_str()));
        self
    }

    /// Adds markup, unescaped.
    pub(crate) fn raw(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds an element with text in it.
    pub(crate) fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> &mut Self {
        self.open(name, attributes).text(text).close(name)
    }

    /// The finished markup.
    pub(crate) fn finish(self) -> String {
        self.0
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)], end: &str) -> &mut Self {
        self.raw("<").raw(name);
        for (key, value) in attributes {
            self.raw(" ").raw(key).raw("=\"").text(value).raw("\"");
        }
        self.raw(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_attributes_are_escaped_and_cleaned() {
        let mut markup = Markup::default();
        markup.open("a", &[("title", "\"><b>\u{1}")]).text("1 < 2 & '3'\u{0}").close("a");
        assert_eq!(markup.finish(), "<a title=\"&quot;&gt;&lt;b&gt; \">1 &lt; 2 &amp; &apos;3&apos; </a>");
    }
}
