//! Limits, and how they come back.

use std::num::NonZeroU32;
use std::time::{Duration, SystemTime};

use loadsure_cache::Cache;
use loadsure_cache::rate_limit::Limiter;

use crate::server::{Server, keys};

const MINUTE: Duration = Duration::from_secs(60);

fn limiter(cache: Cache, max_requests: u32) -> Limiter {
    // A busy machine must not look like a server that is away.
    Limiter::new(cache, "api", NonZeroU32::new(max_requests).unwrap(), MINUTE).with_timeout(MINUTE)
}

#[tokio::test]
async fn the_limit_can_be_spent_at_once_and_comes_back_evenly() {
    let server = Server::start();
    let limiter = limiter(server.cache(), 3);
    let start = SystemTime::now();
    for remaining in [2, 1, 0] {
        let decision = limiter.check_at("key", start).await;
        assert!(decision.allowed && !decision.bypassed());
        assert_eq!(
            (decision.limit, decision.remaining, decision.retry_after),
            (3, remaining, None)
        );
    }
    let refused = limiter.check_at("key", start).await;
    assert!(!refused.allowed);
    assert_eq!(refused.remaining, 0);
    assert_eq!(refused.reset_after, MINUTE);
    let retry_after = refused.retry_after.unwrap();
    assert_eq!(retry_after, Duration::from_secs(20));

    assert!(
        !limiter
            .check_at("key", start + retry_after - Duration::from_millis(1))
            .await
            .allowed
    );
    let allowed = limiter.check_at("key", start + retry_after).await;
    assert!(allowed.allowed);
    assert_eq!(allowed.remaining, 0);
    let full = limiter.check_at("key", start + retry_after + MINUTE).await;
    assert_eq!(full.remaining, 2);
}

#[tokio::test]
async fn callers_do_not_share_their_limits() {
    let server = Server::start();
    let limiter = limiter(server.cache(), 1);
    assert!(limiter.check("one").await.allowed);
    assert!(!limiter.check("one").await.allowed);
    assert!(limiter.check("two").await.allowed);
}

#[tokio::test]
async fn two_instances_share_one_limit() {
    let server = Server::start();
    let instances = [limiter(server.cache(), 10), limiter(server.cache(), 10)];
    // One time for all, so that nothing comes back during the test.
    let tasks: Vec<_> = (0..40)
        .map(|request| {
            let limiter = instances[request % 2].clone();
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
            tokio::spawn(async move { limiter.check_at("key", now).await })
        })
        .collect();
    let mut allowed = 0;
    for task in tasks {
        let decision = task.await.unwrap();
        assert!(!decision.bypassed(), "{decision:?}");
        allowed += u32::from(decision.allowed);
    }
    assert_eq!(allowed, 10);
}

#[tokio::test]
async fn a_clock_that_is_set_back_locks_nobody_out() {
    let server = Server::start();
    let limiter = limiter(server.cache(), 2);
    let now = SystemTime::now();
    limiter.check_at("key", now).await;
    let earlier = limiter.check_at("key", now - MINUTE * 60).await;
    assert!(earlier.allowed || earlier.retry_after.unwrap() <= MINUTE);
}

/// P30, P31: a key holds neither the API key nor the address of a caller; and P51: it is gone when it means nothing.
#[tokio::test]
async fn no_key_shows_who_called() {
    let server = Server::start();
    limiter(server.cache(), 5).check("lsk_secret").await;
    let keys = keys(&server).await;
    assert_eq!(keys.len(), 1);
    assert!(
        keys[0].starts_with("{test}:limit:api:") && !keys[0].contains("secret"),
        "{keys:?}"
    );
}

#[tokio::test]
async fn a_limit_that_does_not_divide_its_window_is_exact() {
    let server = Server::start();
    let limiter = limiter(server.cache(), 7);
    let now = SystemTime::now();
    let mut allowed = 0;
    for _ in 0..10 {
        let decision = limiter.check_at("key", now).await;
        assert!(!decision.bypassed(), "{decision:?}");
        allowed += u32::from(decision.allowed);
    }
    assert_eq!(allowed, 7);
}
