//! # The rules, stated twice, agree
//!
//! Random batches go through the ledger and through the constraints of a leaf of one block. What the ledger applies,
//! the circuit accepts, with the ledger's statement; what the ledger refuses for one broken rule, the circuit refuses
//! too, though the witness is forged to be as good as it can be. Each batch conserves value.
//!
//! | rule | how it is broken |
//! |---|---|
//! | T1 | a flipped bit of the signature, another signer, a changed message |
//! | T2 | a signature for the nonce before or after |
//! | T3 | an amount above what the slot holds |
//! | T4 | a receiver of another token |
//! | T5 | a sender or a receiver that does not exist |
//! | T6 | an expiry before the batch |
//! | T8 | a signature for another domain |
//! | T10 | a fee in a token without a lane |
//!
//! T7 holds by the ledger's types, and T9 cannot be broken there: both have [attacks](super::attacks) of their own.

use std::collections::BTreeMap;

use furl_circuits::builder::Connect;
use furl_circuits::field::CircuitData;
use furl_circuits::leaf_circuit::LeafError;
use furl_circuits::testing::{Checker, Table};
use furl_ledger::*;
use plonky2::iop::target::Target;
use plonky2::iop::witness::PartialWitness;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::attacks::laws::*;
use crate::attacks::scene::{LeafForgery, leaf};
use crate::attacks::stage::Gap;
use crate::leaf::small;
use crate::support::{TOKENS, World, slot};

const OWNERS: u32 = 4;

/// A transfer relative to the state that it meets, so that it is valid unless it is meant not to be.
#[derive(Clone, Debug)]
struct Intent {
    from: u32,
    to: u32,
    token: u32,
    /// How much of what the sender holds, in 256ths; 256 is all of it.
    share: u16,
    fee: u16,
    expiry: u32,
}

/// What is wrong with a transfer.
#[derive(Clone, Copy, Debug)]
enum Fault {
    FlippedBit(usize),
    OtherSigner,
    OtherMessage,
    Nonce(bool),
    Overdraft(u64),
    OtherToken,
    NoSender,
    NoReceiver,
    Expired,
    OtherDomain,
    FeeWithoutLane(Option<usize>),
}

impl Fault {
    fn rule(self) -> Rule {
        match self {
            Self::FlippedBit(_) | Self::OtherSigner | Self::OtherMessage => Rule::T1,
            // The ledger looks at the signature first: it must be a true one.
            Self::Nonce(_) => Rule::T2,
            Self::Overdraft(_) => Rule::T3,
            Self::OtherToken => Rule::T4,
            Self::NoSender | Self::NoReceiver => Rule::T5,
            Self::Expired => Rule::T6,
            Self::OtherDomain => Rule::T8,
            Self::FeeWithoutLane(_) => Rule::T10,
        }
    }
}

fn arb_intent() -> impl Strategy<Value = Intent> {
    // Fees in the tokens that have a lane: 0 and 1.
    let largest = prop::sample::select(vec![255u16, 511, 767, 1023]);
    let fee = prop_oneof![3 => Just(0u16), 3 => 0u16..256, 1 => 256u16..300, 1 => largest];
    let share = prop_oneof![1 => Just(0u16), 6 => 1u16..256, 1 => Just(256)];
    let expiry = prop_oneof![Just(7u32), Just(u32::MAX), 7..u32::MAX];
    (0..OWNERS, 0..OWNERS, 0..TOKENS, share, fee, expiry).prop_map(|(from, to, token, share, fee, expiry)| Intent {
        from,
        to,
        token,
        share,
        fee,
        expiry,
    })
}

fn arb_fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        (0usize..57 * 8).prop_map(Fault::FlippedBit),
        Just(Fault::OtherSigner),
        Just(Fault::OtherMessage),
        any::<bool>().prop_map(Fault::Nonce),
        prop_oneof![Just(1u64), 1u64..1 << 61].prop_map(Fault::Overdraft),
        Just(Fault::OtherToken),
        Just(Fault::NoSender),
        Just(Fault::NoReceiver),
        Just(Fault::Expired),
        Just(Fault::OtherDomain),
        prop::option::of(0usize..4).prop_map(Fault::FeeWithoutLane),
    ]
}

/// Up to four transfers, and what to spoil in one of them.
fn arb_block() -> impl Strategy<Value = (Vec<Intent>, usize, Fault)> {
    (prop::collection::vec(arb_intent(), 1..=4), 0usize..4, arb_fault())
}

