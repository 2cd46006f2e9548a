//! HTTP requests that were served.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter, UpDownCounter};

use super::{Active, SECONDS};
use crate::fields;

/// HTTP requests that were served.
#[derive(Debug)]
pub struct Http {
    duration: Histogram<f64>,
    active: UpDownCounter<i64>,
}

impl Http {
    pub(super) fn new(meter: &Meter) -> Self {
        Self {
            duration: meter
                .f64_histogram("http.server.request.duration")
                .with_unit("s")
                .with_description("Time to answer a request")
                .with_boundaries(SECONDS.to_vec())
                .build(),
            active: meter
                .i64_up_down_counter("http.server.active_requests")
                .with_description("Requests being answered")
                .build(),
        }
    }

    /// Counts a request until the value is dropped.
    pub fn start(&self) -> Active {
        Active::start(&self.active, Vec::new())
    }

    /// A request was answered. `route` is the pattern of the route (`/api/insurance/quotes/{quoteId}`), and a fixed
    /// word for requests that match none: a path would make a series of its own for every id and every scanner.
    /// `method` must be one that the service knows.
    pub fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let attributes = [
            KeyValue::new(fields::HTTP_METHOD, method),
            KeyValue::new(fields::HTTP_ROUTE, route.to_owned()),
            KeyValue::new(fields::HTTP_STATUS, i64::from(status)),
        ];
        self.duration.record(took.as_secs_f64(), &attributes);
    }
}
