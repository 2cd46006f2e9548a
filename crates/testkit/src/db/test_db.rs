//! One test's database.

use super::admin::Admin;
use super::name::{TEST_PREFIX, unique, with_database};
use super::{Error, template};
use crate::shared;

/// A database of one test's own; dropped with the value, open sessions or not.
#[derive(Debug)]
pub struct TestDb {
    server: String,
    name: String,
    url: String,
}

impl TestDb {
    /// A copy of the migrated template on the shared server.
    ///
    /// `fingerprint` stands for the migrations' content: another one gets another template.
    /// `migrate` is called with the URL of an empty database, by the first test only.
    ///
    /// # Errors
    /// When there is no server, the migrations fail, or the copy cannot be made.
    pub async fn create<F, Fut, E>(fingerprint: &str, migrate: F) -> Result<Self, Error>
    where
        F: FnOnce(String) -> Fut,
        Fut: Future<Output = Result<(), E>>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self::create_on(&shared::database_url().await?, fingerprint, migrate).await
    }

    /// As [`TestDb::create`], on the server that `server` (a URL of any of its databases) names:
    /// for tests that stop theirs, see [`crate::servers::Postgres::private`].
    ///
    /// # Errors
    /// As [`TestDb::create`].
    pub async fn create_on<F, Fut, E>(server: &str, fingerprint: &str, migrate: F) -> Result<Self, Error>
    where
        F: FnOnce(String) -> Fut,
        Fut: Future<Output = Result<(), E>>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let template = template::ensure(server, fingerprint, migrate).await?;
        let name = format!("{TEST_PREFIX}{}", unique());
        let url = with_database(server, &name)?;
        Admin::connect(server)
            .await?
            .clone_database(&template, &name)
            .await?;
        Ok(Self {
            server: server.to_owned(),
            name,
            url,
        })
    }

    /// The URL of the database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDb {
    /// On a thread of its own, since the test's runtime may be busy or going down. A failure is left
    /// to the sweep of the next run: the server may be stopped, by intention of the test.
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let dropper = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .ok()?;
            runtime
                .block_on(async { Admin::connect(&server).await?.drop_database(&name).await })
                .ok()
        });
        drop(dropper.join());
    }
}
