//! Layers put together: the system's bits, the promise they are held against, and the table for the eye.

use std::fmt;

use serde::Serialize;
use thiserror::Error;

use super::{Bound, Layer, Regime, Term, TermBits};

/// A layer with its bounds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerReport {
    layer: Layer,
    bits: f64,
    unique: Bound,
    johnson: Bound,
    dkt: Bound,
    /// The better of `unique` and `dkt`.
    dkt_bits: f64,
    /// Historical: the refuted figure q·r + grinding.
    refuted_conjecture_bits: usize,
}

impl LayerReport {
    /// Computes a layer's bounds.
    #[must_use]
    pub fn new(layer: Layer) -> Self {
        let unique = Bound::unique(&layer);
        let johnson = Bound::johnson(&layer, 2.0);
        let dkt = Bound::dkt(&layer);
        let refuted = layer.queries.saturating_mul(layer.rate_bits);
        Self {
            bits: unique.bits().max(johnson.bits()),
            dkt_bits: unique.bits().max(dkt.bits()),
            unique,
            johnson,
            dkt,
            refuted_conjecture_bits: refuted.saturating_add(layer.pow_bits as usize),
            layer,
        }
    }

    /// The parameters.
    #[must_use]
    pub fn layer(&self) -> &Layer {
        &self.layer
    }

    /// The better of the two bounds that a release relies on.
    #[must_use]
    pub fn best(&self) -> &Bound {
        if self.johnson.bits() > self.unique.bits() { &self.johnson } else { &self.unique }
    }

    /// The proven bits that a release relies on.
    #[must_use]
    pub fn bits(&self) -> f64 {
        self.bits
    }

    /// The bits for those who trust eprint 2026/2056 too.
    #[must_use]
    pub fn dkt_bits(&self) -> f64 {
        self.dkt_bits
    }

    /// The bound in the unique-decoding regime.
    #[must_use]
    pub fn unique(&self) -> &Bound {
        &self.unique
    }

    /// The bound in the Johnson regime, at its best multiplicity.
    #[must_use]
    pub fn johnson(&self) -> &Bound {
        &self.johnson
    }

    /// The bound by eprint 2026/2056 at its best multiplicity. It stands beside the others and
    /// enters nothing.
    #[must_use]
    pub fn dkt(&self) -> &Bound {
        &self.dkt
    }

    /// What a paper of before November 2025 would have claimed; refuted since.
    #[must_use]
    pub fn refuted_conjecture_bits(&self) -> usize {
        self.refuted_conjecture_bits
    }
}

/// A bound on the whole system that no parameter of a layer moves.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ceiling {
    /// What is bounded.
    pub name: &'static str,
    /// The bits.
    pub bits: f64,
    /// Who says so.
    pub source: &'static str,
}

/// The ceilings of every report.
pub const CEILINGS: [Ceiling; 3] = [
    Ceiling {
        name: "Poseidon-Goldilocks",
        bits: 95.0,
        source: "as published: Bariant et al., ToSC 2022(3), 4.3, as read in plonky2's notes; \
                 plonky2 issue 1277 answers that the attack does not apply, and that 128 stands",
    },
    Ceiling { name: "256-bit hashes", bits: 128.0, source: "collisions by the birthday bound" },
    Ceiling {
        name: "Poseidon2-BN254",
        bits: 126.8,
        source: "the last layer's hash: collisions of one scalar, by the birthday bound; parameters for 128 bits by its authors",
    },
];

/// The theorems that the bits of a report are proven by.
pub const RELIED_ON: &str = "eprint 2020/654 (UDR) and 2025/2055 (JBR)";

/// The whole system: its layers, its ceilings, and the least of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    bits: f64,
    relied_on: &'static str,
    dkt_bits: f64,
    layers: Vec<LayerReport>,
    ceilings: &'static [Ceiling],
}

impl Report {
    /// Computes the bounds of every layer.
    #[must_use]
    pub fn new(layers: impl IntoIterator<Item = Layer>) -> Self {
        let layers: Vec<_> = layers.into_iter().map(LayerReport::new).collect();
        let ceilings = &CEILINGS;
        let least = |bits: fn(&LayerReport) -> f64| {
            let ceilings = ceilings.iter().map(|ceiling| ceiling.bits);
            layers.iter().map(bits).chain(ceilings).fold(f64::INFINITY, f64::min)
        };
        let (bits, dkt_bits) = (least(LayerReport::bits), least(LayerReport::dkt_bits));
        Self { bits, relied_on: RELIED_ON, dkt_bits, layers, ceilings }
    }

    /// The layers, in the order given.
    #[must_use]
    pub fn layers(&self) -> &[LayerReport] {
        &self.layers
    }

    /// The ceilings.
    #[must_use]
    pub fn ceilings(&self) -> &[Ceiling] {
        self.ceilings
    }

    /// The bits of the weakest layer or ceiling.
    #[must_use]
    pub fn bits(&self) -> f64 {
        self.bits
    }

    /// The bits of the weakest layer or ceiling, for those who trust eprint 2026/2056 too.
    #[must_use]
    pub fn dkt_bits(&self) -> f64 {
        self.dkt_bits
    }

    /// The weakest layer; none in an empty report.
    #[must_use]
    pub fn weakest(&self) -> Option<&LayerReport> {
        let layers = self.layers.iter();
        layers.min_by(|a, b| a.bits().total_cmp(&b.bits()))
    }
}

