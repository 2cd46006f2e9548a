//! A server that speaks as little HTTP as a test needs, so that it can break it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What is done when a request was read, or with [`Reply::Deaf`] before.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// These bytes are written, and the connection stays.
    Bytes(String),
    /// These bytes are written, and the connection ends.
    Last(String),
    /// Nothing is ever read or written.
    Deaf,
}

impl Reply {
    /// A whole answer.
    pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(format!(
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        ))
    }

    /// 200 with JSON.
    pub(crate) fn json(body: &str) -> Self {
        Self::answer("200 OK", "content-type: application/json\r\n", body)
    }
}

/// Gives its replies in turn, whatever the connection, and the last one for ever.
pub(crate) struct Raw {
    address: std::net::SocketAddr,
    counts: Arc<Counts>,
    server: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Counts {
    connections: AtomicUsize,
    requests: AtomicUsize,
}

impl Raw {
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Arc::new(Counts::default());
        let replies: Arc<[Reply]> = replies.into_iter().collect();
        let server = tokio::spawn(serve(listener, replies, counts.clone()));
        Self {
            address,
            counts,
            server,
        }
    }

    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> usize {
        self.counts.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, replies: Arc<[Reply]>, counts: Arc<Counts>) {
    while let Ok((socket, _)) = listener.accept().await {
        counts.connections.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(speak(socket, replies.clone(), counts.clone()));
    }
}

async fn speak(mut socket: TcpStream, replies: Arc<[Reply]>, counts: Arc<Counts>) {
    let reply = |turn: usize| replies.get(turn).or_else(|| replies.last()).cloned().unwrap();
    loop {
        if matches!(reply(counts.requests.load(Ordering::SeqCst)), Reply::Deaf) {
            std::future::pending::<()>().await;
        }
        if read_request(&mut socket).await.is_none() {
            return;
        }
        let turn = counts.requests.fetch_add(1, Ordering::SeqCst);
        match reply(turn) {
            Reply::Bytes(bytes) => socket.write_all(bytes.as_bytes()).await.unwrap_or_default(),
            Reply::Last(bytes) => {
                socket.write_all(bytes.as_bytes()).await.unwrap_or_default();
                return;
            }
            Reply::Deaf => std::future::pending().await,
        }
    }
}

/// Reads one request; `None` when the connection ended.
async fn read_request(socket: &mut TcpStream) -> Option<()> {
    let mut seen = Vec::new();
    loop {
        let mut part = [0; 4096];
        let count = socket.read(&mut part).await.ok().filter(|count| *count > 0)?;
        seen.extend_from_slice(part.get(..count)?);
        let text = String::from_utf8_lossy(&seen).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap_or(0)) {
            return Some(());
        }
    }
}
