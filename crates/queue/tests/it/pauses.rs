//! Pauses that all workers keep.

use std::time::Duration;

use loadsure_queue::{Pause, Pauses};

use crate::support::*;

fn pause(operation: &str, remaining: Duration) -> Pause {
    Pause {
        operation: operation.to_owned(),
        remaining,
    }
}

#[tokio::test]
async fn a_pause_reaches_everyone_with_what_is_left_of_it() {
    let server = Server::start();
    let (one, other) = (
        connect_as(&server, "one").await,
        connect_as(&server, "other").await,
    );
    let mut pauses = Pauses::follow(&other).await.unwrap();
    let announced = pause("quote", Duration::from_secs(60));
    one.announce_pause(&announced).await.unwrap();

    let heard = soon("the pause is heard of", pauses.next()).await;

    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].operation, "quote");
    assert!(heard[0].remaining <= announced.remaining);
    assert!(heard[0].remaining > Duration::from_secs(30));
}

#[tokio::test]
async fn whoever_comes_later_learns_of_pauses_that_are_not_over() {
    let server = Server::start();
    let one = connect(&server).await;
    one.announce_pause(&pause("quote", Duration::from_millis(1)))
        .await
        .unwrap();
    one.announce_pause(&pause("purchase", Duration::from_secs(60)))
        .await
        .unwrap();
    let later = connect_as(&server, "later").await;
    eventually("the short one is over", async || {
        later.standing_pauses().await.unwrap().len() == 1
    })
    .await;

    let standing = later.standing_pauses().await.unwrap();
    assert_eq!(standing[0].operation, "purchase");
    let mut pauses = Pauses::follow(&later).await.unwrap();
    let heard = soon("old pauses are read", pauses.next()).await;
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].operation, "purchase");
}

/// P16: whoever follows while Redis is away hears of pauses once it is back.
#[tokio::test]
async fn pauses_are_heard_of_after_an_outage() {
    let mut server = Server::start();
    let queue = connect(&server).await;
    let mut pauses = Pauses::follow(&queue).await.unwrap();
    server.kill();
    server.restart();
    let mut announcing = tokio::time::interval(Duration::from_millis(50));
    let announce = async {
        loop {
            announcing.tick().await;
            if queue
                .announce_pause(&pause("quote", Duration::from_secs(60)))
                .await
                .is_ok()
            {
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        heard = soon("the pause is heard of", pauses.next()) => assert_eq!(heard[0].operation, "quote"),
        () = announce => {}
    }
}
