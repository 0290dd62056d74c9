//! Pages: notices received and sent, one notice with its board, and its sender's actions.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode},
};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, FormState, Page, Send, Sent, Visit,
        answer::unknown_page,
        export::export_list,
        language::Words,
        list::{Asked, Column, List, export, show as show_list},
        rows::{By, Rows, Slice},
    },
};
use document::{Cell, SheetOut};
use federation::{
    duties::Reach,
    files::{self, Way},
    scope, units,
};
use kernel::{FileId, RecordId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    actions,
    board::{self, Counts},
    duty_pages,
    form_pages::demand_lines,
    list::{self, Line, Side},
    model::{Notice, State},
    reach::{self, Seen},
    store,
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/notices", show_list::<Notices>),
        page("/notices/export", export::<Notices>),
        page("/notices/{id}", show),
        page("/notices/{id}/export", export_board),
        page("/notices/{id}/files/{file}", file),
        act("/notices/{id}/send", send),
        act("/notices/{id}/withdraw", withdraw),
        act("/notices/{id}/copy", copy),
        act("/notices/{id}/drop", drop_draft),
        act("/notices/{id}/remind", remind),
    ]
}

/// Lines of a board on a page.
const BOARD: usize = 100;
/// How many of the visitor's own duties are answered on the notice's page.
const OWN: u64 = 6;
/// How many names of units are written out.
const NAMES: usize = 20;

/// Refuses members, who may not see notices.
fn must_read(reach: &Reach) -> Result<()> {
    if reach.is_empty() { Err(Refusal::forbidden().into()) } else { Ok(()) }
}

/// A notice for its page.
#[derive(Serialize)]
pub(crate) struct Shown {
    #[serde(flatten)]
    pub(crate) line: Line,
    /// Whether some duties are open after the deadline.
    late: bool,
}

pub(crate) struct Notices;

impl Notices {
    /// Which notices are listed by default: those received, unless the account is above all senders.
    fn side(asked: &Asked<'_>) -> Side {
        match asked.query.text("box") {
            "sent" => Side::Sent,
            "received" => Side::Received,
            "both" => Side::Both,
            _ if asked.scope(Action::Read).all => Side::Sent,
            _ => Side::Received,
        }
    }
}

