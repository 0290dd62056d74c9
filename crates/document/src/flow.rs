//! What all writers share: numbered headings, joined lines, cleaned text, widths.

use crate::model::{Block, Document, Inline, Lang, Signature, Table};

/// A block with its number, ready to be written.
pub(crate) enum Piece<'a> {
    Heading {
        level: u8,
        mark: String,
        content: &'a [Inline],
    },
    /// A heading that runs into its paragraph; `stop` is the missing full stop.
    RunIn {
        level: u8,
        mark: String,
        content: &'a [Inline],
        stop: &'static str,
        body: &'a [Inline],
    },
    Paragraph(&'a [Inline]),
    Table(&'a Table),
    Note(&'a [Inline]),
    PageBreak,
    /// The place of the attachment note and the signature. Each document has exactly one, even if it has neither of them.
    Closing,
    /// The beginning of an attachment: its mark, as `附件1`, and the lines of its title.
    Attachment {
        mark: String,
        title: Vec<String>,
    },
}

/// The body in order, with headings numbered and run-in headings joined with their paragraphs; after it the attachment note
/// and the signature, and then the attachments.
pub(crate) fn pieces(document: &Document) -> Vec<Piece<'_>> {
    let mut counters = [0_usize; 4];
    let mut attachments = 0_usize;
    let mut pieces = Vec::with_capacity(document.blocks.len() + 1);
    let mut blocks = document.blocks.iter().peekable();
    while let Some(block) = blocks.next() {
        if is_attachment(block) && attachments == 0 {
            pieces.push(Piece::Closing);
        }
        pieces.push(match block {
            Block::Heading { level, run_in, content } => {
                let level = (*level).clamp(1, 4);
                let depth = usize::from(level) - 1;
                counters[depth] += 1;
                counters[depth + 1..].fill(0);
                let mark = mark(document.lang, depth, &counters);
                if let (true, Some(Block::Paragraph(body))) = (*run_in, blocks.peek()) {
                    blocks.next();
                    let stop = stop_after(document.lang, content);
                    Piece::RunIn { level, mark, content, stop, body }
                } else {
                    Piece::Heading { level, mark, content }
                }
            }
            Block::Paragraph(content) => Piece::Paragraph(content),
            Block::Table(table) => Piece::Table(table),
            Block::Note(content) => Piece::Note(content),
            // An attachment begins on a new page anyway: a second break would leave an empty page, or separate the signature.
            Block::PageBreak if blocks.peek().is_some_and(|next| is_attachment(next)) => continue,
            Block::PageBreak => Piece::PageBreak,
            Block::Attachment { title } => {
                counters = [0; 4];
                attachments += 1;
                Piece::Attachment { mark: attachment_mark(document, attachments), title: broken(title) }
            }
        });
    }
    if attachments == 0 {
        pieces.push(Piece::Closing);
    }
    pieces
}

fn is_attachment(block: &Block) -> bool {
    matches!(block, Block::Attachment { .. })
}

/// The mark of an attachment. It has a number if the names in the note are numbered too, since the two have to agree.
fn attachment_mark(document: &Document, number: usize) -> String {
    let many =
        document.attachments.len() > 1 || document.blocks.iter().filter(|block| is_attachment(block)).count() > 1;
    match (document.lang, many) {
        (Lang::ZhCn, false) => "附件".to_owned(),
        (Lang::ZhCn, true) => format!("附件{number}"),
        (Lang::En, false) => "Attachment".to_owned(),
        (Lang::En, true) => format!("Attachment {number}"),
    }
}

/// The number of a heading as text; `depth` counts from zero.
fn mark(lang: Lang, depth: usize, counters: &[usize; 4]) -> String {
    let number = counters[depth];
    match (lang, depth) {
        (Lang::ZhCn, 0) => format!("{}、", chinese_number(number)),
        (Lang::ZhCn, 1) => format!("（{}）", chinese_number(number)),
        (Lang::ZhCn, 2) => format!("{number}."),
        (Lang::ZhCn, _) => format!("（{number}）"),
        (Lang::En, 3) => format!("({number}) "),
        (Lang::En, _) => {
            let numbers: Vec<String> = counters[..=depth].iter().map(|n| (*n).max(1).to_string()).collect();
            let end = if depth == 0 { ". " } else { " " };
            numbers.join(".") + end
        }
    }
}

/// The full stop that is missing after a run-in heading.
fn stop_after(lang: Lang, content: &[Inline]) -> &'static str {
    let ends_itself = content
        .last()
        .is_some_and(|last| last.text().trim_end().ends_with(['。', '！', '？', '：', '；', '.', '!', '?', ':', ';']));
    match (ends_itself, lang) {
        (true, Lang::ZhCn) => "",
        (true, Lang::En) => " ",
        (false, Lang::ZhCn) => "。",
        (false, Lang::En) => ". ",
    }
}

