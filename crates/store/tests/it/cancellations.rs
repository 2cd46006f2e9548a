//! Cancelling.

use loadsure_core::cancellation::{Conclusion, Order, Status};
use loadsure_core::certificate::{self, Cancelled};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::CancellationId;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{CancellationWork, Cancellations as _, Certificates as _};
use loadsure_core::{booking, insurer::Reason};
use loadsure_store::Acceptance;
use serde_json::json;

use crate::support::*;

fn order(number: &str) -> Order {
    let body = json!({"userId": "u-1", "reason": "CANOTH", "additionalInfo": "sold"});
    Order::parse(number.parse().unwrap(), &body).unwrap()
}

async fn cancel(setup: &Setup, number: &str) -> Result<(CancellationId, Ticket), ErrorCode> {
    let order = order(number);
    let accepted = setup
        .store
        .accept_cancellation(setup.tenant, &order, &job(), None)
        .await;
    match accepted.unwrap() {
        Acceptance::Accepted((id, job)) => Ok((id, first(job))),
        Acceptance::Refused(code, _) => Err(code),
        other @ Acceptance::Replayed(_) => panic!("{other:?}"),
    }
}

/// P15: a certificate is cancelled once, with what the insurer says of it.
#[tokio::test]
async fn a_certificate_is_cancelled_once() {
    let setup = Setup::new().await;
    let booking = setup.certificate("c-1").await;
    let (id, ticket) = cancel(&setup, "c-1").await.unwrap();
    assert_eq!(
        cancel(&setup, "c-1").await.unwrap_err(),
        ErrorCode::CancellationInProgress
    );
    let work = setup.store.cancellation_work(ticket).await.unwrap().unwrap();
    assert_eq!((work.id, work.status), (id, Status::Requested));
    assert_eq!(work.order.additional_info.as_ref().unwrap().expose(), "sold");
    setup.store.start_cancellation(id).await.unwrap();
    let confirmed = Conclusion::Confirmed(Cancelled {
        by: Some("insurer".to_owned()),
        ..Cancelled::default()
    });
    for _ in 0..2 {
        setup
            .store
            .conclude_cancellation(ticket, &work, &confirmed)
            .await
            .unwrap();
    }
    assert!(setup.store.cancellation_work(ticket).await.unwrap().is_none());
    let outcome = setup.store.cancellation(setup.tenant, id).await.unwrap().unwrap();
    assert_eq!(outcome.status, Status::Done);
    let number = "c-1".parse().unwrap();
    let found = setup
        .store
        .certificate(setup.tenant, &number)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.facts.status, certificate::Status::Cancelled);
    assert_eq!(
        found.facts.cancellation.reason.as_deref(),
        Some("CANOTH"),
        "our own, where the insurer is silent"
    );
    assert_eq!(found.facts.cancellation.by.as_deref(), Some("insurer"));
    assert_eq!(setup.booking_status(booking).await, booking::Status::Cancelled);
    assert_eq!(
        cancel(&setup, "c-1").await.unwrap_err(),
        ErrorCode::CertificateNotActive
    );
}

/// P15: of sixteen requests for one certificate, one cancels; the others are told that it is under way.
#[tokio::test]
async fn concurrent_cancellations_are_one() {
    let setup = std::sync::Arc::new(Setup::new().await);
    setup.certificate("c-1").await;
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let setup = std::sync::Arc::clone(&setup);
        requests.spawn(async move { cancel(&setup, "c-1").await.err() });
    }
    let answers = requests.join_all().await;
    let accepted = answers.iter().filter(|code| code.is_none()).count();
    let in_progress = Some(ErrorCode::CancellationInProgress);
    let refused = answers.iter().filter(|code| **code == in_progress).count();
    assert_eq!((accepted, refused), (1, 15), "{answers:?}");
}

