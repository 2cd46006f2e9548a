//! What a worker may still say of an attempt after others have taken over: nothing, but a certificate.

use std::time::Duration;

use loadsure_core::booking::{Conclusion, Status};
use loadsure_core::id::BookingId;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Attempt, Bookings as _, Unanswered};
use loadsure_core::retry::Backoff;
use loadsure_core::settlement::NOT_BOUGHT_AFTER;
use loadsure_store::Acceptance;

use crate::scene::{Scene, facts, settlement};

const AT_ONCE: Backoff = Backoff {
    at_least: Duration::ZERO,
    spread: Duration::ZERO,
    counts: true,
};

/// A first attempt that a frozen worker holds while it was called lost, settled as not bought and booked again; the
/// second attempt is under way.
struct Superseded {
    booking: BookingId,
    first: (Ticket, Attempt),
    second: (Ticket, Attempt),
}

async fn superseded(scene: &Scene) -> Superseded {
    let unknown = scene.unknown().await;
    let number = 1;
    let booking = unknown.booking;
    scene.age(booking, NOT_BOUGHT_AFTER).await;
    let settled = scene.store.settle_not_bought(&settlement(booking)).await.unwrap();
    assert!(matches!(settled, Acceptance::Accepted(())), "{settled:?}");
    let (again, ticket) = scene.book(unknown.quote).await;
    assert_eq!(again, booking);
    Superseded {
        booking,
        first: (unknown.ticket, Attempt { booking, number }),
        second: (ticket, scene.start(ticket, booking).await),
    }
}

/// P2, P3: a worker that was frozen in mid-call cannot talk the next attempt into failure.
#[tokio::test]
async fn a_late_refusal_does_not_touch_the_attempt_that_took_over() {
    let scene = Scene::new().await;
    let case = superseded(&scene).await;
    let (ticket, attempt) = case.first;
    for late in [
        Conclusion::Declined(Vec::new()),
        Conclusion::LostSight("late".to_owned()),
    ] {
        scene
            .store
            .conclude_purchase(ticket, attempt, &late)
            .await
            .unwrap();
        assert_eq!(scene.booking(case.booking).await.status, Status::Purchasing);
        assert_eq!(scene.journal(case.booking).await, ["lost_sight", "open"]);
    }
    let postponed = scene
        .store
        .postpone_purchase(ticket, attempt, AT_ONCE, "late")
        .await;
    assert!(!postponed.unwrap());
    let end = Unanswered::Postponed;
    let awaited = scene
        .store
        .await_repeat(ticket, attempt, end, AT_ONCE, "late")
        .await;
    assert!(!awaited.unwrap());
    assert_eq!(scene.booking(case.booking).await.status, Status::Purchasing);
    let job = scene.store.job(case.second.0.job).await.unwrap().unwrap();
    assert!(!job.state.is_finished());
}

/// P4: a certificate is a fact, however late it comes.
#[tokio::test]
async fn a_late_certificate_is_recorded_whatever_happened_meanwhile() {
    let scene = Scene::new().await;
    let case = superseded(&scene).await;
    let (ticket, attempt) = case.first;
    let bought = Conclusion::Bought(Box::new(facts("C-late")));
    assert!(
        scene
            .store
            .conclude_purchase(ticket, attempt, &bought)
            .await
            .unwrap()
    );
    let booking = scene.booking(case.booking).await;
    assert_eq!(booking.status, Status::Active);
    assert_eq!(booking.certificate.unwrap().facts.number.as_str(), "C-late");
    assert_eq!(scene.journal(case.booking).await, ["bought", "open"]);

    // The second attempt bought as well: that is not hidden.
    let (ticket, attempt) = case.second;
    let again = Conclusion::Bought(Box::new(facts("C-second")));
    assert!(
        scene
            .store
            .conclude_purchase(ticket, attempt, &again)
            .await
            .unwrap()
    );
    let audit = scene.audit(case.booking).await;
    assert!(
        audit
            .iter()
            .any(|(action, ..)| action == "booking.second_certificate"),
        "{audit:?}"
    );
}

/// P1, P4: a booking is never active without a certificate. One that another booking has says nothing of what was
/// bought here.
#[tokio::test]
async fn a_certificate_of_another_booking_leaves_the_outcome_unknown() {
    let scene = Scene::new().await;
    let bought = Conclusion::Bought(Box::new(facts("C-1")));
    let (owner, ticket) = scene.book(scene.quote().await).await;
    let attempt = scene.start(ticket, owner).await;
    let concluded = scene.store.conclude_purchase(ticket, attempt, &bought).await;
    assert!(concluded.unwrap());

    let (booking, ticket) = scene.book(scene.quote().await).await;
    let attempt = scene.start(ticket, booking).await;
    for _ in 0..2 {
        let concluded = scene.store.conclude_purchase(ticket, attempt, &bought).await;
        assert!(!concluded.unwrap());
    }

    let unknown = scene.booking(booking).await;
    assert_eq!(unknown.status, Status::OutcomeUnknown);
    assert!(unknown.certificate.is_none());
    assert_eq!(scene.journal(booking).await, ["lost_sight"]);
    let job = scene.store.job(ticket.job).await.unwrap().unwrap();
    assert!(job.state.is_finished());
    let audit = scene.audit(booking).await;
    let actions: Vec<&str> = audit.iter().map(|(action, ..)| action.as_str()).collect();
    assert_eq!(actions, ["booking.certificate_taken"]);
    let owner = scene.booking(owner).await;
    assert_eq!(owner.status, Status::Active);
    assert!(owner.certificate.is_some());
}

#[tokio::test]
async fn an_end_that_is_recorded_twice_is_recorded_once() {
    let scene = Scene::new().await;
    let (booking, ticket) = scene.book(scene.quote().await).await;
    let attempt = scene.start(ticket, booking).await;
    let lost = Conclusion::LostSight("no answer in time".to_owned());
    for _ in 0..2 {
        assert!(
            scene
                .store
                .conclude_purchase(ticket, attempt, &lost)
                .await
                .unwrap()
        );
    }
    assert_eq!(scene.journal(booking).await, ["lost_sight"]);
}

/// P2: of two workers that both want to repeat a purchase, one does.
#[tokio::test]
async fn a_purchase_is_repeated_by_one_worker_only() {
    let scene = Scene::new().await;
    let (booking, ticket) = scene.book(scene.quote().await).await;
    let first = scene.start(ticket, booking).await;
    let (one, other) = tokio::join!(
        scene.store.repeat_purchase(ticket, first),
        scene.store.repeat_purchase(ticket, first)
    );
    let started = [one.unwrap(), other.unwrap()];
    assert_eq!(started.iter().flatten().count(), 1, "{started:?}");
    assert_eq!(scene.journal(booking).await, ["lost_sight", "open"]);
}
