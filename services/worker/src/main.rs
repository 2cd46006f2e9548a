//! The worker as a program: `loadsure-worker [check-config]`.

use std::process::ExitCode;

use loadsure_worker::Worker;

fn main() -> ExitCode {
    loadsure_service::main::<Worker>(std::env::args_os().skip(1), &[])
}