/// A number in Chinese numerals: 一, 十, 十二, 一百零三.
pub(crate) fn chinese_number(number: usize) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    const UNITS: [(usize, &str); 4] = [(1000, "千"), (100, "百"), (10, "十"), (1, "")];
    if number == 0 || number > 9999 {
        return number.to_string();
    }
    let mut written = String::new();
    let mut skipped = false;
    for (unit, name) in UNITS {
        let digit = number / unit % 10;
        if digit == 0 {
            skipped = !written.is_empty();
            continue;
        }
        if skipped {
            written.push('零');
            skipped = false;
        }
        if !(digit == 1 && unit == 10 && written.is_empty()) {
            written.push(DIGITS[digit]);
        }
        written.push_str(name);
    }
    written
}

/// The text without what some format can't hold or nobody can see: control characters and unusual spaces become spaces;
/// marks of direction, joiners and byte order marks are removed.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\r' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
        .filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .map(|c| if c != '\u{3000}' && (c.is_control() || c.is_whitespace()) { ' ' } else { c })
        .collect()
}

/// The lines of the title.
pub(crate) fn title(document: &Document) -> Vec<String> {
    broken(&document.title)
}

/// Breaks a title into lines: at its own line breaks, or else between words.
fn broken(title: &str) -> Vec<String> {
    let lines: Vec<String> = if title.contains('\n') {
        title.lines().map(|line| clean(line.trim())).collect()
    } else {
        crate::title_lines(&clean(title.trim()), TITLE_CHARS)
    };
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// The title in one line, for the properties of a file.
pub(crate) fn title_in_one(document: &Document) -> String {
    let glue = if document.lang == Lang::En { " " } else { "" };
    title(document).iter().map(|line| line.trim()).collect::<Vec<_>>().join(glue)
}

/// How many characters of 22 pt fit into the type area.
const TITLE_CHARS: usize = 20;

/// The addressee with its colon.
pub(crate) fn addressee(document: &Document) -> Option<String> {
    let name = clean(document.addressee.as_deref()?);
    let name = name.trim().trim_end_matches(['：', ':']);
    let colon = if document.lang == Lang::En { ":" } else { "：" };
    (!name.is_empty()).then(|| format!("{name}{colon}"))
}

/// The lead (附件：) and the numbered names of the attachments.
pub(crate) fn attachments(document: &Document) -> Option<(&'static str, Vec<(String, String)>)> {
    let many = document.attachments.len() > 1;
    let lead = match (document.lang, many) {
        (Lang::ZhCn, _) => "附件：",
        (Lang::En, false) => "Attachment: ",
        (Lang::En, true) => "Attachments: ",
    };
    let gap = if document.lang == Lang::En { " " } else { "" };
    let named = document.attachments.iter().enumerate().map(|(index, name)| {
        let number = if many { format!("{}.{gap}", index + 1) } else { String::new() };
        (number, clean(name))
    });
    (!document.attachments.is_empty()).then(|| (lead, named.collect()))
}

/// Where the lines of a signature end, in characters of the body before the right edge (GB/T 9704-2012, 7.3.5).
pub(crate) struct SignaturePlace {
    pub(crate) agency: String,
    pub(crate) agency_right: f64,
    pub(crate) date: String,
    pub(crate) date_right: f64,
    pub(crate) date_is_longer: bool,
}

/// Computes the place of the signature from the widths of its lines.
pub(crate) fn signature(document: &Document) -> Option<SignaturePlace> {
    let Signature { agency, date, sealed } = document.signature.as_ref()?;
    let (agency, date) = (clean(agency.trim()), date.written(document.lang));
    let (agency_width, date_width) = (chars_wide(&agency), chars_wide(&date));
    let (agency_right, date_right) = if *sealed {
        (4.0 + (date_width - agency_width) / 2.0, 4.0)
    } else if date_width > agency_width {
        (4.0 + date_width - agency_width, 2.0)
    } else {
        (2.0, agency_width - date_width)
    };
    Some(SignaturePlace {
        agency,
        agency_right: agency_right.max(0.0),
        date,
        date_right,
        date_is_longer: date_width > agency_width,
    })
}

/// The lines of the imprint (GB/T 9704-2012, 7.4).
pub(crate) struct ImprintLines {
    pub(crate) copies: Option<String>,
    pub(crate) issuer: String,
    pub(crate) issued: String,
}

/// The imprint, if the document has one.
pub(crate) fn imprint(document: &Document) -> Option<ImprintLines> {
    let imprint = document.options.imprint.as_ref()?;
    let copies = match document.lang {
        Lang::ZhCn => format!("抄送：{}。", imprint.copies_to.join("，")),
        Lang::En => format!("Copies: {}.", imprint.copies_to.join(", ")),
    };
    let issued = imprint.issued.written(document.lang);
    Some(ImprintLines {
        copies: (!imprint.copies_to.is_empty()).then(|| clean(&copies)),
        issuer: clean(&imprint.issuer),
        issued: if document.lang == Lang::ZhCn { format!("{issued}印发") } else { issued },
    })
}

/// The width of a text in full characters: half-width ones count half.
pub(crate) fn chars_wide(text: &str) -> f64 {
    text.chars().map(|c| if is_half(c) { 0.5 } else { 1.0 }).sum()
}

/// Whether a character is half-width.
pub(crate) fn is_half(c: char) -> bool {
    u32::from(c) < 0x2000 && !matches!(c, '·' | '×' | '÷' | '°' | '±')
}

/// The address, if it also works outside the system.
pub(crate) fn absolute(href: Option<&str>) -> Option<&str> {
    href.filter(|href| {
        starts_with_any(href, &["http://", "https://"]) && !href.chars().any(|c| c.is_control() || c.is_whitespace())
    })
}

/// Whether `text` begins with one of `starts`, in any case.
fn starts_with_any(text: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
}

/// What each page of a draft says.
pub(crate) fn draft(document: &Document) -> Option<&'static str> {
    let words = if document.lang == Lang::En { "Draft, not issued" } else { "草稿，未定稿" };
    document.draft.then_some(words)
}

