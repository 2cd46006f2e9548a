//! `scale`.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::{Args, Subcommand};
use loadsure_core::job::Kind;
use loadsure_core::scaling::Mode;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

/// What to do with the scaling of the workers.
#[derive(Debug, Subcommand)]
pub enum ScaleCommand {
    /// Shows how scaling stands: mode, leader, last decision, what is proposed, the latest changes.
    Status {
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows decisions, newest first.
    History(History),
    /// Has the monitor change nothing until further notice.
    Pause {
        /// Why, for whoever reads the status: 1 to 200 characters.
        #[arg(long, value_parser = reason)]
        reason: String,
        /// Who, and how long to wait.
        #[command(flatten)]
        ask: Ask,
    },
    /// Ends a pause.
    Resume {
        /// Who, and how long to wait.
        #[command(flatten)]
        ask: Ask,
    },
    /// Keeps to one number of workers.
    Pin {
        /// The number, within the limits, or `none` to end it.
        #[arg(value_parser = pinned)]
        workers: Pinned,
        /// Who, and how long to wait.
        #[command(flatten)]
        ask: Ask,
    },
    /// Keeps between two numbers of workers.
    Limits {
        /// The fewest, at least one.
        min: NonZeroU32,
        /// The most.
        max: NonZeroU32,
        /// Who, and how long to wait.
        #[command(flatten)]
        ask: Ask,
    },
    /// Says how far the monitor goes: observe, propose or act.
    Mode {
        /// How far.
        mode: Mode,
        /// Who, and how long to wait.
        #[command(flatten)]
        ask: Ask,
    },
    /// Confirms a proposed change, which is then carried out.
    Confirm {
        /// Id of the proposal, as `status` shows it.
        proposal: Uuid,
        /// Who, and how long to wait.
        #[command(flatten)]
        ask: Ask,
    },
    /// Takes the deploy lock and writes its name: the monitor leaves the number alone until `unlock`, or until the time is
    /// over.
    Lock {
        /// Who deploys, for whoever looks.
        #[arg(long, value_parser = super::name)]
        holder: String,
        /// Seconds after which it ends by itself.
        #[arg(long = "for", value_name = "SECONDS", default_value = "1800", value_parser = super::seconds)]
        length: Duration,
    },
    /// Prolongs the deploy lock.
    Prolong {
        /// Its name, as `lock` wrote it.
        lock: String,
        /// Seconds from now after which it ends by itself.
        #[arg(long = "for", value_name = "SECONDS", default_value = "1800", value_parser = super::seconds)]
        length: Duration,
    },
    /// Gives the deploy lock back.
    Unlock {
        /// Its name, as `lock` wrote it.
        lock: String,
    },
    /// Writes when jobs arrived, as a trace for `cargo xtask simulate --trace`: seconds since the first, one per line.
    ExportArrivals(ExportArrivals),
}

/// The number of workers to keep to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pinned(pub Option<u32>);

/// Who asks the monitor, and how long to wait for it.
#[derive(Debug, Args)]
pub struct Ask {
    /// Who asks, for the audit log. Default: the user of the operating system.
    #[arg(long, value_parser = super::name)]
    pub actor: Option<String>,
    /// Seconds to wait for the monitor.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = super::seconds)]
    pub wait: Duration,
}

/// Arguments of `scale history`.
#[derive(Debug, Args)]
pub struct History {
    /// From this time on (RFC 3339).
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub since: Option<OffsetDateTime>,
    /// The latest so many; with --json more, back to a decision that carries the monitor's memory.
    #[arg(long, default_value = "50", conflicts_with = "since")]
    pub limit: NonZeroU32,
    /// Only decisions to change the number.
    #[arg(long, conflicts_with = "json")]
    pub changes: bool,
    /// Prints the records as JSON Lines in their order, ready for `cargo xtask simulate --replay`.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `scale export-arrivals`.
#[derive(Debug, Args)]
pub struct ExportArrivals {
    /// Only jobs of this kind, such as quote.
    #[arg(long)]
    pub kind: Option<Kind>,
    /// From this time on (RFC 3339).
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub since: Option<OffsetDateTime>,
    /// Until before this time (RFC 3339).
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub until: Option<OffsetDateTime>,
}

fn moment(text: &str) -> Result<OffsetDateTime, &'static str> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|_| "must be a time such as 2026-05-20T09:00:00Z")
}

fn pinned(text: &str) -> Result<Pinned, &'static str> {
    if text == "none" {
        return Ok(Pinned(None));
    }
    let workers: NonZeroU32 = text.parse().map_err(|_| "must be a number of workers, or none")?;
    Ok(Pinned(Some(workers.get())))
}

fn reason(text: &str) -> Result<String, String> {
    let reason: Result<loadsure_core::text::Short, _> = text.parse();
    let reason = reason.map_err(|invalid| invalid.to_string())?;
    Ok(reason.expose().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_a_number_or_none() {
        assert_eq!(pinned("3"), Ok(Pinned(Some(3))));
        assert_eq!(pinned("none"), Ok(Pinned(None)));
        for wrong in ["0", "-1", "None", ""] {
            assert!(pinned(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_longest_reason_is_the_one_that_the_monitor_takes() {
        let longest = "x".repeat(loadsure_core::scaling::REASON_LENGTH);
        assert_eq!(reason(&longest), Ok(longest.clone()));
        assert!(reason(&format!("{longest}x")).is_err());
        assert!(reason("  ").is_err());
    }
}
