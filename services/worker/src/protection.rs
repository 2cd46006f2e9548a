//! Protection of the insurer, over all workers: what one is told, the others keep. What its calls say of the insurer goes
//! to [`Pace`].

use std::sync::Arc;
use std::time::{Duration, Instant};

use loadsure_core::insurer::{Failure, Operation};
use loadsure_insurer::{Circuit, Client, Guarded, Protection, Throttle, Watcher};
use loadsure_queue::{Pause, Pauses, Queue};
use loadsure_telemetry::{Metrics, fields};
use tokio::sync::mpsc;
use tracing::{debug, error, info, warn};

use crate::pace::{Ended, Pace};
use crate::waits;

/// Announcements that may wait to be published. There is one per operation and pause.
const BACKLOG: usize = 64;

/// How long a worker asks for pauses before it begins to work without.
const LEARN: Duration = Duration::from_secs(2);

/// The protected insurer, and the tasks that share its pauses.
pub(crate) struct Shared {
    ear: Ear,
    queue: Queue,
    announcements: mpsc::Receiver<Pause>,
}

impl Shared {
    pub(crate) fn new(
        client: Client,
        protection: Protection,
        throttle: Arc<dyn Throttle>,
        pace: Arc<Pace>,
        queue: Queue,
        metrics: Metrics,
    ) -> Self {
        let (sender, announcements) = mpsc::channel(BACKLOG);
        let reporter = Reporter {
            metrics: metrics.clone(),
            pace,
            announcements: sender,
        };
        for operation in Operation::ALL {
            reporter.show(operation, Circuit::Closed);
        }
        Self {
            ear: Ear {
                insurer: Guarded::new(client, protection, Arc::new(reporter)).throttled(throttle),
                metrics,
            },
            queue,
            announcements,
        }
    }

    /// The protected insurer.
    pub(crate) fn insurer(&self) -> Guarded<Client> {
        self.ear.insurer.clone()
    }

    /// Learns of the pauses that others were told of before this worker began. A Redis that is away gives no work
    /// either, and is heard by [`Shared::run`] once it is back.
    pub(crate) async fn learn(&self) {
        match tokio::time::timeout(LEARN, self.queue.standing_pauses()).await {
            Ok(Ok(pauses)) => self.ear.keep(pauses),
            Ok(Err(error)) => debug!(
                { fields::ERROR } = fields::causes(&error),
                "pauses cannot be read yet"
            ),
            Err(_) => debug!("pauses were not read in time"),
        }
    }

    /// Tells others and listens to them, for ever.
    pub(crate) async fn run(self) {
        let Self {
            ear,
            queue,
            announcements,
        } = self;
        match Pauses::follow(&queue).await {
            Ok(pauses) => {
                tokio::join!(ear.listen(pauses), announce(&queue, announcements));
            }
            Err(error) => error!(
                { fields::ERROR } = fields::causes(&error),
                "pauses of other workers will not be heard of"
            ),
        }
    }
}

/// Keeps what is heard.
struct Ear {
    insurer: Guarded<Client>,
    metrics: Metrics,
}

impl Ear {
    async fn listen(&self, mut pauses: Pauses) {
        loop {
            self.keep(pauses.next().await);
        }
    }

    fn keep(&self, pauses: Vec<Pause>) {
        for pause in pauses {
            // One that a newer worker knows is none of ours.
            let Some(operation) = Operation::named(&pause.operation) else {
                continue;
            };
            self.insurer.pause(operation, pause.remaining);
            self.metrics.insurer().paused(operation.as_str(), "heard");
            debug!(
                { fields::INSURER_OPERATION } = operation.as_str(),
                remaining_ms = pause.remaining.as_millis(),
                "an operation pauses"
            );
        }
    }
}

/// Tells all workers what this one was told.
async fn announce(queue: &Queue, mut announcements: mpsc::Receiver<Pause>) {
    while let Some(pause) = announcements.recv().await {
        if let Err(error) = queue.announce_pause(&pause).await {
            warn!(
                { fields::ERROR } = fields::causes(&error),
                "other workers were not told of a pause"
            );
        }
    }
}

/// Hears what protection does.
struct Reporter {
    metrics: Metrics,
    pace: Arc<Pace>,
    announcements: mpsc::Sender<Pause>,
}

impl Reporter {
    fn show(&self, operation: Operation, circuit: Circuit) {
        let state = match circuit {
            Circuit::Closed => 0,
            Circuit::HalfOpen => 1,
            Circuit::Open => 2,
        };
        self.metrics.insurer().circuit(operation.as_str(), state);
    }
}

impl Watcher for Reporter {
    fn circuit_changed(&self, operation: Operation, circuit: Circuit) {
        self.show(operation, circuit);
        let (operation, circuit_is) = (operation.as_str(), circuit.as_str());
        if circuit == Circuit::Open {
            warn!(
                { fields::INSURER_OPERATION } = operation,
                "the insurer failed several times: it is not called"
            );
        } else {
            info!(
                { fields::INSURER_OPERATION } = operation,
                circuit = circuit_is,
                "the insurer is called again"
            );
        }
    }

    fn told_to_wait(&self, operation: Operation, length: Duration) {
        self.metrics.insurer().paused(operation.as_str(), "told");
        warn!(
            { fields::INSURER_OPERATION } = operation.as_str(),
            length_ms = length.as_millis(),
            "the insurer asks for a pause: all workers keep it"
        );
        let pause = Pause {
            operation: operation.as_str().to_owned(),
            remaining: length,
        };
        if self.announcements.try_send(pause).is_err() {
            warn!("other workers are not told of a pause: too many wait to be announced");
        }
    }

    fn held_back(&self, operation: Operation, why: &'static str) {
        self.metrics.insurer().held_back(operation.as_str(), why);
    }

    fn ended(&self, operation: Operation, began: Instant, waited: Duration, failure: Option<&Failure>) {
        waits::called();
        // A purchase or a cancellation waited before it began to be sent.
        let waited = waited.max(waits::spent().waiting);
        self.pace.ended(&Ended {
            operation,
            began,
            waited,
            failure,
        });
    }
}
