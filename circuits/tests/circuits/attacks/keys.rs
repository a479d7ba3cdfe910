//! # Keys that are none
//!
//! A slot binds $P.x$ alone. What stops a forger who brings another $y$, or a slot whose $x$ is special?
//!
//! | key | without the curve equation | why |
//! |---|---|---|
//! | $(x, 0)$ for any victim's $x$ | refused by the tangent of the key row; without that too, anyone signs for anyone | $-P = P = 3P$: the sum does not depend on the challenge |
//! | $(x, y)$ of order four on $Y^2 = X^3 + AX + B'$ | $2^{66}$ hashes forge | $3P = -P$: each digit has a twin, the challenge has 66 bits left |
//! | order three | refused by the chord of the key row | $2P = -P$ has no chord to $P$ |
//! | $(2/3, 0)$, on the curve | not needed | refused by the tangent of the key row |
//! | neutral | | has no coordinates; $(0, 0)$ is refused as $(x, 0)$ is |
//! | $dG + T$ with $T = (2/3, 0)$ | not needed | accepted: whoever knows $d$ signs. Not a key natively |

use furl_circuits::field::F;
use furl_ledger::curve::{self, BLINDING_BASE, GENERATOR, Point, Scalar};
use furl_ledger::field::{Fp5, sqrt};
use furl_ledger::hash::{Tag, hash as tagged};
use furl_ledger::key::KeyError;
use furl_ledger::*;
use plonky2::field::types::Field;

use super::laws::*;
use super::scene::*;
use super::schnorr::*;
use super::stage::Gap;
use crate::support::{World, slot};

/// The curve's point of order two, $(2/3, 0)$.
fn order_two() -> Point {
    Point { x: Fp5::TWO * Fp5::from_canonical_u64(3).inverse(), y: Fp5::ZERO }
}

/// A transfer out of owner 1's slot, whose key is replaced by the one with abscissa `key.x`, in a state where that slot
/// stands; the sender presents `key`, with `digits`.
fn keyed(world: &World, transfer: Transfer, key: Point, digits: &Digits) -> Forgery {
    let signed = transfer.sign(&world.batch.domain, &world.secrets[3]);
    let mut state = Anarchy::of(&world.ledger);
    let mut step = state.clone().step(&signed);
    let sender = &step.sender.slot;
    let mut words = [F::ZERO; 8];
    words[..5].copy_from_slice(&key.x.0);
    words[5..].copy_from_slice(&sender.owner.l1_address.elements());
    let owner = tagged(Tag::Key, &words);
    let (token, nonce, balance) = (sender.token.element(), sender.nonce.element(), sender.balance.element());
    state.tree.set(transfer.from, raw_leaf(owner, token, nonce, balance));
    step.sender.path = state.tree.path(transfer.from);
    let rest = balance - transfer.amount.element() - transfer.fee.value().element();
    state.tree.set(transfer.from, raw_leaf(owner, token, nonce + F::ONE, rest));
    step.receiver.path = state.tree.path(transfer.to);
    let coordinates: Vec<F> = key.x.0.into_iter().chain(key.y.0).collect();
    Forgery::of(&world.batch, &step).with(&single().wires.transfer.public_key, &coordinates).with_digits(digits)
}

/// Signs by trial: `commit` gives commitment and digits for a guess, and the forger hopes that the hash agrees. The
/// number of trials, and the digits.
fn forge(
    world: &World,
    transfer: &Transfer,
    key: Point,
    mut commit: impl FnMut(u64) -> Option<(Point, Digits)>,
    agrees: impl Fn([u64; 3], &Digits) -> Option<Digits>,
) -> (u64, Digits) {
    let separator = world.batch.domain.separator();
    (1..)
        .find_map(|trial| {
            let (commitment, digits) = commit(trial)?;
            let c = cut(&hash(commitment, key, &separator, &transfer.message()))?;
            Some((trial, agrees(c, &digits)?))
        })
        .unwrap()
}

/// Some response, different for each trial.
fn some_response(trial: u64) -> [u8; 42] {
    let mut wide = [7; 64];
    wide[..8].copy_from_slice(&trial.to_le_bytes());
    representations(Scalar::from_wide(&wide)).remove(0)
}

/// Anyone signs for a key with $y = 0$: $\pm P$ and $\pm 3P$ are the same point, so that the commitment is known before
/// the challenge.
fn forge_without_y(world: &World, transfer: &Transfer, key: Point) -> Digits {
    let commit = |trial| {
        let b = some_response(trial);
        Some((climb(BLINDING_BASE, key, key, &spell([0; 3], &b))?, spell([0; 3], &b)))
    };
    let (trials, digits) = forge(world, transfer, key, commit, |c, digits| {
        let mut digits = *digits;
        for (row, with_c) in digits.iter_mut().zip(spell(c, &[0; 42])) {
            row[..6].copy_from_slice(&with_c[..6]);
        }
        Some(digits)
    });
    assert!(trials < 100, "only the top nibbles are left to chance");
    digits
}

