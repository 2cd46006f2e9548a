//! Names of databases and prefixes.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::Error;

/// Databases of single tests.
pub(super) const TEST_PREFIX: &str = "loadsure_test_";
/// Migrated databases to copy from.
pub(super) const TEMPLATE_PREFIX: &str = "loadsure_template_";
/// Added to a template's name while it is being migrated.
pub(super) const UNFINISHED: &str = "_unfinished";

/// Sixteen hexadecimal digits that stand for `text`.
pub(crate) fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..8])
}

/// Sixteen hexadecimal digits that are used nowhere else.
pub(crate) fn unique() -> String {
    let mut bytes = [0; 8];
    if getrandom::fill(&mut bytes).is_err() {
        // No source of randomness: the time and the process tell tests apart well enough.
        return hash(&format!("{:?} {}", std::time::Instant::now(), std::process::id()));
    }
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The URL of another database of the same server.
pub(super) fn with_database(url: &str, database: &str) -> Result<String, Error> {
    let (scheme, rest) = url.split_once("://").ok_or(Error::Url)?;
    let (authority, path) = rest.split_once('/').ok_or(Error::Url)?;
    let query = path.find('?').map_or("", |at| &path[at..]);
    Ok(format!("{scheme}://{authority}/{database}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_changes_in_a_url() {
        let url = with_database("postgres://u:p@h:5/postgres?sslmode=disable", "x").unwrap();
        assert_eq!(url, "postgres://u:p@h:5/x?sslmode=disable");
        assert!(matches!(with_database("postgres://h", "x"), Err(Error::Url)));
    }

    #[test]
    fn a_hash_is_stable_and_a_unique_name_is_not() {
        assert_eq!(hash("a"), "ca978112ca1bbdca");
        assert_ne!(unique(), unique());
    }
}
