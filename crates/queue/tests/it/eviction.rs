//! Whether the server may throw jobs away.

use crate::support::*;

/// A queue on a server that evicts drops jobs without a word (taskforcesh/bullmq#2215).
#[tokio::test]
async fn a_server_that_may_throw_jobs_away_is_told() {
    let server = Server::start();
    let queue = connect(&server).await;
    server.command(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
    assert_eq!(queue.evicts_by().await.unwrap(), None);
    server.command(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]);
    assert_eq!(queue.evicts_by().await.unwrap().as_deref(), Some("allkeys-lru"));
}
