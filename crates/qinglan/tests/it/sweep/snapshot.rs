//! A snapshot of the database: to check whether anything was written since, and to restore it.

use std::path::{Path, PathBuf};

use ledger::db;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Value};

/// A copy of a SQLite database, and a separate connection that notices writes.
pub struct Snapshot {
    conn: DatabaseConnection,
    tables: Vec<String>,
    head: (PathBuf, Option<String>),
}

impl Snapshot {
    /// Takes a snapshot of a federation in a folder.
    pub async fn take(folder: &Path) -> Self {
        let mut options = ConnectOptions::new(format!("sqlite://{}", folder.join("qinglan.db").display()));
        options.sqlx_logging(false).max_connections(1);
        let conn = Database::connect(options).await.expect("a connection");
        let copy = folder.join("kept.db").display().to_string();
        let run = async |sql: &str| conn.execute_unprepared(sql).await.expect("done");
        run("pragma busy_timeout = 20000").await;
        run("pragma foreign_keys = off").await;
        run(&format!("vacuum into '{copy}'")).await;
        run(&format!("attach '{copy}' as kept")).await;
        let sql = "select name from main.sqlite_master where type = 'table' and name not like 'sqlite_%' order by name";
        let rows = db::raw(&conn, sql, vec![]).await.expect("tables");
        let tables = rows.iter().map(|row| row.try_get_by_index(0).expect("a name")).collect();
        let head = folder.join("seal.head");
        let sealed = std::fs::read_to_string(&head).ok();
        Self { conn, tables, head: (head, sealed) }
    }

    /// A number that changes whenever another connection commits something.
    pub async fn version(&self) -> i64 {
        self.number("pragma data_version").await
    }

    async fn number(&self, sql: &str) -> i64 {
        db::scalar(&self.conn, sql, Vec::<Value>::new()).await.expect("a query").expect("a number")
    }

    /// The tables whose rows differ from those of the copy.
    pub async fn changed(&self) -> Vec<&str> {
        let mut changed = Vec::new();
        for table in &self.tables {
            let less = |one: &str, other: &str| {
                format!("(select count(*) from (select * from {one}.{table} except select * from {other}.{table}))")
            };
            let counts = format!("(select count(*) from main.{table}) - (select count(*) from kept.{table})");
            let sql = format!("select {} + {} + abs({counts})", less("main", "kept"), less("kept", "main"));
            if self.number(&sql).await != 0 {
                changed.push(table.as_str());
            }
        }
        changed
    }

    /// Restores every table as it was.
    pub async fn restore(&self) {
        let each = self.tables.iter();
        let each =
            each.map(|table| format!("delete from main.{table}; insert into main.{table} select * from kept.{table};"));
        let sql = format!("begin immediate; {} commit;", each.collect::<String>());
        self.conn.execute_unprepared(&sql).await.expect("restored");
        let (head, sealed) = &self.head;
        match sealed {
            Some(sealed) => std::fs::write(head, sealed).expect("the last seal"),
            None => drop(std::fs::remove_file(head)),
        }
    }
}