/// A table with more columns than this is set smaller.
pub(crate) const WIDE_TABLE: usize = 8;

/// How many columns a table has.
pub(crate) fn columns(table: &Table) -> usize {
    let rows = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    rows.max(table.head.len())
}

/// The share of each column in the width of its table; the shares add up to one.
pub(crate) fn shares(table: &Table) -> Vec<f64> {
    let count = columns(table);
    let weights: Vec<f64> = match &table.widths {
        Some(widths) if widths.len() == count && widths.iter().all(|width| *width > 0) => {
            widths.iter().map(|w| f64::from(*w)).collect()
        }
        _ => (0..count).map(|column| content_width(table, column)).collect(),
    };
    let total: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / total).collect()
}

/// A column's width by its content, in characters: never so narrow that a word of the heading is set vertically, never over
/// sixteen.
fn content_width(table: &Table, column: usize) -> f64 {
    let cells = table.rows.iter().chain(std::iter::once(&table.head));
    let widest = cells
        .filter_map(|row| row.get(column))
        .map(|cell| cell.iter().map(|inline| chars_wide(inline.text())).sum())
        .fold(0.0, f64::max);
    widest.clamp(2.0, 16.0) + 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;

    fn heading(level: u8, run_in: bool) -> Block {
        Block::Heading { level, run_in, content: vec!["题".into()] }
    }

    fn marks(lang: Lang, levels: &[u8]) -> Vec<String> {
        let blocks = levels.iter().map(|level| heading(*level, false)).collect();
        let document = Document { lang, blocks, ..Document::default() };
        let marks = pieces(&document).into_iter().filter_map(|piece| match piece {
            Piece::Heading { mark, .. } => Some(mark),
            _ => None,
        });
        marks.collect()
    }

    #[test]
    fn headings_are_numbered_within_the_one_above() {
        assert_eq!(
            marks(Lang::ZhCn, &[1, 2, 2, 3, 4, 4, 3, 1, 2]),
            ["一、", "（一）", "（二）", "1.", "（1）", "（2）", "2.", "二、", "（一）"]
        );
        assert_eq!(marks(Lang::En, &[1, 2, 3, 4, 1]), ["1. ", "1.1 ", "1.1.1 ", "(1) ", "2. "]);
    }

    #[test]
    fn a_level_out_of_range_counts_as_the_nearest() {
        assert_eq!(marks(Lang::ZhCn, &[0, 9]), ["一、", "（1）"]);
    }

    #[test]
    fn a_run_in_heading_joins_the_paragraph_after_it_and_gets_a_full_stop() {
        let document = Document {
            blocks: vec![heading(2, true), Block::Paragraph(vec!["文".into()]), heading(2, true)],
            ..Document::default()
        };
        let pieces = pieces(&document);
        assert!(matches!(&pieces[0], Piece::RunIn { stop: "。", body, .. } if body[0].text() == "文"));
        assert!(matches!(&pieces[1], Piece::Heading { mark, .. } if mark == "（二）"));
    }

    /// The numbers of all pieces that have one, with `=` for the closing and `|` for a page break.
    fn order(attachments: &[&str], blocks: Vec<Block>) -> Vec<String> {
        let attachments = attachments.iter().map(|name| (*name).to_owned()).collect();
        let document = Document { blocks, attachments, ..Document::default() };
        let order = pieces(&document).into_iter().map(|piece| match piece {
            Piece::Heading { mark, .. } | Piece::Attachment { mark, .. } => mark,
            Piece::Closing => "=".to_owned(),
            Piece::PageBreak => "|".to_owned(),
            _ => String::new(),
        });
        order.collect()
    }

    fn attachment() -> Block {
        Block::Attachment { title: "名册".into() }
    }

    #[test]
    fn a_document_is_closed_before_its_first_attachment_or_else_at_its_end() {
        assert_eq!(order(&[], vec![]), ["="]);
        assert_eq!(order(&["名册"], vec![heading(1, false)]), ["一、", "="]);
        assert_eq!(
            order(&[], vec![heading(1, false), attachment(), heading(1, false), attachment()]),
            ["一、", "=", "附件1", "一、", "附件2"]
        );
    }

    #[test]
    fn the_numbering_of_headings_restarts_in_each_attachment() {
        let blocks = vec![heading(1, false), heading(2, false), attachment(), heading(2, false), heading(1, false)];
        assert_eq!(order(&[], blocks), ["一、", "（一）", "=", "附件", "（一）", "一、"]);
    }

    #[test]
    fn an_attachment_has_a_number_if_the_note_has_several() {
        assert_eq!(order(&["名册"], vec![attachment()]), ["=", "附件"]);
        assert_eq!(order(&["名册", "台账"], vec![attachment()]), ["=", "附件1"]);
    }

    #[test]
    fn a_page_break_before_an_attachment_makes_no_second_one() {
        let blocks = vec![Block::PageBreak, heading(1, false), Block::PageBreak, attachment()];
        assert_eq!(order(&[], blocks), ["|", "一、", "=", "附件"]);
    }

    #[test]
    fn chinese_numerals_are_written_as_they_are_spoken() {
        let written: Vec<String> = [1, 10, 11, 20, 21, 100, 103, 110, 1003, 2010].map(chinese_number).into();
        assert_eq!(
            written,
            ["一", "十", "十一", "二十", "二十一", "一百", "一百零三", "一百一十", "一千零三", "二千零一十"]
        );
    }

    #[test]
    fn a_signature_is_placed_by_the_longer_of_its_lines() {
        let place = |agency: &str, sealed| {
            let signature = Some(Signature { agency: agency.into(), date: Date::new(2026, 5, 4), sealed });
            let place = super::signature(&Document { signature, ..Document::default() }).expect("a signature");
            (place.agency_right, place.date_right)
        };
        // 2026年5月4日 is six characters wide.
        assert_eq!(place("青石市妇女联合会机关", false), (2.0, 4.0));
        assert_eq!(place("妇联", false), (8.0, 2.0));
        assert_eq!(place("青石市妇女联合会", true), (3.0, 4.0));
    }

    #[test]
    fn only_web_addresses_are_absolute() {
        assert_eq!(absolute(Some("https://a.cn/1")), Some("https://a.cn/1"));
        for href in ["/a", "#a", "javascript:alert(1)", "https://a.cn/ b", "//a.cn"] {
            assert_eq!(absolute(Some(href)), None, "{href}");
        }
    }

    #[test]
    fn the_widths_of_columns_follow_the_content_unless_given() {
        let mut table =
            Table { head: vec![vec!["序号".into()], vec!["单位名称及所在地".into()]], ..Table::default() };
        let by_content = shares(&table);
        assert!(by_content[1] > by_content[0] * 2.0 && (by_content.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        table.widths = Some(vec![1, 1]);
        assert_eq!(shares(&table), [0.5, 0.5]);
    }

    #[test]
    fn one_attachment_has_no_number_and_two_have() {
        let named = |names: &[&str]| {
            let document =
                Document { attachments: names.iter().map(|name| (*name).to_owned()).collect(), ..Document::default() };
            attachments(&document)
                .map(|(_, named)| named.into_iter().map(|(number, name)| number + &name).collect::<Vec<_>>())
        };
        assert_eq!(named(&[]), None);
        assert_eq!(named(&["名册"]), Some(vec!["名册".to_owned()]));
        assert_eq!(named(&["名册", "台账"]), Some(vec!["1.名册".to_owned(), "2.台账".to_owned()]));
    }
}
