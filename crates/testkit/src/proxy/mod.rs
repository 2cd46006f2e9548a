//! A TCP proxy that misbehaves on demand.
//!
//! It stands before PostgreSQL, Redis or an HTTP server; the program under test connects to
//! [`Proxy::addr`]. Every change is in effect when the call that makes it returns.

mod accept;
mod pump;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::servers;
use accept::{Acceptor, Command};

/// What happens to the bytes of open connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Pass,
    Pause,
    Slow(Duration),
}

/// A running proxy. Its connections end when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    addr: SocketAddr,
    flow: watch::Sender<Flow>,
    commands: mpsc::Sender<Command>,
    acceptor: JoinHandle<()>,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1 and passes everything on to `upstream` (`host:port`),
    /// which need not be there yet.
    ///
    /// # Errors
    /// When no port can be listened on.
    pub async fn start(upstream: impl Into<String>) -> io::Result<Self> {
        let port = servers::free_port().map_err(io::Error::other)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let addr = listener.local_addr()?;
        let (flow, flow_seen) = watch::channel(Flow::Pass);
        let (commands, inbox) = mpsc::channel(1);
        let acceptor = tokio::spawn(Acceptor::new(addr, upstream.into(), flow_seen).run(listener, inbox));
        Ok(Self {
            addr,
            flow,
            commands,
            acceptor,
        })
    }

    /// Where to connect to. The same for the proxy's whole life.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Back to normal: accepts connections and passes bytes.
    ///
    /// # Errors
    /// When the port cannot be listened on again.
    pub async fn pass(&self) -> io::Result<()> {
        self.flow.send_replace(Flow::Pass);
        self.tell(Command::Listen).await
    }

    /// Refuses new connections, as when nothing listens. Open ones go on.
    ///
    /// # Errors
    /// When the proxy has ended.
    pub async fn refuse(&self) -> io::Result<()> {
        self.tell(Command::Refuse).await
    }

    /// Resets all open connections (RST, not an orderly end). New ones are accepted.
    ///
    /// # Errors
    /// When the proxy has ended.
    pub async fn cut(&self) -> io::Result<()> {
        self.tell(Command::Cut).await
    }

    /// Refuses new connections and resets the open ones: the machine behind is gone.
    ///
    /// # Errors
    /// When the proxy has ended.
    pub async fn down(&self) -> io::Result<()> {
        self.refuse().await?;
        self.cut().await
    }

    /// Holds every byte back, in both directions, until [`Proxy::pass`]: the hung network.
    /// Connections are still accepted.
    pub fn pause(&self) {
        self.flow.send_replace(Flow::Pause);
    }

    /// Delays each piece of data (up to 16 KiB) by `delay`, in both directions.
    pub fn slow(&self, delay: Duration) {
        self.flow.send_replace(Flow::Slow(delay));
    }

    async fn tell(&self, command: impl FnOnce(oneshot::Sender<io::Result<()>>) -> Command) -> io::Result<()> {
        let (done, answer) = oneshot::channel();
        let ended = || io::Error::other("the proxy has ended");
        self.commands.send(command(done)).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}
