//! `chaos`: maltreats the service, and checks that nothing is lost and nothing bought twice.

use std::time::Duration;

use anyhow::bail;
use clap::ValueEnum;

use crate::chaos::{self, Fault, Pace, Random, Report, Size};
use crate::install::{self, Wanted};

/// Bookings of the story of lost answers, and quotes of the contest.
const ORDERS: u64 = 200;
const QUOTES: u64 = 50;

const SERVERS: Wanted = Wanted {
    postgres: true,
    redis: true,
};

/// Arguments of `chaos`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// What to play.
    #[arg(long, value_enum, default_value = "random")]
    scenario: Scenario,
    /// Plays what is part of `test` instead: a short form of every scenario.
    #[arg(long, conflicts_with_all = ["scenario", "seed", "minutes", "faults", "workers", "apis", "rate", "no_build"])]
    short: bool,
    /// The same seed makes the same plan of faults and the same orders.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Minutes in which faults are injected.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Faults to choose from, separated by commas [default: all].
    #[arg(long, value_delimiter = ',')]
    faults: Vec<Fault>,
    /// Worker processes.
    #[arg(long, default_value_t = 2)]
    workers: u16,
    /// Api processes.
    #[arg(long, default_value_t = 2)]
    apis: u16,
    /// Orders that begin in a second.
    #[arg(long, default_value_t = 4)]
    rate: u32,
    /// Takes the programs that the last run built.
    #[arg(long)]
    no_build: bool,
    /// Never installs packages; says what is missing instead.
    #[arg(long)]
    no_install: bool,
}

/// A story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// Faults by the seed, first singly, then mixed.
    Random,
    /// 200 bookings, one purchase in five made and its answer lost.
    LostAnswers,
    /// 50 quotes, each booked by 16 requests at the same time over all apis, with and without the same key.
    Contested,
    /// Every process is ended and started again under load.
    RollingRestart,
}

impl Args {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        if self.short {
            return short(!self.no_install).await;
        }
        install::ensure(SERVERS, !self.no_install).await?;
        let size = Size {
            apis: self.apis.max(1),
            workers: self.workers.max(1),
            build: !self.no_build,
        };
        let report = match self.scenario {
            Scenario::Random => chaos::random(self.random(size)?).await?,
            Scenario::LostAnswers => chaos::lost_answers(self.seed, size, ORDERS).await?,
            Scenario::Contested => chaos::contested(self.seed, size, QUOTES).await?,
            Scenario::RollingRestart => chaos::rolling_restart(self.seed, size, self.rate).await?,
        };
        judge(&report)
    }

    fn random(&self, size: Size) -> anyhow::Result<Random> {
        let faults = if self.faults.is_empty() {
            Fault::ALL.to_vec()
        } else {
            self.faults.clone()
        };
        Ok(Random {
            seed: self.seed,
            lasts: Duration::try_from_secs_f64(self.minutes * 60.0)?,
            faults,
            pace: Pace::ORDINARY,
            size,
            per_second: self.rate,
        })
    }
}

/// The short form of every scenario.
pub(crate) async fn short(may_install: bool) -> anyhow::Result<()> {
    install::ensure(SERVERS, may_install).await?;
    short_random().await?;
    short_stories().await
}

/// The short run of random faults that is part of `test`.
pub(crate) async fn short_random() -> anyhow::Result<()> {
    judge(&chaos::short_random().await?)
}

/// The short forms of the stories, likewise. The first that is bad is the last, since its logs are kept.
pub(crate) async fn short_stories() -> anyhow::Result<()> {
    judge(&chaos::short_lost_answers().await?)?;
    judge(&chaos::short_contested().await?)?;
    judge(&chaos::short_rolling_restart().await?)
}

fn judge(report: &Report) -> anyhow::Result<()> {
    println!("\n{}", report.text());
    if report.is_bad() {
        bail!("the books do not agree; logs and data are in target/chaos");
    }
    Ok(())
}
