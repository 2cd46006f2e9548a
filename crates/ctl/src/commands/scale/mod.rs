//! `scale`.

mod arrivals;
mod ask;
mod history;
mod json;
mod lock;
mod status;
mod text;

use loadsure_config::CtlConfig;
use loadsure_core::scaling::Command;

use crate::arguments::Pinned;
use crate::context::migrated_store;
use crate::{Error, ScaleCommand};

pub(super) async fn execute(command: ScaleCommand, config: &CtlConfig) -> Result<(), Error> {
    let store = migrated_store(config).await?;
    let (command, ask) = match command {
        ScaleCommand::Status { json } => return status::execute(&store, json).await,
        ScaleCommand::History(arguments) => return history::execute(&store, &arguments).await,
        ScaleCommand::ExportArrivals(arguments) => return arrivals::execute(&store, &arguments).await,
        ScaleCommand::Lock { holder, length } => return lock::take(&store, &holder, length).await,
        ScaleCommand::Prolong { lock, length } => return lock::prolong(&store, &lock, length).await,
        ScaleCommand::Unlock { lock } => return lock::give_back(&store, &lock).await,
        ScaleCommand::Pause { reason, ask } => (Command::Pause { reason }, ask),
        ScaleCommand::Resume { ask } => (Command::Resume, ask),
        ScaleCommand::Pin { workers, ask } => {
            let Pinned(workers) = workers;
            (Command::Pin { workers }, ask)
        }
        ScaleCommand::Limits { min, max, ask } => {
            let (min, max) = (min.get(), max.get());
            (Command::Limits { min, max }, ask)
        }
        ScaleCommand::Mode { mode, ask } => (Command::Mode { mode }, ask),
        ScaleCommand::Confirm { proposal, ask } => (Command::Confirm { proposal }, ask),
    };
    ask::execute(&store, config, command, &ask).await
}
