//! # Layouts
//!
//! A layout is the table of one exporter: the columns that it is known by, what they mean, and how they are written.
//! The header of a table tells its layout. Columns may stand in any order, their names may be of either case, and
//! columns that a layout does not name are passed over. A header that fits no layout, or two, is refused:
//! `--format` chooses then, and the columns of the chosen layout have to be there.
//!
//! Another exporter is another entry of [`LAYOUTS`], with the place where its columns are documented.

use super::cell::clip;
use super::rows::RowError;
use crate::secret;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The token's contract.
    Token,
    /// The sender.
    From,
    /// The receiver.
    To,
    /// The amount.
    Value,
    /// The amount, where an explorer has one column for what an account got and one for what it spent.
    Spent,
    /// The hash of the transaction.
    Hash,
    /// The place of the log in its block, of the transaction in its block, or of the transfer in its transaction.
    Index,
    /// The number of the block.
    Block,
    /// The contract that the transaction created.
    Created,
    /// The number of the sender's transactions before this one.
    Nonce,
    /// Whether the transaction succeeded.
    Status,
}

/// How many roles there are.
pub(crate) const ROLES: usize = 11;

/// Whether a column has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// It has.
    Required,
    /// It may be missing.
    Optional,
}

/// A column of a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    role: Role,
    need: Need,
    /// Its name, and what other versions of the exporter call it; the first that is there is read.
    names: &'static [&'static str],
}

/// How amounts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notation {
    /// In the token's smallest unit, in decimal digits.
    Integer,
    /// The same, or 32 bytes as hexadecimal text.
    IntegerOrWord,
    /// In whole tokens: `1,234.5`.
    Decimal,
    /// The same; empty where the transfer has no amount.
    DecimalOrNone,
}

/// What is transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asset {
    /// Tokens, each with a contract.
    Tokens,
    /// Ether.
    Ether,
    /// Tokens, and ether as the token of no address or of the zero address.
    Both,
}

/// What two rows are compared by that may be one transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// Transaction hash and index.
    Log,
    /// Transaction hash alone.
    Transaction,
    /// Nothing: two transfers of one transaction may be equal in everything that the table says.
    None,
}

/// What a status says. Its text is compared in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Statuses {
    /// The transaction succeeded.
    pub(crate) ok: &'static [&'static str],
    /// What the status of a transaction that failed begins with.
    pub(crate) failed: &'static [&'static str],
    /// The exporter does not know.
    pub(crate) unknown: &'static [&'static str],
}

/// The table of one exporter.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// What `--format` calls it.
    pub(crate) name: &'static str,
    /// Where such tables come from.
    pub(crate) exporter: &'static str,
    columns: &'static [Column],
    /// Columns of tables that look alike and are something else.
    foreign: &'static [&'static str],
    /// Columns that hold the amount, but not exactly.
    inexact: &'static [&'static str],
    /// How amounts are written.
    pub(crate) notation: Notation,
    /// What is transferred.
    pub(crate) asset: Asset,
    /// What tells a repeated row.
    pub(crate) identity: Identity,
    /// Whether the hash or the index of a row may be empty.
    pub(crate) may_lack_identity: bool,
    /// What the status says.
    pub(crate) statuses: Statuses,
}

const fn required(role: Role, names: &'static [&'static str]) -> Column {
    Column { role, need: Need::Required, names }
}

const fn optional(role: Role, names: &'static [&'static str]) -> Column {
    Column { role, need: Need::Optional, names }
}

/// Columns of the oldest layout, in the order of its exporter: what `furl sample` writes.
pub(crate) const HEADER: [&str; 7] =
    ["token_address", "from_address", "to_address", "value", "transaction_hash", "log_index", "block_number"];

/// Logs of transactions that failed do not exist.
const LOGS: Statuses = Statuses { ok: &[], failed: &[], unknown: &[] };
/// The status of a receipt; receipts before the fork Byzantium have none.
const RECEIPT: Statuses = Statuses { ok: &["1"], failed: &["0"], unknown: &[""] };
const TRUTH: Statuses = Statuses { ok: &["true"], failed: &["false"], unknown: &[""] };

/// A layout of token transfers; the others say how they differ.
const TRANSFERS: Layout = Layout {
    name: "",
    exporter: "",
    columns: &[],
    foreign: &[],
    inexact: &[],
    notation: Notation::Integer,
    asset: Asset::Tokens,
    identity: Identity::Log,
    may_lack_identity: false,
    statuses: LOGS,
};

/// What cryo calls the column of an amount in the types that hold it exactly.
const CRYO_VALUE: &[&str] = &["value_string", "value_binary", "value"];
/// The types that do not, or that wrap around.
const CRYO_INEXACT: &[&str] = &["value_f64", "value_f32", "value_u64", "value_u32"];

