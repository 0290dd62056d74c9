//! A list, declared once: its page, its export and the command line's output are derived from that.

use axum::extract::State;
use chrono::NaiveDate;
use document::{Cell, SheetOut};
use minijinja::{Value, context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    Answer, FormState, Page, Visit,
    export::export_list,
    language::{Language, Words},
    rows::{By, COUNTED, Rows, Slice},
};
use crate::{
    actor::{Action, Actor, Scope},
    app::App,
    error::Result,
    serve::Site,
};

/// A request for a list: by whom, in which language, with which filters.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The application.
    pub app: &'a App,
    /// Who requests it.
    pub actor: &'a Actor,
    /// The messages in the language of the response.
    pub words: &'a Words,
    /// The query of the address, or of the command line.
    pub query: &'a Fields,
}

impl std::fmt::Debug for Asked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked").field("query", self.query).finish_non_exhaustive()
    }
}

impl<'a> Asked<'a> {
    /// The request of a visit.
    pub fn new(site: &'a Site, visit: &'a Visit, query: &'a Fields) -> Self {
        Self { app: &site.app, actor: &visit.actor, words: site.pages.words(visit.language), query }
    }

    /// The scope in which the actor may do something.
    pub fn scope(&self, action: Action) -> Scope {
        self.actor.scope(action)
    }

    /// Whether the actor may do something anywhere.
    pub fn may(&self, action: Action) -> bool {
        !self.scope(action).is_empty()
    }

    /// Whether the response is in English.
    pub fn english(&self) -> bool {
        self.words.language == Language::English
    }

    /// Today.
    pub fn today(&self) -> NaiveDate {
        self.app.today()
    }

    /// A message.
    pub fn message(&self, key: &str) -> String {
        self.words.message(key, &[])
    }

    /// A moment stored in UTC, in the federation's zone and to the minute.
    pub fn moment(&self, at: &str) -> String {
        super::pages::local(at, self.app.zone, "%Y-%m-%d %H:%M")
    }
}

/// A column of a list's export.
#[derive(Debug)]
pub struct Column<L> {
    /// Its heading: a message, or fixed text that a prescribed form has in every language.
    head: &'static str,
    /// The cell of a line; `None` for the column of line numbers.
    cell: Option<fn(&L, &Asked<'_>) -> Cell>,
}

impl<L> Column<L> {
    /// A column with a heading.
    pub const fn new(head: &'static str, cell: fn(&L, &Asked<'_>) -> Cell) -> Self {
        Self { head, cell: Some(cell) }
    }

    /// The column of line numbers, from 1.
    pub const fn number() -> Self {
        Self { head: "序号", cell: None }
    }
}

/// A list.
pub trait List: 'static {
    /// A line.
    type Line: Serialize + Send + Sync;
    /// The message that names it, also in the log of exports.
    const NAME: &'static str;
    /// The message that is the title of its export.
    const TITLE: &'static str = Self::NAME;
    /// The template of its page.
    const TEMPLATE: &'static str;
    /// Lines on a page.
    const LINES: u64 = 30;
    /// The orders it can have; the first is the default.
    const ORDERS: &'static [By];
    /// The columns of its export.
    const COLUMNS: &'static [Column<Self::Line>];

    /// The requested lines that the actor may see. An actor who may see no such list is refused.
    fn find(asked: &Asked<'_>, slice: &Slice) -> impl Future<Output = Result<Rows<Self::Line>>> + Send;

    /// What the page shows in addition to its lines.
    fn beside(asked: &Asked<'_>, lines: &[Self::Line]) -> impl Future<Output = Result<Value>> + Send {
        let _ = (asked, lines);
        async { Ok(context! {}) }
    }
}

/// The page of a list.
pub async fn show<L: List>(State(site): State<Site>, visit: Visit) -> Answer {
    page::<L>(&site, &visit, &visit.query(), FormState::opened()).await
}

/// The page of a list again, with what was wrong with an action on it.
pub async fn page<L: List>(site: &Site, visit: &Visit, query: &Fields, state: FormState) -> Answer {
    let state = state.with_fields(query.clone());
    let asked = Asked::new(site, visit, query);
    let rows = L::find(&asked, &Slice::from_query(query, L::ORDERS, L::LINES).counted(COUNTED)).await?;
    let (total, filtered) = (rows.total, rows.filtered);
    let Page { rows: lines, next, query: base_query, first } = rows.page(query);
    let beside = L::beside(&asked, &lines).await?;
    let order = order(query, L::ORDERS);
    let context = context! {
        ..beside,
        ..context! {
            form => Serde(&state.form(site, visit)), lines => Serde(&lines), next, query => base_query, first, filtered,
            order, total => total.map(|total| total.min(COUNTED)),
            beyond => total.is_some_and(|total| total > COUNTED),
        }
    };
    visit.page_as(site, state.status(), L::TEMPLATE, context)
}

/// The order of a list, for the headings that change it.
pub fn order(query: &Fields, orders: &'static [By]) -> Value {
    let (by, rising) = By::read(query, orders);
    context! { by => by.name, rising, query => query.query_without(&["order", "after", "after_id"]) }
}

/// The export of a list: all of it, or a refusal if that is too long.
pub async fn export<L: List>(State(site): State<Site>, visit: Visit) -> Answer {
    let query = visit.query();
    let asked = Asked::new(&site, &visit, &query);
    let lines =
        L::find(&asked, &Slice::from_query(&query, L::ORDERS, site.app.most_exported)).await?.whole(&site.app)?;
    let rows = lines.into_iter().enumerate().map(|(number, line)| {
        let cell = |column: &Column<L::Line>| match column.cell {
            Some(cell) => cell(&line, &asked),
            None => Cell::Whole(number as i64 + 1),
        };
        L::COLUMNS.iter().map(cell).collect()
    });
    let sheet = SheetOut {
        name: asked.message(L::NAME),
        title: Some(asked.message(L::TITLE)),
        columns: L::COLUMNS.iter().map(|column| asked.message(column.head).as_str().into()).collect(),
        rows: rows.collect(),
    };
    export_list(&site, &visit, L::NAME, sheet).await
}
