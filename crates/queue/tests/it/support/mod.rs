//! What the tests share.

mod handler;
mod server;

use std::future::Future;
use std::time::Duration;

use loadsure_core::id::{JobId, TenantId};
use loadsure_core::job::Kind;
use loadsure_queue::{Config, Consumer, ConsumerConfig, Handler, Message, Outcome, Queue, Reply};
use time::OffsetDateTime;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

pub use handler::{Gate, On, reporting};
pub use server::{Answer, Server};

/// Nothing here takes long; a busy machine may.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// Waits until a condition holds.
///
/// # Panics
/// If it does not hold within [`DEADLINE`].
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    let deadline = Instant::now() + DEADLINE;
    while !condition().await {
        assert!(Instant::now() < deadline, "never: {what}");
        sleep(Duration::from_millis(5)).await;
    }
}

/// The value of a future that must come soon.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(DEADLINE, future)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"))
}

pub async fn connect(server: &Server) -> Queue {
    connect_as(server, "test").await
}

pub async fn connect_as(server: &Server, instance: &str) -> Queue {
    Queue::connect(&Config::new(server.url(), instance))
        .await
        .unwrap()
}

pub fn message(kind: Kind) -> Message {
    Message {
        kind,
        job: JobId::generate(),
        attempt: 1,
        tenant: TenantId::generate(),
        created_at: OffsetDateTime::now_utc(),
        traceparent: None,
        reply_to: None,
    }
}

pub fn messages(kind: Kind, count: usize) -> Vec<Message> {
    (0..count).map(|_| message(kind)).collect()
}

/// The outcome of a job that is done and answers.
pub fn done(job: JobId) -> Outcome {
    Outcome::Finished {
        reply: Some(Reply {
            job,
            outcome: "done".to_owned(),
        }),
        event: None,
    }
}

/// A consumer with times that suit a test.
pub fn config(kind: Kind, slots: usize) -> ConsumerConfig {
    ConsumerConfig {
        reclaim_every: Duration::from_millis(50),
        reclaim_idle: Duration::from_millis(300),
        ..ConsumerConfig::new(kind, slots)
    }
}

/// A consumer that runs.
pub struct Running {
    pub stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub async fn start<H: Handler>(queue: &Queue, config: ConsumerConfig, handler: H) -> Self {
        let consumer = Consumer::open(queue, config, std::sync::Arc::new(handler))
            .await
            .unwrap();
        let stop = CancellationToken::new();
        Self {
            task: tokio::spawn(consumer.run(stop.clone())),
            stop,
        }
    }

    /// Stops reading and waits for the drain.
    pub async fn drain(mut self) {
        self.stop.cancel();
        soon("the consumer drains", &mut self.task).await.unwrap();
    }

    /// Ends everything where it is.
    pub async fn crash(mut self) {
        self.task.abort();
        let _aborted = (&mut self.task).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}
