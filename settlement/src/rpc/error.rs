//! # Requests in vain
//!
//! An error says who is at fault (the node, or the proxy before it), in which words, and two things that
//! a caller decides by: whether the same request may succeed later ([`RpcError::is_transient`]), and
//! whether the node may have done what it was asked ([`RpcError::may_be_done`]).
//!
//! Words of a node are shown on one line, without control characters, to a bounded length, and without
//! what the address of the node keeps secret.

use std::fmt;
use std::io::{self, ErrorKind};
use std::time::Duration;

use serde_json::Value;
use ureq::http::StatusCode;
use ureq::{Error, Timeout};

/// So much is shown of what a node says.
const SHOWN: usize = 200;

/// A request to a node that was in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpcError {
    /// The node, without what may be secret in its address.
    pub endpoint: String,
    /// The proxy before it, if there is one, likewise.
    pub proxy: Option<String>,
    /// What it was asked.
    pub method: &'static str,
    /// What happened.
    pub fault: Fault,
    /// How often it was asked.
    pub tries: u32,
}

/// What happened to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The proxy does not answer, or makes no connection to the node.
    Proxy {
        /// What it does, or what happened.
        why: String,
        /// Its status, if it has answered.
        status: Option<u16>,
    },
    /// There is no connection to the node, so that it has been asked nothing.
    Unreachable {
        /// What happened.
        why: String,
        /// Whether it took too long, which may pass.
        late: bool,
    },
    /// There was a connection, and it broke or took too long.
    Broken {
        /// What happened.
        why: String,
    },
    /// The answer has another status than 200.
    Http {
        /// The status.
        status: u16,
        /// How long the node asks to wait.
        retry_after: Option<Duration>,
        /// The beginning of the answer.
        body: String,
    },
    /// The node is said to be elsewhere.
    Redirect {
        /// The status.
        status: u16,
        /// Where, as far as it is shown; not at all if it is on the same host.
        to: Option<String>,
    },
    /// The node says that it cannot.
    Refused {
        /// Its code.
        code: i64,
        /// Its words.
        message: String,
        /// What it adds: for a revert, the contract's words.
        data: Option<Value>,
        /// The status over HTTP, if it is another than 200.
        status: Option<u16>,
        /// How long the node asks to wait.
        retry_after: Option<Duration>,
    },
    /// The answer has another form.
    Answer {
        /// What it should be.
        expected: &'static str,
        /// What it is.
        got: String,
    },
}

impl RpcError {
    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match &self.fault {
            Fault::Broken { .. } => true,
            Fault::Unreachable { late, .. } => *late,
            Fault::Http { status, .. } | Fault::Proxy { status: Some(status), .. } => passes(*status),
            Fault::Refused { code, message, status, .. } => {
                status.is_some_and(passes) || (*code != REVERTED && is_busy(*code, message))
            }
            Fault::Proxy { status: None, .. } | Fault::Redirect { .. } | Fault::Answer { .. } => false,
        }
    }

    /// How long the node asks to wait.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match &self.fault {
            Fault::Http { retry_after, .. } | Fault::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the node may have done what it was asked, though it does not say so: for a transaction,
    /// whether it may have been sent.
    #[must_use]
    pub const fn may_be_done(&self) -> bool {
        match &self.fault {
            Fault::Broken { .. } | Fault::Answer { .. } => true,
            // Of what a server or gateway behind the first one has done, that one knows nothing.
            Fault::Http { status, .. } => *status >= 500,
            Fault::Proxy { .. } | Fault::Unreachable { .. } | Fault::Redirect { .. } | Fault::Refused { .. } => false,
        }
    }
}

/// The code of a revert.
pub(crate) const REVERTED: i64 = 3;

/// Statuses that pass: a time-out, too early, too many requests, and a gateway without its server, some of
/// which have numbers of their own.
const fn passes(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 502..=504 | 520..=524)
}

