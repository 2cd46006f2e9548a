//! A server that is away, silent, or back.

use std::net::TcpListener;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use loadsure_cache::rate_limit::Limiter;
use loadsure_cache::{Cache, Error};

use crate::server::{Server, cache_on, refusing_port};

fn limiter(cache: Cache) -> Limiter {
    let minute = Duration::from_secs(60);
    Limiter::new(cache, "api", NonZeroU32::MIN, minute).with_timeout(minute)
}

#[tokio::test]
async fn a_cache_can_be_made_while_its_server_is_away() {
    let (_socket, port) = refusing_port();
    let cache = cache_on(port);
    assert!(matches!(cache.probe().await, Err(Error::Connect(_))));
    assert!(cache.get("x").await.is_err());
}

#[tokio::test]
async fn requests_pass_while_the_server_is_away() {
    let (_socket, port) = refusing_port();
    let limiter = limiter(cache_on(port));
    for _ in 0..5 {
        let decision = limiter.check("key").await;
        assert!(decision.allowed && decision.bypassed());
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_costs_one_timeout() {
    // Accepts connections into its backlog and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let limiter = Limiter::new(cache_on(port), "api", NonZeroU32::MIN, Duration::from_secs(60));
    let start = Instant::now();
    let mut timed_out = 0;
    for _ in 0..50 {
        let decision = limiter.check("key").await;
        assert!(decision.allowed);
        timed_out += u64::from(matches!(decision.failure, Some(Error::TimedOut(_))));
    }
    assert!(timed_out >= 1);
    assert!(
        timed_out <= start.elapsed().as_secs() + 1,
        "{timed_out} in {:?}",
        start.elapsed()
    );
}

/// P16: no restart of the service is needed.
#[tokio::test]
async fn the_limit_holds_again_after_a_restart() {
    let mut server = Server::start();
    let cache = server.cache();
    let limiter = limiter(cache.clone());
    assert!(!limiter.check("key").await.bypassed());
    cache.put("kept", b"1", Duration::from_secs(60)).await.unwrap();

    server.stop();
    assert!(limiter.check("key").await.bypassed());
    assert!(cache.get("kept").await.is_err());

    server.restart();
    let until_it_holds = async {
        loop {
            let decision = limiter.check("key").await;
            if !decision.bypassed() {
                break decision;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let decision = tokio::time::timeout(Duration::from_secs(60), until_it_holds)
        .await
        .unwrap();
    assert!(decision.allowed, "the new server knows of no requests");
    assert!(!limiter.check("key").await.allowed);
    cache.probe().await.unwrap();
    assert_eq!(cache.get("kept").await.unwrap(), None);
}
