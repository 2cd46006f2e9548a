//! Databases, and the program.

use std::process::Output;

use loadsure_testkit::db::TestDb;
use tokio::process::Command;
use tokio_postgres::{Client, NoTls};

/// A database in which no migration was applied.
pub(crate) async fn empty() -> TestDb {
    let nothing = |_url| async { Ok::<_, std::io::Error>(()) };
    TestDb::create("no migrations", nothing).await.unwrap()
}

/// A database that `loadsurectl migrate` has seen.
pub(crate) async fn migrated() -> TestDb {
    let db = empty().await;
    let output = ctl(db.url(), &["migrate"]).await;
    assert!(output.status.success(), "{}", stderr(&output));
    db
}

/// Runs the program with nothing but `DATABASE_URL` in its environment.
pub(crate) async fn ctl(url: &str, arguments: &[&str]) -> Output {
    program(arguments)
        .env("DATABASE_URL", url)
        .output()
        .await
        .unwrap()
}

pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loadsurectl"));
    command.env_clear().args(arguments).kill_on_drop(true);
    command
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A session of the test's own.
pub(crate) async fn session(db: &TestDb) -> Client {
    let (client, connection) = tokio_postgres::connect(db.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
