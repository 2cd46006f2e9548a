//! Signs of life, by which the monitor knows what this worker can do and does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use loadsure_core::concurrency::Bounds;
use loadsure_core::job::Kind;
use loadsure_insurer::{Client, Guarded};
use loadsure_queue::{Activity, Gauge, Heartbeat, Queue, Slots};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::{Failure, Task};
use crate::rates::Rates;
use crate::tally::Tally;

/// Time between two signs of life.
const EVERY: Duration = Duration::from_secs(2);

/// What is reported of one kind.
pub(crate) struct Line {
    pub(crate) kind: Kind,
    pub(crate) slots: Slots,
    pub(crate) bounds: Bounds,
    pub(crate) gauge: Gauge,
    pub(crate) tally: Arc<Tally>,
}

/// What is reported of the insurer.
pub(crate) struct Reach {
    pub(crate) insurer: Guarded<Client>,
    pub(crate) rates: Arc<Rates>,
}

/// Reports what this worker does.
pub(crate) struct Beat {
    queue: Queue,
    started_at_ms: u64,
    lines: Vec<Line>,
    reach: Reach,
    stopping: CancellationToken,
    /// Whether this is the first one, which comes at once.
    first: bool,
}

impl Beat {
    pub(crate) fn new(queue: Queue, lines: Vec<Line>, reach: Reach, stopping: CancellationToken) -> Self {
        let now = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
        Self {
            queue,
            started_at_ms: u64::try_from(now).unwrap_or_default(),
            lines,
            reach,
            stopping,
            first: true,
        }
    }
}

impl Task for Beat {
    const NAME: &'static str = "heartbeat";
    const NEEDS_DATABASE: bool = false;

    async fn due(&mut self) {
        if std::mem::take(&mut self.first) {
            return;
        }
        let pause = tokio::time::sleep(EVERY);
        if self.stopping.is_cancelled() {
            pause.await;
        } else {
            // That this worker drains is told at once.
            let _early = self.stopping.run_until_cancelled(pause).await;
        }
    }

    async fn run(&mut self) -> Result<(), Failure> {
        let kinds: BTreeMap<_, _> = self
            .lines
            .iter()
            .map(|line| (line.kind.as_str().to_owned(), activity(line)))
            .collect();
        let heartbeat = Heartbeat {
            consumer: self.queue.instance().to_owned(),
            started_at_ms: self.started_at_ms,
            draining: self.stopping.is_cancelled(),
            kinds,
            operations: self.reach.rates.states(&self.reach.insurer),
        };
        self.queue.beat(&heartbeat).await?;
        Ok(())
    }
}

fn activity(line: &Line) -> Activity {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let totals = line.tally.totals();
    Activity {
        slots: count(line.slots.limit()),
        slots_max: u64::from(line.bounds.max().get()),
        in_flight: count(line.gauge.in_flight()),
        completed: totals.completed,
        service_ms: totals.service_ms,
    }
}