/// Signs what the intents come to, one after another, on the world's state.
fn orders(world: &World, intents: &[Intent]) -> Vec<Transfer> {
    let mut ahead: BTreeMap<SlotIndex, (u32, u64)> =
        world.ledger.slots().map(|(index, slot)| (index, (slot.nonce.get(), slot.balance.get()))).collect();
    let order = |intent: &Intent| {
        let (from, to) = (slot(intent.from, intent.token), slot(intent.to, intent.token));
        let (nonce, balance) = ahead[&from];
        let is_paid = world.batch.lanes.lane_of(Token::new(intent.token)).is_some();
        let fee = FeeCode::new(if is_paid { intent.fee } else { 0 }).unwrap();
        let fee = if fee.value().get() <= balance { fee } else { FeeCode::ZERO };
        let rest = balance - fee.value().get();
        let amount = (u128::from(rest) * u128::from(intent.share) / 256) as u64;
        *ahead.get_mut(&from).unwrap() = (nonce + 1, rest - amount);
        ahead.get_mut(&to).unwrap().1 += amount;
        let amount = Amount::new(amount).unwrap();
        Transfer { from, to, amount, fee, nonce: Nonce::new(nonce), expiry: Expiry::new(intent.expiry) }
    };
    intents.iter().map(order).collect()
}

fn owner_of(index: SlotIndex) -> (usize, u32) {
    let index = index.get();
    ((index / slot(1, 0).get()) as usize, index % slot(1, 0).get())
}

fn sign(world: &World, transfer: Transfer) -> SignedTransfer {
    transfer.sign(&world.batch.domain, &world.secrets[owner_of(transfer.from).0])
}

/// A transfer with one fault, signed so that nothing else is wrong with it. `balance` is what the sender holds in the
/// state `ahead`.
fn spoilt(world: &World, ahead: &Ledger, good: Transfer, fault: Fault, balance: u64) -> SignedTransfer {
    let (owner, token) = owner_of(good.from);
    let nowhere = SlotIndex::new(9_999_999).unwrap();
    match fault {
        Fault::FlippedBit(bit) => {
            let signed = sign(world, good);
            let flipped = |bit: usize| {
                let mut bytes = signed.signature.to_bytes();
                bytes[bit / 8] ^= 1 << (bit % 8);
                Signature::from_bytes(&bytes)
            };
            // Some bits are always zero.
            let signature = flipped(bit).unwrap_or_else(|_| flipped(0).unwrap());
            SignedTransfer { signature, ..signed }
        }
        Fault::OtherSigner => good.sign(&world.batch.domain, &world.secrets[(owner + 1) % OWNERS as usize]),
        Fault::OtherMessage => {
            let expiry = Expiry::new(good.expiry.get().wrapping_sub(1).max(7));
            let expiry = if expiry == good.expiry { Expiry::new(8) } else { expiry };
            SignedTransfer { transfer: good, ..sign(world, Transfer { expiry, ..good }) }
        }
        Fault::Nonce(ahead) => {
            let nonce = good.nonce.get();
            let nonce = if ahead || nonce == 0 { nonce + 1 } else { nonce - 1 };
            sign(world, Transfer { nonce: Nonce::new(nonce), ..good })
        }
        Fault::Overdraft(more) => {
            let amount = Amount::new((balance - good.fee.value().get() + more).min(Amount::MAX.get())).unwrap();
            sign(world, Transfer { amount, ..good })
        }
        Fault::OtherToken => sign(world, Transfer { to: slot(1, (token + 1) % TOKENS), ..good }),
        Fault::NoReceiver => sign(world, Transfer { to: nowhere, ..good }),
        Fault::NoSender => {
            // The forger describes the first of all slots there: of owner 0, in token 0.
            let nonce = ahead.slot(slot(0, 0)).unwrap().nonce;
            let to = slot(1, 0);
            let transfer = Transfer { from: nowhere, to, nonce, amount: Amount::ZERO, fee: FeeCode::ZERO, ..good };
            transfer.sign(&world.batch.domain, &world.secrets[0])
        }
        Fault::Expired => sign(world, Transfer { expiry: Expiry::new(6), ..good }),
        Fault::OtherDomain => good.sign(&Domain::new([1; 32]), &world.secrets[owner]),
        Fault::FeeWithoutLane(_) => {
            // The richest, who can surely pay it.
            let slots = (0..OWNERS).map(|owner| slot(owner, 2));
            let from = slots.max_by_key(|index| world.ledger.slot(*index).unwrap().balance).unwrap();
            let (to, nonce) = (slot(owner_of(good.to).0 as u32, 2), world.ledger.slot(from).unwrap().nonce);
            sign(world, Transfer { from, to, nonce, amount: Amount::ZERO, fee: FeeCode::new(1).unwrap(), ..good })
        }
    }
}

