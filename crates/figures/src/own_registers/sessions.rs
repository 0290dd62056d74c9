//! Sessions that rows name (所属活动). The feature whose records they are says where they stand and who sees them.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use desk::{actor::Scope, app::App, error::Result};
use kernel::{RecordId, UnitId};
use ledger::{Columns, db};
use sea_orm::{ConnectionTrait, DbErr, Value};
use tabular::{Cell, day};

use super::{
    model::{Definition, Field, FieldKind},
    rules::squeezed,
    store,
};

/// Where sessions are read; brought by the feature whose records they are.
#[derive(Debug)]
pub struct Sessions {
    /// The table with its joins: `activity a left join …`.
    pub from: &'static str,
    /// The key.
    pub id: &'static str,
    /// The title.
    pub title: &'static str,
    /// The day.
    pub day: &'static str,
    /// The condition that one is void.
    pub void: &'static str,
    /// The condition that one is within a scope.
    pub within: fn(&Scope, &mut Vec<Value>) -> String,
    /// The page of one.
    pub href: fn(RecordId) -> String,
}

/// A session that a row may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Key.
    pub id: RecordId,
    /// Title.
    pub title: String,
    /// Day.
    pub day: NaiveDate,
    /// Whether it is void.
    pub void: bool,
}

impl Session {
    /// As it is shown, and read again from a cell: day and title.
    pub fn text(&self) -> String {
        format!("{} {}", self.day, self.title)
    }
}

impl Sessions {
    /// Those that the application has; none if no feature has any.
    pub(super) fn of(app: &App) -> Option<&'static Self> {
        app.features.extensions::<Self>().next()
    }

    async fn select(
        &self,
        conn: &impl ConnectionTrait,
        scope: &Scope,
        column: &str,
        keys: &[impl Columns],
    ) -> Result<Vec<Session>, DbErr> {
        let mut values = Vec::new();
        let within = (self.within)(scope, &mut values);
        let sql = format!(
            "select {}, {}, {}, cast(case when {} then 1 else 0 end as bigint) from {} where {within} and {column} in ($keys)",
            self.id, self.title, self.day, self.void, self.from
        );
        let found: Vec<(RecordId, String, NaiveDate, i64)> = db::by_keys(&sql, keys).with(values).rows(conn).await?;
        Ok(found.into_iter().map(|(id, title, day, void)| Session { id, title, day, void: void > 0 }).collect())
    }

    /// Those of some sessions that are within a scope.
    pub(super) async fn within(
        &self,
        conn: &impl ConnectionTrait,
        scope: &Scope,
        ids: &[RecordId],
    ) -> Result<HashMap<RecordId, Session>, DbErr> {
        let found = self.select(conn, scope, self.id, ids).await?;
        Ok(found.into_iter().map(|session| (session.id, session)).collect())
    }

    /// The sessions with some titles that are within a scope and not void, in the order of their days.
    pub(super) async fn titled(
        &self,
        conn: &impl ConnectionTrait,
        scope: &Scope,
        titles: HashSet<String>,
    ) -> Result<Vec<Session>, DbErr> {
        let titles: Vec<String> = titles.into_iter().collect();
        let mut found = self.select(conn, scope, self.title, &titles).await?;
        found.retain(|session| !session.void);
        found.sort_by_key(|one| (one.day, one.id));
        Ok(found)
    }
}

/// The scope of a unit and all under it.
pub(super) async fn scope_of(conn: &impl ConnectionTrait, unit: UnitId) -> Result<Scope, DbErr> {
    let places = store::spans_of(conn, &[unit]).await?.into_values().collect();
    Ok(Scope { places, units: vec![unit], ..Scope::default() })
}

/// Every title of a session that some cells of a definition's fields may name.
pub(super) fn titles_in<'c>(definition: &Definition, cells: impl Fn(&Field) -> Vec<&'c Cell>) -> HashSet<String> {
    let of_sessions = definition.asked().filter(|field| field.kind == FieldKind::Activity);
    of_sessions.flat_map(cells).flat_map(|cell| readings(&cell.shown())).map(|(title, _)| title).collect()
}

/// What a text may mean: a title as it stands, and the title beside a day at its beginning or end: `2025-03-01 读书会`, `读书会（3月1日）`.
/// A day without its year is none.
pub(super) fn readings(text: &str) -> Vec<(String, Option<NaiveDate>)> {
    let text = tabular::tidy(text);
    let mut readings = Vec::new();
    let on = |text: &str| {
        let text = text.trim_matches(['(', ')', '（', '）']);
        day(&Cell::from_text(text), None).ok().map(|day| day.date)
    };
    let mut with = |title: &str, day: &str| {
        if let (false, Some(day)) = (title.trim().is_empty(), on(day)) {
            readings.push((title.trim().to_owned(), Some(day)));
        }
    };
    if let Some((first, rest)) = text.split_once(' ') {
        with(rest, first);
    }
    if let Some((rest, last)) = text.rsplit_once(' ') {
        with(rest, last);
    }
    if text.ends_with([')', '）'])
        && let Some((place, _)) = text.char_indices().rfind(|(_, letter)| matches!(letter, '(' | '（'))
    {
        with(&text[..place], &text[place..]);
    }
    readings.push((text, None));
    readings
}

/// The sessions that a text may mean: those of its title on its day, if it names one; else those of its title on the day of the row, if
/// there are any; else all of its title. The second value is whether title and day agree.
pub(super) fn fits<'s>(known: &'s [Session], text: &str, on: NaiveDate) -> (Vec<&'s Session>, bool) {
    let mut all: Vec<&Session> = Vec::new();
    let mut exact: Vec<&Session> = Vec::new();
    for (title, named) in readings(text) {
        let title = squeezed(&title);
        for session in known.iter().filter(|session| squeezed(&session.title) == title) {
            let agrees = session.day == named.unwrap_or(on);
            if agrees && !exact.contains(&session) {
                exact.push(session);
            }
            if !all.contains(&session) {
                all.push(session);
            }
        }
    }
    if exact.is_empty() { (all, false) } else { (exact, true) }
}

#[cfg(test)]
mod tests {
    use kernel::parse_day;

    use super::*;

    #[test]
    fn a_session_is_found_by_title_and_day() {
        let session = |id, title: &str, day: &str| Session {
            id: RecordId(id),
            title: title.to_owned(),
            day: parse_day(day).expect("a day"),
            void: false,
        };
        let known = [
            session(1, "读书会", "2025-03-01"),
            session(2, "读书会", "2025-04-01"),
            session(3, "读书会", "2025-04-01"),
            session(4, "学习 2025-03-01", "2025-05-01"),
        ];
        let on = parse_day("2025-03-01").expect("a day");
        for (text, ids, exact) in [
            ("读书会", &[1][..], true),
            ("2025-03-01 读书会", &[1], true),
            ("读书会 2025年4月1日", &[2, 3], true),
            ("读书会（2025.4.1）", &[2, 3], true),
            ("2025-06-01 读书会", &[1, 2, 3], false),
            ("学习 2025-03-01", &[4], false),
            ("茶话会", &[], false),
        ] {
            let (found, agrees) = fits(&known, text, on);
            let found: Vec<i64> = found.iter().map(|session| session.id.0).collect();
            assert_eq!((found.as_slice(), agrees), (ids, exact), "{text}");
        }
    }
}
