//! Passwords: argon2id, which ones are too weak, and how long to wait after failed attempts. Pure except for hashing.

use argon2::{
    Argon2, PasswordVerifier,
    password_hash::{PasswordHasher, phc::PasswordHash},
};
use chrono::{DateTime, Duration, Utc};
use kernel::Refusal;

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

/// Until when a name has to wait after failed attempts: five are free, then it is a minute, doubled with each, at most an
/// hour. `failed` are the times of the failed attempts of the last day, oldest first.
pub fn waits_until(failed: &[DateTime<Utc>]) -> Option<DateTime<Utc>> {
    const FREE: usize = 5;
    let over = failed.len().checked_sub(FREE)?;
    let minutes = 1i64 << over.min(6);
    Some(*failed.last()? + Duration::minutes(minutes.min(60)))
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

    #[test]
    fn waiting_grows_with_every_failure() {
        let at = |minute: i64| DateTime::from_timestamp(minute * 60, 0).expect("a moment");
        let failed: Vec<_> = (0..4).map(at).collect();
        assert_eq!(waits_until(&failed), None);
        let failed: Vec<_> = (0..5).map(at).collect();
        assert_eq!(waits_until(&failed), Some(at(5)));
        let failed: Vec<_> = (0..7).map(at).collect();
        assert_eq!(waits_until(&failed), Some(at(10)));
        let failed: Vec<_> = (0..40).map(at).collect();
        assert_eq!(waits_until(&failed), Some(at(99)));
    }
}
