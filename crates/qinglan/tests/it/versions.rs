//! A form with a fault keeps the version that it was opened with, so that nobody's changes are overwritten unseen.

use axum::http::StatusCode;

use crate::{
    browser::Browser,
    support::{On, Place, on_both},
    sweep::{self, federation::Federation, forms, list::VISITORS},
};

/// The hidden version of the form that is sent to an address.
fn version(page: &str, action: &str) -> String {
    let form =
        page.split(&format!("action=\"{action}\"")).nth(1).unwrap_or_else(|| panic!("no form to {action}: {page}"));
    let form = form.split("</form>").next().unwrap_or_default();
    let tag = form.split('<').find(|tag| tag.contains("name=\"version\"")).expect("a version");
    tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a value").to_owned()
}

/// The address of the form's page, the one that it is sent to, its fields, the field with the name, a column that stores
/// the name, and who else may send it.
struct Edit {
    open: String,
    send: String,
    fields: Vec<(&'static str, String)>,
    name: &'static str,
    column: String,
    colleague: &'static str,
}

async fn edits(federation: &Federation) -> Vec<Edit> {
    let (activity, speaker, tour) = (federation.key("draft"), federation.key("speaker"), federation.key("tour"));
    let street = federation.key("street").to_string();
    let one = async |sql: String| -> String {
        ledger::db::scalar(&federation.app.db, &sql, vec![]).await.expect("a query").expect("a value")
    };
    let day = one(format!("select cast(occurred_on as varchar(10)) from activity where id = {activity}")).await;
    let kind = one(format!("select type_code from activity where id = {activity}")).await;
    let platform = one("select min(code) from platform".to_owned()).await;
    let owned =
        |fields: &[(&'static str, &str)]| fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    vec![
        Edit {
            open: format!("/activities/{activity}/edit"),
            send: format!("/activities/{activity}"),
            fields: owned(&[("title", ""), ("day", &day), ("type", &kind), ("host_id", &street), ("host", "古沟街道")]),
            name: "title",
            column: format!("select title from activity where id = {activity}"),
            colleague: "secretary",
        },
        Edit {
            open: format!("/speakers/{speaker}/edit"),
            send: format!("/speakers/{speaker}"),
            fields: owned(&[("name", ""), ("field", "theory"), ("level", "expert"), ("unit_id", &street)]),
            name: "name",
            column: format!("select name from speaker where id = {speaker}"),
            colleague: "secretary",
        },
        Edit {
            open: format!("/tours/{tour}"),
            send: format!("/tours/{tour}"),
            fields: owned(&[("title", ""), ("from", "2025-05-01"), ("to", "2026-05-31")]),
            name: "title",
            column: format!("select title from lecture_tour where id = {tour}"),
            colleague: "secretary",
        },
        Edit {
            open: "/settings/levels".to_owned(),
            send: "/settings/levels/street".to_owned(),
            fields: owned(&[("zh", ""), ("en", "street"), ("bare", "街道 镇 乡")]),
            name: "zh",
            column: "select zh from level where code = 'street'".to_owned(),
            colleague: "admin",
        },
        Edit {
            open: format!("/settings/platforms?code={platform}"),
            send: "/settings/platforms".to_owned(),
            fields: owned(&[("code", &platform), ("name", ""), ("en", "Cloud"), ("aliases", "")]),
            name: "name",
            column: format!("select name from platform where code = '{platform}'"),
            colleague: "admin",
        },
    ]
}

async fn a_form_with_a_fault_keeps_its_version(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let federation = Federation::new(app.clone()).await;
    for edit in edits(&federation).await {
        let (mut own, mut colleague) =
            (Browser::signed_in(&app, "admin").await, Browser::signed_in(&app, edit.colleague).await);
        let opened = own.get(&edit.open).await;
        assert_eq!(opened.status, StatusCode::OK, "{}: {}", edit.open, opened.text);
        let first = version(&opened.text, &edit.send);
        let sent = async |browser: &mut Browser, name: &str, version: &str| {
            let mut fields = edit.fields.clone();
            fields.retain(|(of, _)| *of != edit.name);
            fields.extend([(edit.name, name.to_owned()), ("version", version.to_owned())]);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.post(&edit.send, &fields).await
        };
        let stands =
            async || -> Option<String> { ledger::db::scalar(&app.db, &edit.column, vec![]).await.expect("a query") };
        let saved = sent(&mut colleague, "同事所存", &first).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}: {}", edit.send, saved.text);
        // A fault: the form that is shown again has the version that it was opened with.
        let faulty = sent(&mut own, " ", &first).await;
        assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}: {}", edit.send, faulty.text);
        assert_eq!(version(&faulty.text, &edit.send), first, "{}", edit.send);
        // Sent without a fault, it is too late: what was typed is shown beside the current values.
        let late = sent(&mut own, "自己所写", &first).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}: {}", edit.send, late.text);
        assert!(late.text.contains("自己所写") && late.text.contains("同事所存"), "{}: {}", edit.send, late.text);
        assert_eq!(stands().await.as_deref(), Some("同事所存"), "{}", edit.send);
        // Without a version nothing is overwritten either.
        let without = sent(&mut own, "自己所写", "").await;
        assert_eq!(without.status, StatusCode::CONFLICT, "{}: {}", edit.send, without.text);
        // A user who has seen the current values may overwrite them.
        let again = sent(&mut own, "自己所写", &version(&late.text, &edit.send)).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{}: {}", edit.send, again.text);
        assert_eq!(stands().await.as_deref(), Some("自己所写"), "{}", edit.send);
    }
}

/// A unit's own list of a session that is not confirmed yet: it submits only the changed marks, so that it overwrites
/// nothing else. For a confirmed session the version is checked, see `joint`.
const MARKS: &[&str] = &["/joint/{id}/roll"];

/// Every form of the sweep that has a version, sent by somebody who may, with a version that is not the stored one, or with
/// none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_form_with_a_version_is_refused_with_another_one() {
    let place = Place::new(On::Sqlite).await;
    let federation = Federation::new(place.open().await).await;
    let mut faults = Vec::new();
    let mut walked = 0;
    for (_, pattern, allowed) in sweep::rows().filter(|(method, ..)| *method == "POST") {
        let mut form = forms::form(&federation, pattern).await.expect(pattern);
        if MARKS.contains(pattern) || !form.fields.iter().any(|(name, _)| name == "version") {
            continue;
        }
        walked += 1;
        let may = allowed.find('y').unwrap_or_else(|| panic!("nobody may: {pattern}"));
        let visitor = federation.browser(VISITORS[may]);
        let path = form.path(pattern);
        for version in [Some("999"), Some(""), None] {
            form.fields.retain(|(name, _)| name != "version");
            form.fields.extend(version.map(|version| ("version".to_owned(), version.to_owned())));
            let answer = sweep::send(&visitor, &path, &form).await;
            if answer.status != StatusCode::CONFLICT {
                faults.push(format!("{pattern} with {version:?}: {} {}", answer.status, answer.text));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(walked >= 30, "{walked} forms have a version");
}

on_both!(a_form_with_a_fault_keeps_its_version);
