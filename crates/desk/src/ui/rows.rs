//! What a list reads: its orders, the part of it that is asked for, the filters that narrow it, and the rows that are found.

use chrono::NaiveDate;
use ledger::db::{self, Conditions};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use web::Fields;

use super::{Page, period};
use crate::{app::App, error::Result, pinyin::Typed};

/// Rows of a list that are counted for its page: a total beyond is shown as "more than", since counting all of a long list takes
/// longer than reading a page of it.
pub const COUNTED: u64 = 1000;

/// One of a list's orders.
#[derive(Clone, Copy, Debug)]
pub struct By {
    /// As addresses have it.
    pub name: &'static str,
    /// Whether the least comes first unless an address says otherwise.
    pub rises: bool,
    /// What rows are compared by, in SQL; never null.
    sql: &'static str,
    /// The value of a key, which an address has as text; none of what is no such value.
    value: fn(&str) -> Option<Value>,
}

impl By {
    /// By a text, the least first.
    pub const fn text(name: &'static str, sql: &'static str) -> Self {
        Self { name, rises: true, sql, value: |key| Some(key.into()) }
    }

    /// By a whole number, the least first.
    pub const fn number(name: &'static str, sql: &'static str) -> Self {
        Self { name, rises: true, sql, value: |key| key.parse::<i64>().ok().map(Value::from) }
    }

    /// By a day, the first one first.
    pub const fn day(name: &'static str, sql: &'static str) -> Self {
        Self { name, rises: true, sql, value: |key| key.parse::<NaiveDate>().ok().map(Value::from) }
    }

    /// The greatest first.
    #[must_use]
    pub const fn falling(self) -> Self {
        Self { rises: false, ..self }
    }

    /// The order that `order` of an address asks for: `name`, or `-name` for the greatest first. What isn't known is the first
    /// one, as it is of itself.
    pub fn read(query: &Fields, orders: &'static [Self]) -> (&'static Self, bool) {
        let text = query.text("order");
        match orders.iter().find(|by| by.name == text.trim_start_matches('-')) {
            Some(by) => (by, !text.starts_with('-')),
            None => (&orders[0], orders[0].rises),
        }
    }
}

/// The part of a list that is read.
#[derive(Clone, Debug)]
pub struct Slice {
    by: &'static By,
    rising: bool,
    after: Option<(String, i64)>,
    most: u64,
    counted: Option<u64>,
}

impl Slice {
    /// The first rows of a list in the order that it is in of itself, at most so many.
    pub fn first(orders: &'static [By], most: u64) -> Self {
        Self { by: &orders[0], rising: orders[0].rises, after: None, most, counted: None }
    }

    /// What an address asks for: the order, and behind which row. Read are at most so many rows and one more, which tells that
    /// there are more.
    pub fn from_query(query: &Fields, orders: &'static [By], most: u64) -> Self {
        let (by, rising) = By::read(query, orders);
        let after = query.key("after_id").map(|id| (query.raw("after").to_owned(), id));
        Self { by, rising, after, most, counted: None }
    }

    /// With how many rows the whole list has, counted up to a number.
    #[must_use]
    pub fn counted(self, most: u64) -> Self {
        Self { counted: Some(most), ..self }
    }

    /// All rows, whatever part of them is shown: for a list that is narrowed once more after it was read.
    #[must_use]
    pub fn whole(&self) -> Self {
        Self { after: None, most: u64::MAX, counted: None, ..self.clone() }
    }

    /// The row behind which it begins, if the address names one that this order can have.
    fn behind(&self) -> Option<(Value, i64)> {
        let (key, id) = self.after.as_ref()?;
        Some(((self.by.value)(key)?, *id))
    }
}

/// A list's query, but for its conditions and its order.
#[derive(Clone, Copy, Debug)]
pub struct Select<'s> {
    /// The table and its alias: `activity a`.
    pub table: &'s str,
    /// The key that tells rows of equal order apart: `a.id`.
    pub id: &'s str,
    /// The joins that columns, conditions and orders need.
    pub joins: &'s str,
    /// The columns of a line.
    pub columns: &'s str,
}

