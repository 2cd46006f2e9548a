//! A queue monitor that leads and does nothing but apply commands, through the very functions that the real one uses.

use std::num::NonZeroU32;
use std::time::Duration;

use loadsure_core::scaling::{
    Configured, History, Limits, Mode, Moment, Policy, Predictive, Record, Recorder, Rule, Snapshot,
};
use loadsure_queue::{CommandFeed, Queue};
use loadsure_store::Store;
use loadsure_store::scaling::{Lead, NewCommand};
use tokio::task::JoinHandle;

use super::TestApp;

/// The monitor. It ends with its value.
pub(crate) struct Leader {
    pub(crate) lead: Lead,
    task: JoinHandle<()>,
}

impl Leader {
    pub(crate) async fn begin(app: &TestApp) -> Self {
        let length = Duration::from_secs(600);
        let lead = app.store.take_lead("monitor-a", length).await.unwrap().unwrap();
        let feed = CommandFeed::follow(&app.queue).await.unwrap();
        let task = tokio::spawn(obey(app.store.clone(), lead.clone(), app.queue.clone(), feed));
        Self { lead, task }
    }

    /// A decision of this leader: odd ones are to change the number.
    pub(crate) fn decision(&self, sequence: u64) -> Record {
        let policy = Policy::new(configured().limits, Rule::Predictive(Predictive::default()));
        let mut recorder = Recorder::new(self.lead.term(), History::default());
        let mut record = recorder.decide(Snapshot::default(), &policy, Mode::Propose, Moment(1));
        record.sequence = sequence;
        record.snapshot.fleet.wanted = 2;
        record.decision.target = if sequence.is_multiple_of(2) { 2 } else { 3 };
        record
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn obey(store: Store, lead: Lead, queue: Queue, mut feed: CommandFeed) {
    loop {
        let message = feed.next().await;
        let new = NewCommand {
            id: message.id,
            actor: &message.actor,
            at: message.at,
            command: &message.command,
        };
        let applied = store.apply_command(&lead, &new, &configured()).await.unwrap();
        let outcome = applied.outcome.map_or("refused", |_| "applied");
        queue.answer_command(&message, outcome).await.unwrap();
    }
}

fn configured() -> Configured {
    let nonzero = |number| NonZeroU32::new(number).unwrap();
    Configured {
        limits: Limits::new(nonzero(1), nonzero(5)),
        mode: Mode::Observe,
        ceiling: 8,
    }
}
