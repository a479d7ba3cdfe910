//! # The leaf: a piece of a batch, proved
//!
//! A leaf of $2^{d}$ rows holds a fixed number of transfers, in blocks of four, and ends with the fees. It proves its [`PieceStatement`]: *from the old root, by
//! `count` transfers valid in this domain and batch, whose words hash from `data_in` to `data_out`, and whose fees, added to what these lanes had in `fees_in`,
//! lead to `fees_out`, one arrives at the new root.*
//!
//! | rows | what |
//! |---|---|
//! | 510 a block | four transfers (127 rows each), one data hash, one [block row](crate::gates::block) |
//! | 50 a fee lane, and some arithmetic | four lanes, always |
//! | 3 | the digests of lanes and sums |
//! | 5 | public inputs |
//!
//! ## Fees
//!
//! The lanes' sums run through all leaves of a batch. A leaf opens `fees_in`, the hash of the lanes' digest and the sums so far; adds the fees of its transfers;
//! and then does one of two things, as the bit `last` says:
//!
//! | `last` | credited at the end | `fees_out` |
//! |---|---|---|
//! | 0 | nothing | open: the hash of the lanes' digest and the sums |
//! | 1 | each lane's sum, to its slot, one lane after the other | closed: the lanes' digest alone |
//!
//! Open and closed are hashed under different [tags](Tag). So no leaf opens what is closed: after a leaf that credits there is no other, and what the
//! [root](crate::root) calls the end of a batch is the one place where fees are credited. Nothing that a batch earns is spent in it.
//!
//! A lane that the batch does not use opens the padding slot in the padding tree instead, as padding transfers do, and must have an empty sum. The digest of the
//! lanes is public in the end: without it the new root would not follow from the old root and the transfers.
//!
//! Every leaf opens the lanes' slots, and one that is not the last credits zero to them. So the token of a lane in use is that of a slot wherever fees are sorted
//! by it, and nothing has to be chosen between two roots.
//!
//! Lanes in use have different tokens. With two lanes of one token the prover could split the fees between two slots as
//! it likes, and nothing public would say how: one old root and one list of transfers would have many new roots, and only
//! the operator would know the state.
//!
//! ## Sums
//!
//! Sums are field elements without a range check. A batch has less than $2^{17}$ [transfers](crate::node::MAX_TRANSFERS), and a fee is below $2^{28}$ by its
//! code: a sum that starts at zero, which the root demands, stays below $2^{45}$ and is that of the integers. What is added to a slot in the end was debited from
//! slots of the same token before, so the balance stays below the token's supply, which is below $2^{62}$.
//!
//! **Not checked here:** that the old root is the current one, and that the batch is the next one; that the sums start at zero and the last leaf closes them
//! (the root does).

use core::array::from_fn;

use furl_ledger::amount::Amount;
use furl_ledger::batch::Batch;
use furl_ledger::cut::Piece;
use furl_ledger::hash::Tag;
use furl_ledger::padding;
use furl_ledger::statement::{self, PieceStatement, Statement};
use furl_ledger::trace::Credit;
use plonky2::field::types::Field;
use plonky2::iop::target::Target;
use plonky2::iop::witness::WitnessWrite;

use crate::builder::Builder;
use crate::field::F;
use crate::gadgets::merkle::PathWires;
use crate::gadgets::{arithmetic, poseidon};
use crate::gates::{Block, Custom, block};
use crate::slot::SlotWires;
use crate::transfer::{Context, Effect, TransferWires};
use crate::wires::{DigestWires, Wires, wires};

wires! {
    /// The public inputs of a batch, in the order of the statement's encoding.
    pub struct StatementWires: Statement {
        /// Version of the statement: the constant 1.
        version: Target = |s| F::from_canonical_u32(s.version),
        /// Domain separator.
        domain: DigestWires = |s| s.domain,
        /// Batch number, below $2^{32}$.
        batch: Target = |s| F::from_canonical_u32(s.batch),
        /// State root before.
        old_root: DigestWires = |s| s.old_root,
        /// State root after.
        new_root: DigestWires = |s| s.new_root,
        /// Number of transfers.
        count: Target = |s| F::from_canonical_u32(s.count),
        /// Hash of the fee lanes.
        fees: DigestWires = |s| s.fees,
        /// Data chain before.
        data_in: DigestWires = |s| s.data_in,
        /// Data chain after.
        data_out: DigestWires = |s| s.data_out,
    }
}

