//! Changes that were given up before anything was asked for.

use std::time::{Duration, Instant};

/// Pause after the first: whatever changed the app meanwhile is over.
const FIRST: Duration = Duration::from_secs(10);

/// Longest pause: a person who has raised a ceiling does not wait for long.
const LONGEST: Duration = Duration::from_secs(600);

/// Keeps a change that is refused from being tried at every look.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    in_a_row: u32,
    last: Option<(Instant, String)>,
}

impl Refusals {
    /// Notes one.
    pub(super) fn refused(&mut self, now: Instant, why: String) {
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.last = Some((now, why));
    }

    /// A change was asked for.
    pub(super) fn over(&mut self) {
        *self = Self::default();
    }

    /// Why the next change has to wait, if it does.
    pub(super) fn holds(&self, now: Instant) -> Option<&str> {
        let (at, why) = self.last.as_ref()?;
        let doublings = self.in_a_row.saturating_sub(1).min(16);
        let pause = FIRST.saturating_mul(1 << doublings).min(LONGEST);
        (now.saturating_duration_since(*at) < pause).then_some(why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_that_is_refused_is_tried_ever_more_seldom() {
        let (mut refusals, now) = (Refusals::default(), Instant::now());
        assert_eq!(refusals.holds(now), None);
        refusals.refused(now, "too expensive".to_owned());
        assert_eq!(refusals.holds(now), Some("too expensive"));
        assert_eq!(refusals.holds(now + FIRST), None);
        for _ in 0..40 {
            refusals.refused(now, "too expensive".to_owned());
        }
        assert_eq!(refusals.holds(now + LONGEST / 2), Some("too expensive"));
        assert_eq!(refusals.holds(now + LONGEST), None);
        refusals.over();
        assert_eq!(refusals.holds(now), None);
    }
}
