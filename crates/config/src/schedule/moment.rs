//! UTC time in the form that `croner` searches over.

use std::cmp::Ordering;

use croner::errors::CronError;
use croner::{CivilDateTime, CronDateTime, Resolution, Weekday};
use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// A moment in UTC, which has no gaps and no doubled hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment(PrimitiveDateTime);

impl Moment {
    pub(super) fn new(moment: OffsetDateTime) -> Self {
        let utc = moment.to_offset(UtcOffset::UTC);
        Self(PrimitiveDateTime::new(utc.date(), utc.time()))
    }
}

impl From<Moment> for OffsetDateTime {
    fn from(moment: Moment) -> Self {
        moment.0.assume_utc()
    }
}

impl CronDateTime for Moment {
    fn to_civil(&self) -> CivilDateTime {
        let (date, time) = (self.0.date(), self.0.time());
        CivilDateTime::new(
            croner::CivilDate::from_parts_unchecked(
                date.year(),
                u8::from(date.month()).into(),
                date.day().into(),
            ),
            croner::CivilTime::from_parts_unchecked(
                time.hour().into(),
                time.minute().into(),
                time.second().into(),
            ),
        )
    }

    fn civil_weekday(&self) -> Weekday {
        Weekday::from_days_from_sunday(self.0.weekday().number_days_from_sunday().into())
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let small = |number: u32| u8::try_from(number).map_err(|_| CronError::InvalidDate);
        let month = Month::try_from(small(civil.month())?).map_err(|_| CronError::InvalidDate)?;
        let date = Date::from_calendar_date(civil.year(), month, small(civil.day())?);
        let time = Time::from_hms(
            small(civil.hour())?,
            small(civil.minute())?,
            small(civil.second())?,
        );
        let (date, time) = date.ok().zip(time.ok()).ok_or(CronError::InvalidDate)?;
        Ok(Resolution::Single(Self(PrimitiveDateTime::new(date, time))))
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        self.0.checked_add(Duration::seconds(seconds)).map(Self)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