wires! {
    /// The public inputs of a piece, in the order of the statement's encoding.
    pub struct PieceWires: PieceStatement {
        /// Version of the statement: the constant 1.
        version: Target = |s| F::from_canonical_u32(s.version),
        /// Domain separator.
        domain: DigestWires = |s| s.domain,
        /// Batch number, below $2^{32}$.
        batch: Target = |s| F::from_canonical_u32(s.batch),
        /// State root before.
        old_root: DigestWires = |s| s.old_root,
        /// State root after.
        new_root: DigestWires = |s| s.new_root,
        /// Number of transfers.
        count: Target = |s| F::from_canonical_u32(s.count),
        /// Open digest of lanes and sums before.
        fees_in: DigestWires = |s| s.fees_in,
        /// Open digest of lanes and sums after, or the closed one.
        fees_out: DigestWires = |s| s.fees_out,
        /// Data chain before.
        data_in: DigestWires = |s| s.data_in,
        /// Data chain after.
        data_out: DigestWires = |s| s.data_out,
    }
}

impl PieceWires {
    /// The statement of the batch whose only piece this is.
    #[must_use]
    pub const fn of_batch(&self) -> StatementWires {
        let Self { version, domain, batch, old_root, new_root, count, fees_in: _, fees_out, data_in, data_out } = *self;
        StatementWires { version, domain, batch, old_root, new_root, count, fees: fees_out, data_in, data_out }
    }
}

/// The open digest of lanes, by their own digest, and what they have collected. One row.
pub fn open_digest(b: &mut Builder, closed: &DigestWires, sums: &[Target; block::LANES]) -> DigestWires {
    poseidon::hash(b, Tag::Sums, &[closed.elements, *sums].concat())
}

wires! {
    /// A fee lane: the slot that is credited, or the padding slot if the batch does not use the lane.
    pub struct LaneWires: Option<Credit> {
        /// 1 if the batch uses the lane.
        used: Target = |credit| F::from_bool(credit.is_some()),
        /// The slot before the credit.
        slot: SlotWires = |credit| credit.as_ref().map_or_else(padding::slot, |c| c.opening.slot.clone()),
        /// Where it stands.
        path: PathWires = |credit| match credit {
            Some(c) => (c.lane.slot, c.opening.path.clone()),
            None => (padding::index(), padding::path()),
        },
    }
}

impl LaneWires {
    /// Ends a leaf for this lane, which has collected `sum` so far: credits it if the leaf is the `last`, and otherwise nothing.
    /// Returns the root after, and the lane's word for the public hash.
    fn end(&self, b: &mut Builder, root: &DigestWires, sum: Target, last: Target) -> (DigestWires, Target) {
        arithmetic::assert_bit(b, self.used);
        // An unused lane has collected nothing: sum · used = sum.
        let kept = arithmetic::mul(b, sum, self.used);
        b.connect(kept, sum);

        let one = b.constant(F::ONE);
        let balance = arithmetic::fused(b, F::ONE, sum, last, F::ONE, self.slot.balance);
        let credited = SlotWires { balance, ..self.slot };
        let (before, after) = (self.slot.leaf(b), credited.leaf(b));
        let (before, after) = self.path.update(b, &before, &after);
        let pad = DigestWires::constant(b, padding::root());
        let expected = arithmetic::select_digest(b, self.used, root, &pad);
        before.connect(b, &expected);
        let root = arithmetic::select_digest(b, self.used, &after, root);

        let index = arithmetic::sum_of_bits(b, &self.path.bits);
        let word = arithmetic::scale_add(b, F::from_canonical_u64(1 << 32), index, self.slot.token);
        let word = arithmetic::scale_add(b, F::from_canonical_u64(1 << 56), one, word);
        (root, arithmetic::mul(b, word, self.used))
    }
}

