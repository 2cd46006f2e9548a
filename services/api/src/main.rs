//! The REST API as a program: `loadsure-api [check-config | openapi]`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    // Two crates bring a provider of TLS; the process has to choose one before the first connection.
    if rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .is_err()
    {
        anyhow::bail!("a TLS provider is installed already");
    }
    let argument = std::env::args().nth(1);
    loadsure_api::cli::run(argument.as_deref()).await
}
