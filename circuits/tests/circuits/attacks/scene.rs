//! # Scenes: the circuits that are attacked, and forged steps to attack them with
//!
//! | scene | rows | what |
//! |---|---|---|
//! | [`single`] | $2^8$ | one transfer; its context and its effect are public |
//! | [`leaf`] | $2^{10}$ | a leaf of one block, with its fee lanes and its statement |
//!
//! A [`Forgery`] is what the ledger never makes: a step with any slots, any signature, any paths. Its numbers are field
//! elements, so a balance may be negative.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use furl_circuits::builder::Builder;
use furl_circuits::field::F;
use furl_circuits::gadgets::arithmetic;
use furl_circuits::leaf::LeafWires;
use furl_circuits::testing::Table;
use furl_circuits::transfer::{Context, TransferWires};
use furl_circuits::wires::{DigestWires, Wires};
use furl_ledger::hash::{Tag, hash};
use furl_ledger::*;
use plonky2::field::types::Field;
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, WitnessWrite};

use super::schnorr::Digits;
use super::stage::{Gap, Stage};
use crate::support::{World, slot};

/// One transfer, all of whose edges are public.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Single {
    pub(crate) domain: DigestWires,
    pub(crate) batch: Target,
    pub(crate) real: Target,
    pub(crate) transfer: TransferWires,
}

fn write_single(b: &mut Builder) -> Single {
    let (domain, batch, real) = (DigestWires::allocate(b), Target::allocate(b), Target::allocate(b));
    let transfer = TransferWires::allocate(b);
    arithmetic::range_check_32(b, batch);
    let effect = transfer.constrain(b, &Context { domain, batch }, real);
    b.register_public_inputs(&domain.elements);
    b.register_public_inputs(&[batch, real]);
    b.register_public_inputs(&effect.old_root.elements);
    b.register_public_inputs(&effect.new_root.elements);
    b.register_public_inputs(&[effect.token, effect.fee, effect.words[0], effect.words[1]]);
    Single { domain, batch, real, transfer }
}

/// One transfer.
pub(crate) fn single() -> &'static Stage<Single> {
    static STAGE: OnceLock<Stage<Single>> = OnceLock::new();
    STAGE.get_or_init(|| Stage::new(write_single))
}

/// A leaf of one block.
pub(crate) fn leaf() -> &'static Stage<LeafWires> {
    static STAGE: OnceLock<Stage<LeafWires>> = OnceLock::new();
    STAGE.get_or_init(|| Stage::new(|b| LeafWires::constrain(b, 1)))
}

/// The leaf of a slot given by its key and numbers.
pub(crate) fn raw_leaf(key: Digest, token: F, nonce: F, balance: F) -> Digest {
    let [k0, k1, k2, k3] = key.0;
    hash(Tag::Slot, &[k0, k1, k2, k3, token, nonce, balance])
}

/// The leaf of a slot after it paid `cost`: possibly of a negative balance.
pub(crate) fn debited(slot: &Slot, cost: F) -> Digest {
    raw_leaf(slot.owner.key(), slot.token.element(), slot.nonce.element() + F::ONE, slot.balance.element() - cost)
}

/// Slots and their tree, without rules.
#[derive(Clone)]
pub(crate) struct Anarchy {
    pub(crate) slots: BTreeMap<SlotIndex, Slot>,
    pub(crate) tree: Tree,
}

impl Anarchy {
    pub(crate) fn of(ledger: &Ledger) -> Self {
        Self { slots: ledger.slots().map(|(i, slot)| (i, slot.clone())).collect(), tree: ledger.tree().clone() }
    }

    /// Opens a slot. Where there is none, the forger says that there is one like the first of all slots.
    pub(crate) fn open(&self, index: SlotIndex) -> Opening {
        let slot = self.slots.get(&index).or(self.slots.values().next()).unwrap();
        Opening { slot: slot.clone(), path: self.tree.path(index) }
    }

