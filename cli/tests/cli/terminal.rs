//! Text that others have written, where it is printed: nothing in it acts on a terminal, or looks like lines of ours.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::anvil::{Given, User};
use crate::support::{Place, ROLLUP, Run, fed, furl, workspace};

/// What takes a line back and puts another in its place: with a colour, with a line of its own, with C1's character for
/// the same, and what turns the order around.
const ACTS: [&str; 5] = [
    "\u{1b}[2K\rVERIFIED",
    "x\nVERIFIED: proof",
    "\u{9b}2K\u{8}\u{7f}VERIFIED",
    "\u{202e}DEIFIREV\u{2066}\u{200b}\u{feff}",
    "\u{1b}]0;VERIFIED\u{7}\t",
];

/// Demands that nothing acts, and that no line is one of somebody else.
#[track_caller]
fn clean(run: &Run) {
    for text in [&run.stdout, &run.stderr] {
        let acts =
            |c: char| c != '\n' && c.is_control() || "\u{200b}\u{200f}\u{202e}\u{2066}\u{feff}\u{2028}".contains(c);
        assert!(!text.contains(acts), "{run:?}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("VERIFIED")), "{run:?}");
    }
}

#[test]
fn names_of_files() {
    for name in ACTS {
        for more in [&[][..], &["--json"], &["--log-format", "json"]] {
            let run = furl(&[&["inspect", name][..], more].concat());
            clean(&run);
            run.fails_with(66);
        }
        let place = Place::new();
        let at = |name: &str| format!("{}/{name}", place.at(""));
        let proof = at(name);
        fs::write(&proof, ROLLUP.read("proof")).unwrap();
        for arguments in [&["inspect", &proof][..], &["inspect", &proof, "--json"], &["keygen", "--out", &proof]] {
            clean(&furl(arguments));
        }
        clean(&furl(&["keygen", "--out", &at(&format!("{name}.key"))]));
        clean(&furl(&["sample", "--transfers", "1", "--out", &at(&format!("{name}.town"))]));
        clean(&furl(&["man", "--out", &at(&format!("{name}.man"))]));
        let run = furl(&["sample", "--transfers", "1", "--out", &at(&format!("{name}.town"))]);
        clean(&run);
        run.fails_with(73);
    }
}

#[test]
fn arguments() {
    for text in ACTS {
        let option = format!("--{text}");
        for arguments in [
            &[text][..],
            &["help", text],
            &["man", text],
            &["demo", text],
            &["demo", &option],
            &["prove", &option],
            &["demo", "--threads", text],
            &["prove", "--memory", text],
            &["security", "--profile", text],
            &["security", "--profile", text, "--json"],
        ] {
            let run = furl(arguments);
            clean(&run);
            run.fails_with(2);
        }
        let mut variables = crate::support::command(&["deploy", "--help"]);
        clean(&crate::support::finish(variables.env("FURL_SOLC", text).env("FURL_THREADS", text)));
    }
}

#[test]
fn cells_of_tables() {
    let place = Place::new();
    let out = place.at("run");
    let table = fs::read_to_string(workspace("examples/mainnet-17173049.csv")).unwrap();
    let [header, row] = table.lines().take(2).collect::<Vec<_>>()[..] else { panic!("a header and rows") };
    for text in ACTS {
        let value = row.split(',').nth(3).unwrap();
        for table in [format!("{text},b\n"), format!("{header}\n{}\n", row.replace(value, &format!("\"{text}\"")))] {
            let run = fed(&["import", "-", "--out", &out], table.as_bytes());
            clean(&run);
            run.fails(65, &["not a table of token transfers: line "]);
        }
    }
}

#[test]
fn stored_reports_and_states() {
    let place = Place::new();
    let report = fs::read_to_string(workspace("cli/src/bench/expected/report.json")).unwrap();
    for text in ACTS {
        let quoted = serde_json::to_string(text).unwrap();
        for field in ["Example CPU", "furl-bench"] {
            let quoted = quoted.trim_matches('"');
            assert!(report.contains(field));
            let run = fed(&["bench", "--from", "-"], report.replace(field, quoted).as_bytes());
            clean(&run);
            run.fails_with(65);
        }
        let state = place.put("state.json", format!("{{\"format\":{quoted},\"version\":1,{quoted}:1}}"));
        let proof = ROLLUP.at("proof");
        clean(&furl(&["verify", &proof, "--profile", "fast", "--state", &state]));
        let key = place.put_secret("key", format!("{{\"format\":{quoted},\"version\":1}}"));
        let order = ["--from", "0", "--to", "1", "--amount", "5", "--nonce", "0", "--expiry", "9"];
        clean(&furl(&[&["sign", "--key", &key, "--state", &ROLLUP.at("state.json")][..], &order].concat()));
    }
}

/// A node that answers everything with an error of these words.
fn node(words: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let error = serde_json::json!({ "code": -32000, "message": words, "data": words });
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = String::new();
            let mut part = [0; 4096];
            // A request is one JSON object after the head.
            let body = loop {
                let length = stream.read(&mut part).unwrap_or(0);
                request += &String::from_utf8_lossy(&part[..length]);
                let body = request.split_once("\r\n\r\n").map_or("", |(_, body)| body);
                if length == 0 || serde_json::from_str::<serde_json::Value>(body).is_ok() {
                    break body;
                }
            };
            let asked: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
            let answer = serde_json::json!({ "jsonrpc": "2.0", "id": asked["id"], "error": error }).to_string();
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length:";
            drop(stream.write_all(format!("{head} {}\r\n\r\n{answer}", answer.len()).as_bytes()));
        }
    });
    format!("http://{address}")
}

#[test]
fn answers_of_nodes() {
    for words in ACTS {
        let user = User::of(&node(words));
        for more in [&[][..], &["--json"], &["--log-format", "json"]] {
            let run = user.run_with(Given::File, &[&["deploy", "--dry-run"][..], more].concat());
            clean(&run);
            assert!(run.stderr.contains("refuses eth_"), "{run:?}");
            run.fails_with(69);
        }
    }
}
