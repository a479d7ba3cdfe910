//! Batches of any size under one key; interruptions; memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use furl_circuits::node::Unplannable;
use furl_prover::{Circuit, Event, LeafSize, Memory, Profile, ProveError, Prover, Store};

use crate::support::{keys, proof, read, trace};

/// What a prover told: how many proofs of each circuit were made, found, and spoiled.
#[derive(Debug, Default)]
struct Heard {
    proved: Mutex<BTreeMap<Circuit, usize>>,
    found: Mutex<BTreeMap<Circuit, usize>>,
    spoiled: Mutex<usize>,
}

impl Heard {
    fn hear(&self, event: &Event<'_>) {
        let count = |map: &Mutex<BTreeMap<_, _>>, circuit| *map.lock().unwrap().entry(circuit).or_default() += 1;
        match event {
            Event::Proved { circuit, .. } => count(&self.proved, *circuit),
            Event::Found { circuit } => count(&self.found, *circuit),
            Event::Spoiled { .. } => *self.spoiled.lock().unwrap() += 1,
            Event::Planned { .. } | Event::Built { .. } => {}
            Event::WrapBuilt { .. } | Event::LastProved { .. } | Event::Wrapped { .. } => {
                panic!("no root is wrapped: {event:?}")
            }
        }
    }

    fn proved(&self, is: impl Fn(&Circuit) -> bool) -> usize {
        self.proved.lock().unwrap().iter().filter(|(circuit, _)| is(circuit)).map(|(_, count)| count).sum()
    }

    fn leaves(&self) -> usize {
        self.proved(|circuit| matches!(circuit, Circuit::Leaf(_)))
    }
}

fn prover() -> Prover<'static> {
    Prover::new(keys(), Profile::Fast).with_leaves(LeafSize::SMALLEST)
}

#[test]
fn batches_of_all_sizes_have_one_key() {
    // One leaf, full and with one transfer more.
    for count in [60, 61] {
        let trace = trace(count);
        let other = prover().prove(&trace).unwrap();
        assert_eq!(other.statement(), trace.statement());
        assert_eq!(other.envelope().key, proof().envelope().key);
        assert_eq!(read(&other.to_bytes()).unwrap().statement().count, count);
    }
}

#[test]
fn two_proofs_of_a_batch_state_the_same() {
    let other = prover().prove(&trace(3)).unwrap();
    assert_eq!(other.statement(), proof().statement());
    assert_eq!(other.envelope().key, proof().envelope().key);
}

/// The proofs in a store.
fn kept(store: &Store) -> Vec<PathBuf> {
    let paths = fs::read_dir(store.folder()).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "proof")).collect()
}

#[test]
fn what_was_finished_is_not_proved_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("parts"), "test").unwrap();
    let trace = trace(64);

    // Interrupted after the first leaf.
    let (stop, heard) = (AtomicBool::new(false), Heard::default());
    let observe = |event: Event<'_>| {
        heard.hear(&event);
        stop.fetch_or(matches!(event, Event::Proved { .. }), Ordering::Relaxed);
    };
    let one = Memory::bytes(prover().arrange(64).unwrap().memory.to_bytes());
    let stopped = prover().with_memory(one).with_store(&store).with_stop(&stop).with_observer(&observe).prove(&trace);
    let Err(ProveError::Stopped { done, all: 4 }) = stopped else { panic!("{stopped:?}") };
    assert_eq!(done, heard.leaves());
    assert!((1..=2).contains(&done));
    assert_eq!(kept(&store).len(), done);

    // Resumed: only what is missing.
    let heard = Heard::default();
    let observe = |event: Event<'_>| heard.hear(&event);
    let resumed = prover().with_store(&store).with_observer(&observe).prove(&trace).unwrap();
    assert_eq!(resumed.statement(), trace.statement());
    assert_eq!(heard.leaves(), 2 - done);

    // Once more: the root is there, and nothing else is looked for.
    let heard = Heard::default();
    let observe = |event: Event<'_>| heard.hear(&event);
    prover().with_store(&store).with_observer(&observe).prove(&trace).unwrap();
    assert_eq!(heard.proved(|_| true), 0);
    assert_eq!(heard.found.lock().unwrap().values().sum::<usize>(), 1);

    // Spoiled files are told of and proved again: one byte, another's proof, half a file, nothing.
    let files = kept(&store);
    assert_eq!(files.len(), 4);
    let mut bytes = fs::read(&files[0]).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&files[0], &bytes).unwrap();
    fs::copy(&files[2], &files[1]).unwrap();
    let half = fs::read(&files[2]).unwrap();
    fs::write(&files[2], &half[..half.len() / 2]).unwrap();
    fs::write(&files[3], "").unwrap();
    let heard = Heard::default();
    let observe = |event: Event<'_>| heard.hear(&event);
    let again = prover().with_store(&store).with_observer(&observe).prove(&trace).unwrap();
    assert_eq!(again.statement(), trace.statement());
    assert_eq!(*heard.spoiled.lock().unwrap(), 4);
    assert_eq!(heard.leaves(), 2);

    // Removing the store leaves what is not its own.
    fs::write(store.folder().join("notes.txt"), "mine").unwrap();
    let path = store.folder().to_owned();
    store.remove().unwrap();
    assert_eq!(fs::read_dir(path).unwrap().count(), 1);
}

#[test]
fn memory_is_kept_to_or_the_least_is_named() {
    let all = Prover::new(keys(), Profile::Proven);
    let least = |transfers| match all.with_memory(Memory::bytes(1 << 20)).arrange(transfers) {
        Err(ProveError::Memory { least, .. }) => least,
        other => panic!("{other:?}"),
    };
    // What is named suffices, and a byte less does not.
    for transfers in [1, 180, 1_000, 4_096, 100_000] {
        let least = least(transfers);
        let arrangement = all.with_memory(least).arrange(transfers).unwrap();
        assert_eq!(arrangement.slots.get(), 1);
        assert!(arrangement.memory <= least);
        let too_little = Memory::bytes(least.to_bytes() - 1);
        assert!(all.with_memory(too_little).arrange(transfers).is_err(), "{transfers}");
    }
    assert_eq!(all.arrange(1_000).unwrap().plan.leaves(), LeafSize::PRODUCTION);
    assert_eq!(all.arrange(180).unwrap().plan.leaves(), LeafSize::SMALLEST);
}

#[test]
fn small_leaves_are_taken_before_a_batch_is_refused() {
    let fast = Prover::new(keys(), Profile::Fast);
    let little = fast.with_memory(Memory::bytes(1_400 << 20));
    assert_eq!(little.arrange(1_000).unwrap().plan.leaves(), LeafSize::SMALLEST);
    let refused = little.arrange(4_096);
    assert!(matches!(refused, Err(ProveError::Memory { transfers: 4_096, .. })), "{refused:?}");
    assert_eq!(fast.arrange(1_000).unwrap().plan.leaves(), LeafSize::PRODUCTION);
}

#[test]
fn batches_that_no_tree_holds_are_refused_by_name() {
    let all = Prover::new(keys(), Profile::Fast);
    let refused = all.with_memory(Memory::bytes(1 << 40)).arrange(124_417);
    let Err(ProveError::TooLarge(Unplannable { leaves, most: 124_416, transfers: 124_417 })) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(leaves, LeafSize::PRODUCTION);
    let refused = prover().arrange(1_621);
    assert!(matches!(refused, Err(ProveError::TooLarge(Unplannable { most: 1_620, .. }))), "{refused:?}");
}
