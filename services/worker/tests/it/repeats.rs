//! `LOADSURE_REPEAT_PURCHASE`, against an insurer that behaves as each mode says.

use loadsure_config::WorkerServiceConfig;
use loadsure_core::booking::Status;
use loadsure_core::id::BookingId;
use loadsure_core::job::{Kind, Ticket};
use loadsure_core::ports::Bookings as _;
use loadsure_core::repeat::RepeatPurchase;
use loadsure_core::usecase::purchase::SEND_WITHIN;
use loadsure_sandbox::{DuplicatePurchase, Fault, Kind as Trouble, Operation, Settings};
use tokio::time::{Instant, sleep_until};

use crate::support::{Stage, answer, eventually, start};

fn config(stage: &Stage, repeat: RepeatPurchase) -> WorkerServiceConfig {
    let mut config = stage.config();
    config.insurer.repeat_purchase = repeat;
    config
}

fn insurer_answers_repeats_with(stage: &Stage, duplicate_purchase: DuplicatePurchase) {
    stage.sandbox.set_settings(Settings {
        duplicate_purchase,
        ..Settings::default()
    });
}

fn lose(stage: &Stage, troubles: &[Trouble]) {
    let lost = troubles
        .iter()
        .map(|trouble| Fault::once(Operation::PurchaseQuote, *trouble));
    stage.sandbox.set_faults(lost);
}

/// How the attempts of a booking ended, and what was seen last.
async fn journal(stage: &Stage, booking: BookingId) -> (Vec<String>, Option<String>) {
    let (purchase, journal) = stage.store.purchase(booking).await.unwrap().unwrap();
    let outcomes = journal.into_iter().filter_map(|entry| entry.outcome);
    (outcomes.collect(), purchase.detail)
}

#[tokio::test]
async fn lost_answers_are_asked_for_until_the_same_certificate_comes_back() {
    let stage = Stage::set().await;
    let _worker = start(config(&stage, RepeatPurchase::SameCertificate)).await;
    insurer_answers_repeats_with(&stage, DuplicatePurchase::SameCertificate);
    let (booking, job) = stage.accept_booking(stage.priced().await).await;
    lose(&stage, &[Trouble::ResetAfter, Trouble::Truncate]);

    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    let bought = stage.booking(booking).await;
    assert_eq!(bought.status, Status::Active);
    let ledger = stage.sandbox.ledger();
    assert_eq!(ledger.attempts.len(), 3);
    assert_eq!(ledger.certificates.len(), 1);
    assert_eq!(
        bought.certificate.unwrap().facts.number.as_str(),
        ledger.certificates[0].certificate_number.to_string()
    );
    assert_eq!(
        journal(&stage, booking).await.0,
        ["lost_sight", "lost_sight", "bought"]
    );
}

/// P3: a purchase that a dead worker left behind is repeated, and its certificate found.
#[tokio::test]
async fn an_interrupted_purchase_is_completed_where_that_is_safe() {
    let stage = Stage::set().await;
    let worker = start(config(&stage, RepeatPurchase::SameCertificate)).await;
    insurer_answers_repeats_with(&stage, DuplicatePurchase::SameCertificate);
    let quote = stage.priced().await;
    let _drained = worker.stop().await;
    let (booking, job) = stage.accept_booking(quote).await;
    let ticket = Ticket { job, attempt: 1 };
    let started = stage.store.start_purchase(ticket, booking).await.unwrap();
    assert!(started.is_some());
    let _worker = start(config(&stage, RepeatPurchase::SameCertificate)).await;

    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    assert_eq!(stage.booking(booking).await.status, Status::Active);
    assert_eq!(journal(&stage, booking).await.0, ["lost_sight", "bought"]);
    assert_eq!(stage.sandbox.ledger().certificates.len(), 1);
}

#[tokio::test]
async fn a_refused_repeat_tells_the_person_that_the_first_went_through() {
    let stage = Stage::set().await;
    let _worker = start(config(&stage, RepeatPurchase::Rejected)).await;
    insurer_answers_repeats_with(&stage, DuplicatePurchase::Rejected);
    let (booking, job) = stage.accept_booking(stage.priced().await).await;
    lose(&stage, &[Trouble::ResetAfter]);

    assert_eq!(stage.done(Kind::Booking, job).await, "unknown");

    assert_eq!(stage.booking(booking).await.status, Status::OutcomeUnknown);
    let (outcomes, detail) = journal(&stage, booking).await;
    assert_eq!(outcomes, ["lost_sight", "lost_sight"]);
    assert_eq!(detail.as_deref(), Some(RepeatPurchase::Rejected.refusal()));
    assert_eq!(stage.sandbox.ledger().certificates.len(), 1);
}

#[tokio::test]
async fn a_repeat_that_succeeds_where_it_would_be_refused_is_the_first_purchase() {
    let stage = Stage::set().await;
    let _worker = start(config(&stage, RepeatPurchase::Rejected)).await;
    insurer_answers_repeats_with(&stage, DuplicatePurchase::Rejected);
    let (booking, job) = stage.accept_booking(stage.priced().await).await;
    lose(&stage, &[Trouble::ResetBefore]);

    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    assert_eq!(stage.booking(booking).await.status, Status::Active);
    assert_eq!(stage.sandbox.ledger().certificates.len(), 1);
}

async fn session(stage: &Stage) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(&stage.database_url, tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}

/// P2: a worker that was held up after it had begun to journal an attempt does not send it: by then, others may have
/// called it lost. The wait is the thing that is tested, so this test takes as long as an attempt may.
#[tokio::test]
async fn an_attempt_that_was_held_up_is_not_sent() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (booking, job) = stage.accept_booking(stage.priced().await).await;
    let (mut session, watching) = (session(&stage).await, session(&stage).await);
    let lock = session.transaction().await.unwrap();
    let sql = "SELECT FROM bookings WHERE id = $1 FOR UPDATE";
    lock.execute(sql, &[&booking.as_uuid()]).await.unwrap();
    let waiter = stage.publish(Kind::Booking, job).await;
    let blocked =
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    eventually("the attempt waits to be journalled", async || {
        !watching.query(blocked, &[]).await.unwrap().is_empty()
    })
    .await;
    sleep_until(Instant::now() + SEND_WITHIN).await;
    lock.commit().await.unwrap();

    assert_eq!(answer(waiter).await, "done");

    assert_eq!(journal(&stage, booking).await.0, ["postponed", "bought"]);
    assert_eq!(stage.sandbox.ledger().attempts.len(), 1);
}
