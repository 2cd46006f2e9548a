//! Jobs that cannot be done.

use std::num::NonZeroU32;

use loadsure_core::booking;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::job::Kind;
use loadsure_core::quote;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};

use crate::support::{Stage, answer, application, eventually, start};

/// P19, P23: a job that ends its workers is given up after some deliveries, and its caller gets an answer.
#[tokio::test]
async fn a_quote_that_was_delivered_too_often_has_failed() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.worker.max_deliveries = NonZeroU32::MIN;
    let hang = Trouble::Hang { commits: false };
    stage.sandbox.set_faults([Fault::always(Operation::Quote, hang)]);
    let first = start(config.clone()).await;
    let (quote, job) = stage.accept_quote(&application(50_000)).await;
    let waiter = stage.publish(Kind::Quote, job).await;
    eventually("the insurer is asked", async || {
        !stage.sandbox.requests(Operation::Quote).is_empty()
    })
    .await;
    drop(first);
    let _second = start(config).await;

    assert_eq!(answer(waiter).await, "dead");

    let stored = stage.quote(quote).await;
    assert_eq!(
        (stored.status, stored.failure),
        (quote::Status::Failed, Some(ErrorCode::Internal))
    );
    let letters = stage.queue.dead_letters(Kind::Quote, None, 10).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(stage.sandbox.requests(Operation::Quote).len(), 1);
    stage.event("quote.failed", job).await;
}

/// P1, P2: a purchase that was given up may have happened, so it has not failed.
#[tokio::test]
async fn a_booking_that_was_delivered_too_often_in_mid_purchase_is_unknown() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.worker.max_deliveries = NonZeroU32::MIN;
    let first = start(config.clone()).await;
    let (booking, job) = stage.accept_booking(stage.priced().await).await;
    let hang = Trouble::Hang { commits: true };
    stage
        .sandbox
        .set_faults([Fault::always(Operation::PurchaseQuote, hang)]);
    let waiter = stage.publish(Kind::Booking, job).await;
    eventually("it is bought", async || {
        stage.sandbox.ledger().certificates.len() == 1
    })
    .await;
    drop(first);
    let _second = start(config).await;

    assert_eq!(answer(waiter).await, "unknown");

    assert_eq!(
        stage.booking(booking).await.status,
        booking::Status::OutcomeUnknown
    );
    assert_eq!(stage.sandbox.ledger().attempts.len(), 1);
    stage.event("booking.outcome_unknown", job).await;
}

/// P19, P36: a record that cannot be read is neither worked on for ever nor left without an answer.
#[tokio::test]
async fn a_quote_whose_record_cannot_be_read_ends_among_the_dead_letters() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (quote, job) = stage.accept_quote(&application(50_000)).await;
    stage.execute("UPDATE quotes SET request = '{}'").await;

    assert_eq!(stage.done(Kind::Quote, job).await, "dead");

    assert_eq!(stage.quote(quote).await.status, quote::Status::Failed);
    assert_eq!(stage.queue.dead_letter_count(Kind::Quote).await.unwrap(), 1);
    assert!(stage.sandbox.requests(Operation::Quote).is_empty());
    stage.settled(Kind::Quote).await;
}
