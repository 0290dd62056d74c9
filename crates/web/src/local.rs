//! Addresses of this server that a browser hands in, such as where to go on after signing in.

/// Bytes of such an address at the most.
const LONGEST: usize = 2000;

/// The address if it is a path of this server, else `/`: a link that somebody was sent never leads to another site.
///
/// Browsers drop tabs and line feeds from an address and read `\` as `/`, so that `/\t/example.org` is another host. A path of this
/// server is sent by browsers in visible ASCII letters, and nothing else is accepted.
pub fn local_path(address: &str) -> &str {
    let local = address.starts_with('/')
        && !address.starts_with("//")
        && address.len() <= LONGEST
        && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if local { address } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_another_site_becomes_the_home_page() {
        for own in ["/", "/account", "/activities?day=2025-03-01&q=%E5%AD%A6#top", "/a//b", "/%09/example.org"] {
            assert_eq!(local_path(own), own);
        }
        let long = format!("/{}", "a".repeat(LONGEST));
        for other in [
            "",
            "account",
            "https://example.org",
            "//example.org",
            "/\t/example.org",
            "/\n/example.org",
            "/\r/example.org",
            "/\\example.org",
            "/\\/example.org",
            "/a\\b",
            "\t/example.org",
            "/ /example.org",
            "/\0/example.org",
            "/学习",
            &long,
        ] {
            assert_eq!(local_path(other), "/", "{other:?}");
        }
    }
}