/// Every layout. The columns are those of the exporters' own sources and documentation:
///
/// - ethereum-etl: `docs/schema.md` of blockchain-etl/ethereum-etl; BigQuery: `dags/resources/stages/enrich/schemas` of
///   blockchain-etl/ethereum-etl-airflow.
/// - Etherscan: what its page "Download Data (CSV Export)" writes, in its older and newer spelling.
/// - Blockscout: `apps/explorer/lib/explorer/chain/csv_export/address` of blockscout/blockscout.
/// - Dune: `tokens.transfers` in `dbt_subprojects/tokens/models/transfers_and_balances/_schema.yml` of
///   duneanalytics/spellbook; decoded events and `ethereum.transactions` in docs.dune.com, data catalog.
/// - cryo: `crates/freeze/src/datasets` of paradigmxyz/cryo; the types of amounts in its `types/dataframes/creation.rs`.
pub(crate) static LAYOUTS: [Layout; 12] = [
    Layout {
        name: "etl-token-transfers",
        exporter: "ethereum-etl export_token_transfers; BigQuery crypto_ethereum.token_transfers",
        columns: &[
            required(Role::Token, &[HEADER[0]]),
            required(Role::From, &[HEADER[1]]),
            required(Role::To, &[HEADER[2]]),
            required(Role::Value, &[HEADER[3]]),
            required(Role::Hash, &[HEADER[4]]),
            required(Role::Index, &[HEADER[5]]),
            required(Role::Block, &[HEADER[6]]),
        ],
        foreign: &["token_id"],
        ..TRANSFERS
    },
    Layout {
        name: "etl-transactions",
        exporter: "ethereum-etl export_blocks_and_transactions; BigQuery crypto_ethereum.transactions",
        columns: &[
            required(Role::Hash, &["hash"]),
            required(Role::Nonce, &["nonce"]),
            required(Role::Block, &["block_number"]),
            required(Role::Index, &["transaction_index"]),
            required(Role::From, &["from_address"]),
            required(Role::To, &["to_address"]),
            required(Role::Value, &["value"]),
            optional(Role::Created, &["receipt_contract_address"]),
            optional(Role::Status, &["receipt_status"]),
        ],
        asset: Asset::Ether,
        identity: Identity::Transaction,
        statuses: RECEIPT,
        ..TRANSFERS
    },
    Layout {
        name: "etherscan-token-transfers",
        exporter: "Etherscan, ERC-20 token transfers of an address",
        columns: &[
            required(Role::Hash, &["Transaction Hash", "Txhash"]),
            optional(Role::Block, &["Blockno"]),
            required(Role::From, &["From"]),
            required(Role::To, &["To"]),
            required(Role::Value, &["TokenValue", "Value"]),
            required(Role::Token, &["ContractAddress"]),
        ],
        foreign: &["TokenId"],
        notation: Notation::Decimal,
        identity: Identity::None,
        ..TRANSFERS
    },
    Layout {
        name: "etherscan-transactions",
        exporter: "Etherscan, transactions of an address",
        columns: &[
            required(Role::Hash, &["Transaction Hash", "Txhash"]),
            required(Role::Block, &["Blockno"]),
            required(Role::From, &["From"]),
            required(Role::To, &["To"]),
            required(Role::Created, &["ContractAddress"]),
            required(Role::Value, &["Value_IN(ETH)"]),
            required(Role::Spent, &["Value_OUT(ETH)"]),
            required(Role::Status, &["Status"]),
        ],
        notation: Notation::Decimal,
        asset: Asset::Ether,
        identity: Identity::Transaction,
        statuses: Statuses { ok: &[""], failed: &["error"], unknown: &[] },
        ..TRANSFERS
    },
    Layout {
        name: "etherscan-internal-transactions",
        exporter: "Etherscan, internal transactions of an address",
        columns: &[
            required(Role::Hash, &["Transaction Hash", "Txhash"]),
            required(Role::Block, &["Blockno"]),
            required(Role::From, &["From"]),
            required(Role::To, &["TxTo"]),
            required(Role::Created, &["ContractAddress"]),
            required(Role::Value, &["Value_IN(ETH)"]),
            required(Role::Spent, &["Value_OUT(ETH)"]),
            required(Role::Status, &["Status"]),
        ],
        notation: Notation::Decimal,
        asset: Asset::Ether,
        identity: Identity::None,
        statuses: Statuses { ok: &["0"], failed: &["1"], unknown: &[] },
        ..TRANSFERS
    },
    Layout {
        name: "blockscout-token-transfers",
        exporter: "Blockscout, token transfers of an address",
        columns: &[
            required(Role::Hash, &["TxHash"]),
            required(Role::Block, &["BlockNumber"]),
            required(Role::From, &["FromAddress"]),
            required(Role::To, &["ToAddress"]),
            required(Role::Token, &["TokenContractAddress"]),
            required(Role::Value, &["TokensTransferred"]),
        ],
        notation: Notation::DecimalOrNone,
        identity: Identity::None,
        ..TRANSFERS
    },
    Layout {
        name: "blockscout-transactions",
        exporter: "Blockscout, transactions of an address",
        columns: &[
            required(Role::Hash, &["TxHash"]),
            required(Role::Block, &["BlockNumber"]),
            required(Role::From, &["FromAddress"]),
            required(Role::To, &["ToAddress"]),
            required(Role::Created, &["ContractAddress"]),
            required(Role::Value, &["Value"]),
            required(Role::Status, &["Status"]),
        ],
        asset: Asset::Ether,
        identity: Identity::Transaction,
        statuses: Statuses { ok: &["ok"], failed: &["error"], unknown: &[""] },
        ..TRANSFERS
    },
    Layout {
        name: "dune-transfers",
        exporter: "Dune tokens.transfers",
        columns: &[
            required(Role::Block, &["block_number"]),
            required(Role::Hash, &["tx_hash"]),
            required(Role::Index, &["evt_index"]),
            required(Role::From, &["from"]),
            required(Role::To, &["to"]),
            required(Role::Token, &["contract_address"]),
            required(Role::Value, &["amount_raw"]),
        ],
        asset: Asset::Both,
        may_lack_identity: true,
        ..TRANSFERS
    },
    Layout {
        name: "dune-evt-transfer",
        exporter: "Dune erc20_ethereum.evt_Transfer",
        columns: &[
            required(Role::Block, &["evt_block_number"]),
            required(Role::Hash, &["evt_tx_hash"]),
            required(Role::Index, &["evt_index"]),
            required(Role::From, &["from"]),
            required(Role::To, &["to"]),
            required(Role::Token, &["contract_address"]),
            required(Role::Value, &["value"]),
        ],
        ..TRANSFERS
    },
    Layout {
        name: "dune-transactions",
        exporter: "Dune ethereum.transactions",
        columns: &[
            required(Role::Block, &["block_number"]),
            required(Role::Hash, &["hash"]),
            required(Role::Index, &["index"]),
            required(Role::Nonce, &["nonce"]),
            required(Role::From, &["from"]),
            required(Role::To, &["to"]),
            required(Role::Value, &["value"]),
            required(Role::Status, &["success"]),
        ],
        asset: Asset::Ether,
        identity: Identity::Transaction,
        statuses: TRUTH,
        ..TRANSFERS
    },
    Layout {
        name: "cryo-erc20-transfers",
        exporter: "cryo erc20_transfers --csv",
        columns: &[
            required(Role::Block, &["block_number"]),
            required(Role::Index, &["log_index"]),
            required(Role::Hash, &["transaction_hash"]),
            required(Role::Token, &["erc20"]),
            required(Role::From, &["from_address"]),
            required(Role::To, &["to_address"]),
            required(Role::Value, CRYO_VALUE),
        ],
        inexact: CRYO_INEXACT,
        notation: Notation::IntegerOrWord,
        ..TRANSFERS
    },
    Layout {
        name: "cryo-native-transfers",
        exporter: "cryo native_transfers --csv",
        columns: &[
            required(Role::Block, &["block_number"]),
            required(Role::Index, &["transfer_index"]),
            required(Role::Hash, &["transaction_hash"]),
            required(Role::From, &["from_address"]),
            required(Role::To, &["to_address"]),
            required(Role::Value, CRYO_VALUE),
        ],
        inexact: CRYO_INEXACT,
        notation: Notation::IntegerOrWord,
        asset: Asset::Ether,
        may_lack_identity: true,
        ..TRANSFERS
    },
];

