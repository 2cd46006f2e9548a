//! Purchases: at most one, whatever happens.

use loadsure_core::booking::Status;
use loadsure_core::job::{Kind, Ticket};
use loadsure_core::ports::Bookings as _;
use loadsure_core::quote;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation, Settings};

use crate::support::{Stage, answer, behind, eventually, logged, start};

#[tokio::test]
async fn a_booking_is_bought_once_and_its_certificate_kept() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let quote = stage.priced().await;
    let (booking, job) = stage.accept_booking(quote).await;

    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    let stored = stage.booking(booking).await;
    assert_eq!(stored.status, Status::Active);
    let ledger = stage.sandbox.ledger();
    assert_eq!(ledger.attempts.len(), 1);
    assert_eq!(
        stored.certificate.unwrap().facts.number.as_str(),
        ledger.certificates[0].certificate_number.to_string()
    );
    assert!(ledger.emails.is_empty(), "P12: nobody is mailed unless asked for");
    assert_eq!(stage.quote(quote).await.status, quote::Status::Booked);
    let event = stage.event("booking.bought", job).await;
    assert_eq!(event.subjects["booking"], booking.as_uuid());
}

/// P1, P13: a 200 that lists errors is no purchase.
#[tokio::test]
async fn a_purchase_that_was_declined_with_200_has_failed() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (booking, job) = stage.accept_booking(stage.priced().await).await;
    let declined = Trouble::OkWithErrors { success_false: true };
    stage
        .sandbox
        .set_faults([Fault::once(Operation::PurchaseQuote, declined)]);

    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    let stored = stage.booking(booking).await;
    assert_eq!(stored.status, Status::Failed);
    assert!(!stored.reasons.is_empty() && stored.certificate.is_none());
    stage.event("booking.declined", job).await;
}

/// P2: a purchase whose answer was lost is not repeated; a person settles it.
#[tokio::test]
async fn a_purchase_whose_answer_was_lost_is_unknown_and_never_repeated() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    for trouble in [
        Trouble::ResetAfter,
        Trouble::Truncate,
        Trouble::Hang { commits: true },
    ] {
        let (booking, job) = stage.accept_booking(stage.priced().await).await;
        stage
            .sandbox
            .set_faults([Fault::once(Operation::PurchaseQuote, trouble)]);

        assert_eq!(stage.done(Kind::Booking, job).await, "unknown", "{trouble:?}");
        assert_eq!(stage.booking(booking).await.status, Status::OutcomeUnknown);
        stage.event("booking.outcome_unknown", job).await;
        // Delivered once more, as after a crash before the acknowledgement.
        assert_eq!(stage.done(Kind::Booking, job).await, "stale");
    }
    let ledger = stage.sandbox.ledger();
    assert_eq!(ledger.attempts.len(), 3);
    assert!(ledger.tokens.values().all(|token| token.attempts == 1));
}

/// P2: what was certainly not looked at may be sent again, and is.
#[tokio::test]
async fn a_purchase_that_was_turned_away_is_made_later() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (booking, job) = stage.accept_booking(stage.priced().await).await;
    let limited = Trouble::RateLimited {
        retry_after_s: Some(1),
    };
    stage
        .sandbox
        .set_faults([Fault::once(Operation::PurchaseQuote, limited)]);

    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    assert_eq!(stage.booking(booking).await.status, Status::Active);
    assert_eq!(stage.sandbox.ledger().certificates.len(), 1);
}

/// P3: a worker died between the commit of `purchasing` and the end of the call.
#[tokio::test]
async fn a_booking_that_is_found_in_mid_purchase_is_not_bought_again() {
    let stage = Stage::set().await;
    let worker = stage.worker().await;
    let quote = stage.priced().await;
    let _drained = worker.stop().await;
    let (booking, job) = stage.accept_booking(quote).await;
    let ticket = Ticket { job, attempt: 1 };
    stage
        .store
        .start_purchase(ticket, booking)
        .await
        .unwrap()
        .unwrap();
    let _worker = stage.worker().await;

    assert_eq!(stage.done(Kind::Booking, job).await, "unknown");

    assert_eq!(stage.booking(booking).await.status, Status::OutcomeUnknown);
    assert!(stage.sandbox.ledger().attempts.is_empty());
}

/// P2, P21: both deliveries run at once; one buys, the other finds nothing to do, and the caller gets one answer.
#[tokio::test]
async fn two_deliveries_of_one_booking_at_once_buy_once() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (booking, job) = stage.accept_booking(stage.priced().await).await;
    stage.sandbox.set_settings(Settings {
        latency_ms: 300,
        ..Settings::default()
    });
    let message = stage.message(Kind::Booking, job);
    stage.queue.publish(&[message]).await.unwrap();

    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    stage.settled(Kind::Booking).await;
    assert_eq!(stage.booking(booking).await.status, Status::Active);
    assert_eq!(stage.sandbox.ledger().attempts.len(), 1);
}

/// P4: the certificate that was issued while the database was away is kept when it is back.
#[tokio::test]
async fn a_certificate_is_kept_although_the_database_was_away_for_a_moment() {
    let (log, _logging) = logged();
    let stage = Stage::set().await;
    let (proxy, url) = behind(&stage.database_url).await;
    let mut config = stage.config();
    config.database.url = url.into();
    let _worker = start(config).await;
    let (booking, job) = stage.accept_booking(stage.priced().await).await;
    let slow = Trouble::Slow {
        ms: 1_500,
        commits: true,
    };
    stage
        .sandbox
        .set_faults([Fault::once(Operation::PurchaseQuote, slow)]);
    let waiter = stage.publish(Kind::Booking, job).await;
    eventually("it is bought", async || {
        stage.sandbox.ledger().certificates.len() == 1
    })
    .await;

    proxy.down().await.unwrap();
    eventually("its end cannot be recorded", async || {
        log.text().contains("could not be recorded yet")
    })
    .await;
    proxy.pass().await.unwrap();

    assert_eq!(answer(waiter).await, "done");
    let stored = stage.booking(booking).await;
    assert_eq!(stored.status, Status::Active);
    assert!(stored.certificate.is_some());
    assert_eq!(stage.sandbox.ledger().attempts.len(), 1);
}

/// P4: a certificate that the database will not take is not forgotten: its number is in the log, a person is
/// called, and nothing is bought again.
#[tokio::test]
async fn a_certificate_that_cannot_be_recorded_is_told_to_a_person() {
    let (log, _logging) = logged();
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (booking, job) = stage.accept_booking(stage.priced().await).await;
    stage
        .execute("ALTER TABLE certificates ADD CHECK (number = '')")
        .await;

    assert_eq!(stage.done(Kind::Booking, job).await, "unknown");

    assert_eq!(stage.booking(booking).await.status, Status::OutcomeUnknown);
    let ledger = stage.sandbox.ledger();
    assert_eq!(ledger.attempts.len(), 1);
    let number = ledger.certificates[0].certificate_number.to_string();
    let lines = log.json();
    let told = |line: &&serde_json::Value| line["certificate.number"] == number && line["level"] == "ERROR";
    assert!(lines.iter().any(|line| told(&line)));
}
