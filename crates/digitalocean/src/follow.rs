//! Following a deployment to its end.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use crate::client::Client;
use crate::deployment::{Deployment, Phase};
use crate::error::Error;
use crate::health::Replicas;
use crate::id::{AppId, DeploymentId};

/// How often and how long the platform is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The first pause.
    pub first: Duration,
    /// The longest pause; each is half as long again as the one before.
    pub longest: Duration,
    /// How long in all.
    pub total: Duration,
}

impl Default for Patience {
    /// For a deployment of minutes: some 80 questions in 20 minutes, of 5,000 an hour.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(2),
            longest: Duration::from_secs(15),
            total: Duration::from_secs(20 * 60),
        }
    }
}

/// Why the end was not seen.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The time was over; the deployment may still end either way.
    #[error("the platform did not get there in time")]
    Impatient {
        /// The last failure to ask, where the last question failed.
        source: Option<Error>,
    },
    /// The platform will not tell, however often it is asked.
    #[error("the platform does not tell how it goes on")]
    Call(#[source] Error),
}

impl Client {
    /// Asks for a deployment until it has ended, and answers it: [`Phase::Active`], [`Phase::Error`],
    /// [`Phase::Superseded`] or [`Phase::Canceled`]. Tells `seen` each phase as it is first seen. Failures that may pass
    /// are waited out. May be dropped at any time.
    ///
    /// # Errors
    /// When the end was not seen.
    pub async fn follow(
        &self,
        app: AppId,
        deployment: DeploymentId,
        patience: Patience,
        mut seen: impl FnMut(Phase) + Send,
    ) -> Result<Deployment, FollowError> {
        let mut rhythm = Rhythm::new(patience);
        let mut last = None;
        loop {
            if let Some(deployment) = rhythm.ask(self.deployment(app, deployment)).await? {
                if last.replace(deployment.phase) != Some(deployment.phase) {
                    seen(deployment.phase);
                }
                if deployment.phase.is_final() {
                    return Ok(deployment);
                }
            }
            rhythm.rest().await?;
        }
    }

    /// Asks for a worker's instances until as many are ready as there should be, and those are `count`. The end of a
    /// deployment does not prove it.
    ///
    /// # Errors
    /// When that was not seen.
    pub async fn await_ready(
        &self,
        app: AppId,
        worker: &str,
        count: u32,
        patience: Patience,
    ) -> Result<Replicas, FollowError> {
        let mut rhythm = Rhythm::new(patience);
        loop {
            let replicas = rhythm.ask(self.replicas(app, worker)).await?;
            let all = |replicas: &Replicas| replicas.desired == count && replicas.ready == count;
            if let Some(replicas) = replicas.filter(all) {
                return Ok(replicas);
            }
            rhythm.rest().await?;
        }
    }
}

/// Questions with growing pauses between them, up to an end.
struct Rhythm {
    end: Instant,
    pause: Duration,
    longest: Duration,
    /// Why the last question failed, if it did.
    failure: Option<Error>,
}

impl Rhythm {
    fn new(patience: Patience) -> Self {
        Self {
            end: Instant::now() + patience.total,
            pause: patience.first,
            longest: patience.longest,
            failure: None,
        }
    }

    /// The answer to a question, or `None` when it is worth asking again.
    async fn ask<T>(
        &mut self,
        question: impl Future<Output = Result<T, Error>> + Send,
    ) -> Result<Option<T>, FollowError> {
        match timeout_at(self.end, question).await {
            Ok(Ok(answer)) => {
                self.failure = None;
                Ok(Some(answer))
            }
            Ok(Err(error)) if error.is_transient() => {
                self.failure = Some(error);
                Ok(None)
            }
            Ok(Err(error)) => Err(FollowError::Call(error)),
            Err(_) => Err(self.over()),
        }
    }

    /// Waits for as long as the next question should, and longer if the platform asks for it.
    async fn rest(&mut self) -> Result<(), FollowError> {
        let asked = self.failure.as_ref().and_then(Error::retry_after);
        let wait = self.pause.max(asked.unwrap_or_default());
        self.pause = (self.pause + self.pause / 2).min(self.longest);
        match timeout_at(self.end, sleep(wait)).await {
            Ok(()) => Ok(()),
            Err(_) => Err(self.over()),
        }
    }

    fn over(&mut self) -> FollowError {
        FollowError::Impatient {
            source: self.failure.take(),
        }
    }
}
