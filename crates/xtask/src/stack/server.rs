//! PostgreSQL or Redis, started again when it ends, unless somebody else has started one in its place.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use loadsure_testkit::servers::{Error, Postgres, Redis};

use crate::progress;

/// Pause before a server is started again. A person who stopped it to see what happens can start it earlier.
const PAUSE: Duration = Duration::from_secs(10);
/// Longest wait for a connection to this machine.
const CONNECT: Duration = Duration::from_millis(200);

/// What both servers can do.
pub(crate) trait Restart {
    /// For people.
    const NAME: &'static str;

    /// The port it listens on.
    fn port(&self) -> u16;

    /// Whether our process lives.
    fn is_running(&mut self) -> Result<bool, Error>;

    /// Starts it again on its port.
    async fn restart(&mut self) -> Result<(), Error>;
}

impl Restart for Postgres {
    const NAME: &'static str = "PostgreSQL";

    fn port(&self) -> u16 {
        self.port()
    }

    fn is_running(&mut self) -> Result<bool, Error> {
        self.is_running()
    }

    async fn restart(&mut self) -> Result<(), Error> {
        self.restart().await
    }
}

impl Restart for Redis {
    const NAME: &'static str = "Redis";

    fn port(&self) -> u16 {
        self.port()
    }

    fn is_running(&mut self) -> Result<bool, Error> {
        self.is_running()
    }

    async fn restart(&mut self) -> Result<(), Error> {
        self.restart().await
    }
}

/// A server of ours.
#[derive(Debug)]
pub(crate) struct Server<S> {
    server: S,
    /// When it was found ended, or last tried in vain.
    ended: Option<Instant>,
    /// Another one answers on its port.
    replaced: bool,
}

impl<S: Restart> Server<S> {
    pub(crate) const fn new(server: S) -> Self {
        Self {
            server,
            ended: None,
            replaced: false,
        }
    }

    pub(crate) fn into_inner(self) -> S {
        self.server
    }

    /// Starts it again a while after it ended.
    pub(crate) async fn look_after(&mut self) -> anyhow::Result<()> {
        if self.server.is_running()? {
            return Ok(());
        }
        let Some(ended) = self.ended else {
            let pause = PAUSE.as_secs();
            progress::say(format!(
                "{} ended: it is started again in {pause} s, unless another one answers on port {} by then",
                S::NAME,
                self.server.port()
            ));
            self.ended = Some(Instant::now());
            return Ok(());
        };
        if ended.elapsed() >= PAUSE {
            self.ended = Some(Instant::now());
            self.try_again().await;
        }
        Ok(())
    }

    async fn try_again(&mut self) {
        if answers(self.server.port()) {
            if !self.replaced {
                progress::say(format!("another {} answers in its place", S::NAME));
            }
            self.replaced = true;
            return;
        }
        self.replaced = false;
        match self.server.restart().await {
            Ok(()) => {
                self.ended = None;
                progress::say(format!("{} runs again", S::NAME));
            }
            Err(error) => progress::say(format!("{} cannot be started again: {error}", S::NAME)),
        }
    }
}

fn answers(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, CONNECT).is_ok()
}
