//! The rate limiter.

use opentelemetry::metrics::{Counter, Meter};

/// The rate limiter.
#[derive(Debug)]
pub struct RateLimiter {
    bypassed: Counter<u64>,
    refused: Counter<u64>,
}

impl RateLimiter {
    pub(super) fn new(meter: &Meter) -> Self {
        Self {
            bypassed: meter
                .u64_counter("loadsure.rate_limiter.bypassed")
                .with_description("Requests let through because the limit could not be checked")
                .build(),
            refused: meter
                .u64_counter("loadsure.rate_limiter.refused")
                .with_description("Requests answered 429")
                .build(),
        }
    }

    /// A request was let through because the limit could not be checked.
    pub fn bypassed(&self) {
        self.bypassed.add(1, &[]);
    }

    /// A request was refused.
    pub fn refused(&self) {
        self.refused.add(1, &[]);
    }
}
