//! The service as it is deployed: its own programs, over the network.

use std::collections::BTreeMap;
use std::time::Duration;

use loadsure_config::WorkerServiceConfig;
use loadsure_queue::Queue;
use loadsure_sandbox::{Config, Operation, Sandbox};
use loadsure_store::{MIGRATIONS_FINGERPRINT, Settings, Store, migrate};
use loadsure_telemetry::Metrics;
use loadsure_testkit::db::TestDb;
use loadsure_testkit::process::{Process, Program};
use loadsure_testkit::proxy::Proxy;
use loadsure_testkit::redis::TestRedis;
use loadsure_testkit::servers::free_port;
use loadsure_worker::Worker;
use reqwest::{Client, RequestBuilder, Url};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::time::Instant;
use tokio_postgres::NoTls;

pub(crate) const QUOTES: &str = "/api/insurance/quotes";
pub(crate) const BOOKINGS: &str = "/api/insurance/bookings";

/// Nothing here takes so long; a busy machine may.
pub(crate) const DEADLINE: Duration = Duration::from_secs(40);

/// Times at which a worker lets go of its jobs soon, and another takes them as soon as the configuration allows.
pub(crate) const HASTY: [(&str, &str); 7] = [
    ("LOADSURE_CONNECT_TIMEOUT_MS", "500"),
    ("LOADSURE_REQUEST_TIMEOUT_MS", "600"),
    ("WORKER_DRAIN_MS", "1500"),
    ("SHUTDOWN_GRACE_MS", "20000"),
    ("QUEUE_RECLAIM_IDLE_MS", "10700"),
    ("QUEUE_HEARTBEAT_MS", "3000"),
    ("SWEEP_AFTER_MS", "60000"),
];

/// What the programs stand on.
pub(crate) struct Stack {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: Client,
    pub(crate) store: Store,
    redis: TestRedis,
    database: TestDb,
}

/// An API that runs.
pub(crate) struct Api {
    pub(crate) process: Process,
    pub(crate) url: String,
}

impl Stack {
    pub(crate) async fn set() -> Self {
        let migrated = |url: String| async move { migrate(&open(&url)).await.map(drop) };
        let database = TestDb::create(&MIGRATIONS_FINGERPRINT, migrated).await.unwrap();
        Self {
            sandbox: Sandbox::start(Config::default()).await.unwrap(),
            // A connection of each request's own: none is taken for open that the API has closed.
            http: Client::builder().pool_max_idle_per_host(0).build().unwrap(),
            store: open(database.url()),
            redis: TestRedis::shared().await.unwrap(),
            database,
        }
    }

