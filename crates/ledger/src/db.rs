//! SQL written once for both databases: `$1` places, `insert … values` in chunks.

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, TryGetable};

#[doc(hidden)]
pub use sea_orm::{DbErr, QueryResult, Value};

pub use crate::database::{
    Carried, Database, Transaction, Trouble, along, begin, begin_apart, begin_unless_busy, broken, connect,
    connect_alone, connect_to_read, in_one_task, trouble,
};
#[doc(hidden)]
pub use crate::record::unknown_code;
pub use crate::record::{
    ByKeys, by_ids, by_keys, changed_meanwhile, insert, insert_parts, insert_with, lock, row, rows, touched, update,
    update_with, upsert,
};

/// Rows in one insert statement: more gain nothing, and a long text is parsed anew whenever its length differs.
const ROWS: usize = 500;
/// Items of an `in (…)` list. SQLite finds a numbered place by searching a list of all of them, so long lists cost
/// quadratic time.
const LISTED: usize = 500;

fn statement(conn: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}

/// All rows, typed.
pub async fn all<T: FromQueryResult + Send + Sync>(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<T>, DbErr> {
    let rows = conn.query_all_raw(statement(conn, sql, values)).await?;
    rows.iter().map(|row| T::from_query_result(row, "")).collect()
}

/// All rows as the driver returns them, for large results that are read by column number.
pub async fn raw(conn: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    conn.query_all_raw(statement(conn, sql, values)).await
}

/// The first row, if any.
pub async fn one<T: FromQueryResult + Send + Sync>(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<T>, DbErr> {
    let row = conn.query_one_raw(statement(conn, sql, values)).await?;
    row.map(|row| T::from_query_result(&row, "")).transpose()
}

/// The first column of the first row, if any.
pub async fn scalar<T: TryGetable>(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<T>, DbErr> {
    let row = conn.query_one_raw(statement(conn, sql, values)).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

/// Runs a statement and returns how many rows it affected.
pub async fn execute(conn: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
    Ok(conn.execute_raw(statement(conn, sql, values)).await?.rows_affected())
}

/// Locks rows until the transaction ends, in the order of the query: two transactions that lock some of the same rows in
/// the same order can't deadlock. On SQLite a writer holds everything from [`begin`] on.
pub async fn hold(tx: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    match tx.get_database_backend() {
        DbBackend::Sqlite => raw(tx, sql, values).await,
        _ => raw(tx, &format!("{sql} for no key update"), values).await,
    }
}

/// Inserts rows, as many in one statement as the databases accept.
///
/// The rows are collected before the first await: a future that held the caller's iterator could not be sent between threads.
pub fn insert_many<'a>(
    conn: &'a impl ConnectionTrait,
    table: &'a str,
    columns: &'a [&'a str],
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> impl Future<Output = Result<(), DbErr>> {
    insert_rows(conn, table, columns, rows.into_iter().collect())
}

async fn insert_rows(
    conn: &impl ConnectionTrait,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
) -> Result<(), DbErr> {
    let backend = conn.get_database_backend();
    let head = format!("insert into {table} ({}) values ", columns.join(", "));
    let full = format!("{head}{}", tuples(backend, columns.len(), ROWS));
    let mut values = Vec::with_capacity(ROWS.min(rows.len()) * columns.len());
    let mut buffered = 0;
    for row in rows {
        debug_assert_eq!(row.len(), columns.len());
        values.extend(row);
        buffered += 1;
        if buffered == ROWS {
            execute(conn, &full, std::mem::take(&mut values)).await?;
            buffered = 0;
        }
    }
    if buffered > 0 {
        execute(conn, &format!("{head}{}", tuples(backend, columns.len(), buffered)), values).await?;
    }
    Ok(())
}

/// `($1,$2),($3,$4)`; on SQLite `(?,?),(?,?)`, since binding to numbered places takes quadratic time there.
fn tuples(backend: DbBackend, width: usize, count: usize) -> String {
    let mut sql = String::with_capacity(count * width * 6);
    for row in 0..count {
        sql.push_str(if row == 0 { "(" } else { ",(" });
        for column in 1..=width {
            if column > 1 {
                sql.push(',');
            }
            if backend == DbBackend::Sqlite {
                sql.push('?');
            } else {
                sql.push('$');
                sql.push_str(&(row * width + column).to_string());
            }
        }
        sql.push(')');
    }
    sql
}

/// `$3,$4,$5` for three places from the third on.
pub fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|place| format!("${place}")).collect::<Vec<_>>().join(",")
}

/// A text as a literal part of a pattern for [`like`]: `%`, `_` and `\` are escaped, and A to Z are folded.
pub fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter.to_ascii_lowercase());
    }
    pattern
}

/// The condition that a column matches a pattern of wildcards and [`literal`] texts. The pattern is added to `values`.
///
/// On both databases case is ignored for A to Z and for no other letters: SQLite's `lower` folds no others, and neither
/// does PostgreSQL's under the collation `C`, whatever the database's own collation is. Full-width letters are not folded.
pub fn like(column: &str, pattern: String, values: &mut Vec<Value>) -> String {
    values.push(pattern.into());
    likes(column, values.len())
}

