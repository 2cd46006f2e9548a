//! An insurer that gives the answers that a test wrote down, in order.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use loadsure_core::certificate::{Cancelled, Facts, Number};
use loadsure_core::insurer::{Failure, Lost, Offer, QuoteToken, Reason};
use loadsure_core::ports::Insurer;
use loadsure_core::quote_request::QuoteRequest;
use loadsure_core::spelling::Recipient;
use loadsure_core::{cancellation, support_data};
use serde_json::Value;

use super::facts;

/// An answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// A certificate of this number.
    Certificate(&'static str),
    /// No answer.
    Nothing,
    /// A refusal with this status, for a reason.
    Declined(u16),
    /// Turned away unread.
    Refused,
}

/// Answers what it was told to. A call that no answer is left for fails the test.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    purchases: Mutex<VecDeque<Answer>>,
    summaries: Mutex<VecDeque<Answer>>,
}

impl Scripted {
    pub(crate) fn purchases(answers: &[Answer]) -> Self {
        Self {
            purchases: Mutex::new(answers.iter().copied().collect()),
            ..Self::default()
        }
    }

    pub(crate) fn summaries(answers: &[Answer]) -> Self {
        Self {
            summaries: Mutex::new(answers.iter().copied().collect()),
            ..Self::default()
        }
    }

    /// Answers that were not asked for.
    pub(crate) fn left(&self) -> usize {
        lock(&self.purchases).len() + lock(&self.summaries).len()
    }
}

fn lock(answers: &Mutex<VecDeque<Answer>>) -> MutexGuard<'_, VecDeque<Answer>> {
    answers.lock().unwrap()
}

fn next(answers: &Mutex<VecDeque<Answer>>) -> Result<Facts, Failure> {
    match lock(answers).pop_front().expect("a call that the test expects") {
        Answer::Certificate(number) => Ok(facts(number)),
        Answer::Nothing => Err(Failure::Unknown {
            what: Lost::Timeout,
            source: None,
        }),
        Answer::Declined(status) => Err(Failure::Declined {
            status,
            reasons: vec![Reason {
                code: None,
                message: "no".to_owned(),
                path: None,
            }],
        }),
        Answer::Refused => Err(Failure::Refused {
            status: 429,
            retry_after: Some(Duration::ZERO),
        }),
    }
}

impl Insurer for Scripted {
    async fn quote(&self, _: &QuoteRequest) -> Result<Offer, Failure> {
        unreachable!("no test asks for a price")
    }

    async fn purchase(&self, _: &QuoteToken, _: &[Recipient]) -> Result<Facts, Failure> {
        next(&self.purchases)
    }

    async fn certificate(&self, _: &str, _: &Number) -> Result<Facts, Failure> {
        next(&self.summaries)
    }

    async fn document(&self, _: &str, _: &Number) -> Result<String, Failure> {
        unreachable!("no test asks for a document")
    }

    async fn cancel(&self, _: &cancellation::Order) -> Result<Cancelled, Failure> {
        unreachable!("no test cancels")
    }

    async fn support_data(&self, _: support_data::Kind) -> Result<Vec<Value>, Failure> {
        unreachable!("no test reads reference data")
    }
}
