//! A connection that creates and drops databases.

use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};

use super::Error;

/// Makes a database unless there is one of that name.
pub(crate) async fn ensure(server: &str, name: &str) -> Result<(), Error> {
    let admin = Admin::connect(server).await?;
    if admin.databases(name).await?.iter().any(|found| found == name) {
        return Ok(());
    }
    admin
        .run("create a database", &format!("CREATE DATABASE {name}"))
        .await
}

/// Drops a database, if there is one of that name.
pub(crate) async fn remove(server: &str, name: &str) -> Result<(), Error> {
    Admin::connect(server).await?.drop_database(name).await
}

/// Closes when dropped, and with it every advisory lock that it holds.
pub(super) struct Admin {
    client: Client,
    driver: JoinHandle<Result<(), tokio_postgres::Error>>,
}

impl Admin {
    pub(super) async fn connect(url: &str) -> Result<Self, Error> {
        let (client, connection) = tokio_postgres::connect(url, NoTls)
            .await
            .map_err(Error::query("connect to the PostgreSQL server for tests"))?;
        Ok(Self {
            client,
            driver: tokio::spawn(connection),
        })
    }

    /// Runs one statement. Names go into it unquoted: they are all made by this crate.
    pub(super) async fn run(&self, doing: &'static str, statement: &str) -> Result<(), Error> {
        self.client
            .batch_execute(statement)
            .await
            .map_err(Error::query(doing))
    }

    /// The databases whose names start with `prefix`, newest first.
    pub(super) async fn databases(&self, prefix: &str) -> Result<Vec<String>, Error> {
        let rows = self
            .client
            .query(
                "SELECT datname::text FROM pg_database WHERE starts_with(datname, $1) ORDER BY oid DESC",
                &[&prefix],
            )
            .await
            .map_err(Error::query("list databases"))?;
        rows.iter()
            .map(|row| row.try_get(0).map_err(Error::query("list databases")))
            .collect()
    }

    pub(super) async fn drop_database(&self, name: &str) -> Result<(), Error> {
        self.run(
            "drop a database",
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        )
        .await
    }

    /// Copying files beats writing them through the log (the default since version 15, which is
    /// also the first to have a choice).
    pub(super) async fn clone_database(&self, template: &str, name: &str) -> Result<(), Error> {
        let row = self
            .client
            .query_one("SELECT current_setting('server_version_num')::int >= 150000", &[])
            .await
            .map_err(Error::query("read the server's version"))?;
        let has_choice: bool = row
            .try_get(0)
            .map_err(Error::query("read the server's version"))?;
        let strategy = if has_choice { " STRATEGY file_copy" } else { "" };
        self.run(
            "copy the template",
            &format!("CREATE DATABASE {name} TEMPLATE {template}{strategy}"),
        )
        .await
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
