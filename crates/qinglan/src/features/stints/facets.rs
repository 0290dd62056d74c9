//! The names of parts as facet values.

use desk::{app::App, error::Result};
use figures::metrics::{NamesValues, Naming, Word};

use super::model::Part;

pub(super) static NAMING: Naming = Naming(&Parts);

/// The parts of stints, and whether somebody came forward.
struct Parts;

#[async_trait::async_trait]
impl NamesValues for Parts {
    async fn words(&self, _app: &App) -> Result<Vec<Word>> {
        let mut words: Vec<Word> = Part::ALL
            .iter()
            .map(|part| ["part", part.as_str(), part.zh(), part.en(), &part.contained().join(" ")].map(str::to_owned))
            .collect();
        for [value, zh, en, more] in [["yes", "主动请缨", "came forward", "是"], ["no", "组织安排", "sent", "否"]]
        {
            words.push(["volunteered", value, zh, en, more].map(str::to_owned));
        }
        Ok(words)
    }
}