/// A layout, found in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fit {
    /// The layout.
    pub(crate) layout: &'static Layout,
    /// How many columns the table has.
    pub(crate) width: usize,
    /// Where the columns of each role stand, and what they are called.
    columns: [Option<(usize, &'static str)>; ROLES],
}

impl Fit {
    /// Where the column of a role stands, and its name; nothing if the table has none.
    pub(crate) const fn column(&self, role: Role) -> Option<(usize, &'static str)> {
        self.columns[role as usize]
    }
}

/// What keeps a header from fitting a layout.
#[derive(Debug, PartialEq, Eq)]
struct Gap {
    missing: Vec<&'static str>,
    foreign: Option<&'static str>,
    inexact: Option<&'static str>,
    repeated: Option<&'static str>,
    /// How many columns are there.
    present: usize,
}

impl Layout {
    /// The layout of a name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        LAYOUTS.iter().find(|layout| layout.name == name)
    }

    /// The layout of a table whose columns are `header`: the only one that fits, or the chosen one if that fits.
    ///
    /// # Errors
    /// None fits, or several do.
    pub(crate) fn of(line: usize, header: &[&str], chosen: Option<&'static Self>) -> Result<Fit, RowError> {
        if let Some(layout) = chosen {
            return layout.fit(header).map_err(|gap| gap.error(line, header, layout, true));
        }
        let tried = LAYOUTS.iter().map(|layout| (layout, layout.fit(header)));
        let (fits, gaps): (Vec<_>, Vec<_>) = tried.partition(|(_, fit)| fit.is_ok());
        let fits: Vec<Fit> = fits.into_iter().filter_map(|(_, fit)| fit.ok()).collect();
        match fits[..] {
            [fit] => Ok(fit),
            [] => {
                let mut gaps: Vec<_> =
                    gaps.into_iter().filter_map(|(layout, fit)| Some((layout, fit.err()?))).collect();
                // The sort is stable: of equal ones the first of the list.
                gaps.sort_by_key(|(_, gap)| (gap.missing.len(), usize::MAX - gap.present));
                let (layout, gap) = gaps.swap_remove(0);
                Err(gap.error(line, header, layout, false))
            }
            _ => Err(RowError::Ambiguous { line, layouts: fits.iter().map(|fit| fit.layout.name).collect() }),
        }
    }

    /// Looks for the columns.
    fn fit(&'static self, header: &[&str]) -> Result<Fit, Gap> {
        let place = |name: &str| header.iter().position(|got| is_named(got, name));
        let any = |names: &'static [&'static str]| names.iter().copied().find(|name| place(name).is_some());
        let mut fit = Fit { layout: self, width: header.len(), columns: [None; ROLES] };
        let mut gap = Gap { missing: vec![], foreign: any(self.foreign), inexact: None, repeated: None, present: 0 };
        for Column { role, need, names } in self.columns {
            if let Some(name) = any(names) {
                fit.columns[*role as usize] = place(name).map(|at| (at, name));
                gap.present += 1;
                if header.iter().filter(|got| is_named(got, name)).count() > 1 {
                    gap.repeated = Some(name);
                }
            } else if *need == Need::Required {
                gap.missing.push(names[0]);
                gap.inexact = gap.inexact.or_else(|| if *role == Role::Value { any(self.inexact) } else { None });
            }
        }
        if gap.missing.is_empty() && gap.foreign.is_none() && gap.repeated.is_none() { Ok(fit) } else { Err(gap) }
    }

    /// The columns that a table of this layout has, in the order of its exporter; those in brackets may be missing.
    pub(crate) fn columns(&self) -> String {
        let columns = self.columns.iter().map(|Column { need, names, .. }| {
            let names = names.join(" or ");
            if *need == Need::Required { names } else { format!("[{names}]") }
        });
        columns.collect::<Vec<_>>().join(", ")
    }
}

