//! What can go wrong between this process and Redis.
//!
//! [`Error`] is for callers of the queue; [`DecodeError`] is for one entry that cannot be read.

use fred::error::{Error as Client, ErrorKind};

use crate::message::DecodeError;

/// Why a command did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings cannot be used. The only error of [`Queue::connect`](crate::Queue::connect).
    #[error("the settings of the Redis connection are not valid")]
    Config(#[source] Client),
    /// Redis is away, still loading, failing over, or did not answer in time. The command may or may not have run.
    #[error("Redis is not available")]
    Unavailable(#[source] Option<Client>),
    /// The server is a replica. The connection is made again, since a fail-over is the usual cause.
    #[error("Redis is a read-only replica")]
    ReadOnly(#[source] Client),
    /// The server has reached its memory limit and refuses writes.
    #[error("Redis is out of memory")]
    OutOfMemory(#[source] Client),
    /// The stream or its consumer group does not exist.
    #[error("the consumer group does not exist")]
    NoGroup(#[source] Client),
    /// The credentials are wrong or lack a permission.
    #[error("Redis refused the credentials")]
    Denied(#[source] Client),
    /// The server refused the command for another reason.
    #[error("Redis refused the command")]
    Rejected(#[source] Client),
    /// The answer has not the expected shape.
    #[error("Redis gave an unexpected answer to {0}")]
    Protocol(&'static str),
    /// An entry cannot be read.
    #[error("an entry cannot be decoded")]
    Decode(#[from] DecodeError),
    /// A value cannot be written as, or read from, JSON.
    #[error("a value cannot be turned into or read from JSON")]
    Json(#[from] serde_json::Error),
    /// There is no such dead letter.
    #[error("there is no such dead letter")]
    NotFound,
}

impl Error {
    /// Whether the same command may succeed later without anyone's help.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unavailable(_) | Self::ReadOnly(_) | Self::OutOfMemory(_)
        )
    }
}

impl From<Client> for Error {
    /// The one place where the client's errors are told apart: by its kind, then by the error code with which every
    /// error reply of the server begins (<https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors>).
    fn from(error: Client) -> Self {
        match error.kind() {
            ErrorKind::Config | ErrorKind::Url => Self::Config(error),
            ErrorKind::Auth => Self::Denied(error),
            ErrorKind::IO
            | ErrorKind::Timeout
            | ErrorKind::Canceled
            | ErrorKind::Backpressure
            | ErrorKind::Tls
            | ErrorKind::Routing
            | ErrorKind::Sentinel
            | ErrorKind::Cluster => Self::Unavailable(Some(error)),
            ErrorKind::Parse | ErrorKind::Protocol => Self::Protocol("a command"),
            _ => by_code(error),
        }
    }
}

fn by_code(error: Client) -> Error {
    let code = error.details().split([' ', ':']).next().unwrap_or_default();
    match code {
        "READONLY" => Error::ReadOnly(error),
        "OOM" => Error::OutOfMemory(error),
        // A reader blocked on a stream that is deleted gets UNBLOCKED.
        "NOGROUP" | "UNBLOCKED" => Error::NoGroup(error),
        "NOPERM" | "NOAUTH" | "WRONGPASS" => Error::Denied(error),
        "LOADING" | "MASTERDOWN" | "BUSY" | "TRYAGAIN" | "CLUSTERDOWN" | "NOREPLICAS" | "MISCONF" => {
            Error::Unavailable(Some(error))
        }
        _ if is_server_code(code) => Error::Rejected(error),
        // The client's own complaints (not initialised, too many attempts) bear no code.
        _ => Error::Unavailable(Some(error)),
    }
}

fn is_server_code(code: &str) -> bool {
    !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    fn server(text: &str) -> Error {
        Client::new(ErrorKind::Unknown, text.to_owned()).into()
    }

    /// P18: errors are told apart by their code, never by a word somewhere in their text.
    #[test]
    fn server_errors_are_told_apart_by_their_code() {
        assert!(matches!(
            server("READONLY You can't write against a read only replica."),
            Error::ReadOnly(_)
        ));
        assert!(matches!(
            server("OOM command not allowed when used memory > 'maxmemory'."),
            Error::OutOfMemory(_)
        ));
        assert!(matches!(server("NOGROUP No such key"), Error::NoGroup(_)));
        assert!(matches!(
            server("LOADING Redis is loading the dataset in memory"),
            Error::Unavailable(_)
        ));
        assert!(matches!(
            server("ERR the text mentions OOM and NOGROUP"),
            Error::Rejected(_)
        ));
    }

    #[test]
    fn the_cause_is_kept() {
        assert!(server("READONLY replica").source().is_some());
    }
}
