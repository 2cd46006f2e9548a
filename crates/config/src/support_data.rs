//! Reference data of the insurer.

use crate::{Group, Reader, Schedule, Service, Var};

const REFRESH_SCHEDULE: Var = Var::optional(
    "SUPPORT_DATA_REFRESH_SCHEDULE",
    &[Service::Api, Service::Worker],
    "When reference data is refreshed, as a cron expression of five fields in UTC, until operations set another one.",
)
.or("0 0 * * *");

pub(crate) const GROUP: Group = Group {
    title: "Support data",
    vars: &[REFRESH_SCHEDULE],
};

/// Reference data of the insurer.
#[derive(Debug, Clone)]
pub struct SupportDataConfig {
    /// When it is refreshed, until operations set another schedule.
    pub refresh_schedule: Schedule,
}

impl SupportDataConfig {
    /// Reads it.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        reader
            .parse(&REFRESH_SCHEDULE)
            .map(|refresh_schedule| Self { refresh_schedule })
    }
}
