//! Notes: a draft is private to the writer; once handed in it is read, commented on, recommended, collected and counted;
//! once taken back it isn't.

use axum::http::StatusCode;
use desk::actor::Role;
use federation::{groups, people};
use figures::metrics;
use kernel::{PersonId, RecordId};
use ledger::Filter;
use qinglan::features::activities::{self, Stands, Status, actions::Draft};

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, town},
};

on_both!(
    a_draft_is_private_and_counts_nothing,
    a_submitted_note_is_read_judged_and_counted,
    what_was_recommended_is_not_taken_back,
    bad_input_is_reported_and_nothing_is_lost,
    notes_follow_a_merge_and_a_correction,
);

struct Written {
    town: Town,
    writer: PersonId,
    member: Browser,
    leader: Browser,
    secretary: Browser,
    elsewhere: Browser,
    colleague: Browser,
}

async fn written(place: &Place) -> Written {
    let town = town(place).await;
    let writer = town.person("孟晓宁", town.street, Some(199_001)).await;
    let other = town.person("何雨桐", town.other, None).await;
    account(&town.app, "member", None, Some(writer)).await;
    account(&town.app, "colleague", None, Some(other)).await;
    let group = groups::store::default_groups(&town.app.db, &[town.street]).await.unwrap()[&town.street].id;
    account(&town.app, "leader", Some((Role::Leader, None, Some(group))), None).await;
    let (member, leader) =
        (Browser::signed_in(&town.app, "member").await, Browser::signed_in(&town.app, "leader").await);
    let colleague = Browser::signed_in(&town.app, "colleague").await;
    let (secretary, elsewhere) =
        (town.secretary("secretary", town.street).await, town.secretary("elsewhere", town.other).await);
    Written { town, writer, member, leader, secretary, elsewhere, colleague }
}

impl Written {
    async fn figure(&self, key: &str) -> i64 {
        let app = &self.town.app;
        let period = kernel::Period::new(day("2026-01-01"), day("2026-12-31")).unwrap();
        let books = metrics::open(app, self.town.city, period, None, None).await.unwrap();
        let figure =
            books.figure(&app.metrics().get(key).unwrap(), self.town.city, period, &Filter::default()).unwrap();
        figure.value.count()
    }

    /// A note of the member, saved or handed in; returns the address of its page.
    async fn note(&mut self, title: &str, how: &str) -> String {
        let fields = [("title", title), ("body", "第一点体会。\n\n第二点体会。"), ("as", how)];
        self.member.post("/notes", &fields).await.location.unwrap()
    }

    async fn version(&mut self, path: &str) -> String {
        self.secretary.get(path).await.value("version")
    }
}

async fn a_draft_is_private_and_counts_nothing(on: On) {
    let place = Place::new(on).await;
    let mut it = written(&place).await;
    let path = it.note("读后心得", "draft").await;
    for (name, browser) in [
        ("admin", &mut it.town.admin),
        ("leader", &mut it.leader),
        ("secretary", &mut it.secretary),
        ("elsewhere", &mut it.elsewhere),
        ("colleague", &mut it.colleague),
    ] {
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{name}");
        assert!(!browser.get("/notes").await.text.contains("读后心得"), "{name}");
    }
    assert!(it.member.get("/notes").await.text.contains("读后心得"));
    assert_eq!((it.figure("notes.handed_in").await, it.figure("learning.hours").await), (0, 0));
    // It can be changed any number of times, and deleted.
    let form = it.member.get(&format!("{path}/edit")).await;
    let (first, late) = (form.value("version"), form.value("version"));
    let fields = [("title", "改过的心得"), ("body", "体会"), ("version", first.as_str()), ("as", "draft")];
    assert!(it.member.post(&path, &fields).await.location.is_some());
    let fields = [("title", "迟到的心得"), ("body", "别的体会"), ("version", late.as_str()), ("as", "draft")];
    let answer = it.member.post(&path, &fields).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text.contains("别的体会") && answer.text.contains("改过的心得"), "{}", answer.text);
    let version = it.member.get(&path).await.value("version");
    it.member.post(&format!("{path}/remove"), &[("version", &version)]).await.location.unwrap();
    assert_eq!(it.member.get(&path).await.status, StatusCode::NOT_FOUND);
}