/// Whether a column of a table has a name, in either case.
fn is_named(got: &str, name: &str) -> bool {
    got.trim().eq_ignore_ascii_case(name)
}

impl Gap {
    fn error(self, line: usize, header: &[&str], layout: &'static Layout, is_chosen: bool) -> RowError {
        let layout = layout.name;
        if let (true, Some(column)) = (self.missing.is_empty() || is_chosen, self.repeated) {
            return RowError::Repeated { line, layout, column };
        }
        if let ([_], Some(column)) = (&self.missing[..], self.inexact) {
            return RowError::Inexact { line, layout, column };
        }
        if let (true, Some(column)) = (self.missing.is_empty(), self.foreign) {
            return RowError::Foreign { line, layout, column };
        }
        // It may be another file altogether, one with keys.
        let got = clip(&secret::hidden(&header.join(",")));
        if is_chosen {
            RowError::Chosen { line, layout, missing: self.missing, got }
        } else {
            let nearest = (self.present > 0).then_some((layout, self.missing));
            RowError::Unknown { line, got, nearest }
        }
    }
}

/// What `furl import --help` says of the layouts.
pub(crate) fn help() -> String {
    let layouts = LAYOUTS
        .iter()
        .map(|layout| format!("  {}\n      {}\n      {}", layout.name, layout.exporter, layout.columns()));
    let layouts: Vec<_> = layouts.collect();
    format!(
        "Tables, told apart by their header; columns may stand in any order, [those] may be missing, and others are passed over:\n{}",
        layouts.join("\n")
    )
}
