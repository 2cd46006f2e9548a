//! Settling unknown outcomes: what is believed, when, and that it is written down.

use std::time::Duration;

use loadsure_core::booking::Status;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::job::{Ticket, Verdict};
use loadsure_core::settlement::NOT_BOUGHT_AFTER;
use loadsure_core::usecase::settle::{self, Settled};
use loadsure_store::{Acceptance, Key, NewSettlement, Replay, local_tenant};
use serde_json::json;

use crate::scene::insurer::{Answer, Scripted};
use crate::scene::{ACTOR, Scene, settlement};

/// Works on a settlement job, and reads its result.
async fn settled(scene: &Scene, insurer: &Scripted, ticket: Ticket) -> Option<Settled> {
    let verdict = settle::execute(&scene.store, insurer, ticket).await.unwrap();
    let job = scene.store.job(ticket.job).await.unwrap().unwrap();
    assert_eq!(verdict == Verdict::Done, job.state.is_finished());
    job.result.as_ref().and_then(Settled::from_json)
}

#[tokio::test]
async fn a_confirmed_certificate_settles_the_booking_as_bought() {
    let scene = Scene::new().await;
    let unknown = scene.unknown().await;
    let ticket = scene.claimed(unknown.booking, "C-1").await;
    let insurer = Scripted::summaries(&[Answer::Certificate("C-1")]);
    assert_eq!(settled(&scene, &insurer, ticket).await, Some(Settled::Yes));
    let booking = scene.booking(unknown.booking).await;
    assert_eq!(booking.status, Status::Active);
    assert_eq!(booking.certificate.unwrap().facts.number.as_str(), "C-1");
    let row = scene
        .sql
        .query_one(
            "SELECT status FROM quotes WHERE id = $1",
            &[&unknown.quote.as_uuid()],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, &str>(0), "booked");
    let expected = (
        "booking.settle".to_owned(),
        ACTOR.to_owned(),
        Some(json!({"status": "outcome_unknown"})),
        Some(json!({"status": "active", "certificateNumber": "C-1"})),
    );
    assert_eq!(scene.audit(unknown.booking).await, [expected]);
    assert_eq!(scene.store.unsettled_count().await.unwrap(), 0);
}

/// P1: what the insurer does not confirm is not believed, and changes nothing.
#[tokio::test]
async fn a_certificate_that_is_not_confirmed_settles_nothing() {
    let scene = Scene::new().await;
    let unknown = scene.unknown().await;
    for (answer, code) in [
        (Answer::Declined(404), ErrorCode::CertificateNotConfirmed),
        (Answer::Certificate("C-2"), ErrorCode::CertificateNotConfirmed),
    ] {
        let ticket = scene.claimed(unknown.booking, "C-1").await;
        let result = settled(&scene, &Scripted::summaries(&[answer]), ticket).await;
        assert_eq!(result, Some(Settled::No(code)));
    }
    let contradicting = "UPDATE quotes SET premium = 99, total_cost = 99 WHERE id = $1";
    let id = unknown.quote.as_uuid();
    scene.sql.execute(contradicting, &[&id]).await.unwrap();
    let ticket = scene.claimed(unknown.booking, "C-1").await;
    let insurer = Scripted::summaries(&[Answer::Certificate("C-1")]);
    assert_eq!(
        settled(&scene, &insurer, ticket).await,
        Some(Settled::No(ErrorCode::CertificateContradictsQuote))
    );
    assert_eq!(
        scene.booking(unknown.booking).await.status,
        Status::OutcomeUnknown
    );
    assert!(scene.audit(unknown.booking).await.is_empty());
}

#[tokio::test]
async fn a_certificate_settles_one_booking_only() {
    let scene = Scene::new().await;
    let (one, other) = (scene.unknown().await, scene.unknown().await);
    let ticket = scene.claimed(one.booking, "C-1").await;
    let insurer = Scripted::summaries(&[Answer::Certificate("C-1")]);
    assert_eq!(settled(&scene, &insurer, ticket).await, Some(Settled::Yes));
    let ticket = scene.claimed(other.booking, "C-1").await;
    // The insurer is not even asked.
    assert_eq!(
        settled(&scene, &Scripted::default(), ticket).await,
        Some(Settled::No(ErrorCode::CertificateTaken))
    );
    assert_eq!(scene.booking(other.booking).await.status, Status::OutcomeUnknown);
}

#[tokio::test]
async fn an_insurer_that_is_away_is_asked_again_and_the_person_hears_of_it() {
    let scene = Scene::new().await;
    let unknown = scene.unknown().await;
    let mut ticket = scene.claimed(unknown.booking, "C-1").await;
    let insurer = Scripted::summaries(&[Answer::Refused; 3]);
    assert_eq!(settled(&scene, &insurer, ticket).await, None);
    ticket.attempt = 2;
    assert_eq!(settled(&scene, &insurer, ticket).await, None);
    ticket.attempt = 3;
    assert_eq!(
        settled(&scene, &insurer, ticket).await,
        Some(Settled::No(ErrorCode::InsurerUnavailable))
    );
    // Nothing is decided by that: it can be claimed again.
    scene.claimed(unknown.booking, "C-1").await;
}

