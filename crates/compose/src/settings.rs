//! Which service of which project, and how its engine is reached.

use std::path::PathBuf;
use std::str::FromStr;
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

impl Default for Endpoint {
    /// Where the engine listens unless it is told otherwise.
    fn default() -> Self {
        Self::Socket("/var/run/docker.sock".into())
    }
}

/// Why a text names no endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an engine's address is unix:///path, tcp://host:port or http://host:port")]
pub struct NoEndpoint;

impl FromStr for Endpoint {
    type Err = NoEndpoint;

    /// Reads what stands in `DOCKER_HOST`.
    fn from_str(text: &str) -> Result<Self, NoEndpoint> {
        if let Some(path) = text.strip_prefix("unix://") {
            let path = PathBuf::from(path);
            return path.is_absolute().then_some(Self::Socket(path)).ok_or(NoEndpoint);
        }
        let url: Url = text.parse().map_err(|_| NoEndpoint)?;
        let plain =
            matches!(url.scheme(), "tcp" | "http") && url.username().is_empty() && url.password().is_none();
        let bare = matches!(url.path(), "" | "/") && url.query().is_none();
        (plain && bare && url.has_host())
            .then_some(Self::Http(url))
            .ok_or(NoEndpoint)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_docker_host_is_written() {
        assert_eq!("unix:///var/run/docker.sock".parse(), Ok(Endpoint::default()));
        for http in ["tcp://docker-proxy:2375", "http://127.0.0.1:2375/"] {
            assert!(matches!(http.parse(), Ok(Endpoint::Http(_))), "{http}");
        }
        for none in [
            "",
            "unix://relative",
            "https://engine:2376",
            "tcp://",
            "tcp://u:p@engine:1",
            "http://e/v1.44",
        ] {
            assert_eq!(none.parse::<Endpoint>(), Err(NoEndpoint), "{none}");
        }
    }
}
