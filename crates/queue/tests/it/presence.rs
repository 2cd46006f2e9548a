//! What the sweeper asks.

use loadsure_core::job::Kind;
use loadsure_queue::EntryId;

use crate::support::*;

#[tokio::test]
async fn only_unread_and_pending_entries_are_present() {
    let server = Server::start();
    let queue = connect(&server).await;
    let stream = queue.names().jobs(Kind::Quote);
    let ids = queue.publish(&messages(Kind::Quote, 4)).await.unwrap();
    assert_eq!(
        queue.presence(Kind::Quote, &ids).await.unwrap(),
        [true; 4],
        "a group yet to be made reads them"
    );
    server.command(&["XGROUP", "CREATE", &stream, "workers", "0"]);
    server.command(&[
        "XREADGROUP",
        "GROUP",
        "workers",
        "one",
        "COUNT",
        "3",
        "STREAMS",
        &stream,
        ">",
    ]);
    server.command(&["XACK", &stream, "workers", &ids[0].to_string()]);
    server.command(&["XDEL", &stream, &ids[1].to_string()]);
    let asked = [
        ids[0],
        ids[1],
        ids[2],
        ids[3],
        EntryId::new(u64::MAX, 0),
        EntryId::ZERO,
    ];
    let present = queue.presence(Kind::Quote, &asked).await.unwrap();
    assert_eq!(present, [false, false, true, true, false, false]);
}

/// P17: after a wipe every published job is missing, and is published again.
#[tokio::test]
async fn after_a_wipe_nothing_is_present() {
    let server = Server::start();
    let queue = connect(&server).await;
    let ids = queue.publish(&messages(Kind::Quote, 1200)).await.unwrap();
    server.command(&["FLUSHALL"]);
    assert_eq!(
        queue.presence(Kind::Quote, &ids).await.unwrap(),
        vec![false; 1200]
    );
}
