//! `infra-check`: everything about infrastructure that can be checked without an account.

use anyhow::bail;

use crate::infra::{self, Context, Outcome};

/// Arguments of `infra-check`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Lets Terraform download its providers, as CI does.
    #[arg(long)]
    online: bool,
    /// Runs only the checks whose names contain one of these.
    filters: Vec<String>,
}

impl Args {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let context = Context::new(self.online)?;
        let mut bad = Vec::new();
        for check in infra::CHECKS {
            let wanted = |filter: &String| check.name.contains(filter.as_str());
            if !self.filters.is_empty() && !self.filters.iter().any(wanted) {
                continue;
            }
            match check.run(&context).await? {
                Outcome::Passed => println!("  passed   {}", check.name),
                Outcome::Skipped(reason) => println!("  skipped  {}: {reason}", check.name),
                Outcome::Failed(reason) => {
                    println!("  FAILED   {}\n{}", check.name, reason.trim_end());
                    bad.push(check.name);
                }
            }
        }
        if bad.is_empty() {
            return Ok(());
        }
        bail!("failed: {}", bad.join(", "))
    }
}

/// Every check, as `infra-check` without arguments.
pub(crate) async fn every() -> anyhow::Result<()> {
    let args = Args {
        online: false,
        filters: Vec::new(),
    };
    args.run().await
}
