//! The REST API as a program: `loadsure-api [check-config | openapi]`.

use std::process::ExitCode;

use loadsure_api::{Api, openapi_json};
use loadsure_service::Command;

const OPENAPI: Command = Command {
    name: "openapi",
    text: || Ok(openapi_json()?),
};

fn main() -> ExitCode {
    loadsure_service::main::<Api>(std::env::args_os().skip(1), &[OPENAPI])
}
