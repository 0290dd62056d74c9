//! How long the main operations take: `bin/bench`. Prints machine, sizes, and the median of several runs.
//!
//! Data are generated from a seed: a city of 1,476 units, 3,000 people, two years, 60,000 attendances.
#![expect(clippy::unwrap_used, reason = "a program that measures")]

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{Days, NaiveDate};
use desk::{
    app::{App, font_folders},
    config::Config,
};
use federation::{
    imports::{Answers, Context, Source, actions},
    people::{self, NewPerson, Party},
    units,
};
use figures::reports::actions::{Order, build, template};
use kernel::{Period, SystemClock, UnitId};
use ledger::{Books, Filter};
use qinglan::features::activities::{
    self, Status,
    actions::{Draft, Handed},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

const PEOPLE: usize = 3_000;
const SESSIONS: usize = 6_000;
const EACH: usize = 10;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn print_result(what: &str, time: Duration, more: &str) {
    println!("{what:<58} {:>9.1} ms  {more}", time.as_secs_f64() * 1000.0);
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::var_os("QINGLAN_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

async fn open(data: &Path) -> App {
    qinglan::open(Config::new(Some(data.to_path_buf()), None, None), Arc::new(SystemClock)).await.unwrap()
}

async fn import_tree(app: &App, file: &Path) -> usize {
    let source = Source::read(file, federation::units::import::KIND).unwrap();
    let answers = Answers::new();
    let progress = |_, _| ();
    let context = Context {
        source: &source,
        unit: None,
        year: None,
        answers: &answers,
        from: None,
        today: app.today(),
        only: None,
        progress: &progress,
    };
    let shown = actions::preview(app, &app.operator(), federation::units::import::KIND, &context).await.unwrap();
    actions::confirm(app, &app.operator(), federation::units::import::KIND, &context, &shown).await.unwrap();
    shown.taken
}

fn on(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Days::new(number)
}

/// A name without digits, which are not allowed in names: 二零 for 20.
fn named(number: usize) -> String {
    let letters: Vec<char> = "零一二三四五六七八九".chars().collect();
    number.to_string().bytes().map(|digit| letters[usize::from(digit - b'0')]).collect()
}

/// A city of the demo's size.
async fn city(app: &App) -> Vec<UnitId> {
    import_tree(app, &root().join("data/divisions-invented-city.csv")).await;
    let mut random = StdRng::seed_from_u64(20_250_101);
    let tree = ledger::Tree::load(&app.db, None, app.today(), ledger::position(&app.db).await.unwrap()).await.unwrap();
    let units: Vec<UnitId> = tree.all().to_vec();
    let people: Vec<NewPerson> = (0..PEOPLE)
        .map(|number| NewPerson {
            name: named(number),
            staff_no: None,
            sex: None,
            birth_month: Some(198_501 + random.random_range(0..15) * 100 + random.random_range(0..12)),
            party: Some(if random.random_range(0..3) == 0 { Party::Masses } else { Party::Member }),
            // Ten people in each unit, like in groups.
            unit: units[number / 10 * 4 % units.len()],
            held: people::Held::default(),
            education: None,
            phone: None,
            note: None,
        })
        .collect();
    let homes: Vec<UnitId> = people.iter().map(|person| person.unit).collect();
    let people = people::actions::add_all(app, &app.operator(), people, on(0)).await.unwrap();
    let types = activities::store::types(&app.db).await.unwrap();
    let drafts: Vec<Draft> = (0..SESSIONS)
        .map(|number| {
            let first = random.random_range(0..people.len());
            let kind = &types[random.random_range(0..types.len())].code;
            let day = on(random.random_range(0..730));
            let mut draft = Draft::new(kind, &format!("第{number}场"), day, homes[first]);
            // One session in five is joint: half of those present come from elsewhere.
            let joint = random.random_range(0..5) == 0;
            let group = first / 10 * 10;
            draft.attendance = (0..EACH)
                .map(|step| {
                    let away = if joint && step >= EACH / 2 { 500 } else { 0 };
                    let status = if random.random_range(0..12) == 0 { Status::Leave } else { Status::OnTime };
                    Handed::plain(people[(group + away + step) % people.len()], status)
                })
                .collect();
            draft.activity.audience = Some(12);
            draft
        })
        .collect();
    activities::actions::add_all(app, &app.operator(), drafts).await.unwrap();
    units
}

async fn figures(app: &App, unit: UnitId) {
    let period = Period::year(2025).unwrap();
    let kinds = app.kinds();
    let mut times = Vec::new();
    let mut count = 0;
    for _ in 0..7 {
        let start = Instant::now();
        let books = Books::open(&app.db, &kinds, &kinds.names(), unit, period, None, None).await.unwrap();
        count = 0;
        for metric in app.metrics().all() {
            books.figure(metric, unit, period, &Filter::default()).unwrap();
            count += 1;
        }
        times.push(start.elapsed());
    }
    print_result(
        "all metrics once, books opened anew",
        median(times),
        &format!("{count} metrics (aim under 200 ms a report)"),
    );
    let order = Order { template: template("annual").unwrap(), unit, period };
    let mut times = Vec::new();
    let mut count = 0;
    for _ in 0..7 {
        let start = Instant::now();
        count = build(app, &app.operator(), &order, &|_| None).await.unwrap().figures.len();
        times.push(start.elapsed());
    }
    print_result("annual report computed", median(times), &format!("{count} figures"));
}

async fn documents(app: &App, unit: UnitId) {
    let order = |year: i32| Order { template: template("annual").unwrap(), unit, period: Period::year(year).unwrap() };
    let built = build(app, &app.operator(), &order(2025), &|_| None).await.unwrap();
    let other = build(app, &app.operator(), &order(2024), &|_| None).await.unwrap();
    let start = Instant::now();
    let fonts = document::Fonts::load(&font_folders(&app.config)).unwrap();
    let writer = document::PdfWriter::new(fonts);
    let pages = writer.pdf(&built.document).unwrap().len();
    print_result("PDF, cold with fonts", start.elapsed(), &format!("{} KB (aim under 500 ms)", pages / 1024));
    let mut warm = Vec::new();
    for number in 0..8 {
        let document = if number % 2 == 0 { &other.document } else { &built.document };
        let start = Instant::now();
        writer.pdf(document).unwrap();
        warm.push(start.elapsed());
    }
    print_result("PDF, warm, another year's text each time", median(warm), "(aim under 50 ms)");
    let start = Instant::now();
    let size = document::docx(&built.document).unwrap().len();
    print_result("DOCX, first", start.elapsed(), &format!("{} KB", size / 1024));
    let times = (0..9)
        .map(|_| {
            let start = Instant::now();
            document::docx(&built.document).unwrap();
            start.elapsed()
        })
        .collect();
    print_result("DOCX, warm", median(times), "");
}

/// One activity in each transaction through the action that pages call, durable on disk (`synchronous = FULL`).
async fn bookings(app: &App, units: &[UnitId]) {
    const BOOKINGS: u32 = 1_000;
    let mut rates = Vec::new();
    for run in 0..3 {
        let start = Instant::now();
        for number in 0..BOOKINGS {
            let draft = Draft::new("study", &format!("{run}-{number}"), on(700), units[number as usize % units.len()]);
            activities::actions::add(app, &app.operator(), draft).await.unwrap();
        }
        rates.push(start.elapsed() / BOOKINGS);
    }
    let each = median(rates);
    print_result("one booking, durable", each, &format!("{:.0} a second, alone", 1.0 / each.as_secs_f64()));
}

#[tokio::main]
async fn main() {
    // `cargo test --benches` runs this too: it measures only when `--bench` is given.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name\t: ")).unwrap_or("?").to_owned();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("machine: {model}, {cores} cores; SQLite on {}", std::env::temp_dir().display());
    println!("data: 1,476 units, {PEOPLE} people, {SESSIONS} sessions over two years, {} attendances", SESSIONS * EACH);

    let data = folder("qinglan-bench-city");
    let app = open(&data).await;
    let start = Instant::now();
    let units = city(&app).await;
    print_result("the city made", start.elapsed(), &format!("{} entries", ledger::position(&app.db).await.unwrap()));
    let top = units::find_by_code_or_name(&app.db, "9901").await.unwrap().id;
    figures(&app, top).await;
    documents(&app, top).await;
    bookings(&app, &units).await;
    let start = Instant::now();
    app.seal().await.unwrap();
    print_result("sealed", start.elapsed(), "");
    let start = Instant::now();
    let verdict = ledger::verify(&app.db, &[], |_, _| ()).await.unwrap();
    print_result("verified", start.elapsed(), &format!("{} positions", verdict.sealed));
    let start = Instant::now();
    let found = app.reconcile().await.unwrap();
    print_result("reconciled", start.elapsed(), &format!("{} entries, {} faults", found.entries, found.faults.len()));
    drop(app);

    for (name, aim) in [("divisions-jinan.csv", "3 s"), ("divisions-china.csv.gz", "60 s")] {
        let data = folder("qinglan-bench-tree");
        let start = Instant::now();
        let app = open(&data).await;
        let taken = import_tree(&app, &root().join("fixtures").join(name)).await;
        print_result(name, start.elapsed(), &format!("{taken} units, judged twice, sealed (aim under {aim})"));
        drop(app);
        let _ = std::fs::remove_dir_all(&data);
    }
    let _ = std::fs::remove_dir_all(&data);
}
