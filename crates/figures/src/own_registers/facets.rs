//! The words of the facets that fields become: the field's name, and the names of its choices.

use desk::{app::App, error::Result};

use super::{
    counted::{FILLER, NONE, facet_of, role_facet},
    model::{Field, FieldKind, State},
    store,
};
use crate::metrics::{NamesValues, Naming, Word};

pub(super) static NAMING: Naming = Naming(&Fields);

/// The fields of all registers.
struct Fields;

fn word(facet: &str, value: &str, zh: &str, en: &str) -> Word {
    [facet, value, zh, en, ""].map(str::to_owned)
}

fn words_of(code: &str, field: &Field) -> Vec<Word> {
    // Themes have names of their own.
    if field.kind == FieldKind::Theme {
        return Vec::new();
    }
    let facet = facet_of(code, &field.code);
    let mut words = vec![word(&facet, "", &field.name, &field.name), word(&facet, NONE, "未填", "not filled in")];
    match field.kind {
        FieldKind::YesNo => words.extend([word(&facet, "yes", "是", "yes"), word(&facet, "no", "否", "no")]),
        _ => words.extend(field.choices.iter().map(|choice| word(&facet, &choice.code, &choice.name, &choice.name))),
    }
    words
}

#[async_trait::async_trait]
impl NamesValues for Fields {
    async fn words(&self, app: &App) -> Result<Vec<Word>> {
        let mut words = Vec::new();
        let registers = store::all(&app.db).await?;
        for register in registers.iter().filter(|register| register.stored.state != State::Draft) {
            let code = &register.stored.code;
            let fields = &register.definition.fields;
            words.extend(fields.iter().filter(|field| field.kind.is_facet()).flat_map(|field| words_of(code, field)));
            let role = role_facet(code);
            words.extend([
                word(&role, "", "身份", "part"),
                word(&role, FILLER, "填报人", "who filled it in"),
                word(&role, NONE, "未填", "not filled in"),
            ]);
            let of_people = fields.iter().filter(|field| field.kind.is_of_people());
            words.extend(of_people.map(|field| word(&role, &field.code, &field.name, &field.name)));
        }
        Ok(words)
    }
}
