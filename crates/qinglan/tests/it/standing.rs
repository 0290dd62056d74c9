//! A server that stands: alone on its folder, watched, with seals and keys that are looked after.

use std::{net::Ipv4Addr, path::Path, process::Command};

use axum::http::StatusCode;
use desk::{
    app::{App, verify_copy},
    config::Config,
    error::AppError,
    serve::listen,
};

use crate::{
    browser::Browser,
    support::{On, Place, on_both},
    town::unit,
};

on_both!(who_watches_learns_whether_it_lives_and_is_ready, a_head_of_the_seals_that_is_no_head_is_a_finding);

async fn sealed(place: &Place) -> App {
    let app = place.open().await;
    unit(&app, "青蓝市妇联", "city", None).await;
    app.seal().await.unwrap();
    app
}

async fn who_watches_learns_whether_it_lives_and_is_ready(on: On) {
    let place = Place::new(on).await;
    let app = sealed(&place).await;
    let mut watcher = Browser::new(&app);
    let live = watcher.get("/health").await;
    assert_eq!((live.status, live.text.as_str()), (StatusCode::OK, "live\n"));
    let ready = watcher.get("/health/ready").await;
    assert_eq!((ready.status, ready.text.as_str()), (StatusCode::OK, "ready\n"));
    // Others who write for long show that it can be done.
    let tx = ledger::db::begin(&app.db).await.unwrap();
    let beside = app.clone();
    let busy = tokio::spawn(async move { desk::health::missing(&beside).await });
    assert!(busy.await.unwrap().is_empty());
    tx.rollback().await.unwrap();
    std::fs::write(place.folder.join("keys/seal.key"), "spoilt").unwrap();
    // What was found is kept for two seconds: a server of its own looks anew.
    let mut watcher = Browser::new(&place.open().await);
    let ready = watcher.get("/health/ready").await;
    assert_eq!((ready.status, ready.text.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "not ready: key\n"));
    assert_eq!(watcher.get("/health").await.status, StatusCode::OK);
}

async fn a_head_of_the_seals_that_is_no_head_is_a_finding(on: On) {
    let place = Place::new(on).await;
    let app = sealed(&place).await;
    let head = place.folder.join("seal.head");
    let whole = std::fs::read_to_string(&head).unwrap();
    assert!(app.verify(|_, _| {}).await.unwrap().faults.is_empty());
    for spoilt in ["", "\n", "7", "seven 00", "1 short", &whole[..whole.len() - 3]] {
        std::fs::write(&head, spoilt).unwrap();
        let faults = app.verify(|_, _| {}).await.unwrap().faults;
        assert_eq!(faults.len(), 1, "{spoilt:?}: {faults:?}");
        assert_eq!(faults[0].code, "verify-head-unreadable");
        let refused = app.seal().await.unwrap_err();
        assert!(matches!(&refused, AppError::Refused(refusal) if refusal.code == "verify-head-unreadable"));
        assert_eq!(std::fs::read_to_string(&head).unwrap(), spoilt, "it is not written over");
    }
    std::fs::write(&head, &whole).unwrap();
    unit(&app, "东街道妇联", "street", None).await;
    app.seal().await.unwrap();
    assert_ne!(std::fs::read_to_string(&head).unwrap(), whole);
    assert!(app.verify(|_, _| {}).await.unwrap().faults.is_empty());
    let beside = std::fs::read_dir(&place.folder).unwrap().filter_map(|file| file.ok()?.file_name().into_string().ok());
    assert!(!beside.into_iter().any(|name| name.starts_with(".seal-")), "nothing is left beside it");
}

#[tokio::test]
async fn a_second_server_on_a_folder_does_not_start() {
    let place = Place::new(On::Sqlite).await;
    let app = place.open().await;
    let anywhere = (Ipv4Addr::LOCALHOST, 0).into();
    let first = listen(&app, anywhere).await.unwrap();
    let other = place.open().await;
    let refused = listen(&other, anywhere).await.unwrap_err();
    assert!(matches!(&refused, AppError::Refused(refusal) if refusal.code == "serving-already"), "{refused}");
    drop(first);
    listen(&other, anywhere).await.unwrap();
}

#[tokio::test]
async fn a_copy_is_verified_without_a_change_to_it() {
    let place = Place::new(On::Sqlite).await;
    let app = sealed(&place).await;
    // What SQLite has written last lies in a file beside it; a copy is made of a database that was closed.
    app.db.clone().close().await.unwrap();
    let list = |folder: &Path| {
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let config = Config::new(Some(place.folder.clone()), None, None);
    let before = (list(&place.folder), std::fs::read(place.folder.join("qinglan.db")).unwrap());
    let verdict = verify_copy(&config, |_, _| {}).await.unwrap();
    assert_eq!((verdict.blocks, verdict.faults.len()), (1, 0));
    assert_eq!(before.1, std::fs::read(place.folder.join("qinglan.db")).unwrap());
    // On a disk that can't be written it is verified too.
    let disk = place.folder.join("disk");
    std::fs::create_dir_all(&disk).unwrap();
    let mount = |arguments: &[&str]| {
        let done = Command::new("mount").args(arguments).arg(&disk).output();
        done.is_ok_and(|done| done.status.success())
    };
    if !mount(&["-t", "tmpfs", "-o", "size=16m", "tmpfs"]) {
        eprintln!("SKIPPED: no disk can be mounted");
        return;
    }
    for name in ["qinglan.db", "seal.pub", "seal.head"] {
        std::fs::copy(place.folder.join(name), disk.join(name)).unwrap();
    }
    assert!(mount(&["-o", "remount,ro"]));
    let verdict = verify_copy(&Config::new(Some(disk.clone()), None, None), |_, _| {}).await;
    let _ = Command::new("umount").arg("-l").arg(&disk).output();
    let verdict = verdict.unwrap();
    assert_eq!((verdict.blocks, verdict.faults.len()), (1, 0));
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_that_others_can_read_is_a_finding_of_the_doctor() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new(On::Sqlite).await;
    let app = sealed(&place).await;
    assert_eq!(app.config.open_keys(), []);
    let key = place.folder.join("keys/seal.key");
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o640)).unwrap();
    assert_eq!(app.config.open_keys(), [(key, 0o640)]);
    std::fs::set_permissions(place.folder.join("keys"), PermissionsExt::from_mode(0o770)).unwrap();
    assert_eq!(app.config.open_keys().len(), 2);
    assert_eq!(ledger::db::broken(&app.db, 10).await.unwrap(), Vec::<String>::new());
}
