//! A stand-in for DigitalOcean's apps API, as far as scaling and deploying need it.
//!
//! It keeps apps, their deployments and their secrets, and behaves as the platform is known to behave: a change of the
//! spec is a deployment that passes through phases in time, one at a time, the newest one waiting; values of type SECRET
//! are encrypted when they are written, and a SECRET without a value reaches its container as an empty string although
//! the spec looks right; the last of two writers wins; a rollback pins the app. It can be told to refuse, to fall silent,
//! and to lose answers, and it writes down every request.
//!
//! Time stands still until [`Cloud::advance`] or [`Cloud::run_clock`] moves it.

mod app;
mod clock;
mod cloud;
mod component;
mod deployment;
mod faults;
mod ledger;
mod render;
mod rollback;
mod route;
mod serve;
mod sizes;
mod validate;
mod vault;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::http::{Answer, Asked, Served, Server};

pub use clock::Clock;
pub use cloud::Cloud;
pub use deployment::{Ending, Timeline};
pub use faults::Fault;
pub use ledger::{Exchange, Write};
pub use route::Route;

/// A function that runs after each request was carried out and before its answer leaves.
type Hook = Box<dyn FnMut(Route, &mut Cloud) + Send>;

/// A running stand-in. Dropping it stops it.
pub struct Platform {
    shared: Arc<Shared>,
    server: Server,
}

struct Shared {
    cloud: Mutex<Cloud>,
    hook: Mutex<Option<Hook>>,
}

impl Platform {
    /// Starts a platform without apps on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be listened on.
    pub async fn start() -> io::Result<Self> {
        let shared = Arc::new(Shared {
            cloud: Mutex::new(Cloud::default()),
            hook: Mutex::new(None),
        });
        let server = Server::start(shared.clone()).await?;
        shared.cloud().address = format!("http://{}", server.address());
        Ok(Self { shared, server })
    }

    /// `http://address`, to which paths that begin with `/v2` are added.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// The token that is accepted.
    #[must_use]
    pub const fn token(&self) -> &'static str {
        serve::TOKEN
    }

    /// Looks at, or changes, what the platform holds. No request is served meanwhile.
    pub fn with<T>(&self, look: impl FnOnce(&mut Cloud) -> T) -> T {
        look(&mut self.shared.cloud())
    }

    /// Runs `hook` after each request was carried out and before its answer leaves: somebody else at work between two
    /// requests of the caller's. Replaces the one before.
    pub fn between(&self, hook: impl FnMut(Route, &mut Cloud) + Send + 'static) {
        *lock(&self.shared.hook) = Some(Box::new(hook));
    }
}

impl Shared {
    fn cloud(&self) -> MutexGuard<'_, Cloud> {
        lock(&self.cloud)
    }
}

impl Served for Shared {
    fn serve(&self, asked: Asked) -> Answer {
        let mut cloud = self.cloud();
        let (route, answer) = serve::serve(&mut cloud, asked);
        if let (Some(route), Some(hook)) = (route, lock(&self.hook).as_mut()) {
            hook(route, &mut cloud);
        }
        answer
    }
}

/// Locks although a holder panicked: a hook's assertion fails its own test only.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
