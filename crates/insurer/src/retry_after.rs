//! How long a server asks to wait (RFC 9110, section 10.2.3).

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// Reads `Retry-After`, in seconds or as a date; `None` when it is absent or makes no sense.
///
/// A date is compared with the server's own `Date`, so that the difference of the clocks does not matter.
pub(crate) fn read(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let text = text(headers, &RETRY_AFTER)?;
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = date(text)?;
    let since = self::text(headers, &DATE).and_then(date).unwrap_or(now);
    // A date that has passed asks for no wait.
    Some(Duration::try_from(until - since).unwrap_or_default())
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, which RFC 5322 can read; the two obsolete forms are not known here.
fn date(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc2822).ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use time::macros::datetime;

    use super::*;

    fn wait(fields: &[(HeaderName, &'static str)]) -> Option<u64> {
        let pairs = fields.iter().cloned();
        let headers = pairs
            .map(|(name, text)| (name, HeaderValue::from_static(text)))
            .collect();
        read(&headers, datetime!(1994-11-06 08:00:00 UTC)).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_dates_are_understood() {
        assert_eq!(wait(&[(RETRY_AFTER, "120")]), Some(120));
        assert_eq!(wait(&[(RETRY_AFTER, "Sun, 06 Nov 1994 08:01:00 GMT")]), Some(60));
        assert_eq!(wait(&[(RETRY_AFTER, "Sun, 06 Nov 1994 07:00:00 GMT")]), Some(0));
    }

    #[test]
    fn a_date_is_measured_by_the_servers_clock() {
        let date = (DATE, "Sun, 06 Nov 1994 09:00:00 GMT");
        assert_eq!(
            wait(&[(RETRY_AFTER, "Sun, 06 Nov 1994 09:00:05 GMT"), date]),
            Some(5)
        );
    }

    #[test]
    fn nonsense_asks_for_nothing() {
        for text in ["", "soon", "-5", "1.5", "99999999999999999999", "Sun, 06 Nov"] {
            assert_eq!(wait(&[(RETRY_AFTER, text)]), None, "{text}");
        }
        assert_eq!(wait(&[]), None);
    }
}
