//! A circuit as large as it gets, for figures.

use std::time::Instant;

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::Field as _;

use super::{P, reduce};
use crate::circuit::keys::ProvingKey;
use crate::circuit::prove::{prove, verify};
use crate::circuit::table::BLINDED;
use crate::circuit::{Cell, Recorder};
use crate::machine::Machine as _;
use crate::setup::Setup;

/// Binary logarithm of the rows: that of `fast`, or what `FURL_WRAP_SIZE` says.
fn size() -> u32 {
    std::env::var("FURL_WRAP_SIZE").map_or(18, |size| size.parse().expect("a number"))
}

const ABSORPTIONS: usize = 2676;

/// Chains of four permutations, which absorb packed remainders; products enough to fill the circuit.
fn program(m: &mut Recorder, seed: u64, reductions: usize) {
    let zero = m.constant(Fr::ZERO);
    let mut packed = vec![zero; 3];
    let mut state = [zero; 4];
    for i in 0..reductions.max(ABSORPTIONS) {
        if i < reductions {
            let factors = [seed + i as u64, 0x1234_5678_9abc_def0 + seed * i as u64];
            let [a, b] = factors.map(|factor| m.witness(Fr::from(factor)));
            let c: Cell = m.multiply_add(a, b, Fr::ONE, zero, Fr::ZERO);
            let c = m.multiply_add(zero, b, Fr::ONE, c, Fr::ZERO);
            let value = u128::from(factors[0]) * u128::from(factors[1]);
            packed.push(reduce(m, c, (value % u128::from(P)) as u64, value / u128::from(P), zero));
        }
        if i < ABSORPTIONS {
            let last = packed.len() - 3;
            let start = if i % 4 == 0 { [zero; 4] } else { state };
            state = m.permute(start, [packed[last], packed[last + 1], packed[last + 2]]);
        }
    }
    (0..9).for_each(|index| m.assert_public(index, state[index % 4]));
}

/// What the operating system says that the process needed: processor time in seconds, and memory.
fn used() -> (f64, String) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("no VmHWM").to_owned();
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.split(' ').skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>();
    (ticks / 100.0, memory)
}

fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let (start, before) = (Instant::now(), used().0);
    let result = run();
    let (after, memory) = used();
    println!("{what:8} {:8.2?}, {:6.2} s of processor   {memory}", start.elapsed(), after - before);
    result
}

#[test]
#[ignore = "half a minute and a gigabyte, for figures: --nocapture"]
fn full_circuit() {
    let size = size();
    let available = (1 << size) - BLINDED;
    let rows = |reductions: usize| {
        let mut recorder = Recorder::new(9);
        program(&mut recorder, 1, reductions);
        recorder.rows()
    };
    let each = (rows(12_000) - rows(11_000)).div_ceil(1000);
    let reductions = 12_000 + (available - rows(12_000)) / each;
    let recorded = timed("record", || {
        let mut recorder = Recorder::new(9);
        program(&mut recorder, 2, reductions);
        recorder
    });
    println!("{reductions} reductions, {} rows of {available}", recorded.rows());
    let table = timed("place", || recorded.finish(size).unwrap());
    let setup = timed("setup", || Setup::insecure_dev(size).unwrap());
    let key = timed("keys", || ProvingKey::new(setup.params(), &table).unwrap());
    let publics = table.publics().to_vec();
    let proof = timed("prove", || prove(setup.params(), &key, table).unwrap());
    timed("verify", || verify(setup.params(), key.verifying(), &publics, &proof).unwrap());
    println!("{} bytes", proof.len());
}
