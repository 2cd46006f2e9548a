use std::io;
use std::net::SocketAddr;

use actix_web::web::Data;
use secrecy::SecretString;

use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::faults::{Active, Fault, Rules};
use crate::ledger::Snapshot;
use crate::operation::Operation;
use crate::requests::Recorded;
use crate::server::{self, Running};
use crate::settings::Settings;

/// A running sandbox. Dropping it stops it without waiting; [`Sandbox::stop`] waits.
pub struct Sandbox {
    address: SocketAddr,
    api_key: SecretString,
    app: Data<App>,
    running: Option<Running>,
}

impl Sandbox {
    /// Starts a sandbox on threads of its own and answers once it listens.
    ///
    /// # Errors
    /// When the address is taken or the ledger file cannot be used.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let app = Data::new(App::new(&config)?);
        let (listener, address) = server::bind(config.address)?;
        let running = server::run(listener, app.clone(), config.workers).await?;
        Ok(Self {
            address,
            api_key: config.api_key,
            app,
            running: Some(running),
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://address`, to which paths that begin with `/api` are added.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The key that is accepted.
    #[must_use]
    pub const fn api_key(&self) -> &SecretString {
        &self.api_key
    }

    /// A copy of all books.
    #[must_use]
    pub fn ledger(&self) -> Snapshot {
        self.app.ledger.snapshot()
    }

    /// Replaces all fault rules; the dice begin anew with the seed of the configuration.
    pub fn set_faults(&self, rules: impl IntoIterator<Item = Fault>) {
        self.app.faults.set(Rules {
            rules: rules.into_iter().collect(),
            seed: None,
        });
    }

    /// Replaces all fault rules and the seed of the dice.
    pub fn set_seeded_faults(&self, rules: impl IntoIterator<Item = Fault>, seed: u64) {
        self.app.faults.set(Rules {
            rules: rules.into_iter().collect(),
            seed: Some(seed),
        });
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.app.faults.set(Rules::default());
    }

    /// The fault rules and how often each struck.
    #[must_use]
    pub fn faults(&self) -> Active {
        self.app.faults.active()
    }

    /// The last requests of an operation, oldest first, refused and spoilt ones included.
    #[must_use]
    pub fn requests(&self, operation: Operation) -> Vec<Recorded> {
        self.app.requests.of(operation)
    }

    /// Forgets all requests recorded.
    pub fn clear_requests(&self) {
        self.app.requests.clear();
    }

    /// The settings in force.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.app.settings()
    }

    /// Replaces the settings.
    pub fn set_settings(&self, settings: Settings) {
        self.app.set_settings(settings);
    }

    /// Stops: ends waits and hanging answers, finishes the others, and waits for the threads.
    ///
    /// # Errors
    /// When the server ended with an error.
    pub async fn stop(mut self) -> io::Result<()> {
        self.app.closing.cancel();
        let Some(running) = self.running.take() else {
            return Ok(());
        };
        running.handle.stop(true).await;
        let join = tokio::task::spawn_blocking(move || server::ended(running.thread));
        join.await.map_err(io::Error::other)?
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.app.closing.cancel();
        if let Some(running) = self.running.take() {
            // The command is sent by the call; the future only waits for its end.
            drop(running.handle.stop(false));
        }
    }
}
