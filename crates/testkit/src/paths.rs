//! Where cargo put things: found from the running program, since `CARGO_BIN_EXE_*` only names
//! the binaries of a test's own package.

use std::io;
use std::path::{Path, PathBuf};

/// The folder with this build's binaries, e.g. `target/debug`.
///
/// # Errors
/// When the path of the running program cannot be read.
pub fn profile_dir() -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program
        .parent()
        .ok_or_else(|| io::Error::other("the running program has no folder"))?;
    Ok(without_deps(folder).to_path_buf())
}

/// The target folder, e.g. `target`: everything that this crate writes goes below it.
///
/// # Errors
/// When the path of the running program cannot be read.
pub fn target_dir() -> io::Result<PathBuf> {
    let profile = profile_dir()?;
    Ok(profile.parent().unwrap_or(&profile).to_path_buf())
}

/// The folder of the testkit's own data: `target/testkit`.
///
/// # Errors
/// When the path of the running program cannot be read.
pub fn data_dir() -> io::Result<PathBuf> {
    Ok(target_dir()?.join("testkit"))
}

/// Test programs lie in `deps` or `examples` below the folder that holds the binaries.
fn without_deps(folder: &Path) -> &Path {
    match (folder.file_name().and_then(|name| name.to_str()), folder.parent()) {
        (Some("deps" | "examples"), Some(parent)) => parent,
        _ => folder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binaries_lie_above_the_folder_of_test_programs() {
        assert_eq!(without_deps(Path::new("/t/debug/deps")), Path::new("/t/debug"));
        assert_eq!(without_deps(Path::new("/t/release")), Path::new("/t/release"));
    }
}
