//! A folder that the server's user can reach and owns.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::Error;
use super::os_user::OsUser;
use crate::db::hash;

/// Makes `wanted` and gives it to `user`. A folder that `user` cannot reach (one below root's home, say)
/// is replaced by one in the system's folder for temporary files, the same one each time.
pub(crate) fn prepare(wanted: &Path, user: Option<OsUser>) -> Result<PathBuf, Error> {
    let Some(user) = user else {
        return make(wanted).map(|()| wanted.to_path_buf());
    };
    let wanted = std::path::absolute(wanted).map_err(Error::file("resolve", wanted))?;
    let home = if reachable(&wanted, user) {
        wanted
    } else {
        std::env::temp_dir().join(format!("loadsure-{}", hash(&wanted.to_string_lossy())))
    };
    make(&home)?;
    std::os::unix::fs::chown(&home, Some(user.uid), Some(user.gid))
        .map_err(Error::file("give away", &home))?;
    Ok(home)
}

fn make(folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(Error::file("create", folder))
}

/// Whether `user` may pass through every folder above `path` that exists already.
fn reachable(path: &Path, user: OsUser) -> bool {
    path.ancestors()
        .skip(1)
        .filter_map(|folder| folder.metadata().ok())
        .all(|folder| {
            let mode = folder.permissions().mode();
            mode & 0o001 != 0
                || (folder.uid() == user.uid && mode & 0o100 != 0)
                || (folder.gid() == user.gid && mode & 0o010 != 0)
        })
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use super::*;

    #[test]
    fn a_folder_below_a_closed_one_is_not_reachable() {
        let parent = tempfile::tempdir().unwrap();
        let stranger = OsUser {
            uid: 64_000,
            gid: 64_000,
        };
        std::fs::set_permissions(parent.path(), Permissions::from_mode(0o700)).unwrap();
        assert!(!reachable(&parent.path().join("pg"), stranger));
        std::fs::set_permissions(parent.path(), Permissions::from_mode(0o711)).unwrap();
        assert!(reachable(&parent.path().join("pg"), stranger));
    }
}
