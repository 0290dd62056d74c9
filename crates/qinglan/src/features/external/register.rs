//! The register of online learning: 线上平台学习情况.

use desk::{actor::Action, error::Result};
use document::Cell;
use figures::registers::{Facts, Makes, MakesRegister, Register};

use super::list::{REGISTER, register_rows};

/// Attested results of online learning.
struct Results;

/// The register of attested results of online learning.
pub static RESULTS: Register = Register::new(&Results);

#[async_trait::async_trait]
impl MakesRegister for Results {
    fn facts(&self) -> &'static Facts {
        &Facts {
            name: "external",
            word: "register-external",
            text: "register-external-text",
            place: 60,
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
