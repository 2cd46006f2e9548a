//! What a panic does.

use std::panic::PanicHookInfo;

/// After this, a panic on any thread is logged and ends the process.
///
/// A runtime would catch it, and the process would go on in a state that nobody has thought of (P53). Work that
/// was under way is taken over by another worker, or asked for again.
pub(crate) fn end_process_on_panic() {
    std::panic::set_hook(Box::new(|info| {
        log(info);
        // Neither unwinding nor exit handlers: both would run code that relies on the broken state.
        std::process::abort();
    }));
}

fn log(info: &PanicHookInfo<'_>) {
    let message = info.payload_as_str().unwrap_or("a panic without a message");
    let location = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
    tracing::error!(
        panic.location = location,
        thread.name = thread,
        "panic, the process ends: {message}"
    );
}
