//! What is entered by hand of a session, read and matched like the cells of a register.

use chrono::NaiveDate;
use desk::{app::App, error::Result};
use federation::{
    imports::Unread,
    people::{self, People},
    themes::Themes,
    units,
};
use kernel::{Refusal, UnitId};
use tabular::names;

use super::{
    actions::Handed,
    import::{Reading, name_with_birth_month},
    import_lists::marked,
    rules, store,
};

/// The type that a user means.
pub async fn type_by_hand(app: &App, text: &str) -> Result<String> {
    let types = store::types(&app.db).await?;
    let kind = rules::find_type(&types, text).ok_or_else(|| {
        let known: Vec<&str> = types.iter().map(|known| known.name.as_str()).collect();
        Refusal::new("type-unknown").with("text", text).with("known", known.join("、"))
    })?;
    Ok(kind.code.clone())
}

/// A list of names entered by hand, read and matched like that of a register.
pub async fn names_by_hand(app: &App, list: &str, host: UnitId, day: NaiveDate) -> Result<Vec<Handed>> {
    let position = ledger::position(&app.db).await?;
    let above = ledger::ancestors(&app.db, host, day, position).await?;
    let home = above.last().copied().unwrap_or(host);
    let index = units::load_index(&app.db, home, day, day).await?;
    let list = names(list);
    let wanted = list.present.iter().chain(list.marked.iter().flat_map(|(_, names)| names)).cloned();
    let named = people::store::list_by_names(&app.db, &wanted.collect::<Vec<_>>()).await?;
    let persons = named.iter().map(|(person, _)| (person.id, name_with_birth_month(person))).collect();
    let people = People::new(named.into_iter().map(|(person, posting)| (person.name, posting)));
    let reading = Reading {
        index: &index,
        types: &[],
        themes: &Themes::default(),
        fields: &[],
        people: &people,
        persons: &persons,
        today: app.today(),
    };
    match reading.matched(marked(&list), list.unreadable, host, day, &mut std::iter::empty()) {
        Ok(attendance) => Ok(attendance),
        Err(Unread::Refused(reasons)) => Err(Refusal::new("names-refused").because(reasons).into()),
        Err(Unread::Asked(question)) => Err(question.text.because(question.choices).into()),
    }
}
