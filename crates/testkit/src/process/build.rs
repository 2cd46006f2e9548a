//! Finds a binary of this workspace.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::Error;
use crate::paths;

/// The path of the workspace's binary `name`, beside the running program. When it is missing it is
/// built, with the same profile; its package is expected to have the same name.
///
/// A binary that is there is taken as it is: build the workspace first (`cargo xtask test` does)
/// when the code of another package has changed.
///
/// # Errors
/// When it can neither be found nor built.
pub async fn binary(name: &str) -> Result<PathBuf, Error> {
    let io = |doing| {
        move |source| Error::Io {
            doing,
            name: name.to_owned(),
            source,
        }
    };
    let folder = paths::profile_dir().map_err(io("find the folder of"))?;
    let path = folder.join(name);
    if !path.is_file() {
        build(name, &folder).await?;
    }
    path.canonicalize().map_err(io("find"))
}

async fn build(name: &str, folder: &Path) -> Result<(), Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = tokio::process::Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--package",
            name,
            "--bin",
            name,
            "--profile",
            profile(folder),
        ])
        .arg("--target-dir")
        .arg(folder.parent().unwrap_or(folder))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(|source| Error::Io {
            doing: "build",
            name: name.to_owned(),
            source,
        })?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Build {
        name: name.to_owned(),
        output: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Cargo keeps the `dev` profile in `debug`; the others go by their own names.
fn profile(folder: &Path) -> &str {
    match folder.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => "dev",
        Some(name) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_that_of_the_running_program() {
        assert_eq!(profile(Path::new("/t/debug")), "dev");
        assert_eq!(profile(Path::new("/t/release")), "release");
    }
}
