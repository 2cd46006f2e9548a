//! A purchase that the insurer carried out and whose answer was lost, and a worker that can ask about it.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use loadsure_config::WorkerServiceConfig;
use loadsure_core::booking::{Conclusion, Order};
use loadsure_core::id::{BookingId, JobId, QuoteId};
use loadsure_core::insurer::Offer;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Bookings as _, Insurer as _};
use loadsure_core::quote_request::{Context, QuoteRequest};
use loadsure_core::reference::ReferenceIds;
use loadsure_insurer::Client;
use loadsure_sandbox::{Config, Sandbox};
use loadsure_store::{Acceptance, NewBooking, NewJob, Store, local_tenant};
use loadsure_telemetry::Metrics;
use loadsure_testkit::db::TestDb;
use loadsure_testkit::redis::TestRedis;
use loadsure_worker::Worker;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio_postgres::Client as Session;

use crate::support::{migrated, session};

/// A database, streams and an insurer.
pub(crate) struct Scene {
    pub(crate) db: TestDb,
    pub(crate) session: Session,
    pub(crate) redis: TestRedis,
    sandbox: Sandbox,
}

impl Scene {
    pub(crate) async fn set() -> Self {
        let db = migrated().await;
        Self {
            session: session(&db).await,
            db,
            redis: TestRedis::shared().await.unwrap(),
            sandbox: Sandbox::start(Config::default()).await.unwrap(),
        }
    }

    /// Buys cover behind the service's back, as a worker whose answer is lost, and gives the certificate's number.
    pub(crate) async fn lost(&self) -> (BookingId, String) {
        let client = self.client();
        let offer = client.quote(&request()).await.unwrap();
        let facts = client.purchase(&offer.token, &[]).await.unwrap();
        let booking = self.unknown(self.quote(&offer).await).await;
        (booking, facts.number.to_string())
    }

    /// A worker, with the same insurer.
    pub(crate) async fn worker(&self) -> Worker {
        let mut env = self.env();
        env.insert("LOADSURE_BASE_URL", self.sandbox.base_url());
        let key = self.sandbox.api_key().expose_secret();
        env.insert("LOADSURE_API_KEY", key.to_owned());
        let variables: BTreeMap<String, String> = env
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let config = WorkerServiceConfig::from_env(&variables).unwrap();
        let metrics = Metrics::detached().unwrap();
        Worker::start(config, metrics).await.unwrap()
    }

    /// What every program reads.
    pub(crate) fn env(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("DATABASE_URL", self.db.url().to_owned()),
            ("REDIS_URL", self.redis.url().to_owned()),
            ("REDIS_PREFIX", self.redis.prefix().to_owned()),
            ("METRICS_ADDR", "off".to_owned()),
        ])
    }

    fn client(&self) -> Client {
        Client::new(loadsure_insurer::Settings {
            base_url: self.sandbox.base_url().parse().unwrap(),
            api_key: self.sandbox.api_key().clone(),
            connect_timeout: Duration::from_secs(3),
            request_timeout: Duration::from_secs(10),
            max_response_bytes: NonZeroU32::MAX,
            spellings: BTreeMap::new(),
        })
        .unwrap()
    }

    async fn quote(&self, offer: &Offer) -> QuoteId {
        let id = QuoteId::generate();
        let sql = "INSERT INTO quotes (id, tenant_id, status, request, user_id, freight_id, quote_token, premium,
                service_fee, tax, fee_amount, total_cost, currency, expires_at)
            VALUES ($1, $2, 'active', '{}', 'u-1', 'FR-1', $3, 0, 0, 0, 0, 0, 'USD', now() + interval '1 hour')";
        let (tenant, token) = (local_tenant().as_uuid(), offer.token.expose());
        self.session
            .execute(sql, &[&id.as_uuid(), &tenant, &token])
            .await
            .unwrap();
        // The premium is what the insurer said, so that the certificate can be compared with it.
        let sql =
            "UPDATE quotes SET premium = ($2::text)::numeric, total_cost = ($2::text)::numeric WHERE id = $1";
        let premium = offer.price.premium.as_decimal().to_string();
        self.session
            .execute(sql, &[&id.as_uuid(), &premium])
            .await
            .unwrap();
        id
    }

    async fn unknown(&self, quote: QuoteId) -> BookingId {
        let store = store(self.db.url());
        let order = Order {
            quote,
            send_emails_to: Vec::new(),
            callback_url: None,
        };
        let new = NewBooking {
            tenant: local_tenant(),
            order: &order,
            job: NewJob {
                id: JobId::generate(),
                reply_to: None,
                traceparent: None,
            },
        };
        let Acceptance::Accepted((booking, job)) = store.accept_booking(&new, None).await.unwrap() else {
            panic!("the booking was not accepted");
        };
        let ticket = Ticket { job, attempt: 1 };
        let attempt = store.start_purchase(ticket, booking).await.unwrap().unwrap();
        let lost = Conclusion::LostSight("no answer in time".to_owned());
        assert!(store.conclude_purchase(ticket, attempt, &lost).await.unwrap());
        booking
    }
}

pub(crate) fn store(url: &str) -> Store {
    let time = Duration::from_secs(10);
    Store::new(&loadsure_store::Settings {
        url: url.to_owned().into(),
        application_name: "test".to_owned(),
        pool_size: 2,
        ca_certificate: None,
        connect_timeout: time,
        statement_timeout: time,
        wait_timeout: time,
    })
    .unwrap()
}

fn request() -> QuoteRequest {
    let ids = ReferenceIds::default();
    let context = Context::new(OffsetDateTime::now_utc().date(), &ids, QuoteId::generate());
    QuoteRequest::parse(&application(), &context).unwrap()
}

fn application() -> Value {
    let day = |ahead| (OffsetDateTime::now_utc().date() + time::Duration::days(ahead)).to_string();
    let address = json!({
        "address1": "1 Dock Street", "city": "Savannah", "state": "GA", "postal": "31401", "country": "USA"
    });
    json!({
        "user": {"id": "u-1", "email": "ada@broker.example", "name": "Ada Broker"},
        "assured": {"name": "Widgets Inc", "email": "cargo@widgets.example", "address": address},
        "shipment": {
            "version": "2", "freightId": "FR-1", "pickupDate": day(3), "deliveryDate": day(6),
            "cargo": {
                "cargoValue": {"currency": "USD", "value": 50_000},
                "commodity": [6],
                "fullDescriptionOfCargo": "Shirts",
            },
            "carriers": [],
            "stops": [
                {"stopType": "PICKUP", "stopNumber": 1, "date": day(3), "address": address},
                {"stopType": "DELIVERY", "stopNumber": 2, "date": day(6), "address": address},
            ],
            "loadType": "FULL_TRUCKLOAD_1", "equipmentType": 2,
        }
    })
}
