//! What stands between this server and its visitors: whether they come over HTTPS, and the proxies that say who comes.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::{IpNet, Ipv6Net};
use web::Cookies;

/// What stands between this server and its visitors.
#[derive(Clone, Debug)]
pub struct Outside {
    /// Whether visitors come over HTTPS, which a proxy speaks for this server.
    pub https: bool,
    /// The networks of the proxies whose `X-Forwarded-For` is believed.
    proxies: Vec<IpNet>,
}

impl Outside {
    /// Visitors come straight to this server, or over HTTPS through a proxy on this machine.
    pub fn new(https: bool) -> Self {
        let local = [[127, 0, 0, 0].into(), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])].into_iter().zip([8, 128]);
        let local = local.filter_map(|(address, length)| IpNet::new(address, length).ok());
        Self { https, proxies: if https { local.collect() } else { Vec::new() } }
    }

    /// The same behind these proxies.
    #[must_use]
    pub fn behind(self, proxies: impl IntoIterator<Item = IpNet>) -> Self {
        let mut all = self.proxies;
        all.extend(proxies);
        Self { proxies: all, ..self }
    }

    /// The cookies of this server.
    pub fn cookies(&self) -> Cookies {
        Cookies { https: self.https }
    }

    /// Whether an address is a proxy's.
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(&address.to_canonical()))
    }

    /// The address that a visitor comes from: the last one that no trusted proxy has. None if a proxy doesn't say, since many may come
    /// through it.
    pub fn visitor(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer?.ip().to_canonical();
        if !self.is_proxy(peer) {
            return Some(peer);
        }
        let lines = headers.get_all("x-forwarded-for").into_iter().rev().filter_map(|line| line.to_str().ok());
        for text in lines.flat_map(|line| line.rsplit(',')) {
            // An address that can't be read was written by whoever comes, not by a proxy that is trusted.
            let address = address(text.trim())?;
            if !self.is_proxy(address) {
                return Some(address);
            }
        }
        None
    }
}

/// The address as visitors are counted by it: of IPv6 the network that one household or office has, `2001:db8:1:2::/64`.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Net::new_assert(address, 64).trunc().to_string(),
    }
}

/// An address as proxies write it: alone, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn visitor(outside: &Outside, peer: &str, lines: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        let peer = SocketAddr::new(peer.parse().expect("an address"), 4711);
        outside.visitor(Some(peer), &headers).map(|address| address.to_string())
    }

    #[test]
    fn addresses_of_one_network_are_counted_as_one() {
        let network = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network("2001:db8:1:2:a::1"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2:a::1"), network("2001:db8:1:2:b::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }

    #[test]
    fn only_a_trusted_proxy_says_who_comes() {
        let plain = Outside::new(false);
        assert_eq!(visitor(&plain, "192.0.2.7", &["198.51.100.1"]).as_deref(), Some("192.0.2.7"));
        assert_eq!(visitor(&plain, "127.0.0.1", &["198.51.100.1"]).as_deref(), Some("127.0.0.1"));
        let local = Outside::new(true);
        for peer in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(visitor(&local, peer, &["198.51.100.1"]).as_deref(), Some("198.51.100.1"), "{peer}");
        }
        assert_eq!(visitor(&local, "192.0.2.7", &["198.51.100.1"]).as_deref(), Some("192.0.2.7"));
        assert_eq!(visitor(&local, "127.0.0.1", &[]), None);
        let two = Outside::new(true).behind(["10.1.0.0/16".parse().expect("a network")]);
        // What the visitor wrote comes first, and is not believed.
        assert_eq!(
            visitor(&two, "10.1.2.3", &["203.0.113.9, 198.51.100.1, 10.1.0.2"]).as_deref(),
            Some("198.51.100.1")
        );
        assert_eq!(visitor(&two, "10.1.2.3", &["203.0.113.9", "[2001:db8::1]:443"]).as_deref(), Some("2001:db8::1"));
        assert_eq!(visitor(&two, "10.1.2.3", &["198.51.100.1, unknown"]), None);
        assert_eq!(two.visitor(None, &HeaderMap::new()), None);
    }
}
