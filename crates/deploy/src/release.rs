//! What is known of a release: a file that each step reads and adds to.

use std::io;
use std::path::Path;

use loadsure_digitalocean::{AppId, DeploymentId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::images::Images;

/// A release of one version to one environment. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Where to.
    pub environment: Environment,
    /// What.
    pub images: Images,
    /// The app that is deployed to.
    pub app: AppId,
    /// The app that has the traffic, where that is another one: blue and green.
    pub serving: Option<AppId>,
    /// The deployment that served in `app` before, to which a rollback leads.
    pub previous: Option<DeploymentId>,
    /// How many workers were kept.
    pub workers: Option<u32>,
    /// The deployment of this release.
    pub deployment: Option<DeploymentId>,
    /// What was so before, and is not this release's fault.
    pub baseline: Option<Baseline>,
    /// Whether the traffic was moved to `app`, or its move was begun.
    pub promoted: bool,
}

/// Numbers from before a release.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// Jobs that were given up.
    pub dead: u64,
    /// Purchases whose outcome is unknown.
    pub unknown: u64,
}

/// Why a file of a release could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read or written.
    #[error("cannot use {path}")]
    Io {
        /// The file.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// It is not what it should be.
    #[error("cannot read {path}")]
    Json {
        /// The file.
        path: String,
        /// Why not.
        source: serde_json::Error,
    },
}

impl Release {
    /// Reads one.
    ///
    /// # Errors
    /// When there is none, or it is something else.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        read_json(path)
    }

    /// Writes it down, whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        let failed = |source| FileError::Io {
            path: path.display().to_string(),
            source,
        };
        let text = serde_json::to_string_pretty(self).map_err(|source| FileError::Json {
            path: path.display().to_string(),
            source,
        })?;
        let draft = path.with_extension("draft");
        std::fs::write(&draft, text).map_err(failed)?;
        std::fs::rename(&draft, path).map_err(failed)
    }
}

/// Reads a JSON file, such as a [`Release`], [`Images`] or [`CheckRuns`](crate::CheckRuns).
///
/// # Errors
/// When there is none, or it is something else.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, FileError> {
    let path_text = || path.display().to_string();
    let text = std::fs::read(path).map_err(|source| FileError::Io {
        path: path_text(),
        source,
    })?;
    serde_json::from_slice(&text).map_err(|source| FileError::Json {
        path: path_text(),
        source,
    })
}
