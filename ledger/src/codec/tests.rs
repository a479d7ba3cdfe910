//! Both codecs and the state file: round trips, each fault's error, and mutants by the thousand. A mutant may be
//! refused, or read as something else; it must not panic, and in binary no two texts mean the same.

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::{
    ValueError, binary,
    binary::BinaryError,
    document::DocumentError,
    json,
    json::{JsonError, MAX_LINE},
    stream::MAX_PIECE,
};
use crate::{
    amount::Amount,
    batch::{DuplicateLane, FeeLanes},
    domain::Domain,
    fee::FeeCode,
    index::{Expiry, Nonce, SlotIndex, Token},
    ledger::Ledger,
    signature::Signature,
    state::{ReadStateError, State, StateError},
    testing::{amount, batch, fee, sign, transfer, world},
    transfer::{SignedTransfer, Transfer},
};

/// Three signed transfers: an ordinary one, one of nothing, and one with the largest numbers.
fn sample() -> Vec<SignedTransfer> {
    let large =
        Transfer { to: SlotIndex::MAX, amount: Amount::MAX, fee: FeeCode::MAX, nonce: Nonce::MAX, ..transfer(2, 0, 0) };
    vec![
        sign(Transfer { fee: fee(7), expiry: Expiry::new(9), ..transfer(0, 1, 250) }),
        sign(Transfer { expiry: Expiry::new(0), ..transfer(0, 0, 0) }),
        sign(large),
    ]
}

