//! `bench quotes`.

use std::time::Duration;

use anyhow::Context as _;

use super::load::{self, Load};
use super::memory;
use super::report::{self, Row};
use super::target::Target;
use crate::commands::QuotesArgs;
use crate::progress;

/// Load before each run that is not counted: pools fill, caches warm, workers come up.
const WARM_UP: Duration = Duration::from_secs(2);

/// Measures quotes and prints one table.
pub(crate) async fn run(args: &QuotesArgs) -> anyhow::Result<()> {
    let target = Target::choose(args).await?;
    let outcome = measure(&target, args).await;
    target.stop().await?;
    let rows = outcome?;
    print!("\n{}", report::table(&rows));
    if let Some(path) = &args.json {
        let text = serde_json::to_string_pretty(&rows)?;
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

async fn measure(target: &Target, args: &QuotesArgs) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for &connections in &args.connections {
        let step = progress::step(format!("{connections} connections for {} s", args.seconds));
        let mut load = Load {
            connections,
            rate: args.rate,
            duration: WARM_UP,
        };
        load::run(&target.api, load).await?;
        load.duration = Duration::from_secs(args.seconds.into());
        let (tally, memory) = tokio::try_join!(
            load::run(&target.api, load),
            memory::near_the_end(target, load.duration)
        )?;
        let row = Row::new(&load, tally, memory);
        step.done(format!("{:.0} quotes/s", row.per_second));
        rows.push(row);
    }
    Ok(rows)
}
