//! The real storage, and a session of its own for what no repository offers: making time pass, and looking at all of it.

use std::time::Duration;

use loadsure_core::booking;
use loadsure_core::cancellation::Order;
use loadsure_core::certificate::Number;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{BookingId, CancellationId, JobId, QuoteId};
use loadsure_core::job::Ticket;
use loadsure_core::ports::Fault;
use loadsure_store::{
    Abandoned, Acceptance, DueJob, Key, MIGRATIONS_FINGERPRINT, NewBooking, NewJob, NewQuote, NewSettlement,
    Published, Settings, Store, local_tenant, migrate,
};
use loadsure_testkit::db::TestDb;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use crate::protocol::form;
use crate::protocol::gated::away;
use crate::protocol::snapshot::{self, Snapshot};
use crate::protocol::storage::Storage;

/// More than any schedule has due at once.
const ALL: u32 = 10_000;

const EMPTY: &str = "TRUNCATE jobs, quotes, bookings, booking_attempts, certificates, cancellations,
    idempotency_keys, audit_log";

const QUOTES: &str = "SELECT q.status, q.status = 'active' AND q.expires_at <= now() AS over, q.quote_token,
        b.status AS booking, c.number, c.status AS certificate,
        ARRAY(SELECT a.outcome FROM booking_attempts a WHERE a.booking_id = b.id ORDER BY a.number) AS attempts,
        ARRAY(SELECT x.status FROM cancellations x WHERE x.certificate_id = c.id ORDER BY x.id) AS cancellations
    FROM unnest($1::uuid[]) WITH ORDINALITY AS u (id, n) JOIN quotes q ON q.id = u.id
    LEFT JOIN bookings b ON b.quote_id = q.id LEFT JOIN certificates c ON c.booking_id = b.id ORDER BY u.n";

const JOBS: &str = "SELECT j.state, j.attempt, jsonb_array_length(j.errors) AS errors
    FROM unnest($1::uuid[]) WITH ORDINALITY AS u (id, n) JOIN jobs j ON j.id = u.id ORDER BY u.n";

/// A database of the test's own.
pub(crate) struct Sql {
    store: Store,
    client: Client,
    _db: TestDb,
}

impl Sql {
    pub(crate) async fn create() -> Self {
        let migrated = |url: String| async move { migrate(&open(&url)).await.map(drop) };
        let db = TestDb::create(&MIGRATIONS_FINGERPRINT, migrated).await.unwrap();
        let (client, connection) = tokio_postgres::connect(db.url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        Self {
            store: open(db.url()),
            client,
            _db: db,
        }
    }

    /// Forgets everything.
    pub(crate) async fn empty(&self) {
        self.client.batch_execute(EMPTY).await.unwrap();
    }

    async fn run(&self, sql: &str, seconds: f64) {
        self.client.execute(sql, &[&seconds]).await.unwrap();
    }
}

fn open(url: &str) -> Store {
    let second = Duration::from_secs(1);
    Store::new(&Settings {
        url: url.to_owned().into(),
        application_name: "model".to_owned(),
        pool_size: 4,
        ca_certificate: None,
        connect_timeout: second * 5,
        statement_timeout: second * 10,
        wait_timeout: second * 10,
    })
    .unwrap()
}

const fn new_job(id: JobId) -> NewJob {
    NewJob {
        id,
        reply_to: None,
        traceparent: None,
    }
}

const fn settlement(booking: BookingId) -> NewSettlement<'static> {
    NewSettlement {
        booking,
        actor: "ctl:model",
        key: None,
    }
}

impl Storage for &Sql {
    type Ports = Store;

    fn ports(&self) -> Store {
        self.store.clone()
    }

    async fn accept_quote(
        &self,
        id: QuoteId,
        job: JobId,
        key: Option<&Key>,
    ) -> Result<Acceptance<JobId>, Fault> {
        let new = NewQuote {
            id,
            tenant: local_tenant(),
            request: &form::request(),
            job: new_job(job),
        };
        self.store.accept_quote(&new, key).await
    }

    async fn accept_booking(
        &self,
        quote: QuoteId,
        job: JobId,
        key: Option<&Key>,
    ) -> Result<Acceptance<(BookingId, JobId)>, Fault> {
        let order = booking::Order {
            quote,
            send_emails_to: Vec::new(),
            callback_url: None,
        };
        let new = NewBooking {
            tenant: local_tenant(),
            order: &order,
            job: new_job(job),
        };
        self.store.accept_booking(&new, key).await
    }

