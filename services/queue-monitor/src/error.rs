//! Why the monitor does not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the monitor does not start. An absent Redis is not among the reasons.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The settings of Redis can never work.
    #[error("Redis cannot be used with these settings")]
    Queue(#[source] loadsure_queue::Error),
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
