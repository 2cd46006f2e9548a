//! Scripts, for what must not be interrupted between reading and writing. All keys of one prefix share a slot.

use fred::interfaces::LuaInterface as _;
use fred::prelude::Client;
use fred::types::Value;

use crate::error::Error;

/// A script with its name for error texts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Script {
    /// Name for error texts.
    pub(crate) name: &'static str,
    text: &'static str,
}

impl Script {
    const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text }
    }

    /// Runs the script. It is sent whole each time: scripts run a few times a second at most, and a server that was
    /// restarted has forgotten them.
    pub(crate) async fn run(
        self,
        client: &Client,
        keys: Vec<String>,
        arguments: Vec<String>,
    ) -> Result<Value, Error> {
        Ok(client.eval(self.text, keys, arguments).await?)
    }
}

/// Renews entries in progress; answers with those that are no longer ours.
pub(crate) const RENEW: Script = Script::new("renew", include_str!("lua/renew.lua"));
/// Adds a dead letter and then acknowledges the entry.
pub(crate) const BURY: Script = Script::new("bury", include_str!("lua/bury.lua"));
/// Removes consumers that are idle and own nothing.
pub(crate) const REMOVE_CONSUMERS: Script =
    Script::new("remove_consumers", include_str!("lua/remove_consumers.lua"));
/// Publishes the job of a dead letter again and removes the letter.
pub(crate) const REPLAY: Script = Script::new("replay", include_str!("lua/replay.lua"));
