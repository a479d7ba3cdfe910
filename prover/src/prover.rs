//! # The prover: from a trace to one proof
//!
//! A batch is cut into pieces, each piece proved in a leaf; nodes join neighbours; above the top node stands the root. Which proofs there are is
//! the [`Plan`]'s to say, in what order the [schedule's](crate::schedule), how many at a time the [memory's](crate::memory). Every proof is
//! verified before it moves on, and kept in the [store](crate::store) if there is one.
//!
//! ## Which leaves
//!
//! Production leaves have $2^{16}$ rows. A batch that fits three small ones, under a single node, takes those: it is proved several times
//! sooner. So does a batch for which memory allows nothing else. The root's key is the same.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use furl_circuits::aggregate::AggregateError;
use furl_circuits::field::{self, CircuitData, F};
use furl_circuits::keys::{Circuit, KeyMismatch};
use furl_circuits::leaf_circuit::{LeafError, LeafSize};
use furl_circuits::node::{self, NodeKind, Plan, Unplannable};
use furl_circuits::profile::Profile;
use furl_circuits::recursion::Child;
use furl_engine::Times;
use furl_ledger::cut::{Piece, Pieces};
use furl_ledger::statement::{PieceStatement, Statement};
use furl_ledger::trace::Trace;
use plonky2::iop::witness::PartialWitness;
use thiserror::Error;

use crate::keys::Keys;
use crate::memory::{Memory, Need, NotGiven};
use crate::proof::{Leaf, Node, Proof, ProofFileError, Root, Stage, root};
use crate::schedule::{self, Halt};
use crate::store::{Found, Store, StoreError};
use crate::verifier::FalseProof;

