//! Writers queue for a single connection of their own, so that reading never waits for them; and after a full disk
//! everything that was acknowledged is stored.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use desk::{app::App, error::AppError};
use federation::units::{self, actions::Addition};
use ledger::db;
use sea_orm::ConnectionTrait;

use crate::{
    support::{On, Place, on_both},
    town::{Town, town},
};

on_both!(
    a_page_responds_while_an_import_runs_and_others_wait_to_write,
    what_one_transaction_does_waits_for_no_second_connection,
    a_form_is_stored_with_its_token_or_not_at_all,
);

/// Longer than this is a noticeable wait, unless the machine is so busy that a page takes long anyway.
const AT_ONCE: Duration = Duration::from_millis(100);

fn addition(town: &Town, name: &str) -> Addition {
    Addition {
        name: name.to_owned(),
        level: Some("street".to_owned()),
        parent: Some(town.city),
        code: None,
        outside: false,
        from: None,
    }
}

async fn add(app: &App, addition: Addition) -> Result<(), AppError> {
    units::actions::add(app, &app.operator(), addition).await.map(drop)
}

async fn a_page_responds_while_an_import_runs_and_others_wait_to_write(on: On) {
    const WRITERS: usize = 10;
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let pages = ["/", "/units", "/people", "/activities", "/imports"];
    let mut calm = Duration::ZERO;
    for page in pages {
        assert_eq!(town.admin.get(page).await.status, StatusCode::OK, "{page}");
        let start = Instant::now();
        assert_eq!(town.admin.get(page).await.status, StatusCode::OK, "{page}");
        calm = calm.max(start.elapsed());
    }
    let at_once = AT_ONCE.max(calm * 3);
    // The session was last used long ago: the page tries to store that it is in use.
    db::execute(&town.app.db, "update session set seen_at = '2000'", vec![]).await.unwrap();
    let import = db::begin(&town.app.db).await.unwrap();
    db::execute(&import, "update ledger_head set seq = seq where id = 1", vec![]).await.unwrap();
    let begun = Arc::new(AtomicUsize::new(0));
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let (app, begun) = (town.app.clone(), Arc::clone(&begun));
            let addition = addition(&town, &format!("街道{number}"));
            tokio::spawn(async move {
                begun.fetch_add(1, Ordering::Relaxed);
                add(&app, addition).await
            })
        })
        .collect();
    while begun.load(Ordering::Relaxed) < WRITERS {
        tokio::task::yield_now().await;
    }
    for page in pages {
        // The machine may be busy with other things too: the best of a few attempts counts. A page that waits would wait
        // each time.
        let mut best = Duration::MAX;
        for _ in 0..10 {
            let start = Instant::now();
            let answer = tokio::time::timeout(Duration::from_secs(5), town.admin.get(page)).await;
            assert_eq!(answer.expect("an answer while others write").status, StatusCode::OK, "{page}");
            best = best.min(start.elapsed());
            if best < at_once {
                break;
            }
        }
        assert!(best < at_once, "{page} took {best:?}, and {calm:?} at the most before others wrote");
    }
    assert!(writers.iter().all(|writer| !writer.is_finished()), "all of them still wait");
    import.commit().await.unwrap();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    let seen: Option<String> =
        db::scalar(&town.app.db, "select min(seen_at) from session", vec![]).await.unwrap().unwrap();
    if on == On::Sqlite {
        assert_eq!(seen.as_deref(), Some("2000"), "it was not noted while others wrote");
        assert_eq!(town.admin.get("/units").await.status, StatusCode::OK);
        let seen: Option<String> = db::scalar(&town.app.db, "select min(seen_at) from session", vec![]).await.unwrap();
        assert_ne!(seen.as_deref(), Some("2000"), "the next page notes it");
    }
    let stand: Option<i64> =
        db::scalar(&town.app.db, "select count(*) from unit where name like '街道%'", vec![]).await.unwrap();
    assert_eq!(stand, Some(WRITERS as i64));
    town.reconciled().await;
}

