//! Detects what a file is, by its content and never by its name.

use crate::archive::{self, Archive};

/// How many bytes of a file's beginning are needed to detect its kind.
pub const HEAD: usize = 64 * 1024;

/// The kinds of files that are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Media {
    /// PDF.
    Pdf,
    /// A Word document.
    Docx,
    /// An Excel workbook.
    Xlsx,
    /// A PowerPoint presentation.
    Pptx,
    /// A book.
    Epub,
    /// Plain text or Markdown.
    Text,
    /// A film in MP4.
    Mp4,
    /// A film in WebM.
    Webm,
    /// A photo.
    Jpeg,
    /// A picture.
    Png,
    /// A picture.
    Webp,
}

impl Media {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Pdf,
        Self::Docx,
        Self::Xlsx,
        Self::Pptx,
        Self::Epub,
        Self::Text,
        Self::Mp4,
        Self::Webm,
        Self::Jpeg,
        Self::Png,
        Self::Webp,
    ];

    /// The stored code.
    pub fn code(self) -> &'static str {
        self.endings()[0]
    }

    /// The kind stored as this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The usual file name extensions, the most common one first.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Pptx => &["pptx"],
            Self::Epub => &["epub"],
            Self::Text => &["md", "markdown", "txt"],
            Self::Mp4 => &["mp4", "m4v"],
            Self::Webm => &["webm"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Png => &["png"],
            Self::Webp => &["webp"],
        }
    }

    /// The MIME type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Epub => "application/epub+zip",
            Self::Text => "text/plain; charset=utf-8",
            Self::Mp4 => "video/mp4",
            Self::Webm => "video/webm",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// Whether it is a picture. Pictures are cleaned before they are stored.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }

    /// Whether it is a film. Films are played, not read.
    pub fn is_film(self) -> bool {
        matches!(self, Self::Mp4 | Self::Webm)
    }

    /// Whether a file name has an extension of this kind.
    pub fn fits_name(self, name: &str) -> bool {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        ending.is_some_and(|ending| self.endings().contains(&ending.as_str()))
    }
}

/// What the beginning of a file shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A kind that is accepted.
    Is(Media),
    /// An archive: only its list of contents shows what it is, see [`of_archive`].
    Archive,
    /// Something else, with the usual extension of such files as far as it is known.
    Other(Option<&'static str>),
}

/// Detects a file by its beginning, of at most [`HEAD`] bytes; `whole` means that the file has no further bytes.
pub fn of_head(head: &[u8], whole: bool) -> Seen {
    if head.windows(5).take(1024).any(|five| five == b"%PDF-") && !head.starts_with(b"PK") {
        return Seen::Is(Media::Pdf);
    }
    if head.starts_with(b"PK\x03\x04") {
        return Seen::Archive;
    }
    if is_svg(head) {
        return Seen::Other(Some("svg"));
    }
    match infer::get(head).map(|kind| (kind.mime_type(), kind.extension())) {
        Some(("image/jpeg", _)) => Seen::Is(Media::Jpeg),
        Some(("image/png", _)) => Seen::Is(Media::Png),
        Some(("image/webp", _)) => Seen::Is(Media::Webp),
        Some(("video/mp4" | "video/x-m4v", _)) => Seen::Is(Media::Mp4),
        Some(("video/webm", _)) => Seen::Is(Media::Webm),
        Some(("text/html" | "text/xml", ending)) => Seen::Other(Some(ending)),
        Some((mime, ending)) if !mime.starts_with("text/") => Seen::Other(Some(ending)),
        _ if is_text(head, whole) => Seen::Is(Media::Text),
        _ => Seen::Other(None),
    }
}

/// Whether a text is a picture in SVG: its first element, behind declarations and comments. Browsers run the scripts in it.
fn is_svg(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)).to_ascii_lowercase();
    let mut rest = text.trim_start();
    while let Some(declared) = rest.strip_prefix("<!--").map(|rest| (rest, "-->")).or_else(|| {
        let other = rest.strip_prefix("<?").or_else(|| rest.strip_prefix("<!"))?;
        Some((other, ">"))
    }) {
        let (declaration, end) = declared;
        let Some((_, behind)) = declaration.split_once(end) else { return false };
        rest = behind.trim_start();
    }
    rest.strip_prefix("<svg").is_some_and(|behind| !behind.starts_with(|letter: char| letter.is_alphanumeric()))
}

