//! Calendar dates without a time, as insurance applications use them.

use std::str::FromStr;

use serde::{Serialize, Serializer};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::invalid::{FieldCode, Invalid};

/// ISO 8601's plain calendar form; its week and ordinal forms are not dates to a freight broker.
const FORMAT: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// A calendar date, written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(time::Date);

impl Date {
    /// Wraps a date.
    #[must_use]
    pub const fn new(date: time::Date) -> Self {
        Self(date)
    }

    /// The date.
    #[must_use]
    pub const fn as_date(self) -> time::Date {
        self.0
    }
}

impl FromStr for Date {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        time::Date::parse(text, FORMAT)
            .map(Self)
            .map_err(|_| Invalid::new(FieldCode::NotADate, "must be a date written YYYY-MM-DD"))
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_it_was_read() {
        assert_eq!("2026-02-28".parse::<Date>().unwrap().to_string(), "2026-02-28");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for bad in [
            "2026-02-30",
            "2026-2-3",
            "20260203",
            "2026-W05-1",
            "02/03/2026",
            "",
            "2026-13-01T",
        ] {
            assert!(bad.parse::<Date>().is_err(), "{bad}");
        }
    }
}