async fn a_submitted_note_is_read_judged_and_counted(on: On) {
    let place = Place::new(on).await;
    let mut it = written(&place).await;
    let mut draft = Draft::new("study", "集中学习", day("2026-01-02"), it.town.street);
    draft.attendance = vec![activities::actions::Handed { person: it.writer, stands: Stands::plain(Status::OnTime) }];
    let activity = activities::actions::add(&it.town.app, &it.town.app.operator(), draft).await.unwrap();
    let form = it.member.get(&format!("/notes/new?activity_id={activity}")).await;
    assert_eq!(form.value("title"), "《集中学习》学习心得");
    let about = activity.to_string();
    let fields = [("title", "读后心得"), ("body", "体会"), ("activity_id", about.as_str()), ("as", "hand_in")];
    let path = it.member.post("/notes", &fields).await.location.unwrap();
    // Two hours for the session (90 minutes of 45) and one for the note.
    assert_eq!((it.figure("notes.handed_in").await, it.figure("notes.persons").await), (1, 1));
    assert_eq!(it.figure("learning.hours").await, 20 + 10);
    for (name, browser, sees) in [
        ("leader", &mut it.leader, true),
        ("secretary", &mut it.secretary, true),
        ("elsewhere", &mut it.elsewhere, false),
        ("colleague", &mut it.colleague, false),
    ] {
        let status = browser.get(&path).await.status;
        assert_eq!(status == StatusCode::OK, sees, "{name}: {status}");
    }
    it.leader.post(&format!("{path}/comment"), &[("text", "第二点写得实在")]).await.location.unwrap();
    assert!(it.member.get(&path).await.text.contains("第二点写得实在"));
    let version = it.version(&path).await;
    it.leader.post(&format!("{path}/recommend"), &[("version", &version), ("yes", "yes")]).await.location.unwrap();
    let seen = it.colleague.get(&path).await;
    assert_eq!(seen.status, StatusCode::OK, "recommended, everybody reads it");
    assert!(!seen.text.contains("第二点写得实在"), "what was said of it is for its writer and who keeps it");
    let version = it.version(&path).await;
    let collected = [("version", version.as_str()), ("within", "青年心得汇编")];
    assert_eq!(it.leader.post(&format!("{path}/collect"), &collected).await.status, StatusCode::FORBIDDEN);
    it.secretary.post(&format!("{path}/collect"), &collected).await.location.unwrap();
    assert_eq!((it.figure("notes.recommended").await, it.figure("notes.collected").await), (1, 1));
    assert!(it.member.get("/my/export").await.text.contains("青年心得汇编"));
    // The register of study has the number of notes about a session.
    let of = "period=own&from=2026-01-01&to=2026-12-31";
    let unit = it.town.street.0;
    let sheet = it.secretary.get(&format!("/registers/study/xlsx?{of}&unit_id={unit}")).await;
    let sheets = tabular::read("study.xlsx", &sheet.bytes).unwrap();
    let row: Vec<String> = sheets[0].rows[2].iter().map(tabular::Cell::shown).collect();
    assert!(row.contains(&"1".to_owned()) && row.contains(&"孟晓宁".to_owned()), "{row:?}");
    it.town.reconciled().await;
}

async fn what_was_recommended_is_not_taken_back(on: On) {
    let place = Place::new(on).await;
    let mut it = written(&place).await;
    let path = it.note("读后心得", "hand_in").await;
    let version = it.member.get(&path).await.value("version");
    it.member.post(&format!("{path}/take-back"), &[("version", &version)]).await.location.unwrap();
    assert_eq!((it.figure("notes.handed_in").await, it.figure("learning.hours").await), (0, 0));
    let version = it.member.get(&path).await.value("version");
    it.member.post(&format!("{path}/hand-in"), &[("version", &version)]).await.location.unwrap();
    assert_eq!(it.figure("notes.handed_in").await, 1);
    // Nobody can recommend their own note, nor recommend from an outdated page.
    let version = it.version(&path).await;
    let yes = [("version", version.as_str()), ("yes", "yes")];
    assert_eq!(it.member.post(&format!("{path}/recommend"), &yes).await.status, StatusCode::FORBIDDEN);
    it.secretary.post(&format!("{path}/recommend"), &yes).await.location.unwrap();
    assert_eq!(it.secretary.post(&format!("{path}/recommend"), &yes).await.status, StatusCode::CONFLICT);
    let version = it.version(&path).await;
    let answer = it.member.post(&format!("{path}/take-back"), &[("version", &version)]).await;
    assert!(answer.text.contains("已被推荐或收录，不能收回"), "{}", answer.text);
    assert_eq!(it.figure("notes.handed_in").await, 1);
    let version = it.version(&path).await;
    it.secretary.post(&format!("{path}/recommend"), &[("version", &version), ("yes", "no")]).await.location.unwrap();
    assert_eq!(it.figure("notes.recommended").await, 0);
    it.town.reconciled().await;
}

