//! # Requests to a node
//!
//! JSON-RPC over HTTP, one request at a time: what is asked, what came back, and what stood in
//! between. What the answers mean is the node's ([`node`](crate::node)).
//!
//! | module | what |
//! |---|---|
//! | [`endpoint`] | the address of a node: what is shown of it, and what is kept out of messages |
//! | [`proxy`] | the proxy that the environment names, if any |
//! | [`error`] | a request in vain: by whom, with which words, and whether it is worth a retry |
//! | [`retry`] | when a request is repeated |
//!
//! A request that changes nothing is repeated for a while if the fault may pass ([`Rpc::read`]).
//! Nothing else is: [`Rpc::once`] leaves that to the caller. Redirects are named, not followed: what
//! is sent is meant for the node that the user has named.
//!
//! **Not checked here:** what the node says.

pub mod endpoint;
pub mod error;
pub mod proxy;
pub mod retry;

use std::fmt;
use std::io::Read as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, LOCATION, RETRY_AFTER};
use ureq::{Agent, Body, http};

pub use self::endpoint::{Endpoint, EndpointError};
pub use self::error::{Fault, RpcError};
pub use self::proxy::Proxies;
pub use self::retry::Limits;

use self::endpoint::Address;
use self::error::{excerpt, page, unreachable};
use self::proxy::Proxy;

/// No answer is longer: code has 24 kB, and is sent in hexadecimal.
const MAX_ANSWER: u64 = 1 << 20;

/// A node, as far as it can be asked something.
pub struct Rpc {
    agent: Agent,
    address: Address,
    shown: String,
    proxy: Option<Proxy>,
    limits: Limits,
    requests: AtomicU64,
}

impl fmt::Debug for Rpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { agent: _, address: _, shown, proxy, limits, requests: _ } = self;
        f.debug_struct("Rpc")
            .field("endpoint", shown)
            .field("proxy", proxy)
            .field("limits", limits)
            .finish_non_exhaustive()
    }
}

/// What came over HTTP.
struct Response {
    status: http::StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Rpc {
    /// A node at an address that begins with `http://` or `https://`, by the environment's proxy. Nothing
    /// is asked yet.
    ///
    /// # Errors
    /// If it is no such address, or the proxy's is none.
    pub fn new(url: &str) -> Result<Self, EndpointError> {
        Self::with(url, &Proxies::from_environment(), Limits::default())
    }

    /// The same, with these proxies and limits of time.
    ///
    /// # Errors
    /// If it is no such address, or the proxy's is none.
    pub fn with(url: &str, proxies: &Proxies, limits: Limits) -> Result<Self, EndpointError> {
        let address = Address::parse(url)?;
        let proxy = proxies.of(address.endpoint())?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(limits.connect))
            .proxy(proxy.as_ref().map(|proxy| proxy.as_ureq().clone()));
        let shown = address.endpoint().to_string();
        let requests = AtomicU64::new(0);
        Ok(Self { agent: config.build().into(), address, shown, proxy, limits, requests })
    }

