//! The commands.

mod keys;
mod migrate;

use loadsure_config::CtlConfig;

use crate::{Command, Error};

pub(crate) async fn execute(command: Command, config: &CtlConfig) -> Result<(), Error> {
    match command {
        Command::Migrate => migrate::execute(config).await,
        Command::Keys(command) => keys::execute(command, config).await,
    }
}
