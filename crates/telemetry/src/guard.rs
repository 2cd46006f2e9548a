//! Ends telemetry.

use std::sync::Mutex;
use std::time::Duration;

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::sync::oneshot;

use crate::{Error, Metrics};

/// Holds telemetry while the process runs. [`Guard::shutdown`] sends what was not sent yet.
#[derive(Debug)]
pub struct Guard {
    traces: Mutex<Option<SdkTracerProvider>>,
    metrics: Metrics,
}

impl Guard {
    pub(crate) fn new(traces: SdkTracerProvider, metrics: Metrics) -> Self {
        Self {
            traces: Mutex::new(Some(traces)),
            metrics,
        }
    }

    /// The metrics of this process.
    #[must_use]
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Sends the last traces and metrics. A second call does nothing.
    ///
    /// The work is done on a thread of its own: the exporters block, and would wait for ever on a runtime with a
    /// single thread, such as each of actix's (opentelemetry-rust issue 536).
    ///
    /// # Errors
    /// When they could not be sent, or not within `timeout`. The process should end all the same.
    pub async fn shutdown(&self, timeout: Duration) -> Result<(), Error> {
        let taken = self.traces.lock().ok().and_then(|mut traces| traces.take());
        let Some(traces) = taken else { return Ok(()) };
        let metrics = self.metrics.clone();
        let (done, ended) = oneshot::channel();
        std::thread::Builder::new()
            .name("telemetry-shutdown".to_owned())
            .spawn(move || {
                let traces = traces.shutdown_with_timeout(timeout);
                let metrics = metrics.shutdown(timeout);
                // Nobody listens any more when the time is up.
                let _ = done.send(first_error(traces, metrics));
            })
            .map_err(|_| Error::FlushThread)?;
        match tokio::time::timeout(timeout, ended).await {
            Ok(Ok(result)) => result.map_err(Error::Flush),
            Ok(Err(_)) => Err(Error::FlushThread),
            Err(_) => Err(Error::FlushTimedOut(timeout)),
        }
    }
}

fn first_error(traces: OTelSdkResult, metrics: OTelSdkResult) -> OTelSdkResult {
    match traces.and(metrics) {
        Err(OTelSdkError::AlreadyShutdown) => Ok(()),
        result => result,
    }
}
