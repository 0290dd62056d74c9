//! The command line as scripts depend on it: JSON, exit status, the contents of files.

use std::{path::Path, process::Command};

use ledger::db;
use serde_json::Value as Json;

use crate::{
    sample::{ACTIVITIES, CITY, ROSTER},
    support::{On, Place, file, on_both},
};

on_both!(scripts_find_what_was_promised, a_tree_may_be_a_workbook_and_a_sheet_be_named);

struct Answer {
    status: i32,
    json: Json,
    error: String,
}

fn run(place: &Place, arguments: &[&str]) -> Answer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qinglan"));
    command.args(arguments).arg("--json").env("LANG", "C.UTF-8").env_remove("QINGLAN_DATA");
    command.arg("--data").arg(&place.folder);
    if let Some(url) = &place.url {
        command.arg("--database-url").arg(url);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    Answer {
        status: output.status.code().unwrap(),
        json: serde_json::from_str(&text).unwrap_or(Json::Null),
        error: String::from_utf8(output.stderr).unwrap(),
    }
}

fn path(name: &str) -> String {
    file(name).display().to_string()
}

async fn scripts_find_what_was_promised(on: On) {
    let place = Place::new(on).await;
    let units = run(&place, &["import", "units", &path(CITY), "--yes"]);
    assert_eq!((units.status, &units.json["read"], &units.json["taken"]), (0, &1476.into(), &1476.into()));
    let shown = run(&place, &["import", "roster", &path(ROSTER), "--unit", "9901", "--year", "2025"]);
    assert_eq!((shown.status, &shown.json["taken"], &shown.json["import"]), (0, &243.into(), &Json::Null));
    let dry = run(&place, &["import", "roster", &path(ROSTER), "--unit", "9901", "--year", "2025", "--dry-run"]);
    assert_eq!(dry.json["taken"], 243, "nothing was taken before");
    let roster = run(&place, &["import", "roster", &path(ROSTER), "--unit", "青蓝市", "--year", "2025", "--yes"]);
    assert_eq!((roster.status, &roster.json["repeated"]), (0, &5.into()), "done, also with a refused row");
    assert_eq!(roster.json["refused"][0]["row"], 253);
    assert!(roster.json["refused"][0]["reason"].as_str().unwrap().contains("不存在的街道妇联"));
    assert!(Path::new(roster.json["refused_file"].as_str().unwrap()).exists());
    let activities =
        run(&place, &["import", "activities", &path(ACTIVITIES), "--unit", "9901", "--year", "2025", "--yes"]);
    assert_eq!((&activities.json["taken"], activities.json["refused"].as_array().unwrap().len()), (&260.into(), 3));

    let year = ["--unit", "9901", "--from", "2025-01-01", "--to", "2025-12-31"];
    let show = |more: &[&str]| run(&place, &[&["metrics", "show"], more, &year[..]].concat());
    let members = show(&["people.members", "--rows"]);
    assert_eq!((&members.json["key"], &members.json["value"]), (&"people.members".into(), &243.into()));
    assert_eq!(members.json["rows"].as_array().unwrap().len(), 243);
    assert!(members.json["definition"].is_string() && members.json["unit"] == "人");
    assert_eq!(show(&["activities.occasions", "--where", "type=青年专场宣讲"]).json["value"], 21);
    assert_eq!(show(&["activities.occasions", "--as-of", "1476"]).json["value"], 0);
    assert_eq!(show(&["activities.attendance_rate"]).json["value"], 97.4);
    let unknown = show(&["activities.nothing"]);
    assert_eq!(unknown.status, 1);
    assert!(
        unknown.error.contains("activities.nothing") && unknown.error.contains("activities.occasions"),
        "{}",
        unknown.error
    );
    assert_eq!(run(&place, &["metrics", "show"]).status, 2);
    assert_eq!(
        run(
            &place,
            &["metrics", "show", "people.members", "--unit", "9901", "--from", "2025-13-01", "--to", "2025-12-31"]
        )
        .status,
        2
    );

    // A period that hasn't ended needs a reason; without one nothing is issued, and no file is written.
    let early = place.folder.join("early.json");
    let next = ["--unit", "9901", "--from", "2099-01-01", "--to", "2099-12-31"];
    let of =
        [&["report", "issue", "--template", "annual", "--format", "json", "-o", early.to_str().unwrap()], &next[..]];
    assert_ne!(run(&place, &of.concat()).status, 0);
    assert!(!early.exists());

    let output = place.folder.join("report.json");
    let of = [&["--template", "annual", "--format", "json", "-o", output.to_str().unwrap()], &year[..]].concat();
    let issued = run(&place, &[&["report", "issue"], &of[..]].concat());
    assert_eq!((issued.status, &issued.json["id"]), (0, &1.into()));
    let report: Json = serde_json::from_slice(&std::fs::read(&output).unwrap()).unwrap();
    let figures = report["figures"].as_array().unwrap();
    let of_key = |key: &str| figures.iter().find(|figure| figure["key"] == key).unwrap();
    assert_eq!(of_key("activities.person_times")["value"], 1027);
    assert_eq!(of_key("activities.person_times")["row_count"], 1027);
    for (format, begins) in [("pdf", "%PDF"), ("docx", "PK"), ("html", "<!")] {
        let output = place.folder.join(format!("annual.{format}"));
        let of = [
            &["report", "build", "--template", "annual", "--format", format, "-o", output.to_str().unwrap()],
            &year[..],
        ];
        let built = run(&place, &of.concat());
        assert_eq!(built.status, 0, "{format}: {}", built.error);
        assert!(
            std::fs::read(&output).unwrap().to_ascii_lowercase().starts_with(begins.to_ascii_lowercase().as_bytes())
        );
    }
    let pages = std::fs::read_dir(place.folder.join("annual-rows")).unwrap().count();
    assert_eq!(pages, figures.len(), "a page of rows for each figure");
    assert_eq!(run(&place, &["report", "rebuild", "1"]).json["same"], true);
    let found = || run(&place, &["people", "list", "--search", "何nf"]).json;
    let id = found()[0]["id"].to_string();
    let edited = run(&place, &["people", "edit", &id, "--education", "硕士", "--birth", "1991.2", "--phone", ""]);
    assert_eq!((edited.status, edited.json["id"].to_string()), (0, id.clone()), "{}", edited.error);
    let now = found();
    assert_eq!((&now[0]["education"], &now[0]["birth"]), (&"硕士".into(), &"1991-02".into()));
    assert_eq!((&now[0]["phone"], &now[0]["name"]), (&Json::Null, &"何诺芳".into()));
    assert_eq!(run(&place, &["people", "edit", &id, "--birth", "2199.2"]).status, 1);
    assert_eq!(run(&place, &["verify"]).json["ok"], true);
    assert_eq!(run(&place, &["reconcile"]).json["ok"], true);
    assert_eq!(run(&place, &["doctor"]).status, 0);
    for (list, count) in [("units", 1476), ("people", 243), ("activities", 260)] {
        assert_eq!(run(&place, &[list, "list"]).json.as_array().unwrap().len(), count, "{list}");
    }
    let app = place.open().await;
    let sum: Option<i64> =
        db::scalar(&app.db, "select cast(sum(quantity) as bigint) from ledger_entry", vec![]).await.unwrap();
    assert!(sum.is_some());
    if on == On::Sqlite {
        assert!(place.folder.join("qinglan.db").exists());
        db::execute(&app.db, "update ledger_entry set quantity = quantity + 1 where seq = 2000", vec![]).await.unwrap();
        let altered = run(&place, &["verify"]);
        assert_eq!((altered.status, &altered.json["ok"]), (1, &false.into()));
    }
}

