//! HTTP: connections, limits, and which failures happened before anything was sent.

use std::time::Duration;

use loadsure_core::insurer::{Failure, Lost};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response, retry};
use secrecy::ExposeSecret;
use serde_json::Value;
use time::OffsetDateTime;
use url::Url;

use crate::endpoint::Endpoint;
use crate::flaw::Flaw;
use crate::judge;
use crate::settings::{BuildError, Settings};

/// Idle connections are closed before the usual balancer (60 s) closes them under us.
const IDLE: Duration = Duration::from_secs(30);

const USER_AGENT: &str = concat!("loadsure-service/", env!("CARGO_PKG_VERSION"));

/// The way to the insurer.
///
/// Both clients speak HTTP/1.1: one connection carries one request, so a connection that breaks leaves one outcome
/// open and not those of all its neighbours.
///
/// What was checked of the stack below (reqwest 0.13.5, hyper-util 0.1.21, hyper 1.12): `hyper-util` sends a request a
/// second time only when it stood on a reused connection *and* hyper handed it back before its first byte was
/// encoded; reqwest's own retry layer acts on HTTP/2 refusals only, and is switched off. So nothing is sent twice once
/// a byte may have been written.
pub(crate) struct Transport {
    /// Reuses connections.
    reusing: Client,
    /// Makes a new connection for each call. A server may close an idle connection in the instant in which a request
    /// is written to it; that call is lost without a trace. A quote is simply asked again, a purchase would wait
    /// for a person. A new connection costs two or three round trips and excludes it.
    fresh: Client,
    base: Url,
    most_bytes: usize,
}

impl Transport {
    pub(crate) fn new(settings: &Settings) -> Result<Self, BuildError> {
        let build = |builder: ClientBuilder| builder.build().map_err(|e| BuildError::Http(e.without_url()));
        Ok(Self {
            reusing: build(builder(settings)?.pool_idle_timeout(IDLE))?,
            fresh: build(builder(settings)?.pool_max_idle_per_host(0))?,
            base: base(&settings.base_url)?,
            most_bytes: usize::try_from(settings.max_response_bytes.get()).unwrap_or(usize::MAX),
        })
    }

    /// Calls an endpoint and answers the JSON of a success.
    pub(crate) async fn call(
        &self,
        endpoint: Endpoint,
        body: Option<Vec<u8>>,
        headers: HeaderMap,
    ) -> Result<Value, Failure> {
        let client = if endpoint.buys() {
            &self.fresh
        } else {
            &self.reusing
        };
        let mut request = client
            .request(endpoint.method(), self.url(endpoint))
            .headers(headers);
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.map_err(unanswered)?;
        let status = response.status();
        if let Some(failure) = judge::head(status, response.headers(), OffsetDateTime::now_utc()) {
            return Err(failure);
        }
        let body = self.read(response).await?;
        judge::body(status, &body, endpoint.buys())
    }

    fn url(&self, endpoint: Endpoint) -> Url {
        let mut url = self.base.clone();
        let path = format!("{}{}", self.base.path().trim_end_matches('/'), endpoint.path());
        url.set_path(&path);
        url
    }

    /// Reads an answer up to the limit.
    async fn read(&self, mut response: Response) -> Result<Vec<u8>, Failure> {
        let too_large = || Failure::from(Flaw::TooLarge(self.most_bytes));
        let announced = response.content_length().map(usize::try_from);
        if announced.is_some_and(|length| length.is_ok_and(|length| length > self.most_bytes)) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(cut_short)? {
            if body.len().saturating_add(chunk.len()) > self.most_bytes {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn builder(settings: &Settings) -> Result<ClientBuilder, BuildError> {
    let key = settings.api_key.expose_secret();
    let mut bearer = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| BuildError::ApiKey)?;
    if key.trim().is_empty() {
        return Err(BuildError::ApiKey);
    }
    bearer.set_sensitive(true);
    let json = HeaderValue::from_static("application/json");
    let headers = [
        (AUTHORIZATION, bearer),
        (CONTENT_TYPE, json.clone()),
        (ACCEPT, json),
    ];
    Ok(Client::builder()
        .default_headers(headers.into_iter().collect())
        .user_agent(USER_AGENT)
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.request_timeout)
        .redirect(Policy::none())
        .referer(false)
        // A proxy named in the environment would see every application; reaching the insurer is configured here only.
        .no_proxy()
        .http1_only()
        .retry(retry::never()))
}

/// Checks the base address.
fn base(url: &Url) -> Result<Url, BuildError> {
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(BuildError::BaseUrl("must be an http or https address"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BuildError::BaseUrl("must not carry a user or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(BuildError::BaseUrl("must not have a query or fragment"));
    }
    if url.path().trim_end_matches('/').ends_with("/api") {
        return Err(BuildError::BaseUrl(
            "must not end with /api, which every path begins with",
        ));
    }
    Ok(url.clone())
}

/// No answer came. Only a failure to make the connection, or to build the request, proves that nothing was sent.
fn unanswered(error: reqwest::Error) -> Failure {
    // The address is known to everyone who may know it, and has no place in an error text.
    let error = error.without_url();
    if error.is_connect() || error.is_builder() {
        return Failure::NotSent(Box::new(error));
    }
    let what = if error.is_timeout() {
        Lost::Timeout
    } else {
        Lost::Reset
    };
    Failure::Unknown {
        what,
        source: Some(Box::new(error)),
    }
}

/// The answer began and did not end.
fn cut_short(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let what = if error.is_timeout() {
        Lost::Timeout
    } else {
        Lost::Unreadable
    };
    Failure::Unknown {
        what,
        source: Some(Box::new(error)),
    }
}
