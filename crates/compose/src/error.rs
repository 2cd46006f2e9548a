//! Why a service was not scaled.

use std::error::Error as StdError;

/// Why a call of the engine, or a step, failed.
///
/// Where the engine's answer could not be read, the error below is left out: it quotes the answer, which holds the
/// environment of containers and so their secrets.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The endpoint cannot be connected to.
    #[error("the container engine's address cannot be used")]
    Endpoint(#[source] Box<dyn StdError + Send + Sync>),
    /// The engine was not reached, or did not answer in time. Whether a step was made is seen by the next one.
    #[error("the container engine cannot be reached to {doing}")]
    Unreachable {
        /// What was attempted.
        doing: &'static str,
        /// What happened.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The engine refused.
    #[error("the container engine refuses to {doing} ({status})")]
    Refused {
        /// What was attempted.
        doing: &'static str,
        /// The status of the answer.
        status: u16,
    },
    /// The engine's answer is not understood.
    #[error("the container engine's answer cannot be read ({doing})")]
    Unreadable {
        /// What was attempted.
        doing: &'static str,
    },
    /// The service has no container to copy: bring it up with compose first.
    #[error("the service has no container to copy")]
    NoTemplate,
    /// Nobody would be left.
    #[error("a service is not scaled to zero")]
    Zero,
}

impl Error {
    pub(crate) fn of(doing: &'static str, error: bollard::errors::Error) -> Self {
        use bollard::errors::Error as E;
        match error {
            // The message is the engine's own and may name anything.
            E::DockerResponseServerError { status_code, .. } => Self::Refused {
                doing,
                status: status_code,
            },
            E::JsonDataError { .. } | E::JsonSerdeError { .. } | E::APIVersionParseError {} => {
                Self::Unreadable { doing }
            }
            error => Self::Unreachable {
                doing,
                source: Box::new(error),
            },
        }
    }

    pub(crate) const fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }
}
