//! A private Redis (or Valkey).

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::start::{Failure, Launch};
use super::{Error, Slot, binaries, free_port};
use crate::child::{Ending, Step, Supervised, Target};

const NAME: &str = "Redis";
/// Ports tried before giving up.
const PORT_TRIES: u32 = 5;

/// Redis and Valkey can lose a SIGTERM that arrives right after `CONFIG SET appendonly yes`, hence the second one.
const ENDING: Ending = Ending(&[
    (Step::Terminate, Target::Process, Duration::from_secs(1)),
    (Step::Terminate, Target::Process, Duration::from_secs(4)),
    (Step::Kill, Target::Process, Duration::from_secs(5)),
]);

/// How a private Redis is to run.
#[derive(Clone, Debug)]
pub struct RedisOptions {
    /// Folder of its data and log; made when missing.
    pub dir: PathBuf,
    /// Keeps an append-only file, so that a restart brings the data back. Given on the command line,
    /// because a server that gets it later can ignore SIGTERM.
    pub append_only: bool,
    /// A port of the caller's choice; `None` for any free one.
    pub port: Option<u16>,
}

/// A running Redis on 127.0.0.1, with `noeviction` and no snapshots. Ends when dropped.
#[derive(Debug)]
pub struct Redis {
    options: RedisOptions,
    port: u16,
    child: Option<Supervised>,
    _slot: Option<Slot>,
}

impl Redis {
    /// Starts a Redis and waits until it answers PING.
    ///
    /// # Errors
    /// When no binary is found, the given port is taken, or the server does not become ready.
    pub async fn start(options: RedisOptions) -> Result<Self, Error> {
        std::fs::create_dir_all(&options.dir).map_err(Error::file("create", &options.dir))?;
        let mut tries = 0;
        loop {
            tries += 1;
            let port = options.port.map_or_else(free_port, Ok)?;
            match launch(&options, port).await {
                Ok(child) => {
                    return Ok(Self {
                        options,
                        port,
                        child: Some(child),
                        _slot: None,
                    });
                }
                Err(Failure::Other(error)) => return Err(error),
                Err(Failure::PortTaken) if options.port.is_some() => {
                    return Err(Error::PortTaken { program: NAME, port });
                }
                Err(Failure::PortTaken) if tries >= PORT_TRIES => return Err(Error::NoFreePort),
                Err(Failure::PortTaken) => {}
            }
        }
    }

    /// An empty Redis for one test that wants to stop or kill it.
    ///
    /// # Errors
    /// As [`Redis::start`].
    pub async fn private(append_only: bool) -> Result<Self, Error> {
        let parent = crate::paths::data_dir().map_err(Error::file("find", "the target folder"))?;
        let slot = Slot::take(&parent, "redis")?;
        let dir = slot.dir().to_path_buf();
        std::fs::remove_dir_all(&dir).map_err(Error::file("empty", &dir))?;
        let mut redis = Self::start(RedisOptions {
            dir,
            append_only,
            port: None,
        })
        .await?;
        redis._slot = Some(slot);
        Ok(redis)
    }

    /// `redis://127.0.0.1:<port>`. Stays the same over restarts.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// The port it listens on. Stays the same over restarts.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process id, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Supervised::pid)
    }

    /// Whether its process lives. One that was ended by others counts as ended from here on.
    ///
    /// # Errors
    /// When the system cannot tell.
    pub fn is_running(&mut self) -> Result<bool, Error> {
        let Some(child) = &mut self.child else {
            return Ok(false);
        };
        let exited = child.exited().map_err(Error::control(NAME))?;
        Ok(exited.is_none())
    }

    /// Ends it in good order.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub async fn stop(&mut self) -> Result<(), Error> {
        if let Some(child) = self.child.take() {
            child.end_off_thread().await.map_err(Error::control(NAME))?;
        }
        Ok(())
    }

    /// Kills it (SIGKILL), as a crash would.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub async fn kill(&mut self) -> Result<(), Error> {
        if let Some(child) = &self.child {
            child
                .signal(Step::Kill, Target::Process)
                .map_err(Error::control(NAME))?;
        }
        self.stop().await
    }

    /// Starts it again on the same port, ending it first when it runs. Without the append-only file it comes back empty.
    ///
    /// # Errors
    /// As [`Redis::start`].
    pub async fn restart(&mut self) -> Result<(), Error> {
        self.stop().await?;
        let child = launch(&self.options, self.port)
            .await
            .map_err(|failure| match failure {
                Failure::Other(error) => error,
                Failure::PortTaken => Error::PortTaken {
                    program: NAME,
                    port: self.port,
                },
            })?;
        self.child = Some(child);
        Ok(())
    }
}

async fn launch(options: &RedisOptions, port: u16) -> Result<Supervised, Failure> {
    let log = options.dir.join("redis.log");
    let mut command = Command::new(binaries::redis()?);
    command
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
        .args(["--appendonly", if options.append_only { "yes" } else { "no" }])
        .args(["--maxmemory-policy", "noeviction", "--daemonize", "no"])
        .arg("--dir")
        .arg(&options.dir)
        .current_dir(&options.dir);
    Launch {
        program: NAME,
        command,
        port,
        log: &log,
        ending: &ENDING,
    }
    .run(|| answers_ping(port))
    .await
}

/// While it loads its file Redis answers `-LOADING`, which is not ready.
async fn answers_ping(port: u16) -> bool {
    let ping = async {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        stream.write_all(b"PING\r\n").await?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    matches!(tokio::time::timeout(Duration::from_secs(1), ping).await, Ok(Ok(answer)) if &answer == b"+PONG")
}
