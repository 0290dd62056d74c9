//! What is shown: language and the words of refusals.

pub mod language;
