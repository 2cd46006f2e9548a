//! Private PostgreSQL clusters.

use loadsure_testkit::servers::{Durability, Error, Postgres, PostgresOptions};

use crate::support::{connect, gone, runs};

async fn setting(postgres: &Postgres, name: &str) -> String {
    let client = connect(&postgres.url("postgres")).await;
    client
        .query_one(&format!("SHOW {name}"), &[])
        .await
        .unwrap()
        .get(0)
}

#[tokio::test]
async fn a_restart_keeps_port_and_data_and_a_stop_ends_the_process() {
    let mut postgres = Postgres::private(Durability::Test).await.unwrap();
    let url = postgres.url("postgres");
    connect(&url)
        .await
        .batch_execute("DROP TABLE IF EXISTS kept; CREATE TABLE kept (n int)")
        .await
        .unwrap();
    let first = postgres.pid().unwrap();

    postgres.restart().await.unwrap();

    assert_eq!(postgres.url("postgres"), url);
    assert!(!runs(first));
    assert!(
        connect(&url)
            .await
            .query("SELECT n FROM kept", &[])
            .await
            .unwrap()
            .is_empty()
    );
    let second = postgres.pid().unwrap();
    postgres.stop().await.unwrap();
    assert_eq!(postgres.pid(), None);
    gone(second).await;
}

#[tokio::test]
async fn a_commit_survives_a_crash_when_durability_is_real() {
    let mut postgres = Postgres::private(Durability::Real).await.unwrap();
    assert_eq!(setting(&postgres, "fsync").await, "on");
    let client = connect(&postgres.url("postgres")).await;
    client
        .batch_execute("DROP TABLE IF EXISTS paid; CREATE TABLE paid (n int); INSERT INTO paid VALUES (7)")
        .await
        .unwrap();

    postgres.crash().await.unwrap();
    postgres.restart().await.unwrap();

    let client = connect(&postgres.url("postgres")).await;
    let n: i32 = client.query_one("SELECT n FROM paid", &[]).await.unwrap().get(0);
    assert_eq!(n, 7);
}

#[tokio::test]
async fn settings_of_the_caller_win() {
    let dir = tempfile::tempdir().unwrap();
    let options = PostgresOptions::new(dir.path()).set("max_connections", "17");
    let postgres = Postgres::start(options).await.unwrap();
    assert_eq!(setting(&postgres, "max_connections").await, "17");
    assert_eq!(setting(&postgres, "fsync").await, "off");
    assert_eq!(setting(&postgres, "listen_addresses").await, "127.0.0.1");
}

/// A temporary folder is closed to others. As root the server runs as somebody else, who cannot
/// reach a folder below it.
#[tokio::test]
async fn a_folder_that_the_server_cannot_reach_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let postgres = Postgres::start(PostgresOptions::new(dir.path().join("below")))
        .await
        .unwrap();
    let data = setting(&postgres, "data_directory").await;
    drop(postgres);
    std::fs::remove_dir_all(std::path::Path::new(&data).parent().unwrap()).unwrap();
}

#[tokio::test]
async fn a_taken_port_is_named_in_the_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let dir = tempfile::tempdir().unwrap();
    let error = Postgres::start(PostgresOptions::new(dir.path()).port(port))
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::PortTaken { port: named, .. } if named == port),
        "{error}"
    );
}

#[tokio::test]
async fn a_cluster_left_running_is_taken_over() {
    let dir = tempfile::tempdir().unwrap();
    let first = Postgres::start(PostgresOptions::new(dir.path())).await.unwrap();
    let left_running = first.pid().unwrap();
    // Never dropped: as if the program that started it had been killed.
    std::mem::forget(first);

    let second = Postgres::start(PostgresOptions::new(dir.path())).await.unwrap();

    gone(left_running).await;
    assert_eq!(setting(&second, "fsync").await, "off");
}

#[tokio::test]
async fn a_stale_pid_file_does_not_stop_a_start() {
    let dir = tempfile::tempdir().unwrap();
    let mut postgres = Postgres::start(PostgresOptions::new(dir.path())).await.unwrap();
    let data: String = connect(&postgres.url("postgres"))
        .await
        .query_one("SHOW data_directory", &[])
        .await
        .unwrap()
        .get(0);
    postgres.stop().await.unwrap();
    drop(postgres);
    // Our own process id: it runs, but it is not a server on this folder, and must not be signalled.
    let pid_file = format!("{}\n{data}\n", std::process::id());
    std::fs::write(std::path::Path::new(&data).join("postmaster.pid"), pid_file).unwrap();

    Postgres::start(PostgresOptions::new(dir.path())).await.unwrap();
}
