//! Writes `.env.sample` to standard output: `cargo run -p loadsure-config --example env-sample > .env.sample`.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(loadsure_config::env_sample().as_bytes())
}
