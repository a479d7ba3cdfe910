//! # When a request is repeated
//!
//! If its fault may pass ([`RpcError::is_transient`]), and only if it changes nothing. A pause doubles from
//! one to the next, and is not shorter than the node asks for (`Retry-After`). One that would end after the
//! deadline is not begun: the error comes at once, and says what the node asks for.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::error::RpcError;

/// Limits of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For one request.
    pub request: Duration,
    /// For one connection, which is a part of a request.
    pub connect: Duration,
    /// For a request that is repeated: none begins later than this after the first.
    pub wait: Duration,
    /// The first pause between two requests, and the longest, if the node does not ask for one.
    pub pauses: [Duration; 2],
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(30),
            connect: Duration::from_secs(10),
            wait: Duration::from_secs(45),
            pauses: [Duration::from_millis(250), Duration::from_secs(8)],
        }
    }
}

/// Time, as it passes or as a test wants it.
pub(super) trait Clock {
    /// Since some beginning.
    fn elapsed(&self) -> Duration;
    fn sleep(&self, time: Duration);
}

/// The clock of this machine.
pub(super) struct Watch(Instant);

impl Watch {
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for Watch {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration) {
        thread::sleep(time);
    }
}

/// Asks until there is an answer, or a fault that does not pass, or no time. `ask` is told how much is
/// left, except at first.
pub(super) fn patiently<T>(
    clock: &impl Clock,
    wait: Duration,
    [mut pause, longest]: [Duration; 2],
    mut ask: impl FnMut(Option<Duration>) -> Result<T, Box<RpcError>>,
) -> Result<T, Box<RpcError>> {
    let (start, mut left, mut tries) = (clock.elapsed(), None, 0);
    loop {
        tries += 1;
        let mut error = match ask(left) {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        error.tries = tries;
        let next = error.retry_after().map_or(pause, |after| after.max(pause));
        let rest = wait.saturating_sub(clock.elapsed() - start);
        if !error.is_transient() || next >= rest {
            return Err(error);
        }
        clock.sleep(next);
        pause = (2 * pause).min(longest);
        left = Some(rest - next);
    }
}

/// The pause that a header `Retry-After` asks for: seconds, or the time of a day, which is compared with
/// the node's own (`Date`) if it says that.
pub(super) fn after(header: &str, date: Option<&str>) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = seconds(header)?;
    let now = date.and_then(seconds).or_else(|| Some(SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs()))?;
    Some(Duration::from_secs(then.saturating_sub(now)))
}

/// The seconds since 1970 of a time as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn seconds(date: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = date.trim().split_once(", ")?.1.split(' ');
    let mut word = || words.next();
    let (day, month, year, time, zone) = (word()?, word()?, word()?, word()?, word()?);
    let (day, year): (u64, u64) = (day.parse().ok()?, year.parse().ok()?);
    let month = MONTHS.iter().position(|name| *name == month)? as u64;
    let mut parts = time.split(':').map(|part| part.parse::<u64>().ok());
    let mut part = || parts.next().flatten();
    let (hour, minute, second) = (part()?, part()?, part()?);
    if zone != "GMT" || !(1970..10_000).contains(&year) || !(1..32).contains(&day) || hour > 23 || minute > 59 {
        return None;
    }
    // Years begin in March, so that a leap day is their last; months have 30.6 days, in turn.
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (306 * month + 5) / 10 + day - 1;
    Some((days.checked_sub(719_468)? * 24 + hour) * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::super::error::Fault;
    use super::*;

    /// A clock that only its sleepers move.
    #[derive(Default)]
    struct Sleeps(RefCell<Vec<Duration>>);

    impl Clock for Sleeps {
        fn elapsed(&self) -> Duration {
            self.0.borrow().iter().sum()
        }

        fn sleep(&self, time: Duration) {
            self.0.borrow_mut().push(time);
        }
    }

    fn error(status: u16, retry_after: Option<u64>) -> Box<RpcError> {
        let fault = Fault::Http { status, retry_after: retry_after.map(Duration::from_secs), body: String::new() };
        Box::new(RpcError { endpoint: "http://node".into(), proxy: None, method: "eth_chainId", fault, tries: 1 })
    }

    /// Pauses in milliseconds until there is an answer or none of `faults` is left, and how it ends.
    fn pauses(faults: &[(u16, Option<u64>)], wait: u64) -> (Vec<u128>, Result<(), (u16, u32)>) {
        let (clock, mut faults) = (Sleeps::default(), faults.iter());
        let limits = [250, 1_000].map(Duration::from_millis);
        let ended = patiently(&clock, Duration::from_secs(wait), limits, |_| {
            faults.next().map_or(Ok(()), |(status, after)| Err(error(*status, *after)))
        });
        let ended = ended.map_err(|error| match error.fault {
            Fault::Http { status, .. } => (status, error.tries),
            _ => unreachable!("faults here are of HTTP"),
        });
        (clock.0.into_inner().iter().map(Duration::as_millis).collect(), ended)
    }

    #[test]
    fn pauses_double_or_are_the_nodes() {
        assert_eq!(pauses(&[], 10), (vec![], Ok(())));
        assert_eq!(pauses(&[(502, None); 5], 10), (vec![250, 500, 1_000, 1_000, 1_000], Ok(())));
        assert_eq!(pauses(&[(429, Some(3)), (429, None), (503, Some(0))], 10), (vec![3_000, 500, 1_000], Ok(())));
        // Whatever is left of the time is what a pause may take.
        assert_eq!(pauses(&[(429, Some(4)); 9], 10), (vec![4_000, 4_000], Err((429, 3))));
        assert_eq!(pauses(&[(429, Some(3_600))], 10), (vec![], Err((429, 1))));
        assert_eq!(pauses(&[(502, None)], 0), (vec![], Err((502, 1))));
        // What does not pass is told at once.
        assert_eq!(pauses(&[(401, Some(1))], 10), (vec![], Err((401, 1))));
        assert_eq!(pauses(&[(502, None), (404, None)], 10), (vec![250], Err((404, 2))));
    }

    #[test]
    fn a_request_is_told_what_is_left() {
        let (clock, left) = (Sleeps::default(), RefCell::new(Vec::new()));
        let pauses = [2, 2].map(Duration::from_secs);
        let failed = patiently::<()>(&clock, Duration::from_secs(5), pauses, |rest| {
            left.borrow_mut().push(rest.map(|rest| rest.as_secs()));
            Err(error(503, None))
        });
        assert_eq!((left.into_inner(), failed.unwrap_err().tries), (vec![None, Some(3), Some(1)], 3));
    }

    #[test]
    fn a_header_asks_for_seconds_or_a_time() {
        assert_eq!(after(" 7 ", None), Some(Duration::from_secs(7)));
        let at = |time: &str| seconds(time);
        assert_eq!(at("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(at("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(at("Tue, 29 Feb 2000 23:59:59 GMT"), Some(951_868_799));
        assert_eq!(at("Wed, 01 Mar 2000 00:00:00 GMT"), Some(951_868_800));
        let [now, then] = ["Fri, 31 Dec 2027 23:59:50 GMT", "Sat, 01 Jan 2028 00:00:05 GMT"];
        assert_eq!(after(then, Some(now)), Some(Duration::from_secs(15)));
        assert_eq!(after(now, Some(then)), Some(Duration::ZERO));
        assert_eq!(after("Thu, 01 Jan 1970 00:00:00 GMT", None), Some(Duration::ZERO));
        for other in ["", "-1", "soon", "1.5", "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT", "Sun,"] {
            assert_eq!(after(other, None), None, "{other}");
        }
    }
}