async fn bad_input_is_reported_and_nothing_is_lost(on: On) {
    let place = Place::new(on).await;
    let mut it = written(&place).await;
    let (long_title, long_body) = ("题".repeat(201), "文".repeat(20_001));
    for (title, body, told) in [
        ("", "体会", "没有题目"),
        ("心得", "  \n ", "正文是空的"),
        (long_title.as_str(), "体会", "有 201 个字"),
        ("心得", long_body.as_str(), "正文有 20001 个字"),
    ] {
        let answer = it.member.post("/notes", &[("title", title), ("body", body), ("as", "hand_in")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        assert!(answer.text.contains(told) && answer.text.contains(body.trim()), "{told}: {}", answer.text);
    }
    // About a session whose list doesn't include the writer.
    let draft = Draft::new("study", "别人的活动", day("2026-01-02"), it.town.other);
    let activity = activities::actions::add(&it.town.app, &it.town.app.operator(), draft).await.unwrap().to_string();
    let fields = [("title", "心得"), ("body", "体会"), ("activity_id", activity.as_str()), ("as", "hand_in")];
    assert!(it.member.post("/notes", &fields).await.text.contains("名单上没有你"));
    assert!(it.leader.get("/notes/new").await.text.contains("没有对应的人员"));
    assert!(it.member.get("/notes").await.text.contains("还没有心得"));
    // The same form sent twice is one note; HTML is text.
    let fields =
        [("title", "<b>心得</b>"), ("body", "<script>1</script>"), ("as", "hand_in"), ("once", "0123456789abcdef")];
    let first = it.member.post("/notes", &fields).await.location.unwrap();
    assert_eq!(it.member.post("/notes", &fields).await.location.as_deref(), Some(first.as_str()));
    let page = it.member.get(&first).await.text;
    assert!(!page.contains("<script>1") && page.contains("&lt;script&gt;1"), "{page}");
    assert_eq!(it.figure("notes.handed_in").await, 1);
    let answer = it.member.post(&format!("{first}/comment"), &[("text", "  ")]).await;
    assert!(answer.text.contains("点评是空的"), "{}", answer.text);
}

async fn notes_follow_a_merge_and_a_correction(on: On) {
    let place = Place::new(on).await;
    let mut it = written(&place).await;
    let path = it.note("读后心得", "hand_in").await;
    let (app, actor) = (&it.town.app, it.town.app.operator());
    let survivor = it.town.person("孟晓宁", it.town.other, None).await;
    let id = RecordId(path.rsplit('/').next().unwrap().parse().unwrap());
    let unit = |of: kernel::UnitId| {
        ledger::db::scalar::<i64>(
            &app.db,
            "select count(*) from study_note where id = $1 and unit_id = $2",
            vec![id.0.into(), of.0.into()],
        )
    };
    assert_eq!(unit(it.town.street).await.unwrap(), Some(1));
    people::actions::transfer(app, &actor, it.writer, it.town.other, &people::Held::default(), day("2026-01-03"))
        .await
        .unwrap();
    assert_eq!(unit(it.town.other).await.unwrap(), Some(1), "a transfer before its day takes it along");
    it.town.reconciled().await;
    people::actions::merge(app, &actor, it.writer, survivor).await.unwrap();
    assert_eq!(it.figure("notes.handed_in").await, 1);
    it.town.reconciled().await;
}
