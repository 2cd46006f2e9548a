//! Names of fields in logs and spans, and of attributes of metrics.
//!
//! Use them in braces: `info!({ fields::QUOTE_ID } = %id, "quote priced")`. They name things by ids that mean nothing
//! outside this service; never a person, an address, a quote token or an API key.

use std::error::Error;

/// Id of an HTTP request, ours or the caller's `X-Request-ID`.
pub const REQUEST_ID: &str = "request.id";
/// Id of a tenant.
pub const TENANT_ID: &str = "tenant.id";
/// Id of an API key, not the key.
pub const API_KEY_ID: &str = "api_key.id";
/// Id of a job.
pub const JOB_ID: &str = "job.id";
/// Kind of a job.
pub const JOB_KIND: &str = "job.kind";
/// How many times a job was tried, from 1.
pub const JOB_ATTEMPT: &str = "job.attempt";
/// How something ended; from a closed list.
pub const OUTCOME: &str = "outcome";
/// Id of a quote (ours, never the insurer's token).
pub const QUOTE_ID: &str = "quote.id";
/// Id of a booking.
pub const BOOKING_ID: &str = "booking.id";
/// Number of a certificate.
pub const CERTIFICATE_NUMBER: &str = "certificate.number";
/// Id of a webhook endpoint.
pub const WEBHOOK_ID: &str = "webhook.id";
/// Name of a stream.
pub const STREAM: &str = "stream";
/// Id of an entry in a stream.
pub const ENTRY_ID: &str = "entry.id";
/// Name of a consumer.
pub const CONSUMER: &str = "consumer";
/// Operation at the insurer, such as `quote` or `purchase`.
pub const INSURER_OPERATION: &str = "insurer.operation";
/// Time that the insurer took, in milliseconds.
pub const INSURER_LATENCY_MS: &str = "insurer.latency_ms";
/// Stable code of an error.
pub const ERROR_CODE: &str = "error.code";
/// An error; give it through [`causes`] to have what led to it as well.
pub const ERROR: &str = "error";
/// Method of an HTTP request, by the OpenTelemetry conventions.
pub const HTTP_METHOD: &str = "http.request.method";
/// Pattern of the route, never the path itself.
pub const HTTP_ROUTE: &str = "http.route";
/// Status of an HTTP response.
pub const HTTP_STATUS: &str = "http.response.status_code";

/// An error as the value of a field, written with all its causes: `error!({ fields::ERROR } = fields::causes(&error), …)`.
#[must_use]
pub fn causes<E: Error + 'static>(error: &E) -> &(dyn Error + 'static) {
    error
}
