//! A monitor that runs.

use std::future::Future;
use std::ops::Deref;
use std::time::Duration;

use deadpool_redis::redis;
use loadsure_queue::{Config, Queue};
use loadsure_queue_monitor::Sample;
use loadsure_store::{MIGRATIONS_FINGERPRINT, Settings, Store};
use loadsure_testkit::db::TestDb;
use loadsure_testkit::process::{Process, Program};
use loadsure_testkit::proxy::Proxy;
use loadsure_testkit::redis::TestRedis;
use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::NoTls;

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

/// What monitors and workers stand on: a database, streams, and a worker program, of one test's own.
pub(crate) struct Ground {
    pub(crate) database: TestDb,
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    pub(crate) yard: Yard,
    pub(crate) redis_url: String,
    prefix: String,
}

impl Ground {
    /// With the shared Redis.
    pub(crate) async fn prepare(script: &str) -> Self {
        let redis = TestRedis::shared().await.unwrap();
        Self::on_redis(redis.url(), redis.prefix(), script).await
    }

    /// With a Redis of the test's own, which may be away.
    pub(crate) async fn on_redis(url: &str, prefix: &str, script: &str) -> Self {
        let database = TestDb::create(&MIGRATIONS_FINGERPRINT, async |url: String| {
            loadsure_store::migrate(&store(&url)).await.map(drop)
        })
        .await
        .unwrap();
        let config = Config {
            prefix: prefix.to_owned(),
            ..Config::new(url, "test")
        };
        Self {
            store: store(database.url()),
            database,
            queue: Queue::connect(&config).await.unwrap(),
            yard: Yard::with(script),
            redis_url: url.to_owned(),
            prefix: prefix.to_owned(),
        }
    }

    /// The program of a monitor, to which a test adds variables of its own.
    pub(crate) fn program(&self, instance: &str) -> Program {
        Program::at(env!("CARGO_BIN_EXE_loadsure-queue-monitor"))
            .env("APP_ENV", "development")
            .env("INSTANCE_NAME", instance)
            .env("DATABASE_URL", self.database.url())
            .env("DATABASE_CONNECT_TIMEOUT_MS", "1000")
            .env("DATABASE_WAIT_TIMEOUT_MS", "1000")
            .env("REDIS_URL", &self.redis_url)
            .env("REDIS_PREFIX", &self.prefix)
            .env("SCALING_ACTUATOR", "process")
            .env("WORKER_BINARY", self.yard.binary())
            .env("RECORD", self.yard.record())
            .env("CHECK_INTERVAL", "50")
            .env("SCALING_LEASE_MS", "3000")
            .env("SCALING_POLICY", "threshold")
    }

    /// The first column of a query, which is text.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let (client, connection) = tokio_postgres::connect(self.database.url(), NoTls).await.unwrap();
        let driving = tokio::spawn(connection);
        let rows = client.query(sql, &[]).await.unwrap();
        driving.abort();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Runs a command of Redis that no service ever sends.
    pub(crate) async fn redis(&self, words: &[&str]) {
        let client = redis::Client::open(self.redis_url.as_str()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        let _answer: redis::Value = command.query_async(&mut connection).await.unwrap();
    }

    /// Another address of the database, that can be cut off.
    pub(crate) async fn database_behind_a_proxy(&self) -> (String, Proxy) {
        let url = self.database.url();
        let config: tokio_postgres::Config = url.parse().unwrap();
        let address = format!("127.0.0.1:{}", config.get_ports()[0]);
        let proxy = Proxy::start(address.clone()).await.unwrap();
        let behind = url.replace(
            &format!(":{}", config.get_ports()[0]),
            &format!(":{}", proxy.addr().port()),
        );
        (behind, proxy)
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
}

fn store(url: &str) -> Store {
    let settings = Settings {
        url: url.into(),
        application_name: "test".to_owned(),
        pool_size: 4,
        ca_certificate: None,
        connect_timeout: DEADLINE,
        statement_timeout: DEADLINE,
        wait_timeout: DEADLINE,
    };
    Store::new(&settings).unwrap()
}

/// A monitor that runs, and what it stands on.
pub(crate) struct Stand {
    pub(crate) monitor: Process,
    ground: Ground,
}

impl Deref for Stand {
    type Target = Ground;

    fn deref(&self) -> &Ground {
        &self.ground
    }
}

impl Stand {
    /// On the shared Redis, with these variables besides.
    pub(crate) async fn start(script: &str, variables: &[(&str, &str)]) -> Self {
        Self::start_on(Ground::prepare(script).await, variables).await
    }

    pub(crate) async fn start_on(ground: Ground, variables: &[(&str, &str)]) -> Self {
        let program = ground.program("monitor").envs(variables.iter().copied());
        Self {
            monitor: program.start().await.unwrap(),
            ground,
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