/// The filters of a list, as an address sets them. `$1` of every condition is today; a `?` is the filter's value.
#[derive(Clone, Debug)]
pub struct Filters<'q> {
    query: &'q Fields,
    conditions: Conditions,
    set: bool,
}

impl<'q> Filters<'q> {
    /// None yet.
    pub fn new(query: &'q Fields, today: NaiveDate) -> Self {
        let mut conditions = Conditions::beside(vec![today.into()]);
        conditions.and("$1 = $1", []);
        Self { query, conditions, set: false }
    }

    /// A condition that holds whatever is asked for.
    pub fn always(&mut self, condition: &str) {
        self.conditions.and(condition, []);
    }

    /// The same, numbering its places itself: the scope.
    pub fn within(&mut self, make: impl FnOnce(&mut Vec<Value>) -> String) {
        self.conditions.and_of(make);
    }

    /// The value of a filter, if it is set.
    pub fn value(&mut self, name: &str) -> Option<&'q str> {
        let value = self.query.some(name);
        self.set |= value.is_some();
        value
    }

    /// A filter by a text.
    pub fn text(&mut self, name: &str, condition: &str) {
        if let Some(text) = self.value(name) {
            self.and(condition, text.into());
        }
    }

    /// A filter by a key.
    pub fn key(&mut self, name: &str, condition: &str) {
        if let Some(key) = self.value(name).and_then(|text| text.parse::<i64>().ok()) {
            self.and(condition, key.into());
        }
    }

    /// A box to tick.
    pub fn ticked(&mut self, name: &str) -> bool {
        self.set |= self.query.some(name).is_some();
        self.query.ticked(name)
    }

    /// A filter with a closed choice of values, each with its condition. The one of `""` holds where the filter is not set, or
    /// is set to something else.
    pub fn one_of(&mut self, name: &str, conditions: &[(&str, &str)]) {
        let value = self.value(name).unwrap_or_default();
        let condition = conditions.iter().find(|(of, _)| *of == value);
        if let Some((_, condition)) = condition.or_else(|| conditions.iter().find(|(of, _)| of.is_empty())) {
            self.always(condition);
        }
    }

    /// What is typed into the search field: a part of one of these columns.
    pub fn search(&mut self, columns: &[&str]) {
        if let Some(text) = self.value("q") {
            self.within(|values| db::contains(columns, text, values));
        }
    }

    /// The same for names, which are found by their pinyin too, with other columns beside them.
    pub fn search_names(&mut self, name: &str, forms: &str, beside: &[&str]) {
        let text = self.value("q").unwrap_or_default();
        let typed = Typed::new(text);
        if typed.is_empty() {
            return;
        }
        self.within(|values| {
            let named = typed.within(name, forms, values);
            if beside.is_empty() {
                return named;
            }
            format!("({named} or {})", db::contains(beside, text, values))
        });
    }

    /// The period that is asked for, where one is: a column's days in it.
    pub fn period(&mut self, column: &str, today: NaiveDate) -> Result<()> {
        if !matches!(self.query.text("period"), "" | "any") {
            let period = period::from_query(self.query, "year", today)?;
            self.set = true;
            self.conditions.and(&format!("{column} between ? and ?"), [period.from.into(), period.to.into()]);
        }
        Ok(())
    }

    /// A condition of a filter that is set; every `?` is its value.
    pub fn and(&mut self, condition: &str, value: Value) {
        self.set = true;
        self.conditions.and(condition, vec![value; condition.matches('?').count()]);
    }

    /// The rows of a part of the list.
    pub async fn rows<T: FromQueryResult>(
        self,
        conn: &impl ConnectionTrait,
        select: &Select<'_>,
        slice: &Slice,
    ) -> Result<Rows<T>, DbErr> {
        self.read(conn, select, slice, |order, all, limit| {
            let (table, joins, columns) = (select.table, select.joins, select.columns);
            format!("select {columns}{} from {table} {joins} where {all} {order} {limit}", key(select, slice))
        })
        .await
    }

    /// The same for columns that take long: the rows are chosen first, and the columns are read of these alone.
    pub async fn rows_chosen_first<T: FromQueryResult>(
        self,
        conn: &impl ConnectionTrait,
        select: &Select<'_>,
        slice: &Slice,
    ) -> Result<Rows<T>, DbErr> {
        self.read(conn, select, slice, |order, all, limit| {
            let (table, id, joins, columns) = (select.table, select.id, select.joins, select.columns);
            format!(
                "select {columns}{} from (select {id} as list_id from {table} {joins} where {all} {order} {limit}) chosen \
                 join {table} on {id} = chosen.list_id {joins} {order}",
                key(select, slice)
            )
        })
        .await
    }

    async fn read<T: FromQueryResult>(
        mut self,
        conn: &impl ConnectionTrait,
        select: &Select<'_>,
        slice: &Slice,
        sql: impl FnOnce(&str, &str, &str) -> String,
    ) -> Result<Rows<T>, DbErr> {
        let whole = slice.counted.map(|most| (most, self.conditions.clone()));
        let behind = slice.behind();
        let paged = behind.is_some();
        if let Some(behind) = behind {
            self.conditions.and_behind(slice.by.sql, select.id, slice.rising, behind);
        }
        let way = if slice.rising { "asc" } else { "desc" };
        let order = format!("order by {} {way}, {} {way}", slice.by.sql, select.id);
        let limit = format!("limit {}", slice.most.min(i64::MAX as u64 - 1) + 1);
        let (all, values) = self.conditions.done();
        let mut rows = Vec::new();
        for row in db::raw(conn, &sql(&order, &all, &limit), values).await? {
            rows.push((
                T::from_query_result(&row, "")?,
                (row.try_get("", "list_key")?, row.try_get("", "list_key_id")?),
            ));
        }
        let total = match whole {
            Some(_) if !paged && rows.len() as u64 <= slice.most => Some(rows.len() as u64),
            Some((most, conditions)) => Some(count(conn, select, conditions, most).await?),
            None => None,
        };
        Ok(Rows { found: rows, most: slice.most, total, filtered: self.set })
    }
}

