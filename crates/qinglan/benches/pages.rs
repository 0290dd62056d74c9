//! How many pages a second, and how long one takes, compared with an empty handler in the same run: `bin/bench`.
//!
//! On the demo city (1,476 units, 3,000 people, 60,000 attendances), SQLite, client and server on the same cores.
#![expect(clippy::unwrap_used, reason = "a program that measures")]

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::Router;
use desk::{
    config::Config,
    serve::{Site, service},
};
use federation::accounts;
use kernel::SystemClock;
use qinglan::{
    demo,
    features::notices::{
        self, Kind, Recipients,
        actions::{Said, Wanted},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Simultaneous connections.
const CONNECTIONS: usize = 16;
/// How long one measurement takes.
const TIME: Duration = Duration::from_secs(4);

/// Notices of the city to its streets, so that the board of duties has some; each asks for one thing.
const NOTICES: usize = 12;

const PAGES: [(&str, &str); 12] = [
    ("admin", "/"),
    ("secretary", "/"),
    ("member", "/"),
    ("admin", "/activities"),
    ("secretary", "/activities"),
    ("admin", "/people"),
    ("admin", "/units"),
    ("admin", "/metrics"),
    ("admin", "/reports"),
    ("admin", "/duties/asked"),
    ("secretary", "/duties"),
    ("admin", "/matters/board"),
];

/// A connection that is kept open, and what was read beyond one response.
struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(64 * 1024) }
    }

    /// Sends a request and reads the response: its status and length.
    async fn ask(&mut self, request: &str) -> (u16, usize) {
        self.stream.write_all(request.as_bytes()).await.unwrap();
        self.buffer.clear();
        let mut piece = vec![0u8; 16 * 1024];
        loop {
            let end = self.buffer.windows(4).position(|window| window == b"\r\n\r\n");
            if let Some(end) = end {
                let head = String::from_utf8_lossy(&self.buffer[..end]).to_lowercase();
                let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
                let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
                let length: usize = length.and_then(|length| length.trim().parse().ok()).expect("a length");
                while self.buffer.len() < end + 4 + length {
                    let read = self.stream.read(&mut piece).await.unwrap();
                    assert!(read > 0, "the server hung up");
                    self.buffer.extend_from_slice(&piece[..read]);
                }
                return (status, length);
            }
            let read = self.stream.read(&mut piece).await.unwrap();
            assert!(read > 0, "the server hung up");
            self.buffer.extend_from_slice(&piece[..read]);
        }
    }
}

async fn measure(address: SocketAddr, path: &str, cookie: &str) -> (f64, Duration, Duration, usize) {
    let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\ncookie: qinglan={cookie}\r\n\r\n");
    let mut line = Line::open(address).await;
    let (status, length) = line.ask(&request).await;
    assert_eq!(status, 200, "{path}");
    let mut alone = Vec::new();
    for _ in 0..30 {
        let start = Instant::now();
        line.ask(&request).await;
        alone.push(start.elapsed());
    }
    alone.sort_unstable();
    let until = Instant::now() + TIME;
    let mut tasks = Vec::new();
    for _ in 0..CONNECTIONS {
        let request = request.clone();
        tasks.push(tokio::spawn(async move {
            let mut line = Line::open(address).await;
            let mut times = Vec::new();
            while Instant::now() < until {
                let start = Instant::now();
                line.ask(&request).await;
                times.push(start.elapsed());
            }
            times
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    times.sort_unstable();
    let p99 = times[(times.len() * 99 / 100).min(times.len() - 1)];
    (times.len() as f64 / TIME.as_secs_f64(), p99, alone[alone.len() / 2], length)
}

/// Sends notices of the city to all its streets; returns how many duties they open.
async fn send_notices(app: &desk::app::App) -> usize {
    let operator = app.operator();
    let city = federation::scope::places::tops(&app.db).await.unwrap()[0];
    let mut duties = 0;
    for number in 1..=NOTICES {
        let wanted = Wanted {
            kind: Kind::Return,
            wanted: "上报情况".to_owned(),
            type_code: None,
            material: None,
            needs_file: false,
        };
        let said = Said {
            number: None,
            title: format!("第{number}次上报"),
            text: String::new(),
            due_on: app.today() + chrono::Days::new(20),
            recipients: Recipients::Level("street".to_owned()),
            demands: vec![wanted],
        };
        let id = notices::actions::draft(app, &operator, city, said).await.unwrap();
        notices::actions::send(app, &operator, (id, 1)).await.unwrap();
        duties += notices::store::duties_of(&app.db, id).await.unwrap().len();
    }
    duties
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(run());
}

async fn run() {
    let folder = std::env::temp_dir().join("qinglan-bench-pages");
    let _ = std::fs::remove_dir_all(&folder);
    let config = || Config::new(Some(folder.clone()), None, None);
    let app = qinglan::open(config(), Arc::new(SystemClock)).await.unwrap();
    let start = Instant::now();
    demo::fill(&app, demo::Wanted { seed: 1, small: false }, &|_, _| {}).await.unwrap();
    println!("demo city made in {:.1} s", start.elapsed().as_secs_f64());
    let duties = send_notices(&app).await;
    println!("{NOTICES} notices, {duties} duties");
    drop(app);
    let start = Instant::now();
    let app = qinglan::open(config(), Arc::new(SystemClock)).await.unwrap();
    let site = Site::new(app.clone(), desk::outside::Outside::new(false)).unwrap();
    let router = Router::new().route("/empty", axum::routing::get(|| async { "" })).merge(service(site));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    println!("opened and serving in {:.0} ms", start.elapsed().as_secs_f64() * 1000.0);
    let (empty, p99, alone, _) = measure(address, "/empty", "").await;
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!("{:<28} {:>9} {:>10} {:>10} {:>8} {:>8}", "page", "per s", "p99 ms", "alone ms", "KB", "of empty");
    println!("{:<28} {empty:>9.0} {:>10.2} {:>10.2} {:>8.1} {:>7.1}%", "empty handler", ms(p99), ms(alone), 0.0, 100.0);
    for (account, path) in PAGES {
        let opened =
            accounts::actions::sign_in(&app, &accounts::attempts::Visitor::default(), account, demo::PASSWORD, false)
                .await
                .unwrap();
        let (rate, p99, alone, length) = measure(address, path, &opened.secret.0).await;
        println!(
            "{:<28} {rate:>9.0} {:>10.2} {:>10.2} {:>8.1} {:>7.1}%",
            format!("{path} ({account})"),
            ms(p99),
            ms(alone),
            length as f64 / 1024.0,
            rate / empty * 100.0
        );
    }
    let _ = std::fs::remove_dir_all(&folder);
}
