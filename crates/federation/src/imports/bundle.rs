//! Several files in one import: their sheets are one file's, named after the files. They are stored as one content, a line for each file.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use desk::error::{AppError, Result};
use kernel::Refusal;
use sha2::{Digest, Sha256};
use tabular::{Layout, MAX_BYTES, MAX_CELLS, MAX_HELD, Sheet, Stop};

use super::{
    Kind, Source,
    model::{hex, read_sheets, too_large},
};

/// Files of one import at the most.
pub(super) const MOST_FILES: usize = 60;

impl Source {
    /// Reads files from disk for this kind, several as one.
    pub fn read_files(paths: &[impl AsRef<Path>], kind: Kind) -> Result<Self> {
        if let [one] = paths {
            return Self::read(one.as_ref(), kind);
        }
        let (mut files, mut all) = (Vec::new(), 0);
        for path in paths.iter().map(AsRef::as_ref) {
            let unreadable = |fault: std::io::Error| -> AppError {
                Refusal::new("file-unreadable").with("file", path.display()).with("fault", fault).into()
            };
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            all += std::fs::metadata(path).map_err(unreadable)?.len();
            if all > MAX_BYTES {
                return Err(too_large(&name, all, MAX_BYTES));
            }
            files.push((name, std::fs::read(path).map_err(unreadable)?));
        }
        Self::from_files_until(files, kind, &|| false)
    }

    /// Reads uploaded files for this kind until it is told to stop; one that can't be read refuses all, by its name.
    pub fn from_files_until(files: Vec<(String, Vec<u8>)>, kind: Kind, stop: Stop<'_>) -> Result<Self> {
        let files = match <[_; 1]>::try_from(files) {
            Ok([(name, bytes)]) => return Self::from_file_until(&name, bytes, kind, stop),
            Err(files) => files,
        };
        if kind.is_tree() {
            return Err(Refusal::new("files-one-only").into());
        }
        if files.len() > MOST_FILES {
            return Err(Refusal::new("files-too-many").with("count", files.len()).with("most", MOST_FILES).into());
        }
        let name = name_of(files.iter().map(|(name, _)| name.as_str()));
        let all = files.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        if all > MAX_BYTES {
            return Err(too_large(&name, all, MAX_BYTES));
        }
        let mut hash = Sha256::new();
        let mut sheets: Vec<Sheet> = Vec::new();
        // Counted over all files: each alone is bounded by the reader.
        let (mut cells, mut held) = (0, 0);
        for (file, bytes) in files {
            hash.update(&bytes);
            let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem).to_owned();
            let of_file = read_sheets(&file, &bytes, stop)?;
            held += tabular::held(&of_file);
            let filled = of_file.iter().filter(|sheet| !sheet.rows.is_empty()).count();
            for mut sheet in of_file {
                cells += sheet.rows.iter().map(Vec::len).sum::<usize>();
                let is_alone = filled == 1 && !sheet.rows.is_empty() || sheet.name == file || sheet.name == stem;
                let named = if is_alone { stem.clone() } else { format!("{stem} · {}", sheet.name) };
                sheet.name = unused(&sheets, named);
                sheets.push(sheet);
            }
            if cells > MAX_CELLS {
                return Err(Refusal::too_large("files-too-full").with("most", MAX_CELLS).into());
            }
            if held > MAX_HELD {
                return Err(Refusal::too_large("file-too-full")
                    .with("file", &name)
                    .with("limit", MAX_HELD >> 20)
                    .into());
            }
        }
        let layout = Layout { all_sheets: true, ..Layout::default() };
        Ok(Self { name, sha256: hex(&hash.finalize()), sheets, layout, ..Self::default() })
    }
}

/// A name that no sheet has yet.
fn unused(sheets: &[Sheet], name: String) -> String {
    let is_free = |name: &String| sheets.iter().all(|sheet| sheet.name != *name);
    if is_free(&name) {
        return name;
    }
    let mut numbered = (2..=sheets.len() + 2).map(|number| format!("{name} ({number})"));
    numbered.find(is_free).unwrap_or(name)
}

/// What several files are called together: the first one, and how many more there are.
pub(super) fn name_of<'n>(mut names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let more = names.len().saturating_sub(1);
    let first = names.next().unwrap_or_default();
    if more == 0 { first.to_owned() } else { format!("{first} (+{more})") }
}

/// Files as one text: that of a single file is its bytes alone; of several each has a line, its name before its bytes.
pub(super) fn packed(files: &[&web::Upload]) -> String {
    match files {
        [one] => STANDARD.encode(&one.bytes),
        several => {
            let lines =
                several.iter().map(|file| format!("{}:{}", STANDARD.encode(&file.name), STANDARD.encode(&file.bytes)));
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

/// The files of a text that [`packed`] made; `name` is that of a single one.
pub(super) fn unpacked(name: &str, content: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let unreadable = |fault: String| AppError::Unreadable { what: "stored file", fault };
    let bytes = |text: &str| STANDARD.decode(text).map_err(|fault| unreadable(fault.to_string()));
    let of_line = |line: &str| match line.split_once(':') {
        None => Ok((name.to_owned(), bytes(line)?)),
        Some((name, content)) => {
            let name = String::from_utf8(bytes(name)?).map_err(|fault| unreadable(fault.to_string()))?;
            Ok((name, bytes(content)?))
        }
    };
    content.split('\n').map(of_line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_stored_together_and_come_back() {
        let upload = |name: &str, text: &str| web::Upload { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
        let (one, other) = (upload("一:月.csv", "姓名\n梁见微\n"), upload("b.csv", ""));
        for files in [vec![&one], vec![&one, &other], vec![&one, &one, &other]] {
            let name = name_of(files.iter().map(|file| file.name.as_str()));
            let again = unpacked(&name, &packed(&files)).expect("files");
            let expected: Vec<(String, Vec<u8>)> =
                files.iter().map(|file| (file.name.clone(), file.bytes.clone())).collect();
            assert_eq!(again, expected);
        }
        assert_eq!(name_of(["a.xlsx", "b.xlsx", "c.xlsx"].into_iter()), "a.xlsx (+2)");
    }
}
