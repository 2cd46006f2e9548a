//! Databases per test.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use loadsure_testkit::db::{self, TestDb};
use loadsure_testkit::servers::{Durability, Postgres};

use crate::support::{SOON, connect};

async fn migrate(url: String) -> Result<(), tokio_postgres::Error> {
    connect(&url)
        .await
        .batch_execute("CREATE TABLE quote (id int PRIMARY KEY)")
        .await
}

/// One that no earlier run used: clusters are kept, with their templates.
fn new_fingerprint() -> String {
    format!("{:?}", std::time::SystemTime::now())
}

async fn databases(server: &str) -> Vec<String> {
    let rows = connect(server)
        .await
        .query("SELECT datname::text FROM pg_database", &[])
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn each_test_sees_the_migrations_and_nothing_of_another() {
    let (one, other) = tokio::join!(
        TestDb::create("quote 1", migrate),
        TestDb::create("quote 1", migrate)
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_ne!(one.url(), other.url());
    connect(one.url())
        .await
        .batch_execute("INSERT INTO quote VALUES (1)")
        .await
        .unwrap();
    assert!(
        connect(other.url())
            .await
            .query("SELECT id FROM quote", &[])
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn the_migrations_run_once_per_fingerprint() {
    let server = Postgres::private(Durability::Test).await.unwrap();
    let url = server.url("postgres");
    let runs = AtomicU32::new(0);
    let counted = |url| {
        runs.fetch_add(1, Ordering::SeqCst);
        migrate(url)
    };
    let fingerprint = new_fingerprint();
    let (one, other) = tokio::join!(
        TestDb::create_on(&url, &fingerprint, counted),
        TestDb::create_on(&url, &fingerprint, counted)
    );
    let _both = (one.unwrap(), other.unwrap());
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    TestDb::create_on(&url, &format!("{fingerprint} changed"), counted)
        .await
        .unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_dropped_value_drops_its_database_even_with_open_sessions() {
    let server = Postgres::private(Durability::Test).await.unwrap();
    let db = TestDb::create_on(&server.url("postgres"), "quote 1", migrate)
        .await
        .unwrap();
    let name = db.url().rsplit_once('/').unwrap().1.to_owned();
    let _open = connect(db.url()).await;
    assert!(databases(&server.url("postgres")).await.contains(&name));
    drop(db);
    assert!(!databases(&server.url("postgres")).await.contains(&name));
}

#[tokio::test]
async fn failed_migrations_are_an_error_and_leave_no_template() {
    let server = Postgres::private(Durability::Test).await.unwrap();
    let url = server.url("postgres");
    let fingerprint = new_fingerprint();
    let failing = async |_: String| Err::<(), _>("bad statement");
    let error = TestDb::create_on(&url, &fingerprint, failing).await.unwrap_err();
    assert!(
        matches!(error, db::Error::Migrate(ref source) if source.to_string() == "bad statement"),
        "{error}"
    );
    TestDb::create_on(&url, &fingerprint, migrate).await.unwrap();
}

#[tokio::test]
async fn databases_left_behind_are_swept() {
    let server = Postgres::private(Durability::Test).await.unwrap();
    let url = server.url("postgres");
    std::mem::forget(TestDb::create_on(&url, "quote 1", migrate).await.unwrap());
    assert!(
        databases(&url)
            .await
            .iter()
            .any(|name| name.starts_with("loadsure_test_"))
    );
    db::sweep(&url).await.unwrap();
    assert!(
        !databases(&url)
            .await
            .iter()
            .any(|name| name.starts_with("loadsure_test_"))
    );
}

#[tokio::test]
async fn a_stopped_server_does_not_hang_the_end_of_a_test() {
    let mut server = Postgres::private(Durability::Test).await.unwrap();
    let db = TestDb::create_on(&server.url("postgres"), "quote 1", migrate)
        .await
        .unwrap();
    server.stop().await.unwrap();
    let begun = Instant::now();
    drop(db);
    assert!(begun.elapsed() < SOON);
}