async fn a_tree_may_be_a_workbook_and_a_sheet_be_named(on: On) {
    let place = Place::new(on).await;
    std::fs::create_dir_all(&place.folder).unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let rows = [["code", "name", "level", "parent_code"], ["88", "青蓝市", "city", ""], ["8801", "新城区", "区", "88"]];
    let sheet = book.add_worksheet().set_name("单位").unwrap();
    for (row, cells) in (0_u32..).zip(rows) {
        sheet.write_row(row, 0, cells).unwrap();
    }
    for (name, person) in [("一组", "郑梦曦"), ("二组", "何雨桐")] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.write_row(0, 0, ["姓名", "性别"]).unwrap();
        sheet.write_row(1, 0, [person, "女"]).unwrap();
    }
    let file = place.folder.join("表.xlsx");
    book.save(&file).unwrap();
    let file = file.display().to_string();
    let tree = run(&place, &["import", "units", &file, "--yes"]);
    assert_eq!((tree.status, &tree.json["taken"]), (0, &2.into()), "{}", tree.error);
    let roster = |sheet: &'static str| {
        run(&place, &["import", "roster", &file, "--unit", "88", "--year", "2025", "--sheet", sheet, "--yes"])
    };
    let unknown = roster("三组");
    assert_eq!(unknown.status, 1);
    assert!(unknown.error.contains("单位、一组、二组"), "{}", unknown.error);
    assert_eq!((&roster("二组").json["taken"], &roster("二组").json["repeated"]), (&1.into(), &1.into()));
    let people = run(&place, &["people", "list"]);
    assert!(
        people.json.to_string().contains("何雨桐") && !people.json.to_string().contains("郑梦曦"),
        "{}",
        people.json
    );
}
