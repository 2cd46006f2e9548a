//! How long a caller wants to wait: the `Prefer` header (RFC 7240).

use std::time::Duration;

/// How long a request waits when its caller says nothing.
const DEFAULT: Duration = Duration::from_secs(25);

/// How long a request waits at most: below the 60 s after which proxies give up.
const MOST: Duration = Duration::from_secs(55);

/// What was asked for, as far as it is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prefer {
    /// How long to wait for the result; zero answers at once.
    pub(crate) wait: Duration,
    /// The value of `Preference-Applied`.
    pub(crate) applied: Option<String>,
}

impl Prefer {
    /// Reads all `Prefer` headers of a request. What is not understood is ignored, as the RFC demands; of a
    /// preference given twice, the first counts. `respond-async` with `wait` waits that long before it answers 202.
    pub(crate) fn read<'a>(headers: impl Iterator<Item = &'a str>) -> Self {
        let (mut wait, mut is_async) = (None, false);
        for preference in headers.flat_map(|header| header.split(',')) {
            let token = preference.split(';').next().unwrap_or_default();
            let (name, value) = token.split_once('=').unwrap_or((token, ""));
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "respond-async" => is_async = true,
                "wait" if wait.is_none() => wait = value.parse::<u32>().ok(),
                _ => {}
            }
        }
        let wait = wait.map(|seconds| Duration::from_secs(seconds.into()).min(MOST));
        let applied = match (is_async, wait) {
            (true, None) => Some("respond-async".to_owned()),
            (true, Some(wait)) => Some(format!("respond-async, wait={}", wait.as_secs())),
            (false, Some(wait)) => Some(format!("wait={}", wait.as_secs())),
            (false, None) => None,
        };
        let unsaid = if is_async { Duration::ZERO } else { DEFAULT };
        Self {
            wait: wait.unwrap_or(unsaid),
            applied,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> (u64, Option<String>) {
        let prefer = Prefer::read([header].into_iter());
        (prefer.wait.as_secs(), prefer.applied)
    }

    #[test]
    fn a_wait_is_followed_up_to_the_most() {
        assert_eq!(read("wait=3"), (3, Some("wait=3".into())));
        assert_eq!(read("wait=600"), (55, Some("wait=55".into())));
        assert_eq!(read("return=minimal, Wait = \"7\""), (7, Some("wait=7".into())));
        assert_eq!(read("wait=1, wait=9"), (1, Some("wait=1".into())));
    }

    #[test]
    fn an_asynchronous_answer_comes_at_once_unless_a_wait_is_given() {
        assert_eq!(read("respond-async"), (0, Some("respond-async".into())));
        assert_eq!(
            read("respond-async, wait=2"),
            (2, Some("respond-async, wait=2".into()))
        );
    }

    #[test]
    fn what_is_not_understood_is_ignored() {
        for header in [
            "",
            "wait",
            "wait=-1",
            "wait=soon",
            "wait=99999999999",
            "handling=lenient",
        ] {
            assert_eq!(read(header), (25, None), "{header}");
        }
    }
}