/// UTF-8, or the encoding of older Chinese files; no control characters but those of lines and tabs.
fn is_text(head: &[u8], whole: bool) -> bool {
    if head.iter().any(|byte| *byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x0c)) {
        return false;
    }
    let utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The end of `head` cut a character in two.
        Err(fault) => fault.error_len().is_none() && !whole,
    };
    utf8 || {
        let mut decoder = encoding_rs::GB18030.new_decoder_without_bom_handling();
        let mut text = String::with_capacity(decoder.max_utf8_buffer_length(head.len()).unwrap_or(head.len() * 3));
        !decoder.decode_to_string(head, &mut text, whole).2
    }
}

/// Detects what an archive is by its contents; `None` if it is no accepted kind.
pub fn of_archive(bytes: &[u8]) -> Option<Media> {
    let mut archive = archive::open(bytes).ok()?;
    let has = |archive: &Archive<'_>, name: &str| archive.index_for_name(name).is_some();
    if has(&archive, "META-INF/container.xml") && read_start(&mut archive, "mimetype") == b"application/epub+zip" {
        return Some(Media::Epub);
    }
    if !has(&archive, "[Content_Types].xml") {
        return None;
    }
    // Refuses macros, whether the archive contains them or only declares them.
    if archive.file_names().any(|name| name.ends_with("vbaProject.bin")) {
        return None;
    }
    [("word/document.xml", Media::Docx), ("xl/workbook.xml", Media::Xlsx), ("ppt/presentation.xml", Media::Pptx)]
        .into_iter()
        .find(|(name, _)| has(&archive, name))
        .map(|(_, kind)| kind)
}

/// The first bytes of an entry; none where there is no such entry.
fn read_start(archive: &mut Archive<'_>, name: &str) -> Vec<u8> {
    use std::io::Read;
    let mut start = Vec::new();
    if let Ok(entry) = archive.by_name(name) {
        // An entry that can't be read stays empty, and the comparison below then finds that it is no book.
        let _ = entry.take(64).read_to_end(&mut start);
    }
    start.trim_ascii().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_text_is_no_text() {
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        let before = ["", "\u{feff}", "\n  ", "<?xml version=\"1.0\"?>\n", "<!-- a > b -->\n<!DOCTYPE svg>"];
        for text in before.map(|before| format!("{before}{svg}")).into_iter().chain(["<SVG>".to_owned()]) {
            assert_eq!(of_head(text.as_bytes(), true), Seen::Other(Some("svg")), "{text}");
        }
        for text in ["How to write <svg>", "<svgs>", "<!-- <svg>"] {
            assert_ne!(of_head(text.as_bytes(), true), Seen::Other(Some("svg")), "{text}");
        }
    }

    #[test]
    fn kinds_are_told_by_content() {
        let cases: [(&[u8], Seen); 11] = [
            (b"%PDF-1.7\n", Seen::Is(Media::Pdf)),
            (b"\xef\xbb\xbf%PDF-1.4", Seen::Is(Media::Pdf)),
            (b"PK\x03\x04rest", Seen::Archive),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF", Seen::Is(Media::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Seen::Is(Media::Png)),
            (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", Seen::Is(Media::Mp4)),
            ("# 第一章\n".as_bytes(), Seen::Is(Media::Text)),
            (b"\xb5\xda\xd2\xbb\xd5\xc2", Seen::Is(Media::Text)),
            (b"MZ\x90\x00\x03", Seen::Other(Some("exe"))),
            (b"<!DOCTYPE html><script>", Seen::Other(Some("html"))),
            (b"\x00\x01\x02", Seen::Other(None)),
        ];
        for (head, seen) in cases {
            assert_eq!(of_head(head, true), seen, "{head:?}");
        }
        assert_eq!(of_head(&"第".as_bytes()[..2], false), Seen::Is(Media::Text));
    }

    #[test]
    fn a_name_fits_its_kind_or_not() {
        assert!(Media::Jpeg.fits_name("照片.JPG") && Media::Text.fits_name("a.b.md"));
        assert!(!Media::Pdf.fits_name("a.exe") && !Media::Pdf.fits_name("pdf"));
        assert!(Media::ALL.into_iter().all(|kind| Media::from_code(kind.code()) == Some(kind)));
    }
}
