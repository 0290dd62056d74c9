//! Passwords: argon2id, a few at a time, and what is too weak.

use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::{
    Argon2, PasswordVerifier,
    password_hash::{PasswordHasher, phc::PasswordHash},
};
use kernel::Refusal;
use tokio::sync::Semaphore;

/// The fewest characters of a password.
const SHORTEST: usize = 8;
/// The most characters of a password, to limit the cost of hashing.
const LONGEST: usize = 200;
/// Passwords that everybody tries first.
const COMMON: [&str; 12] = [
    "12345678",
    "123456789",
    "1234567890",
    "password",
    "qwertyui",
    "11111111",
    "88888888",
    "00000000",
    "abcd1234",
    "a1234567",
    "qinglan1",
    "asdfghjk",
];

/// The hash to be stored.
pub fn hash(password: &str) -> Result<String, Refusal> {
    let failed = |fault: argon2::password_hash::Error| Refusal::new("failed").with("fault", fault);
    Ok(Argon2::default().hash_password(password.as_bytes()).map_err(failed)?.to_string())
}

/// Whether the password matches the hash.
pub fn fits(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|stored| Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
}

/// Refuses passwords that are easily guessed.
pub fn refuse_weak(password: &str, name: &str) -> Result<(), Refusal> {
    let letters = password.chars().count();
    if !(SHORTEST..=LONGEST).contains(&letters) {
        return Err(Refusal::new("password-length").with("least", SHORTEST).with("most", LONGEST));
    }
    let lower = password.to_lowercase();
    let first = password.chars().next();
    let common = COMMON.contains(&lower.as_str())
        || password.chars().all(|letter| Some(letter) == first)
        || (!name.is_empty() && lower.contains(&name.to_lowercase()));
    if common { Err(Refusal::new("password-common")) } else { Ok(()) }
}

/// Hashes at once at the most: each takes 19 MB, and a core.
static TURNS: Semaphore = Semaphore::const_new(2);
/// Hashes that wait for their turn at the most; who comes then is told to try again.
const QUEUE: usize = 50;
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Runs a hash beside the threads that answer requests, when it is its turn.
async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    struct Waits;
    impl Drop for Waits {
        fn drop(&mut self) {
            WAITING.fetch_sub(1, Ordering::Relaxed);
        }
    }
    let before = WAITING.fetch_add(1, Ordering::Relaxed);
    let waits = Waits;
    if before >= QUEUE {
        return Err(Refusal::busy("sign-in-busy"));
    }
    let failed = |fault: String| Refusal::new("failed").with("fault", fault);
    let turn = TURNS.acquire().await.map_err(|fault| failed(fault.to_string()))?;
    drop(waits);
    // The turn goes with the work: it is over when the hash is done, not when the visitor leaves.
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    })
    .await
    .map_err(|fault| failed(fault.to_string()))
}

/// The hash to be stored, made in turn.
pub async fn hash_in_turn(password: &str) -> Result<String, Refusal> {
    let password = password.to_owned();
    in_turn(move || hash(&password)).await?
}

/// Whether the password fits the hash, found in turn. Without a hash it takes as long, and doesn't fit.
pub async fn fits_in_turn(password: &str, stored: Option<String>) -> Result<bool, Refusal> {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b+dWRWJTmaasQhIkxNIzHtQCMA";
    let password = password.to_owned();
    in_turn(move || fits(&password, stored.as_deref().unwrap_or(NOBODY)) && stored.is_some()).await
}

/// Whether a password can be one: what is longer is not hashed at all.
pub fn is_readable(password: &str) -> bool {
    password.chars().count() <= LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_matches_its_password_only() {
        let stored = hash("清风徐来水波不兴").expect("a hash");
        assert!(stored.starts_with("$argon2id$"));
        assert!(fits("清风徐来水波不兴", &stored) && !fits("清风徐来水波", &stored) && !fits("x", "no hash"));
    }

    #[test]
    fn easily_guessed_passwords_are_refused() {
        for weak in ["1234567", "12345678", "aaaaaaaaaa", "Mengxn2025", ""] {
            assert!(refuse_weak(weak, "mengxn").is_err(), "{weak}");
        }
        for good in ["河边有三只白鹭", "winter-7-lamps", "Qq8#kd02mm"] {
            let long_enough = good.chars().count() >= 8;
            assert_eq!(refuse_weak(good, "mengxn").is_ok(), long_enough, "{good}");
        }
    }

    #[tokio::test]
    async fn two_run_at_a_time_a_queue_waits_and_the_rest_is_told_to_come_again() {
        let running = std::sync::Arc::new(AtomicUsize::new(0));
        let most = std::sync::Arc::new(AtomicUsize::new(0));
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let gate = std::sync::Arc::new(std::sync::Mutex::new(gate));
        let works: Vec<_> = (0..QUEUE + 10)
            .map(|_| {
                let (running, most, gate) = (running.clone(), most.clone(), gate.clone());
                in_turn(move || {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let _ = gate.lock().map(|gate| gate.recv());
                    running.fetch_sub(1, Ordering::SeqCst);
                })
            })
            .collect();
        let works: Vec<_> = works.into_iter().map(tokio::spawn).collect();
        // Each has begun to wait, or was refused, before the first may end.
        while running.load(Ordering::SeqCst) < 2 {
            tokio::task::yield_now().await;
        }
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        drop(open);
        let mut refused = 0;
        for work in works {
            refused += usize::from(work.await.expect("no panic").is_err_and(|refusal| refusal.code == "sign-in-busy"));
        }
        assert_eq!((refused, most.load(Ordering::SeqCst)), (8, 2));
    }
}
