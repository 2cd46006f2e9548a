//! A time table in cron's notation.

mod moment;

use std::fmt;
use std::str::FromStr;

use croner::Cron;
use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};
use time::OffsetDateTime;

use moment::Moment;

/// A cron expression of five fields (minute, hour, day, month, weekday), read in UTC. It is known to be valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(String);

impl Schedule {
    /// The expression.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first time after `now`, or `None` for a date that never comes, such as 30 February.
    #[must_use]
    pub fn next_after(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let next = parse(&self.0)
            .ok()?
            .find_next_occurrence(&Moment::new(now), false)
            .ok()?;
        Some(next.into())
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is no cron expression of five fields.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a cron expression of five fields such as \"0 0 * * *\" ({0})")]
pub struct InvalidSchedule(String);

impl FromStr for Schedule {
    type Err = InvalidSchedule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match parse(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(error) => Err(InvalidSchedule(error.to_string())),
        }
    }
}

fn parse(text: &str) -> Result<Cron, CronError> {
    // Seconds are refused: a sixth field is nearly always a mistake, and would run the job 60 times as often.
    let parser = CronParser::builder()
        .seconds(Seconds::Disallowed)
        .year(Year::Disallowed)
        .build();
    parser.parse(text)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_next_time_is_after_now_and_in_utc() {
        let next = |text: &str, now| text.parse::<Schedule>().unwrap().next_after(now);
        let now = datetime!(2026-11-24 23:59:59.5 UTC);
        assert_eq!(next("0 0 * * *", now), Some(datetime!(2026-11-25 00:00 UTC)));
        let midnight = datetime!(2026-11-25 00:00 UTC);
        assert_eq!(next("0 0 * * *", midnight), Some(datetime!(2026-11-26 00:00 UTC)));
        assert_eq!(
            next("15 3 * * MON", midnight),
            Some(datetime!(2026-11-30 03:15 UTC))
        );
        let eastern = datetime!(2026-11-24 20:30 -5);
        assert_eq!(next("0 2 * * *", eastern), Some(datetime!(2026-11-25 02:00 UTC)));
        assert_eq!(next("0 0 30 2 *", now), None);
    }

    #[test]
    fn only_five_fields_are_a_schedule() {
        for text in ["0 0 * * *", "0 */6 * * *", "15 3 * * MON-FRI"] {
            assert_eq!(text.parse::<Schedule>().unwrap().as_str(), text);
        }
        for text in ["", "daily", "* * * *", "0 0 0 * * *", "61 * * * *", "0 0 * * FOO"] {
            assert!(text.parse::<Schedule>().is_err(), "{text:?}");
        }
    }
}
