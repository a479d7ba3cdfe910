//! # The proxy
//!
//! Which proxy stands before a node is said by the environment, by the names that other programs use:
//!
//! | for a node at | variables, the first that is not empty |
//! |---|---|
//! | `http://…` | `http_proxy`, `HTTP_PROXY`, `all_proxy`, `ALL_PROXY` |
//! | `https://…` | `https_proxy`, `HTTPS_PROXY`, `all_proxy`, `ALL_PROXY` |
//! | this machine, or a host in `no_proxy` or `NO_PROXY` | none |
//!
//! A proxy is asked to connect (`CONNECT`), for `http` too. `no_proxy` is a list: a name stands for the
//! host and all below it, a number for itself or, with `/bits`, for a network, `*` for all; `:port` at
//! the end of one narrows it.

use std::net::IpAddr;
use std::{env, fmt};

use super::endpoint::{Endpoint, EndpointError};

/// What the environment says of proxies.
#[derive(Clone, Default)]
pub struct Proxies {
    http: Option<Named>,
    https: Option<Named>,
    except: String,
}

/// A proxy's address, and the variable that it is in.
#[derive(Clone)]
struct Named {
    variable: &'static str,
    url: String,
}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variable = |named: &Option<Named>| named.as_ref().map(|named| named.variable);
        f.debug_struct("Proxies")
            .field("http", &variable(&self.http))
            .field("https", &variable(&self.https))
            .field("except", &self.except)
            .finish()
    }
}

impl Proxies {
    /// None at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Those of this process's environment.
    #[must_use]
    pub fn from_environment() -> Self {
        Self::by(|name| env::var(name).ok())
    }

