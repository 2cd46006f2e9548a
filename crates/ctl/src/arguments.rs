//! The command line.

mod dead;
mod deploy;
mod scale;

use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use loadsure_core::certificate::Number;
use loadsure_core::id::{ApiKeyId, BookingId};
use loadsure_store::keys::Scope;

pub use dead::{DeadCommand, Dispose};
pub use deploy::DeployCommand;
pub(crate) use deploy::{Apply, File, Holder, Notify, Observe, Plan, Step, Turn};
pub use scale::ScaleCommand;
pub(crate) use scale::{Ask, ExportArrivals, History, Pinned};

/// Longest name of a key or a tenant.
const NAME_LENGTH: usize = 100;

/// Operates the Loadsure service. Reads DATABASE_URL and the other variables of .env.sample.
#[derive(Debug, Parser)]
#[command(name = "loadsurectl", version, arg_required_else_help = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Applies the migrations that the database lacks.
    Migrate,
    /// Makes, lists and revokes API keys.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Shows and settles purchases whose outcome is unknown.
    #[command(subcommand)]
    Unknown(UnknownCommand),
    /// Shows jobs that died, has them tried once more, or is done with them.
    #[command(subcommand)]
    Dead(DeadCommand),
    /// Shows and steers the scaling of the workers.
    #[command(subcommand)]
    Scale(ScaleCommand),
    /// Deploys a version, step by step, and takes it back.
    #[command(subcommand)]
    Deploy(DeployCommand),
}

/// What to do with API keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Makes a key and shows it, this once.
    Create(CreateKey),
    /// Lists keys by what tells them apart.
    List(ListKeys),
    /// Revokes a key at once and for good.
    Revoke {
        /// Id of the key, as `list` shows it.
        id: ApiKeyId,
    },
}

/// Arguments of `keys create`.
#[derive(Debug, Args)]
pub struct CreateKey {
    /// What its owner calls it.
    #[arg(long, value_parser = name)]
    pub name: String,
    /// Whose it is; made when there is no tenant of that name. Default: the local tenant.
    #[arg(long, value_parser = name)]
    pub tenant: Option<String>,
    /// What it allows: quotes, bookings, read, webhooks, ops, separated by commas.
    #[arg(long, required = true, value_delimiter = ',')]
    pub scopes: Vec<Scope>,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `keys list`.
#[derive(Debug, Args)]
pub struct ListKeys {
    /// Only the keys of this tenant.
    #[arg(long, value_parser = name)]
    pub tenant: Option<String>,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

/// What to do with purchases whose outcome is unknown.
#[derive(Debug, Subcommand)]
pub enum UnknownCommand {
    /// Lists them, the oldest first.
    List {
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows a purchase, whatever its state, with the journal of its attempts.
    Show {
        /// Id of the booking.
        booking: BookingId,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Settles one by what the insurer says of it.
    Settle(Settle),
}

/// Arguments of `unknown settle`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("outcome").required(true).multiple(false))]
pub struct Settle {
    /// Id of the booking.
    pub booking: BookingId,
    /// It was bought, and this is its certificate: believed once the insurer confirms it.
    #[arg(long, value_name = "CERTIFICATE_NUMBER", group = "outcome", value_parser = number)]
    pub bought: Option<Number>,
    /// It was not bought: its caller may book again.
    #[arg(long, group = "outcome")]
    pub not_bought: bool,
    /// Who settles it, for the audit log. Default: the user of the operating system.
    #[arg(long, value_parser = name)]
    pub actor: Option<String>,
    /// Seconds to wait for the insurer's confirmation.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub wait: Duration,
}

fn number(text: &str) -> Result<Number, String> {
    text.parse()
        .map_err(|invalid: loadsure_core::invalid::Invalid| invalid.to_string())
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds: u16 = text.parse().map_err(|_| "must be a whole number of seconds")?;
    Ok(Duration::from_secs(seconds.into()))
}

fn name(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let is_printable = !text.chars().any(char::is_control);
    if text.is_empty() || text.chars().count() > NAME_LENGTH || !is_printable {
        return Err("must be 1 to 100 characters, without control characters");
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_name_is_trimmed_and_bounded() {
        assert_eq!(name(" web shop "), Ok("web shop".to_owned()));
        assert!(name("  ").is_err());
        assert!(name("a\nb").is_err());
        assert!(name(&"x".repeat(101)).is_err());
    }
}
