use std::time::{Duration, Instant};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// 2026-01-01T00:00:00Z, where every stand-in begins.
const BEGINNING_S: i64 = 1_767_225_600;

/// The platform's clock. It stands still unless it is moved.
#[derive(Debug, Clone)]
pub struct Clock {
    moved: Duration,
    running: Option<(Instant, u32)>,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            moved: Duration::ZERO,
            running: None,
        }
    }
}

impl Clock {
    /// How long the platform has existed.
    #[must_use]
    pub fn now(&self) -> Duration {
        let ran = self.running.map_or(Duration::ZERO, |(since, speed)| {
            since.elapsed().saturating_mul(speed)
        });
        self.moved + ran
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.moved += by;
    }

    /// Lets it run, so many times faster than the machine's own.
    pub(super) fn run(&mut self, speed: u32) {
        self.moved = self.now();
        self.running = Some((Instant::now(), speed));
    }
}

/// A moment as the platform writes it. It knows whole seconds only, so two changes may bear the same time.
pub(super) fn text(moment: Duration) -> String {
    let second = i64::try_from(moment.as_secs()).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(BEGINNING_S.saturating_add(second))
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_default()
}