fn likes(column: &str, place: usize) -> String {
    format!("lower({column} collate \"C\") like ${place} escape '\\'")
}

/// The condition that one of the columns contains a text, compared as in [`like`].
pub fn contains(columns: &[&str], text: &str, values: &mut Vec<Value>) -> String {
    values.push(format!("%{}%", literal(text)).into());
    let any: Vec<String> = columns.iter().map(|column| likes(column, values.len())).collect();
    format!("({})", any.join(" or "))
}

/// Whether a text contains what was typed, compared as in [`contains`].
pub fn text_contains(text: &str, typed: &str) -> bool {
    text.to_ascii_lowercase().contains(&typed.to_ascii_lowercase())
}

/// The condition that a column begins with a text, compared as in [`like`].
pub fn begins(column: &str, text: &str, values: &mut Vec<Value>) -> String {
    like(column, format!("{}%", literal(text)), values)
}

/// The conditions of a list, with the values that they compare with.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    all: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// No conditions yet; `values` are those that the rest of the statement uses as `$1`, `$2` ….
    pub fn beside(values: Vec<Value>) -> Self {
        Self { all: Vec::new(), values }
    }

    /// Adds a condition in which each `?` stands for the next of its values.
    pub fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        let mut text = condition.to_owned();
        for value in values {
            self.values.push(value);
            text = text.replacen('?', &format!("${}", self.values.len()), 1);
        }
        self.all.push(text);
    }

    /// Adds a condition that numbers its places itself, after the values that are already there.
    pub fn and_of(&mut self, make: impl FnOnce(&mut Vec<Value>) -> String) {
        let condition = make(&mut self.values);
        self.all.push(condition);
    }

    /// Adds the condition that one of the columns contains a text; nothing if the text is empty.
    pub fn and_contains(&mut self, columns: &[&str], text: &str) {
        if !text.is_empty() {
            self.and_of(|values| contains(columns, text, values));
        }
    }

    /// Adds the condition that a row comes after another in the order of `by`, then of `id`: how a list is paged by key.
    /// Neither may be null.
    pub fn and_behind(&mut self, by: &str, id: &str, rising: bool, (key, of): (Value, i64)) {
        let sign = if rising { ">" } else { "<" };
        self.and(&format!("({by} {sign} ? or ({by} = ? and {id} {sign} ?))"), [key.clone(), key, of.into()]);
    }

    /// All conditions as one, and all values.
    pub fn done(self) -> (String, Vec<Value>) {
        let all = if self.all.is_empty() { "1 = 1".to_owned() } else { self.all.join(" and ") };
        (all, self.values)
    }
}

/// Slices for `in (…)` lists.
pub fn chunks<T>(items: &[T]) -> impl Iterator<Item = &[T]> {
    items.chunks(LISTED)
}

/// Takes `count` numbers of a range and returns the first; ranges have no gaps except for what is rolled back.
pub async fn take_range(tx: &impl ConnectionTrait, name: &str, count: usize) -> Result<i64, DbErr> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let last: Option<i64> = scalar(
        tx,
        "update id_range set last = last + $1 where name = $2 returning last",
        vec![count.into(), name.into()],
    )
    .await?;
    match last {
        Some(last) => Ok(last - count + 1),
        None => Err(DbErr::RecordNotFound(format!("id range {name}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_searched_for_as_it_was_typed() {
        for (text, pattern) in
            [("50%", "50\\%"), ("a_b", "a\\_b"), ("C:\\A", "c:\\\\a"), ("ＡÄД学", "ＡÄД学"), ("", "")]
        {
            assert_eq!(literal(text), pattern, "{text}");
        }
        let mut conditions = Conditions::beside(vec![1i64.into()]);
        conditions.and_contains(&["a.title", "a.place"], "5%");
        conditions.and_contains(&["a.chair"], "");
        let (sql, values) = conditions.done();
        let title = r#"lower(a.title collate "C") like $2 escape '\'"#;
        let place = r#"lower(a.place collate "C") like $2 escape '\'"#;
        assert_eq!(sql, format!("({title} or {place})"));
        assert_eq!(values, [1i64.into(), Value::from("%5\\%%")]);
    }

    #[test]
    fn conditions_number_their_values_after_existing_ones() {
        let mut conditions = Conditions::beside(vec![1i64.into()]);
        conditions.and("a.day = $1", []);
        conditions.and("(a.title like ? or a.place like ?)", ["x".into(), "y".into()]);
        conditions.and_of(|values| {
            values.push(7i64.into());
            format!("p.place = ${}", values.len())
        });
        conditions.and_behind("a.day", "a.id", false, (5i64.into(), 9));
        let (sql, values) = conditions.done();
        assert_eq!(
            sql,
            "a.day = $1 and (a.title like $2 or a.place like $3) and p.place = $4 and (a.day < $5 or (a.day = $6 and a.id < $7))"
        );
        assert_eq!(values.len(), 7);
        assert_eq!(Conditions::default().done().0, "1 = 1");
    }
}
