//! The font files: found once, identified by their tables, read when a text first needs them.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo, FontWeight};
use typst::utils::LazyHash;

use crate::error::DocumentError;
use crate::model::Lang;

/// The purpose of a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    /// The title: 小标宋.
    Title,
    /// The body: 仿宋.
    Body,
    /// Headings of the second level: 楷体.
    Kai,
    /// Headings of the first level: 黑体.
    Hei,
    /// Page numbers: 宋体.
    Song,
}

impl Role {
    const ALL: [Self; 5] = [Self::Title, Self::Body, Self::Kai, Self::Hei, Self::Song];

    /// Families in the order of preference: licensed ones that an administrator has added, then the free ones that are similar.
    fn families(self, lang: Lang) -> &'static [&'static str] {
        match (self, lang) {
            (Self::Title, Lang::ZhCn) => {
                &["FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "Noto Serif CJK SC"]
            }
            (Self::Body, Lang::ZhCn) => &["FangSong_GB2312", "仿宋_GB2312", "FangSong", "FandolFang R", "FandolFang"],
            (Self::Kai, Lang::ZhCn) => &["KaiTi_GB2312", "楷体_GB2312", "KaiTi", "FandolKai"],
            (Self::Hei, _) => &["SimHei", "FandolHei", "Noto Sans CJK SC"],
            (Self::Song, _) => &["SimSun", "FandolSong", "Noto Serif CJK SC"],
            // The Latin letters of the Chinese faces are made for a few words, not for whole pages.
            (_, Lang::En) => &["Noto Serif CJK SC"],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Title => "title (小标宋)",
            Self::Body => "body (仿宋)",
            Self::Kai => "headings (楷体)",
            Self::Hei => "headings (黑体)",
            Self::Song => "page numbers (宋体)",
        }
    }
}

/// The substitutes for characters that a face lacks, in this order.
const FALLBACK: [&str; 3] = ["LXGW WenKai", "Noto Serif CJK SC", "Noto Sans CJK SC"];

/// The available faces. Cheap to clone; a file is read when a text first needs it, and stays in memory.
#[derive(Debug, Clone)]
pub struct Fonts(Arc<Faces>);

#[derive(Debug)]
struct Faces {
    book: LazyHash<FontBook>,
    all: Vec<Face>,
    dirs: Vec<PathBuf>,
}

#[derive(Debug)]
struct Face {
    path: PathBuf,
    index: u32,
    font: OnceLock<Option<Font>>,
}

impl Fonts {
    /// Searches folders and their subfolders for the faces that documents need.
    ///
    /// Only the tables with a face's name and characters are read. If two files have the same face, the first one counts,
    /// so a folder named earlier has precedence. A folder that doesn't exist counts as empty.
    ///
    /// # Errors
    ///
    /// [`DocumentError::MissingFont`] if the faces for Chinese documents are not all there.
    pub fn load(dirs: &[PathBuf]) -> Result<Self, DocumentError> {
        let mut book = FontBook::new();
        let mut faces = Vec::new();
        let mut known = Vec::new();
        for path in dirs.iter().flat_map(|dir| font_files(dir, 0)) {
            // A file that can't be parsed is skipped: if a face is missing because of it, the error comes below.
            for (index, info) in infos(&path).unwrap_or_default() {
                let face = (info.family.clone(), info.variant);
                if !known.contains(&face) {
                    known.push(face);
                    book.push(info);
                    faces.push(Face { path: path.clone(), index, font: OnceLock::new() });
                }
            }
        }
        let fonts = Self(Arc::new(Faces { book: LazyHash::new(book), all: faces, dirs: dirs.to_vec() }));
        for role in Role::ALL {
            fonts.require(role, Lang::ZhCn)?;
        }
        Ok(fonts)
    }

    /// The error if no face fits a role.
    pub(crate) fn require(&self, role: Role, lang: Lang) -> Result<(), DocumentError> {
        if role.families(lang).iter().any(|family| self.has(family)) {
            return Ok(());
        }
        Err(DocumentError::MissingFont { role: role.name(), dirs: self.0.dirs.clone() })
    }

