//! API keys in memory, so that a request does not ask the database who calls.

use std::sync::Arc;
use std::time::Duration;

use loadsure_core::id::ApiKeyId;
use loadsure_core::ports::Fault;
use loadsure_store::{Store, keys};
use moka::future::Cache;

use crate::call::Caller;

/// How long an answer is believed: a revoked key works at most so much longer.
const BELIEVED: Duration = Duration::from_secs(5);

/// How long it is remembered that a key was valid. A client that calls at least so often is never counted together
/// with others at its address.
const TRUSTED: Duration = Duration::from_secs(600);

/// Most keys that are remembered, wrong ones included.
const MOST: u64 = 10_000;

/// Keys by their hash; `None` for one that is not known or was revoked.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    store: Store,
    known: Cache<[u8; 32], Option<Arc<Caller>>>,
    /// Keys that were valid when last looked up: says how to count them, not whether to let them in.
    valid: Cache<[u8; 32], ApiKeyId>,
}

impl Keys {
    pub(crate) fn new(store: Store) -> Self {
        let known = Cache::builder().max_capacity(MOST).time_to_live(BELIEVED).build();
        let valid = Cache::builder().max_capacity(MOST).time_to_live(TRUSTED).build();
        Self { store, known, valid }
    }

    /// What is remembered of a key; the outer `None` when nothing is.
    pub(crate) async fn remembered(&self, hash: &[u8; 32]) -> Option<Option<Arc<Caller>>> {
        self.known.get(hash).await
    }

    /// The id of a key that was valid not long ago. Wrong keys have none, so guessing drives none out.
    pub(crate) async fn recently_valid(&self, hash: &[u8; 32]) -> Option<ApiKeyId> {
        self.valid.get(hash).await
    }

    /// Asks the database. Requests that ask for one key at once ask once.
    pub(crate) async fn look_up(&self, hash: [u8; 32]) -> Result<Option<Arc<Caller>>, Arc<Fault>> {
        let found = self.ask(hash).await?;
        match found.as_ref().and_then(|caller| caller.key) {
            Some(key) => self.valid.insert(hash, key).await,
            None => self.valid.invalidate(&hash).await,
        }
        Ok(found)
    }

    async fn ask(&self, hash: [u8; 32]) -> Result<Option<Arc<Caller>>, Arc<Fault>> {
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
