//! A client and the insurer it speaks to.

use std::collections::BTreeMap;
use std::error::Error;
use std::num::NonZeroU32;
use std::time::Duration;

use loadsure_core::certificate::{Facts, Number};
use loadsure_core::insurer::{Failure, Lost, QuoteToken};
use loadsure_core::ports::Insurer;
use loadsure_core::quote_request::{Context, QuoteRequest};
use loadsure_core::reference::Known;
use loadsure_insurer::{Client, Settings};
use loadsure_sandbox::{Config, Fault, Kind, Operation, Sandbox};
use serde_json::Value;
use uuid::Uuid;

use crate::forms;

/// `user.id` of every form in these tests.
pub(crate) const USER: &str = "ada@example.com";

pub(crate) struct Insured {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

impl Insured {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts both, the client with changed settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let sandbox = Sandbox::start(Config::default()).await.unwrap();
        let mut settings = settings(&sandbox.base_url());
        settings.api_key = sandbox.api_key().clone();
        change(&mut settings);
        Self {
            client: Client::new(settings).unwrap(),
            sandbox,
        }
    }

    /// The next call of `operation` goes wrong.
    pub(crate) fn spoil(&self, operation: Operation, kind: Kind) {
        self.sandbox.set_faults([Fault::once(operation, kind)]);
    }

    pub(crate) async fn token(&self) -> QuoteToken {
        self.client.quote(&request()).await.unwrap().token
    }

    pub(crate) async fn bought(&self) -> Facts {
        let token = self.token().await;
        self.client.purchase(&token, &[]).await.unwrap()
    }

    /// Tries to buy under a fault, and answers how that failed and how many certificates the insurer issued.
    pub(crate) async fn buy_under(&self, kind: Kind) -> (Failure, usize) {
        let token = self.token().await;
        self.spoil(Operation::PurchaseQuote, kind);
        let failure = self.client.purchase(&token, &[]).await.unwrap_err();
        let totals = self.sandbox.ledger().token(token.expose());
        assert!(totals.attempts <= 1, "sent {} times", totals.attempts);
        (failure, totals.certificates.len())
    }
}

pub(crate) fn settings(base_url: &str) -> Settings {
    Settings {
        base_url: base_url.parse().unwrap(),
        api_key: "key-for-tests".into(),
        connect_timeout: Duration::from_secs(5),
        request_timeout: Duration::from_secs(10),
        max_response_bytes: NonZeroU32::new(1 << 20).unwrap(),
        spellings: BTreeMap::new(),
    }
}

pub(crate) fn request() -> QuoteRequest {
    parse(&forms::full_with_required_fields())
}

pub(crate) fn parse(form: &Value) -> QuoteRequest {
    let context = Context {
        today: None,
        known: Known::nothing(),
        quote_id: Uuid::nil().into(),
    };
    QuoteRequest::parse(form, &context).unwrap()
}

pub(crate) fn number(text: &str) -> Number {
    text.parse().unwrap()
}

/// What was seen when the outcome is unknown.
pub(crate) fn lost(failure: &Failure) -> Lost {
    match failure {
        Failure::Unknown { what, .. } => *what,
        other => panic!("not unknown: {other:?}"),
    }
}

/// Status and messages of a refusal.
pub(crate) fn declined(failure: &Failure) -> (u16, Vec<&str>) {
    match failure {
        Failure::Declined { status, reasons } => (
            *status,
            reasons.iter().map(|reason| reason.message.as_str()).collect(),
        ),
        other => panic!("not declined: {other:?}"),
    }
}

pub(crate) fn refused(failure: &Failure) -> (u16, Option<Duration>) {
    match failure {
        Failure::Refused { status, retry_after } => (*status, *retry_after),
        other => panic!("not refused: {other:?}"),
    }
}

/// Everything that a log could show of an error: its texts and those of its causes, formatted in both ways.
pub(crate) fn shown(error: &dyn Error) -> String {
    let mut text = format!("{error:?}");
    let mut cause = Some(error);
    while let Some(error) = cause {
        text.push_str(&format!(" {error}"));
        cause = error.source();
    }
    text
}