/// The forger wants everything that the victim has.
fn theft(world: &World) -> Transfer {
    let stolen = Amount::new(1_000_000_000).unwrap();
    Transfer { amount: stolen, fee: FeeCode::new(0).unwrap(), to: slot(3, 0), ..honest(world).transfer }
}

/// A complete forgery against any key, from its $x$ alone: $P' = (x, 0)$, of order two on $Y^2 = X^3 + AX + B'$. The
/// curve equation refuses it, and the tangent refuses it again.
#[test]
fn off_curve_key_of_order_two() {
    let world = world();
    let victim = world.secrets[1].public_key();
    let key = Point { x: victim.point().x, y: Fp5::ZERO };
    let transfer = theft(&world);
    let digits = forge_without_y(&world, &transfer, key);
    let gap = Gap::constraints(KEY, ON_CURVE).and(Gap::constraints(KEY, TANGENT));
    let inputs = keyed(&world, transfer, key, &digits);
    single().dies_only_by(&gap, &single().table(&gap, inputs.0));
    assert_eq!(PublicKey::from_point(key), Err(KeyError::NotInGroup));
}

/// $(0, 0)$, as which some code writes the neutral element: the same forgery.
#[test]
fn neutral_key() {
    let world = world();
    let key = Point { x: Fp5::ZERO, y: Fp5::ZERO };
    let transfer = theft(&world);
    let digits = forge_without_y(&world, &transfer, key);
    // B and A have two coefficients each.
    let gap = Gap::constraints(KEY, [ON_CURVE.start, ON_CURVE.start + 1, TANGENT.start, TANGENT.start + 1]);
    let inputs = keyed(&world, transfer, key, &digits);
    single().dies_only_by(&gap, &single().table(&gap, inputs.0));
    assert_eq!(PublicKey::from_bytes(&[0; 40]), Err(KeyError::Neutral));
}

/// The point of order two is on the curve, and would be everyone's key. Its tangent does not exist.
#[test]
fn key_of_order_two() {
    let world = world();
    let key = order_two();
    assert!(key.is_on_curve());
    let transfer = theft(&world);
    let digits = forge_without_y(&world, &transfer, key);
    // 3 x^2 + A = 263 z.
    let gap = Gap::constraints(KEY, [TANGENT.start + 1]);
    let inputs = keyed(&world, transfer, key, &digits);
    single().dies_only_by(&gap, &single().table(&gap, inputs.0));
    assert_eq!(PublicKey::from_point(key), Err(KeyError::NotInGroup));
}

/// A $y$ with which $(x, y)$ has order four on $Y^2 = X^3 + AX + B'$: a root of the fourth division polynomial, which
/// is quadratic in $B'$. About half of all $x$ have one.
fn order_four(x: Fp5) -> Option<Fp5> {
    let k = Fp5::from_canonical_u64;
    let (x2, a) = (x * x, curve::A);
    let x3 = x2 * x;
    // 8 B'^2 + b B' + c = 0
    let b = k(4) * a * x - k(20) * x3;
    let c = k(5) * a * a * x2 + a * a * a - x3 * x3 - k(5) * a * x2 * x2;
    let root = sqrt(&(b * b - k(32) * c))?;
    [root, -root]
        .into_iter()
        .find_map(|root| sqrt(&(x3 + a * x + (root - b) * k(16).inverse())))
        .filter(|y| !y.is_zero())
}

/// Without the curve equation a key of order four passes: $3P = -P$, so the digits $1$ and $-3$ add the same point, and
/// so do $-1$ and $3$. Of the challenge's 132 bits 66 are left. Here the challenge is cut down to the 12 bits of its
/// last word, by leaving out the other two, and the forgery takes $2^6$ trials, not $2^{12}$.
#[test]
fn off_curve_key_of_order_four() {
    let mut world = world();
    let (owner, key) = (0..)
        .find_map(|i| {
            let owner = SecretKey::derive(&[1; 32], "furl/test/victim", i);
            let x = owner.public_key().point().x;
            Some((owner, Point { x, y: order_four(x)? }))
        })
        .unwrap();
    let twice = key.double().unwrap();
    assert!(!key.is_on_curve() && twice.y.is_zero());
    let triple = twice.add(&key).unwrap();
    assert_eq!(triple, -key);
    world.secrets[1] = owner;

    let transfer = theft(&world);
    let twins = |c: [u64; 3], digits: &Digits| {
        // The forger needs each digit of c or its twin: sign and magnitude equal, or both different.
        let mut met = *digits;
        let is_met = met.iter_mut().zip(spell(c, &[0; 42])).take(2).all(|(row, wanted)| {
            row[..6].chunks_exact_mut(2).zip(wanted.chunks_exact(2)).all(|(digit, wanted)| {
                let is_twin = (digit[0] == digit[1]) == (wanted[0] == wanted[1]);
                digit.copy_from_slice(wanted);
                is_twin
            })
        });
        is_met.then_some(met)
    };
    let commit = |trial: u64| {
        let digits = spell([trial, trial, trial % 4096], &some_response(trial));
        Some((climb(BLINDING_BASE, key, triple, &digits)?, digits))
    };
    let (trials, digits) = forge(&world, &transfer, key, commit, twins);
    println!("{trials} trials");
    assert!(trials < 1000, "expected 2^6 / 0.82");

    let short_challenge = Gap::constraints(KEY, [SPLIT.start, SPLIT.start + 1]);
    let gap = Gap::constraints(KEY, ON_CURVE).and(short_challenge);
    let inputs = keyed(&world, transfer, key, &digits);
    single().dies_only_by(&gap, &single().table(&gap, inputs.0));
    assert_eq!(PublicKey::from_point(key), Err(KeyError::NotInGroup));
}

