//! Output: JSON for scripts, aligned lines for people.

use std::io::Write;

use desk::{error::Result, ui::language::Words};
use serde::Serialize;

/// Where and how results are printed.
pub(super) struct Out<'a> {
    pub(super) words: &'a Words,
    pub(super) json: bool,
}

impl Out<'_> {
    /// A message in the user's language.
    pub(super) fn print(&self, code: &str, args: &[(&str, &str)]) {
        line(self.words.message(code, args));
    }

    /// A message that is not part of the result: on the error stream.
    pub(super) fn note(&self, code: &str, args: &[(&str, &str)]) {
        eprintln!("{}", self.words.message(code, args));
    }

    /// JSON, indented.
    #[expect(clippy::unused_self, reason = "it is one of the ways out")]
    pub(super) fn json(&self, value: &impl Serialize) -> Result<()> {
        line(serde_json::to_string_pretty(value)?);
        Ok(())
    }

    /// A table; the headings are message codes.
    pub(super) fn table(&self, headings: &[&str], rows: &[Vec<String>]) {
        let head: Vec<String> = headings.iter().map(|code| self.words.message(code, &[])).collect();
        let all = || std::iter::once(&head).chain(rows);
        let widths: Vec<usize> = (0..head.len())
            .map(|column| all().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0))
            .collect();
        for row in all() {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width_of)| format!("{cell}{}", " ".repeat(width_of.saturating_sub(width(cell)))))
                .collect();
            line(cells.join("  ").trim_end());
        }
    }
}

/// Width in terminal cells: a Chinese character takes two.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if letter as u32 >= 0x1100 { 2 } else { 1 }).sum()
}

/// Prints a line. If the reader has closed the pipe (`| head`) the rest is not printed; the work itself goes on.
pub(super) fn line(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A progress bar on the error stream; none if that is no terminal.
pub(super) fn progress() -> indicatif::ProgressBar {
    let bar = indicatif::ProgressBar::new(0);
    if let Ok(style) = indicatif::ProgressStyle::with_template("{bar:30} {human_pos}/{human_len} {elapsed}") {
        bar.set_style(style);
    }
    bar
}