/// Whether a node is busy, or not yet as far as its neighbours. The codes are those of EIP-1474 for
/// a limit and for a resource, and that of HTTP, which some repeat; others have words alone.
fn is_busy(code: i64, message: &str) -> bool {
    const WORDS: [&str; 10] = [
        "rate limit",
        "too many requests",
        "indexing is in progress",
        "indexing in progress",
        "header not found",
        "temporarily unavailable",
        "service unavailable",
        "timed out",
        "timeout",
        "overloaded",
    ];
    let message = message.to_ascii_lowercase();
    matches!(code, -32_005 | -32_002 | 429)
        || (!message.contains("revert") && WORDS.iter().any(|words| message.contains(words)))
}

/// A status as HTTP names it.
struct Status(u16);

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.0)?;
        let reason = StatusCode::from_u16(self.0).ok().and_then(|status| status.canonical_reason());
        reason.map_or(Ok(()), |reason| write!(f, " {reason}"))
    }
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, proxy, method, fault, tries: _ } = self;
        let through = proxy.as_ref().map_or_else(String::new, |proxy| format!(", through the proxy {proxy}"));
        match fault {
            Fault::Proxy { why, status: _ } => {
                let proxy = proxy.as_deref().unwrap_or_default();
                write!(f, "{endpoint} cannot be asked {method}: the proxy {proxy} {why}{}", self.more(&[]))
            }
            Fault::Unreachable { why, late: _ } | Fault::Broken { why } => {
                write!(f, "{endpoint} does not answer {method}{through}{}: {why}", self.more(&[]))
            }
            Fault::Http { status, retry_after: _, body } => {
                let advice = advice(*status).map(ToOwned::to_owned);
                let more = self.more(advice.as_slice());
                write!(f, "{endpoint} answers {method} with {}{more}{through}", Status(*status))?;
                if body.is_empty() { Ok(()) } else { write!(f, ": {}", page(body.as_bytes(), body.clone())) }
            }
            Fault::Redirect { status, to } => {
                let to = to.as_deref().unwrap_or("another path");
                write!(f, "{endpoint} answers {method} with {}{through}: ", Status(*status))?;
                write!(f, "a redirect to {to}, which is not followed; name that address if it is the node's")
            }
            Fault::Refused { code, message, status, .. } => {
                let code = format!("code {code}");
                let status = status.map(|status| Status(status).to_string());
                let more = self.more(&[[code].as_slice(), status.as_slice()].concat());
                write!(f, "{endpoint} refuses {method}{through}: {message}{more}")
            }
            Fault::Answer { expected, got } => {
                write!(f, "{endpoint} answers {method} with something else than {expected}{through}: {got}")
            }
        }
    }
}

impl std::error::Error for RpcError {}

impl RpcError {
    /// What is added in parentheses: these, what the node asks for, and how often it was asked.
    fn more(&self, first: &[String]) -> String {
        let wait = self.retry_after().map(|wait| format!("it asks to wait {} s", wait.as_secs()));
        let tries = (self.tries > 1).then(|| format!("asked {} times", self.tries));
        let all = [first, wait.as_slice(), tries.as_slice()].concat();
        if all.is_empty() { String::new() } else { format!(" ({})", all.join(", ")) }
    }
}

/// What to look at.
const fn advice(status: u16) -> Option<&'static str> {
    match status {
        401 | 403 => Some("see user and password, or the token, in its address"),
        404 => Some("see the path in its address"),
        _ => None,
    }
}

