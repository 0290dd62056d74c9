//! Reading a list: its orders, the requested part of it, its filters, and the rows that are found.

use chrono::NaiveDate;
use ledger::db::{self, Conditions};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use web::Fields;

use super::{Page, period};
use crate::{app::App, error::Result, pinyin::Typed};

/// How many rows of a list are counted for its page: a larger total is shown as "more than", since counting all of a long
/// list takes longer than reading a page of it.
pub const COUNTED: u64 = 1000;

/// One of a list's orders.
#[derive(Clone, Copy, Debug)]
pub struct By {
    /// Its name in addresses.
    pub name: &'static str,
    /// Whether it is ascending unless an address says otherwise.
    pub rises: bool,
    /// The SQL expression that rows are sorted by; never null.
    sql: &'static str,
    /// Parses a key, which is text in an address; `None` if it is no such value.
    value: fn(&str) -> Option<Value>,
}

impl By {
    /// By a text, ascending.
    pub const fn text(name: &'static str, sql: &'static str) -> Self {
        Self { name, rises: true, sql, value: |key| Some(key.into()) }
    }

    /// By a whole number, ascending.
    pub const fn number(name: &'static str, sql: &'static str) -> Self {
        Self { name, rises: true, sql, value: |key| key.parse::<i64>().ok().map(Value::from) }
    }

    /// By a day, ascending.
    pub const fn day(name: &'static str, sql: &'static str) -> Self {
        Self { name, rises: true, sql, value: |key| key.parse::<NaiveDate>().ok().map(Value::from) }
    }

    /// Makes it descending by default.
    #[must_use]
    pub const fn falling(self) -> Self {
        Self { rises: false, ..self }
    }

    /// The order that `order` of an address selects: `name`, or `-name` for descending. An unknown one is read as the first
    /// order in its default direction.
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
    /// The first rows of a list in its default order, at most `most`.
    pub fn first(orders: &'static [By], most: u64) -> Self {
        Self { by: &orders[0], rising: orders[0].rises, after: None, most, counted: None }
    }

    /// The part that an address selects: the order, and the row that it follows. At most `most` rows are read and one more,
    /// to see whether there are more.
    pub fn from_query(query: &Fields, orders: &'static [By], most: u64) -> Self {
        let (by, rising) = By::read(query, orders);
        let after = query.key("after_id").map(|id| (query.raw("after").to_owned(), id));
        Self { by, rising, after, most, counted: None }
    }

    /// Also counts the rows of the whole list, up to `most`.
    #[must_use]
    pub fn counted(self, most: u64) -> Self {
        Self { counted: Some(most), ..self }
    }

    /// All rows, whatever part of them is shown: for a list that is filtered once more after it was read.
    #[must_use]
    pub fn whole(&self) -> Self {
        Self { after: None, most: u64::MAX, counted: None, ..self.clone() }
    }

    /// The row that it follows, if the address names one that is valid for this order.
    fn behind(&self) -> Option<(Value, i64)> {
        let (key, id) = self.after.as_ref()?;
        Some(((self.by.value)(key)?, *id))
    }
}

/// The query of a list, without its conditions and its order.
#[derive(Clone, Copy, Debug)]
pub struct Select<'s> {
    /// The table and its alias: `activity a`.
    pub table: &'s str,
    /// The key that orders rows with equal values: `a.id`.
    pub id: &'s str,
    /// The joins that columns, conditions and orders need.
    pub joins: &'s str,
    /// The columns of a line.
    pub columns: &'s str,
}

/// The filters of a list from an address. `$1` of every condition is today; each `?` is the filter's value.
#[derive(Clone, Debug)]
pub struct Filters<'q> {
    query: &'q Fields,
    conditions: Conditions,
    set: bool,
}

impl<'q> Filters<'q> {
    /// No filters yet.
    pub fn new(query: &'q Fields, today: NaiveDate) -> Self {
        let mut conditions = Conditions::beside(vec![today.into()]);
        conditions.and("$1 = $1", []);
        Self { query, conditions, set: false }
    }

    /// Adds a condition that applies to every request.
    pub fn always(&mut self, condition: &str) {
        self.conditions.and(condition, []);
    }

    /// The same for a condition that numbers its places itself: the scope.
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

    /// A filter that is a check box.
    pub fn ticked(&mut self, name: &str) -> bool {
        self.set |= self.query.some(name).is_some();
        self.query.ticked(name)
    }

    /// A filter with a fixed set of values, each with its condition. The one for `""` applies if the filter is not set, or
    /// has another value.
    pub fn one_of(&mut self, name: &str, conditions: &[(&str, &str)]) {
        let value = self.value(name).unwrap_or_default();
        let condition = conditions.iter().find(|(of, _)| *of == value);
        if let Some((_, condition)) = condition.or_else(|| conditions.iter().find(|(of, _)| of.is_empty())) {
            self.always(condition);
        }
    }

