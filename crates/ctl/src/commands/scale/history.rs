//! `scale history`.

use loadsure_store::Store;
use loadsure_store::scaling::ReplayFrom;

use super::text;
use crate::arguments::History;
use crate::{Error, output};

/// Decisions that are read at once.
const PAGE: u32 = 200;

const READ: &str = "read the decisions";

pub(super) async fn execute(store: &Store, arguments: &History) -> Result<(), Error> {
    if arguments.json {
        return records(store, arguments).await;
    }
    let mut rest = arguments
        .since
        .map_or_else(|| arguments.limit.get(), |_| u32::MAX);
    let mut after = None;
    loop {
        let page = store.decisions(rest.min(PAGE), after, arguments.changes).await;
        let page = page.map_err(Error::database(READ))?;
        for decided in &page.items {
            if arguments.since.is_some_and(|since| decided.at < since) {
                return Ok(());
            }
            output::line(&text::decision(decided))?;
            rest = rest.saturating_sub(1);
        }
        after = page.next;
        if rest == 0 || after.is_none() {
            return Ok(());
        }
    }
}

/// Whole records in their order. Page by page, since a week of them does not fit into memory everywhere.
async fn records(store: &Store, arguments: &History) -> Result<(), Error> {
    let last = ReplayFrom::Last(arguments.limit.get());
    let from = arguments.since.map_or(last, ReplayFrom::Time);
    let mut next = store.replay_start(from).await.map_err(Error::database(READ))?;
    while let Some(cursor) = next {
        let page = store.decisions_from(cursor, PAGE).await;
        let page = page.map_err(Error::database(READ))?;
        for decided in &page.items {
            output::line(&decided.record.to_string())?;
        }
        next = page.next;
    }
    Ok(())
}
