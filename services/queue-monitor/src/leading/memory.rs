//! What the monitors before have remembered.

use loadsure_core::ports::Fault;
use loadsure_core::scaling::{History, Moment, Record};
use loadsure_store::Store;
use loadsure_store::scaling::ReplayFrom;
use loadsure_telemetry::fields;
use serde_json::Value;
use time::OffsetDateTime;
use tracing::{info, warn};

/// Records read at once: there are about a hundred from one copy of the history to the next.
const PAGE: u32 = 200;

/// The history as it was after the last record. One that cannot be read, as of another version, is begun anew: a rule
/// that asks for a long calm then waits for it.
pub(super) async fn recall(store: &Store) -> Result<History, Fault> {
    let mut history = History::default();
    let mut from = store.replay_start(ReplayFrom::Last(1)).await?;
    let mut records = 0_u64;
    while let Some(place) = from {
        let page = store.decisions_from(place, PAGE).await?;
        for decided in page.items {
            let Some(record) = read(decided.record) else {
                return Ok(History::default());
            };
            history = after(history, record);
            records += 1;
        }
        from = page.next;
    }
    info!(records, "what was decided before is remembered");
    Ok(history)
}

/// A time of the database as one of the Redis server: their clocks hardly differ, against how long a change takes.
pub(super) fn moment(at: OffsetDateTime) -> Moment {
    let ms = at.unix_timestamp_nanos() / 1_000_000;
    Moment(u64::try_from(ms).unwrap_or_default())
}

fn read(record: Value) -> Option<Record> {
    serde_json::from_value(record)
        .inspect_err(|error| {
            warn!(
                { fields::ERROR } = fields::causes(error),
                "what was decided before cannot be read; the memory begins anew"
            );
        })
        .ok()
}

/// The history after one more record.
fn after(history: History, record: Record) -> History {
    let mut history = record.history.unwrap_or(history);
    for note in &record.notes {
        history.note(note);
    }
    history.step(&record.snapshot, &record.policy, record.at);
    history
}