    /// The available families for a role, fallbacks last.
    pub(crate) fn chain(&self, role: Role, lang: Lang) -> Vec<&'static str> {
        let mut chain: Vec<&'static str> = Vec::new();
        for family in role.families(lang).iter().chain(&FALLBACK) {
            if !chain.contains(family) && self.has(family) {
                chain.push(family);
            }
        }
        chain
    }

    /// Whether some face of a role's chain has a glyph for the character.
    pub(crate) fn covers(&self, chain: &[&str], c: char) -> bool {
        let faces =
            chain.iter().flat_map(|family| self.0.book.select_family(&family.to_lowercase()).collect::<Vec<_>>());
        faces.into_iter().any(|index| self.0.book.info(index).is_some_and(|info| info.coverage.contains(u32::from(c))))
    }

    pub(crate) fn book(&self) -> &LazyHash<FontBook> {
        &self.0.book
    }

    /// The face with this index in the font book, read now if it has not been read yet.
    pub(crate) fn font(&self, index: usize) -> Option<Font> {
        let face = self.0.all.get(index)?;
        face.font
            .get_or_init(|| {
                // A collection's bytes are not shared between its faces, since two of them are never needed.
                let data = std::fs::read(&face.path).ok()?;
                Font::new(Bytes::new(data), face.index)
            })
            .clone()
    }

    /// The error for a file of the book that was needed but could not be read.
    pub(crate) fn unreadable(&self) -> Option<DocumentError> {
        let lost = self.0.all.iter().find(|face| matches!(face.font.get(), Some(None)))?;
        let source =
            File::open(&lost.path).err().unwrap_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidData));
        Some(DocumentError::Font { path: lost.path.clone(), source })
    }

    fn has(&self, family: &str) -> bool {
        self.0.book.contains_family(&family.to_lowercase())
    }
}

/// The font files of a folder and its subfolders, in the order of their names.
fn font_files(dir: &Path, depth: u8) -> Vec<PathBuf> {
    const DEEPEST: u8 = 4;
    let entries = std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let files = paths.into_iter().flat_map(|path| {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        if path.is_dir() {
            if depth < DEEPEST { font_files(&path, depth + 1) } else { Vec::new() }
        } else if ["otf", "ttf", "ttc", "otc"].contains(&extension.as_str()) {
            vec![path]
        } else {
            Vec::new()
        }
    });
    files.collect()
}

/// The faces of a file that documents may need, with their index in it.
fn infos(path: &Path) -> std::io::Result<Vec<(u32, FontInfo)>> {
    let mut file = File::open(path)?;
    let mut found = Vec::new();
    for (index, offset) in (0..).zip(face_offsets(&mut file)?) {
        let tables = tables(&mut file, offset)?;
        // Names first: the character table is large, and most faces of a collection are for other regions.
        let Some(info) = FontInfo::new(&skeleton(&mut file, &tables, false)?, 0) else { continue };
        if !wanted(&info.family) {
            continue;
        }
        let Some(mut info) = FontInfo::new(&skeleton(&mut file, &tables, true)?, 0) else { continue };
        if info.variant.weight == FontWeight::REGULAR
            && path.file_stem().is_some_and(|stem| stem.to_string_lossy().contains("Bold"))
        {
            // Some bold faces call themselves regular.
            info.variant.weight = FontWeight::BOLD;
        }
        found.push((index, info));
    }
    Ok(found)
}

fn wanted(family: &str) -> bool {
    let roles = Role::ALL.iter().flat_map(|role| [role.families(Lang::ZhCn), role.families(Lang::En)]).flatten();
    roles.chain(&FALLBACK).any(|wanted| wanted.eq_ignore_ascii_case(family))
}

/// A table of a font file: its tag, its offset and its length.
type TableRecord = ([u8; 4], u64, usize);

/// The offsets of the faces in a file.
fn face_offsets(file: &mut File) -> std::io::Result<Vec<u64>> {
    const MOST: usize = 64;
    let head = read_at(file, 0, 12)?;
    if &head[..4] != b"ttcf" {
        return Ok(vec![0]);
    }
    let count = (number(&head, 8) as usize).min(MOST);
    let offsets = read_at(file, 12, count * 4)?;
    Ok((0..count).map(|index| u64::from(number(&offsets, index * 4))).collect())
}

