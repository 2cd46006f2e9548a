//! The worker as a program; see the crate's documentation.

use std::process::ExitCode;

fn main() -> ExitCode {
    loadsure_worker::process::main(std::env::args().skip(1))
}
