//! The document as DOCX, with the official font names, which offices have installed.

mod body;
mod parts;

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::DocumentError;
use crate::flow;
use crate::model::Document;

/// The document as the bytes of a DOCX file. Equal documents give equal bytes.
pub fn docx(document: &Document) -> Result<Vec<u8>, DocumentError> {
    let (body, links) = body::body(document);
    let parts: [(&str, &str); 10] = [
        ("[Content_Types].xml", parts::CONTENT_TYPES),
        ("_rels/.rels", parts::PACKAGE_RELATIONS),
        ("word/document.xml", &body),
        ("word/_rels/document.xml.rels", &parts::relations(&links)),
        ("word/styles.xml", &parts::styles(document)),
        ("word/settings.xml", &parts::settings(document)),
        ("word/fontTable.xml", &parts::font_table()),
        ("word/footer1.xml", &parts::footer(false, flow::draft(document))),
        ("word/footer2.xml", &parts::footer(true, flow::draft(document))),
        ("docProps/core.xml", &parts::core(document)),
    ];
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts.into_iter().chain([("docProps/app.xml", parts::APP)]) {
        zip.start_file(name, options)?;
        zip.write_all(content.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests;
