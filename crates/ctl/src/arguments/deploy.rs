//! `deploy`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use loadsure_deploy::{Commit, Environment};
use loadsure_digitalocean::AppId;
use url::Url;

/// One step of a deployment. The steps hand a file from one to the next that says what is known of the release.
#[derive(Debug, Subcommand)]
pub enum DeployCommand {
    /// Decides whether a version may be deployed, and to which app. Touches nothing.
    Plan(Plan),
    /// Puts the version's spec into force, with the live secrets and number of workers, and says which deployment it is.
    Apply(Apply),
    /// Follows that deployment until it serves, and shows its log when it fails.
    Watch(Step),
    /// Fails unless the database has every migration of this version.
    VerifySchema,
    /// Buys cover over the API, as a customer does, and cancels it.
    Smoke {
        /// Address of the API, without /api. Default: the platform's own address of the app that was deployed to.
        #[arg(long)]
        url: Option<Url>,
        /// The release.
        #[command(flatten)]
        file: File,
    },
    /// Watches the service for some minutes, and fails when errors, latency, dead letters or unknown outcomes grow.
    Observe(Observe),
    /// Moves the traffic to the app that was deployed to.
    Promote(Turn),
    /// Goes back to what was there before: the traffic first, then the version.
    Rollback(Turn),
    /// Takes the deploy lock, or prolongs it, for what changes the app by other means.
    Lock {
        /// Who holds it.
        #[command(flatten)]
        holder: Holder,
    },
    /// Gives the deploy lock back.
    Unlock {
        /// Who holds it.
        #[command(flatten)]
        holder: Holder,
    },
    /// Tells people how it ended.
    Notify(Notify),
}

/// The file of a release.
#[derive(Debug, Args)]
pub struct File {
    /// What is known of the release.
    #[arg(long, value_name = "FILE", default_value = "release.json")]
    pub release: PathBuf,
}

/// Whose deployment it is.
#[derive(Debug, Args)]
pub struct Holder {
    /// Who holds the deploy lock: the same for all steps of a deployment, and for no other deployment.
    #[arg(long, env = "DEPLOY_HOLDER")]
    pub holder: String,
}

/// Arguments of `deploy plan`.
#[derive(Debug, Args)]
pub struct Plan {
    /// Where to: staging or production.
    #[arg(long)]
    pub environment: Environment,
    /// The version: a commit, in full.
    #[arg(long)]
    pub commit: Commit,
    /// GitHub's list of check runs of that commit, as JSON.
    #[arg(long, value_name = "FILE")]
    pub checks: PathBuf,
    /// Digests of the images of that commit, as JSON.
    #[arg(long, value_name = "FILE")]
    pub images: PathBuf,
    /// The app; given twice, blue and green.
    #[arg(long = "app", value_name = "APP_ID", required = true, num_args = 1..=2, value_delimiter = ',')]
    pub apps: Vec<AppId>,
    /// The app of staging: production takes only what it runs.
    #[arg(long, value_name = "APP_ID")]
    pub staging_app: Option<AppId>,
    /// Where the release is written down.
    #[command(flatten)]
    pub file: File,
}

/// Arguments of `deploy apply`.
#[derive(Debug, Args)]
pub struct Apply {
    /// Outputs of Terraform, as `terraform output -json` writes them.
    #[arg(long, value_name = "FILE")]
    pub outputs: PathBuf,
    /// The release, the spec, and whose deployment it is.
    #[command(flatten)]
    pub turn: Turn,
}

/// Arguments of steps that need only the release.
#[derive(Debug, Args)]
pub struct Step {
    /// The release.
    #[command(flatten)]
    pub file: File,
    /// Whose deployment it is.
    #[command(flatten)]
    pub holder: Holder,
}

/// Arguments of steps that change apps.
#[derive(Debug, Args)]
pub struct Turn {
    /// The committed app spec, `.do/app.ENVIRONMENT.yaml`.
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,
    /// The release, and whose deployment it is.
    #[command(flatten)]
    pub step: Step,
}

/// Arguments of `deploy observe`.
#[derive(Debug, Args)]
pub struct Observe {
    /// Address of the API, without /api.
    #[arg(long)]
    pub url: Url,
    /// How many minutes.
    #[arg(long, default_value = "10", value_parser = minutes)]
    pub minutes: Duration,
    /// Largest share of requests that may fail, in percent.
    #[arg(long, default_value = "2")]
    pub errors_percent: u32,
    /// Largest 95th percentile of the requests' time, in milliseconds.
    #[arg(long, default_value = "2000")]
    pub latency_ms: u64,
    /// The release, and whose deployment it is.
    #[command(flatten)]
    pub step: Step,
}

/// Arguments of `deploy notify`.
#[derive(Debug, Args)]
pub struct Notify {
    /// Where to: staging or production.
    #[arg(long)]
    pub environment: Environment,
    /// The version: a commit, in full.
    #[arg(long)]
    pub commit: Commit,
    /// GitHub's `needs` context as JSON: the results of all jobs.
    #[arg(long, env = "NEEDS")]
    pub needs: String,
    /// File that the summary is added to.
    #[arg(long, value_name = "FILE", env = "GITHUB_STEP_SUMMARY")]
    pub summary: Option<PathBuf>,
    /// The release, if there was one.
    #[command(flatten)]
    pub file: File,
}

fn minutes(text: &str) -> Result<Duration, &'static str> {
    let minutes: u16 = text.parse().map_err(|_| "must be a whole number of minutes")?;
    Ok(Duration::from_secs(u64::from(minutes) * 60))
}