/// Why there is no answer. Only a proxy is connected to if there is one, so that what happens before there
/// is a connection is its fault.
pub(super) fn unreachable(error: &Error, proxied: bool, connect: Duration, request: Duration) -> Fault {
    let silent = |why: String| match proxied {
        true => Fault::Proxy { why: format!("does not answer: {why}"), status: None },
        false => Fault::Unreachable { why, late: false },
    };
    let broken = |why: &str| Fault::Broken { why: why.into() };
    let tls = |why: String| Fault::Unreachable { why, late: false };
    match error {
        Error::Io(error) if is_broken(error) => Fault::Broken { why: error.to_string() },
        // TLS with the node, through the proxy if there is one.
        Error::Io(error) if error.kind() == ErrorKind::InvalidData => tls(error.to_string()),
        Error::Io(error) => silent(error.to_string()),
        Error::HostNotFound => silent("there is no such host".into()),
        Error::ConnectionFailed => silent("no connection".into()),
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            Fault::Unreachable { why: format!("no connection in {}", time(connect)), late: true }
        }
        Error::Timeout(_) => broken(&format!("no answer in {}", time(request))),
        Error::ConnectProxyFailed(words) => refused_by_proxy(words),
        Error::Rustls(error) => tls(error.to_string()),
        Error::Tls(error) => tls((*error).into()),
        Error::Protocol(_) | Error::LargeResponseHeader(..) => broken("the answer is none of HTTP"),
        _ => broken("the connection failed"),
    }
}

/// Whether there was a connection before.
fn is_broken(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof
            | ErrorKind::TimedOut
            | ErrorKind::WouldBlock
    )
}

/// A proxy that has answered, and not connected. Its status is the first number in the client's words.
fn refused_by_proxy(words: &str) -> Fault {
    let mut numbers = words.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok());
    match numbers.next() {
        Some(status) => {
            Fault::Proxy { why: format!("does not connect to it: {}", Status(status)), status: Some(status) }
        }
        None => Fault::Proxy { why: "breaks off".into(), status: None },
    }
}

fn time(time: Duration) -> String {
    if time.as_secs() > 0 { format!("{} s", time.as_secs()) } else { format!("{} ms", time.as_millis()) }
}

/// The beginning of what a node says, on one line, without control characters.
pub(super) fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown = String::new();
    for character in line.chars() {
        if shown.len() >= SHOWN {
            shown.push('…');
            break;
        }
        match character {
            '"' | '\'' | '\\' => shown.push(character),
            _ => shown.extend(character.escape_debug()),
        }
    }
    shown
}

