//! # The ledger
//!
//! The ledger holds the slots and their tree, and applies batches to them. This file is the plain reading of the
//! rules, numbered as in [`transfer`](crate::transfer); the circuits are a second reading of the same rules, and tests
//! set one against the other.
//!
//! ## The life of a batch
//!
//! 1. Each fee lane's slot must exist and hold the lane's token.
//! 2. Transfers are applied one by one, each on the state that the one before left: the sender is debited first, then
//!    the receiver is read from the state *after* the debit and credited. A self-transfer needs no special case.
//! 3. At the end of the batch each lane's fees are credited to its slot, lane 0 to lane 3. Fees earned in a batch
//!    cannot be spent in it.
//!
//! All of it happens, or nothing: if a transfer breaks a rule, the slots touched so far are put back, at a cost that
//! depends on their number and not on the size of the state.
//!
//! ## What is conserved
//!
//! No batch changes the sum of all balances of a token: what a sender pays, the receiver and the fee lanes get.
//! That sum is the token's *supply*. It is kept below $2^{62}$ when slots are created, and so no credit overflows.
//!
//! **Not checked here:** that a batch's number follows the last one's. The state file says which number is next, and the
//! contract on Layer 1 insists on it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    amount::Amount,
    batch::{Batch, FeeLane, FeeLanes, LANES},
    data,
    digest::Digest,
    index::{Nonce, SlotIndex, Token},
    rules::RuleError,
    slot::{Owner, Slot},
    state::State,
    statement::{self, Statement},
    transfer::{SignedTransfer, Transfer},
    tree::Tree,
};

pub mod cut;
mod select;
pub mod trace;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

pub use select::Selection;
use trace::{Credit, Opening, Step, Trace};

/// Why a slot cannot be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The place is taken.
    #[error("slot {slot} exists already")]
    SlotTaken {
        /// The place.
        slot: SlotIndex,
    },
    /// The token's supply would not stay below $2^{62}$.
    #[error("token {token}: a supply of {supply} and {added} more would not stay below 2^62")]
    SupplyTooLarge {
        /// The token.
        token: Token,
        /// Its supply so far.
        supply: Amount,
        /// The new slot's balance.
        added: Amount,
    },
}

/// Why a fee lane leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LaneError {
    /// The lane's slot does not exist.
    #[error("fee lane {lane}: slot {slot} does not exist")]
    MissingSlot {
        /// The lane's number, below 4.
        lane: usize,
        /// Its slot.
        slot: SlotIndex,
    },
    /// The lane's slot holds another token.
    #[error("fee lane {lane} collects token {expected}, but its slot holds token {got}")]
    TokenMismatch {
        /// The lane's number, below 4.
        lane: usize,
        /// The lane's token.
        expected: Token,
        /// The token of its slot.
        got: Token,
    },
}

/// Why a batch is refused. The ledger is then as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// There are no transfers: nothing to prove.
    #[error("the batch is empty")]
    Empty,
    /// More transfers than the statement can count.
    #[error("a batch has fewer than 2^32 transfers, got {got}")]
    TooLarge {
        /// How many there were.
        got: usize,
    },
    /// A fee lane leads nowhere.
    #[error(transparent)]
    Lane(#[from] LaneError),
    /// A transfer breaks a rule.
    #[error("transfer {index} breaks {rule}: {error}", rule = error.rule())]
    Transfer {
        /// The transfer's place in the batch, from zero.
        index: usize,
        /// The rule, with what was expected and got.
        error: RuleError,
    },
}

/// The state of the rollup.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// All slots.
    slots: BTreeMap<SlotIndex, Slot>,
    /// Their leaves.
    tree: Tree,
    /// The sum of all balances, for each token that has a slot.
    supplies: BTreeMap<Token, Amount>,
}

/// What the lanes have collected before a batch.
const NO_FEES: [Amount; LANES] = [Amount::ZERO; LANES];

/// The slots that a batch has touched, as they were before it.
type Journal = BTreeMap<SlotIndex, Slot>;

impl Ledger {
    /// A ledger without slots.
    pub fn new() -> Self {
        Self::default()
    }

    /// A ledger with the slots of `state`.
    ///
    /// # Errors
    /// The supply of a token is not below $2^{62}$.
    pub fn from_state(state: &State) -> Result<Self, LedgerError> {
        Self::of_state(state.clone())
    }

    /// The same without a copy: the state is given up.
    ///
    /// # Errors
    /// The supply of a token is not below $2^{62}$.
    pub fn of_state(state: State) -> Result<Self, LedgerError> {
        let mut ledger = Self { slots: state.into_slots(), ..Self::new() };
        for (index, slot) in &ledger.slots {
            enter(&mut ledger.supplies, slot.token, slot.balance)?;
            ledger.tree.set(*index, slot.leaf());
        }
        Ok(ledger)
    }

