//! The sandbox insurer: its faults and its books, by its own control paths and not through the proxy.

use std::time::Duration;

use anyhow::{Context as _, bail};
use hyper::Method;
use loadsure_testkit::process::{Process, Program};
use serde_json::Value;

use super::READY_WITHIN;
use crate::chaos::http::{Answer, Call};

/// What the sandbox prints first, before its URL.
const SAYS: &str = "listening on http://";
/// The books of a long run are large.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// The running sandbox.
pub(crate) struct Sandbox {
    process: Process,
    host: String,
}

impl Sandbox {
    pub(super) async fn start(program: Program) -> anyhow::Result<Self> {
        let mut process = program.start().await?;
        let line = process.wait_for_line(SAYS, READY_WITHIN).await?;
        let (_, host) = line.split_once(SAYS).context("the sandbox names no address")?;
        let host = host.trim().trim_end_matches('/').to_owned();
        Ok(Self { process, host })
    }

    /// `host:port`
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Replaces the fault rules.
    pub(crate) async fn faults(&self, rules: &Value) -> anyhow::Result<()> {
        let call = Call::with_body(Method::PUT, &self.host, "/_sandbox/faults", rules.clone());
        self.control(call).await.map(drop)
    }

    /// Removes the fault rules.
    pub(crate) async fn no_faults(&self) -> anyhow::Result<()> {
        let call = Call {
            method: Method::DELETE,
            ..Call::get(&self.host, "/_sandbox/faults")
        };
        self.control(call).await.map(drop)
    }

    /// The insurer's books as JSON.
    pub(crate) async fn ledger(&self) -> anyhow::Result<Value> {
        let answer = self.control(Call::get(&self.host, "/_sandbox/ledger")).await?;
        Ok(answer.body)
    }

    async fn control(&self, call: Call) -> anyhow::Result<Answer> {
        let sent = call.send(ANSWER_WITHIN).await;
        let answer = match sent {
            Ok(answer) => answer,
            Err(broken) => bail!("the sandbox does not answer {}: {broken}", call.path),
        };
        if answer.status >= 300 {
            bail!(
                "the sandbox answers {} with {}: {}",
                call.path,
                answer.status,
                answer.body
            );
        }
        Ok(answer)
    }

    pub(super) async fn stop(self) -> anyhow::Result<()> {
        self.process.sigterm()?;
        self.process.end().await?;
        Ok(())
    }
}
