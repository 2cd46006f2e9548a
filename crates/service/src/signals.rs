//! The signals that ask for the end.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tracing::{info, warn};

use crate::end::End;

/// SIGTERM of the platform and SIGINT of a person mean the same.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The first signal, as long as it was not waited for.
#[derive(Debug)]
pub(crate) struct Told(oneshot::Receiver<()>);

impl Told {
    /// Listens from now on, on a task of its own: whatever the service does meanwhile, a second signal ends the
    /// process at once.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn listen() -> io::Result<Self> {
        let mut signals = Signals::listen()?;
        let (tell, told) = oneshot::channel();
        tokio::spawn(async move {
            signals.next().await;
            info!("stopping; another signal ends the process at once");
            // Nobody listens any more when the service could not start. The second signal counts all the same.
            let _ = tell.send(());
            signals.next().await;
            warn!("told twice to end: ending at once");
            std::process::exit(End::Forced.code().into());
        });
        Ok(Self(told))
    }

    /// Waits for the first signal, which may have come before.
    pub(crate) async fn first(self) {
        // The task that tells ends with the process.
        let _ = self.0.await;
    }
}
