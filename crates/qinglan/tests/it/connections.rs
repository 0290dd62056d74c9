//! Connections of a server that listens: idle and slow ones end, one visitor doesn't take the room of others, and stopping has an end.

use std::{net::Ipv4Addr, time::Duration};

use axum::http::StatusCode;
use desk::{
    connections::Limits,
    outside::Outside,
    serve::{Site, listen, serve},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use crate::support::{On, Place};

/// Shorter than a server's own, so that the test is.
const LIMITS: Limits = Limits {
    connections: 12,
    from_one: 4,
    head: Duration::from_millis(300),
    part: Duration::from_millis(300),
    body: Duration::from_millis(600),
    answer: Duration::from_secs(5),
    stop: Duration::from_millis(500),
};

struct Server {
    port: u16,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn server(place: &Place, limits: Limits) -> Server {
    let app = place.open().await;
    let site = Site::new(app, Outside::new(false)).unwrap();
    let listening = listen(&site.app, (Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
    let port = listening.address.port();
    let (stop, stopped) = oneshot::channel();
    let ended = async {
        let _ = stopped.await;
    };
    Server { port, stop, ended: tokio::spawn(serve(site, listening, limits, ended)) }
}

/// A connection that comes from an address of this machine.
async fn connect(port: u16, from: [u8; 4]) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    socket.connect((Ipv4Addr::LOCALHOST, port).into()).await.unwrap()
}

/// All that comes until the connection ends.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    // A connection that is reset has ended too.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

async fn get(stream: &mut TcpStream, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    // One that was closed answers nothing.
    let _ = stream.write_all(request.as_bytes()).await;
    rest(stream).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_of_one_visitor_leave_room_for_others() {
    let place = Place::new(On::Sqlite).await;
    let server = server(&place, LIMITS).await;
    let mut idle = Vec::new();
    for _ in 0..200 {
        idle.push(connect(server.port, [127, 0, 0, 1]).await);
    }
    let answer = get(&mut connect(server.port, [127, 0, 0, 2]).await, "/health").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // None of them is kept: those over what one may have are closed at once, the others after a while.
    for stream in &mut idle {
        let text = rest(stream).await;
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 408"), "{text}");
    }
    let answer = get(&mut connect(server.port, [127, 0, 0, 1]).await, "/health").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_or_a_body_that_does_not_come_ends_the_connection() {
    let place = Place::new(On::Sqlite).await;
    let server = server(&place, LIMITS).await;
    let mut head = connect(server.port, [127, 0, 0, 1]).await;
    head.write_all(b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\n").await.unwrap();
    let text = rest(&mut head).await;
    assert!(!text.contains("200 OK"), "{text}");
    let begin = "POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                 content-length: 200\r\n\r\nname=admin";
    let mut body = connect(server.port, [127, 0, 0, 1]).await;
    body.write_all(begin.as_bytes()).await.unwrap();
    let text = rest(&mut body).await;
    assert!(text.starts_with(&format!("HTTP/1.1 {}", StatusCode::REQUEST_TIMEOUT)), "{text}");
    // One that comes a letter at a time ends too.
    let mut drops = connect(server.port, [127, 0, 0, 1]).await;
    drops.write_all(begin.as_bytes()).await.unwrap();
    let (mut reading, mut writing) = drops.split();
    let dripping = async {
        while writing.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let mut text = [0; 16];
    tokio::select! {
        read = reading.read(&mut text) => assert!(read.unwrap() > 0),
        () = dripping => panic!("it was closed without a word"),
    }
    assert!(text.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&text));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_told_to_end_waits_for_nobody_for_ever() {
    let place = Place::new(On::Sqlite).await;
    let server =
        server(&place, Limits { part: Duration::from_hours(1), body: Duration::from_hours(1), ..LIMITS }).await;
    let mut under_way = connect(server.port, [127, 0, 0, 1]).await;
    let begin = "POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                 content-length: 200\r\n\r\nname=admin";
    under_way.write_all(begin.as_bytes()).await.unwrap();
    let answer = get(&mut connect(server.port, [127, 0, 0, 1]).await, "/health").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.stop.send(()).unwrap();
    // It would never end by itself.
    server.ended.await.unwrap();
    TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).await.expect_err("nobody listens");
}
