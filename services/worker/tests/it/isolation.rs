//! One kind of job does not keep another waiting.

use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};

use crate::support::{Stage, eventually, start};

/// P20: even when every slot of bookings hangs at the insurer, quotes flow.
#[tokio::test]
async fn hanging_bookings_do_not_keep_quotes_waiting() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.insurer.request_timeout = Duration::from_secs(600);
    let _worker = start(config).await;
    let mut jobs = Vec::new();
    for _ in 0..3 {
        jobs.push(stage.accept_booking(stage.priced().await).await.1);
    }
    let hang = Trouble::Hang { commits: true };
    stage
        .sandbox
        .set_faults([Fault::always(Operation::PurchaseQuote, hang)]);
    for job in jobs {
        let _waiter = stage.publish(Kind::Booking, job).await;
    }
    eventually("all bookings are at the insurer", async || {
        stage.sandbox.ledger().certificates.len() == 3
    })
    .await;

    for _ in 0..5 {
        stage.priced().await;
    }

    let pending = stage.queue.sample(Kind::Booking).await.unwrap().pending;
    assert_eq!(pending, 3, "the bookings are still at the insurer");
}
