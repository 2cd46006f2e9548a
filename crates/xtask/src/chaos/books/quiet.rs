//! Waits until nothing that was accepted is unfinished.

use std::time::{Duration, Instant};

use tokio_postgres::Client;

use super::record::connect;

const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Work that was accepted and has no end, by kind.
const UNFINISHED: &str = "
    SELECT 'job ' || kind, id::text, state FROM jobs WHERE state NOT IN ('done', 'dead')
        AND kind IN ('quote', 'booking', 'cancellation')
    UNION ALL SELECT 'quote', id::text, status FROM quotes WHERE status = 'requested'
    UNION ALL SELECT 'booking', id::text, status FROM bookings WHERE status IN ('requested', 'purchasing')
    UNION ALL SELECT 'cancellation', id::text, status FROM cancellations WHERE status IN ('requested', 'sending')";

/// Something that was accepted and has no end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unfinished {
    pub(crate) what: String,
    pub(crate) id: String,
    pub(crate) state: String,
}

/// Waits until everything has ended, at most for that time; what has not is returned.
pub(crate) async fn until_quiet(url: &str, at_most: Duration) -> anyhow::Result<Vec<Unfinished>> {
    let client = connect(url).await?;
    let deadline = Instant::now() + at_most;
    loop {
        let unfinished = look(&client).await?;
        if unfinished.is_empty() || Instant::now() > deadline {
            return Ok(unfinished);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn look(client: &Client) -> anyhow::Result<Vec<Unfinished>> {
    let rows = client.query(UNFINISHED, &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(Unfinished {
                what: row.try_get(0)?,
                id: row.try_get(1)?,
                state: row.try_get(2)?,
            })
        })
        .collect()
}
