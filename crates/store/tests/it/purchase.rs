//! The purchase use case over the real storage, with an insurer that loses answers.

use std::time::Duration;

use loadsure_core::booking::Status;
use loadsure_core::id::BookingId;
use loadsure_core::job::{Ticket, Verdict};
use loadsure_core::repeat::RepeatPurchase;
use loadsure_core::usecase::purchase::{self, Limits, SEND_WITHIN};

use crate::scene::Scene;
use crate::scene::insurer::{Answer, Scripted};

fn limits(repeat: RepeatPurchase) -> Limits {
    Limits {
        longest_call: Duration::from_secs(60),
        send_within: SEND_WITHIN,
        repeat,
    }
}

/// Works on a job until it is no longer tried again, as the relay and the workers would.
async fn work(scene: &Scene, insurer: &Scripted, limits: Limits, ticket: Ticket) -> Verdict {
    for attempt in 1..20 {
        let ticket = Ticket { attempt, ..ticket };
        let verdict = purchase::execute(&scene.store, insurer, limits, ticket).await;
        match verdict.unwrap() {
            Verdict::Retry => {}
            ended => return ended,
        }
    }
    panic!("the job does not end");
}

async fn booked(scene: &Scene) -> (BookingId, Ticket) {
    scene.book(scene.quote().await).await
}

/// P2: by default a purchase whose answer was lost is not sent again.
#[tokio::test]
async fn a_lost_answer_is_an_unknown_outcome() {
    let scene = Scene::new().await;
    let (booking, ticket) = booked(&scene).await;
    let insurer = Scripted::purchases(&[Answer::Nothing]);
    let verdict = work(&scene, &insurer, limits(RepeatPurchase::Unknown), ticket).await;
    assert_eq!(verdict, Verdict::Unknown);
    assert_eq!(scene.booking(booking).await.status, Status::OutcomeUnknown);
}

#[tokio::test]
async fn where_a_repeat_returns_the_same_certificate_a_lost_answer_is_asked_for_again() {
    let scene = Scene::new().await;
    let (booking, ticket) = booked(&scene).await;
    let insurer = Scripted::purchases(&[Answer::Nothing, Answer::Refused, Answer::Certificate("C-1")]);
    let verdict = work(&scene, &insurer, limits(RepeatPurchase::SameCertificate), ticket).await;
    assert_eq!(verdict, Verdict::Done);
    let bought = scene.booking(booking).await;
    assert_eq!(bought.status, Status::Active);
    assert_eq!(bought.certificate.unwrap().facts.number.as_str(), "C-1");
    assert_eq!(
        scene.journal(booking).await,
        ["lost_sight", "postponed", "bought"]
    );
}

#[tokio::test]
async fn repeats_that_are_never_answered_end_as_an_unknown_outcome() {
    let scene = Scene::new().await;
    let (booking, ticket) = booked(&scene).await;
    let insurer = Scripted::purchases(&[Answer::Nothing; 5]);
    let verdict = work(&scene, &insurer, limits(RepeatPurchase::SameCertificate), ticket).await;
    assert_eq!(verdict, Verdict::Unknown);
    assert_eq!(scene.booking(booking).await.status, Status::OutcomeUnknown);
    assert_eq!(insurer.left(), 0);
}

/// P1: a refusal after a lost answer proves nothing about what was lost.
#[tokio::test]
async fn a_refused_repeat_is_an_unknown_outcome_never_a_failure() {
    for mode in [RepeatPurchase::SameCertificate, RepeatPurchase::Rejected] {
        let scene = Scene::new().await;
        let (booking, ticket) = booked(&scene).await;
        let insurer = Scripted::purchases(&[Answer::Nothing, Answer::Declined(400)]);
        let verdict = work(&scene, &insurer, limits(mode), ticket).await;
        assert_eq!(verdict, Verdict::Unknown);
        assert_eq!(scene.booking(booking).await.status, Status::OutcomeUnknown);
        let (purchase, _) = scene.store.purchase(booking).await.unwrap().unwrap();
        assert_eq!(purchase.detail.as_deref(), Some(mode.refusal()));
    }
}

