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

    /// Runs the script. It is sent whole each time: scripts are short and run some dozen times a second at most, and a
    /// server that was restarted has forgotten them.
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
/// Adds entries that nobody has looked at anew, for whoever reads next, and acknowledges the old ones.
pub(crate) const REQUEUE: Script = Script::new("requeue", include_str!("lua/requeue.lua"));
/// Removes consumers that are idle and own nothing.
pub(crate) const REMOVE_CONSUMERS: Script =
    Script::new("remove_consumers", include_str!("lua/remove_consumers.lua"));
/// Reads everything about one job stream at one moment.
pub(crate) const SAMPLE: Script = Script::new("sample", include_str!("lua/sample.lua"));
/// Counts unread entries up to a bound.
pub(crate) const COUNT_UNREAD: Script = Script::new("count_unread", include_str!("lua/count_unread.lua"));
/// Tells which entries are unread or pending.
pub(crate) const PRESENCE: Script = Script::new("presence", include_str!("lua/presence.lua"));
/// Removes what is read and acknowledged.
pub(crate) const TRIM: Script = Script::new("trim", include_str!("lua/trim.lua"));
/// Takes a token from a bucket.
pub(crate) const TOKEN: Script = Script::new("token", include_str!("lua/token.lua"));
/// The server's clock in milliseconds. A script because the key then decides which node of a cluster answers.
pub(crate) const CLOCK: Script = Script::new(
    "clock",
    "local now = redis.call('TIME') return now[1] * 1000 + math.floor(now[2] / 1000)",
);
