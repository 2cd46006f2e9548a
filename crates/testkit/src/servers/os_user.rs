//! The ordinary user that PostgreSQL runs as when we are root.

use super::Error;

/// Users by preference: Debian's package makes `postgres`; `nobody` is everywhere.
const PREFERRED: [&str; 2] = ["postgres", "nobody"];

/// A user of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OsUser {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// Whom to run PostgreSQL as; `None` when we are an ordinary user ourselves.
pub(crate) fn to_drop_to() -> Result<Option<OsUser>, Error> {
    if !rustix::process::getuid().is_root() {
        return Ok(None);
    }
    let passwd = std::fs::read_to_string("/etc/passwd").map_err(Error::file("read", "/etc/passwd"))?;
    PREFERRED
        .iter()
        .find_map(|name| find(&passwd, name))
        .map(Some)
        .ok_or(Error::NoOrdinaryUser)
}

fn find(passwd: &str, name: &str) -> Option<OsUser> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(OsUser { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let passwd =
            "root:x:0:0:root:/:/bin/sh\npostgres2:x:7:8::/:\npostgres:x:101:104:,,,:/var:/bin/bash\n";
        assert_eq!(find(passwd, "postgres"), Some(OsUser { uid: 101, gid: 104 }));
        assert_eq!(find(passwd, "nobody"), None);
    }
}
