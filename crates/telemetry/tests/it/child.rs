//! Runs one test of this binary in a process of its own, for what can happen only once or ends the process.

use std::process::{Command, Output};

const ROLE: &str = "LOADSURE_TEST_ROLE";

/// Whether this process was started by [`run`].
pub(crate) fn is_child() -> bool {
    std::env::var_os(ROLE).is_some()
}

/// Runs `test` alone, with variables added to its environment.
pub(crate) fn run(test: &str, variables: &[(&str, &str)]) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(ROLE, "child")
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}
