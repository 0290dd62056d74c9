//! `activities roll`: shows what a list says of who took part, then marks those who are understood. Nothing counts before the roll is
//! confirmed.

use std::{collections::BTreeSet, io::IsTerminal, path::PathBuf};

use clap::Args;
use desk::{app::App, error::Result};
use dialoguer::Confirm;
use kernel::{PersonId, RecordId, Refusal};
use serde_json::json;

use super::{
    arguments::{How, pair},
    out::Out,
};
use crate::features::activities::{reading, roll};

#[derive(Debug, Args)]
pub(super) struct Roll {
    id: i64,
    /// 名单：会议软件、表单、群聊导出的文件 · a list that a video meeting, a form or a chat exports
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// 在会至少：分钟数或活动时长的百分比 · the least time in the meeting: minutes, or per cent of the session
    #[arg(long, value_name = "30|50%", default_value = reading::LEAST)]
    least: String,
    /// 昵称是哪一位：昵称=人员编号，记住，可以写多次 · whose a nickname is, by the person's id; it is remembered; may be repeated
    #[arg(long = "as", value_name = "昵称=编号", value_parser = pair)]
    assigned: Vec<(String, String)>,
    /// 改掉已登记的 · change marks that were made before
    #[arg(long)]
    change: bool,
    #[command(flatten)]
    how: How,
}

pub(super) async fn run(app: &App, out: &Out<'_>, list: Roll) -> Result<()> {
    let actor = app.operator();
    let assigned = list.assigned.into_iter().map(|(nickname, person)| {
        let odd = || Refusal::new("person-unknown").with("name", &person);
        Ok((nickname, PersonId(person.parse().map_err(|_| odd())?)))
    });
    let wanted =
        reading::Wanted { least: list.least, assigned: assigned.collect::<Result<_, Refusal>>()?, change: list.change };
    let name = list.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = std::fs::read(&list.file)
        .map_err(|fault| Refusal::new("file-unreadable").with("file", list.file.display()).with("fault", fault))?;
    let id = RecordId(list.id);
    let told = reading::of_file(app, &actor, id, (&name, bytes), &wanted).await?;
    if !out.json {
        show(out, &told);
    }
    let asks = !list.how.yes && !list.how.dry_run && !out.json && std::io::stdin().is_terminal();
    let count = told.decisions.len().to_string();
    let confirmed = list.how.yes
        || asks && !told.decisions.is_empty() && {
            let prompt = out.words.message("list-confirm", &[("count", &count)]);
            Confirm::new().with_prompt(prompt).default(false).interact().unwrap_or(false)
        };
    let marked = if confirmed {
        Some(roll::mark_named(app, &actor, id, &told.decisions, &BTreeSet::new(), &BTreeSet::new()).await?)
    } else {
        None
    };
    if out.json {
        return out.json(&json!({
            "people": told.people, "absent": told.absent, "left": told.left, "unread_columns": told.unread,
            "unread_sheets": told.other_sheets, "enough_minutes": told.enough,
            "marked": marked.as_ref().map(|marked| marked.count),
            "unchanged": marked.map(|marked| marked.unchanged).unwrap_or_default(),
        }));
    }
    match marked {
        Some(marked) if marked.unchanged.is_empty() => {
            out.print("reading-done", &[("count", &marked.count.to_string())]);
        }
        Some(marked) => {
            let names = marked.unchanged.join("、");
            out.print("reading-kept", &[("count", &marked.count.to_string()), ("names", &names)]);
        }
        None => out.print("list-not-marked", &[]),
    }
    Ok(())
}

fn show(out: &Out<'_>, told: &reading::Told) {
    let rows: Vec<Vec<String>> = told
        .people
        .iter()
        .map(|person| {
            let status = match person.says {
                _ if person.open == "unknown" => "list-open-unknown",
                "" => "list-open-asked",
                "made_up" => "mark-word-made-up",
                says => crate::features::activities::Status::from_code(says)
                    .map_or("list-open-asked", crate::features::activities::Status::message),
            };
            let mut status = out.words.message(status, &[]);
            if person.open == "marked" {
                status.push_str(" · ");
                status.push_str(&out.words.message("list-open-marked", &[]));
            }
            let minutes = person.minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
            let nickname = person.nickname.clone().unwrap_or_default();
            vec![person.name.clone(), nickname, status, minutes, person.words.clone()]
        })
        .collect();
    out.table(&["col-name", "nicknames", "roll", "list-minutes", "list-written"], &rows);
    for (code, texts) in [
        ("list-absent-line", &told.absent),
        ("list-left-line", &told.left),
        ("list-columns-line", &told.unread),
        ("list-sheets-line", &told.other_sheets),
    ] {
        if !texts.is_empty() {
            out.print(code, &[("texts", &texts.join("、"))]);
        }
    }
}
