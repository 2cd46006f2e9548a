//! Token buckets that workers share.

use std::num::NonZeroU32;
use std::time::Duration;

use loadsure_core::rate::Rate;
use loadsure_queue::{Queue, Token};

use crate::support::*;

const PATIENT: Duration = Duration::from_secs(60);

fn rate(per_second: f64, burst: u32) -> Rate {
    Rate::new(per_second, NonZeroU32::new(burst)).unwrap()
}

/// When the tokens that one worker takes are due, in the order in which it took them.
async fn take(queue: &Queue, rate: Rate, tokens: usize) -> Vec<Duration> {
    let mut due = Vec::new();
    while due.len() < tokens {
        match queue.take_token("quote", rate, PATIENT).await.unwrap() {
            Token::Taken { due: at, .. } => due.push(at),
            Token::TooFar { wait } => tokio::time::sleep(wait).await,
        }
    }
    due
}

/// However the workers take turns, by the server's clock.
#[tokio::test]
async fn two_workers_never_exceed_the_rate_and_the_burst_over_any_window() {
    let server = Server::start();
    let (one, other) = (
        connect_as(&server, "one").await,
        connect_as(&server, "other").await,
    );
    let rate = rate(50.0, 5);
    let (mine, others) = tokio::join!(take(&one, rate, 60), take(&other, rate, 60));
    let mut due = [mine, others].concat();
    due.sort();

    for (first, from) in due.iter().enumerate() {
        for (count, to) in due[first..].iter().enumerate() {
            let room = 5.0 + (*to - *from).as_secs_f64() * 50.0 + 1e-3;
            assert!(
                f64::from(u32::try_from(count + 1).unwrap()) <= room,
                "{} tokens in {:?}",
                count + 1,
                *to - *from
            );
        }
    }
    let all = *due.last().unwrap() - due[0];
    assert!(all < Duration::from_secs(30), "and the rate is used: {all:?}");
}

#[tokio::test]
async fn whoever_does_not_wait_long_enough_takes_nothing() {
    let server = Server::start();
    let queue = connect(&server).await;
    let slow = rate(0.02, 1);
    let taken = |token| matches!(token, Token::Taken { wait, .. } if wait.is_zero());
    assert!(taken(
        queue.take_token("quote", slow, Duration::ZERO).await.unwrap()
    ));
    for _ in 0..3 {
        let next = queue
            .take_token("quote", slow, Duration::from_secs(1))
            .await
            .unwrap();
        let Token::TooFar { wait } = next else {
            panic!("{next:?}");
        };
        assert!(wait > Duration::from_secs(1) && wait <= Duration::from_secs(50));
    }
    assert!(taken(
        queue.take_token("purchase", slow, Duration::ZERO).await.unwrap()
    ));
}

/// A clock that is set back, as after a fail-over, stops nobody for as long as it was set back.
#[tokio::test]
async fn a_bucket_from_a_later_time_is_not_believed() {
    let server = Server::start();
    let queue = connect(&server).await;
    server.command(&["SET", &queue.names().tokens("quote"), "99999999999000000"]);
    let token = queue
        .take_token("quote", rate(1.0, 1), Duration::ZERO)
        .await
        .unwrap();
    assert!(matches!(token, Token::Taken { .. }), "{token:?}");
}

/// P17: an outage is told at once, so that the caller can do without.
#[tokio::test]
async fn a_redis_that_is_away_is_an_error_and_not_a_token() {
    let mut server = Server::start();
    let queue = connect(&server).await;
    server.kill();
    eventually("the outage is seen", async || {
        let token = queue.take_token("quote", rate(1.0, 1), PATIENT).await;
        token.is_err_and(|error| error.is_transient())
    })
    .await;
}
