//! A monitor that runs.

use std::future::Future;
use std::time::Duration;

use loadsure_queue::{Config, Queue};
use loadsure_queue_monitor::Sample;
use loadsure_testkit::process::{Process, Program};
use loadsure_testkit::redis::TestRedis;
use tokio::time::{Instant, sleep, timeout};

use crate::worker::Yard;

/// Nothing here takes long; a busy machine may.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);
/// Says where the internal server listens.
const SERVING: &str = "serving metrics and health";

/// Waits until a condition holds.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    let deadline = Instant::now() + DEADLINE;
    while !condition().await {
        assert!(Instant::now() < deadline, "never: {what}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// The variables of a monitor, to which a test adds its own.
pub(crate) fn program(url: &str, prefix: &str, yard: &Yard) -> Program {
    Program::at(env!("CARGO_BIN_EXE_loadsure-queue-monitor"))
        .env("APP_ENV", "development")
        .env("INSTANCE_NAME", "monitor")
        .env("REDIS_URL", url)
        .env("REDIS_PREFIX", prefix)
        .env("SCALING_ACTUATOR", "process")
        .env("WORKER_BINARY", yard.binary())
        .env("RECORD", yard.record())
        .env("CHECK_INTERVAL", "50")
}

/// A monitor that runs, and the queue that it watches.
pub(crate) struct Stand {
    pub(crate) monitor: Process,
    pub(crate) queue: Queue,
    pub(crate) yard: Yard,
}

impl Stand {
    /// On the shared Redis, with these variables besides.
    pub(crate) async fn start(script: &str, variables: &[(&str, &str)]) -> Self {
        let redis = TestRedis::shared().await.unwrap();
        Self::start_on(redis.url(), redis.prefix(), script, variables).await
    }

    pub(crate) async fn start_on(url: &str, prefix: &str, script: &str, variables: &[(&str, &str)]) -> Self {
        let yard = Yard::with(script);
        let program = program(url, prefix, &yard).envs(variables.iter().copied());
        let config = Config {
            prefix: prefix.to_owned(),
            ..Config::new(url, "test")
        };
        Self {
            monitor: program.start().await.unwrap(),
            queue: Queue::connect(&config).await.unwrap(),
            yard,
        }
    }

    /// Waits for a number of starts, and gives them.
    pub(crate) async fn started(&self, count: usize) -> Vec<crate::worker::Line> {
        eventually("the workers start", async || self.yard.starts().len() >= count).await;
        self.yard.starts()
    }

    /// The newest sample, if there is one and Redis answers.
    pub(crate) async fn sample(&self) -> Option<Sample> {
        let stream = self.queue.names().samples();
        let last = self.queue.read_last::<Sample>(&stream).await;
        last.ok().flatten().map(|(_, sample)| sample)
    }

    /// Waits for a sample that fits.
    pub(crate) async fn sampled(&self, what: &str, fits: impl Fn(&Sample) -> bool) -> Sample {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let sample = self.sample().await;
            match sample {
                Some(sample) if fits(&sample) => return sample,
                last => assert!(Instant::now() < deadline, "never: {what}; last {last:#?}"),
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Where metrics and health are served.
    pub(crate) async fn internal(&mut self) -> String {
        let line = self.monitor.wait_for_line(SERVING, DEADLINE).await.unwrap();
        let address = line.split("address=").nth(1).unwrap();
        format!("http://{}", address.split_whitespace().next().unwrap())
    }

    /// Waits until `/health/ready` answers with this status.
    pub(crate) async fn ready(&mut self, status: u16) {
        let url = format!("{}/health/ready", self.internal().await);
        eventually("the health changes", async || {
            let answer = timeout(DEADLINE, reqwest::get(&url)).await.unwrap();
            answer.unwrap().status() == status
        })
        .await;
    }
}
