//! Says what is going on: a spinner on a terminal, plain lines elsewhere.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// A piece of work that is going on.
pub(crate) struct Step {
    what: String,
    begun: Instant,
    spinner: Option<ProgressBar>,
}

/// Begins a piece of work that prints nothing itself.
pub(crate) fn step(what: impl Into<String>) -> Step {
    let what = what.into();
    let spinner = std::io::stderr().is_terminal().then(|| spinner(&what));
    if spinner.is_none() {
        eprintln!("  … {what}");
    }
    Step {
        what,
        begun: Instant::now(),
        spinner,
    }
}

/// Begins a piece of work that prints on the terminal itself, such as cargo or apt-get.
pub(crate) fn loud_step(what: impl Into<String>) -> Step {
    let what = what.into();
    eprintln!("  … {what}");
    Step {
        what,
        begun: Instant::now(),
        spinner: None,
    }
}

/// Says something on a line of its own.
pub(crate) fn say(text: impl AsRef<str>) {
    eprintln!("    {}", text.as_ref());
}

impl Step {
    /// The work is done; `detail` may add a word, e.g. a port.
    pub(crate) fn done(self, detail: impl AsRef<str>) {
        if let Some(spinner) = &self.spinner {
            spinner.finish_and_clear();
        }
        let detail = detail.as_ref();
        let space = if detail.is_empty() { "" } else { ": " };
        eprintln!(
            "  ✓ {}{space}{detail} ({:.1} s)",
            self.what,
            self.begun.elapsed().as_secs_f64()
        );
    }

    /// How long it has taken so far.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}

fn spinner(what: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(what.to_owned());
    // The template is a constant; without it the spinner looks different, no more.
    if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(TICK);
    bar
}
