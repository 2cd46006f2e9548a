//! Request bodies: JSON, of a bounded size, by its own content type.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use loadsure_config::BODY_LIMIT;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::invalid::Problems;
use loadsure_core::json::Node;
use serde_json::Value;
use tokio::time::timeout;

use crate::problem::Problem;

/// Longest time for a body to arrive: a client that sends a byte a minute must not hold a request for ever.
const ARRIVES_WITHIN: Duration = Duration::from_secs(30);

/// A JSON body, with the bytes from which an idempotent request is recognized.
#[derive(Debug)]
pub(crate) struct JsonBody {
    /// The body as it came.
    pub(crate) bytes: Bytes,
    /// What it says.
    pub(crate) value: Value,
}

impl FromRequest for JsonBody {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let checked = check_head(request);
        let payload = payload.take();
        Box::pin(async move {
            checked?;
            Self::parse(arrived(payload).await?)
        })
    }
}

impl JsonBody {
    fn parse(bytes: Bytes) -> Result<Self, Problem> {
        let value = serde_json::from_slice(&bytes).map_err(|_| Problem::new(ErrorCode::MalformedJson))?;
        Ok(Self { bytes, value })
    }
}

/// The body of a request that has nothing to say: none, or an empty object.
#[derive(Debug)]
pub(crate) struct NoBody {
    /// The body as it came.
    pub(crate) bytes: Bytes,
}

impl FromRequest for NoBody {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let checked = check_head(request);
        let payload = payload.take();
        Box::pin(async move {
            let bytes = arrived(payload).await?;
            if bytes.is_empty() {
                return Ok(Self { bytes });
            }
            checked?;
            let body = JsonBody::parse(bytes)?;
            let mut problems = Problems::default();
            if let Some(fields) = Node::root(&body.value).object(&mut problems) {
                fields.close(&mut problems);
            }
            if problems.is_empty() {
                Ok(Self { bytes: body.bytes })
            } else {
                Err(Problem::invalid(problems.into_errors()))
            }
        })
    }
}

async fn arrived(payload: Payload) -> Result<Bytes, Problem> {
    let late = |_| Problem::new(ErrorCode::MalformedJson).detail("the body did not arrive in time");
    timeout(ARRIVES_WITHIN, collect(payload)).await.map_err(late)?
}

fn check_head(request: &HttpRequest) -> Result<(), Problem> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let media_type = header(header::CONTENT_TYPE).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let is_json = media_type.eq_ignore_ascii_case("application/json");
    let is_plain = header(header::CONTENT_ENCODING)
        .is_none_or(|encoding| encoding.trim().eq_ignore_ascii_case("identity"));
    if !is_json || !is_plain {
        return Err(Problem::new(ErrorCode::UnsupportedMediaType));
    }
    let length = header(header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_LIMIT) {
        return Err(Problem::new(ErrorCode::BodyTooLarge));
    }
    Ok(())
}

async fn collect(mut payload: Payload) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        // The connection broke: nobody reads the answer.
        let chunk = chunk.map_err(|_| Problem::new(ErrorCode::MalformedJson))?;
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err(Problem::new(ErrorCode::BodyTooLarge));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