    async fn accept_cancellation(
        &self,
        order: &Order,
        job: JobId,
        key: Option<&Key>,
    ) -> Result<Acceptance<(CancellationId, JobId)>, Fault> {
        self.store
            .accept_cancellation(local_tenant(), order, &new_job(job), key)
            .await
    }

    async fn accept_settlement(
        &self,
        booking: BookingId,
        number: &Number,
        job: JobId,
    ) -> Result<Acceptance<JobId>, Fault> {
        self.store
            .accept_settlement(&settlement(booking), number, &new_job(job))
            .await
    }

    async fn settle_not_bought(&self, booking: BookingId) -> Result<Acceptance<()>, Fault> {
        self.store.settle_not_bought(&settlement(booking)).await
    }

    async fn abandon(&self, ticket: Ticket, code: ErrorCode, why: &str) -> Result<Abandoned, Fault> {
        self.store.abandon(ticket, code, why).await
    }

    async fn mark_published(&self, published: &[Published]) -> Result<(), Fault> {
        self.store.mark_published(published).await
    }

    async fn relay(
        &self,
        publish: &mut dyn FnMut(Vec<DueJob>) -> Vec<Published>,
        noted: bool,
    ) -> Result<(), Fault> {
        let due = "UPDATE jobs SET due_at = now() - $1::float8 * interval '1 second' WHERE state = 'pending'";
        self.run(due, 0.0).await;
        let publish = async |due: Vec<DueJob>| {
            let published = publish(due);
            if noted { Ok(published) } else { Err(away()) }
        };
        match self.store.relay(ALL, publish).await {
            Err(fault) if noted => Err(fault),
            _ => Ok(()),
        }
    }

    async fn unfinished(&self) -> Result<Vec<DueJob>, Fault> {
        self.store.unfinished(Duration::ZERO, ALL).await
    }

    async fn republish(&self, lost: &[DueJob]) -> Result<u64, Fault> {
        self.store.republish(lost).await
    }

    async fn expire_quotes(&self) -> Result<u64, Fault> {
        self.store.expire_quotes().await
    }

    async fn booking_of(&self, quote: QuoteId) -> Option<BookingId> {
        let sql = "SELECT id FROM bookings WHERE quote_id = $1";
        let row = self.client.query_opt(sql, &[&quote.as_uuid()]).await.unwrap();
        row.map(|row| BookingId::from(row.get::<_, Uuid>(0)))
    }

    async fn pass(&self, time: Duration) {
        let seconds = time.as_secs_f64();
        let quotes = "UPDATE quotes SET expires_at = expires_at - $1::float8 * interval '1 second'";
        let attempts =
            "UPDATE booking_attempts SET started_at = started_at - $1::float8 * interval '1 second'";
        self.run(quotes, seconds).await;
        self.run(attempts, seconds).await;
    }

    async fn look(&self, quotes: &[QuoteId], jobs: &[JobId]) -> Snapshot {
        let quotes: Vec<Uuid> = quotes.iter().map(QuoteId::as_uuid).collect();
        let jobs: Vec<Uuid> = jobs.iter().map(JobId::as_uuid).collect();
        let audit = "SELECT action, count(*) FROM audit_log GROUP BY action";
        let quotes = self.client.query(QUOTES, &[&quotes]).await.unwrap();
        let jobs = self.client.query(JOBS, &[&jobs]).await.unwrap();
        let audit = self.client.query(audit, &[]).await.unwrap();
        Snapshot {
            quotes: quotes.iter().map(quote).collect(),
            jobs: jobs
                .iter()
                .map(|row| snapshot::Job {
                    state: row.get("state"),
                    attempt: row.get("attempt"),
                    errors: row.get("errors"),
                })
                .collect(),
            audit: audit.iter().map(|row| (row.get(0), row.get(1))).collect(),
        }
    }
}

fn quote(row: &tokio_postgres::Row) -> snapshot::Quote {
    let booking: Option<String> = row.get("booking");
    let number: Option<String> = row.get("number");
    snapshot::Quote {
        status: row.get("status"),
        over: row.get::<_, Option<bool>>("over").unwrap_or_default(),
        token: row.get("quote_token"),
        booking: booking.map(|status| snapshot::Booking {
            status,
            attempts: row.get("attempts"),
            certificate: number.map(|number| (number, row.get("certificate"))),
            cancellations: row.get("cancellations"),
        }),
    }
}
