//! Rows as values: the columns of a row are declared once; selecting, reading, inserting and updating use that declaration.
//!
//! [`Columns`] is a value stored in columns: a number, a text, an id, a code, a [`DayRange`], a tuple of these, a record.
//! [`record!`](crate::record!) declares a struct as the columns of a table, [`codes!`](crate::codes!) an enum that is stored as a
//! text. The functions are called through [`db`](crate::db): [`rows`], [`row`], [`by_ids`], [`by_keys`], [`insert`], [`update`].

use std::{collections::HashMap, hash::Hash};

use chrono::NaiveDate;
use kernel::{AccountId, DayRange, FileId, GroupId, ImportId, PersonId, RecordId, Refusal, UnitId};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, Value};

use crate::db;

/// A value stored in one or more columns next to each other.
pub trait Columns: Sized {
    /// How many columns it takes.
    const WIDTH: usize = 1;

    /// Reads it from the columns of a row starting at `first`; `None` if a column is null that must not be.
    fn read(row: &QueryResult, first: usize) -> Result<Option<Self>, DbErr>;

    /// Adds its values, or nulls for `None`.
    fn write(this: Option<&Self>, values: &mut Vec<Value>);
}

/// A struct whose columns have names, declared by [`record!`](crate::record!).
pub trait Row: Columns {
    /// The names of its columns, field by field.
    const FIELDS: &'static [&'static [&'static str]];

    /// Its columns for a select, in the order in which they are read: `a.id, a.title`.
    fn columns(alias: &str) -> String {
        names::<Self>().iter().map(|name| format!("{alias}.{name}")).collect::<Vec<_>>().join(", ")
    }
}

/// A struct that is a row of a table, declared by [`record!`](crate::record!).
pub trait Record: Row {
    /// The table.
    const TABLE: &'static str;
}

fn names<'n, R: Row>() -> Vec<&'n str> {
    R::FIELDS.iter().copied().flatten().copied().collect()
}

fn values(of: &impl Columns) -> Vec<Value> {
    let mut values = Vec::new();
    Columns::write(Some(of), &mut values);
    values
}

fn read<T: Columns>(row: &QueryResult) -> Result<T, DbErr> {
    T::read(row, 0)?.ok_or_else(|| DbErr::Type(format!("a null where {} was to be read", std::any::type_name::<T>())))
}

macro_rules! plain {
    ($($kind:ty),*) => {$(
        impl Columns for $kind {
            fn read(row: &QueryResult, first: usize) -> Result<Option<Self>, DbErr> {
                row.try_get_by_index(first)
            }

            fn write(this: Option<&Self>, values: &mut Vec<Value>) {
                values.push(this.cloned().into());
            }
        }
    )*};
}

plain!(i64, bool, String, NaiveDate);

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl Columns for $id {
            fn read(row: &QueryResult, first: usize) -> Result<Option<Self>, DbErr> {
                Ok(row.try_get_by_index::<Option<i64>>(first)?.map($id))
            }

            fn write(this: Option<&Self>, values: &mut Vec<Value>) {
                values.push(this.map(|id| id.0).into());
            }
        }
    )*};
}

ids!(AccountId, FileId, GroupId, ImportId, PersonId, RecordId, UnitId);

/// Stored as a bigint.
impl Columns for i32 {
    fn read(row: &QueryResult, first: usize) -> Result<Option<Self>, DbErr> {
        let number: Option<i64> = row.try_get_by_index(first)?;
        number
            .map(|number| i32::try_from(number).map_err(|_| DbErr::Type(format!("{number} is too large"))))
            .transpose()
    }

    fn write(this: Option<&Self>, values: &mut Vec<Value>) {
        values.push(this.copied().map(i64::from).into());
    }
}

/// First and last day, in this order.
impl Columns for DayRange {
    const WIDTH: usize = 2;

