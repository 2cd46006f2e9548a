//! The program: its arguments and exit codes.

use std::process::{Command, Output};

use loadsure_core::job::Kind;
use loadsure_testkit::process::{Process, Program};
use loadsure_testkit::redis::TestRedis;
use serde_json::Value;

use crate::support::bodies::flat;
use crate::support::setup::database;
use crate::support::{PATIENCE, QUOTES, Setup, eventually};

const PROGRAM: &str = env!("CARGO_BIN_EXE_loadsure-api");

fn run(argument: &str, env: &[(&str, &str)]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(PROGRAM)
        .arg(argument)
        .env_clear()
        .envs(env.iter().copied())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn a_bad_configuration_is_told_whole_with_exit_code_78() {
    let (code, _, errors) = run("check-config", &[("PORT", "x"), ("AUTH_MODE", "y")]);
    assert_eq!(code, 78);
    for name in ["PORT", "AUTH_MODE", "DATABASE_URL", "REDIS_URL"] {
        assert!(
            errors.lines().any(|line| line.starts_with(&format!("{name}: "))),
            "{errors}"
        );
    }
}

/// P30: the dump shows no secret.
#[test]
fn a_good_configuration_is_shown_without_its_secrets() {
    let env = [
        ("DATABASE_URL", "postgresql://u:hunter2@db/loadsure"),
        ("REDIS_URL", "redis://:hunter3@redis:6379"),
    ];
    let (code, dump, errors) = run("check-config", &env);
    assert_eq!(code, 0, "{errors}");
    assert!(
        dump.contains("shutdown_grace") && !dump.contains("hunter"),
        "{dump}"
    );
}

#[test]
fn the_openapi_document_is_printed() {
    let (code, document, errors) = run("openapi", &[]);
    assert_eq!(code, 0, "{errors}");
    let document: Value = serde_json::from_str(&document).unwrap();
    assert!(document["paths"]["/api/insurance/quotes"]["post"].is_object());
}

#[test]
fn an_unknown_argument_is_a_usage_error() {
    assert_eq!(run("serve", &[]).0, 64);
}

/// Waits until the program takes requests, and gives its address.
async fn address(program: &mut Process) -> String {
    let line = program
        .wait_for_line("the API takes requests", PATIENCE)
        .await
        .unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    line["address"].as_str().unwrap().to_owned()
}

/// P25: SIGTERM ends the process in good order, with exit code 0 as a platform expects.
#[tokio::test]
async fn a_signal_ends_the_program_in_good_order() {
    let env = [
        ("PORT", "0"),
        ("DATABASE_URL", "postgresql://u:p@127.0.0.1:1/none"),
        ("REDIS_URL", "redis://127.0.0.1:1"),
        ("LOG_FORMAT", "json"),
    ];
    let mut program = Program::at(PROGRAM).envs(env).start().await.unwrap();
    assert!(address(&mut program).await.starts_with("127.0.0.1:"));
    program.sigterm().unwrap();
    let status = program.wait(PATIENCE).await.unwrap();
    assert_eq!(status.code(), Some(0), "{}", program.tail());
    assert!(program.output().unwrap().contains("the API has stopped"));
}

/// P25: who asks twice does not wait for those who wait.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_the_program_at_once() {
    let (db, redis) = (database().await, TestRedis::shared().await.unwrap());
    let setup = Setup::default().without_worker().database(db.url());
    let app = setup.env("REDIS_PREFIX", redis.prefix()).start().await;
    let env = [
        ("PORT", "0"),
        ("DATABASE_URL", db.url()),
        ("REDIS_URL", redis.url()),
        ("REDIS_PREFIX", redis.prefix()),
        ("SHUTDOWN_GRACE_MS", "3600000"),
        ("LOG_FORMAT", "json"),
    ];
    let mut program = Program::at(PROGRAM).envs(env).start().await.unwrap();
    let url = format!("http://{}{QUOTES}", address(&mut program).await);
    let request = app.http.post(url).bearer_auth(&app.key).json(&flat());
    let waiting = tokio::spawn(request.send());
    eventually(async || (app.published(Kind::Quote).await == 1).then_some(())).await;
    program.sigterm().unwrap();
    program.wait_for_line("stopping", PATIENCE).await.unwrap();
    program.sigterm().unwrap();
    let status = program.wait(PATIENCE).await.unwrap();
    assert_eq!(status.code(), Some(130), "{}", program.tail());
    assert!(waiting.await.unwrap().is_err(), "the request was not answered");
}
