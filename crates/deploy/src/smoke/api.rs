//! Requests to the REST API, as a customer makes them.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use super::SmokeError;

/// Longer than a request may wait for its result.
const TIMEOUT: Duration = Duration::from_secs(65);

/// Where the service is, and with which key it is tried.
#[derive(Debug, Clone)]
pub struct Smoke {
    /// Address of the API, without `/api`.
    pub base_url: Url,
    /// A key of a tenant of its own, with the scopes `quotes`, `bookings` and `read`.
    pub key: SecretString,
}

/// A client.
pub(crate) struct Api {
    http: Client,
    base: Url,
}

impl Api {
    pub(crate) fn new(smoke: &Smoke) -> Result<Self, SmokeError> {
        let bearer = format!("Bearer {}", smoke.key.expose_secret());
        let bearer = HeaderValue::from_str(&bearer);
        let mut bearer = bearer.map_err(|_| SmokeError::Settings("the key cannot stand in a header"))?;
        bearer.set_sensitive(true);
        let http = Client::builder()
            .default_headers([(AUTHORIZATION, bearer)].into_iter().collect())
            .timeout(TIMEOUT)
            .redirect(Policy::none())
            .build();
        Ok(Self {
            http: http.map_err(|_| SmokeError::Settings("TLS cannot be set up"))?,
            base: smoke.base_url.clone(),
        })
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base.as_str().trim_end_matches('/'))
    }

    /// Reads something that is there.
    pub(crate) async fn get(&self, step: &'static str, path: &str) -> Result<Value, SmokeError> {
        self.send(step, self.http.get(self.url(path))).await
    }

    /// Asks for something that is done once, and waits as long as the API lets it.
    pub(crate) async fn post(
        &self,
        step: &'static str,
        path: &str,
        body: &Value,
    ) -> Result<Value, SmokeError> {
        let request = self.http.post(self.url(path));
        let key = Uuid::now_v7().to_string();
        let request = request.header("Idempotency-Key", key).header("Prefer", "wait=50");
        self.send(step, request.json(body)).await
    }

    async fn send(&self, step: &'static str, request: RequestBuilder) -> Result<Value, SmokeError> {
        let unanswered = |error: reqwest::Error| SmokeError::NoAnswer {
            step,
            source: error.without_url(),
        };
        let response = request.send().await.map_err(unanswered)?;
        let status = response.status();
        let body: Option<Value> = serde_json::from_slice(&response.bytes().await.map_err(unanswered)?).ok();
        if status.is_success() {
            return body.ok_or(SmokeError::Content { step, field: "JSON" });
        }
        let code = body.as_ref().and_then(|body| body.get("code")?.as_str());
        Err(SmokeError::Answer {
            step,
            status: status.as_u16(),
            code: code.map(str::to_owned),
        })
    }
}
