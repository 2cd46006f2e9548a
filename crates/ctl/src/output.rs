//! What people and programs get to read: results on standard output, errors on standard error.

use std::error::Error as _;
use std::io::Write as _;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::Error;

/// Writes a result.
pub(crate) fn line(text: &str) -> Result<(), Error> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

/// Writes an error. When even that fails there is nobody left to tell.
pub(crate) fn complain(error: &Error) {
    let _ = writeln!(std::io::stderr(), "{}", sentence(error));
}

/// RFC 3339, which every time that PostgreSQL holds before the year 10000 has.
pub(crate) fn moment(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_else(|_| at.to_string())
}

/// An error with its causes in one line. Some libraries repeat the cause in the text of the error; that is left out.
fn sentence(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use loadsure_core::ports::Fault;

    use super::*;

    #[test]
    fn an_error_is_told_with_its_causes_and_nothing_twice() {
        let cause = std::io::Error::other("the database is not available");
        let error = Error::database("migrate")(Fault::Unavailable(cause.into()));
        assert_eq!(sentence(&error), "cannot migrate: the database is not available");
        let cause = std::io::Error::other("connection refused");
        let error = Error::database("migrate")(Fault::Unavailable(cause.into()));
        assert_eq!(
            sentence(&error),
            "cannot migrate: the database is not available: connection refused"
        );
    }
}
