//! An environment that remembers what was asked of it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::env::VarError;

use loadsure_config::Env;

#[derive(Default)]
pub(crate) struct Recording {
    values: BTreeMap<String, String>,
    asked: RefCell<BTreeSet<String>>,
}

impl Recording {
    /// The least that every program starts with.
    pub(crate) fn minimal() -> Self {
        Self::default()
            .with("DATABASE_URL", "postgresql://app:pg-hunter2@localhost/app")
            .with("REDIS_URL", "redis://:redis-hunter2@localhost")
            .with("LOADSURE_API_KEY", "key-hunter2")
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.values.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn asked(&self) -> BTreeSet<String> {
        self.asked.borrow().clone()
    }
}

impl Env for Recording {
    fn var(&self, name: &str) -> Result<String, VarError> {
        self.asked.borrow_mut().insert(name.to_owned());
        self.values.var(name)
    }
}
