//! The commands.

mod dead;
pub(crate) mod deploy;
mod keys;
mod migrate;
mod scale;
mod unknown;

use loadsure_config::CtlConfig;

use crate::{Command, Error};

pub(crate) async fn execute(command: Command, config: &CtlConfig) -> Result<(), Error> {
    match command {
        Command::Dead(command) => dead::execute(command, config).await,
        Command::Deploy(command) => deploy::execute(command, config).await,
        Command::Migrate => migrate::execute(config).await,
        Command::Keys(command) => keys::execute(command, config).await,
        Command::Scale(command) => scale::execute(command, config).await,
        Command::Unknown(command) => unknown::execute(command, config).await,
    }
}
