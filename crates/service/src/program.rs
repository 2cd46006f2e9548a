//! From the command line to the exit code.

use std::ffi::OsString;
use std::process::ExitCode;

use loadsure_config::ProcessEnv;

use crate::arguments::{self, Command, Wish};
use crate::console::{complain, fail, print};
use crate::end::End;
use crate::health;
use crate::serve::serve;
use crate::service::Service;

/// Runs the program with its arguments, which come without its name: none to run the service until SIGTERM or SIGINT,
/// `check-config` to read the configuration and show it, `healthcheck` to ask the service that runs with the same
/// configuration whether it can work, or one of `commands`.
#[must_use]
pub fn main<S: Service>(arguments: impl Iterator<Item = OsString>, commands: &[Command]) -> ExitCode {
    let arguments: Vec<_> = arguments.collect();
    ExitCode::from(program::<S>(&arguments, commands).code())
}

/// As [`main`], with the end as a value.
pub(crate) fn program<S: Service>(arguments: &[OsString], commands: &[Command]) -> End {
    // Two libraries bring a provider of cryptography each; without a choice the first connection is a panic. This
    // fails only when a choice was made.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match arguments::read(arguments, commands) {
        Some(Wish::Run) => configured::<S>(serve::<S>),
        Some(Wish::Check) => configured::<S>(|config| print(&format!("{config:#?}"))),
        Some(Wish::Health) => configured::<S>(|config| health::ask(S::telemetry(&config).metrics_addr)),
        Some(Wish::Print(command)) => match (command.text)() {
            Ok(text) => print(&text),
            Err(error) => fail(command.name, &*error),
        },
        None => complain(&arguments::usage(S::NAME, commands), End::Usage),
    }
}

fn configured<S: Service>(then: impl FnOnce(S::Config) -> End) -> End {
    match S::config(&ProcessEnv) {
        Ok(config) => then(config),
        Err(errors) => complain(&errors.to_string(), End::Config),
    }
}
