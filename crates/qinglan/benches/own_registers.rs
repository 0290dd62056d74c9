//! How long a register of an office's own with 200,000 rows takes: its list, figures and export: `bin/bench`.
//!
//! On the invented city (1,476 units), SQLite. Pages are asked of the router itself, without a connection.
#![expect(clippy::unwrap_used, reason = "a program that measures")]

use std::{
    collections::HashMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, body::Body, http::Request};
use desk::{
    actor::Role,
    app::App,
    config::Config,
    serve::{Site, service},
};
use federation::{
    accounts::{self, attempts::Visitor},
    imports::{Answers, Context, Kind, Source, actions as imports},
    people::{self, NewPerson},
    units,
};
use figures::own_registers::{
    Draft, DraftField,
    actions::{self, Defining},
    model::FieldKind,
};
use kernel::{Period, SystemClock, UnitId, parse_day};
use ledger::{Books, Filter};
use tower::ServiceExt as _;

const FILES: usize = 4;
const ROWS: usize = 50_000;
const PASSWORD: &str = "清风徐来水波不兴";

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn print_result(what: &str, time: Duration, more: &str) {
    println!("{what:<66} {:>9.1} ms  {more}", time.as_secs_f64() * 1000.0);
}

fn quiet(_: usize, _: usize) {}

async fn import(app: &App, kind: Kind, source: &Source, unit: Option<UnitId>) -> usize {
    let answers = Answers::new();
    let today = app.today();
    let context =
        Context { source, unit, year: None, answers: &answers, from: None, today, only: None, progress: &quiet };
    let shown = imports::preview(app, &app.operator(), kind, &context).await.unwrap();
    imports::confirm(app, &app.operator(), kind, &context, &shown).await.unwrap();
    shown.taken
}

fn service_register() -> Draft {
    let field = |name: &str, kind: FieldKind| DraftField { name: name.to_owned(), kind, ..DraftField::default() };
    Draft {
        name: "志愿服务".to_owned(),
        fields: vec![
            field("项目", FieldKind::Text),
            DraftField {
                choices: ["社区", "乡村", "学校"].map(str::to_owned).to_vec(),
                ..field("类型", FieldKind::Choice)
            },
            DraftField { measure: "人".to_owned(), ..field("服务人数", FieldKind::Number) },
            DraftField { measure: "小时".to_owned(), decimals: 1, ..field("时长", FieldKind::Number) },
            field("负责人", FieldKind::Person),
            field("是否公开", FieldKind::YesNo),
        ],
        ..Draft::default()
    }
}

/// A name without digits, which are not allowed in names.
fn named(number: usize) -> String {
    let letters: Vec<char> = "零一二三四五六七八九".chars().collect();
    number.to_string().bytes().map(|digit| letters[usize::from(digit - b'0')]).collect()
}

/// The city with somebody in each unit whose name no other unit has, and their rows. Returns the city and a street.
async fn fill(app: &App) -> (UnitId, UnitId, i64) {
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/divisions-invented-city.csv");
    let source = Source::read(&tree, units::import::KIND).unwrap();
    import(app, units::import::KIND, &source, None).await;
    let city = units::find_by_code_or_name(&app.db, "9901").await.unwrap().id;
    let street = units::find_by_code_or_name(&app.db, "990101001").await.unwrap().id;
    let position = ledger::position(&app.db).await.unwrap();
    let ids: Vec<UnitId> = ledger::Tree::load(&app.db, None, app.today(), position).await.unwrap().all().to_vec();
    let known = units::by_ids(&app.db, &ids).await.unwrap();
    let mut times: HashMap<&str, usize> = HashMap::new();
    for unit in known.values() {
        *times.entry(unit.name.as_str()).or_default() += 1;
    }
    let mut places: Vec<(UnitId, &str)> = known
        .iter()
        .filter(|(_, unit)| times[unit.name.as_str()] == 1 && unit.level.as_deref() == Some("community"))
        .map(|(id, unit)| (*id, unit.name.as_str()))
        .collect();
    places.sort_unstable();
    let first = parse_day("2023-01-01").unwrap();
    let leaders = places.iter().enumerate().map(|(number, (unit, _))| NewPerson {
        name: format!("周{}", named(number)),
        sex: None,
        birth_month: None,
        party: None,
        unit: *unit,
        held: people::Held::default(),
        education: None,
        phone: None,
        note: None,
        staff_no: None,
    });
    people::actions::add_all(app, &app.operator(), leaders.collect(), first).await.unwrap();
    let defining = Defining { code: "service".to_owned(), unit: city, draft: service_register() };
    let register = actions::define(app, &app.operator(), defining).await.unwrap();
    actions::open(app, &app.operator(), register, 1).await.unwrap();
    let kind = Kind::by_name(app, "reg.service").unwrap();
    for file in 0..FILES {
        let mut text = "单位,日期,项目,类型,服务人数,时长,负责人,是否公开\n".to_owned();
        for row in 0..ROWS {
            let number = file * ROWS + row;
            let place = number % places.len();
            let day = first + chrono::Days::new((number * 7 % 1000) as u64);
            let choice = ["社区", "乡村", "学校", ""][number % 4];
            let (people, tenths, public) = (number % 90, number % 10, ["是", "否", ""][number % 3]);
            let (unit, leader) = (places[place].1, named(place));
            text.push_str(&format!("{unit},{day},项目{number},{choice},{people},3.{tenths},周{leader},{public}\n"));
        }
        let source = Source::from_file("rows.csv", text.into_bytes(), kind).unwrap();
        let start = Instant::now();
        let taken = import(app, kind, &source, Some(city)).await;
        print_result(
            &format!("file {} imported: judged twice, taken, sealed", file + 1),
            start.elapsed(),
            &format!("{taken} rows"),
        );
    }
    (city, street, register)
}

