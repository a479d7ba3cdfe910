//! # A compiler
//!
//! Runs a Solidity compiler that the user names: a native `solc`, or a script that takes standard JSON on stdin as it does, such as
//! `contracts/solc.js` for the one from npm. The settings are those of `contracts/foundry.toml`; the code carries no hash of its metadata, so
//! that it depends on nothing else.
//!
//! **Not checked here:** the compiler. The sources name its version, and another one refuses them; whether it is what it says, and what it
//! should be, is for the user to know.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use alloy_primitives::hex;
use serde::Deserialize;
use serde_json::{Value, json};
use thiserror::Error;

use crate::bytecode::{Contracts, ROLLUP};

/// The version that the sources ask for.
pub const VERSION: &str = "0.8.37";

/// How to get one.
pub const HOW: &str = "get one with `npm ci --ignore-scripts` in contracts/ and name contracts/solc.js, or take a native solc \
    0.8.37 from https://github.com/ethereum/solidity/releases";

/// A compiler.
#[derive(Clone, Debug)]
pub struct Solc {
    path: PathBuf,
}

/// A compiled contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// What is deployed, before the arguments of the constructor.
    pub creation: Vec<u8>,
    /// What is there afterwards, with zeros for what the constructor sets.
    pub runtime: Vec<u8>,
    /// What the constructor sets: by name, where each copy of its 32 bytes begins.
    pub immutables: BTreeMap<String, Vec<usize>>,
    /// Signatures of its functions, sorted.
    pub functions: Vec<String>,
    /// Signatures of its errors, sorted.
    pub errors: Vec<String>,
}

/// Why nothing was compiled.
#[derive(Debug, Error)]
pub enum SolcError {
    /// It is not there, or no program.
    #[error("the compiler {} cannot be run; {HOW}", .path.display())]
    Run {
        /// The compiler.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It ended with a failure.
    #[error("the compiler {} failed: {stderr}; {HOW}", .path.display())]
    Failed {
        /// The compiler.
        path: PathBuf,
        /// What it said.
        stderr: String,
    },
    /// It refuses the source.
    #[error("the compiler {} refuses the contract (expected version {VERSION}): {message}", .path.display())]
    Refused {
        /// The compiler.
        path: PathBuf,
        /// What it says.
        message: String,
    },
    /// Its answer is something else.
    #[error("the compiler {} answers without {expected}", .path.display())]
    Answer {
        /// The compiler.
        path: PathBuf,
        /// What is missing.
        expected: &'static str,
    },
}

#[derive(Deserialize)]
struct Bytecode {
    object: String,
    #[serde(default, rename = "immutableReferences")]
    immutables: BTreeMap<String, Vec<Reference>>,
}

#[derive(Deserialize)]
struct Reference {
    start: usize,
    length: usize,
}

impl Solc {
    /// The compiler at this path. Nothing is run yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The compiler's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Compiles a verifier from its generated source.
    ///
    /// # Errors
    /// If there is no compiler, or it refuses.
    pub fn verifier(&self, source: &str) -> Result<Compiled, SolcError> {
        self.compile(&[("FurlVerifier.sol", source)], "FurlVerifier")
    }

    /// Compiles the rollup from the sources in this crate.
    ///
    /// # Errors
    /// If there is no compiler, or it refuses.
    pub fn rollup(&self) -> Result<Compiled, SolcError> {
        self.compile(&ROLLUP, "Furl")
    }

    /// Creation code of both.
    ///
    /// # Errors
    /// If there is no compiler, or it refuses.
    pub fn contracts(&self, verifier: &str) -> Result<Contracts, SolcError> {
        Ok(Contracts { rollup: self.rollup()?.creation, verifier: self.verifier(verifier)?.creation })
    }

    /// Compiles the contract of this name in the first of the sources.
    fn compile(&self, sources: &[(&str, &str)], name: &str) -> Result<Compiled, SolcError> {
        let answer = self.run(&input(sources))?;
        let path = || self.path.clone();
        let errors = answer["errors"].as_array().into_iter().flatten();
        let mut errors = errors.filter(|error| error["severity"] == "error");
        if let Some(error) = errors.next() {
            let message = error["formattedMessage"].as_str().unwrap_or("no reason is given").trim().to_owned();
            return Err(SolcError::Refused { path: path(), message });
        }
        let missing = |expected| move || SolcError::Answer { path: self.path.clone(), expected };
        let file = sources[0].0;
        let contract = &answer["contracts"][file][name];
        let code = |kind: &str| Bytecode::deserialize(&contract["evm"][kind]).ok();
        let creation = code("bytecode").ok_or_else(missing("creation code"))?;
        let runtime = code("deployedBytecode").ok_or_else(missing("runtime code"))?;
        let bytes = |code: &Bytecode| hex::decode(&code.object).map_err(|_| missing("code without gaps")());
        let immutables = runtime.immutables.iter().map(|(id, places)| {
            let id = id.parse::<u64>().ok()?;
            let name = variable(&answer["sources"][file]["ast"], id)?;
            places
                .iter()
                .map(|place| (place.length == 32).then_some(place.start))
                .collect::<Option<_>>()
                .map(|at| (name, at))
        });
        Ok(Compiled {
            creation: bytes(&creation)?,
            runtime: bytes(&runtime)?,
            immutables: immutables.collect::<Option<_>>().ok_or_else(missing("the names of immutables"))?,
            functions: signatures(&contract["abi"], "function"),
            errors: signatures(&contract["abi"], "error"),
        })
    }

