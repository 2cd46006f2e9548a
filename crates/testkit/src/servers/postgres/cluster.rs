//! Makes the data folder of a cluster, once.

use std::path::Path;
use std::process::{Command, Stdio};

use super::super::Error;
use super::super::os_user::OsUser;

/// Runs `initdb` unless `home` holds a cluster of the installed version. It works in a folder of another
/// name that is renamed at the end, so that a killed `initdb` leaves nothing that looks complete.
pub(super) async fn ensure(
    bin: &Path,
    home: &Path,
    user: Option<OsUser>,
    superuser: &str,
) -> Result<(), Error> {
    let data = home.join("data");
    let version = super::major_version(bin).await?;
    if is_cluster_of(&data, &version) {
        return Ok(());
    }
    let unfinished = home.join("data.unfinished");
    remove(&data)?;
    remove(&unfinished)?;
    let mut command = Command::new(bin.join("initdb"));
    command
        .arg("-D")
        .arg(&unfinished)
        .args(["--no-sync", "--locale=C", "--encoding=UTF8", "--auth=trust"])
        .arg(format!("--username={superuser}"))
        .stdin(Stdio::null())
        .current_dir(home);
    super::run_as(&mut command, user);
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .map_err(std::io::Error::other)
        .flatten()
        .map_err(|source| Error::Spawn {
            program: "initdb".to_owned(),
            source,
        })?;
    if !output.status.success() {
        return Err(Error::InitDb {
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    std::fs::rename(&unfinished, &data).map_err(Error::file("rename", unfinished))
}

/// A folder of another major version cannot be started, and holds nothing worth keeping.
fn is_cluster_of(data: &Path, version: &str) -> bool {
    std::fs::read_to_string(data.join("PG_VERSION")).is_ok_and(|found| found.trim() == version)
}

fn remove(folder: &Path) -> Result<(), Error> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("remove", folder)(error))
        }
        _ => Ok(()),
    }
}
