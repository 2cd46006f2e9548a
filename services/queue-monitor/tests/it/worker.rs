//! Worker programs that only record what happens to them.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Records its start and its SIGTERM, and ends then.
pub(crate) const OBEDIENT: &str = r#"
trap 'echo "term $INSTANCE_NAME $$ -" >> "$RECORD"; exit 0' TERM
echo "start $INSTANCE_NAME $$ $METRICS_ADDR" >> "$RECORD"
while :; do sleep 0.1 & wait $!; done
"#;

/// Does not end when told to.
pub(crate) const DEAF: &str = r#"
trap '' TERM
echo "start $INSTANCE_NAME $$ $METRICS_ADDR" >> "$RECORD"
while :; do sleep 0.1; done
"#;

/// Ends at once.
pub(crate) const BROKEN: &str = r#"
echo "start $INSTANCE_NAME $$ $METRICS_ADDR" >> "$RECORD"
exit 1
"#;

/// A folder with a worker program and its record.
pub(crate) struct Yard(TempDir);

/// One line of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) what: String,
    pub(crate) instance: String,
    pub(crate) pid: i32,
    pub(crate) metrics_addr: String,
}

impl Yard {
    pub(crate) fn with(script: &str) -> Self {
        let yard = Self(TempDir::new().unwrap());
        std::fs::write(yard.binary(), format!("#!/bin/sh\n{script}")).unwrap();
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(yard.binary(), executable).unwrap();
        std::fs::write(yard.record(), "").unwrap();
        yard
    }

    pub(crate) fn binary(&self) -> PathBuf {
        self.0.path().join("worker")
    }

    pub(crate) fn record(&self) -> PathBuf {
        self.0.path().join("record")
    }

    /// What was recorded of `what`, in order.
    pub(crate) fn lines(&self, what: &str) -> Vec<Line> {
        let text = std::fs::read_to_string(self.record()).unwrap();
        // The last line may be half written.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let lines = whole.lines().map(parse);
        lines.filter(|line| line.what == what).collect()
    }

    pub(crate) fn starts(&self) -> Vec<Line> {
        self.lines("start")
    }

    pub(crate) fn terms(&self) -> Vec<Line> {
        self.lines("term")
    }
}

fn parse(line: &str) -> Line {
    let words: Vec<&str> = line.split(' ').collect();
    let [what, instance, pid, metrics_addr] = words[..] else {
        panic!("not a line of the record: {line}")
    };
    Line {
        what: what.to_owned(),
        instance: instance.to_owned(),
        pid: pid.parse().unwrap(),
        metrics_addr: metrics_addr.to_owned(),
    }
}

/// Kills a worker as a crash would.
pub(crate) fn kill(worker: &Line) {
    kill_process(Pid::from_raw(worker.pid).unwrap(), Signal::KILL).unwrap();
}

/// Whether a process with this id is there, be it only to be reaped.
pub(crate) fn is_there(worker: &Line) -> bool {
    Path::new("/proc").join(worker.pid.to_string()).exists()
}