    fn env(&self) -> BTreeMap<&'static str, String> {
        let key = self.sandbox.api_key().expose_secret();
        BTreeMap::from([
            ("DATABASE_URL", self.database.url().to_owned()),
            ("REDIS_URL", self.redis.url().to_owned()),
            ("REDIS_PREFIX", self.redis.prefix().to_owned()),
            ("LOADSURE_BASE_URL", self.sandbox.base_url()),
            ("LOADSURE_API_KEY", key.to_owned()),
            ("LOADSURE_REQUEST_TIMEOUT_MS", "3000".to_owned()),
            ("AUTH_MODE", "open".to_owned()),
            ("API_RATE_LIMIT_MAX_REQUESTS", "100000".to_owned()),
            ("METRICS_ADDR", "off".to_owned()),
        ])
    }

    pub(crate) async fn api(&self, grace: &str) -> Api {
        self.api_with(grace, &[]).await
    }

    pub(crate) async fn api_with(&self, grace: &str, variables: &[(&str, &str)]) -> Api {
        let port = free_port().unwrap();
        let program = Program::new("loadsure-api")
            .envs(self.env())
            .env("PORT", port.to_string())
            .env("SHUTDOWN_GRACE_MS", grace)
            .envs(variables.iter().copied());
        let mut process = program.start().await.unwrap();
        let url = format!("http://127.0.0.1:{port}");
        let ready = format!("{url}/health/ready");
        process.wait_for_http(&ready, DEADLINE).await.unwrap();
        Api { process, url }
    }

    /// The queue monitor, which only looks on.
    pub(crate) async fn monitor(&self, variables: &[(&str, &str)]) -> Process {
        let program = Program::new("loadsure-queue-monitor")
            .envs(self.env())
            .env("SCALING_ACTUATOR", "dry-run")
            .env("CHECK_INTERVAL", "100")
            .envs(variables.iter().copied());
        program.start().await.unwrap()
    }

    pub(crate) fn redis_url(&self) -> &str {
        self.redis.url()
    }

    pub(crate) async fn worker(&self, variables: &[(&str, &str)]) -> Process {
        let program = Program::new("loadsure-worker")
            .envs(self.env())
            .envs(variables.iter().copied());
        let mut process = program.start().await.unwrap();
        process.wait_for_line("the worker runs", DEADLINE).await.unwrap();
        process
    }

    /// A worker within this process, with times that suit a test rather than a service.
    pub(crate) async fn worker_here(&self) -> Worker {
        let env: BTreeMap<String, String> = self
            .env()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let mut config = WorkerServiceConfig::from_env(&env).unwrap();
        config.insurer.request_timeout = Duration::from_secs(1);
        config.worker.reclaim_idle = Duration::from_secs(1);
        config.worker.heartbeat = Duration::from_millis(200);
        config.worker.relay_interval = Duration::from_millis(50);
        config.worker.sweep_after = Duration::from_secs(2);
        Worker::start(config, Metrics::detached().unwrap()).await.unwrap()
    }

    /// The streams, as an API sees them.
    pub(crate) async fn queue(&self) -> Queue {
        let config = loadsure_queue::Config {
            prefix: self.redis.prefix().to_owned(),
            ..loadsure_queue::Config::new(self.redis.url().to_owned(), "test")
        };
        Queue::connect(&config).await.unwrap()
    }

    /// A connection to Redis, for what no part of the service would do.
    pub(crate) async fn redis_connection(&self) -> deadpool_redis::Connection {
        let config = deadpool_redis::Config::from_url(self.redis.url());
        let pool = config.create_pool(Some(deadpool_redis::Runtime::Tokio1)).unwrap();
        pool.get().await.unwrap()
    }

    /// A session of the database, likewise.
    pub(crate) async fn session(&self) -> tokio_postgres::Client {
        let (client, connection) = tokio_postgres::connect(self.database.url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// Waits until so many quotes are accepted.
    pub(crate) async fn accepted(&self, quotes: i64) {
        let client = self.session().await;
        let deadline = Instant::now() + DEADLINE;
        let count = "SELECT count(*) FROM quotes";
        while client.query_one(count, &[]).await.unwrap().get::<_, i64>(0) < quotes {
            assert!(Instant::now() < deadline, "no quote is accepted");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A way to the database that can be closed, and its URL.
    pub(crate) async fn way_to_the_database(&self) -> (Proxy, String) {
        let mut url = Url::parse(self.database.url()).unwrap();
        let upstream = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
        let proxy = Proxy::start(upstream).await.unwrap();
        url.set_port(Some(proxy.addr().port())).unwrap();
        (proxy, url.to_string())
    }

    /// Waits until the insurer was asked so often.
    pub(crate) async fn asked(&self, operation: Operation, times: usize) {
        let deadline = Instant::now() + DEADLINE;
        while self.sandbox.requests(operation).len() < times {
            assert!(Instant::now() < deadline, "the insurer was not asked");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Api {
    pub(crate) fn post(&self, http: &Client, path: &str, body: &Value) -> RequestBuilder {
        http.post(format!("{}{path}", self.url))
            .header("Prefer", "wait=50")
            .json(body)
    }
}

pub(crate) async fn ends_with(process: &mut Process, code: i32, at_most: Duration) {
    let status = process.wait(at_most).await.unwrap();
    assert_eq!(status.code(), Some(code), "{}", process.tail());
}

/// Status, `Location` and body of an answer.
pub(crate) async fn send(request: RequestBuilder) -> (u16, String, Value) {
    let answer = request.send().await.unwrap();
    let location = answer.headers().get("location");
    let location = location.map_or("", |value| value.to_str().unwrap()).to_owned();
    let status = answer.status().as_u16();
    (status, location, answer.json().await.unwrap())
}

fn day(ahead: i64) -> String {
    (OffsetDateTime::now_utc().date() + time::Duration::days(ahead)).to_string()
}

/// The flat form of a quote.
pub(crate) fn quote() -> Value {
    json!({
        "description": "Shirts", "value": 50000, "currency": "USD",
        "commodityId": 6, "freightClass": "77.5",
        "weightValue": 900, "weightUnit": "kg",
        "loadTypeId": "FULL_TRUCKLOAD_1", "equipmentTypeId": 2,
        "pickupDate": day(3), "deliveryDate": day(6),
        "originAddress1": "17 Dock St", "originCity": "Savannah", "originState": "GA",
        "originPostal": "31401", "originCountry": "USA",
        "destinationAddress1": "2 Rail Rd", "destinationCity": "Dallas", "destinationState": "TX",
        "destinationPostal": "75201", "destinationCountry": "USA",
        "carrierName": "Hauler", "carrierEmail": "carrier@haul.example", "carrierPhone": "+13125550100",
        "carrierMode": "ROAD", "carrierIdType": "USDOT", "carrierIdValue": "1234567",
        "userName": "Ada", "userEmail": "ada@broker.example",
        "assured": {
            "name": "Widgets Inc", "email": "cargo@widgets.example",
            "address": {"address1": "1 Main St", "city": "Savannah", "state": "GA", "postal": "31401",
                "country": "USA"}
        },
        "freightId": "FR-77"
    })
}

fn open(url: &str) -> Store {
    let second = Duration::from_secs(1);
    Store::new(&Settings {
        url: url.to_owned().into(),
        application_name: "guarantees".to_owned(),
        pool_size: 2,
        ca_certificate: None,
        connect_timeout: second * 5,
        statement_timeout: second * 10,
        wait_timeout: second * 10,
    })
    .unwrap()
}
