//! Why the monitor does not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the monitor does not start. An absent PostgreSQL, Redis or platform is not among the reasons.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The settings of PostgreSQL can never work.
    #[error("PostgreSQL cannot be used with these settings")]
    Store(#[from] loadsure_store::ConnectError),
    /// The settings of Redis can never work.
    #[error("Redis cannot be used with these settings")]
    Queue(#[from] loadsure_queue::Error),
    /// The settings of the platform can never work.
    #[error("the platform cannot be used with these settings")]
    Platform(#[source] loadsure_digitalocean::BuildError),
    /// The address of the container engine is none.
    #[error("DOCKER_HOST is no address")]
    DockerHost(#[source] url::ParseError),
    /// The internal address cannot be listened on.
    #[error("cannot listen on METRICS_ADDR {address}")]
    Internal {
        /// The address.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The program of the workers is not there.
    #[error("WORKER_BINARY {} is not a file", .0.display())]
    NoWorkerBinary(PathBuf),
}
