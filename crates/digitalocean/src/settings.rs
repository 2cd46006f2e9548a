//! What a client is built from.

use std::time::Duration;

use secrecy::SecretString;
use url::Url;

/// How the platform's API is reached.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address without `/v2`, which every path begins with: `https://api.digitalocean.com`.
    pub base_url: Url,
    /// A token with the scopes `app:read` and `app:update`.
    pub token: SecretString,
    /// Longest time for a whole call, with connecting and reading the answer.
    pub timeout: Duration,
}

/// Why no client could be built. Never shows the token.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The address cannot be built upon.
    #[error("the address of the platform's API {0}")]
    BaseUrl(&'static str),
    /// The token cannot stand in a header.
    #[error("the platform's token is empty or has characters that a header cannot carry")]
    Token,
    /// TLS or the resolver could not be set up.
    #[error("the HTTP client could not be built")]
    Http(#[source] reqwest::Error),
}
