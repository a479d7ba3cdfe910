//! # Schedule: which threads do the work, and in what order
//!
//! A batch is a graph of jobs, each of which takes the results of earlier ones. [`run`] keeps a bounded number of them going, because
//! memory is bounded; each splits its own loops over the threads of the pool that it runs in. A job that uses up results
//! goes before one that only makes more, so that a tree grows upwards as soon as it can.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::Scope;
use thiserror::Error;

/// The threads could not be had.
#[derive(Debug, Error)]
#[error("{threads} threads could not be started: {cause}")]
pub struct ThreadsError {
    /// How many were asked for.
    pub threads: NonZeroUsize,
    /// Why not.
    pub cause: String,
}

/// Runs `work` on `threads` threads, or on as many as the machine has cores.
///
/// # Errors
/// If the threads cannot be started.
pub fn on<T: Send>(threads: Option<NonZeroUsize>, work: impl FnOnce() -> T + Send) -> Result<T, ThreadsError> {
    let Some(threads) = threads else { return Ok(work()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build();
    let pool = pool.map_err(|e| ThreadsError { threads, cause: e.to_string() })?;
    Ok(pool.install(work))
}

/// The number of threads that work on the calling thread's proofs.
#[must_use]
pub fn threads() -> usize {
    rayon::current_num_threads()
}

/// Why a graph of jobs came to no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halt<E> {
    /// It was told to stop. Jobs that were running have finished.
    Stopped,
    /// A job failed. Jobs that were running have finished, and no others were begun.
    Failed(E),
}

/// Does all jobs, at most `slots` at a time, and returns the last one's result.
///
/// `needs[job]` are the jobs whose results `job` takes, all of them earlier; each result is taken once. After `stop` is set no job is begun.
///
/// # Errors
/// If a job fails, or work was stopped before its end.
///
/// # Panics
/// If there is no job, or one needs a result that another takes.
pub(crate) fn run<T: Send, E: Send>(
    slots: NonZeroUsize,
    needs: &[Vec<usize>],
    stop: &AtomicBool,
    work: impl Fn(usize, Vec<T>) -> Result<T, E> + Sync,
) -> Result<T, Halt<E>> {
    let ready = (0..needs.len()).filter(|job| needs[*job].is_empty()).collect();
    let results = needs.iter().map(|_| None).collect();
    let state = State { ready, results, running: 0, failed: None };
    let run = Run { slots, needs, stop, work, state: Mutex::new(state) };
    rayon::scope(|scope| run.launch(scope));

    let State { mut results, failed, .. } = run.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    let last = results.pop().expect("there is a job");
    failed.map_or_else(|| last.ok_or(Halt::Stopped), |error| Err(Halt::Failed(error)))
}

struct Run<'a, T, E, W> {
    slots: NonZeroUsize,
    needs: &'a [Vec<usize>],
    stop: &'a AtomicBool,
    work: W,
    state: Mutex<State<T, E>>,
}

struct State<T, E> {
    /// Jobs that have all that they need, and were not begun.
    ready: BTreeSet<usize>,
    /// Results that were not yet taken.
    results: Vec<Option<T>>,
    running: usize,
    failed: Option<E>,
}