/// A signed-in visitor of the router.
struct Visiting {
    router: Router,
    cookie: String,
}

impl Visiting {
    async fn new(app: &App, router: &Router, name: &str, role: Role, unit: Option<UnitId>) -> Self {
        let opening = accounts::actions::Opening {
            name: name.to_owned(),
            password: Some(PASSWORD.to_owned()),
            ..accounts::actions::Opening::default()
        };
        let (id, _) = accounts::actions::open(app, &app.operator(), opening).await.unwrap();
        accounts::actions::give_role(app, &app.operator(), id, role, unit, None).await.unwrap();
        let opened = accounts::actions::sign_in(app, &Visitor::default(), name, PASSWORD, false).await.unwrap();
        Self { router: router.clone(), cookie: format!("qinglan={}", opened.secret.0) }
    }

    /// The time to the last byte of a page, and its length.
    async fn time(&self, path: &str) -> (Duration, usize) {
        let request = Request::get(path).header("cookie", &self.cookie).body(Body::empty()).unwrap();
        let start = Instant::now();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert!(status.is_success(), "{path}: {status}");
        (start.elapsed(), bytes.len())
    }

    async fn print_page(&self, what: &str, path: &str, times: usize) {
        let mut taken = Vec::new();
        let mut length = 0;
        for _ in 0..times {
            let (time, bytes) = self.time(path).await;
            taken.push(time);
            length = bytes;
        }
        print_result(what, median(taken), &format!("median of {times}, {} KB", length / 1024));
    }
}

async fn figures(app: &App, unit: UnitId) {
    let (period, kinds) = (Period::year(2024).unwrap(), app.kinds());
    let names: Vec<&str> = kinds.names().into_iter().filter(|kind| kind.starts_with("reg.service")).collect();
    let metrics: Vec<_> = app.metrics().all().filter(|metric| metric.key.starts_with("reg.service")).cloned().collect();
    let mut times = Vec::new();
    let mut rows = 0;
    for _ in 0..7 {
        let start = Instant::now();
        let books = Books::open(&app.db, &kinds, &names, unit, period, None, None).await.unwrap();
        rows = 0;
        for metric in &metrics {
            rows += books.figure(metric, unit, period, &Filter::default()).unwrap().row_count;
        }
        times.push(start.elapsed());
    }
    let more = format!("median of 7, {} figures with {rows} rows", metrics.len());
    print_result("all its figures for a year, books opened anew", median(times), &more);
}

#[tokio::main]
async fn main() {
    // `cargo test --benches` runs this too: it measures only when `--bench` is given.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = std::env::var_os("QINGLAN_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
    let folder = folder.join("qinglan-bench-own-registers");
    let _ = std::fs::remove_dir_all(&folder);
    let config = Config::new(Some(folder.clone()), None, None);
    let app = qinglan::open(config, Arc::new(SystemClock)).await.unwrap();
    println!("a register of six fields with {} rows over 1,000 days", FILES * ROWS);
    let (city, street, register) = fill(&app).await;
    let router = service(Site::new(app.clone(), desk::outside::Outside::new(false)).unwrap());
    let admin = Visiting::new(&app, &router, "bench-admin", Role::Administrator, None).await;
    let secretary = Visiting::new(&app, &router, "bench-street", Role::Secretary, Some(street)).await;
    let rows = format!("/own-registers/{register}/rows");
    for (who, visitor) in [("administrator", &admin), ("secretary of a street", &secretary)] {
        visitor.print_page(&format!("list of its rows, {who}"), &rows, 15).await;
        visitor.print_page(&format!("list by unit, {who}"), &format!("{rows}?order=unit"), 15).await;
        visitor
            .print_page(
                &format!("list of a year, {who}"),
                &format!("{rows}?period=own&from=2024-01-01&to=2024-12-31"),
                15,
            )
            .await;
        visitor
            .print_page(&format!("list with a text that few rows have, {who}"), &format!("{rows}?q=项目77777"), 15)
            .await;
        visitor.print_page(&format!("the register's own page, {who}"), &format!("/own-registers/{register}"), 15).await;
        visitor.print_page(&format!("list of registers, {who}"), "/own-registers", 15).await;
    }
    admin.print_page("list of one street's rows, administrator", &format!("{rows}?unit_id={street}"), 15).await;
    figures(&app, city).await;
    let figure = "/metrics/reg.service.rows?period=own&from=2024-01-01&to=2024-12-31";
    let (cold, _) = admin.time(figure).await;
    print_result("page of a figure of a year, books opened anew", cold, "once");
    admin.print_page("page of that figure, books kept", figure, 15).await;
    admin.print_page("export of one street's rows", &format!("{rows}/export?unit_id={street}"), 5).await;
    admin.print_page("export of all rows", &format!("{rows}/export"), 3).await;
    drop(app);
    let _ = std::fs::remove_dir_all(&folder);
}
