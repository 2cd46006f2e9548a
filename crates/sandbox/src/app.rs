use std::sync::{PoisonError, RwLock};

use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::error::Error;
use crate::faults::Board;
use crate::ledger::Ledger;
use crate::price::Tariff;
use crate::reference::Reference;
use crate::requests::Recorder;
use crate::settings::Settings;
use crate::signer::{KEY_BYTES, Signer};

/// Everything that requests share.
pub(crate) struct App {
    api_key: Option<SecretString>,
    settings: RwLock<Settings>,
    pub(crate) reference: Reference,
    pub(crate) tariff: Tariff,
    pub(crate) signer: Signer,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Board,
    pub(crate) requests: Recorder,
    /// Cancelled when the sandbox stops, which ends every wait.
    pub(crate) closing: CancellationToken,
}

impl App {
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).map_err(Error::Random)?;
        let (ledger, key) = Ledger::open(config.ledger_file.as_deref(), key)?;
        Ok(Self {
            api_key: (!config.any_key).then(|| config.api_key.clone()),
            settings: RwLock::new(config.settings.clone()),
            reference: Reference::built_in()?,
            tariff: Tariff::built_in()?,
            signer: Signer::new(&key),
            ledger,
            faults: Board::new(config.seed),
            requests: Recorder::default(),
            closing: CancellationToken::new(),
        })
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_settings(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// Whether an `Authorization` header lets its sender in.
    pub(crate) fn admits(&self, authorization: Option<&str>) -> bool {
        let Some(key) = authorization.and_then(|value| value.strip_prefix("Bearer ")) else {
            return false;
        };
        match &self.api_key {
            Some(accepted) => accepted.expose_secret() == key,
            None => !key.is_empty(),
        }
    }
}
