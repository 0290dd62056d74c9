//! Growth records as files.

use std::path::PathBuf;

use clap::Subcommand;
use desk::{
    app::{App, font_folders},
    error::Result,
};
use document::{Fonts, PdfWriter};
use federation::people;
use kernel::{PersonId, Refusal};
use serde_json::json;

use super::{arguments::Format, import::write, out::Out};
use crate::features::growth::{self, actions, model};

#[derive(Debug, Subcommand)]
pub(super) enum Growth {
    /// 生成一个人的成长档案 · build the growth record of a person
    Build {
        /// 人员编号或姓名 · number or name
        #[arg(long, value_name = "P")]
        person: String,
        /// 只要这一年（缺省全部） · one year only
        #[arg(long)]
        year: Option<i32>,
        #[arg(long, value_enum, default_value_t = Format::Pdf)]
        format: Format,
        /// 写到哪个文件；不写是当前目录里的 growth_编号.格式 · the file; without it growth_NUMBER.FORMAT in this folder
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// The person with a number or a name that nobody else has.
pub(super) async fn find(app: &App, text: &str) -> Result<PersonId> {
    if let Ok(number) = text.parse() {
        return Ok(PersonId(number));
    }
    let named = people::store::list_by_names(&app.db, &[text.to_owned()]).await?;
    let mut ids: Vec<PersonId> = named.iter().map(|(person, _)| person.id).collect();
    ids.sort_unstable();
    ids.dedup();
    match ids.as_slice() {
        [one] => Ok(*one),
        [] => Err(Refusal::unknown("person-unknown").with("name", text).into()),
        several => {
            let ids: Vec<String> = several.iter().map(PersonId::to_string).collect();
            Err(Refusal::new("growth-several").with("name", text).with("ids", ids.join(" ")).into())
        }
    }
}

fn as_json(growth: &model::Growth) -> serde_json::Value {
    let postings = growth.postings.iter();
    let postings = postings.map(|(unit, duty, from, to)| json!({ "unit": unit, "duty": duty, "from": from, "to": to }));
    json!({
        "person": growth.person, "name": growth.name, "until": growth.period.to, "totals": growth.totals,
        "items": growth.items, "words": growth.words, "asked": growth.asked, "postings": postings.collect::<Vec<_>>(),
    })
}

pub(super) async fn run(app: &App, out: &Out<'_>, what: Growth) -> Result<()> {
    let Growth::Build { person, year, format, output } = what;
    let person = find(app, &person).await?;
    let built = actions::build(app, &app.operator(), person, year).await?;
    let ending = match format {
        Format::Html => "html",
        Format::Docx => "docx",
        Format::Pdf => "pdf",
        Format::Json => "json",
    };
    let output = output.unwrap_or_else(|| PathBuf::from(format!("growth_{person}.{ending}")));
    let document = growth::document(&built, out.words);
    match format {
        Format::Html => write(&output, document::html(&document).as_bytes())?,
        Format::Docx => write(&output, &document::docx(&document)?)?,
        Format::Pdf => {
            let fonts = Fonts::load(&font_folders(&app.config))?;
            write(&output, &PdfWriter::new(fonts).pdf(&document)?)?;
        }
        Format::Json => write(&output, serde_json::to_string_pretty(&as_json(&built))?.as_bytes())?,
    }
    let file = output.display().to_string();
    if out.json {
        return out.json(&json!({ "person": person, "file": file, "items": built.items.len() }));
    }
    out.print("growth-built", &[("name", &built.name), ("file", &file)]);
    Ok(())
}