    fn run(&self, input: &Value) -> Result<Value, SolcError> {
        let path = || self.path.clone();
        let failed = |source| SolcError::Run { path: path(), source };
        let mut command = Command::new(&self.path);
        command.arg("--standard-json").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        let mut stdin = child.stdin.take().expect("it was asked for");
        // A compiler that does not read its input says why.
        drop(stdin.write_all(input.to_string().as_bytes()));
        drop(stdin);
        let output = child.wait_with_output().map_err(failed)?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            let line = stderr.lines().find(|line| line.contains("Error")).or_else(|| stderr.lines().next());
            return Err(SolcError::Failed { path: path(), stderr: line.unwrap_or("without a word").trim().into() });
        }
        serde_json::from_slice(&output.stdout).map_err(|_| SolcError::Answer { path: path(), expected: "JSON" })
    }
}

/// Standard JSON, with the settings of `contracts/foundry.toml`.
fn input(sources: &[(&str, &str)]) -> Value {
    let sources: serde_json::Map<_, _> =
        sources.iter().map(|(name, text)| ((*name).to_owned(), json!({ "content": text }))).collect();
    json!({
        "language": "Solidity",
        "sources": sources,
        "settings": {
            "optimizer": { "enabled": true, "runs": 100_000 },
            "evmVersion": "osaka",
            "viaIR": false,
            "metadata": { "appendCBOR": false, "bytecodeHash": "none" },
            "outputSelection": { "*": {
                "": ["ast"],
                "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "evm.deployedBytecode.immutableReferences"],
            } },
        },
    })
}

/// The name of the variable with this number in a syntax tree.
fn variable(tree: &Value, id: u64) -> Option<String> {
    if tree["nodeType"] == "VariableDeclaration" && tree["id"] == id {
        return tree["name"].as_str().map(str::to_owned);
    }
    match tree {
        Value::Array(items) => items.iter().find_map(|item| variable(item, id)),
        Value::Object(members) => members.values().find_map(|member| variable(member, id)),
        _ => None,
    }
}

/// Signatures of what is of this kind in an interface, sorted.
fn signatures(interface: &Value, kind: &str) -> Vec<String> {
    let entries = interface.as_array().into_iter().flatten().filter(|entry| entry["type"] == kind);
    let mut signatures: Vec<_> = entries
        .map(|entry| format!("{}{}", entry["name"].as_str().unwrap_or_default(), tuple(&entry["inputs"])))
        .collect();
    signatures.sort();
    signatures
}

/// Types in parentheses; a struct is a tuple of its own.
fn tuple(inputs: &Value) -> String {
    let types = inputs.as_array().into_iter().flatten().map(|input| {
        let name = input["type"].as_str().unwrap_or_default();
        name.strip_prefix("tuple").map_or_else(|| name.to_owned(), |rest| tuple(&input["components"]) + rest)
    });
    format!("({})", types.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_compiler_is_named_with_the_command_that_gets_one() {
        let error = Solc::new("/nonexistent/solc").rollup().unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, SolcError::Run { .. }));
        assert!(text.contains("/nonexistent/solc") && text.contains("npm ci"), "{text}");
    }

    #[test]
    fn what_is_no_compiler_is_told() {
        assert!(matches!(Solc::new("/bin/false").rollup(), Err(SolcError::Failed { .. })));
        assert!(matches!(Solc::new("/bin/true").rollup(), Err(SolcError::Answer { expected: "JSON", .. })));
    }

    #[test]
    fn structs_are_tuples() {
        let interface = json!([
            { "type": "function", "name": "submit", "inputs": [
                { "type": "tuple", "components": [{ "type": "bytes32" }, { "type": "uint32" }] },
                { "type": "uint256[78]" },
            ] },
            { "type": "event", "name": "Batch", "inputs": [] },
            { "type": "error", "name": "Refused", "inputs": [] },
        ]);
        assert_eq!(signatures(&interface, "function"), ["submit((bytes32,uint32),uint256[78])"]);
        assert_eq!(signatures(&interface, "error"), ["Refused()"]);
    }
}
