//! The curve against published vectors, and its laws.

use super::nums::derive_blinding_base;
use super::point::TWO_TORSION_X;
use super::scalar::ScalarError;
use super::*;
use crate::encoding::from_hex;
use plonky2_field::types::Field;
use serde::Deserialize;

type Coefficients = [String; 5];

#[derive(Deserialize)]
struct Vectors {
    order: String,
    generator: Coefficients,
    field: FieldVectors,
    encodings: Vec<Coefficients>,
    sums: Vec<Sum>,
    products: Vec<Product>,
    undecodable: Vec<Coefficients>,
    scalars: Vec<ScalarVector>,
}

#[derive(Deserialize)]
struct FieldVectors {
    a: Coefficients,
    b: Coefficients,
    a_plus_b: Coefficients,
    a_minus_b: Coefficients,
    a_times_b: Coefficients,
    a_over_b: Coefficients,
}

/// Indices into `encodings`.
#[derive(Deserialize)]
struct Sum {
    left: usize,
    right: usize,
    sum: usize,
}

#[derive(Deserialize)]
struct Product {
    base: Coefficients,
    scalar: String,
    product: Coefficients,
}

#[derive(Deserialize)]
struct ScalarVector {
    bytes: String,
    valid: bool,
}

fn vectors() -> Vectors {
    let json = include_str!("../../../vectors/ecgfp5.json");
    serde_json::from_str(json).expect("the vectors are well formed")
}

fn fp5_of(coefficients: &Coefficients) -> Fp5 {
    let coefficients = coefficients.each_ref().map(|c| c.parse().expect("decimal"));
    fp5(coefficients)
}

fn bytes(text: &str) -> [u8; 40] {
    from_hex(text).expect("40 bytes")
}

/// Zero is the neutral element.
fn decode(w: Fp5) -> Option<Projective> {
    if w.is_zero() {
        return Some(Projective::NEUTRAL);
    }
    Point::decode(w).map(|point| Projective::from_point(&point))
}

fn encode(point: &Projective) -> Fp5 {
    point.to_point().map_or(Fp5::ZERO, |point| point.encode())
}

/// Scalars at the edges, then some with no structure that a test relies on.
fn scalars() -> impl Iterator<Item = Scalar> {
    let edges = [Scalar::ZERO, Scalar::ONE, Scalar::power_of_two(318)];
    let hashed = |i: u64| *crate::key::hash_to_scalar(&[b"test scalars", &i.to_le_bytes()]);
    edges.into_iter().flat_map(|s| [s, -s, s + s, s + Scalar::ONE]).chain((0..8).map(hashed))
}

/// Double and add, on the bits of the scalar as they are.
fn naive_mul(point: Projective, scalar: &Scalar) -> Projective {
    let bytes = scalar.to_bytes();
    (0..320).rev().fold(Projective::NEUTRAL, |sum, i| {
        let sum = sum.double();
        if bytes[i / 8] >> (i % 8) & 1 == 1 { sum + point } else { sum }
    })
}

#[test]
fn published_field_vectors() {
    let v = vectors().field;
    let (a, b) = (fp5_of(&v.a), fp5_of(&v.b));
    assert_eq!(a + b, fp5_of(&v.a_plus_b));
    assert_eq!(a - b, fp5_of(&v.a_minus_b));
    assert_eq!(a * b, fp5_of(&v.a_times_b));
    assert_eq!(a / b, fp5_of(&v.a_over_b));
    let (a, b) = (element::Element::from(a), element::Element::from(b));
    assert_eq!(Fp5::from(a + b), fp5_of(&v.a_plus_b));
    assert_eq!(Fp5::from(a - b), fp5_of(&v.a_minus_b));
    assert_eq!(Fp5::from(a * b), fp5_of(&v.a_times_b));
    assert_eq!(Fp5::from(a * b.invert()), fp5_of(&v.a_over_b));
}

#[test]
fn published_encodings() {
    let v = vectors();
    assert_eq!(v.encodings.len(), 8);
    for w in v.encodings.iter().map(fp5_of) {
        let point = decode(w).expect("a published encoding");
        assert_eq!(encode(&point), w);
        assert_eq!(point.is_neutral(), w.is_zero());
        assert!(point.to_point().is_none_or(|point| point.is_in_group()));
    }
    assert_eq!(v.undecodable.len(), 6);
    for w in v.undecodable.iter().map(fp5_of) {
        assert_eq!(Point::decode(w), None);
    }
    assert_eq!(Point::decode(fp5_of(&v.generator)), Some(GENERATOR));
    assert_eq!(GENERATOR.encode(), fp5_of(&v.generator));
}

#[test]
fn published_sums() {
    let v = vectors();
    let points: Vec<_> = v.encodings.iter().map(|w| decode(fp5_of(w)).expect("valid")).collect();
    for Sum { left, right, sum } in v.sums {
        assert_eq!(points[left] + points[right], points[sum]);
        assert_eq!(points[right] + points[left], points[sum]);
        if left == right {
            assert_eq!(points[left].double(), points[sum]);
        }
        let affine = |i: usize| points[i].to_point();
        if let (Some(a), Some(b)) = (affine(left), affine(right)) {
            let c = if left == right { a.double() } else { a.add(&b) };
            assert_eq!(c, affine(sum));
        }
    }
}

