//! A change of the number of workers, on its way.

use loadsure_core::scaling::ChangeResult;
use loadsure_store::scaling::Ending as Kept;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::digital_ocean::DigitalOceanTask;
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
}

/// What becomes of a change, as it goes on.
#[derive(Debug)]
pub(crate) enum Event {
    /// It was asked for. From now on it is a change, whatever becomes of it.
    Sent {
        /// What the app then costs a month, in cents of US dollars.
        monthly_cents: Option<u64>,
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
        // Whoever does not listen any more does not lead any more.
        let tell = async |event| drop(tell.send(event).await);
        let refused = |why: &str| Event::Refused { why: why.to_owned() };
        match self {
            Self::Nothing => tell(refused("nobody acts")).await,
            Self::Process(task) => {
                if !permit.holds().await {
                    return tell(refused("another monitor may lead")).await;
                }
                task.ask(order);
                tell(Event::Sent { monthly_cents: None }).await;
                if let Some(ending) = let_go.run_until_cancelled(task.arrive(order)).await {
                    tell(Event::Ended(ending)).await;
                }
            }
            Self::DigitalOcean(task) => match task.send(order, &permit).await {
                Err(why) => tell(Event::Refused { why }).await,
                Ok(sent) => {
                    let monthly_cents = sent.monthly_cents();
                    tell(Event::Sent { monthly_cents }).await;
                    if let Some(ending) = let_go.run_until_cancelled(task.follow(sent)).await {
                        tell(Event::Ended(ending)).await;
                    }
                }
            },
        }
    }
}
