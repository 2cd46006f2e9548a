//! Where a version is deployed to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Every commit of main that passed.
    Staging,
    /// What staging runs, once people agreed.
    Production,
}

/// No environment has this name.
#[derive(Debug, thiserror::Error)]
#[error("must be staging or production")]
pub struct UnknownEnvironment;

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "staging" => Ok(Self::Staging),
            "production" => Ok(Self::Production),
            _ => Err(UnknownEnvironment),
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Staging => "staging",
            Self::Production => "production",
        })
    }
}
