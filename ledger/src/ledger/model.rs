//! The ledger against a second reading of the rules: a table of balances with wide integers, which knows neither tree
//! nor hashes nor signatures, only who signed what. Random batches, most of their transfers valid, must have the same
//! outcome under both: the same balances, or the same broken rule at the same place.

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::*;
use crate::{
    domain::Domain,
    fee::FeeCode,
    index::{BatchNumber, Expiry},
    rules::Rule,
    testing::{DOMAIN, MISSING, SLOTS, batch, index, key, key_of, world},
};

/// What the model knows of a slot.
#[derive(Debug, Clone, PartialEq)]
struct Account {
    key: usize,
    token: u32,
    nonce: u128,
    balance: u128,
}

/// A transfer in plain numbers, and the truth about its signature.
#[derive(Debug, Clone)]
struct Order {
    from: u32,
    to: u32,
    amount: u128,
    fee_code: u16,
    nonce: u128,
    expiry: u128,
    /// Who signed.
    signer: usize,
    /// Whether it names the batch's domain.
    is_our_domain: bool,
    /// Whether it was changed after it was signed.
    is_tampered: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct Model(BTreeMap<u32, Account>);

impl Model {
    fn of_world() -> Self {
        let account = |key, token, balance| Account { key, token, nonce: 0, balance: u128::from(balance) };
        Self(SLOTS.iter().map(|&(slot, key, token, balance)| (slot, account(key, token, balance))).collect())
    }

    /// The batch number is 7; token 1 pays fees to slot 9, token 2 to the last slot.
    fn fee_slot(token: u32) -> Option<u32> {
        match token {
            1 => Some(9),
            2 => Some((1 << 24) - 1),
            _ => None,
        }
    }

    fn fee(order: &Order) -> u128 {
        let table = [1, 100, 10_000, 1_000_000];
        u128::from(order.fee_code % 256) * table[usize::from(order.fee_code / 256)]
    }

    fn judge(&self, order: &Order) -> Result<(), Rule> {
        let or = |holds: bool, rule| if holds { Ok(()) } else { Err(rule) };
        or(order.is_our_domain, Rule::T8)?;
        let sender = self.0.get(&order.from).ok_or(Rule::T5)?;
        let receiver = self.0.get(&order.to).ok_or(Rule::T5)?;
        or(order.signer == sender.key && !order.is_tampered, Rule::T1)?;
        or(order.nonce == sender.nonce, Rule::T2)?;
        or(order.nonce + 1 < 1 << 32, Rule::T7)?;
        or(order.expiry >= 7, Rule::T6)?;
        or(sender.token == receiver.token, Rule::T4)?;
        or(Self::fee(order) == 0 || Self::fee_slot(sender.token).is_some(), Rule::T10)?;
        or(order.amount + Self::fee(order) <= sender.balance, Rule::T3)
    }

    /// All orders, then the fees; or the first broken rule and its place.
    fn apply(&mut self, orders: &[Order]) -> Result<(), (usize, Rule)> {
        let mut after = self.clone();
        let mut fees: Vec<(u32, u128)> = Vec::new();
        for (place, order) in orders.iter().enumerate() {
            after.judge(order).map_err(|rule| (place, rule))?;
            fees.extend(after.transfer(order));
        }
        for (slot, fee) in fees {
            after.0.get_mut(&slot).unwrap().balance += fee;
        }
        *self = after;
        Ok(())
    }

