use time::OffsetDateTime;

/// Milliseconds since 1970 of `at`.
pub(crate) fn millis(at: OffsetDateTime) -> i64 {
    at.unix_timestamp() * 1000 + i64::from(at.millisecond())
}

/// Milliseconds since 1970 now.
pub(crate) fn now_millis() -> i64 {
    millis(OffsetDateTime::now_utc())
}