/// Any transfer, with a well-formed signature that need not open.
fn arb_signed() -> impl Strategy<Value = SignedTransfer> {
    let numbers = (0..=SlotIndex::MAX.get(), 0..=SlotIndex::MAX.get(), 0..Amount::LIMIT, 0..1024u16);
    let counters = (any::<u32>(), any::<u32>());
    let signature = prop::collection::vec(any::<u8>(), Signature::BYTES).prop_map(|mut bytes| {
        bytes[16] &= 15;
        // Keeps the response below the order, which is a little below 2^319.
        bytes[Signature::BYTES - 1] &= 63;
        Signature::from_bytes(&bytes).expect("all bounds are kept")
    });
    (any::<[u8; 32]>(), numbers, counters, signature).prop_map(
        |(domain, (from, to, units, code), (nonce, expiry), signature)| SignedTransfer {
            domain: Domain::new(domain),
            transfer: Transfer {
                nonce: Nonce::new(nonce),
                expiry: Expiry::new(expiry),
                fee: fee(code),
                ..transfer(from, to, units)
            },
            signature,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn transfers_round_trip(transfers in prop::collection::vec(arb_signed(), 0..5)) {
        let text = json::encode(&transfers);
        prop_assert!(text.lines().all(|line| line.len() <= MAX_LINE / 2));
        prop_assert_eq!(&json::decode(text.as_bytes()).unwrap(), &transfers);
        let bytes = binary::encode(&transfers);
        prop_assert_eq!(bytes.len(), 16 + 115 * transfers.len());
        prop_assert_eq!(&binary::decode(&bytes).unwrap(), &transfers);
    }

    #[test]
    fn noise_is_refused(noise in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(noise.is_empty() || json::decode(&noise).is_err());
        prop_assert!(State::from_json(&noise).is_err());
        prop_assert!(binary::decode(&noise).is_err());
        let mut announced = binary::encode(&[]);
        announced[8] = 1;
        announced.extend(&noise);
        if let Ok(transfers) = binary::decode(&announced) {
            prop_assert_eq!(binary::encode(&transfers), announced);
        }
    }
}

/// Every single-byte change, every prefix, and the whole with a byte added in each place.
fn mutants(original: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..=original.len()).flat_map(move |place| {
        let (head, tail) = original.split_at(place);
        let inserted = [0, b'0', b'}', b'\n', 0xff].map(|byte| [head, &[byte], tail].concat());
        let mut mutants = Vec::from(inserted);
        if let Some((&byte, rest)) = tail.split_first() {
            mutants.push(head.to_vec());
            mutants.push([head, rest].concat());
            let changed = [byte ^ 1, byte ^ 0x20, byte ^ 0x80, byte.wrapping_add(1), 0, 0xff, b'0', b'"'];
            mutants.extend(changed.map(|byte| [head, &[byte], rest].concat()));
        }
        mutants.retain(|mutant| mutant != original);
        mutants
    })
}

/// A mutant of the binary form is an error, or means something else and is its canonical form.
fn check_binary_mutant(original: &[SignedTransfer], mutant: &[u8]) {
    if let Ok(read) = binary::decode(mutant) {
        assert_ne!(read, original);
        assert_eq!(binary::encode(&read), mutant);
    }
}

/// A mutant of the text is an error, or what it means survives its canonical form.
fn check_json_mutant(mutant: &[u8]) {
    if let Ok(read) = json::decode(mutant) {
        assert_eq!(json::decode(json::encode(&read).as_bytes()).unwrap(), read);
    }
}

fn check_state_mutant(mutant: &[u8]) {
    if let Ok(read) = State::from_json(mutant) {
        assert_eq!(State::from_json(read.to_json().as_bytes()).unwrap(), read);
    }
}

#[test]
fn binary_mutants() {
    let sample = sample();
    let bytes = binary::encode(&sample);
    for mutant in mutants(&bytes) {
        check_binary_mutant(&sample, &mutant);
    }
    for bit in 0..8 * bytes.len() {
        let mut mutant = bytes.clone();
        mutant[bit / 8] ^= 1 << (bit % 8);
        check_binary_mutant(&sample, &mutant);
    }
    for length in 0..bytes.len() {
        assert!(binary::decode(&bytes[..length]).is_err(), "cut to {length} bytes");
    }
}

#[test]
fn json_mutants() {
    for mutant in mutants(json::encode(&sample()[..2]).as_bytes()) {
        check_json_mutant(&mutant);
    }
}

#[test]
fn state_mutants() {
    let json = world().state(batch()).to_json();
    // The head and three slots: the other slots are alike.
    let end = json.match_indices("},\n").nth(2).unwrap().0;
    let short = format!("{}}}\n]}}\n", &json[..end]);
    assert!(State::from_json(short.as_bytes()).is_ok());
    for mutant in mutants(short.as_bytes()) {
        check_state_mutant(&mutant);
    }
}

/// The slow suite: a million mutants with several changes at once.
#[test]
#[ignore = "slow"]
fn a_million_mutants() {
    let sample = sample();
    let state = world().state(batch()).to_json();
    let originals = [binary::encode(&sample), json::encode(&sample).into_bytes(), state.into_bytes()];
    let mut runner = TestRunner::deterministic();
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..5);
    for round in 0..1_000_000 {
        let kind = round % 3;
        let mut mutant = originals[kind].clone();
        for (place, byte, how) in changes.new_tree(&mut runner).unwrap().current() {
            let place = place.index(mutant.len());
            match how {
                0 => mutant[place] = byte,
                1 => mutant[place] ^= 1 << (byte % 8),
                2 => mutant.insert(place, byte),
                _ => {
                    mutant.remove(place);
                }
            }
        }
        match kind {
            0 if mutant != originals[0] => check_binary_mutant(&sample, &mutant),
            1 => check_json_mutant(&mutant),
            2 => check_state_mutant(&mutant),
            _ => {}
        }
    }
}

#[test]
fn binary_faults_are_named() {
    let bytes = binary::encode(&sample());
    let spoil = |offset: usize, field: &[u8]| {
        let mut spoiled = bytes.clone();
        spoiled[offset..offset + field.len()].copy_from_slice(field);
        binary::decode(&spoiled).unwrap_err()
    };
    // Record 1 starts after the header and one record.
    let at = |offset: usize| 16 + 115 + offset;
    let fields = [
        (at(32), &(1u32 << 24).to_le_bytes()[..], "from"),
        (at(36), &[255; 4], "to"),
        (at(40), &(1u64 << 62).to_le_bytes(), "amount"),
        (at(48), &1024u16.to_le_bytes(), "fee"),
        (at(58 + 16), &[16], "signature"),
        (at(58 + 17), &[255; 40], "signature"),
    ];
    for (offset, field, expected) in fields {
        match spoil(offset, field) {
            BinaryError::Value { record: 1, name, .. } => assert_eq!(name, expected),
            other => panic!("{expected}: {other:?}"),
        }
    }
    assert!(matches!(spoil(0, b"FURL"), BinaryError::Magic { .. }));
    let newer = spoil(7, &[2]);
    assert!(matches!(newer, BinaryError::Version { got: 2 }));
    assert_eq!(newer.to_string(), "transfers of version 2, and this program reads version 1");
    assert!(matches!(spoil(8, &[2]), BinaryError::Trailing { records: 2 }));
    assert!(matches!(spoil(8, &[4]), BinaryError::Truncated { record: 3 }));
    // A claim of 2^64 - 1 records allocates nothing.
    assert!(matches!(spoil(8, &[255; 8]), BinaryError::Truncated { record: 3 }));
    assert!(matches!(binary::decode(&bytes[..15]), Err(BinaryError::NoHeader)));
    assert!(matches!(binary::decode(&[]), Err(BinaryError::NoHeader)));
}

