//! The application's tests in one binary: each on a fresh federation, on both databases.
#![expect(clippy::unwrap_used, unreachable_pub, reason = "tests")]

mod accounts;
mod bad_input;
mod browser;
mod command_line;
mod demo;
mod evidence;
mod external;
mod files;
mod forms;
mod hours;

mod imports;
mod joint;
mod lists;
mod long_imports;
mod long_texts;
mod materials;
mod measures;
mod notes;
mod notices;
mod people;
mod people_pages;
mod person_pages;
mod plans;
mod registers;
mod reports;
mod roll;
mod sample;
mod seals;
mod speakers;
mod support;
mod sweep;
mod town;
mod tree_pages;
mod watch;
mod words;
mod writers;
