//! Finds the servers' programs on this machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Error;

/// Parents of folders that hold one PostgreSQL version each: Debian's and Red Hat's packages.
const VERSIONED: [(&str, &str); 2] = [("/usr/lib/postgresql", ""), ("/usr", "pgsql-")];

/// The folder that holds `postgres` and `initdb`: `$PG_BIN`, then `pg_config --bindir`, then the newest
/// of the packaged versions, then `PATH`.
///
/// # Errors
/// [`Error::BinaryMissing`] with the way to install it.
pub fn postgres() -> Result<PathBuf, Error> {
    if let Some(given) = std::env::var_os("PG_BIN") {
        let folder = PathBuf::from(&given);
        return if has_server(&folder) {
            Ok(folder)
        } else {
            Err(wrong_pg_bin(&folder))
        };
    }
    pg_config()
        .filter(|folder| has_server(folder))
        .or_else(newest_packaged)
        .or_else(|| path_folders().into_iter().find(|folder| has_server(folder)))
        .ok_or_else(|| Error::BinaryMissing {
            program: "PostgreSQL",
            hint: "install it (Debian, Ubuntu: apt-get install postgresql) \
                   or set PG_BIN to the folder with `postgres` and `initdb`"
                .to_owned(),
        })
}

/// `redis-server` or, failing that, `valkey-server` on `PATH`.
///
/// # Errors
/// [`Error::BinaryMissing`] with the way to install it.
pub fn redis() -> Result<PathBuf, Error> {
    let folders = path_folders();
    ["redis-server", "valkey-server"]
        .iter()
        .find_map(|name| {
            folders
                .iter()
                .map(|folder| folder.join(name))
                .find(|path| path.is_file())
        })
        .ok_or_else(|| Error::BinaryMissing {
            program: "Redis",
            hint: "install it (Debian, Ubuntu: apt-get install redis-server), \
                   or put `redis-server` or `valkey-server` on PATH"
                .to_owned(),
        })
}

fn wrong_pg_bin(folder: &Path) -> Error {
    Error::BinaryMissing {
        program: "PostgreSQL",
        hint: format!(
            "PG_BIN is {}, which does not hold `postgres` and `initdb`",
            folder.display()
        ),
    }
}

/// `pg_config` also comes with the client libraries alone, hence the check for the server.
fn has_server(folder: &Path) -> bool {
    folder.join("postgres").is_file() && folder.join("initdb").is_file()
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(folder.trim()))
}

fn newest_packaged() -> Option<PathBuf> {
    VERSIONED
        .iter()
        .flat_map(|(parent, prefix)| versions(Path::new(parent), prefix))
        .filter(|(_, folder)| has_server(folder))
        .max_by_key(|(version, _)| *version)
        .map(|(_, folder)| folder)
}

/// `(major version, bin folder)` of every `<parent>/<prefix><major>/bin`.
fn versions(parent: &Path, prefix: &str) -> Vec<(u32, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect()
}

fn path_folders() -> Vec<PathBuf> {
    let path: OsString = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packaged_versions_are_read_as_numbers_from_the_folder_name() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["pgsql-9", "pgsql-15", "pgsql-x", "16"] {
            std::fs::create_dir(parent.path().join(name)).unwrap();
        }
        let mut found: Vec<_> = versions(parent.path(), "pgsql-")
            .into_iter()
            .map(|found| found.0)
            .collect();
        found.sort_unstable();
        assert_eq!(found, [9, 15]);
    }

    #[test]
    fn a_folder_without_initdb_is_not_taken_for_a_server() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("postgres"), "").unwrap();
        assert!(!has_server(folder.path()));
        std::fs::write(folder.path().join("initdb"), "").unwrap();
        assert!(has_server(folder.path()));
    }
}
