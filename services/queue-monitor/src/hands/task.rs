//! A change of the number of workers, on its way.

use loadsure_core::scaling::ChangeResult;
use loadsure_digitalocean::DeploymentId;
use loadsure_store::scaling::Ending as Kept;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::compose::ComposeTask;
use super::digital_ocean::{DigitalOceanTask, Sent};
use super::process::ProcessTask;
use crate::seat::Permit;

/// What is to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    /// How many workers there are.
    pub(crate) from: u32,
    /// How many there are to be.
    pub(crate) to: u32,
}

/// What carries out a change.
#[derive(Debug)]
pub(crate) enum Task {
    /// Nobody acts.
    Nothing,
    /// Processes of this machine.
    Process(ProcessTask),
    /// App Platform.
    DigitalOcean(DigitalOceanTask),
    /// Containers of a Compose service.
    Compose(ComposeTask),
}

/// What becomes of a change, as it goes on.
#[derive(Debug)]
pub(crate) enum Event {
    /// It was asked for. From now on it is a change, whatever becomes of it.
    Sent {
        /// What the app then costs a month, in cents of US dollars.
        monthly_cents: Option<u64>,
        /// What a later leader needs to find it, to be written down.
        detail: Value,
    },
    /// It was given up, and nothing was asked for.
    Refused {
        /// Why, in words without personal data.
        why: String,
    },
    /// It has ended.
    Ended(Ending),
}

/// How a change that was asked for has ended.
#[derive(Debug)]
pub(crate) struct Ending {
    /// How, for decisions to come.
    pub(crate) result: ChangeResult,
    /// How, for people.
    pub(crate) kept: Kept,
    /// What else is known.
    pub(crate) detail: Value,
}

impl Ending {
    /// The workers are there.
    pub(crate) const fn applied(detail: Value) -> Self {
        Self {
            result: ChangeResult::Applied,
            kept: Kept::Applied,
            detail,
        }
    }

    /// It failed.
    pub(crate) fn failed(why: impl Into<String>) -> Self {
        Self {
            result: ChangeResult::Failed,
            kept: Kept::Failed,
            detail: json!({"why": why.into()}),
        }
    }

    /// Somebody else's change took its place.
    pub(crate) fn superseded(why: impl Into<String>) -> Self {
        Self {
            result: ChangeResult::Superseded,
            kept: Kept::Superseded,
            detail: json!({"why": why.into()}),
        }
    }

    /// Its end was not seen. Decisions to come hold as after a failure.
    pub(crate) fn unseen(why: impl Into<String>) -> Self {
        Self {
            kept: Kept::Unknown,
            ..Self::failed(why)
        }
    }
}

impl Task {
    /// Carries a change out, and tells what becomes of it. Once it was asked for, `let_go` ends the waiting.
    pub(crate) async fn run(
        self,
        order: Order,
        permit: Permit,
        let_go: CancellationToken,
        tell: mpsc::Sender<Event>,
    ) {
        let asked = match self.ask(order, &permit).await {
            Ok(asked) => asked,
            Err(why) => return drop(tell.send(Event::Refused { why }).await),
        };
        let sent = Event::Sent {
            monthly_cents: asked.monthly_cents(),
            detail: asked.detail(),
        };
        // Whoever does not listen any more does not lead any more.
        let _heard = tell.send(sent).await;
        if let Some(ending) = let_go.run_until_cancelled(asked.follow(order, &permit)).await {
            let _heard = tell.send(Event::Ended(ending)).await;
        }
    }

    /// Asks for the change. One step after another is asked for later.
    async fn ask(self, order: Order, permit: &Permit) -> Result<Asked, String> {
        match self {
            Self::Nothing => Err("nobody acts".to_owned()),
            Self::DigitalOcean(task) => {
                let sent = task.send(order, permit).await?;
                Ok(Asked::DigitalOcean(task, sent))
            }
            Self::Process(_) | Self::Compose(_) if !permit.holds().await => {
                Err("the right to change the number of workers is lost".to_owned())
            }
            Self::Process(task) => {
                task.ask(order);
                Ok(Asked::Process(task))
            }
            Self::Compose(task) => Ok(Asked::Compose(task)),
        }
    }
}

/// Follows a change that an earlier leader has sent.
#[derive(Debug)]
pub(crate) struct Follower {
    task: DigitalOceanTask,
    deployment: DeploymentId,
}

impl Follower {
    pub(super) const fn new(task: DigitalOceanTask, deployment: DeploymentId) -> Self {
        Self { task, deployment }
    }

    /// Waits for the end and tells it, unless `let_go` ends the waiting.
    pub(crate) async fn run(self, to: u32, let_go: CancellationToken, tell: mpsc::Sender<Event>) {
        let end = self.task.deployed(self.deployment, to);
        if let Some(ending) = let_go.run_until_cancelled(end).await {
            let _heard = tell.send(Event::Ended(ending)).await;
        }
    }
}

/// A change that was asked for.
enum Asked {
    Process(ProcessTask),
    DigitalOcean(DigitalOceanTask, Sent),
    Compose(ComposeTask),
}

impl Asked {
    fn monthly_cents(&self) -> Option<u64> {
        match self {
            Self::DigitalOcean(_, sent) => sent.monthly_cents(),
            Self::Process(_) | Self::Compose(_) => None,
        }
    }

    fn detail(&self) -> Value {
        match self {
            Self::DigitalOcean(_, sent) => sent.detail(),
            Self::Process(_) | Self::Compose(_) => json!({}),
        }
    }

    /// Waits for its end.
    async fn follow(self, order: Order, permit: &Permit) -> Ending {
        match self {
            Self::Process(task) => task.arrive(order).await,
            Self::DigitalOcean(task, sent) => task.follow(sent).await,
            Self::Compose(task) => task.follow(order, permit).await,
        }
    }
}
