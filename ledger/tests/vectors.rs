//! Golden vectors: one batch, from the state file to the statement, as files that any second implementation can read.
//!
//! | file              | content                                                          |
//! |-------------------|------------------------------------------------------------------|
//! | `state.json`      | the state before the batch, and the batch's number and fee lanes |
//! | `transfers.jsonl` | its transfers, one a line                                        |
//! | `transfers.bin`   | the same transfers in binary                                     |
//! | `statement.json`  | what a proof of the batch states: fields, bytes, field elements  |
//!
//! `FURL_REGENERATE=1 cargo test --release -p furl-ledger --test vectors` writes them anew. A difference in them is a
//! change of the protocol.

use std::{fs, path::PathBuf, sync::LazyLock};

use furl_ledger::{
    Amount, Batch, BatchNumber, Domain, Expiry, F, FeeCode, FeeLane, FeeLanes, L1Address, Ledger, Nonce, Owner,
    SecretKey, SignedTransfer, SlotIndex, State, Statement, Token, Transfer,
    codec::{binary, json},
    hash::permute,
};
use plonky2_field::types::{Field, PrimeField64};
use serde_json::{Value, json};

/// The last place of the tree.
const LAST: u32 = (1 << 24) - 1;

fn key(number: u64) -> SecretKey {
    SecretKey::derive(&[0x42; 32], "furl/vectors", number)
}

fn index(number: u32) -> SlotIndex {
    SlotIndex::new(number).expect("an index")
}

/// A state in which two of three tokens have a fee lane.
fn state() -> State {
    let mut ledger = Ledger::new();
    for (slot, number, token, balance) in [
        (0, 0, 0, 1_000_000_000),
        (1, 1, 0, 0),
        (2, 2, 7, Amount::MAX.get()),
        (3, 1, 7, 0),
        (4, 0, 9, 12),
        (1000, 3, 0, 0),
        (LAST, 3, 7, 0),
    ] {
        let owner =
            Owner { public_key: key(number).public_key(), l1_address: L1Address::new([0xa0 + number as u8; 20]) };
        let balance = Amount::new(balance).expect("an amount");
        ledger.create(index(slot), owner, Token::new(token), balance).expect("places are free and supplies in range");
    }
    let rollup: L1Address = "0x5FbDB2315678afecb367f032d93F642f64180aa3".parse().expect("an address");
    let lane = |token, slot| Some(FeeLane { token: Token::new(token), slot: index(slot) });
    let lanes = FeeLanes::new([lane(0, 1000), None, lane(7, LAST), None]).expect("distinct tokens");
    ledger.state(Batch { domain: Domain::of(31337, &rollup), number: BatchNumber::FIRST, lanes })
}

/// Six transfers, so that the data chain ends in a padded block.
fn transfers(domain: &Domain) -> Vec<SignedTransfer> {
    let orders = [
        // From, to, amount, fee code, nonce, signer.
        (0, 1, 250_000_000, 0x105, 0, 0),
        // What was just received, all but the fee.
        (1, 0, 249_999_800, 200, 0, 1),
        // To oneself, everything.
        (0, 0, 999_999_300, 0, 1, 0),
        // Nothing, for nothing.
        (4, 4, 0, 0x300, 0, 0),
        // A whole supply, without the largest fee.
        (2, 3, Amount::MAX.get() - 255_000_000, 0x3ff, 0, 2),
        (3, LAST, 1, 1, 0, 1),
    ];
    let sign = |(from, to, amount, fee, nonce, signer)| {
        let transfer = Transfer {
            from: index(from),
            to: index(to),
            amount: Amount::new(amount).expect("an amount"),
            fee: FeeCode::new(fee).expect("a fee code"),
            nonce: Nonce::new(nonce),
            expiry: Expiry::new(if from == 0 { 1 } else { u32::MAX }),
        };
        transfer.sign(domain, &key(signer))
    };
    orders.map(sign).to_vec()
}

fn apply(state: &State, transfers: &[SignedTransfer]) -> Statement {
    let mut ledger = Ledger::from_state(state).expect("supplies are in range");
    let trace = ledger.apply(state.next(), transfers).expect("the batch is valid");
    trace.statement().clone()
}

