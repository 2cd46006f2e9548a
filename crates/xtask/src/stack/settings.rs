//! How the stack is to run.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context as _, anyhow, bail};
use loadsure_testkit::servers::free_port;

use super::env::{Env, given};
use crate::install::Wanted;
use crate::state::Home;
use crate::workspace::Profile;

/// The port of the API unless something else is asked for.
const PORT: u16 = 3000;

/// How the stack is to run.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) home: Home,
    pub(crate) profile: Profile,
    pub(crate) port: u16,
    pub(crate) insurer: Insurer,
    /// Everyone is one local tenant: no key is needed.
    pub(crate) open: bool,
    /// Starts from an empty database.
    pub(crate) fresh: bool,
    /// Added to the environment of every program.
    pub(crate) env: Env,
}

/// Who insures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Insurer {
    /// The sandbox, with the key that it will accept.
    Sandbox(String),
    /// The one that `LOADSURE_BASE_URL` names.
    Given(String),
}

impl Settings {
    /// The stack of `up`: what the environment names is used, the rest is started.
    pub(crate) fn read(home: Home, profile: Profile, port: Option<u16>) -> anyhow::Result<Self> {
        Ok(Self {
            home,
            profile,
            port: port.map_or_else(port_from_env, Ok)?,
            insurer: insurer(given("LOADSURE_BASE_URL"), given("LOADSURE_API_KEY"))?,
            open: given("AUTH_MODE").as_deref() == Some("open"),
            fresh: false,
            env: Env::default(),
        })
    }

    /// A stack to measure: on a free port, from an empty database.
    pub(crate) fn for_bench(home: Home) -> anyhow::Result<Self> {
        let settings = Self::read(home, Profile::Release, Some(free_port()?))?;
        Ok(Self {
            fresh: true,
            ..settings
        })
    }

    /// The servers that the environment does not name.
    pub(crate) fn wanted() -> Wanted {
        Wanted {
            postgres: given("DATABASE_URL").is_none(),
            redis: given("REDIS_URL").is_none(),
        }
    }

    /// `http://127.0.0.1:<port>`
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Refuses early when the port belongs to another program, whose answers would be taken for ours.
    pub(crate) fn check_port(&self) -> anyhow::Result<()> {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)) {
            Ok(_) => Ok(()),
            Err(_) => bail!(
                "port {} is taken by another program: choose another one with --port",
                self.port
            ),
        }
    }
}

fn port_from_env() -> anyhow::Result<u16> {
    given("PORT").map_or(Ok(PORT), |text| {
        text.parse()
            .with_context(|| format!("PORT is {text:?}, which is no port"))
    })
}

fn insurer(url: Option<String>, key: Option<String>) -> anyhow::Result<Insurer> {
    match (url, key) {
        (Some(_), None) => {
            bail!("LOADSURE_BASE_URL is set: set LOADSURE_API_KEY too, or unset both for the sandbox")
        }
        (Some(url), Some(_)) => Ok(Insurer::Given(url)),
        (None, Some(key)) => Ok(Insurer::Sandbox(key)),
        (None, None) => random_key().map(Insurer::Sandbox),
    }
}

fn random_key() -> anyhow::Result<String> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no randomness for the sandbox's key: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_insurer_the_sandbox_gets_a_key_of_its_own() {
        let Insurer::Sandbox(one) = insurer(None, None).unwrap() else {
            panic!("not the sandbox")
        };
        assert_eq!(one.len(), 48);
        assert_ne!(insurer(None, None).unwrap(), Insurer::Sandbox(one));
        assert_eq!(
            insurer(None, Some("k".into())).unwrap(),
            Insurer::Sandbox("k".into())
        );
    }

    #[test]
    fn a_real_insurer_needs_a_key() {
        let error = insurer(Some("https://insurer.example".into()), None).unwrap_err();
        assert!(error.to_string().contains("LOADSURE_API_KEY"), "{error}");
    }

    #[test]
    fn a_taken_port_is_refused_with_the_way_out() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path().to_path_buf()).unwrap();
        let port = taken.local_addr().unwrap().port();
        let settings = Settings {
            home,
            profile: Profile::Dev,
            port,
            insurer: Insurer::Given(String::new()),
            open: false,
            fresh: false,
            env: Env::default(),
        };
        assert!(settings.check_port().unwrap_err().to_string().contains("--port"));
        drop(taken);
        settings.check_port().unwrap();
    }
}
