//! Applying the migrations, by one process at a time.

use loadsure_core::ports::Fault;

use crate::Store;
use crate::fault::fault;

mod embedded {
    refinery::embed_migrations!("../../migrations");
}

/// Key of the advisory lock under which migrations run: "loadsure" in ASCII.
const LOCK: i64 = 0x6c6f_6164_7375_7265;

/// Names and checksums of all migrations as one text, by which tests know whether a template database is current.
pub static MIGRATIONS_FINGERPRINT: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
    let runner = embedded::migrations::runner();
    runner
        .get_migrations()
        .iter()
        .map(|m| format!("{m}-{:x};", m.checksum()))
        .collect()
});

/// Applies what is missing and returns the names of what was applied. A second process waits for the first.
///
/// # Errors
/// When a migration fails, or an applied one was edited (its checksum differs).
pub async fn migrate(store: &Store) -> Result<Vec<String>, Fault> {
    let mut client = store.client().await?;
    let locked = client.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await;
    locked.map_err(|error| fault("locking for migration", error))?;
    let connection: &mut tokio_postgres::Client = &mut client;
    let report = embedded::migrations::runner().run_async(connection).await;
    let unlocked = client.execute("SELECT pg_advisory_unlock($1)", &[&LOCK]).await;
    // Why a migration failed comes first: when the connection broke, the unlocking fails as well.
    let report = report.map_err(|error| Fault::Refused {
        what: "applying migrations",
        source: Some(Box::new(error)),
    })?;
    unlocked.map_err(|error| fault("unlocking after migration", error))?;
    Ok(report
        .applied_migrations()
        .iter()
        .map(ToString::to_string)
        .collect())
}

/// Whether the schema has every migration that this code knows.
///
/// # Errors
/// When the database is away.
pub async fn schema_is_current(store: &Store) -> Result<bool, Fault> {
    let runner = embedded::migrations::runner();
    let newest = runner
        .get_migrations()
        .iter()
        .map(refinery::Migration::version)
        .max()
        .unwrap_or_default();
    let client = store.client().await?;
    let sql = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
    match client.query_one(sql, &[]).await {
        Ok(row) => Ok(i64::from(row.get::<_, i32>(0)) >= i64::from(newest)),
        Err(error) if error.code() == Some(&tokio_postgres::error::SqlState::UNDEFINED_TABLE) => Ok(false),
        Err(error) => Err(fault("reading the schema version", error)),
    }
}
