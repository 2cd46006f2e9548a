//! One kind of job does not keep another waiting.

use loadsure_core::job::Kind;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};

use crate::support::{Stage, answer, eventually};

/// P20: even when every slot of bookings hangs at the insurer, quotes flow.
#[tokio::test]
async fn slow_bookings_do_not_keep_quotes_waiting() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let slow = Trouble::Slow {
        ms: 1_500,
        commits: true,
    };
    let mut waiters = Vec::new();
    let mut jobs = Vec::new();
    for _ in 0..3 {
        jobs.push(stage.accept_booking(stage.priced().await).await.1);
    }
    stage
        .sandbox
        .set_faults([Fault::always(Operation::PurchaseQuote, slow)]);
    for job in jobs {
        waiters.push(stage.publish(Kind::Booking, job).await);
    }
    eventually("all bookings are at the insurer", async || {
        stage.sandbox.ledger().certificates.len() == 3
    })
    .await;

    for _ in 0..5 {
        stage.priced().await;
    }
    let pending = stage.queue.sample(Kind::Booking).await.unwrap().pending;
    assert_eq!(pending, 3, "the bookings were still at the insurer");
    for waiter in waiters {
        assert_eq!(answer(waiter).await, "done");
    }
}