fn statement_json(statement: &Statement) -> String {
    let element = |element: &F| element.to_canonical_u64().to_string();
    let elements: Vec<String> = statement.elements().iter().map(element).collect();
    let bytes: String = statement.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let content = json!({ "statement": statement, "bytes": format!("0x{bytes}"), "elements": elements });
    format!("{content:#}\n")
}

fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "vectors", name].iter().collect()
}

/// The vectors as this code makes them; the first use writes them if that is wanted.
static MADE: LazyLock<[(&str, Vec<u8>); 4]> = LazyLock::new(|| {
    let state = state();
    let transfers = transfers(&state.next().domain);
    let statement = apply(&state, &transfers);
    let files = [
        ("state.json", state.to_json().into_bytes()),
        ("transfers.jsonl", json::encode(&transfers).into_bytes()),
        ("transfers.bin", binary::encode(&transfers)),
        ("statement.json", statement_json(&statement).into_bytes()),
    ];
    if std::env::var_os("FURL_REGENERATE").is_some() {
        for (name, content) in &files {
            fs::write(path(name), content).unwrap_or_else(|error| panic!("vectors/{name}: {error}"));
        }
    }
    files
});

fn read(name: &str) -> Vec<u8> {
    LazyLock::force(&MADE);
    fs::read(path(name)).unwrap_or_else(|error| panic!("vectors/{name}: {error}"))
}

#[test]
fn the_code_makes_the_vectors() {
    for (name, content) in MADE.iter() {
        assert_eq!(String::from_utf8_lossy(&read(name)), String::from_utf8_lossy(content), "vectors/{name}");
    }
}

#[test]
fn the_vectors_lead_to_their_statement() {
    let state = State::from_json(&read("state.json")).expect("a state file");
    let transfers = json::decode(&read("transfers.jsonl")).expect("transfers");
    assert_eq!(binary::decode(&read("transfers.bin")).expect("transfers"), transfers);
    let statement = apply(&state, &transfers);

    let golden: Value = serde_json::from_slice(&read("statement.json")).expect("JSON");
    let fields: Statement = serde_json::from_value(golden["statement"].clone()).expect("a statement");
    assert_eq!(fields, statement);
    let bytes = golden["bytes"].as_str().expect("text").strip_prefix("0x").expect("hexadecimal");
    let bytes = hex::decode(bytes).expect("hexadecimal");
    assert_eq!(Statement::from_bytes(&bytes), Ok(statement));
}

/// Poseidon by its definition, from the constants in the vectors: what a second implementation computes.
#[test]
fn the_permutation_is_that_of_the_constants() {
    let vectors: Value = serde_json::from_slice(&read("poseidon.json")).expect("JSON");
    let hexadecimal = |word: &Value| {
        let digits = word.as_str().and_then(|text| text.strip_prefix("0x")).expect("hexadecimal");
        F::from_canonical_u64(u64::from_str_radix(digits, 16).expect("hexadecimal"))
    };
    let constants: Vec<F> = vectors["round_constants"].as_array().expect("a list").iter().map(hexadecimal).collect();
    let [circulant, diagonal] = ["mds_circulant", "mds_diagonal"].map(|name| {
        let numbers = vectors[name].as_array().expect("a list").iter();
        numbers.map(|number| F::from_canonical_u64(number.as_u64().expect("a number"))).collect::<Vec<_>>()
    });
    assert_eq!((constants.len(), circulant.len(), diagonal.len()), (360, 12, 12));
    let by_definition = |mut state: [F; 12]| {
        for (round, constants) in constants.chunks(12).enumerate() {
            for (place, element) in state.iter_mut().enumerate() {
                *element += constants[place];
                if !(4..26).contains(&round) || place == 0 {
                    *element = element.exp_u64(7);
                }
            }
            let row = |place: usize| (0..12).map(|i| circulant[i] * state[(i + place) % 12]).sum::<F>();
            state = std::array::from_fn(|place| row(place) + diagonal[place] * state[place]);
        }
        state
    };
    let mut state = [F::ZERO; 12];
    for _ in 0..20 {
        assert_eq!(permute(state), by_definition(state));
        state = permute(state);
    }
}