/// Whether a constraint is one that such a fault may break. The copies that it may break are those of [`Forge`].
fn is_expected(fault: Fault, gate: &str, constraint: usize) -> bool {
    match fault.rule() {
        Rule::T1 | Rule::T2 | Rule::T8 => gate == KEY && (SPLIT.contains(&constraint) || constraint == NIBBLES),
        Rule::T3 => gate == VALUE && constraint == BALANCE_RANGE,
        Rule::T5 => gate == BLOCK && OLD_ROOTS.contains(&constraint),
        Rule::T6 => gate == KEY && constraint == FRESH,
        Rule::T10 => gate == BLOCK && (0..4).any(|lane| constraint == some_lane(0) || constraint == own_lane(0, lane)),
        // T4: the copy alone.
        _ => false,
    }
}

/// The leaf without the copies that plonky2's generators trip over when a witness lies about them: tables made in it
/// are judged by the whole leaf.
struct Forge {
    gap: Gap,
    circuit: CircuitData,
}

impl Forge {
    fn new() -> Self {
        let all = |_: &Connect| true;
        let mut gap = leaf().copies("/token", all).and(leaf().copies("/sequence", all));
        // Where two computed values are compared: a lane's root with that before it, and its sum with what it may keep.
        let is_output = |target: Target| matches!(target, Target::Wire(wire) if leaf().is_output(wire));
        for lane in ["lane[0]", "lane[1]", "lane[2]", "lane[3]"] {
            gap = gap.and(leaf().copies(lane, |copy| is_output(copy.left) && is_output(copy.right)));
        }
        Self { circuit: leaf().weakened(&gap), gap }
    }

    fn table(&self, forgery: &LeafForgery) -> Table {
        Table::honest(&self.circuit, forgery.inputs(&leaf().wires)).unwrap()
    }
}

fn sums(ledger: &Ledger) -> BTreeMap<Token, u128> {
    let mut sums = BTreeMap::new();
    for (_, slot) in ledger.slots() {
        *sums.entry(slot.token).or_default() += u128::from(slot.balance.get());
    }
    sums
}

/// A batch that the ledger applies: the circuit accepts it with the same statement, and nothing is lost.
fn agree(world: &mut World, orders: &[Transfer]) {
    let before = sums(&world.ledger);
    let transfers: Vec<_> = orders.iter().map(|transfer| sign(world, *transfer)).collect();
    let trace = world.ledger.apply(&world.batch, &transfers).unwrap();
    assert_eq!(sums(&world.ledger), before, "value is conserved");
    let mut inputs = PartialWitness::new();
    leaf().wires.assign(&mut inputs, &trace.piece()).unwrap();
    let table = Table::honest(leaf().circuit(), inputs).unwrap();
    leaf().accepts(&table);
    assert_eq!(table.public_inputs(), trace.piece().statement().elements());
    assert_eq!(&trace.piece().statement().of_batch(), trace.statement());
}

/// A batch that the ledger applies, in pieces: the circuit accepts each with the statement of the cut, and no other root.
fn agree_in_pieces(world: &mut World, orders: &[Transfer]) {
    let transfers: Vec<_> = orders.iter().map(|transfer| sign(world, *transfer)).collect();
    let trace = world.ledger.apply(&world.batch, &transfers).unwrap();
    let pieces = trace.cut(4).unwrap().map(|piece| {
        let mut inputs = PartialWitness::new();
        leaf().wires.assign(&mut inputs, &piece).unwrap();
        let table = Table::honest(leaf().circuit(), inputs).unwrap();
        leaf().accepts(&table);
        assert_eq!(table.public_inputs(), piece.statement().elements());
        piece.statement().clone()
    });
    let joined = pieces.reduce(|joined, next| joined.joined(&next)).unwrap();
    assert_eq!(&joined.of_batch(), trace.statement());
}

/// The same batch with one transfer spoilt: the ledger refuses it by the expected rule, and no witness that is honest
/// about the rest satisfies the circuit.
fn both_refuse(world: &World, forge: &Forge, orders: &[Transfer], place: usize, fault: Fault) {
    let place = place % orders.len();
    let mut ahead = world.ledger.clone();
    let good: Vec<_> = orders[..place].iter().map(|transfer| sign(world, *transfer)).collect();
    if !good.is_empty() {
        let no_credits = Batch { lanes: world.batch.lanes, ..world.batch };
        ahead.apply(&no_credits, &good).unwrap();
    }
    let sender = ahead.slot(orders[place].from).unwrap();
    let paid = world.batch.lanes.lane_of(sender.token);
    // What the batch credits at its end is not the sender's to spend.
    let earned: u64 = (good.iter())
        .filter(|_| {
            paid.is_some_and(|lane| world.batch.lanes.lanes()[lane].is_some_and(|lane| lane.slot == orders[place].from))
        })
        .filter(|signed| owner_of(signed.transfer.from).1 == sender.token.get())
        .map(|signed| signed.transfer.fee.value().get())
        .sum();
    let bad = spoilt(world, &ahead, orders[place], fault, sender.balance.get() - earned);
    // A fee without a lane is put first, where the nonce of its slot is known.
    let (place, good) = if let Fault::FeeWithoutLane(_) = fault { (0, Vec::new()) } else { (place, good) };
    let transfers: Vec<_> = good.into_iter().chain([bad]).collect();
    let error = world.ledger.clone().apply(&world.batch, &transfers).unwrap_err();
    match error {
        BatchError::Transfer { index, error } => assert_eq!((index, error.rule()), (place, fault.rule()), "{error}"),
        other => panic!("{other}"),
    }
    let lanes: Vec<Vec<usize>> = transfers.iter().map(|signed| lanes_of(world, signed, fault)).collect();
    let placed: Vec<_> = transfers.into_iter().zip(lanes.iter().map(Vec::as_slice)).collect();
    let table = forge.table(&LeafForgery::of(world, &placed, *world.batch.lanes.lanes()));
    let refusals = leaf().refusals(&table, &forge.gap);
    assert_ne!(refusals, Gap::default(), "the circuit accepts {fault:?}");
    for (gate, constraint) in refusals.constraints_missing() {
        assert!(is_expected(fault, gate, constraint), "{fault:?} breaks constraint {constraint} of {gate}");
    }
}

