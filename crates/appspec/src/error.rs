//! What can go wrong while a spec is rendered or compared.

use std::path::PathBuf;

/// Why a spec could not be rendered or read. The message names the file or the Terraform address.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("cannot read {path}", path = .path.display())]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file is no HCL.
    #[error("{path} is no HCL", path = .path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<hcl::Error>,
    },
    /// A file is no YAML, or no JSON.
    #[error("{path} cannot be read as a spec: {reason}", path = .path.display())]
    Document {
        /// The file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// An expression has no value.
    #[error("{address} cannot be evaluated")]
    Evaluate {
        /// Terraform address of what was to be evaluated.
        address: String,
        /// Why not.
        source: Box<hcl::eval::Error>,
    },
    /// Something that Terraform allows, and this crate does not know.
    #[error("{address}: {reason}")]
    Unsupported {
        /// Terraform address of it.
        address: String,
        /// What it is.
        reason: String,
    },
    /// A value that is only known once it was created is in the spec, and no output hands it on.
    #[error("{address} is in the spec, but no output of the environment gives it to a deployment")]
    NoOutput {
        /// Terraform address of the value.
        address: String,
    },
}

/// `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

pub(crate) fn unsupported(address: impl Into<String>, reason: impl Into<String>) -> Error {
    Error::Unsupported {
        address: address.into(),
        reason: reason.into(),
    }
}
