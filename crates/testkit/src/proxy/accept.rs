//! Takes connections, and carries out the commands of the proxy's owner.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Flow, pump};

/// What the owner asks for; answered when it is in effect.
pub(super) enum Command {
    Listen(oneshot::Sender<io::Result<()>>),
    Refuse(oneshot::Sender<io::Result<()>>),
    Cut(oneshot::Sender<io::Result<()>>),
}

/// The connections since the last cut.
struct Epoch {
    cut: CancellationToken,
    open: TaskTracker,
}

pub(super) struct Acceptor {
    addr: SocketAddr,
    upstream: String,
    flow: watch::Receiver<Flow>,
    epoch: Epoch,
}

impl Acceptor {
    pub(super) fn new(addr: SocketAddr, upstream: String, flow: watch::Receiver<Flow>) -> Self {
        Self {
            addr,
            upstream,
            flow,
            epoch: Epoch::new(),
        }
    }

    pub(super) async fn run(mut self, listener: TcpListener, mut inbox: mpsc::Receiver<Command>) {
        let mut listener = Some(listener);
        loop {
            tokio::select! {
                // Commands first: what was accepted before a cut must not survive it.
                biased;
                command = inbox.recv() => match command {
                    Some(command) => self.obey(command, &mut listener).await,
                    None => return,
                },
                client = accept(listener.as_ref()) => self.serve(client),
            }
        }
    }

    async fn obey(&mut self, command: Command, listener: &mut Option<TcpListener>) {
        let (result, done) = match command {
            Command::Listen(done) => (self.listen(listener).await, done),
            Command::Refuse(done) => {
                *listener = None;
                (Ok(()), done)
            }
            Command::Cut(done) => {
                std::mem::replace(&mut self.epoch, Epoch::new()).end().await;
                (Ok(()), done)
            }
        };
        // An owner that no longer waits needs no answer.
        drop(done.send(result));
    }

    async fn listen(&self, listener: &mut Option<TcpListener>) -> io::Result<()> {
        if listener.is_none() {
            *listener = Some(TcpListener::bind(self.addr).await?);
        }
        Ok(())
    }

    fn serve(&self, client: TcpStream) {
        let (upstream, flow, cut) = (self.upstream.clone(), self.flow.clone(), self.epoch.cut.clone());
        self.epoch
            .open
            .spawn(pump::connection(client, upstream, flow, cut));
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        self.epoch.cut.cancel();
    }
}

impl Epoch {
    fn new() -> Self {
        Self {
            cut: CancellationToken::new(),
            open: TaskTracker::new(),
        }
    }

    async fn end(self) {
        self.cut.cancel();
        self.open.close();
        self.open.wait().await;
    }
}

/// The next connection; never, while nothing is listened on. A connection that failed before it
/// was taken is the client's affair.
async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    loop {
        match listener {
            Some(listener) => {
                if let Ok((client, _)) = listener.accept().await {
                    return client;
                }
            }
            None => std::future::pending().await,
        }
    }
}
