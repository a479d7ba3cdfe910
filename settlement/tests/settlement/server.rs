//! A node, or a proxy, that answers by a script: one connection after another, one request in each.

#![allow(dead_code, reason = "two test binaries have this file, and neither needs all of it")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The request line and the headers.
    pub(crate) head: String,
    /// What was asked; null if it is no JSON.
    pub(crate) body: Value,
}

impl Asked {
    pub(crate) fn method(&self) -> &str {
        self.body["method"].as_str().unwrap_or_default()
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// The result of the request.
    Result(Value),
    /// An error in its place.
    Error(i64, &'static str),
    /// A status, headers and a body; of its length unless a header says so.
    Http(u16, Vec<(&'static str, String)>, String),
    /// Bytes as they are.
    Raw(String),
    /// Nothing, and the connection stays.
    Silence,
    /// For a proxy: there is a connection, and what comes through it is asked here as well.
    Connected,
}

impl Reply {
    pub(crate) fn http(status: u16, body: impl Into<String>) -> Self {
        Self::Http(status, Vec::new(), body.into())
    }

    pub(crate) fn with(status: u16, header: (&'static str, &str), body: impl Into<String>) -> Self {
        Self::Http(status, vec![(header.0, header.1.to_owned())], body.into())
    }

    fn bytes(self, asked: &Asked) -> Option<String> {
        let id = asked.body["id"].clone();
        match self {
            Self::Result(result) => {
                Self::http(200, json!({ "jsonrpc": "2.0", "id": id, "result": result }).to_string()).bytes(asked)
            }
            Self::Error(code, message) => {
                let error = json!({ "code": code, "message": message });
                Self::http(200, json!({ "jsonrpc": "2.0", "id": id, "error": error }).to_string()).bytes(asked)
            }
            Self::Http(status, mut headers, body) => {
                if !headers.iter().any(|(name, _)| *name == "content-length") {
                    headers.push(("content-length", body.len().to_string()));
                }
                let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
                Some(format!("HTTP/1.1 {status} Some Reason\r\nconnection: close\r\n{headers}\r\n{body}"))
            }
            Self::Raw(bytes) => Some(bytes),
            Self::Silence => None,
            Self::Connected => Some("HTTP/1.1 200 Connected\r\n\r\n".into()),
        }
    }
}

/// It listens for as long as the test runs.
pub(crate) struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// One that answers as `script` says, which is given the request and its number, from 0.
    pub(crate) fn new(mut script: impl FnMut(&Asked, usize) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there are free ports");
        let address = listener.local_addr().expect("it is bound");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            let mut silent = Vec::new();
            for mut stream in listener.incoming().map_while(Result::ok) {
                while let Some(request) = read(&mut stream) {
                    let number = {
                        let mut log = log.lock().expect("no test panics with it");
                        log.push(request.clone());
                        log.len() - 1
                    };
                    let reply = script(&request, number);
                    let goes_on = matches!(reply, Reply::Connected);
                    match reply.bytes(&request) {
                        // Who does not read on has what it wants.
                        Some(bytes) => drop(stream.write_all(bytes.as_bytes())),
                        None => silent.extend(stream.try_clone()),
                    }
                    if !goes_on {
                        break;
                    }
                }
            }
        });
        Self { address, asked }
    }

    /// One that has one answer.
    pub(crate) fn always(reply: Reply) -> Self {
        Self::new(move |_, _| reply.clone())
    }

    /// One that gives these answers in turn, and the last of them ever after.
    pub(crate) fn script(replies: &[Reply]) -> Self {
        let replies = replies.to_vec();
        Self::new(move |_, number| replies[number.min(replies.len() - 1)].clone())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// All that was asked.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no test panics with it").clone()
    }
}

/// An address where nobody listens: it was given to us and given back.
pub(crate) fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("there are free ports")
}

/// One request; `None` if there is none.
fn read(stream: &mut TcpStream) -> Option<Asked> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.extend(byte);
    }
    let head = String::from_utf8(head).expect("heads are text");
    let asked = Asked { head, body: Value::Null };
    let length = asked.header("content-length").map_or(0, |length| length.parse().expect("a length is a number"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Asked { body: serde_json::from_slice(&body).unwrap_or_default(), ..asked })
}