/// P2: as long as a call may be under way, nothing is called not bought.
#[tokio::test]
async fn a_purchase_is_called_not_bought_only_when_no_call_can_be_under_way() {
    let scene = Scene::new().await;
    let unknown = scene.unknown().await;
    let new = settlement(unknown.booking);
    let early = NOT_BOUGHT_AFTER.saturating_sub(Duration::from_secs(30));
    scene.age(unknown.booking, early).await;
    let refused = scene.store.settle_not_bought(&new).await.unwrap();
    assert!(
        matches!(refused, Acceptance::Refused(ErrorCode::SettlementTooEarly, _)),
        "{refused:?}"
    );
    scene.age(unknown.booking, Duration::from_secs(31)).await;
    let settled = scene.store.settle_not_bought(&new).await.unwrap();
    assert!(matches!(settled, Acceptance::Accepted(())), "{settled:?}");
    let booking = scene.booking(unknown.booking).await;
    assert_eq!(booking.status, Status::Failed);
    assert_eq!(booking.failure, Some(ErrorCode::PurchaseNotMade));
    let expected = (
        "booking.settle".to_owned(),
        ACTOR.to_owned(),
        Some(json!({"status": "outcome_unknown"})),
        Some(json!({"status": "failed"})),
    );
    assert_eq!(scene.audit(unknown.booking).await, [expected]);
    // The caller may book again.
    let (again, _) = scene.book(unknown.quote).await;
    assert_eq!(again, unknown.booking);
}

#[tokio::test]
async fn what_is_not_unknown_is_not_settled() {
    let scene = Scene::new().await;
    let (booking, _) = scene.book(scene.quote().await).await;
    scene.age(booking, NOT_BOUGHT_AFTER).await;
    let bought = scene.claim(booking, "C-1").await;
    assert!(
        matches!(bought, Acceptance::Refused(ErrorCode::OutcomeNotUnknown, _)),
        "{bought:?}"
    );
    let new = settlement(booking);
    let not_bought = scene.store.settle_not_bought(&new).await.unwrap();
    assert!(
        matches!(not_bought, Acceptance::Refused(ErrorCode::OutcomeNotUnknown, _)),
        "{not_bought:?}"
    );
    let nobody = settlement(loadsure_core::id::BookingId::generate());
    let missing = scene.store.settle_not_bought(&nobody).await.unwrap();
    assert!(
        matches!(missing, Acceptance::Refused(ErrorCode::BookingNotFound, _)),
        "{missing:?}"
    );
}

#[tokio::test]
async fn one_settlement_at_a_time() {
    let scene = Scene::new().await;
    let unknown = scene.unknown().await;
    scene.age(unknown.booking, NOT_BOUGHT_AFTER).await;
    let ticket = scene.claimed(unknown.booking, "C-1").await;
    let second = scene.claim(unknown.booking, "C-2").await;
    assert!(
        matches!(second, Acceptance::Refused(ErrorCode::SettlementInProgress, _)),
        "{second:?}"
    );
    let new = settlement(unknown.booking);
    let not_bought = scene.store.settle_not_bought(&new).await.unwrap();
    assert!(
        matches!(
            not_bought,
            Acceptance::Refused(ErrorCode::SettlementInProgress, _)
        ),
        "{not_bought:?}"
    );
    // A worker that reports the certificate itself is faster than the person; the settlement finds nothing to do.
    let sql = "UPDATE bookings SET status = 'active' WHERE id = $1";
    scene
        .sql
        .execute(sql, &[&unknown.booking.as_uuid()])
        .await
        .unwrap();
    assert_eq!(
        settled(&scene, &Scripted::default(), ticket).await,
        Some(Settled::No(ErrorCode::OutcomeNotUnknown))
    );
}

#[tokio::test]
async fn a_settlement_that_is_repeated_with_its_key_is_accepted_once() {
    let scene = Scene::new().await;
    let unknown = scene.unknown().await;
    scene.age(unknown.booking, NOT_BOUGHT_AFTER).await;
    let key = Key {
        key: "settle-1".to_owned(),
        fingerprint: [7; 32],
    };
    let new = NewSettlement {
        key: Some((local_tenant(), &key)),
        ..settlement(unknown.booking)
    };
    let first = scene.store.settle_not_bought(&new).await.unwrap();
    assert!(matches!(first, Acceptance::Accepted(())), "{first:?}");
    let second = scene.store.settle_not_bought(&new).await.unwrap();
    assert!(
        matches!(
            second,
            Acceptance::Replayed(Replay::Accepted { subject, .. }) if subject == unknown.booking.as_uuid()
        ),
        "{second:?}"
    );
    assert_eq!(scene.audit(unknown.booking).await.len(), 1);
}
