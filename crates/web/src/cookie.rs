//! Cookies: read one, write one; always HttpOnly and SameSite=Lax, and over HTTPS bound to this host.

use axum::http::{HeaderMap, HeaderValue, header};

/// The cookies of a server. Where visitors come over HTTPS, their names begin with `__Host-`: browsers then accept them from this
/// very host alone, over HTTPS, so that no other server of the same domain can set them.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    /// Whether visitors come over HTTPS.
    pub https: bool,
}

impl Cookies {
    fn prefix(self) -> &'static str {
        if self.https { "__Host-" } else { "" }
    }

    /// The value of a cookie that the browser sent; `name` without prefix.
    pub fn get<'h>(self, headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
        let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        lines.flat_map(|line| line.split(';')).find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key.strip_prefix(self.prefix())? == name).then_some(value)
        })
    }

    /// The line of a `set-cookie` header.
    pub fn set(self, cookie: &Cookie<'_>) -> Option<HeaderValue> {
        let mut line = format!("{}{}={}; Path=/; HttpOnly; SameSite=Lax", self.prefix(), cookie.name, cookie.value);
        if let Some(seconds) = cookie.seconds {
            line.push_str(&format!("; Max-Age={seconds}"));
        }
        if self.https {
            line.push_str("; Secure");
        }
        HeaderValue::from_str(&line).ok()
    }
}

/// A cookie to be set.
#[derive(Clone, Debug)]
pub struct Cookie<'c> {
    /// Its name, without prefix.
    pub name: &'c str,
    /// Its value: letters, digits, `-`, `_`, `.`.
    pub value: &'c str,
    /// Seconds until it expires; with `None` it lasts until the browser is closed; 0 deletes it.
    pub seconds: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cookie_of_several_is_found() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; qinglan=xyz; b=2"));
        let plain = Cookies { https: false };
        assert_eq!(plain.get(&headers, "qinglan"), Some("xyz"));
        assert_eq!(plain.get(&headers, "inglan"), None);
    }

    #[test]
    fn over_https_a_cookie_is_bound_to_its_host() {
        let cookie = Cookie { name: "qinglan", value: "xyz", seconds: Some(60) };
        let plain = Cookies { https: false }.set(&cookie);
        assert_eq!(plain.expect("a line"), "qinglan=xyz; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
        let bound = Cookies { https: true };
        let line = bound.set(&cookie).expect("a line");
        assert_eq!(line, "__Host-qinglan=xyz; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("qinglan=set-by-another-host"));
        assert_eq!(bound.get(&headers, "qinglan"), None);
        headers.insert(header::COOKIE, HeaderValue::from_static("qinglan=x; __Host-qinglan=xyz"));
        assert_eq!(bound.get(&headers, "qinglan"), Some("xyz"));
    }
}