/// Why a report does not keep a promise.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum BelowFloor {
    /// A report of nothing promises nothing.
    #[error("expected a report with at least one layer, got none")]
    Empty,
    /// A layer is too weak.
    #[error(
        "layer {layer}: expected at least {floor} proven bits, got {} ({regime}, {})",
        tenths(weakest.bits),
        weakest.term
    )]
    Layer {
        /// The layer's name.
        layer: String,
        /// Its better regime.
        regime: Regime,
        /// Its weakest term there.
        weakest: TermBits,
        /// The promise.
        floor: f64,
    },
    /// A ceiling is too low.
    #[error("{name}: expected at least {floor} bits, got {bits}")]
    Ceiling {
        /// What is bounded.
        name: &'static str,
        /// Its bits.
        bits: f64,
        /// The promise.
        floor: f64,
    },
}

/// Holds a report against a promise, such as [`Profile::floor_bits`](crate::profile::Profile::floor_bits).
///
/// # Errors
/// [`BelowFloor`] names the weakest layer, or else the lowest ceiling, if it is below `floor` bits.
pub fn require(report: &Report, floor: f64) -> Result<(), BelowFloor> {
    let layer = report.weakest().ok_or(BelowFloor::Empty)?;
    if layer.bits() < floor {
        return Err(BelowFloor::Layer {
            layer: layer.layer.name.clone(),
            regime: layer.best().regime(),
            weakest: layer.best().weakest(),
            floor,
        });
    }
    match report.ceilings.iter().find(|ceiling| ceiling.bits < floor) {
        None => Ok(()),
        Some(&Ceiling { name, bits, .. }) => Err(BelowFloor::Ceiling { name, bits, floor }),
    }
}

/// Bits with one decimal, never rounded up.
fn tenths(bits: f64) -> String {
    format!("{:.1}", (bits * 10.0).floor() / 10.0)
}

/// The column of the regime: parameters stand before it, then come the terms, the bits and the weakest term.
const REGIME: usize = 6;
/// The columns of the table.
const COLUMNS: usize = REGIME + 1 + Term::ALL.len() + 2;
const LAST: usize = COLUMNS - 1;

impl LayerReport {
    /// The four rows of the table: UDR with the parameters, JBR, DKT, and the refuted figure.
    fn rows(&self) -> [[String; COLUMNS]; 4] {
        let layer = &self.layer;
        let bound = |parameters: [String; REGIME], bound: &Bound| {
            let terms = Term::ALL.map(|term| bound.term(term).map_or("-".into(), tenths));
            let mark = if bound == self.best() { " *" } else { "" };
            let weakest = format!("{}{mark}", bound.weakest().term);
            let cells = parameters.into_iter().chain([bound.regime().to_string()]);
            let bits = tenths(bound.bits());
            collect(cells.chain(terms).chain([bits, weakest]))
        };
        let parameters = [
            layer.name.clone(),
            format!("2^{}", layer.degree_bits),
            format!("2^-{}", layer.rate_bits),
            layer.queries.to_string(),
            layer.pow_bits.to_string(),
            layer.challenges.to_string(),
        ];
        let mut historical = [const { String::new() }; COLUMNS];
        historical[REGIME] = "refuted".into();
        historical[LAST - 1] = format!("({})", self.refuted_conjecture_bits);
        let [johnson, dkt] = [&self.johnson, &self.dkt].map(|of| bound(Default::default(), of));
        [bound(parameters, &self.unique), johnson, dkt, historical]
    }
}

impl Report {
    /// The most bits that a layer's queries lose to second indices.
    fn most_lost(&self) -> f64 {
        let lost = self.layers.iter().map(|LayerReport { layer, .. }| layer.indices.loss(layer.queries));
        lost.fold(0.0, f64::max)
    }
}

/// The cells of one row; missing ones are blank.
fn collect(cells: impl IntoIterator<Item = String>) -> [String; COLUMNS] {
    let mut row = [const { String::new() }; COLUMNS];
    for (place, cell) in row.iter_mut().zip(cells) {
        *place = cell;
    }
    row
}

impl fmt::Display for Report {
    /// A table, one layer after another; `*` marks the regime that counts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters = ["layer", "rows", "rate", "queries", "grind", "chal.", "regime"];
        let header = parameters.map(str::to_owned).into_iter();
        let terms = Term::ALL.map(|term| term.to_string());
        let header = collect(header.chain(terms).chain(["bits", "weakest"].map(str::to_owned)));
        let mut rows = vec![header];
        rows.extend(self.layers.iter().flat_map(LayerReport::rows));

        let width = |column: usize| rows.iter().map(|row| row[column].len()).max();
        let widths: Vec<_> = (0..COLUMNS).map(|column| width(column).unwrap_or(0)).collect();
        for row in &rows {
            let mut line = String::new();
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                let gap = if column == 0 { "" } else { "  " };
                line += &match column {
                    0 | REGIME | LAST => format!("{gap}{cell:<width$}"),
                    _ => format!("{gap}{cell:>width$}"),
                };
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        writeln!(f, "UDR, JBR: {RELIED_ON}; a release relies on the better one, marked *")?;
        writeln!(f, "DKT: eprint 2026/2056, of September 2026; beside them, and no release relies on it")?;
        writeln!(f, "refuted: the capacity conjecture, historical and not a bound")?;
        writeln!(
            f,
            "index: a part of query's error, from challenges with two indices, one in 2^32; it lowers query by {:.1e} bits",
            self.most_lost()
        )?;
        for Ceiling { name, bits, source } in self.ceilings {
            writeln!(f, "ceiling: {name}, {bits} bits ({source})")?;
        }
        writeln!(f, "with DKT: {} bits", tenths(self.dkt_bits))?;
        let bits = tenths(self.bits);
        match self.weakest().filter(|layer| layer.bits() <= self.bits) {
            None => write!(f, "system: {bits} bits, by a ceiling"),
            Some(layer) => write!(
                f,
                "system: {bits} proven bits, by layer {} ({}, {})",
                layer.layer.name,
                layer.best().regime(),
                layer.best().weakest().term
            ),
        }
    }
}