/// P1: a cancellation that was refused leaves the cover in force, and may be tried again.
#[tokio::test]
async fn a_refused_cancellation_leaves_the_cover() {
    let setup = Setup::new().await;
    let booking = setup.certificate("c-1").await;
    let (id, ticket) = cancel(&setup, "c-1").await.unwrap();
    let work = setup.store.cancellation_work(ticket).await.unwrap().unwrap();
    let reason = Reason {
        code: None,
        message: "too late".to_owned(),
        path: None,
    };
    let declined = Conclusion::Declined(vec![reason.clone()]);
    setup
        .store
        .conclude_cancellation(ticket, &work, &declined)
        .await
        .unwrap();
    let outcome = setup.store.cancellation(setup.tenant, id).await.unwrap().unwrap();
    assert_eq!((outcome.status, outcome.reasons), (Status::Failed, vec![reason]));
    assert_eq!(setup.booking_status(booking).await, booking::Status::Active);
    cancel(&setup, "c-1").await.unwrap();
}

/// P15: only what may have arrived is asked about later, once; what the insurer refused stays refused.
#[tokio::test]
async fn what_may_have_arrived_is_asked_about_later() {
    let setup = Setup::new().await;
    setup.certificate("c-1").await;
    let asked = async || {
        setup
            .count("jobs WHERE payload = '{\"task\": \"refresh\", \"reconciles\": true}'")
            .await
    };
    let given_up = Conclusion::Failed(ErrorCode::InsurerTimeout);
    let (unsent, ticket) = cancel(&setup, "c-1").await.unwrap();
    let work = setup.store.cancellation_work(ticket).await.unwrap().unwrap();
    let conclude = async |ticket, work: &CancellationWork, end: &Conclusion| {
        let concluded = setup.store.conclude_cancellation(ticket, work, end).await;
        concluded.unwrap();
    };
    conclude(ticket, &work, &given_up).await;
    assert_eq!(asked().await, 0);

    let (refused, ticket) = cancel(&setup, "c-1").await.unwrap();
    let work = setup.store.cancellation_work(ticket).await.unwrap().unwrap();
    setup.store.start_cancellation(refused).await.unwrap();
    conclude(ticket, &work, &Conclusion::Declined(Vec::new())).await;
    assert_eq!(asked().await, 0);

    let (sent, ticket) = cancel(&setup, "c-1").await.unwrap();
    let work = setup.store.cancellation_work(ticket).await.unwrap().unwrap();
    setup.store.start_cancellation(sent).await.unwrap();
    for _ in 0..2 {
        conclude(ticket, &work, &given_up).await;
    }
    assert_eq!(asked().await, 1);

    let mut facts = facts("c-1");
    facts.status = certificate::Status::Cancelled;
    for _ in 0..2 {
        setup.store.record_facts(first(job().id), &facts).await.unwrap();
    }
    let status = async |id| {
        setup
            .store
            .cancellation(setup.tenant, id)
            .await
            .unwrap()
            .unwrap()
            .status
    };
    let all = (status(unsent).await, status(refused).await, status(sent).await);
    assert_eq!(all, (Status::Failed, Status::Failed, Status::Done));
    assert_eq!(
        setup
            .count("audit_log WHERE action = 'cancellation.reconcile'")
            .await,
        1
    );
    assert_eq!(
        setup
            .count("certificates WHERE cancellation_reason = 'CANOTH'")
            .await,
        1
    );
}

#[tokio::test]
async fn what_is_not_there_cannot_be_cancelled() {
    let setup = Setup::new().await;
    assert_eq!(
        cancel(&setup, "c-9").await.unwrap_err(),
        ErrorCode::CertificateNotFound
    );
    setup.certificate("c-1").await;
    setup.run("UPDATE certificates SET status = 'EXPIRED'").await;
    assert_eq!(
        cancel(&setup, "c-1").await.unwrap_err(),
        ErrorCode::CertificateNotActive
    );
    assert_eq!(setup.count("jobs WHERE kind = 'cancellation'").await, 0);
}
