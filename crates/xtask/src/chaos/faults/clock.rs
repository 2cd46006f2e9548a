//! Clocks that differ between processes, by libfaketime where it is installed.

use std::path::Path;

use crate::chaos::stack::{Role, Stack};

/// Where distributions put the library.
const LIBRARIES: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib64/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
];

/// A worker and an api whose clock is wrong by two minutes, more than any time-out of the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    Ahead,
    Behind,
}

/// Why clocks cannot be changed here.
pub(super) fn missing() -> Option<&'static str> {
    library()
        .is_none()
        .then_some("libfaketime is not installed (Debian, Ubuntu: apt-get install libfaketime)")
}

fn library() -> Option<&'static str> {
    LIBRARIES.into_iter().find(|path| Path::new(path).is_file())
}

impl Clock {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ahead => "clock-ahead",
            Self::Behind => "clock-behind",
        }
    }

    fn offset(self) -> &'static str {
        match self {
            Self::Ahead => "+120s",
            Self::Behind => "-120s",
        }
    }

    pub(super) async fn inject(self, stack: &Stack, pick: u64) -> anyhow::Result<()> {
        let library = library().unwrap_or_default();
        let env = [
            ("LD_PRELOAD", library),
            ("FAKETIME", self.offset()),
            // Time that only ever passes is right on a machine with a wrong clock.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ];
        for role in [Role::Worker, Role::Api] {
            stack.fleet.member(role, pick)?.restart_with(&env, None).await?;
        }
        Ok(())
    }

    pub(super) async fn heal(self, stack: &Stack, pick: u64) -> anyhow::Result<()> {
        for role in [Role::Worker, Role::Api] {
            stack.fleet.member(role, pick)?.plain_again().await?;
        }
        Ok(())
    }
}
