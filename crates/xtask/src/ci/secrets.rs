//! Passwords in URLs, which scanners for tokens do not see.

use std::fs;

use super::base;
use crate::infra::Outcome;
use crate::workspace;

/// Passwords that are none: words of documentation and tests. A real one is none of these.
const INVENTED: &[&str] = &[
    "password",
    "p",
    "secret",
    "hunter2",
    "pg-hunter2",
    "redis-hunter2",
    "cache-hunter2",
    "hunter3",
];

/// Fails on a URL with a password in any file that git keeps.
pub(super) fn url_passwords() -> anyhow::Result<Outcome> {
    let root = workspace::root()?;
    let mut found = Vec::new();
    for path in base::tracked()? {
        // Not text, or gone from the working tree.
        let Ok(text) = fs::read_to_string(root.join(&path)) else {
            continue;
        };
        for (line, number) in text.lines().zip(1..) {
            if has_password(line) {
                found.push(format!("{path}:{number}"));
            }
        }
    }
    if found.is_empty() {
        return Ok(Outcome::Passed);
    }
    // The places only: what is printed here is kept by whoever keeps the log.
    Ok(Outcome::Failed(format!(
        "a URL holds a password:\n{}",
        found.join("\n")
    )))
}

fn has_password(line: &str) -> bool {
    line.split("://").skip(1).any(|rest| {
        let authority = rest
            .split(['/', ' ', '"', '\'', '`', '<', '>', '?', '#'])
            .next()
            .unwrap_or(rest);
        let Some((user, _host)) = authority.rsplit_once('@') else {
            return false;
        };
        let Some((_, password)) = user.split_once(':') else {
            return false;
        };
        !is_invented(password)
    })
}

/// A variable, a format argument, an optional part, or an invented word.
fn is_invented(password: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~!*+,;=%".contains(c);
    password.is_empty() || !password.chars().all(plain) || INVENTED.contains(&password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_found_wherever_it_stands() {
        let at = '@';
        for line in [
            format!("DATABASE_URL=postgresql://app:Zx81kq{at}db.internal:5432/app"),
            format!("let url = \"redis://:Zx81kq{at}10.0.0.4\";"),
            format!("see https://example.com and amqp://a:b%40c{at}host"),
        ] {
            assert!(has_password(&line), "{line}");
        }
    }

    #[test]
    fn placeholders_and_urls_without_a_password_are_not_found() {
        for line in [
            "https://example.com:443/a@b",
            "git://user@host/a:b@c",
            "postgresql://user:password@host:port/database",
            "postgresql://${db.USERNAME}:${db.PASSWORD}@${db.HOSTNAME}",
            "format!(\"redis://:{password}@{host}\")",
            "postgresql://u:$PASSWORD@host",
            "redis://[user:password@]host",
            "a: b@c",
        ] {
            assert!(!has_password(line), "{line}");
        }
    }
}
