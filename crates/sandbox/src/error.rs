use std::io;

/// Why the sandbox could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address could not be bound.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address asked for.
        address: std::net::SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The ledger file could not be read or opened.
    #[error("the ledger file cannot be used")]
    Ledger(#[from] crate::ledger::JournalError),
    /// The data built into the crate is damaged.
    #[error("built-in data cannot be read")]
    BuiltIn(#[from] serde_json::Error),
    /// The operating system gave no random bytes.
    #[error("no random bytes available: {0}")]
    Random(getrandom::Error),
    /// The server's thread ended before it served anything.
    #[error("the server did not start")]
    Server(#[source] io::Error),
}
