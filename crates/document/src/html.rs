//! The document as HTML: an A4 page on wide screens, reflowing on a phone, figures link to their rows.

use crate::flow::{self, Piece};
use crate::markup::Markup;
use crate::model::{Align, Document, FigureState, Inline, Lang, Table};

/// A complete page without external resources: no script, font or style sheet.
pub fn html(document: &Document) -> String {
    let mut page = Markup::new("<!doctype html>\n");
    page.open("html", &[("lang", document.lang.tag())]).raw("\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    for (name, value) in [("author", &document.properties.author), ("description", &document.properties.subject)] {
        if let Some(value) = value {
            page.open("meta", &[("name", name), ("content", value)]).raw("\n");
        }
    }
    page.leaf("title", &[], &flow::title_in_one(document))
        .raw("\n<style>\n")
        .raw(include_str!("page.css"))
        .raw("</style>\n</head>\n<body>\n<main>\n");
    write_article(&mut page, document, 1);
    page.raw("\n</main>\n</body>\n</html>\n");
    page.finish()
}

/// Only the `<article class="a4">`, for a page that has its own styles and its own `<h1>`: the title is an `<h2>`.
pub fn html_body(document: &Document) -> String {
    let mut body = Markup::default();
    write_article(&mut body, document, 2);
    body.finish()
}

/// Writes the article; `top` is the level of the title.
fn write_article(out: &mut Markup, document: &Document, top: u8) {
    let class = if document.options.bold_headings { "a4 bold" } else { "a4" };
    out.open("article", &[("class", class), ("lang", document.lang.tag())]);
    write_red_head(out, document);
    write_title(out, document.lang, top, &flow::title(document));
    if let Some(addressee) = flow::addressee(document) {
        out.raw("\n").leaf("p", &[("class", "to")], &addressee);
    }
    // The headings of an attachment are below its title.
    let mut above = top;
    for piece in flow::pieces(document) {
        if let Piece::Attachment { .. } = piece {
            above = top + 1;
        }
        write_piece(out, document, &piece, above);
    }
    write_imprint(out, document);
    out.raw("\n").close("article");
}

/// Writes a title of one or more lines as a heading of this level; nothing if there are no lines.
fn write_title(out: &mut Markup, lang: Lang, level: u8, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let tag = format!("h{level}");
    out.raw("\n").open(&tag, &[("class", "title")]);
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.raw(if lang == Lang::En { " <br>" } else { "<br>" });
        }
        out.leaf("span", &[], line);
    }
    out.close(&tag);
}

/// Writes a piece; `above` is the level of the title above it, in an attachment the attachment's own.
fn write_piece(out: &mut Markup, document: &Document, piece: &Piece<'_>, above: u8) {
    if !matches!(piece, Piece::Closing) {
        out.raw("\n");
    }
    match piece {
        Piece::Heading { level, mark, content } => write_heading(out, document.lang, above, *level, mark, content, ""),
        Piece::RunIn { level, mark, content, stop, body } => {
            out.open("div", &[("class", "p")]);
            write_heading(out, document.lang, above, *level, mark, content, stop);
            write_inlines(out, document.lang, body);
            out.close("div");
        }
        Piece::Paragraph(content) => write_paragraph(out, document.lang, &[], content),
        Piece::Note(content) => write_paragraph(out, document.lang, &[("class", "note")], content),
        Piece::Table(table) => write_table(out, document.lang, table),
        Piece::PageBreak => {
            out.raw("<hr class=\"page-break\">");
        }
        Piece::Closing => {
            write_attachments(out, document);
            write_signature(out, document);
        }
        Piece::Attachment { mark, title } => {
            out.leaf("p", &[("class", "attachment")], mark);
            write_title(out, document.lang, above, title);
        }
    }
}

fn write_heading(out: &mut Markup, lang: Lang, above: u8, level: u8, mark: &str, content: &[Inline], stop: &str) {
    let (tag, class) = (format!("h{}", (above + level).min(6)), format!("h h{level}"));
    out.open(&tag, &[("class", &class)]).text(mark);
    write_inlines(out, lang, content);
    out.text(stop).close(&tag);
}

fn write_paragraph(out: &mut Markup, lang: Lang, attributes: &[(&str, &str)], content: &[Inline]) {
    out.open("p", attributes);
    write_inlines(out, lang, content);
    out.close("p");
}

fn write_inlines(out: &mut Markup, lang: Lang, inlines: &[Inline]) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => {
                out.text(text);
            }
            Inline::Bold(text) => {
                out.leaf("b", &[], text);
            }
            Inline::Figure { id, text, href, title, state } => {
                write_figure(out, lang, [id, text], href.as_deref(), title.as_deref(), *state);
            }
        }
    }
}

