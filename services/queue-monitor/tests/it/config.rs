//! Configuration and arguments.

use std::process::Output;

use tokio::process::Command;

async fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_loadsure-queue-monitor"))
        .env_clear()
        .args(arguments)
        .envs(variables.iter().copied())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// P30: what is shown for checking may be shown to anyone.
#[tokio::test]
async fn check_config_shows_everything_but_secrets() {
    let variables = [
        ("DATABASE_URL", "postgresql://someone:hunter2@127.0.0.1:1/none"),
        ("REDIS_URL", "redis://someone:hunter2@127.0.0.1:1"),
        ("SCALING_ACTUATOR", "digitalocean"),
        ("DIGITALOCEAN_TOKEN", "dop_v1_hunter2"),
        ("DIGITALOCEAN_APP_ID", "4f6c71e2-1e90-4762-9fee-6cc4a0a9f2cf"),
        ("MAX_WORKERS", "7"),
    ];
    let output = run(&["check-config"], &variables).await;
    assert_eq!(output.status.code(), Some(0));
    let shown = text(&output.stdout);
    assert!(shown.contains("max_workers: 7"), "{shown}");
    assert!(!shown.contains("hunter2"));
}

#[tokio::test]
async fn every_mistake_is_named_and_the_code_is_78() {
    let wrong = [("MIN_WORKERS", "0"), ("SCALING_ACTUATOR", "magic")];
    for arguments in [&[][..], &["check-config"]] {
        let output = run(arguments, &wrong).await;
        assert_eq!(output.status.code(), Some(78));
        let said = text(&output.stderr);
        for name in ["DATABASE_URL:", "REDIS_URL:", "MIN_WORKERS:", "SCALING_ACTUATOR:"] {
            assert!(said.contains(name), "{said}");
        }
    }
}

#[tokio::test]
async fn a_worker_program_that_is_not_there_is_said_so() {
    let variables = [
        ("DATABASE_URL", "postgresql://u:p@127.0.0.1:1/none"),
        ("REDIS_URL", "redis://127.0.0.1:1"),
        ("SCALING_ACTUATOR", "process"),
        ("WORKER_BINARY", "/nowhere/worker"),
    ];
    let output = run(&[], &variables).await;
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(
        said.contains("WORKER_BINARY /nowhere/worker is not a file"),
        "{said}"
    );
}

#[tokio::test]
async fn an_unknown_argument_is_refused() {
    let output = run(&["chekc-config"], &[]).await;
    assert_eq!(output.status.code(), Some(64));
    assert!(text(&output.stderr).starts_with("usage:"));
}
