//! OTLP over HTTP, only when a collector is configured.
//!
//! The exporters use a blocking HTTP client on threads of their own: the asynchronous one needs a reactor that
//! those threads do not have, and exports nothing.

use opentelemetry::KeyValue;
use opentelemetry_otlp::{MetricExporter, Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use url::Url;

use crate::{Error, Settings};

/// Makes trace ids in any case, since logs and messages carry them; sends spans only to a configured collector.
pub(crate) fn tracer_provider(settings: &Settings) -> Result<SdkTracerProvider, Error> {
    let kept = Sampler::TraceIdRatioBased(settings.sample_ratio);
    let builder = SdkTracerProvider::builder()
        .with_resource(resource(settings))
        .with_sampler(Sampler::ParentBased(Box::new(kept)));
    let Some(endpoint) = &settings.otlp_endpoint else {
        return Ok(builder.build());
    };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(signal(endpoint, "v1/traces"))
        .build()
        .map_err(Error::Exporter)?;
    Ok(builder.with_batch_exporter(exporter).build())
}

/// The exporter of metrics, if a collector is configured.
pub(crate) fn metric_exporter(settings: &Settings) -> Result<Option<MetricExporter>, Error> {
    let Some(endpoint) = &settings.otlp_endpoint else {
        return Ok(None);
    };
    let exporter = MetricExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(signal(endpoint, "v1/metrics"))
        .build()
        .map_err(Error::Exporter)?;
    Ok(Some(exporter))
}

/// Who speaks, by the OpenTelemetry semantic conventions for resources. The environment is not consulted:
/// configuration has one way in.
pub(crate) fn resource(settings: &Settings) -> Resource {
    Resource::builder_empty()
        .with_service_name(settings.service_name)
        .with_attributes([
            KeyValue::new("service.version", settings.version.clone()),
            KeyValue::new("service.instance.id", settings.instance.clone()),
            KeyValue::new("deployment.environment.name", settings.environment.as_str()),
        ])
        .build()
}

/// The address of one signal. A path in the endpoint is kept, as the OTLP specification asks.
fn signal(endpoint: &Url, path: &str) -> String {
    format!("{}/{path}", endpoint.as_str().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_front_of_the_signal_is_kept() {
        for (endpoint, expected) in [
            ("http://collector:4318", "http://collector:4318/v1/traces"),
            ("https://collector/otlp/", "https://collector/otlp/v1/traces"),
        ] {
            assert_eq!(signal(&endpoint.parse().unwrap(), "v1/traces"), expected);
        }
    }
}
