//! A database, streams and an insurer of one test's own, and the part that the API plays.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use loadsure_config::WorkerServiceConfig;
use loadsure_core::booking::{Booking, Order};
use loadsure_core::cancellation;
use loadsure_core::certificate::Certificate;
use loadsure_core::id::{BookingId, CancellationId, JobId, QuoteId};
use loadsure_core::job::Kind;
use loadsure_core::quote::Quote;
use loadsure_core::quote_request::{Context, QuoteRequest};
use loadsure_core::reference::ReferenceIds;
use loadsure_queue::{Events, From, Message, Notice, Queue, Replies, Waiter};
use loadsure_sandbox::{Config, Sandbox};
use loadsure_store::{
    Acceptance, CancellationOutcome, MIGRATIONS_FINGERPRINT, NewBooking, NewJob, NewQuote, Published, Store,
    local_tenant,
};
use loadsure_telemetry::capture::Capture;
use loadsure_telemetry::{Guard, Metrics, Settings, scoped};
use loadsure_testkit::db::TestDb;
use loadsure_testkit::proxy::Proxy;
use loadsure_testkit::redis::TestRedis;
use loadsure_worker::Worker;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use time::OffsetDateTime;
use tracing::subscriber::DefaultGuard;

use super::{application, soon};

/// Everything around a worker.
pub(crate) struct Stage {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    pub(crate) replies: Replies,
    pub(crate) database_url: String,
    pub(crate) redis_url: String,
    prefix: String,
    _database: TestDb,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let redis = TestRedis::shared().await.unwrap();
        Self::on_redis(redis.url(), redis.prefix()).await
    }

    pub(crate) async fn on_redis(redis_url: &str, prefix: &str) -> Self {
        let database = TestDb::create(&MIGRATIONS_FINGERPRINT, async |url: String| {
            loadsure_store::migrate(&store(&url)).await.map(drop)
        })
        .await
        .unwrap();
        let queue = loadsure_queue::Config {
            prefix: prefix.to_owned(),
            ..loadsure_queue::Config::new(redis_url.to_owned(), "api")
        };
        let queue = Queue::connect(&queue).await.unwrap();
        Self {
            sandbox: Arc::new(Sandbox::start(Config::default()).await.unwrap()),
            store: store(database.url()),
            replies: Replies::start(&queue).await.unwrap(),
            queue,
            database_url: database.url().to_owned(),
            redis_url: redis_url.to_owned(),
            prefix: prefix.to_owned(),
            _database: database,
        }
    }

    /// Works on another database from now on.
    pub(crate) fn use_database(&mut self, url: &str) {
        self.store = store(url);
        url.clone_into(&mut self.database_url);
    }

    /// The environment of a worker.
    pub(crate) fn env(&self) -> BTreeMap<String, String> {
        let key = self.sandbox.api_key().expose_secret();
        [
            ("DATABASE_URL", self.database_url.as_str()),
            ("REDIS_URL", &self.redis_url),
            ("REDIS_PREFIX", &self.prefix),
            ("LOADSURE_BASE_URL", &self.sandbox.base_url()),
            ("LOADSURE_API_KEY", key),
            ("LOADSURE_REQUEST_TIMEOUT_MS", "3000"),
            ("METRICS_ADDR", "off"),
            ("LOG_FORMAT", "json"),
            ("INSTANCE_NAME", "worker"),
            ("DATABASE_WAIT_TIMEOUT_MS", "1000"),
            ("DATABASE_CONNECT_TIMEOUT_MS", "1000"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
    }

    /// The configuration of a worker, with times that suit a test rather than a service.
    pub(crate) fn config(&self) -> WorkerServiceConfig {
        let mut config = WorkerServiceConfig::from_env(&self.env()).unwrap();
        config.insurer.request_timeout = Duration::from_secs(2);
        config.worker.reclaim_idle = Duration::from_secs(1);
        config.worker.heartbeat = Duration::from_millis(200);
        config.worker.relay_interval = Duration::from_millis(50);
        config.worker.sweep_after = Duration::from_secs(2);
        config.worker.drain = Duration::from_secs(10);
        config
    }

    pub(crate) async fn worker(&self) -> Worker {
        start(self.config()).await
    }

    /// Waits for the first refresh, so that its calls do not meet faults that are meant for others.
    pub(crate) async fn refreshed(&self) {
        super::eventually("the reference data are loaded", async || {
            let lists = self.store.support_status().await.unwrap();
            lists.iter().all(|list| list.count.is_some())
        })
        .await;
    }

    /// A job that this test waits for.
    pub(crate) fn job(&self) -> NewJob {
        NewJob {
            id: JobId::generate(),
            reply_to: Some(self.replies.stream_name().to_owned()),
            traceparent: None,
        }
    }

    pub(crate) async fn accept_quote(&self, body: &Value) -> (QuoteId, JobId) {
        let id = QuoteId::generate();
        let ids = ReferenceIds::default();
        let context = Context::new(OffsetDateTime::now_utc().date(), &ids, id);
        let request = QuoteRequest::parse(body, &context).unwrap();
        let new = NewQuote {
            id,
            tenant: local_tenant(),
            request: &request,
            job: self.job(),
        };
        match self.store.accept_quote(&new, None).await.unwrap() {
            Acceptance::Accepted(job) => (id, job),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn accept_booking(&self, quote: QuoteId) -> (BookingId, JobId) {
        let order = Order {
            quote,
            send_emails_to: Vec::new(),
            callback_url: None,
        };
        let new = NewBooking {
            tenant: local_tenant(),
            order: &order,
            job: self.job(),
        };
        match self.store.accept_booking(&new, None).await.unwrap() {
            Acceptance::Accepted(accepted) => accepted,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn accept_cancellation(&self, order: &cancellation::Order) -> (CancellationId, JobId) {
        let job = self.job();
        let accepted = self.store.accept_cancellation(local_tenant(), order, &job, None);
        match accepted.await.unwrap() {
            Acceptance::Accepted(accepted) => accepted,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn accept_refresh(&self) -> JobId {
        match self.store.accept_refresh(&self.job(), None).await.unwrap() {
            Acceptance::Accepted(job) => job,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn message(&self, kind: Kind, job: JobId) -> Message {
        Message {
            kind,
            job,
            attempt: 1,
            tenant: local_tenant(),
            created_at: OffsetDateTime::now_utc(),
            traceparent: None,
            reply_to: Some(self.replies.stream_name().to_owned()),
        }
    }

    /// Publishes a job as the API does after it accepted one.
    pub(crate) async fn publish(&self, kind: Kind, job: JobId) -> Waiter {
        let waiter = self.replies.wait_for(job);
        let entries = self.queue.publish(&[self.message(kind, job)]).await.unwrap();
        let published = Published {
            job,
            attempt: 1,
            entry_id: entries[0].to_string(),
        };
        self.store.mark_published(&[published]).await.unwrap();
        waiter
    }

    /// Publishes a job and waits for the word that its worker answers.
    pub(crate) async fn done(&self, kind: Kind, job: JobId) -> String {
        let waiter = self.publish(kind, job).await;
        answer(waiter).await
    }

    /// A quote, priced by the worker that runs.
    pub(crate) async fn priced(&self) -> QuoteId {
        let (quote, job) = self.accept_quote(&application(50_000)).await;
        assert_eq!(self.done(Kind::Quote, job).await, "done");
        quote
    }

    /// A certificate, bought by the worker that runs.
    pub(crate) async fn bought(&self) -> (BookingId, Certificate) {
        let (booking, job) = self.accept_booking(self.priced().await).await;
        assert_eq!(self.done(Kind::Booking, job).await, "done");
        (booking, self.booking(booking).await.certificate.unwrap())
    }

    pub(crate) async fn quote(&self, id: QuoteId) -> Quote {
        self.store.quote(local_tenant(), id).await.unwrap().unwrap()
    }

    pub(crate) async fn booking(&self, id: BookingId) -> Booking {
        self.store.booking(local_tenant(), id).await.unwrap().unwrap()
    }

    pub(crate) async fn cancellation(&self, id: CancellationId) -> CancellationOutcome {
        let outcome = self.store.cancellation(local_tenant(), id).await;
        outcome.unwrap().unwrap()
    }

    /// Waits until a stream holds nothing that is unread or pending.
    pub(crate) async fn settled(&self, kind: Kind) {
        super::eventually("the stream is worked off", async || {
            let sample = self.queue.sample(kind).await.unwrap();
            sample.group_exists && sample.pending == 0 && sample.oldest_unread_age_ms.is_none()
        })
        .await;
    }

    /// Does to the database what no part of the service would.
    pub(crate) async fn execute(&self, sql: &str) {
        self.session().await.batch_execute(sql).await.unwrap();
    }

    /// How many rows of a table, with an optional condition, there are.
    pub(crate) async fn count(&self, from: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {from}");
        self.session().await.query_one(&sql, &[]).await.unwrap().get(0)
    }

    async fn session(&self) -> tokio_postgres::Client {
        let (client, connection) = tokio_postgres::connect(&self.database_url, tokio_postgres::NoTls)
            .await
            .unwrap();
        tokio::spawn(connection);
        client
    }

    /// Waits for an event of a kind about a job.
    pub(crate) async fn event(&self, kind: &str, job: JobId) -> loadsure_queue::Event {
        let mut events = Events::subscribe(&self.queue, From::Start).await.unwrap();
        let wanted = async {
            loop {
                if let Notice::Event(_, event) = events.next().await
                    && event.job == Some(job)
                    && event.kind == kind
                {
                    return event;
                }
            }
        };
        soon(kind, wanted).await
    }
}

/// The word that a worker answers.
pub(crate) async fn answer(waiter: Waiter) -> String {
    soon("an answer", waiter).await.unwrap().outcome
}

pub(crate) async fn start(config: WorkerServiceConfig) -> Worker {
    Worker::start(config, Metrics::detached().unwrap()).await.unwrap()
}

pub(crate) fn store(url: &str) -> Store {
    Store::new(&loadsure_store::Settings {
        url: url.to_owned().into(),
        application_name: "test".to_owned(),
        pool_size: 4,
        ca_certificate: None,
        connect_timeout: Duration::from_secs(5),
        statement_timeout: Duration::from_secs(10),
        wait_timeout: Duration::from_secs(10),
    })
    .unwrap()
}

/// A proxy before the server that a URL names, and the URL through it.
pub(crate) async fn behind(url: &str) -> (Proxy, String) {
    let mut url = reqwest::Url::parse(url).unwrap();
    let upstream = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let proxy = Proxy::start(upstream).await.unwrap();
    url.set_port(Some(proxy.addr().port())).unwrap();
    (proxy, url.to_string())
}

/// Everything that is logged on this thread while the guards live: all that happens in a test.
pub(crate) fn logged() -> (Capture, (Guard, DefaultGuard)) {
    let capture = Capture::new();
    let guards = scoped(&Settings::for_tests(), capture.clone()).unwrap();
    (capture, guards)
}
