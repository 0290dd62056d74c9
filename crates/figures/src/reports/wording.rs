//! 余, 多, 近: approximate wordings of a figure; its rows still show the exact value.

use ledger::{Value, in_parts};

/// How a figure is worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wording {
    /// As it is.
    Exact,
    /// 余: rounded down.
    Odd,
    /// 多: rounded down.
    More,
    /// 近: rounded up.
    Nearly,
}

impl Wording {
    pub(super) fn from_text(text: &str) -> Option<Self> {
        match text {
            "" => Some(Self::Exact),
            "余" => Some(Self::Odd),
            "多" => Some(Self::More),
            "近" => Some(Self::Nearly),
            _ => None,
        }
    }
}

/// The printed text of a figure: documents have no thousands comma.
pub(super) fn text(value: Value, wording: Wording) -> String {
    let count = match value {
        Value::Rate { .. } => return value.number().map_or_else(|| "—".to_owned(), |rate| format!("{rate:.1}%")),
        Value::Mean { .. } => return value.number().map_or_else(|| "—".to_owned(), |mean| format!("{mean:.2}")),
        // Rounded by whole units: 27.5 hours are 20余.
        Value::Parts { sum, per } if wording != Wording::Exact => sum / per,
        Value::Parts { sum, per } => return in_parts(sum, per),
        Value::Whole(count) => count,
    };
    let step = step(count);
    if count % step == 0 {
        return count.to_string();
    }
    match wording {
        Wording::Exact => count.to_string(),
        Wording::Odd => format!("{}余", count / step * step),
        Wording::More => format!("{}多", count / step * step),
        Wording::Nearly => format!("近{}", (count / step + 1) * step),
    }
}

/// Tens for numbers of two digits, the place of the second digit for more; a single digit is never rounded.
fn step(count: i64) -> i64 {
    match count.unsigned_abs() {
        0..10 => 1,
        10..100 => 10,
        large => 10_i64.pow(large.ilog10() - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordings_round_and_an_even_figure_has_none() {
        let worded = |count, wording| text(Value::Whole(count), wording);
        assert_eq!(worded(1027, Wording::Odd), "1000余");
        assert_eq!(worded(243, Wording::More), "240多");
        assert_eq!(worded(243, Wording::Nearly), "近250");
        assert_eq!(worded(58, Wording::Odd), "50余");
        assert_eq!(worded(240, Wording::Odd), "240");
        assert_eq!(worded(7, Wording::Nearly), "7");
        assert_eq!(worded(0, Wording::Odd), "0");
        assert_eq!(worded(1027, Wording::Exact), "1027");
    }

    #[test]
    fn a_rate_has_one_decimal_and_a_share_of_nothing_none() {
        assert_eq!(text(Value::Rate { part: 79, whole: 86 }, Wording::Exact), "91.9%");
        assert_eq!(text(Value::Rate { part: 0, whole: 0 }, Wording::Exact), "—");
    }
}
