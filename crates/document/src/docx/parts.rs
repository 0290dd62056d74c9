//! The parts of a DOCX around its body: content types, relationships, settings, fonts, footers, properties.

use crate::markup::Markup;
use crate::model::{Document, Lang};

/// The XML declaration of every part.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// The namespace of the body.
pub(super) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// The namespace of relations in the body.
pub(super) const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The content type of each part.
pub(super) const CONTENT_TYPES: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "\n",
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
    r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
    r#"<Default Extension="xml" ContentType="application/xml"/>"#,
    r#"<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>"#,
    r#"<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>"#,
    r#"<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>"#,
    r#"<Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/>"#,
    r#"<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>"#,
    r#"<Override PartName="/word/footer2.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>"#,
    r#"<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>"#,
    r#"<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>"#,
    "</Types>"
);

/// The relationships of the package, where reading it begins.
pub(super) const PACKAGE_RELATIONS: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "\n",
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    r#"<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>"#,
    r#"<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>"#,
    r#"<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties" Target="docProps/app.xml"/>"#,
    "</Relationships>"
);

/// The program that wrote the file.
pub(super) const APP: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "\n",
    r#"<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Qinglan</Application></Properties>"#
);

/// The styles; headings are bold if the options say so.
pub(super) fn styles(document: &Document) -> String {
    let bold = if document.options.bold_headings { "<w:b/><w:bCs/>" } else { "" };
    include_str!("styles.xml").replace("{{bold}}", bold)
}

/// The settings: page numbers differ on odd and even pages, and punctuation keeps its full width.
pub(super) fn settings(document: &Document) -> String {
    let mut part = Markup::new(HEAD);
    part.open("w:settings", &[("xmlns:w", W)]);
    part.raw(r#"<w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>"#);
    part.raw(r#"<w:drawingGridVerticalSpacing w:val="579"/><w:displayHorizontalDrawingGridEvery w:val="0"/><w:displayVerticalDrawingGridEvery w:val="1"/>"#);
    part.raw(r#"<w:characterSpacingControl w:val="doNotCompress"/>"#);
    part.raw("<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:useFELayout/>");
    part.raw(r#"<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>"#);
    let main = if document.lang == Lang::En { "en-US" } else { "zh-CN" };
    part.empty("w:themeFontLang", &[("w:val", main), ("w:eastAsia", "zh-CN")]);
    part.raw(r#"<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>"#).close("w:settings");
    part.finish()
}

/// The fonts that the document names, with substitutes for those that an office lacks.
pub(super) fn font_table() -> String {
    const FACES: [(&str, &str, &str); 6] = [
        ("仿宋_GB2312", "FangSong_GB2312", "86"),
        ("楷体_GB2312", "KaiTi_GB2312", "86"),
        ("黑体", "SimHei", "86"),
        ("宋体", "SimSun", "86"),
        ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "86"),
        ("Times New Roman", "", "00"),
    ];
    let mut part = Markup::new(HEAD);
    part.open("w:fonts", &[("xmlns:w", W)]);
    for (name, other, charset) in FACES {
        part.open("w:font", &[("w:name", name)]);
        if !other.is_empty() {
            part.empty("w:altName", &[("w:val", other)]);
        }
        part.empty("w:charset", &[("w:val", charset)]).close("w:font");
    }
    part.close("w:fonts");
    part.finish()
}

/// A footer with the page number: one character from the right edge on odd pages, from the left edge on even ones; before
/// it what each page of a draft says.
pub(super) fn footer(even: bool, draft: Option<&str>) -> String {
    let mut part = Markup::new(HEAD);
    part.open("w:ftr", &[("xmlns:w", W), ("xmlns:r", R)]).raw(r#"<w:p><w:pPr><w:pStyle w:val="Footer"/>"#);
    part.raw(if even {
        r#"<w:ind w:leftChars="100" w:left="280"/><w:jc w:val="left"/>"#
    } else {
        r#"<w:ind w:rightChars="100" w:right="280"/><w:jc w:val="right"/>"#
    });
    part.raw("</w:pPr>");
    if let Some(words) = draft {
        part.raw("<w:r>").leaf("w:t", &[("xml:space", "preserve")], &format!("{words}　")).raw("</w:r>");
    }
    part.raw(r#"<w:r><w:t xml:space="preserve">— </w:t></w:r>"#);
    part.raw(r#"<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>"#);
    part.raw(r#"<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>"#);
    part.raw(r#"<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p>"#).close("w:ftr");
    part.finish()
}

/// The properties of the file.
pub(super) fn core(document: &Document) -> String {
    let properties = &document.properties;
    let mut part = Markup::new(HEAD);
    part.open(
        "cp:coreProperties",
        &[
            ("xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ("xmlns:dcterms", "http://purl.org/dc/terms/"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ],
    );
    part.leaf("dc:title", &[], &crate::flow::title_in_one(document));
    for (name, value) in [("dc:subject", &properties.subject), ("dc:creator", &properties.author)] {
        if let Some(value) = value {
            part.leaf(name, &[], value);
        }
    }
    part.leaf("dc:language", &[], document.lang.tag());
    if let Some(created) = properties.created {
        for name in ["dcterms:created", "dcterms:modified"] {
            part.leaf(name, &[("xsi:type", "dcterms:W3CDTF")], &created.iso());
        }
    }
    part.close("cp:coreProperties");
    part.finish()
}

/// The relationships of the body: its parts, then the addresses of its links from `rId10` on.
pub(super) fn relations(links: &[String]) -> String {
    const PARTS: [(&str, &str); 5] = [
        ("styles", "styles.xml"),
        ("settings", "settings.xml"),
        ("fontTable", "fontTable.xml"),
        ("footer", "footer1.xml"),
        ("footer", "footer2.xml"),
    ];
    let mut part = Markup::new(HEAD);
    part.open("Relationships", &[("xmlns", "http://schemas.openxmlformats.org/package/2006/relationships")]);
    for (index, (kind, target)) in PARTS.iter().enumerate() {
        part.empty(
            "Relationship",
            &[("Id", &format!("rId{}", index + 1)), ("Type", &format!("{R}/{kind}")), ("Target", target)],
        );
    }
    for (index, link) in links.iter().enumerate() {
        let (id, kind) = (link_id(index), format!("{R}/hyperlink"));
        part.empty("Relationship", &[("Id", &id), ("Type", &kind), ("Target", link), ("TargetMode", "External")]);
    }
    part.close("Relationships");
    part.finish()
}

/// The id of a link's relationship.
pub(super) fn link_id(index: usize) -> String {
    format!("rId{}", index + 10)
}