impl<T: Send, E: Send, W: Fn(usize, Vec<T>) -> Result<T, E> + Sync> Run<'_, T, E, W> {
    /// Begins as many jobs as there are slots. Each ends by beginning others.
    fn launch<'s>(&'s self, scope: &Scope<'s>) {
        while let Some((job, inputs)) = self.take() {
            scope.spawn(move |scope| {
                let result = (self.work)(job, inputs);
                self.finish(job, result);
                self.launch(scope);
            });
        }
    }

    /// The next job, and the results that it takes.
    fn take(&self) -> Option<(usize, Vec<T>)> {
        let mut state = self.state();
        if state.running == self.slots.get() || state.failed.is_some() || self.stop.load(Ordering::Relaxed) {
            return None;
        }
        let uses = |job: &&usize| !self.needs[**job].is_empty();
        let job = *state.ready.iter().find(uses).or_else(|| state.ready.first())?;
        state.ready.remove(&job);
        state.running += 1;
        let needs = self.needs[job].iter();
        let inputs = needs.map(|need| state.results[*need].take().expect("a result is there until it is taken, once"));
        Some((job, inputs.collect()))
    }

    fn finish(&self, job: usize, result: Result<T, E>) {
        let mut state = self.state();
        state.running -= 1;
        match result {
            Ok(result) => state.results[job] = Some(result),
            Err(error) => drop(state.failed.get_or_insert(error)),
        }
        let waiting = self.needs.iter().position(|needs| needs.contains(&job));
        if let Some(parent) = waiting
            && self.needs[parent].iter().all(|need| state.results[*need].is_some())
        {
            state.ready.insert(parent);
        }
    }

    /// A job that panics does so outside of the lock, and leaves the state whole.
    fn state(&self) -> MutexGuard<'_, State<T, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    const GO: AtomicBool = AtomicBool::new(false);

    /// Seven leaves, two nodes over three of them each, one over all.
    fn graph() -> Vec<Vec<usize>> {
        let leaves = (0..7).map(|_| vec![]);
        leaves.chain([vec![0, 1, 2], vec![3, 4, 5], vec![7, 8, 6]]).collect()
    }

    fn slots(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    #[test]
    fn results_arrive_in_the_order_of_the_needs() {
        for count in 1..5 {
            let text = run(slots(count), &graph(), &GO, |job, inputs: Vec<String>| {
                Ok::<_, ()>(if inputs.is_empty() { job.to_string() } else { format!("({})", inputs.join(" ")) })
            });
            assert_eq!(text.unwrap(), "((0 1 2) (3 4 5) 6)");
        }
    }

    #[test]
    fn one_slot_does_a_node_as_soon_as_its_children_are_there() {
        let order = Mutex::new(Vec::new());
        run(slots(1), &graph(), &GO, |job, _: Vec<()>| {
            order.lock().unwrap().push(job);
            Ok::<_, ()>(())
        })
        .unwrap();
        assert_eq!(order.into_inner().unwrap(), [0, 1, 2, 7, 3, 4, 5, 8, 6, 9]);
    }

    #[test]
    fn no_more_jobs_run_than_there_are_slots() {
        for count in 1..4 {
            let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            on(Some(slots(4)), || {
                run(slots(count), &graph(), &GO, |_, _: Vec<()>| {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(std::time::Duration::from_millis(5));
                    running.fetch_sub(1, Ordering::SeqCst);
                    Ok::<_, ()>(())
                })
            })
            .unwrap()
            .unwrap();
            assert!(most.into_inner() <= count);
        }
    }

    #[test]
    fn after_a_failure_nothing_is_begun() {
        let begun = Mutex::new(Vec::new());
        let halted = run(slots(1), &graph(), &GO, |job, _: Vec<()>| {
            begun.lock().unwrap().push(job);
            if job == 3 { Err("three") } else { Ok(()) }
        });
        assert_eq!(halted, Err(Halt::Failed("three")));
        assert_eq!(begun.into_inner().unwrap(), [0, 1, 2, 7, 3]);
    }

    #[test]
    fn what_is_stopped_ends_after_the_running_jobs() {
        let stop = AtomicBool::new(false);
        let done = AtomicUsize::new(0);
        let halted = run(slots(1), &graph(), &stop, |job, _: Vec<()>| {
            stop.store(job == 1, Ordering::Relaxed);
            done.fetch_add(1, Ordering::Relaxed);
            Ok::<_, ()>(())
        });
        assert_eq!(halted, Err(Halt::Stopped));
        assert_eq!(done.into_inner(), 2);
    }
}
