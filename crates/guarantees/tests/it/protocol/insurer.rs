//! The insurer of the model: a ledger, and answers that the schedule chooses.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use loadsure_core::cancellation;
use loadsure_core::certificate::{Cancelled, Facts, Number, Status};
use loadsure_core::fee::Price;
use loadsure_core::insurer::{Failure, Lost, Offer, QuoteToken};
use loadsure_core::money::{Amount, Currency};
use loadsure_core::ports::Insurer;
use loadsure_core::quote_request::QuoteRequest;
use loadsure_core::repeat::RepeatPurchase;
use loadsure_core::spelling::Recipient;
use loadsure_core::support_data::Kind;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::protocol::gate::{Gate, Point};
use crate::protocol::op::Answer;

/// How long a price is good.
pub(crate) const GOOD_FOR: Duration = Duration::from_secs(3_600);

/// A certificate that the insurer issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) token: String,
    pub(crate) number: String,
    pub(crate) cancelled: bool,
}

/// The insurer's books. Clones are the same books.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    repeat: RepeatPurchase,
    books: Arc<Mutex<Books>>,
}

#[derive(Debug, Default)]
struct Books {
    offers: u32,
    entries: Vec<Entry>,
}

impl Ledger {
    pub(crate) fn new(repeat: RepeatPurchase) -> Self {
        Self {
            repeat,
            books: Arc::default(),
        }
    }

    /// Every certificate, in the order of issue.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.books().entries.clone()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn offer(&self) -> Offer {
        let mut books = self.books();
        books.offers += 1;
        Offer {
            token: QuoteToken::new(format!("token-{}", books.offers)),
            expires_in: GOOD_FOR,
            payment_method_type: None,
            product_id: None,
            product_name: None,
            description: None,
            limit: None,
            deductible: None,
            price: Price {
                premium: Amount::exact(Decimal::new(12_550, 2)).unwrap(),
                service_fee: Amount::ZERO,
                tax: Amount::ZERO,
                currency: Currency::USD,
            },
            terms_and_conditions_link: None,
            statement_of_fact: None,
            commodity_exclusions: Vec::new(),
        }
    }

    /// Where nobody knows what a repeat does, it does the worst: it buys again.
    fn purchase(&self, token: &QuoteToken) -> Result<Facts, Failure> {
        let mut books = self.books();
        let bought = books.entries.iter().find(|entry| entry.token == token.expose());
        match (bought, self.repeat) {
            (Some(entry), RepeatPurchase::SameCertificate) => return Ok(facts(entry)),
            (Some(_), RepeatPurchase::Rejected) => return Err(declined()),
            _ => {}
        }
        let entry = Entry {
            token: token.expose().to_owned(),
            number: format!("C-{}", books.entries.len() + 1),
            cancelled: false,
        };
        books.entries.push(entry.clone());
        Ok(facts(&entry))
    }

    fn certificate(&self, number: &Number) -> Result<Facts, Failure> {
        let books = self.books();
        let entry = books.entries.iter().find(|entry| entry.number == number.as_str());
        entry.map(facts).ok_or_else(declined)
    }

    fn cancel(&self, number: &Number) -> Result<Cancelled, Failure> {
        let mut books = self.books();
        let entry = books
            .entries
            .iter_mut()
            .find(|entry| entry.number == number.as_str());
        match entry {
            Some(entry) if !entry.cancelled => {
                entry.cancelled = true;
                Ok(Cancelled::default())
            }
            _ => Err(declined()),
        }
    }
}

fn facts(entry: &Entry) -> Facts {
    Facts {
        number: entry.number.parse().unwrap(),
        status: if entry.cancelled {
            Status::Cancelled
        } else {
            Status::Active
        },
        product_id: None,
        product_name: None,
        limit: None,
        deductible: None,
        premium: None,
        service_fee: None,
        tax: None,
        currency: None,
        certificate_link: None,
        file_claim_link: None,
        valid_from: None,
        valid_to: None,
        cancellation: Cancelled::default(),
    }
}

fn declined() -> Failure {
    Failure::Declined {
        status: 400,
        reasons: Vec::new(),
    }
}

fn lost() -> Failure {
    Failure::Unknown {
        what: Lost::Reset,
        source: None,
    }
}

/// The insurer as one worker reaches it.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) ledger: Ledger,
    pub(crate) gate: Gate,
}

impl Line {
    /// What is carried out is carried out before the worker hears of it: it may die, or be overtaken, in between.
    async fn call<T>(
        &self,
        point: Point,
        carry_out: impl FnOnce() -> Result<T, Failure> + Send,
    ) -> Result<T, Failure>
    where
        T: Send,
    {
        let answer = self.gate.pass(point).await.answer;
        let result = match answer {
            Answer::Yes => carry_out(),
            Answer::No => Err(declined()),
            Answer::NotSent => Err(Failure::NotSent("by the schedule".into())),
            Answer::TurnedAway => Err(Failure::Refused {
                status: 429,
                retry_after: None,
            }),
            Answer::LostBefore => Err(lost()),
            Answer::LostAfter => carry_out().and(Err(lost())),
        };
        let _heard = self.gate.pass(Point::Answer).await;
        result
    }
}

impl Insurer for Line {
    async fn quote(&self, _: &QuoteRequest) -> Result<Offer, Failure> {
        self.call(Point::Call, || Ok(self.ledger.offer())).await
    }

    async fn purchase(&self, token: &QuoteToken, _: &[Recipient]) -> Result<Facts, Failure> {
        self.call(Point::Purchase, || self.ledger.purchase(token)).await
    }

    async fn certificate(&self, _: &str, number: &Number) -> Result<Facts, Failure> {
        self.call(Point::Call, || self.ledger.certificate(number)).await
    }

    async fn document(&self, _: &str, _: &Number) -> Result<String, Failure> {
        Err(declined())
    }

    async fn cancel(&self, order: &cancellation::Order) -> Result<Cancelled, Failure> {
        self.call(Point::Call, || self.ledger.cancel(&order.number)).await
    }

    async fn support_data(&self, _: Kind) -> Result<Vec<Value>, Failure> {
        Err(declined())
    }
}