impl List for Notices {
    type Line = Shown;
    const NAME: &'static str = "nav-notices";
    const TEMPLATE: &'static str = "notices/list.html";
    const ORDERS: &'static [By] = list::ORDERS;
    const COLUMNS: &'static [Column<Shown>] = &[
        Column::number(),
        Column::new("收文日期", |shown, _| shown.line.sent_on.map(|day| day.to_string()).into()),
        Column::new("来文单位", |shown, _| (&shown.line.unit).into()),
        Column::new("文号", |shown, _| shown.line.number.as_deref().into()),
        Column::new("标题", |shown, _| (&shown.line.title).into()),
        Column::new("时限", |shown, _| shown.line.due_on.to_string().into()),
        Column::new("状态", |shown, asked| state_word(asked.words, &shown.line.state).into()),
        Column::new("应办", |shown, _| shown.line.total.into()),
        Column::new("已办", |shown, _| shown.line.done.into()),
        Column::new("未办", |shown, _| shown.line.open.into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Shown>> {
        let (db, today) = (&asked.app.db, asked.today());
        let reach = Reach::load(db, asked.actor).await?;
        must_read(&reach)?;
        let rows = list::list(db, (&reach, Self::side(asked)), (asked.query, today), slice).await?;
        Ok(rows.map(|line| Shown { late: line.state == "sent" && line.open > 0 && line.due_on < today, line }))
    }

    async fn beside(asked: &Asked<'_>, _: &[Shown]) -> Result<Value> {
        Ok(context! { writes => asked.may(Action::Write), sent => Self::side(asked) == Side::Sent })
    }
}

fn state_word(words: &Words, state: &str) -> String {
    let key = match state {
        "draft" => "notice-draft-word",
        "withdrawn" => "notice-withdrawn-word",
        _ => "notice-sent-word",
    };
    words.message(key, &[])
}

/// The state of one duty in words.
pub(super) fn duty_word(words: &Words, row: &board::Row, today: chrono::NaiveDate) -> String {
    let key = match row.state.as_str() {
        "done" if row.answered_on.is_some_and(|day| day > row.due_on) => "notice-done-late-word",
        "done" => "notice-done-word",
        "excused" => "notice-excused-word",
        "lapsed" => "notice-withdrawn-word",
        _ if row.due_on < today => "notice-late-word",
        _ => "notice-open-word",
    };
    words.message(key, &[])
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    notice_page(&site, &visit, id, &FormState::opened()).await
}

/// The head of a notice for its pages.
pub(super) async fn head_of(site: &Site, notice: &Notice) -> Result<minijinja::Value> {
    let db = &site.app.db;
    let sender = units::by_ids(db, &[notice.unit]).await?.remove(&notice.unit).map(|unit| unit.name);
    let stored = files::by_ids(db, &store::files(db, notice.id).await?).await?;
    let mut stored: Vec<_> = stored.into_values().collect();
    stored.sort_by_key(|file| file.id);
    let files: Vec<_> = stored
        .into_iter()
        .map(|file| {
            let megabytes = format!("{:.1}", file.size as f64 / 1_048_576.0);
            context! { id => file.id.0, name => file.name, kind => file.media.code(), megabytes }
        })
        .collect();
    Ok(context! {
        id => notice.id, number => notice.number.clone(), title => notice.title.clone(), text => notice.text.clone(), sender,
        due_on => notice.due_on.to_string(), days => (notice.due_on - site.app.today()).num_days(),
        state => notice.state.as_str(), sent_on => notice.sent_on.map(|day| day.to_string()),
        withdrawn_at => notice.withdrawn_at.clone(), withdrawn_reason => notice.withdrawn_reason.clone(),
        copy_of => notice.copy_of, version => notice.version, files,
    })
}

pub(super) async fn notice_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let db = &site.app.db;
    let seen = reach::seen(db, &visit.actor, id).await?;
    let form = state.form_of(site, visit, &Fields::default(), seen.notice.version);
    if seen.notice.state == State::Draft {
        return draft_page(site, visit, state.status(), &seen, &form).await;
    }
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let counts = board::counts(db, &seen.reach, id).await?;
    let board = board_of(site, &seen, &query).await?;
    if visit.fragment && visit.target.as_deref() == Some("board") {
        let days = (seen.notice.due_on - site.app.today()).num_days();
        let context = context! { id, state => seen.notice.state.as_str(), counts => Serde(&counts), days, ..board };
        return visit.page(site, "notices/show.html", context);
    }
    let mut duties = Vec::new();
    let mut own_duties = 0;
    if !seen.keeps && seen.reach.sees_units() {
        let wanted = board::Wanted { most: OWN + 1, ..board::Wanted::default() };
        let mut rows = board::rows(db, &seen.reach, id, &wanted, site.app.today()).await?;
        own_duties = rows.len();
        // If there are more of the visitor's own duties, they are on the board.
        if rows.len() as u64 > OWN {
            rows.clear();
        }
        see(site, &seen, &rows).await;
        for row in rows {
            duties.push(duty_pages::part(site, visit, RecordId(row.id)).await?);
        }
    }
    let reminding = if seen.keeps && seen.notice.state == State::Sent && counts.open > 0 {
        Some(reminder(site, visit, &seen, &counts).await?)
    } else {
        None
    };
    // The board is shown to those who answer for many units, to those who maintain the notice, and to those who may only
    // read counts.
    let boarded = seen.keeps || own_duties as u64 > OWN || !seen.reach.sees_units();
    let own = context! {
        demands => demand_lines(site, visit, id).await?, counts => Serde(&counts), keeps => seen.keeps, duties, reminding,
        boarded, live => seen.notice.state == State::Sent && counts.open > 0, form => Serde(&form), ..board
    };
    let context = minijinja::value::merge_maps([own, head_of(site, &seen.notice).await?]);
    visit.page_as(site, state.status(), "notices/show.html", context)
}

/// Records that those who may answer have opened their duties.
async fn see(site: &Site, seen: &Seen, rows: &[board::Row]) {
    let unseen = rows.iter().filter(|row| row.seen_at.is_none() && seen.reach.write.covers(Some(row.place)));
    let unseen: BTreeSet<RecordId> = unseen.map(|row| RecordId(row.id)).collect();
    if !unseen.is_empty() {
        federation::duties::actions::see(&site.app, &unseen, &site.app.operator()).await;
    }
}

