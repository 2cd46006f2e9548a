//! The migrated database that tests get copies of.

use super::Error;
use super::admin::Admin;
use super::name::{TEMPLATE_PREFIX, UNFINISHED, hash, with_database};

/// Serialises the making of templates between processes; any number that nobody else uses.
const LOCK: i64 = 0x6c6f_6164_7375_7265;

/// The name of the template with this fingerprint, made first when it is missing.
pub(super) async fn ensure<F, Fut, E>(server: &str, fingerprint: &str, migrate: F) -> Result<String, Error>
where
    F: FnOnce(String) -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let name = format!("{TEMPLATE_PREFIX}{}", hash(fingerprint));
    let admin = Admin::connect(server).await?;
    if exists(&admin, &name).await? {
        return Ok(name);
    }
    admin
        .run("lock the template", &format!("SELECT pg_advisory_lock({LOCK})"))
        .await?;
    if !exists(&admin, &name).await? {
        build(&admin, server, &name, migrate).await?;
    }
    Ok(name)
}

async fn exists(admin: &Admin, name: &str) -> Result<bool, Error> {
    Ok(admin.databases(name).await?.iter().any(|found| found == name))
}

/// Migrates under another name and renames at the end, so that a killed test leaves no half-made
/// template. Sessions that the migrations left open would block every copy: they are ended.
async fn build<F, Fut, E>(admin: &Admin, server: &str, name: &str, migrate: F) -> Result<(), Error>
where
    F: FnOnce(String) -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let unfinished = format!("{name}{UNFINISHED}");
    admin.drop_database(&unfinished).await?;
    admin
        .run("create the template", &format!("CREATE DATABASE {unfinished}"))
        .await?;
    migrate(with_database(server, &unfinished)?)
        .await
        .map_err(|error| Error::Migrate(error.into()))?;
    admin
        .run(
            "close the template",
            &format!("ALTER DATABASE {unfinished} ALLOW_CONNECTIONS false"),
        )
        .await?;
    let end_sessions = format!(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{unfinished}'"
    );
    admin.run("end the migrations' sessions", &end_sessions).await?;
    admin
        .run(
            "name the template",
            &format!("ALTER DATABASE {unfinished} RENAME TO {name}"),
        )
        .await
}
