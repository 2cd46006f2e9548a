//! API keys in memory, so that a request does not ask the database who calls.

use std::sync::Arc;
use std::time::Duration;

use loadsure_core::ports::Fault;
use loadsure_store::{Store, keys};
use moka::future::Cache;

use crate::call::Caller;

/// How long an answer is believed: a revoked key works at most so much longer.
const BELIEVED: Duration = Duration::from_secs(5);

/// Most keys that are remembered, wrong ones included.
const MOST: u64 = 10_000;

/// Keys by their hash; `None` for one that is not known or was revoked.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    store: Store,
    known: Cache<[u8; 32], Option<Arc<Caller>>>,
}

impl Keys {
    pub(crate) fn new(store: Store) -> Self {
        let known = Cache::builder().max_capacity(MOST).time_to_live(BELIEVED).build();
        Self { store, known }
    }

    /// What is remembered of a key; the outer `None` when nothing is.
    pub(crate) async fn remembered(&self, hash: &[u8; 32]) -> Option<Option<Arc<Caller>>> {
        self.known.get(hash).await
    }

    /// Asks the database. Requests that ask for one key at once ask once.
    pub(crate) async fn look_up(&self, hash: [u8; 32]) -> Result<Option<Arc<Caller>>, Arc<Fault>> {
        self.known
            .try_get_with(hash, async {
                let key = self.store.key_by_hash(&hash).await?;
                Ok(key.map(|key| {
                    Arc::new(Caller {
                        tenant: key.tenant,
                        key: Some(key.id),
                        scopes: key.scopes,
                    })
                }))
            })
            .await
    }
}

/// The hash of the key in an `Authorization` header.
pub(crate) fn presented(authorization: &str) -> Option<[u8; 32]> {
    let (scheme, key) = authorization.split_once(' ')?;
    let key = key.trim();
    let usable = scheme.eq_ignore_ascii_case("bearer") && !key.is_empty();
    usable.then(|| keys::hash(key))
}