    pub(crate) fn put(&mut self, index: SlotIndex, slot: Slot) {
        self.tree.set(index, slot.leaf());
        self.slots.insert(index, slot);
    }

    /// Adds to a balance, and opens the slot as it was before.
    pub(crate) fn credit(&mut self, index: SlotIndex, amount: Amount) -> Opening {
        let opening = self.open(index);
        let balance = opening.slot.balance.checked_add(amount).unwrap();
        self.put(index, Slot { balance, ..opening.slot.clone() });
        opening
    }

    /// The step of a transfer, whether or not it obeys the rules: the sender is debited whatever it holds. The tree is
    /// left after the debit alone if the debt is more than a slot can hold.
    pub(crate) fn step(&mut self, signed: &SignedTransfer) -> Step {
        let Transfer { from, to, amount, .. } = signed.transfer;
        let sender = self.open(from);
        let slot = sender.slot.clone();
        match slot.balance.get().checked_sub(signed.transfer.cost()) {
            Some(rest) => {
                let nonce = Nonce::new(slot.nonce.get().wrapping_add(1));
                self.put(from, Slot { nonce, balance: Amount::new(rest).unwrap(), ..slot });
            }
            None => self.tree.set(from, debited(&slot, F::from_canonical_u64(signed.transfer.cost()))),
        }
        Step { signed: signed.clone(), sender, receiver: self.credit(to, amount) }
    }
}

/// Inputs of [`single`] that say what they like.
#[derive(Clone)]
pub(crate) struct Forgery(pub(super) PartialWitness<F>);

impl Forgery {
    /// A step, taken as a real transfer in this batch.
    pub(crate) fn of(batch: &Batch, step: &Step) -> Self {
        let wires = &single().wires;
        let mut witness = PartialWitness::new();
        wires.domain.assign(&mut witness, &batch.domain.separator()).unwrap();
        witness.set_target(wires.batch, F::from_canonical_u32(batch.number.get())).unwrap();
        witness.set_target(wires.real, F::ONE).unwrap();
        wires.transfer.assign(&mut witness, step).unwrap();
        Self(witness)
    }

    /// The same with other values on some targets.
    pub(crate) fn with<W: Wires>(mut self, wires: &W, values: &[F]) -> Self {
        let targets = wires.to_targets();
        assert_eq!(targets.len(), values.len());
        self.0.target_values.extend(targets.into_iter().zip(values.iter().copied()));
        self
    }

    /// The same with other digits on the ladder.
    pub(crate) fn with_digits(self, digits: &Digits) -> Self {
        let bits: Vec<F> = digits.as_flattened().iter().map(|bit| F::from_bool(*bit)).collect();
        self.with(&single().wires.transfer.signature, &bits)
    }

    /// The same with values on targets that a gap has set free.
    pub(crate) fn with_loose(mut self, targets: &[Target], values: &[F]) -> Self {
        assert_eq!(targets.len(), values.len());
        self.0.target_values.extend(targets.iter().copied().zip(values.iter().copied()));
        self
    }
}

/// Inputs of [`leaf`] that say what they like. Of the statement only what comes before is given; what comes after
/// follows.
pub(crate) struct LeafForgery {
    /// The batch: domain and number. Its lanes are ignored.
    pub(crate) batch: Batch,
    pub(crate) old_root: Digest,
    /// For each place whether it is real, what happens there, and in which lanes its fee is placed. The places after
    /// these are padding.
    pub(crate) places: Vec<(bool, Step, [bool; 4])>,
    pub(crate) credits: [Option<Credit>; 4],
    /// What the lanes have collected before.
    pub(crate) sums: [Amount; 4],
    /// Whether the leaf is the last of its batch.
    pub(crate) last: bool,
}

impl LeafForgery {
    /// Transfers, each with the lanes that its fee is placed in, on the world's state; then the lanes, each credited
    /// with all that was placed in it.
    pub(crate) fn of(world: &World, transfers: &[(SignedTransfer, &[usize])], lanes: [Option<FeeLane>; 4]) -> Self {
        Self::piece(world, transfers, lanes, [Amount::ZERO; 4], true)
    }

