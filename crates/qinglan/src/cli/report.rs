//! `report`: build, issue, list, rebuild.

use std::process::ExitCode;

use document::DocumentError;

use super::{arguments::Report, out::Out};
use crate::{app::App, error::Result, ui::language::Words};

pub(super) async fn run(_app: &App, _out: &Out<'_>, _what: Report) -> Result<ExitCode> {
    Ok(ExitCode::FAILURE)
}

/// Why a document couldn't be written, in a user's words.
pub(super) fn document_fault(fault: &DocumentError, words: &Words) -> String {
    words.say("failed", &[("fault", &fault.to_string())])
}
