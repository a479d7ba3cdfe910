//! Tests of the import: each rule of the [module](super) on a small table, then all of them on random ones. How tables
//! are read has [tests](super::table_tests) of its own.

use std::collections::BTreeMap;

use furl_ledger::encoding::HexError;
use num_bigint::BigUint;
use proptest::prelude::*;

use super::cell::FieldError;
use super::layout::HEADER;
use super::rows::{Choice, RowError};
use super::*;

const TOKEN: u8 = 0xaa;

fn options() -> Options {
    Options { seed: Seed::new([7; 32]), domain: Domain::of(1, &L1Address::default()), expiry: Expiry::MAX }
}

fn address(byte: u8) -> L1Address {
    L1Address::new([byte; 20])
}

/// A line of the table; byte 0 stands for the zero address.
fn line(token: u8, from: u8, to: u8, value: &str) -> String {
    let [token, from, to] = [token, from, to].map(address);
    format!("{token},{from},{to},{value},0x{},7,17173049\n", "ab".repeat(32))
}

/// A table in which no two lines are of one transaction.
fn table(lines: &[String]) -> Vec<u8> {
    let told_apart = |(at, line): (usize, &String)| line.replace(&"ab".repeat(32), &format!("{at:064x}"));
    let lines: String = lines.iter().enumerate().map(told_apart).collect();
    format!("{}\n{lines}", HEADER.join(",")).into_bytes()
}

/// A table, imported, with its transfers in the order of the table.
#[derive(Debug)]
struct Imported {
    state: State,
    transfers: Vec<SignedTransfer>,
    report: Report,
}

fn import(table: &[u8], options: Options) -> Result<Imported, ImportError> {
    let mut importing = Importing::new(rows::read(table, Choice::default())?, options);
    let mut transfers = Vec::new();
    while let Some(row) = importing.next_row() {
        transfers.extend(row?);
    }
    let Import { state, report } = importing.finish();
    Ok(Imported { state, transfers, report })
}

fn imported(lines: &[String]) -> Imported {
    import(&table(lines), options()).expect("the table is well formed")
}

fn balances(import: &Imported) -> Vec<u64> {
    import.state.slots().values().map(|slot| slot.balance.get()).collect()
}

fn applies(Imported { state, transfers, .. }: &Imported) -> Result<(), furl_ledger::BatchError> {
    Ledger::from_state(state).unwrap().apply(state.next(), transfers).map(drop)
}

