//! # Schedule: which threads do the work
//!
//! plonky2 splits each proof over the threads of the pool that it runs in. This is the only file that names rayon.

use std::num::NonZeroUsize;

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