async fn what_one_transaction_does_waits_for_no_second_connection(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let tx = db::begin(&app.db).await.unwrap();
    drop(tx);
    // The check exists in debug builds, in which tests run.
    let beside = app.clone();
    let slip = tokio::spawn(db::in_one_task(async move {
        let _tx = db::begin(&beside.db).await.unwrap();
        db::scalar::<i64>(&beside.db, "select count(*) from unit", vec![]).await
    }));
    assert!(slip.await.unwrap_err().is_panic(), "a read beside one's own transaction");
    let beside = app.clone();
    let slip = tokio::spawn(db::in_one_task(async move {
        let _tx = db::begin(&beside.db).await.unwrap();
        db::execute(&beside.db, "update ledger_head set seq = seq", vec![]).await
    }));
    assert!(slip.await.unwrap_err().is_panic(), "a write beside one's own transaction");
    db::in_one_task(async {
        let tx = db::begin(&app.db).await.unwrap();
        db::scalar::<i64>(&tx, "select count(*) from unit", vec![]).await.unwrap();
        tx.commit().await.unwrap();
        db::scalar::<i64>(&app.db, "select count(*) from unit", vec![]).await.unwrap();
        drop(db::begin(&app.db).await.unwrap());
        db::execute(&app.db, "update ledger_head set seq = seq", vec![]).await.unwrap();
    })
    .await;
}

