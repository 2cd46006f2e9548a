//! Standard output and error, where there is no log.

use std::error::Error;
use std::io::{self, Write};

use crate::end::End;

/// Prints what was asked for.
pub(crate) fn print(text: &str) -> End {
    match write(io::stdout(), text) {
        Ok(()) => End::Done,
        Err(error) => fail("standard output cannot be written", &error),
    }
}

/// Says on standard error why the program ends.
pub(crate) fn complain(text: &str, end: End) -> End {
    // When even that fails there is nobody left to tell.
    let _ = write(io::stderr(), text);
    end
}

/// Says on standard error what failed, and why.
pub(crate) fn fail(what: &str, error: &(dyn Error + 'static)) -> End {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    let text = causes.fold(what.to_owned(), |text, cause| format!("{text}: {cause}"));
    complain(&text, End::Failed)
}

fn write(mut to: impl Write, text: &str) -> io::Result<()> {
    writeln!(to, "{text}")?;
    to.flush()
}
