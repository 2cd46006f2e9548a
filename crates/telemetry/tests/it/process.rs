//! What holds for a whole process.

use loadsure_telemetry::{Error, Settings, init};

use crate::child;

#[test]
fn starting_twice_is_an_error() {
    if child::is_child() {
        let _guard = init(&Settings::for_tests()).unwrap();
        let error = init(&Settings::for_tests()).unwrap_err();
        assert!(matches!(error, Error::AlreadyStarted(_)), "{error:?}");
        return;
    }
    let output = child::run("process::starting_twice_is_an_error", &[]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// P53: also a panic in a task, which the runtime would otherwise catch.
#[test]
fn a_panic_ends_the_process() {
    if child::is_child() {
        let _guard = init(&Settings::for_tests()).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        let ended = runtime.block_on(runtime.spawn(async { panic!("out of the blue") }));
        // Not reached: the parent sees an exit code here.
        std::process::exit(i32::from(ended.is_ok()));
    }
    let output = child::run("process::a_panic_ends_the_process", &[]);
    assert_eq!(output.status.code(), None, "ended by a signal, not by an exit");
    let log = String::from_utf8_lossy(&output.stderr);
    let line = log.lines().find(|line| line.contains("out of the blue")).unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["level"], "ERROR");
    assert!(line["panic.location"].as_str().unwrap().contains("process.rs"));
}