/// The tables with the name and the characters of a face.
fn tables(file: &mut File, offset: u64) -> std::io::Result<Vec<TableRecord>> {
    const TELLING: [&[u8; 4]; 8] = [b"OS/2", b"cmap", b"fvar", b"head", b"hhea", b"maxp", b"name", b"post"];
    const LARGEST: usize = 4 << 20;
    let head = read_at(file, offset, 12)?;
    let count = usize::from(u16::from_be_bytes([head[4], head[5]]));
    let records = read_at(file, offset + 12, count * 16)?;
    let tables = records.chunks_exact(16).map(|record| {
        let tag = [record[0], record[1], record[2], record[3]];
        (tag, u64::from(number(record, 8)), number(record, 12) as usize)
    });
    Ok(tables.filter(|(tag, _, length)| TELLING.contains(&tag) && *length <= LARGEST).collect())
}

/// A font file with only these tables, so that megabytes of outlines need not be read to identify a face.
fn skeleton(file: &mut File, tables: &[TableRecord], with_characters: bool) -> std::io::Result<Vec<u8>> {
    let selected: Vec<&TableRecord> = tables.iter().filter(|(tag, ..)| with_characters || tag != b"cmap").collect();
    let count = u16::try_from(selected.len()).unwrap_or_default();
    let mut font = vec![0, 1, 0, 0];
    font.extend(count.to_be_bytes());
    font.extend([0; 6]);
    let mut contents = Vec::new();
    for (tag, offset, length) in &selected {
        let start = 12 + selected.len() * 16 + contents.len();
        let content = read_at(file, *offset, *length)?;
        font.extend(tag);
        font.extend([0; 4]);
        font.extend(u32::try_from(start).unwrap_or_default().to_be_bytes());
        font.extend(u32::try_from(content.len()).unwrap_or_default().to_be_bytes());
        contents.extend(content);
        contents.resize(contents.len().next_multiple_of(4), 0);
    }
    font.extend(contents);
    Ok(font)
}

fn read_at(file: &mut File, offset: u64, length: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The 32-bit number at `at`, or zero beyond the end.
fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The fonts of the tests: `QINGLAN_FONTS`, else `target/fonts` of the workspace.
    pub(crate) fn fonts() -> Fonts {
        static FONTS: OnceLock<Fonts> = OnceLock::new();
        let loaded = FONTS.get_or_init(|| {
            let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/fonts"));
            let dir = std::env::var_os("QINGLAN_FONTS").map_or_else(beside, PathBuf::from);
            match Fonts::load(std::slice::from_ref(&dir)) {
                Ok(fonts) => fonts,
                Err(error) => panic!("{error}: run `bin/fonts {}` first", dir.display()),
            }
        });
        loaded.clone()
    }

    #[test]
    fn a_folder_without_fonts_is_an_error_that_names_the_face() {
        let error = Fonts::load(&[PathBuf::from("/nonexistent")]).expect_err("no fonts there");
        assert!(error.to_string().contains("小标宋") && error.to_string().contains("/nonexistent"), "{error}");
    }

    #[test]
    fn names_with_rare_characters_are_covered_in_every_role() {
        let fonts = fonts();
        for role in Role::ALL {
            let chain = fonts.chain(role, Lang::ZhCn);
            for c in "昇祎玥婳喆堃〔〕—“”《》％".chars() {
                assert!(fonts.covers(&chain, c), "{c} in {role:?}");
            }
            assert!(!fonts.covers(&chain, '\u{10ffff}'));
        }
    }

    #[test]
    fn looking_through_the_folders_reads_no_outlines() {
        let fonts = fonts();
        let fresh = Fonts::load(&fonts.0.dirs).expect("the same fonts");
        assert!(fresh.0.all.iter().all(|face| face.font.get().is_none()));
        assert!(fresh.font(0).is_some() && fresh.font(usize::MAX).is_none());
    }

    #[test]
    fn a_broken_font_file_is_passed_over() {
        let dir = std::env::temp_dir().join(format!("qinglan-broken-font-{}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("a folder");
        std::fs::write(dir.join("a.ttf"), b"ttcf").expect("a file");
        std::fs::write(dir.join("b.ttc"), b"ttcf\0\x01\0\0\xff\xff\xff\xff\0\0").expect("a file");
        assert!(Fonts::load(std::slice::from_ref(&dir)).is_err());
        std::fs::remove_dir_all(dir).expect("to remove it");
    }
}
