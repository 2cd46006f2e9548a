//! Jobs that died: tried once more where that is safe.

use std::time::Duration;

use loadsure_core::cancellation::{self, Order};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::JobId;
use loadsure_core::job::{Kind, Ticket};
use loadsure_core::ports::{Bookings as _, Cancellations as _, Jobs as _, Quotes as _};
use loadsure_core::retry::Backoff;
use loadsure_core::{booking, quote};
use loadsure_store::{Acceptance, DeadOrder, JobState};
use serde_json::json;
use uuid::Uuid;

use crate::support::*;

const CODE: ErrorCode = ErrorCode::InsurerUnavailable;

const AT_ONCE: Backoff = Backoff {
    at_least: Duration::ZERO,
    spread: Duration::ZERO,
    counts: true,
};

const fn order(job: JobId) -> DeadOrder<'static> {
    DeadOrder {
        job,
        actor: "ctl:test",
        key: None,
    }
}

async fn replay(setup: &Setup, job: JobId) -> Result<(), (ErrorCode, Option<Uuid>)> {
    match setup.store.replay_dead(&order(job)).await.unwrap() {
        Acceptance::Accepted(()) => Ok(()),
        Acceptance::Refused(code, subject) => Err((code, subject)),
        other @ Acceptance::Replayed(_) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_quote_is_asked_for_once_more() {
    let setup = Setup::new().await;
    let (id, ticket) = setup.quote().await;
    let given_up = quote::Conclusion::Failed(CODE);
    setup.store.conclude_pricing(ticket, id, &given_up).await.unwrap();
    let dead = setup.store.dead_jobs(None, 10, None).await.unwrap().items;
    assert_eq!(
        (dead.len(), dead[0].id, dead[0].failure),
        (1, ticket.job, Some(CODE))
    );
    let others = setup
        .store
        .dead_jobs(Some(Kind::Booking), 10, None)
        .await
        .unwrap();
    assert!(others.items.is_empty());

    assert_eq!(replay(&setup, ticket.job).await, Ok(()));

    assert_eq!(setup.quote_status(id).await, quote::Status::Requested);
    assert!(setup.store.pricing_work(ticket).await.unwrap().is_some());
    setup
        .store
        .conclude_pricing(ticket, id, &priced("t-1"))
        .await
        .unwrap();
    assert_eq!(setup.quote_status(id).await, quote::Status::Active);
    assert_eq!(
        replay(&setup, ticket.job).await,
        Err((ErrorCode::JobNotDead, None))
    );
    let audited = setup
        .count("audit_log WHERE action = 'job.replay' AND actor = 'ctl:test'")
        .await;
    assert_eq!(audited, 1);
}

#[tokio::test]
async fn of_two_that_replay_a_job_one_does() {
    let setup = Setup::new().await;
    let (id, ticket) = setup.quote().await;
    let given_up = quote::Conclusion::Failed(CODE);
    setup.store.conclude_pricing(ticket, id, &given_up).await.unwrap();
    let (one, other) = tokio::join!(replay(&setup, ticket.job), replay(&setup, ticket.job));
    assert_eq!(
        u8::from(one.is_ok()) + u8::from(other.is_ok()),
        1,
        "{one:?} {other:?}"
    );
    let job = setup.store.job(ticket.job).await.unwrap().unwrap();
    assert_eq!((job.state, job.attempt), (JobState::Pending, 1));
}

/// P2: what was certainly not sent is tried again while the offer stands, and no longer.
#[tokio::test]
async fn a_purchase_that_was_certainly_not_sent_is_tried_once_more() {
    let setup = Setup::new().await;
    let (_, id, ticket) = setup.booking().await;
    let attempt = setup.store.start_purchase(ticket, id).await.unwrap().unwrap();
    let postponed = setup.store.postpone_purchase(ticket, attempt, AT_ONCE, "refused");
    assert!(postponed.await.unwrap());
    let given_up = booking::Conclusion::GivenUp(CODE);
    let last = Ticket { attempt: 2, ..ticket };
    assert!(
        setup
            .store
            .conclude_purchase(last, attempt, &given_up)
            .await
            .unwrap()
    );
    assert_eq!(setup.booking_status(id).await, booking::Status::Failed);
    setup
        .run("UPDATE quotes SET expires_at = now() - interval '1 second'")
        .await;
    let refused = Err((ErrorCode::QuoteExpired, Some(id.as_uuid())));
    assert_eq!(replay(&setup, ticket.job).await, refused);
    setup
        .run("UPDATE quotes SET expires_at = now() + interval '1 hour'")
        .await;

    assert_eq!(replay(&setup, ticket.job).await, Ok(()));

    assert_eq!(setup.booking_status(id).await, booking::Status::Requested);
    let work = setup.store.purchase_work(ticket).await.unwrap().unwrap();
    let history = setup.store.job(ticket.job).await.unwrap().unwrap().errors;
    assert_eq!(work.failed, 0, "it has all its patience again");
    assert_eq!(history.as_array().map(Vec::len), Some(1), "and its history");
    assert!(setup.store.start_purchase(ticket, id).await.unwrap().is_some());
}

/// P2: a purchase that may have been made is settled, never replayed; not even after a person called it not made.
#[tokio::test]
async fn a_purchase_that_may_have_been_made_is_not_replayed() {
    let setup = Setup::new().await;
    let (_, id, ticket) = setup.booking().await;
    setup.store.start_purchase(ticket, id).await.unwrap().unwrap();
    setup
        .store
        .abandon(ticket, CODE, "its workers died")
        .await
        .unwrap();
    assert_eq!(setup.booking_status(id).await, booking::Status::OutcomeUnknown);
    let refused = Err((ErrorCode::PurchaseMayBeMade, Some(id.as_uuid())));
    assert_eq!(replay(&setup, ticket.job).await, refused);
    setup.run("UPDATE bookings SET status = 'failed'").await;
    assert_eq!(replay(&setup, ticket.job).await, refused);
    setup.run("UPDATE bookings SET status = 'active'").await;
    let moved_on = Err((ErrorCode::JobSuperseded, Some(id.as_uuid())));
    assert_eq!(replay(&setup, ticket.job).await, moved_on);
    let job = setup.store.job(ticket.job).await.unwrap().unwrap();
    assert_eq!((job.state, job.attempt), (JobState::Dead, 1));
    assert_eq!(setup.count("audit_log WHERE action = 'job.replay'").await, 0);
}

/// P15: the insurer is asked first whether it arrived, so it is not sent twice.
#[tokio::test]
async fn a_cancellation_is_tried_once_more_as_one_that_was_sent() {
    let setup = Setup::new().await;
    setup.certificate("c-1").await;
    let body = json!({"userId": "u-1", "reason": "CANNLN"});
    let wanted = Order::parse("c-1".parse().unwrap(), &body).unwrap();
    let job = job();
    let accepted = setup.store.accept_cancellation(setup.tenant, &wanted, &job, None);
    let Acceptance::Accepted((id, job)) = accepted.await.unwrap() else {
        panic!("it was not accepted");
    };
    let work = setup.store.cancellation_work(first(job)).await.unwrap().unwrap();
    let given_up = cancellation::Conclusion::Failed(CODE);
    let concluded = setup.store.conclude_cancellation(first(job), &work, &given_up);
    concluded.await.unwrap();
    setup.run("UPDATE certificates SET status = 'CANCELLED'").await;
    let refused = Err((ErrorCode::CertificateNotActive, Some(id.as_uuid())));
    assert_eq!(replay(&setup, job).await, refused);
    setup.run("UPDATE certificates SET status = 'ACTIVE'").await;

    assert_eq!(replay(&setup, job).await, Ok(()));

    let work = setup.store.cancellation_work(first(job)).await.unwrap().unwrap();
    assert_eq!((work.id, work.status), (id, cancellation::Status::Sending));
}

#[tokio::test]
async fn a_job_that_is_discarded_is_dead_no_more() {
    let setup = Setup::new().await;
    let refresh = job();
    setup.store.accept_refresh(&refresh, None).await.unwrap();
    setup.store.bury(first(refresh.id), CODE, "away").await.unwrap();
    let discard = async || setup.store.discard_dead(&order(refresh.id)).await.unwrap();
    assert!(matches!(discard().await, Acceptance::Accepted(())));
    let again = discard().await;
    assert!(
        matches!(again, Acceptance::Refused(ErrorCode::JobNotDead, None)),
        "{again:?}"
    );
    let shown = setup.store.dead_job(refresh.id).await.unwrap().unwrap();
    assert_eq!((shown.state.as_str(), shown.failure), ("done", Some(CODE)));
    assert!(
        setup
            .store
            .dead_jobs(None, 10, None)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert_eq!(setup.count("audit_log WHERE action = 'job.discard'").await, 1);
    let nobody = replay(&setup, JobId::generate()).await;
    assert_eq!(nobody, Err((ErrorCode::JobNotFound, None)));
}

/// P2: one key is one replay.
#[tokio::test]
async fn a_replay_under_one_key_is_one() {
    let setup = Setup::new().await;
    let refresh = job();
    setup.store.accept_refresh(&refresh, None).await.unwrap();
    setup.store.bury(first(refresh.id), CODE, "away").await.unwrap();
    let key = key("k-1", 1);
    let keyed = DeadOrder {
        key: Some((setup.tenant, &key)),
        ..order(refresh.id)
    };
    let once = setup.store.replay_dead(&keyed).await.unwrap();
    assert!(matches!(once, Acceptance::Accepted(())), "{once:?}");
    let twice = setup.store.replay_dead(&keyed).await.unwrap();
    assert!(matches!(twice, Acceptance::Replayed(_)), "{twice:?}");
}
