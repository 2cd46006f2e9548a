//! Streams of the queue monitor.

use std::time::Duration;

use loadsure_queue::{Activity, EntryId, From, Heartbeat, OperationState, Step, Tail};
use serde::{Deserialize, Serialize};

use crate::support::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Command {
    pin: Option<u32>,
}

#[tokio::test]
async fn documents_are_read_back_in_order_and_cut_by_length() {
    let server = Server::start();
    let queue = connect(&server).await;
    let stream = queue.names().samples();
    for pin in 0..1000 {
        queue
            .append(&stream, &Command { pin: Some(pin) }, 100)
            .await
            .unwrap();
    }
    let found: Vec<(EntryId, Command)> = queue.read_after(&stream, EntryId::ZERO, 10_000).await.unwrap();
    assert!((100..300).contains(&found.len()), "{}", found.len());
    let last = found.last().unwrap();
    assert_eq!(last.1, Command { pin: Some(999) });
    assert_eq!(
        queue.read_last::<Command>(&stream).await.unwrap().as_ref(),
        Some(last)
    );
    assert!(
        queue
            .read_after::<Command>(&stream, last.0, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        queue
            .read_last::<Command>(&queue.names().commands())
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn commands_are_followed_without_polling() {
    let server = Server::start();
    let queue = connect(&server).await;
    let stream = queue.names().commands();
    let mut tail = Tail::open(&queue, stream.clone(), From::Now).await.unwrap();
    let command = Command { pin: None };
    queue.append(&stream, &command, 100).await.unwrap();
    let Step::Entries(entries) = soon("the command comes", tail.next()).await else {
        panic!()
    };
    assert_eq!(entries[0].document::<Command>().unwrap(), command);
    assert!(server.calls("xread") <= 1);
}

fn heartbeat(consumer: &str, in_flight: u64) -> Heartbeat {
    let activity = Activity {
        slots: 4,
        slots_max: 12,
        in_flight,
        completed: 9,
        service_ms: Some(12.5),
    };
    let quoting = OperationState {
        rate_per_second: Some(2.5),
        circuit: "closed".to_owned(),
    };
    Heartbeat {
        consumer: consumer.to_owned(),
        started_at_ms: 1_700_000_000_000,
        draining: false,
        kinds: [("quote".to_owned(), activity)].into(),
        operations: [("quote".to_owned(), quoting)].into(),
    }
}

/// During a deployment workers of before are heard as well.
#[tokio::test]
async fn a_heartbeat_of_a_worker_of_before_is_understood() {
    let server = Server::start();
    let queue = connect(&server).await;
    let of_before = r#"{"consumer":"old","started_at_ms":1,"draining":false,
        "kinds":{"quote":{"slots":3,"in_flight":1,"completed":2,"service_ms":null}}}"#;
    server.command(&["XADD", &queue.names().heartbeats(), "*", "json", of_before]);
    let seen = queue.recent_heartbeats(Duration::from_secs(60)).await.unwrap();
    let activity = seen[0].heartbeat.kinds["quote"];
    assert_eq!((activity.slots, activity.slots_max), (3, 0));
    assert!(seen[0].heartbeat.operations.is_empty());
}

/// S11: who was not heard of lately is not counted as alive.
#[tokio::test]
async fn the_latest_heartbeat_of_each_live_worker_is_found() {
    let server = Server::start();
    let queue = connect(&server).await;
    let dead = serde_json::to_string(&heartbeat("dead", 1)).unwrap();
    server.command(&["XADD", &queue.names().heartbeats(), "1000-0", "json", &dead]);
    for (consumer, in_flight) in [("b", 1), ("a", 2), ("b", 3)] {
        queue.beat(&heartbeat(consumer, in_flight)).await.unwrap();
    }
    let seen = queue.recent_heartbeats(Duration::from_secs(60)).await.unwrap();
    let heartbeats: Vec<_> = seen.iter().map(|seen| seen.heartbeat.clone()).collect();
    assert_eq!(heartbeats, [heartbeat("a", 2), heartbeat("b", 3)]);
    assert!(seen.iter().all(|seen| seen.age < Duration::from_secs(60)));
}
