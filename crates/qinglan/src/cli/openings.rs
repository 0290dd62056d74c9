//! Openings: the list, one with those who came forward, adding, closing; coming forward, selecting.

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use desk::{
    app::App,
    error::Result,
    ui::{
        list::{Asked, List},
        rows::Slice,
    },
};
use federation::{themes, units};
use kernel::{RecordId, Refusal};
use serde_json::json;
use web::Fields;

use super::{
    arguments::Page,
    growth::find,
    lists::{Field, key_of_unit, list, page as table_page},
    out::Out,
};
use crate::features::{
    openings::{
        Candidate, Closing, Handed, Opening, Selecting, actions, answers,
        candidate_list::{CandidateList, Line as Candidacy},
        list::{Line, OpeningList},
        store,
    },
    stints::Part,
};

/// The codes of parts.
const PARTS: [&str; 7] = ["placed", "seconded", "first_secretary", "work_team", "task_force", "volunteer", "other"];

#[derive(Debug, Subcommand)]
pub(super) enum Openings {
    /// 列出锻炼岗位 · list
    List {
        /// 只列这个单位及以下的 · of this unit and those under it
        #[arg(long, value_name = "U")]
        unit: Option<String>,
        /// taking 征集中、deciding 待定人选、completed 已办结、withdrawn 已撤回（缺省：不含撤回） · without it, all but withdrawn
        #[arg(long, value_parser = ["taking", "deciding", "completed", "withdrawn"])]
        state: Option<String>,
        #[arg(long, value_parser = PARTS)]
        part: Option<String>,
        /// 专题的代码，用 themes list 查 · code of a theme
        #[arg(long)]
        theme: Option<String>,
        /// 岗位、地点、要求或单位含有 · title, place, needs or unit contains
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// 发布岗位 · add
    Add(Adding),
    /// 看一个岗位和谁请缨 · one opening, and who came forward
    Show { id: i64 },
    /// 办结 · close
    Close {
        id: i64,
        /// 没答复的人一并告知未入选 · those who wait are told that they were not selected
        #[arg(long)]
        decline: bool,
        /// 给他们的话 · what they are told
        #[arg(long)]
        words: Option<String>,
    },
    /// 撤回岗位 · withdraw
    Withdraw {
        id: i64,
        #[arg(long)]
        reason: String,
    },
    /// 重新征集 · open again
    Reopen {
        id: i64,
        /// 报名截止 · the last day to come forward
        #[arg(long, value_name = "DATE")]
        closes: NaiveDate,
    },
    /// 替人登记主动请缨 · somebody comes forward
    ComeForward {
        id: i64,
        /// 人员编号或姓名 · number or name
        #[arg(long, value_name = "P")]
        person: String,
        /// 请缨理由 · why
        #[arg(long)]
        words: String,
    },
    /// 定为入选 · select
    Select {
        id: i64,
        #[arg(long, value_name = "P")]
        person: String,
        /// 入选理由 · why
        #[arg(long)]
        reason: String,
        /// 到岗日期：今天或以前的同时登记实践经历 · first day; if it has come, the stint is entered with it
        #[arg(long, value_name = "DATE")]
        from: Option<NaiveDate>,
        /// 确实同时有两处 · placed twice at once, and that is right
        #[arg(long)]
        overlapping: bool,
    },
    /// 告知未入选 · not selected
    Decline {
        id: i64,
        #[arg(long, value_name = "P")]
        person: String,
        #[arg(long)]
        words: Option<String>,
    },
    /// 登记到岗：从这天起是实践经历 · record the start: from then on it is a stint
    Arrive {
        id: i64,
        #[arg(long, value_name = "P")]
        person: String,
        #[arg(long, value_name = "DATE")]
        from: NaiveDate,
        #[arg(long)]
        overlapping: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct Adding {
    /// 岗位名称 · title
    title: String,
    /// 征集单位 · the unit that asks
    #[arg(long, value_name = "U")]
    unit: String,
    #[arg(long, value_parser = PARTS)]
    part: String,
    /// 名额 · how many
    #[arg(long, default_value_t = 1)]
    places: i64,
    /// 地点 · where
    #[arg(long)]
    place: Option<String>,
    /// 岗位要求 · what is needed
    #[arg(long)]
    needs: Option<String>,
    /// 开始日期 · first day
    #[arg(long, value_name = "DATE")]
    from: NaiveDate,
    /// 结束日期 · last day
    #[arg(long, value_name = "DATE")]
    to: Option<NaiveDate>,
    /// 报名截止 · the last day to come forward
    #[arg(long, value_name = "DATE")]
    closes: NaiveDate,
    /// 联系人 · contact
    #[arg(long)]
    contact: Option<String>,
    /// 专题名称 · a theme's name
    #[arg(long)]
    theme: Option<String>,
}

/// An opening as it stands now: who commands names no version.
async fn current(app: &App, id: i64) -> Result<Opening> {
    let opening = store::by_id(&app.db, RecordId(id)).await?;
    Ok(opening.ok_or_else(|| Refusal::unknown("opening-unknown").with("id", id))?)
}

/// A person among those who came forward for an opening.
async fn candidate(app: &App, id: i64, person: &str) -> Result<Candidate> {
    let opening = current(app, id).await?;
    let found = store::candidate_of(&app.db, opening.id, find(app, person).await?).await?;
    Ok(found.ok_or_else(|| Refusal::unknown("candidate-unknown").with("id", person))?)
}

pub(super) async fn run(app: &App, out: &Out<'_>, what: Openings) -> Result<()> {
    let actor = app.operator();
    match what {
        Openings::List { unit, state, part, theme, search, page } => {
            let unit = key_of_unit(app, unit.as_deref()).await?;
            let asked = [
                ("unit_id", unit.as_str()),
                ("state", state.as_deref().unwrap_or_default()),
                ("part", part.as_deref().unwrap_or_default()),
                ("theme", theme.as_deref().unwrap_or_default()),
                ("q", search.as_deref().unwrap_or_default()),
            ];
            list::<OpeningList>(app, out, &asked, &FIELDS, page).await
        }
        Openings::Add(adding) => add(app, out, adding).await,
        Openings::Show { id } => show(app, out, current(app, id).await?).await,
        Openings::Close { id, decline, words } => {
            let at = (RecordId(id), current(app, id).await?.version);
            actions::close(app, &actor, at, Closing { declines: decline, words }).await?;
            done(out, "opening-closed-done", id)
        }
        Openings::Withdraw { id, reason } => {
            let at = (RecordId(id), current(app, id).await?.version);
            actions::withdraw(app, &actor, at, &reason).await?;
            done(out, "opening-withdrawn-done", id)
        }
        Openings::Reopen { id, closes } => {
            let at = (RecordId(id), current(app, id).await?.version);
            actions::reopen(app, &actor, at, closes).await?;
            done(out, "opening-reopened-done", id)
        }
        Openings::ComeForward { id, person, words } => {
            let person = find(app, &person).await?;
            let came = answers::come_forward(app, &actor, RecordId(id), (person, &words)).await?;
            done(out, "candidate-came-done", came.0)
        }
        Openings::Select { id, person, reason, from, overlapping } => {
            let candidate = candidate(app, id, &person).await?;
            let at = (candidate.id, candidate.version);
            answers::select(app, &actor, at, Selecting { reason, from, overlapping }).await?;
            done(out, "candidate-selected-done", candidate.id.0)
        }
        Openings::Decline { id, person, words } => {
            let candidate = candidate(app, id, &person).await?;
            answers::decline(app, &actor, (candidate.id, candidate.version), words).await?;
            done(out, "candidate-declined-done", candidate.id.0)
        }
        Openings::Arrive { id, person, from, overlapping } => {
            let candidate = candidate(app, id, &person).await?;
            let at = (candidate.id, candidate.version);
            answers::arrive(app, &actor, at, (from, overlapping)).await?;
            done(out, "candidate-arrived-done", candidate.id.0)
        }
    }
}

/// What is printed of an opening.
const FIELDS: [Field<Line>; 11] = [
    ("id", "col-id", |line| json!(line.id)),
    ("title", "opening-title", |line| json!(line.title)),
    ("part", "opening-part", |line| json!(line.part)),
    ("unit", "col-unit", |line| json!(line.unit)),
    ("places", "opening-places-of", |line| json!(line.places)),
    ("came", "opening-came", |line| json!(line.came)),
    ("selected", "opening-selected", |line| json!(line.selected)),
    ("from", "col-from", |line| json!(line.from_day)),
    ("to", "col-to", |line| json!(line.to_day)),
    ("closes", "opening-closes", |line| json!(line.closes_on)),
    ("state", "col-state", |line| json!(line.state)),
];

async fn add(app: &App, out: &Out<'_>, adding: Adding) -> Result<()> {
    let unit = units::find_by_code_or_name(&app.db, &adding.unit).await?.id;
    let days = kernel::Period { from: adding.from, to: adding.to.unwrap_or(NaiveDate::MAX) };
    let theme = match &adding.theme {
        Some(name) => Some(themes::store::all(&app.db).await?.find(name, unit, days)?.code.clone()),
        None => None,
    };
    let unknown = || Refusal::new("stint-part-unknown").with("text", &adding.part).with("known", PARTS.join("、"));
    let handed = Handed {
        part: Part::from_code(&adding.part).ok_or_else(unknown)?,
        title: adding.title,
        place: adding.place,
        place_unit: None,
        places: adding.places,
        needs: adding.needs,
        from: adding.from,
        to: adding.to,
        contact: adding.contact,
        closes: adding.closes,
        theme,
    };
    let id = actions::add(app, &app.operator(), unit, handed).await?;
    done(out, "opening-added-done", id.0)
}

async fn show(app: &App, out: &Out<'_>, opening: Opening) -> Result<()> {
    let actor = app.operator();
    let id = opening.id.to_string();
    let query = Fields::from_pairs([("opening_id", id.as_str()), ("order", "step")]);
    let asked = Asked { app, actor: &actor, words: out.words, query: &query };
    let slice = Slice::from_query(&query, CandidateList::ORDERS, app.most_exported);
    let lines = CandidateList::find(&asked, &slice).await?.whole(app)?;
    if out.json {
        let candidates = lines.iter().map(|line| {
            json!({
                "id": line.id, "person_id": line.person_id, "person": line.name, "unit": line.unit, "words": line.words,
                "came_on": line.came_on, "step": line.step, "reason": line.reason_in(&asked), "stint": line.stint_id,
                "from": line.began_on, "to": line.ended_on,
            })
        });
        return out.json(&json!({
            "id": opening.id.0, "title": opening.title, "part": opening.part.as_str(), "unit_id": opening.unit.0,
            "place": opening.place, "places": opening.places, "needs": opening.needs, "from": opening.days.from,
            "to": opening.days.to, "contact": opening.contact, "closes": opening.closes, "theme": opening.theme,
            "state": opening.state.as_str(), "reason": opening.reason, "candidates": candidates.collect::<Vec<_>>(),
        }));
    }
    let line = |line: &Candidacy| {
        vec![
            json!(line.id),
            json!(line.name),
            json!(line.unit),
            json!(line.came_on),
            json!(line.words),
            json!(line.step),
            json!(line.began_on),
        ]
    };
    super::out::line(format!("{} {} {}", opening.id, opening.title, out.words.message(opening.state.word(), &[])));
    let fields = [
        ("id", "col-id"),
        ("person", "col-person"),
        ("unit", "col-unit"),
        ("came_on", "candidate-came-on"),
        ("words", "candidate-why"),
        ("step", "col-state"),
        ("from", "candidate-from"),
    ];
    table_page(out, &fields, lines.iter().map(line).collect(), super::lists::WHOLE)
}

fn done(out: &Out<'_>, code: &str, id: i64) -> Result<()> {
    if out.json {
        return out.json(&json!({ "id": id }));
    }
    out.print(code, &[]);
    Ok(())
}