#[test]
fn binary_readers_stop_at_the_first_error() {
    let mut bytes = binary::encode(&sample());
    bytes[16 + 115 + 51] = 1; // The nonce: still well formed.
    bytes[16 + 115 + 49] = 4; // The fee: not.
    let mut reader = binary::Reader::new(&bytes[..]).unwrap();
    assert_eq!(reader.records(), 3);
    assert!(reader.next().unwrap().is_ok());
    assert!(reader.next().unwrap().is_err());
    assert!(reader.next().is_none());
    assert_eq!(binary::decode(&binary::encode(&[])).unwrap(), []);
}

/// What the reader says of a text whose second line is `line`.
fn second_line(line: &str) -> DocumentError {
    let text = format!("{}{line}\n", json::encode(&sample()[..1]));
    match json::decode(text.as_bytes()) {
        Err(JsonError::Line { line: 2, error }) => error,
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn json_faults_are_named() {
    let line = json::encode_line(&sample()[0]);
    let spoil = |from: &str, to: &str| {
        assert!(line.contains(from), "{from} is in the line");
        second_line(&line.replacen(from, to, 1))
    };
    let unknown = DocumentError::Unknown { name: "transfer", unknown: "memo".into() };
    assert_eq!(spoil("\"fee\":7", "\"fee\":7,\"memo\":7"), unknown);
    assert_eq!(spoil("\"fee\":7", "\"fee\":7,\"fee\":7"), DocumentError::Duplicate { name: "fee" });
    assert_eq!(spoil("\"fee\":7,", ""), DocumentError::Missing { name: "fee" });
    let number_for_text = DocumentError::Kind { name: "amount", expected: "a string", got: "a whole number" };
    assert_eq!(spoil("\"250\"", "250"), number_for_text);
    let out_of_range = [
        ("\"from\":0", "\"from\":16777216", "from"),
        ("\"to\":1", "\"to\":16777216", "to"),
        ("\"250\"", "\"4611686018427387904\"", "amount"),
        ("\"250\"", "\"0250\"", "amount"),
        ("\"fee\":7", "\"fee\":1024", "fee"),
        ("\"nonce\":0", "\"nonce\":4294967296", "nonce"),
        ("\"expiry\":9", "\"expiry\":4294967296", "expiry"),
        ("\"0xd0", "\"d0", "domain"),
        ("\"0xd0", "\"0xd", "domain"),
        ("\"0xd0", "\"0xg0", "domain"),
    ];
    for (from, to, expected) in out_of_range {
        match spoil(from, to) {
            DocumentError::Value { name, .. } => assert_eq!(name, expected),
            other => panic!("{to}: {other:?}"),
        }
    }
    let signature = sample()[0].signature.to_string();
    let oversized = format!("{}{}", &signature[..signature.len() - 80], "ff".repeat(40));
    match spoil(&signature, &oversized) {
        DocumentError::Value { name: "signature", error: ValueError::Signature(_) } => {}
        other => panic!("{other:?}"),
    }
    assert!(matches!(second_line(""), DocumentError::Syntax { line: 2, .. }));
    assert!(matches!(second_line(&format!("{line} x")), DocumentError::Syntax { line: 2, .. }));
    let error = json::decode(format!("{line}\n{line}{line}\n").as_bytes()).unwrap_err();
    assert!(error.to_string().starts_with("line 2: not JSON at 2:"), "{error}");
    assert!(matches!(
        json::decode(b"\xff"),
        Err(JsonError::Line { line: 1, error: DocumentError::NotUtf8 { offset: 0 } })
    ));
}

#[test]
fn orders_are_lines_without_domain_and_signature() {
    let orders: Vec<Transfer> = sample().iter().map(|signed| signed.transfer).collect();
    let text: String = orders.iter().map(|order| json::encode_order(order) + "\n").collect();
    let read: Result<Vec<_>, _> = json::Orders::new(text.as_bytes()).collect();
    assert_eq!(read.unwrap(), orders);
    assert_eq!(
        json::encode_order(&orders[0]),
        r#"{"from":0,"to":1,"amount":"250","fee":7,"nonce":0,"expiry":9}"#,
        "the form that is documented"
    );
    let signed = json::encode_line(&sample()[0]);
    let unknown = DocumentError::Unknown { name: "order", unknown: "domain".into() };
    assert_eq!(json::decode_order(signed.as_bytes()), Err(unknown));
    let missing = json::decode_line(json::encode_order(&orders[0]).as_bytes());
    assert_eq!(missing, Err(DocumentError::Missing { name: "domain" }));
    let mut reader = json::Orders::new(&b"{}\n{}\n"[..]);
    assert!(matches!(reader.next(), Some(Err(JsonError::Line { line: 1, .. }))));
    assert!(reader.next().is_none());
}

#[test]
fn line_feeds_and_white_space() {
    let sample = sample();
    let text = json::encode(&sample);
    for variant in [text.trim_end().to_owned(), text.replace('\n', "\r\n"), text.replace(',', " ,\t")] {
        assert_eq!(json::decode(variant.as_bytes()).unwrap(), sample, "{variant}");
    }
    assert_eq!(json::decode(b"").unwrap(), []);
    assert!(json::decode(b"\n").is_err());
}

#[test]
fn long_lines_are_refused_without_being_held() {
    let line = json::encode_line(&sample()[0]);
    let padded = |length: usize| format!("{line}{}", " ".repeat(length - line.len()));
    for end in ["", "\n"] {
        assert!(json::decode(format!("{}{end}", padded(MAX_LINE)).as_bytes()).is_ok());
        let error = json::decode(format!("{}{end}", padded(MAX_LINE + 1)).as_bytes()).unwrap_err();
        assert!(matches!(error, JsonError::LineTooLong { line: 1 }), "{error}");
    }
    // A line without an end: the reader gives up, and then stays quiet.
    let mut endless = json::Reader::new(std::io::BufReader::new(std::io::repeat(b' ')));
    assert!(matches!(endless.next(), Some(Err(JsonError::LineTooLong { line: 1 }))));
    assert!(endless.next().is_none());
}

#[test]
fn readers_pass_on_failures_of_their_input() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("broken"))
        }
    }
    let mut reader = json::Reader::new(std::io::BufReader::new(Broken));
    assert!(matches!(reader.next(), Some(Err(JsonError::Io { line: 1, .. }))));
    assert!(reader.next().is_none());
    assert!(matches!(binary::Reader::new(Broken), Err(BinaryError::Io { record: 0, .. })));
}

