//! # The address of a node
//!
//! `http://user:password@host:port/path?query`. It may hold secrets in every part but scheme, host and
//! port: a password, or a token in the path or query. Messages show those three alone ([`Endpoint`]),
//! and whatever else a node repeats of its address is hidden.

use std::fmt;
use std::net::IpAddr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use thiserror::Error;
use ureq::http::{HeaderValue, Uri};

/// Why there is nobody to ask.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EndpointError {
    /// An address of a node that is none.
    #[error("expected an address of a node that begins with http:// or https://, got another")]
    Node,
    /// An address of a proxy that is none.
    #[error(
        "the proxy in the variable {variable}: expected http://host:port or https://host:port, got another address; \
         no_proxy leaves a node out"
    )]
    Proxy {
        /// The variable of the environment.
        variable: &'static str,
    },
}

/// An address of a node, in its parts that are no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    scheme: &'static str,
    host: String,
    port: Option<u16>,
}

impl Endpoint {
    /// Takes an address apart; `None` if it is none.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        Parts::of(url).map(|parts| parts.endpoint)
    }

    /// `http` or `https`.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// The host's name or number; that of IPv6 without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host.trim_matches(['[', ']'])
    }

    /// The port, named or not.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.scheme == "https" { 443 } else { 80 })
    }

    /// Whether it is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.host().parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, host, port } = self;
        write!(f, "{scheme}://{host}")?;
        port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// An address in its parts.
struct Parts<'a> {
    endpoint: Endpoint,
    /// Between scheme and `@`.
    user: Option<&'a str>,
    /// From the host on.
    rest: &'a str,
    /// From the path on.
    path: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = [("http", "http://"), ("https", "https://")]
            .into_iter()
            .find_map(|(scheme, prefix)| Some((scheme, url.strip_prefix(prefix)?)))?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = match place.strip_prefix('[').and_then(|place| place.split_once(']')) {
            Some((host, rest)) => (format!("[{host}]"), rest.strip_prefix(':')),
            None => match place.split_once(':') {
                Some((host, port)) => (host.to_owned(), Some(port)),
                None => (place.to_owned(), None),
            },
        };
        let port = port.map(str::parse).transpose().ok()?;
        let is_plain = |host: &str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte));
        let rest = user.map_or(rest, |user| &rest[user.len() + 1..]);
        let endpoint = Endpoint { scheme, host, port };
        (!endpoint.host.is_empty() && is_plain(&endpoint.host)).then_some(Self { endpoint, user, rest, path })
    }
}

/// An address of a node, with its secrets.
pub(super) struct Address {
    endpoint: Endpoint,
    url: String,
    authorization: Option<HeaderValue>,
    secrets: Secrets,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, EndpointError> {
        let Parts { endpoint, user, rest, path } = Parts::of(url).ok_or(EndpointError::Node)?;
        let url = format!("{}://{rest}", endpoint.scheme);
        url.parse::<Uri>().map_err(|_| EndpointError::Node)?;
        let mut secrets = Secrets::default();
        let authorization = user.map(|user| basic(user, &mut secrets));
        secrets.add_path(path);
        Ok(Self { endpoint, url, authorization, secrets })
    }

    pub(super) const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Without user and password.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// What user and password become.
    pub(super) fn authorization(&self) -> Option<HeaderValue> {
        self.authorization.clone()
    }

    pub(super) const fn secrets(&self) -> &Secrets {
        &self.secrets
    }
}

/// Basic authentication, of user and password as they are in an address: percent-encoded.
fn basic(user: &str, secrets: &mut Secrets) -> HeaderValue {
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let decoded = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
    let pair = [&decoded(name)[..], b":", &decoded(password)].concat();
    let encoded = BASE64_STANDARD.encode(pair);
    secrets.add(name, Secrets::SHORTEST);
    secrets.add(password, 3);
    secrets.add(&encoded, 1);
    let mut value = HeaderValue::try_from(format!("Basic {encoded}")).expect("base64 is plain text");
    value.set_sensitive(true);
    value
}

