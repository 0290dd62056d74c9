//! The application's tests in one binary: each on a fresh federation, on both databases.
#![expect(clippy::unwrap_used, unreachable_pub, reason = "tests")]

mod accounts;
mod bad_input;
mod browser;
mod command_line;
mod demo;
mod demo_figures;
mod evidence;
mod exports;
mod external;
mod files;
mod folders;
mod hours;

mod imports;
mod joint;
mod ledgers;
mod lists;
mod long_imports;
mod long_texts;
mod materials;
mod measures;
mod notes;
mod notices;
mod one_writer;
mod people;
mod people_pages;
mod permission;
mod person_pages;
mod plans;
mod records;
mod registers;
mod reports;
mod roll;
mod sample;
mod seals;
mod search;
mod speakers;
mod statuses;
mod support;
mod sweep;
mod town;
mod tree_pages;
mod watch;
mod words;
mod writers;
