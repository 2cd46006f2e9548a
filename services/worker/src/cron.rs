//! When a schedule comes next, in UTC.

use std::cmp::Ordering;

use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};
use croner::{CivilDate, CivilDateTime, CivilTime, CronDateTime, Resolution, Weekday};
use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// A stored schedule that says nothing, such as one that was written by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the schedule {cron:?} cannot be read ({why})")]
pub(crate) struct Unreadable {
    cron: String,
    why: String,
}

/// The first time after `now` that a cron expression of five fields names.
pub(crate) fn next_after(cron: &str, now: OffsetDateTime) -> Result<OffsetDateTime, Unreadable> {
    let unreadable = |error: CronError| Unreadable {
        cron: cron.to_owned(),
        why: error.to_string(),
    };
    let pattern = CronParser::builder()
        .seconds(Seconds::Disallowed)
        .year(Year::Disallowed)
        .build()
        .parse(cron)
        .map_err(unreadable)?;
    let next = pattern.find_next_occurrence(&Utc(now.to_offset(UtcOffset::UTC)), false);
    next.map(|utc| utc.0).map_err(unreadable)
}

/// A time in UTC, for croner. UTC has neither gaps nor repeated hours.
#[derive(Debug, Clone)]
struct Utc(OffsetDateTime);

impl CronDateTime for Utc {
    fn to_civil(&self) -> CivilDateTime {
        let (at, time) = (self.0, self.0.time());
        CivilDateTime::new(
            CivilDate::from_parts_unchecked(at.year(), u32::from(u8::from(at.month())), at.day().into()),
            CivilTime::from_parts_unchecked(time.hour().into(), time.minute().into(), time.second().into()),
        )
    }

    fn civil_weekday(&self) -> Weekday {
        Weekday::from_days_from_sunday(self.0.weekday().number_days_from_sunday().into())
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let small = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
        let month = Month::try_from(small(civil.month())).map_err(|_| CronError::InvalidDate)?;
        let date = Date::from_calendar_date(civil.year(), month, small(civil.day()))
            .map_err(|_| CronError::InvalidDate)?;
        let time = Time::from_hms(small(civil.hour()), small(civil.minute()), small(civil.second()))
            .map_err(|_| CronError::InvalidTime)?;
        Ok(Resolution::Single(Self(
            PrimitiveDateTime::new(date, time).assume_utc(),
        )))
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        self.0.checked_add(Duration::seconds(seconds)).map(Self)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_next_time_is_after_now_and_in_utc() {
        let now = datetime!(2026-02-28 23:59:30 UTC);
        for (cron, next) in [
            ("0 0 * * *", datetime!(2026-03-01 00:00:00 UTC)),
            ("*/5 * * * *", datetime!(2026-03-01 00:00:00 UTC)),
            ("15 3 * * MON", datetime!(2026-03-02 03:15:00 UTC)),
            ("0 12 29 2 *", datetime!(2028-02-29 12:00:00 UTC)),
        ] {
            assert_eq!(next_after(cron, now), Ok(next), "{cron}");
        }
        let midnight = datetime!(2026-03-01 00:00:00 UTC);
        assert_eq!(
            next_after("0 0 * * *", midnight),
            Ok(midnight + Duration::DAY),
            "a time is never after itself"
        );
        let abroad = now.to_offset(time::macros::offset!(+5));
        assert_eq!(next_after("0 0 * * *", abroad), Ok(midnight));
    }

    #[test]
    fn what_is_no_schedule_or_never_comes_is_an_error() {
        for cron in ["", "daily", "0 0 31 2 *", "0 0 0 * * *"] {
            let error = next_after(cron, datetime!(2026-01-01 00:00:00 UTC)).unwrap_err();
            assert!(error.to_string().contains(&format!("{cron:?}")), "{error}");
        }
    }
}
