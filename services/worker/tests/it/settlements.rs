//! Unknown outcomes, from the lost answer to the certificate.

use std::time::Duration;

use loadsure_core::booking::Status;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{BookingId, JobId};
use loadsure_core::job::Kind;
use loadsure_core::settlement::NOT_BOUGHT_AFTER;
use loadsure_core::usecase::settle::Settled;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};
use loadsure_store::{Acceptance, NewSettlement};
use loadsure_telemetry::Metrics;
use loadsure_worker::Worker;

use crate::support::{Stage, application, eventually};

/// A purchase of cover for a load of this value, whose answer was lost.
async fn lost(stage: &Stage, value: u32, trouble: Trouble) -> BookingId {
    let (quote, job) = stage.accept_quote(&application(value)).await;
    assert_eq!(stage.done(Kind::Quote, job).await, "done");
    let (booking, job) = stage.accept_booking(quote).await;
    stage
        .sandbox
        .set_faults([Fault::once(Operation::PurchaseQuote, trouble)]);
    assert_eq!(stage.done(Kind::Booking, job).await, "unknown");
    booking
}

fn settlement(booking: BookingId) -> NewSettlement<'static> {
    NewSettlement {
        booking,
        actor: "ctl:test",
        key: None,
    }
}

/// Says that a booking is a certificate, and waits for what the worker says of that.
async fn claim(stage: &Stage, booking: BookingId, number: &str) -> Option<Settled> {
    let (new, number) = (settlement(booking), number.parse().unwrap());
    let accepted = stage.store.accept_settlement(&new, &number, &stage.job()).await;
    let Acceptance::Accepted(job) = accepted.unwrap() else {
        panic!("the settlement was not accepted");
    };
    assert_eq!(stage.done(Kind::Maintenance, job).await, "done");
    result(stage, job).await
}

async fn result(stage: &Stage, job: JobId) -> Option<Settled> {
    let view = stage.store.job(job).await.unwrap().unwrap();
    Settled::from_json(&view.result.unwrap())
}

/// The number of the n-th certificate in the insurer's books.
fn number(stage: &Stage, index: usize) -> String {
    stage.sandbox.ledger().certificates[index]
        .certificate_number
        .to_string()
}

/// P1, P4: what the insurer confirms is believed, and nothing else.
#[tokio::test]
async fn a_lost_answer_is_settled_with_the_certificate_that_the_insurer_confirms() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (_, known) = stage.bought().await;
    let booking = lost(&stage, 50_000, Trouble::ResetAfter).await;
    let other = lost(&stage, 60_000, Trouble::ResetAfter).await;
    let refusals = [
        (
            "00000000-0000-4000-8000-000000000000".to_owned(),
            ErrorCode::CertificateNotConfirmed,
        ),
        (known.facts.number.to_string(), ErrorCode::CertificateTaken),
        // The certificate of the other load: its limit is another one.
        (number(&stage, 2), ErrorCode::CertificateContradictsQuote),
    ];
    for (number, code) in refusals {
        assert_eq!(claim(&stage, booking, &number).await, Some(Settled::No(code)));
        assert_eq!(stage.booking(booking).await.status, Status::OutcomeUnknown);
    }

    assert_eq!(
        claim(&stage, booking, &number(&stage, 1)).await,
        Some(Settled::Yes)
    );

    let settled = stage.booking(booking).await;
    assert_eq!(settled.status, Status::Active);
    assert_eq!(
        settled.certificate.unwrap().facts.number.as_str(),
        number(&stage, 1)
    );
    assert_eq!(stage.booking(other).await.status, Status::OutcomeUnknown);
    // Nothing was bought by settling.
    assert_eq!(stage.sandbox.ledger().certificates.len(), 3);
}

/// P2: a purchase that was not made is made once, after a person has said so.
#[tokio::test]
async fn a_purchase_that_was_not_made_is_booked_again_and_bought_once() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let booking = lost(&stage, 50_000, Trouble::ResetBefore).await;
    let early = stage.store.settle_not_bought(&settlement(booking)).await.unwrap();
    assert!(
        matches!(early, Acceptance::Refused(ErrorCode::SettlementTooEarly, _)),
        "{early:?}"
    );
    let older = NOT_BOUGHT_AFTER + Duration::from_secs(1);
    stage
        .execute(&format!(
            "UPDATE booking_attempts SET started_at = started_at - interval '{} seconds'",
            older.as_secs()
        ))
        .await;
    let settled = stage.store.settle_not_bought(&settlement(booking)).await.unwrap();
    assert!(matches!(settled, Acceptance::Accepted(())), "{settled:?}");
    let failed = stage.booking(booking).await;
    assert_eq!(failed.status, Status::Failed);

    let (again, job) = stage.accept_booking(failed.quote).await;
    assert_eq!(again, booking);
    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    assert_eq!(stage.booking(booking).await.status, Status::Active);
    assert_eq!(stage.sandbox.ledger().certificates.len(), 1);
}

/// An insurer that is away while a person settles is asked again.
#[tokio::test]
async fn a_settlement_waits_for_an_insurer_that_is_away() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let booking = lost(&stage, 50_000, Trouble::ResetAfter).await;
    stage.sandbox.set_faults([Fault::once(
        Operation::CertificateSummary,
        Trouble::Unavailable {
            retry_after_s: Some(0),
        },
    )]);
    assert_eq!(
        claim(&stage, booking, &number(&stage, 0)).await,
        Some(Settled::Yes)
    );
}

#[tokio::test]
async fn unsettled_purchases_are_counted_for_the_alert() {
    let stage = Stage::set().await;
    let metrics = Metrics::detached().unwrap();
    let worker = Worker::start(stage.config(), metrics.clone()).await.unwrap();
    lost(&stage, 50_000, Trouble::ResetAfter).await;
    let _drained = worker.stop().await;
    // A worker counts as soon as it starts.
    let _worker = Worker::start(stage.config(), metrics.clone()).await.unwrap();
    eventually("the unsettled purchase is counted", async || {
        metrics
            .render()
            .lines()
            .any(|line| line.starts_with("loadsure_purchases_unknown") && line.ends_with(" 1"))
    })
    .await;
}