    /// A copy of all slots, with the circumstances of the batch that comes `next`: what a state file holds.
    pub fn state(&self, next: Batch) -> State {
        State::new(next, self.slots.clone())
    }

    /// The same without a copy: the ledger is given up.
    pub fn into_state(self, next: Batch) -> State {
        State::new(next, self.slots)
    }

    /// Creates a slot with nonce 0.
    ///
    /// # Errors
    /// The place is taken, or the token's supply would not stay below $2^{62}$. The ledger is then unchanged.
    pub fn create(&mut self, index: SlotIndex, owner: Owner, token: Token, balance: Amount) -> Result<(), LedgerError> {
        self.insert(index, Slot { owner, token, nonce: Nonce::new(0), balance })
    }

    fn insert(&mut self, index: SlotIndex, slot: Slot) -> Result<(), LedgerError> {
        if self.slots.contains_key(&index) {
            return Err(LedgerError::SlotTaken { slot: index });
        }
        enter(&mut self.supplies, slot.token, slot.balance)?;
        self.tree.set(index, slot.leaf());
        self.slots.insert(index, slot);
        Ok(())
    }

    /// The slot at `index`, if it exists.
    pub fn slot(&self, index: SlotIndex) -> Option<&Slot> {
        self.slots.get(&index)
    }

    /// All slots, by rising index.
    pub fn slots(&self) -> impl Iterator<Item = (SlotIndex, &Slot)> {
        self.slots.iter().map(|(index, slot)| (*index, slot))
    }

    /// The root of the state tree.
    pub fn root(&self) -> Digest {
        self.tree.root()
    }

    /// The state tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The sum of all balances of `token`; zero for a token without slots.
    pub fn supply(&self, token: Token) -> Amount {
        self.supplies.get(&token).copied().unwrap_or(Amount::ZERO)
    }

    /// The supply of each token that has a slot, by rising token.
    pub fn supplies(&self) -> impl Iterator<Item = (Token, Amount)> {
        self.supplies.iter().map(|(token, supply)| (*token, *supply))
    }

    /// Whether each used lane leads to a slot of its token.
    ///
    /// # Errors
    /// The first lane that does not.
    pub fn check_lanes(&self, lanes: &FeeLanes) -> Result<(), LaneError> {
        for (lane, used) in lanes.lanes().iter().enumerate() {
            let Some(FeeLane { token: expected, slot }) = *used else {
                continue;
            };
            let got = self.slot(slot).ok_or(LaneError::MissingSlot { lane, slot })?.token;
            if got != expected {
                return Err(LaneError::TokenMismatch { lane, expected, got });
            }
        }
        Ok(())
    }

    /// Applies `transfers` in order as one batch, and keeps all that a proof of it needs.
    ///
    /// # Errors
    /// The batch is empty or too large, a fee lane leads nowhere, or a transfer breaks a rule. The ledger is then as
    /// it was.
    pub fn apply(&mut self, batch: &Batch, transfers: &[SignedTransfer]) -> Result<Trace, BatchError> {
        if transfers.is_empty() {
            return Err(BatchError::Empty);
        }
        let count = u32::try_from(transfers.len()).map_err(|_| BatchError::TooLarge { got: transfers.len() })?;
        self.check_lanes(&batch.lanes)?;

        let before = self.part(batch, transfers);
        let mut journal = Journal::new();
        match self.run(batch, transfers, NO_FEES, &mut journal, |_, _| ()) {
            Ok(fees) => self.credit_fees(&batch.lanes, fees, &mut journal),
            Err((index, error)) => {
                self.roll_back(journal);
                return Err(BatchError::Transfer { index, error });
            }
        };
        let statement = Statement {
            version: statement::VERSION,
            domain: batch.domain.separator(),
            batch: batch.number.get(),
            old_root: before.root(),
            new_root: self.root(),
            count,
            fees: batch.lanes.digest(),
            data_in: data::start(),
            data_out: data::absorb_all(data::start(), transfers.iter().map(|signed| &signed.transfer)),
        };
        Ok(Trace::new(*batch, statement, Arc::new(before), transfers.into()))
    }

    /// Applies transfers one by one, and adds their fees to `sums`. Hands each step to `record`, with the root after it.
    ///
    /// If a transfer breaks a rule, says which and stops there: those before it are applied.
    fn run(
        &mut self,
        batch: &Batch,
        transfers: &[SignedTransfer],
        mut sums: [Amount; LANES],
        journal: &mut Journal,
        mut record: impl FnMut(Step, Digest),
    ) -> Result<[Amount; LANES], (usize, RuleError)> {
        for (index, signed) in transfers.iter().enumerate() {
            let step = self.step(batch, signed, journal).map_err(|error| (index, error))?;
            if let Some(lane) = batch.lanes.lane_of(step.sender.slot.token) {
                let sum = sums[lane].checked_add(signed.transfer.fee.value());
                sums[lane] = sum.expect("fees come out of balances, whose sum is below 2^62");
            }
            record(step, self.root());
        }
        Ok(sums)
    }