/// Where a fee is placed: in its lane, or where the fault says.
fn lanes_of(world: &World, signed: &SignedTransfer, fault: Fault) -> Vec<usize> {
    let token = world.ledger.slot(signed.transfer.from).map(|slot| slot.token);
    let lane = token.and_then(|token| world.batch.lanes.lane_of(token));
    let fallback = if let Fault::FeeWithoutLane(lane) = fault { lane } else { None };
    let is_paid = signed.transfer.fee.value() > Amount::ZERO;
    lane.or(fallback).filter(|_| is_paid).into_iter().collect()
}

/// Runs batches until so many transfers were accepted; as many batches are spoilt and refused. Deterministic for each
/// seed.
fn run(seed: u8, transfers: usize) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = arb_block();
    let forge = Forge::new();
    let mut world = World::new(OWNERS);
    let mut accepted = 0;
    while accepted < transfers {
        let (intents, place, fault) = strategy.new_tree(&mut runner).unwrap().current();
        let orders = orders(&world, &intents);
        both_refuse(&world, &forge, &orders, place, fault);
        agree(&mut world, &orders);
        accepted += orders.len();
    }
}

#[test]
fn ledger_and_circuit_agree() {
    run(0, 1000);
}

#[test]
fn ledger_and_circuit_agree_in_pieces() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[2; 32]));
    let strategy = prop::collection::vec(arb_intent(), 1..=14);
    let mut world = World::new(OWNERS);
    for _ in 0..30 {
        let intents = strategy.new_tree(&mut runner).unwrap().current();
        let orders = orders(&world, &intents);
        agree_in_pieces(&mut world, &orders);
    }
}

#[test]
fn ledger_and_circuit_agree_once_more() {
    run(1, 1000);
}

/// A hundred thousand transfers.
#[test]
#[ignore = "slow: half an hour on two cores"]
fn ledger_and_circuit_agree_a_hundred_thousand_times() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(100);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || run(100 + thread as u8, 100_000usize.div_ceil(threads)));
        }
    });
}

/// A leaf takes any number of transfers up to its own, and says so when there are more.
#[test]
fn any_number_of_transfers_up_to_the_leaf_s() {
    let circuit = small();
    let checker = Checker::new(circuit.data()).unwrap();
    let capacity = circuit.size().transfers();
    assert_eq!(capacity, 60);
    for count in [1, capacity - 1, capacity, capacity + 1] {
        let mut world = World::new(OWNERS);
        let transfers: Vec<_> = (0..count as u32).map(|i| world.transfer(1, i % 4, 0, u64::from(i), 3, i)).collect();
        let before = sums(&world.ledger);
        let trace = world.ledger.apply(&world.batch, &transfers).unwrap();
        assert_eq!(sums(&world.ledger), before);
        let piece = trace.piece();
        let witness = circuit.witness(&piece);
        if count > capacity {
            let error = witness.unwrap_err();
            assert!(matches!(error, LeafError::TooLarge { transfers: 61, capacity: 60, .. }), "{error}");
            continue;
        }
        let table = Table::honest(circuit.data(), witness.unwrap()).unwrap();
        checker.check(&table).unwrap();
        assert_eq!(table.public_inputs(), piece.statement().elements());
        if count == capacity {
            circuit.verify(piece.statement(), &circuit.prove(&piece).unwrap()).unwrap();
        }
    }
}

/// No transfers are no batch, by name; the circuit would prove that nothing happened.
#[test]
fn an_empty_batch_is_refused() {
    let mut world = World::new(OWNERS);
    assert_eq!(world.ledger.apply(&world.batch, &[]).unwrap_err(), BatchError::Empty);
}
