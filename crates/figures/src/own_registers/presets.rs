//! Presets: definitions that ship with the application. Installing one makes an ordinary draft, which is then the office's own.

use kernel::Refusal;
use serde::Deserialize;

use super::rules::Draft;

/// A definition that ships.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// The code that it gets.
    pub code: String,
    /// The definition.
    #[serde(rename = "register")]
    pub draft: Draft,
}

#[derive(Deserialize)]
struct File {
    preset: Vec<Preset>,
}

/// All of them, in the order in which they are offered.
pub fn all() -> Vec<Preset> {
    let file: Result<File, _> = toml::from_str(include_str!("presets.toml"));
    file.map(|file| file.preset).unwrap_or_default()
}

/// The preset with a code.
pub fn by_code(code: &str) -> Result<Preset, Refusal> {
    let known = all();
    let names: Vec<String> = known.iter().map(|preset| preset.code.clone()).collect();
    let found = known.into_iter().find(|preset| preset.code == code);
    found.ok_or_else(|| Refusal::unknown("own-preset-unknown").with("code", code).with("known", names.join(" ")))
}

/// A definition from a file: TOML with `code`, and the fields of [`Draft`] beside it.
pub fn read(text: &str) -> Result<(Option<String>, Draft), Refusal> {
    let unreadable = |fault: &dyn std::fmt::Display| Refusal::new("own-file-unreadable").with("fault", fault);
    let mut table: toml::Table = toml::from_str(text).map_err(|fault| unreadable(&fault.message()))?;
    let code = match table.remove("code") {
        Some(toml::Value::String(code)) => Some(code),
        Some(_) => return Err(unreadable(&"code")),
        None => None,
    };
    let draft = Draft::deserialize(table).map_err(|fault| unreadable(&fault.message()))?;
    Ok((code, draft))
}

#[cfg(test)]
mod tests {
    use super::{
        super::rules::{check_code, settle},
        *,
    };

    #[test]
    fn every_preset_is_a_definition() {
        let presets = all();
        assert_eq!(presets.len(), 9);
        for preset in presets {
            assert_eq!(check_code(&preset.code), Ok(()));
            assert!(settle(None, &preset.draft).is_ok(), "{}", preset.code);
        }
    }
}