    /// The node, without what may be secret in its address.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.shown
    }

    /// Asks once, whatever comes of it.
    ///
    /// # Errors
    /// If there is no answer, or another than `expected`.
    pub fn once<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &Value,
        expected: &'static str,
    ) -> Result<T, Box<RpcError>> {
        self.ask(method, parameters, expected, self.limits.request)
    }

    /// Asks something that changes nothing: again, if the fault may pass, for as long as the limits have it.
    ///
    /// # Errors
    /// The last one.
    pub fn read<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &Value,
        expected: &'static str,
    ) -> Result<T, Box<RpcError>> {
        self.read_until(Instant::now() + self.limits.wait, method, parameters, expected)
    }

    /// The same, with no request that begins after `deadline`, but for the first.
    ///
    /// # Errors
    /// The last one.
    pub fn read_until<T: DeserializeOwned>(
        &self,
        deadline: Instant,
        method: &'static str,
        parameters: &Value,
        expected: &'static str,
    ) -> Result<T, Box<RpcError>> {
        let left = deadline.saturating_duration_since(Instant::now());
        retry::patiently(&retry::Watch::start(), left, self.limits.pauses, |left| {
            let time = left.map_or(self.limits.request, |left| left.min(self.limits.request));
            self.ask(method, parameters, expected, time)
        })
    }

    fn ask<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &Value,
        expected: &'static str,
        time: Duration,
    ) -> Result<T, Box<RpcError>> {
        let id = 1 + self.requests.fetch_add(1, Ordering::Relaxed);
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters });
        let answer = self.post(&request.to_string(), time).and_then(|response| self.result(id, expected, &response));
        answer.map_err(|fault| Box::new(self.error(method, fault)))
    }

    fn error(&self, method: &'static str, fault: Fault) -> RpcError {
        let proxy = self.proxy.as_ref().map(ToString::to_string);
        RpcError { endpoint: self.shown.clone(), proxy, method, fault, tries: 1 }
    }

    /// One request over HTTP.
    fn post(&self, request: &str, time: Duration) -> Result<Response, Fault> {
        let failed = |error| unreachable(&error, self.proxy.is_some(), self.limits.connect.min(time), time);
        let mut post = self.agent.post(self.address.url()).header(CONTENT_TYPE, "application/json");
        if let Some(authorization) = self.address.authorization() {
            post = post.header(AUTHORIZATION, authorization);
        }
        let sent = post.config().timeout_global(Some(time)).build().send(request);
        let (head, body) = sent.map_err(failed)?.into_parts();
        let body = match read(body) {
            Ok(body) => body,
            // Its status says more than that its words broke off.
            Err(_) if !head.status.is_success() => Vec::new(),
            Err(error) => return Err(failed(error.into())),
        };
        Ok(Response { status: head.status, headers: head.headers, body })
    }

    /// The result in an answer to the request of this number.
    fn result<T: DeserializeOwned>(&self, id: u64, expected: &'static str, response: &Response) -> Result<T, Fault> {
        let Response { status, headers, body } = response;
        let retry_after =
            header(headers, RETRY_AFTER.as_str()).and_then(|after| retry::after(after, header(headers, DATE.as_str())));
        let answer = serde_json::from_slice::<Value>(body).ok();
        if let Some((code, message, data)) = answer.as_ref().and_then(refusal) {
            let message = self.told(message.as_bytes());
            let status = (!status.is_success()).then(|| status.as_u16());
            return Err(Fault::Refused { code, message, data: data.cloned(), status, retry_after });
        }
        if status.is_redirection() {
            let to = header(headers, LOCATION.as_str()).and_then(Endpoint::parse);
            let to = to.map(|to| self.told(to.to_string().as_bytes()));
            return Err(Fault::Redirect { status: status.as_u16(), to });
        }
        if !status.is_success() {
            return Err(Fault::Http { status: status.as_u16(), retry_after, body: self.told(body) });
        }
        let wrong = |got: String| Fault::Answer { expected, got };
        if body.len() as u64 > MAX_ANSWER {
            return Err(wrong(format!("more than {MAX_ANSWER} bytes")));
        }
        match answer {
            None if body.is_empty() => Err(wrong("nothing at all".into())),
            None => Err(wrong(page(body, self.told(body)))),
            Some(Value::Object(answer)) => self.member(id, expected, answer),
            Some(Value::Array(_)) => Err(wrong("several answers to one request".into())),
            Some(_) => Err(wrong(self.told(body))),
        }
    }

    /// The result in an answer that is an object, and no refusal.
    fn member<T: DeserializeOwned>(
        &self,
        id: u64,
        expected: &'static str,
        mut answer: Map<String, Value>,
    ) -> Result<T, Fault> {
        let wrong = |got: String| Fault::Answer { expected, got };
        let told = |value: &Value| self.told(value.to_string().as_bytes());
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            return Err(wrong(format!("an error of another form: {}", told(error))));
        }
        match answer.get("id") {
            Some(got) if got.as_u64() == Some(id) => (),
            None | Some(Value::Null) => return Err(wrong("an answer to no request (its id is missing)".into())),
            Some(got) => {
                return Err(wrong(format!("an answer to another request (id: expected {id}, got {})", told(got))));
            }
        }
        let Some(result) = answer.remove("result") else { return Err(wrong("neither a result nor an error".into())) };
        T::deserialize(&result).map_err(|_| wrong(told(&result)))
    }

    /// Words of the node, without the secrets of its address, short and on one line.
    fn told(&self, words: &[u8]) -> String {
        excerpt(&self.address.secrets().hide(&String::from_utf8_lossy(words)))
    }
}

/// What an answer says in place of a result: its code, its words, its data. Whether it names the
/// request does not matter: what was not even read is refused without its number.
fn refusal(answer: &Value) -> Option<(i64, &str, Option<&Value>)> {
    let error = answer.get("error")?.as_object()?;
    let (code, message) = (error.get("code").and_then(Value::as_i64), error.get("message").and_then(Value::as_str));
    (code.is_some() || message.is_some()).then(|| {
        let data = error.get("data").filter(|data| !data.is_null());
        (code.unwrap_or_default(), message.unwrap_or("no reason is given"), data)
    })
}

/// All of a body, and a byte more than is allowed if it is longer.
fn read(mut body: Body) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    body.as_reader().take(MAX_ANSWER + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
