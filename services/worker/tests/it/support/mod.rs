//! What the tests share.

mod load;
mod stage;

use std::future::Future;
use std::time::Duration;

use loadsure_queue::Waiter;
use loadsure_telemetry::Metrics;
use tokio::time::{Instant, sleep, timeout};

pub(crate) use load::{SECRETS, application};
pub(crate) use stage::{Stage, answer, behind, logged, start};

/// Nothing here takes long; a busy machine may.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Waits until a condition holds.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    let deadline = Instant::now() + DEADLINE;
    while !condition().await {
        assert!(Instant::now() < deadline, "never: {what}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// The value of a future that must come soon.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(DEADLINE, future)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"))
}

/// The value of a metric with its labels; zero while there is none.
pub(crate) fn number(metrics: &Metrics, name: &str) -> f64 {
    let text = metrics.render();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.map_or(0.0, |value| value.trim().parse().unwrap())
}

/// Nothing waits for its time.
pub(crate) const HURRY: &str = "UPDATE jobs SET due_at = now() WHERE state = 'pending'";

/// The word that a worker answers of a job whose retries are all due at once.
pub(crate) async fn hurried(stage: &Stage, waiter: Waiter) -> String {
    let mut answer = std::pin::pin!(answer(waiter));
    loop {
        tokio::select! {
            answer = &mut answer => return answer,
            () = sleep(Duration::from_millis(50)) => stage.execute(HURRY).await,
        }
    }
}
