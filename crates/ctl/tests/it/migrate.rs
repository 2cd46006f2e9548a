//! `loadsurectl migrate`.

use crate::support::*;

#[tokio::test]
async fn it_names_what_it_applied_and_then_finds_nothing_to_do() {
    let db = empty().await;
    let first = ctl(db.url(), &["migrate"]).await;
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    assert!(
        stdout(&first).starts_with("applied V1__schema"),
        "{}",
        stdout(&first)
    );
    let second = ctl(db.url(), &["migrate"]).await;
    assert_eq!(second.status.code(), Some(0), "{}", stderr(&second));
    assert_eq!(stdout(&second), "nothing to apply, the schema is current\n");
}

#[tokio::test]
async fn two_at_once_apply_everything_once() {
    let db = empty().await;
    let (one, other) = tokio::join!(ctl(db.url(), &["migrate"]), ctl(db.url(), &["migrate"]));
    assert!(one.status.success() && other.status.success());
    let applied = [stdout(&one), stdout(&other)];
    let first = applied.iter().filter(|text| text.contains("V1__schema")).count();
    assert_eq!(first, 1, "{applied:?}");
}

/// P62: a migration that fails is not taken for one that was applied, and the next try does not skip it.
#[tokio::test]
async fn a_failing_migration_is_reported() {
    let db = empty().await;
    let session = session(&db).await;
    session
        .batch_execute("CREATE TABLE bookings (in_the_way integer)")
        .await
        .unwrap();
    let failed = ctl(db.url(), &["migrate"]).await;
    assert_eq!(failed.status.code(), Some(1));
    assert!(stderr(&failed).contains("cannot migrate"), "{}", stderr(&failed));
    assert!(
        stderr(&failed).contains("\"bookings\" already exists"),
        "{}",
        stderr(&failed)
    );
    assert_eq!(stdout(&failed), "");

    session.batch_execute("DROP TABLE bookings").await.unwrap();
    let again = ctl(db.url(), &["migrate"]).await;
    assert!(again.status.success(), "{}", stderr(&again));
    assert!(stdout(&again).contains("applied V1__schema"));
}

/// P62: so is one whose text differs from what was applied.
#[tokio::test]
async fn an_edited_migration_is_refused() {
    let db = migrated().await;
    session(&db)
        .await
        .batch_execute("UPDATE refinery_schema_history SET checksum = '1'")
        .await
        .unwrap();
    let output = ctl(db.url(), &["migrate"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("different than filesystem"),
        "{}",
        stderr(&output)
    );
}

#[tokio::test]
async fn a_database_that_is_away_is_said_so() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let output = ctl(&format!("postgres://someone:hunter2@{address}/db"), &["migrate"]).await;
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(
        said.starts_with("cannot migrate: the database is not available") && said.contains("refused"),
        "{said}"
    );
    assert!(!said.contains("hunter2"));
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[tokio::test]
async fn a_wrong_environment_exits_with_78_and_names_the_variables() {
    let output = program(&["migrate"])
        .env("LOG_LEVEL", "verbose")
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(78));
    let said = stderr(&output);
    assert!(
        said.contains("DATABASE_URL:") && said.contains("LOG_LEVEL:"),
        "{said}"
    );
}
