//! Work for the workers, done by the test itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use loadsure_core::id::{JobId, TenantId};
use loadsure_core::job::Kind;
use loadsure_queue::{
    Activity, Consumer, ConsumerConfig, Delivery, Handler, Heartbeat, Message, OperationState, Outcome, Queue,
};
use time::OffsetDateTime;
use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Holds every job until it is let through.
struct Held(Arc<Semaphore>);

impl Handler for Held {
    async fn handle(&self, _delivery: Delivery) -> Outcome {
        let _permit = self.0.acquire().await;
        Outcome::Finished {
            reply: None,
            event: None,
        }
    }

    async fn panicked(&self, _delivery: Delivery) -> Outcome {
        Outcome::NotMine
    }
}

/// A consumer of one kind that holds its jobs; stops with the value.
pub(crate) struct Work {
    gate: Arc<Semaphore>,
    _stop: DropGuard,
}

impl Work {
    /// Starts it, and lets it be heard for as long as a test lasts.
    pub(crate) async fn hold(queue: &Queue, kind: Kind, slots: usize) -> Self {
        let work = Self::silent(queue, kind, slots).await;
        beat(queue, kind, "closed").await;
        work
    }

    /// Starts it, and lets nobody hear of it.
    pub(crate) async fn silent(queue: &Queue, kind: Kind, slots: usize) -> Self {
        let gate = Arc::new(Semaphore::new(0));
        let handler = Arc::new(Held(Arc::clone(&gate)));
        let config = ConsumerConfig::new(kind, slots);
        let consumer = Consumer::open(queue, config, handler).await.unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(consumer.run(stop.clone()));
        let _stop = stop.drop_guard();
        Self { gate, _stop }
    }

    /// Lets all jobs through, those to come too.
    pub(crate) fn release(&self) {
        self.gate.add_permits(1_000_000);
    }
}

/// Lets a worker be heard that has such a circuit to the insurer.
pub(crate) async fn beat(queue: &Queue, kind: Kind, circuit: &str) {
    queue.beat(&heartbeat(queue, kind, circuit)).await.unwrap();
}

fn heartbeat(queue: &Queue, kind: Kind, circuit: &str) -> Heartbeat {
    let operation = OperationState {
        rate_per_second: None,
        circuit: circuit.to_owned(),
    };
    let activity = Activity {
        slots: 4,
        slots_max: 4,
        in_flight: 0,
        completed: 0,
        service_ms: Some(2_500.0),
    };
    Heartbeat {
        consumer: queue.instance().to_owned(),
        started_at_ms: 0,
        draining: false,
        kinds: BTreeMap::from([(kind.to_string(), activity)]),
        operations: BTreeMap::from([("quote".to_owned(), operation)]),
    }
}

/// Publishes jobs.
pub(crate) async fn publish(queue: &Queue, kind: Kind, count: usize) {
    let message = |_| Message {
        kind,
        job: JobId::generate(),
        attempt: 1,
        tenant: TenantId::generate(),
        created_at: OffsetDateTime::now_utc(),
        traceparent: None,
        reply_to: None,
    };
    let messages: Vec<_> = (0..count).map(message).collect();
    queue.publish(&messages).await.unwrap();
}
