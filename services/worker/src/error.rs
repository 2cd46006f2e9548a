//! Why a worker does not start.

/// Why a worker does not start: always a mistake in its settings or surroundings. That PostgreSQL, Redis or the
/// insurer are away is none.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings of the database cannot be used.
    #[error("the connections to the database cannot be set up")]
    Store(#[from] loadsure_store::ConnectError),
    /// The settings of the queue cannot be used.
    #[error("the connections to Redis cannot be set up")]
    Queue(#[from] loadsure_queue::Error),
    /// The settings of the insurer's client cannot be used.
    #[error("the client of the insurer cannot be set up")]
    Insurer(#[from] loadsure_insurer::BuildError),
    /// The internal address cannot be listened on.
    #[error("the internal address for metrics and health cannot be listened on")]
    Internal(#[source] std::io::Error),
}
