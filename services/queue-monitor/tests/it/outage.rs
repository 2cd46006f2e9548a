//! Redis is away.

use loadsure_testkit::servers::Redis;
use tokio::net::TcpSocket;

use crate::stand::{Ground, Stand, eventually};
use crate::worker::{OBEDIENT, is_there, kill};

/// P16: a Redis that was never there keeps nothing from starting, and nobody from being replaced.
#[tokio::test]
async fn the_minimum_is_kept_while_redis_is_away() {
    // Bound, but not listening: connections are refused while the socket is held.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("redis://{}", socket.local_addr().unwrap());
    let ground = Ground::on_redis(&url, "away", OBEDIENT).await;
    let mut stand = Stand::start_on(ground, &[("MIN_WORKERS", "2")]).await;
    let starts = stand.started(2).await;
    stand.ready(503).await;
    kill(&starts[0]);
    let starts = stand.started(3).await;
    assert!(is_there(&starts[1]) && is_there(&starts[2]));
    assert_eq!(stand.yard.terms(), []);
}

/// P16, S9: while Redis is away the workers stay; once it is back, empty, the monitor goes on by itself.
#[tokio::test]
async fn redis_may_go_and_come_back() {
    let mut redis = Redis::private(false).await.unwrap();
    let url = redis.url();
    let ground = Ground::on_redis(&url, "outage", OBEDIENT).await;
    let mut stand = Stand::start_on(ground, &[("MIN_WORKERS", "2")]).await;
    let before = stand
        .sampled("it is watching", |sample| sample.workers.living == 2)
        .await;
    stand.ready(200).await;
    redis.stop().await.unwrap();
    stand.ready(503).await;
    kill(&stand.yard.starts()[1]);
    stand.started(3).await;

    redis.restart().await.unwrap();
    stand.ready(200).await;
    let after = stand
        .sampled("it is watching again, and both live", |sample| {
            sample.at_ms > before.at_ms && sample.workers.living == 2
        })
        .await;
    assert_eq!(after.monitor, before.monitor, "the same process");
    assert_eq!(after.decision.target, 2);
    eventually("no worker was sent away", async || stand.yard.terms().is_empty()).await;
}
