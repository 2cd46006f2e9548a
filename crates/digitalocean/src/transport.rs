//! HTTP: connections, limits, and what a failure leaves open.

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode, retry};
use secrecy::ExposeSecret;
use serde_json::Value;
use url::Url;

use crate::error::{Error, Trouble};
use crate::message;
use crate::quota::Quota;
use crate::settings::{BuildError, Settings};

/// Longest answer that is read. An app tells its spec up to five times, once per deployment that it names.
const MOST_BYTES: usize = 16 << 20;

const USER_AGENT: &str = concat!("loadsure-service/", env!("CARGO_PKG_VERSION"));

/// One call.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// Path segments after the base address.
    pub(crate) path: &'a [&'a str],
    /// The part after the question mark.
    pub(crate) query: Option<&'static str>,
    pub(crate) body: Option<&'a Value>,
    /// What is asked for, as it stands in the error when it is not found.
    pub(crate) what: &'static str,
    /// Whether something may have changed although no answer came.
    pub(crate) changes: bool,
    /// Whether a success has no body.
    pub(crate) is_silent: bool,
}

impl Default for Call<'_> {
    /// A question.
    fn default() -> Self {
        Self {
            method: Method::GET,
            path: &[],
            query: None,
            body: None,
            what: "it",
            changes: false,
            is_silent: false,
        }
    }
}

/// The way to the platform.
///
/// HTTP/1.1, no redirections, no retries below: what is sent once arrives at most once.
pub(crate) struct Transport {
    client: Client,
    base: Url,
    quota: Quota,
}

impl Transport {
    pub(crate) fn new(settings: &Settings) -> Result<Self, BuildError> {
        Ok(Self {
            client: client(settings)?,
            base: base(&settings.base_url)?,
            quota: Quota::default(),
        })
    }

    /// Calls and answers the JSON of a success.
    pub(crate) async fn call(&self, call: &Call<'_>) -> Result<Value, Error> {
        if let Some(retry_after) = self.quota.wait() {
            return Err(Error::RateLimited { retry_after });
        }
        let mut request = self.client.request(call.method.clone(), self.url(call));
        if let Some(body) = call.body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|error| unanswered(call, error))?;
        let status = response.status();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let retry_after = self.quota.refused(response.headers());
            return Err(Error::RateLimited { retry_after });
        }
        self.quota.seen(response.headers());
        let body = read(response).await;
        judge(call, status, body)
    }

    fn url(&self, call: &Call<'_>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("v2").extend(call.path);
        }
        url.set_query(call.query);
        url
    }
}

/// What an answer means.
fn judge(call: &Call<'_>, status: StatusCode, body: Result<Vec<u8>, Broken>) -> Result<Value, Error> {
    match status.as_u16() {
        200..=299 if call.is_silent => Ok(Value::Null),
        200..=299 => {
            let body = body.map_err(|(what, source)| lost(call, what, source))?;
            serde_json::from_slice(&body).map_err(|_| lost(call, Trouble::Unreadable, None))
        }
        status @ (401 | 403) => Err(Error::Unauthorized { status }),
        404 => Err(Error::NotFound(call.what)),
        // 408 and 499 speak of the connection, not of the request.
        status @ (408 | 499) => Err(lost(call, Trouble::Status(status), None)),
        status @ 400..=498 => Err(Error::Invalid {
            status,
            message: message::of(&body.unwrap_or_default()),
        }),
        status => Err(lost(call, Trouble::Status(status), None)),
    }
}

/// Why a body could not be read to its end.
type Broken = (Trouble, Option<reqwest::Error>);

async fn read(mut response: Response) -> Result<Vec<u8>, Broken> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len().saturating_add(chunk.len()) <= MOST_BYTES => {
                body.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => return Err((Trouble::Unreadable, None)),
            Ok(None) => return Ok(body),
            Err(error) if error.is_timeout() => return Err((Trouble::Timeout, Some(error.without_url()))),
            Err(error) => return Err((Trouble::Reset, Some(error.without_url()))),
        }
    }
}

/// No answer came. Only a failure to make the connection, or to build the request, proves that nothing was sent.
fn unanswered(call: &Call<'_>, error: reqwest::Error) -> Error {
    let error = error.without_url();
    if error.is_connect() || error.is_builder() {
        return Error::Unavailable {
            what: Trouble::Connect,
            source: Some(error),
        };
    }
    let what = if error.is_timeout() {
        Trouble::Timeout
    } else {
        Trouble::Reset
    };
    lost(call, what, Some(error))
}

fn lost(call: &Call<'_>, what: Trouble, source: Option<reqwest::Error>) -> Error {
    if call.changes {
        Error::Unknown { what, source }
    } else {
        Error::Unavailable { what, source }
    }
}

fn client(settings: &Settings) -> Result<Client, BuildError> {
    let token = settings.token.expose_secret();
    let mut bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| BuildError::Token)?;
    if token.trim().is_empty() {
        return Err(BuildError::Token);
    }
    bearer.set_sensitive(true);
    let headers = [
        (AUTHORIZATION, bearer),
        (ACCEPT, HeaderValue::from_static("application/json")),
    ];
    Client::builder()
        .default_headers(headers.into_iter().collect())
        .user_agent(USER_AGENT)
        .timeout(settings.timeout)
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .http1_only()
        .retry(retry::never())
        .build()
        .map_err(|error| BuildError::Http(error.without_url()))
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
    if url.path().trim_end_matches('/').ends_with("/v2") {
        return Err(BuildError::BaseUrl(
            "must not end with /v2, which every path begins with",
        ));
    }
    Ok(url.clone())
}
