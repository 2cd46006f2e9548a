//! Removing what is done, and only that.

use std::collections::BTreeSet;

use loadsure_core::job::Kind;
use loadsure_queue::{EntryId, Queue};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::*;

#[derive(Debug, Clone)]
enum Step {
    Publish(usize),
    Read(u8),
    Acknowledge(prop::sample::Index),
    Trim,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (1..5_usize).prop_map(Step::Publish),
        1 => (1..4_u8).prop_map(Step::Read),
        3 => any::<prop::sample::Index>().prop_map(Step::Acknowledge),
        1 => Just(Step::Trim),
    ]
}

/// What the stream must still hold.
#[derive(Default)]
struct Model {
    unread: BTreeSet<EntryId>,
    pending: Vec<EntryId>,
}

impl Model {
    async fn apply(&mut self, step: &Step, server: &Server, queue: &Queue, stream: &str) {
        match step {
            Step::Publish(count) => {
                self.unread
                    .extend(queue.publish(&messages(Kind::Quote, *count)).await.unwrap());
            }
            Step::Read(count) => {
                let count = count.to_string();
                server.command(&[
                    "XREADGROUP",
                    "GROUP",
                    "workers",
                    "c",
                    "COUNT",
                    &count,
                    "STREAMS",
                    stream,
                    ">",
                ]);
                for _ in 0..count.parse::<u8>().unwrap() {
                    self.pending.extend(self.unread.pop_first());
                }
            }
            Step::Acknowledge(index) if !self.pending.is_empty() => {
                let id = self.pending.swap_remove(index.index(self.pending.len()));
                server.command(&["XACK", stream, "workers", &id.to_string()]);
            }
            Step::Acknowledge(_) => {}
            Step::Trim => {
                queue.trim(Kind::Quote).await.unwrap();
            }
        }
    }

    async fn check(&self, queue: &Queue) {
        let needed: Vec<_> = self.unread.iter().chain(&self.pending).copied().collect();
        let present = queue.presence(Kind::Quote, &needed).await.unwrap();
        assert!(present.iter().all(|present| *present), "lost one of {needed:?}");
    }
}

#[test]
fn trimming_never_passes_unread_or_pending_entries() {
    let server = Server::start();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let queue = runtime.block_on(connect(&server));
    let stream = queue.names().jobs(Kind::Quote);
    let mut runner = TestRunner::new(Config {
        cases: 48,
        failure_persistence: None,
        ..Config::default()
    });
    let schedules = prop::collection::vec(step(), 1..40);
    let result = runner.run(&schedules, |schedule| {
        server.command(&["FLUSHALL"]);
        server.command(&["XGROUP", "CREATE", &stream, "workers", "0", "MKSTREAM"]);
        runtime.block_on(async {
            let mut model = Model::default();
            for step in &schedule {
                model.apply(step, &server, &queue, &stream).await;
                model.check(&queue).await;
            }
        });
        Ok(())
    });
    result.unwrap();
}

#[tokio::test]
async fn what_is_acknowledged_is_removed() {
    let server = Server::start();
    let queue = connect(&server).await;
    let stream = queue.names().jobs(Kind::Quote);
    queue.publish(&messages(Kind::Quote, 100)).await.unwrap();
    assert_eq!(
        queue.trim(Kind::Quote).await.unwrap(),
        0,
        "without a group nothing was read"
    );
    let (handler, mut seen) = reporting(Gate::opened());
    let running = Running::start(&queue, config(Kind::Quote, 16), handler).await;
    for _ in 0..100 {
        soon("all run", seen.recv()).await.unwrap();
    }
    running.drain().await;
    assert_eq!(queue.trim(Kind::Quote).await.unwrap(), 99);
    assert_eq!(server.number(&["XLEN", &stream]), 1);
    assert_eq!(
        queue.trim(Kind::Booking).await.unwrap(),
        0,
        "nor from a stream that does not exist"
    );
}
