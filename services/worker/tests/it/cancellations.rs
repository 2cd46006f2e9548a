//! Cancellations.

use std::num::NonZeroU32;

use loadsure_core::cancellation::{Order, Status};
use loadsure_core::certificate;
use loadsure_core::job::Kind;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};
use loadsure_store::local_tenant;

use crate::support::{HURRY, Stage, answer, eventually, hurried, start};

fn order(certificate: &certificate::Certificate) -> Order {
    Order {
        number: certificate.facts.number.clone(),
        user_id: "ada@broker.example".parse().unwrap(),
        reason: "CANNLN".parse().unwrap(),
        additional_info: None,
        email_assured: false,
    }
}

async fn statuses(stage: &Stage, number: &certificate::Number) -> (certificate::Status, usize) {
    let certificate = stage.store.certificate(local_tenant(), number).await.unwrap();
    (
        certificate.unwrap().facts.status,
        stage.sandbox.ledger().cancellations.len(),
    )
}

#[tokio::test]
async fn a_certificate_is_cancelled_with_its_booking() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    // Held back, no attempt would be made before the insurer is better.
    config.insurer.protection.circuit_failures = NonZeroU32::MAX;
    let _worker = start(config).await;
    let (booking, certificate) = stage.bought().await;
    let (id, job) = stage.accept_cancellation(&order(&certificate)).await;

    assert_eq!(stage.done(Kind::Cancellation, job).await, "done");

    let ended = stage.cancellation(id).await;
    assert_eq!(ended.status, Status::Done);
    let expected = (certificate::Status::Cancelled, 1);
    assert_eq!(statuses(&stage, &certificate.facts.number).await, expected);
    let booking = stage.booking(booking).await;
    assert_eq!(booking.status, loadsure_core::booking::Status::Cancelled);
    stage.event("cancellation.done", job).await;
}

/// P15: whether a lost cancellation arrived is asked, and it is not sent twice.
#[tokio::test]
async fn a_cancellation_whose_answer_was_lost_is_reconciled() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (_, certificate) = stage.bought().await;
    stage
        .sandbox
        .set_faults([Fault::once(Operation::CancelCertificate, Trouble::ResetAfter)]);
    let (_, job) = stage.accept_cancellation(&order(&certificate)).await;

    assert_eq!(stage.done(Kind::Cancellation, job).await, "done");

    let expected = (certificate::Status::Cancelled, 1);
    assert_eq!(statuses(&stage, &certificate.facts.number).await, expected);
    assert_eq!(stage.sandbox.requests(Operation::CancelCertificate).len(), 1);
}

/// P15: a cancellation whose answers were all lost, and that nobody could ask about either, is found to have arrived
/// without a person.
#[tokio::test]
async fn a_cancellation_that_was_given_up_is_reconciled_later() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    // Held back, no attempt would be made before the insurer is better.
    config.insurer.protection.circuit_failures = NonZeroU32::MAX;
    let _worker = start(config).await;
    let (booking, certificate) = stage.bought().await;
    let silent = Trouble::ServerErrorHtml {
        status: 502,
        commits: true,
    };
    stage.sandbox.set_faults([
        Fault::always(Operation::CancelCertificate, silent),
        Fault::always(Operation::CertificateSummary, silent),
    ]);
    let (id, job) = stage.accept_cancellation(&order(&certificate)).await;
    let waiter = stage.publish(Kind::Cancellation, job).await;
    assert_eq!(hurried(&stage, waiter).await, "dead");
    let given_up = stage.cancellation(id).await;
    assert_eq!(given_up.status, Status::Failed);
    let known = statuses(&stage, &certificate.facts.number).await;
    assert_eq!(known, (certificate::Status::Active, 1));

    stage.sandbox.set_faults([]);
    eventually("it is reconciled", async || {
        stage.execute(HURRY).await;
        stage.cancellation(id).await.status == Status::Done
    })
    .await;

    let known = statuses(&stage, &certificate.facts.number).await;
    assert_eq!(known, (certificate::Status::Cancelled, 1));
    let booking = stage.booking(booking).await;
    assert_eq!(booking.status, loadsure_core::booking::Status::Cancelled);
    let audited = stage
        .count("audit_log WHERE action = 'cancellation.reconcile'")
        .await;
    assert_eq!((stage.cancellation(id).await.failure, audited), (None, 1));
}

/// P1: a refusal is none of success.
#[tokio::test]
async fn a_cancellation_that_was_refused_leaves_the_certificate_in_force() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (_, certificate) = stage.bought().await;
    let refused = Trouble::OkWithErrors { success_false: false };
    stage
        .sandbox
        .set_faults([Fault::once(Operation::CancelCertificate, refused)]);
    let (id, job) = stage.accept_cancellation(&order(&certificate)).await;

    assert_eq!(stage.done(Kind::Cancellation, job).await, "done");

    let ended = stage.cancellation(id).await;
    assert_eq!(ended.status, Status::Failed);
    assert!(!ended.reasons.is_empty());
    let expected = (certificate::Status::Active, 0);
    assert_eq!(statuses(&stage, &certificate.facts.number).await, expected);
}

/// P19: there is an answer for whoever waits, and the certificate can be cancelled again.
#[tokio::test]
async fn a_cancellation_that_was_delivered_too_often_has_failed() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.worker.max_deliveries = NonZeroU32::MIN;
    let first = start(config.clone()).await;
    let (_, certificate) = stage.bought().await;
    let hang = Trouble::Hang { commits: false };
    stage
        .sandbox
        .set_faults([Fault::once(Operation::CancelCertificate, hang)]);
    let (id, job) = stage.accept_cancellation(&order(&certificate)).await;
    let waiter = stage.publish(Kind::Cancellation, job).await;
    eventually("the insurer is told", async || {
        stage.sandbox.requests(Operation::CancelCertificate).len() == 1
    })
    .await;
    drop(first);
    let _second = start(config).await;

    assert_eq!(answer(waiter).await, "dead");

    let ended = stage.cancellation(id).await;
    assert_eq!(ended.status, Status::Failed);
    let (_, job) = stage.accept_cancellation(&order(&certificate)).await;
    assert_eq!(stage.done(Kind::Cancellation, job).await, "done");
}
