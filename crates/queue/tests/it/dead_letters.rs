//! Dead letters in an operator's hands.

use loadsure_core::job::Kind;
use loadsure_queue::{DeadLetter, Error, Message, Payload};
use time::OffsetDateTime;

use crate::support::*;

fn letter(message: Message) -> DeadLetter {
    DeadLetter {
        kind: message.kind,
        payload: Payload::Message(message),
        code: "too-many-attempts".to_owned(),
        text: "given up after 5 attempts".to_owned(),
        history: serde_json::json!([{ "attempt": 5, "code": "upstream-timeout" }]),
        at: OffsetDateTime::now_utc(),
    }
}

#[tokio::test]
async fn dead_letters_are_listed_page_by_page_from_the_newest() {
    let server = Server::start();
    let queue = connect(&server).await;
    let letters: Vec<_> = (0..5).map(|_| letter(message(Kind::Webhook))).collect();
    for letter in &letters {
        queue.dead_letter(letter).await.unwrap();
    }
    let first = queue.dead_letters(Kind::Webhook, None, 3).await.unwrap();
    let second = queue
        .dead_letters(Kind::Webhook, Some(first[2].id), 3)
        .await
        .unwrap();
    let found: Vec<_> = first
        .into_iter()
        .chain(second)
        .map(|buried| buried.letter)
        .rev()
        .collect();
    assert_eq!(found, letters);
    assert_eq!(queue.dead_letter_count(Kind::Webhook).await.unwrap(), 5);
    assert!(queue.dead_letters(Kind::Quote, None, 3).await.unwrap().is_empty());
}

/// Two operators at once publish a job once.
#[tokio::test]
async fn a_dead_letter_is_published_again_once() {
    let server = Server::start();
    let queue = connect(&server).await;
    let message = message(Kind::Booking);
    let id = queue.dead_letter(&letter(message.clone())).await.unwrap();
    let (first, second) = tokio::join!(queue.replay(Kind::Booking, id), queue.replay(Kind::Booking, id));
    let (published, refused) = if first.is_ok() {
        (first, second)
    } else {
        (second, first)
    };
    assert_eq!(published.unwrap().1, message);
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    let (handler, mut seen) = reporting(Gate::opened());
    let running = Running::start(&queue, config(Kind::Booking, 1), handler).await;
    assert_eq!(soon("it runs", seen.recv()).await.unwrap().message, message);
    running.drain().await;
    assert_eq!(queue.dead_letter_count(Kind::Booking).await.unwrap(), 0);
    assert!(seen.try_recv().is_err());
}

#[tokio::test]
async fn a_dead_letter_survives_a_replay_that_the_server_refuses() {
    let server = Server::start();
    let queue = connect(&server).await;
    let id = queue.dead_letter(&letter(message(Kind::Booking))).await.unwrap();
    server.command(&["CONFIG", "SET", "maxmemory", "1"]);
    let refused = queue.replay(Kind::Booking, id).await;
    assert!(matches!(refused, Err(Error::OutOfMemory(_))), "{refused:?}");
    assert_eq!(queue.dead_letter_get(Kind::Booking, id).await.unwrap().id, id);
}

#[tokio::test]
async fn what_is_no_job_can_be_discarded_but_not_published() {
    let server = Server::start();
    let queue = connect(&server).await;
    let raw = vec![("some".to_owned(), "text".to_owned())];
    let letter = DeadLetter {
        payload: Payload::Raw(raw),
        ..letter(message(Kind::Quote))
    };
    let id = queue.dead_letter(&letter).await.unwrap();
    assert!(matches!(
        queue.replay(Kind::Quote, id).await,
        Err(Error::NotReplayable(_))
    ));
    assert!(queue.discard(Kind::Quote, id).await.unwrap());
    assert!(!queue.discard(Kind::Quote, id).await.unwrap());
    assert!(matches!(
        queue.dead_letter_get(Kind::Quote, id).await,
        Err(Error::NotFound)
    ));
}
