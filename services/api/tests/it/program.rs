//! The program: its arguments and exit codes.

use std::process::{Command, Output};

use loadsure_testkit::process::Program;

use crate::support::PATIENCE;

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
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert!(document["paths"]["/api/insurance/quotes"]["post"].is_object());
}

#[test]
fn an_unknown_argument_is_a_usage_error() {
    assert_eq!(run("serve", &[]).0, 64);
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
    let line = program
        .wait_for_line("the API takes requests", PATIENCE)
        .await
        .unwrap();
    assert!(line.contains("127.0.0.1:"), "{line}");
    program.sigterm().unwrap();
    let status = program.wait(PATIENCE).await.unwrap();
    assert_eq!(status.code(), Some(0), "{}", program.tail());
    assert!(program.output().unwrap().contains("the API has stopped"));
}