    /// Moves the amount of a valid order; says what fee is owed to which slot.
    fn transfer(&mut self, order: &Order) -> Option<(u32, u128)> {
        let sender = self.0.get_mut(&order.from).unwrap();
        sender.balance -= order.amount + Self::fee(order);
        sender.nonce += 1;
        let fee_slot = Self::fee_slot(sender.token);
        self.0.get_mut(&order.to).unwrap().balance += order.amount;
        fee_slot.map(|slot| (slot, Self::fee(order)))
    }
}

/// A transfer relative to the state that it will meet, so that most are valid.
#[derive(Debug, Clone)]
struct Intent {
    pair: (u32, u32),
    share: Share,
    fee_code: u16,
    fault: Fault,
}

#[derive(Debug, Clone, Copy)]
enum Share {
    Nothing,
    Some(u8),
    AllButFee,
    OneTooMany,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    NonceAhead,
    NonceBehind,
    Expired,
    OtherSigner,
    OtherDomain,
    Tampered,
}

impl Intent {
    fn order(&self, model: &Model) -> Order {
        let (from, to) = self.pair;
        let account = model.0.get(&from);
        let balance = account.map_or(0, |account| account.balance);
        let nonce = account.map_or(0, |account| account.nonce);
        let signer = key_of(from).unwrap_or(0);
        let mut order = Order {
            from,
            to,
            amount: 0,
            fee_code: self.fee_code,
            nonce,
            expiry: 7,
            signer,
            is_our_domain: self.fault != Fault::OtherDomain,
            is_tampered: self.fault == Fault::Tampered,
        };
        if Model::fee(&order) > balance && self.fault == Fault::None {
            order.fee_code = 0;
        }
        let rest = balance.saturating_sub(Model::fee(&order));
        order.amount = match self.share {
            Share::Nothing => 0,
            Share::Some(share) => rest * u128::from(share) / 256,
            Share::AllButFee => rest,
            Share::OneTooMany => rest + 1,
        };
        match self.fault {
            Fault::NonceAhead => order.nonce += 1,
            Fault::NonceBehind => order.nonce = nonce.checked_sub(1).unwrap_or((1 << 32) - 1),
            Fault::Expired => order.expiry = 6,
            Fault::OtherSigner => order.signer = (signer + 1) % 5,
            Fault::None | Fault::OtherDomain | Fault::Tampered => {}
        }
        order
    }
}

impl Order {
    fn sign(&self) -> SignedTransfer {
        let transfer = Transfer {
            from: index(self.from),
            to: index(self.to),
            amount: Amount::new(self.amount as u64).unwrap(),
            fee: FeeCode::new(self.fee_code).unwrap(),
            nonce: Nonce::new(self.nonce as u32),
            expiry: Expiry::new(self.expiry as u32),
        };
        let domain = if self.is_our_domain { DOMAIN } else { Domain::new([0; 32]) };
        if !self.is_tampered {
            return transfer.sign(&domain, key(self.signer));
        }
        let other = Transfer { expiry: Expiry::new(self.expiry as u32 + 1), ..transfer };
        SignedTransfer { transfer, ..other.sign(&domain, key(self.signer)) }
    }
}

fn arb_pair() -> impl Strategy<Value = (u32, u32)> {
    let within = |slots: &'static [u32]| (prop::sample::select(slots), prop::sample::select(slots));
    prop_oneof![
        8 => within(&[0, 1, 9]),
        8 => within(&[2, 3, (1 << 24) - 1]),
        4 => within(&[7, 8]),
        1 => within(&[0, 2, 7, MISSING]),
    ]
}

fn arb_intent() -> impl Strategy<Value = Intent> {
    let share = prop_oneof![
        1 => Just(Share::Nothing),
        8 => any::<u8>().prop_map(Share::Some),
        1 => Just(Share::AllButFee),
        1 => prop_oneof![9 => Just(Share::AllButFee), 1 => Just(Share::OneTooMany)],
    ];
    let fee_code = prop_oneof![4 => Just(0), 4 => 0..8u16, 1 => Just(256), 1 => Just(257)];
    let fault = prop_oneof![
        60 => Just(Fault::None),
        1 => prop::sample::select(vec![
            Fault::NonceAhead,
            Fault::NonceBehind,
            Fault::Expired,
            Fault::OtherSigner,
            Fault::OtherDomain,
            Fault::Tampered,
        ]),
    ];
    (arb_pair(), share, fee_code, fault).prop_map(|(pair, share, fee_code, fault)| {
        // Most fees in the token that nobody collects are dropped, or most batches would end there.
        let is_collected = pair.0 != 7 && pair.0 != 8;
        let fee_code = if is_collected { fee_code } else { fee_code / 7 };
        Intent { pair, share, fee_code, fault }
    })
}

/// A few batches, applied one after another.
fn arb_batches(length: usize) -> impl Strategy<Value = Vec<Vec<Intent>>> {
    prop::collection::vec(prop::collection::vec(arb_intent(), 1..length), 1..4)
}

/// What the intents come to, one after another, on the state that `model` describes.
fn orders(model: &Model, intents: &[Intent]) -> Vec<Order> {
    let mut ahead = model.clone();
    let mut order = |intent: &Intent| {
        let order = intent.order(&ahead);
        if ahead.judge(&order).is_ok() {
            ahead.transfer(&order);
        }
        order
    };
    intents.iter().map(&mut order).collect()
}

/// Applies the batches to model and ledger, and compares everything that can be seen.
fn compare(batches: &[Vec<Intent>]) -> usize {
    let (mut model, mut ledger) = (Model::of_world(), world());
    let supplies: Vec<_> = ledger.supplies().collect();
    let mut operations = 0;
    for intents in batches {
        let orders = orders(&model, intents);
        operations += orders.len();
        let transfers: Vec<_> = orders.iter().map(Order::sign).collect();

        let before = ledger.clone();
        let result = ledger.apply(&batch(), &transfers);
        let outcome = result.as_ref().map(|_| ()).map_err(|error| match error {
            BatchError::Transfer { index, error } => (*index, error.rule()),
            other => panic!("no other error is possible here: {other}"),
        });
        assert_eq!(outcome, model.apply(&orders));
        match result {
            Ok(trace) => check_trace(&trace, &before, &ledger),
            Err(_) => assert_eq!(ledger, before),
        }
        assert_eq!(view(&ledger), model);
        assert!(ledger.supplies().eq(supplies.iter().copied()));
        for (token, supply) in &supplies {
            let balances = model.0.values().filter(|account| account.token == token.get());
            assert_eq!(balances.map(|account| account.balance).sum::<u128>(), u128::from(supply.get()));
        }
        assert_eq!(Ledger::from_state(&ledger.state(batch())), Ok(ledger.clone()), "the tree is that of the slots");
    }
    operations
}

/// The ledger as the model sees it.
fn view(ledger: &Ledger) -> Model {
    let account = |(index, slot): (SlotIndex, &Slot)| {
        let key = key_of(index.get()).expect("no slot is created");
        assert_eq!(slot.owner, crate::testing::owner(key));
        let (token, nonce) = (slot.token.get(), u128::from(slot.nonce.get()));
        (index.get(), Account { key, token, nonce, balance: u128::from(slot.balance.get()) })
    };
    Model(ledger.slots().map(account).collect())
}

/// Follows the trace from the old to the new root by its openings alone.
fn check_trace(trace: &Trace, before: &Ledger, after: &Ledger) {
    let mut root = before.root();
    assert_eq!(trace.roots().len(), trace.steps().len() + 1);
    for (step, recorded) in trace.steps().iter().zip(trace.roots()) {
        assert_eq!(root, *recorded);
        let transfer = step.signed.transfer;
        assert_eq!(step.sender.root(transfer.from), root);
        let mut slot = step.sender.slot.clone();
        slot.nonce = slot.nonce.next().unwrap();
        slot.balance = Amount::new(slot.balance.get() - transfer.cost()).unwrap();
        root = step.sender.path.root(slot.leaf(), transfer.from);

        assert_eq!(step.receiver.root(transfer.to), root);
        let mut slot = step.receiver.slot.clone();
        slot.balance = slot.balance.checked_add(transfer.amount).unwrap();
        root = step.receiver.path.root(slot.leaf(), transfer.to);
    }
    assert_eq!(trace.roots().last(), Some(&root));
    for (credit, lane) in trace.credits().iter().zip(trace.batch().lanes.lanes()) {
        assert_eq!(credit.as_ref().map(|credit| credit.lane), *lane);
        let Some(Credit { lane, opening, sum }) = credit else {
            continue;
        };
        assert_eq!(opening.root(lane.slot), root);
        let mut slot = opening.slot.clone();
        slot.balance = slot.balance.checked_add(*sum).unwrap();
        root = opening.path.root(slot.leaf(), lane.slot);
    }
    assert_eq!(root, after.root());
    let Statement { old_root, new_root, batch, count, .. } = *trace.statement();
    assert_eq!((old_root, new_root), (before.root(), after.root()));
    assert_eq!((batch, count as usize), (trace.batch().number.get(), trace.steps().len()));
    assert_eq!(BatchNumber::new(batch), Ok(trace.batch().number));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn ledger_and_model_agree(batches in arb_batches(8)) {
        compare(&batches);
    }
}

/// The generator reaches what it is meant to reach: valid batches, and each rule but T7 (a state of its own) and T9.
#[test]
fn random_batches_meet_every_rule() {
    let mut runner = TestRunner::deterministic();
    let strategy = arb_batches(12);
    let mut met = BTreeMap::new();
    for _ in 0..2000 {
        let batches = strategy.new_tree(&mut runner).unwrap().current();
        let mut model = Model::of_world();
        for intents in batches {
            let orders = orders(&model, &intents);
            let outcome = model.apply(&orders).err().map(|(_, rule)| rule);
            *met.entry(outcome).or_insert(0) += 1;
        }
    }
    let rules: Vec<Rule> = met.keys().flatten().copied().collect();
    assert_eq!(rules, [Rule::T1, Rule::T2, Rule::T3, Rule::T4, Rule::T5, Rule::T6, Rule::T8, Rule::T10], "{met:?}");
    let valid = met[&None];
    assert!(valid * 3 > met.values().sum::<i32>(), "at least a third is valid: {met:?}");
}

/// The slow suite: a million operations.
#[test]
#[ignore = "slow: minutes"]
fn ledger_and_model_agree_a_million_times() {
    let mut runner = TestRunner::deterministic();
    let strategy = arb_batches(40);
    let mut operations = 0;
    while operations < 1_000_000 {
        operations += compare(&strategy.new_tree(&mut runner).unwrap().current());
    }
}
