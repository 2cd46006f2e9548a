//! The queue monitor as a program: `loadsure-queue-monitor [check-config]`.

use std::process::ExitCode;

use loadsure_queue_monitor::Monitor;

fn main() -> ExitCode {
    loadsure_service::main::<Monitor>(std::env::args_os().skip(1), &[])
}
