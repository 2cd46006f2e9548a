//! What the tests share.

mod facts;
mod request;

use std::time::Duration;

use loadsure_core::booking::Order;
use loadsure_core::id::{BookingId, JobId, QuoteId, TenantId};
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Attempt, Bookings as _, Fault, Quotes as _};
use loadsure_core::quote;
use loadsure_store::{
    Acceptance, Filter, Key, MIGRATIONS_FINGERPRINT, NewBooking, NewJob, NewQuote, Paging, Settings, Store,
    local_tenant, migrate,
};
use loadsure_testkit::db::TestDb;
use tokio_postgres::{Client, NoTls};

pub(crate) use facts::{bought, facts, priced};
pub(crate) use request::request;

/// A migrated database of a test's own, and a store on it.
pub(crate) struct Setup {
    pub(crate) store: Store,
    /// A session beside the store's, to look and to meddle.
    pub(crate) sql: Client,
    pub(crate) tenant: TenantId,
    pub(crate) db: TestDb,
}

/// Settings for `url`, with times that suit a test.
pub(crate) fn settings(url: &str, pool_size: usize) -> Settings {
    Settings {
        url: url.to_owned().into(),
        application_name: "test".to_owned(),
        pool_size,
        ca_certificate: None,
        connect_timeout: Duration::from_secs(5),
        statement_timeout: Duration::from_secs(20),
        wait_timeout: Duration::from_secs(20),
    }
}

/// Applies all migrations to the database of `url`.
pub(crate) async fn migrated(url: String) -> Result<(), Fault> {
    let store = Store::new(&settings(&url, 1)).unwrap();
    migrate(&store).await.map(drop)
}

pub(crate) async fn session(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

impl Setup {
    pub(crate) async fn new() -> Self {
        let db = TestDb::create(&MIGRATIONS_FINGERPRINT, migrated).await.unwrap();
        Self {
            store: Store::new(&settings(db.url(), 8)).unwrap(),
            sql: session(db.url()).await,
            tenant: local_tenant(),
            db,
        }
    }

    /// The only value of the only row.
    pub(crate) async fn value<T: for<'a> tokio_postgres::types::FromSql<'a>>(&self, sql: &str) -> T {
        self.sql.query_one(sql, &[]).await.unwrap().get(0)
    }

    pub(crate) async fn count(&self, table: &str) -> i64 {
        self.value(&format!("SELECT count(*) FROM {table}")).await
    }

    pub(crate) async fn run(&self, sql: &str) {
        self.sql.batch_execute(sql).await.unwrap();
    }

    /// Accepts a quote of a tenant.
    pub(crate) async fn quote_of(&self, tenant: TenantId, freight_id: &str) -> (QuoteId, Ticket) {
        let (id, job) = (QuoteId::generate(), job());
        let request = request(freight_id);
        let new = NewQuote {
            id,
            tenant,
            request: &request,
            job: job.clone(),
        };
        let accepted = self.store.accept_quote(&new, None).await.unwrap();
        assert!(matches!(accepted, Acceptance::Accepted(id) if id == job.id));
        (id, first(job.id))
    }

    pub(crate) async fn quote(&self) -> (QuoteId, Ticket) {
        self.quote_of(self.tenant, "FR-1").await
    }

    /// A quote that can be bought.
    pub(crate) async fn active_quote(&self) -> QuoteId {
        let (id, ticket) = self.quote().await;
        self.store
            .conclude_pricing(ticket, id, &priced("token"))
            .await
            .unwrap();
        id
    }

    /// Asks to buy a quote.
    pub(crate) async fn book(&self, quote: QuoteId, key: Option<&Key>) -> Acceptance<(BookingId, JobId)> {
        let order = Order {
            quote,
            send_emails_to: Vec::new(),
            callback_url: None,
        };
        let new = NewBooking {
            tenant: self.tenant,
            order: &order,
            job: job(),
        };
        self.store.accept_booking(&new, key).await.unwrap()
    }

    /// A booking that waits to be bought.
    pub(crate) async fn booking(&self) -> (QuoteId, BookingId, Ticket) {
        let quote = self.active_quote().await;
        match self.book(quote, None).await {
            Acceptance::Accepted((booking, job)) => (quote, booking, first(job)),
            other => panic!("{other:?}"),
        }
    }

    /// A booking that was bought, with this certificate.
    pub(crate) async fn certificate(&self, number: &str) -> BookingId {
        let (_, booking, ticket) = self.booking().await;
        self.store.start_purchase(ticket, booking).await.unwrap().unwrap();
        self.store
            .conclude_purchase(ticket, attempt(booking, 1), &bought(number))
            .await
            .unwrap();
        booking
    }

    pub(crate) async fn quote_status(&self, id: QuoteId) -> quote::Status {
        self.store.quote(self.tenant, id).await.unwrap().unwrap().status
    }

    pub(crate) async fn booking_status(&self, id: BookingId) -> loadsure_core::booking::Status {
        let booking = self.store.booking(self.tenant, id).await.unwrap();
        booking.unwrap().status
    }

    /// All of a list, newest first.
    pub(crate) fn everything(&self, limit: u32) -> Filter {
        Filter {
            tenant: self.tenant,
            status: None,
            created_after: None,
            created_before: None,
            freight_id: None,
            po_number: None,
            limit,
            paging: Paging::After(None),
        }
    }
}

pub(crate) fn job() -> NewJob {
    NewJob {
        id: JobId::generate(),
        reply_to: Some("replies".to_owned()),
        traceparent: None,
    }
}

/// The first attempt of a job.
pub(crate) const fn first(job: JobId) -> Ticket {
    Ticket { job, attempt: 1 }
}

/// An attempt to buy; number 0 stands for none yet.
pub(crate) const fn attempt(booking: BookingId, number: u32) -> Attempt {
    Attempt { booking, number }
}

pub(crate) fn key(text: &str, body: u8) -> Key {
    Key {
        key: text.to_owned(),
        fingerprint: [body; 32],
    }
}
