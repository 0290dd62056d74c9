//! Cookies: reads one, writes one; always HttpOnly and SameSite=Lax.

use axum::http::{HeaderMap, HeaderValue, header};

/// The value of a cookie that the browser sent.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}

/// A cookie to be set.
#[derive(Clone, Debug)]
pub struct Cookie<'c> {
    /// Its name.
    pub name: &'c str,
    /// Its value: letters, digits, `-`, `_`, `.`.
    pub value: &'c str,
    /// Seconds until it expires; with `None` it lasts until the browser is closed; 0 deletes it.
    pub seconds: Option<i64>,
    /// Sent over HTTPS only.
    pub secure: bool,
}

impl Cookie<'_> {
    /// The value of the `set-cookie` header.
    pub fn header(&self) -> Option<HeaderValue> {
        let mut line = format!("{}={}; Path=/; HttpOnly; SameSite=Lax", self.name, self.value);
        if let Some(seconds) = self.seconds {
            line.push_str(&format!("; Max-Age={seconds}"));
        }
        if self.secure {
            line.push_str("; Secure");
        }
        HeaderValue::from_str(&line).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cookie_of_several_is_found() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; qinglan=xyz; b=2"));
        assert_eq!(cookie(&headers, "qinglan"), Some("xyz"));
        assert_eq!(cookie(&headers, "inglan"), None);
    }
}