/// One place of a block: a transfer, or padding.
#[derive(Clone, Copy, Debug)]
pub struct PlaceWires {
    /// 1 if the transfer is real.
    pub real: Target,
    /// One bit a lane: where the fee goes.
    pub lane: [Target; block::LANES],
    /// The transfer.
    pub transfer: TransferWires,
}

/// All wires of a leaf that take a value from outside.
#[derive(Clone, Debug)]
pub struct LeafWires {
    /// The public inputs.
    pub statement: PieceWires,
    /// The places for transfers, real ones first.
    pub places: Vec<PlaceWires>,
    /// The fee lanes.
    pub lanes: [LaneWires; block::LANES],
    /// What the lanes have collected before.
    pub sums: [Target; block::LANES],
    /// 1 if the leaf is the last of its batch, and credits the sums.
    pub last: Target,
    /// For each pair of lanes the inverse of the difference of their tokens, or anything if one of them is not used.
    pub gaps: [Target; PAIRS.len()],
}

/// The pairs of lanes.
const PAIRS: [(usize, usize); 6] = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];

/// Constrains the lanes in use to have different tokens. Four operations a pair.
fn distinct(b: &mut Builder, lanes: &[LaneWires; block::LANES], gaps: &[Target; PAIRS.len()]) {
    for ((j, k), gap) in PAIRS.into_iter().zip(gaps) {
        let both = arithmetic::mul(b, lanes[j].used, lanes[k].used);
        let difference = arithmetic::scale_add(b, F::NEG_ONE, lanes[k].slot.token, lanes[j].slot.token);
        let invertible = arithmetic::mul(b, difference, *gap);
        let kept = arithmetic::mul(b, both, invertible);
        b.connect(kept, both);
    }
}

/// What is handed from block to block.
#[derive(Clone, Copy)]
struct State {
    root: DigestWires,
    data: DigestWires,
    sums: [Target; block::LANES],
    count: Target,
    real: Target,
}

impl LeafWires {
    /// Constrains a leaf of `blocks` blocks and registers its public inputs.
    pub fn constrain(b: &mut Builder, blocks: usize) -> Self {
        let statement = PieceWires::allocate(b);
        let lanes = <[LaneWires; block::LANES]>::allocate(b);
        let (sums, last) = (b.virtual_array(), b.virtual_target());
        b.register_public_inputs(&statement.to_targets());
        let (zero, one) = (b.constant(F::ZERO), b.constant(F::ONE));
        let version = b.constant(F::from_canonical_u32(statement::VERSION));
        b.connect(statement.version, version);
        arithmetic::range_check_32(b, statement.batch);

        let context = Context { domain: statement.domain, batch: statement.batch };
        let mut state = State { root: statement.old_root, data: statement.data_in, sums, count: zero, real: one };
        let mut places = Vec::new();
        for i in 0..blocks {
            let block;
            (block, state) = b.scope_at("block", i, |b| constrain_block(b, &context, &lanes, state));
            places.extend(block);
        }

        // A batch of no transfers is nobody's to prove: it would let the batch number move without any signature.
        b.scope("not empty", |b| b.connect(places[0].real, one));

        b.scope("last", |b| arithmetic::assert_bit(b, last));
        let mut words = [zero; block::LANES];
        for (j, lane) in lanes.iter().enumerate() {
            (state.root, words[j]) = b.scope_at("lane", j, |b| lane.end(b, &state.root, state.sums[j], last));
        }
        b.scope("fees", |b| {
            let closed = poseidon::hash(b, Tag::Fees, &words);
            open_digest(b, &closed, &sums).connect(b, &statement.fees_in);
            let open = open_digest(b, &closed, &state.sums);
            arithmetic::select_digest(b, last, &closed, &open).connect(b, &statement.fees_out);
        });
        b.scope("statement", |b| {
            state.root.connect(b, &statement.new_root);
            state.data.connect(b, &statement.data_out);
            b.connect(state.count, statement.count);
        });
        let gaps = b.virtual_array();
        b.scope("distinct", |b| distinct(b, &lanes, &gaps));
        Self { statement, places, lanes, sums, last, gaps }
    }

