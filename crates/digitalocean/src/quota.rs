//! The account's rate limit, which all of its tools share.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// The quota is counted by the hour, so no wait that is longer makes sense.
const LONGEST: Duration = Duration::from_secs(3600);

/// What is waited after a 429 that names no time: the shorter of the two windows is a minute.
const DEFAULT: Duration = Duration::from_secs(60);

const REMAINING: &str = "ratelimit-remaining";
const RESET: &str = "ratelimit-reset";

/// Until when nothing is sent.
#[derive(Debug, Default)]
pub(crate) struct Quota(Mutex<Option<Instant>>);

impl Quota {
    /// How long nothing may be sent, if anything still holds.
    pub(crate) fn wait(&self) -> Option<Duration> {
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        until?
            .checked_duration_since(Instant::now())
            .filter(|left| !left.is_zero())
    }

    /// Notes a 429 and answers the wait that it asks for.
    pub(crate) fn refused(&self, headers: &HeaderMap) -> Duration {
        let wait = retry_after(headers)
            .or_else(|| until_reset(headers))
            .unwrap_or(DEFAULT)
            .min(LONGEST);
        self.hold(wait);
        wait
    }

    /// Notes what an answer of any other kind says about what is left.
    pub(crate) fn seen(&self, headers: &HeaderMap) {
        let spent = number(headers, REMAINING) == Some(0);
        if let Some(wait) = until_reset(headers).filter(|_| spent) {
            self.hold(wait.min(LONGEST));
        }
    }

    fn hold(&self, wait: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now().checked_add(wait);
    }
}

/// `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = OffsetDateTime::parse(text, &Rfc2822).ok()?;
    Some(Duration::try_from(until - now(headers)).unwrap_or_default())
}

/// The time until `ratelimit-reset`, which is given in seconds since the epoch.
fn until_reset(headers: &HeaderMap) -> Option<Duration> {
    let reset = OffsetDateTime::from_unix_timestamp(number(headers, RESET)?).ok()?;
    Duration::try_from(reset - now(headers)).ok()
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// The server's own time, so that a difference of the clocks does not matter; ours when it tells none.
fn now(headers: &HeaderMap) -> OffsetDateTime {
    headers
        .get(DATE)
        .and_then(|date| OffsetDateTime::parse(date.to_str().ok()?.trim(), &Rfc2822).ok())
        .unwrap_or_else(OffsetDateTime::now_utc)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        fields
            .iter()
            .map(|(name, text)| (HeaderName::from_static(name), HeaderValue::from_static(text)))
            .collect()
    }

    const NOON: (&str, &str) = ("date", "Sun, 06 Nov 1994 12:00:00 GMT");

    #[test]
    fn a_refusal_waits_as_long_as_it_says() {
        for (fields, seconds) in [
            (vec![("retry-after", "7")], 7),
            (vec![("retry-after", "Sun, 06 Nov 1994 12:00:09 GMT"), NOON], 9),
            (vec![("retry-after", "Sun, 06 Nov 1994 11:00:00 GMT"), NOON], 0),
            (vec![("retry-after", "999999")], 3600),
            (vec![("retry-after", "soon")], 60),
            // 12:00:30 on that day.
            (vec![("ratelimit-reset", "784123230"), NOON], 30),
            (vec![], 60),
        ] {
            let quota = Quota::default();
            assert_eq!(
                quota.refused(&headers(&fields)),
                Duration::from_secs(seconds),
                "{fields:?}"
            );
            assert_eq!(quota.wait().is_some(), seconds > 0, "{fields:?}");
        }
    }

    #[test]
    fn a_quota_that_is_spent_holds_back_and_one_with_something_left_does_not() {
        let quota = Quota::default();
        quota.seen(&headers(&[(REMAINING, "1"), (RESET, "784123230"), NOON]));
        assert_eq!(quota.wait(), None);
        quota.seen(&headers(&[(REMAINING, "0"), (RESET, "784123230"), NOON]));
        assert!(quota.wait().is_some());
    }
}