#[tokio::test]
async fn where_a_repeat_would_be_refused_its_success_shows_that_the_first_did_not_go_through() {
    let scene = Scene::new().await;
    let (booking, ticket) = booked(&scene).await;
    let insurer = Scripted::purchases(&[Answer::Nothing, Answer::Certificate("C-1")]);
    let verdict = work(&scene, &insurer, limits(RepeatPurchase::Rejected), ticket).await;
    assert_eq!(verdict, Verdict::Done);
    assert_eq!(scene.booking(booking).await.status, Status::Active);
}

#[tokio::test]
async fn where_a_repeat_would_be_refused_it_is_tried_once_and_only_while_the_quote_is_good() {
    let scene = Scene::new().await;
    let (booking, ticket) = booked(&scene).await;
    let insurer = Scripted::purchases(&[Answer::Nothing, Answer::Nothing]);
    let verdict = work(&scene, &insurer, limits(RepeatPurchase::Rejected), ticket).await;
    assert_eq!(verdict, Verdict::Unknown);
    assert_eq!(scene.journal(booking).await, ["lost_sight", "lost_sight"]);

    let quote = scene.quote().await;
    let (booking, ticket) = scene.book(quote).await;
    scene.start(ticket, booking).await;
    scene.age(booking, Duration::from_secs(120)).await;
    let expired = "UPDATE quotes SET expires_at = now() WHERE id = $1";
    scene.sql.execute(expired, &[&quote.as_uuid()]).await.unwrap();
    let nobody = Scripted::default();
    let verdict = work(&scene, &nobody, limits(RepeatPurchase::Rejected), ticket).await;
    assert_eq!(verdict, Verdict::Unknown);
    assert_eq!(scene.journal(booking).await, ["lost_sight"]);
}

/// P3: what a dead worker left is repeated only where that is safe.
#[tokio::test]
async fn an_interrupted_purchase_is_repeated_where_that_is_safe() {
    let scene = Scene::new().await;
    for (mode, answers, status) in [
        (
            RepeatPurchase::SameCertificate,
            &[Answer::Certificate("C-1")][..],
            Status::Active,
        ),
        (RepeatPurchase::Unknown, &[], Status::OutcomeUnknown),
    ] {
        let (booking, ticket) = booked(&scene).await;
        scene.start(ticket, booking).await;
        scene.age(booking, Duration::from_secs(120)).await;
        let insurer = Scripted::purchases(answers);
        work(&scene, &insurer, limits(mode), ticket).await;
        assert_eq!(scene.booking(booking).await.status, status);
        assert_eq!(insurer.left(), 0);
    }
}

/// P2: a worker that was frozen after it had journalled an attempt does not send it when it thaws.
#[tokio::test]
async fn an_attempt_that_comes_too_late_is_not_sent() {
    let scene = Scene::new().await;
    let (booking, ticket) = booked(&scene).await;
    let frozen = Limits {
        send_within: Duration::ZERO,
        ..limits(RepeatPurchase::Unknown)
    };
    let nobody = Scripted::default();
    let verdict = purchase::execute(&scene.store, &nobody, frozen, ticket).await;
    assert_eq!(verdict.unwrap(), Verdict::Retry);
    assert_eq!(scene.booking(booking).await.status, Status::Requested);
    assert_eq!(scene.journal(booking).await, ["postponed"]);

    let insurer = Scripted::purchases(&[Answer::Certificate("C-1")]);
    let again = Ticket { attempt: 2, ..ticket };
    let verdict = purchase::execute(&scene.store, &insurer, limits(RepeatPurchase::Unknown), again).await;
    assert_eq!(verdict.unwrap(), Verdict::Done);
    assert_eq!(scene.booking(booking).await.status, Status::Active);
}

/// A job whose booking a late worker has concluded ends, instead of being swept up for ever.
#[tokio::test]
async fn a_job_with_nothing_left_to_buy_ends() {
    let scene = Scene::new().await;
    let (booking, ticket) = booked(&scene).await;
    let sql = "UPDATE bookings SET status = 'failed' WHERE id = $1";
    scene.sql.execute(sql, &[&booking.as_uuid()]).await.unwrap();
    let nobody = Scripted::default();
    work(&scene, &nobody, limits(RepeatPurchase::Unknown), ticket).await;
    let job = scene.store.job(ticket.job).await.unwrap().unwrap();
    assert!(job.state.is_finished());
}
