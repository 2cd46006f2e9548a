//! Starts the PostgreSQL and Redis that all tests of one nextest run share.
//!
//! nextest runs this as a setup script, which has to end before the tests begin. So it starts
//! itself a second time, as the keeper: that one owns the servers and ends them when nextest has
//! ended. The first one waits for the keeper's word, exports the servers' URLs, and ends.
#![expect(
    clippy::print_stdout,
    reason = "the keeper hands the variables over on its standard output"
)]

use std::error::Error;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use loadsure_testkit::{paths, shared};
use rustix::process::{Pid, getppid, test_kill_process};

/// The line that ends the keeper's list of variables.
const READY: &str = "ready";
/// How often the keeper looks whether nextest still runs.
const LOOK_EVERY: Duration = Duration::from_millis(200);

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    match (args.next().as_deref(), args.next()) {
        (Some("keep"), Some(pid)) => keep(pid.parse()?),
        _ => launch(),
    }
}

/// Starts the keeper and writes its variables to the file that nextest reads.
fn launch() -> Result<(), Box<dyn Error>> {
    if [shared::DATABASE_URL_VAR, shared::REDIS_URL_VAR]
        .iter()
        .all(|name| std::env::var_os(name).is_some())
    {
        // The caller has servers already; tests inherit the variables from nextest.
        return Ok(());
    }
    let env_file =
        std::env::var_os("NEXTEST_ENV").ok_or("NEXTEST_ENV is not set: this is a setup script of nextest")?;
    let runner = getppid().ok_or("nextest has ended")?;
    let log = paths::data_dir()?.join("keeper.log");
    std::fs::create_dir_all(paths::data_dir()?)?;
    let mut keeper = Command::new(std::env::current_exe()?)
        .args(["keep", &runner.as_raw_nonzero().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(OpenOptions::new().create(true).append(true).open(&log)?)
        .process_group(0)
        .spawn()?;
    let said = BufReader::new(keeper.stdout.take().ok_or("the keeper has no output")?);
    let mut exported = String::new();
    for line in said.lines() {
        let line = line?;
        if line == READY {
            OpenOptions::new()
                .append(true)
                .create(true)
                .open(env_file)?
                .write_all(exported.as_bytes())?;
            return Ok(());
        }
        exported.push_str(&line);
        exported.push('\n');
    }
    Err(format!(
        "the servers for the tests did not start ({}), see {}",
        keeper.wait()?,
        log.display()
    )
    .into())
}

/// Owns the servers until the process `runner` has ended.
#[tokio::main(flavor = "current_thread")]
async fn keep(runner: i32) -> Result<(), Box<dyn Error>> {
    let runner = Pid::from_raw(runner).ok_or("not a process id")?;
    let servers = shared::Servers::start(&paths::data_dir()?).await?;
    for (name, value) in servers.env() {
        println!("{name}={value}");
    }
    println!("{READY}");
    while test_kill_process(runner).is_ok() {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}
