//! A private PostgreSQL cluster.

mod cluster;
mod leftover;
mod options;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tokio_postgres::NoTls;

use super::os_user::{self, OsUser};
use super::start::{Failure, Launch};
use super::{Error, Slot, binaries, free_port, home};
use crate::child::{Ending, Step, Supervised, Target};

pub use options::{Durability, PostgresOptions};

const NAME: &str = "PostgreSQL";
/// The superuser of a private cluster. It needs no password: only 127.0.0.1 is listened on.
const USER: &str = "loadsure";
/// Ports tried before giving up.
const PORT_TRIES: u32 = 5;

/// SIGINT is the fast shutdown: sessions are cut off, data is written. SIGQUIT is the immediate one.
const ENDING: Ending = Ending(&[
    (Step::Interrupt, Target::Process, Duration::from_secs(20)),
    (Step::Quit, Target::Process, Duration::from_secs(5)),
    (Step::Kill, Target::Process, Duration::from_secs(5)),
]);

/// A running PostgreSQL on 127.0.0.1. Ends when dropped; its data stays in its folder.
#[derive(Debug)]
pub struct Postgres {
    options: PostgresOptions,
    home: PathBuf,
    bin: PathBuf,
    user: Option<OsUser>,
    port: u16,
    child: Option<Supervised>,
    slot: Option<Slot>,
}

impl Postgres {
    /// Makes the cluster unless its folder holds one already, starts it, and waits until it answers a query.
    ///
    /// # Errors
    /// When no binary is found, the given port is taken, or the server does not become ready.
    pub async fn start(options: PostgresOptions) -> Result<Self, Error> {
        let bin = binaries::postgres()?;
        let user = os_user::to_drop_to()?;
        let home = home::prepare(&options.dir, user)?;
        leftover::end(&home.join("data")).await?;
        cluster::ensure(&bin, &home, user, USER).await?;
        let mut postgres = Self {
            options,
            home,
            bin,
            user,
            port: 0,
            child: None,
            slot: None,
        };
        let mut tries = 0;
        loop {
            tries += 1;
            postgres.port = postgres.options.port.map_or_else(free_port, Ok)?;
            match postgres.launch().await {
                Ok(()) => return Ok(postgres),
                Err(Failure::Other(error)) => return Err(error),
                Err(Failure::PortTaken) if postgres.options.port.is_some() => {
                    return Err(postgres.port_taken());
                }
                Err(Failure::PortTaken) if tries >= PORT_TRIES => return Err(Error::NoFreePort),
                Err(Failure::PortTaken) => {}
            }
        }
    }

    /// A cluster for one test that wants to stop or crash it. Databases that an earlier test left in it are dropped.
    ///
    /// # Errors
    /// As [`Postgres::start`], and when the old databases cannot be dropped.
    pub async fn private(durability: Durability) -> Result<Self, crate::db::Error> {
        let parent = crate::paths::data_dir().map_err(Error::file("find", "the target folder"))?;
        let slot = Slot::take(&parent, "postgres")?;
        let options = PostgresOptions::new(slot.dir()).durability(durability);
        let mut postgres = Self::start(options).await?;
        postgres.slot = Some(slot);
        crate::db::sweep(&postgres.url("postgres")).await?;
        Ok(postgres)
    }

    /// The URL of a database of this cluster. `postgres` is there from the start. Stays the same over restarts.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes the database unless there is one of that name.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub async fn ensure_database(&self, name: &str) -> Result<(), crate::db::Error> {
        crate::db::ensure(&self.url("postgres"), name).await
    }

    /// Drops the database, if there is one of that name, with its open sessions.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub async fn drop_database(&self, name: &str) -> Result<(), crate::db::Error> {
        crate::db::remove(&self.url("postgres"), name).await
    }

    /// The port it listens on. Stays the same over restarts.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process id of its postmaster, while it runs.
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

    /// The file it logs to.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.home.join("postgres.log")
    }

    /// Ends it in good order, cutting off open sessions (fast shutdown).
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub async fn stop(&mut self) -> Result<(), Error> {
        if let Some(child) = self.child.take() {
            child.end_off_thread().await.map_err(Error::control(NAME))?;
        }
        Ok(())
    }

    /// Ends it without writing anything (immediate shutdown): the next start recovers from the log, as after a crash.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub async fn crash(&mut self) -> Result<(), Error> {
        if let Some(mut child) = self.child.take() {
            child
                .signal(Step::Quit, Target::Process)
                .map_err(Error::control(NAME))?;
            child
                .wait(Duration::from_secs(10))
                .await
                .map_err(Error::control(NAME))?;
        }
        Ok(())
    }

    /// Starts it again on the same port, ending it first when it runs.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub async fn restart(&mut self) -> Result<(), Error> {
        self.stop().await?;
        self.launch().await.map_err(|failure| match failure {
            Failure::Other(error) => error,
            Failure::PortTaken => self.port_taken(),
        })
    }

    fn port_taken(&self) -> Error {
        Error::PortTaken {
            program: NAME,
            port: self.port,
        }
    }

    async fn launch(&mut self) -> Result<(), Failure> {
        let data = self.home.join("data");
        let mut command = Command::new(self.bin.join("postgres"));
        command
            .arg("-D")
            .arg(&data)
            .current_dir(&data)
            .args(["-p", &self.port.to_string()]);
        for (name, value) in self.options.settings() {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        run_as(&mut command, self.user);
        let url = self.url("postgres");
        let launch = Launch {
            program: NAME,
            command,
            port: self.port,
            log: &self.log(),
            ending: &ENDING,
        };
        self.child = Some(launch.run(|| answers_query(&url)).await?);
        Ok(())
    }
}

/// Sets the user to run as. The standard library drops the supplementary groups with it.
fn run_as(command: &mut Command, user: Option<OsUser>) {
    use std::os::unix::process::CommandExt as _;
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
}

async fn answers_query(url: &str) -> bool {
    let query = async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let driver = tokio::spawn(connection);
        let answer = client.simple_query("SELECT 1").await;
        driver.abort();
        answer
    };
    matches!(
        tokio::time::timeout(Duration::from_secs(1), query).await,
        Ok(Ok(_))
    )
}

/// The major version of the programs in `bin`, e.g. `15`.
async fn major_version(bin: &Path) -> Result<String, Error> {
    let program = bin.join("postgres");
    let spawn_error = |source| Error::Spawn {
        program: program.display().to_string(),
        source,
    };
    let output = tokio::process::Command::new(&program)
        .arg("--version")
        .output()
        .await
        .map_err(spawn_error)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect())
}
