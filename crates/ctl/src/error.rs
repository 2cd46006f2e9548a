//! What can go wrong, and the exit code of each.

use loadsure_config::Errors;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::ports::Fault;
use loadsure_core::scaling::Refusal;
use loadsure_store::ConnectError;

use crate::commands::deploy::DeployError;

/// BSD's `EX_TEMPFAIL`: it is under way.
const UNDER_WAY: u8 = 75;

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
    /// No booking has this id.
    #[error("no booking has this id; `loadsurectl unknown list` shows those that are not settled")]
    NoSuchBooking,
    /// No job has this id.
    #[error("no job has this id; `loadsurectl dead list` shows those that died")]
    NoSuchJob,
    /// A job was neither replayed nor discarded.
    #[error("not done: {} ({code}){}", code.entry().title, suffix(.hint))]
    NotDisposed {
        /// Why.
        code: ErrorCode,
        /// What to do about it.
        hint: Option<String>,
    },
    /// A settlement was refused.
    #[error("not settled: {} ({code}){}", code.entry().title, suffix(.hint))]
    NotSettled {
        /// Why.
        code: ErrorCode,
        /// What to do about it.
        hint: Option<String>,
    },
    /// A settlement was accepted, and the insurer has not confirmed it yet.
    #[error("accepted, but not confirmed by the insurer yet: see `loadsurectl unknown show` later")]
    NotConfirmedYet,
    /// Commands travel through Redis, and it is not known where that is.
    #[error("REDIS_URL is not set: commands to the queue monitor travel through Redis")]
    NoQueue,
    /// Redis did not take a command.
    #[error("not sent")]
    NotSent(#[source] loadsure_queue::Error),
    /// No monitor has dealt with a command.
    #[error("not confirmed: no monitor answered; one that comes to lead within ten minutes still applies it")]
    NoMonitor,
    /// The leading monitor refused a command.
    #[error("refused: {refusal} ({})", refusal.code())]
    CommandRefused {
        /// Why.
        refusal: Refusal,
    },
    /// Another deployment is under way.
    #[error("another deployment holds the deploy lock: {0}")]
    DeployLocked(String),
    /// Whoever gives the deploy lock back does not hold it.
    #[error("this holder does not hold the deploy lock, or not any more")]
    NotHeld,
    /// The queue cannot be used with these settings.
    #[error("the queue cannot be used")]
    Queue(#[from] loadsure_queue::Error),
    /// A step of a deployment was not done.
    #[error(transparent)]
    Deploy(Box<DeployError>),
    /// Standard output does not take the result.
    #[error("cannot write the result")]
    Output(#[from] std::io::Error),
}

impl From<DeployError> for Error {
    fn from(error: DeployError) -> Self {
        Self::Deploy(Box::new(error))
    }
}

impl Error {
    /// The code to exit with.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Settings(_) | Self::Telemetry(_) | Self::Queue(_) | Self::NoQueue => {
                loadsure_config::EXIT_CODE
            }
            Self::NotConfirmedYet | Self::NoMonitor => UNDER_WAY,
            Self::Deploy(error) if error.is_busy() => UNDER_WAY,
            Self::Deploy(error) if error.is_configuration() => loadsure_config::EXIT_CODE,
            _ => 1,
        }
    }

    /// Says what was being done when the database failed.
    pub(crate) const fn database(doing: &'static str) -> impl Fn(Fault) -> Self {
        move |source| Self::Database { doing, source }
    }
}

fn suffix(hint: &Option<String>) -> String {
    hint.as_ref().map(|hint| format!(": {hint}")).unwrap_or_default()
}
