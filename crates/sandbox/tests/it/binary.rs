use std::process::Stdio;

use reqwest::Client;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::journal::File;
use crate::support::quote_body;

const KEY: &str = "a-key-of-this-test";

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loadsure-sandbox"));
    command
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Starts the program and reads where it listens from its first line.
async fn start(file: &File) -> (Child, String) {
    let mut child = program()
        .env("SANDBOX_API_KEY", KEY)
        .env("SANDBOX_LEDGER_FILE", &file.0)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next_line().await.unwrap().unwrap();
    let url = first.strip_prefix("listening on ").unwrap().to_owned();
    (child, url)
}

async fn post(url: &str, operation: &str, body: &Value) -> Value {
    let request = Client::new()
        .post(format!("{url}/api/insureLoad/{operation}"))
        .bearer_auth(KEY)
        .json(body);
    request.send().await.unwrap().json().await.unwrap()
}

async fn signal(child: &Child, name: &str) {
    let pid = child.id().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args([name, &pid])
            .status()
            .await
            .unwrap()
            .success()
    );
}

#[tokio::test]
async fn it_serves_and_ends_well_on_both_signals() {
    for name in ["-TERM", "-INT"] {
        let (mut child, url) = start(&File::new()).await;
        let health = Client::new().get(format!("{url}/health")).send().await.unwrap();
        assert!(health.status().is_success());
        signal(&child, name).await;
        assert_eq!(child.wait().await.unwrap().code(), Some(0));
    }
}

/// P3: what was sold before a kill is in the books after it.
#[tokio::test]
async fn the_ledger_survives_a_kill() {
    let file = File::new();
    let (mut child, url) = start(&file).await;
    let quote = post(&url, "quote", &quote_body()).await;
    let bought = post(&url, "purchaseQuote", &json!({"quoteToken": quote["quoteToken"]})).await;
    child.kill().await.unwrap();

    let (_child, url) = start(&file).await;
    let ledger = Client::new()
        .get(format!("{url}/_sandbox/ledger"))
        .send()
        .await
        .unwrap();
    let ledger: Value = ledger.json().await.unwrap();
    assert_eq!(
        ledger["certificates"][0]["certificateNumber"],
        bought["certificateNumber"]
    );
}

/// P30: there is no key that works by default.
#[tokio::test]
async fn without_a_key_it_does_not_start() {
    let output = program().output().await.unwrap();
    assert_eq!(output.status.code(), Some(78));
    assert!(String::from_utf8_lossy(&output.stderr).contains("SANDBOX_API_KEY"));
}

/// P50: healthy is what answers.
#[tokio::test]
async fn its_health_can_be_asked_for_without_a_shell() {
    let (mut child, url) = start(&File::new()).await;
    let address = url.strip_prefix("http://").unwrap();
    let ask = || async {
        let mut program = program();
        program
            .arg("healthcheck")
            .env("SANDBOX_API_KEY", KEY)
            .env("SANDBOX_ADDR", address);
        program.status().await.unwrap().code()
    };
    assert_eq!(ask().await, Some(0));
    child.kill().await.unwrap();
    assert_eq!(ask().await, Some(1));
}

#[tokio::test]
async fn an_argument_that_means_nothing_is_refused() {
    let output = program()
        .arg("serve")
        .env("SANDBOX_API_KEY", KEY)
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(64));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("usage: loadsure-sandbox"));
}
