use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use secrecy::SecretString;
use uuid::Uuid;

use crate::settings::Settings;

/// How a sandbox is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// The bearer key that is accepted.
    pub api_key: SecretString,
    /// Accepts any non-empty bearer key instead.
    pub any_key: bool,
    /// Journal of the ledger; without it the ledger ends with the process.
    pub ledger_file: Option<PathBuf>,
    /// Threads that serve requests.
    pub workers: usize,
    /// Seed of the dice that fault rules throw, unless the rules bring their own.
    pub seed: u64,
    /// Settings at start.
    pub settings: Settings,
}

impl Default for Config {
    /// A free port on the loopback interface, a key of its own, one thread, nothing kept.
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            api_key: SecretString::from(format!("sandbox-{}", Uuid::now_v7().simple())),
            any_key: false,
            ledger_file: None,
            workers: 1,
            seed: 0,
            settings: Settings::default(),
        }
    }
}

/// Every variable that is missing or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct EnvError(Vec<String>);

impl Config {
    /// Reads `SANDBOX_ADDR`, `SANDBOX_API_KEY`, `SANDBOX_ANY_KEY` and `SANDBOX_LEDGER_FILE`
    /// through `variable`. An empty value counts as not set.
    ///
    /// # Errors
    /// All problems at once, each naming its variable.
    pub fn from_env(variable: impl Fn(&str) -> Option<String>) -> Result<Self, EnvError> {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let mut problems = Vec::new();
        let mut config = Self {
            workers: available_threads(),
            ..Self::default()
        };
        if let Some(text) = set("SANDBOX_ADDR") {
            match text.parse() {
                Ok(address) => config.address = address,
                Err(_) => problems.push(format!("SANDBOX_ADDR: {text:?} is not an address with a port")),
            }
        }
        match set("SANDBOX_ANY_KEY").as_deref() {
            None | Some("false") => {}
            Some("true") => config.any_key = true,
            Some(_) => problems.push("SANDBOX_ANY_KEY: neither true nor false".to_owned()),
        }
        match set("SANDBOX_API_KEY") {
            Some(key) => config.api_key = SecretString::from(key),
            None if config.any_key => {}
            None => problems.push("SANDBOX_API_KEY: not set (or set SANDBOX_ANY_KEY=true)".to_owned()),
        }
        config.ledger_file = set("SANDBOX_LEDGER_FILE").map(PathBuf::from);
        if problems.is_empty() {
            Ok(config)
        } else {
            Err(EnvError(problems))
        }
    }
}

fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, EnvError> {
        Config::from_env(|name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_key_or_the_permission_to_take_any_is_required() {
        assert!(read(&[]).unwrap_err().to_string().contains("SANDBOX_API_KEY"));
        assert!(read(&[("SANDBOX_API_KEY", "")]).is_err());
        assert!(read(&[("SANDBOX_ANY_KEY", "true")]).unwrap().any_key);
        let config = read(&[("SANDBOX_API_KEY", "k"), ("SANDBOX_ADDR", "127.0.0.1:99")]).unwrap();
        assert_eq!((config.api_key.expose_secret(), config.address.port()), ("k", 99));
    }

    /// P48: a bad environment is reported whole.
    #[test]
    fn every_bad_variable_is_named_at_once() {
        let text = read(&[("SANDBOX_ADDR", "nowhere"), ("SANDBOX_ANY_KEY", "yes")])
            .unwrap_err()
            .to_string();
        for name in ["SANDBOX_ADDR", "SANDBOX_ANY_KEY", "SANDBOX_API_KEY"] {
            assert!(text.contains(name), "{text}");
        }
    }

    #[test]
    fn no_key_is_printed_with_the_configuration() {
        let config = read(&[("SANDBOX_API_KEY", "very-secret")]).unwrap();
        assert!(!format!("{config:?}").contains("very-secret"));
    }
}
