//! `demo`: creates a federation to try out.

use std::time::Instant;

use desk::{app::App, error::Result};
use serde_json::json;

use super::out::{Out, progress};
use crate::demo::{ACCOUNTS, Outcome, PASSWORD, Wanted, fill};

pub(super) async fn run(app: &App, out: &Out<'_>, wanted: Wanted) -> Result<()> {
    let bar = progress();
    let start = Instant::now();
    let outcome = fill(app, wanted, &|done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    })
    .await?;
    bar.finish_and_clear();
    let (code, summary) = match &outcome {
        Outcome::Made(summary, _) => ("demo-made", summary),
        Outcome::Kept(summary) => ("demo-kept", summary),
    };
    let seconds = format!("{:.1}", start.elapsed().as_secs_f64());
    if out.json {
        return out.json(&json!({ "made": code == "demo-made", "demo": summary, "seconds": seconds }));
    }
    let numbers =
        [summary.units, summary.people, summary.activities, summary.attendances].map(|number| number.to_string());
    out.print(
        code,
        &[
            ("seed", &summary.seed.to_string()),
            ("day", &summary.today.to_string()),
            ("units", &numbers[0]),
            ("people", &numbers[1]),
            ("activities", &numbers[2]),
            ("attendances", &numbers[3]),
            ("seconds", &seconds),
        ],
    );
    for (name, role) in ACCOUNTS {
        let role = out.words.message(&format!("role-{}", role.as_str()), &[]);
        out.print("demo-account", &[("name", name), ("role", &role), ("password", PASSWORD)]);
    }
    Ok(())
}
