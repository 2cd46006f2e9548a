//! A private Redis for one test.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::num::NonZeroU16;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use loadsure_cache::{Cache, Settings};
use tokio::net::TcpSocket;

/// A Redis that ends with its test.
pub(crate) struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts one on a port that was free a moment ago; if another took it meanwhile, on another.
    pub(crate) fn start() -> Self {
        (0..10)
            .find_map(|_| Self::start_on(free_port()))
            .expect("redis-server should start")
    }

    fn start_on(port: u16) -> Option<Self> {
        let mut child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(["--port", &port.to_string()])
            .current_dir(std::env::temp_dir())
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-server should be installed");
        let log = BufReader::new(child.stdout.take().expect("it is piped"));
        let is_ready = log
            .lines()
            .map_while(Result::ok)
            .any(|line| line.contains("Ready to accept connections"));
        if !is_ready {
            child.wait().unwrap();
            return None;
        }
        Some(Self { child, port })
    }

    pub(crate) fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again, empty, on the same port.
    pub(crate) fn restart(&mut self) {
        let again = Self::start_on(self.port).expect("the port should still be free");
        *self = again;
    }

    pub(crate) fn cache(&self) -> Cache {
        cache_on(self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended in tests of outages.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that is free now. It is below those that the system hands out by itself (32 768 and up on Linux), so that
/// a server that is away for a moment finds it free again, and it starts at another place in each process.
fn free_port() -> u16 {
    let start = std::process::id() * 7 % 20_000;
    let candidates = (0..20_000).map(|offset| 10_000 + (start + offset) % 20_000);
    let mut ports = candidates.filter_map(|port| u16::try_from(port).ok());
    ports
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("some port should be free")
}

/// A port that refuses connections while the socket is held: bound, but not listening.
pub(crate) fn refusing_port() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

pub(crate) fn cache_on(port: u16) -> Cache {
    Cache::new(&Settings {
        url: format!("redis://127.0.0.1:{port}").into(),
        prefix: "test".to_owned(),
        pool_size: NonZeroU16::new(4).unwrap(),
        // A busy machine must not look like a server that is away.
        timeout: Duration::from_secs(30),
    })
    .unwrap()
}

/// Every key of the server, by SCAN.
pub(crate) async fn keys(server: &Server) -> Vec<String> {
    use deadpool_redis::redis;
    let client = redis::Client::open(format!("redis://127.0.0.1:{}", server.port)).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let (_, keys): (u64, Vec<String>) = redis::cmd("SCAN")
        .arg(0)
        .arg("COUNT")
        .arg(1000)
        .query_async(&mut connection)
        .await
        .unwrap();
    keys
}