    /// The same as a piece of a batch, after fees of `before`.
    pub(crate) fn piece(
        world: &World,
        transfers: &[(SignedTransfer, &[usize])],
        lanes: [Option<FeeLane>; 4],
        before: [Amount; 4],
        last: bool,
    ) -> Self {
        let mut state = Anarchy::of(&world.ledger);
        let place = |(signed, lanes): &(SignedTransfer, &[usize])| {
            (true, state.step(signed), std::array::from_fn(|j| lanes.contains(&j)))
        };
        let places = transfers.iter().map(place).collect();
        let credits = std::array::from_fn(|j| {
            let lane = lanes[j]?;
            let placed = transfers.iter().filter(|(_, lanes)| lanes.contains(&j));
            let placed: u64 = placed.map(|(signed, _)| signed.transfer.fee.value().get()).sum();
            let sum = if last { Amount::new(before[j].get() + placed).unwrap() } else { Amount::ZERO };
            Some(Credit { lane, opening: state.credit(lane.slot, sum), sum })
        });
        Self { batch: world.batch, old_root: world.ledger.root(), places, credits, sums: before, last }
    }

    /// The inputs of a leaf.
    pub(crate) fn inputs(&self, wires: &LeafWires) -> PartialWitness<F> {
        let LeafWires { statement, places, lanes, sums, last, gaps } = wires;
        let mut witness = PartialWitness::new();
        witness.set_target(statement.version, F::ONE).unwrap();
        statement.domain.assign(&mut witness, &self.batch.domain.separator()).unwrap();
        witness.set_target(statement.batch, F::from_canonical_u32(self.batch.number.get())).unwrap();
        statement.old_root.assign(&mut witness, &self.old_root).unwrap();
        statement.data_in.assign(&mut witness, &data::start()).unwrap();
        let padding = (false, padding::step(&self.batch.domain), [false; 4]);
        let all = self.places.iter().chain(std::iter::repeat(&padding));
        for (place, (real, step, lanes)) in places.iter().zip(all) {
            place.real.assign(&mut witness, &F::from_bool(*real)).unwrap();
            place.transfer.assign(&mut witness, step).unwrap();
            place.lane.assign(&mut witness, &lanes.map(F::from_bool)).unwrap();
        }
        lanes.assign(&mut witness, &self.credits).unwrap();
        sums.assign(&mut witness, &self.sums.map(Amount::element)).unwrap();
        last.assign(&mut witness, &F::from_bool(self.last)).unwrap();
        let token = |j: usize| self.credits[j].as_ref().map_or(F::ZERO, |credit| credit.lane.token.element());
        let pairs = (0..4).flat_map(|j| (j + 1..4).map(move |k| (j, k)));
        for (gap, (j, k)) in gaps.iter().zip(pairs) {
            gap.assign(&mut witness, &(token(j) - token(k)).try_inverse().unwrap_or_default()).unwrap();
        }
        witness
    }

    /// The table that the generators make of it in the whole circuit.
    pub(crate) fn table(&self) -> Table {
        leaf().table(&Gap::default(), self.inputs(&leaf().wires))
    }
}

/// The new root that a table of [`leaf`] claims.
pub(crate) fn new_root(table: &Table) -> Digest {
    Digest(std::array::from_fn(|i| table.public_inputs()[10 + i]))
}

/// A lane of token 0 or another, into the slot of an owner.
pub(crate) fn lane(owner: u32, token: u32) -> Option<FeeLane> {
    Some(FeeLane { token: Token::new(token), slot: slot(owner, token) })
}

/// A world of four owners with a billion in each of three tokens.
pub(crate) fn world() -> World {
    World::new(4)
}

/// The honest transfer that most attacks spoil: 500 of token 0 from owner 1 to owner 2, fee 3, in batch 7.
pub(crate) fn honest(world: &World) -> SignedTransfer {
    world.transfer(1, 2, 0, 500, 3, 0)
}
