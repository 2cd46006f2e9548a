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

#[tokio::test]
async fn what_is_no_job_can_be_discarded() {
    let server = Server::start();
    let queue = connect(&server).await;
    let raw = vec![("some".to_owned(), "text".to_owned())];
    let letter = DeadLetter {
        payload: Payload::Raw(raw),
        ..letter(message(Kind::Quote))
    };
    let id = queue.dead_letter(&letter).await.unwrap();
    assert!(queue.discard(Kind::Quote, id).await.unwrap());
    assert!(!queue.discard(Kind::Quote, id).await.unwrap());
    assert!(matches!(
        queue.dead_letter_get(Kind::Quote, id).await,
        Err(Error::NotFound)
    ));
}
