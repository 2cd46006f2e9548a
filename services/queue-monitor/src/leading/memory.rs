//! What the monitors before have remembered.

use std::time::Duration;

use loadsure_core::ports::Fault;
use loadsure_core::scaling::{History, Record};
use loadsure_store::Store;
use loadsure_store::scaling::{Change, ReplayFrom};
use loadsure_telemetry::fields;
use serde_json::Value;
use time::OffsetDateTime;
use tracing::{info, warn};

/// Records read at once: there are about a hundred from one copy of the history to the next.
const PAGE: u32 = 200;

/// How far back changes are looked for where they are all that can be remembered: failures of a month ago count until a
/// change has succeeded.
const LOOK_BACK: Duration = Duration::from_secs(30 * 24 * 3_600);

/// The history as it was after the last record. Of one that cannot be read, as of another version, only the changes are
/// remembered: budget, gaps and failures hold, and a rule that asks for a long calm waits for it.
pub(super) async fn recall(store: &Store) -> Result<History, Fault> {
    let mut history = History::default();
    let mut from = store.replay_start(ReplayFrom::Last(1)).await?;
    let mut records = 0_u64;
    while let Some(place) = from {
        let page = store.decisions_from(place, PAGE).await?;
        for decided in page.items {
            let Some(record) = read(decided.record) else {
                return changes_only(store).await;
            };
            history = after(history, record);
            records += 1;
        }
        from = page.next;
    }
    info!(records, "what was decided before is remembered");
    Ok(history)
}

async fn changes_only(store: &Store) -> Result<History, Fault> {
    let since = OffsetDateTime::now_utc() - LOOK_BACK;
    let changes = store.recent_changes(since).await?;
    let made = changes.iter().map(Change::remembered);
    Ok(History::default().with_changes(made))
}

fn read(record: Value) -> Option<Record> {
    serde_json::from_value(record)
        .inspect_err(|error| {
            warn!(
                { fields::ERROR } = fields::causes(error),
                "what was decided before cannot be read; only the changes are remembered"
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
