//! Whether the database is where the new code expects it.

use loadsure_core::ports::Fault;
use loadsure_store::{Store, schema_is_current};

/// Why the schema is not taken for right.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// A migration that this version knows was not applied.
    #[error("the schema lacks migrations that this version needs")]
    Behind,
    /// The database does not tell.
    #[error("the schema cannot be read")]
    Store(#[from] Fault),
}

/// Makes sure that every migration that this version knows was applied. Newer ones may be there: an older version must run
/// on them, since that is what a rollback needs.
///
/// # Errors
/// When one was not, or the database is away.
pub async fn verify_schema(store: &Store) -> Result<(), SchemaError> {
    match schema_is_current(store).await? {
        true => Ok(()),
        false => Err(SchemaError::Behind),
    }
}
