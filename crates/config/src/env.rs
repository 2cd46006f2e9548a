//! Where values come from: the process, or a map in a test.

use std::collections::BTreeMap;
use std::env::VarError;
use std::hash::BuildHasher;

/// A source of environment variables.
pub trait Env {
    /// The value of a variable.
    ///
    /// # Errors
    /// As [`std::env::var`]: not present, or not Unicode.
    fn var(&self, name: &str) -> Result<String, VarError>;

    /// The name of this host, if it can be found out.
    fn host_name(&self) -> Option<String> {
        None
    }
}

/// The environment of this process.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessEnv;

impl Env for ProcessEnv {
    fn var(&self, name: &str) -> Result<String, VarError> {
        std::env::var(name)
    }

    fn host_name(&self) -> Option<String> {
        // Linux only; elsewhere the caller's fallback serves, since nothing relies on the name being unique.
        let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    }
}

impl Env for BTreeMap<String, String> {
    fn var(&self, name: &str) -> Result<String, VarError> {
        self.get(name).cloned().ok_or(VarError::NotPresent)
    }
}

impl<S: BuildHasher> Env for std::collections::HashMap<String, String, S> {
    fn var(&self, name: &str) -> Result<String, VarError> {
        self.get(name).cloned().ok_or(VarError::NotPresent)
    }
}

/// Pairs, for short tests.
impl<const N: usize> Env for [(&str, &str); N] {
    fn var(&self, name: &str) -> Result<String, VarError> {
        self.iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
            .ok_or(VarError::NotPresent)
    }
}
