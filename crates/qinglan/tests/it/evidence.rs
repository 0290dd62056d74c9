//! Evidence: hidden unless it is shown, changed only by the record's maintainer, deleted when its time is over.

use axum::http::StatusCode;
use desk::{actor::Role, app::App};
use federation::{groups, settings};
use kernel::PersonId;
use qinglan::features::{
    activities::{self, Stands, Status, actions::Draft},
    evidence,
};

use crate::{
    browser::{Answered, Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, settings_version, town},
};

on_both!(
    hidden_evidence_is_only_for_its_maintainers,
    a_proof_of_a_result_goes_with_it,
    bad_files_are_refused_and_nothing_is_stored,
    evidence_is_deleted_when_its_time_is_over,
);

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";

struct Session {
    town: Town,
    path: String,
    member: Browser,
    leader: Browser,
    elsewhere: Browser,
}

async fn session(place: &Place) -> Session {
    let town = town(place).await;
    let person: PersonId = town.person("孟晓宁", town.street, None).await;
    account(&town.app, "member", None, Some(person)).await;
    let group = groups::store::default_groups(&town.app.db, &[town.street]).await.unwrap()[&town.street].id;
    account(&town.app, "leader", Some((Role::Leader, None, Some(group))), None).await;
    let mut draft = Draft::new("study", "集中学习", day("2026-01-02"), town.street);
    draft.attendance = vec![activities::actions::Handed { person, stands: Stands::plain(Status::OnTime) }];
    let id = activities::actions::add(&town.app, &town.app.operator(), draft).await.unwrap();
    let (member, leader) =
        (Browser::signed_in(&town.app, "member").await, Browser::signed_in(&town.app, "leader").await);
    let elsewhere = town.secretary("elsewhere", town.other).await;
    Session { town, path: format!("/activities/{id}"), member, leader, elsewhere }
}

/// The address of the first piece on a page.
fn first(page: &Answered) -> Option<String> {
    let address = page.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    address.map(|of| of.replace("&#x2f;", "/")).find(|of| of.contains("/evidence/"))
}

async fn files(app: &App) -> i64 {
    ledger::db::scalar(&app.db, "select count(*) from file", vec![]).await.unwrap().unwrap()
}

