//! # Schedule: which threads do the work, and in what order
//!
//! A batch is a graph of jobs, each of which takes the results of earlier ones. `run` keeps a bounded number of them going, because
//! memory is bounded; each splits its own loops over the threads of the pool that it runs in. A job that uses up results
//! goes before one that only makes more, so that a tree grows upwards as soon as it can.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::Scope;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
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

/// Does `work` on threads of its own, as many as there are here, while the calling thread does nothing else.
///
/// Whoever waits inside a pool does other work of the pool meanwhile. If that came to wait for what he is in the middle of making, both would wait
/// for ever. What others may wait for is therefore made apart.
///
/// # Panics
/// If `work` does, or the threads cannot be started.
pub(crate) fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads()).build();
    let pool = pool.unwrap_or_else(|e| panic!("{} threads could not be started: {e}", threads()));
    std::thread::scope(|scope| scope.spawn(|| pool.install(work)).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

/// Does `work` for each of `items`, all together, and tells of one that failed.
pub(crate) fn each<T: Send, E: Send>(
    items: impl IntoIterator<Item = T>,
    work: impl Fn(T) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let items: Vec<T> = items.into_iter().collect();
    items.into_par_iter().with_max_len(1).try_for_each(&work)
}

/// Why a graph of jobs came to no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halt<E> {
    /// It was told to stop. Jobs that were running have finished.
    Stopped,
    /// A job failed. Jobs that were running have finished, and no others were begun.
    Failed(E),
}

/// Does the last of some jobs and those that it needs, at most `slots` at a time, and returns its result.
///
/// `needs[job]` are the jobs whose results `job` takes, all of them earlier; each result is taken once. `results` are those that are there
/// already: such a job is not done again, nor are those that only it needs. After `stop` is set no job is begun.
///
/// # Errors
/// If a job fails, or work was stopped before its end.
///
/// # Panics
/// If there is no job, or one needs a result that another takes.
pub(crate) fn run<T: Send, E: Send>(
    slots: NonZeroUsize,
    needs: &[Vec<usize>],
    results: Vec<Option<T>>,
    stop: &AtomicBool,
    work: impl Fn(usize, Vec<T>) -> Result<T, E> + Sync,
) -> Result<T, Halt<E>> {
    let due = due(needs, |job| results[job].is_some());
    let is_ready = |job: &usize| needs[*job].iter().all(|need| results[*need].is_some());
    let ready = due.iter().copied().filter(is_ready).collect();
    let run = Run { slots, needs, stop, work, state: Mutex::new(State { ready, results, running: 0, failed: None }) };
    rayon::scope(|scope| run.launch(scope));

    let State { mut results, failed, .. } = run.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    let last = results.pop().expect("there is a job");
    failed.map_or_else(|| last.ok_or(Halt::Stopped), |error| Err(Halt::Failed(error)))
}

/// The jobs that are left to do for the last one, in order.
pub(crate) fn due(needs: &[Vec<usize>], is_done: impl Fn(usize) -> bool) -> BTreeSet<usize> {
    let mut due = BTreeSet::new();
    let mut open: Vec<usize> = needs.len().checked_sub(1).into_iter().collect();
    while let Some(job) = open.pop() {
        if !is_done(job) && due.insert(job) {
            open.extend(&needs[job]);
        }
    }
    due
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

    static GO: AtomicBool = AtomicBool::new(false);

    /// Seven leaves, two nodes over three of them each, one over all.
    fn graph() -> Vec<Vec<usize>> {
        let leaves = (0..7).map(|_| vec![]);
        leaves.chain([vec![0, 1, 2], vec![3, 4, 5], vec![7, 8, 6]]).collect()
    }

    /// No results yet.
    fn nothing<T>() -> Vec<Option<T>> {
        graph().iter().map(|_| None).collect()
    }

    fn slots(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    #[test]
    fn results_arrive_in_the_order_of_the_needs() {
        for count in 1..5 {
            let text = run(slots(count), &graph(), nothing(), &GO, |job, inputs: Vec<String>| {
                Ok::<_, ()>(if inputs.is_empty() { job.to_string() } else { format!("({})", inputs.join(" ")) })
            });
            assert_eq!(text.unwrap(), "((0 1 2) (3 4 5) 6)");
        }
    }

    #[test]
    fn one_slot_does_a_node_as_soon_as_its_children_are_there() {
        let order = Mutex::new(Vec::new());
        run(slots(1), &graph(), nothing(), &GO, |job, _: Vec<()>| {
            order.lock().unwrap().push(job);
            Ok::<_, ()>(())
        })
        .unwrap();
        assert_eq!(order.into_inner().unwrap(), [0, 1, 2, 7, 3, 4, 5, 8, 6, 9]);
    }

    #[test]
    fn what_is_there_is_not_done_again_nor_what_only_it_needs() {
        for (there, done) in
            [(vec![], 10), (vec![0, 4], 8), (vec![7], 6), (vec![7, 0, 1], 6), (vec![6, 7, 8], 1), (vec![9], 0)]
        {
            let begun = AtomicUsize::new(0);
            let results = (0..10).map(|job| there.contains(&job).then_some(1)).collect();
            let leaves = run(slots(2), &graph(), results, &GO, |job, inputs: Vec<usize>| {
                begun.fetch_add(1, Ordering::Relaxed);
                assert!(!there.contains(&job));
                Ok::<_, ()>(inputs.into_iter().sum::<usize>().max(1))
            });
            assert!(leaves.is_ok());
            assert_eq!(begun.into_inner(), done, "{there:?}");
        }
    }

    /// Many that wait for one thing on one pool, which its maker splits over the threads.
    #[test]
    fn what_is_made_apart_can_be_waited_for_anywhere() {
        use std::sync::OnceLock;
        for _ in 0..50 {
            let made = OnceLock::new();
            let sum = || (0..1000_usize).into_par_iter().with_max_len(1).map(|i| i % 7).sum::<usize>();
            on(Some(slots(2)), || {
                each(0..8, |_| {
                    let total: usize =
                        (0..8).into_par_iter().with_max_len(1).map(|_| *made.get_or_init(|| apart(sum))).sum();
                    if total == 8 * sum() { Ok(()) } else { Err(total) }
                })
            })
            .unwrap()
            .unwrap();
        }
    }

    #[test]
    fn no_more_jobs_run_than_there_are_slots() {
        for count in 1..4 {
            let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            on(Some(slots(4)), || {
                run(slots(count), &graph(), nothing(), &GO, |_, _: Vec<()>| {
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
        let halted = run(slots(1), &graph(), nothing(), &GO, |job, _: Vec<()>| {
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
        let halted = run(slots(1), &graph(), nothing(), &stop, |job, _: Vec<()>| {
            stop.store(job == 1, Ordering::Relaxed);
            done.fetch_add(1, Ordering::Relaxed);
            Ok::<_, ()>(())
        });
        assert_eq!(halted, Err(Halt::Stopped));
        assert_eq!(done.into_inner(), 2);
    }
}
