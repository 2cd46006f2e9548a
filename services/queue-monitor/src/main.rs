//! The queue monitor as a program.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    loadsure_queue_monitor::program(std::env::args().skip(1)).await
}