/// What no message repeats of an address.
#[derive(Default)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// What is shorter is no token; to hide it would spoil other words.
    const SHORTEST: usize = 6;
    /// In the place of one.
    const HIDDEN: &'static str = "***";

    /// Hides a text of at least so many bytes, encoded and decoded.
    fn add(&mut self, secret: &str, shortest: usize) {
        for text in [secret, &percent_decode_str(secret).decode_utf8_lossy()] {
            if text.len() >= shortest && !self.0.iter().any(|known| known == text) {
                self.0.push(text.to_owned());
            }
        }
        // Those that hold others come first.
        self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// A path with its query: as a whole, and in its parts, but for the names in the query.
    fn add_path(&mut self, path: &str) {
        let (plain, query) = path.split_once(['?', '#']).unwrap_or((path, ""));
        for whole in [path, plain, query] {
            self.add(whole, 3);
        }
        let values = query.split(['&', ';', '#']).map(|pair| pair.split_once('=').map_or(pair, |(_, value)| value));
        for part in plain.split('/').chain(values) {
            self.add(part, Self::SHORTEST);
        }
    }

    /// The text without them.
    pub(super) fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret, Self::HIDDEN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        for (url, shown, loopback) in [
            ("http://127.0.0.1:8545", "http://127.0.0.1:8545", true),
            ("http://localhost:8545/", "http://localhost:8545", true),
            ("http://[::1]:8545/token", "http://[::1]:8545", true),
            ("https://user:password@node.example/v3/token?key=token#token", "https://node.example", false),
            ("https://127.0.0.1.example", "https://127.0.0.1.example", false),
            ("http://localhost@example.com", "http://example.com", false),
            ("http://10.0.0.1", "http://10.0.0.1", false),
        ] {
            let endpoint = Endpoint::parse(url).unwrap();
            assert_eq!((endpoint.to_string().as_str(), endpoint.is_loopback()), (shown, loopback), "{url}");
            assert_eq!(Address::parse(url).map(|address| address.endpoint), Ok(endpoint));
        }
        for url in ["", "localhost:8545", "ws://localhost", "http://", "http://:8545", "http://host:port", "http://a b"]
        {
            assert_eq!(Endpoint::parse(url), None, "{url}");
            assert_eq!(Address::parse(url).err(), Some(EndpointError::Node));
        }
        assert_eq!(Address::parse("http://host/a b").err(), Some(EndpointError::Node));
    }

    #[test]
    fn user_and_password_are_decoded() {
        for (user, expected) in [
            ("user:pa%20ss", "user:pa ss"),
            ("user:pa+ss", "user:pa+ss"),
            ("us%3Aer:p%40%2f%25", "us:er:p@/%"),
            ("user:a:b", "user:a:b"),
            ("user:50%", "user:50%"),
            ("user", "user:"),
            (":token", ":token"),
            ("user:%C3%BC%ff", "user:\u{fc}\u{ff}"),
        ] {
            let address = Address::parse(&format!("https://{user}@node.example:1/path?query")).unwrap();
            assert_eq!(address.url(), "https://node.example:1/path?query");
            // Of the last, the second byte is no text.
            let expected: Vec<u8> = match expected.strip_suffix('\u{ff}') {
                Some(text) => [text.as_bytes(), &[0xff]].concat(),
                None => expected.into(),
            };
            let header = address.authorization().unwrap();
            assert_eq!(header.to_str().unwrap(), format!("Basic {}", BASE64_STANDARD.encode(expected)), "{user}");
            assert!(header.is_sensitive());
        }
        assert_eq!(Address::parse("https://node.example").unwrap().authorization(), None);
    }

    #[test]
    fn what_a_node_repeats_of_its_address_is_hidden() {
        let secrets =
            Address::parse("https://joe:hu%202@node.example/rpc/t0kent0ken/x?key=k3yk3y&a=%C3%BCberall#fragment")
                .unwrap()
                .secrets;
        for text in ["hu%202", "hu 2", "t0kent0ken", "k3yk3y", "überall", "%C3%BCberall", "fragment", "am9lOmh1IDI="] {
            assert_eq!(secrets.hide(&format!("<{text}>")), "<***>");
        }
        for echo in ["/rpc/t0kent0ken/x?key=k3yk3y&a=%C3%BCberall#fragment", "/rpc/t0kent0ken/x"] {
            assert_eq!(secrets.hide(&format!("no {echo} here")), "no *** here");
        }
        assert_eq!(secrets.hide("joe, rpc, x, key, a and node.example"), "joe, rpc, x, key, a and node.example");
    }
}
