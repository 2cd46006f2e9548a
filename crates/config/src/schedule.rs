//! A time table in cron's notation.

use std::fmt;
use std::str::FromStr;

use croner::parser::{CronParser, Seconds, Year};

/// A cron expression of five fields (minute, hour, day, month, weekday), read in UTC. It is known to be valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(String);

impl Schedule {
    /// The expression.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
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
        // Seconds are refused: a sixth field is nearly always a mistake, and would run the job 60 times as often.
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        match parser.parse(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(error) => Err(InvalidSchedule(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
