//! Memory of the processes that are measured, from `/proc`.

use std::time::Duration;

use serde::Serialize;

use super::target::Target;

/// Name of a worker's process: as long as the kernel keeps it.
const WORKER: &str = "loadsure-worker";

/// Memory of one process, in kilobytes.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) process: String,
    /// Resident now.
    pub(super) resident_kb: u64,
    /// The most that was resident since it started.
    pub(super) peak_kb: u64,
}

/// Waits until shortly before the load ends, and looks at the api and at each worker.
pub(super) async fn near_the_end(target: &Target, duration: Duration) -> anyhow::Result<Vec<Memory>> {
    tokio::time::sleep(duration * 9 / 10).await;
    let api = target.api_pid.and_then(|pid| read("api", pid));
    let workers = target.monitor_pid.map(|monitor| children(monitor, WORKER));
    Ok(api
        .into_iter()
        .chain(
            workers
                .into_iter()
                .flatten()
                .filter_map(|pid| read("worker", pid)),
        )
        .collect())
}

fn read(name: &str, pid: u32) -> Option<Memory> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    Some(Memory {
        process: format!("{name} {pid}"),
        resident_kb: kilobytes(&status, "VmRSS:")?,
        peak_kb: kilobytes(&status, "VmHWM:")?,
    })
}

fn kilobytes(status: &str, field: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// The processes of that name that `parent` started. The queue monitor starts a shell beside each worker, to end
/// it should the monitor die.
fn children(parent: u32, name: &str) -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let pids = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| is_child(*pid, parent, name)).collect()
}

fn is_child(pid: u32, parent: u32, name: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let is = |field: &str, value: &str| {
        let mut lines = status.lines();
        lines.any(|line| {
            line.strip_prefix(field)
                .is_some_and(|found| found.trim() == value)
        })
    };
    is("PPid:", &parent.to_string()) && is("Name:", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_knows_its_memory_and_its_parent() {
        let me = read("me", std::process::id()).unwrap();
        assert!(me.resident_kb > 0 && me.peak_kb >= me.resident_kb, "{me:?}");
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        assert!(children(std::process::id(), "sleep").contains(&child.id()));
        assert!(!children(std::process::id(), WORKER).contains(&child.id()));
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