#[test]
fn published_products_and_scalars() {
    let v = vectors();
    assert_eq!(Scalar::order(), bytes(&v.order));
    for Product { base, scalar, product } in &v.products {
        let base = decode(fp5_of(base)).expect("valid");
        let scalar = Scalar::from_bytes(&bytes(scalar)).expect("below the order");
        let product = decode(fp5_of(product)).expect("valid");
        assert_eq!(base.mul(&scalar), product);
        assert_eq!(naive_mul(base, &scalar), product);
    }
    for ScalarVector { bytes: text, valid } in v.scalars {
        let scalar = Scalar::from_bytes(&bytes(&text));
        match valid {
            true => assert_eq!(scalar.map(|s| s.to_bytes()), Ok(bytes(&text))),
            false => assert_eq!(scalar, Err(ScalarError::Range)),
        }
    }
}

#[test]
fn constants_are_on_the_curve() {
    // From the double-odd form y^2 = u (u^2 + au + b) with a = 2, b = 263 z and u = x - a/3.
    let (a, b) = (Fp5::TWO, fp5([0, 263, 0, 0, 0]));
    let small = Fp5::from_canonical_u64;
    assert_eq!(A * small(3), b * small(3) - a * a);
    assert_eq!(B * small(27), a * (a * a * small(2) - b * small(9)));
    assert_eq!(TWO_TORSION_X * small(3), a);
    assert!(GENERATOR.is_in_group());
    let order_minus_one = -Scalar::ONE;
    assert_eq!(mul_generator(&order_minus_one).to_point(), Some(-GENERATOR));
    assert!((mul_generator(&order_minus_one) + Projective::from_point(&GENERATOR)).is_neutral());
}

#[test]
fn blinding_base_is_the_derived_one() {
    assert_eq!(derive_blinding_base(), BLINDING_BASE);
    assert!(BLINDING_BASE.is_in_group());
    let start = Projective::from_point(&BLINDING_BASE);
    let shift = Scalar::power_of_two(LADDER_BITS as u64);
    assert_eq!(naive_mul(start, &shift).to_point(), Some(blinding_end()));
}

#[test]
fn three_ways_to_multiply_agree() {
    let g = Projective::from_point(&GENERATOR);
    let other = Projective::from_point(&BLINDING_BASE);
    for scalar in scalars() {
        let product = mul_generator(&scalar);
        assert_eq!(product, naive_mul(g, &scalar));
        assert_eq!(product, g.mul(&scalar));
        assert_eq!(other.mul(&scalar), naive_mul(other, &scalar));
        assert_eq!(product.is_neutral(), scalar.is_zero());
        assert!(Projective::NEUTRAL.mul(&scalar).is_neutral());
    }
}

#[test]
fn multiplication_is_linear() {
    let h = Projective::from_point(&BLINDING_BASE);
    for (a, b) in scalars().zip(scalars().skip(5)) {
        assert_eq!(h.mul(&(a + b)), h.mul(&a) + h.mul(&b));
        assert_eq!(h.mul(&(a - b)), h.mul(&a) + -h.mul(&b));
        assert_eq!(h.mul(&(a * b)), h.mul(&a).mul(&b));
    }
}

/// Every pair, so that equal, opposite and neutral ones are among them.
#[test]
fn the_group_laws_hold_without_exception() {
    let g = Projective::from_point(&GENERATOR);
    let h = Projective::from_point(&BLINDING_BASE);
    let points = [Projective::NEUTRAL, g, -g, g.double(), -g.double(), h, -h, g + h, g + -h];
    for p in points {
        assert_eq!(p + Projective::NEUTRAL, p);
        assert_eq!(p.double(), p + p);
        assert!((p + -p).is_neutral());
        assert_eq!((p + -p).to_point(), None);
        for q in points {
            assert_eq!(p + q, q + p);
            for r in points {
                assert_eq!((p + q) + r, p + (q + r));
            }
            // Affine arithmetic, where it applies.
            if let (Some(a), Some(b)) = (p.to_point(), q.to_point()) {
                assert!(a.is_in_group());
                match a.add(&b) {
                    Some(sum) => assert_eq!(Some(sum), (p + q).to_point()),
                    None => assert!(a == b || a == -b),
                }
                assert_eq!(a.double(), p.double().to_point());
            }
        }
    }
    for (i, p) in points.iter().enumerate() {
        for (j, q) in points.iter().enumerate() {
            assert_eq!(p == q, i == j);
        }
    }
}

#[test]
fn the_ladder_tables_hold_odd_multiples() {
    let g = Projective::from_point(&GENERATOR);
    for (k, table) in LADDER_SHIFTS.into_iter().zip(ladder_tables()) {
        let base = (0..k).fold(g, |point, _| point.double());
        let mut multiple = base;
        for point in table {
            assert_eq!(multiple.to_point(), Some(*point));
            multiple = multiple + base.double();
        }
    }
}

#[test]
fn affine_arithmetic_has_no_answer_where_there_is_none() {
    let torsion = Point { x: TWO_TORSION_X, y: Fp5::ZERO };
    assert!(torsion.is_on_curve());
    assert_eq!(torsion.double(), None);
    assert_eq!(torsion.encode(), Fp5::ZERO);
    assert_eq!(GENERATOR.add(&GENERATOR), None);
    assert_eq!(GENERATOR.add(&-GENERATOR), None);
}
