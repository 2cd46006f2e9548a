//! Real programs under the testkit.

use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use loadsure_testkit::paths;
use loadsure_testkit::process::{Error, Process, Program, binary};

use crate::support::{SOON, echo_server, gone, runs};

async fn shell(script: &str) -> Process {
    Program::at("/bin/sh")
        .arg("-c")
        .arg(script)
        .start()
        .await
        .unwrap()
}

/// The state letter of a process, e.g. `T` when it is stopped.
fn state(pid: u32) -> char {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit_once(") ").unwrap().1.chars().next().unwrap()
}

async fn state_becomes(pid: u32, wanted: char) {
    tokio::time::timeout(SOON, async {
        while state(pid) != wanted {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn both_outputs_are_kept_and_a_line_can_be_waited_for() {
    let mut process = shell("echo one; echo 'listening on http://127.0.0.1:1' >&2; exec sleep 60").await;
    let line = process.wait_for_line("listening on", SOON).await.unwrap();
    assert_eq!(line, "listening on http://127.0.0.1:1");
    assert!(process.output().unwrap().starts_with("one\n"));
}

#[tokio::test]
async fn an_early_end_is_told_with_the_tail_of_the_log() {
    let mut process = shell("echo 'DATABASE_URL is not set'; exit 78").await;
    let error = process.wait_for_line("ready", SOON).await.unwrap_err();
    let Error::EndedEarly { status, log_tail, .. } = error else {
        panic!("{error}")
    };
    assert!(status.contains("78"), "{status}");
    assert_eq!(log_tail, "DATABASE_URL is not set");
}

#[tokio::test]
async fn sigterm_lets_a_program_finish() {
    let mut process = shell("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done").await;
    process.wait_for_line("up", SOON).await.unwrap();
    process.sigterm().unwrap();
    assert_eq!(process.wait(SOON).await.unwrap().code(), Some(3));
    assert!(process.output().unwrap().ends_with("bye\n"));
}

#[tokio::test]
async fn a_program_can_be_frozen_thawed_and_killed() {
    let mut process = shell("echo up; exec sleep 60").await;
    process.wait_for_line("up", SOON).await.unwrap();
    process.sigstop().unwrap();
    state_becomes(process.pid(), 'T').await;
    process.sigcont().unwrap();
    state_becomes(process.pid(), 'S').await;
    process.sigkill().unwrap();
    assert_eq!(process.wait(SOON).await.unwrap().signal(), Some(9));
}

#[tokio::test]
async fn dropping_a_process_ends_what_it_started_too() {
    let mut process = shell("sleep 60 & echo child $!; wait").await;
    let line = process.wait_for_line("child ", SOON).await.unwrap();
    let child = line.strip_prefix("child ").unwrap().parse().unwrap();
    assert!(runs(child));
    drop(process);
    gone(child).await;
}

#[tokio::test]
async fn a_program_ended_in_order_gets_sigterm() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let script = "trap 'echo drained; exit 0' TERM; echo up; while :; do sleep 0.05; done";
    let program = Program::at("/bin/sh")
        .arg("-c")
        .arg(script)
        .log(log.path())
        .ended_in_order();
    let mut process = program.start().await.unwrap();
    process.wait_for_line("up", SOON).await.unwrap();
    assert!(process.end().await.unwrap().success());
    assert!(
        std::fs::read_to_string(log.path())
            .unwrap()
            .ends_with("drained\n")
    );
}

#[tokio::test]
async fn the_environment_is_added_to_and_taken_from() {
    let mut process = Program::at("/bin/sh")
        .arg("-c")
        .arg("echo \"$ADDED ${CARGO_MANIFEST_DIR-none}\"")
        .env("ADDED", "yes")
        .without_env("CARGO_MANIFEST_DIR")
        .start()
        .await
        .unwrap();
    assert!(process.wait(SOON).await.unwrap().success());
    assert_eq!(process.output().unwrap().trim_end(), "yes none");
}

#[tokio::test]
async fn time_running_out_names_what_was_waited_for() {
    let addr = echo_server().await;
    let mut process = shell("exec sleep 60").await;
    let error = process
        .wait_for_http(&format!("http://{addr}/health"), Duration::from_millis(50))
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&format!("200 from http://{addr}/health")),
        "{error}"
    );
}

#[tokio::test]
async fn an_unknown_binary_says_so() {
    let error = binary("loadsure-no-such-thing").await.unwrap_err();
    assert!(error.to_string().contains("loadsure-no-such-thing"), "{error}");
}

/// A second copy of this test program starts a process and is killed; see the next test.
#[tokio::test]
async fn a_process_ends_with_the_program_that_started_it() {
    let test = "process::a_victim_starts_a_process_when_told_to";
    let victim = Program::at(std::env::current_exe().unwrap())
        .arg("--exact")
        .arg(test)
        .arg("--nocapture");
    let mut victim = victim.env("TESTKIT_VICTIM", "process").start().await.unwrap();
    let line = victim.wait_for_line("started ", SOON).await.unwrap();
    let child = line.rsplit_once("started ").unwrap().1.parse().unwrap();
    assert!(runs(child));
    victim.sigkill().unwrap();
    victim.wait(SOON).await.unwrap();
    gone(child).await;
}

/// As above, with a server of its own user and process group.
#[tokio::test]
async fn a_server_ends_with_the_program_that_started_it() {
    let test = "process::a_victim_starts_a_process_when_told_to";
    let victim = Program::at(std::env::current_exe().unwrap())
        .arg("--exact")
        .arg(test)
        .arg("--nocapture");
    let mut victim = victim.env("TESTKIT_VICTIM", "server").start().await.unwrap();
    let line = victim.wait_for_line("started ", SOON).await.unwrap();
    let server = line.rsplit_once("started ").unwrap().1.parse().unwrap();
    assert!(runs(server));
    victim.sigkill().unwrap();
    victim.wait(SOON).await.unwrap();
    gone(server).await;
}

/// Does nothing unless one of the tests above runs it.
#[tokio::test]
async fn a_victim_starts_a_process_when_told_to() {
    use loadsure_testkit::servers::{Durability, Postgres};
    match std::env::var("TESTKIT_VICTIM").as_deref() {
        Ok("process") => {
            let process = shell("exec sleep 60").await;
            println!("\nstarted {}", process.pid());
            std::future::pending::<()>().await;
        }
        Ok("server") => {
            let server = Postgres::private(Durability::Test).await.unwrap();
            println!("\nstarted {}", server.pid().unwrap());
            std::future::pending::<()>().await;
        }
        _ => assert!(paths::target_dir().unwrap().is_dir()),
    }
}
