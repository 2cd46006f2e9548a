//! What a client is built from.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

/// How the insurer is reached.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address without `/api`, which every path begins with.
    pub base_url: Url,
    /// The key of the API.
    pub api_key: SecretString,
    /// Longest time to resolve the name, connect and agree on TLS.
    pub connect_timeout: Duration,
    /// Longest time for a whole call, with connecting and reading the answer.
    pub request_timeout: Duration,
    /// Longest answer that is read.
    pub max_response_bytes: NonZeroU32,
    /// Codes that the insurer spells otherwise than [`loadsure_core::spelling`] assumes: `table.code` to spelling,
    /// where the code may be written in any way that callers may write it (`weight.kg` = `weight.kgs`).
    pub spellings: BTreeMap<String, String>,
}

/// Why no client could be built. Never shows the key.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The address cannot be built upon.
    #[error("the insurer's address {0}")]
    BaseUrl(&'static str),
    /// The key cannot stand in a header.
    #[error("the insurer's API key is empty or has characters that a header cannot carry")]
    ApiKey,
    /// A spelling of a table or code that is never sent.
    #[error("the spelling of {0}: no such table or code is sent to the insurer")]
    UnknownCode(String),
    /// A spelling without text.
    #[error("the spelling of {0} is empty")]
    EmptySpelling(String),
    /// One code under two of its names, with different spellings.
    #[error("the spelling of {0} contradicts that of another name of the same code")]
    Conflict(String),
    /// TLS or the resolver could not be set up.
    #[error("the HTTP client could not be built")]
    Http(#[source] reqwest::Error),
}
