//! The server's connections: how many there may be, how long each of them may take, and how they end.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::{ConnectInfo, Request},
};
use hyper::body::Frame;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Instant, Sleep},
};

use crate::outside::{Outside, network};

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; further ones wait to be accepted.
    pub connections: usize,
    /// Connections at once from one address, unless it is a proxy's; further ones are closed.
    pub from_one: usize,
    /// Until a request's head has come, and between two requests of a connection.
    pub head: Duration,
    /// Until the next part of a body has come.
    pub part: Duration,
    /// Waiting for a body in all, besides a second for every [`RATE`] bytes.
    pub body: Duration,
    /// Until the visitor takes the next part of an answer.
    pub answer: Duration,
    /// From the order to stop until requests under way are given up.
    pub stop: Duration,
}

/// Bytes of a body that come in a second even over a slow line.
const RATE: u64 = 8 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Fewer than the 1,024 files that most systems let a process open: the database and uploads need some too.
            connections: 800,
            from_one: 100,
            head: Duration::from_secs(15),
            part: Duration::from_secs(20),
            body: Duration::from_secs(30),
            answer: Duration::from_secs(30),
            stop: Duration::from_secs(20),
        }
    }
}

/// How many connections each address has.
#[derive(Clone, Debug, Default)]
struct Counts(Arc<Mutex<HashMap<String, usize>>>);

/// One connection of an address; it is given back when this is dropped.
struct Counted(Counts, Option<String>);

impl Counts {
    /// Counts one more connection of an address, unless it has as many as it may.
    fn take(&self, network: String, most: usize) -> Option<Counted> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(network.clone()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Counted(self.clone(), Some(network)))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let Some(network) = self.1.take() else { return };
        let mut counts = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&network);
            }
        }
    }
}

/// Answers connections until it is told to end; then requests under way are answered, for as long as `limits` give them. How many
/// connections were given up.
pub async fn answer(
    listener: TcpListener,
    router: Router,
    outside: &Outside,
    limits: Limits,
    ended: impl Future<Output = ()>,
) -> usize {
    let mut ended = std::pin::pin!(ended);
    let places = Arc::new(Semaphore::new(limits.connections));
    let counts = Counts::default();
    let graceful = GracefulShutdown::new();
    loop {
        // A place comes before a connection: those beyond wait in the system's own queue.
        let place = tokio::select! {
            biased;
            () = &mut ended => break,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        let accepted = tokio::select! {
            biased;
            () = &mut ended => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(fault) => {
                // A visitor that left already, or too many open files: neither ends the server.
                tracing::warn!(%fault, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let address = peer.ip().to_canonical();
        let counted = if outside.is_proxy(address) {
            Counted(counts.clone(), None)
        } else {
            let Some(counted) = counts.take(network(address), limits.from_one) else { continue };
            counted
        };
        let connection = graceful.watch(connection(stream, peer, router.clone(), limits));
        tokio::spawn(async move {
            // What ends a connection early is the visitor's doing.
            let _ = connection.await;
            drop((counted, place));
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.stop, graceful.shutdown()).await.is_ok() {
        return 0;
    }
    limits.connections - places.available_permits()
}

type Http = hyper::server::conn::http1::Connection<
    TokioIo<Pin<Box<tokio_io_timeout::TimeoutStream<TcpStream>>>>,
    TowerToHyperService<WithPeer>,
>;

fn connection(stream: TcpStream, peer: SocketAddr, router: Router, limits: Limits) -> Http {
    // Small answers are sent at once.
    let _ = stream.set_nodelay(true);
    let mut stream = tokio_io_timeout::TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.answer));
    let service = TowerToHyperService::new(WithPeer { router, peer, limits });
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
}

/// The service, told where each request comes from, and with a body that may not take for ever.
#[derive(Clone)]
struct WithPeer {
    router: Router,
    peer: SocketAddr,
    limits: Limits,
}

impl tower::Service<hyper::Request<hyper::body::Incoming>> for WithPeer {
    type Response = axum::response::Response;
    type Error = Infallible;
    type Future = <Router as tower::Service<Request>>::Future;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // A router is always ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: hyper::Request<hyper::body::Incoming>) -> Self::Future {
        let limits = self.limits;
        let mut request = request.map(|body| Body::new(Timed::new(body, limits)));
        request.extensions_mut().insert(ConnectInfo(self.peer));
        tower::Service::call(&mut self.router, request)
    }
}

/// A body that ends with an error when it comes too slowly.
struct Timed<B> {
    body: B,
    limits: Limits,
    received: u64,
    /// For how long it was waited for in all.
    waited: Duration,
    /// Since when it is waited for, and until when it is.
    waits: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<B> Timed<B> {
    fn new(body: B, limits: Limits) -> Self {
        Self { body, limits, received: 0, waited: Duration::ZERO, waits: None }
    }

    /// For how long it may be waited for from now on.
    fn patience(&self) -> Duration {
        let in_all = self.limits.body + Duration::from_secs(self.received / RATE);
        in_all.saturating_sub(self.waited).min(self.limits.part)
    }
}

impl<B> HttpBody for Timed<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<axum::BoxError>,
{
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(frame) => {
                if let Some((since, _)) = self.waits.take() {
                    self.waited += since.elapsed();
                }
                if let Some(Ok(frame)) = &frame
                    && let Some(data) = frame.data_ref()
                {
                    self.received += data.len() as u64;
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => {
                let patience = self.patience();
                let (_, end) =
                    self.waits.get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(patience))));
                match end.as_mut().poll(context) {
                    Poll::Ready(()) => Poll::Ready(Some(Err("the body comes too slowly".into()))),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.body.size_hint()
    }
}