/// Why there is no proof.
#[derive(Debug, Error)]
pub enum ProveError {
    /// No tree holds the batch.
    #[error("{0}: split the batch")]
    TooLarge(#[from] Unplannable),
    /// The memory does not suffice for the smallest leaves that hold the batch.
    #[error("a batch of {transfers} transfers takes {least} of memory: {memory} are allowed")]
    Memory {
        /// Transfers in the batch.
        transfers: usize,
        /// The least amount that would do.
        least: Memory,
        /// What is allowed.
        memory: Memory,
    },
    /// The memory is allowed, and not there.
    #[error(transparent)]
    NotGiven(#[from] NotGiven),
    /// It was told to stop, and has.
    #[error("stopped with {done} of {all} proofs done")]
    Stopped {
        /// Proofs that are done.
        done: usize,
        /// Proofs of the batch.
        all: usize,
    },
    /// A circuit is not the committed one.
    #[error(transparent)]
    Key(#[from] KeyMismatch),
    /// A leaf was not proved.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// Proofs were not joined.
    #[error(transparent)]
    Aggregate(#[from] AggregateError),
    /// The engine refused the witness or the circuit.
    #[error(transparent)]
    Engine(#[from] furl_engine::ProveError),
    /// What was proved is false: a defect of this program.
    #[error(transparent)]
    False(#[from] FalseProof),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The proof system panicked: a defect, reported without taking the process down.
    #[error("the proof system failed: {0}")]
    Defect(String),
}

/// What happens while a batch is proved.
#[derive(Debug)]
pub enum Event<'a> {
    /// The plan is made.
    Planned {
        /// The proofs of the batch, the root's included.
        plan: &'a Plan,
        /// How many are made at a time.
        slots: NonZeroUsize,
    },
    /// A circuit was built, or was there already.
    Built {
        /// Which.
        circuit: Circuit,
        /// How long that took.
        took: Duration,
    },
    /// A proof was made and verified.
    Proved {
        /// Of which circuit.
        circuit: Circuit,
        /// How long that took, its circuit at hand.
        took: Duration,
        /// Where that time went.
        times: &'a Times,
    },
    /// A proof was found in the store.
    Found {
        /// Of which circuit.
        circuit: Circuit,
    },
    /// The keys of the wrap were built, or were there already.
    WrapBuilt {
        /// How long that took.
        took: Duration,
    },
    /// The root was proved anew, for the wrap, and that proof verified.
    LastProved {
        /// How long that took.
        took: Duration,
    },
    /// The wrapped proof was made and verified.
    Wrapped {
        /// How long that took.
        took: Duration,
    },
    /// A file of the store was no true proof, and was removed.
    Spoiled {
        /// Which file.
        file: &'a Path,
        /// What is wrong with it.
        cause: &'a ProofFileError,
    },
}

/// Who hears of what happens, from several threads.
pub(crate) type Observer<'a> = &'a (dyn Fn(Event<'_>) + Sync);

pub(crate) static NEVER: AtomicBool = AtomicBool::new(false);

/// Proves batches in one security profile.
#[derive(Clone, Copy)]
pub struct Prover<'a> {
    keys: &'a Keys,
    profile: Profile,
    leaves: Option<LeafSize>,
    memory: Memory,
    held: Memory,
    store: Option<&'a Store>,
    stop: &'a AtomicBool,
    observer: Observer<'a>,
}

/// How a batch is proved.
#[derive(Clone, Debug)]
pub struct Arrangement {
    /// The proofs.
    pub plan: Plan,
    /// How many are made at a time.
    pub slots: NonZeroUsize,
    /// The most memory that they take.
    pub memory: Memory,
}

impl<'a> Prover<'a> {
    /// A prover that chooses the leaves itself, within [`Memory::DEFAULT`], and keeps nothing.
    #[must_use]
    pub fn new(keys: &'a Keys, profile: Profile) -> Self {
        let memory = Memory::DEFAULT;
        Self {
            keys,
            profile,
            leaves: None,
            memory,
            held: Memory::bytes(0),
            store: None,
            stop: &NEVER,
            observer: &|_| (),
        }
    }

    /// Always takes leaves of one size.
    #[must_use]
    pub const fn with_leaves(self, leaves: LeafSize) -> Self {
        Self { leaves: Some(leaves), ..self }
    }

    /// Takes no more memory than this.
    #[must_use]
    pub const fn with_memory(self, memory: Memory) -> Self {
        Self { memory, ..self }
    }

    /// Reckons with what the process holds besides.
    #[must_use]
    pub const fn with_held(self, held: Memory) -> Self {
        Self { held, ..self }
    }

    /// Keeps finished proofs in `store`, and takes from it what is there.
    #[must_use]
    pub const fn with_store(self, store: &'a Store) -> Self {
        Self { store: Some(store), ..self }
    }

    /// Begins no proof after `stop` is set; those under way are finished, and kept.
    #[must_use]
    pub const fn with_stop(self, stop: &'a AtomicBool) -> Self {
        Self { stop, ..self }
    }

    /// Tells `observer` what happens. It is called from several threads.
    #[must_use]
    pub const fn with_observer(self, observer: Observer<'a>) -> Self {
        Self { observer, ..self }
    }

    /// How a batch of `transfers` transfers is proved.
    ///
    /// # Errors
    /// If no tree holds it, or the memory does not suffice.
    pub fn arrange(&self, transfers: usize) -> Result<Arrangement, ProveError> {
        let [small, large] = LeafSize::TREE;
        let of_one_node = small.transfers() * node::ARITY;
        let sizes = match self.leaves {
            Some(size) => vec![size],
            None if transfers <= of_one_node => vec![small],
            None => vec![large, small],
        };
        let most = NonZeroUsize::new(schedule::threads()).unwrap_or(NonZeroUsize::MIN);
        let (mut least, mut too_large) = (None, None);
        for size in sizes {
            let plan = match Plan::new(size, transfers) {
                Ok(plan) => plan,
                Err(e) => {
                    // Of several reasons the first is that of the largest leaves.
                    too_large.get_or_insert(e);
                    continue;
                }
            };
            let need = Need::of(self.keys, self.profile, &plan, transfers).and(self.held);
            if let Some(slots) = need.slots(self.memory, most) {
                return Ok(Arrangement { plan, slots, memory: need.with(slots) });
            }
            let one = need.with(NonZeroUsize::MIN);
            least = Some(least.map_or(one, |least: Memory| least.min(one)));
        }
        match (least, too_large) {
            (Some(least), _) => Err(ProveError::Memory { transfers, least, memory: self.memory }),
            (None, Some(e)) => Err(e.into()),
            (None, None) => unreachable!("there is a size to try"),
        }
    }

    /// Proves a batch, under the one key of the profile. Every proof is verified before it moves on, and the last before it is returned.
    ///
    /// # Errors
    /// If the batch is too large, memory does not suffice, the work is stopped, the store fails, or the proof system does.
    pub fn prove(&self, trace: &Trace) -> Result<Proof<Root>, ProveError> {
        let Arrangement { plan, slots, memory } = self.arrange(trace.transfers().len())?;
        // What is held already has been given.
        Memory::bytes(memory.to_bytes() - self.held.to_bytes()).ask()?;
        (self.observer)(Event::Planned { plan: &plan, slots });
        let jobs = Jobs::of(self.profile, &plan);
        let results = self.recall(&jobs, trace, plan.leaves())?;
        let due = schedule::due(&jobs.needs, |job| results[job].is_some());
        let there = jobs.needs.len() - due.len();
        self.build(due.iter().map(|job| jobs.circuits[*job]).collect())?;

        let pieces = Queue::new(trace, plan.leaves(), &due);
        let done = AtomicUsize::new(0);
        let work = |job: usize, inputs: Vec<Done>| {
            let result = match jobs.circuits[job] {
                Circuit::Leaf(size) => Done::Leaf(self.leaf(size, &pieces.take(job))?),
                Circuit::Node(kind) => Done::Node(self.node(kind, &inputs)?),
                Circuit::Root(_) => Done::Root(self.root(trace.statement(), &inputs[0])?),
            };
            done.fetch_add(1, Ordering::Relaxed);
            Ok(result)
        };
        match schedule::run(slots, &jobs.needs, results, self.stop, work) {
            Ok(Done::Root(proof)) => Ok(*proof),
            Ok(_) => unreachable!("the last job is the root's"),
            Err(Halt::Failed(error)) => Err(error),
            Err(Halt::Stopped) => Err(ProveError::Stopped { done: there + done.into_inner(), all: jobs.needs.len() }),
        }
    }

    /// Builds all circuits of a plan, for whoever wants to prove without waiting for them.
    ///
    /// # Errors
    /// If one is not the committed one.
    pub fn prepare(&self, plan: &Plan) -> Result<(), ProveError> {
        self.build(Jobs::of(self.profile, plan).circuits.into_iter().collect())
    }

    /// What the store has of a batch.
    fn recall(&self, jobs: &Jobs, trace: &Trace, leaves: LeafSize) -> Result<Vec<Option<Done>>, ProveError> {
        let mut results: Vec<Option<Done>> = jobs.needs.iter().map(|_| None).collect();
        let Some(store) = self.store.filter(|store| !store.is_empty()) else { return Ok(results) };
        let mut statements: Vec<PieceStatement> = cut(trace, leaves).map(|piece| piece.statement().clone()).collect();
        for needs in &jobs.needs[statements.len()..] {
            statements.push(joined(needs.iter().map(|need| &statements[*need])));
        }
        // From the root downwards, and no further than is needed.
        let mut open = vec![jobs.needs.len() - 1];
        while let Some(job) = open.pop() {
            let (circuit, statement) = (jobs.circuits[job], &statements[job]);
            results[job] = match circuit {
                Circuit::Leaf(_) => self.find(store, circuit, statement)?.map(Done::Leaf),
                Circuit::Node(_) => self.find(store, circuit, statement)?.map(Done::Node),
                Circuit::Root(_) => self.find(store, circuit, trace.statement())?.map(Done::Root),
            };
            if results[job].is_none() {
                open.extend(&jobs.needs[job]);
            }
        }
        Ok(results)
    }

    fn find<S: Stage<Inner = field::Proof>>(
        &self,
        store: &Store,
        circuit: Circuit,
        statement: &S::Statement,
    ) -> Result<Option<Box<Proof<S>>>, ProveError> {
        let verifier = self.keys.verifier(self.profile, circuit);
        Ok(match store.find(self.keys, &verifier, statement)? {
            Found::Proof(proof) => {
                (self.observer)(Event::Found { circuit });
                Some(proof)
            }
            Found::Spoiled(file, cause) => {
                (self.observer)(Event::Spoiled { file: &file, cause: &cause });
                None
            }
            Found::Nothing => None,
        })
    }

    /// Builds circuits, all together, before any proof.
    fn build(&self, circuits: BTreeSet<Circuit>) -> Result<(), ProveError> {
        let build = |circuit: Circuit| {
            if self.stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            let start = Instant::now();
            contained(|| match circuit {
                Circuit::Leaf(size) => self.keys.leaf(self.profile, size).map(drop),
                Circuit::Node(kind) => self.keys.node(self.profile, kind).map(drop),
                Circuit::Root(_) => self.keys.root(self.profile).map(drop),
            })
            .map_err(ProveError::Defect)??;
            (self.observer)(Event::Built { circuit, took: start.elapsed() });
            Ok(())
        };
        schedule::each(circuits, build)
    }

    fn leaf(&self, size: LeafSize, piece: &Piece) -> Result<Box<Proof<Leaf>>, ProveError> {
        let circuit = self.keys.leaf(self.profile, size)?;
        let prove = |times: &mut Times| engine(circuit.data(), circuit.witness(piece)?, times);
        let proof = self.timed(Circuit::Leaf(size), prove)?;
        self.finish(Circuit::Leaf(size), piece.statement(), proof)
    }

    fn node(&self, kind: NodeKind, children: &[Done]) -> Result<Box<Proof<Node>>, ProveError> {
        let circuit = self.keys.node(self.profile, kind)?;
        let circuit = circuit.circuit();
        let verifier = |child: &Done| self.keys.verifier(self.profile, child.circuit());
        let verifiers: Vec<_> = children.iter().map(verifier).collect();
        let proofs = verifiers.iter().zip(children);
        let proofs: Vec<_> = proofs.map(|(v, child)| Child { key: v.key(), proof: child.inner() }).collect();
        let prove = |times: &mut Times| engine(circuit.data(), circuit.witness(&proofs)?, times);
        let proof = self.timed(Circuit::Node(kind), prove)?;
        self.finish(Circuit::Node(kind), &joined(children.iter().map(Done::piece)), proof)
    }

    fn root(&self, statement: &Statement, top: &Done) -> Result<Box<Proof<Root>>, ProveError> {
        let circuits = self.keys.root(self.profile)?;
        let top_key = self.keys.verifier(self.profile, top.circuit());
        let (mut key, mut proof) = (top_key.key(), top.inner().clone());
        for (step, circuit) in circuits.steps().iter().enumerate() {
            let below = [Child { key, proof: &proof }];
            let prove = |times: &mut Times| engine(circuit.data(), circuit.witness(&below)?, times);
            proof = self.timed(Circuit::Root(step), prove)?;
            key = circuit.key();
        }
        self.finish(root(self.profile), statement, proof)
    }

    /// Verifies a proof, and keeps it.
    fn finish<S: Stage<Inner = field::Proof>>(
        &self,
        circuit: Circuit,
        statement: &S::Statement,
        proof: field::Proof,
    ) -> Result<Box<Proof<S>>, ProveError> {
        let verifier = self.keys.verifier(self.profile, circuit);
        let proof = Proof::of(self.profile, &verifier, statement.clone(), proof)?;
        if let Some(store) = self.store {
            store.keep(&verifier, &proof)?;
        }
        Ok(Box::new(proof))
    }

    fn timed(
        &self,
        circuit: Circuit,
        prove: impl FnOnce(&mut Times) -> Result<field::Proof, ProveError>,
    ) -> Result<field::Proof, ProveError> {
        let (start, mut times) = (Instant::now(), Times::default());
        let proof = contained(|| prove(&mut times)).map_err(ProveError::Defect)??;
        (self.observer)(Event::Proved { circuit, took: start.elapsed(), times: &times });
        Ok(proof)
    }
}

fn engine(data: &CircuitData, inputs: PartialWitness<F>, times: &mut Times) -> Result<field::Proof, ProveError> {
    Ok(furl_engine::prove_timed(data, inputs, times)?)
}

/// Runs what may panic: plonky2 reports its own mistakes so.
pub(crate) fn contained<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(ToString::to_string);
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        text.unwrap_or_else(|| "no message".into())
    })
}

/// The statement of neighbours, joined.
fn joined<'s>(mut statements: impl Iterator<Item = &'s PieceStatement>) -> PieceStatement {
    let first = statements.next().expect("a node has a child").clone();
    statements.fold(first, |joined, next| joined.joined(next))
}

/// The proofs of a batch as jobs: leaves first, children before parents, the root last.
struct Jobs {
    /// Of which circuit each proof is.
    circuits: Vec<Circuit>,
    /// Which proofs each takes.
    needs: Vec<Vec<usize>>,
}

impl Jobs {
    fn of(profile: Profile, plan: &Plan) -> Self {
        let leaves = plan.leaf_count();
        let number = |child: &node::Child| match *child {
            node::Child::Leaf(leaf) => leaf,
            node::Child::Node(node) => leaves + node,
        };
        let mut circuits = vec![Circuit::Leaf(plan.leaves()); leaves];
        let mut needs = vec![vec![]; leaves];
        for node in plan.nodes() {
            circuits.push(Circuit::Node(node.kind));
            needs.push(node.children.iter().map(number).collect());
        }
        needs.push(vec![needs.len() - 1]);
        circuits.push(root(profile));
        Self { circuits, needs }
    }
}

/// A proof of any stage.
enum Done {
    Leaf(Box<Proof<Leaf>>),
    Node(Box<Proof<Node>>),
    Root(Box<Proof<Root>>),
}

impl Done {
    /// What a child of a node states.
    fn piece(&self) -> &PieceStatement {
        match self {
            Self::Leaf(proof) => proof.statement(),
            Self::Node(proof) => proof.statement(),
            Self::Root(_) => unreachable!("a root is nobody's child"),
        }
    }

    fn circuit(&self) -> Circuit {
        match self {
            Self::Leaf(proof) => proof.circuit(),
            Self::Node(proof) => proof.circuit(),
            Self::Root(proof) => proof.circuit(),
        }
    }

    fn inner(&self) -> &field::Proof {
        match self {
            Self::Leaf(proof) => proof.inner(),
            Self::Node(proof) => proof.inner(),
            Self::Root(proof) => proof.inner(),
        }
    }
}

fn cut(trace: &Trace, leaves: LeafSize) -> Pieces<'_> {
    trace.cut(leaves.transfers()).expect("a leaf holds whole blocks")
}

/// The pieces of a batch, which are made in order and may be asked for in nearly that order.
struct Queue<'a> {
    /// The numbers that will be asked for.
    due: &'a BTreeSet<usize>,
    ahead: Mutex<Ahead<'a>>,
}

struct Ahead<'a> {
    pieces: Pieces<'a>,
    /// The number of the piece that comes next.
    next: usize,
    /// Pieces that were made and not yet asked for.
    made: BTreeMap<usize, Piece>,
}

impl<'a> Queue<'a> {
    fn new(trace: &'a Trace, leaves: LeafSize, due: &'a BTreeSet<usize>) -> Self {
        Self { due, ahead: Mutex::new(Ahead { pieces: cut(trace, leaves), next: 0, made: BTreeMap::new() }) }
    }

    /// Piece `number`, once.
    fn take(&self, number: usize) -> Piece {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        while ahead.next <= number {
            let piece = ahead.pieces.next().expect("there are as many pieces as the plan has leaves");
            let next = ahead.next;
            if self.due.contains(&next) {
                ahead.made.insert(next, piece);
            }
            ahead.next += 1;
        }
        ahead.made.remove(&number).expect("a piece is asked for once")
    }
}
