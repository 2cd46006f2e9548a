//! The load: orders that begin at their own times, whatever becomes of the others.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::client::{Clients, Patience, Wish};
use super::journal::{End, Op, Told};
use super::rng::Rng;
use crate::demo;

/// Of the quotes that got a price, how many are booked; of the bookings, how many are cancelled. Percent.
const BOOKED: u64 = 85;
const CANCELLED: u64 = 35;
/// Of the bookings, how many are sent twice at the same time with one key, and how many are followed by an
/// attempt to buy the same quote with another key. Percent.
const DOUBLE_CLICKED: u64 = 15;
const CONTESTED: u64 = 10;
/// Requests for one quote in a contest.
pub(crate) const CONTENDERS: u64 = 16;
/// Time that a client thinks before the next step.
const THINKING: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(600));

/// How many orders, how often, and by which dice.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) seed: u64,
    /// Orders that begin in a second.
    pub(crate) per_second: u32,
    /// Without a number orders begin until they are told to end.
    pub(crate) orders: Option<u64>,
    pub(crate) patience: Patience,
    pub(crate) shape: Shape,
}

/// What orders are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Quotes, of which some are booked, of which some are cancelled; some bookings are sent twice.
    Mixed,
    /// Every quote is booked, plainly, and nothing is cancelled.
    Booked,
    /// Every quote is booked by 16 requests at the same time: half of them with one key, half with keys of
    /// their own.
    Contested,
}

/// One order on its way.
#[derive(Clone)]
struct Order {
    number: u64,
    clients: Clients,
    load: Load,
    rng: Rng,
    /// Keeps the keys of one run apart from those of another.
    run: String,
}

/// Runs the load, and returns when every client has its last answer or has lost patience. Orders of a load without a
/// number end to begin when `over` is true.
pub(crate) async fn run(clients: &Clients, load: &Load, over: &watch::Receiver<bool>) -> anyhow::Result<()> {
    let dice = Rng::new(load.seed).fork(2);
    let run = OffsetDateTime::now_utc().unix_timestamp_nanos().to_string();
    let mut orders = JoinSet::new();
    let interval = Duration::from_secs(1) / load.per_second.max(1);
    let mut due = Duration::ZERO;
    let mut number = 0;
    while load.orders.map_or(!*over.borrow(), |orders| number < orders) {
        let order = Order {
            number,
            clients: clients.clone(),
            load: load.clone(),
            rng: dice.fork(number),
            run: run.clone(),
        };
        tokio::time::sleep_until(clients.journal().start() + due).await;
        orders.spawn(order.place());
        due += interval;
        number += 1;
    }
    while let Some(order) = orders.join_next().await {
        order.context("an order did not end")?;
    }
    Ok(())
}

impl Order {
    async fn place(mut self) {
        let quote = self
            .send(Op::Quote, "quote", "/api/insurance/quotes", self.quote())
            .await;
        let Some(quote) = quote.id.filter(|_| quote.end == End::Done) else {
            return;
        };
        let mixed = self.load.shape == Shape::Mixed;
        if mixed && !self.rng.chance(BOOKED) {
            return;
        }
        self.think().await;
        let Some(certificate) = self.book(&quote).await.certificate else {
            return;
        };
        if !mixed || !self.rng.chance(CANCELLED) {
            return;
        }
        self.think().await;
        let path = format!("/api/insurance/certificates/{certificate}/cancel");
        let body = json!({"userId": demo::USER_EMAIL, "reason": "CANNLN", "emailAssured": false});
        self.send(Op::Cancellation, "cancel", &path, body).await;
    }

    async fn book(&mut self, quote: &str) -> Told {
        let throw = self.rng.below(100);
        match self.load.shape {
            Shape::Contested => return self.contest(quote).await,
            Shape::Mixed if throw < DOUBLE_CLICKED => {
                let mut twin = self.twin(1);
                return tokio::join!(self.order(quote, "book"), twin.order(quote, "book")).0;
            }
            Shape::Mixed | Shape::Booked => {}
        }
        let told = self.order(quote, "book").await;
        if self.load.shape == Shape::Mixed && throw < DOUBLE_CLICKED + CONTESTED {
            self.order(quote, "book-again").await;
        }
        told
    }

    async fn contest(&mut self, quote: &str) -> Told {
        let mut rivals = JoinSet::new();
        for rival in 1..CONTENDERS {
            let (mut twin, quote) = (self.twin(rival), quote.to_owned());
            let step = if rival % 2 == 0 {
                "book".to_owned()
            } else {
                format!("book-{rival}")
            };
            rivals.spawn(async move { twin.order(&quote, &step).await });
        }
        let told = self.order(quote, "book").await;
        rivals.join_all().await;
        told
    }

    /// The same client once more, with dice of its own.
    fn twin(&self, label: u64) -> Self {
        Self {
            rng: self.rng.fork(label),
            ..self.clone()
        }
    }

    async fn order(&mut self, quote: &str, step: &str) -> Told {
        let body = json!({"quoteId": quote});
        self.send(Op::Booking, step, "/api/insurance/bookings", body)
            .await
    }

    /// One request; `step` makes its key, which is the same for repetitions.
    async fn send(&mut self, op: Op, step: &str, path: &str, body: Value) -> Told {
        let wish = Wish {
            order: self.number,
            op,
            path: path.to_owned(),
            body,
            key: format!("{}-{}-{step}", self.run, self.number),
            patience: self.load.patience,
            first: usize::try_from(self.rng.below(64)).unwrap_or_default(),
        };
        let dice = Rng::new(self.rng.next());
        self.clients.fulfil(wish, dice).await
    }

    fn quote(&self) -> Value {
        let mut quote = demo::quote(OffsetDateTime::now_utc().date());
        quote["freightId"] = format!("CHAOS-{}-{}", self.load.seed, self.number).into();
        quote
    }

    async fn think(&mut self) {
        let time = self.rng.between(THINKING.0, THINKING.1);
        tokio::time::sleep(time).await;
    }
}
