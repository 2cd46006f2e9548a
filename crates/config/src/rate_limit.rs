//! How often one caller may call.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::{Group, Reader, Service, Var};

const MAX_REQUESTS: Var = Var::optional(
    "API_RATE_LIMIT_MAX_REQUESTS",
    &[Service::Api],
    "Requests that one API key (or one address without a key) may make per window.",
)
.or("100");

const WINDOW_MS: Var = Var::optional(
    "API_RATE_LIMIT_WINDOW_MS",
    &[Service::Api],
    "Length of that window in milliseconds.",
)
.or("60000");

pub(crate) const GROUP: Group = Group {
    title: "Rate limit",
    vars: &[MAX_REQUESTS, WINDOW_MS],
};

/// How often one caller may call.
#[derive(Debug, Clone, Copy)]
pub struct RateLimitConfig {
    /// Requests per window.
    pub max_requests: NonZeroU32,
    /// The window.
    pub window: Duration,
}

impl RateLimitConfig {
    /// Reads it.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let max_requests = reader.nonzero_u32(&MAX_REQUESTS);
        let window = reader.millis(&WINDOW_MS);
        Some(Self {
            max_requests: max_requests?,
            window: window?,
        })
    }
}
