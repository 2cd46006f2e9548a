//! Where connections live: on the runtime that built the pool, whichever thread first needs one.

use std::future::Future;
use std::pin::Pin;

use deadpool_postgres::{ConfigConnectImpl, Connect};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A connection with the task that drives it.
type Connected = Result<(Client, JoinHandle<()>), Error>;

/// Connects on the runtime that the pool was built on. The threads of an HTTP server have runtimes of their own, and a
/// connection that was made there would end with its thread, under whoever uses it.
pub(crate) struct OnRuntime {
    runtime: Option<Handle>,
    tls: MakeRustlsConnect,
}

impl OnRuntime {
    /// Remembers the runtime of the caller, if it is within one.
    pub(crate) fn of_caller(tls: MakeRustlsConnect) -> Self {
        Self {
            runtime: Handle::try_current().ok(),
            tls,
        }
    }
}

impl Connect for OnRuntime {
    fn connect(&self, config: &Config) -> Pin<Box<dyn Future<Output = Connected> + Send + '_>> {
        let (tls, config) = (self.tls.clone(), config.clone());
        Box::pin(async move {
            let here = ConfigConnectImpl { tls: tls.clone() };
            let Some(runtime) = &self.runtime else {
                return here.connect(&config).await;
            };
            let (there, address) = (ConfigConnectImpl { tls }, config.clone());
            match runtime.spawn(async move { there.connect(&address).await }).await {
                Ok(connected) => connected,
                // That runtime is going down.
                Err(_) => here.connect(&config).await,
            }
        })
    }
}
