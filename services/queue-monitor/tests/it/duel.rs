//! Two monitors, one app: exactly one acts, ever.

use std::fs::DirEntry;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use loadsure_testkit::digitalocean::Route;
use loadsure_testkit::process::Process;
use rustix::process::{Pid, Signal, kill_process};

use crate::sky::Sky;
use crate::stand::{DEADLINE, eventually};

const STANDS_BY: &str = "another monitor leads; this one stands by";

/// Freezes a process in the instant after the platform has carried out a request, and before it has the answer.
fn freeze_after(sky: &Sky, process: &Process, request: Route) -> Arc<AtomicBool> {
    let pid = Pid::from_raw(i32::try_from(process.pid()).unwrap()).unwrap();
    let frozen = Arc::new(AtomicBool::new(false));
    let done = frozen.clone();
    sky.platform.between(move |route, _| {
        if route == request && !done.swap(true, Ordering::AcqRel) {
            kill_process(pid, Signal::STOP).unwrap();
            await_stop(pid);
        }
    });
    frozen
}

/// Returns once no thread of a process runs any more: the signal only asks for that.
fn await_stop(pid: Pid) {
    let deadline = Instant::now() + DEADLINE;
    while !threads(pid).iter().all(|state| state == "T") {
        assert!(Instant::now() < deadline, "never: it is stopped");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The states of all threads, as proc(5) tells them after the name in parentheses.
fn threads(pid: Pid) -> Vec<String> {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", pid.as_raw_nonzero())).unwrap();
    let state = |task: std::io::Result<DirEntry>| {
        // A thread may have ended since it was listed.
        let stat = std::fs::read_to_string(task.ok()?.path().join("stat")).ok()?;
        let (_, rest) = stat.rsplit_once(") ")?;
        rest.split(' ').next().map(str::to_owned)
    };
    tasks.filter_map(state).collect()
}

async fn is_frozen(frozen: &AtomicBool) {
    eventually("the leader is frozen", async || frozen.load(Ordering::Acquire)).await;
}

/// P45: a leader is frozen with a change in its hand, past its lead. The other one makes the change. When the first one
/// goes on it makes none.
#[tokio::test]
async fn a_leader_that_was_frozen_before_it_acted_never_acts() {
    let sky = Sky::new().await;
    let mut first = sky.program("one").start().await.unwrap();
    sky.looked(2).await;
    let mut second = sky.program("two").start().await.unwrap();
    second.wait_for_line(STANDS_BY, DEADLINE).await.unwrap();
    let frozen = freeze_after(&sky, &first, Route::Propose);
    let _work = sky.backlog().await;
    is_frozen(&frozen).await;
    assert_eq!(sky.changes(), []);

    second
        .wait_for_line("this monitor leads", DEADLINE)
        .await
        .unwrap();
    sky.changed(1).await;
    first.sigcont().unwrap();
    first.wait_for_line(STANDS_BY, DEADLINE).await.unwrap();
    sky.looked(10).await;
    assert_eq!(sky.changes().len(), 1, "{:?}", sky.changes());
}

/// P45: as before, but frozen when the change was made and the answer on its way. The other one finds it, and makes none.
#[tokio::test]
async fn a_change_of_a_leader_that_was_frozen_is_found_by_the_next() {
    let sky = Sky::new().await;
    let mut first = sky.program("one").start().await.unwrap();
    sky.looked(2).await;
    let mut second = sky.program("two").start().await.unwrap();
    second.wait_for_line(STANDS_BY, DEADLINE).await.unwrap();
    let frozen = freeze_after(&sky, &first, Route::UpdateApp);
    let _work = sky.backlog().await;
    is_frozen(&frozen).await;
    second
        .wait_for_line("this monitor leads", DEADLINE)
        .await
        .unwrap();
    eventually("the change is brought to its end", async || {
        let changes = sky.store.changes(1).await.unwrap();
        changes.first().is_some_and(|change| change.ending.is_some())
    })
    .await;
    first.sigcont().unwrap();
    first.wait_for_line(STANDS_BY, DEADLINE).await.unwrap();
    sky.looked(10).await;
    assert_eq!(sky.changes().len(), 1, "{:?}", sky.changes());
}