/// The board's part of a page: lines, parts, and the query of the next page.
async fn board_of(site: &Site, seen: &Seen, query: &Fields) -> Result<minijinja::Value> {
    let db = &site.app.db;
    let today = site.app.today();
    let place = query.key("after").zip(query.key("after_id"));
    let wanted = board::Wanted {
        state: query.text("show"),
        text: query.text("q"),
        under: query.key("under"),
        unit: None,
        after: place,
        most: BOARD as u64 + 1,
    };
    let rows = board::rows(db, &seen.reach, seen.notice.id, &wanted, today).await?;
    let page = Page::new(rows, BOARD, query, &["after", "after_id"], |row| {
        vec![("after", row.place.to_string()), ("after_id", row.id.to_string())]
    });
    let rows: Vec<_> = page
        .rows
        .iter()
        .map(|row| (row, row.due_on < today, row.answered_on.is_some_and(|day| day > row.due_on)))
        .collect();
    let parts = board::parts(db, &seen.reach, &seen.notice).await?;
    let filter: std::collections::BTreeMap<&str, &str> =
        [("show", query.text("show")), ("q", query.text("q")), ("under", query.text("under"))].into();
    Ok(context! {
        rows => Serde(&rows), parts => Serde(&parts), next => page.next, query => page.query, first => page.first,
        lines => seen.reach.sees_units(), filter => Serde(&filter),
        whole_query => query.query_without(&[]),
    })
}

/// 催办: a text that can be sent to a chat.
async fn reminder(site: &Site, visit: &Visit, seen: &Seen, counts: &Counts) -> Result<String> {
    let words = site.pages.words(visit.language);
    let wanted = board::Wanted { state: "open", most: 2000, ..board::Wanted::default() };
    let rows = board::rows(&site.app.db, &seen.reach, seen.notice.id, &wanted, site.app.today()).await?;
    let mut names: Vec<String> = rows.into_iter().map(|row| row.unit).collect();
    names.dedup();
    let notice = &seen.notice;
    let (number, due) = (notice.number.clone().unwrap_or_default(), notice.due_on.to_string());
    let units = (counts.units - counts.units_done).to_string();
    let args = [
        ("title", notice.title.as_str()),
        ("number", number.as_str()),
        ("due", due.as_str()),
        ("count", units.as_str()),
        ("units", &names.join("、")),
    ];
    let key = match (notice.due_on < site.app.today(), number.is_empty()) {
        (true, true) => "notice-remind-text-late",
        (true, false) => "notice-remind-text-late-numbered",
        (false, true) => "notice-remind-text",
        (false, false) => "notice-remind-text-numbered",
    };
    Ok(words.message(key, &args))
}

async fn draft_page(site: &Site, visit: &Visit, status: StatusCode, seen: &Seen, form: &desk::ui::Form) -> Answer {
    let (whom, left) = actions::recipients(&site.app, &seen.notice).await?;
    let names = |of: &[store::Recipient]| -> Vec<String> {
        of.iter().take(NAMES).map(|recipient| recipient.name.clone()).collect()
    };
    let context = context! {
        demands => demand_lines(site, visit, seen.notice.id).await?, form => Serde(form), accept => files::accept(super::KINDS_OF_FILE),
        whom => names(&whom), whom_count => whom.len(), left => names(&left), left_count => left.len(),
        past => seen.notice.due_on < site.app.today(), ..head_of(site, &seen.notice).await?
    };
    visit.page_as(site, status, "notices/draft.html", context)
}

