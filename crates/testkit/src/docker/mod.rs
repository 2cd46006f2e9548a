//! A stand-in for the Docker Engine API, as far as creating, starting, stopping and removing containers goes.
//!
//! It keeps containers as they were asked for, gives each what only one can have (an id, a host name, an address), and
//! writes down what was asked. Nothing runs.

mod container;
mod engine;
mod serve;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::{Answer, Asked, Served, Server};

pub use container::{Container, State};
pub use engine::{Engine, Request};

/// A running stand-in. Dropping it stops it.
pub struct Daemon {
    shared: Arc<Shared>,
    server: Server,
}

struct Shared(Mutex<Engine>);

impl Daemon {
    /// Starts an engine without containers on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be listened on.
    pub async fn start() -> io::Result<Self> {
        let shared = Arc::new(Shared(Mutex::new(Engine::default())));
        let server = Server::start(shared.clone()).await?;
        Ok(Self { shared, server })
    }

    /// `http://address`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Looks at, or changes, what the engine holds. No request is served meanwhile.
    pub fn with<T>(&self, look: impl FnOnce(&mut Engine) -> T) -> T {
        self.shared.with(look)
    }
}

impl Shared {
    fn with<T>(&self, look: impl FnOnce(&mut Engine) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Served for Shared {
    fn serve(&self, asked: Asked) -> Answer {
        self.with(|engine| serve::serve(engine, asked))
    }
}
