//! The public HTTP server.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU16;
use std::time::Duration;

use url::Url;

use crate::{AppEnv, Group, Reader, Service, Var};

/// Largest request body in bytes; larger ones are answered 413 (api-contract: 256 KiB, far above the largest form).
pub const BODY_LIMIT: usize = 256 * 1024;

const API: &[Service] = &[Service::Api];

const PORT: Var = Var::optional("PORT", API, "TCP port of the REST API.").or("3000");

const BIND_ADDR: Var = Var::optional("BIND_ADDR", API, "IP address that the REST API listens on.")
    .or_derived("127.0.0.1 in development, else 0.0.0.0");

const HTTP_WORKERS: Var = Var::optional("HTTP_WORKERS", API, "Threads that serve HTTP.")
    .or_derived("the number of CPUs that the process may use");

const CORS_ALLOWED_ORIGINS: Var = Var::optional(
    "CORS_ALLOWED_ORIGINS",
    API,
    "Origins whose pages may call the API from a browser, as scheme://host[:port], separated by commas. \
     Empty: none. A wildcard is refused.",
);

const TRUSTED_PROXIES: Var = Var::optional(
    "TRUSTED_PROXIES",
    API,
    "How many proxies in front append to X-Forwarded-For; the client's address is that many entries from its end. \
     0 ignores the header, which a client could have made up.",
)
.or("0");

const MAX_QUEUE_WAIT_MS: Var = Var::optional(
    "API_MAX_QUEUE_WAIT_MS",
    API,
    "Milliseconds that the quotes in the queue may take to be worked off, by what the queue monitor last saw. While      they would take longer, new quotes are answered 503; bookings and cancellations never are.",
)
.or("60000");

pub(crate) const GROUP: Group = Group {
    title: "REST API",
    vars: &[
        PORT,
        BIND_ADDR,
        HTTP_WORKERS,
        CORS_ALLOWED_ORIGINS,
        TRUSTED_PROXIES,
        MAX_QUEUE_WAIT_MS,
    ],
};

/// The public HTTP server.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Where it listens. Port 0 lets the system choose.
    pub address: SocketAddr,
    /// Threads that serve, if not one per CPU.
    pub workers: Option<NonZeroU16>,
    /// Origins allowed by CORS, in their normal form (`https://app.example.com`).
    pub cors_allowed_origins: Vec<String>,
    /// Proxies that append to `X-Forwarded-For`.
    pub trusted_proxies: u8,
    /// How long the quotes in the queue may take before new ones are refused.
    pub max_queue_wait: Duration,
}

impl HttpConfig {
    /// Reads it.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let port = reader.parse_with(&PORT, |text| {
            text.parse::<u16>()
                .map_err(|_| "must be a whole number from 0 to 65535")
        });
        let ip = reader.optional(|r| {
            r.parse_with(&BIND_ADDR, |text| {
                text.parse::<IpAddr>().map_err(|_| "must be an IP address")
            })
        });
        let workers = reader.optional(|r| r.nonzero_u16(&HTTP_WORKERS));
        let cors_allowed_origins = reader.list(&CORS_ALLOWED_ORIGINS, origin);
        let trusted_proxies = reader.parse_with(&TRUSTED_PROXIES, |text| {
            text.parse::<u8>()
                .map_err(|_| "must be a whole number from 0 to 255")
        });
        let max_queue_wait = reader.millis(&MAX_QUEUE_WAIT_MS);
        let ip = ip?.unwrap_or_else(|| default_ip(reader.app_env()));
        Some(Self {
            address: SocketAddr::new(ip, port?),
            workers: workers?,
            cors_allowed_origins: cors_allowed_origins?,
            trusted_proxies: trusted_proxies?,
            max_queue_wait: max_queue_wait?,
        })
    }
}

fn default_ip(environment: Option<AppEnv>) -> IpAddr {
    match environment {
        Some(AppEnv::Staging | AppEnv::Production) => Ipv4Addr::UNSPECIFIED.into(),
        Some(AppEnv::Development) | None => Ipv4Addr::LOCALHOST.into(),
    }
}

fn origin(text: &str) -> Result<String, &'static str> {
    const SHAPE: &str = "must list origins as scheme://host[:port]";
    if text.contains('*') {
        return Err("must name each origin: a wildcard would let any page call the API");
    }
    let url = Url::parse(text).map_err(|_| SHAPE)?;
    let origin = url.origin().ascii_serialization();
    let is_origin = matches!(url.scheme(), "http" | "https") && url.as_str() == format!("{origin}/");
    is_origin.then_some(origin).ok_or(SHAPE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(env: &[(&str, &str); 1]) -> Result<HttpConfig, String> {
        let mut reader = Reader::new(env);
        let config = HttpConfig::read(&mut reader);
        reader.finish(config).map_err(|errors| errors.to_string())
    }

    #[test]
    fn a_laptop_is_not_opened_to_its_network() {
        assert_eq!(
            read(&[("APP_ENV", "development")]).unwrap().address.to_string(),
            "127.0.0.1:3000"
        );
        assert_eq!(
            read(&[("APP_ENV", "production")]).unwrap().address.to_string(),
            "0.0.0.0:3000"
        );
    }

    #[test]
    fn origins_are_named_one_by_one() {
        let config = read(&[(
            "CORS_ALLOWED_ORIGINS",
            "https://App.example.com, http://localhost:8080/",
        )])
        .unwrap();
        assert_eq!(
            config.cors_allowed_origins,
            ["https://app.example.com", "http://localhost:8080"]
        );
        for wrong in [
            "*",
            "https://*.example.com",
            "example.com",
            "https://example.com/shop",
            "null",
        ] {
            let error = read(&[("CORS_ALLOWED_ORIGINS", wrong)]).unwrap_err();
            assert!(error.starts_with("CORS_ALLOWED_ORIGINS: must "), "{error}");
        }
    }
}
