//! The insurer's HTTP API.

mod protection;
mod rates;

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::time::Duration;

use loadsure_core::insurer::Operation;
use loadsure_core::rate::Rate;
use loadsure_core::repeat::RepeatPurchase;
use secrecy::SecretString;
use url::Url;

use crate::{Group, Reader, Service, Var};

pub use protection::ProtectionConfig;

const WORKER: &[Service] = &[Service::Worker];

const BASE_URL: Var = Var::optional(
    "LOADSURE_BASE_URL",
    WORKER,
    "The insurer's address, without /api.",
)
.or("https://portal.loadsure.net");

const API_KEY: Var = Var::required("LOADSURE_API_KEY", WORKER, "The insurer's API key.").secret();

const CONNECT_TIMEOUT_MS: Var = Var::optional(
    "LOADSURE_CONNECT_TIMEOUT_MS",
    WORKER,
    "Milliseconds to connect to the insurer.",
)
.or("3000");

pub(crate) const REQUEST_TIMEOUT_MS: Var = Var::optional(
    "LOADSURE_REQUEST_TIMEOUT_MS",
    WORKER,
    "Milliseconds for a whole request to the insurer, with connecting and reading the answer.",
)
.or("30000");

const MAX_RESPONSE_BYTES: Var = Var::optional(
    "LOADSURE_MAX_RESPONSE_BYTES",
    WORKER,
    "Largest answer of the insurer that is read, in bytes.",
)
.or("4194304");

const REPEAT_PURCHASE: Var = Var::optional(
    "LOADSURE_REPEAT_PURCHASE",
    WORKER,
    "What the insurer does when a quote is bought a second time. unknown: never repeat, wait for a person. \
     same-certificate: it answers with the first certificate. rejected: its refusal proves the first purchase.",
)
.or("unknown");

const SPELLINGS: Var = Var::optional(
    "LOADSURE_SPELLINGS",
    WORKER,
    "Codes that the insurer spells otherwise than this service assumes, e.g. weight.kg=kgs,mode.SEA=MARINE",
);

pub(crate) const GROUP: Group = Group {
    title: "The insurer",
    vars: &[
        BASE_URL,
        API_KEY,
        CONNECT_TIMEOUT_MS,
        REQUEST_TIMEOUT_MS,
        MAX_RESPONSE_BYTES,
        REPEAT_PURCHASE,
        SPELLINGS,
        protection::MAX_CONCURRENCY,
        protection::CIRCUIT_FAILURES,
        protection::CIRCUIT_OPEN_MS,
        protection::CIRCUIT_OPEN_MAX_MS,
        rates::QUOTE.rate,
        rates::QUOTE.burst,
        rates::PURCHASE.rate,
        rates::PURCHASE.burst,
        rates::CERTIFICATE_SUMMARY.rate,
        rates::CERTIFICATE_SUMMARY.burst,
        rates::CERTIFICATE_URL.rate,
        rates::CERTIFICATE_URL.burst,
        rates::CANCEL.rate,
        rates::CANCEL.burst,
        rates::SUPPORT_DATA.rate,
        rates::SUPPORT_DATA.burst,
    ],
};

/// The insurer's HTTP API.
#[derive(Debug, Clone)]
pub struct InsurerConfig {
    /// Address without `/api` and without a slash at the end of its path.
    pub base_url: Url,
    /// The API key.
    pub api_key: SecretString,
    /// Time to connect.
    pub connect_timeout: Duration,
    /// Time for a whole request.
    pub request_timeout: Duration,
    /// Largest answer that is read, in bytes.
    pub max_response_bytes: NonZeroU32,
    /// What a second purchase of one token does.
    pub repeat_purchase: RepeatPurchase,
    /// Spellings by `table.code`, e.g. `weight.kg` to `kgs`.
    pub spellings: BTreeMap<String, String>,
    /// When calls are held back.
    pub protection: ProtectionConfig,
    /// How often the operations may be called by all workers together. Those that are not in it are unlimited.
    pub rates: HashMap<Operation, Rate>,
}

