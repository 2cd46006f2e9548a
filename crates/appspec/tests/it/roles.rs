//! `infra/bootstrap/roles.sql`, run by an administrator that is no superuser, as on a managed cluster.

use std::fs;

use loadsure_testkit::db::TestDb;
use tokio_postgres::{Client, NoTls};

use crate::tree::repository;

/// Roles belong to the cluster, which other tests use as well: they are made once and stay.
const USERS: &str = "
DO $$ BEGIN
    CREATE ROLE loadsure_test_admin CREATEROLE CREATEDB;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
SET ROLE loadsure_test_admin;
DO $$ BEGIN
    CREATE ROLE service;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN
    CREATE ROLE service_reports;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
RESET ROLE;
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO loadsure_test_admin', current_database());
END $$;";

async fn session(db: &TestDb) -> Client {
    let (client, connection) = tokio_postgres::connect(db.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn allowed(client: &Client, role: &str, sql: &str) -> bool {
    client.batch_execute(&format!("SET ROLE {role}")).await.unwrap();
    let outcome = client.batch_execute(sql).await;
    client.batch_execute("RESET ROLE").await.unwrap();
    outcome.is_ok()
}

/// P61: the service owns its database and is no administrator; reports see what they are granted.
#[tokio::test]
async fn the_service_owns_its_database_and_reports_see_what_they_are_granted() {
    let db = TestDb::create("no tables", |_| async { Ok::<_, std::io::Error>(()) })
        .await
        .unwrap();
    let client = session(&db).await;
    client.batch_execute(USERS).await.unwrap();
    assert!(!allowed(&client, "service", "CREATE TABLE early (id int)").await);

    let roles = fs::read_to_string(repository().join("infra/bootstrap/roles.sql")).unwrap();
    // The superuser of the tests' cluster has the service's name already.
    let roles = roles.replace("loadsure", "service");
    for _ in 0..2 {
        let given = format!("BEGIN; SET LOCAL ROLE loadsure_test_admin; {roles} COMMIT;");
        client.batch_execute(&given).await.unwrap();
    }

    assert!(allowed(&client, "service", "CREATE TABLE quotes (id int)").await);
    assert!(!allowed(&client, "service", "CREATE ROLE another").await);
    let read = "SELECT * FROM quotes";
    assert!(!allowed(&client, "service_reports", read).await);
    assert!(allowed(&client, "service", "GRANT SELECT ON quotes TO service_reports").await);
    assert!(allowed(&client, "service_reports", read).await);
    assert!(!allowed(&client, "service_reports", "INSERT INTO quotes VALUES (1)").await);
    assert!(!allowed(&client, "service_reports", "CREATE TABLE mine (id int)").await);
}