/// What the address of the next page names a row by.
fn key(select: &Select<'_>, slice: &Slice) -> String {
    format!(", cast({} as varchar) as list_key, {} as list_key_id", slice.by.sql, select.id)
}

/// Counts the rows of a list up to a number, and one more where there are more.
async fn count(
    conn: &impl ConnectionTrait,
    select: &Select<'_>,
    conditions: Conditions,
    most: u64,
) -> Result<u64, DbErr> {
    let (all, values) = conditions.done();
    let sql = format!(
        "select count(*) from (select {} from {} {} where {all} limit {}) counted",
        select.id,
        select.table,
        select.joins,
        most.min(i64::MAX as u64 - 1) + 1
    );
    let count: Option<i64> = db::scalar(conn, &sql, values).await?;
    Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
}

/// Rows of a list, each with what the address of a next page names it by.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    found: Vec<(T, (String, i64))>,
    most: u64,
    /// How many rows the whole list has, where they were counted; one more than was counted up to where there are more.
    pub total: Option<u64>,
    /// Whether a filter is set.
    pub filtered: bool,
}

impl<T> Rows<T> {
    /// The lines, at most as many as were asked for.
    pub fn lines(self) -> Vec<T> {
        let most = self.shown();
        self.found.into_iter().take(most).map(|(line, _)| line).collect()
    }

    /// All lines, for what leaves the system: refused where there are more than were asked for.
    pub fn whole(self, app: &App) -> Result<Vec<T>> {
        super::export::must_fit(app, self.found.len())?;
        Ok(self.found.into_iter().map(|(line, _)| line).collect())
    }

