//! Statements at their bounds, packed into nine scalars by everybody who does: this crate, the contract `Furl`, the circuit. A forged proof is
//! accepted if the scalars are those that it was forged for, and if one of them differs, it is not.

use furl_circuits::profile::Profile;
use furl_ledger::digest::Digest;
use furl_settlement::bytecode::Contracts;
use furl_settlement::rollup::Site;
use furl_settlement::{Embedded, Layer1Error, Revert, Rollup};
use furl_verifier::{Statement, VerifyingKey, verify};
use furl_wrap::native::Native;
use furl_wrap::verify::goldilocks::Goldilocks;
use furl_wrap::verify::statement::{assert_public, elements};
use furl_wrap::{contract, key_file};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::forged::{publics, sent};
use crate::forger::{CONSTRAINTS, Forger, Slip};
use crate::small::fixture;

/// Goldilocks.
const P: u64 = 0xffff_ffff_0000_0001;
/// Where a statement has digests, and where numbers.
const DIGESTS: [usize; 6] = [4, 40, 72, 108, 140, 172];
const NUMBERS: [usize; 2] = [36, 104];
/// Elements of a statement that the circuit has from nobody: the version, and the start of the data chain.
const CONSTANTS: [usize; 5] = [0, 19, 20, 21, 22];

/// A limb, mostly at a bound.
fn limb(rng: &mut StdRng) -> u64 {
    match rng.gen_range(0..7) {
        0 => 0,
        1 => 1,
        2 => P - 1,
        3 => (1 << 32) - 1,
        4 => P - 1 - (1 << 32),
        5 => 0xffff_fffe_ffff_ffff,
        _ => rng.gen_range(0..P),
    }
}

/// A number, mostly at a bound.
fn count(rng: &mut StdRng) -> u32 {
    [0, 1, u32::MAX, rng.r#gen()][rng.gen_range(0..4)]
}

/// A statement that is well formed, and mostly at its bounds.
pub(crate) fn any_statement(rng: &mut StdRng) -> [u8; Statement::BYTES] {
    let mut bytes = [0; Statement::BYTES];
    bytes[..4].copy_from_slice(&1u32.to_le_bytes());
    for offset in DIGESTS {
        for i in 0..4 {
            bytes[offset + 8 * i..][..8].copy_from_slice(&limb(rng).to_le_bytes());
        }
    }
    for offset in NUMBERS {
        bytes[offset..][..4].copy_from_slice(&count(rng).to_le_bytes());
    }
    bytes
}

/// All limbs one value, all numbers another; then any.
#[test]
fn statements_at_their_bounds() {
    let three = &fixture().three;
    let forger = Forger::new(&three.key);
    let mut rng = StdRng::seed_from_u64(7);
    let uniform = [(0, 0), (P - 1, u32::MAX), (0, u32::MAX), (P - 1, 0), (1, 1)].map(|(limb, number)| {
        let mut bytes = any_statement(&mut StdRng::seed_from_u64(0));
        DIGESTS
            .iter()
            .for_each(|at| (0..4).for_each(|i| bytes[at + 8 * i..][..8].copy_from_slice(&u64::to_le_bytes(limb))));
        NUMBERS.iter().for_each(|at| bytes[*at..][..4].copy_from_slice(&u32::to_le_bytes(number)));
        bytes
    });
    let any = (0..35).map(|_| any_statement(&mut rng)).collect::<Vec<_>>();
    for statement in uniform.into_iter().chain(any) {
        let proof = forger.forge(&publics(&statement), &sent(&forger, 0, &mut rng), None).unwrap();
        assert_eq!(three.say(&statement, &proof), Ok(()), "{}", hex::encode(statement));
    }
}

/// What the wrap's circuit demands of the public scalars, run on values.
fn packed_by_the_circuit(statement: &furl_ledger::Statement) -> bool {
    let mut machine = Native::new(publics(&statement.to_bytes()).to_vec());
    let g = &mut Goldilocks::new(&mut machine);
    let all = statement.elements();
    let inputs = (0..all.len()).filter(|i| !CONSTANTS.contains(i)).map(|i| g.element(all[i])).collect::<Vec<_>>();
    let all = elements(g, &inputs);
    assert_public(g, &all);
    machine.finish().is_ok()
}

/// Batches one after the other, from a root at its bounds to the next, through the rollup's contract. Before each the same claim with a proof
/// that is false, which moves nothing.
#[test]
fn batches_at_their_bounds_are_submitted() {
    let bytes = key_file::committed(Profile::Fast);
    let (forger, key) = (Forger::new(bytes), VerifyingKey::parse(bytes).unwrap());
    let contracts = Contracts::committed(&contract::generate(bytes).unwrap()).unwrap();
    let mut rng = StdRng::seed_from_u64(8);
    let of = |limbs: [u64; 4]| Digest::from_bytes(limbs.map(u64::to_le_bytes).as_flattened()).unwrap();
    let digest = |rng: &mut StdRng| of([(); 4].map(|()| limb(rng)));
    let bound = |limb: u64| of([limb; 4]);
    let mut roots = vec![bound(0), bound(P - 1), bound(0)];
    roots.extend((0..78).map(|_| digest(&mut rng)));
    let mut chain = Embedded::new();
    let site = Site::next(&chain).unwrap();
    let (rollup, _) = Rollup::deploy(&mut chain, &site, &contracts, &roots[0]).unwrap();
    for (old, batch) in roots.windows(2).zip(1..) {
        let others = match batch {
            1 | 2 => (bound([0, P - 1][batch as usize - 1]), [0, u32::MAX][batch as usize - 1]),
            _ => (digest(&mut rng), count(&mut rng)),
        };
        let statement = furl_ledger::Statement {
            version: 1,
            domain: rollup.domain().separator(),
            batch,
            old_root: old[0],
            new_root: old[1],
            count: others.1,
            fees: others.0,
            data_in: furl_ledger::data::start(),
            data_out: if batch < 3 { others.0 } else { digest(&mut rng) },
        };
        assert!(packed_by_the_circuit(&statement), "{statement:?}");
        let (publics, sent) = (publics(&statement.to_bytes()), sent(&forger, 0, &mut rng));
        let parsed = Statement::parse(&statement.to_bytes()).unwrap();
        let prove = |slip| -> [u8; 2496] { forger.forge(&publics, &sent, slip).unwrap().try_into().unwrap() };

        let lie = prove(Some(Slip::Constraint(batch as usize % CONSTRAINTS)));
        let refusal = rollup.submit(&mut chain, &statement, &lie).unwrap_err();
        assert!(matches!(refusal, Layer1Error::Reverted(Revert::Refused)), "{refusal}");
        assert_eq!(rollup.root(&chain).unwrap(), old[0]);

        let truth = prove(None);
        assert_eq!(verify(&key, &parsed, &truth), Ok(()), "{statement:?}");
        rollup.submit(&mut chain, &statement, &truth).unwrap();
        assert_eq!((rollup.root(&chain).unwrap(), rollup.batch(&chain).unwrap()), (old[1], batch));
    }
    assert_eq!(rollup.batch(&chain).unwrap(), 80);
}
