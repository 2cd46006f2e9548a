//! The one place where driver errors become faults of the port.

use deadpool_postgres::PoolError;
use loadsure_core::insurer::Cause;
use loadsure_core::ports::Fault;
use tokio_postgres::error::SqlState;

/// What the server said, without the detail that it adds: that quotes rows, and with them names and tokens.
#[derive(Debug, thiserror::Error)]
#[error("SQLSTATE {state}: {message}")]
struct Said {
    state: String,
    message: String,
}

fn cause(error: tokio_postgres::Error) -> Cause {
    match error.as_db_error() {
        Some(said) => Box::new(Said {
            state: said.code().code().to_owned(),
            message: said.message().to_owned(),
        }),
        None => Box::new(error),
    }
}

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
        // This process did nothing within a transaction for too long, as one that was frozen.
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
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

/// The fault that an error of the driver is. `what` says what was being done.
pub(crate) fn fault(what: &'static str, error: tokio_postgres::Error) -> Fault {
    if is_passing(&error) {
        Fault::Unavailable(cause(error))
    } else {
        Fault::Refused {
            what,
            source: Some(cause(error)),
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
