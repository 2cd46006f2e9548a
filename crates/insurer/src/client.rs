//! The client: one method per operation of the port.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use loadsure_core::cancellation::Order;
use loadsure_core::certificate::{Cancelled, Facts, Number};
use loadsure_core::insurer::{Failure, Offer, QuoteToken};
use loadsure_core::ports::Insurer;
use loadsure_core::quote_request::QuoteRequest;
use loadsure_core::spelling::Recipient;
use loadsure_core::support_data::Kind;
use reqwest::header::HeaderMap;
use serde::Serialize;
use serde_json::Value;

use crate::answer;
use crate::endpoint::Endpoint;
use crate::flaw::Flaw;
use crate::observer::{Observer, outcome};
use crate::settings::{BuildError, Settings};
use crate::spellings::Spellings;
use crate::transport::Transport;
use crate::upstream;

/// The insurer over HTTP. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    transport: Arc<Transport>,
    spellings: Arc<Spellings>,
    observer: Option<Arc<dyn Observer>>,
    inject: Option<fn(&mut HeaderMap)>,
}

impl Client {
    /// Builds a client. Nothing is sent.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(settings: Settings) -> Result<Self, BuildError> {
        Ok(Self {
            spellings: Arc::new(Spellings::new(&settings.spellings)?),
            transport: Arc::new(Transport::new(&settings)?),
            observer: None,
            inject: None,
        })
    }

    /// Tells `observer` of every call that ends.
    #[must_use]
    pub fn observed(self, observer: Arc<dyn Observer>) -> Self {
        Self {
            observer: Some(observer),
            ..self
        }
    }

    /// Lets `inject` add headers to every request, such as the `traceparent` of the current span.
    #[must_use]
    pub fn traced(self, inject: fn(&mut HeaderMap)) -> Self {
        Self {
            inject: Some(inject),
            ..self
        }
    }

    async fn post<T>(
        &self,
        endpoint: Endpoint,
        body: &(impl Serialize + Sync),
        read: impl FnOnce(&Value) -> Result<T, Flaw> + Send,
    ) -> Result<T, Failure> {
        match serde_json::to_vec(body) {
            Ok(body) => self.call(endpoint, Some(body), read).await,
            Err(error) => Err(Failure::NotSent(Box::new(error))),
        }
    }

    async fn call<T>(
        &self,
        endpoint: Endpoint,
        body: Option<Vec<u8>>,
        read: impl FnOnce(&Value) -> Result<T, Flaw> + Send,
    ) -> Result<T, Failure> {
        let mut headers = HeaderMap::new();
        if let Some(inject) = self.inject {
            inject(&mut headers);
        }
        let started = Instant::now();
        let answer = self.transport.call(endpoint, body, headers).await;
        let result = answer.and_then(|answer| read(&answer).map_err(Failure::from));
        if let Some(observer) = &self.observer {
            observer.observed(endpoint.operation(), outcome(&result), started.elapsed());
        }
        result
    }
}

impl Insurer for Client {
    async fn quote(&self, request: &QuoteRequest) -> Result<Offer, Failure> {
        let body = upstream::Quote::of(request, &self.spellings);
        self.post(Endpoint::Quote, &body, answer::offer).await
    }

    async fn purchase(&self, token: &QuoteToken, send_emails_to: &[Recipient]) -> Result<Facts, Failure> {
        let body = upstream::Purchase::of(token, send_emails_to, &self.spellings);
        self.post(Endpoint::Purchase, &body, answer::bought).await
    }

    async fn certificate(&self, user_id: &str, number: &Number) -> Result<Facts, Failure> {
        let body = upstream::Certificate::of(user_id, number);
        let read = |answer: &Value| answer::summary(answer, number);
        self.post(Endpoint::Summary, &body, read).await
    }

    async fn document(&self, user_id: &str, number: &Number) -> Result<String, Failure> {
        let body = upstream::Certificate::of(user_id, number);
        self.post(Endpoint::Document, &body, answer::link).await
    }

    async fn cancel(&self, order: &Order) -> Result<Cancelled, Failure> {
        let body = upstream::Cancellation::of(order, &self.spellings);
        let read = |answer: &Value| answer::cancelled(answer, &order.number);
        self.post(Endpoint::Cancel, &body, read).await
    }

    async fn support_data(&self, kind: Kind) -> Result<Vec<Value>, Failure> {
        let read = |answer: &Value| answer::list(answer, kind);
        self.call(Endpoint::List(kind), None, read).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
