//! # What a proving key holds
//!
//! The fixed columns and the permutation as polynomials, where every cell's successor is, and the points of the setup. halo2's key is made of the
//! same: its commitments are to these columns.
//!
//! **The permutation.** Cells that are equal are in a cycle, and $\sigma$ takes each to the next: the value of column $i$ in row $j$ is
//! $\delta^{i'} \omega^{j'}$ for the successor's column $i'$ and row $j'$. Which successor depends on the order of the copies; it is
//! halo2's, because the key is.

use std::io;

use furl_engine::bn254::msm::{Bases, Point};
use furl_engine::bn254::{Arithmetic, Lanes, Task};
use halo2_proofs::SerdeFormat;
use halo2_proofs::halo2curves::bn256::{Bn256, Fr, G1Affine};
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField as _};
use halo2_proofs::poly::commitment::ParamsProver as _;
use halo2_proofs::poly::kzg::commitment::ParamsKZG;
use rayon::prelude::*;

use super::super::table::{COPIED, LIMBS, Layout, Place};
use super::words::point;
use super::{Interpolation, commit, rows};

/// Fixed columns: $P, Q, R, S, C_0, C_1, T$.
const FIXED: usize = 7;
/// Bytes of a point in halo2's format of what it has in memory.
const RAW: usize = 64;

/// What makes proofs, besides the table.
#[derive(Debug)]
pub(crate) struct Parts {
    /// What the bases are packed for.
    pub(super) arithmetic: Arithmetic,
    /// Coefficients.
    pub(crate) fixed: [Vec<Fr>; FIXED],
    pub(crate) sigma: [Vec<Fr>; COPIED],
    /// Of every cell, $n i' + j'$.
    pub(super) targets: [Vec<u32>; COPIED],
    pub(super) lagrange: Bases,
    pub(super) powers: Bases,
}

/// Commitments of a verifying key.
#[derive(Clone, Debug)]
pub(crate) struct Commitments {
    pub(crate) fixed: Vec<G1Affine>,
    pub(crate) sigma: Vec<G1Affine>,
}

impl Parts {
    /// Of a circuit, with the commitments that are to be in its key.
    pub(crate) fn new(setup: &ParamsKZG<Bn256>, layout: &Layout, arithmetic: Arithmetic) -> (Self, Commitments) {
        arithmetic.run(Making { setup, layout, arithmetic })
    }

    /// Runs a proof on the lanes that the bases are packed for.
    pub(crate) fn run<T: Task>(&self, task: T) -> T::Output {
        self.arithmetic.run(task)
    }
}

struct Making<'a> {
    setup: &'a ParamsKZG<Bn256>,
    layout: &'a Layout,
    arithmetic: Arithmetic,
}

impl Task for Making<'_> {
    type Output = (Parts, Commitments);

    fn run<L: Lanes>(self, lanes: &L, coordinates: &L) -> (Parts, Commitments) {
        let k = self.layout.k;
        let powers = Bases::new(coordinates, self.setup.get_g().par_iter().map(point).collect());
        let lagrange = Bases::new(coordinates, lagrange(self.setup));
        let fixed = fixed(self.layout);
        let targets = targets(self.layout);
        let sigma = sigma(&targets, k);
        let slices = |columns: &[Vec<Fr>]| {
            commit(coordinates, &lagrange, &columns.iter().map(Vec::as_slice).collect::<Vec<_>>())
        };
        let commitments = Commitments { fixed: slices(&fixed), sigma: slices(&sigma) };
        let interpolation = Interpolation::new(lanes, k);
        let (fixed, sigma) = (interpolation.polynomials(lanes, fixed), interpolation.polynomials(lanes, sigma));
        (Parts { arithmetic: self.arithmetic, fixed, sigma, targets, lagrange, powers }, commitments)
    }
}

/// The setup's Lagrange basis. halo2 shows it in what it writes only: a size, the powers, the basis, and two points more.
fn lagrange(setup: &ParamsKZG<Bn256>) -> Vec<Point> {
    let n = setup.get_g().len();
    // Two points of the second group come last.
    let points = Vec::with_capacity(n + 4);
    let mut basis = Basis { skip: 4 + n * RAW, point: [0; RAW], filled: 0, points };
    setup.write_custom(&mut basis, SerdeFormat::RawBytes).expect("memory takes everything");
    basis.points.truncate(n);
    basis.points
}

/// What is written becomes points as it comes.
struct Basis {
    /// Bytes before the basis.
    skip: usize,
    /// The next point, so much of it as there is.
    point: [u8; RAW],
    filled: usize,
    points: Vec<Point>,
}

impl io::Write for Basis {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.skip > 0 {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            return Ok(skipped);
        }
        let taken = bytes.len().min(RAW - self.filled);
        self.point[self.filled..][..taken].copy_from_slice(&bytes[..taken]);
        self.filled += taken;
        if self.filled == RAW {
            let (limbs, _) = self.point.as_chunks::<8>();
            let coordinate = |from: usize| std::array::from_fn(|i| u64::from_le_bytes(limbs[from + i]));
            self.points.push(Point { x: coordinate(0), y: coordinate(4) });
            self.filled = 0;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The values of the fixed columns.
fn fixed(layout: &Layout) -> [Vec<Fr>; FIXED] {
    let n = 1usize << layout.k;
    let mut columns: [Vec<Fr>; FIXED] = std::array::from_fn(|_| vec![Fr::ZERO; n]);
    for (row, demand) in layout.demands.iter().enumerate() {
        for (column, selector) in columns.iter_mut().zip(demand.selectors) {
            column[row] = Fr::from(u64::from(selector));
        }
        for (column, constant) in columns[4..].iter_mut().zip(demand.constants) {
            column[row] = constant;
        }
    }
    columns[6][..LIMBS].iter_mut().enumerate().for_each(|(row, limb)| *limb = Fr::from(row as u64));
    columns
}

/// Every cell's successor: cycles are merged, copy by copy, the smaller into the larger.
fn targets(layout: &Layout) -> [Vec<u32>; COPIED] {
    let n = 1usize << layout.k;
    let mut next: Vec<u32> = (0..(COPIED * n) as u32).collect();
    let mut cycle = next.clone();
    let mut sizes = vec![1u32; COPIED * n];
    let cell = |place: &Place| place.column as usize * n + place.row as usize;
    for (left, right) in &layout.copies {
        let (left, right) = (cell(left), cell(right));
        let (mut larger, mut smaller) = (cycle[left], cycle[right]);
        if larger == smaller {
            continue;
        }
        if sizes[larger as usize] < sizes[smaller as usize] {
            std::mem::swap(&mut larger, &mut smaller);
        }
        sizes[larger as usize] += sizes[smaller as usize];
        let mut member = smaller;
        loop {
            cycle[member as usize] = larger;
            member = next[member as usize];
            if member == smaller {
                break;
            }
        }
        next.swap(left, right);
    }
    std::array::from_fn(|i| next[i * n..(i + 1) * n].to_vec())
}

/// The values of $\sigma$.
fn sigma(targets: &[Vec<u32>; COPIED], k: u32) -> [Vec<Fr>; COPIED] {
    let (n, omegas) = (1usize << k, rows(k));
    let cosets: [Fr; COPIED] = std::array::from_fn(|i| Fr::DELTA.pow([i as u64]));
    let value = |target: &u32| cosets[*target as usize / n] * omegas[*target as usize % n];
    std::array::from_fn(|i| targets[i].par_iter().with_min_len(1 << 12).map(value).collect())
}
