//! PostgreSQL, the primary storage.

use std::num::NonZeroU16;
use std::time::Duration;

use secrecy::SecretString;

use crate::{Group, Reader, Service, Var};

const USERS: &[Service] = &Service::ALL;

const DATABASE_URL: Var = Var::required(
    "DATABASE_URL",
    USERS,
    "PostgreSQL: postgresql://user:password@host:port/database?sslmode=require",
)
.secret();

const POOL_SIZE: Var = Var::optional(
    "DATABASE_POOL_SIZE",
    USERS,
    "Connections per process. All processes together must stay below the server's max_connections.",
)
.or("8");

const CA_CERT: Var = Var::optional(
    "DATABASE_CA_CERT",
    USERS,
    "Certificate of the authority that signed the server's, as PEM text. Empty: the system's authorities.",
);

const CONNECT_TIMEOUT_MS: Var = Var::optional(
    "DATABASE_CONNECT_TIMEOUT_MS",
    USERS,
    "Milliseconds to make a connection.",
)
.or("3000");

const STATEMENT_TIMEOUT_MS: Var = Var::optional(
    "DATABASE_STATEMENT_TIMEOUT_MS",
    USERS,
    "Milliseconds after which the server ends a statement.",
)
.or("10000");

const WAIT_TIMEOUT_MS: Var = Var::optional(
    "DATABASE_WAIT_TIMEOUT_MS",
    USERS,
    "Milliseconds to wait for a free connection.",
)
.or("2000");

pub(crate) const GROUP: Group = Group {
    title: "PostgreSQL",
    vars: &[
        DATABASE_URL,
        POOL_SIZE,
        CA_CERT,
        CONNECT_TIMEOUT_MS,
        STATEMENT_TIMEOUT_MS,
        WAIT_TIMEOUT_MS,
    ],
};

/// PostgreSQL, the primary storage.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// Address with credentials.
    pub url: SecretString,
    /// Connections per process.
    pub pool_size: NonZeroU16,
    /// Authority of the server's certificate as PEM text, if not the system's.
    pub ca_cert: Option<String>,
    /// Time to make a connection.
    pub connect_timeout: Duration,
    /// Time after which the server ends a statement.
    pub statement_timeout: Duration,
    /// Time to wait for a free connection.
    pub wait_timeout: Duration,
}

impl DatabaseConfig {
    /// Reads it.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let url = reader.secret(&DATABASE_URL, |text| {
            let scheme = text.starts_with("postgres://") || text.starts_with("postgresql://");
            scheme
                .then_some(())
                .ok_or("must start with postgresql:// or postgres://")
        });
        let pool_size = reader.nonzero_u16(&POOL_SIZE);
        let ca_cert = reader.optional(|r| r.parse_unshown(&CA_CERT, pem));
        let connect_timeout = reader.millis(&CONNECT_TIMEOUT_MS);
        let statement_timeout = reader.millis(&STATEMENT_TIMEOUT_MS);
        let wait_timeout = reader.millis(&WAIT_TIMEOUT_MS);
        Some(Self {
            url: url?,
            pool_size: pool_size?,
            ca_cert: ca_cert?,
            connect_timeout: connect_timeout?,
            statement_timeout: statement_timeout?,
            wait_timeout: wait_timeout?,
        })
    }
}

fn pem(text: &str) -> Result<String, &'static str> {
    if text.starts_with("-----BEGIN CERTIFICATE-----") && text.ends_with("-----END CERTIFICATE-----") {
        Ok(text.to_owned())
    } else {
        Err("must be the text of a PEM certificate, not the name of a file")
    }
}