#[test]
fn states_round_trip() {
    let state = world().state(batch());
    let json = state.to_json();
    assert_eq!(State::from_json(json.as_bytes()).unwrap(), state);
    assert!(json.contains("\"lanes\":[null,{\"token\":1,\"slot\":9},null,{\"token\":2,\"slot\":16777215}]"));
    assert_eq!(json.lines().count(), 1 + 8 + 1);
    let empty = Ledger::new().state(crate::Batch { lanes: FeeLanes::NONE, ..batch() });
    let json = empty.to_json();
    assert!(json.contains("\"lanes\":[],\"slots\":[\n\n]"), "{json}");
    assert_eq!(State::from_json(json.as_bytes()).unwrap(), empty);
}

#[test]
fn state_faults_are_named() {
    let json = world().state(batch()).to_json();
    let spoil = |from: &str, to: &str| {
        assert!(json.contains(from), "{from} is in the file");
        State::from_json(json.replacen(from, to, 1).as_bytes()).unwrap_err()
    };
    assert_eq!(spoil("furl-state", "furl-slate"), StateError::Format { got: "furl-slate".into() });
    assert_eq!(spoil("\"version\":1", "\"version\":2"), StateError::Version { got: 2 });
    // Another version is named, whatever else it has.
    let newer = spoil("\"version\":1,\"domain\"", "\"version\":2,\"network\"");
    assert_eq!(newer, StateError::Version { got: 2 });
    assert_eq!(newer.to_string(), "state file of version 2, and this program reads version 1");
    let second = DocumentError::Duplicate { name: "version" };
    assert_eq!(spoil("\"version\":1", "\"version\":1,\"version\":1"), second.into());
    assert_eq!(spoil("\"version\":1,", ""), DocumentError::Missing { name: "version" }.into());
    let kind = |name, expected, got| StateError::Document(DocumentError::Kind { name, expected, got });
    assert_eq!(spoil("\"version\":1", "\"version\":\"1\""), kind("version", "a whole number", "a string"));
    assert_eq!(spoil("\"furl-state\"", "1"), kind("format", "a string", "a whole number"));
    assert_eq!(State::from_json(b"[]"), Err(kind("state", "an object", "an array")));
    let missing = DocumentError::Missing { name: "batch" };
    assert_eq!(spoil("\"batch\":7,", ""), missing.into());
    let duplicate = DuplicateLane { token: Token::new(1), first: 1, second: 3 };
    assert_eq!(spoil("{\"token\":2,\"slot\":16777215}", "{\"token\":1,\"slot\":0}"), duplicate.into());
    let five = "\"lanes\":[null,null,null,null,null],\"l\":[";
    assert!(matches!(spoil("\"lanes\":[", five), StateError::Document(DocumentError::Unknown { .. })));
    assert_eq!(spoil("\"lanes\":[", "\"lanes\":[null,"), StateError::TooManyLanes { got: 5 });
    let lane = DocumentError::Kind { name: "lane", expected: "an object", got: "a whole number" };
    assert_eq!(spoil("\"lanes\":[null", "\"lanes\":[0"), StateError::Lane { lane: 0, error: lane });
    let order = |previous, got| StateError::Order {
        previous: SlotIndex::new(previous).unwrap(),
        got: SlotIndex::new(got).unwrap(),
    };
    assert_eq!(spoil("{\"slot\":1,", "{\"slot\":0,"), order(0, 0));
    assert_eq!(spoil("{\"slot\":1,", "{\"slot\":5,"), order(5, 2));
    let unknown = DocumentError::Unknown { name: "slot", unknown: "memo".into() };
    assert_eq!(spoil("{\"slot\":2,", "{\"memo\":0,\"slot\":2,"), StateError::Slot { entry: 2, error: unknown });
    // Zero is the encoding of the neutral element, 1 in the first limb that of no point.
    let key = crate::testing::key(2).public_key().to_string();
    for spoiled in ["0".repeat(80), format!("01{}", "0".repeat(78)), "f".repeat(80)] {
        match spoil(&key, &format!("0x{spoiled}")) {
            StateError::Slot { entry: 2, error: DocumentError::Value { name: "public_key", error } } => {
                assert!(matches!(error, ValueError::Key(_)), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
    // The supply is the ledger's matter.
    let rich = json.replacen("\"balance\":\"1000\"", &format!("\"balance\":\"{}\"", Amount::MAX), 1);
    let state = State::from_json(rich.as_bytes()).unwrap();
    assert!(Ledger::from_state(&state).is_err());
    assert_eq!(state.slots()[&SlotIndex::new(1).unwrap()].balance, amount(50));
}

/// A state of no end: after its head, `piece` without end. Counts the bytes that are read.
struct Endless<'a> {
    head: &'a str,
    piece: &'a str,
    read: u64,
}

impl std::io::Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let bytes = self.head.bytes().chain(self.piece.bytes().cycle());
        let skipped = match self.read.checked_sub(self.head.len() as u64) {
            None => self.read as usize,
            Some(behind) => self.head.len() + (behind % self.piece.len() as u64) as usize,
        };
        buffer.iter_mut().zip(bytes.skip(skipped)).for_each(|(place, byte)| *place = byte);
        self.read += buffer.len() as u64;
        Ok(buffer.len())
    }
}

/// Whatever has no end is refused after one piece, or as soon as an entry is wrong: nothing is held
/// meanwhile.
#[test]
fn an_endless_state_is_refused_without_being_held() {
    let json = world().state(batch()).to_json();
    let (head, _) = json.split_once('\n').unwrap();
    let slot = json.lines().nth(1).unwrap();
    let first = format!("{head}{slot}");
    let of_version_2 = r#"{"format":"furl-state","version":2,"accounts":["#;
    let unknown = r#"{"format":"furl-state","version":1,"accounts":["#;
    for (head, piece, words) in [
        ("", " ", "to end within 65536 bytes"),
        ("{\"format\":\"", "f", "to end within 65536 bytes"),
        ("{\"lanes\":[0", ",0", "to end within 65536 bytes"),
        (head, " ", "to end within 65536 bytes"),
        (&*format!("{head}[0"), ",0", "to end within 65536 bytes"),
        (&first, slot, "slot 0 comes after slot 0"),
        ("[0", ",0", "expected an object, got an array"),
        (of_version_2, "0,", "version 2"),
        (unknown, "0,", "unknown field \"accounts\""),
    ] {
        let mut endless = Endless { head, piece, read: 0 };
        let error = State::read(std::io::BufReader::new(&mut endless)).unwrap_err();
        assert!(error.to_string().contains(words), "{head}{piece}…: {error}");
        assert!(endless.read <= 3 * MAX_PIECE as u64, "{head}{piece}…: {} bytes were read", endless.read);
    }
}

/// The version is named whatever came before it, be it long, and a fault that came before is told
/// if it is ours.
#[test]
fn what_comes_before_the_version() {
    let long = format!("[{{\"a\":\"{}\"}}", "x".repeat(1000)) + &",[0,{\"b\":null}]".repeat(MAX_PIECE / 8) + "]";
    let bad = "[{\"slot\":true}]";
    for (slots, name) in
        [(&*long, "accounts"), (&long, "slots"), (bad, "slots"), ("7", "slots"), ("{\"a\":[]}", "slots")]
    {
        let of = |version: u32| format!("{{\"{name}\":{slots},\"version\":{version},\"format\":\"furl-state\"}}");
        assert_eq!(State::from_json(of(2).as_bytes()), Err(StateError::Version { got: 2 }), "{name}");
        let ours = State::from_json(of(1).as_bytes()).unwrap_err();
        assert!(ours.to_string().contains(name), "{ours}");
    }
    let twice = r#"{"slots":[],"slots":[],"format":"furl-state","version":1}"#;
    assert_eq!(State::from_json(twice.as_bytes()), Err(DocumentError::Duplicate { name: "slots" }.into()));
    // Syntax comes first, wherever the parser meets it.
    let broken = State::from_json(b"{\"slots\":[{}x").unwrap_err();
    assert!(matches!(broken, StateError::Document(DocumentError::Syntax { line: 1, column: 13, .. })), "{broken:?}");
    let trailing = State::from_json((world().state(batch()).to_json() + "x").as_bytes()).unwrap_err();
    assert!(
        matches!(trailing, StateError::Document(DocumentError::Syntax { line: 11, column: 1, .. })),
        "{trailing:?}"
    );
}

#[test]
fn a_state_is_read_and_written_as_it_comes() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("broken"))
        }
    }
    impl std::io::Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("full"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let state = world().state(batch());
    let json = state.to_json();
    let trickled = State::read(std::io::BufReader::with_capacity(1, json.as_bytes())).unwrap();
    assert_eq!(trickled, state);
    assert_eq!(Ledger::of_state(trickled).unwrap().into_state(batch()), state);
    let start = &json.as_bytes()[..200];
    let read = State::read(std::io::BufReader::new(std::io::Read::chain(start, Broken)));
    assert!(matches!(read, Err(ReadStateError::Io(error)) if error.to_string() == "broken"));
    assert_eq!(state.write(Broken).unwrap_err().to_string(), "full");
}
