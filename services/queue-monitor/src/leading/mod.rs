//! What the monitor that leads does, and what it knows for as long as it leads.

mod begin;
mod change;
mod command;
mod inherited;
mod intent;
mod memory;
mod proposal;
mod refusals;
mod round;
mod snapshot;

use loadsure_core::scaling::{Recorder, Steering};
use loadsure_queue::{CommandFeed, CommandMessage, Queue};
use loadsure_store::Store;
use loadsure_store::scaling::{Lead, Proposal};
use loadsure_telemetry::Metrics;

use crate::hands::Event;
use crate::settings::Rules;
use change::UnderWay;
use refusals::Refusals;

pub(crate) use round::Told;

/// What is needed of the world.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    pub(crate) metrics: Metrics,
}

/// A term as the leader. Nothing of it outlasts the term: what must is in the database.
#[derive(Debug)]
pub(crate) struct Leading {
    tools: Tools,
    rules: Rules,
    lead: Lead,
    recorder: Recorder,
    steering: Steering,
    feed: CommandFeed,
    under_way: Option<UnderWay>,
    /// What waits for a person.
    proposal: Option<Proposal>,
    /// What a person has confirmed and is not begun.
    confirmed: Option<Proposal>,
    refusals: Refusals,
}

/// What happens between two looks.
#[derive(Debug)]
pub(crate) enum Happening {
    /// Operations ask for something.
    Command(CommandMessage),
    /// A change goes on.
    Change(Event),
}

impl Leading {
    /// The term.
    pub(crate) fn term(&self) -> u64 {
        self.lead.term()
    }

    /// Goes on with a lead that was renewed.
    pub(crate) fn go_on(&mut self, lead: Lead) {
        self.lead = lead;
    }

    /// Waits for something to happen. Dropping the future loses nothing.
    pub(crate) async fn happening(&mut self) -> Happening {
        tokio::select! {
            command = self.feed.next() => Happening::Command(command),
            event = next_event(&mut self.under_way) => Happening::Change(event),
        }
    }
}

async fn next_event(under_way: &mut Option<UnderWay>) -> Event {
    match under_way {
        Some(change) => change.next_event().await,
        None => std::future::pending().await,
    }
}
