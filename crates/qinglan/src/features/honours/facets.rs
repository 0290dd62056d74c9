//! The names of levels, recipients and title groups as facet values.

use desk::{app::App, error::Result};
use figures::metrics::{NamesValues, Naming, Word};

use super::model::Level;

pub(super) static NAMING: Naming = Naming(&Honours);

/// What honours are counted by.
struct Honours;

#[async_trait::async_trait]
impl NamesValues for Honours {
    async fn words(&self, app: &App) -> Result<Vec<Word>> {
        let mut words: Vec<Word> = Level::ALL
            .iter()
            .map(|level| {
                ["level", level.as_str(), level.zh(), level.en(), &level.others().join(" ")].map(str::to_owned)
            })
            .collect();
        for [value, zh, en, more] in
            [["person", "个人", "person", ""], ["group", "小组", "study group", "集体"], ["unit", "单位", "unit", ""]]
        {
            words.push(["recipient", value, zh, en, more].map(str::to_owned));
        }
        let groups = super::TITLE_GROUPS.all(&app.db).await?.into_iter();
        words.extend(groups.map(|one| one.words("group")));
        Ok(words)
    }
}
