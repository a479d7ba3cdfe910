//! What is said of a node, or a proxy, that does not answer as it should; and what is asked again.

use std::time::{Duration, Instant};

use alloy_primitives::U64;
use furl_settlement::layer1::Call;
use furl_settlement::rpc::{EndpointError, Fault, Limits, Proxies, Rpc, RpcError};
use furl_settlement::{Layer1 as _, Layer1Error, Node};
use serde_json::{Value, json};

use crate::server::{Reply, Server, nobody};

/// A token in a path, a password, and what it becomes: nothing of it is ever shown.
const SECRETS: [&str; 4] = ["t0kent0ken", "pa%20ss", "pa ss", "dXNlcjpwYSBzcw"];
/// The address of a node that no name server knows: whoever finds it does so through a proxy.
const AFAR: &str = "http://user:pa%20ss@node.invalid:8545/v3/t0kent0ken?key=t0kent0ken";

/// Pauses so short that no test waits.
const LIMITS: Limits = Limits {
    request: Duration::from_secs(10),
    connect: Duration::from_secs(5),
    wait: Duration::from_millis(200),
    pauses: [Duration::from_millis(2), Duration::from_millis(4)],
};

/// A server as a node, with secrets in its address.
fn rpc(server: &Server) -> Rpc {
    let url = format!("http://user:pa%20ss@{}/v3/t0kent0ken?key=t0kent0ken", server.address());
    Rpc::with(&url, &Proxies::none(), LIMITS).unwrap()
}

fn number(rpc: &Rpc) -> Result<U64, Box<RpcError>> {
    rpc.once("eth_chainId", &json!([]), "a number")
}

