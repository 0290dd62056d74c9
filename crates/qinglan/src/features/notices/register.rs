//! 收文: the notices that a unit and those under it received from above, and their state.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use desk::{
    app::App,
    error::Result,
    ui::{export::must_fit, language::Words},
};
use document::Cell;
use figures::registers::{Facts, Makes, MakesRegister, Register};
use kernel::{Period, UnitId};
use ledger::db;
use sea_orm::FromQueryResult;

/// The register of received notices, 收文.
struct Notices;

/// The register of notices received.
pub static NOTICES: Register = Register::new(&Notices);

#[async_trait::async_trait]
impl MakesRegister for Notices {
    fn facts(&self) -> &'static Facts {
        &Facts {
            name: "notices",
            word: "register-notices",
            text: "register-notices-text",
            place: 70,
            heads: &HEADS,
            naming: &[],
            of_people: false,
            of_a_day: false,
            phones: false,
        }
    }

    async fn rows(&self, making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
        rows(making.app, making.unit, making.period, making.words).await
    }
}

/// Its columns; the receiving unit comes after the usual ones.
const HEADS: [&str; 9] = ["序号", "收文日期", "来文单位", "文号", "标题", "办理要求", "时限", "办理情况", "收文单位"];

#[derive(FromQueryResult)]
struct Received {
    notice_id: i64,
    unit_id: i64,
    sent_on: NaiveDate,
    sender: String,
    number: Option<String>,
    title: String,
    wanted: String,
    due_on: NaiveDate,
    state: String,
    answered_on: Option<NaiveDate>,
    unit: String,
    of_notice: String,
}

/// A row for each notice and unit, of notices from senders above the given unit, by the day on which they were sent.
async fn rows(app: &App, unit: UnitId, period: Period, words: &Words) -> Result<Vec<Vec<Cell>>> {
    let most = app.to_export();
    let sql = format!(
        "select d.source as notice_id, d.unit_id, n.sent_on, s.name as sender, n.number, n.title, m.wanted, d.due_on, d.state, \
         d.answered_on, u.name as unit, n.state as of_notice from unit_place top \
         join unit_place p on p.place between top.place and top.last join duty d on d.unit_id = p.unit_id and d.opener = 'notice' \
         join notice n on n.id = d.source join notice_demand m on m.id = d.part join unit u on u.id = d.unit_id \
         join unit s on s.id = n.unit_id left join unit_place sp on sp.unit_id = n.unit_id \
         where top.unit_id = $1 and n.sent_on between $2 and $3 \
         and (sp.place is null or sp.place < top.place or sp.place > top.last) \
         order by n.sent_on, n.id, p.place, m.place limit {most}"
    );
    let values = vec![unit.0.into(), period.from.into(), period.to.into()];
    let received: Vec<Received> = db::all(&app.db, &sql, values).await?;
    must_fit(app, received.len())?;
    let mut order: Vec<(i64, i64)> = Vec::new();
    let mut rows: BTreeMap<(i64, i64), Vec<Received>> = BTreeMap::new();
    for line in received {
        let key = (line.notice_id, line.unit_id);
        let lines = rows.entry(key).or_default();
        if lines.is_empty() {
            order.push(key);
        }
        lines.push(line);
    }
    let row = |(number, key): (usize, (i64, i64))| {
        let lines = rows.remove(&key).unwrap_or_default();
        let first = lines.first()?;
        let each = |text: &dyn Fn(&Received) -> String| lines.iter().map(text).collect::<Vec<_>>().join("；");
        Some(vec![
            Cell::Whole(number as i64 + 1),
            Cell::from(first.sent_on.to_string()),
            Cell::from(first.sender.as_str()),
            first.number.as_deref().map_or(Cell::Empty, Cell::from),
            Cell::from(first.title.as_str()),
            Cell::from(each(&|line| line.wanted.clone())),
            Cell::from(first.due_on.to_string()),
            Cell::from(each(&|line| state_in_words(line, app.today(), words))),
            Cell::from(first.unit.as_str()),
        ])
    };
    Ok(order.into_iter().enumerate().filter_map(row).collect())
}

fn state_in_words(line: &Received, today: NaiveDate, words: &Words) -> String {
    let day = line.answered_on.map(|day| day.to_string()).unwrap_or_default();
    let args = [("day", day.as_str())];
    match line.state.as_str() {
        "done" if line.answered_on.is_some_and(|day| day > line.due_on) => {
            words.message("notice-stands-done-late", &args)
        }
        "done" => words.message("notice-stands-done", &args),
        "excused" => words.message("notice-excused-word", &[]),
        "lapsed" => words.message("notice-withdrawn-word", &[]),
        _ if line.of_notice == "withdrawn" => words.message("notice-withdrawn-word", &[]),
        _ if line.due_on < today => words.message("notice-late-word", &[]),
        _ => words.message("notice-open-word", &[]),
    }
}
