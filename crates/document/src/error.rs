//! The errors of writing a document.

use std::path::PathBuf;

/// Why a document could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// No available face has a glyph for these characters. A box in their place would make the document wrong.
    #[error("no font has a glyph for {} in \"{near}\"", listed(chars))]
    MissingGlyph {
        /// The characters, each once, in the order of the text.
        chars: Vec<char>,
        /// The first of them with the text around it.
        near: String,
    },
    /// A face that the document format needs is in none of the folders.
    #[error("no font for {role} in {}", folders(dirs))]
    MissingFont {
        /// What the face is for, such as `body (仿宋)`.
        role: &'static str,
        /// The folders that were searched.
        dirs: Vec<PathBuf>,
    },
    /// A font file that existed when the folders were read can't be read any more.
    #[error("read font {}", path.display())]
    Font {
        /// The font file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// A text is too long for a QR code.
    #[error("qr code: {fault}")]
    Qr {
        /// The error of the encoder.
        fault: String,
    },
    /// The typesetter refused the document.
    #[error("typeset document: {0}")]
    Typeset(String),
    /// The parts of the DOCX could not be packed.
    #[error("pack docx")]
    Pack(#[from] zip::result::ZipError),
    /// A part of the DOCX could not be written.
    #[error("write docx part")]
    Part(#[from] std::io::Error),
    /// The workbook could not be written.
    #[error("write xlsx")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The data of the document could not be passed to the typesetter.
    #[error("hand over document data")]
    Data(#[from] serde_json::Error),
}

fn listed(chars: &[char]) -> String {
    let named: Vec<String> = chars.iter().map(|c| format!("{c} (U+{:04X})", u32::from(*c))).collect();
    named.join(", ")
}

fn folders(dirs: &[PathBuf]) -> String {
    let named: Vec<String> = dirs.iter().map(|dir| dir.display().to_string()).collect();
    if named.is_empty() { "no folder at all".to_owned() } else { named.join(", ") }
}