    /// Puts a piece on the wires: its transfers, then padding.
    ///
    /// # Errors
    /// If the piece has more transfers than the leaf.
    pub fn assign(&self, witness: &mut impl WitnessWrite<F>, piece: &Piece) -> anyhow::Result<()> {
        self.statement.assign(witness, piece.statement())?;
        self.sums.assign(witness, &piece.sums().map(Amount::element))?;
        self.last.assign(witness, &F::from_bool(piece.is_last()))?;
        let Batch { domain, lanes, .. } = piece.batch();
        let padding = padding::step(domain);
        let mut steps = piece.steps().iter();
        for place in &self.places {
            let step = steps.next();
            let lane = step
                .filter(|s| s.signed.transfer.fee.value() > Amount::ZERO)
                .and_then(|s| lanes.lane_of(s.sender.slot.token));
            place.transfer.assign(witness, step.unwrap_or(&padding))?;
            place.real.assign(witness, &F::from_bool(step.is_some()))?;
            place.lane.assign(witness, &from_fn(|j| F::from_bool(lane == Some(j))))?;
        }
        anyhow::ensure!(steps.next().is_none(), "the piece has more transfers than the leaf");
        self.lanes.assign(witness, piece.credits())?;
        let token =
            |lane: usize| piece.credits()[lane].as_ref().map_or(padding::slot().token, |credit| credit.lane.token);
        let element = |lane| F::from_canonical_u32(token(lane).get());
        let gaps = PAIRS.map(|(j, k)| (element(j) - element(k)).try_inverse().unwrap_or_default());
        self.gaps.assign(witness, &gaps)
    }
}

/// One block: four transfers, their data hash and their block row.
fn constrain_block(
    b: &mut Builder,
    context: &Context,
    lanes: &[LaneWires; block::LANES],
    state: State,
) -> ([PlaceWires; block::TRANSFERS], State) {
    let row = b.add_gate(Custom::<Block>::new(), vec![]);
    let at = |wire| Target::wire(row, wire);
    let places: [PlaceWires; block::TRANSFERS] = from_fn(|i| PlaceWires {
        real: at(block::REAL + i),
        lane: from_fn(|j| at(block::LANE_BITS.start + block::LANES * i + j)),
        transfer: b.scope_at("transfer", i, TransferWires::allocate),
    });
    let effects: [Effect; block::TRANSFERS] =
        from_fn(|i| b.scope_at("transfer", i, |b| places[i].transfer.constrain(b, context, places[i].real)));
    let words = from_fn(|k| effects[k / 2].words[k % 2]);
    let hashed = b.scope("data", |b| poseidon::absorb(b, words, state.data.elements));

    b.scope("step", |b| {
        for (i, effect) in effects.iter().enumerate() {
            effect.old_root.connect(b, &DigestWires::at(row, block::OLD + 4 * i));
            effect.new_root.connect(b, &DigestWires::at(row, block::NEW + 4 * i));
            b.connect(effect.token, at(block::TOKEN + i));
            b.connect(effect.fee, at(block::FEE + i));
        }
        state.root.connect(b, &DigestWires::at(row, block::ROOT_IN));
        state.data.connect(b, &DigestWires::at(row, block::DATA_IN));
        for k in 0..4 {
            b.connect(hashed[poseidon::RATE + k], at(block::DATA_HASHED + k));
        }
        for (j, lane) in lanes.iter().enumerate() {
            b.connect(lane.slot.token, at(block::LANE_TOKEN + j));
            b.connect(state.sums[j], at(block::SUM_IN + j));
        }
        b.connect(state.count, at(block::COUNT_IN));
        b.connect(state.real, at(block::REAL_BEFORE));
    });
    let next = State {
        root: DigestWires::at(row, block::ROOT_OUT),
        data: DigestWires::at(row, block::DATA_OUT),
        sums: from_fn(|j| at(block::SUM_OUT + j)),
        count: at(block::COUNT_OUT),
        real: at(block::REAL + block::TRANSFERS - 1),
    };
    (places, next)
}
