//! Telephone numbers in the masked form that lists show.

/// `138****00`: at most the first three and the last two digits; none of a number with fewer than seven digits.
pub fn masked(phone: &str) -> String {
    let letters: Vec<char> = phone.trim().chars().collect();
    let digits = letters.iter().filter(|letter| letter.is_ascii_digit()).count();
    match letters.len() {
        0 => String::new(),
        length if digits < 7 || length < 7 => "****".to_owned(),
        length => {
            let (first, last) = (&letters[..3], &letters[length - 2..]);
            format!("{}****{}", first.iter().collect::<String>(), last.iter().collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_shows_its_first_three_and_last_two_at_the_most() {
        for (phone, shown) in [
            ("19900001234", "199****34"),
            ("0531-86012345", "053****45"),
            ("+86 19900001234", "+86****34"),
            ("8601234", "860****34"),
            ("86012345", "860****45"),
            ("860123", "****"),
            ("86-01-23", "****"),
            ("转 12345 分机", "****"),
            ("１９９００００１２３４", "****"),
            ("12345", "****"),
            ("1", "****"),
            (" ", ""),
            ("", ""),
        ] {
            assert_eq!(masked(phone), shown, "{phone}");
            let digits = masked(phone).chars().filter(char::is_ascii_digit).count();
            assert!(digits <= 5, "{phone}");
        }
    }
}