/// A key of order three has no chord to its double, $-P$.
#[test]
fn off_curve_key_of_order_three() {
    let world = world();
    // 3x^4 + 6Ax^2 + 12B'x - A^2 = 0 gives B'.
    let k = Fp5::from_canonical_u64;
    let order_three = |x: Fp5| {
        let b = (curve::A * curve::A - k(3) * x * x * x * x - k(6) * curve::A * x * x) * (k(12) * x).inverse();
        sqrt(&((x * x + curve::A) * x + b)).map(|y| Point { x, y })
    };
    let key = (0..)
        .find_map(|i| order_three(SecretKey::derive(&[1; 32], "furl/test/victim", i).public_key().point().x))
        .unwrap();
    assert_eq!(key.double(), Some(-key));
    let digits = honest(&world).signature.digits();
    let inputs = keyed(&world, theft(&world), key, &digits);
    let table = single().table(&Gap::default(), inputs.0);
    let refusals = single().constraints_broken(&table);
    assert!(refusals.iter().any(|(gate, i)| *gate == KEY && CHORD.contains(i)), "{refusals:?}");
}

/// $P = dG + T$ is on the curve and outside of the group. Its owner can sign in the circuit: $e$ is odd, so $eT = T$.
/// The key is none natively, so no slot has it; and it is nobody's loss but the owner's. A reviewed difference.
#[test]
fn key_with_a_part_of_order_two_is_its_owner_s_own() {
    let world = world();
    let d = secret(&world.secrets[1]);
    let key = times_generator(d).add(&order_two()).unwrap();
    assert!(key.is_on_curve());
    assert_eq!(PublicKey::from_point(key), Err(KeyError::NotInGroup));
    let triple = key.double().unwrap().add(&key).unwrap();
    let transfer = theft(&world);
    let k = Scalar::from_wide(&[5; 64]);
    let sign = |transfer: &Transfer| {
        let commitment = curve::blinding_end().add(&times_generator(k))?.add(&order_two())?;
        let c = cut(&hash(commitment, key, &world.batch.domain.separator(), &transfer.message()))?;
        let digits = spell(c, &representations(k - exponent(c) * d)[0]);
        assert_eq!(climb(BLINDING_BASE, key, triple, &digits), Some(commitment));
        Some(digits)
    };
    // A top nibble may be 15; then another amount.
    let (transfer, digits) = (0..)
        .find_map(|less| {
            let transfer = Transfer { amount: Amount::new(transfer.amount.get() - less).unwrap(), ..transfer };
            Some((transfer, sign(&transfer)?))
        })
        .unwrap();
    single().accepts(&single().table(&Gap::default(), keyed(&world, transfer, key, &digits).0));
}

/// A signature under $-P$ opens the slot of $P$ in the circuit, which knows $P.x$ alone; whoever knows $d$ knows $-d$.
/// Natively it is refused. A reviewed difference.
#[test]
fn opposite_key_is_the_same_owner() {
    let world = world();
    let d = Scalar::ZERO - secret(&world.secrets[1]);
    let opposite_key = SecretKey::from_bytes(&d.to_bytes()).unwrap();
    let public = opposite(&world.secrets[1].public_key());
    assert_eq!(opposite_key.public_key(), public);
    let signed = honest(&world).transfer.sign(&world.batch.domain, &opposite_key);
    assert!(!signed.is_signed_by(&world.secrets[1].public_key()));
    let inputs = keyed(&world, signed.transfer, public.point(), &signed.signature.digits());
    let table = single().table(&Gap::default(), inputs.0);
    single().accepts(&table);
    // The same effect as that of the owner's own signature.
    let step = Anarchy::of(&world.ledger).step(&honest(&world));
    let own = single().table(&Gap::default(), Forgery::of(&world.batch, &step).0);
    assert_eq!(table.public_inputs(), own.public_inputs());
}

/// The base point's logarithm is known to all; its slot belongs to all. Nothing special happens in the ladder.
#[test]
fn the_generator_is_a_key_like_any_other() {
    let world = world();
    let one = SecretKey::from_bytes(&Scalar::ONE.to_bytes()).unwrap();
    assert_eq!(one.public_key().point(), GENERATOR);
    let signed = honest(&world).transfer.sign(&world.batch.domain, &one);
    let inputs = keyed(&world, signed.transfer, GENERATOR, &signed.signature.digits());
    single().accepts(&single().table(&Gap::default(), inputs.0));
}
