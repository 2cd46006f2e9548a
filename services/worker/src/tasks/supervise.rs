//! Keeps a task going, whatever happens to a round of it.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use loadsure_core::ports::Fault;
use loadsure_telemetry::fields;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::Failure;
use crate::database::Database;

/// Something that is done again and again.
pub(crate) trait Task: Send + 'static {
    /// Its name in the log.
    const NAME: &'static str;

    /// Whether a round waits for the database.
    const NEEDS_DATABASE: bool = true;

    /// Waits until the next round is due.
    fn due(&mut self) -> impl Future<Output = ()> + Send;

    /// One round.
    fn run(&mut self) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Runs a task until `stop`. A round that has begun is finished. A failure, or a panic where panics do not end the
/// process, is logged when it begins and when it is over, and the next round comes when it is due.
pub(crate) async fn supervise<T: Task>(mut task: T, database: Database, stop: CancellationToken) {
    let mut failing = false;
    loop {
        let next = async {
            task.due().await;
            if T::NEEDS_DATABASE {
                database.available().await;
            }
        };
        if stop.run_until_cancelled(next).await.is_none() {
            return;
        }
        let round = AssertUnwindSafe(task.run()).catch_unwind().await;
        let round = round.unwrap_or(Err(Failure::Panicked));
        if let Err(Failure::Store(fault @ Fault::Unavailable(_))) = &round {
            database.failed(fault);
        }
        if round.is_err() != std::mem::replace(&mut failing, round.is_err()) {
            report(T::NAME, round);
        }
    }
}

/// Logs that a task began to fail, or works again.
fn report(task: &'static str, round: Result<(), Failure>) {
    match round {
        Ok(()) => info!(task, "the task works again"),
        Err(failure) => {
            warn!(
                task,
                { fields::ERROR } = fields::causes(&failure),
                "the task failed; it is tried again"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    struct Panics(Arc<AtomicU32>);

    impl Task for Panics {
        const NAME: &'static str = "panics";
        const NEEDS_DATABASE: bool = false;

        async fn due(&mut self) {
            tokio::task::yield_now().await;
        }

        async fn run(&mut self) -> Result<(), Failure> {
            let round = self.0.fetch_add(1, Ordering::SeqCst);
            assert!(round > 0, "the first round");
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_task_outlives_a_panic_of_a_round() {
        let settings = loadsure_store::Settings {
            url: "postgres://nobody@127.0.0.1:1/none".to_owned().into(),
            application_name: "test".to_owned(),
            pool_size: 1,
            ca_certificate: None,
            connect_timeout: std::time::Duration::from_secs(1),
            statement_timeout: std::time::Duration::from_secs(1),
            wait_timeout: std::time::Duration::from_secs(1),
        };
        let database = Database::new(loadsure_store::Store::new(&settings).unwrap());
        let (rounds, stop) = (Arc::new(AtomicU32::new(0)), CancellationToken::new());
        let task = tokio::spawn(supervise(Panics(rounds.clone()), database, stop.clone()));
        while rounds.load(Ordering::SeqCst) < 3 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
        task.await.unwrap();
    }
}