    /// Those of an environment.
    pub fn by(variable: impl Fn(&'static str) -> Option<String>) -> Self {
        let set = |name| variable(name).filter(|value| !value.trim().is_empty());
        let first = |names: [&'static str; 4]| {
            names.into_iter().find_map(|variable| set(variable).map(|url| Named { variable, url: url.trim().into() }))
        };
        Self {
            http: first(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
            https: first(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            except: set("no_proxy").or_else(|| set("NO_PROXY")).unwrap_or_default(),
        }
    }

    /// The proxy before a node.
    pub(super) fn of(&self, endpoint: &Endpoint) -> Result<Option<Proxy>, EndpointError> {
        let named = if endpoint.scheme() == "https" { &self.https } else { &self.http };
        match named {
            Some(named) if !endpoint.is_loopback() && !self.excepts(endpoint) => Proxy::of(named).map(Some),
            _ => Ok(None),
        }
    }

    fn excepts(&self, endpoint: &Endpoint) -> bool {
        let entries = self.except.split([',', ' ', '\t']).filter(|entry| !entry.is_empty());
        entries.into_iter().any(|entry| excepts(entry, &endpoint.host().to_ascii_lowercase(), endpoint.port()))
    }
}

/// Whether an entry of the list stands for a host and port.
fn excepts(entry: &str, host: &str, port: u16) -> bool {
    let entry = entry.to_ascii_lowercase();
    let (name, only) = split_port(&entry);
    if only.is_some_and(|only| only != port) {
        return false;
    }
    if name == "*" {
        return true;
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return is_within(address, name);
    }
    let name = name.strip_prefix('*').unwrap_or(name);
    let name = name.strip_prefix('.').unwrap_or(name);
    host.strip_suffix(name).is_some_and(|rest| !name.is_empty() && (rest.is_empty() || rest.ends_with('.')))
}

/// An entry's host, without brackets, and its port.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    if let Some((host, rest)) = entry.strip_prefix('[').and_then(|entry| entry.split_once(']')) {
        return (host, rest.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match entry.split_once(':') {
        // With more colons it is a number of IPv6.
        Some((host, port)) if !port.contains(':') => (host, port.parse().ok()),
        _ => (entry, None),
    }
}

/// Whether a number is this one, or of this network.
fn is_within(address: IpAddr, network: &str) -> bool {
    let (network, bits) = match network.split_once('/') {
        Some((network, bits)) => (network, bits.parse().ok()),
        None => (network, Some(128)),
    };
    let Some(bits): Option<u32> = bits else { return false };
    match (address, network.parse()) {
        (IpAddr::V4(a), Ok(IpAddr::V4(b))) => {
            u32::from(a) ^ u32::from(b) <= u32::MAX.checked_shr(bits).unwrap_or_default()
        }
        (IpAddr::V6(a), Ok(IpAddr::V6(b))) => {
            u128::from(a) ^ u128::from(b) <= u128::MAX.checked_shr(bits).unwrap_or_default()
        }
        _ => false,
    }
}

/// A proxy: shown by its scheme, host and port, and the variable that names it.
#[derive(Clone)]
pub(super) struct Proxy {
    proxy: ureq::Proxy,
    shown: String,
}

impl Proxy {
    fn of(Named { variable, url }: &Named) -> Result<Self, EndpointError> {
        let wrong = || EndpointError::Proxy { variable };
        // Without a scheme it is http, as elsewhere.
        let url = if url.contains("://") { url.clone() } else { format!("http://{url}") };
        let endpoint = Endpoint::parse(&url).ok_or_else(wrong)?;
        let proxy = ureq::Proxy::new(&url).map_err(|_| wrong())?;
        Ok(Self { proxy, shown: format!("{endpoint} (of the variable {variable})") })
    }

    pub(super) const fn as_ureq(&self) -> &ureq::Proxy {
        &self.proxy
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The proxy for a node in an environment, as it is shown.
    fn shown(variables: &[(&'static str, &str)], url: &str) -> Option<String> {
        let value = |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let proxy = Proxies::by(value).of(&Endpoint::parse(url).unwrap()).unwrap();
        proxy.map(|proxy| proxy.to_string())
    }

    #[test]
    fn each_scheme_has_its_proxy() {
        let all = [
            ("HTTPS_PROXY", "http://secure:1"),
            ("HTTP_PROXY", "http://plain:2"),
            ("ALL_PROXY", "http://all:3"),
            ("https_proxy", ""),
        ];
        let of = |shown: &str| Some(shown.to_owned());
        assert_eq!(shown(&all, "http://node"), of("http://plain:2 (of the variable HTTP_PROXY)"));
        assert_eq!(shown(&all, "https://node"), of("http://secure:1 (of the variable HTTPS_PROXY)"));
        assert_eq!(shown(&all[..1], "http://node"), None);
        assert_eq!(shown(&all[1..2], "https://node"), None);
        assert_eq!(shown(&all[2..], "http://node"), of("http://all:3 (of the variable ALL_PROXY)"));
        assert_eq!(shown(&all[2..], "https://node"), of("http://all:3 (of the variable ALL_PROXY)"));
        let lower = [("HTTP_PROXY", "http://upper:1"), ("http_proxy", "joe:hunter2@lower:2")];
        assert_eq!(shown(&lower, "http://node"), of("http://lower:2 (of the variable http_proxy)"));
        for here in ["http://localhost:8545", "http://127.0.0.1", "http://[::1]:8545"] {
            assert_eq!(shown(&all, here), None, "{here}");
        }
    }

    #[test]
    fn exceptions() {
        let all = |except: &'static str, url: &str| shown(&[("all_proxy", "proxy:1"), ("NO_PROXY", except)], url);
        for (except, url) in [
            ("*", "https://node.example"),
            ("other, node.example", "https://node.example"),
            ("example", "https://a.node.example"),
            (".node.example", "https://a.node.example"),
            ("*.node.example", "https://NODE.example"),
            ("node.example:8545", "http://node.example:8545"),
            ("node.example:443", "https://node.example"),
            ("10.0.0.1", "http://10.0.0.1:8545"),
            ("10.0.0.0/8", "http://10.1.2.3"),
            ("10.0.0.0/32,fd00::/8", "http://[fd12::1]:8545"),
            ("[fd12::1]:8545", "http://[fd12::1]:8545"),
            ("0.0.0.0/0", "http://10.1.2.3"),
        ] {
            assert_eq!(all(except, url), None, "{except} {url}");
        }
        for (except, url) in [
            ("", "https://node.example"),
            (".", "https://node.example"),
            ("ode.example", "https://node.example"),
            ("a.node.example", "https://node.example"),
            ("node.example:8545", "https://node.example"),
            ("10.0.0.1", "http://10.0.0.2"),
            ("10.0.0.0/9", "http://10.128.0.0"),
            ("10.0.0.0/x", "http://10.0.0.0"),
            ("10.0.0.0/8", "https://10.example"),
            ("fd00::/8", "http://[fc00::1]"),
            ("::/0", "http://10.0.0.1"),
        ] {
            assert!(all(except, url).is_some(), "{except} {url}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_told_by_its_variable() {
        for url in ["socks5://joe:hunter2@proxy:1080", "http://", "proxy:hunter2", "ftp://proxy", "http://a b"] {
            let proxies = Proxies::by(|name| (name == "ALL_PROXY").then(|| url.into()));
            let error = proxies.of(&Endpoint::parse("https://node").unwrap()).unwrap_err();
            assert_eq!(error, EndpointError::Proxy { variable: "ALL_PROXY" }, "{url}");
            let shown = format!("{error} {error:?} {proxies:?}");
            assert!(shown.contains("the variable ALL_PROXY") && !shown.contains("hunter2"), "{shown}");
            // Who is not reached by it is not held up by it.
            assert!(proxies.of(&Endpoint::parse("http://127.0.0.1").unwrap()).unwrap().is_none());
        }
    }
}
