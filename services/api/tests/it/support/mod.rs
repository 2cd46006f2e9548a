//! The whole service in one test: database, stream prefix, sandbox insurer, API and worker.

pub(crate) mod bodies;
pub(crate) mod leader;
pub(crate) mod proxied;
mod reply;
pub(crate) mod setup;

use std::collections::BTreeMap;
use std::time::Duration;

use loadsure_api::Api;
use loadsure_core::id::TenantId;
use loadsure_core::job::Kind;
use loadsure_queue::Queue;
use loadsure_sandbox::{Operation, Sandbox};
use loadsure_store::Store;
use loadsure_store::keys::Scope;
use loadsure_testkit::db::TestDb;
use loadsure_worker::Worker;
use reqwest::{Client, Method, RequestBuilder};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

pub(crate) use reply::Reply;
pub(crate) use setup::Setup;

/// Longest time that anything in a test may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const QUOTES: &str = "/api/insurance/quotes";
pub(crate) const BOOKINGS: &str = "/api/insurance/bookings";

/// A running service. Fields are dropped in this order: programs before what they use.
pub(crate) struct TestApp {
    pub(crate) http: Client,
    pub(crate) url: String,
    pub(crate) key: String,
    pub(crate) tenant: TenantId,
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    /// What every program reads.
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) api: Api,
    pub(crate) worker: Option<Worker>,
    pub(crate) sandbox: Sandbox,
    pub(crate) _db: Option<TestDb>,
}

impl TestApp {
    /// Everything, with a key of all scopes.
    pub(crate) async fn start() -> Self {
        Setup::default().start().await
    }

    /// A request with the key.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.anonymous(method, path).bearer_auth(&self.key)
    }

    /// A request without a key.
    pub(crate) fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        Reply::of(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        Reply::of(self.request(Method::POST, path).json(body)).await
    }

    /// Posts with one more header.
    pub(crate) async fn post_with(&self, path: &str, body: &Value, header: (&str, &str)) -> Reply {
        let request = self.request(Method::POST, path).json(body);
        Reply::of(request.header(header.0, header.1)).await
    }

    /// A priced quote's id.
    pub(crate) async fn quoted(&self) -> String {
        let reply = self.post(QUOTES, &bodies::flat()).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.json()["quote"]["quoteId"].as_str().unwrap().to_owned()
    }

    /// The body that books a quote.
    pub(crate) fn order(quote: &str) -> Value {
        json!({"quoteId": quote})
    }

    /// A session of the test's own, for what no part of the service shows.
    pub(crate) async fn session(&self) -> tokio_postgres::Client {
        let url = self._db.as_ref().unwrap().url();
        let (session, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        session
    }

    /// How many rows of a table, with an optional condition, there are.
    pub(crate) async fn count(&self, from: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {from}");
        self.session().await.query_one(&sql, &[]).await.unwrap().get(0)
    }

    /// A key of another tenant, or with other scopes.
    pub(crate) async fn new_key(&self, tenant: TenantId, scopes: &[Scope]) -> String {
        let created = self
            .store
            .create_key(tenant, "test", scopes, "test")
            .await
            .unwrap();
        created.key.expose_secret().to_owned()
    }

    /// Entries that were ever added to the stream of a kind.
    pub(crate) async fn published(&self, kind: Kind) -> u64 {
        self.queue.sample(kind).await.unwrap().entries_added
    }

    /// Asserts that neither the queue nor the insurer has heard of anything.
    pub(crate) async fn assert_untouched(&self) {
        for kind in Kind::ALL {
            let kind_is_ours = matches!(kind, Kind::Quote | Kind::Booking | Kind::Cancellation);
            if kind_is_ours {
                assert_eq!(self.published(kind).await, 0, "{kind}");
            }
        }
        assert!(self.sandbox.requests(Operation::Quote).is_empty());
        assert!(self.sandbox.requests(Operation::PurchaseQuote).is_empty());
    }

    /// Asks for `path` until `accept` accepts the reply.
    pub(crate) async fn eventually(&self, path: &str, accept: impl Fn(&Reply) -> bool) -> Reply {
        eventually(async || {
            let reply = self.get(path).await;
            accept(&reply).then_some(reply)
        })
        .await
    }

    /// Stops the worker for good.
    pub(crate) async fn stop_worker(&mut self) {
        if let Some(worker) = self.worker.take() {
            worker.stop().await;
        }
    }
}

/// Tries until there is something, for a bounded time.
pub(crate) async fn eventually<T>(mut attempt: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(found) = attempt().await {
            return found;
        }
        assert!(
            tokio::time::Instant::now() < deadline,
            "it did not happen in time"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