    /// Applies one transfer, or changes nothing.
    fn step(&mut self, batch: &Batch, signed: &SignedTransfer, journal: &mut Journal) -> Result<Step, RuleError> {
        let Transfer { from, to, amount, fee, nonce, expiry } = signed.transfer;
        // T8
        if signed.domain != batch.domain {
            return Err(RuleError::WrongDomain { expected: batch.domain, got: signed.domain });
        }
        // T5
        let sender = self.slot(from).ok_or(RuleError::MissingSlot { slot: from })?;
        let receiver = self.slot(to).ok_or(RuleError::MissingSlot { slot: to })?;
        // T1
        if !signed.is_signed_by(&sender.owner.public_key) {
            return Err(RuleError::BadSignature);
        }
        // T2, and T7: the last nonce has no next one.
        if nonce != sender.nonce {
            return Err(RuleError::StaleNonce { expected: sender.nonce, got: nonce });
        }
        let next_nonce = nonce.next()?;
        // T6
        if batch.number.get() > expiry.get() {
            return Err(RuleError::Expired { expiry, batch: batch.number });
        }
        // T4
        if sender.token != receiver.token {
            return Err(RuleError::TokenMismatch { sender: sender.token, receiver: receiver.token });
        }
        // T10
        if fee.value() > Amount::ZERO && batch.lanes.lane_of(sender.token).is_none() {
            return Err(RuleError::FeeTokenRefused { token: sender.token });
        }
        // T3
        let rest = sender.balance.checked_sub(amount).and_then(|rest| rest.checked_sub(fee.value()));
        let Some(rest) = rest else {
            return Err(RuleError::Insolvent { balance: sender.balance, needed: signed.transfer.cost() });
        };

        // T9: these two updates are all that happens.
        let debited = Slot { nonce: next_nonce, balance: rest, ..sender.clone() };
        let sender = self.update(from, debited, journal);
        let receiver = self.credit(to, amount, journal);
        Ok(Step { signed: signed.clone(), sender, receiver })
    }

    /// Credits each used lane with its sum.
    fn credit_fees(
        &mut self,
        lanes: &FeeLanes,
        sums: [Amount; LANES],
        journal: &mut Journal,
    ) -> [Option<Credit>; LANES] {
        std::array::from_fn(|number| {
            let (lane, sum) = (lanes.lanes()[number]?, sums[number]);
            Some(Credit { lane, sum, opening: self.credit(lane.slot, sum, journal) })
        })
    }

    /// Adds `amount` to the balance of a slot that exists.
    fn credit(&mut self, index: SlotIndex, amount: Amount, journal: &mut Journal) -> Opening {
        let slot = self.slots[&index].clone();
        let balance = slot.balance.checked_add(amount);
        let balance = balance.expect("the amount was debited elsewhere, and the token's supply is below 2^62");
        self.update(index, Slot { balance, ..slot }, journal)
    }

    /// Replaces a slot that exists, and opens the one that was there.
    fn update(&mut self, index: SlotIndex, slot: Slot, journal: &mut Journal) -> Opening {
        let path = self.tree.path(index);
        self.tree.set(index, slot.leaf());
        let before = self.slots.insert(index, slot).expect("only slots that exist are updated");
        // The first touch knows the slot as it was before the batch.
        journal.entry(index).or_insert_with(|| before.clone());
        Opening { slot: before, path }
    }

    /// The part of the ledger that a batch touches: the slots of its transfers and lanes, with their paths. It behaves as
    /// the whole under this batch, and has its root. Supplies, which no batch moves, are left out.
    fn part(&self, batch: &Batch, transfers: &[SignedTransfer]) -> Self {
        let parties = transfers.iter().flat_map(|signed| [signed.transfer.from, signed.transfer.to]);
        let lanes = batch.lanes.lanes().iter().flatten().map(|lane| lane.slot);
        let touched: BTreeSet<SlotIndex> = parties.chain(lanes).collect();
        let slots = touched.iter().filter_map(|index| Some((*index, self.slot(*index)?.clone()))).collect();
        Self { slots, tree: self.tree.part(&touched), supplies: BTreeMap::new() }
    }

    /// Puts the touched slots back. Supplies never moved.
    fn roll_back(&mut self, journal: Journal) {
        for (index, slot) in journal {
            self.tree.set(index, slot.leaf());
            self.slots.insert(index, slot);
        }
    }
}

/// Adds a new slot's balance to the supply of its token.
fn enter(supplies: &mut BTreeMap<Token, Amount>, token: Token, added: Amount) -> Result<(), LedgerError> {
    let supply = supplies.get(&token).copied().unwrap_or(Amount::ZERO);
    let sum = supply.checked_add(added).ok_or(LedgerError::SupplyTooLarge { token, supply, added })?;
    supplies.insert(token, sum);
    Ok(())
}
