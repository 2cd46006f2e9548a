use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use loadsure_sandbox::{Config, Error, Operation, Sandbox};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Caller, USER};

/// A file of one test, removed at its end.
pub(crate) struct File(pub(crate) PathBuf);

impl File {
    pub(crate) fn new() -> Self {
        Self(std::env::temp_dir().join(format!("sandbox-{}.jsonl", Uuid::now_v7())))
    }

    fn config(&self) -> Config {
        Config {
            ledger_file: Some(self.0.clone()),
            ..Config::default()
        }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn books_tokens_and_links_survive_a_restart() {
    let file = File::new();
    let before = Caller::with(file.config()).await;
    let unsold = before.token().await;
    let bought = before
        .ok(
            Operation::PurchaseQuote,
            &json!({"quoteToken": before.token().await}),
        )
        .await;
    let body = json!({"userId": USER, "certificateNumber": bought["certificateNumber"],
        "cancellationReason": "CANNLN"});
    before.ok(Operation::CancelCertificate, &body).await;
    let books = before.sandbox.ledger();
    before.sandbox.stop().await.unwrap();

    let after = Caller::with(file.config()).await;
    let found = after.sandbox.ledger();
    assert_eq!(
        (&found.attempts, &found.certificates),
        (&books.attempts, &books.certificates)
    );
    assert_eq!(found.cancellations, books.cancellations);
    assert_eq!(
        after.refused(Operation::CancelCertificate, &body, 400).await[0].0,
        "ALREADY_CANCELLED"
    );
    after
        .ok(Operation::PurchaseQuote, &json!({"quoteToken": unsold}))
        .await;
}

#[tokio::test]
async fn a_torn_last_line_is_dropped_and_the_journal_goes_on() {
    let file = File::new();
    let before = Caller::with(file.config()).await;
    before.bought().await;
    before.sandbox.stop().await.unwrap();
    OpenOptions::new()
        .append(true)
        .open(&file.0)
        .unwrap()
        .write_all(b"{\"Attempt\":[{\"num")
        .unwrap();

    let after = Caller::with(file.config()).await;
    after.bought().await;
    after.sandbox.stop().await.unwrap();
    assert_eq!(
        Caller::with(file.config())
            .await
            .sandbox
            .ledger()
            .certificates
            .len(),
        2
    );
}

#[tokio::test]
async fn a_damaged_journal_is_not_passed_over() {
    let file = File::new();
    fs::write(&file.0, "{\"Answered\":1}\nnonsense\n").unwrap();
    let error = Sandbox::start(file.config()).await.err().unwrap();
    assert!(matches!(error, Error::Ledger(_)), "{error:?}");
}
