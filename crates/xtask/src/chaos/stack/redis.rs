//! A Redis that can be frozen, and whose disk can be full.
//!
//! A full disk is arranged without a disk or privileges: the largest file that the process may write
//! (`RLIMIT_FSIZE`) becomes zero, so that writing the append-only file fails as on a full disk. The signal
//! that comes with it is ignored from the start, through the shell that becomes the server.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use loadsure_testkit::process::{Process, Program};
use loadsure_testkit::servers::{find_redis, free_port};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::READY_WITHIN;

/// Becomes the server named by the first argument.
const SHELL: &str = r#"trap '' XFSZ; exec "$0" "$@""#;
const LOOK_EVERY: Duration = Duration::from_millis(20);
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// A private Redis, empty at every start.
pub(crate) struct Redis {
    dir: PathBuf,
    port: u16,
    process: Option<Process>,
}

impl Redis {
    pub(super) async fn in_folder(dir: &Path) -> anyhow::Result<Self> {
        let mut redis = Self {
            dir: dir.to_path_buf(),
            port: free_port()?,
            process: None,
        };
        redis.start().await?;
        Ok(redis)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Starts it unless it runs.
    pub(crate) async fn start(&mut self) -> anyhow::Result<()> {
        if self.process.is_some() {
            return Ok(());
        }
        // A half-written append-only file would bring back what a restart is to lose.
        match std::fs::remove_dir_all(&self.dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => std::fs::create_dir_all(&self.dir)?,
        }
        let program = Program::at("/bin/sh")
            .arg("-c")
            .arg(SHELL)
            .arg(find_redis()?)
            .arg("--port")
            .arg(self.port.to_string())
            .arg("--bind")
            .arg("127.0.0.1")
            .arg("--save")
            .arg("")
            .arg("--maxmemory-policy")
            .arg("noeviction")
            .arg("--dir")
            .arg(&self.dir)
            .log(self.dir.with_extension("log"));
        self.process = Some(program.start().await?);
        self.ready().await
    }

    async fn ready(&self) -> anyhow::Result<()> {
        let deadline = Instant::now() + READY_WITHIN;
        while self.command("PING").await.is_err() {
            if Instant::now() > deadline {
                bail!("Redis did not become ready");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    pub(crate) async fn kill(&mut self) -> anyhow::Result<()> {
        if let Some(process) = self.process.take() {
            process.sigkill()?;
            process.end().await?;
        }
        Ok(())
    }

    pub(crate) fn freeze(&self) -> anyhow::Result<()> {
        Ok(self.running()?.sigstop()?)
    }

    pub(crate) fn thaw(&self) -> anyhow::Result<()> {
        Ok(self.running()?.sigcont()?)
    }

    /// Keeps an append-only file from now on, and lets no file grow.
    pub(crate) async fn fill_disk(&self) -> anyhow::Result<()> {
        self.command("CONFIG SET appendonly yes").await?;
        let deadline = Instant::now() + ANSWER_WITHIN;
        // Until the first rewrite has ended nothing is written to the file.
        while !self
            .command("INFO persistence")
            .await?
            .contains("aof_rewrite_in_progress:0")
        {
            if Instant::now() > deadline {
                bail!("the append-only file was not begun");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        self.limit_files(Some(0))
    }

    /// Lets files grow again, and forgets the append-only file.
    pub(crate) async fn empty_disk(&self) -> anyhow::Result<()> {
        self.limit_files(None)?;
        self.command("CONFIG SET appendonly no").await.map(drop)
    }

    fn limit_files(&self, most: Option<u64>) -> anyhow::Result<()> {
        let pid = i32::try_from(self.running()?.pid())?;
        let pid = Pid::from_raw(pid).context("no process id")?;
        // The hard limit stays, so that the soft one can be raised again.
        let maximum = getrlimit(Resource::Fsize).maximum;
        let limit = Rlimit {
            current: most.or(maximum),
            maximum,
        };
        prlimit(Some(pid), Resource::Fsize, limit).context("cannot limit the size of its files")?;
        Ok(())
    }

    fn running(&self) -> anyhow::Result<&Process> {
        self.process.as_ref().context("Redis does not run")
    }

    /// Sends one command in the inline form, and returns the answer; an error answer is an error.
    pub(crate) async fn command(&self, line: &str) -> anyhow::Result<String> {
        let exchange = async {
            let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
            let mut stream = BufReader::new(stream);
            stream
                .get_mut()
                .write_all(format!("{line}\r\n").as_bytes())
                .await?;
            let mut head = String::new();
            stream.read_line(&mut head).await?;
            let Some(length) = head.strip_prefix('$') else {
                return Ok(head.trim_end().to_owned());
            };
            let mut body = vec![0; length.trim_end().parse()?];
            stream.read_exact(&mut body).await?;
            anyhow::Ok(String::from_utf8_lossy(&body).into_owned())
        };
        let answer = tokio::time::timeout(ANSWER_WITHIN, exchange)
            .await
            .with_context(|| format!("no answer to {line}"))??;
        if answer.is_empty() || answer.starts_with('-') {
            bail!("Redis answers {line} with {answer:?}");
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_disk_refuses_writes_until_it_is_emptied() {
        let parent = tempfile::tempdir().unwrap();
        let mut redis = Redis::in_folder(&parent.path().join("redis")).await.unwrap();
        redis.fill_disk().await.unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        // The file is written behind the first commands.
        while redis.command("SET a 1").await.is_ok() {
            assert!(Instant::now() < deadline, "writes are still taken");
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let refusal = redis.command("SET a 1").await.unwrap_err().to_string();
        assert!(refusal.contains("MISCONF"), "{refusal}");
        redis.empty_disk().await.unwrap();
        redis.command("SET a 1").await.unwrap();
        redis.kill().await.unwrap();
        redis.start().await.unwrap();
        assert_eq!(redis.command("DBSIZE").await.unwrap(), ":0");
    }
}