impl InsurerConfig {
    /// Reads it.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let base_url = read_base_url(reader);
        let deployed = reader.is_deployed();
        let api_key = reader.secret(&API_KEY, |text| refuse_placeholder(text, deployed));
        let connect_timeout = reader.millis(&CONNECT_TIMEOUT_MS);
        let request_timeout = reader.millis(&REQUEST_TIMEOUT_MS);
        let max_response_bytes = reader.nonzero_u32(&MAX_RESPONSE_BYTES);
        let repeat_purchase = reader.parse(&REPEAT_PURCHASE);
        let spellings = reader.list(&SPELLINGS, spelling);
        let protection = ProtectionConfig::read(reader);
        let rates = rates::read(reader);
        let (connect_timeout, request_timeout) = (connect_timeout?, request_timeout?);
        if connect_timeout > request_timeout {
            reader.reject(
                &CONNECT_TIMEOUT_MS,
                "must not be more than LOADSURE_REQUEST_TIMEOUT_MS",
            );
        }
        Some(Self {
            base_url: base_url?,
            api_key: api_key?,
            connect_timeout,
            request_timeout,
            max_response_bytes: max_response_bytes?,
            repeat_purchase: repeat_purchase?,
            spellings: spellings?.into_iter().collect(),
            protection: protection?,
            rates: rates?,
        })
    }
}

fn read_base_url(reader: &mut Reader<'_>) -> Option<Url> {
    let url = reader.http_url(&BASE_URL)?;
    let path = url.path().trim_end_matches('/');
    if path.ends_with("/api") {
        reader.reject(
            &BASE_URL,
            "must not end with /api: the client adds it, and /api/api/… is answered 404",
        );
        return None;
    }
    Some(url)
}

fn refuse_placeholder(text: &str, deployed: bool) -> Result<(), &'static str> {
    const PLACEHOLDERS: [&str; 8] = [
        "changeme",
        "yourapikey",
        "apikey",
        "secret",
        "placeholder",
        "example",
        "test",
        "todo",
    ];
    let plain: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_lowercase();
    if deployed && PLACEHOLDERS.contains(&plain.as_str()) {
        return Err("is a placeholder: set the key that the insurer issued");
    }
    Ok(())
}

fn spelling(text: &str) -> Result<(String, String), &'static str> {
    const SHAPE: &str = "must be table.code=spelling pairs such as weight.kg=kgs";
    let (code, spelling) = text.split_once('=').ok_or(SHAPE)?;
    let (table, name) = code.trim().split_once('.').ok_or(SHAPE)?;
    let spelling = spelling.trim();
    if table.is_empty() || name.is_empty() || spelling.is_empty() {
        return Err(SHAPE);
    }
    Ok((format!("{table}.{name}"), spelling.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<const N: usize>(env: [(&str, &str); N]) -> Result<InsurerConfig, String> {
        let mut reader = Reader::new(&env);
        let config = InsurerConfig::read(&mut reader);
        reader.finish(config).map_err(|errors| errors.to_string())
    }

    #[test]
    fn a_base_url_with_api_is_refused_with_the_reason() {
        for url in [
            "https://portal.loadsure.net/api",
            "https://portal.loadsure.net/api/",
        ] {
            let error = read([("LOADSURE_API_KEY", "k"), ("LOADSURE_BASE_URL", url)]).unwrap_err();
            assert!(
                error.starts_with("LOADSURE_BASE_URL: must not end with /api"),
                "{error}"
            );
        }
    }

    /// P30: a key from an example cannot reach a deployed environment.
    #[test]
    fn a_placeholder_is_refused_where_it_is_deployed() {
        for key in ["changeme", "your-api-key", "YOUR_API_KEY", "<your-api-key>"] {
            assert!(read([("APP_ENV", "development"), ("LOADSURE_API_KEY", key)]).is_ok());
            for environment in ["staging", "production"] {
                let error = read([("APP_ENV", environment), ("LOADSURE_API_KEY", key)]).unwrap_err();
                assert!(error.starts_with("LOADSURE_API_KEY: is a placeholder"), "{error}");
                assert!(!error.contains(key));
            }
        }
    }

    #[test]
    fn spellings_are_read_by_table_and_code() {
        let config = read([
            ("LOADSURE_API_KEY", "k"),
            ("LOADSURE_SPELLINGS", "weight.kg=kgs, mode.SEA=MARINE"),
        ])
        .unwrap();
        assert_eq!(config.spellings["weight.kg"], "kgs");
        assert_eq!(config.spellings["mode.SEA"], "MARINE");
        for wrong in ["kg=kgs", "weight.kg", "weight.kg=", ".kg=kgs"] {
            assert!(
                read([("LOADSURE_API_KEY", "k"), ("LOADSURE_SPELLINGS", wrong)]).is_err(),
                "{wrong}"
            );
        }
    }

    /// P2: unless operations say otherwise, a purchase is never repeated.
    #[test]
    fn a_purchase_is_not_repeated_by_default() {
        assert_eq!(
            read([("LOADSURE_API_KEY", "k")]).unwrap().repeat_purchase,
            RepeatPurchase::Unknown
        );
    }
}