fn write_figure(
    out: &mut Markup,
    lang: Lang,
    [id, text]: [&str; 2],
    href: Option<&str>,
    title: Option<&str>,
    state: FigureState,
) {
    let (class, note) = match (state, lang) {
        (FigureState::Plain, _) => ("fig", ""),
        (FigureState::Drift, Lang::ZhCn) => ("fig drift", "，定稿后有变动"),
        (FigureState::Drift, Lang::En) => ("fig drift", ", changed since issue"),
        (FigureState::None, Lang::ZhCn) => ("fig none", "，没有数据"),
        (FigureState::None, Lang::En) => ("fig none", ", no data"),
    };
    let href = href.filter(|href| is_harmless(href));
    let label = format!("{text}{note}");
    let mut attributes = vec![("class", class), ("data-figure", id)];
    attributes.extend(href.map(|href| ("href", href)));
    attributes.extend(title.map(|title| ("title", title)));
    if !note.is_empty() {
        // A plain span must not have a label.
        attributes.extend(href.is_none().then_some(("role", "img")));
        attributes.push(("aria-label", &label));
    }
    out.leaf(if href.is_some() { "a" } else { "span" }, &attributes, text);
}

/// Whether an address is relative or a web address, so that it can't run a script.
fn is_harmless(href: &str) -> bool {
    let scheme = href.split(['/', '?', '#']).next().unwrap_or_default();
    !href.is_empty()
        && !href.chars().any(char::is_control)
        && (!scheme.contains(':') || flow::absolute(Some(href)).is_some())
}

fn write_table(out: &mut Markup, lang: Lang, table: &Table) {
    let label = table.caption.as_ref().map_or_else(
        || if lang == Lang::En { "Table".to_owned() } else { "表格".to_owned() },
        |caption| caption.iter().map(Inline::text).collect(),
    );
    // The region can be focused so that a table wider than a phone can be scrolled with the keyboard.
    let class = if table.dense { "table-x dense" } else { "table-x" };
    out.open("div", &[("class", class), ("role", "region"), ("tabindex", "0"), ("aria-label", &label)]).raw("<table>");
    if let Some(caption) = &table.caption {
        out.raw("<caption>");
        write_inlines(out, lang, caption);
        out.raw("</caption>");
    }
    if !table.head.is_empty() {
        out.raw("<thead>");
        write_row(out, lang, table, &table.head, "th", &[("scope", "col")]);
        out.raw("</thead>");
    }
    out.raw("<tbody>");
    for row in &table.rows {
        write_row(out, lang, table, row, "td", &[]);
    }
    out.raw("</tbody></table>").close("div");
}

fn write_row(out: &mut Markup, lang: Lang, table: &Table, row: &[Vec<Inline>], tag: &str, attributes: &[(&str, &str)]) {
    out.raw("\n<tr>");
    for column in 0..flow::columns(table) {
        let class = match table.align.get(column) {
            Some(Align::Center) if tag == "td" => Some(("class", "c")),
            Some(Align::Right) if tag == "td" => Some(("class", "r")),
            _ => None,
        };
        let attributes: Vec<_> = attributes.iter().copied().chain(class).collect();
        out.open(tag, &attributes);
        write_inlines(out, lang, row.get(column).map_or(&[], Vec::as_slice));
        out.close(tag);
    }
    out.raw("</tr>");
}

fn write_attachments(out: &mut Markup, document: &Document) {
    let Some((lead, names)) = flow::attachments(document) else { return };
    out.raw("\n<div class=\"attachments\">").leaf("span", &[], lead).raw("<ol>");
    for (number, name) in names {
        out.raw("<li>");
        if !number.is_empty() {
            out.leaf("span", &[], &number);
        }
        out.leaf("span", &[], &name).raw("</li>");
    }
    out.raw("</ol></div>");
}

fn write_signature(out: &mut Markup, document: &Document) {
    let Some(place) = flow::signature(document) else { return };
    // Classes instead of inline styles: the article is also used in pages whose policy forbids those.
    let class = match &document.signature {
        Some(signature) if signature.sealed => "signature sealed",
        _ if place.date_is_longer => "signature long-date",
        _ => "signature",
    };
    out.raw("\n")
        .open("div", &[("class", class)])
        .leaf("p", &[], &place.agency)
        .leaf("p", &[], &place.date)
        .raw("</div>");
}

fn write_red_head(out: &mut Markup, document: &Document) {
    let Some(red) = &document.options.red_head else { return };
    out.raw("\n<div class=\"red\">").leaf("p", &[("class", "agency")], &red.agency);
    if let Some(number) = &red.number {
        out.leaf("p", &[], number);
    }
    out.raw("</div>");
}

