//! The register of honours: 荣誉.

use desk::{actor::Action, error::Result};
use document::Cell;
use figures::registers::{Facts, Makes, MakesRegister, Register};

use super::list::{REGISTER, register_rows};

/// Checked honours.
struct Honours;

/// The register of checked honours.
pub static HONOURS: Register = Register::new(&Honours);

#[async_trait::async_trait]
impl MakesRegister for Honours {
    fn facts(&self) -> &'static Facts {
        &Facts {
            name: "honours",
            word: "register-honours",
            text: "register-honours-text",
            place: 90,
            heads: &REGISTER,
            naming: &[],
            of_people: true,
            of_a_day: false,
            phones: false,
        }
    }

    async fn rows(&self, making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
        let scope = making.actor.scope(Action::People);
        register_rows(making.app, &scope, making.unit, making.period).await
    }
}
