//! How a private PostgreSQL is to run.

use std::path::PathBuf;

/// Whether a commit survives a crash of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing is forced to disk: fast, and data is lost when the machine (not the server) crashes.
    Test,
    /// PostgreSQL's own defaults, as in production.
    Real,
}

/// Settings of every private cluster.
const ALWAYS: [(&str, &str); 6] = [
    ("listen_addresses", "127.0.0.1"),
    ("unix_socket_directories", ""),
    ("max_connections", "300"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("jit", "off"),
];

/// Settings that trade safety against a crash for speed.
const NOT_DURABLE: [(&str, &str); 5] = [
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("synchronous_commit", "off"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
];

/// How a private PostgreSQL is to run.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    pub(super) dir: PathBuf,
    pub(super) port: Option<u16>,
    durability: Durability,
    extra: Vec<(String, String)>,
}

impl PostgresOptions {
    /// A cluster in `dir` (made when missing), at any free port, with [`Durability::Test`].
    /// As root, when the server's user cannot reach `dir`, a folder for temporary files is used instead.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            port: None,
            durability: Durability::Test,
            extra: Vec::new(),
        }
    }

    /// Sets whether commits survive a crash of the machine.
    #[must_use]
    pub fn durability(self, durability: Durability) -> Self {
        Self { durability, ..self }
    }

    /// Asks for one port instead of any free one.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        Self {
            port: Some(port),
            ..self
        }
    }

    /// Adds a server setting, as in `postgresql.conf`; it wins over the ones made here.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.extra.push((name.to_owned(), value.to_owned()));
        self
    }

    /// All settings; of two with one name PostgreSQL takes the later.
    pub(super) fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        let fast: &[(&str, &str)] = match self.durability {
            Durability::Test => &NOT_DURABLE,
            Durability::Real => &[],
        };
        let extra = self
            .extra
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        ALWAYS.iter().chain(fast).copied().chain(extra)
    }
}
