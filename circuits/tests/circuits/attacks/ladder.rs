//! # Attacks on the ladder and the challenge

use furl_circuits::field::F;
use furl_circuits::gates::ladder;
use furl_circuits::testing::Liar;
use furl_circuits::wires::Wires;
use furl_ledger::curve::{self, BLINDING_BASE, Point, Scalar};
use furl_ledger::field::P as MODULUS;
use furl_ledger::*;
use plonky2::field::types::Field;
use plonky2::iop::target::Target;

use super::laws::*;
use super::scene::*;
use super::schnorr::*;
use super::stage::Gap;

fn coordinates(point: Point) -> Vec<F> {
    point.x.0.into_iter().chain(point.y.0).collect()
}

/// The free slope, at work. The forger knows the logarithms $d$ of the key *and* $h$ of the ladder's start, and makes
/// the very last addition coincide: the accumulator is $\delta 2^{264}G$, the addend too. The commitment is then $-2x$
/// for any slope 0, whatever $V$ should be; it is known beforehand, and so is the challenge. A circuit whose start may
/// be any multiple of $G$ accepts; the real one is refused by the copy of $H$ alone. With the real $H$ nobody can do
/// this: it takes $h$.
#[test]
fn free_slope() {
    let world = world();
    let stage = single();
    let (d, h) = (secret(&world.secrets[1]), Scalar::from_wide(&[0x51; 64]));
    let (key, start) = (world.secrets[1].public_key().point(), times_generator(h));
    let separator = world.batch.domain.separator();
    let transfer = honest(&world).transfer;

    let forge = |m: usize| {
        // The addend (1 + 2m) 2^264 G, and the sum along the slope 0.
        let addend = curve::ladder_tables()[2][m];
        let commitment = addend.add_along(addend.x - addend.x, addend.x);
        let c = cut(&hash(commitment, key, &separator, &transfer.message()))?;
        // The last digit counts twice: once in the accumulator, once as the addend.
        let multiple = (0..=2 * m).fold(Scalar::ZERO, |sum, _| sum + Scalar::power_of_two(264));
        let s = multiple + multiple - Scalar::power_of_two(132) * h - exponent(c) * d;
        let last = [true, m & 2 == 2, m & 1 == 1];
        let all = representations(s);
        let digits = all.iter().map(|b| spell(c, b)).find(|digits| digits[21][18..] == last)?;
        Some((commitment, c, s, digits))
    };
    let (commitment, c, s, digits) = (0..4).find_map(forge).unwrap();
    // The native verifier computes another V, be H what it may.
    let true_sum = curve::Projective::from_point(&start).mul(&Scalar::power_of_two(132))
        + curve::mul_generator(&s)
        + curve::Projective::from_point(&key).mul(&exponent(c));
    assert_ne!(true_sum.to_point().unwrap().x, commitment.x);
    assert!(!signature(c, s).verify(&world.secrets[1].public_key(), &separator, &transfer.message()));

    let row = stage.row("furl.Ladder", 0);
    let gap = stage.copies(
        "signature/ladder",
        |copy| matches!(copy.right, Target::Wire(wire) if wire.row == row && wire.column < ladder::POINT_OUT),
    );
    let step = Anarchy::of(&world.ledger).step(&honest(&world));
    let forged = Forgery::of(&world.batch, &step).with_digits(&digits);
    let inputs = forged.clone().with_loose(&stage.loose_ends(&gap), &coordinates(start));
    stage.dies_only_by(&gap, &stage.table(&gap, inputs.0));
    // On the real start the same digits coincide nowhere, and lead to another challenge.
    assert!(climb(start, key, key.odd_multiples()[1], &digits).is_none());
    assert!(climb(BLINDING_BASE, key, key.odd_multiples()[1], &digits).is_some());
    let broken = stage.constraints_broken(&stage.table(&Gap::default(), forged.0));
    assert!(broken.iter().all(|(gate, i)| *gate == KEY && (SPLIT.contains(i) || *i == NIBBLES)), "{broken:?}");
}

