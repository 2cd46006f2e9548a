//! Private and shared Redis.

use loadsure_testkit::redis::TestRedis;
use loadsure_testkit::servers::Redis;

use crate::support::{gone, redis, runs};

#[tokio::test]
async fn a_killed_redis_comes_back_empty_on_the_same_port() {
    let mut server = Redis::private(false).await.unwrap();
    let url = server.url();
    assert_eq!(redis(&url, "SET k v").await, "+OK");
    let pid = server.pid().unwrap();

    server.kill().await.unwrap();
    assert!(!runs(pid));
    assert_eq!(server.pid(), None);
    server.restart().await.unwrap();

    assert_eq!(server.url(), url);
    assert_eq!(redis(&url, "GET k").await, "$-1");
}

#[tokio::test]
async fn an_append_only_file_brings_the_data_back() {
    let mut server = Redis::private(true).await.unwrap();
    assert_eq!(redis(&server.url(), "SET k v").await, "+OK");
    let pid = server.pid().unwrap();
    server.restart().await.unwrap();
    gone(pid).await;
    assert_eq!(redis(&server.url(), "GET k").await, "v");
}

#[tokio::test]
async fn nothing_is_ever_evicted() {
    let server = Redis::private(false).await.unwrap();
    assert!(
        redis(&server.url(), "INFO memory")
            .await
            .contains("maxmemory_policy:noeviction")
    );
}

#[tokio::test]
async fn tests_share_a_server_and_have_prefixes_of_their_own() {
    let (one, other) = (
        TestRedis::shared().await.unwrap(),
        TestRedis::shared().await.unwrap(),
    );
    assert_eq!(one.url(), other.url());
    assert_ne!(one.prefix(), other.prefix());
    assert_eq!(redis(one.url(), "PING").await, "+PONG");
}
