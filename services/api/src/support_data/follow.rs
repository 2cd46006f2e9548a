//! Keeping the lists in memory up to date.

use std::time::Duration;

use loadsure_queue::{Events, From, Notice, Queue};
use loadsure_telemetry::fields;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::SupportData;

/// What a worker says when it has refreshed the lists.
const REFRESHED: &str = "support_data.refreshed";

/// How often the lists are read again although nothing was heard.
const SAFETY_NET: Duration = Duration::from_secs(300);

/// How soon reading is tried again when the database was away.
const AGAIN: Duration = Duration::from_secs(5);

/// Reads the lists, and again on every occasion, until told to stop.
pub(crate) async fn follow(lists: SupportData, queue: Queue, stop: CancellationToken) {
    stop.run_until_cancelled(keep_reading(lists, queue)).await;
}

async fn keep_reading(lists: SupportData, queue: Queue) {
    // Subscribed before the first read, so that no refresh falls in between.
    let mut events = match Events::subscribe(&queue, From::Now).await {
        Ok(events) => Some(events),
        Err(error) => {
            error!(
                { fields::ERROR } = fields::causes(&error),
                "no refresh will be heard of"
            );
            None
        }
    };
    loop {
        let pause = match lists.reload().await {
            Ok(()) => SAFETY_NET,
            Err(fault) => {
                warn!(
                    { fields::ERROR } = fields::causes(&fault),
                    "reference data cannot be read now"
                );
                AGAIN
            }
        };
        // Running into the timeout is the safety net at work.
        let _heard = tokio::time::timeout(pause, refreshed(events.as_mut())).await;
    }
}

/// Returns when the lists were refreshed, or may have been.
async fn refreshed(events: Option<&mut Events>) {
    let Some(events) = events else {
        return std::future::pending().await;
    };
    loop {
        match events.next().await {
            Notice::Gap => return,
            Notice::Event(_, event) if event.kind == REFRESHED => return,
            Notice::Event(..) => {}
        }
    }
}
