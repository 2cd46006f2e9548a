//! A monitor that leads and does nothing but apply commands, through the very functions that the real one uses.

use std::num::NonZeroU32;
use std::time::Duration;

use loadsure_core::scaling::{Configured, Limits, Mode};
use loadsure_queue::{CommandFeed, Config, Queue};
use loadsure_store::Store;
use loadsure_store::scaling::{Lead, NewCommand};
use loadsure_testkit::redis::TestRedis;
use tokio::task::JoinHandle;

/// The monitor. It ends with its value.
pub(crate) struct Leader {
    pub(crate) store: Store,
    pub(crate) lead: Lead,
    task: JoinHandle<()>,
}

impl Leader {
    pub(crate) async fn begin(store: Store, redis: &TestRedis) -> Self {
        let length = Duration::from_secs(600);
        let lead = store.take_lead("monitor-a", length).await.unwrap().unwrap();
        let queue = Queue::connect(&Config {
            prefix: redis.prefix().to_owned(),
            ..Config::new(redis.url().to_owned(), "monitor")
        })
        .await
        .unwrap();
        let feed = CommandFeed::follow(&queue).await.unwrap();
        let task = tokio::spawn(obey(store.clone(), lead.clone(), queue, feed));
        Self { store, lead, task }
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

pub(crate) fn configured() -> Configured {
    let nonzero = |number| NonZeroU32::new(number).unwrap();
    Configured {
        limits: Limits::new(nonzero(1), nonzero(5)),
        mode: Mode::Observe,
        ceiling: 8,
    }
}