async fn a_form_is_stored_with_its_token_or_not_at_all(on: On) {
    use desk::ui::once::{Before, Token};
    use ledger::db::{Carried, along};
    let place = Place::new(on).await;
    let app = place.open().await;
    let actor = app.operator();
    let token = Token::new("token").unwrap();
    let (sql, values) = token.statement(&actor);
    let note = "update id_range set last = last + 1 where name = 'log'";
    let last = async || -> i64 {
        let sql = "select last from id_range where name = 'log'";
        db::scalar(&app.db, sql, vec![]).await.unwrap().unwrap()
    };
    let before = last().await;
    // The server is killed before the transaction of the form is committed: the form was never sent.
    let killed = async {
        let tx = db::begin(&app.db).await.unwrap();
        db::execute(&tx, note, vec![]).await.unwrap();
        drop(tx);
    };
    assert_eq!(along(sql, values.clone(), killed).await.1, Carried::Nothing);
    assert_eq!((token.before(&app, &actor).await.unwrap(), last().await), (None, before));
    // Of several that come at once, one acts.
    let forms = (0..6).map(|_| {
        let (app, values) = (app.clone(), values.clone());
        tokio::spawn(async move {
            let work = async {
                let tx = db::begin(&app.db).await?;
                db::execute(&tx, note, vec![]).await?;
                tx.commit().await
            };
            along(sql, values, work).await
        })
    });
    let mut carried = Vec::new();
    for form in forms.collect::<Vec<_>>() {
        let (done, what) = form.await.unwrap();
        assert_eq!(done.is_ok(), what == Carried::Stored, "{done:?}");
        carried.push(what);
    }
    assert_eq!(carried.iter().filter(|what| **what == Carried::Stored).count(), 1, "{carried:?}");
    assert_eq!(last().await, before + 1);
    // The server is killed before it has noted where the form led to: it is known that it was stored.
    assert_eq!(token.before(&app, &actor).await.unwrap(), Some(Before::Somewhere));
    token.led_to(&app, "/units/1").await;
    assert_eq!(token.before(&app, &actor).await.unwrap(), Some(Before::To("/units/1".to_owned())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_that_waits_too_long_is_refused_and_nothing_is_stored() {
    let place = Place::new(On::Sqlite).await;
    let town = town(&place).await;
    let mut hasty = town.app.clone();
    hasty.db = hasty.db.waiting(Duration::from_millis(20));
    let import = db::begin(&town.app.db).await.unwrap();
    let refused = add(&hasty, addition(&town, "东街道")).await.unwrap_err();
    assert!(matches!(&refused, AppError::Refused(refusal) if refusal.code == "database-busy"), "{refused}");
    assert_eq!(desk::ui::answer::status_of(&refused), StatusCode::SERVICE_UNAVAILABLE);
    import.rollback().await.unwrap();
    let there: Option<i64> =
        db::scalar(&town.app.db, "select count(*) from unit where name = '东街道'", vec![]).await.unwrap();
    assert_eq!(there, Some(0));
    add(&hasty, addition(&town, "东街道")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_refuse_to_write() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    let sql = "update ledger_head set seq = seq + 1 where id = 1 returning seq";
    let refused = db::scalar::<i64>(&app.db, sql, vec![]).await.unwrap_err();
    assert!(refused.to_string().contains("readonly"), "{refused}");
    assert_eq!(ledger::position(&app.db).await.unwrap(), 0);
}

/// A disk of a few megabytes, deleted with the test.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` if this machine doesn't let the test mount one.
    fn mount(at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(at).output();
        match mounted {
            Ok(done) if done.status.success() => Some(Self(at.to_owned())),
            Ok(done) => {
                eprintln!("SKIPPED: no small disk can be mounted: {}", String::from_utf8_lossy(&done.stderr).trim());
                None
            }
            Err(fault) => {
                eprintln!("SKIPPED: no small disk can be mounted: {fault}");
                None
            }
        }
    }

    /// Fills the disk except for `free` bytes.
    fn fill_but(&self, free: usize) {
        use std::io::Write;
        let ballast = self.0.join("ballast");
        let mut file = std::fs::File::create(&ballast).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        let full = file.metadata().unwrap().len();
        file.set_len(full.saturating_sub(free as u64)).unwrap();
    }

    fn free(&self) {
        std::fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

/// Several writers at once, through the application's own action; collects the units that were acknowledged and refused.
async fn write(town: &Town, round: &str, acknowledged: &mut Vec<String>, refused: &mut Vec<String>) {
    let writers: Vec<_> = (0..12)
        .map(|number| {
            let (app, name) = (town.app.clone(), format!("{round}{number}"));
            let addition = addition(town, &name);
            tokio::spawn(async move { (name, add(&app, addition).await) })
        })
        .collect();
    for writer in writers {
        match writer.await.unwrap() {
            (name, Ok(())) => acknowledged.push(name),
            (name, Err(AppError::Refused(refusal))) if refusal.code == "database-full" => refused.push(name),
            (name, Err(fault)) => panic!("{name}: {fault:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_full_disk_what_was_acknowledged_is_stored_and_what_failed_was_refused() {
    let place = Place::new(On::Sqlite).await;
    let Some(disk) = SmallDisk::mount(&place.folder) else { return };
    let mut town = town(&place).await;
    let (mut acknowledged, mut refused) = (Vec::new(), Vec::new());
    write(&town, "前", &mut acknowledged, &mut refused).await;
    assert!(refused.is_empty(), "{refused:?}");
    for round in 0..4 {
        if round > 0 {
            disk.free();
        }
        // Space that the journal already has would still be available on a full disk.
        town.app.db.execute_unprepared("pragma wal_checkpoint(truncate)").await.unwrap();
        disk.fill_but(round * 96 * 1024);
        write(&town, &format!("满{round}号"), &mut acknowledged, &mut refused).await;
        // Reading still works, and a page shows what is wrong.
        db::in_one_task(async { ledger::position(&town.app.db).await.unwrap() }).await;
        assert_eq!(town.admin.get("/units").await.status, StatusCode::OK);
    }
    assert!(refused.len() >= 12, "the disk was full: {} of {} refused", refused.len(), acknowledged.len());
    disk.free();
    town.app.db.execute_unprepared("pragma wal_checkpoint(truncate)").await.unwrap();
    disk.fill_but(0);
    let name = "东街道";
    let answer = town.admin.post(&format!("/units/{}/units", town.city), &[("name", name), ("level", "street")]).await;
    assert_eq!(answer.status, StatusCode::INSUFFICIENT_STORAGE, "{}", answer.text);
    refused.push(name.to_owned());
    assert!(answer.text.contains("存储空间已满"), "{}", answer.text);
    disk.free();
    // Writing works again without a restart.
    let before = refused.len();
    write(&town, "后", &mut acknowledged, &mut refused).await;
    assert_eq!(refused.len(), before);
    town.reconciled().await;
    let city = town.city;
    town.app.db.close().await.unwrap();
    let app = place.open().await;
    let rows = db::raw(&app.db, "select name from unit where id <> $1", vec![city.0.into()]).await.unwrap();
    let stand: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    let lost: Vec<&String> = acknowledged.iter().filter(|name| !stand.contains(name)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let odd: Vec<&String> = refused.iter().filter(|name| stand.contains(name)).collect();
    assert!(odd.is_empty(), "refused and stored: {odd:?}");
    assert!(app.reconcile().await.unwrap().faults.is_empty());
}
