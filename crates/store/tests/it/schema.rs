//! The schema and the code agree.

use std::collections::BTreeSet;
use std::path::Path;

use loadsure_core::cancellation;
use loadsure_core::job::Kind;
use loadsure_core::scaling::Mode;
use loadsure_core::spelling::{CancellationReason, Recipient};
use loadsure_core::state::State;
use loadsure_core::{booking, quote, support_data};
use loadsure_store::keys::Scope;
use loadsure_store::scaling::{Ending, ProposalState};
use loadsure_store::{MIGRATIONS_FINGERPRINT, Store, migrate, schema_is_current};
use loadsure_testkit::db::TestDb;

use crate::support::*;

/// The words that the check of a column allows.
async fn allowed(setup: &Setup, table: &str, column: &str) -> BTreeSet<String> {
    let sql = "SELECT string_agg(pg_get_constraintdef(c.oid), ' ') FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
        WHERE c.contype = 'c' AND c.conrelid = $1::text::regclass AND a.attname = $2::text";
    let row = setup.sql.query_one(sql, &[&table, &column]).await.unwrap();
    let check: String = row.get(0);
    // Every second piece between quotes is a word.
    check.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

fn names<S: State>() -> BTreeSet<String> {
    S::ALL.iter().map(|state| state.as_str().to_owned()).collect()
}

/// P37: what the code can write the database takes, and nothing else.
#[tokio::test]
async fn every_word_of_the_code_is_a_word_of_the_schema() {
    let setup = Setup::new().await;
    let words = |all: Vec<&str>| all.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    let kinds = words(Kind::ALL.iter().map(|kind| kind.as_str()).collect());
    let lists = words(support_data::Kind::ALL.iter().map(|kind| kind.as_str()).collect());
    let scopes = words(Scope::ALL.iter().map(|scope| scope.as_str()).collect());
    let reasons = words(
        CancellationReason::ALL
            .iter()
            .map(|reason| reason.as_str())
            .collect(),
    );
    let recipients = words(Recipient::ALL.iter().map(|one| one.as_str()).collect());
    let expected = [
        ("quotes", "status", names::<quote::Status>()),
        ("bookings", "status", names::<booking::Status>()),
        ("cancellations", "status", names::<cancellation::Status>()),
        ("cancellations", "reason", reasons),
        ("bookings", "send_emails_to", recipients),
        ("jobs", "kind", kinds),
        (
            "jobs",
            "state",
            words(vec!["pending", "published", "done", "dead"]),
        ),
        ("quotes", "fee_type", words(vec!["percentage", "fixed"])),
        ("support_data", "kind", lists),
        ("api_keys", "scopes", scopes),
        (
            "scaling_decisions",
            "mode",
            words(Mode::ALL.iter().map(|mode| mode.as_str()).collect()),
        ),
        (
            "scaling_proposals",
            "state",
            words(ProposalState::ALL.iter().map(|state| state.as_str()).collect()),
        ),
        (
            "scaling_changes",
            "result",
            words(Ending::ALL.iter().map(|ending| ending.as_str()).collect()),
        ),
    ];
    for (table, column, words) in expected {
        assert_eq!(allowed(&setup, table, column).await, words, "{table}.{column}");
    }
}

/// P62: a service can tell whether the migrations it needs were applied.
#[tokio::test]
async fn the_schema_is_current_once_migrated() {
    let nothing = |_url| async { Ok::<_, std::io::Error>(()) };
    let db = TestDb::create("no migrations", nothing).await.unwrap();
    let store = Store::new(&settings(db.url(), 2)).unwrap();
    assert!(!schema_is_current(&store).await.unwrap());
    let applied = migrate(&store).await.unwrap();
    assert_eq!(applied.len(), files().len());
    assert!(schema_is_current(&store).await.unwrap());
    assert!(migrate(&store).await.unwrap().is_empty());
    session(db.url())
        .await
        .batch_execute("DELETE FROM refinery_schema_history WHERE version = 1")
        .await
        .unwrap();
    assert_eq!(schema_is_current(&store).await.unwrap(), files().len() > 1);
}

fn files() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let names = std::fs::read_dir(folder).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".sql")).collect()
}

#[test]
fn migrations_are_numbered_without_gaps() {
    for (index, name) in files().iter().enumerate() {
        let expected = format!("V{:04}__", index + 1);
        assert!(name.starts_with(&expected), "{name} should be {expected}…");
    }
}

#[test]
fn the_fingerprint_names_every_migration() {
    let fingerprint: &str = &MIGRATIONS_FINGERPRINT;
    assert_eq!(fingerprint.matches(';').count(), files().len());
    assert!(fingerprint.starts_with("V1__schema-"), "{fingerprint}");
}