fn fault(table: &[u8]) -> RowError {
    match import(table, options()) {
        Err(ImportError::Table(TableError::Row(error))) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn openings_are_what_the_sequence_needs() {
    // 1 pays 5 and gets 3 back before it pays 4: it needs 6. 2 pays out of what it got. 3 needs nothing.
    let import =
        imported(&[line(TOKEN, 1, 2, "5"), line(TOKEN, 2, 1, "3"), line(TOKEN, 1, 3, "4"), line(TOKEN, 3, 3, "4")]);
    assert_eq!(balances(&import), [6, 0, 0]);
    applies(&import).unwrap();
    let report = &import.report;
    assert_eq!((report.rows, report.transfers, report.self_transfers, report.slots), (4, 4, 1, 3));
    assert_eq!(report.tokens[0].supply.get(), 6);
    let nonces: Vec<u32> = import.transfers.iter().map(|signed| signed.transfer.nonce.get()).collect();
    assert_eq!(nonces, [0, 0, 1, 0]);
}

#[test]
fn a_transfer_to_oneself_needs_cover() {
    let import = imported(&[line(TOKEN, 1, 1, "9"), line(TOKEN, 1, 1, "8")]);
    assert_eq!(balances(&import), [9]);
    applies(&import).unwrap();
}

#[test]
fn mints_come_on_top() {
    let import = imported(&[line(TOKEN, 1, 2, "5"), line(TOKEN, 0, 1, "2"), line(TOKEN, 0, 3, "1")]);
    assert_eq!(balances(&import), [7, 0, 1]);
    let report = &import.report;
    assert_eq!((report.transfers, report.mints, report.tokens[0].mints), (1, 2, 2));
    // From zero to zero: a mint too.
    assert_eq!(balances(&imported(&[line(TOKEN, 0, 0, "3")])), [3]);
}

#[test]
fn a_burn_is_a_transfer_to_a_slot_of_the_zero_address() {
    let import = imported(&[line(TOKEN, 1, 0, "5")]);
    let zero = &import.state.slots()[&SlotIndex::new(1).unwrap()];
    assert_eq!(zero.owner.l1_address, L1Address::default());
    assert_eq!((import.report.transfers, import.report.burns), (1, 1));
    applies(&import).unwrap();
}

#[test]
fn slots_and_tokens_are_numbered_as_they_appear() {
    let import = imported(&[line(9, 1, 2, "1"), line(8, 0, 2, "1"), line(9, 3, 1, "1")]);
    let slots = import.state.slots().values();
    let slots: Vec<_> = slots.map(|slot| (slot.owner.l1_address, slot.token.get())).collect();
    assert_eq!(slots, [(address(1), 0), (address(2), 0), (address(2), 1), (address(3), 0)]);
    let tokens: Vec<_> = import.report.tokens.iter().map(|token| token.address).collect();
    assert_eq!(tokens, [address(9), address(8)]);
    // One key an address, whatever the token.
    let keys: Vec<_> = import.state.slots().values().map(|slot| slot.owner.public_key).collect();
    assert_eq!(keys[1], keys[2]);
    let label = format!("furl import {}", address(1));
    assert_eq!(keys[0], SecretKey::derive(&[7; 32], &label, 0).public_key());
}

#[test]
fn units_are_as_small_as_the_supply_allows() {
    let limit: u128 = 1 << 62;
    for (values, exponent, balances_, rounded, dropped) in [
        (vec![limit - 1], 0, vec![(limit - 1) as u64], 0, "0"),
        (vec![limit], 1, vec![(limit / 10) as u64], 1, "4"),
        // Each fits, their sum does not.
        (vec![limit - 1, 1], 1, vec![((limit - 1) / 10) as u64], 2, "4"),
        (vec![10 * limit - 1], 1, vec![(limit - 1) as u64], 1, "9"),
        (vec![10 * limit], 2, vec![(limit / 10) as u64], 1, "40"),
    ] {
        let lines: Vec<_> = values.iter().map(|value| line(TOKEN, 1, 2, &value.to_string())).collect();
        let import = imported(&lines);
        let token = &import.report.tokens[0];
        assert_eq!((token.unit_exponent, token.rounded, token.dropped.as_str()), (exponent, rounded, dropped));
        assert_eq!(balances(&import)[..1], balances_);
        applies(&import).unwrap();
    }
}

#[test]
fn the_largest_value_fits() {
    let import = imported(&[line(TOKEN, 1, 2, &(BigUint::from(2u8).pow(256) - 1u8).to_string())]);
    assert_eq!((import.report.tokens[0].unit_exponent, import.report.left_out), (59, 0));
    applies(&import).unwrap();
}

#[test]
fn a_token_of_identifiers_is_left_out() {
    let half = BigUint::from(2u8).pow(255).to_string();
    let import = imported(&[
        line(9, 1, 2, &half),
        line(8, 1, 2, "1"),
        line(9, 3, 2, &half),
        line(9, 2, 3, "1"),
        line(9, 0, 3, "1"),
    ]);
    let report = &import.report;
    assert_eq!((report.rows, report.transfers, report.mints, report.left_out), (5, 1, 0, 4));
    let left_out = &report.left_out_tokens[0];
    assert_eq!((left_out.address, left_out.rows), (address(9), 4));
    assert!(left_out.reason.contains("2^256"), "{}", left_out.reason);
    // It takes no number and no slot.
    assert_eq!((report.tokens[0].address, report.tokens[0].token.get(), report.slots), (address(8), 0, 2));
    assert!(report.to_string().contains(&format!("left out: token {}, 4 rows", address(9))));
}

/// How a list that exceeds one proof is proved.
#[test]
fn the_transfers_can_be_cut_into_batches() {
    let lines =
        [(1, 2, "5"), (2, 3, "4"), (3, 1, "3"), (1, 2, "2")].map(|(from, to, value)| line(TOKEN, from, to, value));
    let Imported { state, transfers, .. } = imported(&lines);
    let mut ledger = Ledger::from_state(&state).unwrap();
    let mut batch = *state.next();
    for part in transfers.chunks(3) {
        ledger.apply(&batch, part).unwrap();
        batch = batch.next().unwrap();
    }
}

#[test]
fn quotes_line_ends_and_empty_lines_do_not_matter() {
    let lines = [line(TOKEN, 1, 2, "5"), line(TOKEN, 2, 3, "4")];
    let plain = imported(&lines);
    let text = String::from_utf8(table(&lines)).unwrap();
    let quoted = text.replace("5,", "\"5\",").replace("token_address", "\"token_address\"");
    for other in [text.replace('\n', "\r\n"), text.replace('\n', "\n\n"), text.trim_end().to_owned(), quoted] {
        assert_ne!(other, text);
        let other = import(other.as_bytes(), options()).unwrap();
        assert_eq!((&other.state, &other.transfers), (&plain.state, &plain.transfers));
    }
}

#[test]
fn a_bad_row_is_named_by_its_line() {
    let good = line(TOKEN, 1, 2, "5");
    let field = |column: usize, error| RowError::Field { line: 4, column: HEADER[column], error };
    let address = |error: HexError| FieldError::Address(error.into());
    let value = |got: &str| field(3, FieldError::Value { got: got.to_owned() });
    let too_large = BigUint::from(2u8).pow(256).to_string();
    let spoil = |from: &str, to: &str| good.replacen(from, to, 1);
    for (bad, expected) in [
        (spoil("0xaaaa", "0xaa"), field(0, address(HexError::Length { expected: 40, got: 38 }))),
        (spoil("0x0101", "0101"), field(1, address(HexError::Prefix))),
        (spoil("0x0202", "0x020g"), field(2, address(HexError::Digit { position: 3 }))),
        (spoil(",5,", ",-5,"), value("-5")),
        (spoil(",5,", ",+5,"), value("+5")),
        (spoil(",5,", ",,"), value("")),
        (spoil(",5,", ",5.0,"), value("5.0")),
        (spoil(",5,", ",0x5,"), value("0x5")),
        (spoil(",5,", &format!(",{too_large},")), value(&too_large)),
        (spoil("0xabab", "0xab"), field(4, HexError::Length { expected: 64, got: 62 }.into())),
        (spoil(",7,", ",+7,"), field(5, FieldError::Number { got: "+7".into() })),
        (spoil("17173049", ""), field(6, FieldError::Number { got: String::new() })),
        (spoil(",7,", ","), RowError::Fields { line: 4, expected: 7, got: 6 }),
        (spoil("\n", ",\n"), RowError::Fields { line: 4, expected: 7, got: 8 }),
        (spoil(",5,", ",\"5,"), RowError::Fields { line: 4, expected: 7, got: 4 }),
    ] {
        let lines = [good.clone(), good.clone(), bad.clone(), good.clone()];
        assert_eq!(fault(&table(&lines)), expected, "{bad}");
        let windows = String::from_utf8(table(&lines)).unwrap().replace('\n', "\r\n");
        assert_eq!(fault(windows.as_bytes()), expected, "{bad}");
    }
    let mut not_utf8 = table(&[good.clone(), good.clone(), good.clone()]);
    let last = not_utf8.len() - 2;
    not_utf8[last] = 0xff;
    assert_eq!(fault(&not_utf8), field(6, FieldError::NotUtf8));
}

#[test]
fn lines_are_counted_across_empty_ones() {
    let text = format!("\n\n{}\r\n\r\n{}\n\nbad\n", HEADER.join(","), line(TOKEN, 1, 2, "5"));
    assert_eq!(fault(text.as_bytes()), RowError::Fields { line: 8, expected: 7, got: 1 });
}

/// Rows over few addresses and tokens, with values of all lengths.
fn arb_rows() -> impl Strategy<Value = Vec<(u8, u8, u8, String)>> {
    let value = prop_oneof![
        (0..100u64).prop_map(|value| value.to_string()),
        any::<u64>().prop_map(|value| value.to_string()),
        any::<u128>().prop_map(|value| value.to_string()),
        any::<[u8; 32]>().prop_map(|value| BigUint::from_bytes_be(&value).to_string()),
    ];
    prop::collection::vec((1..4u8, 0..4u8, 0..4u8, value), 0..24)
}

/// The same table with plain integers: what each slot needs, by a second reading of the rules.
fn needs(transfers: &[SignedTransfer]) -> BTreeMap<SlotIndex, i128> {
    let (mut balances, mut needs) = (BTreeMap::new(), BTreeMap::new());
    for Transfer { from, to, amount, .. } in transfers.iter().map(|signed| signed.transfer) {
        let amount = i128::from(amount.get());
        let balance = balances.entry(from).or_insert(0);
        *balance -= amount;
        let need = needs.entry(from).or_insert(0);
        *need = (*need).max(-*balance);
        *balances.entry(to).or_insert(0) += amount;
    }
    needs
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_table_balances_and_applies(rows in arb_rows()) {
        let lines: Vec<_> = rows.iter().map(|(token, from, to, value)| line(*token, *from, *to, value)).collect();
        let import = imported(&lines);
        let report = &import.report;
        prop_assert_eq!(report.rows, rows.len());
        prop_assert_eq!(report.transfers + report.mints + report.left_out, rows.len());
        prop_assert_eq!(report.transfers, import.transfers.len());
        prop_assert_eq!(report.slots, import.state.slots().len());
        prop_assert_eq!(report.left_out, report.left_out_tokens.iter().map(|token| token.rows).sum::<usize>());
        prop_assert_eq!(report.rows - report.left_out, report.tokens.iter().map(|token| token.rows).sum::<usize>());
        let ledger = Ledger::from_state(&import.state).unwrap();
        for token in &report.tokens {
            prop_assert_eq!(ledger.supply(token.token), token.supply);
        }
        if !import.transfers.is_empty() {
            applies(&import).unwrap();
        }
    }

    #[test]
    fn without_mints_openings_are_exactly_the_needs(rows in arb_rows()) {
        let rows = rows.iter().filter(|(_, from, ..)| *from != 0);
        let lines: Vec<_> = rows.map(|(token, from, to, value)| line(*token, *from, *to, value)).collect();
        let import = imported(&lines);
        let needs = needs(&import.transfers);
        for (index, slot) in import.state.slots() {
            let need = needs.get(index).copied().unwrap_or(0);
            prop_assert_eq!(i128::from(slot.balance.get()), need);
        }
    }

    #[test]
    fn random_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(import(&bytes, options()).is_err());
        let mut with_header = table(&[]);
        with_header.extend(bytes);
        drop(import(&with_header, options()));
    }
}
