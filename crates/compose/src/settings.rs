//! Which service of which project, and how its engine is reached.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

/// Where the Docker Engine API is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A Unix socket. Whoever may write to it is root on that machine.
    Socket(PathBuf),
    /// HTTP, to a proxy that stands before the socket and passes only what is used here: `GET /version`,
    /// `GET /containers/json`, `GET /containers/{id}/json`, `POST /containers/create`, `POST /containers/{id}/start`,
    /// `POST /containers/{id}/stop`, `DELETE /containers/{id}`.
    Http(Url),
}

/// What is scaled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where the engine is.
    pub endpoint: Endpoint,
    /// The compose project.
    pub project: String,
    /// The service in it.
    pub service: String,
    /// How long a container may take to end after SIGTERM, in whole seconds, before it is killed.
    pub grace: Duration,
    /// Longest time for any other call, in whole seconds.
    pub timeout: Duration,
}