async fn hidden_evidence_is_only_for_its_maintainers(on: On) {
    let place = Place::new(on).await;
    let mut it = session(&place).await;
    let added = format!("{}/evidence", it.path);
    assert_eq!(it.member.upload(&added, &[], ("file", "现场.pdf", PDF)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(it.elsewhere.upload(&added, &[], ("file", "现场.pdf", PDF)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(files(&it.town.app).await, 0);
    it.leader.upload(&added, &[], ("file", "现场.pdf", PDF)).await.location.unwrap();
    let piece = first(&it.leader.get(&it.path).await).expect("its keeper sees it");
    assert_eq!(it.leader.get(&piece).await.bytes, PDF);
    assert!(first(&it.member.get(&it.path).await).is_none());
    assert_eq!(it.member.get(&piece).await.status, StatusCode::NOT_FOUND);
    assert_eq!(it.member.post(&format!("{piece}/show"), &[]).await.status, StatusCode::FORBIDDEN);
    it.leader.post(&format!("{piece}/show"), &[]).await.location.unwrap();
    assert_eq!(it.member.get(&piece).await.bytes, PDF);
    assert_eq!(it.elsewhere.get(&piece).await.status, StatusCode::NOT_FOUND);
    it.leader.post(&format!("{piece}/hide"), &[]).await.location.unwrap();
    assert_eq!(it.member.get(&piece).await.status, StatusCode::NOT_FOUND);
    assert_eq!(it.member.post(&format!("{piece}/remove"), &[]).await.status, StatusCode::FORBIDDEN);
    it.leader.post(&format!("{piece}/remove"), &[]).await.location.unwrap();
    assert_eq!((it.leader.get(&piece).await.status, files(&it.town.app).await), (StatusCode::NOT_FOUND, 0));
    // The address of another record doesn't work.
    it.leader.upload(&added, &[], ("file", "现场.pdf", PDF)).await;
    let piece = first(&it.leader.get(&it.path).await).expect("a piece");
    let other = piece.replace("/activities/", "/external/");
    assert_eq!(it.town.admin.get(&other).await.status, StatusCode::NOT_FOUND);
}

async fn a_proof_of_a_result_goes_with_it(on: On) {
    let place = Place::new(on).await;
    let mut it = session(&place).await;
    let fields = [("platform", "qiangguo"), ("month", "2025-12"), ("points", "900")];
    let path = it.member.post("/external", &fields).await.location.unwrap();
    let added = format!("{path}/evidence");
    it.member.upload(&added, &[], ("file", "截图.pdf", PDF)).await.location.unwrap();
    let page = it.leader.get(&path).await;
    let piece = first(&page).expect("who attests it sees it");
    assert_eq!(it.leader.get(&piece).await.bytes, PDF);
    assert_eq!(it.elsewhere.get(&piece).await.status, StatusCode::NOT_FOUND);
    let version = page.value("version");
    it.leader.post(&format!("{path}/attest"), &[("version", &version)]).await.location.unwrap();
    // The proof of an attested result can't be removed.
    assert_eq!(it.member.post(&format!("{piece}/remove"), &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(it.member.upload(&added, &[], ("file", "另一张.pdf", PDF)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(it.member.get(&piece).await.bytes, PDF);
}

async fn bad_files_are_refused_and_nothing_is_stored(on: On) {
    let place = Place::new(on).await;
    let mut it = session(&place).await;
    let added = format!("{}/evidence", it.path);
    for (name, bytes) in [
        ("现场.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF broken".as_slice()),
        ("现场.jpg", PDF),
        ("脚本.pdf", b"<script>1</script>"),
        ("空.pdf", b""),
    ] {
        let answer = it.leader.upload(&added, &[], ("file", name, bytes)).await;
        let back = it.leader.get(&answer.location.expect("told on the page")).await;
        assert!(back.text.contains("没有上传："), "{name}: {}", back.text);
    }
    let answer = it.leader.post(&added, &[]).await;
    let back = it.leader.get(&answer.location.expect("told on the page")).await;
    assert!(back.text.contains("没有选文件"), "{}", back.text);
    assert_eq!(files(&it.town.app).await, 0);
    for number in 0..31 {
        it.leader.upload(&added, &[], ("file", &format!("{number}.pdf"), PDF)).await;
    }
    assert_eq!(files(&it.town.app).await, 30, "thirty of a record at the most");
}

async fn evidence_is_deleted_when_its_time_is_over(on: On) {
    let place = Place::new(on).await;
    let mut it = session(&place).await;
    let (app, actor) = (it.town.app.clone(), it.town.app.operator());
    for days in [0, 30] {
        let set = settings::Settings { evidence_days: days, ..settings::store::read(&app.db).await.unwrap() };
        settings::actions::change(&app, &actor, &set, settings_version(&app).await).await.unwrap();
        it.leader.upload(&format!("{}/evidence", it.path), &[], ("file", &format!("{days}.pdf"), PDF)).await;
    }
    evidence::sweep(&app).await.unwrap();
    assert_eq!(files(&app).await, 2);
    ledger::db::execute(
        &app.db,
        "update evidence set kept_until = $1 where kept_until is not null",
        vec![day("2026-01-05").into()],
    )
    .await
    .unwrap();
    evidence::sweep(&app).await.unwrap();
    assert_eq!(files(&app).await, 2, "its last day isn't over");
    ledger::db::execute(
        &app.db,
        "update evidence set kept_until = $1 where kept_until is not null",
        vec![day("2026-01-04").into()],
    )
    .await
    .unwrap();
    evidence::sweep(&app).await.unwrap();
    let page = it.leader.get(&it.path).await.text;
    assert!(page.contains("0.pdf") && !page.contains("30.pdf"), "{page}");
    assert_eq!(files(&app).await, 1);
}
