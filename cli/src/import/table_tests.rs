//! Tests of how tables are read: a small table of each layout, in every dress; then what is odd, broken or too large.
//! All addresses, hashes and amounts are made up.

use std::io::{self, BufReader, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use furl_ledger::{AddressError, L1Address};
use furl_settlement::layer1::created;

use super::cell::FieldError;
use super::layout::{HEADER, LAYOUTS, Layout};
use super::rows::{Choice, Found, Limits, Row, RowError, Table, TableError, read, read_within};
use super::text::{MAX_COLUMNS, MAX_RECORD, MAX_TEXT, TextError};

/// An address of one repeated byte, as text.
fn at(byte: u8) -> String {
    address(byte).to_string()
}

fn address(byte: u8) -> L1Address {
    L1Address::new([byte; 20])
}

fn hash(byte: u8) -> String {
    format!("0x{}", hex(&[byte; 32]))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A table: the columns, then rows of fields; `{1}` is the address of byte 1, `{#1}` the hash of byte 1.
fn table(text: &str) -> String {
    let mut text = text.to_owned();
    for byte in 0..16 {
        text = text.replace(&format!("{{{byte}}}"), &at(byte)).replace(&format!("{{#{byte}}}"), &hash(byte));
    }
    text
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn tried(text: &[u8], choice: Choice) -> Result<Table, TableError> {
    read(text, choice)
}

#[track_caller]
fn got(text: &str) -> Table {
    tried(text.as_bytes(), Choice::default()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[track_caller]
fn refused(text: &str, choice: Choice) -> RowError {
    match tried(text.as_bytes(), choice) {
        Err(TableError::Row(error)) => error,
        other => panic!("{other:?}: {text}"),
    }
}

const STRICT: Choice = Choice { layout: None, is_strict: true };

/// Token, sender, receiver and value.
type Transfer = (L1Address, L1Address, L1Address, String);

fn transfers(table: &Table) -> Vec<Transfer> {
    let said = |Row { token, from, to, value, .. }: &Row| (*token, *from, *to, value.to_string());
    table.rows.iter().map(said).collect()
}

fn transfer(token: u8, from: u8, to: u8, value: &str) -> Transfer {
    (address(token), address(from), address(to), value.to_owned())
}

/// A table of each layout, with all the columns of its exporter, and what it says.
fn tables() -> Vec<(&'static str, String, Vec<Transfer>)> {
    let by_contract =
        |from, nonce, value: &str| (address(0), address(from), created(&address(from), nonce), value.into());
    vec![
        (
            "etl-token-transfers",
            table(
                "token_address,from_address,to_address,value,transaction_hash,log_index,block_timestamp,block_number,\
                 block_hash\n{9},{1},{2},1000,{#1},0,2023-05-02 00:00:00 UTC,1,{#8}\n\
                 {9},{2},{3},7,{#1},1,2023-05-02 00:00:00 UTC,1,{#8}\n",
            ),
            vec![transfer(9, 1, 2, "1000"), transfer(9, 2, 3, "7")],
        ),
        (
            "etl-transactions",
            table(
                "hash,nonce,block_hash,block_number,transaction_index,from_address,to_address,value,gas,input,\
                 receipt_contract_address,receipt_status\n\
                 {#1},5,{#8},1,0,{1},{2},1000000000000000000,21000,0x,,1\n\
                 {#2},6,{#8},1,1,{1},{2},4,21000,0x,,0\n\
                 {#3},7,{#8},1,2,{1},{2},0,21000,0x6d,,1\n\
                 {#4},8,{#8},1,3,{1},,5,21000,0x6d,{7},1\n\
                 {#5},9,{#8},1,4,{1},,6,21000,0x6d,,\n",
            ),
            vec![transfer(0, 1, 2, "1000000000000000000"), transfer(0, 1, 7, "5"), by_contract(1, 9, "6")],
        ),
        (
            "etherscan-token-transfers",
            table(
                "\"Transaction Hash\",\"Blockno\",\"UnixTimestamp\",\"DateTime (UTC)\",\"From\",\"To\",\"TokenValue\",\
                 \"USDValueDayOfTx\",\"ContractAddress\",\"TokenName\",\"TokenSymbol\"\n\
                 \"{#1}\",\"1\",\"1683000000\",\"2023-05-02 00:00:00\",\"{1}\",\"{2}\",\"1,234.5\",\"$1,234.50\",\"{9}\",\
                 \"A \"\"name\"\", in\ntwo lines\",\"SMP\"\n\
                 \"{#2}\",\"2\",\"1683000012\",\"2023-05-02 00:00:12\",\"{2}\",\"{1}\",\"0.025\",\"N/A\",\"{9}\",\"A\",\"SMP\"\n\
                 \"{#3}\",\"2\",\"1683000012\",\"2023-05-02 00:00:12\",\"{2}\",\"{1}\",\"12\",\"N/A\",\"{8}\",\"B\",\"B\"\n",
            ),
            vec![transfer(9, 1, 2, "1234500"), transfer(9, 2, 1, "25"), transfer(8, 2, 1, "12")],
        ),
        (
            "etherscan-transactions",
            table(
                "Txhash,Blockno,UnixTimestamp,DateTime (UTC),From,To,ContractAddress,Value_IN(ETH),Value_OUT(ETH),\
                 CurrentValue @ $3000/Eth,TxnFee(ETH),TxnFee(USD),Historical $Price/Eth,Status,ErrCode,Method\n\
                 {#1},1,1683000000,2023-05-02,{1},{2},,0.5,0,1500,0.0021,3.75,1785.9,,,Transfer\n\
                 {#2},2,1683000000,2023-05-02,{2},{1},,0,\"1,000.000000000000000001\",1,0.0021,3.75,1785.9,,,Transfer\n\
                 {#3},3,1683000000,2023-05-02,{2},{1},,0,3,1,0.0021,3.75,1785.9,Error(0),Reverted,Call\n\
                 {#4},4,1683000000,2023-05-02,{2},,{7},0,1,1,0.0021,3.75,1785.9,,,0x60806040\n\
                 {#5},5,1683000000,2023-05-02,{2},{3},,0,0,1,0.0021,3.75,1785.9,,,Approve\n",
            ),
            vec![
                transfer(0, 1, 2, "500000000000000000"),
                transfer(0, 2, 1, "1000000000000000000001"),
                transfer(0, 2, 7, "1000000000000000000"),
            ],
        ),
        (
            "etherscan-internal-transactions",
            table(
                "Transaction Hash,Blockno,UnixTimestamp,DateTime (UTC),ParentTxFrom,ParentTxTo,ParentTxETH_Value,From,\
                 TxTo,ContractAddress,Value_IN(ETH),Value_OUT(ETH),CurrentValue,Historical $Price/Eth,Status,ErrCode,Type\n\
                 {#1},1,1683000000,2023-05-02,{3},{4},0,{1},{2},,0.25,0,1,1785.9,0,,call\n\
                 {#1},1,1683000000,2023-05-02,{3},{4},0,{1},{2},,0.5,0,1,1785.9,1,,call\n",
            ),
            vec![transfer(0, 1, 2, "250000000000000000")],
        ),
        (
            "blockscout-token-transfers",
            table(
                "TxHash,BlockNumber,UnixTimestamp,FromAddress,ToAddress,TokenContractAddress,Type,TokenDecimals,\
                 TokenSymbol,TokenDecimals,TokensTransferred,TransactionFee,Status,ErrCode\r\n\
                 {#1},1,2023-05-02 00:00:00Z,{1},{2},{9},OUT,18,SMP,18,1234500,21000,ok,\r\n\
                 {#2},2,2023-05-02 00:00:00Z,{1},{2},{8},OUT,,NFT,,,21000,ok,\r\n",
            ),
            vec![transfer(9, 1, 2, "1234500")],
        ),
        (
            "blockscout-transactions",
            table(
                "TxHash,BlockNumber,UnixTimestamp,FromAddress,ToAddress,ContractAddress,Type,Value,Fee,Status,ErrCode,\
                 CurrentPrice,TxDateOpeningPrice,TxDateClosingPrice,MethodName\r\n\
                 {#1},1,2023-05-02 00:00:00Z,{1},{2},,OUT,5,21000,ok,,1,1,1,\r\n\
                 {#2},2,2023-05-02 00:00:00Z,{1},{2},,OUT,6,Max of 21000,error,Reverted,1,1,1,\r\n\
                 {#3},3,2023-05-02 00:00:00Z,{1},,{7},OUT,7,21000,ok,,1,1,1,\r\n",
            ),
            vec![transfer(0, 1, 2, "5"), transfer(0, 1, 7, "7")],
        ),
        (
            "dune-transfers",
            table(
                "blockchain,block_date,block_time,block_number,tx_hash,evt_index,trace_address,token_standard,tx_from,\
                 tx_to,tx_index,from,to,contract_address,symbol,amount_raw,amount,amount_usd\n\
                 ethereum,2023-05-02,2023-05-02 00:00:00,1,{#1},3,,erc20,{1},{2},0,{1},{2},{9},SMP,1000,1.0,1.0\n\
                 ethereum,2023-05-02,2023-05-02 00:00:00,1,{#1},,\"[0,1]\",native,{1},{2},0,{1},{3},{0},ETH,5,5E-18,\n\
                 ethereum,2023-05-02,2023-05-02 00:00:00,1,{#2},,,native,{1},{2},1,{1},{3},,ETH,6,6E-18,\n",
            ),
            vec![transfer(9, 1, 2, "1000"), transfer(0, 1, 3, "5"), transfer(0, 1, 3, "6")],
        ),
        (
            "dune-evt-transfer",
            table(
                "contract_address,evt_tx_hash,evt_tx_from,evt_tx_to,evt_tx_index,evt_index,evt_block_time,\
                 evt_block_number,evt_block_date,from,to,value\n\
                 {9},{#1},{1},{2},0,3,2023-05-02 00:00:00.000 UTC,1,2023-05-02,{1},{2},1000\n",
            )
            .replace(&at(2), &at(2).replace("0x", "\\x")),
            vec![transfer(9, 1, 2, "1000")],
        ),
        (
            "dune-transactions",
            table(
                "block_time,block_number,value,gas_limit,nonce,index,success,from,to,block_hash,data,hash,type\n\
                 2023-05-02,1,5,21000,0,0,true,{1},{2},{#8},,{#1},Legacy\n\
                 2023-05-02,1,5,21000,1,1,false,{1},{2},{#8},,{#2},Legacy\n\
                 2023-05-02,1,6,21000,2,2,true,{1},,{#8},,{#3},Legacy\n",
            ),
            vec![transfer(0, 1, 2, "5"), by_contract(1, 2, "6")],
        ),
        (
            "cryo-erc20-transfers",
            table(
                "block_number,transaction_index,log_index,transaction_hash,erc20,from_address,to_address,value_binary,\
                 value_f64,chain_id\n1,0,3,{#1},{9},{1},{2},0xff{0},1e3,1\n",
            )
            .replace(&format!("0xff{}", at(0)), &format!("0x{}03e8", "0".repeat(60))),
            vec![transfer(9, 1, 2, "1000")],
        ),
        (
            "cryo-native-transfers",
            table(
                "block_number,transaction_index,transfer_index,transaction_hash,from_address,to_address,value_string,\
                 value_f64,chain_id\n1,0,0,{#1},{1},{2},1000,1e3,1\n1,,1,,{0},{3},7,7.0,1\n2,,0,,{0},{3},7,7.0,1\n",
            ),
            vec![transfer(0, 1, 2, "1000"), transfer(0, 0, 3, "7"), transfer(0, 0, 3, "7")],
        ),
    ]
}

/// The same table with its columns the other way round, names in upper case, and a column that nobody knows.
fn reordered(text: &str) -> String {
    let mut lines = vec![];
    let mut records = csv(text);
    records[0] = records[0].iter().map(|name| name.to_uppercase()).collect();
    for (at, mut record) in records.into_iter().enumerate() {
        record.reverse();
        record.insert(1, if at == 0 { "a note, of mine".into() } else { "\"quoted\"\n".into() });
        lines.push(
            record.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect::<Vec<_>>().join(","),
        );
    }
    lines.join("\r\n")
}

fn csv(text: &str) -> Vec<Vec<String>> {
    let mut records = super::text::Records::new(MAX_TEXT, text.as_bytes()).unwrap();
    let mut all = vec![];
    while let Some(record) = records.next().unwrap() {
        all.push(record.fields().map(|field| String::from_utf8(field.to_vec()).unwrap()).collect());
    }
    all
}

#[test]
fn every_layout_is_told_by_its_header() {
    let tables = tables();
    assert!(tables.iter().map(|(name, ..)| *name).eq(LAYOUTS.iter().map(|layout| layout.name)), "none is forgotten");
    for (name, text, expected) in &tables {
        let plain = got(text);
        assert_eq!((plain.layout.name, &transfers(&plain)), (*name, expected));
        let with_mark = format!("\u{feff}{text}");
        for (dress, dressed) in
            [("marked", with_mark), ("reordered", reordered(text)), ("lines", text.replace('\n', "\r\n"))]
        {
            let other = got(&dressed);
            assert_eq!((other.layout.name, &transfers(&other)), (*name, expected), "{dress}: {dressed}");
            assert_eq!(other.findings, plain.findings, "{dress}: {dressed}");
        }
        let chosen = Choice { layout: Layout::named(name), is_strict: false };
        assert_eq!(transfers(&tried(text.as_bytes(), chosen).unwrap()), *expected);
        assert_eq!(transfers(&tried(&gzip(text.as_bytes()), Choice::default()).unwrap()), *expected);
    }
}

#[test]
fn rows_that_transfer_nothing_are_counted() {
    for (name, failed, without_value, unknown_status) in [
        ("etl-transactions", 1, 1, 1),
        ("etherscan-transactions", 1, 1, 0),
        ("etherscan-internal-transactions", 1, 0, 0),
        ("blockscout-token-transfers", 0, 1, 0),
        ("blockscout-transactions", 1, 0, 0),
        ("dune-transactions", 1, 0, 0),
    ] {
        let (_, text, _) = tables().into_iter().find(|(other, ..)| *other == name).unwrap();
        let found = got(&text).findings;
        assert_eq!((found.failed, found.without_value, found.unknown_status), (failed, without_value, unknown_status));
    }
    // ethereum-etl's own table has no receipts.
    let text = table("hash,nonce,block_number,transaction_index,from_address,to_address,value\n{#1},0,1,0,{1},{2},5\n");
    assert_eq!(got(&text).findings.unknown_status, 1);
}

/// The documentation lists what the code reads.
#[test]
fn every_layout_is_documented() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/formats.md");
    let page = std::fs::read_to_string(path).unwrap();
    for layout in &LAYOUTS {
        let row = format!("| `{}` | {} | `{}` |", layout.name, layout.exporter, layout.columns());
        assert!(page.contains(&row), "expected in docs/formats.md: {row}");
    }
}

#[test]
fn an_unknown_header_is_refused() {
    assert_eq!(refused("", Choice::default()), RowError::Empty);
    assert_eq!(refused("\n\n", Choice::default()), RowError::Empty);
    let near = |layout, missing: &[&'static str]| Some((layout, missing.to_vec()));
    let unknown = |line, got: &str, nearest| RowError::Unknown { line, got: got.into(), nearest };
    assert_eq!(refused("a,b\n", Choice::default()), unknown(1, "a,b", None));
    let semicolons = HEADER.join(";");
    assert_eq!(refused(&semicolons, Choice::default()), unknown(1, &semicolons, None));
    let lacks_one = HEADER[..6].join(",");
    let error = refused(&format!("\n{lacks_one}\n"), Choice::default());
    assert_eq!(error, unknown(2, &lacks_one, near("etl-token-transfers", &["block_number"])));
    assert!(error.to_string().contains("the nearest is etl-token-transfers, which has block_number too"), "{error}");
    // Control characters do not reach a terminal, and a long header is cut.
    let error = refused("a\u{1b}[31mRED\u{1b}]0;title\u{7},b\n", Choice::default()).to_string();
    assert!(!error.contains(char::is_control), "{error:?}");
    assert!(refused(&"x".repeat(100_000), Choice::default()).to_string().len() < 400);
    assert_eq!(refused("\"\n\",b", Choice::default()), unknown(1, "\n,b", None));
    assert!(matches!(tried(b"a,\xff\n", Choice::default()), Err(TableError::Row(RowError::NotUtf8 { line: 1 }))));
}

#[test]
fn the_caller_decides_between_layouts() {
    // The columns of both.
    let text = table(
        "token_address,erc20,from_address,to_address,value,transaction_hash,log_index,block_number\n\
         {9},{8},{1},{2},5,{#1},0,1\n",
    );
    let layouts = vec!["etl-token-transfers", "cryo-erc20-transfers"];
    assert_eq!(refused(&text, Choice::default()), RowError::Ambiguous { line: 1, layouts });
    for (name, token) in [("etl-token-transfers", 9), ("cryo-erc20-transfers", 8)] {
        let chosen = Choice { layout: Layout::named(name), is_strict: false };
        assert_eq!(transfers(&tried(text.as_bytes(), chosen).unwrap()), [transfer(token, 1, 2, "5")]);
    }
    let chosen = Choice { layout: Layout::named("dune-transfers"), is_strict: false };
    let missing = vec!["tx_hash", "evt_index", "from", "to", "contract_address", "amount_raw"];
    let got = text.lines().next().unwrap().to_owned();
    assert_eq!(refused(&text, chosen), RowError::Chosen { line: 1, layout: "dune-transfers", missing, got });
}

#[test]
fn columns_that_mislead_are_refused() {
    let header = HEADER.join(",");
    let twice = format!("{header},VALUE\n");
    let (line, layout) = (1, "etl-token-transfers");
    assert_eq!(refused(&twice, Choice::default()), RowError::Repeated { line, layout, column: "value" });
    // Two columns that nobody reads may have one name.
    assert_eq!(got(&format!("{header},x,x\n")).findings.rows, 0);
    let of_identifiers = format!("{header},token_id\n");
    assert_eq!(refused(&of_identifiers, Choice::default()), RowError::Foreign { line, layout, column: "token_id" });
    for column in ["value_f64", "value_u64"] {
        let text = format!("block_number,log_index,transaction_hash,erc20,from_address,to_address,{column}\n");
        let layout = "cryo-erc20-transfers";
        assert_eq!(refused(&text, Choice::default()), RowError::Inexact { line, layout, column });
    }
}

/// A table of one token with these amounts, in whole tokens.
fn amounts(amounts: &[&str]) -> String {
    let mut text = "Txhash,Blockno,From,To,TokenValue,ContractAddress\n".to_owned();
    for (block, amount) in amounts.iter().enumerate() {
        text += &table(&format!("{{#1}},{block},{{1}},{{2}},\"{amount}\",{{9}}\n"));
    }
    text
}

#[test]
fn amounts_in_whole_tokens_are_exact() {
    let thirty_digits = "123,456,789,012,345,678,901,234,567,890.000000000000000001";
    for (written, decimals, values) in [
        (vec!["1,234.5"], 1, vec!["12345"]),
        (vec!["1234.50", "1.000"], 1, vec!["12345", "10"]),
        (vec!["0.1", "0.02", "3"], 2, vec!["10", "2", "300"]),
        (vec!["1,000,000", "0"], 0, vec!["1000000", "0"]),
        (vec![thirty_digits], 18, vec!["123456789012345678901234567890000000000000000001"]),
        (vec!["0.1", "0.2"], 1, vec!["1", "2"]),
    ] {
        let table = got(&amounts(&written));
        assert_eq!(table.decimals(address(9)), Some(decimals), "{written:?}");
        assert_eq!(transfers(&table).into_iter().map(|(.., value)| value).collect::<Vec<_>>(), values);
    }
    for written in [
        "",
        "-1",
        "+1",
        "1,5",
        "12,34.5",
        "1234,567",
        ",1",
        "1,",
        "1,,000",
        "1.",
        ".5",
        "1.2.3",
        "1.234,5",
        "1e18",
        "1E+18",
        "0x1",
        "1 000",
        "∞",
        &"9".repeat(79),
    ] {
        let error = FieldError::Decimal { got: written.to_owned() };
        let expected = RowError::Field { line: 2, column: "TokenValue", error };
        assert_eq!(refused(&amounts(&[written]), Choice::default()), expected, "{written}");
    }
    // One amount of 2^256 - 1 fits; with a decimal place it does not.
    let largest = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    assert_eq!(transfers(&got(&amounts(&[largest])))[0].3, largest);
    let error = FieldError::Scale { decimals: 1, got: largest.to_owned() };
    let expected = RowError::Field { line: 2, column: "TokenValue", error };
    assert_eq!(refused(&amounts(&[largest, "0.1"]), Choice::default()), expected);
    // Ether has 18 decimals, whatever the table shows.
    let ether = |value: &str, spent: &str| {
        table(&format!(
            "Txhash,Blockno,From,To,ContractAddress,Value_IN(ETH),Value_OUT(ETH),Status\n\
             {{#1}},1,{{1}},{{2}},,{value},{spent},\n"
        ))
    };
    let one = got(&ether("1", "0"));
    assert_eq!((one.decimals(address(0)), transfers(&one)[0].3.len()), (Some(18), 19));
    let error = FieldError::Scale { decimals: 18, got: "0.0000000000000000001".into() };
    let expected = RowError::Field { line: 2, column: "Value_IN(ETH)", error };
    assert_eq!(refused(&ether("0.0000000000000000001", "0"), Choice::default()), expected);
    let error = FieldError::Scale { decimals: 18, got: "0.0000000000000000001".into() };
    let expected = RowError::Field { line: 2, column: "Value_OUT(ETH)", error };
    assert_eq!(refused(&ether("0", "0.0000000000000000001"), Choice::default()), expected);
    // Of a transfer to oneself both columns may say the amount; two amounts are one too many.
    assert_eq!(got(&ether("1", "1.0")).rows, one.rows);
    let expected = RowError::Field { line: 2, column: "Value_OUT(ETH)", error: FieldError::Both { got: "2".into() } };
    assert_eq!(refused(&ether("1", "2"), Choice::default()), expected);
}

#[test]
fn a_status_is_one_that_its_exporter_writes() {
    let text = table(
        "hash,nonce,block_number,transaction_index,from_address,to_address,value,receipt_status\n{#1},0,1,0,{1},{2},5,ok\n",
    );
    let error = FieldError::Status { expected: "\"1\", \"0\", \"\"".into(), got: "ok".into() };
    assert_eq!(refused(&text, Choice::default()), RowError::Field { line: 2, column: "receipt_status", error });
}

/// A table of token transfers with these rows: hash, log, block and value.
fn logs(rows: &[(u8, u64, u64, u64)]) -> String {
    let mut text = HEADER.join(",") + "\n";
    for (hash, log, block, value) in rows {
        text += &table(&format!("{{9}},{{1}},{{2}},{value},{{#{hash}}},{log},{block}\n"));
    }
    text
}

#[test]
fn a_log_is_one_transfer() {
    let text = logs(&[(1, 0, 1, 5), (1, 1, 1, 5), (1, 0, 1, 5), (2, 0, 2, 5), (1, 1, 1, 5)]);
    let table = got(&text);
    assert_eq!((table.rows.len(), table.findings.rows), (3, 5));
    assert_eq!(table.findings.duplicates, Found { rows: 2, first_line: Some(4) });
    // A row that is left out is not out of order.
    assert_eq!(table.findings.out_of_order, Found::default());
    assert_eq!(refused(&text, STRICT), RowError::Duplicate { line: 4, first: 2 });
    // One log cannot say two things.
    let two_tales = logs(&[(1, 0, 1, 5), (2, 0, 1, 5), (1, 0, 1, 6)]);
    for choice in [Choice::default(), STRICT] {
        assert_eq!(refused(&two_tales, choice), RowError::Contradiction { line: 4, first: 2 });
    }
    // A transaction is known by its hash alone, also one that failed.
    let (_, transactions, _) = tables().swap_remove(1);
    let row = transactions.lines().nth(2).unwrap();
    let table = got(&format!("{transactions}{row}\n"));
    assert_eq!((table.findings.failed, table.findings.duplicates), (1, Found { rows: 1, first_line: Some(7) }));
}

/// Whatever a byte becomes, the table is read or refused.
#[test]
fn a_changed_byte_is_no_defect() {
    for (_, text, _) in tables() {
        for bytes in [text.clone().into_bytes(), gzip(text.as_bytes())] {
            for place in (0..bytes.len()).step_by(3) {
                let mut other = bytes.clone();
                other[place] ^= 0x11;
                if let Err(error) = tried(&other, Choice::default()) {
                    assert!(!error.to_string().contains(char::is_control), "{error}");
                }
            }
        }
    }
}

#[test]
fn rows_that_nothing_tells_apart_are_kept_and_told() {
    let text = amounts(&["1.5", "1.50", "2"]);
    let table = got(&text);
    assert_eq!((table.rows.len(), table.findings.alike), (3, Found { rows: 1, first_line: Some(3) }));
    assert_eq!(refused(&text, STRICT), RowError::Alike { line: 3, first: 2 });
    // Two failures are no transfer, and so not the same one.
    let (_, internal, _) = tables().swap_remove(4);
    let failed = internal.lines().nth(2).unwrap();
    let table = tried(format!("{internal}{failed}\n").as_bytes(), STRICT).unwrap();
    assert_eq!((table.findings.failed, table.findings.alike.rows), (2, 0));
}

#[test]
fn rows_out_of_order_are_kept_and_told() {
    let text = logs(&[(1, 0, 5, 1), (2, 0, 1, 1), (3, 3, 7, 1), (3, 2, 7, 1), (4, 0, 8, 1)]);
    let table = got(&text);
    assert_eq!(table.findings.out_of_order, Found { rows: 2, first_line: Some(3) });
    assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
    let error = refused(&text, STRICT).to_string();
    assert_eq!(error, "line 3: expected a row after block 5 index 0 in the chain, got block 1 index 0 (--strict)");
    tried(logs(&[(1, 0, 1, 1), (2, 1, 1, 1), (3, 0, 2, 1)]).as_bytes(), STRICT).unwrap();
    // Without an index, blocks alone are compared.
    assert_eq!(got(&amounts(&["1", "2", "3"])).findings.out_of_order, Found::default());
}

#[test]
fn a_wrong_checksum_is_refused() {
    let right = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    for (address, is_right) in [
        (right.to_owned(), true),
        (right.to_lowercase(), true),
        (right.to_uppercase().replace('X', "x"), true),
        (right.replace("5aA", "5aa"), false),
        (right.replace("Aed", "AeD"), false),
    ] {
        let text = logs(&[(1, 0, 1, 5)]).replace(&at(2), &address);
        if is_right {
            assert_eq!(got(&text).rows[0].to.checksummed(), right);
            continue;
        }
        let error = AddressError::Checksum { expected: right.into(), got: address };
        let expected = RowError::Field { line: 2, column: "to_address", error: error.into() };
        assert_eq!(refused(&text, Choice::default()), expected);
    }
}

#[test]
fn gzip_may_have_members_and_may_not_be_broken() {
    let text = logs(&[(1, 0, 1, 5), (2, 0, 2, 6)]);
    let (first, second) = text.split_at(text.len() / 2);
    let members = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
    assert_eq!(tried(&members, Choice::default()).unwrap().rows, got(&text).rows);
    let whole = gzip(text.as_bytes());
    let mut damaged = whole.clone();
    let crc = damaged.len() - 8;
    damaged[crc] ^= 1;
    let not_gzip = [&whole[..], b"more"].concat();
    for broken in [&whole[..whole.len() - 1], &whole[..whole.len() / 2], &whole[..3], &damaged, &not_gzip] {
        match tried(broken, Choice::default()) {
            Err(TableError::Text(error @ TextError::Gzip { .. })) => {
                assert!(error.to_string().contains("the gzip data is broken or ends early"), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// One byte, again and again; counts how much was taken.
struct Endless<'a> {
    byte: u8,
    left: usize,
    taken: &'a mut usize,
}

impl Read for Endless<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = bytes.len().min(self.left);
        bytes[..count].fill(self.byte);
        self.left -= count;
        *self.taken += count;
        Ok(count)
    }
}

#[test]
fn nothing_is_read_without_a_bound() {
    // A row without an end, as text and inflated.
    let mut taken = 0;
    let endless = Endless { byte: b'a', left: usize::MAX, taken: &mut taken };
    let error = read(BufReader::new(endless), Choice::default()).unwrap_err();
    assert!(matches!(error, TableError::Text(TextError::Record { line: 1 })), "{error}");
    assert!(taken <= MAX_RECORD + (1 << 16), "{taken}");
    let bomb = gzip(&vec![b'a'; MAX_RECORD + 1]);
    assert!(bomb.len() < MAX_RECORD / 100);
    assert!(matches!(tried(&bomb, Choice::default()), Err(TableError::Text(TextError::Record { line: 1 }))));

    let wide = ",".repeat(MAX_COLUMNS);
    assert!(matches!(tried(wide.as_bytes(), Choice::default()), Err(TableError::Text(TextError::Columns { line: 1 }))));
    let widest = format!("{}{}\n", HEADER.join(","), ",".repeat(MAX_COLUMNS - HEADER.len()));
    assert_eq!(got(&widest).layout.name, "etl-token-transfers");

    let three = logs(&[(1, 0, 1, 5), (2, 0, 2, 6), (3, 0, 3, 7)]);
    let within = |text, rows| read_within(Limits { text, rows }, &gzip(three.as_bytes())[..], Choice::default());
    assert_eq!(within(three.len(), 3).unwrap().rows.len(), 3);
    let error = within(three.len(), 2).unwrap_err();
    assert!(matches!(error, TableError::Row(RowError::Rows { line: 4, limit: 2 })), "{error}");
    let error = within(three.len() - 1, 3).unwrap_err();
    assert!(matches!(error, TableError::Text(TextError::Text { limit, .. }) if limit == three.len() - 1), "{error}");
}

/// What the system says of a file is no fault of the table.
#[test]
fn a_failure_to_read_is_told_from_a_broken_table() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::from_raw_os_error(22))
        }
    }
    let text = logs(&[(1, 0, 1, 5)]);
    let error = read(BufReader::new(text.as_bytes().chain(Failing)), Choice::default()).unwrap_err();
    assert!(matches!(error, TableError::Text(TextError::Io(_))), "{error:?}");
}