    /// A page of them; the address of the next one names the last row.
    pub fn page(self, query: &Fields) -> Page<T> {
        let most = self.shown();
        let page = Page::new(self.found, most, query, &["after", "after_id"], |(_, (key, id))| {
            vec![("after", key.clone()), ("after_id", id.to_string())]
        });
        let Page { rows, next, query, first } = page;
        Page { rows: rows.into_iter().map(|(line, _)| line).collect(), next, query, first }
    }

    /// Whether there are more rows than were asked for.
    pub fn more(&self) -> bool {
        self.found.len() > self.shown()
    }

    /// The lines as something else.
    pub fn map<U>(self, mut of: impl FnMut(T) -> U) -> Rows<U> {
        let rows = self.found.into_iter().map(|(line, place)| (of(line), place)).collect();
        Rows { found: rows, most: self.most, total: self.total, filtered: self.filtered }
    }

    /// A part of those of all lines for which something holds that the database doesn't know.
    #[must_use]
    pub fn keep(mut self, slice: &Slice, holds: impl Fn(&T) -> bool) -> Self {
        self.found.retain(|(line, _)| holds(line));
        self.total = Some(self.found.len() as u64);
        let behind = |(_, place): &(T, (String, i64))| Some(place) == slice.after.as_ref();
        let from = self.found.iter().position(behind).map_or(0, |place| place + 1);
        self.found.drain(..from);
        self.most = slice.most;
        self
    }

    /// Lines that are read beside, of those that are there.
    pub fn each(&self) -> impl Iterator<Item = &T> {
        self.found.iter().map(|(line, _)| line)
    }

    fn shown(&self) -> usize {
        usize::try_from(self.most).unwrap_or(usize::MAX).min(self.found.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: &[By] = &[By::day("day", "a.day").falling(), By::text("name", "a.name")];

    #[test]
    fn an_order_is_what_is_known_of_it() {
        for (query, by, rising) in [
            ("", "day", false),
            ("order=day", "day", true),
            ("order=-day", "day", false),
            ("order=name", "name", true),
            ("order=-name", "name", false),
            ("order=other", "day", false),
        ] {
            let (found, rises) = By::read(&Fields::parse(query), ORDERS);
            assert_eq!((found.name, rises), (by, rising), "{query}");
        }
    }

    #[test]
    fn a_page_begins_behind_a_key_that_its_order_can_have() {
        for (query, behind) in [
            ("after=2025-03-01&after_id=3", true),
            ("after=x&after_id=3", false),
            ("after=2025-03-01", false),
            ("order=name&after=&after_id=3", true),
        ] {
            assert_eq!(Slice::from_query(&Fields::parse(query), ORDERS, 9).behind().is_some(), behind, "{query}");
        }
    }

    #[test]
    fn rows_lead_on_from_the_last_one_shown() {
        let query = Fields::parse("q=a");
        let rows = |ids: &[i64], most| Rows {
            found: ids.iter().map(|id| (*id, (id.to_string(), *id))).collect(),
            most,
            total: None,
            filtered: false,
        };
        let page = rows(&[8, 7, 6], 2).page(&query);
        assert_eq!((page.rows, page.next.as_deref()), (vec![8, 7], Some("q=a&after=7&after_id=7")));
        assert_eq!((rows(&[8, 7, 6], 2).more(), rows(&[8, 7, 6], 2).lines()), (true, vec![8, 7]));
        assert_eq!((rows(&[8], 2).more(), rows(&[8], 2).page(&query).next), (false, None));
        let slice = Slice::from_query(&Fields::parse("order=name&after=7&after_id=7"), ORDERS, 1);
        let kept = rows(&[9, 8, 7, 6, 5, 4], 99).keep(&slice, |id| id % 2 == 1 || *id == 4);
        assert_eq!((kept.total, kept.more(), kept.lines()), (Some(4), true, vec![5]));
    }
}