    fn read(row: &QueryResult, first: usize) -> Result<Option<Self>, DbErr> {
        let days: Option<(NaiveDate, Option<NaiveDate>)> = Columns::read(row, first)?;
        Ok(days.map(|(from, to)| Self { from, to }))
    }

    fn write(this: Option<&Self>, values: &mut Vec<Value>) {
        values.push(this.map(|days| days.from).into());
        values.push(this.and_then(|days| days.to).into());
    }
}

/// `None` is stored as null.
impl<T: Columns> Columns for Option<T> {
    const WIDTH: usize = T::WIDTH;

    fn read(row: &QueryResult, first: usize) -> Result<Option<Self>, DbErr> {
        Ok(Some(T::read(row, first)?))
    }

    fn write(this: Option<&Self>, values: &mut Vec<Value>) {
        T::write(this.and_then(Option::as_ref), values);
    }
}

macro_rules! tuples {
    ($(($($part:ident $place:tt),+))*) => {$(
        #[expect(non_snake_case, reason = "the parts are named by their types")]
        impl<$($part: Columns),+> Columns for ($($part,)+) {
            const WIDTH: usize = 0 $(+ $part::WIDTH)+;

            fn read(row: &QueryResult, first: usize) -> Result<Option<Self>, DbErr> {
                let mut place = first;
                $(
                    let Some($part) = $part::read(row, place)? else { return Ok(None) };
                    place += $part::WIDTH;
                )+
                let _ = place;
                Ok(Some(($($part,)+)))
            }

            fn write(this: Option<&Self>, values: &mut Vec<Value>) {
                $($part::write(this.map(|this| &this.$place), values);)+
            }
        }
    )*};
}

tuples! {
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
}