/// The beginning of an answer, which is named if it is for a browser.
pub(super) fn page(body: &[u8], shown: String) -> String {
    let start = body.trim_ascii_start();
    let begins = |tag: &str| start.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()));
    if begins("<!doctype html") || begins("<html") { format!("an HTML page: {shown}") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(fault: Fault) -> RpcError {
        RpcError { endpoint: "http://node".into(), proxy: None, method: "eth_chainId", fault, tries: 1 }
    }

    fn refused(code: i64, message: &str, status: Option<u16>) -> RpcError {
        error(Fault::Refused { code, message: message.into(), data: None, status, retry_after: None })
    }

    fn http(status: u16) -> RpcError {
        error(Fault::Http { status, retry_after: None, body: String::new() })
    }

    #[test]
    fn what_passes_and_what_does_not() {
        for status in [408, 425, 429, 502, 503, 504, 520, 524] {
            assert!(http(status).is_transient(), "{status}");
            assert!(refused(-32_000, "no", Some(status)).is_transient(), "{status}");
            assert!(error(Fault::Proxy { why: String::new(), status: Some(status) }).is_transient(), "{status}");
        }
        for status in [201, 400, 401, 402, 403, 404, 407, 413, 500, 501, 505, 525] {
            assert!(!http(status).is_transient(), "{status}");
        }
        assert!(error(Fault::Broken { why: String::new() }).is_transient());
        assert!(error(Fault::Unreachable { why: String::new(), late: true }).is_transient());
        for passing in [
            refused(-32_005, "daily limit", None),
            refused(-32_002, "", None),
            refused(429, "over your capacity", None),
            refused(-32_000, "transaction indexing is in progress", None),
            refused(-32_603, "Rate Limit exceeded", None),
            refused(-32_000, "header not found", None),
        ] {
            assert!(passing.is_transient(), "{passing}");
        }
        for lasting in [
            refused(-32_000, "insufficient funds", None),
            refused(-32_000, "nonce too low", None),
            refused(-32_000, "already known", None),
            refused(-32_601, "the method does not exist", None),
            refused(-32_000, "execution reverted: timeout", None),
            refused(REVERTED, "rate limit", None),
            error(Fault::Proxy { why: String::new(), status: None }),
            error(Fault::Proxy { why: String::new(), status: Some(407) }),
            error(Fault::Unreachable { why: String::new(), late: false }),
            error(Fault::Redirect { status: 307, to: None }),
            error(Fault::Answer { expected: "a number", got: String::new() }),
        ] {
            assert!(!lasting.is_transient(), "{lasting}");
        }
    }

    #[test]
    fn what_a_node_may_have_done() {
        for done in [
            error(Fault::Broken { why: String::new() }),
            error(Fault::Answer { expected: "a hash", got: String::new() }),
            http(500),
            http(504),
        ] {
            assert!(done.may_be_done(), "{done}");
        }
        for refused in [
            error(Fault::Unreachable { why: String::new(), late: true }),
            error(Fault::Proxy { why: String::new(), status: Some(502) }),
            error(Fault::Redirect { status: 307, to: None }),
            refused(-32_005, "limit", Some(429)),
            http(401),
            http(429),
        ] {
            assert!(!refused.may_be_done(), "{refused}");
        }
    }

    #[test]
    fn what_happens_before_there_is_a_connection_is_the_proxys_fault() {
        let io = |kind: ErrorKind| Error::Io(kind.into());
        let fault = |error: &Error, proxied| {
            let told = unreachable(error, proxied, Duration::from_millis(2_500), Duration::from_millis(30));
            let (kind, why) = match told {
                Fault::Proxy { why, status: None } => ("proxy", why),
                Fault::Proxy { why, status: Some(_) } => ("proxy's status", why),
                Fault::Unreachable { why, late: true } => ("late", why),
                Fault::Unreachable { why, late: false } => ("unreachable", why),
                Fault::Broken { why } => ("broken", why),
                other => panic!("{other:?}"),
            };
            (kind, why)
        };
        for kind in [ErrorKind::ConnectionRefused, ErrorKind::HostUnreachable, ErrorKind::NetworkUnreachable] {
            assert_eq!([false, true].map(|proxied| fault(&io(kind), proxied).0), ["unreachable", "proxy"], "{kind}");
        }
        assert_eq!([false, true].map(|proxied| fault(&Error::HostNotFound, proxied).0), ["unreachable", "proxy"]);
        for kind in [ErrorKind::ConnectionReset, ErrorKind::UnexpectedEof, ErrorKind::BrokenPipe, ErrorKind::TimedOut] {
            assert_eq!([false, true].map(|proxied| fault(&io(kind), proxied).0), ["broken", "broken"], "{kind}");
        }
        // TLS is the node's, whoever passes it on.
        assert_eq!(fault(&io(ErrorKind::InvalidData), true).0, "unreachable");
        assert_eq!(fault(&Error::Timeout(Timeout::Connect), true), ("late", "no connection in 2 s".into()));
        assert_eq!(fault(&Error::Timeout(Timeout::Global), false), ("broken", "no answer in 30 ms".into()));
        let refused = |words: &str| fault(&Error::ConnectProxyFailed(words.into()), true);
        let words = "does not connect to it: HTTP 407 Proxy Authentication Required".to_owned();
        assert_eq!(refused("proxy server responded 407/407"), ("proxy's status", words));
        assert_eq!(refused("proxy server did not respond"), ("proxy", "breaks off".into()));
    }

    #[test]
    fn words_of_a_node_are_short_and_plain() {
        assert_eq!(excerpt(" a\r\n\tb  \"c\" "), "a b \"c\"");
        assert_eq!(excerpt("\x1b[31mred\u{202e}\0"), "\\u{1b}[31mred\\u{202e}\\0");
        let long = excerpt(&"ü".repeat(1_000));
        assert_eq!(long, "ü".repeat(SHOWN / 2) + "…");
        assert!(excerpt(&"\x1b".repeat(1_000)).len() < SHOWN + 20);
        assert_eq!(page(b"\n<!DOCTYPE HTML>", "x".into()), "an HTML page: x");
        assert_eq!(page(b"<htm", "x".into()), "x");
    }
}
