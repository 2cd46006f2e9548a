//! All processes of the service, and the supervisor that starts again what has ended.

use std::process::ExitStatus;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::member::{Member, Role};
use crate::progress;

/// How often the supervisor looks, and how long it waits before it starts a process again, as a platform's would.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const RESTART_AFTER: Duration = Duration::from_millis(900);
/// Longer than the longest drain of the settings.
pub(crate) const DRAINED_WITHIN: Duration = Duration::from_secs(25);

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exit {
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) success: bool,
}

impl Exit {
    pub(crate) fn new(name: &str, status: ExitStatus) -> Self {
        Self {
            name: name.to_owned(),
            status: status.to_string(),
            success: status.success(),
        }
    }
}

/// The processes.
pub(crate) struct Fleet {
    members: Vec<Member>,
    surprises: Mutex<Vec<Exit>>,
}

impl Fleet {
    pub(super) fn new(members: Vec<Member>) -> Self {
        Self {
            members,
            surprises: Mutex::new(Vec::new()),
        }
    }

    /// One member of that role, chosen by `pick`.
    pub(crate) fn member(&self, role: Role, pick: u64) -> anyhow::Result<&Member> {
        let all: Vec<_> = self.of(role).collect();
        let count = u64::try_from(all.len())?;
        let place = usize::try_from(pick % count.max(1))?;
        all.get(place)
            .copied()
            .with_context(|| format!("there is no {role:?}"))
    }

    pub(crate) fn of(&self, role: Role) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| member.role == role)
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    pub(super) fn hosts(&self, role: Role) -> Vec<String> {
        self.of(role).map(|member| member.host.clone()).collect()
    }

    /// Starts again what has ended, until this is dropped or a process cannot be started.
    pub(crate) async fn supervise(&self) -> anyhow::Result<()> {
        let mut ended: Vec<(Instant, &Member)> = Vec::new();
        loop {
            for member in &self.members {
                if let Some((status, arranged)) = member.ended()? {
                    if !arranged {
                        self.surprise(Exit::new(&member.name, status));
                    }
                    ended.push((Instant::now(), member));
                }
            }
            while let Some(place) = ended
                .iter()
                .position(|(since, _)| since.elapsed() >= RESTART_AFTER)
            {
                ended.swap_remove(place).1.revive().await?;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn surprise(&self, exit: Exit) {
        progress::say(format!("{} ended by itself: {}", exit.name, exit.status));
        self.surprises
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .push(exit);
    }

    /// Ends that no fault has arranged.
    pub(crate) fn surprises(&self) -> Vec<Exit> {
        self.surprises
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .clone()
    }

    /// Ends all in good order: first what takes work, last what does it.
    pub(super) async fn stop(&self) -> anyhow::Result<Vec<Exit>> {
        let mut exits = Vec::new();
        for role in [Role::Api, Role::Monitor, Role::Worker] {
            for member in self.of(role) {
                if let Some(status) = member.drain(DRAINED_WITHIN).await? {
                    exits.push(Exit::new(&member.name, status));
                }
            }
        }
        Ok(exits)
    }
}
