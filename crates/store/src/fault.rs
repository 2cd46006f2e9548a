//! The one place where driver errors become faults of the port.

use deadpool_postgres::PoolError;
use loadsure_core::insurer::Cause;
use loadsure_core::ports::Fault;
use tokio_postgres::error::SqlState;

/// Whether an error means that the database is away or changing hands, so that the same call may succeed later.
fn is_passing(error: &tokio_postgres::Error) -> bool {
    let Some(state) = error.code() else {
        // No SQLSTATE: the connection failed or broke.
        return true;
    };
    let passing = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::QUERY_CANCELED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
        // The old primary after a fail-over.
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::DISK_FULL,
        SqlState::OUT_OF_MEMORY,
    ];
    passing.contains(state) || state.code().starts_with("08")
}

/// What the server said, without its `DETAIL`, `HINT` and context: those quote the row, with names, addresses and
/// quote tokens, and errors are logged.
#[derive(Debug, thiserror::Error)]
#[error("{message} (SQLSTATE {code})")]
struct ServerError {
    code: String,
    message: String,
}

/// An error that may be shown: the driver's own, or what the server said without the row.
fn showable(error: tokio_postgres::Error) -> Cause {
    match error.as_db_error() {
        None => Box::new(error),
        Some(said) => Box::new(ServerError {
            code: said.code().code().to_owned(),
            message: said.message().to_owned(),
        }),
    }
}

/// The fault that an error of the driver is. `what` says what was being done.
pub(crate) fn fault(what: &'static str, error: tokio_postgres::Error) -> Fault {
    if is_passing(&error) {
        Fault::Unavailable(showable(error))
    } else {
        Fault::Refused {
            what,
            source: Some(showable(error)),
        }
    }
}

/// The fault that an error of the pool is.
pub(crate) fn pool_fault(error: PoolError) -> Fault {
    Fault::Unavailable(Box::new(error))
}

/// A row that does not hold what the code expects.
pub(crate) const fn corrupt(what: &'static str) -> Fault {
    Fault::Refused { what, source: None }
}