/// Found by search, the 718,650,389th of the amounts from 0: with the nonce 9…9 below, the second word of the
/// challenge's hash is `0xc9c3b089`, less than $2^{32} - 1$, so that $x + p$ has 64 bits too.
const AMOUNT_OF_A_SMALL_WORD: u64 = 718_650_389;
const SMALL_WORD: usize = 1;

/// A second challenge for one commitment and one message: the word $x$ of the hash is read as $x + p$. Whoever could
/// answer two challenges on one commitment would not need the key. Only the rule that no top nibble is 15 refuses it.
#[test]
fn second_encoding_of_the_challenge() {
    let world = world();
    let stage = single();
    let separator = world.batch.domain.separator();
    let amount = Amount::new(AMOUNT_OF_A_SMALL_WORD).unwrap();
    let transfer = Transfer { amount, fee: FeeCode::ZERO, ..honest(&world).transfer };
    let key = world.secrets[1].public_key().point();
    let k = Scalar::from_wide(&[9; 64]);
    let commitment = curve::blinding_end().add(&times_generator(k)).unwrap();
    let hash = hash(commitment, key, &separator, &transfer.message());
    let alias = hash.limbs()[SMALL_WORD].checked_add(MODULUS).expect("a small word");
    let mut c = cut(&hash).unwrap();
    assert_ne!(c[SMALL_WORD], alias % (1 << 60));
    c[SMALL_WORD] = alias % (1 << 60);

    let digits = signature(c, k - exponent(c) * secret(&world.secrets[1])).digits();
    let signed = SignedTransfer { transfer, ..honest(&world) };
    let step = Anarchy::of(&world.ledger).step(&signed);
    let mut table = stage.table(&Gap::default(), Forgery::of(&world.batch, &step).with_digits(&digits).0);
    // The generator splits x, and writes the nibble 0; the forger's is 15.
    let row = stage.row(KEY, 0);
    assert_eq!(alias >> 60, 15);
    for column in NIBBLE_1 {
        table.set(Target::wire(row, column), F::from_canonical_u64(3));
    }
    stage.dies_only_by(&Gap::constraints(KEY, [NIBBLES]), &table);
}

/// Of one response $s$ the ladder can spell 2048 representations $s + 2kn$, and the circuit takes them all; natively a
/// signature has one. Nothing is named by its signature. A reviewed difference.
#[test]
fn a_response_above_the_order_is_the_same_signature() {
    let world = world();
    let stage = single();
    let signed = honest(&world);
    let step = Anarchy::of(&world.ledger).step(&signed);
    let own = stage.table(&Gap::default(), Forgery::of(&world.batch, &step).0);
    let all = representations(signed.signature.response());
    for b in [&all[1], &all[all.len() / 2], all.last().unwrap()] {
        let digits = spell(signed.signature.challenge(), b);
        let forged = Forgery::of(&world.batch, &step).with_digits(&digits);
        let table = stage.table(&Gap::default(), forged.0);
        stage.accepts(&table);
        assert_ne!(table, own);
        assert_eq!(table.public_inputs(), own.public_inputs());
    }
    let mut bytes = signed.signature.to_bytes();
    bytes[17..].copy_from_slice(&Scalar::order());
    assert!(Signature::from_bytes(&bytes).is_err());
}

/// Any digit of the signature flipped, one at a time: another $V$ and another challenge. All 462 are refused.
#[test]
fn no_digit_may_change() {
    let world = world();
    let stage = single();
    let step = Anarchy::of(&world.ledger).step(&honest(&world));
    let inputs = Forgery::of(&world.batch, &step);
    let bits = stage.wires.transfer.signature.to_targets();
    let mut liar = Liar::new(stage.subject(), &inputs.0).unwrap();
    for bit in bits {
        let flipped = F::ONE - liar.value(bit);
        assert!(liar.tell(&[(bit, flipped)]).is_err(), "{bit:?}");
    }
}
