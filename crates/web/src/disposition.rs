//! The `content-disposition` header: whether a browser saves or shows a file, and under which name.

use axum::http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Characters of a name that are percent-encoded: all but ASCII letters, digits and these.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// The value of the header `content-disposition`: `inline` for a file that the browser shows, else `attachment`.
///
/// The name is sent twice: in full (RFC 5987 in RFC 6266), and in plain ASCII for clients that read only that.
pub fn disposition(name: &str, inline: bool) -> HeaderValue {
    let how = if inline { "inline" } else { "attachment" };
    let plain = name.replace(|letter: char| !letter.is_ascii_alphanumeric() && !".-_".contains(letter), "_");
    let encoded = utf8_percent_encode(name, ENCODED);
    let value = format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_any_letters_is_a_header() {
        for (name, inline, value) in [
            ("a-b_1.pdf", true, "inline; filename=\"a-b_1.pdf\"; filename*=UTF-8''a-b_1.pdf"),
            ("学 1.pdf", false, "attachment; filename=\"__1.pdf\"; filename*=UTF-8''%E5%AD%A6%201.pdf"),
            ("a\"\r\n;.pdf", false, "attachment; filename=\"a____.pdf\"; filename*=UTF-8''a%22%0D%0A%3B.pdf"),
        ] {
            assert_eq!(disposition(name, inline), value, "{name:?}");
        }
    }
}
