//! The clock of the Redis server, also while that is away.

use std::time::{Duration, Instant};

use loadsure_core::scaling::Moment;
use time::OffsetDateTime;

/// Tells the time of the Redis server by what it said last, and by how long that is ago. All times in a decision are of
/// this one clock, so that the clocks of machines may differ, and a sample that does not move on grows old (S9).
#[derive(Debug, Default)]
pub(crate) struct ServerClock {
    /// What the server said last, whether or not it was believed.
    said: Option<u64>,
    /// A time that was believed, and when.
    known: Option<(u64, Instant)>,
}

impl ServerClock {
    /// Learns what the server says at this moment, in milliseconds since the Unix epoch. A clock that stands still is not
    /// believed. One that was set back is, as soon as it moves on.
    pub(crate) fn hear(&mut self, server_ms: u64, now: Instant) {
        let moves = self.said.is_none_or(|said| server_ms > said);
        if moves {
            self.known = Some((server_ms, now));
        }
        self.said = Some(server_ms);
    }

    /// The time. Until the server has told any it is this machine's, by which nothing is compared.
    pub(crate) fn now(&self, now: Instant) -> Moment {
        match self.known {
            Some((server_ms, at)) => {
                let since = now.saturating_duration_since(at);
                Moment(server_ms.saturating_add(millis(since)))
            }
            None => {
                let since = OffsetDateTime::now_utc() - OffsetDateTime::UNIX_EPOCH;
                Moment(millis(since.unsigned_abs()))
            }
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    #[test]
    fn time_goes_on_while_the_server_is_away() {
        let (mut clock, start) = (ServerClock::default(), Instant::now());
        clock.hear(1_000, start);
        assert_eq!(clock.now(after(start, 90_000)), Moment(91_000));
        clock.hear(500_000, after(start, 100_000));
        assert_eq!(clock.now(after(start, 100_001)), Moment(500_001));
    }

    /// S9: a server that says the same time again says nothing new.
    #[test]
    fn a_clock_that_stands_still_is_not_believed() {
        let (mut clock, start) = (ServerClock::default(), Instant::now());
        clock.hear(1_000, start);
        clock.hear(1_000, after(start, 70_000));
        assert_eq!(clock.now(after(start, 70_000)), Moment(71_000));
    }

    #[test]
    fn a_clock_that_was_set_back_is_believed_once_it_moves() {
        let (mut clock, start) = (ServerClock::default(), Instant::now());
        clock.hear(9_000, start);
        clock.hear(2_000, after(start, 10));
        assert_eq!(clock.now(after(start, 10)), Moment(9_010));
        clock.hear(2_050, after(start, 60));
        assert_eq!(clock.now(after(start, 60)), Moment(2_050));
    }
}
