//! Whether the server may throw entries away by itself.

use fred::interfaces::ClientLike as _;
use fred::types::InfoKind;

use crate::error::Error;
use crate::queue::Queue;

/// The only policy under which a full server refuses writes instead of removing keys, whole streams among them
/// (<https://redis.io/docs/latest/develop/reference/eviction/>).
const KEEPS_ALL: &str = "noeviction";

impl Queue {
    /// The server's eviction policy, if it is one that removes keys when memory runs out. `None` for `noeviction`, and
    /// for a server that does not tell.
    ///
    /// # Errors
    /// If Redis did not answer.
    pub async fn evicts_by(&self) -> Result<Option<String>, Error> {
        // INFO is open where managed servers close CONFIG.
        let info: String = self.client()?.info(Some(InfoKind::Memory)).await?;
        let policy = info
            .lines()
            .find_map(|line| line.strip_prefix("maxmemory_policy:"));
        Ok(policy
            .map(str::trim)
            .filter(|policy| *policy != KEEPS_ALL)
            .map(str::to_owned))
    }
}
