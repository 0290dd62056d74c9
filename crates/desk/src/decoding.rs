//! The turns of the decoders: what people hand in is read by two at a time in the whole process, on threads that answer no
//! requests, each for a while at the most, and given up where nobody waits for it any more.
//!
//! How much memory a decoder takes is bounded by its own budget. These bounds are for one; the turns make a bound for all.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use kernel::Refusal;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{AppError, Result};

/// Decoders that run at one time.
const AT_ONCE: u32 = 2;
/// How long one waits for its turn before the visitor is asked to come again.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one runs before it is told to stop: the largest register that is accepted takes some seconds, on a slow machine more.
const LONGEST: Duration = Duration::from_mins(1);
/// Bytes of a file beyond which it is read alone.
const LARGE: u64 = 16 * 1024 * 1024;

/// The turns of the process: memory is the process's, so they are too, however many applications it holds.
static TURNS: LazyLock<Turns> =
    LazyLock::new(|| Turns { free: Arc::new(Semaphore::new(AT_ONCE as usize)), patience: PATIENCE, longest: LONGEST });

/// Whether what is read leaves room for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// It does.
    Half,
    /// It takes as much memory as there is for decoding, and is read while nothing else is.
    All,
}

impl Share {
    /// Of a file with so many bytes.
    pub fn of_bytes(bytes: u64) -> Self {
        if bytes > LARGE { Self::All } else { Self::Half }
    }
}

/// The turns, and how long they last.
#[derive(Debug)]
struct Turns {
    free: Arc<Semaphore>,
    patience: Duration,
    longest: Duration,
}

impl Turns {
    async fn turn(&self, share: Share) -> Result<Turn> {
        let permits = match share {
            Share::Half => 1,
            Share::All => AT_ONCE,
        };
        let free = Arc::clone(&self.free).acquire_many_owned(permits);
        match tokio::time::timeout(self.patience, free).await {
            Ok(Ok(held)) => Ok(Turn { held, longest: self.longest }),
            Ok(Err(fault)) => Err(AppError::Unreadable { what: "a decoder's turn", fault: fault.to_string() }),
            Err(_) => Err(Refusal::busy("decoders-busy").into()),
        }
    }
}

/// Waits for a turn; refused is who waits for too long. What is to be read is best loaded after that, so that those who wait
/// hold nothing.
pub async fn turn(share: Share) -> Result<Turn> {
    TURNS.turn(share).await
}

/// That reading a file took too long.
pub fn too_long(file: &str) -> AppError {
    Refusal::too_large("decoding-too-long").with("file", file).into()
}

/// A decoder's turn.
#[derive(Debug)]
pub struct Turn {
    held: OwnedSemaphorePermit,
    longest: Duration,
}

impl Turn {
    /// Reads something. What reads it asks what it is handed whether it should stop, now and then: so it does once it has run
    /// for too long, or whoever waits for this has gone. The turn lasts until the thread is through, and not only until then.
    pub async fn run<T: Send + 'static>(
        self,
        read: impl FnOnce(&(dyn Fn() -> bool + Sync)) -> T + Send + 'static,
    ) -> Result<T> {
        let waiting = Waiting(Arc::new(AtomicBool::new(true)));
        let waited_for = Arc::clone(&waiting.0);
        let running = tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            let done = read(&|| !waited_for.load(Ordering::Relaxed) || begun.elapsed() >= self.longest);
            drop(self.held);
            done
        });
        let done = running.await;
        drop(waiting);
        done.map_err(|fault| AppError::Unreadable { what: "a decoder", fault: fault.to_string() })
    }
}

/// That somebody waits, until it is dropped with the request.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use kernel::RefusalKind;

    use super::*;

    fn turns(patience: Duration, longest: Duration) -> Turns {
        Turns { free: Arc::new(Semaphore::new(AT_ONCE as usize)), patience, longest }
    }

    fn is_busy(turn: Result<Turn>) -> bool {
        matches!(turn, Err(AppError::Refused(refusal)) if refusal.code == "decoders-busy" && refusal.kind == RefusalKind::Busy)
    }

    #[tokio::test]
    async fn two_read_at_a_time_and_a_large_file_alone() {
        let turns = turns(Duration::ZERO, LONGEST);
        let first = turns.turn(Share::Half).await.unwrap();
        let second = turns.turn(Share::of_bytes(LARGE)).await.unwrap();
        assert!(is_busy(turns.turn(Share::Half).await));
        drop(first);
        assert!(is_busy(turns.turn(Share::of_bytes(LARGE + 1)).await));
        assert_eq!(second.run(|_| 7).await.unwrap(), 7);
        let alone = turns.turn(Share::All).await.unwrap();
        assert!(is_busy(turns.turn(Share::Half).await));
        drop(alone);
    }

    #[tokio::test]
    async fn a_reader_stops_when_its_request_has_gone_and_holds_its_turn_until_then() {
        let turns = turns(LONGEST, Duration::MAX);
        let turn = turns.turn(Share::All).await.unwrap();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let request = tokio::spawn(turn.run(move |stop| {
            begun.send(()).unwrap();
            while !stop() {
                std::thread::yield_now();
            }
        }));
        begins.await.unwrap();
        assert_eq!(turns.free.available_permits(), 0);
        request.abort();
        assert!(turns.turn(Share::All).await.is_ok());
    }

    #[tokio::test]
    async fn a_reader_that_takes_too_long_is_told_to_stop() {
        let turns = turns(LONGEST, Duration::ZERO);
        let stopped = turns.turn(Share::Half).await.unwrap().run(|stop| stop()).await;
        assert!(stopped.unwrap());
        let refused = too_long("a.epub");
        assert!(matches!(refused, AppError::Refused(refusal) if refusal.code == "decoding-too-long"));
    }

    #[tokio::test]
    async fn a_turn_is_free_again_after_a_panic() {
        let turns = turns(Duration::ZERO, LONGEST);
        let turn = turns.turn(Share::All).await.unwrap();
        assert!(turn.run::<()>(|_| panic!("a broken file")).await.is_err());
        assert!(turns.turn(Share::All).await.is_ok());
    }
}