/// Declares a struct as a row of a table: each field is a column of its name, or of the names after `as`.
///
/// Select with [`Row::columns`], so that the columns come in the order in which they are read. Fields after `beside` are
/// not columns of the table and are read as their default. A struct without a table is the result of a join.
///
/// ```
/// use kernel::{DayRange, RecordId, UnitId};
/// use ledger::Row as _;
///
/// ledger::record! {
///     /// A visit to a unit.
///     #[derive(Clone, Debug)]
///     pub struct Visit in "visit" {
///         /// Its key.
///         pub id: RecordId,
///         /// Where.
///         pub host: UnitId as "unit_id",
///         /// From when to when.
///         pub days: DayRange as "from_day" and "to_day",
///         /// Raised by every change.
///         pub version: i64,
///     } beside {
///         /// Who came.
///         pub guests: Vec<String>,
///     }
/// }
///
/// assert_eq!(Visit::columns("v"), "v.id, v.unit_id, v.from_day, v.to_day, v.version");
/// ```
#[macro_export]
macro_rules! record {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident $(in $table:literal)? {
            $(
                $(#[$field_meta:meta])*
                $field_vis:vis $field:ident: $kind:ty $(as $column:literal $(and $more:literal)*)?
            ),* $(,)?
        }
        $(beside {
            $( $(#[$beside_meta:meta])* $beside_vis:vis $beside:ident: $beside_kind:ty ),* $(,)?
        })?
    ) => {
        $(#[$meta])*
        $vis struct $name {
            $( $(#[$field_meta])* $field_vis $field: $kind, )*
            $($( $(#[$beside_meta])* $beside_vis $beside: $beside_kind, )*)?
        }

        impl $crate::Columns for $name {
            const WIDTH: usize = 0 $(+ <$kind as $crate::Columns>::WIDTH)*;

            fn read(
                row: &$crate::db::QueryResult,
                first: usize,
            ) -> ::std::result::Result<::std::option::Option<Self>, $crate::db::DbErr> {
                let mut place = first;
                $(
                    let ::std::option::Option::Some($field) = <$kind as $crate::Columns>::read(row, place)? else {
                        return ::std::result::Result::Ok(::std::option::Option::None);
                    };
                    place += <$kind as $crate::Columns>::WIDTH;
                )*
                let _ = place;
                ::std::result::Result::Ok(::std::option::Option::Some(Self {
                    $( $field, )*
                    $($( $beside: ::std::default::Default::default(), )*)?
                }))
            }

            fn write(this: ::std::option::Option<&Self>, values: &mut ::std::vec::Vec<$crate::db::Value>) {
                $( <$kind as $crate::Columns>::write(this.map(|this| &this.$field), values); )*
            }
        }

        impl $crate::Row for $name {
            const FIELDS: &'static [&'static [&'static str]] =
                &[$( $crate::record!(@names $field $($column $($more)*)?) ),*];
        }

        $( impl $crate::Record for $name { const TABLE: &'static str = $table; } )?
    };
    (@names $field:ident) => { &[stringify!($field)] };
    (@names $field:ident $($column:literal)+) => { &[$($column),+] };
}

/// Declares an enum whose values are stored as texts: `as_str`, `from_code`, `ALL`, `CODES`, and [`Columns`].
///
/// ```
/// ledger::codes! {
///     /// How a visit went.
///     pub enum Went {
///         /// Well.
///         Well = "well",
///         /// Not so well.
///         Badly = "badly",
///     }
/// }
///
/// assert_eq!(Went::Badly.as_str(), "badly");
/// assert_eq!(Went::from_code("well"), Some(Went::Well));
/// assert_eq!(Went::ALL.len(), 2);
/// ```
#[macro_export]
macro_rules! codes {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $code:literal ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $( $(#[$variant_meta])* $variant, )* }

        impl $name {
            /// All values, in their order.
            pub const ALL: [Self; [$($code),*].len()] = [$(Self::$variant),*];

            /// Their codes.
            pub const CODES: [&'static str; [$($code),*].len()] = [$($code),*];

            /// The stored code.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $code, )* }
            }

            /// The value of a stored code.
            pub fn from_code(text: &str) -> ::std::option::Option<Self> {
                match text { $( $code => ::std::option::Option::Some(Self::$variant), )* _ => ::std::option::Option::None }
            }
        }

        impl $crate::Columns for $name {
            fn read(
                row: &$crate::db::QueryResult,
                first: usize,
            ) -> ::std::result::Result<::std::option::Option<Self>, $crate::db::DbErr> {
                let text: ::std::option::Option<::std::string::String> = row.try_get_by_index(first)?;
                text.map(|text| Self::from_code(&text).ok_or_else(|| $crate::db::unknown_code(stringify!($name), &text))).transpose()
            }

            fn write(this: ::std::option::Option<&Self>, values: &mut ::std::vec::Vec<$crate::db::Value>) {
                values.push(this.map(|this| this.as_str()).into());
            }
        }
    };
}

#[doc(hidden)]
pub fn unknown_code(name: &str, text: &str) -> DbErr {
    DbErr::Type(format!("{name} can't be {text}"))
}

/// All rows, each read in the order of its columns: into an id, a tuple, a record, or a tuple that contains records.
pub async fn rows<T: Columns>(conn: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Vec<T>, DbErr> {
    db::raw(conn, sql, values).await?.iter().map(read).collect()
}

/// The first row, if any.
pub async fn row<T: Columns>(conn: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Option<T>, DbErr> {
    db::raw(conn, sql, values).await?.first().map(read).transpose()
}

/// Records of a table by their ids.
pub async fn by_ids<K: Columns + Eq + Hash, R: Record>(
    conn: &impl ConnectionTrait,
    ids: &[K],
) -> Result<HashMap<K, R>, DbErr> {
    let sql = format!("select x.id, {} from {} x where x.id in ($keys)", R::columns("x"), R::TABLE);
    by_keys(&sql, ids).map(conn).await
}

/// Locks the rows of a table with these ids until the transaction ends, in the order of the ids.
pub async fn lock<K: Columns + Ord + Copy>(tx: &impl ConnectionTrait, table: &str, ids: &[K]) -> Result<(), DbErr> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    let sql = format!("select id from {table} where id in ($keys) order by id");
    by_keys(&sql, &ids).hold::<K>(tx).await?;
    Ok(())
}

/// A statement over many keys, run for a few hundred of them at a time; `in ($keys)` marks their place in it.
///
/// The rows of one run follow those of the run before, so an `order by` holds only within one run.
pub fn by_keys<K: Columns>(sql: &str, keys: &[K]) -> ByKeys {
    debug_assert_eq!(K::WIDTH, 1);
    ByKeys { sql: sql.to_owned(), values: Vec::new(), keys: keys.iter().flat_map(values).collect() }
}

/// A statement over many keys, see [`by_keys`].
#[derive(Clone, Debug)]
pub struct ByKeys {
    sql: String,
    values: Vec<Value>,
    keys: Vec<Value>,
}

impl ByKeys {
    /// Adds values that the statement uses as `$1`, `$2` … besides the keys.
    #[must_use]
    pub fn with(self, values: Vec<Value>) -> Self {
        Self { values, ..self }
    }

    /// The statement with its values, run by run: for what isn't a single query.
    pub fn runs(&self) -> impl Iterator<Item = (String, Vec<Value>)> {
        db::chunks(&self.keys).map(|keys| {
            let places = db::places(self.values.len() + 1, keys.len());
            (self.sql.replace("$keys", &places), self.values.iter().chain(keys).cloned().collect())
        })
    }

    /// The rows, each read in the order of its columns.
    pub async fn rows<T: Columns>(&self, conn: &impl ConnectionTrait) -> Result<Vec<T>, DbErr> {
        let mut found = Vec::new();
        for (sql, values) in self.runs() {
            found.extend(rows::<T>(conn, &sql, values).await?);
        }
        Ok(found)
    }

    /// The rows, each read by the names of its columns.
    pub async fn all<T: FromQueryResult + Send + Sync>(&self, conn: &impl ConnectionTrait) -> Result<Vec<T>, DbErr> {
        let mut found = Vec::new();
        for (sql, values) in self.runs() {
            found.extend(db::all::<T>(conn, &sql, values).await?);
        }
        Ok(found)
    }

    /// The rows by the value of their first column; if two have the same, the last one.
    pub async fn map<K: Columns + Eq + Hash, T: Columns>(
        &self,
        conn: &impl ConnectionTrait,
    ) -> Result<HashMap<K, T>, DbErr> {
        Ok(self.rows::<(K, T)>(conn).await?.into_iter().collect())
    }

    /// Runs it, and returns how many rows it affected.
    pub async fn execute(&self, conn: &impl ConnectionTrait) -> Result<u64, DbErr> {
        let mut touched = 0;
        for (sql, values) in self.runs() {
            touched += db::execute(conn, &sql, values).await?;
        }
        Ok(touched)
    }

    /// Locks the rows that it selects until the transaction ends, see [`db::hold`], and returns them.
    pub async fn hold<T: Columns>(&self, tx: &impl ConnectionTrait) -> Result<Vec<T>, DbErr> {
        let mut locked = Vec::new();
        for (sql, values) in self.runs() {
            for row in db::hold(tx, &sql, values).await? {
                locked.push(read(&row)?);
            }
        }
        Ok(locked)
    }
}

/// Inserts records.
pub async fn insert<R: Record>(tx: &impl ConnectionTrait, records: &[R]) -> Result<(), DbErr> {
    insert_with(tx, records, &[]).await
}

/// Inserts records, with further columns that are the same in all of them.
pub async fn insert_with<R: Record>(
    tx: &impl ConnectionTrait,
    records: &[R],
    with: &[(&str, Value)],
) -> Result<(), DbErr> {
    let columns: Vec<&str> = names::<R>().into_iter().chain(with.iter().map(|(column, _)| *column)).collect();
    let rows: Vec<Vec<Value>> = records
        .iter()
        .map(|record| values(record).into_iter().chain(with.iter().map(|(_, value)| value.clone())).collect())
        .collect();
    db::insert_many(tx, R::TABLE, &columns, rows).await
}

/// Inserts records that belong to others, whose ids are stored in the column `owner`.
///
/// The rows are collected before the first await, see [`db::insert_many`].
pub fn insert_parts<'a, K: Columns, R: Record + 'a>(
    tx: &'a impl ConnectionTrait,
    owner: &'a str,
    parts: impl IntoIterator<Item = (K, &'a R)>,
) -> impl Future<Output = Result<(), DbErr>> {
    let rows: Vec<Vec<Value>> =
        parts.into_iter().map(|(of, part)| values(&of).into_iter().chain(values(part)).collect()).collect();
    async move {
        let columns: Vec<&str> = std::iter::once(owner).chain(names::<R>()).collect();
        db::insert_many(tx, R::TABLE, &columns, rows).await
    }
}

/// Inserts a record, or overwrites the row with the same `key`, except for its columns `new`.
pub async fn upsert<R: Record>(
    tx: &impl ConnectionTrait,
    record: &R,
    key: &str,
    new: &[(&str, Value)],
) -> Result<(), DbErr> {
    let columns: Vec<&str> = names::<R>().into_iter().chain(new.iter().map(|(column, _)| *column)).collect();
    let of_columns = values(record).into_iter().chain(new.iter().map(|(_, value)| value.clone())).collect();
    let sets: Vec<String> = names::<R>()
        .into_iter()
        .filter(|column| *column != key)
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    let sql = format!(
        "insert into {} ({}) values ({}) on conflict ({key}) do update set {}",
        R::TABLE,
        columns.join(", "),
        db::places(1, columns.len()),
        sets.join(", ")
    );
    db::execute(tx, &sql, of_columns).await?;
    Ok(())
}

/// Overwrites the row with the record's `id` and `version`, and raises the version by one. If no row was affected, it was
/// changed meanwhile: [`touched`] refuses that.
pub async fn update<R: Record>(tx: &impl ConnectionTrait, record: &R) -> Result<u64, DbErr> {
    update_with(tx, record, &[]).await
}

/// As [`update`], with further columns.
pub async fn update_with<R: Record>(
    tx: &impl ConnectionTrait,
    record: &R,
    with: &[(&str, Value)],
) -> Result<u64, DbErr> {
    let columns = names::<R>().into_iter().chain(with.iter().map(|(column, _)| *column));
    let of_columns = values(record).into_iter().chain(with.iter().map(|(_, value)| value.clone()));
    let (mut sets, mut keys, mut placed) = (Vec::new(), Vec::new(), Vec::new());
    for (column, value) in columns.zip(of_columns) {
        placed.push(value);
        let place = placed.len();
        match column {
            "id" | "version" => keys.push(format!("{column} = ${place}")),
            _ => sets.push(format!("{column} = ${place}")),
        }
    }
    let (table, sets, keys) = (R::TABLE, sets.join(", "), keys.join(" and "));
    db::execute(tx, &format!("update {table} set {sets}, version = version + 1 where {keys}"), placed).await
}

/// Refuses a change that affected no row, see [`changed_meanwhile`]. `what` is the name of what was to be changed.
pub fn touched(touched: u64, what: impl std::fmt::Display) -> Result<(), Refusal> {
    if touched == 0 { Err(changed_meanwhile(what)) } else { Ok(()) }
}

/// The refusal if somebody else has changed something since it was read: the user has to look at it again.
pub fn changed_meanwhile(what: impl std::fmt::Display) -> Refusal {
    Refusal::conflict("changed-meanwhile").with("what", what)
}