    /// The search field: its text is a part of one of these columns.
    pub fn search(&mut self, columns: &[&str]) {
        if let Some(text) = self.value("q") {
            self.within(|values| db::contains(columns, text, values));
        }
    }

    /// The same for names, which are found by their pinyin too; `beside` are other columns to search.
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

    /// The filter for a period, if one is set: the days of a column are within it.
    pub fn period(&mut self, column: &str, today: NaiveDate) -> Result<()> {
        if !matches!(self.query.text("period"), "" | "any") {
            let period = period::from_query(self.query, "year", today)?;
            self.set = true;
            self.conditions.and(&format!("{column} between ? and ?"), [period.from.into(), period.to.into()]);
        }
        Ok(())
    }

    /// Adds the condition of a filter that is set; every `?` is its value.
    pub fn and(&mut self, condition: &str, value: Value) {
        self.set = true;
        self.conditions.and(condition, vec![value; condition.matches('?').count()]);
    }

    /// The rows of the selected part of the list.
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

    /// The same for columns that are slow to compute: the rows are selected first, and the columns are read for these only.
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
        // The rows and their number are read at the same time.
        let counting = async {
            match whole {
                Some((most, conditions)) => Ok(Some(count(conn, select, conditions, most).await?)),
                None => Ok::<_, DbErr>(None),
            }
        };
        let sql = sql(&order, &all, &limit);
        let (found, counted) = tokio::try_join!(db::raw(conn, &sql, values), counting)?;
        let mut rows = Vec::new();
        for row in found {
            rows.push((
                T::from_query_result(&row, "")?,
                (row.try_get("", "list_key")?, row.try_get("", "list_key_id")?),
            ));
        }
        // What was written between the two readings is not to contradict the page.
        let here = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let total = counted.map(|total| if !paged && here <= slice.most { here } else { total.max(here) });
        Ok(Rows { found: rows, most: slice.most, total, filtered: self.set })
    }
}

/// The key of a row in the address of the next page.
fn key(select: &Select<'_>, slice: &Slice) -> String {
    format!(", cast({} as varchar) as list_key, {} as list_key_id", slice.by.sql, select.id)
}

/// Counts the rows of a list up to a number, and one more if there are more.
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

/// Rows of a list, each with its key in the address of the next page.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    found: Vec<(T, (String, i64))>,
    most: u64,
    /// The number of rows in the whole list, if they were counted; one more than the limit of counting if there are more.
    pub total: Option<u64>,
    /// Whether a filter is set.
    pub filtered: bool,
}

impl<T> Rows<T> {
    /// The lines, at most as many as were requested.
    pub fn lines(self) -> Vec<T> {
        let most = self.shown();
        self.found.into_iter().take(most).map(|(line, _)| line).collect()
    }

    /// All lines, for exports: refused if there are more than were requested.
    pub fn whole(self, app: &App) -> Result<Vec<T>> {
        super::export::must_fit(app, self.found.len())?;
        Ok(self.found.into_iter().map(|(line, _)| line).collect())
    }

    /// A page of them; the address of the next page has the key of the last row.
    pub fn page(self, query: &Fields) -> Page<T> {
        let most = self.shown();
        let page = Page::new(self.found, most, query, &["after", "after_id"], |(_, (key, id))| {
            vec![("after", key.clone()), ("after_id", id.to_string())]
        });
        let Page { rows, next, query, first } = page;
        Page { rows: rows.into_iter().map(|(line, _)| line).collect(), next, query, first }
    }

    /// Whether there are more rows than were requested.
    pub fn more(&self) -> bool {
        self.found.len() > self.shown()
    }

    /// Converts the lines.
    pub fn map<U>(self, mut of: impl FnMut(T) -> U) -> Rows<U> {
        let rows = self.found.into_iter().map(|(line, place)| (of(line), place)).collect();
        Rows { found: rows, most: self.most, total: self.total, filtered: self.filtered }
    }

    /// Filters all lines by a condition that the database can't check, and takes the requested part of them.
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

    /// The lines, for reading further data about them.
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
    fn an_unknown_order_is_the_first_one() {
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
    fn a_page_begins_after_a_key_that_is_valid_for_its_order() {
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
    fn the_next_page_of_rows_begins_after_the_last_one_shown() {
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
        let filtered_rows = rows(&[9, 8, 7, 6, 5, 4], 99).keep(&slice, |id| id % 2 == 1 || *id == 4);
        assert_eq!((filtered_rows.total, filtered_rows.more(), filtered_rows.lines()), (Some(4), true, vec![5]));
    }
}