/// The error of one request; it shows no secret.
#[track_caller]
fn error(rpc: &Rpc) -> RpcError {
    let error = *number(rpc).unwrap_err();
    let shown = format!("{error} {error:?} {rpc:?}");
    for secret in SECRETS {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    error
}

/// The words of a node that has one answer, and whether they may pass.
#[track_caller]
fn words(reply: Reply) -> (String, bool) {
    let server = Server::always(reply);
    let error = error(&rpc(&server));
    let words = error.to_string();
    let rest = words.strip_prefix(&server.url()).unwrap_or_else(|| panic!("{words}"));
    (rest.to_owned(), error.is_transient())
}

#[test]
fn a_status_is_named_with_its_words() {
    let html = "<html>\n<head><title>502 Bad Gateway</title></head>\n</html>";
    let echo = "<p>no /v3/t0kent0ken?key=t0kent0ken for user:pa ss</p> \x1b[2J";
    let limit = r#"{"jsonrpc":"2.0","error":{"code":-32005,"message":"project id t0kent0ken: limit"}}"#;
    for (reply, expected, passes) in [
        (
            Reply::http(401, "unauthorized\n"),
            " answers eth_chainId with HTTP 401 Unauthorized (see user and password, or the token, in its address): unauthorized",
            false,
        ),
        (
            Reply::http(403, r#"{"error":"t0kent0ken is no key"}"#),
            " answers eth_chainId with HTTP 403 Forbidden (see user and password, or the token, in its address): {\"error\":\"*** is no key\"}",
            false,
        ),
        (
            Reply::http(404, echo),
            " answers eth_chainId with HTTP 404 Not Found (see the path in its address): <p>no *** for user:***</p> \\u{1b}[2J",
            false,
        ),
        (Reply::http(429, ""), " answers eth_chainId with HTTP 429 Too Many Requests", true),
        (
            Reply::with(429, ("retry-after", "7"), "slowly"),
            " answers eth_chainId with HTTP 429 Too Many Requests (it asks to wait 7 s): slowly",
            true,
        ),
        (
            Reply::with(429, ("Retry-After", "7"), limit),
            " refuses eth_chainId: project id ***: limit (code -32005, HTTP 429 Too Many Requests, it asks to wait 7 s)",
            true,
        ),
        (Reply::Error(-32005, "limit"), " refuses eth_chainId: limit (code -32005)", true),
        (
            Reply::Error(-32601, "no\x1b[1m such\nmethod"),
            " refuses eth_chainId: no\\u{1b}[1m such method (code -32601)",
            false,
        ),
        (
            Reply::http(502, html),
            " answers eth_chainId with HTTP 502 Bad Gateway: an HTML page: <html> <head><title>502 Bad Gateway</title></head> </html>",
            true,
        ),
        (Reply::http(599, ""), " answers eth_chainId with HTTP 599", false),
        (
            Reply::with(301, ("location", "https://user:pa%20ss@node.example:8/t0kent0ken"), html),
            " answers eth_chainId with HTTP 301 Moved Permanently: a redirect to https://node.example:8, which is not followed; name that address if it is the node's",
            false,
        ),
        (
            Reply::with(308, ("location", "/v4/t0kent0ken"), ""),
            " answers eth_chainId with HTTP 308 Permanent Redirect: a redirect to another path, which is not followed; name that address if it is the node's",
            false,
        ),
        // The status says more than that its words break off.
        (
            Reply::with(503, ("content-length", "100"), "short"),
            " answers eth_chainId with HTTP 503 Service Unavailable",
            true,
        ),
    ] {
        assert_eq!(words(reply.clone()), (expected.to_owned(), passes), "{reply:?}");
    }
}

#[test]
fn an_answer_of_another_form_is_named() {
    let is = |got: &str| (format!(" answers eth_chainId with something else than a number: {got}"), false);
    let long = "x".repeat(1 << 20);
    for (body, got) in [
        ("<!DOCTYPE html><p>t0kent0ken", "an HTML page: <!DOCTYPE html><p>***"),
        ("", "nothing at all"),
        ("hello", "hello"),
        (r#"{"jsonrpc":"2.0","id":1,"result":"0x"#, r#"{"jsonrpc":"2.0","id":1,"result":"0x"#),
        (r#"{"jsonrpc":"2.0","id":2,"result":"0x1"}"#, "an answer to another request (id: expected 1, got 2)"),
        (r#"{"jsonrpc":"2.0","id":"1","result":"0x1"}"#, r#"an answer to another request (id: expected 1, got "1")"#),
        (r#"{"jsonrpc":"2.0","id":null,"result":"0x1"}"#, "an answer to no request (its id is missing)"),
        (r#"{"jsonrpc":"2.0","result":"0x1"}"#, "an answer to no request (its id is missing)"),
        (r#"[{"jsonrpc":"2.0","id":1,"result":"0x1"}]"#, "several answers to one request"),
        (r#"{"jsonrpc":"2.0","id":1}"#, "neither a result nor an error"),
        (r#"{"jsonrpc":"2.0","id":1,"error":null}"#, "neither a result nor an error"),
        (r#"{"jsonrpc":"2.0","id":1,"result":null}"#, "null"),
        (r#"{"jsonrpc":"2.0","id":1,"result":"latest"}"#, "\"latest\""),
        (r#"{"jsonrpc":"2.0","id":1,"error":"t0kent0ken"}"#, "an error of another form: \"***\""),
        (r#"{"jsonrpc":"2.0","id":1,"error":{}}"#, "an error of another form: {}"),
        ("7", "7"),
        (&format!("\"{long}\""), "more than 1048576 bytes"),
    ] {
        assert_eq!(words(Reply::http(200, body)), is(got), "{body:.80}");
    }
    // A refusal need not name the request, nor have both a code and words.
    for (error, expected) in [
        (r#"{"id":null,"error":{"code":-32700,"message":"parse error"}}"#, "parse error (code -32700)"),
        (r#"{"error":{"code":-32700}}"#, "no reason is given (code -32700)"),
        (r#"{"error":{"message":"no"},"result":null}"#, "no (code 0)"),
    ] {
        assert_eq!(words(Reply::http(200, error)), (format!(" refuses eth_chainId: {expected}"), false));
    }
}

#[test]
fn a_connection_that_breaks_or_is_silent_is_named() {
    let (told, passes) = words(Reply::with(200, ("content-length", "100"), "{"));
    assert!(told.starts_with(" does not answer eth_chainId: ") && passes, "{told}");
    let (told, passes) = words(Reply::Raw(String::new()));
    assert!(told.starts_with(" does not answer eth_chainId: ") && passes, "{told}");
    let (told, _) = words(Reply::Raw("SSH-2.0-OpenSSH_9.9\r\n".into()));
    assert!(told.starts_with(" does not answer eth_chainId: "), "{told}");

    let server = Server::always(Reply::Silence);
    let limits = Limits { request: Duration::from_millis(100), ..LIMITS };
    let rpc = Rpc::with(&server.url(), &Proxies::none(), limits).unwrap();
    let silent = error(&rpc);
    assert_eq!(silent.to_string(), format!("{} does not answer eth_chainId: no answer in 100 ms", server.url()));
    assert!(silent.is_transient() && silent.may_be_done());

    let url = format!("http://{}/t0kent0ken", nobody());
    let nobody = error(&Rpc::with(&url, &Proxies::none(), LIMITS).unwrap());
    assert!(matches!(nobody.fault, Fault::Unreachable { .. }) && !nobody.is_transient(), "{nobody}");
    assert!(nobody.to_string().contains("does not answer eth_chainId: Connection refused"), "{nobody}");
}

/// `user:pa ss`, in base64, for `user:pa%20ss` in the address; and the path is asked for without them.
#[test]
fn user_and_password_are_sent_decoded() {
    let server = Server::always(Reply::Result(json!("0x7a69")));
    let rpc = rpc(&server);
    assert_eq!(number(&rpc).unwrap(), U64::from(31_337));
    assert_eq!(number(&rpc).unwrap(), U64::from(31_337));
    let asked = server.asked();
    assert_eq!(asked[0].header("authorization"), Some("Basic dXNlcjpwYSBzcw=="));
    assert!(asked[0].head.starts_with("POST /v3/t0kent0ken?key=t0kent0ken HTTP/1.1\r\n"), "{}", asked[0].head);
    assert_eq!(asked[0].header("content-type"), Some("application/json"));
    assert_eq!((&asked[0].body["id"], &asked[1].body["id"]), (&json!(1), &json!(2)));
    let plain = Rpc::with(&server.url(), &Proxies::none(), LIMITS).unwrap();
    number(&plain).unwrap();
    assert_eq!(server.asked()[2].header("authorization"), None);
}

/// The node behind a proxy.
fn behind(proxy: &str) -> Rpc {
    let proxies = Proxies::by(|name| (name == "http_proxy").then(|| proxy.to_owned()));
    Rpc::with(AFAR, &proxies, LIMITS).unwrap()
}

#[test]
fn a_proxy_is_told_from_the_node() {
    let dead = nobody();
    let told = error(&behind(&format!("http://joe:pa%20ss@{dead}")));
    let start = format!(
        "http://node.invalid:8545 cannot be asked eth_chainId: the proxy http://{dead} (of the variable http_proxy) does not answer: "
    );
    assert!(told.to_string().starts_with(&start), "{told}");
    assert!(matches!(told.fault, Fault::Proxy { status: None, .. }) && !told.may_be_done());
    let unknown = error(&behind("proxy.invalid:3128"));
    assert!(matches!(unknown.fault, Fault::Proxy { status: None, .. }), "{unknown}");

    for (reply, words, passes) in [
        (Reply::http(407, ""), "does not connect to it: HTTP 407 Proxy Authentication Required", false),
        (Reply::http(502, "<html>"), "does not connect to it: HTTP 502 Bad Gateway", true),
        (Reply::http(403, ""), "does not connect to it: HTTP 403 Forbidden", false),
    ] {
        let server = Server::always(reply);
        let told = error(&behind(&format!("http://joe:pa%20ss@{}", server.address())));
        assert_eq!(
            told.to_string(),
            format!(
                "http://node.invalid:8545 cannot be asked eth_chainId: the proxy {} (of the variable http_proxy) {words}",
                server.url()
            )
        );
        assert_eq!((told.is_transient(), told.may_be_done()), (passes, false));
        let asked = server.asked();
        assert!(asked[0].head.starts_with("CONNECT node.invalid:8545 HTTP/1.1\r\n"), "{asked:?}");
        assert_eq!(asked[0].header("proxy-authorization"), Some("Basic am9lOnBhIHNz"));
        assert_eq!(asked[0].header("authorization"), None, "the node's password is not the proxy's");
    }

    // What comes through it is the node's word.
    let replies = [Reply::Connected, Reply::http(401, "no"), Reply::Connected, Reply::Result(json!("0x1"))];
    let server = Server::script(&replies);
    let rpc = behind(&server.url());
    let told = error(&rpc).to_string();
    assert!(told.starts_with("http://node.invalid:8545 answers eth_chainId with HTTP 401 Unauthorized"), "{told}");
    assert!(
        told.ends_with(&format!(", through the proxy {} (of the variable http_proxy): no", server.url())),
        "{told}"
    );
    assert_eq!(number(&rpc).unwrap(), U64::from(1));
    assert_eq!(server.asked()[3].header("authorization"), Some("Basic dXNlcjpwYSBzcw=="));
}

#[test]
fn a_proxy_is_for_its_scheme_and_never_for_this_machine() {
    let proxy = Server::always(Reply::http(407, ""));
    let server = Server::always(Reply::Result(json!("0x1")));
    let all = Proxies::by(|_| Some(proxy.url()));
    assert!(number(&Rpc::with(&server.url(), &all, LIMITS).unwrap()).is_ok(), "the node is on this machine");
    let other = Proxies::by(|name| (name == "HTTPS_PROXY").then(|| proxy.url()));
    let direct = error(&Rpc::with(AFAR, &other, LIMITS).unwrap());
    assert!(matches!(direct.fault, Fault::Unreachable { .. }), "{direct}");
    assert!(proxy.asked().is_empty());
    let wrong = Proxies::by(|name| (name == "ALL_PROXY").then(|| "socks5://user:hunter2@proxy:1080".into()));
    let error = Node::over(Rpc::with(&server.url(), &wrong, LIMITS).unwrap(), None).chain_id();
    assert_eq!(error.unwrap(), 1);
    let told = Rpc::with(AFAR, &wrong, LIMITS).unwrap_err();
    assert_eq!(told, EndpointError::Proxy { variable: "ALL_PROXY" });
}

/// What changes nothing is asked until it is answered, or there is no time; the error says how often.
#[test]
fn what_passes_is_asked_again() {
    let busy = [
        Reply::with(429, ("retry-after", "0"), ""),
        Reply::Error(-32005, "limit"),
        Reply::http(502, "<html>"),
        Reply::Raw(String::new()),
        Reply::Error(-32000, "transaction indexing is in progress"),
    ];
    let server = Server::script(&[&busy[..], &[Reply::Result(json!("0x7"))]].concat());
    assert_eq!(Node::over(rpc(&server), None).chain_id().unwrap(), 7);
    assert_eq!(server.asked().len(), 6);

    let server = Server::always(Reply::http(503, "later"));
    let Err(Layer1Error::Node(error)) = Node::over(rpc(&server), None).chain_id() else { panic!("it has answered") };
    let count = server.asked().len();
    assert!(count > 2 && error.tries as usize == count, "{error}");
    let words = format!("answers eth_chainId with HTTP 503 Service Unavailable (asked {count} times): later");
    assert!(error.to_string().ends_with(&words), "{error}");
    let past = rpc(&server).read_until::<U64>(Instant::now(), "eth_chainId", &json!([]), "a number");
    assert_eq!(past.unwrap_err().tries, 1);

    // A pause that is too long is not begun, and what does not pass is asked once.
    for reply in [Reply::with(429, ("retry-after", "60"), ""), Reply::http(401, ""), Reply::http(200, "hello")] {
        let server = Server::always(reply);
        assert!(Node::over(rpc(&server), None).chain_id().is_err());
        assert_eq!(server.asked().len(), 1);
    }
}

/// What changes something is asked once, whatever is answered: whether again is the matter of the outbox.
#[test]
fn what_changes_something_is_asked_once() {
    for reply in [Reply::http(502, ""), Reply::Error(-32005, "limit"), Reply::Raw(String::new())] {
        let server = Server::always(reply);
        assert!(rpc(&server).once::<Value>("eth_sendRawTransaction", &json!(["0x"]), "a hash").is_err());
        assert_eq!(server.asked().len(), 1);
    }
}

/// Some nodes refuse with a status of HTTP; a revert is a revert all the same.
#[test]
fn a_revert_is_read_whatever_the_status() {
    let error: Value = json!({ "code": 3, "message": "execution reverted", "data": "0x" });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "error": error }).to_string();
    for status in [200, 400, 500] {
        let server = Server::always(Reply::http(status, body.clone()));
        let failed = Node::over(rpc(&server), None).call(&Call::create(Vec::new()));
        assert!(matches!(failed, Err(Layer1Error::Reverted(_))), "{status}");
    }
}