async fn export_board(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let seen = reach::seen(&site.app.db, &visit.actor, id).await?;
    if !seen.reach.sees_units() || seen.notice.state == State::Draft {
        return Err(Refusal::forbidden().into());
    }
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let wanted = board::Wanted {
        state: query.text("show"),
        text: query.text("q"),
        under: query.key("under"),
        most: site.app.to_export(),
        ..board::Wanted::default()
    };
    let rows = board::rows(&site.app.db, &seen.reach, id, &wanted, site.app.today()).await?;
    let words = site.pages.words(visit.language);
    let today = site.app.today();
    let some = |text: Option<String>| text.map_or(Cell::Empty, Cell::from);
    let rows = rows.into_iter().enumerate().map(|(number, row)| {
        let state = duty_word(words, &row, today);
        vec![
            Cell::Whole(number as i64 + 1),
            Cell::from(row.unit),
            some(row.above),
            Cell::from(row.wanted),
            Cell::from(row.due_on.to_string()),
            Cell::from(state),
            row.answered_on.map_or(Cell::Empty, |day| Cell::from(day.to_string())),
            some(row.text.or(row.activity).or(row.plan)),
            some(row.file),
        ]
    });
    let headings = ["序号", "单位", "上级单位", "办理要求", "时限", "办理情况", "办理日期", "内容", "文件"];
    let sheet = SheetOut {
        name: words.message("nav-notices", &[]),
        title: Some(seen.notice.title.clone()),
        columns: headings.iter().map(|head| (*head).into()).collect(),
        rows: rows.collect(),
    };
    export_list(&site, &visit, "nav-notices", sheet).await
}

async fn file(
    Extract(site): Extract<Site>,
    visit: Visit,
    Path((id, file)): Path<(i64, i64)>,
    headers: HeaderMap,
) -> Answer {
    let db = &site.app.db;
    let seen = reach::seen(db, &visit.actor, id).await?;
    let file = FileId(file);
    if !store::files(db, seen.notice.id).await?.contains(&file) {
        return Err(unknown_page());
    }
    let file = files::by_id(db, file).await?.ok_or_else(unknown_page)?;
    files::serve(&site.app, &headers, &file, Way::Saved).await
}

async fn send(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let here = format!("/notices/{id}");
    let send = async |sent: Sent| {
        let sent = actions::send(&site.app, &visit.actor, (id, sent.version())).await?;
        if sent.left_out.is_empty() {
            return Ok(Done::new(here, "notice-sent-done").with("count", sent.units));
        }
        let names = sent.left_out.iter().take(NAMES).cloned().collect::<Vec<_>>().join("、");
        let done = Done::new(here, "notice-sent-without").with("count", sent.units).with("left", sent.left_out.len());
        Ok(done.with("names", names).warning())
    };
    let page = async |state: FormState| notice_page(&site, &visit, id, &state).await;
    Send::new(&site, &visit, &fields).run(send, page).await
}

async fn withdraw(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let withdraw = async |sent: Sent| {
        actions::withdraw(&site.app, &visit.actor, (id, sent.version()), fields.raw("reason")).await?;
        Ok(Done::new(format!("/notices/{id}"), "notice-withdrawn-done"))
    };
    let send = Send::new(&site, &visit, &fields)
        .at(&[("notice-without-reason", "reason"), ("notice-text-long:reason", "reason")]);
    send.run(withdraw, async |state| notice_page(&site, &visit, id, &state).await).await
}

async fn copy(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let copy = async |_| {
        let copy = actions::copy(&site.app, &visit.actor, id).await?;
        Ok(Done::new(format!("/notices/{copy}/edit"), "notice-copied-done"))
    };
    Send::new(&site, &visit, &fields).press(copy).await
}

async fn drop_draft(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let drop = async |sent: Sent| {
        actions::drop_draft(&site.app, &visit.actor, (id, sent.version())).await?;
        Ok(Done::new("/notices?box=sent", "notice-dropped-done"))
    };
    Send::new(&site, &visit, &fields).press(drop).await
}

async fn remind(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let remind = async |_| {
        let open = actions::remind(&site.app, &visit.actor, id).await?;
        Ok(Done::new(format!("/notices/{id}"), "notice-reminded-done").with("count", open))
    };
    Send::new(&site, &visit, &fields).press(remind).await
}

/// The default sender of a new notice.
pub(super) async fn usual_sender(site: &Site, visit: &Visit) -> Result<Option<UnitId>> {
    let scope = visit.actor.scope(Action::Write);
    if scope.all {
        let own = visit.unit();
        return Ok(match own {
            Some(unit) => Some(unit),
            None => scope::places::tops(&site.app.db).await?.first().copied(),
        });
    }
    let own = visit.unit();
    let place = match own {
        Some(unit) => scope::places::of_unit(&site.app.db, unit).await?.map(|(place, _)| place),
        None => None,
    };
    Ok(own.filter(|_| scope.covers(place)).or_else(|| scope.units.first().copied()))
}