fn write_imprint(out: &mut Markup, document: &Document) {
    let Some(imprint) = flow::imprint(document) else { return };
    out.raw("\n<div class=\"imprint\">");
    if let Some(copies) = &imprint.copies {
        out.raw("<p>").leaf("span", &[], copies).raw("</p>");
    }
    out.raw("<p>").leaf("span", &[], &imprint.issuer).leaf("span", &[], &imprint.issued).raw("</p></div>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, Date, Signature};

    fn of(blocks: Vec<Block>) -> String {
        html_body(&Document { title: "汇报".into(), blocks, ..Document::default() })
    }

    fn figure(href: Option<&str>, state: FigureState) -> Block {
        let figure = Inline::Figure {
            id: "a.b".into(),
            text: "41".into(),
            href: href.map(Into::into),
            title: Some("场次".into()),
            state,
        };
        Block::Paragraph(vec![figure])
    }

    #[test]
    fn a_figure_is_a_link_to_its_rows() {
        let written = of(vec![figure(Some("/f/1"), FigureState::Plain)]);
        assert!(
            written.contains(r#"<p><a class="fig" data-figure="a.b" href="/f/1" title="场次">41</a></p>"#),
            "{written}"
        );
    }

    #[test]
    fn a_figure_that_drifted_or_is_missing_is_labelled() {
        let written = of(vec![figure(Some("#x"), FigureState::Drift), figure(None, FigureState::None)]);
        assert!(
            written.contains(r#"class="fig drift""#) && written.contains(r#"aria-label="41，定稿后有变动""#),
            "{written}"
        );
        assert!(written.contains(r#"<span class="fig none""#) && written.contains("没有数据"), "{written}");
    }

    #[test]
    fn an_address_that_runs_a_script_is_no_link() {
        for href in ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "java\tscript:x", ""] {
            assert!(!of(vec![figure(Some(href), FigureState::Plain)]).contains("href"), "{href}");
        }
        assert!(of(vec![figure(Some("rows/a:b"), FigureState::Plain)]).contains("href"));
    }

    #[test]
    fn everything_is_escaped() {
        let document = Document {
            title: "<script>alert(1)</script>".into(),
            addressee: Some("<i>".into()),
            blocks: vec![Block::Paragraph(vec!["a<b&c".into()])],
            attachments: vec!["<u>".into()],
            ..Document::default()
        };
        let page = html(&document);
        for tag in ["<script", "<i>", "<u>", "a<b"] {
            assert!(!page.contains(tag), "{tag}");
        }
    }

    #[test]
    fn a_page_needs_nothing_from_outside() {
        let page = html(&Document::default());
        for outside in ["<script", "<link", "src=", "url(", "@import", "http"] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn headings_are_below_the_title_and_numbered() {
        let heading = |level, run_in| Block::Heading { level, run_in, content: vec!["题".into()] };
        let written = of(vec![heading(1, false), heading(2, true), Block::Paragraph(vec!["文".into()])]);
        assert!(written.contains(r#"<h3 class="h h1">一、题</h3>"#), "{written}");
        assert!(written.contains(r#"<div class="p"><h4 class="h h2">（一）题。</h4>文</div>"#), "{written}");
    }

    #[test]
    fn attachments_follow_the_signature_and_restart_the_numbering_of_headings() {
        let heading = || Block::Heading { level: 1, run_in: false, content: vec!["题".into()] };
        let attachment = |title: &str| Block::Attachment { title: title.into() };
        let document = Document {
            title: "汇报".into(),
            blocks: vec![heading(), attachment("名册"), heading(), heading(), attachment("台账"), heading()],
            attachments: vec!["名册".into(), "台账".into()],
            signature: Some(Signature { agency: "双山妇联".into(), date: Date::new(2026, 5, 4), sealed: false }),
            ..Document::default()
        };
        let page = html(&document);
        let mut rest = page.as_str();
        for wanted in [
            r#"<h1 class="title"><span>汇报</span></h1>"#,
            r#"<h2 class="h h1">一、题</h2>"#,
            r#"<div class="attachments">"#,
            r#"<div class="signature"#,
            r#"<p class="attachment">附件1</p>"#,
            r#"<h2 class="title"><span>名册</span></h2>"#,
            r#"<h3 class="h h1">一、题</h3>"#,
            r#"<h3 class="h h1">二、题</h3>"#,
            r#"<p class="attachment">附件2</p>"#,
            r#"<h2 class="title"><span>台账</span></h2>"#,
            r#"<h3 class="h h1">一、题</h3>"#,
        ] {
            let at = rest.find(wanted).unwrap_or_else(|| panic!("{wanted} in its place in {page}"));
            rest = &rest[at + wanted.len()..];
        }
        assert_eq!(page.matches(r#"<div class="signature"#).count(), 1);
        assert!(html_body(&document).contains(r#"<h3 class="title"><span>名册</span></h3>"#));
    }

    #[test]
    fn short_rows_are_filled_and_long_ones_kept() {
        let table = Table {
            head: vec![vec!["甲".into()]],
            rows: vec![vec![vec!["1".into()], vec!["2".into()]], vec![]],
            ..Table::default()
        };
        let written = of(vec![Block::Table(table)]);
        assert_eq!(written.matches("<td>").count(), 4);
        assert_eq!(written.matches("<th scope=\"col\">").count(), 2);
    }
}
