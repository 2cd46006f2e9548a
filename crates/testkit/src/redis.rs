//! The shared Redis, seen by one test.

use crate::servers::Error;
use crate::{db, shared};

/// A Redis and a key prefix that no other test has. A test that stops or kills its Redis takes
/// [`crate::servers::Redis::private`] instead.
#[derive(Clone, Debug)]
pub struct TestRedis {
    url: String,
    prefix: String,
}

impl TestRedis {
    /// The Redis that all tests of this run share.
    ///
    /// # Errors
    /// When it has to be started and cannot be.
    pub async fn shared() -> Result<Self, Error> {
        Ok(Self {
            url: shared::redis_url().await?,
            prefix: format!("t{}", db::unique_name()),
        })
    }

    /// `redis://…`
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The prefix for everything the test writes: letters and digits only.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }
}
