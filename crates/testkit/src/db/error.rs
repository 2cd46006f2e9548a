//! Why a test has no database.

use crate::servers;

/// Why a database for a test could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server could not be had.
    #[error(transparent)]
    Server(#[from] servers::Error),
    /// A statement failed.
    #[error("cannot {doing}")]
    Query {
        /// What was attempted.
        doing: &'static str,
        /// What PostgreSQL said.
        source: tokio_postgres::Error,
    },
    /// The caller's migrations failed.
    #[error("the migrations failed")]
    Migrate(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server's URL has no database in it.
    #[error("not a URL of a PostgreSQL database: it lacks the part after the host")]
    Url,
}

impl Error {
    pub(super) fn query(doing: &'static str) -> impl FnOnce(tokio_postgres::Error) -> Self {
        move |source| Self::Query { doing, source }
    }
}
