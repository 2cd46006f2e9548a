//! How a test's service is to be.

use std::collections::BTreeMap;

use loadsure_api::Api;
use loadsure_config::{ApiConfig, WorkerServiceConfig};
use loadsure_queue::Queue;
use loadsure_sandbox::{Config, Sandbox};
use loadsure_store::keys::Scope;
use loadsure_store::{MIGRATIONS_FINGERPRINT, Settings, Store, local_tenant};
use loadsure_telemetry::Metrics;
use loadsure_testkit::db::TestDb;
use loadsure_testkit::redis::TestRedis;
use loadsure_worker::Worker;
use reqwest::Client;
use secrecy::ExposeSecret as _;

use super::TestApp;

/// How a test's service is to be. Everything shared and everything running unless told otherwise.
#[derive(Debug, Default)]
pub(crate) struct Setup {
    env: BTreeMap<String, String>,
    without_worker: bool,
    unmigrated: bool,
    database_url: Option<String>,
    redis_url: Option<String>,
}

impl Setup {
    /// Sets a variable of the API.
    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.insert(name.to_owned(), value.into());
        self
    }

    /// Nobody does the jobs.
    pub(crate) fn without_worker(mut self) -> Self {
        self.without_worker = true;
        self
    }

    /// Another way to a migrated database, which is used by the test itself too.
    pub(crate) fn database(mut self, url: impl Into<String>) -> Self {
        self.database_url = Some(url.into());
        self
    }

    /// The database is empty, so there is no key either.
    pub(crate) fn unmigrated(mut self) -> Self {
        self.unmigrated = true;
        self
    }

    /// Another Redis.
    pub(crate) fn redis(mut self, url: impl Into<String>) -> Self {
        self.redis_url = Some(url.into());
        self
    }

    pub(crate) async fn start(self) -> TestApp {
        let db = match self.database_url {
            Some(_) => None,
            None if self.unmigrated => Some(empty_database().await),
            None => Some(database().await),
        };
        let url = db
            .as_ref()
            .map(|db| db.url().to_owned())
            .or(self.database_url.clone());
        let url = url.unwrap();
        let redis = TestRedis::shared().await.unwrap();
        let sandbox = Sandbox::start(Config::default()).await.unwrap();
        let env = self.environment(&url, &redis, &sandbox);
        let store = store(&url);
        let api = Api::start(ApiConfig::from_env(&env).unwrap(), Metrics::detached().unwrap())
            .await
            .unwrap();
        let worker = if self.without_worker {
            None
        } else {
            let config = WorkerServiceConfig::from_env(&env).unwrap();
            Some(Worker::start(config, Metrics::detached().unwrap()).await.unwrap())
        };
        let key = if self.unmigrated {
            String::new()
        } else {
            let scopes = &Scope::ALL;
            let created = store.create_key(local_tenant(), "test", scopes, "test").await;
            created.unwrap().key.expose_secret().to_owned()
        };
        TestApp {
            http: client(),
            url: format!("http://{}", api.address()),
            key,
            tenant: local_tenant(),
            store,
            queue: queue(&env).await,
            env,
            api,
            worker,
            sandbox,
            _db: db,
        }
    }

    fn environment(&self, database: &str, redis: &TestRedis, sandbox: &Sandbox) -> BTreeMap<String, String> {
        let redis_url = self.redis_url.as_deref().unwrap_or(redis.url());
        let fixed = [
            ("PORT", "0"),
            ("HTTP_WORKERS", "2"),
            ("METRICS_ADDR", "off"),
            ("API_RATE_LIMIT_MAX_REQUESTS", "100000"),
            ("DATABASE_URL", database),
            ("DATABASE_POOL_SIZE", "4"),
            ("REDIS_URL", redis_url),
            ("REDIS_PREFIX", redis.prefix()),
            ("REDIS_COMMAND_TIMEOUT_MS", "1000"),
            ("LOADSURE_BASE_URL", &sandbox.base_url()),
            ("LOADSURE_API_KEY", sandbox.api_key().expose_secret()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut env = BTreeMap::from(fixed);
        env.extend(self.env.clone());
        env
    }
}

/// A database of one test's own.
pub(crate) async fn database() -> TestDb {
    TestDb::create(&MIGRATIONS_FINGERPRINT, migrate).await.unwrap()
}

/// A database without any table.
async fn empty_database() -> TestDb {
    let nothing = async |_| Ok::<(), std::io::Error>(());
    TestDb::create("empty", nothing).await.unwrap()
}

/// As the migrate command does.
pub(crate) async fn migrate(url: String) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    loadsure_store::migrate(&Store::new(&settings(&url))?).await?;
    Ok(())
}

fn settings(url: &str) -> Settings {
    Settings {
        url: url.into(),
        application_name: "test".to_owned(),
        pool_size: 2,
        ca_certificate: None,
        connect_timeout: std::time::Duration::from_secs(3),
        statement_timeout: std::time::Duration::from_secs(10),
        wait_timeout: std::time::Duration::from_secs(2),
    }
}

fn store(url: &str) -> Store {
    Store::new(&settings(url)).unwrap()
}

async fn queue(env: &BTreeMap<String, String>) -> Queue {
    let mut config = loadsure_queue::Config::new(env["REDIS_URL"].clone(), "test");
    config.prefix.clone_from(&env["REDIS_PREFIX"]);
    Queue::connect(&config).await.unwrap()
}

/// A client that keeps no connection open, so that a stop has nothing to wait for.
fn client() -> Client {
    Client::builder().pool_max_idle_per_host(0).build().unwrap()
}
