//! A database of the test's own, with quotes that can be bought and purchases in every state.

pub(crate) mod insurer;

use std::time::Duration;

use loadsure_core::booking::{Booking, Conclusion, Order};
use loadsure_core::certificate::{Cancelled, Facts, Status};
use loadsure_core::id::{BookingId, JobId, QuoteId};
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Attempt, Bookings as _};
use loadsure_store::{Acceptance, NewBooking, NewJob, NewSettlement, Store, local_tenant};
use loadsure_testkit::db::TestDb;
use serde_json::Value;
use tokio_postgres::Client;

use crate::support::Setup;

/// Who settles in these tests.
pub(crate) const ACTOR: &str = "ctl:test";

/// A database and what is done to it.
pub(crate) struct Scene {
    pub(crate) store: Store,
    /// A session of the test's own, for what no repository offers.
    pub(crate) sql: Client,
    _db: TestDb,
}

/// A purchase whose outcome is unknown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unknown {
    pub(crate) quote: QuoteId,
    pub(crate) booking: BookingId,
    pub(crate) ticket: Ticket,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let Setup { store, sql, db, .. } = Setup::new().await;
        Self { store, sql, _db: db }
    }

    /// A priced quote of 100,000.00 for a premium of 125.50.
    pub(crate) async fn quote(&self) -> QuoteId {
        let id = QuoteId::generate();
        let sql = "INSERT INTO quotes (id, tenant_id, status, request, user_id, freight_id, quote_token, coverage_amount,
                premium, service_fee, tax, fee_amount, total_cost, currency, expires_at)
            VALUES ($1::uuid, $2, 'active', '{}', 'user-1', 'FR-' || ($1::uuid)::text, 'token-' || ($1::uuid)::text, 100000, 125.50, 0, 0, 0,
                125.50, 'USD', now() + interval '1 hour')";
        let tenant = local_tenant().as_uuid();
        self.sql.execute(sql, &[&id.as_uuid(), &tenant]).await.unwrap();
        id
    }

    /// Accepts a booking of a quote.
    pub(crate) async fn book(&self, quote: QuoteId) -> (BookingId, Ticket) {
        let order = Order {
            quote,
            send_emails_to: Vec::new(),
            callback_url: None,
        };
        let new = NewBooking {
            tenant: local_tenant(),
            order: &order,
            job: job(),
        };
        let Acceptance::Accepted((booking, job)) = self.store.accept_booking(&new, None).await.unwrap()
        else {
            panic!("the booking was not accepted");
        };
        (booking, Ticket { job, attempt: 1 })
    }

    /// Journals an attempt to buy.
    pub(crate) async fn start(&self, ticket: Ticket, booking: BookingId) -> Attempt {
        let started = self.store.start_purchase(ticket, booking).await.unwrap();
        started.expect("the purchase can be started")
    }

    /// A purchase that was sent, and whose answer was lost just now.
    pub(crate) async fn unknown(&self) -> Unknown {
        let quote = self.quote().await;
        let (booking, ticket) = self.book(quote).await;
        let attempt = self.start(ticket, booking).await;
        let lost = Conclusion::LostSight("no answer in time".to_owned());
        assert!(
            self.store
                .conclude_purchase(ticket, attempt, &lost)
                .await
                .unwrap()
        );
        Unknown {
            quote,
            booking,
            ticket,
        }
    }

    /// Makes the attempts of a booking older.
    pub(crate) async fn age(&self, booking: BookingId, by: Duration) {
        let sql = "UPDATE booking_attempts SET started_at = started_at - $2::float8 * interval '1 second'
            WHERE booking_id = $1";
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 2] =
            [&booking.as_uuid(), &by.as_secs_f64()];
        self.sql.execute(sql, &parameters).await.unwrap();
    }

    pub(crate) async fn booking(&self, id: BookingId) -> Booking {
        let found = self.store.booking(local_tenant(), id).await.unwrap();
        found.expect("the booking is there")
    }

    /// Accepts that an unknown outcome is said to be a certificate.
    pub(crate) async fn claim(&self, booking: BookingId, number: &str) -> Acceptance<JobId> {
        let (new, number) = (settlement(booking), number.parse().unwrap());
        self.store.accept_settlement(&new, &number, &job()).await.unwrap()
    }

    /// As [`Scene::claim`], for claims that are accepted.
    pub(crate) async fn claimed(&self, booking: BookingId, number: &str) -> Ticket {
        match self.claim(booking, number).await {
            Acceptance::Accepted(job) => Ticket { job, attempt: 1 },
            other => panic!("the claim was not accepted: {other:?}"),
        }
    }

    /// Every outcome of a booking's journal, in order; `open` for an attempt that has not ended.
    pub(crate) async fn journal(&self, booking: BookingId) -> Vec<String> {
        let (_, entries) = self.store.purchase(booking).await.unwrap().unwrap();
        let outcome = |outcome: Option<String>| outcome.unwrap_or_else(|| "open".to_owned());
        entries.into_iter().map(|entry| outcome(entry.outcome)).collect()
    }

    /// The audit entries of a booking: action, actor, before, after.
    pub(crate) async fn audit(
        &self,
        booking: BookingId,
    ) -> Vec<(String, String, Option<Value>, Option<Value>)> {
        let sql = "SELECT action, actor, before, after FROM audit_log WHERE subject = $1 ORDER BY id";
        let rows = self.sql.query(sql, &[&booking.to_string()]).await.unwrap();
        rows.iter()
            .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
            .collect()
    }
}

pub(crate) fn settlement(booking: BookingId) -> NewSettlement<'static> {
    NewSettlement {
        booking,
        actor: ACTOR,
        key: None,
    }
}

pub(crate) fn job() -> NewJob {
    NewJob {
        id: JobId::generate(),
        reply_to: None,
        traceparent: None,
    }
}

/// What the insurer says of a certificate that fits the quotes of [`Scene::quote`].
pub(crate) fn facts(number: &str) -> Facts {
    Facts {
        number: number.parse().unwrap(),
        status: Status::Active,
        product_id: None,
        product_name: None,
        limit: Some("100000".parse().unwrap()),
        deductible: None,
        premium: Some("125.50".parse().unwrap()),
        service_fee: None,
        tax: None,
        currency: Some("USD".to_owned()),
        certificate_link: None,
        file_claim_link: None,
        valid_from: None,
        valid_to: None,
        cancellation: Cancelled::default(),
    }
}
