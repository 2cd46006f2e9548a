//! What can go wrong, and the exit code of each.

use loadsure_config::Errors;
use loadsure_core::ports::Fault;
use loadsure_store::ConnectError;

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The environment is wrong.
    #[error(transparent)]
    Config(#[from] Errors),
    /// The settings of the database can never work.
    #[error("the database cannot be used")]
    Settings(#[from] ConnectError),
    /// Telemetry cannot be started with these settings.
    #[error("telemetry cannot be started")]
    Telemetry(#[from] loadsure_telemetry::Error),
    /// The database is away or refused.
    #[error("cannot {doing}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// Why not.
        #[source]
        source: Fault,
    },
    /// The migrations were not applied.
    #[error("the database lacks migrations: run `loadsurectl migrate` first")]
    NotMigrated,
    /// No tenant has this name.
    #[error("no tenant is called {0:?}")]
    NoSuchTenant(String),
    /// No key in force has this id.
    #[error("no key in force has this id; `loadsurectl keys list` shows all")]
    NoSuchKey,
    /// Standard output does not take the result.
    #[error("cannot write the result")]
    Output(#[from] std::io::Error),
}

impl Error {
    /// The code to exit with.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Settings(_) | Self::Telemetry(_) => loadsure_config::EXIT_CODE,
            _ => 1,
        }
    }

    /// Says what was being done when the database failed.
    pub(crate) const fn database(doing: &'static str) -> impl Fn(Fault) -> Self {
        move |source| Self::Database { doing, source }
    }
}
